"""What those who write to be shown do: begin, write, add pictures, hand in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from programme import audit, settings
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.material_content import (
    Picture,
    Written,
    as_json,
    changed_parts,
    from_json,
    price,
    problems,
    tidy,
)
from programme.material_edits import WHOLE, Change, nothing, with_picture
from programme.material_facts import STORY, Bounds, Kind, material_facts
from programme.materials import Piece, brand_of, content_of, piece_of, reasons_of
from programme.models import (
    County,
    Material,
    MaterialDraft,
    MaterialPicture,
    MaterialProduct,
    MaterialVersion,
    StoredPicture,
)
from programme.obligations import Status
from programme.permissions import Actor, Permission, Subject, require
from programme.pictures import MEDIA_TYPE, Ready
from programme.review_rules import refuse_outdated
from programme.settings import clock


@dataclass(frozen=True)
class Draft:
    """What an account has written and not handed in; `base` is the version it began with, 0 for none."""

    written: Written
    base: int
    saved_at: datetime


# --- drafts -----------------------------------------------------------------------------------------------------------


def begin(session: Session, actor: Actor, kind: str, county_id: int) -> int:
    """A draft of something new for the county; its number. A county has one story: for that, the story there is."""
    county = session.get(County, county_id)
    if county is None:
        raise NotFound("没有这个县，请刷新后重试。")
    require(actor, Permission.WRITE_STORY, Subject(county_id, county.province_code))
    same = select(Material.id).where(Material.kind == kind, Material.county_id == county_id)
    known = session.exec(same).first() if kind == STORY else None
    if known is None:
        row = Material(
            kind=material_facts().kinds[kind].code, county_id=county_id, at=settings.moment(), user_id=actor.id,
            user_name=actor.name,
        )  # fmt: skip
        session.add(row)
        session.flush()
        assert row.id is not None
        known = row.id
    keep(session, actor, piece_of(session, actor, known), nothing)
    return known


def draft_of(session: Session, actor: Actor, one: Piece) -> Draft | None:
    """The actor's own draft; nobody reads another's."""
    kept = session.get(MaterialDraft, (one.id, actor.id))
    return Draft(from_json(kept.written), kept.base, kept.saved_at) if kept else None


def drafted(session: Session, actor: Actor) -> set[int]:
    """The materials of which the actor has a draft."""
    return set(session.exec(select(MaterialDraft.material_id).where(MaterialDraft.user_id == actor.id)))


def keep(session: Session, actor: Actor, one: Piece, change: Change) -> Written:
    """Keep a change to the actor's draft, right or wrong; the draft begins with the newest version."""
    require(actor, Permission.WRITE_STORY, one.subject)
    kept = draft_of(session, actor, one)
    written = change(kept.written if kept else content_of(session, one))
    _refuse_too_many(one.kind, written)
    session.merge(
        MaterialDraft(
            material_id=one.id, user_id=actor.id, base=kept.base if kept else one.revision, written=as_json(written),
            saved_at=settings.now(),
        )
    )  # fmt: skip
    session.flush()
    return written


def _refuse_too_many(kind: Kind, written: Written) -> None:
    for found, most, name, unit in (
        (len(written.pictures), kind.max_pictures, "图片", "张"),
        (len(written.products), kind.max_products, "产品", "个"),
    ):
        if found > most:
            raise ProgrammeError(f"{kind.name}的{name}最多{most}{unit}，请先删去一{unit}。")


def add_picture(session: Session, actor: Actor, one: Piece, ready: Ready, product: int = WHOLE) -> None:
    """Store a picture made ready (programme/pictures.py) and put it into the actor's draft, of the whole or of a product."""
    require(actor, Permission.WRITE_STORY, one.subject)
    kept = draft_of(session, actor, one)
    begun = kept.written if kept else content_of(session, one)
    if product == WHOLE and ready.sha256 in {picture.sha256 for picture in begun.pictures}:
        raise ProgrammeError("这张图片已经上传过了，不必重复上传。")
    store_picture(session, ready)
    keep(session, actor, one, with_picture(Picture(ready.sha256), product))


def store_picture(session: Session, ready: Ready) -> None:
    """Keep it once per content; no step of its own, but a part of those that use it."""
    if session.get(StoredPicture, ready.sha256) is None:
        session.add(
            StoredPicture(
                sha256=ready.sha256, uploaded_sha256=ready.uploaded_sha256, media_type=MEDIA_TYPE, width=ready.width,
                height=ready.height, content=ready.content,
            )
        )  # fmt: skip
        session.flush()


def bounds_of(product: int) -> Bounds:
    """How large a picture may be here."""
    upload = material_facts().upload
    return upload.picture if product == WHOLE else upload.product


