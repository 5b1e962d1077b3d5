"""The record of what was done, and the numbers that grow with every change."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


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
