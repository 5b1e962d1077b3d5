"""What the pages ask about projects that are carried out: the desk's list, and the projects that name a county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, literal
from sqlmodel import Session, col, select

from programme import settings
from programme.carrying import carried_states, scope_subject, why_not_writing
from programme.carrying_facts import carrying_facts
from programme.errors import NotFound
from programme.launches import lacks, launch_days, launch_of
from programme.models import County, ProgressReport, ProgressReview, Project
from programme.permissions import Actor, Permission, Subject, refusal, require
from programme.project_facts import project_facts
from programme.project_periods import Period, begun
from programme.project_queries import visible
from programme.promises import CONFIRMED, SENT_BACK, Promise, promises_of

TOLD: Final = "told"
"""A report that waits for its review."""


@dataclass(frozen=True)
class Carried:
    """A project on the desk. `steps` says of each reported period what became of the report; `ended` are periods to report."""

    project: Project
    promise: Promise
    since: date
    steps: dict[Period, str]
    ended: tuple[Period, ...]
    waits: str = ""

    @property
    def newest(self) -> Period | None:
        return max(self.steps, default=None, key=lambda period: period.last_day)

    @property
    def unreported(self) -> tuple[Period, ...]:
        """Ended periods without a report, the oldest first."""
        return tuple(period for period in self.ended if period not in self.steps)


def carried(session: Session, actor: Actor) -> list[Carried]:
    """Every selected project in the actor's scope; what waits for the actor first, then by number."""
    query = select(Project).where(visible(actor), col(Project.state).in_(carried_states())).order_by(Project.no)
    projects = list(session.exec(query))
    ids = [project.id or 0 for project in projects]
    promises, days, steps = promises_of(session, ids), launch_days(session, projects), _steps(session, ids)
    rhythm, today = carrying_facts().rhythm, settings.today()
    found = []
    for project in projects:
        key = project.id or 0
        launched = project.state != "confirmed"
        ended = [one for one in begun(days[key], today, rhythm) if one.last_day < today][::-1] if launched else []
        one = Carried(project, promises[key], days[key], steps.get(key, {}), tuple(ended))
        found.append(Carried(one.project, one.promise, one.since, one.steps, one.ended, _waits(session, actor, one)))
    return sorted(found, key=lambda one: (not one.waits, one.project.no))


def _steps(session: Session, ids: list[int]) -> dict[int, dict[Period, str]]:
    """By project and period what became of the newest revision: TOLD, or a step of its review."""
    query = (
        select(ProgressReport.project_id, ProgressReport.period, ProgressReview.step)
        .outerjoin(ProgressReview, _same_revision())
        .where(col(ProgressReport.project_id).in_(ids))
        .order_by(col(ProgressReport.until), col(ProgressReport.revision))
    )
    found: dict[int, dict[Period, str]] = {}
    for project_id, period, step in session.exec(query):
        found.setdefault(project_id, {})[Period.parse(period)] = step or TOLD
    return found


def _waits(session: Session, actor: Actor, one: Carried) -> str:
    """What the actor is to do with the project now, as a word of a button; "" for nothing."""
    project = one.project
    subject = scope_subject(project)
    if TOLD in one.steps.values() and refusal(actor, Permission.REVIEW_PROGRESS, subject) is None:
        return "审核进展报告"
    ready = (
        project.state == "confirmed" and one.promise.revision and not lacks(launch_of(session, project.id or 0).record)
    )
    if ready and refusal(actor, Permission.LAUNCH_PROJECT, subject) is None:
        return "启动实施"
    if why_not_writing(actor, project):
        return ""
    if project.state == "confirmed":
        return "" if ready else "填写推出记录和里程碑"
    if SENT_BACK in one.steps.values():
        return "修改退回的进展报告"
    return f"报告{one.unreported[0].name}进展" if one.unreported and one.promise.revision else ""


# --- counties ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CountyProject:
    """A project that names a county, with the newest report that was confirmed."""

    no: str
    name: str
    enterprise: str
    stage: str
    state: str
    period: Period | None
    text: str


def projects_of_county(session: Session, actor: Actor, county_id: int) -> Sequence[CountyProject]:
    """The selected projects that name the county, by number. Raises NotFound, or NotAllowed outside the actor's counties."""
    county = session.get(County, county_id)
    if county is None:
        raise NotFound("没有这个县，请核对地址。")
    require(actor, Permission.SEE_COUNTY, Subject(county.id, county.province_code))
    return _naming(session, county_id)


def _naming(session: Session, county_id: int) -> Sequence[CountyProject]:
    """In one query."""
    newest = (
        select(ProgressReport.project_id, func.max(ProgressReport.until).label("until"))
        .join(ProgressReview, _same_revision())
        .where(ProgressReview.step == CONFIRMED)
        .group_by(col(ProgressReport.project_id))
        .subquery()
    )
    named = (literal(",") + col(Project.target_counties) + literal(",")).contains(f",{county_id},")
    report = (col(ProgressReport.project_id) == newest.c.project_id) & (col(ProgressReport.until) == newest.c.until)
    query = (
        select(Project, ProgressReport)
        .outerjoin(newest, newest.c.project_id == Project.id)
        .outerjoin(ProgressReport, report)
        .where(named, col(Project.stage).in_(project_facts().stages_where("selected")))
        .order_by(Project.no, col(ProgressReport.revision))
    )
    found = {project.no: _of_county(project, told) for project, told in session.exec(query)}
    return list(found.values())


def _same_revision() -> ColumnElement[bool]:
    return (
        (col(ProgressReview.project_id) == ProgressReport.project_id)
        & (col(ProgressReview.period) == ProgressReport.period)
        & (col(ProgressReview.revision) == ProgressReport.revision)
    )


def _of_county(project: Project, told: ProgressReport | None) -> CountyProject:
    return CountyProject(
        project.no, project.name, project.enterprise, project.stage, project.state,
        Period.parse(told.period) if told else None, told.text if told else "",
    )  # fmt: skip
