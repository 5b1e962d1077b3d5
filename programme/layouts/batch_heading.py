"""The heading of a batch form: a column for the county, one for the month, and one per indicator and measure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from programme.catalogue import Kpi
from programme.cell_text import clean_text
from programme.findings import Finding, Severity
from programme.formats.book import Cell, Sheet, address, column_letters
from programme.layouts import words
from programme.layouts.headings import Part, Vocabulary, plain, stored_per_written, texts
from programme.layouts.monthly import monthly_headers, unknown_unit
from programme.layouts.table import Measure

HEADING_ROWS = 4
"""A heading runs over at most so many rows, and begins at most two above the one with the county."""


@dataclass
class BatchHeader:
    """Where a batch form's columns lie; rows and columns from 0, `start` the first row after the heading."""

    row: int
    start: int
    code: int | None
    name: int | None
    month: int | None
    figures: dict[int, tuple[Kpi, Measure, int]]
    last_column: int
    findings: list[Finding] = field(default_factory=list)

    @property
    def layout(self) -> tuple[object, ...]:
        """What two headings share when one repeats the other."""
        figures = tuple((column, kpi.code, measure, scale) for column, (kpi, measure, scale) in self.figures.items())
        return self.code, self.name, self.month, figures


def batch_header(sheet: Sheet, number: int, vocabulary: Vocabulary) -> BatchHeader | None:
    """The heading of a batch form whose county columns are named in this row."""
    line = texts(sheet.rows[number])
    code, name = _first(line, words.CODE), _first(line, words.NAME)
    if code is None and name is None:
        return None
    keys = [column for column in (code, name) if column is not None]
    block = _block(sheet.rows, number, keys, vocabulary)
    if any(monthly_headers(sheet.rows, row, vocabulary) for row in block):
        return None
    heads = _heads(sheet.rows, block, vocabulary)
    month = _month_column(sheet.rows, block)
    taken = {*keys, month}
    found = {column: part for column, part in heads.items() if column not in taken and part.kpi is not None}
    if not found:
        return None
    last = max(column for row in block for column, cell in enumerate(sheet.rows[row]) if cell not in ("", None))
    header = BatchHeader(number, _after(sheet.rows, block), code, name, month, {}, last)
    _take_figures(sheet, header, found)
    _name_extra(sheet, header, block, heads, taken)
    return header


def _first(line: Sequence[str], known: Iterable[str]) -> int | None:
    return next((column for column, text in enumerate(line) if text in known), None)


def _block(rows: Sequence[Sequence[Cell]], number: int, keys: list[int], vocabulary: Vocabulary) -> list[int]:
    """The rows of the heading: this one, those below it that go on with it, and those above it that name indicators."""
    block = [number]
    for below in range(number + 1, min(number + HEADING_ROWS, len(rows))):
        if not _continues(rows[below], keys, vocabulary):
            break
        block.append(below)
    for above in (number - 1, number - 2):
        if above < 0 or not _continues(rows[above], keys, vocabulary) or not _names_kpi(rows[above], vocabulary):
            break
        block.insert(0, above)
    return block


def _after(rows: Sequence[Sequence[Cell]], block: list[int]) -> int:
    """The first row below the heading and below a line of column marks."""
    start = block[-1] + 1
    return start + 1 if start < len(rows) and _is_index(rows[start]) else start


def _continues(row: Sequence[Cell], keys: list[int], vocabulary: Vocabulary) -> bool:
    """Whether a row belongs to a heading: no county, no number, and words of headings."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell not in ("", None)]
    if not filled or any(column in keys and plain(cell) not in words.CODE | words.NAME for column, cell in filled):
        return False
    return all(isinstance(cell, str) for _, cell in filled) and any(
        vocabulary.part(cell).says_something or plain(cell) in words.MONTH for _, cell in filled
    )


def _names_kpi(row: Sequence[Cell], vocabulary: Vocabulary) -> bool:
    return any(vocabulary.part(cell).kpi is not None for cell in row)


def _is_index(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but column marks such as 甲 乙 1 2 3."""
    marks = [clean_text(cell).strip("()（）栏") for cell in row if cell not in ("", None)]
    numbers = [int(mark) for mark in marks if mark.isascii() and mark.isdigit() and len(mark) < 3]
    rest = [mark for mark in marks if not (mark.isascii() and mark.isdigit() and len(mark) < 3)]
    counted = numbers == list(range(1, len(numbers) + 1))
    return len(marks) > 2 and counted and all(mark in words.INDEX for mark in rest) and bool(rest or len(numbers) > 3)


def _heads(rows: Sequence[Sequence[Cell]], block: list[int], vocabulary: Vocabulary) -> dict[int, Part]:
    """What the heading says about each column, indicators and measures that stand above several columns included."""
    width = max(len(rows[row]) for row in block)
    lines = [[_cell(rows[row], column) for column in range(width)] for row in block]
    named = next((at for at, line in enumerate(lines) if _names_kpi(line, vocabulary)), 0)
    lines[:named] = [_measures_to_the_right(line, vocabulary) for line in lines[:named]]
    heads, carried = {}, _Carried()
    for column in range(width):
        cells = [line[column] for line in lines]
        carried = carried.over(cells, vocabulary)
        heads[column] = carried.part(cells, vocabulary)
    return heads


