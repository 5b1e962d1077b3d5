"""Annex 1, Annex 2 and the commendation on paper."""

import io
import re
from collections.abc import Mapping
from datetime import date

import openpyxl
import pytest
from docx import Document
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from programme import settings as surroundings
from programme import word
from programme.annex1 import BLANK, IMPRINT_VALUES, Imprint, annex1_docx, annex1_pdf
from programme.annex2 import Settled, annex2_docx, annex2_xlsx
from programme.application_facts import application_facts
from programme.commendation import commendation_docx
from programme.findings import Severity
from programme.registry import read_places
from tests.printed import an_application, bare, docx_foot, docx_table, docx_text, pdf_pages, pdf_text
from tests.project_acts import YUNNAN, checks
from tests.project_books import OFFICIAL

SHA = "0123456789abcdef" * 4
IMPRINT = Imprint(("泸水市", "福贡县"), SHA, date(2016, 9, 20), sample=True)
HOSTILE = (
    "<&> </w:t> &amp; {{ name }} {% if %} {# #} {_{ }_} {_% %_} #panic() #let x $a$ *b* _c_ \\n \\u{1F} @ref =1+1 `raw` \"q\" 'p' -- ... ~"
    "\n\n第三行\t制表　全角\r\n😀🚀 堃㛃𠮷镕 ＿－ ℃㎡−✓" + "x" * 120
)
TEXTS = [field.code for field in application_facts().fields if field.kind in ("line", "text")]


# --- 附件1 --------------------------------------------------------------------------------------------------------------


def test_both_templates_ask_for_the_fields_of_the_catalogue() -> None:
    fields = {field.code for field in application_facts().fields} | set(IMPRINT_VALUES)
    assert word.fields_of("annex1.docx") == fields
    source = (surroundings.data_folder() / "templates" / "annex1.typ").read_text(encoding="utf-8")
    assert set(re.findall(r"\bform\.(\w+)", source)) == fields


APPLICATIONS: dict[str, tuple[Mapping[str, str], Imprint]] = {
    "filled": (an_application(), IMPRINT),
    "empty": ({}, BLANK),
    "direct": (an_application(), Imprint(direct=True)),
    "long": (an_application(description="建设县级和村级服务站，培训农户。\n" * 150), IMPRINT),
    "hostile": (an_application(**dict.fromkeys(TEXTS, HOSTILE)), Imprint((HOSTILE,), SHA)),
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_word_file_and_pdf_carry_the_same_text(name: str) -> None:
    assert docx_text(annex1_docx(*APPLICATIONS[name])) == pdf_text(annex1_pdf(*APPLICATIONS[name]))


def test_every_text_comes_out_in_both_as_it_was_typed() -> None:
    content = an_application(**{code: f"{code}：{HOSTILE}。" for code in TEXTS})
    for printed in (docx_text(annex1_docx(content, IMPRINT)), pdf_text(annex1_pdf(content, IMPRINT))):
        assert [code for code in TEXTS if bare(content[code]) not in printed] == []


def test_lines_stay_lines_in_word() -> None:
    table = docx_table(annex1_docx(an_application(introduction="第一行\r\n\n  第三行\t后"), IMPRINT))
    assert table[-1][1].split("\n")[1:] == ["第一行", "", "  第三行\t后"]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=60))
@settings(max_examples=15, deadline=None)
def test_any_text_comes_out_of_word_as_typed(text: str) -> None:
    shown = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
    assert docx_table(annex1_docx({"name": text}))[1][1] == shown


@given(st.text(max_size=100))
@settings(max_examples=10, deadline=None)
def test_no_text_keeps_a_pdf_from_being_made(text: str) -> None:
    content = annex1_pdf({"name": text, "introduction": text}, Imprint((text,)))
    assert len(pdf_pages(content)) >= 5


def test_what_no_paper_shows_is_left_out() -> None:
    content = an_application(name="甲\x00\x07\x0c\x0b\x1b乙\u202e丙\ufffe")
    assert docx_table(annex1_docx(content))[1][1] == "甲乙丙"
    assert "项目名称甲乙丙" in pdf_text(annex1_pdf(content))


