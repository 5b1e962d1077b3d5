"""A paper as a PDF: set by typst from its blocks, in the faces of data/fonts, all embedded. A letter is PDF/A-2b."""

from dataclasses import asdict

from programme import typesetting
from programme.official_paper import AUTHOR, Block, Kind, Paper, right_sides, title_lines


def official_pdf(paper: Paper) -> bytes:
    """The same bytes for the same paper. Raises Unusable for a character of a letter that no face has."""
    right = right_sides(paper.blocks)
    values = {
        **asdict(paper.form),
        "title": paper.title,
        "author": AUTHOR,
        "keywords": [paper.keywords] if paper.keywords else [],
        "head": paper.head,
        "foot": paper.foot,
        "blocks": [_values(block, paper) | {"right": right.get(block.kind, 0)} for block in paper.blocks],
    }
    return typesetting.pdf("official.typ", values, paper.dated, ("a-2b",) if paper.form.letter else ())


def _values(block: Block, paper: Paper) -> dict[str, object]:
    return {
        "kind": block.kind,
        "text": block.shown,
        "rows": block.rows,
        "widths": block.widths,
        "strong": block.strong,
        "lines": title_lines(block.text, paper.form.title_line) if block.kind == Kind.TITLE else [],
    }
