"""From tables to the rows of a register: whose, of which month, what each is, and how much it counts."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from programme import identity_numbers, keys
from programme.calendar import Month
from programme.catalogue import Year
from programme.cell_text import RULES, clean_text, clean_texts
from programme.findings import Finding, Severity
from programme.formats.book import Cell
from programme.records import mismatch
from programme.register_cells import Context, Said, read_cells, read_counts
from programme.register_facts import Register, RegisterColumn, RegisterFacts
from programme.register_sheets import RegisterTable
from programme.registry import Found, Registry
from programme.written_months import parse_months

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
MOST: Final = 9_000_000_000_000


@dataclass(frozen=True)
class Surroundings:
    """What a register is read against. `county` (internal id, 0 for none) and `month` hold where the file names none.

    `placed` gives the counties of an item by its key hash: for a third source whose rows name no county.
    """

    facts: RegisterFacts
    registry: Registry
    year: Year
    members: frozenset[int]
    today: str
    today_month: Month
    county: int = 0
    month: Month | None = None
    placed: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """One row as read. `key_hash` is equal for equal items; `same` for rows that repeat one another in a county's month."""

    table: int
    place: int
    county: int = 0
    month: int = 0
    source: str = ""
    key_hash: str = ""
    same: str = ""
    amount: int = 1
    texts: str = "{}"
    broken: bool = False


@dataclass
class Reading:
    """`entries` are the rows that count, each item of a county's month once; `read` is the number of rows there were."""

    register: Register
    tables: list[RegisterTable]
    entries: list[Entry]
    findings: list[Finding]
    read: int = 0


def read_register(register: Register, tables: list[RegisterTable], around: Surroundings) -> Reading:
    """Every row read; what is wrong is a finding with its sheet and cell. No finding of a secret register shows a number."""
    reading = Reading(register, tables, [], [])
    for number, table in enumerate(tables):
        reader = _TableReader(reading, number, table, around)
        reading.entries += reader.read()
    reading.read = len(reading.entries)
    if register.third:
        _place(reading, around)
    _count_once(reading, around)
    return reading


