"""The two faces of the wall, cut down to the characters it shows: the same bytes for the same characters."""

import base64
import io
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont

from programme.settings import data_folder

FACES: Final = ((400, "NotoSansCJKsc-Regular-part.woff2"), (700, "NotoSansCJKsc-Bold-part.otf"))
OTHERS: Final = frozenset(map(chr, range(0x20, 0x7F)))


def faces(text: str) -> str:
    """The rules for `font-family: Wall` with both weights inside. A character the faces lack is left to the machine's fonts."""
    shown = frozenset(text) | OTHERS
    return "".join(_rule(weight, _cut(data_folder() / "fonts" / name, shown)) for weight, name in FACES)


def _rule(weight: int, face: bytes) -> str:
    inside = base64.b64encode(face).decode()
    return (
        f"@font-face{{font-family:Wall;font-weight:{weight};src:url(data:font/woff2;base64,{inside})format('woff2')}}"
    )


@lru_cache(maxsize=8)
def _cut(path: Path, characters: frozenset[str]) -> bytes:
    options = subset.Options(notdef_outline=True, layout_features=[], name_IDs=[], desubroutinize=True)
    face = TTFont(path, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in characters])
    cutter.subset(face)
    face.flavor = "woff2"
    held = io.BytesIO()
    face.save(held)
    return held.getvalue()
