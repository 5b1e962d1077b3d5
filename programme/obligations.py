"""What every county owes for a month, and where it stands. Nobody creates a return: the programme year does (domain §4).

The status is derived, here and nowhere else: from the due day, the revision in force, and the steps of its review.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, func, literal, or_, true, union_all
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from programme import settings
from programme.calendar import Month
from programme.catalogue import Kpi, Tier, Year, catalogue
from programme.models import (
    AppUser,
    County,
    Extension,
    Membership,
    MonthlyReturn,
    ReleasedStanding,
    Review,
    Standing,
    Submission,
)
from programme.permissions import Actor, Permission, Subject, scope_of
from programme.standings import kpi_codes, same_return

Scopes = tuple[tuple[Tier, tuple[str, ...]], ...]
"""The indicators of each tier."""


class Step(StrEnum):
    """What a reviewer did with a revision."""

    SENT_BACK = "sent_back"
    APPROVED = "approved"
    ACCEPTED = "accepted"


class Status(StrEnum):
    """Where a county's return for a month stands."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    RELEASED = "released"


STATUS_NAMES = {
    Status.NOT_DUE: "未到期",
    Status.DUE: "待报",
    Status.OVERDUE: "逾期未报",
    Status.SUBMITTED: "已提交",
    Status.SENT_BACK: "已退回",
    Status.APPROVED: "省级审核通过",
    Status.ACCEPTED: "办公室已接收",
    Status.RELEASED: "已发布",
}
AFTER = {"": Status.SUBMITTED, **{step.value: Status(step.value) for step in Step}}


def status(month: Month, due: date, today: date, *, submitted: bool, step: str = "", released: bool = False) -> Status:
    """`step` is the newest step of the revision in force, "" while nobody has looked at it; `released` whether a release has it."""
    if submitted:
        return Status.RELEASED if released else AFTER[step]
    if today > due:
        return Status.OVERDUE
    return Status.DUE if today > month.last_day else Status.NOT_DUE


def status_in(row: Mapping[Any, Any], month: Month, today: date) -> Status:
    """The status of a row of a county frame (columns revision, step, released, until)."""
    import pandas as pd  # noqa: PLC0415  (only what already holds a frame comes here; commands start sooner without)

    due = catalogue().due(month) if pd.isna(row["until"]) else row["until"]
    step = "" if pd.isna(row["step"]) else row["step"]
    return status(month, due, today, submitted=not pd.isna(row["revision"]), step=step, released=bool(row["released"]))


@dataclass(frozen=True)
class Obligation:
    """One county and month. `revision` is the one in force, 0 for none; `number` counts the steps of its review.

    `complete_at` is when the first return came that held every figure in the county's scope; `missing` are the
    indicators that the revision in force leaves empty.
    """

    county_id: int
    code: str
    county: str
    province: str
    tier: Tier
    month: Month
    due: date
    today: date
    revision: int = 0
    at: datetime | None = None
    complete_at: datetime | None = None
    missing: tuple[str, ...] = ()
    user_id: int = 0
    user_name: str = ""
    user_role: str = ""
    on_behalf: str = ""
    number: int = 0
    step: str = ""
    step_at: datetime | None = None
    step_by: str = ""
    released: bool = False

    @property
    def subject(self) -> Subject:
        return Subject(self.county_id, self.code[:2])

    @property
    def kpis(self) -> tuple[Kpi, ...]:
        """The indicators in the county's scope."""
        year = catalogue().year_of(self.month)
        return year.kpis_of(self.tier) if year else ()

    @property
    def status(self) -> Status:
        return status(
            self.month, self.due, self.today, submitted=bool(self.revision), step=self.step, released=self.released
        )

    @property
    def is_complete(self) -> bool:
        return bool(self.revision) and not self.missing

    @property
    def late_days(self) -> int:
        """Calendar days from the due day to the first complete return, or to today while there is none; 0 in time."""
        until = self.complete_at.astimezone(settings.BEIJING).date() if self.complete_at else self.today
        return max(0, (until - self.due).days)

    @property
    def waits_since(self) -> datetime | None:
        """When somebody last did something about it."""
        return self.step_at or self.at

    @property
    def title(self) -> str:
        return f"{self.county}{self.month.chinese}月报"


def obligations(
    session: Session, actor: Actor, year: Year, month: Month, county_ids: Iterable[int] | None = None
) -> list[Obligation]:
    """Those of the month in the actor's scope, in the order of their codes, in one read; of these counties only when given."""
    return of_months(session, actor, year, [month], county_ids)


