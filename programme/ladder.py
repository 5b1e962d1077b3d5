"""When whom to remind of which returns, as a pure rule over the ladder of data/catalogue/reminders.toml."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from programme import settings
from programme.calendar import WorkCalendar
from programme.obligations import Obligation, Status
from programme.permissions import Actor, Permission, Role, refusal

BY_HAND: Final = "by_hand"
OWED: Final = frozenset({Status.NOT_DUE, Status.DUE, Status.OVERDUE, Status.SENT_BACK})


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: so many working days after the due day (before it, when negative), and which roles are told.

    `back` is its name for a return that was sent back, whose days are counted from that day.
    """

    code: str
    offset: int
    name: str
    to: frozenset[Role]
    back: str = ""


@dataclass(frozen=True)
class Ladder:
    rungs: tuple[Rung, ...]
    words: dict[str, Any]

    def reached(self, due: date, today: date, calendar: WorkCalendar) -> Rung | None:
        """The last rung whose day has come: one that was missed is made up for by the next run."""
        passed = [rung for rung in self.rungs if calendar.working_days_from(due, rung.offset) <= today]
        return passed[-1] if passed else None

    def name_of(self, code: str, *, back: bool = False) -> str:
        """A step's name as the log says it; `back` for a return that was sent back."""
        found = next((rung for rung in self.rungs if rung.code == code), None)
        if found is None:
            return str(self.words[BY_HAND])
        return found.back or found.name if back else found.name

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset[Role]().union(*(rung.to for rung in self.rungs))


@dataclass(frozen=True)
class Reminded:
    """That an account was reminded of a return; by the ladder unless `number` is above 0."""

    user_id: int
    county_id: int
    month: int
    day: date
    number: int
    step: str
    due: date
    revision: int


@dataclass(frozen=True)
class Digest:
    """What one account is told at once, with the step for each return; `by_name` is empty for the ladder."""

    account: Actor
    items: tuple[tuple[Obligation, str], ...]
    by_name: str = ""

    @property
    def returns(self) -> tuple[Obligation, ...]:
        return tuple(one for one, _ in self.items)


def digests(
    owed: Sequence[Obligation], accounts: Iterable[Actor], reminded: Collection[Reminded], today: date,
    ladder: Ladder, calendar: WorkCalendar,
) -> list[Digest]:  # fmt: skip
    """Who is to be told what today: at most one digest an account and day, of returns that are owed and in its scope.

    The same rung is not told twice of a return, unless its due day has moved or it was sent back in between. The rungs of a
    return that was sent back count from that day, however long it was due: until then nobody owed it.
    """
    if not calendar.is_working_day(today):
        return []
    reached = [(one, ladder.reached(_counted_from(one), today, calendar)) for one in owed if one.status in OWED]
    told = {(past.user_id, past.county_id, past.month, past.step, past.due, past.revision) for past in reminded}
    today_told = {(past.user_id, past.county_id, past.month) for past in reminded if past.day == today}
    served = {past.user_id for past in reminded if past.day == today and not past.number}
    found = []
    for account in accounts:
        items = tuple(
            (one, rung.code)
            for one, rung in reached
            if rung is not None
            and account.role in rung.to
            and (account.id, one.county_id, one.month.number) not in today_told
            and (account.id, one.county_id, one.month.number, rung.code, one.due, one.revision) not in told
            and concerns(account, one)
        )
        if items and account.id not in served:
            found.append(Digest(account, items))
    return found


def _counted_from(one: Obligation) -> date:
    if one.status is Status.SENT_BACK and one.step_at:
        return one.step_at.astimezone(settings.BEIJING).date()
    return one.due


def unheard(
    owed: Iterable[Obligation], accounts: Sequence[Actor], today: date, ladder: Ladder, calendar: WorkCalendar
) -> list[Obligation]:
    """The returns that a step would tell their county of today, were there an account to tell."""
    if not calendar.is_working_day(today):
        return []
    return [
        one
        for one in owed
        if one.status in OWED
        and (rung := ladder.reached(_counted_from(one), today, calendar))
        and Role.COUNTY in rung.to
        and not any(account.role is Role.COUNTY and concerns(account, one) for account in accounts)
    ]


def concerns(account: Actor, one: Obligation) -> bool:
    """Whether the return lies in what the account may see."""
    return refusal(account, Permission.SEE_COUNTY, one.subject) is None


# --- words ------------------------------------------------------------------------------------------------------------


def subject(digest: Digest, ladder: Ladder) -> str:
    words = ladder.words["subject_by_hand" if digest.by_name else "subject"]
    return str(words.format(count=len(digest.items), by=digest.by_name))


def body(digest: Digest, ladder: Ladder) -> str:
    """The lines of a digest: a county's own returns one by one, those of others grouped by province and month."""
    words, account = ladder.words, digest.account
    opening = words["opening"].get(account.role.value, words["opening"]["office"]).format(name=account.name)
    lines = _own(digest, words) if account.role is Role.COUNTY else _groups(digest, words)
    return "\n".join([opening, *lines, words["closing"]])


def _own(digest: Digest, words: dict[str, Any]) -> Iterator[str]:
    for one in sorted(digest.returns, key=lambda one: one.month):
        yield words["line"].format(month=one.month.chinese, state=state(one, words))


def _groups(digest: Digest, words: dict[str, Any]) -> Iterator[str]:
    def place(one: Obligation) -> Any:
        return one.code[:2], one.month

    for _, group in groupby(sorted(digest.returns, key=lambda one: (*place(one), one.code)), key=place):
        returns = list(group)
        counties = "、".join(words["place"].format(county=one.county, state=state(one, words)) for one in returns)
        province = f"{returns[0].province}：" if digest.account.role is not Role.PROVINCE else ""
        month = returns[0].month.chinese
        yield province + words["group"].format(month=month, count=len(returns), counties=counties)


def state(one: Obligation, words: dict[str, Any]) -> str:
    """Where an owed return stands, in the words of the data."""
    due = f"{one.due.month}月{one.due.day}日"
    if one.status is Status.SENT_BACK:
        return str(words["sent_back"])
    if one.today > one.due:
        return str(words["late"].format(days=(one.today - one.due).days, due=due))
    return str(words["today"] if one.today == one.due else words["before"].format(due=due))


# --- the data ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A way of notice: personal ones need an address of every account, the others have one for all."""

    code: str
    name: str
    personal: bool
    schemes: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class Facts:
    ladder: Ladder
    kinds: dict[str, Kind]
    delivery: dict[str, Any]


def facts() -> Facts:
    """The ladder, the kinds of channels and the limits of delivery; read once per folder and process."""
    return _loaded(settings.data_folder_name())


def _rung(block: dict[str, Any]) -> Rung:
    roles = frozenset(Role(name) for name in block["to"])
    return Rung(block["code"], block["offset"], block["name"], roles, block.get("back", ""))


@lru_cache(maxsize=8)
def _loaded(folder: str) -> Facts:
    read = tomllib.loads((Path(folder) / "catalogue" / "reminders.toml").read_text(encoding="utf-8"))
    rungs = sorted((_rung(block) for block in read["step"]), key=lambda rung: rung.offset)
    kinds = (Kind(**{**block, "schemes": tuple(block["schemes"])}) for block in read["kind"])
    return Facts(Ladder(tuple(rungs), read["words"]), {kind.code: kind for kind in kinds}, read["delivery"])
