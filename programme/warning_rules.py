"""Early warning, judged: what each rule says of a county in a month, and the episodes in which it holds. Values in, values out.

A judgement is a sentence when the rule holds, "" when it does not, and None when it cannot be told (未报).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from programme.calendar import Month
from programme.catalogue import Kpi, Tier, Year
from programme.kpis import Light, light
from programme.returns import Member
from programme.standings import Chain, kpi_codes
from programme.warning_facts import Rule
from programme.wording import figure, percent

Line = tuple[int | None, ...]
"""A figure through the months; None is 未报."""
Judgement = str | None
BEFORE: Final = -1
"""The place of the last return before the months judged."""


@dataclass(frozen=True)
class Record:
    """What a county has handed in, month by month: figures as reported, to date (None before the first), and growth."""

    member: Member
    reported: dict[str, Line]
    reached: dict[str, Line]
    grown: dict[str, Line]
    has_return: tuple[bool, ...]


@dataclass(frozen=True)
class Group:
    """A county as a rule sees it: its record, and those of the counties it radiates to (of a core county)."""

    year: Year
    months: tuple[Month, ...]
    own: Record
    around: tuple[Record, ...]

    def share(self, kpi: Kpi, tier: Tier) -> Fraction:
        return self.year.even_share(kpi, tier)

    def short_of_share(self, kpi: Kpi, at: int) -> bool:
        return (self.own.reached[kpi.code][at] or 0) < self.share(kpi, self.own.member.tier)


@dataclass(frozen=True)
class Episode:
    """A rule that holds for a county from `first` on; `last` is the newest month in which it was seen to hold. `holds` is false
    when a later month says otherwise. `others` are the other counties whose figures the sentence holds."""

    rule: Rule
    member: Member
    first: Month
    last: Month
    until: Month
    sentence: str
    holds: bool
    others: tuple[Member, ...] = ()

    @property
    def apart(self) -> "Episode":
        """As it is told to those who do not see all of the others."""
        words = self.rule.apart.format(months=_end_of(self.last), least=self.rule.least)
        return replace(self, sentence=words)


# --- records --------------------------------------------------------------------------------------------------------


def records(chain: Chain, year: Year, months: Sequence[Month], members: Mapping[int, Member]) -> dict[int, Record]:
    """Each member's record in these months, from the returns in force; levels go on from the months before."""
    (to_date, seen), growth = chain.to_date, chain.growth()
    places = {month.number: at for at, month in enumerate(months)}
    rows: dict[int, dict[int, int]] = {county: {} for county in members}
    for row, (county, month) in enumerate(zip(chain.county.tolist(), chain.month.tolist(), strict=True)):
        if county in rows and (month in places or month < months[0].number):
            rows[county][places.get(month, BEFORE)] = row
    tables = chain.values.tolist(), chain.known.tolist(), to_date.tolist(), seen.tolist(), growth.tolist()
    return {county: _record(members[county], year, held, len(months), tables) for county, held in rows.items()}


def _record(
    member: Member, year: Year, held: dict[int, int], count: int, tables: tuple[list[list[int]], ...]
) -> Record:
    values, known, to_date, seen, growth = tables
    reported, reached, grown = {}, {}, {}
    for kpi in year.kpis_of(member.tier):
        column = kpi_codes().index(kpi.code)
        level: int | None = None
        said: list[int | None] = [None] * count
        levels, added = list(said), list(said)
        if (row := held.get(BEFORE)) is not None and seen[row][column]:
            level = to_date[row][column]
        for at in range(count):
            row = held.get(at)
            if row is not None and known[row][column]:
                said[at], added[at] = values[row][column], growth[row][column]
            if row is not None and seen[row][column]:
                level = to_date[row][column]
            levels[at] = level
        reported[kpi.code], reached[kpi.code], grown[kpi.code] = tuple(said), tuple(levels), tuple(added)
    return Record(member, reported, reached, grown, tuple(at in held for at in range(count)))


# --- rules ----------------------------------------------------------------------------------------------------------


def _window(line: Line, at: int, count: int) -> Line:
    """The last `count` figures up to a month; None also for what lies before the months judged."""
    return (None,) * (count - at - 1) + line[max(at + 1 - count, 0) : at + 1]


def _known(line: Line) -> list[int]:
    return [figure for figure in line if figure is not None]


def _named(months: Sequence[Month], at: int, count: int) -> str:
    first, last = months[at + 1 - count], months[at]
    return f"{first.month}、{last.month}月" if count == 2 else f"{first.month}—{last.month}月"


def _end_of(month: Month) -> str:
    return f"{month.month}月底"


def no_growth(rule: Rule, group: Group, kpi: Kpi, at: int) -> Judgement:
    grown = _window(group.own.grown[kpi.code], at, rule.months)
    if any(amount > 0 for amount in _known(grown)) or not group.short_of_share(kpi, at):
        return ""
    return None if None in grown else f"{kpi.short}（累计{figure(group.own.reached[kpi.code][at], kpi)}）"


def never_moves(rule: Rule, group: Group, kpi: Kpi, at: int) -> Judgement:
    said = _window(group.own.reported[kpi.code], at, rule.months)
    if len(set(_known(said))) > 1 or not group.short_of_share(kpi, at):
        return ""
    return None if None in said else f"{kpi.short}（{figure(said[0], kpi)}）"


