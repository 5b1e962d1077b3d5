"""The list of findings as a sheet in front of a marked workbook (核对结果)."""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from programme.calendar import Month
from programme.catalogue import catalogue
from programme.findings import SEVERITY_NAMES, Finding, Severity
from programme.form_parts import display_width, storable

SHEET: Final = "核对结果"
TITLE: Final = "网络扶贫监测平台核对结果"
COLUMNS: Final = ("序号", "级别", "工作表", "单元格", "县", "报告期", "指标", "填写内容", "问题与办法")
COLOURS: Final = {Severity.ERROR: "FFE4776C", Severity.WARNING: "FFF0BF4C", Severity.HINT: "FFD3ECD9"}
MOST_LISTED: Final = 5_000

_WIDTHS: Final = (6, 7, 14, 9, 18, 12, 18, 18, 62)
_CENTRED: Final = (1, 2, 4, 6)
_SEVERITY_COLUMN, _SHEET_COLUMN, _CELL_COLUMN, _FILL_COLUMN = 2, 3, 4, 10
_FORMULA_STARTS: Final = ("=", "+", "-", "@")

_BODY: Final = Font(name="宋体", size=11)
_LINK: Final = Font(name="宋体", size=11, color="FF0B5394", underline="single")
_HEAD: Final = Font(name="宋体", size=11, bold=True)
_HEAD_FILL: Final = PatternFill("solid", fgColor="FFE4E8ED")
_BOX: Final = Border(*[Side("thin", "FF7D8794")] * 4)
_LEFT: Final = Alignment(vertical="center", wrap_text=True)
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass(frozen=True)
class Listed:
    """A finding with the cell it was marked in, if any."""

    finding: Finding
    cell: OpenpyxlCell | None


