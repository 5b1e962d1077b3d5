"""Reminders: of which returns somebody was reminded, the notices they were told in, and how each notice travelled."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Text
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class Notice(Base, table=True):
    """What an account was told on a day, append-only. Number 0 is the ladder's digest; those sent by hand follow it."""

    __tablename__ = "notice"
    user_id: int = Field(foreign_key="app_user.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    day: date = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(default_factory=settings.moment)
    by_id: int = 0
    by_name: str = ""
    subject: str
    body: str = Field(sa_type=Text)


class Reminder(Base, table=True):
    """That an account was reminded of a county's return on a day, append-only; `number` is that of the day's notice.

    `due` and `revision` are those of that moment: a later due day, or a return sent back, is reminded of anew.
    """

    __tablename__ = "reminder"
    county_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    month: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    user_id: int = Field(primary_key=True, index=True, sa_column_kwargs={"autoincrement": False})
    day: date = Field(primary_key=True)
    number: int
    step: str
    due: date
    revision: int


class Channel(Base, table=True):
    """A way of notice beside the list on the page. `url` is secret: only `shown` leaves the store. `roles` are joined by commas."""

    __tablename__ = "channel"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    url: str = Field(sa_type=Text)
    shown: str
    roles: str
    active: bool = True


class Contact(Base, table=True):
    """Where an account is reached by a personal kind of channel."""

    __tablename__ = "contact"
    user_id: int = Field(foreign_key="app_user.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True)
    address: str


class Delivery(Base, table=True):
    """A notice on its way by a channel. Whoever sends claims it first; a claim that has run out may be taken over."""

    __tablename__ = "delivery"
    user_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    day: date = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    channel_id: int = Field(foreign_key="channel.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    address: str = ""
    state: str = Field(index=True)
    tries: int = 0
    error: str = ""
    next_try: datetime
    claim: str = ""
    sent_at: datetime | None = None

    __table_args__ = (
        ForeignKeyConstraint(
            ["user_id", "day", "number"], ["notice.user_id", "notice.day", "notice.number"], name="fk_delivery_notice"
        ),
    )
