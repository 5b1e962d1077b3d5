"""A paper as a Word file, from its blocks, for whoever works on it in Word. Where lines and pages break is Word's affair: the PDF
is the reference.

Faces are the official ones, which the reader's machine has. `charSpace` of a document grid is left alone: 22 lines of 28
characters of a letter come from an exact line pitch and a slightly narrowed 三号, the same in every program.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from docx import Document
from docx.document import Document as File
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from programme import word
from programme.official_paper import AUTHOR, MILLIMETRES, Block, Form, Kind, Paper, right_sides, title_lines, width
from programme.ooxml import added, counted, faces, indented, off_the_grid, roomy, to_the_right, with_values, words

FANG, KAI, HEI, SONG, TITLE_FACE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
REPORT_FANG: Final = "仿宋"
PITCH: Final = Pt(28.95)
RED: Final = RGBColor(0xD0, 0x02, 0x1B)
_FIRST_DAY: Final = date(1980, 1, 1)


@dataclass(frozen=True)
class _Look:
    """How the lines of a block look: `first` in characters; `tall` in points, for another line pitch."""

    face: str = FANG
    size: float = 16
    align: ALIGN = ALIGN.LEFT
    first: int = 0
    keep: bool = False
    bold: bool = False
    tall: float = 0
    above: float = 0
    below: float = 0


_LETTER: Final = {
    Kind.MARK: _Look(HEI), Kind.NUMBER: _Look(align=ALIGN.CENTER), Kind.TITLE: _Look(TITLE_FACE, 22, ALIGN.CENTER, tall=36),
    Kind.ADDRESSEE: _Look(), Kind.HEADING1: _Look(HEI, align=ALIGN.JUSTIFY, first=2, keep=True),
    Kind.HEADING2: _Look(KAI, align=ALIGN.JUSTIFY, first=2, keep=True), Kind.PARAGRAPH: _Look(align=ALIGN.JUSTIFY, first=2),
    Kind.SIGNATURE: _Look(align=ALIGN.RIGHT, keep=True), Kind.DATE: _Look(align=ALIGN.RIGHT),
    Kind.TABLE: _Look(HEI, 10.5, ALIGN.CENTER, keep=True, tall=18),
}  # fmt: skip
_REPORT: Final = {
    Kind.TITLE: _Look(SONG, 20, ALIGN.CENTER, bold=True, below=4), Kind.PARAGRAPH: _Look(REPORT_FANG, 12, below=4),
    Kind.HEADING1: _Look(HEI, 14, keep=True, bold=True, above=8, below=4), Kind.NOTE: _Look(REPORT_FANG, 9, below=4),
}  # fmt: skip


def official_docx(paper: Paper) -> bytes:
    """The same bytes for the same paper; the texts are those of `official_pdf`."""
    file = _file(paper)
    right = right_sides(paper.blocks)
    for block in paper.blocks:
        if block.kind in _WRITERS:
            _WRITERS[block.kind](file, block, paper.form)
        else:
            look = (_LETTER if paper.form.letter else _REPORT)[block.kind]
            if block.kind == Kind.SIGNATURE:
                _line(file, "", look)
            for text in block.text.split("\n"):
                _line(file, text, look, right.get(block.kind, 0))
    buffer = io.BytesIO()
    file.save(buffer)
    return word.repeatable(buffer.getvalue())


# --- pages ------------------------------------------------------------------------------------------------------------


def _file(paper: Paper) -> File:
    file, form = Document(), paper.form
    section = file.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in form.sides)
    section.orientation = WD_ORIENT.LANDSCAPE if form.sides[0] > form.sides[1] else WD_ORIENT.PORTRAIT
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (
        Mm(one) for one in form.margins
    )
    if form.letter:
        _lines_of_a_letter(file)
        _letter_foot(section.footer.paragraphs[0], paper, odd=True)
        _letter_foot(section.even_page_footer.paragraphs[0], paper, odd=False)
    else:
        head = section.header.paragraphs[0]
        head.alignment = ALIGN.RIGHT
        words(head, paper.head, REPORT_FANG, 9)
        _report_foot(section.footer.paragraphs[0], paper)
    properties = file.core_properties
    properties.title, properties.author, properties.comments = paper.title, AUTHOR, ""
    properties.keywords = paper.keywords
    properties.created = properties.modified = datetime.combine(paper.dated or _FIRST_DAY, datetime.min.time(), UTC)
    return file


def _lines_of_a_letter(file: File) -> None:
    normal, section = file.styles["Normal"], file.sections[0]
    faces(normal.element.get_or_add_rPr(), FANG)
    normal.font.size = Pt(16)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    form.widow_control = False
    section.footer_distance = Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid = added(section._sectPr, "w:docGrid") if grid is None else grid
    with_values(grid, {"w:type": "lines", "w:linePitch": "579"})
    file.settings.odd_and_even_pages_header_footer = True


def _letter_foot(paragraph: Paragraph, paper: Paper, *, odd: bool) -> None:
    """— n — on the outer side, a character from the edge, the foot on the inner side."""
    to_the_right(paragraph, paper.form.text_width - (paper.form.text_width / 28 if odd else 0))
    paragraph.paragraph_format.line_spacing = 1.0
    indented(paragraph, "leftChars", 0 if odd else 1)
    if odd:
        words(paragraph, f"{paper.foot}\t", FANG, 9)
    words(paragraph, "— ", SONG, 14)
    counted(paragraph, "PAGE", SONG, 14)
    words(paragraph, " —", SONG, 14)
    if not odd:
        words(paragraph, f"\t{paper.foot}", FANG, 9)


def _report_foot(paragraph: Paragraph, paper: Paper) -> None:
    to_the_right(paragraph, paper.form.text_width)
    words(paragraph, f"{paper.foot}\t第 ", REPORT_FANG, 7.5)
    for code, rest in (("PAGE", " 页　共 "), ("NUMPAGES", " 页")):
        counted(paragraph, code, REPORT_FANG, 7.5)
        words(paragraph, rest, REPORT_FANG, 7.5)


# --- words ------------------------------------------------------------------------------------------------------------


def _line(holder: Any, text: str, look: _Look, right: float = 0) -> Paragraph:
    """A paragraph; `right` in characters."""
    paragraph: Paragraph = holder.add_paragraph()
    if text:
        words(paragraph, text, look.face, look.size, bold=look.bold)
    paragraph.alignment = look.align
    form = paragraph.paragraph_format
    form.keep_with_next = look.keep or None
    form.space_before, form.space_after = Pt(look.above), Pt(look.below)
    if look.first:
        indented(paragraph, "firstLineChars", look.first)
    if right:
        indented(paragraph, "rightChars", right)
    if look.tall:
        off_the_grid(paragraph, look.tall)
    return paragraph


# --- blocks -----------------------------------------------------------------------------------------------------------


def _issuer(file: File, block: Block, form: Form) -> None:
    size = min(30.0, form.text_width / MILLIMETRES / max(width(block.text), 1) * 0.98)
    paragraph = _line(file, block.text, _Look(TITLE_FACE, size, ALIGN.CENTER, tall=60))
    for run in paragraph.runs:
        run.font.color.rgb = RED


def _number(file: File, block: Block, form: Form) -> None:
    paragraph = _line(file, block.text, _LETTER[Kind.NUMBER])
    borders = OxmlElement("w:pBdr")
    added(borders, "w:bottom", {"w:val": "single", "w:sz": "16", "w:space": "6", "w:color": str(RED)})
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")
    _line(file, "", _Look())


def _title(file: File, block: Block, form: Form) -> None:
    for text in title_lines(block.text, form.title_line):
        _line(file, text, (_LETTER if form.letter else _REPORT)[Kind.TITLE])
    if form.letter:
        _line(file, "", _Look())


def _table(file: File, block: Block, form: Form) -> None:
    for text in block.text.split("\n") if block.text else ():
        _line(file, text, _LETTER[Kind.TABLE])
    table = _new_table(file, [form.text_width * share / sum(block.widths) for share in block.widths], len(block.rows))
    if not form.letter:
        roomy(table)
    for at, row in enumerate(block.rows):
        properties = table.rows[at]._tr.get_or_add_trPr()
        added(properties, "w:cantSplit")
        if at == 0:
            added(properties, "w:tblHeader")
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            if form.letter:
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                off_the_grid(cell.paragraphs[0], 17)
                cell.paragraphs[0].alignment = ALIGN.LEFT if at else ALIGN.CENTER
                words(cell.paragraphs[0], text, FANG if at else HEI, 10.5)
            else:
                strong = not at or at in block.strong
                words(cell.paragraphs[0], text, HEI if strong else REPORT_FANG, 9, bold=strong)
    _line(file, "", _Look(tall=10) if form.letter else _Look())


def _new_table(file: File, widths: Sequence[float], rows: int) -> Table:
    """Widths stand in the grid too: programs that read the cells only and those that read the grid only agree."""
    table = file.add_table(rows, len(widths))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    for column, millimetres in zip(table.columns, widths, strict=True):
        column.width = Mm(millimetres)
        for cell in column.cells:
            cell.width = Mm(millimetres)
    return table


def _record(file: File, block: Block, form: Form) -> None:
    """A table that Word floats at the foot of the last page, always followed by a paragraph: else it is lost by some."""
    table = _new_table(file, (98, 58), 2)
    table.style = "Normal Table"
    first = table.cell(0, 0).merge(table.cell(0, 1))
    issuer, printed = block.rows[0]
    below = ((table.cell(1, 0), issuer, ALIGN.LEFT), (table.cell(1, 1), printed, ALIGN.RIGHT))
    for cell, text, side in ((first, block.text, ALIGN.LEFT), *below):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = side
        off_the_grid(paragraph, 24)
        words(paragraph, text, FANG, 14)
    properties = table._tbl.tblPr
    place = {
        "w:leftFromText": "0", "w:rightFromText": "0", "w:vertAnchor": "margin", "w:horzAnchor": "margin",
        "w:tblpXSpec": "center", "w:tblpYSpec": "bottom",
    }  # fmt: skip
    floating = with_values(OxmlElement("w:tblpPr"), place)
    properties.insert_element_before(
        floating, "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc",
        "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
    )  # fmt: skip
    borders = OxmlElement("w:tblBorders")
    for edge, eighths in (("top", "8"), ("bottom", "8"), ("insideH", "6")):
        added(borders, f"w:{edge}", {"w:val": "single", "w:sz": eighths, "w:space": "0", "w:color": "000000"})
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    _line(file, "", _Look(tall=1))


_WRITERS: Final = {
    Kind.ISSUER: _issuer,
    Kind.NUMBER: _number,
    Kind.TITLE: _title,
    Kind.TABLE: _table,
    Kind.RECORD: _record,
}
