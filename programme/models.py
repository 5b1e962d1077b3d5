"""The store's tables. Months are integers (201906); figures are 64-bit integers in the unit of the catalogue, never floats.

Fact tables carry one column per indicator, made from the catalogue: a new block in kpis.toml is a new column.
Every key of a fact table contains the county's internal id, which never changes, so that facts can be distributed by it.
"""

from datetime import date, datetime
from typing import Any, cast

from pydantic import create_model
from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from programme import settings
from programme.catalogue import catalogue

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """A registry of its own: Streamlit's hot reload may run this module twice."""


# --- registry -------------------------------------------------------------------------------------------------------


class County(Base, table=True):
    """A county of the map. `id` never changes; code and name may (县 → 区)."""

    __tablename__ = "county"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    code: str = Field(unique=True, max_length=6)
    name: str
    prefecture: str
    province: str
    province_code: str = Field(index=True, max_length=2)
    longitude_e3: int
    latitude_e3: int
    sanqu_sanzhou: bool


class FormerCounty(Base, table=True):
    """A code or name a county bore since 2019."""

    __tablename__ = "former_county"
    county_id: int = Field(foreign_key="county.id", primary_key=True)
    code: str = Field(primary_key=True, max_length=6)
    name: str = Field(primary_key=True)
    changed: str = ""


class Membership(Base, table=True):
    """A county's part in a programme year. `core_county_id` is the county itself for a core county."""

    __tablename__ = "membership"
    year: int = Field(primary_key=True)
    county_id: int = Field(foreign_key="county.id", primary_key=True)
    tier: str
    core_county_id: int = Field(foreign_key="county.id", index=True)
    brand: str = ""
    products: str = ""
    sample: bool = False


# --- figures --------------------------------------------------------------------------------------------------------


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


class FactKey(Base):
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})

    __table_args__ = {"sqlite_with_rowid": False}


class ReturnBase(FactKey):
    """One revision of a county's monthly return. A flow's column holds the month's amount, a stock's the level at month end.

    None is 未报; whether an indicator applies follows from the county's tier. `on_behalf` names the county's
    working group when somebody else handed the figures in.
    """

    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    submission_id: int = Field(index=True)
    sheet: str
    row: int
    on_behalf: str = ""


class StandingBase(FactKey):
    """What stands for a county at the end of a month: the revision in force and the figures to date (累计/期末), derived."""

    revision: int


class TotalBase(Base):
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


def _with_kpis(name: str, base: type[Base], doc: str) -> Any:
    columns = {kpi.code: (int | None, Field(default=None, sa_type=BigInteger)) for kpi in catalogue().kpis}
    return cast(Any, create_model)(
        name, __base__=base, __module__=__name__, __cls_kwargs__={"table": True}, __doc__=doc, **columns
    )


MonthlyReturn = _with_kpis("monthly_return", ReturnBase, "Append-only revisions of monthly returns.")
Standing = _with_kpis("standing", StandingBase, "Figures to date per county and month.")
Total = _with_kpis("total", TotalBase, "Monthly growth added up over counties.")
FACTS = (MonthlyReturn, Standing, Total)


class ReturnRemark(Base, table=True):
    """A warning that was confirmed, or the 备注 of an indicator, kept with the revision it belongs to."""

    __tablename__ = "return_remark"
    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kpi: str = ""
    rule: str
    cell: str = ""
    message: str


class Extension(Base, table=True):
    """A later due day that was granted to a county for a month; the newest counts."""

    __tablename__ = "extension"
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    until: date
    reason: str
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class Review(Base, table=True):
    """One step of the review of a revision: sent back, approved by the province, accepted by the office."""

    __tablename__ = "review"
    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    step: str
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class ReviewCell(Base, table=True):
    """A figure of a revision sent back that must change, and why. `measure` is month (本月数) or to_date (累计数)."""

    __tablename__ = "review_cell"
    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kpi: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    reason: str


class Draft(Base, table=True):
    """What somebody has typed into the form and not yet submitted: JSON by indicator and column."""

    __tablename__ = "draft"
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    entries: str = Field(sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.now)


class DataVersion(Base, table=True):
    """Numbers that grow with every change, and key the caches: 1 of a figure, a membership or a project, 2 of the registry."""

    __tablename__ = "data_version"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(default=0, sa_type=BigInteger)


class AuditEvent(Base, table=True):
    """What was done, by whom, to what. Append-only: triggers refuse changes."""

    __tablename__ = "audit_event"
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    at: datetime = Field(default_factory=settings.moment)
    user_id: int | None = None
    user_name: str
    action: str = Field(index=True)
    county_id: int | None = Field(default=None, index=True)
    province_code: str = ""
    subject: str = ""
    detail: str = Field(default="{}", sa_type=Text)


# --- accounts -------------------------------------------------------------------------------------------------------


class AppUser(Base, table=True):
    """An account: a role and its bounds. `organisation` names the unit; no person's name is needed."""

    __tablename__ = "app_user"
    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True, max_length=40)
    name: str
    role: str
    county_id: int | None = Field(default=None, foreign_key="county.id")
    province_code: str = ""
    password_hash: str
    active: bool = True
    must_change_password: bool = False
    password_changed_at: datetime = Field(default_factory=settings.now)
    failures: int = 0
    locked_until: datetime | None = None
    sample: bool = False


class SignInSession(Base, table=True):
    """A signed-in browser; only a keyed hash of its token is kept."""

    __tablename__ = "sign_in_session"
    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    created_at: datetime = Field(default_factory=settings.now)
    last_seen: datetime = Field(default_factory=settings.now)
    revoked_at: datetime | None = None
    address: str = ""


class SignInTicket(Base, table=True):
    """A one-time pass from the sign-in form to the cookie, valid for seconds and for one browser."""

    __tablename__ = "sign_in_ticket"
    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id")
    browser: str
    expires_at: datetime


class SignInAttempt(Base, table=True):
    """Every try to sign in, for the lock-out across processes."""

    __tablename__ = "sign_in_attempt"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=settings.now)
    username: str = Field(max_length=40)
    address: str = ""
    succeeded: bool

    __table_args__ = (Index("ix_sign_in_attempt_address_at", "address", "at"),)


# --- projects -------------------------------------------------------------------------------------------------------


class Project(Base, table=True):
    """An enterprise project of the 2016 "双百" programme (网发[2016]290号). Codes of the lists are in catalogue/projects.toml.

    `target_counties` holds internal ids joined by commas. `sources` is JSON: the imports the present fields come from, oldest
    first, each with file, sheet, importer, time and the cell of every field; file, sheet and row are those of the last one.
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
    outcome: str = ""
    target_counties: str = ""
    remark: str = ""
    file_sha256: str = ""
    sheet: str = ""
    row: int = 0
    sources: str = Field(default="[]", sa_type=Text)
    imported_at: datetime = Field(default_factory=settings.moment)
    sample: bool = False