@pytest.mark.parametrize("field", [field.code for field in application_facts().fields if field.kind == "choice"])
def test_each_choice_ticks_its_own_box_only(field: str) -> None:
    choices = application_facts().choices(field)
    for code, name in choices.items():
        text = docx_text(annex1_docx({field: code}))
        assert text.count("☑") == 1
        assert f"☑{name}" in text
        assert [other for other in choices.values() if other != name and f"☐{other}" not in text] == []


def test_the_ten_categories_stand_in_the_two_columns_of_the_annex() -> None:
    row = docx_table(annex1_docx({}), 1)[1]
    columns = [
        ["电商类项目", "网络服务类项目", "互联网投资", "在线教育培训类项目", "网络公益类项目"],
        ["信息服务类项目", "设备赠送或支持类项目", "互联网金融服务类项目", "远程医疗类项目", "其他类型项目"],
    ]
    assert [[line.removeprefix("☐\xa0") for line in cell.split("\n")] for cell in (row[1], row[3])] == columns


def test_the_declaration_is_addressed_to_the_office_that_takes_the_application() -> None:
    for province, imprint, office in (
        ("云南省", BLANK, "云南省网信办："),
        ("新疆生产建设兵团", BLANK, "新疆生产建设兵团网信办："),
        ("云南省", Imprint(direct=True), "国家互联网信息办公室："),
        ("", BLANK, "XXXX省（自治区、直辖市）网信办："),
    ):
        assert f"三、真实性声明{office}我公司声明" in docx_text(annex1_docx({"province": province}, imprint))


def test_months_counties_and_the_day_are_written_in_full() -> None:
    text = docx_text(annex1_docx(an_application(), IMPRINT))
    assert "申报日期：2016年9月20日" in text
    assert "面向贫困县泸水市、福贡县" in text
    assert "起始时间2016年10月终止时间2018年12月" in text


def test_the_seal_is_tied_to_the_text_at_the_foot_of_every_page() -> None:
    pages = pdf_pages(annex1_pdf(*APPLICATIONS["long"]))
    assert len(pages) > 5
    assert [page for page in pages if f"申报书版本SHA-256：{SHA}" not in page or "示例数据" not in page] == []
    assert docx_foot(annex1_docx(an_application(), IMPRINT)).startswith(f"申报书版本SHA-256：{SHA}")


@pytest.mark.parametrize("lines", range(0, 60, 12))
def test_declaration_signature_and_seal_stay_on_one_page(lines: int) -> None:
    content = an_application(environmental="无。\n" * lines)
    [page] = [page for page in pdf_pages(annex1_pdf(content, IMPRINT)) if "三、真实性声明" in page]
    assert re.search(r"特此声明！单位法定代表人\(签字\)单位（盖章）年月日", page)


def test_the_empty_form_has_room_to_write_and_nothing_ticked() -> None:
    content = annex1_docx({})
    basics, overview = Document(io.BytesIO(content)).tables
    boxes = [basics.rows[11], *(overview.rows[row] for row in (4, 6, 7, 8, 9))]
    assert [row.height >= Mm(40) for row in boxes] == [True] * 6
    assert "☑" not in docx_text(content)
    assert len(pdf_pages(annex1_pdf({}))) == 5
    assert "申报日期：年月日" in pdf_pages(annex1_pdf({}))[0]


def test_the_same_application_gives_the_same_bytes() -> None:
    for printer in (annex1_docx, annex1_pdf):
        assert printer(*APPLICATIONS["filled"]) == printer(*APPLICATIONS["filled"])


def test_every_county_can_be_printed() -> None:
    names = tuple(place.name for place in read_places(surroundings.data_folder() / "registry"))
    assert "、".join(names) in pdf_text(annex1_pdf({}, Imprint(names)))


def test_a_template_that_asks_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(UndefinedError):
        word.filled("annex2.docx", {"title": "缺"})


# --- 附件2 --------------------------------------------------------------------------------------------------------------

SETTLED = Settled("云南省", "53", 2, SHA, date(2016, 9, 28))


