"""Files attached to a project: the type told by their first bytes, never by their name; sizes, pictures and archives bounded."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from programme.application_facts import AttachmentKind, application_facts
from programme.errors import Unusable
from programme.form_parts import storable

MEGA: Final = 1_000_000
LONGEST_NAME: Final = 100
MIME: Final = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PARTS: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that are followed by its height and width."""
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


def accepted(kind: AttachmentKind, name: str, content: bytes) -> tuple[str, str]:
    """The name a file is kept under, and its type. Raises Unusable with what is wrong and what to do."""
    if not content:
        raise Unusable("文件是空的，没有上传。请重新选择文件。")
    if len(content) > kind.max_megabytes * MEGA:
        raise Unusable(
            f"“{kind.name}”请不超过{kind.max_megabytes}MB，这个文件有{len(content) / MEGA:.1f}MB。请压缩或降低扫描分辨率。"
        )
    found = type_of(content)
    if found not in kind.types:
        raise Unusable(
            f"“{kind.name}”只收{_types(kind.types)}。这个文件的内容不是这些格式，改文件名没有用，请另存为其中一种后上传。"
        )
    _refuse_bombs(found, content)
    return safe_name(name, found), found


def _types(types: Sequence[str]) -> str:
    return "、".join(one for one in types if one != "jpeg")


def type_of(content: bytes) -> str:
    """pdf, png, jpg, docx, xlsx by what the file holds; "" for anything else."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(_PNG):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK\x03\x04"):
        names = {entry.filename for entry in _entries(content)}
        return next((found for found, part in _PARTS.items() if part in names), "")
    return ""


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    """What an archive says it holds; nothing for one that is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, LookupError):
        return []


def safe_name(name: str, found: str) -> str:
    """A bare file name: no folders, no signs that a system reads as more than a name, and the ending of its type."""
    bare = PureWindowsPath(PurePosixPath(storable(name)).name).name
    stem = _FORBIDDEN.sub("", bare).strip(" .")
    stem = re.sub(r"\.(pdf|jpe?g|png|docx|xlsx)$", "", stem, flags=re.IGNORECASE).strip(" .")
    return f"{stem[:LONGEST_NAME] or '附件'}.{found}"


# --- pictures and archives that grow when they are opened -------------------------------------------------------------


def _refuse_bombs(found: str, content: bytes) -> None:
    limits = application_facts().limits
    if found in ("png", "jpg"):
        size = _png_size(content) if found == "png" else _jpeg_size(content)
        if size is None:
            raise Unusable("图片损坏，打不开。请重新扫描或另存后上传。")
        if size[0] * size[1] > limits["max_megapixels"] * MEGA:
            raise Unusable(
                f"图片过大（{size[0]}×{size[1]}像素），请降低分辨率，不超过{limits['max_megapixels'] * 100}万像素。"
            )
    elif found in _PARTS:
        entries = _entries(content)
        if sum(entry.file_size for entry in entries) > limits["max_unpacked_megabytes"] * MEGA:
            raise Unusable(f"文件展开后超过{limits['max_unpacked_megabytes']}MB，不能上传。请删减其中的图片。")
        if any("vbaproject" in entry.filename.lower() for entry in entries):
            raise Unusable("文件带有宏，不能上传。请另存为不带宏的 docx 或 xlsx。")


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 33 or content[12:16] != b"IHDR":
        return None
    size = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return size if all(size) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the first frame header; None for a file without one."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = int.from_bytes(content[at + 5 : at + 7]), int.from_bytes(content[at + 7 : at + 9])
            return (width, height) if width and height else None
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None
