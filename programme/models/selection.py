"""Provincial selection (省内遴选): the sheets of assessors, and what an application was sent back for."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class AssessmentKey(Base):
    """A sheet of a project, numbered through all rounds."""

    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class Assessment(AssessmentKey, table=True):
    """An assessor's sheet as it was entered. Append-only: a corrected sheet is another one, which `replaces` the number before.

    `round` is the number of the event with which the application was taken up: scores belong to the text they were given for.
    An assessor with a `conflict` of interest has its `ground` and no scores.
    """

    __tablename__ = "assessment"
    round: int
    replaces: int = 0
    unit: str
    post: str
    conflict: bool
    ground: str = Field(default="", sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class AssessmentScore(AssessmentKey, table=True):
    """Whole points of a sheet for one criterion of catalogue/selection.toml. Append-only."""

    __tablename__ = "assessment_score"
    criterion: str = Field(primary_key=True)
    points: int


class ProjectSectionReason(Base, table=True):
    """A section of an application that must change, and why. `number` is that of the event that sent it back. Append-only."""

    __tablename__ = "project_section_reason"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    section: str = Field(primary_key=True)
    reason: str = Field(sa_type=Text)
