"""Write the Word templates of this folder for the first time: python data/templates/make_templates.py

The templates may be edited in Word afterwards (see README.md beside this file); this script then overwrites that work.
"""

from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

HERE = Path(__file__).resolve().parent
LATIN, FANG, HEI, SONG = "Times New Roman", "仿宋", "黑体", "宋体"
MIDDLE, TOP = VERTICAL.CENTER, VERTICAL.TOP


# --- words ------------------------------------------------------------------------------------------------------------


def face(properties, name, size, bold=False):
    """East Asian and Latin face, of a run or a style."""
    fonts = properties.get_or_add_rPr().get_or_add_rFonts()
    for script, family in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{script}"), family)
    return size, bold


def words(paragraph, text, name=FANG, size=12, bold=False):
    run = paragraph.add_run(text)
    face(run._element, name, size)
    run.font.size, run.font.bold = Pt(size), bold
    return run


def line(holder, text, align=ALIGN.LEFT, before=0, after=0, indent=0, first=0, keep=False, **look):
    """A paragraph of its own. Lengths in millimetres, `first` in characters."""
    paragraph = holder.add_paragraph()
    words(paragraph, text, **look)
    form = paragraph.paragraph_format
    form.alignment, form.keep_with_next = align, keep
    form.space_before, form.space_after = Mm(before), Mm(after)
    form.left_indent = Mm(indent)
    if first:
        place = OxmlElement("w:ind")
        place.set(qn("w:firstLineChars"), str(first * 100))
        place.set(qn("w:firstLine"), str(first * 240))
        paragraph._p.get_or_add_pPr().append(place)
    return paragraph


def field_code(paragraph, code, size):
    """A page number that Word counts itself."""
    for kind in ("begin", None, "end"):
        run = words(paragraph, "", FANG, size)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = code
        run._element.append(part)


# --- paper ------------------------------------------------------------------------------------------------------------


def new_document(landscape=False):
    document = Document()
    normal = document.styles["Normal"]
    face(normal.element, FANG, 12)
    normal.font.size = Pt(12)
    normal.paragraph_format.space_after = Pt(0)
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)
    section.header_distance = section.footer_distance = Mm(14)
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "网络扶贫监测平台", "", "{{ title }}"
    return document


def head_and_foot(document, foot, width):
    section = document.sections[0]
    head = section.header.paragraphs[0]
    words(head, "{{ sample }}", size=9)
    head.alignment = ALIGN.RIGHT
    paragraph = section.footer.paragraphs[0]
    paragraph.style = document.styles["Normal"]  # the footer's own style has tab stops of its own
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), ALIGN.RIGHT)
    words(paragraph, f"{foot}\t第 ", size=7.5)
    field_code(paragraph, "PAGE", 7.5)
    words(paragraph, " 页　共 ", size=7.5)
    field_code(paragraph, "NUMPAGES", 7.5)
    words(paragraph, " 页", size=7.5)


def new_table(document, widths, rows):
    table = document.add_table(rows, len(widths))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    for at, width in enumerate(widths):
        table.columns[at].width = Mm(width)
        for cell in table.columns[at].cells:
            cell.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side, twentieths in (("top", 45), ("left", 85), ("bottom", 45), ("right", 85)):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), str(twentieths))
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    table._tbl.tblPr.append(margins)
    return table


def merged(table, row, first, last, down=0):
    return table.cell(row, first).merge(table.cell(row + down, last))


def put(cell, *texts, align=ALIGN.LEFT, vertical=MIDDLE, hint="", **look):
    """One paragraph per text, below a hint in smaller letters."""
    if hint:
        words(cell.paragraphs[0], hint, size=11)
        cell.add_paragraph()
    for at, text in enumerate(texts):
        paragraph = cell.paragraphs[-1] if at == 0 else cell.add_paragraph()
        paragraph.paragraph_format.alignment = align
        words(paragraph, text, **look)
    cell.vertical_alignment = vertical
    return cell


def label(cell, *texts):
    return put(cell, *texts, align=ALIGN.CENTER)


