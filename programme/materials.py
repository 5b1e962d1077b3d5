"""What counties write to be shown, and where it stands: stories (展示材料, one a county) and entries of the library (经验案例).

One machinery for both. The status is derived from the newest version and the steps of its review. What is shown is the newest
version the office has accepted, while a newer one is in review, too; where, says the newest showing at each place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from programme.catalogue import catalogue
from programme.errors import NotFound
from programme.material_content import Picture, Product, Written, yuan_text
from programme.material_facts import STORY, Kind, material_facts
from programme.models import (
    County,
    Material,
    MaterialPicture,
    MaterialProduct,
    MaterialReview,
    MaterialReviewPart,
    MaterialShowing,
    MaterialVersion,
    Membership,
    StoredPicture,
)
from programme.obligations import AFTER, Status, Step
from programme.permissions import Actor, Permission, Subject, scope_of
from programme.showcase_facts import ShownPicture

MATERIAL_STATUS_NAMES: Final = {
    Status.NOT_DUE: "未报送",
    Status.SUBMITTED: "待审定",
    Status.SENT_BACK: "已退回",
    Status.ACCEPTED: "已审定",
}
STATUS_MARKS: Final = {
    Status.NOT_DUE: "○",
    Status.SUBMITTED: "◆",
    Status.SENT_BACK: "▼",
    Status.ACCEPTED: "●",
}


@dataclass(frozen=True)
class Piece:
    """A material as it stands. `revision` is the newest, 0 for none; `accepted` the newest the office accepted, 0 for none;
    `number` counts the steps of the newest's review. `shown` are the places it is at, `showings` how often that changed.
    """

    id: int
    kind_code: str
    county_id: int
    code: str
    county: str
    province: str
    revision: int = 0
    heading: str = ""
    genre: str = ""
    at: datetime | None = None
    user_id: int = 0
    user_name: str = ""
    reason: str = ""
    sample: bool = False
    number: int = 0
    step: str = ""
    step_at: datetime | None = None
    step_by: str = ""
    accepted: int = 0
    shown: frozenset[str] = frozenset()
    showings: int = 0

    @property
    def subject(self) -> Subject:
        return Subject(self.county_id, self.code[:2])

    @property
    def kind(self) -> Kind:
        return material_facts().kinds[self.kind_code]

    @property
    def status(self) -> Status:
        return AFTER[self.step] if self.revision else Status.NOT_DUE

    @property
    def status_name(self) -> str:
        return MATERIAL_STATUS_NAMES[self.status]

    @property
    def is_shown(self) -> bool:
        return self.kind.home in self.shown

    @property
    def waits_since(self) -> datetime | None:
        return self.step_at or self.at

    @property
    def title(self) -> str:
        if self.kind_code == STORY:
            return f"{self.county}展示材料"
        return f"{self.county}经验案例“{self.heading}”" if self.heading else f"{self.county}经验案例（未命名）"


def pieces(session: Session, actor: Actor, kind: str) -> list[Piece]:
    """Of this kind, all that the actor may write or put on show, by county and age; also what was only begun."""
    scopes = [scope_of(actor, permission) for permission in (Permission.WRITE_STORY, Permission.SHOW_STORY)]
    reaching = [scope for scope in scopes if scope]
    if not reaching:
        return []
    found = _pieces(session, col(Material.kind) == kind)
    return [one for one in found if any(scope(actor, one.subject) for scope in reaching)]


def piece_of(session: Session, actor: Actor, material_id: int) -> Piece:
    """One that the actor may write or put on show. Raises NotFound for any other."""
    scopes = [scope_of(actor, permission) for permission in (Permission.WRITE_STORY, Permission.SHOW_STORY)]
    found = _pieces(session, col(Material.id) == material_id)
    if not found or not any(scope(actor, found[0].subject) for scope in scopes if scope):
        raise NotFound("没有这份材料，或它不在您的范围内。请刷新后重试。")
    return found[0]


def every_piece(session: Session, *conditions: Any) -> list[Piece]:
    """Whoever looks: for queries that decide themselves what may be read of them."""
    return _pieces(session, *conditions)


def _pieces(session: Session, *conditions: Any) -> list[Piece]:
    rows = list(session.execute(_query().where(*conditions).order_by(County.code, Material.id)))
    places = _places(session, [row[0] for row in rows])
    return [_piece(row, *places.get(row[0], (frozenset(), 0))) for row in rows]


def _query() -> Any:
    accepted = aliased(MaterialReview)
    newest = select(func.max(MaterialVersion.revision)).where(MaterialVersion.material_id == Material.id)
    in_force = select(func.max(accepted.revision)).where(
        accepted.material_id == Material.id, accepted.step == Step.ACCEPTED.value
    )
    same = and_(
        col(MaterialReview.material_id) == MaterialVersion.material_id,
        col(MaterialReview.revision) == MaterialVersion.revision,
    )
    last = select(func.max(MaterialReview.number)).where(same).correlate(MaterialVersion).scalar_subquery()
    return (
        select(  # type: ignore[call-overload]
            Material.id, Material.kind, County.id, County.code, County.name, County.province, MaterialVersion.revision,
            MaterialVersion.title, MaterialVersion.genre, MaterialVersion.at, MaterialVersion.user_id,
            MaterialVersion.user_name, MaterialVersion.reason, MaterialVersion.sample, MaterialReview.number,
            MaterialReview.step, MaterialReview.at, MaterialReview.user_name,
            in_force.correlate(Material).scalar_subquery(),
        )
        .select_from(Material)
        .join(County, col(County.id) == Material.county_id)
        .outerjoin(
            MaterialVersion,
            and_(
                col(MaterialVersion.material_id) == Material.id,
                col(MaterialVersion.revision) == newest.correlate(Material).scalar_subquery(),
            ),
        )
        .outerjoin(MaterialReview, and_(same, col(MaterialReview.number) == last))
    )  # fmt: skip


def _places(session: Session, ids: Iterable[int]) -> dict[int, tuple[frozenset[str], int]]:
    """Material → the places it is shown at, and how many showings there were."""
    events: dict[int, dict[str, bool]] = defaultdict(dict)
    counts: dict[int, int] = {}
    query = select(MaterialShowing).where(col(MaterialShowing.material_id).in_(list(ids)))
    for row in session.exec(query.order_by(col(MaterialShowing.number))):
        events[row.material_id][row.place] = row.shown
        counts[row.material_id] = row.number
    return {
        material: (frozenset(place for place, shown in places.items() if shown), counts[material])
        for material, places in events.items()
    }


def _piece(row: Any, shown: frozenset[str], showings: int) -> Piece:
    material, kind, county_id, code, county, province, revision, heading, genre, at, user_id, user_name = row[:12]
    reason, sample, number, step, step_at, step_by, accepted = row[12:]
    if not revision:
        return Piece(material, kind, county_id, code, county, province)
    return Piece(
        material, kind, county_id, code, county, province, revision, heading, genre, at, user_id, user_name, reason,
        sample, number or 0, step or "", step_at, step_by or "", accepted or 0, shown, showings,
    )  # fmt: skip


# --- one version ------------------------------------------------------------------------------------------------------


def content_of(session: Session, one: Piece, revision: int | None = None) -> Written:
    """A version as it was handed in; the newest when none is named. Whether the actor may see it is settled with `one`."""
    chosen = one.revision if revision is None else revision
    return contents(session, [(one.id, chosen)]).get(one.id, Written())


def contents(session: Session, chosen: Iterable[tuple[int, int]]) -> dict[int, Written]:
    """Material → the version chosen of it, as it was handed in."""
    wanted = dict(chosen)
    pictures: dict[tuple[int, int], list[Picture]] = defaultdict(list)
    for row in _rows(session, MaterialPicture, wanted, MaterialPicture.number):
        pictures[row.material_id, row.product].append(Picture(row.sha256, row.alt, row.rights))
    products: dict[int, list[Product]] = defaultdict(list)
    for row in _rows(session, MaterialProduct, wanted, MaterialProduct.number):
        picture = next(iter(pictures[row.material_id, row.product]), None)
        price = "" if row.price_fen is None else yuan_text(row.price_fen)
        products[row.material_id].append(Product(row.product, row.name, row.spec, price, row.link, picture))
    return {
        row.material_id: Written(
            row.title, row.text, row.genre, row.tags, tuple(pictures[row.material_id, 0]),
            tuple(products[row.material_id]),
        )
        for row in _rows(session, MaterialVersion, wanted, MaterialVersion.material_id)
    }  # fmt: skip


def _rows(session: Session, table: Any, wanted: Mapping[int, int], order: Any) -> list[Any]:
    query = select(table).where(col(table.material_id).in_(list(wanted))).order_by(order)
    return [row for row in session.exec(query) if wanted[row.material_id] == row.revision]


def stored_pictures(session: Session, used: Iterable[Picture]) -> dict[str, StoredPicture]:
    """The pictures as they are kept, by digest."""
    digests = {picture.sha256 for picture in used}
    query = select(StoredPicture).where(col(StoredPicture.sha256).in_(digests))
    return {row.sha256: row for row in session.exec(query)}


def as_shown(picture: Picture, stored: Mapping[str, StoredPicture]) -> ShownPicture:
    """A picture with what is said about it here."""
    row = stored[picture.sha256]
    return ShownPicture(
        row.sha256, row.media_type, row.content, row.width, row.height, picture.alt, picture.rights
    )  # fmt: skip


def brand_of(session: Session, county_id: int) -> str:
    """The county's brand in the list of members of the current year; "" for none."""
    member = session.get(Membership, (catalogue().current_year.year, county_id))
    return member.brand if member else ""