def _measures_to_the_right(line: list[Cell], vocabulary: Vocabulary) -> list[Cell]:
    """The line, which stands above the indicators, with a measure written above each column that has it in common."""
    filled, last = list(line), cast(Cell, "")
    for column, cell in enumerate(line):
        if cell not in ("", None):
            last = cell if vocabulary.part(cell).measure is not None else ""
        filled[column] = cell if cell not in ("", None) else last
    return filled


@dataclass(frozen=True)
class _Carried:
    """The indicator that counts for a column: its own, or the last one to the left in whose line it is empty."""

    kpi: Kpi | None = None
    line: int = -1
    own: bool = False

    def over(self, cells: Sequence[Cell], vocabulary: Vocabulary) -> "_Carried":
        named = [(line, part.kpi) for line, cell in enumerate(cells) if (part := vocabulary.part(cell)).kpi is not None]
        if named:
            line, kpi = named[-1]
            return _Carried(kpi, line, own=True)
        if self.kpi is None or cells[self.line] not in ("", None):
            return _Carried()
        return _Carried(self.kpi, self.line)

    def part(self, cells: Sequence[Cell], vocabulary: Vocabulary) -> Part:
        """The column's meaning; none when there is a word below the indicator that is not known (上月累计)."""
        said = vocabulary.heading(cells)
        if self.kpi is None:
            return said
        below = [vocabulary.part(cell) for cell in cells[self.line + 1 :] if cell not in ("", None)]
        if any(not part.says_something for part in below) or not (self.own or said.measure):
            return Part()
        return Part(self.kpi, said.measure, said.unit)


def _month_column(rows: Sequence[Sequence[Cell]], block: list[int]) -> int | None:
    found = (_first(texts(rows[row]), words.MONTH) for row in block)
    return next((column for column in found if column is not None), None)


def _cell(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else ""


def _take_figures(sheet: Sheet, header: BatchHeader, found: dict[int, Part]) -> None:
    """Take over the columns with an indicator, with findings for those that cannot be taken as they are."""
    seen: dict[tuple[str, Measure], int] = {}
    for column, part in found.items():
        kpi = cast(Kpi, part.kpi)
        measure: Measure = part.measure or ("month" if kpi.is_flow else "to_date")
        scale = stored_per_written(part.unit, kpi)
        if scale is None:
            header.findings.append(unknown_unit(sheet.name, address(header.row, column), kpi, part.unit))
        elif (kpi.code, measure) in seen:
            header.findings.append(_twice(sheet, header, column, kpi, seen[kpi.code, measure]))
        else:
            seen[kpi.code, measure] = column
            header.figures[column] = (kpi, measure, scale)
            if part.measure is None:
                header.findings.append(_measure_assumed(sheet, header, column, kpi))


def _twice(sheet: Sheet, header: BatchHeader, column: int, kpi: Kpi, first: int) -> Finding:
    return Finding(
        "kpi_twice",
        Severity.ERROR,
        f"“{kpi.name}”在{column_letters(first)}列已经有了，{column_letters(column)}列未读入。请只保留一列。",
        sheet=sheet.name,
        cell=address(header.row, column),
        kpi=kpi.code,
    )


def _measure_assumed(sheet: Sheet, header: BatchHeader, column: int, kpi: Kpi) -> Finding:
    word = "本月数" if kpi.is_flow else "期末数"
    return Finding(
        "measure_assumed",
        Severity.WARNING,
        f"表头没有写明“{kpi.name}”是本月数还是累计数，按{word}读入。请在表头写明“{kpi.name}{word}({kpi.entry_unit})”。",
        sheet=sheet.name,
        cell=address(header.row, column),
        kpi=kpi.code,
        repaired=f"{kpi.name}{word}({kpi.entry_unit})",
    )


def _name_extra(
    sheet: Sheet, header: BatchHeader, block: list[int], heads: dict[int, Part], taken: set[int | None]
) -> None:
    """A hint that names the columns which are not read."""
    extra = {}
    for column, part in heads.items():
        written = [plain(_cell(sheet.rows[row], column)) for row in block]
        text = next((text for text in reversed(written) if text), "")
        if column not in taken and part.kpi is None and text and text not in words.CONTEXT:
            extra[column] = text
    if extra:
        named = "、".join(f"{text}（{column_letters(column)}列）" for column, text in extra.items())
        header.findings.append(
            Finding("extra_columns", Severity.HINT, f"以下各列不是上报指标，未读入：{named}。", sheet=sheet.name)
        )


def goes_on(row: Sequence[Cell], vocabulary: Vocabulary) -> bool:
    """Whether a row is nothing but words of headings, at least one of them an indicator."""
    filled = [cell for cell in row if cell not in ("", None)]
    return all(isinstance(cell, str) for cell in filled) and _names_kpi(filled, vocabulary)
