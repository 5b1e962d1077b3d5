"""Notices on their way: claimed in one transaction, sent outside of any, and what became of them written in another.

A process that dies in between leaves a claim that runs out; the next one tries again. So nothing is lost, and at worst, after a
crash between sending and writing it down, somebody is told twice.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import inf
from time import monotonic
from typing import Any, Final

from sqlmodel import Session, col, select

from programme import channels, ladder, post, settings
from programme.calendar import Month
from programme.keys import new_token
from programme.ladder import OWED, Digest
from programme.models import AppUser, Channel, Contact, Delivery, Notice, Reminder
from programme.obligations import Obligation
from programme.permissions import Actor
from programme.reminders import CLOSED, DROPPED, FAILED, NO_ADDRESS, SENT, SYSTEM, WAITING, returns_of
from programme.sessions import actor_of

Transaction = Callable[[], AbstractContextManager[Session]]
Key = tuple[int, date, int]
SWITCHED_OFF: Final = "渠道已停用"
TEST_SUBJECT: Final = "网络扶贫监测平台：测试通知"
TEST_BODY: Final = "这是一条测试通知。收到它，说明这个渠道可以使用。"


@dataclass(frozen=True)
class Parcel:
    """One message and the deliveries that it is: of one account, or of all who are told by a group's channel."""

    kind: str
    url: str
    channel: str
    address: str
    subject: str
    body: str
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Outcome:
    """A message that was tried: whom it was for (accounts), and why it failed; "" when it went out."""

    channel: str
    accounts: int
    error: str


def dispatch(transaction: Transaction, within: float = inf) -> list[Outcome]:
    """Send whatever waits and whose time has come; each failure waits for its next try.

    After `within` seconds nothing more is begun, and what is left waits for the next call.
    """
    outcomes: list[Outcome] = []
    claim, until = new_token(), monotonic() + within
    while monotonic() < until:
        with transaction() as session:
            channel_id, parcel = _claim(session, claim)
        if channel_id is None:
            break
        if parcel:
            outcomes.append(_carry(transaction, claim, channel_id, parcel))
    return outcomes


def _carry(transaction: Transaction, claim: str, channel_id: int, parcel: Parcel) -> Outcome:
    """Send one and write down how it went, whatever happens: what brings a run down must not bring down the next."""
    error = post.UNKNOWN
    try:
        error = post.send(parcel.kind, parcel.url, parcel.address, parcel.subject, parcel.body)
    finally:
        with transaction() as session:
            _settle(session, claim, channel_id, parcel, error)
    return Outcome(parcel.channel, len(parcel.keys), error)


def soon(transaction: Transaction) -> list[Outcome]:
    """As `dispatch`, for as long as somebody at a screen can wait."""
    return dispatch(transaction, _limit("screen_seconds"))


def _limit(name: str) -> Any:
    return ladder.facts().delivery[name]


def _claim(session: Session, claim: str) -> tuple[int | None, Parcel | None]:
    """Take one message that waits, for as long as the lease: nobody else sends it meanwhile. No channel when nothing waits.

    One at a time: a lease has to outlast one server's patience, not that of all who are told. What has nobody to go to,
    nothing left to say or no way to travel is settled here, without a parcel.
    """
    now = settings.moment()
    waiting = select(Delivery).where(Delivery.state == WAITING, Delivery.next_try <= now)
    first = session.exec(waiting.order_by(col(Delivery.channel_id), col(Delivery.next_try)).limit(1)).first()
    if first is None:
        return None, None
    channel = session.get_one(Channel, first.channel_id)
    mine = waiting.where(Delivery.channel_id == channel.id).order_by(col(Delivery.next_try), col(Delivery.user_id))
    personal = ladder.facts().kinds[channel.kind].personal
    rows = session.exec(mine.limit(1) if personal else mine).all()
    if not channel.active:
        for row in rows:
            row.state, row.error = FAILED, SWITCHED_OFF
        return channel.id, None
    people = _people(session, [row.user_id for row in rows])
    still = _still_owed(session, [_key(row) for row in rows], people)
    for row in rows:
        row.claim, row.next_try = claim, now + timedelta(minutes=_limit("lease_minutes"))
        if personal:
            row.address = _address_now(session, row.user_id, channel.kind)
        row.state = _state_now(row, people, still, personal=personal)
    going = [row for row in rows if row.state == WAITING]
    return channel.id, _parcel(channel, going, still, personal=personal) if going else None


