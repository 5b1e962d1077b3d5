"""Records against what stands: months in order, the missing of 本月 and 累计 derived, every check run on the way."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from programme.calendar import Month
from programme.catalogue import Kpi, Tier, Year, catalogue
from programme.checks import CHECKS, Check, Floats, Step, facts
from programme.findings import Finding, Severity
from programme.kpis import entry_text
from programme.records import Records
from programme.standings import Chain, Flags, Integers
from programme.tables import Measure

SHOWN_MONTHS = 4


@dataclass(frozen=True)
class Assessed:
    """What would be stored: a chain of the sound records (revision 0), their places in the records, and the findings."""

    chain: Chain
    index: Integers
    findings: list[Finding]


class _Memory:
    """What is known of each county before the month in hand. Rows are counties, columns indicators."""

    def __init__(self, counties: Integers, width: int) -> None:
        shape = (len(counties), width)
        self.counties = counties
        self.last: Integers = np.zeros(shape, np.int64)
        self.last_known: Flags = np.zeros(shape, bool)
        self.gapless: Flags = np.ones(shape, bool)
        self.logs: Floats = np.zeros(shape)
        self.points: Integers = np.zeros(shape, np.int64)
        self.seen: list[tuple[Month, Integers, Integers, Flags]] = []

    def places_of(self, counties: Integers) -> Integers:
        return np.searchsorted(self.counties, counties)

    def mean(self, places: Integers) -> Floats:
        points = self.points[places]
        return np.where(points > 0, np.exp(self.logs[places] / np.maximum(points, 1)), 0.0)

    def take_in(self, month: Month, places: Integers, value: Integers, known: Flags, flows: Flags) -> None:
        """The month's figures join the memory; indicators without one have a gap from here on."""
        reported = np.zeros_like(self.gapless)
        reported[places] = known
        self.last[places] = np.where(known, np.where(flows, self.last[places] + value, value), self.last[places])
        self.last_known |= reported
        self.gapless = reported & (self.gapless | ~flows)
        positive = known & (value > 0)
        self.logs[places] += np.where(positive, np.log(np.maximum(value, 1)), 0.0)
        self.points[places] += positive
        self.seen.append((month, places, value, known))

    def history(self, place: int, column: int, kpi: Kpi) -> str:
        """以往各月 of one figure, newest last, in the unit of the form."""
        texts = []
        for month, places, value, known in self.seen[-SHOWN_MONTHS:]:
            row = int(np.searchsorted(places, place))
            found = row < len(places) and places[row] == place and known[row, column]
            text = f"{entry_text(int(value[row, column]), kpi)}{kpi.entry_unit}" if found else "未报"
            texts.append(f"{month.month}月{text}")
        return "、".join(texts)


def assess(records: Records, standing: Chain, year: Year, tiers: dict[int, Tier]) -> Assessed:
    """Judge the sound records before `standing`, the returns in force of their counties in the programme year."""
    walk = _Walk(records, standing, year, tiers)
    for month in year.months:
        walk.through(month)
    return walk.result()


