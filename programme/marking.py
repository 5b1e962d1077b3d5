"""The user's own workbook back, with every wrong cell coloured and commented and the list of findings in front.

What an earlier marking left (colours, comments, list) is taken back first, so that a repaired cell is clean again.
"""

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import iterparse

from programme.findings import SEVERITY_NAMES, Finding, Severity
from programme.findings_sheet import (
    COLOURS,
    Listed,
    is_findings_sheet,
    put_text,
    remembered_fills,
    write_findings,
)
from programme.form_parts import display_width, storable
from programme.tables import Cell

MOST_FINDINGS: Final = 2_000
MOST_BYTES: Final = 5_000_000
MOST_UNPACKED_BYTES: Final = 6_000_000  # about eight seconds of openpyxl
MOST_CELLS: Final = 100_000

_COMMENT_MARK: Final = "【平台核对】"
_AUTHOR: Final = "网络扶贫监测平台"
_COMMENT_WIDTH: Final = 300
_LETTERS_PER_LINE: Final = 40
_LINE_HEIGHT: Final = 19
_SUFFIX: Final = "_核对结果"
_LONGEST_NAME: Final = 80

_TOO_MUCH: Final = (
    "文件较大或问题较多，为保证能顺利打开，只列出清单，未逐格标注。"
    "请对照“工作表”“单元格”两栏，在原文件中改正后重新上传。"
)
_REBUILT: Final = "原文件的格式无法直接标注，已按原来的单元格位置另存为 xlsx，内容不变，原有格式和公式未保留。"
_CANNOT: Final = "原文件无法直接标注，只列出清单。请对照“工作表”“单元格”两栏，在原文件中改正后重新上传。"
_NO_MACROS: Final = "原文件中的宏已去除。"
_REPAIR: Final = "有问题的格已着色，批注写明问题和办法。请直接在本工作簿中改正，保存后重新上传。"

_ADDRESS: Final = re.compile(r"([A-Z]{1,3}[1-9][0-9]{0,6})(?::.*)?")
_RANGED: Final = ("mergeCell", "hyperlink", "comment")
# What openpyxl raises on files that Excel or WPS may still open; each was seen or follows from its source.
_UNREADABLE: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

Sheets = Sequence[tuple[str, Sequence[Sequence[Cell]]]]


@dataclass
class _Target:
    """A workbook to be marked; `sheets` by the name that findings call them, `remarks` for the head of the list."""

    workbook: Workbook
    sheets: dict[str, Worksheet]
    remarks: list[str] = field(default_factory=list)


def marked_workbook(
    content: bytes,
    file_name: str,
    findings: Sequence[Finding],
    sheets: Sheets = (),
    counties: Mapping[str, str] | None = None,
) -> tuple[bytes, str]:
    """The marked workbook and its file name.

    `sheets` (name and rows from A1 on) is what was read of the file: from it a plain workbook is made where openpyxl
    cannot open the file. `counties` gives names to the codes in the findings.
    """
    by_severity = sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
    target = _target(content, len(findings), sheets)
    try:
        marked = _saved(target, file_name, by_severity, counties or {})
    except _UNREADABLE:  # opened, but cannot be written again
        marked = _saved(_rebuilt(sheets), file_name, by_severity, counties or {})
    return marked, marked_name(file_name)


def marked_name(file_name: str) -> str:
    """原名_核对结果.xlsx, whatever the ending was; a file that was marked before does not grow a longer name."""
    stem = re.sub(r"\.\w{1,5}$", "", re.split(r"[\\/]", file_name)[-1])
    stem = re.sub(rf"{_SUFFIX}( ?[(（]\d+[)）])?$", "", re.sub(r'[\x00-\x1f<>:"|?*]', "", stem)).strip(" .")
    return f"{stem[:_LONGEST_NAME] or '月报'}{_SUFFIX}.xlsx"


# --- which workbook -------------------------------------------------------------------------------------------------


def _target(content: bytes, findings: int, sheets: Sheets) -> _Target:
    if findings > MOST_FINDINGS or len(content) > MOST_BYTES:
        return _list_only()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED_BYTES:
                return _list_only()
            if _spread(package) > MOST_CELLS:
                return _rebuilt(sheets)
            remarks = [_NO_MACROS] if any(name.endswith("vbaProject.bin") for name in package.namelist()) else []
        workbook = load_workbook(io.BytesIO(content), keep_vba=False)
    except _UNREADABLE:
        return _rebuilt(sheets)
    return _Target(workbook, {sheet.title: sheet for sheet in workbook.worksheets}, [_REPAIR, *remarks])


def _spread(package: zipfile.ZipFile) -> int:
    """Cells that openpyxl would make for merged, linked and commented ranges; one range may claim seventeen billion."""
    return sum(_area(text) for part in package.namelist() for text in _ranges(package, part))


def _ranges(package: zipfile.ZipFile, part: str) -> Iterable[str]:
    with package.open(part) as source:
        try:
            for _, element in iterparse(source):
                if element.tag.rpartition("}")[2] in _RANGED:
                    yield element.get("ref", "")
                element.clear()
        except ParseError:  # a picture, say
            return


