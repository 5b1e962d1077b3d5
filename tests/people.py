"""Accounts that can sign in, and what they do, for tests of the sign-in."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import select

import db
from programme import passwords, sessions
from programme.models import AppUser, AuditEvent, SignInSession
from programme.permissions import Actor, Role
from programme.settings import now
from tests.factories import a_user

PASSWORD = passwords.prepare("Kd8#mWq2!zLp")
OTHER = passwords.prepare("t7R-mmVw_x9!")


def an_account(username: str = "lushui", role: Role = Role.COUNTY, county: str = "533301", **values: object) -> Actor:
    """An account that can sign in with PASSWORD."""
    actor = a_user(role, username=username, county=county)
    with db.transaction() as session:
        user = session.get_one(AppUser, actor.id)
        for name, value in {"password_hash": PASSWORD.hashed, **values}.items():
            setattr(user, name, value)
        return sessions.actor_of(user)


def signs_in(username: str, password: str = PASSWORD.text, address: str = "10.0.0.1") -> bool:
    with db.reading() as session:
        stored = sessions.stored_hash(session, username)
    proven = stored if passwords.matches(password, stored) else None
    with db.transaction() as session:
        return sessions.attempt(session, username, address, proven) is not None


def fails(username: str, times: int, address: str = "10.0.0.1") -> None:
    """Wrong passwords, without the time that comparing them takes."""
    for _ in range(times):
        with db.transaction() as session:
            sessions.attempt(session, username, address, None)


def a_token(actor: Actor) -> str:
    with db.transaction() as session:
        return sessions.open_session(session, actor)


def who(token: str) -> Actor | None:
    with db.reading() as session:
        return sessions.session_actor(session, token)


def aged(column: str, **by: float) -> None:
    """Let every session look older than it is."""
    with db.transaction() as session:
        session.connection().execute(update(SignInSession).values({column: now() - timedelta(**by)}))


def actions() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(AuditEvent.action).order_by(AuditEvent.id)))
