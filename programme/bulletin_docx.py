"""The bulletin as a Word file, from its blocks, for whoever works on it in Word. Where lines and pages break is Word's affair:
the PDF is the reference.

Faces are the official ones, which the reader's machine has. `charSpace` of a document grid is left alone: 22 lines of 28
characters come from an exact line pitch and a slightly narrowed 三号, the same in every program.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from programme import word
from programme.bulletin_blocks import DATE, SIGNATURE, Block
from programme.bulletin_layout import right_sides, title_lines, width
from programme.bulletin_pdf import AUTHOR, title_of

LATIN: Final = "Times New Roman"
FANG, KAI, HEI, SONG, TITLE_FACE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
PITCH: Final = Pt(28.95)
RED: Final = RGBColor(0xD0, 0x02, 0x1B)
TEXT_WIDTH: Final = 156
_FIRST_DAY: Final = date(1980, 1, 1)


def bulletin_docx(blocks: Sequence[Block], *, dated: date | None = None, sha256: str = "") -> bytes:
    """The same bytes for the same blocks; the texts are those of `bulletin_pdf`."""
    paper = _paper(title_of(blocks), dated or _FIRST_DAY, sha256)
    signature, day = right_sides(blocks)
    for block in blocks:
        right = signature if block.kind == SIGNATURE else day if block.kind == DATE else 0.0
        _WRITERS[block.kind](paper, block, right)
    buffer = io.BytesIO()
    paper.save(buffer)
    return word.repeatable(buffer.getvalue())


# --- paper ------------------------------------------------------------------------------------------------------------


def _paper(title: str, dated: date, sha256: str) -> Paper:
    paper = Document()
    normal = paper.styles["Normal"]
    _faces(normal.element.get_or_add_rPr(), FANG)
    normal.font.size = Pt(16)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    form.widow_control = False
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid = _added(section._sectPr, "w:docGrid") if grid is None else grid
    _set(grid, {"w:type": "lines", "w:linePitch": "579"})
    paper.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], ALIGN.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], ALIGN.LEFT)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = title, AUTHOR, ""
    properties.keywords = f"SHA-256 {sha256}" if sha256 else ""
    properties.created = properties.modified = datetime.combine(dated, datetime.min.time(), UTC)
    return paper


def _page_number(paragraph: Paragraph, side: ALIGN) -> None:
    """— n — on the outer side, in four lines' height of 四号, counted by Word."""
    paragraph.alignment = side
    _indent(paragraph, "rightChars" if side is ALIGN.RIGHT else "leftChars", 1)
    _run(paragraph, "— ", SONG, 14)
    for kind in ("begin", "", "end"):
        run = _run(paragraph, "", SONG, 14)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = "PAGE"
        run._element.append(part)
    _run(paragraph, " —", SONG, 14)


# --- words ------------------------------------------------------------------------------------------------------------


