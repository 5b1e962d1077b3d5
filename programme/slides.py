"""A deck of slides as PowerPoint and WPS edit it: titles in placeholders, native tables, notes, Chinese faces and language on
every text. What stands on the slides is for the caller."""

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATED
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt

from programme.briefing_facts import briefing_facts
from programme.documents import printable

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
INSIDE: Final = WIDTH - 2 * MARGIN
CHINESE: Final = "zh-CN"
_RGB: Any = RGBColor
_LAYOUTS: Final = {0: "标题页", 5: "仅标题"}
_LEFTOVERS: Final = (RELATED.THUMBNAIL, RELATED.EXTENDED_PROPERTIES, RELATED.PRINTER_SETTINGS)
_PLACEHOLDERS: Final = {
    "title": "标题",
    "ctrTitle": "标题",
    "subTitle": "副标题",
    "ftr": "口径",
    "sldNum": "页码",
    "body": "正文",
}
_PLACES: Final = {  # inches from the left and the top, width, height
    "title": (MARGIN, 0.4, INSIDE, 0.8),
    "body": (MARGIN, 1.4, INSIDE, 5.3),
    "ctrTitle": (MARGIN, 1.7, INSIDE, 1.8),
    "subTitle": (MARGIN, 3.7, INSIDE, 2.6),
    "ftr": (MARGIN, 6.95, INSIDE - 1.2, 0.35),
    "sldNum": (WIDTH - MARGIN - 1.1, 6.95, 1.1, 0.35),
}
_CREATED: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_NOT_DRAWN: Final = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def drawable(text: str) -> str:
    """A user's text in one line, without what a slide cannot hold."""
    return " ".join(_NOT_DRAWN.sub("", printable(text)).split())


def colour(name: str) -> RGBColor:
    """One of the looks of briefing.toml."""
    return _RGB(*bytes.fromhex(briefing_facts().look[name].removeprefix("#")))


def dress(font: Any, size: float, name: str = "text", *, bold: bool = False) -> None:
    """Size, colour, and the face for Latin and Chinese letters alike: `font.name` alone sets only Latin."""
    face = briefing_facts().look["face"]
    font.size, font.bold, font.name = Pt(size), bold, face
    font.color.rgb = colour(name)
    properties = font._rPr
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    properties.find(qn("a:latin")).addnext(_named("a:ea", typeface=face))
    if properties.tag == qn("a:rPr"):
        properties.set("lang", CHINESE)


def say(
    frame: Any, lines: Iterable[str], size: float, name: str = "text", *, bold: bool = False, align: Any = None
) -> None:
    """Each line a paragraph of its own; "\\v" breaks a line where its sense allows."""
    frame.word_wrap = True
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment = align
        for part, words in enumerate(line.split("\v")):
            if part:
                paragraph.add_line_break()
            run = paragraph.add_run()
            run.text = words
            dress(run.font, size, name, bold=bold)


@dataclass
class Deck:
    """A presentation being written. `foot` stands on every slide, beside its number; `about` ends the notes of each."""

    title: str
    foot: str
    about: str
    dated: datetime
    book: Any = field(default_factory=Presentation)

    def __post_init__(self) -> None:
        self.book.slide_width, self.book.slide_height = Inches(WIDTH), Inches(HEIGHT)
        for at, layout in reversed(list(enumerate(self.book.slide_layouts))):
            if at not in _LAYOUTS:
                self.book.slide_layouts.remove(layout)
        for layout, name in zip(self.book.slide_layouts, _LAYOUTS.values(), strict=True):
            layout._element.cSld.set("name", name)
        for owner in (self.book.slide_master, *self.book.slide_layouts):
            _arrange(owner)
        _theme(self.book.slide_master.part.part_related_by(RELATED.THEME))
        _drop_leftovers(self.book.part)

    def slide(self, title: str, notes: Sequence[str], *, cover: bool = False) -> Any:
        """A further slide with its title; the notes say what it shows, then the basis."""
        page = self.book.slides.add_slide(self.book.slide_layouts[0 if cover else 1])
        size = 36 if cover else 26
        say(page.shapes.title.text_frame, [title], size, bold=True, align=PP_ALIGN.LEFT)
        _foot(page, self.foot, len(self.book.slides))
        said = page.notes_slide.notes_text_frame
        say(said, [*notes, self.about], 12)
        return page

    def content(self) -> bytes:
        """The same bytes for the same slides."""
        properties = self.book.core_properties
        properties.title, properties.language, properties.author = self.title, CHINESE, ""
        properties.last_modified_by, properties.created, properties.modified = "", self.dated, self.dated
        parts = [self.book.part, *self.book.part.package.iter_parts()]
        for part in parts:
            if (element := getattr(part, "_element", None)) is not None:
                _in_chinese(element)
        buffer = io.BytesIO()
        self.book.save(buffer)
        return _repeatable(buffer.getvalue(), self.dated)


# --- parts of a slide -------------------------------------------------------------------------------------------------


def words(page: Any, place: Sequence[float], lines: Iterable[str], size: float, name: str = "text") -> None:
    """A box of text; `place` in inches: left, top, width, height."""
    box = page.shapes.add_textbox(*map(Inches, place))
    box.name = "说明"
    say(box.text_frame, lines, size, name)


