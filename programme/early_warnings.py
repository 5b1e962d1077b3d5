"""预警: what the rules tell of the working figures now and in the months before, and what was done about it.

A warning is an episode: a rule, a county, and the month since which the rule holds. Its state is derived from the steps taken in
it; when a rule holds again after it had gone, that is a new episode, and open again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, select

from programme import audit
from programme.calendar import Month
from programme.catalogue import Year
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.forecast_facts import forecast_facts
from programme.forecast_series import days_of
from programme.form_parts import storable
from programme.models import WarningEvent
from programme.permissions import Actor, Permission, Role, refusal, require, scope_of
from programme.queries import latest_month, year_named
from programme.returns import Member, members_of
from programme.settings import clock
from programme.standings import in_force
from programme.warning_facts import Rule, warning_facts
from programme.warning_rules import Episode, episodes, records


class State(StrEnum):
    OPEN = "open"
    HANDLED = "handled"
    CLOSED = "closed"


STATE_NAMES: Final = {State.OPEN: "待处理", State.HANDLED: "处理中", State.CLOSED: "已关闭"}
STATE_SHAPES: Final = {State.OPEN: "▼", State.HANDLED: "◆", State.CLOSED: "●"}
PLACES: Final = {State.HANDLED: "warning.taken_up", State.CLOSED: "warning.closed"}


@dataclass(frozen=True)
class Taken:
    """A step as lists show it."""

    step: State
    note: str
    at: datetime
    user_name: str
    month: Month
    number: int


@dataclass(frozen=True)
class EarlyWarning:
    """An episode with the steps taken in it, oldest first. `year` is that of the programme."""

    year: int
    episode: Episode
    taken: tuple[Taken, ...] = ()

    @property
    def rule(self) -> Rule:
        return self.episode.rule

    @property
    def member(self) -> Member:
        return self.episode.member

    @property
    def state(self) -> State:
        return self.taken[-1].step if self.taken else State.OPEN

    @property
    def is_present(self) -> bool:
        """Whether the rule holds now."""
        return self.episode.holds

    @property
    def title(self) -> str:
        return f"{self.member.name}“{self.rule.name}”"

    @property
    def key(self) -> str:
        return f"{self.member.code}-{self.rule.code}-{self.episode.first}"


def early_warnings(session: Session, year: Year, county: int | None = None) -> list[EarlyWarning]:
    """Every warning of the year so far, of all counties, or of one and those it radiates to: narrow it to the actor (`in_scope`).
    One read of the returns in force, one of the steps. Those most in need of somebody first."""
    members = members_of(session, year)
    if county is not None:
        members = {one: part for one, part in members.items() if county in (one, part.core_county_id)}
    months = judged_months(year, latest_month(session, year))
    if not members or not months:
        return []
    chain = in_force(session, year, list(members))
    held = records(chain, year, months, members)
    steps = _steps(session, year)
    found = [
        EarlyWarning(year.year, episode, _within(steps, episode))
        for episode in episodes(warning_facts().rules, year, months, held)
    ]
    return sorted(found, key=_turn)


def judged_months(year: Year, last: Month) -> list[Month]:
    """The months up to the last one, without one of a few days only."""
    least = forecast_facts().whole_month_days
    return [month for month in year.months if month <= last and days_of(year, month) >= least]


def _turn(one: EarlyWarning) -> tuple[object, ...]:
    rules = [rule.code for rule in warning_facts().rules]
    severities = warning_facts().severities
    return (
        not one.is_present,
        list(State).index(one.state),
        severities.index(one.rule.severity),
        one.episode.first,
        rules.index(one.rule.code),
        one.member.code,
    )


def _steps(session: Session, year: Year) -> dict[tuple[int, str], list[Taken]]:
    first, last = year.months[0].number, year.months[-1].number
    query = (
        select(WarningEvent)
        .where(WarningEvent.month >= first, WarningEvent.month <= last)
        .order_by(WarningEvent.month, WarningEvent.number)  # type: ignore[arg-type]
    )
    found: dict[tuple[int, str], list[Taken]] = {}
    for row in session.exec(query):
        month = Month.from_number(row.month)
        taken = Taken(State(row.step), row.note, row.at, row.user_name, month, row.number)
        found.setdefault((row.county_id, row.rule), []).append(taken)
    return found


def _within(steps: dict[tuple[int, str], list[Taken]], one: Episode) -> tuple[Taken, ...]:
    """The steps of an episode: a return that comes late may move its first month after somebody has dealt with it."""
    known = steps.get((one.member.county_id, one.rule.code), ())
    return tuple(taken for taken in known if one.first <= taken.month <= one.until)


# --- who sees and does what -----------------------------------------------------------------------------------------


def in_scope(actor: Actor, found: Iterable[EarlyWarning]) -> list[EarlyWarning]:
    """Those the actor may see; without figures where they are made of counties that the actor does not see."""
    scope = scope_of(actor, Permission.SEE_WARNING)
    if scope is None:
        return []
    return [
        one
        if all(scope(actor, other.subject) for other in one.episode.others)
        else replace(one, episode=one.episode.apart)
        for one in found
        if scope(actor, one.member.subject)
    ]


def warnings_of(session: Session, actor: Actor, year: Year) -> list[EarlyWarning]:
    """Every warning of the year in the actor's scope. Raises NotAllowed."""
    require(actor, Permission.SEE_WARNING)
    return in_scope(actor, early_warnings(session, year))


