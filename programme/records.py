"""From tables to records: whose figures, of which month, and what each cell says in stored integers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from programme.calendar import Month
from programme.catalogue import Year
from programme.cell_text import RULES, Problem, clean_text
from programme.findings import Finding, Severity
from programme.numerals import parse_figures
from programme.registry import Ambiguous, Conflict, Found, Match, Outside, Place, Registry, Unknown
from programme.standings import Flags, Integers, kpi_codes
from programme.tables import Cell, Column, Measure, Table
from programme.written_months import parse_months


@dataclass
class Records:
    """One entry per return in the file. `county` is 0 and `month` 0 where they could not be told.

    `entered[measure]` are stored integers [records × indicators] with their flags; `broken` marks cells with a problem,
    `sound` the records whose county and month are certain and occur once.
    """

    registry: Registry
    tables: list[Table]
    table: Integers
    record: Integers
    county: Integers
    month: Integers
    entered: dict[Measure, tuple[Integers, Flags]]
    broken: Flags
    sound: Flags
    findings: list[Finding] = field(default_factory=list)

    def code_of(self, index: int) -> str:
        place = self.registry.by_id.get(int(self.county[index]))
        return place.code if place else ""

    def counties(self) -> list[int]:
        """Those of the sound records, each once, in order."""
        return np.flatnonzero(np.bincount(self.county[self.sound])).tolist()

    def sheet_of(self, index: int) -> str:
        return self.tables[self.table[index]].sheet

    def identity_cell(self, index: int) -> str:
        """The cell that names the county."""
        table = self.tables[self.table[index]]
        return cell_in_row(table.name_letters or table.code_letters, table.rows[self.record[index]])

    def month_of(self, index: int) -> str:
        return str(Month.from_number(int(self.month[index]))) if self.month[index] else ""

    def column_of(self, index: int, kpi: int, measure: Measure) -> Column | None:
        table = self.tables[self.table[index]]
        code = kpi_codes()[kpi]
        return next((c for c in table.columns if c.kpi.code == code and c.measure == measure), None)

    def cell_of(self, index: int, kpi: int, measures: Iterable[Measure]) -> tuple[str, str]:
        """Address and text of the first cell there is among the measures ('' when the table has none)."""
        for measure in measures:
            if column := self.column_of(index, kpi, measure):
                record = int(self.record[index])
                return self.tables[self.table[index]].address(column, record), clean_text(column.raw[record])
        return "", ""


@dataclass(frozen=True)
class Background:
    """What records are read against: the registry, the year's members, and the date."""

    registry: Registry
    year: Year
    members: frozenset[int]
    today_month: Month


def read_records(tables: list[Table], background: Background) -> Records:
    """Every cell read; what could not be is a finding, with sheet and cell."""
    sizes = [len(table.rows) for table in tables]
    shape = (sum(sizes), len(kpi_codes()))
    records = Records(
        registry=background.registry,
        tables=tables,
        table=np.repeat(np.arange(len(tables)), sizes),
        record=np.concatenate([np.arange(size) for size in sizes]) if sizes else np.zeros(0, np.int64),
        county=np.zeros(shape[0], np.int64),
        month=np.zeros(shape[0], np.int64),
        entered={measure: (np.zeros(shape, np.int64), np.zeros(shape, bool)) for measure in ("month", "to_date")},
        broken=np.zeros(shape, bool),
        sound=np.ones(shape[0], bool),
    )
    start = 0
    for table in tables:
        _read_counties(table, start, records, background)
        _read_months(table, start, records, background)
        _read_figures(table, start, records)
        start += len(table.rows)
    records.sound &= (records.county > 0) & (records.month > 0)
    _refuse_duplicates(records)
    return records


def cell_in_row(letters: str, row: int) -> str:
    """D in row 7 is D7; a full address (of a form's head) or nothing stays as it is."""
    return f"{letters}{row}" if letters.isalpha() else letters


def _identity_finding(
    table: Table, record: int, letters: str, rule: str, message: str, value: str, repaired: str = "", county: str = ""
) -> Finding:
    cell = cell_in_row(letters, table.rows[record])
    return Finding(rule, Severity.ERROR, message, table.sheet, cell, county, value=value, repaired=repaired)


def _read_counties(table: Table, start: int, records: Records, background: Background) -> None:
    pairs = list(zip(table.codes, table.names, strict=True))
    cleaned = {pair: (clean_text(pair[0]), clean_text(pair[1])) for pair in set(pairs)}
    matches = {pair: background.registry.resolve(*texts, background.members) for pair, texts in cleaned.items()}
    ids = {pair: match.place.id if isinstance(match, Found) else 0 for pair, match in matches.items()}
    records.county[start : start + len(pairs)] = list(map(ids.__getitem__, pairs))
    for record in np.flatnonzero(records.county[start : start + len(pairs)] == 0).tolist():
        code, name = cleaned[pairs[record]]
        rule, message, repaired = mismatch(matches[pairs[record]], background.year)
        letters = (table.name_letters if name else "") or table.code_letters
        finding = _identity_finding(table, record, letters, rule, message, name or code, repaired)
        records.findings.append(finding)