def rise_without(rule: Rule, group: Group, kpi: Kpi, at: int) -> Judgement:
    sold, seen = _sold(rule, group, at), _window(group.own.reported[kpi.code], at, rule.months)
    if any(later > earlier for earlier, later in pairwise(_known(sold))):
        return ""
    if any(later <= earlier for earlier, later in pairwise(_known(seen))):
        return ""
    first, last = seen[0], seen[-1]
    if first is not None and last is not None and last < rule.factor * first:
        return ""
    return None if None in (*sold, *seen) else f"{kpi.short}由{figure(first, kpi)}增至{figure(last, kpi)}"


def _sold(rule: Rule, group: Group, at: int) -> Line:
    assert rule.without is not None
    return _window(group.own.reported.get(rule.without.code, (None,) * (at + 1)), at, rule.months)


def _flat(rule: Rule, group: Group, at: int) -> str:
    assert rule.without is not None
    sold = _sold(rule, group, at)
    first, last = figure(sold[0], rule.without), figure(sold[-1], rule.without)
    flat = sold[0] == sold[-1]
    return f"{rule.without.short}一直是{first}" if flat else f"{rule.without.short}由{first}降至{last}"


def group_behind(rule: Rule, group: Group, kpi: Kpi, at: int) -> Judgement:
    if group.own.member.tier is not Tier.CORE or at + 1 < rule.months or not group.around:
        return ""
    elapsed = group.year.elapsed_share(group.months[at])
    own, around = _attained(kpi, group, [group.own], at), _attained(kpi, group, group.around, at, rule.fewest)
    if own is None or around is None:
        return None
    if around < rule.factor * own and light(around, elapsed, group.year) is Light.RED:
        return f"{kpi.short}（{percent(around)}，核心示范县{percent(own)}）"
    return ""


def _attained(kpi: Kpi, group: Group, several: Sequence[Record], at: int, fewest: int = 1) -> Fraction | None:
    """Attainment of their even shares together, by those that have reported the figure; None when fewer than so many have."""
    known = [one for one in several if one.reached.get(kpi.code, (None,) * (at + 1))[at] is not None]
    if len(known) < fewest:
        return None
    shares = sum((group.share(kpi, one.member.tier) for one in known), Fraction(0))
    return sum(one.reached[kpi.code][at] or 0 for one in known) / shares if shares else None


JUDGES: dict[str, Callable[[Rule, Group, Kpi, int], Judgement]] = {
    "no_growth": no_growth,
    "never_moves": never_moves,
    "rise_without": rise_without,
    "group_behind": group_behind,
}
"""What one indicator says for a rule in a month; None when a figure is missing that could still make it speak."""


def judgement(rule: Rule, group: Group, at: int) -> Judgement:
    """Of the month at a place of `group.months`: the rule's sentence when enough indicators speak for it. One that spoke before and
    lacks a figure now still counts against the rule's end."""
    if not group.own.has_return[at]:
        return None
    judged = [kpi for kpi in rule.kpis if kpi.code in group.own.reported]
    said = [JUDGES[rule.kind](rule, group, kpi, at) for kpi in judged]
    found = [words for words in said if words]
    if len(found) >= rule.least:
        return _sentence(rule, group, at, found)
    silent = sum(words is None and _spoke(rule, group, kpi, at) for kpi, words in zip(judged, said, strict=True))
    return None if silent and len(found) + silent >= rule.least else ""


def _spoke(rule: Rule, group: Group, kpi: Kpi, at: int) -> bool:
    """Whether the indicator spoke for the rule in the last month before in which that could be told."""
    before = (JUDGES[rule.kind](rule, group, kpi, earlier) for earlier in reversed(range(at)))
    return bool(next((words for words in before if words is not None), ""))


def _sentence(rule: Rule, group: Group, at: int, found: Sequence[str]) -> str:
    months = _end_of(group.months[at]) if rule.kind == "group_behind" else _named(group.months, at, rule.months)
    without = _flat(rule, group, at) if rule.without else ""
    return rule.sentence.format(months=months, figures="、".join(found), without=without)


# --- episodes -------------------------------------------------------------------------------------------------------


def episodes(rules: Sequence[Rule], year: Year, months: Sequence[Month], held: Mapping[int, Record]) -> list[Episode]:
    """Every episode of every county, in the order of rules and codes."""
    around: dict[int, list[Record]] = {}
    for record in held.values():
        if record.member.tier is not Tier.CORE:
            around.setdefault(record.member.core_county_id, []).append(record)
    found: list[Episode] = []
    for rule in rules:
        for record in sorted(held.values(), key=lambda one: one.member.code):
            group = Group(year, tuple(months), record, tuple(around.get(record.member.county_id, ())))
            told = [judgement(rule, group, at) for at in range(len(months))]
            others = tuple(one.member for one in group.around) if rule.apart else ()
            found += [replace(one, others=others) for one in _runs(rule, record.member, group.months, told)]
    return found


def _runs(rule: Rule, member: Member, months: Sequence[Month], told: Sequence[Judgement]) -> list[Episode]:
    """Months in a row in which the rule holds; those that cannot be judged neither begin nor end one."""
    found: list[Episode] = []
    for month, words in zip(months, told, strict=True):
        current = found[-1] if found and found[-1].holds else None
        if words:
            first = current.first if current else month
            new = Episode(rule, member, first, month, month, words, True)
        elif current and words is None:
            new = replace(current, until=month)
        elif current:
            new = replace(current, holds=False)
        else:
            continue
        found[-1:] = [new] if current else [*found[-1:], new]
    return found
