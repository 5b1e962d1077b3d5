"""Setting blocks: as a Word file by code, as a PDF by the template county_evaluation.typ. Neither adds a word of its own."""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from programme.typesetting import pdf
from programme.word import repeatable

TEMPLATE: Final = "county_evaluation.typ"
FANG, HEI, SONG, LATIN = "仿宋", "黑体", "宋体", "Times New Roman"
SIDES: Final = (297, 210)
MARGIN: Final = 20
_LOOKS: Final = {"title": (SONG, 20.0), "heading": (HEI, 14.0), "text": (FANG, 12.0), "note": (FANG, 9.0)}


@dataclass(frozen=True)
class Block:
    """A title, heading, text or note; or a table with `columns`, their shares of the width, and `rows` of texts. `strong` are the
    numbers of rows that stand out."""

    kind: Literal["title", "heading", "text", "note", "table"]
    text: str = ""
    columns: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    strong: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A document before it is set. `foot` stands at the foot of every page, `head` at its head."""

    title: str
    head: str
    foot: str
    landscape: bool
    dated: date
    blocks: tuple[Block, ...]

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height in millimetres."""
        return SIDES if self.landscape else (SIDES[1], SIDES[0])


def pdf_of(sheet: Sheet) -> bytes:
    facts = asdict(sheet) | {"dated": sheet.dated.isoformat()}
    return pdf(TEMPLATE, facts, sheet.dated)


def docx_of(sheet: Sheet) -> bytes:
    """The same bytes for the same sheet."""
    paper = _new(sheet)
    for block in sheet.blocks:
        if block.kind == "table":
            _table(paper, block, sheet.sides[0] - 2 * MARGIN)
        else:
            name, size = _LOOKS[block.kind]
            paragraph = paper.add_paragraph()
            _words(paragraph, block.text, name, size)
            paragraph.alignment = ALIGN.CENTER if block.kind == "title" else ALIGN.LEFT
            paragraph.paragraph_format.space_before = Pt(8 if block.kind == "heading" else 0)
            paragraph.paragraph_format.space_after = Pt(4)
            paragraph.paragraph_format.keep_with_next = block.kind == "heading"
    buffer = io.BytesIO()
    paper.save(buffer)
    return repeatable(buffer.getvalue())


def _new(sheet: Sheet) -> Paper:
    paper = Document()
    section, (width, height) = paper.sections[0], sheet.sides
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    _words(head, sheet.head, FANG, 9)
    head.alignment = ALIGN.RIGHT
    foot.style = paper.styles["Normal"]
    _words(foot, f"{sheet.foot}　第 ", FANG, 7.5)
    for code, rest in (("PAGE", " 页　共 "), ("NUMPAGES", " 页")):
        _field(foot, code)
        _words(foot, rest, FANG, 7.5)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = sheet.title, "网络扶贫监测平台", ""
    properties.created = properties.modified = datetime.combine(sheet.dated, datetime.min.time(), UTC)
    return paper


def _table(paper: Paper, block: Block, width: int) -> None:
    table = paper.add_table(len(block.rows) + 1, len(block.columns), "Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    _room(table)
    _widths(table, [width * share / sum(block.shares) for share in block.shares])
    for number, (row, texts) in enumerate(zip(table.rows, (block.columns, *block.rows), strict=True), -1):
        marks = row._tr.get_or_add_trPr()
        marks.append(OxmlElement("w:cantSplit"))
        if number < 0:
            marks.append(OxmlElement("w:tblHeader"))
        for cell, text in zip(row.cells, texts, strict=True):
            _words(cell.paragraphs[0], text, HEI if number < 0 or number in block.strong else FANG, 9)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _room(table: Table) -> None:
    """Between the words of a cell and its lines."""
    margins = OxmlElement("w:tblCellMar")
    for side, twentieths in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), str(twentieths))
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    table._tbl.tblPr.append(margins)


def _widths(table: Table, millimetres: Sequence[float]) -> None:
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _words(paragraph: Paragraph, text: str, name: str, size: float) -> Any:
    run = paragraph.add_run(text)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for script, family in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{script}"), family)
    run.font.size, run.font.bold = Pt(size), name != FANG
    return run


def _field(paragraph: Paragraph, code: str) -> None:
    """A number that Word counts itself."""
    for kind in ("begin", None, "end"):
        run = _words(paragraph, "", FANG, 7.5)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = code
        run._element.append(part)
