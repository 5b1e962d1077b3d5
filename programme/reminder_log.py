"""What everybody was reminded of: one's own notices, those about the counties in one's scope, and how each travelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from programme import ladder, settings
from programme.calendar import Month
from programme.ladder import OWED
from programme.models import AppUser, Channel, County, Delivery, Notice, Reminder
from programme.obligations import Obligation
from programme.permissions import Actor, Permission, Role, Subject, require, scope_of
from programme.reminders import CLOSED, FAILED, NO_ADDRESS, SENT, STATES, WAITING, returns_of


@dataclass(frozen=True)
class Told:
    """A line of the log: one account, one notice, the returns in it, and how it travelled (channel and words)."""

    at: datetime
    day: date
    account: str
    role: Role
    by_name: str
    subject: str
    body: str
    returns: tuple[str, ...]
    steps: tuple[str, ...]
    ways: tuple[str, ...]


def log(session: Session, actor: Actor, *, own: bool, limit: int, offset: int = 0) -> list[Told]:
    """The newest first: the actor's own notices, or all that were about counties in the actor's scope.

    Only one's own have their `body`: another's may speak of counties outside the scope.
    """
    keys = _keys(session, actor, own=own)[offset : offset + limit]
    if not keys:
        return []
    days, users = {day for _, day, _ in keys}, {user for user, _, _ in keys}
    notices = {
        (one.user_id, one.day, one.number): (one, user)
        for one, user in session.exec(
            select(Notice, AppUser).join(AppUser, col(AppUser.id) == Notice.user_id)
            .where(col(Notice.day).in_(days), col(Notice.user_id).in_(users))
        )
    }  # fmt: skip
    returns, ways = _returns(session, actor, days, users), ways_of(session, days, users)
    found = [_told(key, *notices[key], returns.get(key, []), ways.get(key, [])) for key in keys]
    return [told if key[0] == actor.id else replace(told, body="") for key, told in zip(keys, found, strict=True)]


def count(session: Session, actor: Actor, *, own: bool) -> int:
    return len(_keys(session, actor, own=own))


def _keys(session: Session, actor: Actor, *, own: bool) -> list[tuple[int, date, int]]:
    require(actor, Permission.SEE_COUNTY)
    query: Any = (
        select(Notice.user_id, Notice.day, Notice.number, Notice.at)  # type: ignore[call-overload]
        .join(Reminder, _of_notice(Reminder))
        .join(County, col(County.id) == Reminder.county_id)
        .distinct()
        .order_by(col(Notice.at).desc(), col(Notice.user_id), col(Notice.number).desc())
    )
    if own:
        query = query.where(Notice.user_id == actor.id)
    elif actor.county_id:
        query = query.where(Reminder.county_id == actor.county_id)
    elif actor.province_code:
        query = query.where(County.province_code == actor.province_code)
    return [(user, day, number) for user, day, number, _ in session.exec(query)]


def _of_notice(row: Any) -> Any:
    return (row.user_id == Notice.user_id) & (row.day == Notice.day) & (row.number == Notice.number)


def _returns(
    session: Session, actor: Actor, days: Iterable[date], users: Iterable[int]
) -> dict[tuple[int, date, int], list[tuple[str, str]]]:
    """Returns and steps by notice, of counties in the actor's scope only."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    query = (
        select(Reminder, County).join(County, col(County.id) == Reminder.county_id)
        .where(col(Reminder.day).in_(days), col(Reminder.user_id).in_(users))
        .order_by(col(Reminder.month), col(County.code))
    )  # fmt: skip
    names, found = ladder.facts().ladder, dict[tuple[int, date, int], list[tuple[str, str]]]()
    for row, county in session.exec(query):
        if scope and scope(actor, Subject(county.id, county.province_code)):
            line = (
                f"{county.name}{Month.from_number(row.month).chinese}",
                names.name_of(row.step, back=bool(row.revision)),
            )
            found.setdefault((row.user_id, row.day, row.number), []).append(line)
    return found


def ways_of(
    session: Session, days: Iterable[date], users: Iterable[int]
) -> dict[tuple[int, date, int], list[tuple[str, Delivery]]]:
    """How notices travelled: the channel's name and the delivery."""
    query = (
        select(Delivery, Channel.name).join(Channel, col(Channel.id) == Delivery.channel_id)
        .where(col(Delivery.day).in_(days), col(Delivery.user_id).in_(users)).order_by(col(Delivery.channel_id))
    )  # fmt: skip
    found = dict[tuple[int, date, int], list[tuple[str, Delivery]]]()
    for delivery, name in session.exec(query):
        found.setdefault((delivery.user_id, delivery.day, delivery.number), []).append((name, delivery))
    return found


def way_text(name: str, one: Delivery) -> str:
    """邮件：未送达2次（连不上服务器），10:35再试 — never only a word where something went wrong."""
    if one.state == WAITING and one.tries:
        return f"◆ {name}：第{one.tries}次未送达（{one.error}），{settings.clock(one.next_try)}后再试"
    if one.state == FAILED:
        return f"▲ {name}：未送达，已试{one.tries}次（{one.error}）"
    shape = {SENT: "●", WAITING: "○", NO_ADDRESS: "▲", CLOSED: "▲"}.get(one.state, "–")
    when = f" {settings.clock(one.sent_at)}" if one.sent_at else ""
    return f"{shape} {name}：{STATES[one.state]}{when}"


def _told(
    key: tuple[int, date, int], notice: Notice, user: AppUser, returns: list[tuple[str, str]],
    ways: list[tuple[str, Delivery]],
) -> Told:  # fmt: skip
    return Told(
        at=notice.at,
        day=key[1],
        account=user.name,
        role=Role(user.role),
        by_name=notice.by_name,
        subject=notice.subject,
        body=notice.body,
        returns=tuple(title for title, _ in returns),
        steps=tuple(dict.fromkeys(step for _, step in returns)),
        ways=("● 站内", *(way_text(name, one) for name, one in ways)),
    )


def open_ones(session: Session, actor: Actor) -> list[tuple[Obligation, datetime]]:
    """The actor's own reminders that still hold: returns owed of which they were told, and when last."""
    query = (
        select(Reminder.county_id, Reminder.month, func.max(Notice.at))
        .join(Notice, _of_notice(Reminder)).where(Reminder.user_id == actor.id)
        .group_by(col(Reminder.county_id), col(Reminder.month))
    )  # fmt: skip
    told = {(county, month): at for county, month, at in session.exec(query)}
    if not told:
        return []
    months = {Month.from_number(number) for _, number in told}
    owed = returns_of(session, actor, months, {county for county, _ in told})
    return [
        (one, told[one.county_id, one.month.number])
        for one in owed
        if one.status in OWED and (one.county_id, one.month.number) in told
    ]


def told_today(session: Session, actor: Actor, seen: Sequence[Obligation]) -> set[tuple[int, int]]:
    """County and month of those returns of which the county itself was reminded today already."""
    require(actor, Permission.SEE_COUNTY)
    query = (
        select(Reminder.county_id, Reminder.month)
        .join(AppUser, col(AppUser.id) == Reminder.user_id)
        .where(Reminder.day == settings.today(), AppUser.role == Role.COUNTY.value)
    )
    known = {(one.county_id, one.month.number) for one in seen}
    return {(county, month) for county, month in session.exec(query)} & known
