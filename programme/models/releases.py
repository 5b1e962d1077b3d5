"""Releases: what was accepted when a month was frozen, as it then stood. Rows are only added."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base
from programme.models.figures import TotalBase, with_kpis


class Release(Base, table=True):
    """第 N 期: a month frozen. `content` is JSON that `sha256` is over; `supersedes` names the release it takes the place of."""

    __tablename__ = "release"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    year: int
    month: int
    made_at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    supersedes: int | None = None
    accepted: int
    expected: int
    sha256: str = Field(max_length=64)
    content: str = Field(sa_type=Text)
    sample: bool = False


class ReleasedMember(Base, table=True):
    """As `membership`, in a release: who took part, and how, when it was made."""

    __tablename__ = "released_member"
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    release: int = Field(primary_key=True, index=True, sa_column_kwargs={"autoincrement": False})
    tier: str
    core_county_id: int
    brand: str = ""
    products: str = ""
    sample: bool = False


class ReleasedStandingBase(Base):
    """As `standing`, in a release: the accepted revision of a county and month, and its figures to date."""

    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    release: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int

    __table_args__ = (Index("ix_released_standing_release_month", "release", "month"),)


class ReleasedTotalBase(TotalBase):
    """As `total`, in a release."""

    release: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


ReleasedStanding = with_kpis("released_standing", ReleasedStandingBase, "Figures to date per county, as released.")
ReleasedTotal = with_kpis("released_total", ReleasedTotalBase, "Monthly growth added up over counties, as released.")
