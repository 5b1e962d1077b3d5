"""The cells of an xlsx sheet as bytes: what python-calamine does not tell, found without parsing what is clean.

python-calamine leaves error cells and formulas without a result empty, says nothing of hidden rows, and takes memory for
the whole rectangle around the cells. A sweep over the bytes shows in some milliseconds whether any of that needs a look;
only then they are looked at. A parser of XML is no choice here: expat with handlers takes 7 s for 100,000 rows.
"""

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ParserCreate

from programme.errors import Unusable
from programme.formats.book import Merge
from programme.formats.refusal import BROKEN
from programme.formats.sheet_sweep import sweep

LONG_TAIL = 1_000_000
"""Bytes of blank cells after the last filled one, from which on they are cut away."""
MANY_CELLS = 60_000_000
"""Bytes from which on blank cells are taken out, wherever they stand."""

NOTHING = b"<sheetData></sheetData>"
MANY_ROWS = 4_000_000
"""Bytes from which on it is worth while to read the two halves of a sheet at once."""
FIRST = 0.45
"""Of the bytes, for the first half: its rows are taken over while the second is still being read."""

_OPENING = re.compile(rb"<([\w.-]+:)?sheetData[\s/>]")
_MERGE = re.compile(rb"""mergeCell\s[^<>]*?ref=["']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})["']""")
_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"""\s(\w+)=["']([^"'<>]*)["']""")
_BLANK_CELL = re.compile(rb'<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+ ?/>')
_BLANK_ROW = re.compile(rb"<row [^<>]*+(?:/>|></row>)")
_BODY = rb"((?:[^<]|<(?!/?c[\s>/]))*+)</c\s*>"
_SPECIAL = re.compile(
    rb"<row\b([^<>]*hidden[^<>]*+)>|<c\b([^<>]*+)(?<!/)>(?=\s*<f)"
    + _BODY
    + rb'|<c\b([^<>]*t="e"[^<>]*+)(?<!/)>'
    + _BODY
)
_ATTRIBUTES = rb"((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)"
_TOKEN = re.compile(
    rb"<(?:[\w.-]+:)?row\b"
    + _ATTRIBUTES
    + rb">|<(?:[\w.-]+:)?c\b"
    + _ATTRIBUTES
    + rb"(?:(?<=/)>|>(.*?)</(?:[\w.-]+:)?c\s*>)",
    re.DOTALL,
)
_QUOTED_ADDRESS = re.compile(rb"""["']([A-Za-z]*+)([0-9]++)["']""")
_REFERENCE = re.compile(rb'\sr\s*=\s*"([A-Za-z]{1,9})([0-9]{1,12})"')
_ROW_NUMBER = re.compile(rb'\sr\s*=\s*"([0-9]{1,12})"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_VALUE = re.compile(rb"<v(?:\s[^<>]*)?>([^<]*)</v>")


@dataclass
class Cells:
    """The cells of one sheet: the bytes to be read, and what is special about them (rows and columns from 0).

    `height` and `width` are those of the filled rectangle, as far as it was measured; `middle` is where a row begins at
    which many of them can be cut in two, 0 for none.
    """

    data: bytes
    hidden_rows: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: set[tuple[int, int]] = field(default_factory=set)
    height: int = 0
    width: int = 0
    middle: int = 0

    @property
    def halves(self) -> tuple[list[bytes | memoryview], list[bytes | memoryview]]:
        """Two elements sheetData, in pieces; all cells are in the first when there are not many."""
        if not self.middle:
            return [self.data or NOTHING], [NOTHING]
        data = memoryview(self.data)
        return [data[: self.middle], b"</sheetData>"], [b"<sheetData>", data[self.middle :]]


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


def last_filled_row(data: bytes) -> int:
    """The number of the row with the last filled cell, as far as it says its number; a quick look, not a bound."""
    start = data.rfind(b"<row", 0, max(data.rfind(b"</c>"), 0))
    number = _ROW_NUMBER.search(data, start, start + 200) if start >= 0 else None
    return int(number[1]) if number else 0


def without_blanks(data: bytes) -> bytes:
    """The cells without formatted but empty ones, when there are so many of them that they cost time."""
    last = data.rfind(b"</c>") + 4
    if data.startswith(b"<sheetData>") and len(data) - last > LONG_TAIL:
        data = data[:last] + b"</row></sheetData>" if last > 3 else NOTHING
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
        if named.get(b"hidden") in (b"1", b"true") and first.isdigit() and last.isdigit() and len(hidden) < most:
            hidden.update(range(int(first) - 1, min(int(last), most)))
    return frozenset(hidden)


def inspect(data: bytes, fresh: bool) -> Cells:
    """Look at the cells, in detail only where it is needed. `fresh`: never calculated, so a result of 0 proves nothing."""
    text = data.translate(bytes.maketrans(b"'", b'"')) if b"='" in data[:5000] else data
    swept = sweep(text)
    if not swept.addressed:
        cells = _walk(data, text, fresh)
    elif swept.special or b"hidden" in data:
        cells = _pick(text, fresh)
    else:
        cells = Cells(data)
    if swept.addressed and not swept.fits:
        cells.height, cells.width = _farthest(text)
    cells.data = data
    if len(data) > MANY_ROWS and swept.addressed and not swept.marked:
        cells.middle = max(0, data.find(b"<row r=", int(len(data) * FIRST)))
    return cells


def _farthest(text: bytes) -> tuple[int, int]:
    """The highest row and column that any address names, blank cells and rows left aside."""
    addresses = set(_QUOTED_ADDRESS.findall(_BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", text))))
    columns = max((column_number(letters[:9]) + 1 for letters, _ in addresses), default=0)
    return max((int(digits[:12]) for _, digits in addresses), default=0), columns


def _pick(text: bytes, fresh: bool) -> Cells:
    """Look at hidden rows, formulas and error cells only."""
    cells = Cells(text)
    for opening, formula, content, error, result in _SPECIAL.findall(text):
        if number := _ROW_NUMBER.search(opening):
            _note_row(cells, int(number[1]) - 1, opening)
        elif place := _REFERENCE.search(formula or error):
            _note(cells, (int(place[2]) - 1, column_number(place[1])), formula or error, content or result, fresh)
    return cells


def _walk(data: bytes, text: bytes, fresh: bool) -> Cells:
    """Look at every row and cell of XML that is sound, counting where addresses are missing; measures the filled rectangle."""
    if b"<!" in data:
        raise Unusable(BROKEN)
    ParserCreate("utf-8").Parse(data, True)
    cells, row, column = Cells(text), -1, -1
    for token in _TOKEN.finditer(text):
        opening, attributes, body = token.groups()
        if opening is not None:
            number = _ROW_NUMBER.search(opening)
            row, column = int(number[1]) - 1 if number else row + 1, -1
            _note_row(cells, row, opening)
            continue
        found = _REFERENCE.search(attributes)
        place = (int(found[2]) - 1, column_number(found[1])) if found else (row, column + 1)
        column = place[1]
        if body:
            cells.height, cells.width = max(cells.height, place[0] + 1), max(cells.width, column + 1)
            _note(cells, place, attributes, body, fresh)
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
