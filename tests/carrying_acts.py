"""What enterprises and offices do while projects are carried out: short ways for tests."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import update

import db
from programme import launch_writing, progress_reports, project_life, promise_writing, settings
from programme.launches import Address, LaunchRecord
from programme.milestones import State
from programme.models import Project, ProjectEvent
from programme.permissions import Actor
from programme.progress_reports import Told, ToTell
from programme.project_periods import Period
from programme.promise_writing import BenefitLine, MilestoneLine, Written
from programme.promises import Promise, promise_of
from tests.project_people import a_project

NO = "53-001"
ZONE = Address("zone", "怒江专区", "https://www.example.com/nujiang")
LAUNCH = LaunchRecord(date(2016, 11, 20), "onsite", 16, None, date(2016, 11, 29), (ZONE,), "yes", "A12展位")
PROMISED = Written(
    (MilestoneLine(0, "专区上线", "2016-12-31"), MilestoneLine(0, "首批产品上架", "2017-03-31")),
    (BenefitLine(0, "带动增收", "万元", "1,200.5"),),
)
Q1, Q2 = Period.parse("2017Q1"), Period.parse("2017Q2")


def on(day: str) -> AbstractContextManager[None]:
    return settings.standing_at(
        datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=2)
    )


def keep(actor: Actor, record: LaunchRecord = LAUNCH, reason: str = "", no: str = NO, seen: int | None = None) -> int:
    with db.transaction() as session:
        return launch_writing.keep_launch(session, actor, no, record, reason, seen=seen)


def promise(actor: Actor, lines: Written = PROMISED, reason: str = "", no: str = NO, seen: int | None = None) -> int:
    with db.transaction() as session:
        return promise_writing.promise(session, actor, no, lines, reason, seen=seen)


def promised(project: int) -> Promise:
    with db.reading() as session:
        return promise_of(session, project)


def move(actor: Actor, code: str, note: str = "", no: str = NO) -> None:
    with db.transaction() as session:
        project_life.move_project(session, actor, no, code, note)


def to_tell(first: State = State.DONE, second: State = State.UNDER_WAY, figure: str = "300") -> ToTell:
    days = {State.DONE: date(2016, 12, 30)}
    states = {1: (first, days.get(first)), 2: (second, days.get(second))}
    return ToTell("专区已上线，首批产品正在准备。", states, {1: figure})


def tell(actor: Actor, period: Period = Q1, told: ToTell | None = None, no: str = NO, seen: int | None = None) -> int:
    with db.transaction() as session:
        return progress_reports.report(session, actor, no, period, told or to_tell(), seen=seen)


def told(project: int, period: Period = Q1) -> Told:
    with db.reading() as session:
        return next(one for one in progress_reports.reports_of(session, project) if one.period == period)


def stands(project: int, state: str, **values: object) -> None:
    """Put the project into a state, whatever led there."""
    with db.transaction() as session:
        from programme.project_facts import project_facts

        stage = project_facts().state(state).stage
        session.connection().execute(
            update(Project).where(Project.id == project).values(state=state, stage=stage, **values)  # type: ignore[arg-type]
        )


def a_running_project(actor: Actor, enterprise: int, no: str = NO, since: str = "2016-11-29") -> int:
    """A project that was launched, with what it promised."""
    with on(since):
        project = a_project("confirmed", no=no, enterprise_id=enterprise)
        keep(actor, no=no)
        promise(actor, no=no)
    with db.transaction() as session:
        session.add(
            ProjectEvent(
                project_id=project, number=1, move="launch", source="confirmed", target="running", user_id=1, user_name="省",
                at=datetime.combine(date.fromisoformat(since), datetime.min.time(), UTC),
            )
        )  # fmt: skip
    stands(project, "running", moves=1)
    return project
