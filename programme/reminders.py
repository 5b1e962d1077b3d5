"""催报: the day's digests by the ladder, reminders by hand, and what everybody was reminded of. Sending is programme/dispatch."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session, col, func, select

from programme import audit, ladder, settings
from programme.bulk import insert_rows
from programme.calendar import Month
from programme.catalogue import Year, catalogue
from programme.errors import ProgrammeError
from programme.ladder import BY_HAND, OWED, Digest, Reminded, concerns, digests
from programme.models import AppUser, Channel, Contact, Delivery, Notice, Reminder
from programme.obligations import Obligation, Status, of_months
from programme.permissions import Actor, Permission, Role, Subject, require
from programme.sessions import actor_of

WAITING, SENT, FAILED = "waiting", "sent", "failed"
DROPPED, NO_ADDRESS, CLOSED = "dropped", "no_address", "closed"
STATES: Final = {
    WAITING: "待发送", SENT: "已送达", FAILED: "未送达", DROPPED: "月报已到，未再发送", NO_ADDRESS: "未填地址",
    CLOSED: "账号已停用，未再发送",
}  # fmt: skip
SYSTEM: Final = Actor(0, "system", "系统", Role.OFFICE)


@dataclass(frozen=True)
class Receipt:
    """What came of reminding by hand: returns and accounts reminded, and why others were not."""

    returns: int
    accounts: int
    arrived: int = 0
    already: int = 0
    nobody: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        said = []
        if self.returns:
            said.append(f"已催报{self.returns}份月报，通知{self.accounts}个账号。")
        elif not self.already and not self.nobody:
            said.append("没有需要催报的月报。")
        if self.arrived:
            said.append(f"{self.arrived}份已经报送，没有催。")
        if self.already:
            said.append(f"{self.already}份今天已经催过，没有重复。")
        if self.nobody:
            said.append(f"{'、'.join(self.nobody)}没有可用的账号，没有催到，请联系系统管理员。")
        return "".join(said)


def months_begun(years: Iterable[Year]) -> list[Month]:
    """The months that have begun: what may be owed by now."""
    return [month for year in years for month in year.months if month.first_day <= settings.today()]


def returns_of(
    session: Session, actor: Actor, months: Collection[Month], county_ids: Collection[int] | None = None
) -> list[Obligation]:
    """The obligations of these months, whichever years they lie in."""
    return [
        one
        for year in catalogue().years
        for one in of_months(session, actor, year, [m for m in year.months if m in months], county_ids)
    ]


def accounts_of(session: Session, roles: Collection[Role]) -> list[Actor]:
    """The active accounts of these roles."""
    query = select(AppUser).where(col(AppUser.active).is_(True), col(AppUser.role).in_([role.value for role in roles]))
    return [
        replace(actor_of(user), must_change_password=False) for user in session.exec(query.order_by(col(AppUser.id)))
    ]


def planned(session: Session, actor: Actor) -> list[Digest]:
    """Who is to be told what today by the ladder. Raises NotAllowed for whoever may not remind everywhere."""
    require(actor, Permission.REMIND, Subject(None, ""))
    facts = ladder.facts()
    owed = returns_of(session, SYSTEM, months_begun(catalogue().years))
    past = [_reminded(row) for row in session.exec(select(Reminder))]
    people = accounts_of(session, facts.ladder.roles)
    return digests(owed, people, past, settings.today(), facts.ladder, catalogue().calendar)


def unheard(session: Session, actor: Actor) -> list[Obligation]:
    """The returns whose county should be told by now and has no active account to tell; the ladder passes them over."""
    require(actor, Permission.REMIND, Subject(None, ""))
    facts, owed = ladder.facts(), returns_of(session, SYSTEM, months_begun(catalogue().years))
    people = accounts_of(session, {Role.COUNTY})
    return ladder.unheard(owed, people, settings.today(), facts.ladder, catalogue().calendar)


def _reminded(row: Reminder) -> Reminded:
    return Reminded(row.user_id, row.county_id, row.month, row.day, row.number, row.step, row.due, row.revision)


def remind(session: Session, actor: Actor) -> list[Digest]:
    """Write the day's digests, each with its deliveries; what was written once today is not written again."""
    found = planned(session, actor)
    _store(session, actor, [(digest, 0) for digest in found])
    return found


