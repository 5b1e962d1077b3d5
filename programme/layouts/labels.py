"""Labelled cells around a table: 填报单位：泸水市, with the value in the same cell or to the right of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from programme.cell_text import clean_text
from programme.formats.book import Cell
from programme.layouts import words
from programme.layouts.headings import plain

_KINDS = {label: kind for kind, labels in words.LABELS.items() for label in labels}
_SHORT = 3
"""Labels up to this length stand at the beginning of a cell or after a space, else 核心示范县： would name a county."""
_ALTERNATIVES = "|".join(
    (r"(?<![^\s;,])" if len(label) <= _SHORT else "") + r"\s*".join(label)
    for label in sorted(_KINDS, key=len, reverse=True)
)
LONGEST = 500
"""Characters of a cell in which labels are looked for."""
_TITLE_MONTH = re.compile(r"(?:19|20)\d{2}年\d{1,2}月(?!\d{1,2}[日号])")
_WITH_COLON = re.compile(rf"({_ALTERNATIVES})\s*(?:\([^()]*\))?\s*:\s*(?:\((?:盖?章|公章|签章|签字|签名)\))?")


@dataclass(frozen=True)
class Labelled:
    """A value with the cell in which it stands; row and column from 0."""

    value: Cell
    row: int
    column: int


def labelled(rows: Sequence[Sequence[Cell]], first: int, last: int) -> dict[str, Labelled]:
    """The labelled values in the rows from `first` up to but not including `last`, by kind; the first of a kind counts."""
    found: dict[str, Labelled] = {}
    for number in range(first, last):
        for column, cell in enumerate(rows[number]):
            if isinstance(cell, str) and 0 < len(cell) <= LONGEST:
                for kind, value in _in_cell(cell, rows[number], number, column):
                    found.setdefault(kind, value)
    return found


def _in_cell(cell: str, row: Sequence[Cell], number: int, column: int) -> list[tuple[str, Labelled]]:
    text = clean_text(cell)
    marks = list(_WITH_COLON.finditer(text))
    if not marks:
        kind = _KINDS.get(plain(cell))
        return _to_the_right(kind, row, number, column) if kind else []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found: list[tuple[str, Labelled]] = []
    for mark, end in zip(marks, ends, strict=True):
        kind, value = _KINDS[re.sub(r"\s", "", mark[1])], text[mark.end() : end].strip()
        if value:
            found.append((kind, Labelled(value, number, column)))
        elif end == len(text):
            found += _to_the_right(kind, row, number, column)
    return found


def _to_the_right(kind: str, row: Sequence[Cell], number: int, column: int) -> list[tuple[str, Labelled]]:
    """The next filled cell of the row, unless it is a label itself."""
    for place in range(column + 1, len(row)):
        cell = row[place]
        if cell not in ("", None):
            return [] if is_label(cell) else [(kind, Labelled(cell, number, place))]
    return []


def is_label(cell: Cell) -> bool:
    return (
        isinstance(cell, str)
        and len(cell) <= LONGEST
        and (plain(cell) in _KINDS or _WITH_COLON.match(clean_text(cell)) is not None)
    )


def month_in_title(rows: Sequence[Sequence[Cell]], first: int, last: int) -> Labelled | None:
    """A month that stands in a text without a label, such as a title, if all such texts agree."""
    found = [
        Labelled(month[0], number, column)
        for number in range(first, last)
        for column, cell in enumerate(rows[number])
        if isinstance(cell, str)
        and len(cell) <= LONGEST
        and (month := _TITLE_MONTH.search("".join(clean_text(cell).split())))
    ]
    return found[0] if len({month.value for month in found}) == 1 else None
