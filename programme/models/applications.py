"""How enterprises apply: tries to register, the application as it is written and as it was handed in, its documents."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class RegistrationTry(Base, table=True):
    """Every try to register an enterprise that was complete enough to be looked up, for the limit across processes."""

    __tablename__ = "registration_try"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=settings.now)
    address: str = ""

    __table_args__: ClassVar[Any] = (Index("ix_registration_try_address_at", "address", "at"),)


class ApplicationDraft(Base, table=True):
    """An application as it is being written: JSON, field code → text as typed. It stays when the text is handed in."""

    __tablename__ = "application_draft"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: str = Field(sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.moment)
    user_name: str


class ApplicationVersion(Base, table=True):
    """The text as handed in. Append-only. `sha256` is the digest of `content` (JSON); `event` the number of the move.

    Who handed it in stands in the event. `documents` is JSON: the numbers of the documents that belong to this version.
    """

    __tablename__ = "application_version"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    event: int
    content: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)
    documents: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)


class ProjectDocument(Base, table=True):
    """A file attached to a project, or the removal of one (`removes` is its number, else 0). Append-only.

    `kind` is an attachment of applications.toml. `text_sha256` is the digest of the text that a sealed page was printed
    from, "" for files that belong to no text.
    """

    __tablename__ = "project_document"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    name: str
    sha256: str = Field(max_length=64)
    size: int
    text_sha256: str = Field(default="", max_length=64)
    removes: int = 0
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
