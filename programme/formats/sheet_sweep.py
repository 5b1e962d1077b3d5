"""A sweep over the bytes of a sheet's cells: in some milliseconds it shows whether they need a closer look.

It judges bytes, not XML, so nothing can hide from it: where it is in doubt, it says that a look is needed.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from programme.formats.book import MAX_CELLS

Bytes = NDArray[np.uint8]

BLOCK = 1 << 20
OVERLAP = 16
NO_BOUND = 1 << 32


@dataclass(frozen=True)
class Sweep:
    """`rows` and `columns` lie above every address in the cells; `addressed`: every row and cell begins with its address.

    `special`: there is a formula, or a cell with an error. `marked`: there is a comment, or text that is not to be parsed.
    """

    rows: int
    columns: int
    addressed: bool
    special: bool
    marked: bool

    @property
    def fits(self) -> bool:
        """Whether the rectangle around the cells is certain to fit into memory."""
        return self.addressed and self.rows * self.columns <= MAX_CELLS


def sweep(data: bytes) -> Sweep:
    """Two blocks at once: numpy lets go of the interpreter."""
    with ThreadPoolExecutor(2) as pool:
        swept = list(pool.map(_block, _blocks(np.frombuffer(data, np.uint8))))
    return Sweep(
        rows=max((one.rows for one in swept), default=0),
        columns=max((one.columns for one in swept), default=0),
        addressed=all(one.addressed for one in swept),
        special=any(one.special for one in swept),
        marked=any(one.marked for one in swept),
    )


def _block(block: Bytes) -> Sweep:
    digit, letter = (block - 0x30) < 10, ((block | 0x20) - 0x61) < 26
    marked = bool((block[_places(block, b"!") - 1] == 0x3C).any())
    size = _rows(block, digit, letter), _columns(block, digit, letter)
    return Sweep(*size, _is_addressed(block), _is_special(block), marked)


def _blocks(data: Bytes) -> Iterator[Bytes]:
    """Pieces that overlap, and stay in the processor's cache; the last one is followed by blanks."""
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK + OVERLAP]
        yield block if len(block) == BLOCK + OVERLAP else np.append(block, np.full(OVERLAP, 0x20, np.uint8))


def _places(block: Bytes, byte: bytes) -> NDArray[np.intp]:
    """Where a byte stands that is rare in clean cells; the overlap is left to the next piece."""
    return np.flatnonzero(block[1 : len(block) - OVERLAP + 1] == byte[0]) + 1


def _is_special(block: Bytes) -> bool:
    """Whether <f or "e" stands there."""
    formulas, errors = _places(block, b"f"), _places(block, b"e")
    quoted = (block[errors - 1] == 0x22) & (block[errors + 1] == 0x22)
    return bool((block[formulas - 1] == 0x3C).any() or quoted.any())


def _is_addressed(block: Bytes) -> bool:
    """Whether r= follows every <c and <row, and nothing like <x:c or <x:row stands there."""
    end = len(block) - OVERLAP
    opening = block[:end] == 0x3C
    cells = opening & (block[1 : end + 1] == 0x63)
    told = (block[2 : end + 2] == 0x20) & (block[3 : end + 3] == 0x72) & (block[4 : end + 4] == 0x3D)
    if (cells & ~told).any():
        return False
    rows = np.flatnonzero(opening & (block[1 : end + 1] == 0x72) & (block[2 : end + 2] == 0x6F))
    if any((block[rows + place] != byte).any() for place, byte in enumerate(b"<row r=")):
        return False
    prefixed = block[_places(block, b":") + 1]
    return not ((prefixed == 0x63) | (prefixed == 0x72)).any()


def _rows(block: Bytes, digit: NDArray[np.bool_], letter: NDArray[np.bool_]) -> int:
    """By the digits after a letter or a quotation mark."""
    run = (letter | (block == 0x22) | (block == 0x27))[:-1] & digit[1:]
    digits = 0
    while digits < 7 and run.any():
        digits += 1
        longest, run = run, run[:-1] & digit[digits + 1 :]
    if digits == 7:
        return NO_BOUND
    if digits == 6 and not (longest & (block[1 : 1 + len(longest)] >= 0x32)).any():
        return 199_999
    return int(10**digits - 1)


def _columns(block: Bytes, digit: NDArray[np.bool_], letter: NDArray[np.bool_]) -> int:
    """By the letters before a digit."""
    two = letter[:-2] & letter[1:-1] & digit[2:]
    if not two.any():
        return 26
    if (letter[:-3] & two[1:]).any():
        return NO_BOUND
    return 26 * (int((block[:-2][two] | 0x20).max()) - 0x60 + 1)