def _key(row: Delivery) -> Key:
    return row.user_id, row.day, row.number


def _people(session: Session, users: Collection[int]) -> dict[int, AppUser]:
    return {user.id or 0: user for user in session.exec(select(AppUser).where(col(AppUser.id).in_(users)))}


def _address_now(session: Session, user_id: int, kind: str) -> str:
    found = session.get(Contact, (user_id, kind), populate_existing=True)
    return found.address if found else ""


def _state_now(row: Delivery, people: Mapping[int, AppUser], still: Mapping[Key, Digest], *, personal: bool) -> str:
    """Where a delivery stands that waited until now: the account, its address and its returns may have changed."""
    if not people[row.user_id].active:
        return CLOSED
    if _key(row) not in still:
        return DROPPED
    return NO_ADDRESS if personal and not row.address else WAITING


def _still_owed(session: Session, keys: Sequence[Key], people: Mapping[int, AppUser]) -> dict[Key, Digest]:
    """What each notice still has to say now; a notice all of whose returns have come in is left out."""
    days, users = {day for _, day, _ in keys}, {user for user, _, _ in keys}
    rows = session.exec(select(Reminder).where(col(Reminder.day).in_(days), col(Reminder.user_id).in_(users))).all()
    by = {
        (one.user_id, one.day, one.number): one.by_name
        for one in session.exec(select(Notice).where(col(Notice.day).in_(days), col(Notice.user_id).in_(users)))
    }
    months, counties = {Month.from_number(row.month) for row in rows}, {row.county_id for row in rows}
    owed = {
        (one.county_id, one.month.number): one
        for one in returns_of(session, SYSTEM, months, counties)
        if one.status in OWED
    }
    items: dict[Key, list[tuple[Obligation, str]]] = {}
    for row in rows:
        if one := owed.get((row.county_id, row.month)):
            items.setdefault((row.user_id, row.day, row.number), []).append((one, row.step))
    return {
        key: Digest(replace(actor_of(people[key[0]]), must_change_password=False), tuple(items[key]), by.get(key, ""))
        for key in keys
        if key in items
    }


def _parcel(channel: Channel, rows: Sequence[Delivery], still: Mapping[Key, Digest], *, personal: bool) -> Parcel:
    words, keys = ladder.facts().ladder, tuple(_key(row) for row in rows)
    if personal:
        (digest,) = (still[key] for key in keys)
        said = ladder.subject(digest, words), ladder.body(digest, words)
        return Parcel(channel.kind, channel.url, channel.name, rows[0].address, *said, keys)
    lines = [f"{still[key].account.name}：{ladder.subject(still[key], words)}" for key in keys]
    returns = {(one.county_id, one.month) for key in keys for one in still[key].returns}
    subject = words.words["subject"].format(count=len(returns), by="")
    body = "\n".join([*lines, words.words["closing"]])
    return Parcel(channel.kind, channel.url, channel.name, "", subject, body, keys)


def _settle(session: Session, claim: str, channel_id: int, parcel: Parcel, error: str) -> None:
    """Write down how it went; what another process has taken over meanwhile is left to it."""
    now, gaps = settings.moment(), _limit("gaps_minutes")
    for user, day, number in parcel.keys:
        row = session.get_one(Delivery, (user, day, number, channel_id))
        if row.claim != claim or row.state != WAITING:
            continue
        row.tries, row.error, row.claim = row.tries + 1, error, ""
        if not error:
            row.state, row.sent_at = SENT, now
        elif row.tries > len(gaps):
            row.state = FAILED
        else:
            row.next_try = now + timedelta(minutes=gaps[row.tries - 1])


def try_channel(transaction: Transaction, asking: Callable[[], Actor], channel_id: int, address: str) -> str:
    """Send a test by a channel and say "" or why it failed; on record either way. `asking` says who it is, each time."""
    with transaction() as session:
        kind, url = channels.secret_of(session, asking(), channel_id)
    error = post.send(kind, url, address, TEST_SUBJECT, TEST_BODY)
    with transaction() as session:
        channels.note_test(session, asking(), channel_id, error)
    return error
