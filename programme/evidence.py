"""Evidence files: known by their first bytes rather than by their names, limited in size, kept once per content by hash."""

import hashlib
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from programme.errors import ProgrammeError
from programme.form_parts import storable
from programme.models import StoredFile

KINDS: Final = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
}
"""Ending → what a file of this kind begins with."""
LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class File:
    """A file that was uploaded: its name and the digest of its content."""

    name: str
    sha256: str


def why_unfit(name: str, content: bytes, max_bytes: int) -> str | None:
    """Why a file cannot serve as evidence, as a sentence; None when it can."""
    shown, ending = name[:60], name.rpartition(".")[2].lower()
    if ending not in KINDS or "." not in name:
        return f"“{shown}”不是可用的材料：请上传PDF、图片（PNG、JPG）、Word或Excel文件。"
    if not content:
        return f"“{shown}”是空文件，请重新选择。"
    if len(content) > max_bytes:
        return f"“{shown}”有{len(content) / 1_000_000:.1f}MB，请不超过{max_bytes // 1_000_000}MB。"
    if not content.startswith(KINDS[ending]):
        return f"“{shown}”的内容与扩展名不符（不是{ending.upper()}文件），请核对后重新上传。"
    return None


def keep(session: Session, name: str, content: bytes, max_bytes: int) -> File:
    """Store the content once. Raises ProgrammeError for a file that is unfit."""
    clean = storable(name).replace("/", "_").replace("\\", "_").strip()
    if sentence := why_unfit(clean, content, max_bytes):
        raise ProgrammeError(sentence)
    digest = hashlib.sha256(content).hexdigest()
    if session.get(StoredFile, digest) is None:
        session.add(StoredFile(sha256=digest, name=clean[-LONGEST_NAME:], content=content))
        session.flush()
    return File(clean[-LONGEST_NAME:], digest)