class _Walk:
    def __init__(self, records: Records, standing: Chain, year: Year, tiers: dict[int, Tier]) -> None:
        self.records, self.standing, self.year = records, standing, year
        self.kpis = catalogue().kpis
        self.flows = np.array([kpi.is_flow for kpi in self.kpis])
        sound = np.flatnonzero(records.sound)
        self.index = sound[np.lexsort((records.county[sound], records.month[sound]))]
        counties = np.union1d(records.counties(), standing.counties).astype(np.int64)
        self.memory = _Memory(counties, len(self.kpis))
        self.applies, self.share = _scopes(counties.tolist(), tiers, year, self.kpis)
        self.findings: list[Finding] = []
        self.parts: list[Chain] = []

    def through(self, month: Month) -> None:
        """One month: judge the file's records, then remember them and the standing returns they do not replace."""
        index = self._slice(self.records.month[self.index], month, self.index)
        old = self.standing.taken(np.flatnonzero(self.standing.month == month.number))
        places = self.memory.places_of(self.records.county[index])
        value, known = np.zeros((0, len(self.kpis)), np.int64), np.zeros((0, len(self.kpis)), bool)
        if len(index):
            step = self._step(index, places, old)
            self._run_checks(step, index, places)
            value, known = step.value, step.known
            zeros = np.zeros(len(index), np.int64)
            self.parts.append(Chain(self.records.county[index], zeros + month.number, zeros, value, known))
        self._remember(month, places, value, known, old)

    @staticmethod
    def _slice(months: Integers, month: Month, index: Integers) -> Integers:
        first, last = np.searchsorted(months, [month.number, month.number + 1])
        return index[first:last]

    def _remember(self, month: Month, places: Integers, value: Integers, known: Flags, old: Chain) -> None:
        kept = old.taken(np.flatnonzero(~np.isin(self.memory.places_of(old.county), places)))
        every = np.concatenate([places, self.memory.places_of(kept.county)])
        order = np.argsort(every)
        values = np.concatenate([value, kept.values])[order]
        self.memory.take_in(month, every[order], values, np.concatenate([known, kept.known])[order], self.flows)

    def _step(self, index: Integers, places: Integers, old: Chain) -> Step:
        memory = self.memory
        (month, month_known), (to_date, to_date_known) = (
            (values[index], flags[index]) for values, flags in (self.records.entered[m] for m in ("month", "to_date"))
        )
        last, applies = memory.last[places], self.applies[places]
        amount = np.where(month_known, month, to_date - last)
        level = np.where(to_date_known, to_date, last + month)
        known = (month_known | to_date_known) & applies
        stood = np.zeros_like(known)
        same = np.searchsorted(places, memory.places_of(old.county))
        inside = (same < len(places)) & (places[np.minimum(same, len(places) - 1)] == memory.places_of(old.county))
        stood[same[inside]] = old.known[inside]
        return Step(
            kpis=self.kpis, month=month, month_known=month_known, to_date=to_date, to_date_known=to_date_known,
            value=np.where(known, np.where(self.flows, amount, level), 0), known=known, last=last,
            last_known=memory.last_known[places], gapless=memory.gapless[places], mean=memory.mean(places),
            points=memory.points[places], share=self.share[places], stood=stood, applies=applies,
        )  # fmt: skip

    def _run_checks(self, step: Step, index: Integers, places: Integers) -> None:
        whole = ~self.records.broken[index]
        for check in CHECKS:
            flags = check.flags(step) & whole
            for row, column in np.argwhere(flags).tolist() if flags.any() else ():
                self.findings.append(self._finding(check, step, row, column, int(index[row]), int(places[row])))
        for row in np.flatnonzero(~(step.known | ~whole).any(axis=1)).tolist():
            self.findings.append(_empty_return(self.records, int(index[row])))

    def _finding(self, check: Check, step: Step, row: int, column: int, index: int, place: int) -> Finding:
        kpi = self.kpis[column]
        texts = facts(step, row, column)
        if "{history}" in check.message:
            texts["history"] = self.memory.history(place, column, kpi)
        measures: tuple[Measure, ...] = ("month", "to_date")
        if check.cells == "to_date" or (check.cells == "given" and not step.month_known[row, column]):
            measures = ("to_date", "month")
        cell, value = self.records.cell_of(index, column, measures)
        return Finding(
            check.rule, check.severity, check.message.format(**texts), self.records.sheet_of(index), cell,
            self.records.code_of(index), self.records.month_of(index), kpi.code, value,
            check.repaired.format(**texts),
        )  # fmt: skip

    def result(self) -> Assessed:
        none: Integers = np.zeros(0, np.int64)
        empty = Chain(none, none, none, np.zeros((0, len(self.kpis)), np.int64), np.zeros((0, len(self.kpis)), bool))
        parts = self.parts or [empty]
        chain = Chain(*(np.concatenate(column) for column in zip(*(_columns(part) for part in parts), strict=True)))
        order = np.lexsort((chain.month, chain.county))
        return Assessed(chain.taken(order), self.index[order], self.findings)


def _columns(chain: Chain) -> tuple[Integers, Integers, Integers, Integers, Flags]:
    return chain.county, chain.month, chain.revision, chain.values, chain.known


def _empty_return(records: Records, index: int) -> Finding:
    message = "这份月报没有任何可用的数。没有发生请填0；确实无法提供，请不要报送空表。"
    table = records.tables[records.table[index]]
    cell = (
        f"{table.code_letters or table.name_letters}{table.rows[records.record[index]]}"
        if table.form == "batch"
        else ""
    )
    county, month = records.code_of(index), records.month_of(index)
    return Finding("empty_return", Severity.ERROR, message, table.sheet, cell, county, month)


def _scopes(counties: list[int], tiers: dict[int, Tier], year: Year, kpis: tuple[Kpi, ...]) -> tuple[Flags, Integers]:
    """For each county and indicator: whether it applies, and the even share of the target (目标 ÷ 县数) in stored integers."""
    applies = {tier: [kpi in year.kpis_of(tier) for kpi in kpis] for tier in Tier}
    share = {tier: list(_shares(year, tier, kpis)) for tier in Tier}
    shape = (len(counties), len(kpis))
    return (
        np.array([applies[tiers[county]] for county in counties], bool).reshape(shape),
        np.array([share[tiers[county]] for county in counties], np.int64).reshape(shape),
    )


def _shares(year: Year, tier: Tier, kpis: tuple[Kpi, ...]) -> Iterator[int]:
    for kpi in kpis:
        target = year.target_of(kpi, tier)
        yield target.stored // year.expected_counties(target.tier) if target else 0