def tall(table, row, height, whole=False):
    """At least this high; `whole`: not parted between two pages."""
    table.rows[row].height, table.rows[row].height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    if whole:
        table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeated(table, row):
    table.rows[row]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def without_border(cell, side):
    borders = OxmlElement("w:tcBorders")
    part = OxmlElement(f"w:{side}")
    part.set(qn("w:val"), "nil")
    borders.append(part)
    properties = cell._tc.get_or_add_tcPr()
    place = properties.find(qn("w:vAlign"))
    if place is None:
        properties.append(borders)
    else:
        place.addprevious(borders)


# --- 附件1 ------------------------------------------------------------------------------------------------------------


def annex1():
    document = new_document()
    head_and_foot(document, "{{ version }}", 160)
    line(document, "附件 1", name=HEI, size=16)
    line(document, "{{ title }}", ALIGN.CENTER, before=62, after=72, name=HEI, size=26)
    line(document, "申报企业：{{ unit }}(盖章)", indent=15, after=8, size=16)
    line(document, "申报日期：{{ applied_on }}", indent=15, size=16)
    line(document, "项目申报书", ALIGN.CENTER, after=4, name=HEI, size=18).paragraph_format.page_break_before = True
    annex1_basics(document)
    between = line(document, "", size=1)
    between.paragraph_format.page_break_before = True
    annex1_overview(document)
    annex1_declaration(document)
    document.save(HERE / "annex1.docx")


def annex1_basics(document):
    table = new_table(document, (22, 25, 45, 30, 38), 12)
    put(merged(table, 0, 0, 4), "一、基本情况", name=HEI, bold=True)
    label(table.cell(1, 0), "项目名称")
    put(merged(table, 1, 1, 4), "{{ name }}")
    label(merged(table, 2, 0, 0, down=4), "项目申报", "单位")
    pairs = (
        (2, "名称", "unit", "主管部门", "authority", 12),
        (3, "单位所在地", "province", "组织机构代码", "organisation_code", 10),
        (4, "通讯地址", "address", "邮编", "postcode", 12),
    )
    for row, left, one, right, other, size in pairs:
        label(table.cell(row, 1), left)
        put(table.cell(row, 2), f"{{{{ {one} }}}}")
        label(table.cell(row, 3), right)
        put(table.cell(row, 4), f"{{{{ {other} }}}}", size=size)
    wide = ((5, "企业类别", "enterprise_category"), (6, "单位负责人", "head_of_unit"), (7, "姓名", "leader"))
    for row, name, code in (*wide, (8, "学位", "degree"), (9, "职称", "title_rank")):
        label(table.cell(row, 1), name)
        put(merged(table, row, 2, 4), f"{{{{ {code} }}}}")
    label(merged(table, 7, 0, 0, down=3), "项目", "负责人")
    label(table.cell(10, 1), "联系电话", "(手机)")
    put(table.cell(10, 2), "{{ phone }}")
    label(table.cell(10, 3), "E-mail")
    put(table.cell(10, 4), "{{ email }}")
    label(table.cell(11, 0), "企业简介")
    hint = "（名称、单位性质、组织机构代码、企业规模、资质荣誉、发展状况等）"
    put(merged(table, 11, 1, 4), "{{ introduction }}", hint=hint, vertical=TOP)
    for row in range(11):
        tall(table, row, 10, whole=True)
    tall(table, 11, 70)


def annex1_overview(document):
    table = new_table(document, (30, 50, 15, 15, 50), 10)
    put(merged(table, 0, 0, 4), "二、申报概述", name=HEI, bold=True)
    label(table.cell(1, 0), "申报项目类别")
    without_border(put(merged(table, 1, 1, 2), "{{ category.left }}"), "right")
    without_border(put(merged(table, 1, 3, 4), "{{ category.right }}"), "left")
    for row, name, code in ((2, "重点方向", "direction"), (3, "面向贫困县", "counties")):
        label(table.cell(row, 0), name)
        put(merged(table, row, 1, 4), f"{{{{ {code} }}}}")
    label(table.cell(4, 0), "相关项目背景和经历")
    put(merged(table, 4, 1, 4), "{{ background }}", vertical=TOP)
    label(table.cell(5, 0), "起始时间")
    label(table.cell(5, 1), "{{ starts }}")
    label(merged(table, 5, 2, 3), "终止时间")
    label(table.cell(5, 4), "{{ ends }}")
    boxes = (
        (6, "项目介绍", "(为完成目标, 所开展的具体工作)", "description", 65),
        (7, "项目计划", "(包括全周期工作计划、年度计划、进度安排)", "schedule", 60),
        (8, "保障措施", "(在制度、资金、政策、人才等方面拟采取的措施)", "safeguards", 50),
    )
    for row, name, hint, code, height in boxes:
        label(table.cell(row, 0), name)
        put(merged(table, row, 1, 4), f"{{{{ {code} }}}}", hint=hint, vertical=TOP)
        tall(table, row, height)
    label(table.cell(9, 0), "预期经济/社会/环境效益")
    benefits = ("经济效益：", "{{ economic }}", "社会效益：", "{{ social }}", "环境效益：", "{{ environmental }}")
    put(merged(table, 9, 1, 4), *benefits, vertical=TOP)
    for row, height in ((0, 10), (1, 34), (2, 10), (3, 10), (4, 40), (5, 10), (9, 50)):
        tall(table, row, height, whole=row in (0, 1, 5))


