"""The batch form: the rows below its heading, one per county and month, taken column by column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from programme.cell_text import clean_text, squeeze
from programme.findings import Finding, Severity
from programme.formats.book import Cell, Sheet, address, column_letters
from programme.layouts import words
from programme.layouts.batch_heading import BatchHeader, batch_header, goes_on
from programme.layouts.headings import Vocabulary, plain
from programme.layouts.labels import Labelled, is_label, labelled, month_in_title
from programme.layouts.monthly import LABEL_ROWS_ABOVE, monthly_headers
from programme.layouts.table import Column, Key, Table

MAX_HEADINGS = 5_000
"""Repeated in one table, as on every printed page."""

_CODE = re.compile(r"\s*'?[0-9０-９]{6,12}(?:\.0)?\s*")
_HEADINGS = words.CODE | words.NAME | words.INDICATOR


@dataclass
class _Rows:
    """The rows below a heading, counted from it: those with records, and those passed over."""

    records: Sequence[int]
    totals: list[int] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    end: int = 0


def batch_table(
    sheet: Sheet, header: BatchHeader, before: int, vocabulary: Vocabulary, csv: bool
) -> tuple[Table | None, list[Finding], int]:
    """The records below the heading, findings about them, and the row after them (the next heading, or the end)."""
    body = _even(sheet.rows[header.start :], header.last_column + 1)
    columns = _columns(body)
    places: dict[Key, int | None] = {"code": header.code, "name": header.name, "month": header.month}
    keys: dict[Key, Sequence[Cell]] = {
        key: _filled_down(sheet, header, columns[column], column)
        for key, column in places.items()
        if column is not None and columns
    }
    rows = _sort_out(sheet, header, body, keys, vocabulary)
    if not rows.records:
        return None, [_no_records(sheet, header)], header.start + rows.end
    findings = _passed_over(sheet, header, rows) + (_shifted(sheet, header, body, rows) if csv else [])
    table = Table(
        form="batch",
        sheet=sheet.name,
        rows=_picked(range(header.start + 1, header.start + 1 + len(body)), rows.records),
        codes=_picked(keys.get("code", ()), rows.records),
        names=_picked(keys.get("name", ()), rows.records),
        months=_picked(keys.get("month", ()), rows.records),
        columns=[
            Column(kpi, measure, column_letters(column), _picked(columns[column], rows.records), scale)
            for column, (kpi, measure, scale) in header.figures.items()
        ],
        code_letters="" if header.code is None else column_letters(header.code),
        name_letters="" if header.name is None else column_letters(header.name),
        month_letters="" if header.month is None else column_letters(header.month),
    )
    if header.month is None:
        return _with_month_above(sheet, header, before, table, findings), findings, header.start + rows.end
    return table, findings, header.start + rows.end


def _even(body: list[list[Cell]], width: int) -> list[list[Cell]]:
    """The rows, each at least as wide as the heading."""
    if min(map(len, body), default=width) >= width:
        return body
    return [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row in body]


def _columns(body: list[list[Cell]]) -> list[Sequence[Cell]]:
    """The cells column by column, as far as every row reaches."""
    widths = set(map(len, body))
    if len(widths) != 1:
        return list(zip(*body, strict=False))
    cells, width = list(chain.from_iterable(body)), widths.pop()
    return [cells[column::width] for column in range(width)]


def _picked(cells: Sequence, records: Sequence[int]) -> Sequence:  # type: ignore[type-arg]
    """The cells of the records; "" for each when there is no such column."""
    if not cells:
        return [""] * len(records)
    return cells[: len(records)] if isinstance(records, range) else [cells[place] for place in records]


def _filled_down(sheet: Sheet, header: BatchHeader, cells: Sequence[Cell], column: int) -> Sequence[Cell]:
    """The column with the value of each merged cell in all the rows it covers."""
    merged = [
        (top - header.start, min(bottom - header.start + 1, len(cells)))
        for top, left, bottom, right in sheet.merges
        if left <= column <= right and bottom > top >= header.start
    ]
    if not merged or sum(end - first for first, end in merged) > len(cells):
        return cells
    filled = list(cells)
    for first, end in merged:
        filled[first:end] = [filled[first]] * (end - first) if first < end else []
    return filled


def _sort_out(
    sheet: Sheet, header: BatchHeader, body: list[list[Cell]], keys: dict[Key, Sequence[Cell]], vocabulary: Vocabulary
) -> _Rows:
    """Find out which rows are records. Only rows with an unusual county are looked at one by one."""
    odd = _odd_rows(header, keys)
    if not odd:
        return _Rows(range(len(body)), end=len(body))
    rows, upto, tried = _Rows([], end=len(body)), 0, 0
    left_out: set[int] = set()
    for place in odd:
        if place < upto:
            continue
        tried += _may_be_heading(body[place])
        may_be = tried <= MAX_HEADINGS and _may_be_heading(body[place])
        repeated = _heading_at(sheet, header.start + place, vocabulary) if may_be else None
        if isinstance(repeated, BatchHeader) and repeated.layout == header.layout:
            upto = repeated.start - header.start
            left_out.update(range(place, upto))
        elif repeated is not None:
            rows.end = place
            break
        elif (kind := _kind(body[place], {key: cells[place] for key, cells in keys.items()}, vocabulary)) != "record":
            left_out.add(place)
            if kind != "blank":
                (rows.totals if kind == "total" else rows.loose).append(place)
    rows.records = [place for place in range(rows.end) if place not in left_out]
    last = rows.records[-1] if rows.records else -1
    rows.totals = [place for place in rows.totals if place < last]
    rows.loose = [place for place in rows.loose if place < last]
    return rows


def _odd_rows(header: BatchHeader, keys: dict[Key, Sequence[Cell]]) -> list[int]:
    """The rows without a usual code, with a name that is none, or without a name where there is no code column."""
    odd: set[int] = set()
    if "code" in keys:
        unusual: set[Cell] = {cell for cell in set(keys["code"]) if not _is_code(cell)}
        odd.update(place for place, cell in enumerate(keys["code"]) if cell in unusual) if unusual else None
    if "name" in keys:
        required = header.code is None
        unusual = {cell for cell in set(keys["name"]) if _is_no_name(cell, required)}
        odd.update(place for place, cell in enumerate(keys["name"]) if cell in unusual) if unusual else None
    return sorted(odd)


def _is_code(cell: Cell) -> bool:
    if isinstance(cell, str):
        return _CODE.fullmatch(cell) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1e5 <= cell < 1e13


def _is_no_name(cell: Cell, required: bool) -> bool:
    if cell in ("", None):
        return required
    text = plain(cell)
    return not isinstance(cell, str) or text in _HEADINGS or bool(words.TOTAL.fullmatch(text) or words.NOTE.match(text))


def _may_be_heading(row: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and plain(cell) in _HEADINGS for cell in row)


def _heading_at(sheet: Sheet, number: int, vocabulary: Vocabulary) -> object | None:
    """The heading that begins in this row of the sheet, if any."""
    return batch_header(sheet, number, vocabulary) or next(iter(monthly_headers(sheet.rows, number, vocabulary)), None)


def _kind(row: Sequence[Cell], keys: dict[Key, Cell], vocabulary: Vocabulary) -> str:
    """What an odd row is: "record", "total", "loose" (a text that belongs to nothing) or "blank" (nothing is lost)."""
    filled = [cell for cell in row if cell not in ("", None)]
    if not filled or (len(filled) == 1 and filled[0] == keys.get("month") and not isinstance(filled[0], (int, float))):
        return "blank"
    named = [squeeze(clean_text(cell)) for cell in (filled[0], keys.get("code"), keys.get("name"))]
    if any(words.TOTAL.fullmatch(text) for text in named):
        return "total"
    if words.NOTE.match(named[0]) or any(is_label(cell) for cell in filled) or goes_on(row, vocabulary):
        return "blank"
    alone = len(filled) == 1 and isinstance(filled[0], str) and not _is_code(filled[0])
    return "loose" if alone else "record"


def _passed_over(sheet: Sheet, header: BatchHeader, rows: _Rows) -> list[Finding]:
    """Hints about rows between records that were not read."""
    findings = []
    for places, rule, what in (
        (rows.totals, "totals_skipped", "合计行"),
        (rows.loose, "rows_skipped", "不含县的文字行"),
    ):
        if places:
            listed = "、".join(str(header.start + place + 1) for place in places[:10]) + (
                "等" if len(places) > 10 else ""
            )
            findings.append(
                Finding(
                    rule,
                    Severity.HINT,
                    f"数据中间的{len(places)}个{what}未读入（第{listed}行）。",
                    sheet=sheet.name,
                    cell=address(header.start + places[0], 0),
                )
            )
    return findings


def _shifted(sheet: Sheet, header: BatchHeader, body: list[list[Cell]], rows: _Rows) -> list[Finding]:
    """Errors for rows of a csv that are longer than the heading: a thousands separator has split a figure."""
    end = header.last_column + 1
    return [
        Finding(
            "shifted_row",
            Severity.ERROR,
            "这一行的列数比表头多，各数可能错位。请检查数中的千分位逗号（应去掉，或整个数加引号）。",
            sheet=sheet.name,
            cell=address(header.start + place, end),
            value="".join(map(str, body[place][end:])),
        )
        for place in rows.records
        if len(body[place]) > end and any(body[place][end:])
    ]


def _no_records(sheet: Sheet, header: BatchHeader) -> Finding:
    return Finding(
        "empty_table",
        Severity.ERROR,
        "表头下面没有数据。请在表头下面每县每月填一行。",
        sheet=sheet.name,
        cell=address(header.row, header.code if header.code is not None else header.name or 0),
    )


def _with_month_above(
    sheet: Sheet, header: BatchHeader, before: int, table: Table, findings: list[Finding]
) -> Table | None:
    """The table with the month named above it for every record; without one the table cannot be used."""
    first = min(header.row, header.start - 1)
    before = max(before, first - LABEL_ROWS_ABOVE)
    found: Labelled | None = labelled(sheet.rows, before, first).get("month") or month_in_title(
        sheet.rows, before, first
    )
    if found is None:
        findings.append(
            Finding(
                "no_month",
                Severity.ERROR,
                "表中没有“报告期”一列，表的上方也没有写明报告期。请加一列“报告期”，填成 2019-06 的样子。",
                sheet=sheet.name,
                cell=address(header.row, header.last_column + 1),
            )
        )
        return None
    table.months = [found.value] * len(table.rows)
    table.month_letters = address(found.row, found.column)
    return table