def of_months(
    session: Session, actor: Actor, year: Year, months: Sequence[Month], county_ids: Iterable[int] | None = None
) -> list[Obligation]:
    """As `obligations`, of several months in one read: county by county, each county's months in order."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    if scope is None or not months:
        return []
    query = _query(year, months)
    if county_ids is not None:
        query = query.where(col(Membership.county_id).in_(list(county_ids)))
    today, places = settings.today(), _places(year)
    dues = {month.number: (month, catalogue().due(month)) for month in months}
    found = (_obligation(row, places, *dues[row[-1]], today) for row in session.execute(query))
    return [one for one in found if scope(actor, one.subject)]


def _query(year: Year, months: Sequence[Month]) -> Any:
    scopes = tuple((tier, tuple(kpi.code for kpi in year.kpis_of(tier))) for tier in Tier)
    return _query_of(year.year, scopes, tuple(month.number for month in months))


@lru_cache(maxsize=32)
def _query_of(year: int, scopes: Scopes, months: tuple[int, ...]) -> Any:
    """Made once for a choice of months: to build it takes as long as to ask it."""
    period = union_all(*(columns(literal(month).label("month")) for month in months)).subquery("period")
    month = period.c.month
    current, act = aliased(MonthlyReturn), aliased(Submission)
    figures = [getattr(current, code) for code in kpi_codes()]
    return (
        select(
            County.id, County.code, County.name, County.province, Membership.tier, Extension.until,  # type: ignore[call-overload]
            current.revision, act.at, act.user_id, act.user_name, AppUser.role, current.on_behalf,
            Review.number, Review.step, Review.at, Review.user_name, _first_complete(scopes, month),
            is_released(current), *figures, month,
        )
        .select_from(Membership)
        .join(County, col(County.id) == Membership.county_id)
        .join(period, true())
        .outerjoin(Standing, and_(Standing.county_id == Membership.county_id, Standing.month == month))
        .outerjoin(current, same_return(current))
        .outerjoin(act, act.id == current.submission_id)
        .outerjoin(AppUser, AppUser.id == act.user_id)
        .outerjoin(Review, newest_step(current))
        .outerjoin(Extension, _newest_extension(month))
        .where(Membership.year == year)
        .order_by(County.code, month)
    )  # fmt: skip


def newest_step(current: Any) -> Any:
    """The condition that joins a revision with the newest step of its review."""
    same = and_(
        col(Review.county_id) == current.county_id,
        col(Review.month) == current.month,
        col(Review.revision) == current.revision,
    )
    newest = select(func.max(Review.number)).where(same).correlate(current).scalar_subquery()
    return and_(same, col(Review.number) == newest)


def is_released(current: Any) -> Any:
    """Whether any release holds this very revision."""
    held = select(ReleasedStanding.release).where(
        ReleasedStanding.county_id == current.county_id,
        ReleasedStanding.month == current.month,
        ReleasedStanding.revision == current.revision,
    )
    return held.correlate(current).exists()


def newest_extension(month: Month, member: Any = Membership) -> Any:
    """The condition that joins a member with the newest extension of its due day."""
    return _newest_extension(literal(month.number), member)


def _newest_extension(month: Any, member: Any = Membership) -> Any:
    same = and_(col(Extension.county_id) == member.county_id, col(Extension.month) == month)
    newest = select(func.max(Extension.number)).where(same).correlate_except(Extension).scalar_subquery()
    return and_(same, col(Extension.number) == newest)


def _first_complete(scopes: Scopes, month: Any) -> Any:
    """When the first revision with every figure in the county's scope came."""
    full = or_(
        *(
            and_(
                col(Membership.tier) == tier.value,
                *(getattr(MonthlyReturn, code).is_not(None) for code in codes),
            )
            for tier, codes in scopes
        )
    )
    return (
        select(func.min(Submission.at))
        .join(MonthlyReturn, MonthlyReturn.submission_id == Submission.id)
        .where(MonthlyReturn.county_id == Membership.county_id, MonthlyReturn.month == month, full)
        .correlate_except(MonthlyReturn, Submission)
        .scalar_subquery()
    )


def _places(year: Year) -> dict[Tier, list[tuple[int, str]]]:
    """The indicators in scope of each tier, with their places among all."""
    scopes = {tier: {kpi.code for kpi in year.kpis_of(tier)} for tier in Tier}
    return {tier: [(at, code) for at, code in enumerate(kpi_codes()) if code in scopes[tier]] for tier in Tier}


def _obligation(
    row: Any, places: dict[Tier, list[tuple[int, str]]], month: Month, due: date, today: date
) -> Obligation:
    place, until, (revision, at, user_id, user_name, role, behalf) = row[:5], row[5], row[6:12]
    number, step, step_at, step_by, complete_at, released = row[12:18]
    figures, tier = row[18:], Tier(place[4])
    county_id, code, county, province = place[:4]
    return Obligation(
        county_id=county_id,
        code=code,
        county=county,
        province=province,
        tier=tier,
        month=month,
        due=until or due,
        today=today,
        revision=revision or 0,
        at=at,
        complete_at=complete_at,
        missing=tuple(code for at, code in places[tier] if figures[at] is None) if revision else (),
        user_id=user_id or 0,
        user_name=user_name or "",
        user_role=role or "",
        on_behalf=behalf or "",
        number=number or 0,
        step=step or "",
        step_at=step_at,
        step_by=step_by or "",
        released=bool(released),
    )
