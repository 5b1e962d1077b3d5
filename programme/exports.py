"""Tables to take away: xlsx and csv. Text that a spreadsheet would take for a formula stays text."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, isfinite
from typing import Final, cast

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from programme.form_parts import A3, A4, BOOK_OPTIONS, display_width, storable

Value = str | int | float | Decimal | Fraction | bool | date | datetime | None

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_YES_NO: Final = {True: "是", False: "否"}
_EXACT_DIGITS: Final = 15
_NUMBERS: Final[dict[type, str]] = {int: "count", Decimal: "amount", Fraction: "share"}
_NARROWEST, _WIDEST = 8, 48
_USUAL, _NOTE_REACH = 8.43, 120
_LINE, _MOST_LINES = 16, 25
_SHARE: Final = 8
_SHARES: Final = '[<0.9995]0.0%;[<1]"99.9%";0.0%'
"""A share below 1 is never shown as 100.0%; the cell keeps the exact one."""
_MANY, _VERY_MANY = 12, 20
"""From so many columns on headings stand in two lines; from so many on the paper is A3."""
_FONT: Final = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel and WPS read the Chinese; no value is an empty field."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([_harmless(column) for column in columns])
    writer.writerows([_field(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """An apostrophe in front of what would be a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _field(value: Value) -> str:
    plain = _plain(value)
    if isinstance(plain, str):
        return _harmless(plain)
    return "" if plain is None else _digits(plain)


def _digits(value: float | Decimal | Fraction | date) -> str:
    if isinstance(value, Fraction):
        return str(float(value))
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _plain(value: Value) -> str | int | float | Decimal | Fraction | date | None:
    """Without the types a file does not know; what is no number (nan) is no value."""
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, float | Decimal) and not isfinite(value):
        return None
    return value


@dataclass(frozen=True)
class Table:
    """One sheet of a workbook: the title, the table, and below it the notes (口径, unit, date). `fixed` columns stay in sight.

    Numbers stay numbers; a Fraction is a share and shown as a percentage.
    """

    title: str
    notes: Sequence[str]
    columns: Sequence[str]
    rows: Iterable[Sequence[Value]]
    name: str = ""
    fixed: int = 1


