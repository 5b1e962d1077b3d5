"""Plain makers of real rows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import db
from programme import counties
from programme.models import AppUser
from programme.permissions import Actor, Role
from programme.settings import data_folder

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


def a_user(role: Role, *, username: str = "", county: str = "", province: str = "", **values: object) -> Actor:
    """A stored account without a usable password, and the actor it is."""
    with db.transaction() as session:
        county_id = counties.id_of(session, county) if county else None
        user = AppUser(
            username=username or f"{role.value}-{county or province or 'x'}",
            name=f"{role.value} · {county or province}",
            role=role.value,
            county_id=county_id,
            province_code=province or county[:2],
            password_hash="!",
            **values,
        )
        session.add(user)
        session.flush()
        assert user.id is not None
        return Actor(user.id, user.username, user.name, role, county_id, user.province_code, user.must_change_password)
