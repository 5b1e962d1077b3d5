"""Public notices of projects (公示), and what anybody objects against them."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class PublicNotice(Base, table=True):
    """A notice over a list: `number` is that of the frozen list of kind noticed. Append-only. First and last day included."""

    __tablename__ = "public_notice"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    first_day: date
    last_day: date
    working_days: int
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class NoticeMember(Base, table=True):
    """A project on a notice. Append-only."""

    __tablename__ = "notice_member"
    notice: int = Field(foreign_key="public_notice.number", primary_key=True, sa_column_kwargs={"autoincrement": False})
    project_id: int = Field(
        foreign_key="project.id", primary_key=True, index=True, sa_column_kwargs={"autoincrement": False}
    )


class Objection(Base, table=True):
    """What somebody objects against a project on notice. Append-only. Who it was stands in ObjectionContact.

    `receipt` is what the objector keeps, random and not to be guessed.
    """

    __tablename__ = "objection"
    id: int | None = Field(default=None, primary_key=True)
    receipt: str = Field(unique=True, max_length=20)
    notice: int = Field(foreign_key="public_notice.number", index=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    text: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)


class ObjectionContact(Base, table=True):
    """Who objected and how to reach them: apart, so that no list of objections carries it along."""

    __tablename__ = "objection_contact"
    objection_id: int = Field(foreign_key="objection.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    contact: str


class ObjectionEvent(Base, table=True):
    """A step of an objection: received, verified, upheld or rejected. Append-only; the newest counts."""

    __tablename__ = "objection_event"
    objection_id: int = Field(foreign_key="objection.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    step: str
    reason: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class ObjectionTry(Base, table=True):
    """What strangers did on the public page, for its limits. `address` is a keyed hash; `at` by the machine's clock."""

    __tablename__ = "objection_try"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    address: str = Field(max_length=64)
    at: datetime = Field(default_factory=settings.now)

    __table_args__ = (Index("ix_objection_try_address_at", "address", "at"),)
