"""What the cells of a list of projects say, and what is said about those that say nothing."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

import db
from programme import projects
from programme.demo_projects import sample_code
from programme.errors import ProgrammeError, Unusable
from programme.findings import Severity
from tests.project_acts import LINES, NATION, PLAIN, a_finding, checks, found, what
from tests.project_books import OFFICIAL, TITLE, a_book, a_line, first_row_cell, rows_of, saved, three

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT


def test_a_sound_list_has_nothing_to_be_said_about(sqlite_store: str) -> None:
    checked = checks(three())
    assert checked.findings == []
    first = checked.rows[0]
    assert first.kind == "added"
    assert dict(first.after) == {
        "no": "YN-1", "name": "农产品上行示例项目1", "enterprise": "示例电商企业01（云南）",
        "enterprise_code": sample_code("53", 1), "enterprise_category": "ecommerce", "head_of_unit": "总经理（示例）",
        "project_leader": "项目经理（示例）", "province_code": "53", "channel": "province", "direction": "rural_ecommerce",
        "category": "ecommerce", "stage": "provincial_selection", "outcome": "", "target_counties": "533301,533323",
        "remark": "",
    }  # fmt: skip


def test_names_keep_their_full_width_signs_and_lose_their_line_breaks(sqlite_store: str) -> None:
    step = checks(three(项目承担单位="示例电商\n企业（云南）", 项目名称=" 宽带  Wi-Fi　示例\n")).rows[0]
    assert (step.after["enterprise"], step.after["name"]) == ("示例电商企业（云南）", "宽带 Wi-Fi 示例")


@pytest.mark.parametrize(
    ("heading", "text", "field", "code"),
    [
        ("重点方向", "☑农村电子商务", "direction", "rural_ecommerce"),
        ("重点方向", "network_education", "direction", "network_education"),
        ("项目类别", "电 商 类", "category", "ecommerce"),
        ("企业类别", "互联网投资和金融服务企业", "enterprise_category", "investment_finance"),
        ("项目状态", "评审", "stage", "expert_review"),
        ("统一社会信用代码", "60003734-1", "enterprise_code", "600037341"),
        ("统一社会信用代码", "９１１１００００６０００３７３４１Ｌ", "enterprise_code", "91110000600037341L"),
        ("面向贫困县", "泸水；533323，云南兰坪县(533325)", "target_counties", "533301,533323,533325"),
        ("备注", "—", "remark", ""),
    ],
)
def test_a_cell_is_read_in_its_usual_ways(sqlite_store: str, heading: str, text: str, field: str, code: str) -> None:
    checked = checks(three(**{heading: text}))
    assert [f for f in checked.findings if f.severity is ERROR] == []
    assert checked.rows[0].after[field] == code


@pytest.mark.parametrize(
    ("heading", "cell", "rule", "severity"),
    [
        ("项目编号", "", "no_number", ERROR),
        ("项目编号", "YN-2", "duplicate_number", ERROR),
        ("项目编号", 7, "serial_number", HINT),
        ("项目编号", "编" * 41, "too_long", ERROR),
        ("项目名称", "无", "no_name", ERROR),
        ("项目名称", 20160001, "not_a_name", ERROR),
        ("项目名称", "长" * 201, "too_long", ERROR),
        ("项目承担单位", None, "no_enterprise", ERROR),
        ("项目承担单位", True, "not_a_text", ERROR),
        ("单位负责人", "#REF!", "error_cell", ERROR),
        ("统一社会信用代码", "915300990053000101", "credit_code", ERROR),
        ("统一社会信用代码", "600037342", "organisation_code", ERROR),
        ("统一社会信用代码", 915301234567000064.0, "code_as_number", ERROR),
        ("企业类别", "电商业", "unknown_enterprise_category", ERROR),
        ("重点方向", "农村电网", "unknown_direction", ERROR),
        ("重点方向", "农村电商、网络公益", "several_choices", WARNING),
        ("项目类别", "医疗", "unknown_category", ERROR),
        ("申报渠道", "网上", "unknown_channel", ERROR),
        ("项目状态", "在建", "unknown_stage", ERROR),
        ("评估结果", "优", "unknown_outcome", ERROR),
        ("评估结果", "优秀", "outcome_too_early", WARNING),
        ("面向贫困县", "泸水市、德饮县", "unknown_county", ERROR),
        ("面向贫困县", "普陀区", "ambiguous_county", ERROR),
        ("面向贫困县", "533301福贡县", "county_conflict", ERROR),
    ],
)
def test_a_wrong_cell_gets_its_finding(
    sqlite_store: str, heading: str, cell: object, rule: str, severity: Severity
) -> None:
    address = "A4" if rule == "duplicate_number" else first_row_cell(heading)
    assert found(three(**{heading: cell})) == [(rule, severity, address)]


@pytest.mark.parametrize(
    ("heading", "cell", "repaired"),
    [("企业类别", "电商业", "电商企业"), ("评估结果", "良子", "良好"), ("面向贫困县", "德饮县", "德钦县"),
     ("统一社会信用代码", "9111000060003734IL", "91110000600037341L")],
)  # fmt: skip
def test_a_suggestion_stands_beside_the_finding(sqlite_store: str, heading: str, cell: str, repaired: str) -> None:
    finding = checks(three(**{heading: cell})).findings[0]
    assert (finding.value, finding.repaired, finding.sheet) == (cell, repaired, "表1")


def test_every_finding_says_in_chinese_what_to_do(sqlite_store: str) -> None:
    content = three(项目名称="", 企业类别="电商业", 面向贫困县="德饮县", 项目状态="在建", 项目编号="")
    assert [finding.message[-1] for finding in checks(content).findings] == ["。"] * 6
    assert a_finding(content, "no_number").message == "没有填项目编号，请补上；编号在同一项目以后各次报送中保持不变。"


def test_a_running_number_is_told_apart_by_the_province(sqlite_store: str) -> None:
    assert [step.after["no"] for step in checks(three(项目编号=7)).rows] == ["53-007", "YN-2", "YN-3"]


def test_a_number_that_became_a_date_is_named(sqlite_store: str) -> None:
    book = openpyxl.load_workbook(BytesIO(three()))
    book.active["A3"].value = date(2016, 9, 1)
    assert found(saved(book)) == [("number_as_date", ERROR, "A3")]


def test_hidden_rows_and_columns_are_read_and_named(sqlite_store: str) -> None:
    book = openpyxl.load_workbook(BytesIO(three()))
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["H"].hidden = True
    content = saved(book)
    assert found(content) == [("hidden_column", WARNING, "H2"), ("hidden_row", WARNING, "A4")]
    assert len(checks(content).rows) == 3


def test_a_list_in_a_hidden_sheet_is_not_read_and_that_is_said(sqlite_store: str) -> None:
    book = openpyxl.load_workbook(BytesIO(a_book(rows_of(LINES), rows_of([a_line(9)]), names=["一", "二"])))
    book.worksheets[1].sheet_state = "hidden"
    content = saved(book)
    assert what(content) == PLAIN
    assert [(rule, severity) for rule, severity, _ in found(content) if rule == "hidden_sheet"] == [
        ("hidden_sheet", WARNING)
    ]


def test_a_formula_without_a_value_is_named(sqlite_store: str) -> None:
    assert found(three(单位负责人="=A1")) == [("formula_without_value", ERROR, "D3")]


def test_a_lonely_text_is_not_taken_for_a_project_in_silence(sqlite_store: str) -> None:
    rows = rows_of(LINES)
    content = a_book([*rows[:2], ["一、重点推荐"], *rows[2:]])
    assert what(content) == PLAIN
    assert found(content)[0] == ("unread_row", WARNING, "A3")


def test_columns_that_are_not_kept_are_named(sqlite_store: str) -> None:
    finding = a_finding(a_book(rows_of([a_line(1, 联系电话="x", 传真="y")])), "unused_column")
    assert (finding.severity, finding.cell, finding.message) == (
        HINT, "O2", "这些栏目平台不登记，没有读取：联系电话、传真。",
    )  # fmt: skip


def test_a_column_that_occurs_twice_is_named(sqlite_store: str) -> None:
    assert found(three(组织机构代码="600037341")) == [("column_twice", WARNING, "O2")]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([["姓名", "年龄"], ["某", 3]], "no_table"),
        ([], "no_table"),
        ([[TITLE], ["项目编号", "项目名称", "备注"], ["1", "示例", ""]], "missing_column"),
        ([[TITLE], list(OFFICIAL)], "no_projects"),
    ],
)
def test_a_file_without_projects_says_what_a_list_needs(sqlite_store: str, rows: list[list[object]], rule: str) -> None:
    checked = checks(a_book(rows))
    assert [finding.rule for finding in checked.findings] == [rule]
    with pytest.raises(ProgrammeError), db.transaction() as session:
        projects.import_projects(session, NATION, checked, "原因")


def test_a_file_that_is_no_table_is_unusable(sqlite_store: str) -> None:
    with pytest.raises(Unusable):
        checks(b"\x89PNG\r\n\x1a\n" + bytes(100))


def test_a_list_of_thousands_is_refused(sqlite_store: str) -> None:
    with pytest.raises(Unusable, match="超过1000行，一次最多导入1000个项目"):
        checks(a_book(rows_of([LINES[0]] * 1001)))
