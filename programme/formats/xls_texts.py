"""The shared texts of an xls workbook (SST and its CONTINUE records), walked through to know how long they are."""

import struct
from collections.abc import Sequence


class _Walk:
    """A place in the records, which moves on from one to the next."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records
        self._number, self._at = 0, 8

    def at_end(self) -> bool:
        while self._number < len(self._records) and self._at >= len(self._records[self._number]):
            self._number, self._at = self._number + 1, 0
        return self._number >= len(self._records)

    def take(self, form: str) -> int:
        """One number, whole within a record; struct.error when the record ends before it."""
        self.at_end()
        number: int = struct.unpack_from(form, self._records[self._number], self._at)[0]
        self._at += struct.calcsize(form)
        return number

    def skip(self, length: int) -> None:
        """Over bytes that may run on into the next records."""
        while length and not self.at_end():
            step = min(length, len(self._records[self._number]) - self._at)
            self._at, length = self._at + step, length - step

    def skip_characters(self, count: int, wide: bool) -> None:
        """Over characters of one or two bytes; where a record ends, the next begins with a new width."""
        while count and not self.at_end():
            if self._at == 0:
                wide = bool(self.take("<B") & 1)
            size = 2 if wide else 1
            step = min(count, max((len(self._records[self._number]) - self._at) // size, 0))
            self._at += step * size
            if step < count:
                self._at = len(self._records[self._number])
            count -= step


def longest_text(records: Sequence[bytes]) -> int:
    """Characters of the longest shared text."""
    walk, longest = _Walk(records), 0
    while not walk.at_end():
        count, flags = walk.take("<H"), walk.take("<B")
        runs = walk.take("<H") if flags & 8 else 0
        extra = walk.take("<I") if flags & 4 else 0
        walk.skip_characters(count, bool(flags & 1))
        walk.skip(4 * runs + extra)
        longest = max(longest, count)
    return longest
