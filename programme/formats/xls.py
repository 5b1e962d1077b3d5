"""Excel 97–2003 workbooks and the .et of WPS (BIFF8, BIFF5): read by python-calamine from a stream written anew.

Only records that hold cells, texts and number formats are taken over, after their lengths and places were checked, so that
a broken file can neither make the reader run in circles nor take memory for cells that do not exist.
"""

import io
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from python_calamine import CalamineWorkbook

from programme.errors import Unusable
from programme.formats.book import (
    MAX_SHEETS,
    MAX_TEXT,
    Book,
    Cell,
    Merge,
    Sheet,
    limits,
    link_finding,
    macro_finding,
    patch,
    require_extent,
)
from programme.formats.compound import Compound, written
from programme.formats.refusal import BOMB, BROKEN, LOCKED, SAVE_AS, Refusing
from programme.formats.xls_texts import longest_text

MAX_RECORDS = 4_000_000
MAX_TEXT_RECORDS = 10_000
"""Of the shared texts; each record but the last is nearly full (8,224 bytes) where nobody means harm."""

BOF, EOF, CONTINUE, BOUNDSHEET, SST = 0x0809, 0x000A, 0x003C, 0x0085, 0x00FC
FILEPASS, SUPBOOK, ROW, COLINFO, MERGECELLS = 0x002F, 0x01AE, 0x0208, 0x007D, 0x00E5
FORMULA, BOOLERR, STRING, MULRK, LABELSST = 0x0006, 0x0205, 0x0207, 0x00BD, 0x00FD
KEPT_GLOBALS = {0x0042, 0x0022, 0x041E, 0x00E0}
"""Code page, date system, number format, cell format."""
CELL_LENGTHS = {0x0203: 14, 0x0204: 8, 0x00D6: 8, BOOLERR: 8, 0x027E: 10, LABELSST: 10, MULRK: 12, FORMULA: 20}
"""Number, label, rich text, boolean or error, RK number, shared text, row of RK numbers, formula: least lengths."""
ERROR_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass
class _Worksheet:
    """What was taken over of one sheet; rows and columns from 0."""

    name: bytes
    state: int
    records: list[bytes] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    texts: Counter[int] = field(default_factory=Counter)
    height: int = 0
    width: int = 0


def read_xls(content: bytes) -> Book:
    """All worksheets, with hidden rows and columns, error cells and merged ranges."""
    container = Compound(content)
    if "EncryptedPackage" in container.names:
        raise Unusable(LOCKED)
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in container.names), None)
    if name is None:
        raise Unusable(f"这不是表格文件。{SAVE_AS}")
    with Refusing():
        copy = _Copy(container.stream(name))
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(written("Workbook", copy.stream())))
        sheets = [_sheet(workbook, number, sheet) for number, sheet in enumerate(copy.sheets)]
    macros = [macro_finding()] if "_VBA_PROJECT_CUR" in container.names else []
    return Book("xls", sheets, findings=macros + ([link_finding()] if copy.links else []))


def _sheet(workbook: CalamineWorkbook, number: int, taken: _Worksheet) -> Sheet:
    read = workbook.get_sheet_by_index(number)
    rows = cast(list[list[Cell]], read.to_python(skip_empty_area=False))
    patch(rows, taken.errors)
    return Sheet(
        name=workbook.sheet_names[number],
        rows=rows,
        visible=taken.state & 3 == 0,
        hidden_rows=frozenset(taken.hidden_rows),
        hidden_columns=frozenset(taken.hidden_columns),
        merges=tuple(taken.merges),
    )