def waiting(found: Sequence[EarlyWarning]) -> list[EarlyWarning]:
    """Those that hold and that nobody has taken up."""
    return [one for one in found if one.is_present and one.state is State.OPEN]


def why_not(actor: Actor, one: EarlyWarning, step: State) -> str | None:
    """Why the actor may not take this step, as a sentence; None when they may."""
    if sentence := refusal(actor, Permission.HANDLE_WARNING, one.member.subject):
        return sentence
    if actor.role is not Role.OFFICE and actor.role is not one.rule.owner:
        return f"这项预警由{one.rule.owner_name}负责，请与办公室联系。"
    if one.state is State.CLOSED:
        return f"{one.title}已经关闭；情况消失后再次出现时，会作为新的预警重新打开。"
    if step is State.HANDLED and not one.is_present:
        return f"后来的月报中{one.title}已不再出现，不必处理；可写明情况后关闭。"
    if step is State.HANDLED and one.state is State.HANDLED:
        return f"{one.title}已在处理中，可以关闭，不必重复登记。"
    return None


def take_up(session: Session, actor: Actor, seen: EarlyWarning, note: str) -> None:
    """Say what is being done about a warning.

    Raises NotAllowed, Outdated when it changed meanwhile, ProgrammeError without a note or when it was taken up already.
    """
    _take(session, actor, seen, State.HANDLED, note)


def close(session: Session, actor: Actor, seen: EarlyWarning, note: str) -> None:
    """Close a warning with what came of it. Raises as `take_up`."""
    _take(session, actor, seen, State.CLOSED, note)


def _take(session: Session, actor: Actor, seen: EarlyWarning, step: State, note: str) -> None:
    require(actor, Permission.HANDLE_WARNING, seen.member.subject)
    one = _current(session, seen)
    if sentence := why_not(actor, one, step):
        raise (NotAllowed if actor.role not in (Role.OFFICE, one.rule.owner) else ProgrammeError)(sentence)
    said = storable(note).strip()[: warning_facts().limits["longest_note"]]
    if not said:
        raise ProgrammeError("请写明怎样处理。" if step is State.HANDLED else "请写明处理结果，再关闭。")
    month = one.taken[-1].month if one.taken else one.episode.first
    number = one.taken[-1].number + 1 if one.taken else 1
    session.add(
        WarningEvent(
            county_id=one.member.county_id, month=month.number, rule=one.rule.code, number=number, step=step.value,
            sentence=one.episode.sentence, note=said, user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.raise_data_version(session)
    audit.record(
        session, actor, PLACES[step], subject=one.member.name, county_id=one.member.county_id,
        province_code=one.member.code[:2], rule=one.rule.name, months=str(month), note=said,
    )  # fmt: skip


def _current(session: Session, seen: EarlyWarning) -> EarlyWarning:
    """The same warning as the store has it now."""
    same = [
        one for one in early_warnings(session, year_named(seen.year), seen.member.county_id)
        if (one.member.county_id, one.rule.code) == (seen.member.county_id, seen.rule.code)
        and one.episode.first <= seen.episode.until and seen.episode.first <= one.episode.until
    ]  # fmt: skip
    if not same:
        raise Outdated(f"数据已更正，{seen.title}不再成立，没有登记。请刷新后核对。")
    one = same[0]
    if len(one.taken) != len(seen.taken):
        last = one.taken[-1]
        raise Outdated(
            f"您填写期间，{last.user_name}已于{clock(last.at)}将{one.title}登记为“{STATE_NAMES[last.step]}”。请核对后再办理。"
        )
    return one