def reasons_of(session: Session, one: Piece) -> dict[str, str]:
    """Part → what must change in what was sent back; {} for any other."""
    if one.status is not Status.SENT_BACK:
        return {}
    query = select(MaterialReviewPart).where(
        MaterialReviewPart.material_id == one.id,
        MaterialReviewPart.revision == one.revision,
        MaterialReviewPart.number == one.number,
    )
    found = {row.part: row.reason for row in session.exec(query)}
    return {part: found[part] for part in one.kind.parts if part in found}


@dataclass(frozen=True)
class Event:
    """Something that was done with a material: handed in, reviewed, put somewhere or taken off."""

    at: datetime
    what: str
    by: str
    reason: str


def course_of(session: Session, one: Piece) -> list[Event]:
    """Everything that was done, oldest first."""
    words, places = {Step.SENT_BACK: "退回", Step.ACCEPTED: "审定"}, material_facts().places
    rows: list[Any] = [MaterialVersion, MaterialReview, MaterialShowing]
    versions, steps, showings = (session.exec(select(table).where(table.material_id == one.id)).all() for table in rows)
    found = [Event(row.at, f"报送第{row.revision}版", row.user_name, row.reason) for row in versions]
    found += [Event(row.at, f"{words[Step(row.step)]}第{row.revision}版", row.user_name, "") for row in steps]
    found += [
        Event(row.at, places[row.place].put if row.shown else places[row.place].take, row.user_name, row.reason)
        for row in sorted(showings, key=lambda row: row.number)
    ]
    return sorted(found, key=lambda event: event.at)
