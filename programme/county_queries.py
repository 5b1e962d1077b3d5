"""What screens ask about single counties: where each stands, what it handed in, and from which cell a figure comes."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import and_, false, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from programme.calendar import Month
from programme.catalogue import Kpi, Tier, Year, catalogue
from programme.errors import NotAllowed, NotFound
from programme.kpis import Light, light
from programme.models import (
    AuditEvent,
    County,
    Extension,
    Membership,
    MonthlyReturn,
    ReleasedMember,
    ReleasedStanding,
    ReturnRemark,
    Review,
    Standing,
    StoredFile,
    Submission,
)
from programme.obligations import is_released, newest_extension, newest_step
from programme.permissions import Actor, Permission, Subject, require, scope_of
from programme.queries import View
from programme.standings import kpi_codes, same_return

PLACE = (
    "id", "code", "name", "prefecture", "province", "province_code", "longitude", "latitude", "sanqu_sanzhou",
    "tier", "core_county_id", "brand", "featured_products", "sample", "revision", "step", "released", "until",
)  # fmt: skip


def county_frame(session: Session, year: Year, month: Month, release: int = 0) -> pd.DataFrame:
    """One row per member, indexed by internal id, of all counties: callers show only those in the actor's scope. Figures of
    a release, or with 0 those that stand now.

    Columns: code, name, prefecture, province, province_code, longitude, latitude, sanqu_sanzhou, tier, core_county_id,
    brand, featured_products, sample; revision (as it stands now, None without a return this month), step (the newest of its
    review), released and until (of an extension), which make its status (obligations.status_in); each indicator's code (figure
    to date, None when never reported) and month_<code> (本月数: a flow's amount, what is new of a stock; None when the month
    is unreported).
    """
    figures = [*kpi_codes(), *(f"month_{code}" for code in kpi_codes())]
    frame = pd.DataFrame.from_records(
        session.exec(_county_query(year, month, release)).all(), columns=[*PLACE, *figures]
    )
    frame[["longitude", "latitude"]] /= 1000
    whole = ["revision", *figures]
    frame[whole] = frame[whole].astype("Int64")
    return frame.set_index("id")


def _county_query(year: Year, month: Month, release: int) -> Any:
    """The columns of PLACE and the figures; the state of the returns is always that of now."""
    kept, part = (ReleasedStanding, ReleasedMember) if release else (Standing, Membership)
    standing, before, current = aliased(kept), aliased(kept), aliased(MonthlyReturn)
    now, latest = (aliased(Standing), aliased(MonthlyReturn)) if release else (standing, current)
    member: Any = part
    columns: list[Any] = [
        County.id, County.code, County.name, County.prefecture, County.province, County.province_code,
        County.longitude_e3, County.latitude_e3, County.sanqu_sanzhou, member.tier, member.core_county_id,
        member.brand, member.products, member.sample, latest.revision, Review.step,
        is_released(latest), Extension.until,
        *(getattr(standing, code) for code in kpi_codes()),
        *(_of_month(kpi, current, before) for kpi in catalogue().kpis),
    ]  # fmt: skip
    query = (
        select(*columns)
        .select_from(member)
        .join(County, col(County.id) == member.county_id)
        .outerjoin(standing, _newest(standing, member, year, month, release))
        .outerjoin(before, _newest(before, member, year, month.plus(-1), release))
        .outerjoin(current, same_return(current, standing) & (standing.month == month.number))
    )
    if release:
        stands = and_(now.county_id == member.county_id, now.month == month.number)
        query = query.outerjoin(now, stands).outerjoin(latest, same_return(latest, now))
    return (
        query.outerjoin(Review, newest_step(latest))
        .outerjoin(Extension, newest_extension(month, member))
        .where(member.release == release if release else member.year == year.year)
        .order_by(County.code)
    )


def _newest(standing: Any, member: Any, year: Year, month: Month, release: int) -> Any:
    """The last row of the member's standings in the year, up to a month."""
    kept: Any = ReleasedStanding if release else Standing
    newest = (
        select(func.max(kept.month))
        .where(kept.county_id == member.county_id, kept.month <= month.number)
        .where(kept.month >= year.months[0].number)
    )
    if release:
        newest = newest.where(kept.release == release)
    last = newest.correlate(member).scalar_subquery()
    found = and_(standing.county_id == member.county_id, standing.month == last)
    return and_(found, standing.release == release) if release else found


