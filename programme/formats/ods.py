"""OpenDocument spreadsheets: read by python-calamine after repeated cells were counted, which could fill any memory."""

import html
import re
from dataclasses import dataclass, field
from typing import cast
from xml.parsers.expat import ParserCreate

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from programme.errors import Unusable
from programme.formats.archive import Archive, stored
from programme.formats.book import (
    MAX_SHEETS,
    MAX_TEXT,
    SPARSE,
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

_TABLE_NAME = re.compile(rb"[^<>]*?table:name=")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def _token(attributes: bytes) -> re.Pattern[bytes]:
    """Columns, rows and cells; a cell with what it holds."""
    return re.compile(
        rb"<table:table-column\b(" + attributes + rb")>|<table:table-row\b(" + attributes + rb")>"
        rb"|<table:(?:covered-)?table-cell\b("
        + attributes
        + rb")(?:(?<=/)>|>(.*?)</table:(?:covered-)?table-cell\s*>)",
        re.DOTALL,
    )


_TOKEN = _token(rb"[^<>]*+")
_TOKEN_WITH_BRACKETS = _token(rb"(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+")
"""For XML in which > also stands within attributes or texts."""
_BLANK = re.compile(rb'<table:table-cell(?: table:style-name="[^"<>]*")?(?: table:number-columns-repeated="\d+")?/>\s*')
_TELLING = (b"-repeated", b"formula", b"error", b"-spanned", b"covered", b"annotation")
"""Marks of cells that stand for many, or are special."""
_REPEATED = re.compile(rb"""-repeated\s*=\s*["'](\d{1,9})["']""")
_SPANNED = re.compile(rb'number-(rows|columns)-spanned="(\d{1,7})"')
_TEXT = re.compile(rb"<text:p[^<>]*>(.*?)</text:p>", re.DOTALL)
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
    content = _sound(archive.read("content.xml"))
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


def _sound(content: bytes) -> bytes:
    """The XML without comments, after making sure that it is sound: only then what is measured is what will be read."""
    with Refusing():
        parser = ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_definitions
        parser.Parse(content, True)
    content = _COMMENT.sub(b"", content)
    if b"<!" in content:
        raise Unusable(BROKEN)
    return content


def _refuse_definitions(*_: object) -> None:
    raise Unusable(FOREIGN_XML)


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
        if table.count(b"<") + 1 == table.count(b">"):  # its own opening bracket was cut off
            self._take_rows(table)
        else:
            self._take_tokens(table, _TOKEN_WITH_BRACKETS)

    def _take_rows(self, table: bytes) -> None:
        """Row by row; a row of single cells that hold nothing but values need not be taken apart."""
        head, *rows = table.split(b"<table:table-row")
        self._take_tokens(head, _TOKEN)
        for row in rows:
            attributes, _, cells = row.partition(b">")
            if attributes[:1] not in (b"", b" ", b"/", b"\n", b"\r", b"\t"):
                continue
            self._take_row(attributes)
            plain = _without_blank_end(cells.partition(b"</table:table-row>")[0])
            if any(mark in plain for mark in _TELLING):
                self._take_tokens(cells, _TOKEN)
            elif b"-type=" in plain:
                self._column = plain.count(b"<table:table-cell")
                self._take_filled(len(plain))

    def _take_tokens(self, table: bytes, pattern: re.Pattern[bytes]) -> None:
        for token in pattern.finditer(table):
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
        self._take_filled((len(attributes) + len(body)) * repeats)
        if b"formula=" in attributes or b'"error"' in attributes or b"-spanned=" in attributes:
            self._note((self._row, column), attributes, body)

    def _take_filled(self, length: int) -> None:
        """Measure what is filled up to here; `length` bytes of it are new in each of the rows the row stands for."""
        special = self.special
        special.width = max(special.width, self._column)
        special.height = self._row + self._rows
        special.text += length * self._rows
        if self._hidden and special.height <= SPARSE * limits()["max_rows"]:
            special.hidden_rows.update(range(self._row, special.height))
            self._hidden = False

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


def _without_blank_end(cells: bytes) -> bytes:
    """The cells of a row without the empty ones at its end."""
    while (start := cells.rfind(b"<table:table-cell")) >= 0 and _BLANK.fullmatch(cells, start):
        cells = cells[:start]
    return cells


def _repeats(attributes: bytes) -> int:
    if b"-repeated" not in attributes:
        return 1
    found = _REPEATED.search(attributes)
    if found is None:
        raise Unusable(BROKEN)
    return int(found[1])


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
