"""What is known of a county when it is evaluated, as plain values: the figures of the release, and beside them when its returns
came, how far its plan has come, what visits scored. What is beside the release is frozen into the evaluation, so that it can be
judged again."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from programme import settings
from programme.county_evaluation_standard import Method
from programme.county_visits import Visit, every_visit
from programme.frozen_release import Frozen, FrozenMember
from programme.kpis import Progress
from programme.milestones import State
from programme.obligations import Step, of_months
from programme.permissions import Actor
from programme.plans import CountyPlan, plans
from programme.settings import BEIJING


@dataclass(frozen=True)
class HandedIn:
    """A month's return: when it was due, and the day of the first complete one; None while there is none."""

    month: str
    due: date
    complete_on: date | None


@dataclass(frozen=True)
class PlannedStep:
    title: str
    due: date
    done_on: date | None


@dataclass(frozen=True)
class Recorded:
    """A record of a visit or supervision, as it counted."""

    number: int
    revision: int
    method: Method
    day: date
    scores: Mapping[str, int]


@dataclass(frozen=True)
class Beside:
    """What is known beside the release. `plan` is accepted, handed_in or none."""

    handed_in: tuple[HandedIn, ...] = ()
    plan: str = "none"
    milestones: tuple[PlannedStep, ...] = ()
    visits: tuple[Recorded, ...] = ()


@dataclass(frozen=True)
class CountyFacts:
    """`lines` are the county's indicators against its even share, by code; `figures` how many it reported of those it owed.
    `until` is the last day that counts, `elapsed` 序时进度 on it."""

    member: FrozenMember
    until: date
    elapsed: Fraction
    lines: Mapping[str, Progress]
    figures: tuple[int, int]
    beside: Beside


def facts_of(frozen: Frozen, county_id: int, beside: Beside) -> CountyFacts:
    """The figures come from the release alone."""
    member = frozen.members[county_id]
    owed = frozen.year.kpis_of(member.tier)
    held = sum(frozen.of_month(kpi, county_id, month) is not None for kpi in owed for month in frozen.months)
    return CountyFacts(
        member=member,
        until=frozen.month.last_day,
        elapsed=frozen.year.elapsed_share(frozen.month),
        lines={line.target.kpi.code: line for line in frozen.lines([county_id])},
        figures=(held, len(owed) * len(frozen.months)),
        beside=beside,
    )


# --- beside the release ---------------------------------------------------------------------------------------------


def gathered(session: Session, actor: Actor, frozen: Frozen) -> dict[int, Beside]:
    """Of every county of the release, as it stands now; months, milestones and visits after the release's month do not count,
    nor a month that is not due yet and has no complete return."""
    returns, records, today = defaultdict(list), defaultdict(list), settings.today()
    for one in of_months(session, actor, frozen.year, frozen.months):
        complete = one.complete_at.astimezone(BEIJING).date() if one.complete_at else None
        if complete is None and one.due >= today:
            continue
        returns[one.county_id].append(HandedIn(str(one.month), one.due, complete))
    for visit in every_visit(session, frozen.members):
        if not visit.withdrawn and frozen.year.launch <= visit.entry.day <= frozen.month.last_day:
            records[visit.county_id].append(_recorded(visit))
    known = {one.county_id: one for one in plans(session, actor, frozen.year)}
    return {
        county: Beside(
            tuple(returns[county]),
            _plan_state(known.get(county)),
            _steps(known[county]) if county in known else (),
            tuple(records[county]),
        )
        for county in frozen.members
    }


def _recorded(visit: Visit) -> Recorded:
    return Recorded(visit.number, visit.revision, visit.entry.method, visit.entry.day, visit.entry.scores)


def _plan_state(plan: CountyPlan | None) -> str:
    if plan is None or not plan.revision:
        return "none"
    return "accepted" if plan.step == Step.ACCEPTED.value or plan.is_under_review else "handed_in"


def _steps(plan: CountyPlan) -> tuple[PlannedStep, ...]:
    return tuple(
        PlannedStep(one.title, one.due, one.done_on if one.state is State.DONE else None) for one in plan.milestones
    )


# --- frozen and read back -------------------------------------------------------------------------------------------


def packed(beside: Beside) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "handed_in": [[one.month, _text(one.due), _text(one.complete_on)] for one in beside.handed_in],
        "plan": beside.plan,
        "milestones": [[one.title, _text(one.due), _text(one.done_on)] for one in beside.milestones],
        "visits": [
            [one.number, one.revision, one.method.value, _text(one.day), dict(sorted(one.scores.items()))]
            for one in beside.visits
        ],
    }


def unpacked(values: Mapping[str, Any]) -> Beside:
    return Beside(
        tuple(HandedIn(month, date.fromisoformat(due), _day(done)) for month, due, done in values["handed_in"]),
        values["plan"],
        tuple(PlannedStep(title, date.fromisoformat(due), _day(done)) for title, due, done in values["milestones"]),
        tuple(
            Recorded(number, revision, Method(method), date.fromisoformat(day), scores)
            for number, revision, method, day, scores in values["visits"]
        ),
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
