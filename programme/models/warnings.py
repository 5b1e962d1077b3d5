"""What was done about early warnings. That a rule holds is derived from the figures and never stored."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class WarningEvent(Base, table=True):
    """One step in handling a warning of a county: taken up, or closed, with a note. `month` is the first in which the rule was
    seen to hold, `sentence` what was told when the step was taken. Append-only."""

    __tablename__ = "warning_event"
    county_id: int = Field(foreign_key="county.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    rule: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    step: str
    sentence: str = Field(sa_type=Text)
    note: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
