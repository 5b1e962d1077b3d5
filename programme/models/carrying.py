"""What an enterprise carries out and tells: the launch, its own milestones and promised benefits, progress and its review.

Everything here is append-only. Figures are exact: integers of ten-thousandths of the unit that the enterprise named.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class OfProject(Base):
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})


class ProjectRevision(OfProject):
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class Signed(Base):
    """Who and when."""

    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class ProjectLaunch(ProjectRevision, Signed, table=True):
    """The launch record as it was kept: it may be unfinished until the project is launched.

    `addresses` is JSON: a list of [kind, title, url]; `expo` is yes, no or "" while it is not said.
    """

    __tablename__ = "project_launch"
    training_on: date | None = None
    training_form: str = ""
    training_hours: int | None = None
    training_sessions: int | None = None
    launch_on: date | None = None
    addresses: str = Field(default="[]", sa_type=Text)
    expo: str = ""
    expo_place: str = ""
    reason: str = Field(default="", sa_type=Text)


class ProjectPlan(ProjectRevision, Signed, table=True):
    """One revision of what the enterprise promised: the milestones and benefits below belong to it."""

    __tablename__ = "project_plan"
    reason: str = Field(default="", sa_type=Text)


class ProjectMilestone(ProjectRevision, table=True):
    """`milestone` stays the same through all revisions; `number` is its place in this one."""

    __tablename__ = "project_milestone"
    milestone: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    title: str
    due: date


class ProjectBenefit(ProjectRevision, table=True):
    """`benefit` stays the same through all revisions."""

    __tablename__ = "project_benefit"
    benefit: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int
    name: str
    unit: str
    target_e4: int = Field(sa_type=BigInteger)


class ProgressKey(ProjectRevision):
    """`period` is a month (2017-01) or a quarter (2017Q1)."""

    period: str = Field(primary_key=True, max_length=7)


class ProgressReport(ProgressKey, Signed, table=True):
    """A revision of what was told about a period; `until` is its last day."""

    __tablename__ = "progress_report"
    until: date
    text: str = Field(sa_type=Text)


class ProgressMilestone(ProgressKey, table=True):
    __tablename__ = "progress_milestone"
    milestone: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    done_on: date | None = None


class ProgressBenefit(ProgressKey, table=True):
    __tablename__ = "progress_benefit"
    benefit: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    achieved_e4: int = Field(sa_type=BigInteger)


class ProgressReview(ProgressKey, Signed, table=True):
    """What the province (for direct applications the national office) said of a revision: confirmed or sent_back."""

    __tablename__ = "progress_review"
    step: str
    reason: str = Field(default="", sa_type=Text)
