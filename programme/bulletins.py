"""The bulletin (通报): a draft from a release, what the office changes in it, and the final one, which never changes.

A further bulletin on the same month takes the place of the first, with a reason.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, select

from programme import audit, settings
from programme.bulletin_blocks import Block, as_final, bulletin_blocks, bulletin_paper, digest, document_number, to_json
from programme.bulletin_edits import DID_NAMES, EDITABLE, FOLLOWED, REMOVABLE, Did, Piece
from programme.bulletin_facts import bulletin_facts
from programme.bulletin_queries import Draft, Issued, before, draft_in, draft_of, in_force, issued
from programme.documents import printable
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.frozen_release import Frozen
from programme.models import Bulletin, BulletinChange, BulletinDraft
from programme.official_paper import Kind
from programme.official_pdf import official_pdf
from programme.permissions import Actor, Permission, require
from programme.showcase_facts import ShownPractice
from programme.wording import date_text

LONGEST: Final = 3000
LONGEST_LINE: Final = 120
LONGEST_REASON: Final = 500
CHANGED_MEANWHILE: Final = "这一段已被别人改动，请看过新的内容后再修改。"


# --- the draft --------------------------------------------------------------------------------------------------------


def make_draft(
    session: Session, actor: Actor, release: int, practices: Sequence[ShownPractice] = (), fingerprint: str = ""
) -> Draft:
    """Write the draft of a release by the rules; one that was worked on before stays in the record and is worked on no more.

    `fingerprint` is that of the open draft that was read, "" where none was. Raises NotAllowed, NotFound, Outdated, and
    ProgrammeError for a release that was superseded or a draft that would be the same.
    """
    require(actor, Permission.MAKE_BULLETIN)
    held = in_force(session, release)
    content = to_json(bulletin_blocks(held, before(session, release), practices))
    there = draft_of(session, actor, release)
    if there and not there.bulletin and not there.changes and to_json(there.blocks) == content:
        raise ProgrammeError("草稿已经生成，规则和数据没有变化，可以直接修改。")
    if fingerprint != (there.fingerprint if there and not there.bulletin else ""):
        raise Outdated("您查看期间草稿已由别人生成或改动，请看过新的内容后再重新生成。")
    row = BulletinDraft(
        number=(session.exec(select(func.max(BulletinDraft.number))).one() or 0) + 1, release=release, content=content,
        user_id=actor.id, user_name=actor.name, sample=held.sample,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, actor, "bulletin.drafted", subject=held.title, number=row.number)
    return draft_in(session, row)


def _open(session: Session, actor: Actor, draft: int) -> Draft:
    """The draft, when it is the one that is worked on."""
    require(actor, Permission.MAKE_BULLETIN)
    row = session.get(BulletinDraft, draft)
    if row is None:
        raise NotFound("没有这份草稿。")
    newest = draft_of(session, actor, row.release)
    assert newest is not None
    if newest.number != draft:
        raise Outdated("这份草稿已重新生成，请在新的草稿上修改。")
    if newest.bulletin:
        raise Outdated("这份草稿已经定稿，不能再改；如需更正，请重新生成草稿，定稿时写明替换的原因。")
    return newest


# --- what the office changes ------------------------------------------------------------------------------------------


def change_block(session: Session, actor: Actor, draft: int, block: int, seen: str, text: str) -> None:
    """Another text for a block; `seen` is the text that was before the editor's eyes. Raises NotAllowed, NotFound, Outdated,
    ProgrammeError."""
    piece = _seen(_open(session, actor, draft), block, seen)
    if piece.block.kind not in EDITABLE:
        raise ProgrammeError("这一段由数据生成，不能修改。")
    new = _text(piece.block, text)
    if new == seen:
        raise ProgrammeError("内容没有变化。")
    _keep(session, actor, draft, block, Did.CHANGED, seen, new)


def remove_block(session: Session, actor: Actor, draft: int, block: int, seen: str) -> None:
    """Take a paragraph or a table out of the draft; it can be put back."""
    piece = _seen(_open(session, actor, draft), block, seen)
    if piece.block.kind not in REMOVABLE:
        raise ProgrammeError("这一段不能删去。")
    _keep(session, actor, draft, block, Did.REMOVED, seen, "")


def restore_block(session: Session, actor: Actor, draft: int, seen: Piece) -> None:
    """Put a block back as the rules wrote it, or, of what the office added, as it was last; `seen` is what was before the
    editor's eyes. Raises NotAllowed, NotFound, Outdated, ProgrammeError."""
    piece = _piece(_open(session, actor, draft), seen.id)
    if piece != seen:
        raise Outdated(CHANGED_MEANWHILE)
    if not piece.is_edited or (piece.written is None and not piece.removed):
        raise ProgrammeError("这一段没有改动，不需要恢复。")
    new = piece.block.text if piece.written is None else piece.written
    _keep(session, actor, draft, seen.id, Did.RESTORED, "" if piece.removed else piece.block.text, new)


