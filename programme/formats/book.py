"""What every reader of a file hands on: sheets of plain cells, with what the cells alone do not tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from programme.catalogue import catalogue
from programme.errors import Unusable
from programme.findings import Finding, Severity

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Format = Literal["xlsx", "xls", "ods", "csv"]
Merge = tuple[int, int, int, int]

VALUELESS = "（公式无计算结果）"
"""Stands in the cell of a formula whose result the file does not hold."""

MAX_CELLS = 12_000_000
"""Of the rectangle from A1 to the last cell with content: what is held in memory at once, some 0.5 GB at most."""

SPARSE = 2
"""A sheet may reach down this many times the number of rows that may be filled."""

MAX_SHEETS = 200
MAX_TEXT = 1_000_000_000
"""Bytes of text that the cells of a workbook may hold together, a shared text counted as often as it is used."""

STAMP_SHEET = "_netlift"


@dataclass
class Sheet:
    """One sheet. Row i of `rows` is sheet row i + 1; "" and None are empty cells.

    Rows and columns of `hidden_rows`, `hidden_columns` and `merges` (first row, first column, last row, last column)
    count from 0, as `rows` does. Error cells hold their text (#DIV/0!). `valueless` names the cells of formulas
    without a stored result (such as D7); in `rows` they hold VALUELESS.
    """

    name: str
    rows: list[list[Cell]]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    valueless: frozenset[str] = frozenset()
    merges: tuple[Merge, ...] = ()


@dataclass
class Book:
    """A file as it was read. `stamp` holds the key and value rows of our own very hidden sheet, if there is one."""

    format: Format
    sheets: list[Sheet]
    stamp: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def limits() -> Mapping[str, Any]:
    """The limits of a file, from data/catalogue/limits.toml."""
    return catalogue().limits["file"]


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: A, …, Z, AA, …"""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """The address of a cell whose row and column count from 0."""
    return f"{column_letters(column)}{row + 1}"


def require_extent(name: str, rows: int, columns: int) -> None:
    """Refuse a sheet whose rectangle of content would not fit."""
    most = limits()["max_columns"]
    if columns > most:
        raise Unusable(
            f"工作表“{name}”的内容一直排到第{columns}列（{column_letters(columns - 1)}列），最多可以有{most}列。"
            "请删除表格右侧多余的列后再上传。"
        )
    if rows > SPARSE * limits()["max_rows"] or rows * columns > MAX_CELLS:
        raise Unusable(f"工作表“{name}”的内容一直排到第{rows}行，范围过大。请删除表格下方多余的行后再上传。")


def require_rows(sheets: list[Sheet]) -> None:
    """Refuse a file with more rows of content than the limit."""
    if sum(len(sheet.rows) for sheet in sheets) <= limits()["max_rows"]:
        return
    if sum(row.count("") + row.count(None) < len(row) for sheet in sheets for row in sheet.rows) > limits()["max_rows"]:
        raise too_many_rows()


def too_many_rows() -> Unusable:
    return Unusable(f"文件内容过多，一次最多{limits()['max_rows']:,}行。请拆成几个文件分别上传。")


def patch(rows: list[list[Cell]], texts: Mapping[tuple[int, int], str]) -> None:
    """Put texts into cells, making room below and to the right where there is none."""
    if not texts:
        return
    width = max(len(rows[0]) if rows else 0, *(column + 1 for _, column in texts))
    rows.extend([] for _ in range(max(row + 1 for row, _ in texts) - len(rows)))
    for line in rows:
        line.extend([""] * (width - len(line)))
    for (row, column), text in texts.items():
        rows[row][column] = text


def macro_finding() -> Finding:
    return Finding("macros", Severity.HINT, "文件含有宏。宏不会运行，也不会保留，只读取了单元格里的数据。")


def link_finding() -> Finding:
    return Finding(
        "external_links",
        Severity.WARNING,
        "文件引用了其他工作簿，引用来的数可能不是最新的。请核对；最好复制后“选择性粘贴—数值”，再上传。",
    )
