"""Reading bulletins: the final ones for everybody who sees totals, drafts and their changes for the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from programme.bulletin_blocks import (
    Block,
    as_draft,
    bulletin_blocks,
    bulletin_paper,
    digest,
    document_number,
    from_json,
)
from programme.bulletin_edits import Piece, edited, standing
from programme.bulletin_facts import bulletin_facts
from programme.calendar import Month
from programme.errors import NotFound, ProgrammeError, Unusable
from programme.frozen_release import Frozen, frozen
from programme.models import Bulletin, BulletinChange, BulletinDraft
from programme.official_docx import official_docx
from programme.official_paper import Paper, title_of
from programme.official_pdf import official_pdf
from programme.permissions import Actor, Permission, refusal, require
from programme.release_issues import Issue, issues, numbered

ENDINGS = ("docx", "pdf")


@dataclass(frozen=True)
class Issued:
    """A final bulletin as lists show it. `superseded_by` names the one that took its place, "" while it is in force;
    `replaced` says so, or that its release was superseded, and is "" while both are in force."""

    id: int
    release: int
    month: Month
    document_number: str
    title: str
    day: date
    at: datetime
    user_name: str
    sha256: str
    reason: str
    supersedes: str
    superseded_by: str
    replaced: str
    blocks: tuple[Block, ...]
    sample: bool


@dataclass(frozen=True)
class Draft:
    """The draft of a release that is worked on. `fingerprint` changes with every change; `bulletin` is the id of what became
    of it, 0 while it is open."""

    number: int
    release: int
    at: datetime
    user_name: str
    pieces: tuple[Piece, ...]
    changes: tuple[BulletinChange, ...]
    bulletin: int
    sample: bool

    @property
    def blocks(self) -> list[Block]:
        return standing(self.pieces)

    @property
    def fingerprint(self) -> str:
        return digest(f"{self.number} {len(self.changes)}")


@dataclass(frozen=True)
class Printed:
    """A bulletin ready to become a file. `name` is that of the file, without its ending; `replaced` as in Issued."""

    name: str
    paper: Paper
    replaced: str = ""

    def file(self, ending: str) -> bytes:
        """As docx or pdf. Raises Unusable for another ending, or a character that the PDF's faces lack."""
        if ending not in ENDINGS:
            raise Unusable("通报只能输出为 docx 或 pdf，请把文件名写成 .docx 或 .pdf 结尾。")
        return official_docx(self.paper) if ending == "docx" else official_pdf(self.paper)


# --- final ones -------------------------------------------------------------------------------------------------------


def issued(session: Session, actor: Actor) -> list[Issued]:
    """Every final bulletin, the newest first. Raises NotAllowed."""
    require(actor, Permission.SEE_TOTALS)
    rows = session.exec(select(Bulletin).order_by(col(Bulletin.id))).all()
    facts = bulletin_facts()
    names = {row.id: document_number(facts, row.year, row.number) for row in rows}
    follower = {row.supersedes: names[row.id] for row in rows if row.supersedes}
    releases = {one.number: one for one in issues(session)}
    return [
        Issued(
            id=row.id, release=row.release, month=Month.from_number(row.month), document_number=names[row.id],
            title=title_of(blocks := from_json(row.content)), day=row.day, at=row.at, user_name=row.user_name,
            sha256=row.sha256, reason=row.reason, supersedes=names.get(row.supersedes or 0, ""),
            superseded_by=follower.get(row.id, ""), replaced=_replaced(follower.get(row.id), releases[row.release]),
            blocks=tuple(blocks), sample=row.sample,
        )
        for row in reversed(rows)
    ]  # fmt: skip


def _replaced(follower: str | None, release: Issue) -> str:
    if follower:
        return f"已被{follower}替换"
    return f"所依据的第{release.number}期{release.replaced}" if release.replaced else ""


def final_of(session: Session, actor: Actor, release: int) -> Issued | None:
    """The newest final bulletin that was made from a release."""
    return next((one for one in issued(session, actor) if one.release == release), None)


