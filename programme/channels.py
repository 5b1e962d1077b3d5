"""Ways of notice beside the list on the page, and where accounts are reached. A channel's address is a secret once it is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit, ladder
from programme.errors import NotFound, ProgrammeError
from programme.ladder import Kind
from programme.models import AppUser, Channel, Contact, Delivery
from programme.permissions import ROLE_NAMES, Actor, Permission, Role, require
from programme.reminders import FAILED, WAITING
from programme.settings import moment

SERVED: Final = (Role.COUNTY, Role.PROVINCE, Role.OFFICE)
MAIL: Final = "mail"
MAIL_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+[A-Za-z0-9-]{2,24}"
)


@dataclass(frozen=True)
class Way:
    """A channel as its administrators see it: never its address, only what `masked` leaves of it. `counts` is by state."""

    id: int
    kind: Kind
    name: str
    shown: str
    roles: tuple[Role, ...]
    active: bool
    counts: dict[str, int]
    last_error: str


def masked(kind: str, url: str) -> str:
    """The way and the host of an address, or the ends of a robot's key: enough to tell two apart, too little to use."""
    parts = urlsplit(url)
    if kind in ("wecom", "dingtalk"):
        key = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{key[:2]}…{key[-2:]}" if len(key) > 8 else f"{parts.scheme}://…"
    return (
        f"{parts.scheme}://…@{parts.hostname or ''}" if kind == MAIL else f"{parts.scheme}://{parts.hostname or ''}/…"
    )


def add_channel(session: Session, actor: Actor, *, kind: str, name: str, url: str, roles: Sequence[Role]) -> int:
    """A new channel; from now on notices to these roles travel by it too. Raises ProgrammeError for an address of another kind."""
    require(actor, Permission.MANAGE_CHANNELS)
    if kind not in ladder.facts().kinds:
        raise ProgrammeError("没有这种通知渠道，请从列表中选择。")
    if not name.strip():
        raise ProgrammeError("请填写渠道名称，例如“单位邮箱”。")
    _refuse_roles(roles)
    _refuse_address(ladder.facts().kinds[kind], url)
    channel = Channel(
        kind=kind, name=name.strip()[:60], url=url.strip(), shown=masked(kind, url.strip()), roles=",".join(roles)
    )
    session.add(channel)
    session.flush()
    assert channel.id is not None
    _record(session, actor, "channel.added", channel)
    return channel.id


def _refuse_roles(roles: Sequence[Role]) -> None:
    if not roles or not set(roles) <= set(SERVED):
        raise ProgrammeError(f"请选择服务对象：{'、'.join(ROLE_NAMES[role] for role in SERVED)}。")


def _refuse_address(kind: Kind, url: str) -> None:
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in kind.schemes and bool(parts.hostname) and url.strip().isprintable()
        parts.port  # noqa: B018  (raises for what is no number)
    except ValueError:
        sound = False
    if not sound:
        raise ProgrammeError(f"{kind.name}的地址应形如 {kind.example}，请核对。")


def set_roles(session: Session, actor: Actor, channel_id: int, roles: Sequence[Role]) -> None:
    channel = _channel(session, actor, channel_id)
    _refuse_roles(roles)
    channel.roles = ",".join(roles)
    _record(session, actor, "channel.changed", channel)


def set_url(session: Session, actor: Actor, channel_id: int, url: str) -> None:
    """Replace the address; the old one is shown to nobody."""
    channel = _channel(session, actor, channel_id)
    _refuse_address(ladder.facts().kinds[channel.kind], url)
    channel.url, channel.shown = url.strip(), masked(channel.kind, url.strip())
    _record(session, actor, "channel.changed", channel)


def set_active(session: Session, actor: Actor, channel_id: int, active: bool) -> None:
    """Off: nothing travels by it any more, and what waits is not sent. On: as before."""
    channel = _channel(session, actor, channel_id)
    channel.active = active
    _record(session, actor, "channel.changed", channel, change="enabled" if active else "disabled")


