"""Accounts: who may sign in, in which role, for which county or province. Every verb leaves an audit event."""

import re
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from programme import audit, passwords, sessions, settings
from programme.account_queries import account_list, provinces
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.models import AppUser, County
from programme.passwords import Prepared
from programme.permissions import ROLE_NAMES, Actor, Permission, Role, require
from programme.sessions import username_of

SYSTEM = Actor(0, "system", "系统", Role.ADMIN)
FIRST_ADMIN = "admin"
OF_A_COUNTY = frozenset({Role.COUNTY})
OF_A_PROVINCE = frozenset({Role.PROVINCE, Role.PROVINCE_CAC})
REGISTERS_ITSELF = "申报企业的账号由企业自行注册（登录页“申报企业注册”），登记单位代码后由网信办确认，不在这里新建。"
USERNAME = re.compile(r"[\w.-]{2,40}")


def actor_named(session: Session, username: str) -> Actor:
    """The actor an active account is, for the terminal, where no password is asked and so none has to be changed first."""
    user = session.exec(select(AppUser).where(AppUser.username == username_of(username))).first()
    if user is None or not user.active:
        raise NotFound(f"没有可用的账号“{username}”。")
    return replace(sessions.actor_of(user), must_change_password=False)


# --- verbs of administrators ------------------------------------------------------------------------------------------


