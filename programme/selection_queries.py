"""What the desk of 省内遴选 asks for: the applications in the actor's scope, how long each waits, what its scores come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import ColumnElement, false, func
from sqlmodel import Session, and_, col, select

from programme.models import Project, ProjectEvent
from programme.permissions import Actor, Permission, applied_directly, own_province, require, scope_of
from programme.project_facts import project_facts
from programme.project_moves import moves_from
from programme.project_needs_selection import places_used
from programme.selection_scores import Sheet, counted, mean
from programme.selection_sheets import standing_sheets

UNSEEN = ("draft",)
"""States of which the offices see the number only: the enterprise has not handed anything in."""


@dataclass(frozen=True)
class Application:
    """An application on the desk. `since` is when it came to where it stands; `moves` is what a move is `seen` by."""

    id: int
    no: str
    name: str
    enterprise: str
    province_code: str
    channel: str
    state: str
    moves: int
    since: datetime
    sample: bool
    sheets: tuple[Sheet, ...]

    @property
    def state_name(self) -> str:
        return project_facts().state(self.state).name

    @property
    def waits(self) -> bool:
        """Whether the next move is this desk's."""
        return any(move.permission is Permission.SELECT_PROJECT for move in moves_from(self.state, self.channel))

    @property
    def mean(self) -> Fraction | None:
        return mean(self.sheets)

    @property
    def counted(self) -> int:
        return len(counted(self.sheets))


@dataclass(frozen=True)
class Desk:
    """`applications` wait longest first, then those that wait for nobody here; `drafts` are still with the enterprises.

    `used` counts to the province's quota; 0 for the national office.
    """

    applications: tuple[Application, ...]
    drafts: int
    used: int

    def standing_at(self, *states: str) -> list[Application]:
        return [one for one in self.applications if one.state in states]


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    """The actor's scope as a condition; raises NotAllowed."""
    require(actor, Permission.SELECT_PROJECT)
    scope = scope_of(actor, Permission.SELECT_PROJECT)
    if scope is own_province and actor.province_code:
        return col(Project.province_code) == actor.province_code
    if scope is applied_directly:
        return col(Project.province_code) == ""
    return false()


def desk(session: Session, actor: Actor) -> Desk:
    """Everything the desk of the actor shows of the applications."""
    newest = and_(col(ProjectEvent.project_id) == Project.id, col(ProjectEvent.number) == Project.moves)
    query = select(Project, ProjectEvent.at).join(ProjectEvent, newest, isouter=True).where(_in_scope(actor))
    found = session.exec(query.where(col(Project.state).not_in(UNSEEN))).all()
    sheets = standing_sheets(session, [project.id for project, _ in found if project.id])
    drafts = select(func.count()).select_from(Project).where(_in_scope(actor), col(Project.state).in_(UNSEEN))
    listed = [_application(project, at or project.imported_at, sheets[project.id or 0]) for project, at in found]
    return Desk(
        tuple(sorted(listed, key=lambda one: (not one.waits, one.since, one.no))),
        int(session.exec(drafts).one()),
        places_used(session, actor.province_code) if actor.province_code else 0,
    )


def _application(project: Project, since: datetime, sheets: Sequence[Sheet]) -> Application:
    assert project.id is not None
    return Application(
        project.id, project.no, project.name, project.enterprise, project.province_code, project.channel, project.state,
        project.moves, since, project.sample, tuple(sheets),
    )  # fmt: skip
