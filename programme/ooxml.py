"""What python-docx has no words for: faces by script, lengths in characters, numbers that Word counts."""

from typing import Any, Final

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LATIN: Final = "Times New Roman"


def words(paragraph: Paragraph, text: str, face: str, size: float, *, bold: bool = False) -> Run:
    run = paragraph.add_run(text)
    faces(run._element.get_or_add_rPr(), face)
    run.font.size, run.font.bold = Pt(size), bold or None
    if size == 16:
        properties = run._element.get_or_add_rPr()
        narrowed = OxmlElement("w:spacing")
        narrowed.set(qn("w:val"), "-5")
        properties.insert_element_before(narrowed, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    return run


def faces(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script, family in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{script}"), family)


def off_the_grid(paragraph: Paragraph, pitch: float) -> None:
    """Another line pitch, in points, that is not rounded up to the lines of the page."""
    paragraph.paragraph_format.line_spacing = Pt(pitch)
    properties = paragraph._p.get_or_add_pPr()
    loose = with_values(OxmlElement("w:snapToGrid"), {"w:val": "0"})
    properties.insert_element_before(loose, "w:spacing", "w:ind", "w:jc", "w:rPr")


def indented(paragraph: Paragraph, side: str, characters: float) -> None:
    """In characters, and in twentieths of a point for programs that do not count characters."""
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    with_values(indent, {f"w:{side}": str(round(characters * 100)), f"w:{side[:-5]}": str(round(characters * 316))})


def with_values(element: Any, values: dict[str, str]) -> Any:
    for name, value in values.items():
        element.set(qn(name), value)
    return element


def added(parent: Any, name: str, values: dict[str, str] | None = None) -> Any:
    element = with_values(OxmlElement(name), values or {})
    parent.append(element)
    return element


def to_the_right(paragraph: Paragraph, millimetres: float) -> None:
    """What stands behind the tab ends there."""
    paragraph.style = "Normal"
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(millimetres), WD_TAB_ALIGNMENT.RIGHT)


def counted(paragraph: Paragraph, code: str, face: str, size: float) -> None:
    """A number that Word counts itself."""
    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = code
        words(paragraph, "", face, size)._element.append(part)


def roomy(table: Table) -> None:
    """Between the words of a cell and its lines, in twentieths of a point."""
    margins = added(table._tbl.tblPr, "w:tblCellMar")
    for side, room in (("top", "30"), ("left", "70"), ("bottom", "30"), ("right", "70")):
        added(margins, f"w:{side}", {"w:w": room, "w:type": "dxa"})