def send_again(session: Session, actor: Actor, channel_id: int) -> int:
    """Let what failed for good wait once more; returns how many notices."""
    channel = _channel(session, actor, channel_id)
    query = select(Delivery).where(Delivery.channel_id == channel_id, Delivery.state == FAILED)
    failed = session.exec(query).all()
    for one in failed:
        one.state, one.tries, one.next_try, one.claim = WAITING, 0, moment(), ""
    if failed:
        _record(session, actor, "channel.changed", channel, returns=len(failed))
    return len(failed)


def note_test(session: Session, actor: Actor, channel_id: int, error: str) -> None:
    """Keep on record that a channel was tried, and how it went; `error` is empty when it went well."""
    channel = _channel(session, actor, channel_id)
    _record(session, actor, "channel.tested", channel, result=error or "成功")


def secret_of(session: Session, actor: Actor, channel_id: int) -> tuple[str, str]:
    """Kind and address of a channel, for trying it; never for showing it."""
    channel = _channel(session, actor, channel_id)
    return channel.kind, channel.url


def _channel(session: Session, actor: Actor, channel_id: int) -> Channel:
    require(actor, Permission.MANAGE_CHANNELS)
    channel = session.get(Channel, channel_id)
    if channel is None:
        raise NotFound("没有这个通知渠道，请刷新列表。")
    return channel


def _record(session: Session, actor: Actor, action: str, channel: Channel, **detail: Any) -> None:
    roles = [ROLE_NAMES[Role(role)] for role in channel.roles.split(",")]
    audit.record(session, actor, action, subject=channel.name, address=channel.shown, roles=roles, **detail)


def ways(session: Session, actor: Actor) -> list[Way]:
    """Every channel, with how many of its deliveries stand where and what went wrong last."""
    require(actor, Permission.MANAGE_CHANNELS)
    counted = select(Delivery.channel_id, Delivery.state, func.count()).group_by(
        col(Delivery.channel_id), col(Delivery.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for channel_id, state, number in session.exec(counted):
        counts.setdefault(channel_id, {})[state] = number
    troubled = select(Delivery).where(col(Delivery.state).in_((WAITING, FAILED)), Delivery.error != "")
    errors = {one.channel_id: one.error for one in session.exec(troubled.order_by(col(Delivery.next_try)))}
    return [
        Way(
            channel.id or 0, ladder.facts().kinds[channel.kind], channel.name, channel.shown,
            tuple(Role(role) for role in channel.roles.split(",")), channel.active,
            counts.get(channel.id or 0, {}), errors.get(channel.id or 0, ""),
        )
        for channel in session.exec(select(Channel).order_by(col(Channel.id)))
    ]  # fmt: skip


# --- where accounts are reached -----------------------------------------------------------------------------------------


def address_of(session: Session, actor: Actor) -> str:
    """One's own mail address; "" while there is none."""
    found = session.get(Contact, (actor.id, MAIL))
    return found.address if found else ""


def set_address(session: Session, actor: Actor, address: str, *, user_id: int | None = None) -> None:
    """Where mail reaches the actor, or another account when an administrator says so; "" takes the address away.

    Raises ProgrammeError for what is no mail address.
    """
    require(actor, Permission.OWN_ACCOUNT if user_id in (None, actor.id) else Permission.MANAGE_ACCOUNTS)
    user = session.get(AppUser, actor.id if user_id is None else user_id)
    if user is None:
        raise NotFound("没有这个账号，请刷新列表。")
    address = address.strip()
    if address and not MAIL_ADDRESS.fullmatch(address):
        raise ProgrammeError("邮箱地址不正确，请写成 name@example.cn，只填一个。")
    known = session.get(Contact, (user.id, MAIL))
    if (known.address if known else "") == address:
        return
    if known and not address:
        session.delete(known)
    elif known:
        known.address = address
    else:
        session.add(Contact(user_id=user.id or 0, kind=MAIL, address=address))
    session.flush()
    audit.record(
        session, actor, "account.contact", subject=user.username, county_id=user.county_id,
        province_code=user.province_code, address=address or "（已清空）",
    )  # fmt: skip
