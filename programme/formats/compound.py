"""OLE2 compound files, the container of xls: its streams by name, read so that no loop in it can hold us up."""

import struct
from collections.abc import Sequence

from programme.errors import Unusable
from programme.formats.refusal import BROKEN, Refusing

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFE
MINI = 64
MINI_LIMIT = 4096
"""A stream below this length lies in the mini stream, cut into sectors of 64 bytes."""


class Compound:
    """Names and streams of a compound file; raises Unusable when it is broken."""

    def __init__(self, content: bytes) -> None:
        with Refusing():
            self._read(content)

    def _read(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << struct.unpack_from("<H", content, 30)[0]
        if self._size not in (512, 4096):
            raise Unusable(BROKEN)
        first_directory, first_mini = struct.unpack_from("<I", content, 48)[0], struct.unpack_from("<I", content, 60)[0]
        self._table = self._allocation()
        entries = [_Entry(raw) for raw in _pieces(self._stream(first_directory), 128)]
        self._entries = {entry.name: entry for entry in reversed(entries) if entry.name}
        root = entries[0]
        self._mini = self._stream(root.start) if root.start < END else b""
        self._mini_table = _numbers(self._stream(first_mini)) if first_mini < END else []

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise Unusable(BROKEN)
        return sector

    def _allocation(self) -> list[int]:
        """The table that names the next sector of each, put together from the sectors listed in the header and after it."""
        listed = list(struct.unpack_from("<109I", self._content, 76))
        following = struct.unpack_from("<I", self._content, 68)[0]
        most = len(self._content) // self._size + 1
        while following < END and len(listed) <= most + 109:
            *more, following = _numbers(self._sector(following))
            listed += more
        used = [number for number in listed if number < END]
        if len(set(used)) < len(used) or len(used) > most:
            raise Unusable(BROKEN)
        return [entry for number in used for entry in _numbers(self._sector(number))]

    def _stream(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _chain(start, self._table))

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def stream(self, name: str) -> bytes:
        """The stream of that name; KeyError when there is none, Unusable when it is broken."""
        entry = self._entries[name]
        with Refusing():
            if entry.length >= MINI_LIMIT:
                return self._stream(entry.start)[: entry.length]
            pieces = (
                self._mini[number * MINI : (number + 1) * MINI] for number in _chain(entry.start, self._mini_table)
            )
            return b"".join(pieces)[: entry.length]


class _Entry:
    """A directory entry: 128 bytes with the name in UTF-16, the first sector and the length."""

    def __init__(self, raw: bytes) -> None:
        length = min(struct.unpack_from("<H", raw, 64)[0], 64)
        self.name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
        self.start, self.length = struct.unpack_from("<II", raw, 116)


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data) - size + 1, size)]


def _numbers(sector: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))


def _chain(start: int, table: Sequence[int]) -> list[int]:
    """The sectors of a stream in order; a chain that runs in a circle or out of the table is broken."""
    chain: list[int] = []
    while start < END:
        if len(chain) > len(table):
            raise Unusable(BROKEN)
        chain.append(start)
        start = table[start]
    return chain


def written(name: str, stream: bytes) -> bytes:
    """A compound file with a single stream of at least 4,096 bytes, in sectors of 4,096 bytes."""
    size = 4096
    stream += b"\0" * (max(MINI_LIMIT, -(-len(stream) // size) * size) - len(stream))
    sectors = len(stream) // size
    tables = -(-(sectors + 1) // (size // 4 - 1))
    allocation = [0xFFFFFFFD] * tables + [END] + list(range(tables + 2, tables + 1 + sectors)) + [END]
    allocation += [0xFFFFFFFF] * (tables * size // 4 - len(allocation))
    listed = list(range(tables)) + [0xFFFFFFFF] * (109 - tables)
    header = struct.pack("<8s16x5H6x6I", SIGNATURE, 0x3E, 4, 0xFFFE, 12, 6, 1, tables, tables, 0, MINI_LIMIT, END)
    header += struct.pack("<3I109I", 0, END, 0, *listed)
    directory = _entry("Root Entry", 5, 1, tables + 1, 0) + _entry(name, 2, END, tables + 1, len(stream))
    return b"".join(
        (
            header.ljust(size, b"\0"),
            struct.pack(f"<{len(allocation)}I", *allocation),
            directory.ljust(size, b"\0"),
            stream,
        )
    )


def _entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
    """One directory entry of 128 bytes; links not given point nowhere."""
    encoded = name.encode("utf-16-le") + b"\0\0"
    nowhere = 0xFFFFFFFF
    link = child if kind == 5 else nowhere
    return struct.pack("<64sHBB3I16x4x16xIQ", encoded, len(encoded), kind, 1, nowhere, nowhere, link, start, length)
