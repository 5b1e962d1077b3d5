"""The expo wall: how the office arranged its scenes."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class WallArrangement(Base, table=True):
    """One revision, append-only; the newest is in force. `scenes` is JSON, in their order: [code, seconds, on]. `address` is
    where a phone finds the wall, "" for no code to scan."""

    __tablename__ = "wall_arrangement"
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(default_factory=settings.moment)
    user_id: int
    user_name: str
    scenes: str = Field(sa_type=Text)
    address: str = ""
