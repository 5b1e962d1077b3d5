"""The bulletin as a PDF (PDF/A-2b): set by typst from its blocks, in the faces of data/fonts, all embedded."""

from collections.abc import Sequence
from datetime import date

from programme import typesetting
from programme.bulletin_blocks import DATE, SIGNATURE, TITLE, Block
from programme.bulletin_layout import right_sides, title_lines

AUTHOR = "网络扶贫监测平台"


def bulletin_pdf(blocks: Sequence[Block], *, dated: date | None = None, sha256: str = "") -> bytes:
    """The same bytes for the same blocks. `sha256` is kept as a keyword of the file. Raises Unusable for a character that no
    face has."""
    values = {
        "title": title_of(blocks),
        "author": AUTHOR,
        "keywords": [f"SHA-256 {sha256}"] if sha256 else [],
        "blocks": [_values(block, blocks) for block in blocks],
    }
    return typesetting.pdf("bulletin.typ", values, dated, ("a-2b",))


def title_of(blocks: Sequence[Block]) -> str:
    return next(block.shown for block in blocks if block.kind == TITLE)


def _values(block: Block, blocks: Sequence[Block]) -> dict[str, object]:
    values: dict[str, object] = {
        "kind": block.kind,
        "text": block.shown,
        "rows": block.rows,
        "widths": block.widths,
        "lines": title_lines(block.text) if block.kind == TITLE else [],
    }
    if block.kind in (SIGNATURE, DATE):
        values["right"] = right_sides(blocks)[block.kind == DATE]
    return values
