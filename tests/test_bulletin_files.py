"""The bulletin as Word file and as PDF: the same words, the official layout, repeatable bytes, every face embedded."""

import io
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from programme.bulletin_blocks import Block, as_draft, as_final, bulletin_blocks, bulletin_paper
from programme.errors import Unusable
from programme.official_docx import official_docx
from programme.official_paper import LETTER, REPORT, Kind, Paper, right_sides, title_lines, width
from programme.official_pdf import official_pdf
from tests.bulletin_values import AUGUST, SEPTEMBER, a_correction, a_release, bare, docx_text, evenly, pdf_text, text_of

DAY = date(2019, 10, 17)
DIGEST = "ab" * 32
RARE = "埇桥区、沚江、浉河区、瀍河回族区、猇亭区、硚口区、鄠邑区、埗头、浉"
HOSTILE = (
    '#set page(fill: red) *粗* $x$ \\ <b>标签</b> {{ 字段 }} {% if %} & "引号" @me http://example.cn/a_b\n第二段｜—…'
)


@pytest.fixture(scope="module")
def blocks() -> list[Block]:
    """A final bulletin with everything in it."""
    corrections = [a_correction(), a_correction(120001, "退货<两笔>&补记")]
    held = a_release(evenly(9), corrections=corrections, absent=[110001, 110002], sample=True)
    raw = bulletin_blocks(held, a_release(evenly(9), AUGUST, 4))
    last = max(at for at, block in enumerate(raw) if block.kind == Kind.PARAGRAPH)
    raw[last] = replace(raw[last], text=RARE + HOSTILE)
    return as_final(raw, 2019, 5, DAY, (2019, 4), "8月数据有误")


@pytest.fixture(scope="module")
def files(blocks: list[Block]) -> tuple[bytes, bytes]:
    """The Word file and the PDF of it."""
    paper = bulletin_paper(blocks, 5, SEPTEMBER, DAY, DIGEST)
    return official_docx(paper), official_pdf(paper)


Files = tuple[bytes, bytes]


def a_letter(*blocks: Block) -> Paper:
    return Paper((Block(Kind.TITLE, "通报"), *blocks), LETTER)


def test_both_files_say_what_the_blocks_say_and_nothing_else(blocks: list[Block], files: Files) -> None:
    expected, (word, pdf) = text_of(blocks), files
    assert docx_text(word) == expected
    assert pdf_text(pdf) == expected


def test_release_basis_and_day_of_the_figures_stand_at_the_foot_of_every_page(files: Files) -> None:
    basis = bare("发布口径（第5期） · 截至2019年9月30日")
    section = Document(io.BytesIO(files[0])).sections[0]
    feet = [bare(foot.paragraphs[0].text) for foot in (section.footer, section.even_page_footer)]
    assert feet == [f"{basis}——", f"——{basis}"]
    pages = [bare(page.extract_text()) for page in PdfReader(io.BytesIO(files[1])).pages]
    assert [page.count(basis) - ("各项目标进展情况" in page) for page in pages] == [1] * len(pages)


def test_the_same_blocks_give_the_same_bytes_and_the_digest_stands_in_the_files(
    blocks: list[Block], files: Files
) -> None:
    paper = bulletin_paper(blocks, 5, SEPTEMBER, DAY, DIGEST)
    assert (official_docx(paper), official_pdf(paper)) == files
    word, pdf = Document(io.BytesIO(files[0])), PdfReader(io.BytesIO(files[1]))
    assert pdf.metadata is not None
    assert str(pdf.metadata["/Keywords"]) == word.core_properties.keywords == f"SHA-256 {DIGEST}"
    assert pdf.metadata.title == word.core_properties.title == "关于2019年9月“110”网络扶贫创新活动进展情况的通报"


def test_the_pdf_is_an_archive_with_every_face_embedded(files: Files) -> None:
    pdf = PdfReader(io.BytesIO(files[1]))
    root = pdf.trailer["/Root"]
    assert isinstance(root, DictionaryObject)
    assert (
        b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
        in root["/Metadata"].get_object().get_data()
    )  # type: ignore[attr-defined]
    parts = [
        part.get_object()["/FontDescriptor"]
        for page in pdf.pages
        for face in page["/Resources"]["/Font"].values()
        for part in face.get_object()["/DescendantFonts"]
    ]
    names = {str(part["/FontName"]).partition("+")[2] for part in parts}
    faces = ("FandolFang", "FandolKai", "NotoSansCJKsc-Bold", "NotoSerifCJKsc-Bold", "NotoSerifCJKsc-Regular")
    assert [face for face in faces if not any(name.startswith(face) for name in names)] == []
    assert all("/FontFile3" in part for part in parts)


