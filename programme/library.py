"""The library of practice (经验案例库): what the office accepted, for everybody in the programme to find and read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from programme.errors import NotFound
from programme.material_content import tag_list
from programme.material_facts import PRACTICE, material_facts
from programme.materials import contents, every_piece
from programme.models import County, Material, MaterialReview, MaterialShowing, MaterialVersion
from programme.obligations import Step
from programme.permissions import Actor, Permission, require
from programme.search_words import search_words
from programme.showcase_facts import ShownPractice
from programme.showcase_queries import previewed, version_of


@dataclass(frozen=True)
class Wanted:
    """What to look for: words (all of the first ten, in title, text or tags), a kind of entry, a county by code; "" is any."""

    text: str = ""
    genre: str = ""
    county: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry of the library as the list shows it. `genre` is the word for its kind; `shown` the places it is at."""

    id: int
    title: str
    code: str
    county: str
    province: str
    genre: str
    text: str
    tags: tuple[str, ...]
    at: datetime
    sample: bool
    shown: frozenset[str] = frozenset()


def entry_count(session: Session, actor: Actor, wanted: Wanted) -> int:
    require(actor, Permission.SEE_LIBRARY)
    return session.exec(_in_library(select(func.count(col(Material.id))), wanted)).one()


def entries(session: Session, actor: Actor, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Entry]:
    """The newest accepted first."""
    require(actor, Permission.SEE_LIBRARY)
    columns: list[Any] = [
        Material.id, MaterialVersion.title, County.code, County.name, County.province, MaterialVersion.genre,
        MaterialVersion.text, MaterialVersion.tags, MaterialReview.at, MaterialVersion.sample,
    ]  # fmt: skip
    query = _in_library(select(*columns), wanted).order_by(col(MaterialReview.at).desc(), col(Material.id).desc())
    found = [_entry(row) for row in session.exec(query.limit(limit).offset(offset))]
    places = {one.id: one.shown for one in every_piece(session, col(Material.id).in_([one.id for one in found]))}
    return [replace(one, shown=places[one.id]) for one in found]


def _entry(row: Any) -> Entry:
    material, title, code, county, province, genre, text, tags, at, sample = row
    known = material_facts().genres.get(genre, "")
    return Entry(material, title, code, county, province, known, text, tag_list(tags), at, sample)


def entry(session: Session, actor: Actor, material_id: int) -> ShownPractice:
    """One entry of the library, whole. Raises NotFound for what is not in it."""
    require(actor, Permission.SEE_LIBRARY)
    found = every_piece(session, col(Material.id) == material_id, col(Material.kind) == PRACTICE)
    if not found or not found[0].is_shown:
        raise NotFound("案例库中没有这一篇，可能已移出。请返回列表。")
    one = found[0]
    written = contents(session, [(one.id, one.accepted)])[one.id]
    shown = previewed(session, one, written, version_of(session, one, one.accepted))
    assert isinstance(shown, ShownPractice)
    return shown


def counties_in_library(session: Session, actor: Actor) -> dict[str, str]:
    """Code → name of the counties that have an entry in it."""
    require(actor, Permission.SEE_LIBRARY)
    columns: list[Any] = [County.code, County.name]
    query = _in_library(select(*columns), Wanted()).distinct().order_by(County.code)
    return {code: name for code, name in session.exec(query)}


def _in_library(query: Any, wanted: Wanted) -> Any:
    """From the newest accepted version of each entry whose newest showing at the library says it is there."""
    home = material_facts().kinds[PRACTICE].home
    newest_accepted = (
        select(func.max(MaterialReview.revision))
        .where(MaterialReview.material_id == Material.id, MaterialReview.step == Step.ACCEPTED.value)
        .correlate(Material)
        .scalar_subquery()
    )
    newest_showing = (
        select(func.max(MaterialShowing.number))
        .where(MaterialShowing.material_id == Material.id, MaterialShowing.place == home)
        .correlate(Material)
        .scalar_subquery()
    )
    return (
        query.select_from(Material)
        .join(County, col(County.id) == Material.county_id)
        .join(
            MaterialVersion,
            (col(MaterialVersion.material_id) == Material.id) & (col(MaterialVersion.revision) == newest_accepted),
        )
        .join(
            MaterialReview,
            (col(MaterialReview.material_id) == Material.id)
            & (col(MaterialReview.revision) == MaterialVersion.revision)
            & (col(MaterialReview.step) == Step.ACCEPTED.value),
        )
        .join(
            MaterialShowing,
            (col(MaterialShowing.material_id) == Material.id) & (col(MaterialShowing.number) == newest_showing),
        )
        .where(Material.kind == PRACTICE, col(MaterialShowing.shown).is_(True), *_conditions(wanted))
    )


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for word in search_words(wanted.text):
        columns = col(MaterialVersion.title), col(MaterialVersion.text), col(MaterialVersion.tags), col(County.name)
        yield or_(*(column.icontains(word, autoescape=True) for column in columns))
    if wanted.genre:
        yield col(MaterialVersion.genre) == wanted.genre
    if wanted.county:
        yield col(County.code) == wanted.county
