"""The workbook in which a register is filled in: one sheet of rows, one that says how."""

import io
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from programme.calendar import Month
from programme.catalogue import Year
from programme.form_parts import A4, BOOK_OPTIONS, Paper
from programme.register_facts import Register, RegisterColumn

HEAD_ROW: Final = 2
OFFERED: Final = 1_000
"""Rows below the heading that have drop-down lists and rules of entry; more may be filled in."""
_NOTE_WIDTHS: Final = (22, 10, 64)
_IDENTITY_WIDTHS: Final = (20, 14)


def register_template(
    register: Register, year: Year, month: Month, *, county_code: str = "", county_name: str = "", sample: bool = False
) -> bytes:
    """For one county and month, or without a county for many: then each row says whose it is."""
    buffer = io.BytesIO()
    many = not county_code and not register.third
    facts = {
        "programme": year.name, "title": register.title, "county": county_name, "code": county_code,
        "period": month.chinese,
    }  # fmt: skip
    with Workbook(buffer, BOOK_OPTIONS) as book:
        paper = Paper(book, "register", facts)
        sheet = book.add_worksheet(register.title)
        head = "head_third" if register.third else "head_of_many" if many else "head"
        _write_head(paper, sheet, register, head, sample=sample, many=many)
        _set_rules(paper, sheet, register, len(_IDENTITY_WIDTHS) if many else 0, month.first_day.isoformat())
        _write_notes(paper, register, month)
        stamp = {"form": "register", "register": register.code}
        paper.stamp(**stamp, **({} if many or register.third else {"county": county_code, "month": str(month)}))
    return buffer.getvalue()


def _write_head(
    paper: Paper, sheet: Worksheet, register: Register, head: str, *, sample: bool, many: bool
) -> None:  # fmt: skip
    identity = list(zip(paper.form["identity"], _IDENTITY_WIDTHS, strict=True)) if many else []
    columns = [*identity, *((column.heading, column.width) for column in register.columns)]
    last = max(len(columns) - 1, 1)
    title = paper.words("title") + (f"（{paper.words('sample')}）" if sample else "")
    for row, height, text, looks in ((0, 36, title, ("title",)), (1, 26, paper.words(head), ("label",))):
        sheet.set_row(row, height)
        sheet.merge_range(row, 0, row, last, text, paper.look(*looks))
    sheet.set_row(HEAD_ROW, 30)
    for at, (heading, width) in enumerate(columns):
        sheet.set_column(at, at, max(width, 60 if len(columns) == 1 else 0), paper.look("text"))
        sheet.write_string(HEAD_ROW, at, heading, paper.look("head", "boxed"))
    if len(columns) == 1:
        sheet.set_column(1, 1, 24)
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(HEAD_ROW)
    sheet.fit_to_pages(1, 0)


def _set_rules(paper: Paper, sheet: Worksheet, register: Register, offset: int, day: str) -> None:
    """Drop-down lists, whole numbers, and for every column a word on how to fill it in."""
    for at, column in enumerate(register.columns, offset):
        rule: dict[str, Any] = {"validate": "any"}
        if column.kind == "choice":
            rule = {"validate": "list", "source": list(column.choices)}
        elif column.kind == "count":
            rule = {"validate": "integer", "criteria": ">=", "value": 0}
            sheet.set_column(at, at, column.width, paper.look("#,##0"))
        if rule["validate"] != "any":
            rule |= {"error_title": column.heading, "error_message": f"请填{_how(paper, column, day)}。"}
        sheet.data_validation(HEAD_ROW + 1, at, HEAD_ROW + OFFERED, at, {"ignore_blank": True, **rule})


def _how(paper: Paper, column: RegisterColumn, day: str) -> str:
    return str(paper.form["how"][column.kind]).format(day=day, unit=column.unit, choices="或".join(column.choices))


def _write_notes(paper: Paper, register: Register, month: Month) -> None:
    sheet = paper.book.add_worksheet(paper.words("notes_sheet"))
    for at, width in enumerate(_NOTE_WIDTHS):
        sheet.set_column(at, at, width)
    notes = list(register.notes)
    row = paper.listed(sheet, 0, paper.words("notes_heading"), notes, _NOTE_WIDTHS)
    sheet.set_row(row, 30)
    sheet.merge_range(row, 0, row, 2, paper.words("columns_heading"), paper.look("strong"))
    for at, column in enumerate(register.columns, row + 1):
        need = paper.words("required" if column.required else "optional")
        for place, text in enumerate((column.heading, need, _how(paper, column, month.first_day.isoformat()))):
            sheet.write_string(at, place, text, paper.look("note"))
    sheet.hide_gridlines(2)
