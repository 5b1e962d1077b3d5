"""A document before it is set: the list of blocks that its Word file and its PDF are both made from, and where they stand."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final

AUTHOR: Final = "网络扶贫监测平台"
BREAK: Final = "|"
"""Where sense allows a line of the title to end."""
MILLIMETRES: Final = 25.4 / 72
"""In a point."""
SEAL_SIDE: Final = 4.0
UNSEALED_SIDE: Final = 2.0


class Kind(StrEnum):
    MARK = "mark"
    ISSUER = "issuer"
    NUMBER = "number"
    TITLE = "title"
    ADDRESSEE = "addressee"
    HEADING1 = "heading1"
    HEADING2 = "heading2"
    PARAGRAPH = "paragraph"
    NOTE = "note"
    TABLE = "table"
    SIGNATURE = "signature"
    DATE = "date"
    RECORD = "record"


@dataclass(frozen=True)
class Block:
    """`rows` are a table's, its head first, or the lines of the 版记; `widths` a table's, as shares of the width of the text.
    `strong` are the numbers of rows that stand out."""

    kind: Kind
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()

    @property
    def shown(self) -> str:
        """The text as it is read."""
        return self.text.replace(BREAK, "") if self.kind == Kind.TITLE else self.text


@dataclass(frozen=True)
class Form:
    """Sides and margins (top, right, bottom, left) in millimetres, the size of the title in points. A letter (公文) follows GB/T
    9704-2012: 22 lines of 28 characters, page numbers on the outer side; what is no letter is a report."""

    sides: tuple[int, int]
    margins: tuple[int, int, int, int]
    title_size: int
    letter: bool = False

    @property
    def text_width(self) -> int:
        return self.sides[0] - self.margins[1] - self.margins[3]

    @property
    def title_line(self) -> int:
        """Characters in a line of the title."""
        return int(self.text_width / (self.title_size * MILLIMETRES))


LETTER: Final = Form((210, 297), (37, 26, 35, 28), 22, letter=True)
REPORT: Final = Form((210, 297), (20, 20, 20, 20), 20)
WIDE_REPORT: Final = Form((297, 210), (20, 20, 20, 20), 20)


@dataclass(frozen=True)
class Paper:
    """`head` stands at the head of every page, `foot` at its foot beside the page number; `sha256` is a keyword of the file,
    `name` its title where that is not the title on paper."""

    blocks: tuple[Block, ...]
    form: Form
    dated: date | None = None
    sha256: str = ""
    head: str = ""
    foot: str = ""
    name: str = ""

    @property
    def title(self) -> str:
        return self.name or title_of(self.blocks)

    @property
    def keywords(self) -> str:
        return f"SHA-256 {self.sha256}" if self.sha256 else ""


def title_of(blocks: Sequence[Block]) -> str:
    return next(block.shown for block in blocks if block.kind == Kind.TITLE)


def width(text: str) -> float:
    """In characters of the text: Latin letters and digits take half of one."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def title_lines(text: str, longest: float = LETTER.title_line) -> list[str]:
    """As few lines as can be, broken where the text allows it, as even as can be; a part that is too long stays whole."""
    parts = [part for part in text.split(BREAK) if part]
    for count in range(1, len(parts)):
        ways = [_lines(parts, cuts) for cuts in combinations(range(1, len(parts)), count - 1)]
        fitting = [lines for lines in ways if max(map(width, lines)) <= longest]
        if fitting:
            return min(fitting, key=lambda lines: max(map(width, lines)) - min(map(width, lines)))
    return parts


def _lines(parts: Sequence[str], cuts: Sequence[int]) -> list[str]:
    ends = [*cuts, len(parts)]
    return ["".join(parts[start:end]) for start, end in zip([0, *cuts], ends, strict=True)]


def right_sides(blocks: Sequence[Block]) -> dict[str, float]:
    """How far signature and date stay from the right edge, in characters: the date four, the signature in the middle above it;
    a signature too long for that two, and the date in its middle."""
    texts = {block.kind: block.text for block in blocks if block.kind in (Kind.SIGNATURE, Kind.DATE)}
    wider = (width(texts.get(Kind.SIGNATURE, "")) - width(texts.get(Kind.DATE, ""))) / 2
    if SEAL_SIDE - wider >= UNSEALED_SIDE:
        return {Kind.SIGNATURE: SEAL_SIDE - wider, Kind.DATE: SEAL_SIDE}
    return {Kind.SIGNATURE: UNSEALED_SIDE, Kind.DATE: UNSEALED_SIDE + wider}