def _area(text: str) -> int:
    if ":" not in text:
        return 1
    left, top, right, bottom = range_boundaries(text)
    return int((right - left + 1) * (bottom - top + 1))


def _list_only(why: str = _TOO_MUCH) -> _Target:
    workbook = Workbook()
    workbook.remove(workbook.active)
    return _Target(workbook, {}, [why])


def _rebuilt(sheets: Sheets) -> _Target:
    """A plain workbook with the same cells in the same places."""
    target = _list_only(_TOO_MUCH if sheets else _CANNOT)
    if not sheets or sum(len(row) for _, rows in sheets for row in rows) > MOST_CELLS:
        return target
    for name, rows in sheets:
        title = re.sub(r"[\[\]:*?/\\]", "_", name)[:31].strip("'") or "Sheet"
        sheet = target.workbook.create_sheet(title)
        target.sheets[name] = sheet
        _fill(sheet, rows)
    target.remarks = [_REPAIR, _REBUILT]
    return target


def _fill(sheet: Worksheet, rows: Sequence[Sequence[Cell]]) -> None:
    widths: defaultdict[int, int] = defaultdict(lambda: 8)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, str):
                put_text(sheet.cell(at, column), value)
                widths[column] = max(widths[column], display_width(value))
            elif value is not None:
                sheet.cell(at, column).value = value
    for column, width in widths.items():
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = min(width + 2, 40)


# --- marks ----------------------------------------------------------------------------------------------------------


def _saved(target: _Target, file_name: str, findings: Sequence[Finding], counties: Mapping[str, str]) -> bytes:
    _take_back(target)
    listed = [Listed(finding, _anchor(target, finding)) for finding in findings]
    fills = {entry.cell: copy(entry.cell.fill) for entry in listed if entry.cell}
    by_cell: defaultdict[OpenpyxlCell, list[Finding]] = defaultdict(list)
    for entry in listed:
        if entry.cell:
            by_cell[entry.cell].append(entry.finding)
    for cell, its_findings in by_cell.items():
        _mark(cell, its_findings)
    write_findings(target.workbook, file_name, listed, fills, target.remarks, counties)
    target.workbook.calculation.fullCalcOnLoad = True
    buffer = io.BytesIO()
    target.workbook.save(buffer)
    return buffer.getvalue()


def _take_back(target: _Target) -> None:
    """Remove what an earlier marking left. Comments tell which cells those are, also after rows were inserted."""
    before: dict[tuple[str, str], PatternFill] = {}
    for sheet in list(target.workbook.worksheets):
        if is_findings_sheet(sheet):
            before |= remembered_fills(sheet)
            target.workbook.remove(sheet)
            target.sheets.pop(sheet.title, None)
    for sheet in target.workbook.worksheets:
        for cell in _commented(sheet):
            _clean(cell, before.get((sheet.title, cell.coordinate), PatternFill()))


def _commented(sheet: Worksheet) -> list[OpenpyxlCell]:
    """Only cells that are there: walking the rows of a sheet would make the empty ones too."""
    return [cell for cell in sheet._cells.values() if cell.comment is not None]


def _clean(cell: OpenpyxlCell, fill: PatternFill) -> None:
    own, mark, _ = cell.comment.text.partition(_COMMENT_MARK)
    cell.comment = _comment(own.rstrip(), cell.comment.author) if own.strip() else None
    if mark and cell.fill.fgColor.rgb in COLOURS.values():
        cell.fill = copy(fill)


def _anchor(target: _Target, finding: Finding) -> OpenpyxlCell | None:
    """The cell to mark: of a merged range the one at its top left."""
    sheet, address = target.sheets.get(finding.sheet), _ADDRESS.fullmatch(finding.cell)
    if sheet is None or address is None:
        return None
    cell = sheet[address[1]]
    if not isinstance(cell, MergedCell):
        return cell
    return next(sheet.cell(area.min_row, area.min_col) for area in sheet.merged_cells.ranges if address[1] in area)


def _mark(cell: OpenpyxlCell, findings: Sequence[Finding]) -> None:
    """The colour of the gravest finding; the text of all, below what was there."""
    cell.fill = PatternFill("solid", fgColor=COLOURS[findings[0].severity])
    own, author = (f"{cell.comment.text}\n\n", cell.comment.author) if cell.comment else ("", _AUTHOR)
    cell.comment = _comment(own + "\n".join([_COMMENT_MARK, *_texts(findings)]), author)


def _texts(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        yield f"{SEVERITY_NAMES[finding.severity]}：{finding.message}"
        if finding.repaired:
            yield f"建议值：{finding.repaired}"


def _comment(text: str, author: str) -> Comment:
    """In a box that holds the text; openpyxl does not keep the size of boxes."""
    lines = sum(1 + display_width(line) // _LETTERS_PER_LINE for line in text.splitlines())
    return Comment(storable(text), author, height=_LINE_HEIGHT * (lines + 1), width=_COMMENT_WIDTH)