def annex1_declaration(document):
    """Kept on one page, seal and all."""
    line(document, "三、真实性声明", before=8, after=2, keep=True, name=HEI, bold=True)
    line(document, "{{ addressee }}：", after=2, keep=True)
    line(document, "{{ declaration }}", ALIGN.JUSTIFY, after=2, first=2, keep=True)
    line(document, "特此声明！", after=12, first=2, keep=True)
    line(document, "单位法定代表人(签字)", indent=70, after=8, keep=True)
    line(document, "单位（盖章）", indent=70, after=8, keep=True)
    line(document, "　　　　年　　月　　日", indent=70)


# --- 附件2 ------------------------------------------------------------------------------------------------------------


def rows_table(document, widths, headings, codes, size=12):
    """A heading on every page, and one line for each of `rows`."""
    table = new_table(document, widths, 4)
    for at, heading in enumerate(headings):
        put(table.cell(0, at), heading, align=ALIGN.CENTER, name=HEI, size=size)
        align = ALIGN.CENTER if codes[at] == "number" else ALIGN.LEFT
        put(table.cell(2, at), f"{{{{ row.{codes[at]} }}}}", align=align, size=size)
    put(table.cell(1, 0), "{%tr for row in rows %}")
    put(table.cell(3, 0), "{%tr endfor %}")
    tall(table, 0, 11, whole=True)
    tall(table, 2, 11, whole=True)
    repeated(table, 0)


def annex2():
    document = new_document(landscape=True)
    head_and_foot(document, "{{ version }}", 247)
    line(document, "附件 2", name=HEI, size=16)
    line(document, "{{ title }}", ALIGN.CENTER, before=3, after=5, name=HEI, size=20)
    headings = ("项目编号", "项目名称", "项目承担单位", "单位负责人", "项目负责人", "备注")
    codes = ("no", "name", "enterprise", "head_of_unit", "project_leader", "remark")
    rows_table(document, (33, 70, 58, 28, 28, 30), headings, codes)
    line(document, "{{ seal }}（盖章）", ALIGN.RIGHT, before=10, after=3, keep=True)
    line(document, "{{ day }}", ALIGN.RIGHT)
    document.save(HERE / "annex2.docx")


# --- 通报表扬 ---------------------------------------------------------------------------------------------------------


def commendation():
    document = new_document()
    head_and_foot(document, "{{ version }}", 160)
    line(document, "{{ document_number }}", ALIGN.CENTER, after=10, size=16)
    for part in ("关于对网络扶贫“双百”项目", "优秀项目承担企业予以通报表扬的通报"):
        line(document, part, ALIGN.CENTER, name=SONG, bold=True, size=20)
    line(document, "", size=12)
    line(document, "{{ reason }}", ALIGN.JUSTIFY, after=6, first=2, size=16)
    headings = ("序号", "项目编号", "项目名称", "承担企业", "省份")
    codes = ("number", "no", "name", "enterprise", "province")
    rows_table(document, (14, 30, 50, 44, 22), headings, codes)
    line(document, "{{ issued_by }}", ALIGN.RIGHT, before=12, after=3, keep=True, size=16)
    line(document, "{{ day }}", ALIGN.RIGHT, size=16)
    document.save(HERE / "commendation.docx")


if __name__ == "__main__":
    annex1()
    annex2()
    commendation()