def verify(session: Session, actor: Actor, release: int) -> list[str]:
    """Which final bulletins of a release no longer have the content they were made final with, as sentences. Raises NotAllowed,
    and NotFound when there is none."""
    require(actor, Permission.SEE_TOTALS)
    numbered(session, release)
    made = select(Bulletin).where(Bulletin.release == release).order_by(col(Bulletin.id))
    rows, facts = session.exec(made).all(), bulletin_facts()
    if not rows:
        raise NotFound(f"第{release}期还没有定稿的通报。")
    return [
        f"{document_number(facts, row.year, row.number)}的内容与定稿时的指纹（SHA-256 {row.sha256}）不符。"
        for row in rows
        if digest(row.content) != row.sha256
    ]


# --- drafts -----------------------------------------------------------------------------------------------------------


def in_force(session: Session, release: int) -> Frozen:
    """The release, when bulletins may still be written from it. Raises NotFound, and ProgrammeError when it was superseded."""
    issue = numbered(session, release)
    if issue.replaced:
        raise ProgrammeError(f"第{release}期{issue.replaced}，请按第{issue.superseded_by}期编写通报。")
    return frozen(session, release)


def draft_of(session: Session, actor: Actor, release: int) -> Draft | None:
    """The newest draft of a release, None before there is one. Raises NotAllowed."""
    require(actor, Permission.MAKE_BULLETIN)
    newest = select(BulletinDraft).where(BulletinDraft.release == release).order_by(col(BulletinDraft.number).desc())
    row = session.exec(newest).first()
    return None if row is None else draft_in(session, row)


def draft_in(session: Session, row: BulletinDraft) -> Draft:
    query = select(BulletinChange).where(BulletinChange.draft == row.number).order_by(col(BulletinChange.number))
    changes = tuple(session.exec(query))
    final = session.exec(select(Bulletin.id).where(Bulletin.draft == row.number)).first()
    pieces = tuple(edited(from_json(row.content), changes))
    return Draft(row.number, row.release, row.at, row.user_name, pieces, changes, final or 0, row.sample)


def before(session: Session, release: int) -> Frozen | None:
    """The release that was in force when this one was made: the one it took the place of, else that of the latest month."""
    every = issues(session)
    this = next((one for one in every if one.number == release), None)
    if this is None:
        raise NotFound(f"没有第{release}期。")
    number = this.supersedes or _latest_before(every, release)
    return frozen(session, number) if number else None


def _latest_before(every: list[Issue], release: int) -> int:
    """Of the releases that were in force just before this one, the latest month's."""
    earlier = [one for one in every if one.number < release]
    gone = {one.supersedes for one in earlier}
    return max(((one.month, one.number) for one in earlier if one.number not in gone), default=(None, 0))[1]


# --- on paper ---------------------------------------------------------------------------------------------------------


def printed(session: Session, actor: Actor, release: int) -> Printed:
    """The final bulletin of a release when there is one; for the office else its draft, marked as such, written by the rules
    at this moment where none was made yet. Raises NotAllowed, NotFound, and ProgrammeError instead of the draft of a release
    that was superseded."""
    final = final_of(session, actor, release)
    if final is not None:
        return printed_final(final)
    if refusal(actor, Permission.MAKE_BULLETIN):
        raise NotFound(f"第{release}期还没有定稿的通报。")
    held, draft = in_force(session, release), draft_of(session, actor, release)
    if draft is not None:
        return printed_draft(draft, held.month)
    return _printed_draft(bulletin_blocks(held, before(session, release)), release, held.month)


def printed_final(final: Issued) -> Printed:
    name = "_".join(part for part in (final.document_number, final.replaced) if part)
    paper = bulletin_paper(final.blocks, final.release, final.month, final.day, final.sha256)
    return Printed(name, paper, final.replaced)


def printed_draft(draft: Draft, month: Month) -> Printed:
    return _printed_draft(draft.blocks, draft.release, month)


def _printed_draft(blocks: Sequence[Block], release: int, month: Month) -> Printed:
    return Printed(f"通报草稿_第{release}期", bulletin_paper(as_draft(blocks), release, month))
