"""The cells of an xlsx sheet as bytes: what python-calamine does not tell, found without parsing what is clean.

python-calamine leaves error cells and formulas without a result empty, says nothing of hidden rows, and takes memory for
the whole rectangle around the cells. A sweep over the bytes shows in some milliseconds whether any of that needs a look;
only then every cell is looked at. A parser of XML is no choice here: expat with handlers takes 7 s for 100,000 rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from programme.formats.book import MAX_CELLS, Merge

BLOCK = 1 << 20
LONG_TAIL = 1_000_000
"""Bytes of blank cells after the last filled one, from which on they are cut away."""
MANY_CELLS = 60_000_000
"""Bytes from which on blank cells are taken out, wherever they stand."""
NO_BOUND = 1 << 32

_OPENING = re.compile(rb"<([\w.-]+:)?sheetData[\s/>]")
_MERGE = re.compile(rb"""mergeCell\s[^>]*?ref=["']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})["']""")
_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""\s(\w+)=["']([^"']*)["']""")
_BLANK_CELL = re.compile(rb'<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+ ?/>')
_BLANK_ROW = re.compile(rb"<row [^<>]*+(?:/>|></row>)")
_SPECIAL = re.compile(
    rb'<row\b([^>]*hidden[^>]*+)>|<c\b([^>]*+)(?<!/)>(\s*<f.*?)</c>|<c\b([^>]*t="e"[^>]*+)>(.*?)</c>', re.DOTALL
)
_TOKEN = re.compile(rb"<row\b([^>]*+)>|<c\b([^>]*+)(?:(?<=/)>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\sr="([A-Za-z]+)([0-9]+)"')
_ROW_NUMBER = re.compile(rb'\sr="([0-9]+)"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")


@dataclass
class Cells:
    """The cells of one sheet: the bytes to be read, and what is special about them (rows and columns from 0).

    `height` and `width` are those of the filled rectangle, as far as it was measured.
    """

    data: bytes
    hidden_rows: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: set[tuple[int, int]] = field(default_factory=set)
    height: int = 0
    width: int = 0


def split(part: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the cells, the cells (the whole sheetData element, b"" without one), and what stands after."""
    opening = _OPENING.search(part)
    if opening is None:
        return part, b"", b""
    end = part.rfind(b"sheetData>")
    if end < opening.end():
        return part[: opening.start()], b"", part[opening.end() :]
    end += len(b"sheetData>")
    data = part[opening.start() : end]
    if prefix := opening[1]:
        data = data.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
    return part[: opening.start()], data, part[end:]


def without_blanks(data: bytes) -> bytes:
    """The cells without formatted but empty ones, when there are so many of them that they cost time."""
    last = data.rfind(b"</c>") + 4
    if data.startswith(b"<sheetData>") and len(data) - last > LONG_TAIL:
        data = data[:last] + b"</row></sheetData>" if last > 3 else b"<sheetData></sheetData>"
    if len(data) > MANY_CELLS:
        data = _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", data))
    return data


def column_number(letters: bytes) -> int:
    """The column, counted from 0, that the letters name."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def merges(tail: bytes) -> tuple[Merge, ...]:
    """Merged ranges as first row, first column, last row, last column, from 0."""
    return tuple(
        (int(top) - 1, column_number(left), int(bottom) - 1, column_number(right))
        for left, top, right, bottom in _MERGE.findall(tail)
    )


def hidden_columns(head: bytes, most: int) -> frozenset[int]:
    """The hidden ones among the first `most` columns, from 0."""
    hidden: set[int] = set()
    for column in _COLUMN.findall(head):
        named = dict(_ATTRIBUTE.findall(column))
        first, last = named.get(b"min", b""), named.get(b"max", b"")
        if named.get(b"hidden") in (b"1", b"true") and first.isdigit() and last.isdigit():
            hidden.update(range(int(first) - 1, min(int(last), most)))
    return frozenset(hidden)


def inspect(data: bytes, fresh: bool) -> Cells:
    """Look at the cells, in detail only where it is needed. `fresh`: never calculated, so a result of 0 proves nothing."""
    if b"='" in data[:5000]:
        cells = _walk(data.translate(bytes.maketrans(b"'", b'"')), fresh)
        cells.data = data
        return cells
    view = np.frombuffer(data, np.uint8)
    if not _fits(view):
        return _walk(data, fresh)
    if b"hidden" in data or _has_special(view):
        return _pick(data, fresh) if _is_addressed(data) else _walk(data, fresh)
    return Cells(data)


def _blocks(data: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Pieces that overlap by 16 bytes and stay in the processor's cache."""
    return (data[start : start + BLOCK + 16] for start in range(0, len(data), BLOCK))


def _fits(data: NDArray[np.uint8]) -> bool:
    """Whether the rectangle around the cells is certain to fit into memory."""
    rows = columns = 0
    for block in _blocks(data):
        rows, columns = max(rows, _rows(block)), max(columns, _columns(block))
    return rows * columns <= min(MAX_CELLS, max(MAX_CELLS // 2, len(data)))


def _has_special(data: NDArray[np.uint8]) -> bool:
    """Whether there is a formula (<f) or an error cell (t="e")."""
    for block in _blocks(data):
        formula = (block[:-1] == 0x3C) & (block[1:] == 0x66)
        error = (block[:-2] == 0x22) & (block[1:-1] == 0x65) & (block[2:] == 0x22)
        if formula.any() or error.any():
            return True
    return False


def _rows(block: NDArray[np.uint8]) -> int:
    """An upper bound of the row numbers in the block, by the digits after a letter or a quotation mark."""
    digit = (block - 0x30) < 10
    run = ((((block | 0x20) - 0x61) < 26) | (block == 0x22))[:-1] & digit[1:]
    digits = 0
    while digits < 7 and run.any():
        digits += 1
        longest, run = run, run[:-1] & digit[digits + 1 :]
    if digits == 7:
        return NO_BOUND
    if digits == 6 and not (longest & (block[1 : 1 + len(longest)] >= 0x32)).any():
        return 199_999
    return int(10**digits - 1)


def _columns(block: NDArray[np.uint8]) -> int:
    """An upper bound of the column numbers in the block, by the letters before a digit."""
    letter = ((block | 0x20) - 0x61) < 26
    one = letter[:-1] & ((block - 0x30) < 10)[1:]
    two = letter[:-2] & one[1:]
    if not two.any():
        return 26
    if (letter[:-3] & two[1:]).any():
        return NO_BOUND
    return 26 * (int((block[:-2][two] | 0x20).max()) - 0x60 + 1)


def _is_addressed(data: bytes) -> bool:
    """Whether every row and every cell begins with its address, as Excel and WPS write it."""
    return data.count(b"<c r=") == data.count(b"<c ") + data.count(b"<c>") and data.count(b"<row r=") == data.count(
        b"<row"
    )


def _pick(data: bytes, fresh: bool) -> Cells:
    """Look at hidden rows, formulas and error cells only."""
    cells = Cells(data)
    for opening, formula, content, error, text in _SPECIAL.findall(data):
        if number := _ROW_NUMBER.search(opening):
            _note_row(cells, int(number[1]) - 1, opening)
        elif place := _REFERENCE.search(formula or error):
            _note(cells, (int(place[2]) - 1, column_number(place[1])), formula or error, content or text, fresh)
    return cells


def _walk(data: bytes, fresh: bool) -> Cells:
    """Look at every row and cell, counting where addresses are missing, and measure the filled rectangle."""
    cells, row, column = Cells(data), -1, -1
    for token in _TOKEN.finditer(data):
        opening, attributes, body = token.groups()
        if opening is not None:
            number = _ROW_NUMBER.search(opening)
            row, column = int(number[1]) - 1 if number else row + 1, -1
            _note_row(cells, row, opening)
            continue
        place = _REFERENCE.search(attributes)
        row, column = (int(place[2]) - 1, column_number(place[1])) if place else (row, column + 1)
        if body:
            cells.height, cells.width = max(cells.height, row + 1), max(cells.width, column + 1)
            _note(cells, (row, column), attributes, body, fresh)
    return cells


def _note_row(cells: Cells, row: int, opening: bytes) -> None:
    if _HIDDEN.search(opening):
        cells.hidden_rows.add(row)


def _note(cells: Cells, place: tuple[int, int], attributes: bytes, body: bytes, fresh: bool) -> None:
    """Note an error cell, or a formula without a result."""
    if b't="e"' in attributes:
        text = _VALUE.search(body)
        cells.errors[place] = text[1].decode("utf-8", "replace") if text else "#VALUE!"
    elif b"<f" in body:
        value = _VALUE.search(body)
        result = value[1] if value else b""
        if (not result and b't="str"' not in attributes) or (fresh and result == b"0"):
            cells.valueless.add(place)
