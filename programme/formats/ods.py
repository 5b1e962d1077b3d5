"""OpenDocument spreadsheets: read by python-calamine after repeated cells were counted, which could fill any memory."""

import html
import re
from dataclasses import dataclass, field
from typing import cast

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from programme.errors import Unusable
from programme.formats.archive import Archive, stored
from programme.formats.book import (
    MAX_CELLS,
    MAX_SHEETS,
    MAX_TEXT,
    VALUELESS,
    Book,
    Cell,
    Merge,
    Sheet,
    address,
    limits,
    macro_finding,
    patch,
    require_extent,
)
from programme.formats.refusal import BOMB, BROKEN, FOREIGN_XML, LOCKED, SAVE_AS, Refusing

MIME = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'

_TABLE_NAME = re.compile(rb"[^>]*?table:name=")
_TOKEN = re.compile(
    rb"<table:table-column\b([^>]*)>|<table:table-row\b([^>]*)>"
    rb"|<table:(?:covered-)?table-cell\b([^>]*+)(?:(?<=/)>|>(.*?)</table:(?:covered-)?table-cell>)",
    re.DOTALL,
)
_REPEATED = re.compile(rb'-repeated="(\d{1,9})"')
_SPANNED = re.compile(rb'number-(rows|columns)-spanned="(\d{1,7})"')
_TEXT = re.compile(rb"<text:p[^>]*>(.*?)</text:p>", re.DOTALL)
_HIDDEN = (b'visibility="collapse"', b'visibility="filter"')


@dataclass
class _Special:
    """What is special about one table; rows and columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: set[tuple[int, int]] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    height: int = 0
    width: int = 0
    text: int = 0


def read_ods(archive: Archive) -> Book:
    """All tables, with hidden rows and columns, error cells and formulas without a result marked."""
    if archive.read("mimetype").strip() != MIME:
        raise Unusable(f"这不是表格文件。{SAVE_AS}")
    if "META-INF/manifest.xml" in archive and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unusable(LOCKED)
    content = archive.read("content.xml")
    if b"<!DOCTYPE" in content[:65536]:
        raise Unusable(FOREIGN_XML)
    tables = [_Measure(table).special for table in _tables(content)]
    for number, table in enumerate(tables):
        _require(f"第{number + 1}个", table)
    if len(tables) > MAX_SHEETS:
        raise Unusable(f"工作簿有{len(tables)}个工作表，最多{MAX_SHEETS}个。请只保留需要上报的工作表后再上传。")
    with Refusing():
        parts = {"mimetype": [MIME], "META-INF/manifest.xml": [MANIFEST], "content.xml": [content]}
        workbook = CalamineWorkbook.from_filelike(stored(parts))
        if len(workbook.sheet_names) != len(tables):
            raise Unusable(BROKEN)
        sheets = [_sheet(workbook, number, table) for number, table in enumerate(tables)]
    macros = any(name.startswith("basic/") and name.endswith("-lc.xml") for name in archive.names)
    return Book("ods", sheets, findings=[macro_finding()] if macros else [])


def _tables(content: bytes) -> list[bytes]:
    """The tables that have a name; the reader leaves out the others too."""
    pieces = [piece.partition(b"</table:table>")[0] for piece in content.split(b"<table:table ")[1:]]
    return [piece for piece in pieces if _TABLE_NAME.match(piece)]


class _Measure:
    """Goes through the rows and cells of one table, counting those that stand for many."""

    def __init__(self, table: bytes) -> None:
        self.special = _Special()
        self._row, self._rows, self._column = -1, 1, 0
        self._columns = 0
        self._hidden = False
        for token in _TOKEN.finditer(table):
            column, row, cell, body = token.groups()
            if cell is not None:
                self._take_cell(cell, body or b"")
            elif row is not None:
                self._take_row(row)
            else:
                self._take_column(column)

    def _take_column(self, attributes: bytes) -> None:
        last = self._columns + _repeats(attributes)
        if any(mark in attributes for mark in _HIDDEN):
            self.special.hidden_columns.update(range(self._columns, min(last, limits()["max_columns"])))
        self._columns = last

    def _take_row(self, attributes: bytes) -> None:
        self._row += self._rows
        self._rows, self._column = _repeats(attributes), 0
        self._hidden = any(mark in attributes for mark in _HIDDEN)

    def _take_cell(self, attributes: bytes, body: bytes) -> None:
        column, repeats = self._column, _repeats(attributes)
        self._column += repeats
        if not body and b"-type=" not in attributes and b"formula=" not in attributes:
            return
        special = self.special
        special.width = max(special.width, self._column)
        special.height = self._row + self._rows
        special.text += (len(attributes) + len(body)) * repeats * self._rows
        if self._hidden and special.height < MAX_CELLS:
            special.hidden_rows.update(range(self._row, special.height))
        if b"formula=" in attributes or b'"error"' in attributes or b"-spanned=" in attributes:
            self._note((self._row, column), attributes, body)

    def _note(self, place: tuple[int, int], attributes: bytes, body: bytes) -> None:
        spans = {direction: int(count) for direction, count in _SPANNED.findall(attributes)}
        if max(spans.values(), default=1) > 1:
            bottom, right = place[0] + spans.get(b"rows", 1) - 1, place[1] + spans.get(b"columns", 1) - 1
            self.special.merges.append((*place, bottom, right))
        text = _TEXT.search(body)
        if b'value-type="error"' in attributes:
            self.special.errors[place] = html.unescape(text[1].decode("utf-8", "replace")) if text else "#VALUE!"
        elif b"formula=" in attributes and b"value" not in attributes and text is None:
            self.special.valueless.add(place)


def _repeats(attributes: bytes) -> int:
    found = _REPEATED.search(attributes) if b"-repeated=" in attributes else None
    return int(found[1]) if found else 1


def _require(name: str, special: _Special) -> None:
    """Refuse a table that would not fit into memory when every repeated cell is written out."""
    require_extent(name, special.height, special.width)
    if special.text > MAX_TEXT:
        raise Unusable(BOMB)


def _sheet(workbook: CalamineWorkbook, number: int, special: _Special) -> Sheet:
    read = workbook.get_sheet_by_index(number)
    rows = cast(list[list[Cell]], read.to_python(skip_empty_area=False))
    patch(rows, special.errors | dict.fromkeys(special.valueless, VALUELESS))
    return Sheet(
        name=workbook.sheet_names[number],
        rows=rows,
        visible=workbook.sheets_metadata[number].visible == SheetVisibleEnum.Visible,
        hidden_rows=frozenset(special.hidden_rows),
        hidden_columns=frozenset(special.hidden_columns),
        valueless=frozenset(address(*place) for place in special.valueless),
        merges=tuple(special.merges),
    )
