"""The counties an application may name, and how they are called."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from programme.catalogue import catalogue
from programme.models import County, Membership

_NAMED = (County.id, County.province, County.name, County.code)


def county_choices(session: Session, province_code: str) -> dict[int, str]:
    """Internal id → name of every county of a province, those of the current programme year first, by code."""
    members = select(Membership.county_id).where(Membership.year == catalogue().current_year.year)
    query = select(*_NAMED).where(County.province_code == province_code)
    query = query.order_by(col(County.id).not_in(members), County.code)
    return {number: _name(province, name, code) for number, province, name, code in session.exec(query)}


def county_provinces(session: Session) -> dict[str, str]:
    """Two digits → name of the provinces that have counties, by code."""
    query = select(County.province_code, County.province).distinct().order_by(County.province_code)
    return dict(session.exec(query).all())


def provinces_of(session: Session, ids: Collection[int]) -> list[str]:
    """The provinces in which these counties lie, by code."""
    query = select(County.province_code).where(col(County.id).in_(ids)).distinct()
    return list(session.exec(query.order_by(County.province_code)))


def county_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The same for these counties alone, in their order."""
    rows = session.exec(select(*_NAMED).where(col(County.id).in_(ids))).all()
    found = {number: _name(province, name, code) for number, province, name, code in rows}
    return {number: found[number] for number in ids if number in found}


def _name(province: str, name: str, code: str) -> str:
    return f"{province}{name}（{code}）"
