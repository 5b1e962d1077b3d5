"""The counties an application may name, and how they are called."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from programme.catalogue import catalogue
from programme.models import County, Membership

_NAMED = (County.id, County.province, County.name, County.code)


def county_choices(session: Session) -> dict[int, str]:
    """Internal id → name of every county of the registry, those of the current programme year first, by code."""
    members = select(Membership.county_id).where(Membership.year == catalogue().current_year.year)
    query = select(*_NAMED).order_by(col(County.id).not_in(members), County.code)
    return {number: _name(province, name, code) for number, province, name, code in session.exec(query)}


def county_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The same for these counties alone, in their order."""
    rows = session.exec(select(*_NAMED).where(col(County.id).in_(ids))).all()
    found = {number: _name(province, name, code) for number, province, name, code in rows}
    return {number: found[number] for number in ids if number in found}


def _name(province: str, name: str, code: str) -> str:
    return f"{province}{name}（{code}）"