def _run(paragraph: Paragraph, text: str, face: str, size: float, *, bold: bool = False) -> Run:
    run = paragraph.add_run(text)
    _faces(run._element.get_or_add_rPr(), face)
    run.font.size, run.font.bold = Pt(size), bold or None
    if size == 16:
        properties = run._element.get_or_add_rPr()
        narrowed = OxmlElement("w:spacing")
        narrowed.set(qn("w:val"), "-5")
        properties.insert_element_before(narrowed, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    return run


def _faces(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script, family in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{script}"), family)


def _line(
    holder: Any, text: str, face: str = FANG, size: float = 16, *, align: ALIGN = ALIGN.JUSTIFY, first: int = 0,
    right: float = 0, keep: bool = False, bold: bool = False, tall: float = 0,
) -> Paragraph:  # fmt: skip
    """A paragraph; `first` and `right` in characters, `tall` in points for another line pitch."""
    paragraph: Paragraph = holder.add_paragraph()
    if text:
        _run(paragraph, text, face, size, bold=bold)
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = keep or None
    if first:
        _indent(paragraph, "firstLineChars", first)
    if right:
        _indent(paragraph, "rightChars", right)
    if tall:
        _off_the_grid(paragraph, tall)
    return paragraph


def _off_the_grid(paragraph: Paragraph, pitch: float) -> None:
    """Another line pitch, in points, that is not rounded up to the lines of the page."""
    paragraph.paragraph_format.line_spacing = Pt(pitch)
    properties = paragraph._p.get_or_add_pPr()
    loose = _set(OxmlElement("w:snapToGrid"), {"w:val": "0"})
    properties.insert_element_before(loose, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _indent(paragraph: Paragraph, side: str, characters: float) -> None:
    """In characters, and in twentieths of a point for programs that do not count characters."""
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    _set(indent, {f"w:{side}": str(round(characters * 100)), f"w:{side[:-5]}": str(round(characters * 316))})


def _set(element: Any, values: dict[str, str]) -> Any:
    for name, value in values.items():
        element.set(qn(name), value)
    return element


def _added(parent: Any, name: str, values: dict[str, str] | None = None) -> Any:
    element = _set(OxmlElement(name), values or {})
    parent.append(element)
    return element


# --- blocks -----------------------------------------------------------------------------------------------------------


def _mark(paper: Paper, block: Block, right: float) -> None:
    _line(paper, block.text, HEI, align=ALIGN.LEFT)


def _issuer(paper: Paper, block: Block, right: float) -> None:
    size = min(30.0, TEXT_WIDTH / 0.3528 / max(width(block.text), 1) * 0.98)
    paragraph = _line(paper, block.text, TITLE_FACE, size, align=ALIGN.CENTER, tall=60)
    for run in paragraph.runs:
        run.font.color.rgb = RED


def _number(paper: Paper, block: Block, right: float) -> None:
    paragraph = _line(paper, block.text, align=ALIGN.CENTER)
    borders = OxmlElement("w:pBdr")
    _added(borders, "w:bottom", {"w:val": "single", "w:sz": "16", "w:space": "6", "w:color": str(RED)})
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")
    _line(paper, "")


def _title(paper: Paper, block: Block, right: float) -> None:
    for text in title_lines(block.text):
        _line(paper, text, TITLE_FACE, 22, align=ALIGN.CENTER, tall=36)
    _line(paper, "")


def _addressee(paper: Paper, block: Block, right: float) -> None:
    _line(paper, block.text, align=ALIGN.LEFT)


def _heading1(paper: Paper, block: Block, right: float) -> None:
    _line(paper, block.text, HEI, first=2, keep=True)


def _heading2(paper: Paper, block: Block, right: float) -> None:
    _line(paper, block.text, KAI, first=2, keep=True)


def _paragraph(paper: Paper, block: Block, right: float) -> None:
    for text in block.text.split("\n"):
        _line(paper, text, first=2)


def _signature(paper: Paper, block: Block, right: float) -> None:
    _line(paper, "", keep=True)
    _line(paper, block.text, align=ALIGN.RIGHT, right=right, keep=True)


def _date(paper: Paper, block: Block, right: float) -> None:
    _line(paper, block.text, align=ALIGN.RIGHT, right=right)


def _table(paper: Paper, block: Block, right: float) -> None:
    for text in block.text.split("\n"):
        _line(paper, text, HEI, 10.5, align=ALIGN.CENTER, keep=True, tall=18)
    table = _new_table(paper, block.widths, len(block.rows))
    for at, row in enumerate(block.rows):
        properties = table.rows[at]._tr.get_or_add_trPr()
        _added(properties, "w:cantSplit")
        if at == 0:
            _added(properties, "w:tblHeader")
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.alignment = ALIGN.LEFT if at else ALIGN.CENTER
            _off_the_grid(paragraph, 17)
            _run(paragraph, text, FANG if at else HEI, 10.5)
    _line(paper, "", tall=10)


def _new_table(paper: Paper, widths: Sequence[int], rows: int) -> Table:
    """Widths stand in the grid too: programs that read the cells only and those that read the grid only agree."""
    table = paper.add_table(rows, len(widths))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    for at, millimetres in enumerate(widths):
        table.columns[at].width = Mm(millimetres)
        for cell in table.columns[at].cells:
            cell.width = Mm(millimetres)
    return table


def _record(paper: Paper, block: Block, right: float) -> None:
    """A table that Word floats at the foot of the last page, always followed by a paragraph: else it is lost by some."""
    table = _new_table(paper, (98, 58), 2)
    table.style = "Normal Table"
    first = table.cell(0, 0).merge(table.cell(0, 1))
    cells = ((first, block.text, ALIGN.LEFT), *_record_cells(table, block))
    for cell, text, side in cells:
        paragraph = cell.paragraphs[0]
        paragraph.alignment = side
        _off_the_grid(paragraph, 24)
        _run(paragraph, text, FANG, 14)
    properties = table._tbl.tblPr
    place = {
        "w:leftFromText": "0", "w:rightFromText": "0", "w:vertAnchor": "margin", "w:horzAnchor": "margin",
        "w:tblpXSpec": "center", "w:tblpYSpec": "bottom",
    }  # fmt: skip
    floating = _set(OxmlElement("w:tblpPr"), place)
    properties.insert_element_before(
        floating, "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc",
        "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
    )  # fmt: skip
    borders = OxmlElement("w:tblBorders")
    for edge, eighths in (("top", "8"), ("bottom", "8"), ("insideH", "6")):
        _added(borders, f"w:{edge}", {"w:val": "single", "w:sz": eighths, "w:space": "0", "w:color": "000000"})
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    _line(paper, "", tall=1)


def _record_cells(table: Table, block: Block) -> list[tuple[Any, str, ALIGN]]:
    issuer, printed = block.rows[0]
    return [(table.cell(1, 0), issuer, ALIGN.LEFT), (table.cell(1, 1), printed, ALIGN.RIGHT)]


_WRITERS: Final = {
    "mark": _mark, "issuer": _issuer, "number": _number, "title": _title, "addressee": _addressee, "heading1": _heading1,
    "heading2": _heading2, "paragraph": _paragraph, "table": _table, "signature": _signature, "date": _date,
    "record": _record,
}  # fmt: skip