def discard(session: Session, actor: Actor, one: Piece) -> None:
    """Throw the actor's own draft away."""
    require(actor, Permission.WRITE_STORY, one.subject)
    if kept := session.get(MaterialDraft, (one.id, actor.id)):
        session.delete(kept)
        session.flush()


# --- handing in -------------------------------------------------------------------------------------------------------


def submit_draft(session: Session, actor: Actor, seen: Piece, reason: str = "") -> int:
    """Hand in the actor's draft; raises as `submit`, and ProgrammeError when there is none."""
    kept = draft_of(session, actor, seen)
    if kept is None:
        raise ProgrammeError("没有可以报送的草稿，请先填写或修改。")
    if kept.base != seen.revision:
        raise Outdated(f"这份草稿写在第{kept.base}版上，而{seen.title}已有第{seen.revision}版。请放弃草稿后重新修改。")
    return submit(session, actor, seen, kept.written, reason)


def submit(
    session: Session, actor: Actor, seen: Piece, written: Written, reason: str = "", *, sample: bool = False
) -> int:
    """Store a new version and return its number. `seen` is what the writer had before them.

    Raises NotAllowed for another county's, Outdated when somebody handed in or reviewed meanwhile, ProgrammeError while
    something is unfinished, unchanged, or lacks its reason. What follows a sample is labelled as one.
    """
    require(actor, Permission.WRITE_STORY, seen.subject)
    current = piece_of(session, actor, seen.id)
    reason = storable(reason).strip()[: material_facts().limits["max_reason"]]
    if seen.revision != current.revision:
        at = clock(current.at)
        raise Outdated(f"您填写期间，{current.user_name}已于{at}报送第{current.revision}版。请核对新的版本后再修改。")
    refuse_outdated(seen, current)
    _refuse_unfinished(problems(current.kind, written))
    changed = changed_parts(current.kind, content_of(session, current), written)
    _refuse_unfit(current, changed, reasons_of(session, current), reason)
    _store(session, actor, current, tidy(written), reason, sample or current.sample)
    discard(session, actor, current)
    audit.record(
        session, actor, "material.submitted", subject=current.county, county_id=current.county_id,
        province_code=current.code[:2], material=f"{current.kind.name}：{tidy(written).title}",
        revision=current.revision + 1, sections=[material_facts().parts[part].name for part in changed], reason=reason,
    )  # fmt: skip
    return current.revision + 1


def _refuse_unfinished(found: Mapping[str, list[str]]) -> None:
    if found:
        sentences = [sentence for told in found.values() for sentence in told]
        raise ProgrammeError(f"还有{len(sentences)}处没有写好，不能报送：{''.join(sentences)}")


def _refuse_unfit(current: Piece, changed: Iterable[str], asked: Mapping[str, str], reason: str) -> None:
    if current.status is Status.SENT_BACK:
        if (same := [part for part in asked if part not in changed]) and not reason:
            raise ProgrammeError(f"退回时要求修改{_named(same)}，但内容没有变化。请修改；如认为无误，请写明原因。")
    elif current.revision and not changed:
        raise ProgrammeError("内容与已报送的完全相同，没有变化，不必重复报送。")
    elif current.status is Status.ACCEPTED and not reason:
        raise ProgrammeError(f"{current.title}已审定，再次报送即为修改，须重新审定。请写明修改的原因。")


def _named(parts: Iterable[str]) -> str:
    return "、".join(f"“{material_facts().parts[part].name}”" for part in parts)


def _store(session: Session, actor: Actor, one: Piece, written: Written, reason: str, sample: bool) -> None:
    key = {"material_id": one.id, "revision": one.revision + 1}
    session.add(
        MaterialVersion(
            **key, title=written.title, text=written.text, genre=written.genre, tags=written.tags,
            brand=brand_of(session, one.county_id), at=settings.moment(), user_id=actor.id, user_name=actor.name,
            reason=reason, sample=sample,
        )
    )  # fmt: skip
    for number, product in enumerate(written.products, 1):
        fen = price(product.price)
        session.add(
            MaterialProduct(
                **key, product=number, number=number, name=product.name, spec=product.spec, link=product.link,
                price_fen=fen if isinstance(fen, int) else None,
            )
        )  # fmt: skip
    used = [(WHOLE, number, picture) for number, picture in enumerate(written.pictures, 1)]
    used += [(product.product, 1, product.picture) for product in written.products if product.picture]
    for of_product, number, picture in used:
        session.add(
            MaterialPicture(
                **key, product=of_product, number=number, sha256=picture.sha256, alt=picture.alt, rights=picture.rights,
            )
        )  # fmt: skip
    session.flush()
