"""The review of returns: steps, the figures that must change, later due days."""

from datetime import date, datetime

from sqlmodel import Field

from programme import settings
from programme.models.base import Base
from programme.models.figures import RevisionKey


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


class Review(RevisionKey, table=True):
    """One step of the review of a revision: sent back, approved by the province, accepted by the office."""

    __tablename__ = "review"
    step: str
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class ReviewCell(RevisionKey, table=True):
    """A figure of a revision sent back that must change, and why. `measure` is month (本月数) or to_date (累计数)."""

    __tablename__ = "review_cell"
    kpi: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    reason: str