class _TableReader:
    """One table, read column by column."""

    def __init__(self, reading: Reading, number: int, table: RegisterTable, around: Surroundings) -> None:
        self.reading, self.table, self.around = reading, table, around
        self.register = reading.register
        self.entries = [Entry(number, place) for place in range(len(table.rows))]

    def read(self) -> list[Entry]:
        said: dict[str, list[Said]] = {}
        counts: dict[str, list[int | None]] = {}
        self._read_counties()
        given = [column for column in self.register.columns if column.field in self.table.cells]
        for column in given:
            if column.kind == "day":  # first: it may tell the month
                said[column.field] = self._said(column, self.table.cells[column.field])
        self._read_months(said)
        for column in given:
            cells = self.table.cells[column.field]
            if column.kind == "count":
                counts[column.field] = self._counts(column, cells)
            elif column.kind != "day":
                said[column.field] = self._said(column, cells)
        self._check_days(said)
        self._put_together(said, counts)
        return self.entries

    def remark(
        self, place: int, name: str, rule: str, message: str, *, value: str = "", repaired: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:  # fmt: skip
        entry = self.entries[place]
        self.reading.findings.append(
            Finding(
                rule, severity, message, self.table.sheet, self.table.address(name, place),
                county=self._code(entry.county), month=_month_text(entry.month),
                value=_shown(self.register, value, name), repaired=_shown(self.register, repaired, name),
            )
        )  # fmt: skip
        entry.broken = entry.broken or severity is Severity.ERROR

    def _code(self, county: int) -> str:
        place = self.around.registry.by_id.get(county)
        return place.code if place else ""

    # --- columns ---

    def _said(self, column: RegisterColumn, cells: Sequence[Cell]) -> list[Said]:
        said = read_cells(Context(self.around.facts, column, self.table.headings[column.field]), cells)
        for place, one in enumerate(said):
            if one.rule:
                self.remark(
                    place, column.field, one.rule, one.message, value=clean_text(cells[place]), repaired=one.repaired
                )
            elif column.required and not one.key:
                self._missing(place, column)
        return said

    def _counts(self, column: RegisterColumn, cells: Sequence[Cell]) -> list[int | None]:
        amounts, problems = read_counts(column, self.table.scales[column.field], cells)
        for place, said in problems.items():
            self.remark(
                place, column.field, said.rule, said.message, value=clean_text(cells[place]), repaired=said.repaired
            )
        for place, amount in enumerate(amounts):
            if amount is None and column.required and not column.blank_is_zero and place not in problems:
                self._missing(place, column)
        return amounts

    def _missing(self, place: int, column: RegisterColumn) -> None:
        self.remark(place, column.field, "missing", f"没有填{column.heading}，请补上。")

    # --- whose, and of which month ---

    def _key_cells(self, key: str) -> Sequence[Cell]:
        """The cells of a key column; where the table has none, what is labelled above it for every row."""
        if key in self.table.cells:
            return self.table.cells[key]
        above = self.table.above.get(key)
        return [above.value if above else ""] * len(self.entries)

    def _read_counties(self) -> None:
        named = "code" in self.table.cells or "name" in self.table.cells
        keys_given = (self._key_cells("code"), self._key_cells("name"))
        if named:
            keys_given = tuple(self.table.cells.get(key, [""] * len(self.entries)) for key in ("code", "name"))  # type: ignore[assignment]
        pairs = list(zip(*map(clean_texts, keys_given), strict=True))
        resolve = partial(self.around.registry.resolve, among=self.around.members)
        matches = {pair: resolve(*pair) for pair in set(pairs) if any(pair)}
        for place, pair in enumerate(pairs):
            if not any(pair):
                self._county_given(place)
            elif isinstance(match := matches[pair], Found):
                self.entries[place].county = match.place.id
            else:
                rule, message, repaired = mismatch(match, self.around.year)
                self.remark(
                    place, "name" if pair[1] else "code", rule, message, value=pair[1] or pair[0], repaired=repaired
                )

    def _county_given(self, place: int) -> None:
        self.entries[place].county = self.around.county
        if not self.around.county and not self.register.third:
            text = "没有写明是哪个县。请加“县名”或“行政区划代码”一栏，或在表的上方写明“填报单位：”。"
            self.remark(place, "name", "no_county", text)

    def _read_months(self, said: Mapping[str, list[Said]]) -> None:
        if self.register.third:
            for entry, day in zip(self.entries, said["date"], strict=True):
                entry.month = _month_number(day.text)
        else:
            self._months_written(said)
        wrong = {number: self._month_problem(number) for number in {entry.month for entry in self.entries}}
        for place, entry in enumerate(self.entries):
            if not entry.broken and (problem := wrong[entry.month]):
                entry.month = 0
                self.remark(place, "date" if self.register.third else "month", *problem)

    def _months_written(self, said: Mapping[str, list[Said]]) -> None:
        cells = self._key_cells("month")
        months, problems = parse_months(cells)
        days = next((said[c.field] for c in self.register.columns if c.in_month and c.field in said), None)
        for place, number in enumerate(months.tolist()):
            if place in problems:
                problem = problems[place]
                self.remark(
                    place,
                    "month",
                    problem.rule,
                    RULES[problem.rule],
                    value=clean_text(cells[place]),
                    repaired=problem.repaired,
                )
            elif number:
                self.entries[place].month = number
            elif self.around.month:
                self.entries[place].month = self.around.month.number
            elif days:
                self.entries[place].month = _month_number(days[place].text)

    def _month_problem(self, number: int) -> tuple[str, str] | None:
        period = self.around.year.months
        if not number:
            return "no_month", "没有写明报告期。请加“报告期”一栏，或在表的上方写明“报告期：2019年6月”的样子。"
        month = Month.from_number(number)
        if month not in period:
            return (
                "month_outside",
                f"{month.chinese}不在活动期间（{period[0].chinese}至{period[-1].chinese}），请核对。",
            )
        if month > self.around.today_month:
            return "month_in_future", f"{month.chinese}还没有到，不能报送。请核对。"
        return None

    def _check_days(self, said: Mapping[str, list[Said]]) -> None:
        for column in self.register.columns:
            if column.field not in said or column.kind not in ("day", "day_or_month"):
                continue
            for place, one in enumerate(said[column.field]):
                entry = self.entries[place]
                if not one.text or not entry.month:
                    continue
                month = Month.from_number(entry.month)
                if one.text > self.around.today:
                    self.remark(
                        place, column.field, "day_in_future", f"{column.heading}还没有到，请核对。", value=one.text
                    )
                elif column.in_month and one.text[:7] != str(month):
                    text = f"{column.heading}不在{month.chinese}。请核对；属于别的月份的，请填到那个月的台账里。"
                    self.remark(place, column.field, "day_outside_month", text, value=one.text)
                elif column.by_end and one.text > month.last_day.isoformat():
                    text = f"{column.heading}在{month.chinese}之后，不能算作本月的。请核对。"
                    self.remark(place, column.field, "day_after_month", text, value=one.text)

    # --- rows ---

    def _put_together(self, said: Mapping[str, list[Said]], counts: Mapping[str, list[int | None]]) -> None:
        register = self.register
        told = [said[name] for name in register.counted if name in said]
        same = [said[name] for name in register.unique if name in said]
        kept = [(column.field, said[column.field]) for column in register.columns if column.field in said]
        amounts = [counts[name] for name in register.amount if name in counts]
        source = said.get(register.source) if register.source else None
        hashed = _hasher(register)
        for place, entry in enumerate(self.entries):
            if entry.broken:
                continue
            key = "\0".join(column[place].key for column in told)
            entry.key_hash = hashed(key, entry.county)
            entry.same = entry.key_hash if same == told else "\0".join(column[place].key for column in same)
            if register.amount:
                entry.amount = sum(column[place] or 0 for column in amounts)
            if source:
                entry.source = source[place].text
            if not register.secret:
                entry.texts = _JSON.encode({name: column[place].text for name, column in kept if column[place].text})
            if entry.amount > MOST:
                self.remark(place, register.amount[0], "too_large", RULES["too_large"])


def _hasher(register: Register) -> Callable[[str, int], str]:
    """128 bits of a key and its county: of a secret register under the installation's secret, where a short number of a
    household is its county's own."""
    if not register.secret:
        return lambda key, county: hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]
    digest = keys.digester(f"register.{register.code}")
    return lambda key, county: digest(key if len(key) >= identity_numbers.LOCAL else f"{county}:{key}")[:32]


