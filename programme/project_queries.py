"""What the project screens ask for: added up and narrowed in SQL, to the actor's scope. Knows nothing of moves, which ask here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, false, func, literal, true, union_all
from sqlmodel import Session, col, select

from programme.catalogue import catalogue
from programme.errors import NotFound
from programme.models import County, Membership, Project, ProjectAssignment, StoredFile
from programme.permissions import (
    Actor,
    Permission,
    Subject,
    assigned_to,
    everywhere,
    own_enterprise,
    own_province,
    require,
    scope_of,
)
from programme.project_facts import project_facts

COLUMNS = (
    "no", "name", "enterprise", "enterprise_code", "enterprise_category", "head_of_unit", "project_leader",
    "province_code", "channel", "direction", "category", "stage", "state", "outcome", "target_counties", "remark",
    "due", "sample",
)  # fmt: skip
COUNTED = ("stage", "state", "direction", "outcome", "province_code", "target_counties")


@dataclass(frozen=True)
class ProjectCounts:
    """Numbers of projects in the actor's scope: in all, samples among them, and by value of each of COUNTED."""

    total: int
    sample: int
    by: Mapping[str, Mapping[str, int]]

    @property
    def selected(self) -> int:
        """Those among the 100: from implementation on."""
        return sum(self.by["stage"].get(code, 0) for code in project_facts().stages_where("selected"))

    @property
    def counties(self) -> tuple[int, ...]:
        """Internal ids of all counties that a project names."""
        return tuple(sorted({county for ids in self.by["target_counties"] for county in county_ids(ids)}))


@dataclass(frozen=True)
class Source:
    """Where present fields come from: who imported which file when, and the cell of each field.

    `provinces` are the codes of all projects in the file.
    """

    file_name: str
    sha256: str
    sheet: str
    provinces: tuple[str, ...]
    imported_by: str
    imported_at: datetime
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ProjectView:
    """A project with its target counties and sources; codes as stored, `province` by name ("" for none). `moves` counts its events.

    `members` are the ids of those counties that take part in the current programme year.
    """

    values: Mapping[str, str]
    province: str
    counties: tuple[County, ...]
    members: frozenset[int]
    sources: tuple[Source, ...]
    row: int
    id: int
    moves: int
    due: date | None = None
    enterprise_id: int | None = None
    sample: bool = False

    def __getitem__(self, name: str) -> str:
        return self.values[name]


def visible(actor: Actor) -> ColumnElement[bool]:
    """The actor's scope as a condition; raises NotAllowed."""
    require(actor, Permission.SEE_PROJECT)
    scope = scope_of(actor, Permission.SEE_PROJECT)
    if scope is everywhere:
        return true()
    if scope is own_province and actor.province_code:
        return col(Project.province_code) == actor.province_code
    if scope is own_enterprise and actor.enterprise_id is not None:
        return col(Project.enterprise_id) == actor.enterprise_id
    if scope is assigned_to:
        given = select(ProjectAssignment.project_id).where(
            ProjectAssignment.user_id == actor.id, col(ProjectAssignment.ended_at).is_(None)
        )
        return col(Project.id).in_(given)
    return false()


def county_ids(joined: str) -> list[int]:
    """The internal ids in `Project.target_counties`, in the order written."""
    return [int(number) for number in joined.split(",") if number]


def province_names(session: Session) -> dict[str, str]:
    """Two digits → name, of the registry and of the further recommending units."""
    rows = session.exec(select(County.province_code, County.province).distinct().order_by(County.province_code))
    return dict(rows.all()) | project_facts().units


def target_counties(session: Session, ids: Sequence[int]) -> pd.DataFrame:
    """Code, name, prefecture and province of counties, by internal id in the order of their codes."""
    names = ("id", "code", "name", "prefecture", "province")
    query = select(*(getattr(County, name) for name in names)).where(col(County.id).in_(ids))
    rows = session.exec(query.order_by(col(County.code))).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=list(names)).set_index("id")


def project_counts(session: Session, actor: Actor) -> ProjectCounts:
    """One read: how many projects there are by each of COUNTED."""
    seen = visible(actor)
    parts = [
        select(literal(name), getattr(Project, name), func.count(), _samples()).where(seen).group_by(getattr(Project, name))
        for name in COUNTED
    ]  # fmt: skip
    by: dict[str, dict[str, int]] = {name: {} for name in COUNTED}
    samples = 0
    for name, code, number, sample in session.connection().execute(union_all(*parts)):
        by[name][code] = number
        samples += sample if name == "stage" else 0
    return ProjectCounts(sum(by["stage"].values()), samples, by)


def _samples() -> Any:
    return func.count().filter(col(Project.sample).is_(True))


def project(session: Session, actor: Actor, no: str) -> ProjectView:
    """One project; raises NotFound alike for what does not exist and what lies outside the actor's scope."""
    found = session.exec(select(Project).where(Project.no == no, visible(actor))).first()
    if found is None:
        raise NotFound(f"没有编号为“{no[:40]}”的项目，或不在您的查看范围内。")
    ids = county_ids(found.target_counties)
    counties = {county.id: county for county in session.exec(select(County).where(col(County.id).in_(ids)))}
    return ProjectView(
        values={name: getattr(found, name) for name in COLUMNS if name not in ("due", "sample")},
        id=found.id or 0,
        moves=found.moves,
        due=found.due,
        enterprise_id=found.enterprise_id,
        province=province_names(session).get(found.province_code, ""),
        members=_members(session, ids),
        counties=tuple(counties[number] for number in ids if number in counties),
        sources=tuple(_source(source) for source in json.loads(found.sources)),
        row=found.row,
        sample=found.sample,
    )


def _members(session: Session, ids: list[int]) -> frozenset[int]:
    query = select(Membership.county_id).where(col(Membership.county_id).in_(ids))
    return frozenset(session.exec(query.where(Membership.year == catalogue().current_year.year)))


def _source(source: Mapping[str, Any]) -> Source:
    return Source(
        file_name=source["name"],
        sha256=source["file"],
        sheet=source["sheet"],
        provinces=tuple(source["provinces"]),
        imported_by=source["by"],
        imported_at=datetime.fromisoformat(source["at"]),
        cells=source["cells"],
    )


def source_file(session: Session, actor: Actor, no: str, sha256: str) -> tuple[str, bytes]:
    """Name and content of a file a project's fields came from, as uploaded.

    A file may hold projects of several provinces: only who may see them all gets it; NotFound for the others.
    """
    source = next((source for source in project(session, actor, no).sources if source.sha256 == sha256), None)
    scope = scope_of(actor, Permission.SEE_PROJECT)
    if source is None or scope is None or not all(scope(actor, Subject(None, code)) for code in source.provinces):
        raise NotFound("没有这个文件，或其中有不在您查看范围内的项目。")
    content = session.exec(select(StoredFile.content).where(StoredFile.sha256 == sha256)).one()
    return source.file_name, content
