"""Ways of notice beside the list on the page, and where accounts are reached. A channel's address is a secret once it is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit, ladder
from programme.channel_addresses import MAIL, masked, refuse_address
from programme.errors import NotFound, ProgrammeError
from programme.ladder import Kind
from programme.models import AppUser, Channel, Contact, Delivery
from programme.permissions import ROLE_NAMES, Actor, Permission, Role, require
from programme.reminders import FAILED, WAITING
from programme.settings import moment

SERVED: Final = (Role.COUNTY, Role.PROVINCE, Role.OFFICE)
MAIL_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+[A-Za-z0-9-]{2,24}"
)


@dataclass(frozen=True)
class Reach:
    """Of the active accounts whom a personal channel serves, how many have said where it reaches them."""

    accounts: int
    addressed: int


@dataclass(frozen=True)
class Way:
    """A channel as its administrators see it: never its address, only what `masked` leaves of it. `counts` is by state.

    `reach` is None for what goes to a group.
    """

    id: int
    kind: Kind
    name: str
    shown: str
    roles: tuple[Role, ...]
    active: bool
    counts: dict[str, int]
    last_error: str
    reach: Reach | None = None


def add_channel(session: Session, actor: Actor, *, kind: str, name: str, url: str, roles: Sequence[Role]) -> int:
    """A new channel; from now on notices to these roles travel by it too. Raises ProgrammeError for an address of another kind."""
    require(actor, Permission.MANAGE_CHANNELS)
    if kind not in ladder.facts().kinds:
        raise ProgrammeError("没有这种通知渠道，请从列表中选择。")
    if not name.strip():
        raise ProgrammeError("请填写渠道名称，例如“单位邮箱”。")
    _refuse_roles(roles)
    refuse_address(ladder.facts().kinds[kind], url.strip())
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


def set_roles(session: Session, actor: Actor, channel_id: int, roles: Sequence[Role]) -> None:
    channel = _channel(session, actor, channel_id)
    _refuse_roles(roles)
    channel.roles = ",".join(roles)
    _record(session, actor, "channel.changed", channel)


def set_url(session: Session, actor: Actor, channel_id: int, url: str) -> None:
    """Replace the address; the old one is shown to nobody."""
    channel = _channel(session, actor, channel_id)
    refuse_address(ladder.facts().kinds[channel.kind], url.strip())
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
            counts.get(channel.id or 0, {}), errors.get(channel.id or 0, ""), _reach(session, channel),
        )
        for channel in session.exec(select(Channel).order_by(col(Channel.id)))
    ]  # fmt: skip


def _reach(session: Session, channel: Channel) -> Reach | None:
    if not ladder.facts().kinds[channel.kind].personal:
        return None
    known = (col(Contact.user_id) == AppUser.id) & (col(Contact.kind) == channel.kind)
    counted = select(func.count(), func.count(col(Contact.user_id))).select_from(AppUser).outerjoin(Contact, known)
    served = counted.where(col(AppUser.active).is_(True), col(AppUser.role).in_(channel.roles.split(",")))
    return Reach(*session.exec(served).one())


# --- where accounts are reached -----------------------------------------------------------------------------------------


def address_of(session: Session, actor: Actor) -> str:
    """One's own mail address; "" while there is none."""
    found = session.get(Contact, (actor.id, MAIL))
    return found.address if found else ""


def set_address(session: Session, actor: Actor, address: str) -> None:
    """Where mail reaches the actor; "" takes the address away. What is on its way goes to the address as it is when it is sent.

    The record says that it was changed and not to what. Raises ProgrammeError for what is no mail address.
    """
    require(actor, Permission.OWN_ACCOUNT)
    address = address.strip()
    if address and not MAIL_ADDRESS.fullmatch(address):
        raise ProgrammeError("邮箱地址不正确，请写成 name@example.cn，只填一个。")
    known = session.get(Contact, (actor.id, MAIL))
    if (known.address if known else "") == address:
        return
    if known and not address:
        session.delete(known)
    elif known:
        known.address = address
    else:
        session.add(Contact(user_id=actor.id, kind=MAIL, address=address))
    session.flush()
    audit.record(
        session, actor, "account.contact", subject=actor.username, county_id=actor.county_id,
        province_code=actor.province_code, address="已清空" if not address else "已更换" if known else "已填写",
    )  # fmt: skip
