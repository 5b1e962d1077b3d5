"""Accounts, and how they come in."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from programme import settings
from programme.models.base import Base


class AppUser(Base, table=True):
    """An account: a role and its bounds. `organisation` names the unit; no person's name is needed."""

    __tablename__ = "app_user"
    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True, max_length=40)
    name: str
    role: str
    county_id: int | None = Field(default=None, foreign_key="county.id")
    province_code: str = ""
    enterprise_id: int | None = Field(default=None, index=True)
    password_hash: str
    active: bool = True
    must_change_password: bool = False
    password_changed_at: datetime = Field(default_factory=settings.now)
    failures: int = 0
    locked_until: datetime | None = None
    sample: bool = False


class SignInSession(Base, table=True):
    """A signed-in browser; only a keyed hash of its token is kept."""

    __tablename__ = "sign_in_session"
    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id", index=True)
    created_at: datetime = Field(default_factory=settings.now)
    last_seen: datetime = Field(default_factory=settings.now)
    revoked_at: datetime | None = None
    address: str = ""


class SignInTicket(Base, table=True):
    """A one-time pass from the sign-in form to the cookie, valid for seconds and for one browser."""

    __tablename__ = "sign_in_ticket"
    token_hash: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="app_user.id")
    browser: str
    expires_at: datetime


class SignInAttempt(Base, table=True):
    """Every try to sign in, for the lock-out across processes."""

    __tablename__ = "sign_in_attempt"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=settings.now)
    username: str = Field(max_length=40)
    address: str = ""
    succeeded: bool

    __table_args__ = (Index("ix_sign_in_attempt_address_at", "address", "at"),)
