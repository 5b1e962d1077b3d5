"""The projects of the 2016 programme as the public may read them: those selected, and those commended. Without an actor."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from programme import settings
from programme.commendations import commended, rows_of
from programme.models import FrozenList, Project, ProjectEvent
from programme.project_facts import project_facts
from programme.project_queries import county_ids, province_names


@dataclass(frozen=True)
class PublicProject:
    """A selected project (from 待启动 on). `province` is "" for one applied for directly; `counties` are internal ids."""

    no: str
    name: str
    enterprise: str
    province: str
    direction: str
    stage: str
    counties: tuple[int, ...]
    commended: bool
    sample: bool


@dataclass(frozen=True)
class PublicProjects:
    """The selected projects by direction, stage and number, and the day of the newest change among them (None without any)."""

    every: tuple[PublicProject, ...]
    as_of: date | None

    @property
    def commended(self) -> tuple[PublicProject, ...]:
        return tuple(one for one in self.every if one.commended)

    @property
    def sample(self) -> bool:
        return any(one.sample for one in self.every)

    def inside(self, direction: str, stage: str | None = None) -> list[PublicProject]:
        return [one for one in self.every if one.direction == direction and stage in (None, one.stage)]


def public_projects(session: Session) -> PublicProjects:
    """Whoever looks: names of selected projects are public by the notice, commendations by their nature."""
    facts, provinces, lists = project_facts(), province_names(session), commended(session)
    praised = {row.no for kept in lists for row in rows_of(kept)}  # who was commended once stays so
    stages = facts.stages_where("selected")
    rows = session.exec(select(Project).where(col(Project.stage).in_(stages)).order_by(Project.no)).all()
    places = {choice.code: at for at, choice in enumerate(facts.lists["direction"])}
    found = [
        PublicProject(
            row.no, row.name, row.enterprise, provinces.get(row.province_code, ""), row.direction, row.stage,
            tuple(county_ids(row.target_counties)), row.no in praised, row.sample,
        )
        for row in rows
    ]  # fmt: skip
    found.sort(key=lambda one: (places.get(one.direction, len(places)), stages.index(one.stage), one.no))
    return PublicProjects(tuple(found), _newest_change(session, stages, lists))


def _newest_change(session: Session, stages: tuple[str, ...], lists: list[FrozenList]) -> date | None:
    inside = col(Project.stage).in_(stages)
    moved = select(func.max(ProjectEvent.at)).join(Project, col(Project.id) == ProjectEvent.project_id).where(inside)
    instants = [session.exec(moved).one(), session.exec(select(func.max(Project.imported_at)).where(inside)).one()]
    known = [*(instant for instant in instants if instant), *(kept.at for kept in lists)]
    return max(known).astimezone(settings.BEIJING).date() if known else None