def create_user(
    session: Session,
    actor: Actor,
    *,
    username: str,
    name: str,
    role: Role,
    county_code: str = "",
    province_code: str = "",
    password: str | Prepared | None = None,
    sample: bool = False,
) -> str:
    """Add an account and return its password, to be shown once.

    Without a password a one-time one is made. Whoever did not choose it must change it first, except for samples.
    Hand over a `Prepared` password where time inside of the transaction matters. `province_code` has two digits.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    if role is Role.ENTERPRISE:
        raise ProgrammeError(REGISTERS_ITSELF)
    county = _bounds(session, role, county_code, province_code)
    if not name.strip():
        raise ProgrammeError("请填写单位名称。")
    free = free_username(session, username)
    prepared = _prepared(password, username, name, sample)
    user = AppUser(
        username=free,
        name=name.strip(),
        role=role.value,
        county_id=county.id if county else None,
        province_code=county.province_code if county else province_code,
        password_hash=prepared.hashed,
        must_change_password=not sample,
        sample=sample,
    )
    session.add(user)
    session.flush()
    _record(session, actor, "account.created", user, role=role.value, county=county_code, sample=sample)
    return prepared.text


def free_username(session: Session, text: str) -> str:
    """As it is stored. Raises ProgrammeError for one that cannot be, or that is taken."""
    username = username_of(text)
    if not USERNAME.fullmatch(username):
        raise ProgrammeError("用户名须为2至40个字符，只用文字、字母、数字、点、横线和下划线。")
    if session.exec(select(AppUser).where(AppUser.username == username)).first():
        raise ProgrammeError(f"用户名 {username} 已被使用，请换一个。")
    return username


def _prepared(password: str | Prepared | None, username: str, name: str, sample: bool) -> Prepared:
    if password is None:
        return passwords.one_time()
    if isinstance(password, Prepared):
        return password
    return passwords.prepare(password) if sample else passwords.chosen(password, username, name)


def _bounds(session: Session, role: Role, county_code: str, province_code: str) -> County | None:
    """The county of a county account. Refuses bounds that the role does not have or that do not exist."""
    if bool(county_code) != (role in OF_A_COUNTY):
        raise ProgrammeError(f"{ROLE_NAMES[role]}账号{'须指定所属县' if role in OF_A_COUNTY else '不指定县'}。")
    if bool(province_code) != (role in OF_A_PROVINCE):
        raise ProgrammeError(f"{ROLE_NAMES[role]}账号{'须指定所属省' if role in OF_A_PROVINCE else '不指定省'}。")
    if province_code and province_code not in dict(provinces(session)):
        raise NotFound(f"没有代码为 {province_code} 的省份，请填写行政区划代码的前两位。")
    if not county_code:
        return None
    county = session.exec(select(County).where(County.code == county_code)).first()
    if county is None:
        raise NotFound(f"没有行政区划代码为 {county_code} 的县，请核对六位代码。")
    return county


def disable_user(session: Session, actor: Actor, user_id: int) -> None:
    """From the next rerun on the account sees nothing any more, in any browser."""
    user = _managed(session, actor, user_id)
    if user.id == actor.id:
        raise ProgrammeError("不能停用自己正在使用的账号。")
    user.active = False
    _record(
        session, actor, "account.changed", user, change="disabled", sessions=sessions.close_sessions(session, user_id)
    )


def enable_user(session: Session, actor: Actor, user_id: int) -> None:
    user = _managed(session, actor, user_id)
    user.active = True
    _record(session, actor, "account.changed", user, change="enabled")


def unlock_user(session: Session, actor: Actor, user_id: int) -> None:
    """End a lock after failed sign-ins before its time."""
    user = _managed(session, actor, user_id)
    user.failures, user.locked_until = 0, None
    _record(session, actor, "account.changed", user, change="unlocked")


def reset_password(session: Session, actor: Actor, user_id: int, password: Prepared | None = None) -> str:
    """A new one-time password, returned to be shown once; whoever is signed in with the old one is out."""
    user = _managed(session, actor, user_id)
    if user.id == actor.id:
        raise ProgrammeError("自己的密码请在“修改密码”页面修改。")
    prepared = password or passwords.one_time()
    _replace_password(session, user, prepared, must_change=True)
    _record(session, actor, "account.password", user, change="reset")
    return prepared.text


def _managed(session: Session, actor: Actor, user_id: int) -> AppUser:
    require(actor, Permission.MANAGE_ACCOUNTS)
    user = session.get(AppUser, user_id, with_for_update=True)
    if user is None:
        raise NotFound("没有这个账号，可能刚被他人改动，请刷新列表。")
    return user


def _replace_password(session: Session, user: AppUser, prepared: Prepared, *, must_change: bool) -> None:
    assert user.id is not None
    user.password_hash, user.must_change_password = prepared.hashed, must_change
    user.failures, user.locked_until, user.password_changed_at = 0, None, settings.now()
    sessions.close_sessions(session, user.id)


def _record(session: Session, actor: Actor, action: str, user: AppUser, **detail: Any) -> None:
    audit.record(
        session,
        actor,
        action,
        subject=user.username,
        county_id=user.county_id,
        province_code=user.province_code,
        **detail,
    )


# --- one's own --------------------------------------------------------------------------------------------------------


def change_password(session: Session, actor: Actor, proven: str, new: Prepared) -> None:
    """Replace one's own password; every session ends, this browser's too. `proven` is the hash the old password matched."""
    require(actor, Permission.OWN_ACCOUNT)
    user = session.get_one(AppUser, actor.id, with_for_update=True)
    if proven != user.password_hash:
        raise Outdated("密码刚刚在别处改过，请重新登录。")
    _replace_password(session, user, new, must_change=False)
    _record(session, actor, "account.password", user, change="own")


def note_wrong_password(session: Session, actor: Actor, address: str) -> bool:
    """A wrong old password counts like a failed sign-in; True when the account is locked now, and every session closed."""
    user = session.get_one(AppUser, actor.id, with_for_update=True)
    sessions.note_failure(session, user, address)
    if locked := sessions.is_locked(user):
        sessions.close_sessions(session, actor.id)
    return locked


# --- at start ---------------------------------------------------------------------------------------------------------


def create_first_admin(session: Session) -> str | None:
    """An administrator for a store that has none: the one-time password, to be printed once; None when there is one."""
    if session.exec(select(AppUser).where(AppUser.role == Role.ADMIN.value)).first():
        return None
    return create_user(session, SYSTEM, username=FIRST_ADMIN, name=ROLE_NAMES[Role.ADMIN], role=Role.ADMIN)


def refuse_samples(session: Session) -> None:
    """Raises ProgrammeError when a store for production holds accounts whose passwords are printed in a README."""
    if settings.production() and session.exec(select(AppUser).where(col(AppUser.sample).is_(True))).first():
        raise ProgrammeError("数据库中有示例账号，不能用于正式运行：请换一个空的数据库（DATABASE_URL）。")


# --- queries ----------------------------------------------------------------------------------------------------------


def user_rows(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Every account as plain values, for the terminal."""
    names = ("username", "role", "name", "place", "active", "locked", "must_change_password", "sample")
    return [{name: getattr(account, name) for name in names} for account in account_list(session, actor)]
