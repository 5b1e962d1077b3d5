"""Re-checks as they are read: why each began, the plan and the result of the enterprise; and the places that fell free."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme.errors import NotFound
from programme.evidence import File
from programme.models import Project, ProjectEvent, Recheck, RectificationPlan, RectificationResult, StoredFile
from programme.project_facts import project_facts


@dataclass(frozen=True)
class Step:
    """A step of a rectification with the day on which it is done."""

    title: str
    due: date


@dataclass(frozen=True)
class Plan:
    revision: int = 0
    text: str = ""
    steps: tuple[Step, ...] = ()
    at: datetime | None = None
    user_name: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the enterprise says it has done."""

    revision: int = 0
    text: str = ""
    evidence: tuple[File, ...] = ()
    at: datetime | None = None
    user_name: str = ""


@dataclass(frozen=True)
class Course:
    """A re-check as it went. `number` is 0 for one that began on paper."""

    number: int
    due: date | None
    triggers: tuple[str, ...]
    at: datetime | None
    plan: Plan
    outcome: Outcome


def current_number(session: Session, project_id: int) -> int:
    return session.exec(select(func.max(Recheck.number)).where(Recheck.project_id == project_id)).one() or 0


def course_of(session: Session, project_id: int, number: int) -> Course:
    """Whether the actor may see the project is settled before."""
    kept = session.get(Recheck, (project_id, number))
    return Course(
        number, kept.due if kept else None, tuple(json.loads(kept.triggers)) if kept else (), kept.at if kept else None,
        plan_of(session, project_id, number), outcome_of(session, project_id, number),
    )  # fmt: skip


def plan_of(session: Session, project_id: int, number: int) -> Plan:
    kept = session.exec(
        select(RectificationPlan)
        .where(RectificationPlan.project_id == project_id, RectificationPlan.recheck == number)
        .order_by(col(RectificationPlan.revision).desc())
    ).first()
    if kept is None:
        return Plan()
    steps = tuple(Step(title, date.fromisoformat(day)) for title, day in json.loads(kept.steps))
    return Plan(kept.revision, kept.text, steps, kept.at, kept.user_name)


def outcome_of(session: Session, project_id: int, number: int) -> Outcome:
    kept = session.exec(
        select(RectificationResult)
        .where(RectificationResult.project_id == project_id, RectificationResult.recheck == number)
        .order_by(col(RectificationResult.revision).desc())
    ).first()
    if kept is None:
        return Outcome()
    files = tuple(File(*parts) for parts in json.loads(kept.evidence))
    return Outcome(kept.revision, kept.text, files, kept.at, kept.user_name)


def evidence_content(session: Session, project: Project, sha256: str) -> tuple[str, bytes]:
    """Name and content of a file of a rectification of this project; NotFound for any other."""
    query = select(RectificationResult.evidence).where(RectificationResult.project_id == project.id)
    files = (File(*parts) for text in session.exec(query) for parts in json.loads(text))
    named = next((one for one in files if one.sha256 == sha256), None)
    if named is None:
        raise NotFound("没有这份佐证材料。")
    return named.name, session.exec(select(StoredFile.content).where(StoredFile.sha256 == sha256)).one()


# --- places -----------------------------------------------------------------------------------------------------------


def freed_places(session: Session) -> int:
    """How many of the projects on notice or selected have left and were not yet followed by one from the reserve list."""
    facts = project_facts()
    with_place = facts.states_of("public_notice", *facts.stages_where("selected"))
    query = select(ProjectEvent.move, ProjectEvent.source).where(
        col(ProjectEvent.target).in_(("withdrawn", "declined")) | (col(ProjectEvent.move) == "promote")
    )
    return _left_over(list(session.exec(query.order_by(col(ProjectEvent.at)))), with_place)


def _left_over(events: Sequence[tuple[str, str]], with_place: Sequence[str]) -> int:
    """Each promotion takes a place that was free by then."""
    free = 0
    for move, source in events:
        if move == "promote":
            free = max(0, free - 1)
        elif source in with_place:
            free += 1
    return free