def remind_now(session: Session, actor: Actor, seen: Sequence[Obligation]) -> Receipt:
    """Remind the counties of these returns at once; nobody twice on one day of the same return.

    Raises NotAllowed outside the actor's scope, ProgrammeError for a return that is not due yet.
    """
    for one in seen:
        require(actor, Permission.REMIND, one.subject)
        if one.status is Status.NOT_DUE:
            raise ProgrammeError(f"{one.title}还没有到报送的时候，不能催报。")
    now, told = _current(session, seen), _told_today(session, seen)
    open_ones = [one for one in now if one.status in OWED]
    people = accounts_of(session, {Role.COUNTY})
    by_county = {one.county_id: [account for account in people if concerns(account, one)] for one in open_ones}
    made, reached = [], set()
    for account in people:
        items = [
            one for one in open_ones
            if account in by_county[one.county_id] and (account.id, one.county_id, one.month.number) not in told
        ]  # fmt: skip
        if items:
            made.append(Digest(account, tuple((one, BY_HAND) for one in items), actor.name))
            reached |= {(one.county_id, one.month) for one in items}
    numbers = _next_numbers(session, [digest.account.id for digest in made])
    _store(session, actor, [(digest, numbers[digest.account.id]) for digest in made])
    alone = tuple(dict.fromkeys(one.county for one in open_ones if not by_county[one.county_id]))
    left = [one for one in open_ones if by_county[one.county_id] and (one.county_id, one.month) not in reached]
    return Receipt(len(reached), len(made), len(now) - len(open_ones), len(left), alone)


def _current(session: Session, seen: Sequence[Obligation]) -> list[Obligation]:
    """The same returns as the store has them now."""
    wanted = {(one.county_id, one.month) for one in seen}
    found = returns_of(session, SYSTEM, {month for _, month in wanted}, {county for county, _ in wanted})
    return [one for one in found if (one.county_id, one.month) in wanted]


def _told_today(session: Session, seen: Sequence[Obligation]) -> set[tuple[int, int, int]]:
    query = select(Reminder.user_id, Reminder.county_id, Reminder.month).where(
        Reminder.day == settings.today(), col(Reminder.county_id).in_({one.county_id for one in seen})
    )
    return set(map(tuple, session.exec(query)))  # type: ignore[arg-type]


def _next_numbers(session: Session, users: Sequence[int]) -> dict[int, int]:
    query = select(Notice.user_id, func.max(Notice.number)).where(Notice.day == settings.today())
    newest = dict(session.exec(query.where(col(Notice.user_id).in_(users)).group_by(col(Notice.user_id))).all())
    return {user: newest.get(user, 0) + 1 for user in users}


# --- writing it down --------------------------------------------------------------------------------------------------


def _store(session: Session, actor: Actor, made: Sequence[tuple[Digest, int]]) -> None:
    if not made:
        return
    at, day, words = settings.moment(), settings.today(), ladder.facts().ladder
    for digest, number in made:
        session.add(
            Notice(
                user_id=digest.account.id, day=day, number=number, at=at, by_id=actor.id if digest.by_name else 0,
                by_name=digest.by_name, subject=ladder.subject(digest, words), body=ladder.body(digest, words),
            )
        )  # fmt: skip
    session.flush()
    columns = ("county_id", "month", "user_id", "day", "number", "step", "due", "revision")
    rows = [
        (one.county_id, one.month.number, digest.account.id, day, number, step, one.due, one.revision)
        for digest, number in made
        for one, step in digest.items
    ]
    insert_rows(session, "reminder", columns, rows)
    _add_deliveries(session, made, at, day)
    audit.record_many(session, [_event(at, actor, digest) for digest, _ in made])


def _add_deliveries(session: Session, made: Sequence[tuple[Digest, int]], at: datetime, day: date) -> None:
    kinds = ladder.facts().kinds
    channels = session.exec(select(Channel).where(col(Channel.active).is_(True)).order_by(col(Channel.id))).all()
    addresses = {(one.user_id, one.kind): one.address for one in session.exec(select(Contact))} if channels else {}
    for digest, number in made:
        for channel in channels:
            if digest.account.role.value not in channel.roles.split(","):
                continue
            address = addresses.get((digest.account.id, channel.kind), "")
            assert channel.id is not None
            unreachable = kinds[channel.kind].personal and not address
            session.add(
                Delivery(
                    user_id=digest.account.id, day=day, number=number, channel_id=channel.id, address=address,
                    state=NO_ADDRESS if unreachable else WAITING, next_try=at,
                )
            )  # fmt: skip
    session.flush()


def _event(at: datetime, actor: Actor, digest: Digest) -> dict[str, Any]:
    account, returns = digest.account, digest.returns
    months = "、".join(str(month) for month in sorted({one.month for one in returns}))
    detail = {"months": months, "returns": len(returns), "counties": len({one.county_id for one in returns})}
    place = account.name, account.county_id, account.province_code
    return audit.event(at, actor, "return.reminded", *place, detail)