def table_xlsx(title: str, notes: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one sheet."""
    return book_xlsx(title, [Table(title, notes, columns, rows)])


def book_xlsx(title: str, tables: Iterable[Table], dated: datetime | None = None) -> bytes:
    """A sheet for each table, named by it. With a date of its own the workbook has the same bytes for the same tables."""
    buffer = io.BytesIO()
    with Workbook(buffer, BOOK_OPTIONS) as book:
        book.set_properties({"title": title, **({"created": dated.replace(tzinfo=None)} if dated else {})})
        for table in tables:
            _write_table(book, book.add_worksheet(_sheet_name(table.name or table.title)), table)
    return buffer.getvalue()


def _write_table(book: Workbook, sheet: Worksheet, table: Table) -> None:
    columns, last = table.columns, max(len(table.columns), 1) - 1
    lines = 2 if last >= _MANY else 1
    _write_head(book, sheet, table.title, columns, lines)
    plain = [[_plain(value) for value in row] for row in table.rows]
    _write_rows(book, sheet, plain)
    _write_notes(book, sheet, len(plain) + 3, table.notes)
    widths = []
    for at in range(last + 1):
        widths.append(_width(columns[at : at + 1], [row[at] for row in plain if at < len(row)], lines))
        sheet.set_column(at, at, widths[-1])
    _set_page(sheet, len(plain) + 2 + len(table.notes), last, _beyond(widths, table.notes), table.fixed)


def _beyond(widths: Sequence[int], notes: Sequence[str]) -> int:
    """How many more columns the notes reach over than the table."""
    missing = max((display_width(note) for note in notes), default=0) - sum(widths)
    return ceil(min(missing, _NOTE_REACH) / _USUAL) if missing > 0 else 0


def _sheet_name(title: str) -> str:
    """At most 31 characters, without those a sheet's name may not hold."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "数据"


def _write_head(book: Workbook, sheet: Worksheet, title: str, columns: Sequence[str], lines: int) -> None:
    sheet.set_row(0, 30)
    sheet.set_row(1, 9 + 15 * lines)
    sheet.write_string(0, 0, title, book.add_format({**_FONT, "font_name": "黑体", "font_size": 16}))
    style = {**_FONT, "bold": True, "bg_color": "#E4E8ED", "border": 1, "align": "center", "text_wrap": True}
    heading = book.add_format(style)
    for at, column in enumerate(columns):
        sheet.write_string(1, at, column, heading)


def _write_rows(book: Workbook, sheet: Worksheet, rows: Sequence[Sequence[Value]]) -> None:
    boxed = {**_FONT, "border": 1}
    formats = {
        "text": book.add_format({**boxed, "num_format": "@"}),
        "long": book.add_format({**boxed, "num_format": "@", "text_wrap": True}),
        "count": book.add_format({**boxed, "num_format": "[>=10000]#,##0;General"}),
        "amount": book.add_format({**boxed, "num_format": "#,##0.00####"}),
        "number": book.add_format({**boxed, "num_format": "General"}),
        "share": book.add_format({**boxed, "num_format": _SHARES}),
        "date": book.add_format({**boxed, "num_format": "yyyy-mm-dd", "align": "left"}),
        "moment": book.add_format({**boxed, "num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
    }
    for at, row in enumerate(rows, 2):
        if (lines := max(map(_lines, row), default=1)) > 1:
            sheet.set_row(at, _LINE * lines)
        for column, value in enumerate(row):
            _write(sheet, at, column, value, formats)


def _write(sheet: Worksheet, row: int, column: int, value: Value, formats: dict[str, Format]) -> None:
    if value is None:
        sheet.write_blank(row, column, None, formats["text"])
    elif isinstance(value, str):
        look = "long" if _lines(value) > 1 else "text"
        sheet.write_string(row, column, storable(value), formats[look])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats["date"])
    elif _significant_digits(value) > _EXACT_DIGITS:
        sheet.write_string(row, column, _digits(value), formats["text"])
    else:
        sheet.write_number(row, column, cast(float, value), formats[_NUMBERS.get(type(value), "number")])


def _significant_digits(value: float | Decimal | Fraction) -> int:
    """More than fifteen of an exact number would be lost in a workbook."""
    return len(Decimal(value).normalize().as_tuple().digits) if isinstance(value, int | Decimal) else 0


def _lines(value: Value) -> int:
    """How many a text takes in a column of the greatest width."""
    if not isinstance(value, str) or (2 * len(value) <= _WIDEST and "\n" not in value):
        return 1
    return min(sum(max(ceil(display_width(line) * 1.05 / _WIDEST), 1) for line in value.split("\n")), _MOST_LINES)


def _write_notes(book: Workbook, sheet: Worksheet, at: int, notes: Sequence[str]) -> None:
    style = book.add_format({**_FONT, "font_size": 10, "font_color": "#56606E"})
    for row, note in enumerate(notes, at):
        sheet.write_string(row, 0, note, style)


def _width(heading: Sequence[str], values: Sequence[Value], lines: int) -> int:
    """Of the widest value; of the heading, which may stand in several lines."""
    texts = [
        _SHARE if isinstance(value, Fraction) else display_width(str(value)) for value in values if value is not None
    ]
    return min(
        max([_NARROWEST, *(width + 3 for width in (*texts, *(_headed(text, lines) for text in heading)))]), _WIDEST
    )


def _headed(text: str, lines: int) -> int:
    return ceil(display_width(text) / lines)


def _set_page(sheet: Worksheet, end: int, last: int, beyond: int, fixed: int) -> None:
    sheet.freeze_panes(2, fixed)
    sheet.set_paper(A3 if last > _VERY_MANY else A4)
    if last > 6:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.print_area(0, 0, end, last + beyond)
    sheet.set_footer("&C第&P页　共&N页")
