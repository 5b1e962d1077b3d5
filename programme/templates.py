"""The workbooks a user fills in: here the form of one county and month; the batch of many is in batch_template.py.

Words are in forms.toml. Figures are written in the entry unit, exactly: what is read back is the same stored integer.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from programme.batch_template import batch_form
from programme.calendar import Month
from programme.catalogue import Kpi, Year
from programme.form_parts import (
    A4,
    BOOK_OPTIONS,
    PROTECTION,
    Paper,
    date_text,
    facts_of,
    number_format,
    storable,
    write_figure,
)

__all__ = ["FormHead", "FormRow", "batch_form", "monthly_form"]

Notes = Mapping[tuple[str, str], str]

_WIDTHS: Final = (25, 9, 16, 16, 16, 18)
_HEIGHTS: Final = (20, 52, 28, 28, 34)
_FIRST_ROW: Final = len(_HEIGHTS)


@dataclass(frozen=True)
class FormRow:
    """One indicator of a monthly form, in stored integers. `to_date_last_month` None is 未报."""

    kpi: Kpi
    to_date_last_month: int | None
    month: int | None = None
    to_date: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class FormHead:
    """What stands above a monthly form. `county_name` has province and prefecture in front; `revision` 0 is none yet."""

    county_code: str
    county_name: str
    tier_name: str
    month: Month
    due: date
    revision: int
    last_month: Month | None
    sample: bool


def monthly_form(head: FormHead, rows: Sequence[FormRow], year: Year, notes: Notes | None = None) -> bytes:
    """The form on one page of A4. `notes` by (indicator, "month" or "to_date") become comments on the cells."""
    buffer = io.BytesIO()
    kpis = [row.kpi for row in rows]
    with Workbook(buffer, BOOK_OPTIONS) as book:
        paper = Paper(book, "monthly", {**facts_of(year, kpis), **_facts(head, year)})
        sheet = book.add_worksheet(paper.words("sheet"))
        _write_head(paper, sheet, head)
        for at, row in enumerate(rows, _FIRST_ROW):
            _write_row(paper, sheet, at, row, head)
            _write_entries(paper, sheet, at, row, notes or {})
        _write_signatures(paper, sheet, _FIRST_ROW + len(rows))
        end = paper.notes(sheet, _FIRST_ROW + len(rows) + 1, kpis, _WIDTHS)
        _set_page(sheet, end - 1)
        _stamp(paper, head, kpis)
    return buffer.getvalue()


def _facts(head: FormHead, year: Year) -> dict[str, Any]:
    first, last = max(head.month.first_day, year.launch), head.month.last_day
    return {
        "county": head.county_name,
        "code": head.county_code,
        "tier": head.tier_name,
        "period": head.month.chinese,
        "due": date_text(head.due),
        "first": f"{first.month}月{first.day}日",
        "last": f"{last.month}月{last.day}日",
        "revision": head.revision,
    }


def _write_head(paper: Paper, sheet: Worksheet, head: FormHead) -> None:
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    for at, height in enumerate(_HEIGHTS):
        sheet.set_row(at, height)
    sheet.merge_range("A1:C1", paper.words("sample") if head.sample else "", paper.look("sample"))
    sheet.merge_range("D1:F1", paper.words("corrects" if head.revision else "due"), paper.look("right", "muted"))
    sheet.merge_range("A2:F2", paper.words("title"), paper.look("title"))
    sheet.merge_range("A3:D3", paper.words("unit"), paper.look())
    sheet.merge_range("E3:F3", paper.words("code"), paper.look("right"))
    sheet.merge_range("A4:B4", paper.words("tier"), paper.look())
    sheet.merge_range("C4:D4", paper.words("period"), paper.look("centre"))
    sheet.merge_range("E4:F4", paper.words("measured_in"), paper.look("right"))
    for at, heading in enumerate(paper.form["headings"]):
        sheet.write_string(_FIRST_ROW - 1, at, heading, paper.look("head", "boxed"))


def _write_row(paper: Paper, sheet: Worksheet, at: int, row: FormRow, head: FormHead) -> None:
    """What is given: indicator, unit, what stood before the month."""
    sheet.set_row(at, 40)
    sheet.write_string(at, 0, row.kpi.name, paper.look("boxed", "label"))
    sheet.write_string(at, 1, row.kpi.entry_unit, paper.look("boxed", "centre"))
    if row.to_date_last_month is None:
        empty = paper.words("not_reported" if head.last_month else "nothing_before")
        sheet.write_string(at, 2, empty, paper.look("boxed", "muted", "centre"))
    else:
        style = paper.look("boxed", "muted", "figure", number_format(row.kpi))
        write_figure(sheet, at, 2, row.to_date_last_month, row.kpi, style)


def _write_entries(paper: Paper, sheet: Worksheet, at: int, row: FormRow, notes: Notes) -> None:
    """What is asked for: 本月数, 累计数, 备注."""
    kpi, headings = row.kpi, paper.form["headings"]
    for column, (measure, stored) in enumerate((("month", row.month), ("to_date", row.to_date)), 3):
        note = notes.get((kpi.code, measure), "")
        style = paper.look("boxed", "entry", "figure", number_format(kpi), *(["noted"] if note else []))
        write_figure(sheet, at, column, stored, kpi, style)
        rule = paper.figure_rule(kpi, headings[column], f"{kpi.kind}_{measure}")
        sheet.data_validation(at, column, at, column, rule)
        if note:
            sheet.write_comment(at, column, note, {"author": paper.words("title"), "x_scale": 2})
    style = paper.look("boxed", "entry", "label", "text")
    if row.remark:
        sheet.write_string(at, 5, storable(row.remark), style)
    else:
        sheet.write_blank(at, 5, None, style)
    hint = {"validate": "any", "input_title": headings[5], "input_message": paper.prompt("remark", kpi)}
    sheet.data_validation(at, 5, at, 5, hint)


def _write_signatures(paper: Paper, sheet: Worksheet, at: int) -> None:
    sheet.set_row(at, 44)
    keeper, checker, leader, handed_in = paper.form["signatures"]
    sheet.write_string(at, 0, keeper, paper.look("open"))
    sheet.merge_range(at, 1, at, 2, checker, paper.look("open"))
    sheet.merge_range(at, 3, at, 4, leader, paper.look("open"))
    sheet.write_string(at, 5, handed_in, paper.look("open"))


def _set_page(sheet: Worksheet, end: int) -> None:
    sheet.hide_gridlines(2)
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.6)
    sheet.center_horizontally()
    sheet.print_area(0, 0, end, len(_WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)
    sheet.set_selection(_FIRST_ROW, 3, _FIRST_ROW, 3)
    sheet.protect("", PROTECTION)


def _stamp(paper: Paper, head: FormHead, kpis: Sequence[Kpi]) -> None:
    codes = ",".join(kpi.code for kpi in kpis)
    county, month, revision = head.county_code, str(head.month), str(head.revision)
    paper.stamp(form="monthly", county=county, month=month, revision=revision, kpis=codes)
