"""Bulletins (通报): drafts as written by the rules, what the office changed in them, and what became final. Rows are only added."""

from datetime import date, datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class BulletinDraft(Base, table=True):
    """A draft made from a release; the newest of a release is the one that is worked on. `content` is JSON: its blocks."""

    __tablename__ = "bulletin_draft"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    release: int = Field(foreign_key="release.number", index=True)
    content: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    sample: bool = False


class BulletinChange(Base, table=True):
    """One thing the office did to a block of a draft: changed, removed, restored or added (then `after` is the block before it,
    and `block` its own new number). `old` and `new` are the texts."""

    __tablename__ = "bulletin_change"
    draft: int = Field(foreign_key="bulletin_draft.number", primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    block: int
    step: str
    after: int = 0
    old: str = Field(sa_type=Text)
    new: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class Bulletin(Base, table=True):
    """A bulletin as it was made final; `sha256` is over `content`. `supersedes` is the id of the one whose place it takes.

    `number` counts within the calendar year of `day`; `month` is the release's.
    """

    __tablename__ = "bulletin"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    year: int
    number: int
    release: int = Field(foreign_key="release.number")
    month: int
    draft: int = Field(foreign_key="bulletin_draft.number")
    day: date
    content: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)
    supersedes: int | None = None
    reason: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    sample: bool = False

    __table_args__ = (UniqueConstraint("year", "number", name="uq_bulletin_year_number"),)
