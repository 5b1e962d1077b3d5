"""What an enterprise promised: milestones with their days and benefits with their figures, and how far each has come.

Overdue is derived from the programme's clock, never stored. States and figures come from the newest report that was not
sent back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import settings
from programme.milestones import Milestone, State
from programme.models import (
    ProgressBenefit,
    ProgressMilestone,
    ProgressReport,
    ProgressReview,
    ProjectBenefit,
    ProjectMilestone,
    ProjectPlan,
)

SENT_BACK, CONFIRMED = "sent_back", "confirmed"


@dataclass(frozen=True)
class Benefit:
    """`target` and `achieved` in ten-thousandths of the unit; `achieved` is None before the first report."""

    benefit: int
    number: int
    name: str
    unit: str
    target: int
    achieved: int | None = None


@dataclass(frozen=True)
class Promise:
    """The newest revision of what a project promised, 0 while there is none."""

    milestones: tuple[Milestone, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    revision: int = 0
    at: datetime | None = None
    user_name: str = ""
    reason: str = ""

    @property
    def overdue(self) -> tuple[Milestone, ...]:
        return tuple(one for one in self.milestones if one.is_overdue)


def promise_of(session: Session, project_id: int) -> Promise:
    """As it stands. Whether the actor may see the project is settled before."""
    return promises_of(session, [project_id])[project_id]


def promises_of(session: Session, project_ids: Iterable[int]) -> dict[int, Promise]:
    """Of many projects, in as many queries as of one."""
    ids = list(project_ids)
    newest = _newest_plans(session, ids)
    reports = newest_reports(session, ids)
    states, figures = _states(session, ids, reports), _figures(session, ids, reports)
    today = settings.today()
    milestones: dict[int, list[Milestone]] = {}
    for one in _milestones(session, ids):
        if one.revision == newest[one.project_id].revision:
            state, done_on = states.get((one.project_id, one.milestone), (State.NOT_STARTED, None))
            milestones.setdefault(one.project_id, []).append(
                Milestone(one.milestone, one.number, one.title, one.due, today, state, done_on)
            )
    benefits: dict[int, list[Benefit]] = {}
    for row in _benefits(session, ids):
        if row.revision == newest[row.project_id].revision:
            achieved = figures.get((row.project_id, row.benefit))
            found = Benefit(row.benefit, row.number, row.name, row.unit, row.target_e4, achieved)
            benefits.setdefault(row.project_id, []).append(found)
    return {
        project_id: _promise(newest.get(project_id), milestones.get(project_id, []), benefits.get(project_id, []))
        for project_id in ids
    }


def _promise(plan: ProjectPlan | None, milestones: list[Milestone], benefits: list[Benefit]) -> Promise:
    if plan is None:
        return Promise()
    return Promise(
        tuple(sorted(milestones, key=lambda one: one.number)), tuple(sorted(benefits, key=lambda one: one.number)),
        plan.revision, plan.at, plan.user_name, plan.reason,
    )  # fmt: skip


def _milestones(session: Session, ids: list[int]) -> list[ProjectMilestone]:
    return list(session.exec(select(ProjectMilestone).where(col(ProjectMilestone.project_id).in_(ids))))


def _benefits(session: Session, ids: list[int]) -> list[ProjectBenefit]:
    return list(session.exec(select(ProjectBenefit).where(col(ProjectBenefit.project_id).in_(ids))))


def _newest_plans(session: Session, ids: list[int]) -> dict[int, ProjectPlan]:
    rows = session.exec(
        select(ProjectPlan).where(col(ProjectPlan.project_id).in_(ids)).order_by(col(ProjectPlan.revision))
    )
    return {plan.project_id: plan for plan in rows}


# --- what the reports say ---------------------------------------------------------------------------------------------


def newest_reports(session: Session, ids: list[int]) -> dict[int, ProgressReport]:
    """Of each project the report that counts: of the latest period, its newest revision, unless that was sent back."""
    revisions = (
        select(ProgressReport.project_id, ProgressReport.period, func.max(ProgressReport.revision).label("revision"))
        .where(col(ProgressReport.project_id).in_(ids))
        .group_by(col(ProgressReport.project_id), col(ProgressReport.period))
        .subquery()
    )
    returned = (
        select(ProgressReview.revision)
        .where(
            ProgressReview.project_id == ProgressReport.project_id,
            ProgressReview.period == ProgressReport.period,
            ProgressReview.revision == ProgressReport.revision,
            ProgressReview.step == SENT_BACK,
        )
        .exists()
    )
    query = (
        select(ProgressReport)
        .join(
            revisions,
            (col(ProgressReport.project_id) == revisions.c.project_id)
            & (col(ProgressReport.period) == revisions.c.period)
            & (col(ProgressReport.revision) == revisions.c.revision),
        )
        .where(~returned)
        .order_by(col(ProgressReport.until))
    )
    return {report.project_id: report for report in session.exec(query)}


def _counts(row: ProgressMilestone | ProgressBenefit, reports: Mapping[int, ProgressReport]) -> bool:
    report = reports.get(row.project_id)
    return report is not None and (row.period, row.revision) == (report.period, report.revision)


def _states(
    session: Session, ids: list[int], reports: Mapping[int, ProgressReport]
) -> dict[tuple[int, int], tuple[State, date | None]]:
    rows = session.exec(select(ProgressMilestone).where(col(ProgressMilestone.project_id).in_(ids)))
    return {(row.project_id, row.milestone): (State(row.state), row.done_on) for row in rows if _counts(row, reports)}


def _figures(session: Session, ids: list[int], reports: Mapping[int, ProgressReport]) -> dict[tuple[int, int], int]:
    rows = session.exec(select(ProgressBenefit).where(col(ProgressBenefit.project_id).in_(ids)))
    return {(row.project_id, row.benefit): row.achieved_e4 for row in rows if _counts(row, reports)}
