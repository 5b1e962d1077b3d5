"""How a bulletin stands on paper after GB/T 9704-2012, for both writers: lengths, lines of the title, places of the signature."""

import unicodedata
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from programme.bulletin_blocks import BREAK, DATE, SIGNATURE, Block

LINE: Final = 28
"""Characters in a line of the text, and 22 lines on a page."""
TITLE_LINE: Final = 20
"""Characters in a line of the title (2号)."""
SEAL_SIDE: Final = 4.0
UNSEALED_SIDE: Final = 2.0


def width(text: str) -> float:
    """In characters of the text: Latin letters and digits take half of one."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def title_lines(text: str, longest: float = TITLE_LINE) -> list[str]:
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


def right_sides(blocks: Sequence[Block]) -> tuple[float, float]:
    """How far signature and date stay from the right edge, in characters: the date four, the signature in the middle above it;
    a signature too long for that two, and the date in its middle."""
    texts = {block.kind: block.text for block in blocks if block.kind in (SIGNATURE, DATE)}
    wider = (width(texts.get(SIGNATURE, "")) - width(texts.get(DATE, ""))) / 2
    if SEAL_SIDE - wider >= UNSEALED_SIDE:
        return SEAL_SIDE - wider, SEAL_SIDE
    return UNSEALED_SIDE, UNSEALED_SIDE + wider
