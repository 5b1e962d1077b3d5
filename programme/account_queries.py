"""Reading the list of accounts, and what may bound one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from programme.catalogue import catalogue
from programme.models import AppUser, County, Membership, SignInSession
from programme.permissions import Actor, Permission, Role, require
from programme.sessions import is_locked


@dataclass(frozen=True)
class Account:
    """A row of the list. `place` names the county or province that bounds the account, '' for the whole country."""

    id: int
    username: str
    name: str
    role: Role
    place: str
    active: bool
    locked: bool
    must_change_password: bool
    last_signed_in: datetime | None
    sample: bool


def account_list(
    session: Session, actor: Actor, *, role: Role | None = None, province_code: str = "", text: str = ""
) -> list[Account]:
    """Accounts by role, province and words of username, unit or county; in the order of the roles' table."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    last = select(func.max(SignInSession.created_at)).where(col(SignInSession.user_id) == col(AppUser.id))
    query = (
        select(AppUser, County, last.correlate(AppUser).scalar_subquery())
        .join(County, col(County.id) == col(AppUser.county_id), isouter=True)
        .order_by(col(AppUser.province_code), col(AppUser.username))
    )
    if role:
        query = query.where(AppUser.role == role.value)
    if province_code:
        query = query.where(AppUser.province_code == province_code)
    if text.strip():
        columns = col(AppUser.username), col(AppUser.name), col(County.name)
        query = query.where(or_(*(column.icontains(text.strip(), autoescape=True) for column in columns)))
    names = dict(provinces(session))
    rows = [_account(user, county, last, names) for user, county, last in session.exec(query)]
    return sorted(rows, key=lambda account: list(Role).index(account.role))


def _account(user: AppUser, county: County | None, last: datetime | None, names: dict[str, str]) -> Account:
    assert user.id is not None
    return Account(
        id=user.id,
        username=user.username,
        name=user.name,
        role=Role(user.role),
        place=f"{county.province} · {county.name}" if county else names.get(user.province_code, ""),
        active=user.active,
        locked=is_locked(user),
        must_change_password=user.must_change_password,
        last_signed_in=last,
        sample=user.sample,
    )


def provinces(session: Session) -> list[tuple[str, str]]:
    """Two-digit code and name of every province, by code."""
    query = select(County.province_code, County.province).distinct().order_by(County.province_code)
    return [(code, name) for code, name in session.exec(query)]


def counties(session: Session) -> list[tuple[str, str]]:
    """Code and full name of the counties that may have an account: the members of the year, or all before their import."""
    query = select(County.code, County.name, County.prefecture, County.province).order_by(County.code)
    members = select(Membership.county_id).where(Membership.year == catalogue().current_year.year)
    rows = session.exec(query.where(col(County.id).in_(members))).all() or session.exec(query).all()
    return [(code, f"{province} · {prefecture} · {name} {code}") for code, name, prefecture, province in rows]
