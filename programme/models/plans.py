"""Execution plans of counties: revisions with their sections and milestones, the review, what became of each milestone."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class PlanKey(Base):
    """A county's plan of a programme year."""

    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class PlanRevisionKey(PlanKey):
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class Plan(PlanRevisionKey, table=True):
    """One revision as handed in: who, when, and why when an approved plan was changed. Append-only, as all that follows."""

    __tablename__ = "plan"
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    reason: str = Field(default="", sa_type=Text)
    sample: bool = False


class PlanSection(PlanRevisionKey, table=True):
    """One field of a section of a revision; money in `amount` (分), everything else in `text`."""

    __tablename__ = "plan_section"
    section: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    text: str = Field(default="", sa_type=Text)
    amount: int | None = Field(default=None, sa_type=BigInteger)


class PlanMilestone(PlanRevisionKey, table=True):
    """A milestone of a revision. `milestone` stays the same through all revisions; `number` is its place in this one."""

    __tablename__ = "plan_milestone"
    milestone: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    title: str
    due: date


class MilestoneEvent(PlanKey, table=True):
    """What a county reports about a milestone; the newest counts. `done_on` belongs to the state 已完成."""

    __tablename__ = "milestone_event"
    milestone: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    done_on: date | None = None
    note: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class PlanReview(PlanRevisionKey, table=True):
    """One step of the review of a revision: sent back, approved by the province, accepted by the office."""

    __tablename__ = "plan_review"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    step: str
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class PlanReviewSection(PlanRevisionKey, table=True):
    """A section of a revision sent back that must change, and why."""

    __tablename__ = "plan_review_section"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    section: str = Field(primary_key=True)
    reason: str = Field(sa_type=Text)


class PlanDraft(PlanKey, table=True):
    """What an account has written and not yet handed in: JSON, as typed, and the revision it began with."""

    __tablename__ = "plan_draft"
    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    base: int
    written: str = Field(sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.now)
