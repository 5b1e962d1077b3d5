"""Plain makers of real rows."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import func
from sqlmodel import Session, select

import db
from programme import counties, sessions
from programme.models import AppUser, MonthlyReturn, StoredFile, Submission
from programme.permissions import Actor, Role
from programme.settings import data_folder
from programme.standings import kpi_codes

SYSTEM = Actor(0, "system", "系统", Role.OFFICE)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def prepare_store() -> None:
    """Tables, registry, and the sample choice of 110 counties."""
    db.migrate()
    with db.transaction() as session:
        counties.load_registry(session)
        sample = (data_folder() / "demo" / "counties.csv").read_bytes()
        counties.import_membership(session, SYSTEM, sample, "counties.csv", year=2019, sample=True)


def a_user(
    role: Role, *, username: str = "", name: str = "", county: str = "", province: str = "", **values: object
) -> Actor:
    """A stored account without a usable password, and the actor it is."""
    with db.transaction() as session:
        county_id = counties.id_of(session, county) if county else None
        user = AppUser(
            username=username or f"{role.value}-{county or province or 'x'}",
            name=name or f"{role.value} · {county or province}",
            role=role.value,
            county_id=county_id,
            province_code=province or county[:2],
            password_hash="!",
            **values,
        )
        session.add(user)
        session.flush()
        assert user.id is not None
        return sessions.actor_of(user)


def insert_return(session: Session, county_id: int, month: int, figures: Sequence[int | None]) -> int:
    """A revision with its submission, past all checks; returns its number. It does not stand yet."""
    if session.get(StoredFile, "0" * 64) is None:
        session.add(StoredFile(sha256="0" * 64, name="直接写入.xlsx", content=b""))
        session.add(AppUser(id=999_999, username="direct", name="直接写入", role="office", password_hash="!"))
        session.flush()
    act = Submission(
        user_id=999_999, user_name="直接写入", file_sha256="0" * 64, file_name="直接写入.xlsx", channel="file",
        layout="[]", counties=1, returns=1,
    )  # fmt: skip
    session.add(act)
    session.flush()
    newest = select(func.max(MonthlyReturn.revision)).where(
        MonthlyReturn.county_id == county_id, MonthlyReturn.month == month
    )
    revision = (session.exec(newest).one() or 0) + 1
    values = dict(zip(kpi_codes(), figures, strict=True))
    session.add(
        MonthlyReturn(
            county_id=county_id, month=month, revision=revision, submission_id=act.id, sheet="", row=0, **values
        )
    )
    session.flush()
    return int(revision)
