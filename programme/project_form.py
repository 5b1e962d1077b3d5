"""The summary sheet of Annex 2 (附件2 项目信息汇总表) as a workbook, empty or filled."""

import io
import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from programme.project_facts import Column, project_facts

EMPTY_ROWS = 5
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_DAY = "年　　月　　日"
_BLANK = "＿＿＿＿＿省（区、市）"
_NOTES = (
    "填表说明：1.前六栏为通知附件2原有栏目，打印时只打印这六栏；右侧为平台登记信息，可不填。",
    "填表说明：2.项目编号由报送单位确定，同一项目以后各次报送保持不变。再次报送时，空白的栏目保持已登记的内容，填“无”表示清空。",
    "填表说明：3.面向贫困县可填多个，用“、”分开，写县名全称（同名的写明省份）或六位行政区划代码。",
)


def summary_sheet(
    whose: str = "",
    rows: Sequence[Mapping[str, str]] = (),
    *,
    province_code: str = "",
    seal: str = "",
    sample: bool = False,
) -> bytes:
    """A workbook with a province's name in its title, or with a blank to fill in. `rows` are texts by field.

    Without a name the columns include 省份, so that one list may hold several provinces.
    """
    facts = project_facts()
    columns = [column for column in facts.columns if not whose or column.field != "province"]
    buffer = io.BytesIO()
    with Workbook(buffer, _PLAIN) as book:
        sheet = book.add_worksheet("项目信息汇总表")
        official = sum(column.official for column in columns)
        last = _fill(book, sheet, columns, rows)
        _title(
            book, sheet, f"{whose or _BLANK}项目信息汇总表{'（示例数据）' if sample else ''}", official, len(columns)
        )
        end = _foot(book, sheet, f"{seal or f'{whose or _BLANK}网信办'}（盖章）", last + 2, official)
        _offer_choices(sheet, columns, last)
        _printed(sheet, end, official)
        _stamp(book, province_code)
    return buffer.getvalue()


def official_sheet(
    title: str,
    rows: Sequence[Mapping[str, str]],
    *,
    seal: str,
    day: str,
    version: str,
    province_code: str = "",
    dated: date | None = None,
) -> bytes:
    """A list as it was settled: the annex's own columns only, `version` at the foot. The same bytes for the same values."""
    columns = [column for column in project_facts().columns if column.official]
    buffer = io.BytesIO()
    with Workbook(buffer, _PLAIN) as book:
        book.set_properties({"created": datetime.combine(dated or date.min.replace(year=1980), datetime.min.time())})
        sheet = book.add_worksheet("项目信息汇总表")
        last = _fill(book, sheet, columns, rows)
        _title(book, sheet, title, len(columns), len(columns))
        end = _foot(book, sheet, seal, last + 2, len(columns), day, [f"注：{version}"] if version else [])
        _printed(sheet, end, len(columns))
        sheet.set_footer("&R第 &P 页　共 &N 页")
        _stamp(book, province_code)
    return buffer.getvalue()


def _title(book: Workbook, sheet: Worksheet, title: str, official: int, width: int) -> None:
    sheet.set_row(0, 36)
    style = {"font_name": "黑体", "align": "center", "valign": "vcenter"}
    sheet.merge_range(0, 0, 0, official - 1, title, book.add_format({**style, "font_size": 18}))
    if width > official:
        beside = book.add_format({**style, "font_size": 10, "font_color": "#595959"})
        sheet.merge_range(0, official, 0, width - 1, "平台登记信息（选填，不打印）", beside)


def _fill(book: Workbook, sheet: Worksheet, columns: Sequence[Column], rows: Sequence[Mapping[str, str]]) -> int:
    """Heading and lines; returns the index of the last line."""
    cell = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
    head = book.add_format({**cell, "bold": True, "align": "center"})
    beside = book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#EAF1F6"})
    line = book.add_format({**cell, "num_format": "@"})
    sheet.set_row(1, 32)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(1, at, column.heading, head if column.official else beside)
    for index in range(max(len(rows), EMPTY_ROWS)):
        values = rows[index] if index < len(rows) else {}
        texts = [values.get(column.field, "") for column in columns]
        _line(sheet, index + 2, texts, line, max(_lines(*pair) for pair in zip(texts, columns, strict=True)))
    sheet.freeze_panes(2, 0)
    return 1 + max(len(rows), EMPTY_ROWS)


def _lines(text: str, column: Column) -> int:
    """Lines that a text takes in its column; a Chinese character is as wide as two Latin ones."""
    wide = sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
    return math.ceil(wide / (column.width - 2)) + text.count("\n")


def _line(sheet: Worksheet, row: int, texts: Sequence[str], style: Format, lines: int) -> None:
    sheet.set_row(row, min(max(32, 15 * lines + 2), 409))  # 409 points is as high as a row can be
    for at, text in enumerate(texts):
        if text:
            sheet.write_string(row, at, text, style)
        else:
            sheet.write_blank(row, at, None, style)


def _foot(
    book: Workbook,
    sheet: Worksheet,
    seal: str,
    row: int,
    official: int,
    day: str = _DAY,
    notes: Sequence[str] = _NOTES,
) -> int:
    """Seal, date and notes; returns the index of the last row."""
    right = book.add_format({"font_name": "宋体", "font_size": 12, "align": "right"})
    small = book.add_format(
        {"font_name": "宋体", "font_size": 9, "font_color": "#595959", "text_wrap": True, "valign": "top"}
    )
    sheet.merge_range(row, official - 3, row, official - 1, seal, right)
    sheet.merge_range(row + 1, official - 3, row + 1, official - 1, day, right)
    for at, note in enumerate(notes, row + 3):
        sheet.merge_range(at, 0, at, official - 1, note, small)
    return row + 2 + len(notes)


def _offer_choices(sheet: Worksheet, columns: Sequence[Column], last: int) -> None:
    """Drop-down lists; below the filled lines too, for rows to be added."""
    facts = project_facts()
    for at, column in enumerate(columns):
        if column.kind == "choice":
            names = [choice.name for choice in facts.lists[column.field] if choice.code]
            rule = {
                "validate": "list",
                "source": names,
                "error_title": column.heading,
                "error_message": "请从列表中选一项。",
            }
            sheet.data_validation(2, at, last, at, rule)


def _printed(sheet: Worksheet, last: int, official: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.print_area(0, 0, last, official - 1)
    sheet.repeat_rows(1)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()


def _stamp(book: Workbook, province_code: str) -> None:
    """What tells our own form from others: a very hidden sheet of keys and values."""
    sheet = book.add_worksheet("_netlift")
    for row, (key, value) in enumerate((("form", "annex2"), ("version", "1"), ("province", province_code))):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
