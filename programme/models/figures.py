"""What was handed in, and what stands. Fact tables carry one column per indicator: a new block in kpis.toml is a new column."""

from datetime import datetime
from typing import Any, ClassVar, cast

from pydantic import create_model
from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from programme import settings
from programme.catalogue import catalogue
from programme.models.base import Base


class StoredFile(Base, table=True):
    """A file as uploaded, kept once per content."""

    __tablename__ = "stored_file"
    sha256: str = Field(primary_key=True, max_length=64)
    name: str
    content: bytes = Field(sa_type=LargeBinary)


class Submission(Base, table=True):
    """One act of handing in: who, when, which file, for which counties, with which reason for its warnings.

    `layout` is JSON: for each sheet the address of every indicator's cells; with the row kept in a return it leads from
    any figure to its cell.
    """

    __tablename__ = "submission"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=settings.moment, index=True)
    user_id: int = Field(foreign_key="app_user.id")
    user_name: str
    file_sha256: str = Field(foreign_key="stored_file.sha256", index=True)
    file_name: str
    channel: str
    layout: str = Field(sa_type=Text)
    reason: str = ""
    counties: int
    returns: int
    sample: bool = False


class Clustered(Base):
    """A table that SQLite stores in the order of its key."""

    __table_args__: ClassVar[dict[str, Any]] = {"sqlite_with_rowid": False}


class ReturnBase(Clustered):
    """One revision of a county's monthly return. A flow's column holds the month's amount, a stock's the level at month end.

    None is 未报; whether an indicator applies follows from the county's tier. `on_behalf` names the county's
    working group when somebody else handed the figures in.
    """

    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    submission_id: int
    sheet: str
    row: int
    on_behalf: str = ""


class StandingBase(Clustered):
    """What stands for a county at the end of a month: the revision in force and the figures to date (累计/期末), derived.

    The county is that of the return it is derived from, which the store has looked at.
    """

    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int


class TotalBase(Clustered):
    """Growth of the figures to date within one month, added up as returns come in.

    One row per month and tier for each of: all counties (province '', core 0), each province, each core group, and each
    province within a group. Rows of measure "growth" hold amounts; rows of measure "reported" hold how many counties gave
    the figure for the month, and in `returns` how many sent a return at all.
    """

    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    tier: str = Field(primary_key=True)
    province_code: str = Field(primary_key=True, max_length=2)
    core_county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    measure: str = Field(primary_key=True)
    returns: int = 0


def with_kpis(name: str, base: type[Base], doc: str) -> Any:
    """A table with a column per indicator of the catalogue."""
    columns = {kpi.code: (int | None, Field(default=None, sa_type=BigInteger)) for kpi in catalogue().kpis}
    return cast(Any, create_model)(
        name, __base__=base, __module__=base.__module__, __cls_kwargs__={"table": True}, __doc__=doc, **columns
    )


MonthlyReturn = with_kpis("monthly_return", ReturnBase, "Append-only revisions of monthly returns.")
Standing = with_kpis("standing", StandingBase, "Figures to date per county and month.")
Total = with_kpis("total", TotalBase, "Monthly growth added up over counties.")


class RevisionKey(Base):
    """What belongs to one revision of a return, numbered."""

    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class ReturnRemark(RevisionKey, table=True):
    """A warning that was confirmed, or the 备注 of an indicator, kept with the revision it belongs to."""

    __tablename__ = "return_remark"
    kpi: str = ""
    rule: str
    cell: str = ""
    message: str


class StatedToDate(Base, table=True):
    """累计数 of a flow as a form stated it. What is stored of a flow is the month's amount: after a correction of an earlier
    month the two may part, and then whoever handed it in is told."""

    __tablename__ = "stated_to_date"
    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kpi: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class Draft(Base, table=True):
    """What somebody has typed into the form and not yet submitted: JSON by indicator and column."""

    __tablename__ = "draft"
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    entries: str = Field(sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.now)
