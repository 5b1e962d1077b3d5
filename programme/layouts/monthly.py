"""The monthly form: one county and one month, one row per indicator, columns 本月数 and 累计数."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from programme.catalogue import Kpi
from programme.cell_text import EMPTY, clean_text, squeeze
from programme.findings import Finding, Severity
from programme.formats.book import Cell, Sheet, address, column_letters
from programme.layouts import words
from programme.layouts.headings import Part, Vocabulary, plain, stored_per_written, texts
from programme.layouts.labels import Labelled, labelled, month_in_title
from programme.layouts.table import Column, Measure, Table

LABEL_ROWS_ABOVE, LABEL_ROWS_BELOW = 30, 15
UNKNOWN_NAMED = 20
"""Rows that are no indicator, up to which each is named."""
KNOWN_EMPTY_UNITS = frozenset(("", "见表", "如表", "见下表", "详见下表", "见表内", "—", "-", "/"))


@dataclass
class MonthlyHeader:
    """Where a monthly form's columns lie; rows and columns from 0, `start` the first row after the heading."""

    row: int
    start: int
    indicator: int
    measures: dict[Measure, tuple[int, str]]
    unit: int | None
    remark: int | None


@dataclass
class _Reading:
    """What was gathered row by row."""

    columns: list[Column] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    findings: list[Finding] = field(default_factory=list)


def monthly_headers(rows: Sequence[Sequence[Cell]], number: int, vocabulary: Vocabulary) -> list[MonthlyHeader]:
    """The headings of monthly forms that begin in this row; several when forms stand side by side."""
    line = texts(rows[number])
    starts = [column for column, text in enumerate(line) if text in words.INDICATOR]
    headers = []
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        header = _header(rows, number, start, end, vocabulary)
        if header is not None:
            headers.append(header)
    return headers


def _header(
    rows: Sequence[Sequence[Cell]], number: int, start: int, end: int | None, vocabulary: Vocabulary
) -> MonthlyHeader | None:
    measures = _measures(rows[number], start, end, vocabulary)
    after = number + 1
    if after < len(rows) and not plain(_cell(rows[after], start)):
        below = _measures(rows[after], start, end, vocabulary)
        measures, after = (measures | below, after + 1) if below else (measures, after)
    if not measures:
        return None
    line = dict(enumerate(texts(rows[number])[:end]))
    unit = next((column for column, text in line.items() if column > start and text in words.UNIT), None)
    remark = next((column for column, text in line.items() if column > start and text in words.REMARK), None)
    return MonthlyHeader(number, after, start, measures, unit, remark)


def _measures(
    row: Sequence[Cell], start: int, end: int | None, vocabulary: Vocabulary
) -> dict[Measure, tuple[int, str]]:
    """The column and unit of each measure that stands alone in a cell."""
    found: dict[Measure, tuple[int, str]] = {}
    for column in range(start + 1, len(row) if end is None else min(end, len(row))):
        part = vocabulary.part(row[column])
        if part.measure and part.kpi is None and plain(row[column]) in words.MEASURES:
            found.setdefault(part.measure, (column, part.unit))
    return found


def _cell(row: Sequence[Cell], column: int | None) -> Cell:
    return row[column] if column is not None and column < len(row) else ""


def monthly_table(
    sheet: Sheet, header: MonthlyHeader, before: int, stamp: dict[str, str], vocabulary: Vocabulary
) -> tuple[Table | None, list[Finding], int]:
    """The form below the heading, findings about it, and the row after it; labels are looked for from row `before` on."""
    reading, before = _Reading(), max(before, header.row - LABEL_ROWS_ABOVE)
    labels = labelled(sheet.rows, before, header.row)
    number = header.start
    while number < len(sheet.rows) and not _ends(sheet.rows[number], header):
        _read_row(sheet, number, header, labels.get("unit"), vocabulary, reading)
        number += 1
    if not reading.columns:
        return None, reading.findings, number
    below = labelled(sheet.rows, number, min(number + LABEL_ROWS_BELOW, len(sheet.rows)))
    labels = {kind: value for kind, value in below.items() if kind == "name"} | labels
    title = month_in_title(sheet.rows, before, header.row)
    if "month" not in labels and title is not None:
        labels["month"] = title
        reading.findings.append(_assumed(sheet, "month_from_title", "报告期", f"标题中的“{title.value}”", title))
    table = _table(sheet, header, labels, stamp, reading)
    return table, reading.findings, number


def _ends(row: Sequence[Cell], header: MonthlyHeader) -> bool:
    """Whether the form is over: a note, a signature line, or the next heading."""
    first = next((squeeze(clean_text(cell)) for cell in row if cell not in ("", None)), "")
    return words.NOTE.match(first) is not None or plain(_cell(row, header.indicator)) in words.INDICATOR


def _read_row(
    sheet: Sheet, number: int, header: MonthlyHeader, unit: Labelled | None, vocabulary: Vocabulary, reading: _Reading
) -> None:
    row = sheet.rows[number]
    cell = _cell(row, header.indicator)
    figures = [_cell(row, column) for column, _ in header.measures.values()]
    part = vocabulary.part(cell)
    if part.kpi is None:
        if any(squeeze(clean_text(figure)) not in EMPTY for figure in figures):
            _note_unknown(sheet, number, header, cell, vocabulary, reading)
    elif part.kpi.code in reading.seen:
        reading.findings.append(_twice(sheet, number, header, part.kpi, reading.seen[part.kpi.code]))
    else:
        reading.seen[part.kpi.code] = number + 1
        _take_row(sheet, number, header, part, unit, reading)


