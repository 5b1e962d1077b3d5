"""Evidence registers (佐证台账): what was handed in behind the counts, and why a count differs. Rows are only added."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class RegisterSubmission(Base, table=True):
    """One act of handing in a register: who, when, which file, for which counties.

    `kept` says whether the file lies in `stored_file`, under the SHA-256 that is `file_digest`. One with identity numbers
    never does: its digest is keyed, its name a fixed one. '' where rows were withdrawn without a file.
    """

    __tablename__ = "register_submission"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    kind: str
    file_digest: str = Field(max_length=64)
    file_name: str
    kept: bool
    channel: str
    reason: str = ""
    counties: int
    rows: int
    sample: bool = False


class RegisterKey(Base):
    """What one county handed in of one register for a month. `source` tells platforms of a third source apart, else ''."""

    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class RegisterRevision(RegisterKey, table=True):
    """The newest revision counts. `digest` tells whether another file says the same."""

    __tablename__ = "register_revision"
    submission_id: int = Field(index=True)
    rows: int
    digest: str = Field(max_length=64)
    on_behalf: str = ""


class RegisterRow(RegisterKey, table=True):
    """One item. `key_hash` is equal for equal items, in every month and county; `texts` is JSON by column, {} for a secret row."""

    __tablename__ = "register_row"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key_hash: str = Field(max_length=32)
    amount: int = Field(sa_type=BigInteger)
    texts: str = Field(sa_type=Text)
    sheet: str
    row: int

    __table_args__: ClassVar[Any] = (Index("ix_register_row_kind_key_hash", "kind", "key_hash"),)


class RegisterExplanation(Base, table=True):
    """Why a reported figure differs from its detail, with the figures that were explained; None is no figure."""

    __tablename__ = "register_explanation"
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kpi: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    reported: int | None = Field(default=None, sa_type=BigInteger)
    counted: int | None = Field(default=None, sa_type=BigInteger)
    platform: int | None = Field(default=None, sa_type=BigInteger)
    text: str
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