def table(
    page: Any, place: Sequence[float], widths: Sequence[float], rows: Sequence[Sequence[str]], size: float, alt: str,
    right: frozenset[int] = frozenset(),
) -> None:  # fmt: skip
    """Rows of texts, the first of them the heading. `place`: left, top and height of a row; `right`: columns of figures."""
    left, top, height = place
    box = (Inches(left), Inches(top), Inches(sum(widths)), Inches(height * len(rows)))
    frame = page.shapes.add_table(len(rows), len(widths), *box)
    describe(frame, alt)
    frame.table._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    for column, width in zip(frame.table.columns, widths, strict=True):
        column.width = Inches(width)
    for at, row in enumerate(rows):
        frame.table.rows[at].height = Inches(height)
        for column, text in enumerate(row):
            cell = frame.table.cell(at, column)
            _line_below(cell, "muted" if at == 0 else "grid")
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.margin_left = cell.margin_right = Inches(0.1)
            align = PP_ALIGN.RIGHT if column in right else PP_ALIGN.LEFT
            say(cell.text_frame, [text], size, bold=at == 0, align=align)


def describe(frame: Any, alt: str) -> None:
    """What a screen reader says of a chart or table."""
    frame.name = alt.partition("：")[0].partition("。")[0]
    frame._element.xpath(".//p:cNvPr")[0].set("descr", alt)


def _line_below(cell: Any, name: str) -> None:
    """A thin line under the cell, and nothing behind it."""
    properties = cell._tc.get_or_add_tcPr()
    edge = _named("a:lnB", w="9525")
    fill = _named("a:solidFill")
    fill.append(_named("a:srgbClr", val=str(colour(name))))
    edge.append(fill)
    properties.append(edge)
    properties.append(_named("a:noFill"))


def _foot(page: Any, foot: str, number: int) -> None:
    """Basis and page number, as placeholders of the layout filled."""
    for kind in ("ftr", "sldNum"):
        pattern = next(p for p in page.slide_layout.placeholders if _kind(p) == kind)
        copied = copy.deepcopy(pattern._element)
        copied.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in page.shapes) + 1))
        page.shapes._spTree.append(copied)
        frame = page.shapes[-1].text_frame
        if kind == "ftr":
            frame.text = ""
            say(frame, [foot], 11, "muted", align=PP_ALIGN.LEFT)
        else:
            shown = next(frame._txBody.iter(qn("a:t")))
            shown.text = str(number)


# --- the empty deck ---------------------------------------------------------------------------------------------------


def _kind(placeholder: Any) -> str:
    return str(placeholder._element.xpath(".//p:ph")[0].get("type", "body"))


def _arrange(owner: Any) -> None:
    """Placeholders of the master and the layouts in wide format, named in Chinese; the one for a date goes."""
    for placeholder in list(owner.placeholders):
        kind = _kind(placeholder)
        if kind == "dt":
            placeholder._element.getparent().remove(placeholder._element)
            continue
        name = _PLACEHOLDERS[kind]
        placeholder.name = name
        left, top, width, height = (Inches(length) for length in _PLACES[kind])
        placeholder.left, placeholder.top, placeholder.width, placeholder.height = left, top, width, height
        _prompt(placeholder, kind, name)


def _prompt(placeholder: Any, kind: str, name: str) -> None:
    frame = placeholder.text_frame
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if kind in ("title", "ftr", "sldNum") else MSO_ANCHOR.TOP
    if kind == "ctrTitle":
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    if kind == "sldNum":
        frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        for properties in frame._txBody.iter(qn("a:rPr")):
            properties.set("sz", "1100")
        return
    if kind == "ftr":
        return
    frame.text = f"单击此处编辑{name}"
    align = placeholder._element.xpath(".//a:lstStyle/a:lvl1pPr")
    for level in align:
        level.set("algn", "l")


def _theme(part: Any) -> None:
    """Our face for every script and our colours for what somebody adds to the deck."""
    look = briefing_facts().look
    theme: Any = parse_xml(part.blob)
    theme.set("name", "简报")
    for fonts in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
        for script in fonts.findall(qn("a:font")):
            fonts.remove(script)
        for name in ("a:latin", "a:ea"):
            fonts.find(qn(name)).set("typeface", look["face"])
    for name, shown in zip(("accent", "green", "amber", "red", "none", "muted"), range(1, 7), strict=True):
        (value,) = theme.find(f".//{qn(f'a:accent{shown}')}")
        value.set("val", str(colour(name)))
    part._blob = serialize_part_xml(theme)


def _drop_leftovers(part: Any) -> None:
    """The picture, the counts and the printer of the empty deck that the library carries."""
    for relations in (part.package._rels, part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype in _LEFTOVERS:
                relations.pop(key)


def _in_chinese(element: Any) -> None:
    for part in element.iter():
        if "lang" in part.attrib and isinstance(part.tag, str):
            part.set("lang", CHINESE)


def _named(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _repeatable(content: bytes, dated: datetime) -> bytes:
    """The same archive without the times of writing, its own and those of the workbooks inside its charts."""
    stamp = dated.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = _repeatable(part, dated)
            elif name == "docProps/core.xml":
                part = _CREATED.sub(rb"\g<1>" + stamp + rb"\g<3>", part)
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