def _take_row(
    sheet: Sheet, number: int, header: MonthlyHeader, part: Part, unit: Labelled | None, reading: _Reading
) -> None:
    assert part.kpi is not None
    row, kpi = sheet.rows[number], part.kpi
    for measure, (column, heading_unit) in header.measures.items():
        written = _unit(row, header, part, heading_unit, unit)
        scale = stored_per_written(written, kpi)
        if scale is None:
            place = address(number, header.unit if header.unit is not None else header.indicator)
            reading.findings.append(unknown_unit(sheet.name, place, kpi, written))
            return
        raw = [_cell(row, column)]
        reading.columns.append(Column(kpi, measure, column_letters(column), raw, scale, rows=[number + 1]))
    remark = clean_text(_cell(row, header.remark))
    if remark:
        reading.remarks[kpi.code] = remark


def _unit(row: Sequence[Cell], header: MonthlyHeader, part: Part, heading: str, label: Labelled | None) -> str:
    """The unit in force for a row: of its unit cell, its name, the column's heading, or the label above the form."""
    candidates = (plain(_cell(row, header.unit)), part.unit, heading, plain(label.value) if label else "")
    return next((unit for unit in candidates if unit not in KNOWN_EMPTY_UNITS), "")


def unknown_unit(sheet: str, cell: str, kpi: Kpi, unit: str) -> Finding:
    """The finding for a unit that does not fit the indicator."""
    return Finding(
        "unknown_unit",
        Severity.ERROR,
        f"“{kpi.name}”的计量单位“{unit}”不认识，该指标未读入。请改为“{kpi.entry_unit}”，并按此单位填数。",
        sheet=sheet,
        cell=cell,
        kpi=kpi.code,
        value=unit,
        repaired=kpi.entry_unit,
    )


def _note_unknown(
    sheet: Sheet, number: int, header: MonthlyHeader, cell: Cell, vocabulary: Vocabulary, reading: _Reading
) -> None:
    """A warning for a row that holds a figure and is no indicator; the last one counts for all that follow."""
    text = clean_text(cell)[:40]
    if words.TOTAL.fullmatch(squeeze(text)) or reading.unknown > UNKNOWN_NAMED:
        return
    reading.unknown += 1
    said = f"指标“{text}”不在本表之列" if text else "这一行有数，但没有指标名称"
    if reading.unknown > UNKNOWN_NAMED:
        said = "从这一行起还有不认识的指标"
    near = get_close_matches(plain(text), vocabulary.names, 1)
    reading.findings.append(
        Finding(
            "unknown_indicator",
            Severity.WARNING,
            f"{said}，未读入。请核对指标名称；不需要上报的请删除该行。",
            sheet=sheet.name,
            cell=address(number, header.indicator),
            value=text,
            repaired=near[0] if near else "",
        )
    )


def _twice(sheet: Sheet, number: int, header: MonthlyHeader, kpi: Kpi, first: int) -> Finding:
    return Finding(
        "kpi_twice",
        Severity.ERROR,
        f"指标“{kpi.name}”在第{first}行已经填过，只读入了第{first}行。请只保留一行。",
        sheet=sheet.name,
        cell=address(number, header.indicator),
        kpi=kpi.code,
    )


def _table(
    sheet: Sheet, header: MonthlyHeader, labels: dict[str, Labelled], stamp: dict[str, str], reading: _Reading
) -> Table:
    """Put the table together; county and month come from the stamp only where no label gives them."""
    nothing = Labelled("", header.row, -1)
    code, name, month = (labels.get(kind, nothing) for kind in ("code", "name", "month"))
    if code is nothing and name is nothing and stamp.get("county"):
        code = Labelled(stamp["county"], header.row, -1)
        reading.findings.append(
            _assumed(sheet, "from_stamp", "填报单位或行政区划代码", f"下载模板时的“{stamp['county']}”", code)
        )
    if month is nothing and stamp.get("month"):
        month = Labelled(stamp["month"], header.row, -1)
        reading.findings.append(_assumed(sheet, "from_stamp", "报告期", f"下载模板时的“{stamp['month']}”", month))
    return Table(
        form="monthly",
        sheet=sheet.name,
        rows=[header.row + 1],
        codes=[code.value],
        names=[name.value],
        months=[month.value],
        columns=reading.columns,
        code_letters=_place(code),
        name_letters=_place(name),
        month_letters=_place(month),
        remarks=reading.remarks,
        remark_letters="" if header.remark is None else column_letters(header.remark),
    )


def _place(found: Labelled) -> str:
    """The address of a value, "" when it stands in no cell."""
    return address(found.row, found.column) if found.column >= 0 else ""


def _assumed(sheet: Sheet, rule: str, what: str, source: str, found: Labelled) -> Finding:
    """The hint that county or month was not where it belongs."""
    return Finding(
        rule,
        Severity.HINT,
        f"表中没有找到“{what}”，按{source}读入。请核对。",
        sheet=sheet.name,
        cell=_place(found),
        value=str(found.value),
    )
