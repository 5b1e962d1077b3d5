"""Stores to measure on: the sample programme, and sessions of people who are signed in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import col, select

import db
from programme import counties, demo, sessions
from programme.models import AppUser
from programme.permissions import Role
from tests import factories, live

VIEWERS = (Role.LEADER, Role.OFFICE)
"""Who sees every county, and so has all filters."""


@contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """This process looks at the store in `folder` for a while, brought to the newest shape as a start does."""
    with factories.environment(**live.environment_of(folder)):
        db.migrate()
        yield
        db.engine().dispose()


def sample(folder: Path) -> Path:
    """The sample programme as a first start makes it."""
    if not (folder / "netlift.db").exists():
        draft = folder.with_name(f"{folder.name}-part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        with standing_in(draft):
            db.migrate()
            with db.transaction() as session:
                counties.load_registry(session)
            demo.fill_if_empty(db.transaction, lambda _: None)
        draft.rename(folder)
    return folder


def cookies(folder: Path, count: int) -> list[str]:
    """Sessions of their own for so many people."""
    roles = [role.value for role in VIEWERS]
    with standing_in(folder), db.transaction() as session:
        users = session.exec(select(AppUser).where(col(AppUser.role).in_(roles))).all()
        actors = [sessions.actor_of(user) for user in users]
        return [f"netlift={sessions.open_session(session, actors[at % len(actors)])}" for at in range(count)]


def megabytes(pid: int) -> float:
    """Resident memory of a process."""
    fields = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    (line,) = [field for field in fields if field.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
