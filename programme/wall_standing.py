"""What the wall is made from at this moment: the newest release in force, the arrangement, what the office has put on show,
and where the projects stand. Never what is still being worked on: figures come from the release alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import showcase_queries
from programme.commendations import KIND
from programme.errors import ProgrammeError
from programme.frozen_release import frozen, newest
from programme.models import FrozenList, Project, ProjectEvent
from programme.project_facts import project_facts
from programme.wall_arranging import arrangement
from programme.wall_content import wall_content
from programme.wall_scenes import Scene


@dataclass(frozen=True)
class Mark:
    """Differs as soon as the wall may say something else; cheap to read."""

    release: int
    arrangement: int
    shown: str
    projects: str


def mark(session: Session) -> Mark | None:
    """None before the first release."""
    try:
        release = newest(session)
    except ProgrammeError:
        return None
    shown = showcase_queries.shown_version(session)
    return Mark(release, arrangement(session).revision, shown, _projects(session))


def _projects(session: Session) -> str:
    """Which are public and how often each moved, when the last of them did, and the lists of those commended."""
    public = col(Project.stage).in_(project_facts().stages_where("selected"))
    sums = func.sum(col(Project.id)), func.sum(col(Project.moves)), func.max(col(Project.imported_at))
    standing = session.exec(select(func.count(col(Project.id)), *sums).where(public)).one()
    of_public = col(Project.id) == col(ProjectEvent.project_id)
    last = session.exec(select(func.max(ProjectEvent.at)).join(Project, of_public).where(public)).one()
    lists = session.exec(select(func.max(FrozenList.number)).where(FrozenList.kind == KIND)).one()
    return f"{tuple(map(str, standing))} {last} {lists}"


def content(session: Session, scenes: Sequence[Scene] | None = None, number: int = 0) -> dict[str, Any]:
    """What the wall says now, or would say with these scenes, or of another release. Raises ProgrammeError before the first
    release, NotFound."""
    held, arranged = frozen(session, number or newest(session)), arrangement(session)
    stories, practices = showcase_queries.on_show(session), showcase_queries.practices_on_wall(session)
    said = wall_content(session, held, arranged.scenes if scenes is None else scenes, stories, practices)
    return {**said, "address": arranged.address}