class _Copy:
    """The workbook stream with nothing in it but what is read."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._left, self._bytes_left = MAX_RECORDS, len(stream)
        self._head: list[bytes] = []
        self._texts: list[bytes] = []
        self._in_texts = False
        self.links = False
        self.sheets: list[_Worksheet] = []
        places: list[tuple[int, _Worksheet]] = []
        for kind, data in self._records(0):
            self._take_global(kind, data, places)
        if not places:
            raise Unusable(BROKEN)
        if len(places) > MAX_SHEETS:
            raise Unusable(f"工作簿有{len(places)}个工作表，最多{MAX_SHEETS}个。请只保留需要上报的工作表后再上传。")
        for place, sheet in places:
            self._take_sheet(place, sheet)
        self._require_text()

    def _records(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Records from `start` up to the end of that part of the stream; nested parts (charts) are left out.

        All parts together may not be longer than the stream: no sheet can be read twice.
        """
        depth = 0
        while start + 4 <= len(self._stream):
            kind, length = struct.unpack_from("<HH", self._stream, start)
            data = self._stream[start + 4 : start + 4 + length]
            start += 4 + length
            self._left, self._bytes_left = self._left - 1, self._bytes_left - length
            if len(data) < length or self._left < 0 or self._bytes_left < 0:
                raise Unusable(BROKEN)
            depth += (kind == BOF) - (kind == EOF)
            if depth <= 0:
                return
            if depth == 1:
                yield kind, data

    def _take_global(self, kind: int, data: bytes, places: list[tuple[int, _Worksheet]]) -> None:
        self._in_texts = kind == SST or (kind == CONTINUE and self._in_texts)
        if kind == FILEPASS:
            raise Unusable(LOCKED)
        if kind == BOF or kind in KEPT_GLOBALS:
            self._head.append(_record(kind, data))
        elif self._in_texts:
            self._texts.append(data)
            if len(self._texts) > MAX_TEXT_RECORDS:
                raise Unusable(BROKEN)
        elif kind == BOUNDSHEET and data[5] == 0:
            places.append((struct.unpack_from("<I", data)[0], _Worksheet(data[6:], data[4])))
        elif kind == SUPBOOK and len(data) > 4:
            self.links = True

    def _take_sheet(self, place: int, sheet: _Worksheet) -> None:
        most = limits()["max_columns"]
        for kind, data in self._records(place):
            if kind in CELL_LENGTHS:
                _take_cell(sheet, kind, data)
            elif kind in (BOF, STRING):
                sheet.records.append(_record(kind, data))
            elif kind == ROW and data[12] & 0x20:
                sheet.hidden_rows.add(struct.unpack_from("<H", data)[0])
            elif kind == COLINFO and data[8] & 1 and len(sheet.hidden_columns) < most:
                first, last = struct.unpack_from("<HH", data)
                sheet.hidden_columns.update(range(first, min(last, most) + 1))
            elif kind == MERGECELLS:
                ranges = struct.iter_unpack("<4H", data[2 : 2 + 8 * ((len(data) - 2) // 8)])
                sheet.merges += [(top, left, bottom, right) for top, bottom, left, right in ranges]
        require_extent(f"第{len(self.sheets) + 1}个", sheet.height, sheet.width)
        self.sheets.append(sheet)

    def _require_text(self) -> None:
        """Refuse shared texts that, written out cell by cell, would not fit into memory."""
        used = sum(sheet.texts.total() for sheet in self.sheets)
        if self._texts and 2 * used * longest_text(self._texts) > MAX_TEXT:
            raise Unusable(BOMB)

    def stream(self) -> bytes:
        """Globals with the sheets' new places, then the sheets."""
        texts = [_record(SST if number == 0 else CONTINUE, data) for number, data in enumerate(self._texts)]
        bodies = [b"".join((*sheet.records, _record(EOF, b""))) for sheet in self.sheets]
        head = b"".join(self._head)
        listing = sum(10 + len(sheet.name) for sheet in self.sheets)
        place = len(head) + listing + sum(map(len, texts)) + 4
        entries = []
        for sheet, body in zip(self.sheets, bodies, strict=True):
            entries.append(_record(BOUNDSHEET, struct.pack("<IBB", place, sheet.state, 0) + sheet.name))
            place += len(body)
        return b"".join((head, *entries, *texts, _record(EOF, b""), *bodies))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _take_cell(sheet: _Worksheet, kind: int, data: bytes) -> None:
    if len(data) < CELL_LENGTHS[kind]:
        raise Unusable(BROKEN)
    row, column = struct.unpack_from("<HH", data)
    last = column + (len(data) - 6) // 6 - 1 if kind == MULRK else column
    sheet.height, sheet.width = max(sheet.height, row + 1), max(sheet.width, last + 1)
    if kind == BOOLERR and data[7]:
        sheet.errors[row, column] = ERROR_TEXTS.get(data[6], "#VALUE!")
        return
    if kind == FORMULA:
        data = data[:20] + b"\0\0"
        if data[6] == 2 and data[12:14] == b"\xff\xff":
            sheet.errors[row, column] = ERROR_TEXTS.get(data[8], "#VALUE!")
            return
    if kind == LABELSST:
        sheet.texts[struct.unpack_from("<I", data, 6)[0]] += 1
    sheet.records.append(_record(kind, data))
