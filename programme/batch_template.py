"""The batch form: one row per county and month, one column per indicator, for those who collect for many."""

import io
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from programme.calendar import Month
from programme.catalogue import Kpi, Year
from programme.form_parts import A4, BOOK_OPTIONS, PROTECTION, Paper, facts_of, number_format, write_figure

Figures = Mapping[tuple[str, Month, str], int]

_IDENTITY_WIDTHS: Final = (15, 28, 13)
_FIGURE_WIDTH: Final = 13
_NOTES_WIDTHS: Final = (96, 16)
_HEIGHTS: Final = (40, 24, 46)
_ROW_HEIGHT: Final = 20
_FIRST_ROW: Final = len(_HEIGHTS)
_FIRST_FIGURE: Final = len(_IDENTITY_WIDTHS)
_SPARE_ROWS: Final = 200


def batch_form(
    rows: Sequence[tuple[str, str, Month]],
    kpis: Sequence[Kpi],
    year: Year,
    not_applicable: Collection[tuple[str, str]] = (),
    figures: Figures | None = None,
    *,
    sample: bool = False,
) -> bytes:
    """A row for each (code, name, month). `not_applicable` holds (county code, indicator code) pairs, best as a set.

    `figures` are what is written already, in stored integers: the month's amount of a flow, the level of a stock.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, BOOK_OPTIONS) as book:
        paper = Paper(book, "batch", facts_of(year, kpis))
        sheet = book.add_worksheet(paper.words("sheet"))
        _write_head(paper, sheet, kpis, sample)
        for at, row in enumerate(rows, _FIRST_ROW):
            _write_identity(paper, sheet, at, row)
            outside = {kpi.code for kpi in kpis if (row[0], kpi.code) in not_applicable}
            known = {kpi.code: (figures or {}).get((row[0], row[2], kpi.code)) for kpi in kpis}
            _write_cells(paper, sheet, at, kpis, outside, known)
        _set_rules(paper, sheet, kpis, year, _FIRST_ROW + len(rows) + _SPARE_ROWS - 1)
        _set_page(sheet, _FIRST_ROW + max(len(rows), 1) - 1, _FIRST_FIGURE + len(kpis) - 1)
        _write_notes(paper, kpis)
        paper.stamp(form="batch", year=str(year.year), kpis=",".join(kpi.code for kpi in kpis))
    return buffer.getvalue()


def _write_head(paper: Paper, sheet: Worksheet, kpis: Sequence[Kpi], sample: bool) -> None:
    """Title, remark and headings; below them the columns are open, so that rows can be added."""
    for at, width in enumerate(_IDENTITY_WIDTHS):
        sheet.set_column(at, at, width, paper.look("open", "text"))
    for at, kpi in enumerate(kpis, _FIRST_FIGURE):
        sheet.set_column(at, at, _FIGURE_WIDTH, paper.look("open", number_format(kpi)))
    for at, height in enumerate(_HEIGHTS):
        sheet.set_row(at, height)
    last = _FIRST_FIGURE + len(kpis) - 1
    sheet.merge_range(0, 0, 0, last, paper.words("title"), paper.look("title"))
    sheet.merge_range(1, 0, 1, last - 1, paper.words("remark"), paper.look("muted"))
    sheet.write_string(1, last, paper.words("sample") if sample else "", paper.look("sample", "right"))
    for at, heading in enumerate([*paper.form["identity"], *(_heading(paper, kpi) for kpi in kpis)]):
        sheet.write_string(_FIRST_ROW - 1, at, heading, paper.look("head", "boxed"))


def _heading(paper: Paper, kpi: Kpi) -> str:
    return str(paper.form[kpi.kind].format(name=kpi.name, unit=kpi.entry_unit))


def _write_identity(paper: Paper, sheet: Worksheet, at: int, row: tuple[str, str, Month]) -> None:
    code, name, month = row
    sheet.set_row(at, _ROW_HEIGHT)
    for column, text in enumerate((code, name, month.chinese)):
        sheet.write_string(at, column, text, paper.look("boxed", "label", "text"))


def _write_cells(
    paper: Paper,
    sheet: Worksheet,
    at: int,
    kpis: Sequence[Kpi],
    outside: Collection[str],
    known: Mapping[str, int | None],
) -> None:
    for column, kpi in enumerate(kpis, _FIRST_FIGURE):
        if kpi.code in outside:
            sheet.write_string(at, column, paper.form["not_applicable"], paper.look("boxed", "out", "centre"))
        else:
            style = paper.look("boxed", "entry", "figure", number_format(kpi))
            write_figure(sheet, at, column, known[kpi.code], kpi, style)


def _set_rules(paper: Paper, sheet: Worksheet, kpis: Sequence[Kpi], year: Year, last: int) -> None:
    code, _, period = paper.form["identity"]
    texts = paper.form["prompts"]
    length = {"validate": "length", "criteria": "==", "value": 6, "error_title": code, "error_message": texts["code"]}
    sheet.data_validation(_FIRST_ROW, 0, last, 0, length)
    months = {"validate": "list", "source": [month.chinese for month in year.months], "error_type": "warning"}
    sheet.data_validation(_FIRST_ROW, 2, last, 2, {**months, "error_title": period, "error_message": texts["period"]})
    for column, kpi in enumerate(kpis, _FIRST_FIGURE):
        sheet.data_validation(_FIRST_ROW, column, last, column, paper.figure_rule(kpi, kpi.name, kpi.kind))
    sheet.ignore_errors({"number_stored_as_text": f"A{_FIRST_ROW + 1}:A{last + 1}"})


def _set_page(sheet: Worksheet, end: int, last: int) -> None:
    sheet.freeze_panes(_FIRST_ROW, _FIRST_FIGURE)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer("&C第&P页　共&N页")
    sheet.repeat_rows(_FIRST_ROW - 1)
    sheet.print_area(0, 0, end, last)
    sheet.fit_to_pages(1, 0)
    sheet.set_selection(_FIRST_ROW, _FIRST_FIGURE, _FIRST_ROW, _FIRST_FIGURE)
    sheet.protect("", PROTECTION)


def _write_notes(paper: Paper, kpis: Sequence[Kpi]) -> None:
    """On a sheet of their own: below the rows they would be in the way of rows to be added."""
    sheet = paper.book.add_worksheet(paper.words("notes_sheet"))
    for at, width in enumerate(_NOTES_WIDTHS):
        sheet.set_column(at, at, width)
    paper.notes(sheet, 0, kpis, _NOTES_WIDTHS)
    sheet.hide_gridlines(2)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", PROTECTION)