def test_a_page_holds_twenty_two_lines_of_twenty_eight_characters() -> None:
    text = "网络扶贫监测平台通报" * 200
    page, second, *_ = PdfReader(io.BytesIO(official_pdf(a_letter(Block(Kind.PARAGRAPH, text))))).pages
    lines = [bare(line) for line in second.extract_text().splitlines()]
    assert [len(line) for line in lines if not line.startswith("—")] == [28] * 22
    assert "— 1 —" in page.extract_text()


def test_the_word_file_names_the_official_faces_on_every_run_and_sets_the_lines(files: Files) -> None:
    paper = Document(io.BytesIO(files[0]))
    runs = [run for run in paper.element.body.iter(qn("w:r")) if any(part.text for part in run.iter(qn("w:t")))]
    faces = {run.rPr.rFonts.get(qn("w:eastAsia")) for run in runs}
    assert faces == {"仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"}
    section = paper.sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    measured = (section.top_margin, section.left_margin, section.page_width, section.right_margin)
    assert [round(length.mm) for length in measured if length is not None] == [37, 28, 210, 26]
    floating = [table for table in paper.tables if table._tbl.tblPr.find(qn("w:tblpPr")) is not None]
    assert [table.cell(1, 1).text for table in floating] == ["2019年10月17日印发"]
    assert paper.element.body[-2].tag == qn("w:p")  # without a paragraph behind it some programs lose the table
    heads = [len(table._tbl.findall(f".//{qn('w:tblHeader')}")) for table in paper.tables]
    assert heads == [1, 1, 0]


def test_a_title_ends_its_lines_where_sense_allows() -> None:
    title = "关于2019年9月|“110”网络扶贫创新活动|进展情况的通报"
    assert title_lines(title) == ["关于2019年9月“110”网络扶贫创新活动", "进展情况的通报"]
    assert title_lines("关于进展的|通报") == ["关于进展的通报"]
    assert title_lines("甲" * 12 + "|" + "乙" * 9 + "|" + "丙" * 9) == ["甲" * 12, "乙" * 9 + "丙" * 9]
    assert title_lines("很" * 30) == ["很" * 30]
    assert "".join(title_lines(title)) == title.replace("|", "")
    assert [form.title_line for form in (LETTER, REPORT)] == [20, 24]


def test_signature_and_date_stand_in_the_middle_of_one_another() -> None:
    for signature in ("办公室", "“110”网络扶贫创新活动领导小组办公室"):
        right, day = right_sides([Block(Kind.SIGNATURE, signature), Block(Kind.DATE, "2019年10月17日")]).values()
        assert right + width(signature) / 2 == day + width("2019年10月17日") / 2
        assert min(right, day) >= 2


def test_a_draft_says_that_it_is_one_and_a_final_one_what_it_replaces(blocks: list[Block]) -> None:
    raw = bulletin_blocks(a_release(evenly(9)), None)
    assert docx_text(official_docx(bulletin_paper(as_draft(raw), 5, SEPTEMBER))).startswith("草稿(未定稿)")
    assert "草稿" not in text_of(blocks)
    assert blocks[0].text == "示例数据"
    (note,) = [block.text for block in blocks if "停止使用" in block.text]
    assert note == "本通报印发后，通报〔2019〕4号停止使用。原因：8月数据有误"


def test_long_tables_go_on_over_pages_with_all_that_is_in_them() -> None:
    rows = tuple((f"第{at}县", "2019年8月", "原因" * 20) for at in range(60))
    table = Block(Kind.TABLE, "更正", (("县", "月", "原因"), *rows), (40, 40, 76))
    paper = a_letter(table)
    pages = PdfReader(io.BytesIO(official_pdf(paper))).pages
    text = "".join(bare(page.extract_text()) for page in pages)
    assert len(pages) > 2
    assert [name for name, *_ in rows if name not in text] == []
    assert docx_text(official_docx(paper)) == text_of(paper.blocks)


def test_a_character_that_no_face_has_is_named() -> None:
    with pytest.raises(Unusable, match="“한”没有可用的字形"):
        official_pdf(a_letter(Block(Kind.PARAGRAPH, "县한")))
