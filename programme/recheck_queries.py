"""What the page of re-checks asks for: which projects should be re-checked and why, and how far the others have come."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from programme import project_life
from programme.carrying import carried_states
from programme.models import Project
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_moves import move_named
from programme.project_queries import visible
from programme.recheck_triggers import Trigger, triggers_of


@dataclass(frozen=True)
class Listed:
    """A selected project; `triggers` of one that is in a re-check already are not asked for."""

    project: Project
    triggers: tuple[Trigger, ...] = ()

    @property
    def is_rechecked(self) -> bool:
        return self.project.stage == "recheck"

    @property
    def is_overdue(self) -> bool:
        return self.is_rechecked and project_life.is_overdue(self.project.state, self.project.due)


def listed(session: Session, actor: Actor) -> list[Listed]:
    """Every launched project in the actor's scope: what should be re-checked, then what is, the overdue first, then the others."""
    states = [state for state in carried_states() if state != "confirmed"]
    query = select(Project).where(visible(actor), col(Project.state).in_(states)).order_by(Project.no)
    projects = list(session.exec(query))
    move = move_named("trigger")
    assert move is not None
    found = triggers_of(session, [one for one in projects if one.state in move.sources])
    every = [Listed(one, found.get(one.id or 0, ())) for one in projects]
    return sorted(every, key=lambda one: (-len(one.triggers), not one.is_overdue, not one.is_rechecked, one.project.no))


def reserves(session: Session) -> int:
    """How many stand on the reserve list."""
    states = [state.code for state in project_facts().states if state.code == "reserve"]
    return len(session.exec(select(Project.id).where(col(Project.state).in_(states))).all())