def a_row(number: int, **values: str) -> dict[str, str]:
    row = {
        "no": f"YN-{number}",
        "name": f"农产品上行示例项目{number}",
        "enterprise": f"示例电商企业{number:02d}（云南）",
    }
    return row | {"head_of_unit": "总经理（示例）", "project_leader": "项目经理（示例）", "remark": ""} | values


ROWS = [a_row(1), a_row(2, name="=1+1", enterprise="@示例企业", remark="-2"), a_row(3, name="+示例<&>{{ x }}" * 9)]


def test_the_settled_list_is_read_back_as_it_was_written(sqlite_store: str) -> None:
    checked = checks(annex2_xlsx(ROWS, SETTLED), YUNNAN)
    assert [f for f in checked.findings if f.severity is not Severity.HINT] == []
    assert [{field: step.after[field] for field in ROWS[0]} for step in checked.rows] == ROWS
    assert {step.after["province_code"] for step in checked.rows} == {"53"}


def test_the_workbook_has_the_annexs_columns_seal_day_and_version() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(annex2_xlsx(ROWS, SETTLED))).worksheets[0]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert (rows[0], tuple(rows[1]), sheet.max_column) == (["云南省项目信息汇总表"], OFFICIAL, 6)
    foot = [["云南省网信办（盖章）"], ["2016年9月28日"], [f"注：定稿名单第2号　SHA-256：{SHA}"]]
    assert [row for row in rows[7:] if row] == foot
    assert {cell.data_type for row in sheet["A3:F5"] for cell in row if cell.value} == {"s"}


def test_the_word_file_has_the_same_rows_seal_day_and_version() -> None:
    content = annex2_docx(ROWS, SETTLED)
    assert docx_table(content) == [list(OFFICIAL), *(list(row.values()) for row in ROWS)]
    paragraphs = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert paragraphs == ["附件 2", "云南省项目信息汇总表", "云南省网信办（盖章）", "2016年9月28日"]
    assert docx_foot(content).startswith(f"定稿名单第2号SHA-256：{SHA}")


def test_without_a_province_the_annexs_blank_stays() -> None:
    assert Settled().title == "＿＿＿＿＿省（区、市）项目信息汇总表"
    assert "＿＿＿＿＿省（区、市）网信办（盖章）" in docx_text(annex2_docx([], Settled()))


def test_the_same_list_gives_the_same_bytes() -> None:
    for printer in (annex2_docx, annex2_xlsx):
        assert printer(ROWS, SETTLED) == printer(ROWS, SETTLED)


# --- 通报表扬 -----------------------------------------------------------------------------------------------------------


def test_the_commendation_lists_the_projects_and_says_on_what_it_rests() -> None:
    rows = [
        a_row(1, province="云南省"),
        a_row(2, province="贵州省"),
        a_row(3, province="", enterprise=ROWS[0]["enterprise"]),
    ]
    content = commendation_docx(rows, dated=date(2017, 6, 1), number=1, sha256=SHA)
    assert docx_table(content) == [
        ["序号", "项目编号", "项目名称", "承担企业", "省份"],
        ["1", "YN-1", "农产品上行示例项目1", "示例电商企业01（云南）", "云南省"],
        ["2", "YN-2", "农产品上行示例项目2", "示例电商企业02（云南）", "贵州省"],
        ["3", "YN-3", "农产品上行示例项目3", "示例电商企业01（云南）", ""],
    ]
    texts = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert texts[0] == "＿＿＿＿〔　　　　〕＿＿号"
    assert texts[4] == (
        "根据《关于组织开展网络扶贫“双百”项目的通知》（网发[2016]290号）“国家网信办组织专业机构对“双百”项目实施的成效进行第三方评估，"
        "对口碑反映好、项目效果佳的企业给予通报表扬”的要求，经第三方评估，现对评估结果为优秀的3个项目的2家承担企业予以通报表扬。"
    )
    assert texts[-2:] == ["国家互联网信息办公室", "2017年6月1日"]
    assert docx_foot(content).startswith(f"名单第1号SHA-256：{SHA}")