def _shown(register: Register, text: str, name: str) -> str:
    """What a finding may show of a cell in the column of this name."""
    if register.secret and (name in register.unique or sum(map(str.isdigit, text)) > 6):
        return identity_numbers.masked(text)
    return identity_numbers.hidden(text)


def _month_number(day: str) -> int:
    return int(day[:4] + day[5:7]) if day else 0


def _month_text(number: int) -> str:
    return str(Month.from_number(number)) if number else ""


# --- over all tables ------------------------------------------------------------------------------------------------


def _place(reading: Reading, around: Surroundings) -> None:
    """Rows of a third source that name no county go to the county whose register has the item; the others are named once."""
    unplaced: list[Entry] = []
    for entry in reading.entries:
        if entry.broken or entry.county:
            continue
        counties = around.placed.get(entry.key_hash, frozenset())
        if len(counties) == 1:
            (entry.county,) = counties
        else:
            entry.broken = True
            unplaced.append(entry)
    if unplaced:
        reading.findings.append(_unplaced(reading, unplaced))


def _unplaced(reading: Reading, unplaced: Sequence[Entry]) -> Finding:
    first, items = unplaced[0], len({entry.key_hash for entry in unplaced})
    table = reading.tables[first.table]
    none_left = all(entry.broken for entry in reading.entries)
    text = f"有{items}条信息（{len(unplaced)}行）没有写明县，也不能按链接归到唯一一个县的“信息”台账，"
    text += "没有计入。" if not none_left else "没有一行可以报送。"
    text += "可加“县名”一栏，或待各县报送信息台账后再次上传。"
    severity = Severity.ERROR if none_left else Severity.HINT
    return Finding("unplaced", severity, text, table.sheet, table.address("link", first.place))


def _count_once(reading: Reading, around: Surroundings) -> None:
    """Of rows that repeat one another in a county's month the first stands, with the largest amount among them."""
    standing: dict[tuple[int, int, str, str], Entry] = {}
    for entry in reading.entries:
        if entry.broken:
            continue
        mark = (entry.county, entry.month, entry.source, entry.same)
        first = standing.setdefault(mark, entry)
        if first is not entry:
            first.amount = max(first.amount, entry.amount)
            reading.findings.append(_repeated(reading, first, entry, around))
    reading.entries = list(standing.values())


def _repeated(reading: Reading, first: Entry, entry: Entry, around: Surroundings) -> Finding:
    table, other = reading.tables[entry.table], reading.tables[first.table]
    where = f"第{other.rows[first.place]}行" if table is other else f"“{other.sheet}”第{other.rows[first.place]}行"
    name = reading.register.unique[0]
    larger = "，数量取较大的" if reading.register.amount else ""
    place = around.registry.by_id.get(entry.county)
    return Finding(
        "repeated_row", Severity.HINT, f"与{where}是同一条，只计一次{larger}。", table.sheet,
        table.address(name, entry.place), county=place.code if place else "", month=_month_text(entry.month),
        value=_shown(reading.register, clean_text(table.cells[name][entry.place]), name),
    )  # fmt: skip