def mismatch(match: Match, year: Year) -> tuple[str, str, str]:
    """Rule, message and repaired value for a county that could not be told."""
    if isinstance(match, Outside):
        total = sum(year.expected.values())
        return "not_a_member", f"{match.place.name}不在{year.year}年度名单的{total}个县之内，请核对县名。", ""
    if isinstance(match, Conflict):
        names = "、".join(place.name for place in match.by_name)
        return "county_conflict", f"代码是{match.by_code.name}的，县名是{names}，请改正其中一个。", match.by_code.name
    if isinstance(match, Ambiguous):
        return "ambiguous_county", f"有多个县叫这个名字（{_listed(match.candidates)}），请填写六位行政区划代码。", ""
    assert isinstance(match, Unknown)
    hint = f"是否指{_listed(match.suggestions)}？" if match.suggestions else ""
    return "unknown_county", f"查不到这个县。{hint}请填写六位行政区划代码和县名全称。", _first(match.suggestions)


def _listed(places: tuple[Place, ...]) -> str:
    return "、".join(f"{place.province}{place.name}（{place.code}）" for place in places[:3])


def _first(places: tuple[Place, ...]) -> str:
    return places[0].name if places else ""


def _read_months(table: Table, start: int, records: Records, background: Background) -> None:
    months, problems = parse_months(table.months)
    wrong = {number: _month_problem(number, background) for number in np.unique(months).tolist()}
    fit = np.isin(months, [number for number, sentence in wrong.items() if not sentence])
    records.month[start : start + len(months)] = np.where(fit, months, 0)
    for record in np.flatnonzero(~fit).tolist():
        problem = problems.get(record)
        sentence = wrong[int(months[record])] or ("", "")
        rule, message = (problem.rule, RULES[problem.rule]) if problem else sentence
        value = clean_text(table.months[record])
        repaired = problem.repaired if problem else ""
        county = records.code_of(start + record)
        finding = _identity_finding(table, record, table.month_letters, rule, message, value, repaired, county)
        records.findings.append(finding)


def _month_problem(number: int, background: Background) -> tuple[str, str] | None:
    """Rule and message for a month that cannot be reported; 0 is an empty cell."""
    if not number:
        return "not_a_month", "没有填报告期。请写成“2019年6月”或“2019-06”。"
    month, period = Month.from_number(number), background.year.months
    if month not in period:
        return "month_outside", f"{month.chinese}不在活动期间（{period[0].chinese}至{period[-1].chinese}），请核对。"
    if month > background.today_month:
        return "month_in_future", f"{month.chinese}还没有到，不能报送。请核对报告期。"
    return None


def _read_figures(table: Table, start: int, records: Records) -> None:
    codes = kpi_codes()
    for column in table.columns:
        kpi = codes.index(column.kpi.code)
        kpi_of = column.kpi
        values, known, problems = parse_figures(column.raw, column.stored_per_written, kpi_of.factor, kpi_of.unit)
        rows = slice(start, start + len(table.rows))
        records.entered[column.measure][0][rows, kpi] = values
        records.entered[column.measure][1][rows, kpi] = known
        for record, problem in problems.items():
            records.broken[start + record, kpi] = True
            records.findings.append(_cell_finding(table, column, record, problem, records, start))


def _cell_finding(table: Table, column: Column, record: int, problem: Problem, records: Records, start: int) -> Finding:
    raw: Cell = column.raw[record]
    return Finding(
        problem.rule,
        Severity.ERROR,
        RULES[problem.rule],
        table.sheet,
        table.address(column, record),
        month=records.month_of(start + record),
        county=records.code_of(start + record),
        kpi=column.kpi.code,
        value=clean_text(raw),
        repaired=problem.repaired,
    )


def _refuse_duplicates(records: Records) -> None:
    sound = np.flatnonzero(records.sound)
    keys = records.county[sound] * 1_000_000 + records.month[sound]
    if not (np.diff(np.sort(keys)) == 0).any():
        return
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    for position in np.flatnonzero(first[inverse] != np.arange(len(sound))).tolist():
        index, earlier = int(sound[position]), int(sound[first[inverse[position]]])
        table, twin = records.tables[records.table[index]], records.tables[records.table[earlier]]
        row = twin.rows[records.record[earlier]]
        name = records.registry.by_id[int(records.county[index])].name
        month = Month.from_number(int(records.month[index]))
        message = f"{name}{month.chinese}与“{twin.sheet}”第{row}行重复，请删去一行。"
        letters = table.name_letters or table.code_letters
        record = int(records.record[index])
        county = records.code_of(index)
        finding = _identity_finding(table, record, letters, "duplicate_row", message, name, county=county)
        records.findings.append(finding)
        records.sound[index] = False
