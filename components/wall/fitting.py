"""How a story or a practice is set so that it fits: its size, whether there is room for figures below, where it is cut off."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from unicodedata import east_asian_width

WIDTH: Final = 858  # of the story's text, in units of the stage; heights are below a title of one line
HEIGHT, ALONE, CUT = 575, 700, 660
TITLE, TITLE_LINE = 46, 62
LINE: Final = 1.6
GAP: Final = 0.35
SIZES: Final = (38, 34, 30, 28, 26, 24)
EXCERPTS: Final = (42, 38, 34, 30)  # the last is that of what is cut off at a sentence
SENTENCE: Final = re.compile(r".+?(?:[。！？]+[”’」』）]*|$)")


@dataclass(frozen=True)
class Telling:
    """`alone`: without figures below. `cut`: it ends in dots."""

    size: int
    paragraphs: tuple[str, ...]
    alone: bool = False
    cut: bool = False


def told(title: str, paragraphs: Sequence[str]) -> Telling:
    """The largest size in which all of it fits above the figures; else the smallest, without them; else cut off."""
    lower = _lower(title)
    for size in SIZES:
        if _height(paragraphs, size) <= HEIGHT - lower:
            return Telling(size, tuple(paragraphs))
    smallest = SIZES[-1]
    if _height(paragraphs, smallest) <= ALONE - lower:
        return Telling(smallest, tuple(paragraphs), alone=True)
    return Telling(smallest, tuple(_beginning(paragraphs, smallest, CUT - lower)), alone=True, cut=True)


def excerpt(title: str, paragraphs: Sequence[str]) -> Telling:
    """All of it where it fits without figures, as large as it does; else as many whole sentences as do."""
    room = ALONE - _lower(title)
    for size in EXCERPTS:
        if _height(paragraphs, size) <= room:
            return Telling(size, tuple(paragraphs), alone=True)
    room -= ALONE - CUT
    kept = _sentences(paragraphs, size, room) or _beginning(paragraphs, size, room)
    return Telling(size, tuple(kept), alone=True, cut=True)


def _sentences(paragraphs: Sequence[str], size: int, room: float) -> list[str]:
    kept: list[str] = []
    for paragraph in paragraphs:
        begun = ""
        for sentence in SENTENCE.findall(paragraph):
            if _height([*kept, begun + sentence], size) > room:
                return [*kept, begun] if begun else kept
            begun += sentence
        kept.append(begun)
    return kept


def _lower(title: str) -> int:
    """What the lines of a title behind its first take."""
    return TITLE_LINE * (ceil(_length(title) * TITLE / WIDTH) - 1)


def _beginning(paragraphs: Sequence[str], size: int, room: float) -> list[str]:
    kept: list[str] = []
    for paragraph in paragraphs:
        if _height([*kept, paragraph], size) > room:
            lines = (room - _height(kept, size) - GAP * size) // (size * LINE)
            letters = int(lines) * (WIDTH // size - 1) - 5
            return [*kept, f"{paragraph[:letters]}……"] if letters > 0 else kept
        kept.append(paragraph)
    return kept


def _height(paragraphs: Sequence[str], size: int) -> float:
    return sum((_lines(text, size) * LINE + GAP) * size for text in paragraphs)


def _lines(text: str, size: int) -> int:
    """Two characters are indented."""
    return ceil((2 + _length(text)) * size / (WIDTH - size))


def _length(text: str) -> float:
    """In widths of a character; narrow letters take somewhat more than half."""
    return sum(1 if east_asian_width(letter) in "WFA" else 0.6 for letter in text)
