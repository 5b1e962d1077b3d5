"""Enterprise projects of the 2016 programme: enterprises, projects, every move they made, lists as they were settled."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class Project(Base, table=True):
    """An enterprise project of the 2016 "双百" programme (网发[2016]290号). Codes of the lists are in catalogue/projects.toml.

    `target_counties` holds internal ids joined by commas. `sources` is JSON: the imports the present fields come from, oldest
    first, each with file, sheet, importer, time and the cell of every field; file, sheet and row are those of the last one.
    `state` is where the newest event led (`stage` follows from it); `moves` counts the events. `due` is a day set for this
    project alone. `enterprise_id` is None for a project that is carried on paper and known from lists only.
    """

    __tablename__ = "project"
    id: int | None = Field(default=None, primary_key=True)
    no: str = Field(unique=True)
    name: str
    enterprise: str
    enterprise_code: str = ""
    enterprise_category: str = ""
    head_of_unit: str = ""
    project_leader: str = ""
    province_code: str = Field(default="", index=True, max_length=2)
    channel: str = "province"
    direction: str = ""
    category: str = ""
    stage: str
    state: str
    moves: int = 0
    due: date | None = None
    enterprise_id: int | None = Field(default=None, index=True)
    ground: str = ""
    outcome: str = ""
    target_counties: str = ""
    remark: str = ""
    file_sha256: str = ""
    sheet: str = ""
    row: int = 0
    sources: str = Field(default="[]", sa_type=Text)
    imported_at: datetime = Field(default_factory=settings.moment)
    sample: bool = False


class Enterprise(Base, table=True):
    """An enterprise that registered itself. `code` is its 统一社会信用代码 or 组织机构代码.

    `organisation` holds the nine characters that both codes share. `status` is waiting, confirmed or refused, decided by the
    province or the national office.
    """

    __tablename__ = "enterprise"
    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=18)
    organisation: str = Field(unique=True, max_length=9)
    name: str
    province_code: str = Field(index=True, max_length=2)
    contact: str
    phone: str
    email: str
    status: str = "waiting"
    note: str = Field(default="", sa_type=Text)
    registered_at: datetime = Field(default_factory=settings.moment)
    decided_at: datetime | None = None
    decided_by: str = ""
    sample: bool = False


class ProjectEvent(Base, table=True):
    """One move of a project (programme/project_moves.py). Append-only. `documents` is JSON: a list of [name, sha256]."""

    __tablename__ = "project_event"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    move: str
    source: str
    target: str
    note: str = Field(default="", sa_type=Text)
    documents: str = Field(default="[]", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment, index=True)
    user_id: int
    user_name: str


class ProjectAssignment(Base, table=True):
    """A project given to somebody for a `task`: review (an expert) or evaluation (an evaluator). Over once `ended_at` is set."""

    __tablename__ = "project_assignment"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    task: str = Field(primary_key=True)
    at: datetime = Field(default_factory=settings.moment)
    by: str
    ended_at: datetime | None = None


class FrozenList(Base, table=True):
    """A list of projects as it was settled: recommended by a province, proposed, on notice, confirmed, commended. Append-only.

    `content` is JSON, `sha256` its digest. `province_code` is "" for lists of the whole country.
    """

    __tablename__ = "frozen_list"
    kind: str = Field(primary_key=True)
    province_code: str = Field(primary_key=True, max_length=2)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)
    reason: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
