"""What is shown of the counties, for those who show it (wall, bulletin, previews): accepted versions, whoever looks."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit
from programme.errors import NotFound
from programme.material_content import Product, Written, price, tag_list
from programme.material_facts import BULLETIN, PRACTICE, STORY, WALL, material_facts
from programme.material_writing import draft_of
from programme.materials import (
    Piece,
    as_shown,
    brand_of,
    content_of,
    contents,
    every_piece,
    piece_of,
    stored_pictures,
)
from programme.models import Material, MaterialReview, MaterialShowing, MaterialVersion, StoredPicture
from programme.obligations import Step
from programme.permissions import Actor
from programme.showcase_facts import ShownPractice, ShownProduct, ShownStory

Version = tuple[str, bool]
"""Of a version: its brand, and whether it is sample data."""


def on_show(session: Session) -> list[ShownStory]:
    """The stories that are on show, by county: the newest version the office accepted of each."""
    found = [one for one in every_piece(session, col(Material.kind) == STORY) if one.is_shown]
    return [story(one, written, version, stored) for one, written, version, stored in _accepted(session, found)]


def practices_on_wall(session: Session) -> list[ShownPractice]:
    """The entries of the library that are on the wall."""
    return _practices(session, WALL)


def practices_for_bulletin(session: Session) -> list[ShownPractice]:
    """The entries of the library that are offered for a bulletin."""
    return _practices(session, BULLETIN)


def shown_version(session: Session) -> str:
    """A short text that changes whenever one of these does; three small counts."""
    accepted = select(func.count()).select_from(MaterialReview).where(MaterialReview.step == Step.ACCEPTED.value)
    showings = select(func.count()).select_from(MaterialShowing)
    registry = audit.data_version(session, audit.REGISTRY)
    return f"{session.exec(accepted).one()}-{session.exec(showings).one()}-{registry}"


def _practices(session: Session, place: str) -> list[ShownPractice]:
    found = [one for one in every_piece(session, col(Material.kind) == PRACTICE) if place in one.shown]
    return [practice(*parts) for parts in _accepted(session, found)]


def _accepted(
    session: Session, found: Iterable[Piece]
) -> list[tuple[Piece, Written, Version, dict[str, StoredPicture]]]:
    """Each with its accepted version and the pictures stored."""
    chosen = {one.id: one for one in found if one.accepted}
    written = contents(session, [(one.id, one.accepted) for one in chosen.values()])
    query = select(MaterialVersion).where(col(MaterialVersion.material_id).in_(list(chosen)))
    versions = {(row.material_id, row.revision): (row.brand, row.sample) for row in session.exec(query)}
    stored = stored_pictures(session, (picture for one in written.values() for picture in one.every_picture))
    return [(one, written[one.id], versions[one.id, one.accepted], stored) for one in chosen.values()]


# --- as others read it ------------------------------------------------------------------------------------------------


def story(one: Piece, written: Written, version: Version, stored: dict[str, StoredPicture]) -> ShownStory:
    """A version of a story as it would be shown."""
    return ShownStory(
        county_id=one.county_id,
        code=one.code,
        county=one.county,
        province=one.province,
        brand=version[0],
        title=written.title,
        text=written.text,
        pictures=tuple(as_shown(picture, stored) for picture in written.pictures),
        products=tuple(_product(product, stored) for product in written.products),
        sample=version[1],
    )


def _product(product: Product, stored: dict[str, StoredPicture]) -> ShownProduct:
    fen = price(product.price)
    picture = as_shown(product.picture, stored) if product.picture else None
    return ShownProduct(product.name, product.spec, fen if isinstance(fen, int) else None, product.link, picture)


def practice(one: Piece, written: Written, version: Version, stored: dict[str, StoredPicture]) -> ShownPractice:
    """A version of an entry as it would be shown; `kind` is the word for it."""
    return ShownPractice(
        id=one.id,
        county_id=one.county_id,
        county=one.county,
        kind=material_facts().genres.get(written.genre, ""),
        title=written.title,
        text=written.text,
        tags=tag_list(written.tags),
        pictures=tuple(as_shown(picture, stored) for picture in written.pictures),
        sample=version[1],
    )


def previewed(session: Session, one: Piece, written: Written, version: Version) -> ShownStory | ShownPractice:
    """What is written now as it would be shown."""
    make = story if one.kind_code == STORY else practice
    return make(one, written, version, stored_pictures(session, written.every_picture))


def scene_of(session: Session, actor: Actor, material_id: int, revision: int) -> ShownStory:
    """A version of a story as the wall would show it, or with 0 what the actor is writing. Raises NotFound for what they may
    neither write nor put on show."""
    one = piece_of(session, actor, material_id)
    if one.kind_code != STORY:
        raise NotFound("只有县的故事在大屏上有自己的场景。")
    draft = None if revision else draft_of(session, actor, one)
    written = draft.written if draft else content_of(session, one, revision or None)
    version = version_of(session, one, revision) if revision else version_to_be(session, one)
    return story(one, written, version, stored_pictures(session, written.every_picture))


def version_of(session: Session, one: Piece, revision: int) -> Version:
    """Brand and sample of a version; nothing of one that does not exist."""
    row = session.get(MaterialVersion, (one.id, revision))
    return (row.brand, row.sample) if row else ("", False)


def version_to_be(session: Session, one: Piece) -> Version:
    """Of what is being written: the brand is that of the list of members today."""
    return brand_of(session, one.county_id), one.sample
