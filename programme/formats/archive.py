"""Zip archives (xlsx, ods), checked before anything in them is read: size, ratio, names, encryption."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from programme.errors import Unusable
from programme.formats.book import limits
from programme.formats.refusal import BOMB, BROKEN, LOCKED, Refusing

MAX_PARTS = 5_000
SMALL_PART = 1_000_000
"""Bytes up to which a part may be packed as tightly as it likes."""


class Archive:
    """The parts of a zip file by name, without regard to case; raises Unusable for what must not be opened."""

    def __init__(self, content: bytes) -> None:
        if content.count(b"PK\x01\x02") > MAX_PARTS:
            raise Unusable(BOMB)
        with Refusing():
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            self._take(info)
        _require_size(list(self._parts.values()))

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = info.filename.replace("\\", "/").lstrip("/").lower()
        if info.flag_bits & 1:
            raise Unusable(LOCKED)
        if ".." in name.split("/") or name in self._parts:
            raise Unusable(BROKEN)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unusable(BROKEN)
        self._parts[name] = info

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    @property
    def names(self) -> list[str]:
        """In lower case."""
        return list(self._parts)

    def size(self, name: str) -> int:
        """Bytes of the part when unpacked, 0 when it is missing."""
        info = self._parts.get(name.lower())
        return info.file_size if info else 0

    def read(self, name: str) -> bytes:
        """The unpacked part, never longer than the archive's directory says; Unusable when missing or broken."""
        info = self._parts.get(name.lower())
        if info is None:
            raise Unusable(BROKEN)
        with Refusing():
            return self._zip.read(info)


def _require_size(parts: list[zipfile.ZipInfo]) -> None:
    allowed = limits()
    if sum(part.file_size for part in parts) > allowed["max_unpacked_bytes"]:
        raise Unusable(BOMB)
    large = [part for part in parts if part.file_size > SMALL_PART]
    if any(part.file_size > allowed["max_ratio"] * max(part.compress_size, 1) for part in large):
        raise Unusable(BOMB)


def stored(parts: Mapping[str, Sequence[bytes | memoryview]]) -> io.BytesIO:
    """A zip archive of unpacked parts, each given in pieces, ready for a reader that unpacks more slowly than zlib."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, pieces in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece)
    packed.seek(0)
    return packed