def _of_month(kpi: Kpi, current: Any, before: Any) -> Any:
    amount = getattr(current, kpi.code)
    return amount if kpi.is_flow else amount - func.coalesce(getattr(before, kpi.code), 0)


def in_scope(actor: Actor, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a county frame that the actor may see."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    if scope is None:
        return frame.iloc[0:0]
    places = frame["province_code"].items()
    return frame[np.array([scope(actor, Subject(int(county), province)) for county, province in places], bool)]


def in_view(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows of a county frame that a view holds."""
    places = zip(frame["tier"], frame["province_code"], frame["core_county_id"], strict=True)
    return frame[np.array([view.holds(*place) for place in places], bool)]


def share_of(year: Year, kpi: Kpi, tier: str) -> Fraction | None:
    """The even share of a county in the group's target (县均份额); None when the indicator does not apply."""
    target = year.target_of(kpi, Tier(tier))
    return Fraction(target.stored, year.expected_counties(target.tier)) if target else None


def county_light(year: Year, kpi: Kpi, tier: str, actual: int | None, month: Month) -> Light:
    share = share_of(year, kpi, tier)
    return Light.NONE if not share or actual is None else light(actual / share, year.elapsed_share(month), year)


# --- returns and their traces ---


@dataclass(frozen=True)
class Change:
    """A submission as lists show it."""

    at: datetime
    user_name: str
    code: str
    county: str
    month: Month
    revision: int
    on_behalf: str


def latest_changes(session: Session, actor: Actor, limit: int = 5) -> list[Change]:
    """The newest returns in the actor's scope, from the record of what was done, which lies in the order of time."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    if scope is None:
        return []
    query = (
        select(AuditEvent, County)
        .join(County, col(County.id) == AuditEvent.county_id)
        .where(AuditEvent.action == "return.submitted")
        .order_by(col(AuditEvent.id).desc())
        .limit(limit)
    )
    if actor.county_id:
        query = query.where(AuditEvent.county_id == actor.county_id)
    elif actor.province_code:
        query = query.where(AuditEvent.province_code == actor.province_code)
    handed_in = (
        (event, county, *_month_and_revision(words))
        for event, county in session.exec(query)
        for words in reversed(json.loads(event.detail)["returns"])
    )
    newest = list(islice(handed_in, limit))
    behalf = _on_behalf(session, [(county.id, month.number, revision) for _, county, month, revision in newest])
    return [
        Change(
            event.at,
            event.user_name,
            county.code,
            county.name,
            month,
            revision,
            behalf[county.id, month.number, revision],
        )
        for event, county, month, revision in newest
    ]


def _month_and_revision(words: str) -> tuple[Month, int]:
    """As the event of a submission names a return: 2019-06 r1."""
    month, revision = words.split(" r")
    return Month.parse(month), int(revision)


def _on_behalf(session: Session, keys: list[tuple[Any, int, int]]) -> dict[tuple[Any, int, int], str]:
    """County, month and revision of returns → for whom somebody else handed them in. Key by key: SQLite would go through the
    whole table for a list of rows."""
    columns = MonthlyReturn.county_id, MonthlyReturn.month, MonthlyReturn.revision
    meant = (and_(*(column == part for column, part in zip(columns, key, strict=True))) for key in keys)
    query = select(*columns, MonthlyReturn.on_behalf).where(or_(false(), *meant))
    return {(county, month, revision): behalf for county, month, revision, behalf in session.exec(query)}


@dataclass(frozen=True)
class Revision:
    """One revision of a county's return: figures in stored integers (None is 未报), and everything it can be traced by."""

    month: Month
    revision: int
    at: datetime
    user_name: str
    on_behalf: str
    channel: str
    file_name: str
    file_sha256: str
    sheet: str
    row: int
    reason: str
    figures: dict[str, int | None]
    layout: str
    notes: list[ReturnRemark] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        return [note.message for note in self.notes]

    def cell_of(self, kpi: str) -> str:
        """The cell or cells a figure was read from, such as D7、E7; empty when the form had none for it."""
        for table in json.loads(self.layout):
            if table["sheet"] == self.sheet and table["first"] <= self.row <= table["last"]:
                cells = table["cells"].get(kpi, {}).values()
                return "、".join(cell if cell[-1].isdigit() else f"{cell}{self.row}" for cell in cells)
        return ""


def revisions(session: Session, actor: Actor, county_id: int, month: Month | None = None) -> list[Revision]:
    """All revisions of a county's returns, newest month and revision first."""
    require_sight(session, actor, county_id)
    query = (
        select(MonthlyReturn, Submission)
        .join(Submission, col(Submission.id) == MonthlyReturn.submission_id)
        .where(MonthlyReturn.county_id == county_id)
        .order_by(MonthlyReturn.month.desc(), MonthlyReturn.revision.desc())
    )
    if month:
        query = query.where(MonthlyReturn.month == month.number)
    remarks = _remarks(session, county_id)
    return [_revision(row, act, remarks.get((row.month, row.revision), [])) for row, act in session.exec(query)]


def released_revisions(session: Session, county_id: int, release: int) -> set[tuple[Month, int]]:
    """Month and revision of every return of the county that a release holds."""
    query = select(ReleasedStanding.month, ReleasedStanding.revision).where(
        ReleasedStanding.county_id == county_id, ReleasedStanding.release == release
    )
    return {(Month.from_number(month), revision) for month, revision in session.exec(query)}


def _remarks(session: Session, county_id: int) -> dict[tuple[int, int], list[ReturnRemark]]:
    found: dict[tuple[int, int], list[ReturnRemark]] = {}
    for remark in session.exec(select(ReturnRemark).where(ReturnRemark.county_id == county_id)):
        found.setdefault((remark.month, remark.revision), []).append(remark)
    return found


def _revision(row: Any, act: Submission, notes: list[ReturnRemark]) -> Revision:
    return Revision(
        month=Month.from_number(row.month), revision=row.revision, at=act.at, user_name=act.user_name,
        on_behalf=row.on_behalf, channel=act.channel, file_name=act.file_name, file_sha256=act.file_sha256,
        sheet=row.sheet, row=row.row, reason=act.reason, layout=act.layout, notes=notes,
        figures={code: getattr(row, code) for code in kpi_codes()},
    )  # fmt: skip


def require_sight(session: Session, actor: Actor, county_id: int) -> County:
    """The county, for those who may see it. Raises NotFound and NotAllowed."""
    county = session.get(County, county_id)
    if county is None:
        raise NotFound("没有这个县，请核对地址。")
    require(actor, Permission.SEE_COUNTY, Subject(county.id, county.province_code))
    return county


def uploaded_file(session: Session, actor: Actor, county_id: int, sha256: str) -> tuple[str, bytes]:
    """The file a county's figures came from, as uploaded: its name and content.

    A file of many counties is handed out only to those who may see every county that it names, and whoever handed it in.
    """
    require_sight(session, actor, county_id)
    query = (
        select(Submission.layout, Submission.user_id)
        .join(MonthlyReturn, MonthlyReturn.submission_id == Submission.id)
        .where(Submission.file_sha256 == sha256, MonthlyReturn.county_id == county_id)
        .distinct()
    )
    acts = session.exec(query).all()
    stored = session.get(StoredFile, sha256)
    if stored is None or not acts:
        raise NotFound("没有这个文件。")
    if not any(user == actor.id or _sees_all_of(session, actor, layout) for layout, user in acts):
        raise NotAllowed("这个文件还含有其他县的数据，不能下载；本县的数见上表。")
    return stored.name, stored.content


def _sees_all_of(session: Session, actor: Actor, layout: str) -> bool:
    """Whether the actor may see every county of a file; a row whose county was not told could be anybody's."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    named = {county for table in json.loads(layout) for county in table.get("counties", [0])}
    places = dict(session.exec(select(County.id, County.province_code)).all())
    return scope is not None and all(scope(actor, Subject(county, places.get(county, ""))) for county in named)
