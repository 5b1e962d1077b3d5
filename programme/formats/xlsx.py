"""Excel workbooks (xlsx, xlsm): read by python-calamine from a clean copy that holds nothing but cells, texts and styles.

The copy is unpacked, so nothing can swell in the reader; its index is written anew, so no path of the file is followed.
"""

import io
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import methodcaller
from typing import cast
from xml.etree.ElementTree import Element

from defusedxml import ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from python_calamine import CalamineSheet, CalamineWorkbook

from programme.errors import Unusable
from programme.findings import Finding
from programme.formats import sheet_xml
from programme.formats.archive import Archive, stored
from programme.formats.book import (
    MAX_SHEETS,
    MAX_TEXT,
    VALUELESS,
    Book,
    Cell,
    Sheet,
    address,
    limits,
    link_finding,
    macro_finding,
    patch,
    require_extent,
)
from programme.formats.refusal import BOMB, BROKEN, FOREIGN_XML, SAVE_AS, Refusing

_Pieces = Sequence[bytes | memoryview]

INDEX_BYTES = 5_000_000
"""Up to this size the parts that only say what lies where are read."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_QUOTED_MARK = re.compile(rb"""=\s*["'][^"']*<""")
_SST = re.compile(rb"<(?:[\w.-]+:)?sst[^>]*>")


@dataclass(frozen=True)
class _Entry:
    """A worksheet as the workbook lists it."""

    name: str
    path: str
    visible: bool


@dataclass(frozen=True)
class _Index:
    sheets: list[_Entry]
    strings: str
    styles: str
    epoch_1904: bool
    fresh: bool
    links: bool


def read_xlsx(archive: Archive) -> Book:
    """All worksheets, with hidden rows and columns, error cells and formulas without a result marked."""
    index = _index(archive)
    parts = [_Part(archive, entry, index.fresh) for entry in index.sheets]
    strings = _xml(archive, index.strings) if index.strings in archive else b"<sst></sst>"
    _require_text(strings, [part.cells.data for part in parts])
    whole = [[part.cells.data or sheet_xml.NOTHING] for part in parts]
    halves = list(zip(*(part.cells.halves for part in parts), strict=True))

    def opened(cells: Sequence[_Pieces]) -> CalamineWorkbook:
        return CalamineWorkbook.from_filelike(_clean_copy(archive, index, cells, strings))

    with Refusing():
        sheets = None
        if any(part.cells.middle for part in parts):
            sheets = _sheets(opened, halves, parts)
        if sheets is None:
            sheets = _sheets(opened, [whole], parts)
    return Book("xlsx", sheets or [], findings=_findings(archive, index))


def _sheets(
    opened: Callable[[Sequence[_Pieces]], CalamineWorkbook], copies: Sequence[Sequence[_Pieces]], parts: list["_Part"]
) -> list[Sheet] | None:
    """The sheets whose cells go into one copy or into the two halves of it, read at once: python-calamine lets go of the
    interpreter. None when the rows of a second half do not follow those of the first.
    """
    sheets: list[Sheet] = []
    with ThreadPoolExecutor(len(copies)) as pool:
        books = list(pool.map(opened, copies))
        for number, part in enumerate(parts):
            sheet = part.sheet(pool.map(methodcaller("get_sheet_by_index", number), books))
            if sheet is None:
                return None
            sheets.append(sheet)
    return sheets


def _rows_below(rows: list[list[Cell]], read: CalamineSheet) -> list[list[Cell]]:
    """The rows with those of a range that begins below them, all equally wide."""
    if read.start is None or read.end is None:
        return rows
    if not rows:
        return cast(list[list[Cell]], read.to_python(skip_empty_area=False))
    (top, left), blank = read.start, cast(Cell, "")
    rows += [[] for _ in range(top - len(rows))]
    below = cast(list[list[Cell]], read.to_python())
    rows += [[blank] * left + row for row in below] if left else below
    width = max(len(rows[0]), len(rows[-1]))
    if min(map(len, rows)) < width:
        for row in rows:
            row.extend([blank] * (width - len(row)))
    return rows


class _Part:
    """One worksheet on its way from bytes to cells."""

    def __init__(self, archive: Archive, entry: _Entry, fresh: bool) -> None:
        self.entry = entry
        head, data, tail = sheet_xml.split(_xml(archive, entry.path))
        require_extent(entry.name, sheet_xml.last_filled_row(data), 1)
        with Refusing():
            self.cells = sheet_xml.inspect(sheet_xml.without_blanks(data), fresh)
        require_extent(entry.name, self.cells.height, self.cells.width)
        self._merges = sheet_xml.merges(tail)
        self._hidden_columns = sheet_xml.hidden_columns(head, limits()["max_columns"])

    def sheet(self, found: Iterable[CalamineSheet]) -> Sheet | None:
        """From ranges of cells, each taken as soon as it is read; None when one does not lie below the other."""
        rows: list[list[Cell]] = []
        for read in found:
            last_row, last_column = read.end or (-1, -1)
            require_extent(self.entry.name, last_row + 1, last_column + 1)
            if read.start and read.start[0] < len(rows):
                return None
            rows = _rows_below(rows, read)
        patch(rows, self.cells.errors | dict.fromkeys(self.cells.valueless, VALUELESS))
        return Sheet(
            name=self.entry.name,
            rows=rows,
            visible=self.entry.visible,
            hidden_rows=frozenset(self.cells.hidden_rows),
            hidden_columns=self._hidden_columns,
            valueless=frozenset(address(*place) for place in self.cells.valueless),
            merges=self._merges,
        )


def _xml(archive: Archive, path: str) -> bytes:
    """A part in UTF-8 without definitions of its own (which must stand before the first element)."""
    part = _as_utf8(archive.read(path))
    if b"<!DOCTYPE" in part[:65536]:
        raise Unusable(FOREIGN_XML)
    return part


def _as_utf8(part: bytes) -> bytes:
    """The XML in UTF-8; what names no encoding is UTF-8 already."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        named = _ENCODING.match(part[3:] if part.startswith(b"\xef\xbb\xbf") else part)
        encoding = named[1].decode() if named else "utf-8"
    if encoding.lower() in ("utf-8", "utf8", "us-ascii"):
        return part
    with Refusing():
        return part.decode(encoding).encode()


def _tree(archive: Archive, path: str) -> Element:
    if archive.size(path) > INDEX_BYTES:
        raise Unusable(BOMB)
    part = archive.read(path)
    with Refusing():
        try:
            return ElementTree.fromstring(part, forbid_dtd=True)
        except DefusedXmlException as refused:
            raise Unusable(FOREIGN_XML) from refused
        except ElementTree.ParseError as broken:
            raise Unusable(BROKEN) from broken


def _relations(archive: Archive, path: str) -> dict[str, tuple[str, str]]:
    """Of each relation of a part: its kind (the last word of its type) and the path of its target in the archive."""
    folder, name = posixpath.split(path)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in archive:
        return {}
    found = {}
    for relation in _tree(archive, listing):
        target = relation.get("Target", "").replace("\\", "/")
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") != "External":
            found[relation.get("Id", "")] = (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
    return found


def _first(relations: dict[str, tuple[str, str]], kind: str, otherwise: str) -> str:
    return next((path for found, path in relations.values() if found == kind), otherwise)


def _index(archive: Archive) -> _Index:
    path = _first(_relations(archive, ""), "officeDocument", "xl/workbook.xml")
    if path.lower().endswith(".bin"):
        raise Unusable(f"二进制工作簿（.xlsb）无法读取。{SAVE_AS}")
    workbook, relations = _tree(archive, path), _relations(archive, path)
    sheets = _entries(workbook, relations)
    if len(sheets) > MAX_SHEETS:
        raise Unusable(f"工作簿有{len(sheets)}个工作表，最多{MAX_SHEETS}个。请只保留需要上报的工作表后再上传。")
    if len({entry.path.lower() for entry in sheets}) < len(sheets):
        raise Unusable(BROKEN)
    return _Index(
        sheets=sheets,
        strings=_first(relations, "sharedStrings", "xl/sharedStrings.xml"),
        styles=_first(relations, "styles", "xl/styles.xml"),
        epoch_1904=_flag(workbook, "workbookPr", "date1904"),
        fresh=_flag(workbook, "calcPr", "fullCalcOnLoad"),
        links=any(kind == "externalLink" for kind, _ in relations.values()),
    )


def _entries(workbook: Element, relations: dict[str, tuple[str, str]]) -> list[_Entry]:
    entries = []
    for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
        reference = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        kind, path = relations.get(reference, ("", ""))
        if kind == "worksheet":
            entries.append(_Entry(sheet.get("name", ""), path, sheet.get("state", "visible") == "visible"))
    return entries


def _flag(workbook: Element, element: str, attribute: str) -> bool:
    found = workbook.find("{*}" + element)
    return found is not None and found.get(attribute) in ("1", "true")


def _require_text(strings: bytes, sheets: list[bytes]) -> None:
    """Refuse a workbook whose shared texts, written out cell by cell, would not fit into memory."""
    plain = b"<!" not in strings and b":si" not in strings and not _QUOTED_MARK.search(strings)
    longest = max(map(len, strings.split(b"</si>"))) if plain else len(strings)
    if longest * sum(len(data) // 20 for data in sheets) <= MAX_TEXT:
        return
    if longest * sum(data.count(b'"s"') + data.count(b"'s'") for data in sheets) > MAX_TEXT:
        raise Unusable(BOMB)


def _clean_copy(archive: Archive, index: _Index, parts: Sequence[_Pieces], strings: bytes) -> io.BytesIO:
    """The workbook as a zip archive that holds only what is read: of each sheet the cells in `parts`.

    An empty list of merged cells stands before the cells: python-calamine looks for that list in a second pass over the
    whole sheet, and so finds it at once.
    """
    numbers = range(1, len(parts) + 1)
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="s{n}"/>' for n in numbers)
    relations = "".join(f'<Relationship Id="s{n}" Type="{_RELATION}/worksheet" Target="{n}.xml"/>' for n in numbers)
    workbook = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><workbookPr date1904="{int(index.epoch_1904)}"/>'
        f"<sheets>{sheets}</sheets></workbook>"
    )
    copy: dict[str, _Pieces] = {
        "_rels/.rels": [
            _relationships(f'<Relationship Id="w" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/>')
        ],
        "xl/workbook.xml": [workbook.encode()],
        "xl/_rels/workbook.xml.rels": [_relationships(relations)],
        "xl/sharedStrings.xml": [_SST.sub(b"<sst>", strings, count=1)],
        "xl/styles.xml": [_xml(archive, index.styles) if index.styles in archive else b"<styleSheet/>"],
    }
    for number, cells in zip(numbers, parts, strict=True):
        copy[f"xl/{number}.xml"] = [b"<worksheet><mergeCells></mergeCells>", *cells, b"</worksheet>"]
    return stored(copy)


def _relationships(inner: str) -> bytes:
    return f'<Relationships xmlns="{_PACKAGE}">{inner}</Relationships>'.encode()


def _findings(archive: Archive, index: _Index) -> list[Finding]:
    macros = [macro_finding()] if any(name.endswith("vbaproject.bin") for name in archive.names) else []
    return macros + ([link_finding()] if index.links else [])
