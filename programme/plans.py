"""Execution plans (执行方案) and where they stand. Every core county owes one; a radiating county may have one.

The status is derived from the newest revision and the steps of its review. What is carried out meanwhile is the plan in
force: the newest revision that the office has accepted, or, until there is one, the newest.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, func, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from programme import settings
from programme.catalogue import Tier, Year
from programme.errors import NotFound
from programme.milestones import Milestone, State, counted
from programme.models import (
    County,
    Membership,
    MilestoneEvent,
    Plan,
    PlanMilestone,
    PlanReview,
    PlanReviewSection,
    PlanSection,
)
from programme.obligations import AFTER, STATUS_NAMES, Status, Step
from programme.permissions import Actor, Permission, Subject, require, scope_of
from programme.plan_content import Row, Written, wan_text
from programme.plan_facts import plan_facts

PLAN_STATUS_NAMES: Final = STATUS_NAMES | {Status.DUE: "未报送", Status.NOT_DUE: "未编制（自愿）"}


@dataclass(frozen=True)
class CountyPlan:
    """One county and year. `revision` is the newest, 0 for none; `number` counts the steps of its review.

    `in_force` is the revision whose `milestones` are carried out and reported on.
    """

    county_id: int
    code: str
    county: str
    province: str
    tier: Tier
    year: int
    revision: int = 0
    in_force: int = 0
    at: datetime | None = None
    user_id: int = 0
    user_name: str = ""
    reason: str = ""
    sample: bool = False
    number: int = 0
    step: str = ""
    step_at: datetime | None = None
    step_by: str = ""
    milestones: tuple[Milestone, ...] = ()

    @property
    def subject(self) -> Subject:
        return Subject(self.county_id, self.code[:2])

    @property
    def is_owed(self) -> bool:
        return self.tier is plan_facts().owed_by

    @property
    def status(self) -> Status:
        if self.revision:
            return AFTER[self.step]
        return Status.DUE if self.is_owed else Status.NOT_DUE

    @property
    def status_name(self) -> str:
        return PLAN_STATUS_NAMES[self.status]

    @property
    def is_under_review(self) -> bool:
        """Whether a newer revision than the one in force exists."""
        return self.revision != self.in_force

    @property
    def counts(self) -> tuple[int, int, int]:
        """Milestones: all, done, overdue."""
        return counted(self.milestones)

    @property
    def waits_since(self) -> datetime | None:
        return self.step_at or self.at

    @property
    def title(self) -> str:
        return f"{self.county}执行方案"


def plans(session: Session, actor: Actor, year: Year, county_ids: Iterable[int] | None = None) -> list[CountyPlan]:
    """One for every member in the actor's scope, core counties first, then by code; of these counties only when given."""
    scope = scope_of(actor, Permission.SEE_PLAN)
    if scope is None:
        return []
    query = _query(year.year)
    if county_ids is not None:
        query = query.where(col(Membership.county_id).in_(list(county_ids)))
    seen = [row for row in session.execute(query) if scope(actor, Subject(row[0], row[1][:2]))]
    timetables = _milestones(session, year, {row[0]: row[6] for row in seen if row[6]})
    found = [_county_plan(row, year, timetables.get(row[0], ())) for row in seen]
    return sorted(found, key=lambda one: (not one.is_owed, one.code))


def plan_of(session: Session, actor: Actor, code: str, year: Year) -> CountyPlan:
    """The plan of the county with this code. Raises NotAllowed outside the actor's scope, NotFound outside the list."""
    require(actor, Permission.SEE_PLAN)
    county = session.exec(select(County).where(County.code == code)).first()
    if county:
        require(actor, Permission.SEE_PLAN, Subject(county.id, county.province_code))
    found = plans(session, actor, year, [county.id]) if county else []
    if not found:
        raise NotFound(f"“{code}”不在{year.year}年度的县名单中，没有执行方案，请检查县代码。")
    return found[0]


@lru_cache(maxsize=8)
def _query(year: int) -> Any:
    accepted = aliased(PlanReview)
    newest = select(func.max(Plan.revision)).where(Plan.county_id == Membership.county_id, Plan.year == year)
    in_force = select(func.max(accepted.revision)).where(
        accepted.county_id == Membership.county_id, accepted.year == year, accepted.step == Step.ACCEPTED.value
    )
    same = and_(
        col(PlanReview.county_id) == Plan.county_id,
        col(PlanReview.year) == Plan.year,
        col(PlanReview.revision) == Plan.revision,
    )
    last = select(func.max(PlanReview.number)).where(same).correlate(Plan).scalar_subquery()
    return (
        select(  # type: ignore[call-overload]
            County.id, County.code, County.name, County.province, Membership.tier, Plan.revision,
            func.coalesce(in_force.correlate(Membership).scalar_subquery(), Plan.revision),
            Plan.at, Plan.user_id, Plan.user_name, Plan.reason, Plan.sample,
            PlanReview.number, PlanReview.step, PlanReview.at, PlanReview.user_name,
        )
        .select_from(Membership)
        .join(County, col(County.id) == Membership.county_id)
        .outerjoin(
            Plan,
            and_(
                col(Plan.county_id) == Membership.county_id,
                col(Plan.year) == Membership.year,
                col(Plan.revision) == newest.correlate(Membership).scalar_subquery(),
            ),
        )
        .outerjoin(PlanReview, and_(same, col(PlanReview.number) == last))
        .where(Membership.year == year)
    )  # fmt: skip