def add_paragraph(session: Session, actor: Actor, draft: int, after: int, text: str) -> int:
    """A paragraph of the office's own below a block; returns its number."""
    found = _open(session, actor, draft)
    if _piece(found, after).block.kind not in FOLLOWED:
        raise ProgrammeError("这里不能增加段落，请加在正文或表之后。")
    new = _text(Block(Kind.PARAGRAPH, ""), text)
    number = max(piece.id for piece in found.pieces) + 1
    _keep(session, actor, draft, number, Did.ADDED, "", new, after)
    return number


def _piece(draft: Draft, block: int) -> Piece:
    for piece in draft.pieces:
        if piece.id == block:
            return piece
    raise NotFound("草稿中没有这一段。")


def _seen(draft: Draft, block: int, seen: str) -> Piece:
    piece = _piece(draft, block)
    if piece.removed or piece.block.text != seen:
        raise Outdated(CHANGED_MEANWHILE)
    return piece


def _text(block: Block, text: str) -> str:
    new = printable(storable(text)).strip()
    if block.kind != Kind.PARAGRAPH:
        new = " ".join(new.split("\n"))
    longest = LONGEST if block.kind == Kind.PARAGRAPH else LONGEST_LINE
    if not new.replace("|", "").strip() if block.kind == Kind.TITLE else not new:
        raise ProgrammeError("内容不能为空；不需要的段落请用“删去”。")
    if len(new) > longest:
        raise ProgrammeError(f"内容有{len(new)}个字，最多{longest}个字。")
    return new


def _keep(session: Session, actor: Actor, draft: int, block: int, did: Did, old: str, new: str, after: int = 0) -> None:
    newest = select(func.max(BulletinChange.number)).where(BulletinChange.draft == draft)
    row = BulletinChange(
        draft=draft, number=(session.exec(newest).one() or 0) + 1, block=block, step=did.value, after=after, old=old,
        new=new, user_id=actor.id, user_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    told = f"{DID_NAMES[did]}第{block}段"
    audit.record(session, actor, "bulletin.changed", subject=f"草稿第{draft}号", number=row.number, change=told)


# --- final ------------------------------------------------------------------------------------------------------------


def make_final(session: Session, actor: Actor, draft: int, fingerprint: str, day: date, reason: str = "") -> Issued:
    """Give the draft that was read its number and date, and freeze it.

    `reason` is for a month that has a bulletin already. Raises NotAllowed, NotFound, Outdated, ProgrammeError, and Unusable for
    a character that cannot be printed.
    """
    found = _open(session, actor, draft)
    if found.fingerprint != fingerprint:
        raise Outdated("您查看期间草稿又有改动，请看过新的内容后再定稿。")
    held = in_force(session, found.release)
    _refuse_day(held, day)
    replaced = _standing_of(session, held)
    reason = printable(storable(reason)).strip()[:LONGEST_REASON]
    if replaced and not reason:
        name = document_number(bulletin_facts(), replaced.year, replaced.number)
        raise ProgrammeError(f"{held.month.chinese}已有{name}，再次定稿将替换它，请写明原因。")
    number = (session.exec(select(func.max(Bulletin.number)).where(Bulletin.year == day.year)).one() or 0) + 1
    old = (replaced.year, replaced.number) if replaced else None
    blocks = as_final(found.blocks, day.year, number, day, old, reason)
    content = to_json(blocks)
    official_pdf(bulletin_paper(blocks, held.number, held.month, day))
    row = Bulletin(
        id=(session.exec(select(func.max(Bulletin.id))).one() or 0) + 1, year=day.year, number=number,
        release=held.number, month=held.month.number, draft=draft, day=day, content=content, sha256=digest(content),
        supersedes=replaced.id if replaced else None, reason=reason if replaced else "", user_id=actor.id,
        user_name=actor.name, sample=held.sample,
    )  # fmt: skip
    session.add(row)
    session.flush()
    made = next(one for one in issued(session, actor) if one.id == row.id)
    audit.record(
        session, actor, "bulletin.finished", subject=made.document_number, months=str(held.month), sha256=row.sha256,
        supersedes=made.supersedes, reason=row.reason,
    )  # fmt: skip
    return made


def _refuse_day(held: Frozen, day: date) -> None:
    released = held.made_at.astimezone(settings.BEIJING).date()
    if not released <= day <= settings.today():
        raise ProgrammeError(
            f"成文日期应在发布日（{date_text(released)}）至今天（{date_text(settings.today())}）之间。"
        )


def _standing_of(session: Session, held: Frozen) -> Bulletin | None:
    """The bulletin in force on the release's month."""
    rows = session.exec(select(Bulletin).where(Bulletin.month == held.month.number)).all()
    gone = {row.supersedes for row in rows}
    return next((row for row in rows if row.id not in gone), None)
