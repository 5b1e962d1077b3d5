"""Expert review of projects: who the experts are, what was drawn, how they scored, and the minutes of the panel."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class ExpertProfile(Base, table=True):
    """What the national office knows of an expert. `fields` are codes of directions, joined by commas."""

    __tablename__ = "expert_profile"
    user_id: int = Field(foreign_key="app_user.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    fields: str
    employer: str
    employer_code: str = ""
    kept_at: datetime = Field(default_factory=settings.moment)
    kept_by: str


class ExpertTie(Base, table=True):
    """An enterprise an expert is tied to, as declared. Over once `ended_at` is set; nothing else of it changes."""

    __tablename__ = "expert_tie"
    user_id: int = Field(foreign_key="app_user.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    enterprise: str
    enterprise_code: str = ""
    note: str = Field(default="", sa_type=Text)
    declared_at: datetime = Field(default_factory=settings.moment)
    declared_by: str
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_reason: str = Field(default="", sa_type=Text)


class PanelDraw(Base, table=True):
    """A draw as it was made. Append-only. `content` is JSON: the number of each project with the user names drawn for it."""

    __tablename__ = "panel_draw"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seed: int
    content: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class Recusal(Base, table=True):
    """A project that an expert handed back (回避), or that was taken back because of a tie. Append-only."""

    __tablename__ = "recusal"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    user_id: int = Field(foreign_key="app_user.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    reason: str = Field(sa_type=Text)
    by_tie: bool
    at: datetime = Field(default_factory=settings.moment)
    user_name: str


class ScoreKey(Base):
    """An expert's judgement of a project."""

    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    user_id: int = Field(foreign_key="app_user.id", primary_key=True, sa_column_kwargs={"autoincrement": False})


class ExpertScoreDraft(ScoreKey, table=True):
    """What an expert has typed so far."""

    __tablename__ = "expert_score_draft"
    feasibility: int | None = None
    operability: int | None = None
    effect: int | None = None
    comment: str = Field(default="", sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.moment)


class ExpertScore(ScoreKey, table=True):
    """What an expert handed in. Append-only. `total` in hundredths of a point, with the weights of that day."""

    __tablename__ = "expert_score"
    feasibility: int
    operability: int
    effect: int
    total: int
    comment: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)


class PanelDiscussion(Base, table=True):
    """What the panel concluded on a project whose scores lay far apart. Append-only; the newest counts."""

    __tablename__ = "panel_discussion"
    project_id: int = Field(foreign_key="project.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    note: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str


class PanelMinutes(Base, table=True):
    """Minutes of a meeting of the panel (会议纪要). Append-only."""

    __tablename__ = "panel_minutes"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    held_on: date
    text: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