def _county_plan(row: Any, year: Year, timetable: Sequence[Milestone]) -> CountyPlan:
    county_id, code, county, province, tier, revision, in_force, at, user_id, user_name, reason, sample = row[:12]
    number, step, step_at, step_by = row[12:]
    place = CountyPlan(county_id, code, county, province, Tier(tier), year.year)
    if not revision:
        return place
    return CountyPlan(
        county_id, code, county, province, Tier(tier), year.year, revision, in_force, at, user_id, user_name, reason,
        sample, number or 0, step or "", step_at, step_by or "", tuple(timetable),
    )  # fmt: skip


def _milestones(session: Session, year: Year, in_force: dict[int, int]) -> dict[int, list[Milestone]]:
    """County → its milestones in the order of their dates, each with its newest report."""
    if not in_force:
        return {}
    planned = select(PlanMilestone).where(
        PlanMilestone.year == year.year,
        tuple_(col(PlanMilestone.county_id), col(PlanMilestone.revision)).in_(list(in_force.items())),
    )
    newest = {
        (event.county_id, event.milestone): event
        for event in session.exec(
            select(MilestoneEvent)
            .where(MilestoneEvent.year == year.year, col(MilestoneEvent.county_id).in_(list(in_force)))
            .order_by(col(MilestoneEvent.number))
        )
    }
    found: dict[int, list[Milestone]] = defaultdict(list)
    today = settings.today()
    for row in session.exec(planned.order_by(col(PlanMilestone.number))):
        found[row.county_id].append(_milestone(row, newest.get((row.county_id, row.milestone)), today))
    return found


def _milestone(row: PlanMilestone, event: MilestoneEvent | None, today: date) -> Milestone:
    place = Milestone(row.milestone, row.number, row.title, row.due, today)
    if event is None:
        return place
    return Milestone(
        row.milestone, row.number, row.title, row.due, today, State(event.state), event.done_on, event.note,
        event.at, event.user_name, event.number,
    )  # fmt: skip


# --- one revision -----------------------------------------------------------------------------------------------------


def content_of(session: Session, one: CountyPlan, revision: int | None = None) -> Written:
    """A revision as it was handed in; the newest when none is named. Whether the actor may see it is settled with `one`."""
    chosen = one.revision if revision is None else revision
    texts: dict[str, dict[str, str]] = {}
    for cell in session.exec(_of_revision(PlanSection, one, chosen)):
        texts.setdefault(cell.section, {})[cell.field] = cell.text if cell.amount is None else wan_text(cell.amount)
    rows = session.exec(_of_revision(PlanMilestone, one, chosen).order_by(col(PlanMilestone.number)))
    return Written(texts, tuple(Row(row.milestone, row.title, row.due.isoformat()) for row in rows))


def reasons_of(session: Session, one: CountyPlan) -> dict[str, str]:
    """Section → what must change in a plan that was sent back; {} for any other."""
    if one.status is not Status.SENT_BACK:
        return {}
    query = _of_revision(PlanReviewSection, one, one.revision).where(PlanReviewSection.number == one.number)
    found = {row.section: row.reason for row in session.exec(query)}
    return {code: found[code] for code in plan_facts().codes if code in found}


def steps_of(session: Session, one: CountyPlan) -> list[PlanReview]:
    """Every step of every revision, oldest first."""
    query = select(PlanReview).where(PlanReview.county_id == one.county_id, PlanReview.year == one.year)
    return list(session.exec(query.order_by(col(PlanReview.revision), col(PlanReview.number))))


def revisions_of(session: Session, one: CountyPlan) -> list[Plan]:
    """Every revision, newest first."""
    query = select(Plan).where(Plan.county_id == one.county_id, Plan.year == one.year)
    return list(session.exec(query.order_by(col(Plan.revision).desc())))


def _of_revision(table: Any, one: CountyPlan, revision: int) -> Any:
    return select(table).where(table.county_id == one.county_id, table.year == one.year, table.revision == revision)
