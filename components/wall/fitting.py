"""How a story is set so that it fits: its size, and where it is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final
from unicodedata import east_asian_width

WIDTH, HEIGHT = 858, 540  # of the story's text, in units of the stage
LINE: Final = 1.7
GAP: Final = 0.35
SIZES: Final = (38, 34, 30, 28, 26, 24)


@dataclass(frozen=True)
class Telling:
    size: int
    paragraphs: tuple[str, ...]
    cut: bool


def told(paragraphs: Sequence[str]) -> Telling:
    """The largest size in which all of it fits; what does not even fit in the smallest is cut off with dots."""
    for size in SIZES:
        if _height(paragraphs, size) <= HEIGHT:
            return Telling(size, tuple(paragraphs), False)
    kept: list[str] = []
    for paragraph in paragraphs:
        if _height([*kept, paragraph], SIZES[-1]) <= HEIGHT:
            kept.append(paragraph)
            continue
        room = (HEIGHT - _height(kept, SIZES[-1]) - GAP * SIZES[-1]) // (SIZES[-1] * LINE)
        letters = int(room) * (WIDTH // SIZES[-1] - 1) - 5
        kept += [f"{paragraph[:letters]}……"] if letters > 0 else []
        break
    return Telling(SIZES[-1], tuple(kept), True)


def _height(paragraphs: Sequence[str], size: int) -> float:
    return sum((_lines(text, size) * LINE + GAP) * size for text in paragraphs)


def _lines(text: str, size: int) -> int:
    """Two characters are indented; narrow letters take somewhat more than half."""
    taken = 2 + sum(1 if east_asian_width(letter) in "WFA" else 0.6 for letter in text)
    return ceil(taken * size / (WIDTH - size))
