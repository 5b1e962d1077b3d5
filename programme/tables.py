"""From sheets to tables: where the figures lie in a user's workbook, whatever was inserted, moved or merged around them."""

from collections.abc import Sequence

from programme.catalogue import Catalogue
from programme.findings import Finding, Severity
from programme.formats.book import Book, Cell, Sheet, column_letters
from programme.layouts import words
from programme.layouts.batch import batch_table
from programme.layouts.batch_heading import batch_header
from programme.layouts.headings import Vocabulary, plain
from programme.layouts.monthly import monthly_headers, monthly_table
from programme.layouts.table import Column, Form, Key, Measure, Table

__all__ = ["Cell", "Column", "Form", "Key", "Measure", "Table", "find_tables"]

_HEADINGS = words.CODE | words.NAME | words.INDICATOR
MAX_HEADINGS = 1_000
"""Of one sheet; nobody needs more, and each takes time."""
LISTED = 10
"""Of hidden rows that a finding names."""


def find_tables(book: Book, catalogue: Catalogue) -> tuple[list[Table], list[Finding]]:
    """All tables of the visible sheets, and what is wrong with their shape (what is wrong with the file, the book says)."""
    vocabulary = Vocabulary(catalogue)
    tables: list[Table] = []
    findings: list[Finding] = []
    for sheet in book.sheets:
        found, remarks = _tables_of(sheet, book, vocabulary)
        if sheet.visible:
            tables += found
            findings += remarks + [finding for table in found for finding in _hidden(sheet, table)]
        elif found:
            findings.append(_hidden_sheet(sheet))
    if not tables and not any(finding.severity is Severity.ERROR for finding in findings):
        findings.append(_no_table(book))
    return tables, findings


def _tables_of(sheet: Sheet, book: Book, vocabulary: Vocabulary) -> tuple[list[Table], list[Finding]]:
    """Go down the sheet from heading to heading."""
    tables: list[Table] = []
    findings: list[Finding] = []
    number = before = tried = 0
    while (start := _next_heading(sheet.rows, number)) is not None:
        tried += 1
        if tried > MAX_HEADINGS:
            findings.append(_too_many(sheet, start))
            break
        found, remarks, end = _tables_at(sheet, start, before, book, vocabulary)
        tables += found
        findings += remarks
        number = max(end, start + 1)
        before = number if found else before
    return tables, findings


def _next_heading(rows: Sequence[Sequence[Cell]], number: int) -> int | None:
    """The next row that holds a word with which headings begin."""
    known: dict[str, bool] = {}
    for place in range(number, len(rows)):
        for cell in rows[place]:
            if isinstance(cell, str) and not cell.isascii() and len(cell) < 40:
                if cell not in known:
                    known[cell] = plain(cell) in _HEADINGS
                if known[cell]:
                    return place
    return None


def _tables_at(
    sheet: Sheet, start: int, before: int, book: Book, vocabulary: Vocabulary
) -> tuple[list[Table], list[Finding], int]:
    """The tables whose heading begins in this row, and the row after them."""
    header = batch_header(sheet, start, vocabulary)
    if header is not None:
        table, remarks, end = batch_table(sheet, header, before, vocabulary, csv=book.format == "csv")
        return ([table] if table else []), header.findings + remarks, end
    tables, findings, end = [], [], start
    for monthly in monthly_headers(sheet.rows, start, vocabulary):
        table, remarks, after = monthly_table(sheet, monthly, before, book.stamp, vocabulary)
        tables += [table] if table else []
        findings += remarks
        end = max(end, after)
    return tables, findings, end


def _hidden(sheet: Sheet, table: Table) -> list[Finding]:
    """Warnings about hidden rows and columns with figures in them."""
    findings: list[Finding] = []
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return findings
    rows = {number for column in table.columns for number in column.rows or ()} or set(table.rows)
    hidden = sorted(row + 1 for row in sheet.hidden_rows if row + 1 in rows)
    if hidden:
        listed = "、".join(map(str, hidden[:LISTED])) + ("等" if len(hidden) > LISTED else "")
        text = f"表中有{len(hidden)}个隐藏的行（第{listed}行），其中的数已一并读入。请取消隐藏或筛选，核对后再提交。"
        findings.append(Finding("hidden_rows", Severity.WARNING, text, sheet=sheet.name, cell=f"A{hidden[0]}"))
    letters = {column_letters(column) for column in sheet.hidden_columns}
    columns = sorted({column.letters for column in table.columns} & letters)
    if columns:
        text = f"表中有隐藏的列（{'、'.join(columns)}列），其中的数已一并读入。请取消隐藏，核对后再提交。"
        findings.append(Finding("hidden_columns", Severity.WARNING, text, sheet=sheet.name, cell=f"{columns[0]}1"))
    return findings


def _hidden_sheet(sheet: Sheet) -> Finding:
    text = f"隐藏的工作表“{sheet.name}”里也有表，没有读入。需要上报的请取消隐藏后再上传。"
    return Finding("hidden_sheet", Severity.WARNING, text, sheet=sheet.name)


def _too_many(sheet: Sheet, row: int) -> Finding:
    text = (
        f"工作表“{sheet.name}”里的表头超过{MAX_HEADINGS:,}个，第{row + 1}行以下没有读入。请改用批量表，每县每月填一行。"
    )
    return Finding("too_many_tables", Severity.ERROR, text, sheet=sheet.name, cell=f"A{row + 1}")


def _no_table(book: Book) -> Finding:
    return Finding(
        "no_table",
        Severity.ERROR,
        "没有找到可以读入的表。月报表需要“指标、本月数、累计数”的表头；批量表需要“行政区划代码或县名、报告期”和各指标的表头。"
        "请使用下载的模板填写。",
        sheet=book.sheets[0].name if book.sheets else "",
    )