def put_text(cell: OpenpyxlCell, text: str) -> None:
    """Text as text, whatever it starts with."""
    cell.value = storable(text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


def is_findings_sheet(sheet: Worksheet) -> bool:
    return sheet.title.startswith(SHEET) and sheet["A1"].value == TITLE


def remembered_fills(sheet: Worksheet) -> dict[tuple[str, str], PatternFill]:
    """What each marked cell was filled with before: a hidden column of the list keeps it as its own fill."""
    return {
        (str(row[_SHEET_COLUMN - 1].value), str(row[_CELL_COLUMN - 1].value)): row[_FILL_COLUMN - 1].fill
        for row in sheet.iter_rows(max_row=min(sheet.max_row, MOST_LISTED + 10), max_col=_FILL_COLUMN)
    }


def write_findings(
    workbook: Workbook,
    file_name: str,
    listed: Sequence[Listed],
    fills: Mapping[OpenpyxlCell, PatternFill],
    remarks: Sequence[str],
    counties: Mapping[str, str],
) -> None:
    """Put the list in front and open the workbook on it. `fills` are those from before the marks."""
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = False
    sheet = workbook.create_sheet(SHEET, 0)
    workbook.active = 0
    shortened = [f"只列出前{MOST_LISTED:,}处。"] if len(listed) > MOST_LISTED else []
    top = _write_head(sheet, [_summary(file_name, listed), *remarks, *shortened])
    kpis = {kpi.code: kpi.name for kpi in catalogue().kpis}
    styles = _styles(sheet)
    for number, entry in enumerate(listed[:MOST_LISTED], 1):
        _write_row(sheet, top + number, _texts(number, entry, counties, kpis), entry, styles)
        if entry.cell is not None:
            sheet.cell(top + number, _FILL_COLUMN).fill = fills[entry.cell]
    _set_page(sheet, top)


def _summary(file_name: str, listed: Sequence[Listed]) -> str:
    counts = {severity: sum(entry.finding.severity is severity for entry in listed) for severity in Severity}
    parts = "、".join(f"{SEVERITY_NAMES[severity]}{count}处" for severity, count in counts.items())
    return f"原文件：{file_name}　共{len(listed)}处：{parts}。错误必须改正；警告请核实，属实的在提交时说明原因；提示供参考。"


def _write_head(sheet: Worksheet, lines: Sequence[str]) -> int:
    """Title, what to know, headings; returns the row of the headings."""
    put_text(sheet["A1"], TITLE)
    sheet["A1"].font = Font(name="黑体", size=16)
    sheet.row_dimensions[1].height = 30
    for row, line in enumerate(lines, 2):
        put_text(sheet.cell(row, 1), line)
        sheet.cell(row, 1).font = _BODY
        sheet.cell(row, 1).alignment = _LEFT
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
        sheet.row_dimensions[row].height = 20 * (1 + display_width(line) // sum(_WIDTHS))
    top = len(lines) + 2
    for column, heading in enumerate(COLUMNS, 1):
        cell = sheet.cell(top, column, heading)
        cell.font, cell.fill, cell.border, cell.alignment = _HEAD, _HEAD_FILL, _BOX, _CENTRE
    sheet.row_dimensions[top].height = 26
    return top


def _styles(sheet: Worksheet) -> dict[str | Severity, StyleArray]:
    """Made once and copied: openpyxl takes a tenth of a millisecond for every style that is set."""
    made: dict[str | Severity, StyleArray] = {}
    looks = {"left": (_BODY, _LEFT), "centre": (_BODY, _CENTRE), "link": (_LINK, _CENTRE)}
    for name, (font, alignment) in looks.items():
        made[name] = _style(sheet, font, alignment, PatternFill())
    for severity, colour in COLOURS.items():
        made[severity] = _style(sheet, _BODY, _CENTRE, PatternFill("solid", fgColor=colour))
    return made


def _style(sheet: Worksheet, font: Font, alignment: Alignment, fill: PatternFill) -> StyleArray:
    cell = OpenpyxlCell(sheet, 1, 1)
    cell.font, cell.alignment, cell.fill, cell.border = font, alignment, fill, _BOX
    return cell._style


def _write_row(
    sheet: Worksheet, row: int, texts: Sequence[str], entry: Listed, styles: Mapping[str | Severity, StyleArray]
) -> None:
    looks: list[str | Severity] = ["centre" if column in _CENTRED else "left" for column in range(1, len(COLUMNS) + 1)]
    looks[_SEVERITY_COLUMN - 1] = entry.finding.severity
    if entry.cell is not None:
        looks[_CELL_COLUMN - 1] = "link"
    for column, (text, look) in enumerate(zip(texts, looks, strict=True), 1):
        cell = sheet.cell(row, column)
        cell._style = copy(styles[look])
        put_text(cell, text)
    lines = (_lines(text, width) for text, width in zip(texts, _WIDTHS, strict=True))
    sheet.row_dimensions[row].height = 6 + 16 * max(lines)
    if entry.cell is not None:
        target, link = entry.cell, sheet.cell(row, _CELL_COLUMN)
        location = f"{quote_sheetname(target.parent.title)}!{target.coordinate}"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=location, display=target.coordinate)


def _lines(text: str, width: int) -> int:
    return sum(1 + display_width(line) // width for line in text.split("\n")) or 1


def _texts(number: int, entry: Listed, counties: Mapping[str, str], kpis: Mapping[str, str]) -> tuple[str, ...]:
    finding, cell = entry.finding, entry.cell
    return (
        str(number),
        SEVERITY_NAMES[finding.severity],
        finding.sheet if cell is None else cell.parent.title,
        finding.cell if cell is None else cell.coordinate,
        f"{finding.county} {counties.get(finding.county, '')}".strip(),
        _month_text(finding.month),
        kpis.get(finding.kpi, finding.kpi),
        finding.value,
        f"{finding.message}\n建议值：{finding.repaired}" if finding.repaired else finding.message,
    )


def _month_text(text: str) -> str:
    return Month.parse(text).chinese if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) else text


def _set_page(sheet: Worksheet, top: int) -> None:
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[sheet.cell(top, column).column_letter].width = width
    sheet.column_dimensions[sheet.cell(top, _FILL_COLUMN).column_letter].hidden = True
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.sheet_view.tabSelected = True
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.8, footer=0.4)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.oddFooter.center.text = "第&P页　共&N页"
