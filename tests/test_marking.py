"""The marked workbook as the user opens it: their own cells, our colours, comments and list."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from programme import marking
from programme.catalogue import catalogue
from programme.findings import Finding, Severity
from programme.findings_sheet import COLOURS
from programme.marking import marked_name, marked_workbook
from programme.sheets import read_book
from programme.tables import find_tables

SHEET = "月报"
GREEN = "FFC6E0B4"


def a_workbook(change: Callable[[Worksheet], None] = lambda sheet: None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = SHEET
    for row in (["指标", "计量单位", "本月数", "累计数"], ["网络销售额", "万元", "约300", -5], ["信息", "条", 3.5, 12]):
        sheet.append(row)
    sheet["C3"].fill = PatternFill("solid", fgColor=GREEN)
    change(sheet)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def a_finding(
    cell: str, severity: Severity = Severity.ERROR, message: str = "不是数字，请只填数字。", **other: str
) -> Finding:
    return Finding("not_a_number", severity, message, **{"sheet": SHEET, "cell": cell, **other})


def marked(content: bytes, *findings: Finding, **other: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(marked_workbook(content, "泸水市.xlsx", findings, **other)[0]))


def comments(sheet: Worksheet) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


def colours(sheet: Worksheet) -> dict[str, str]:
    filled = (cell for row in sheet.iter_rows() for cell in row if cell.fill.fill_type)
    return {cell.coordinate: cell.fill.fgColor.rgb for cell in filled}


def listed(workbook: openpyxl.Workbook) -> list[list[object]]:
    rows = [[cell.value for cell in row[:9]] for row in workbook["核对结果"].iter_rows()]
    return rows[next(at for at, row in enumerate(rows) if row[0] == "序号") + 1 :]


def remarks(workbook: openpyxl.Workbook) -> list[str]:
    column = [cell.value for cell in workbook["核对结果"]["A"]]
    return column[1 : column.index("序号")]


# --- cells ----------------------------------------------------------------------------------------------------------


def test_five_broken_cells_are_all_coloured_and_commented_and_nothing_else() -> None:
    cells = ("C2", "D2", "C3", "D3", "F9")
    sheet = marked(a_workbook(), *(a_finding(cell, message=f"{cell}不是数字。") for cell in cells))[SHEET]
    assert comments(sheet) == {cell: f"【平台核对】\n错误：{cell}不是数字。" for cell in sorted(cells)}
    assert colours(sheet) == dict.fromkeys(cells, COLOURS[Severity.ERROR])
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows(max_row=3)] == [
        ["指标", "计量单位", "本月数", "累计数"],
        ["网络销售额", "万元", "约300", -5],
        ["信息", "条", 3.5, 12],
    ]


def test_what_it_should_probably_be_stands_in_comment_and_list_never_in_the_cell() -> None:
    workbook = marked(a_workbook(), a_finding("C2", repaired="300", value="约300"))
    assert comments(workbook[SHEET]) == {"C2": "【平台核对】\n错误：不是数字，请只填数字。\n建议值：300"}
    assert listed(workbook)[0][8] == "不是数字，请只填数字。\n建议值：300"
    assert workbook[SHEET]["C2"].value == "约300"


def test_a_cell_with_several_findings_has_all_texts_and_the_gravest_colour() -> None:
    findings = (a_finding("C2", Severity.HINT, "提示一。"), a_finding("C2", Severity.ERROR, "错误二。"))
    sheet = marked(a_workbook(), *findings)[SHEET]
    assert comments(sheet) == {"C2": "【平台核对】\n错误：错误二。\n提示：提示一。"}
    assert colours(sheet)["C2"] == COLOURS[Severity.ERROR]


def test_the_three_colours_differ_in_lightness_too() -> None:
    def lightness(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 116 * (0.2126 * red + 0.7152 * green + 0.0722 * blue) ** (1 / 3) - 16

    error, warning, hint = (lightness(COLOURS[severity]) for severity in Severity)
    assert (error + 10 < warning, warning + 10 < hint, error > 55) == (True, True, True)


def test_a_comment_that_was_there_is_kept_above_ours() -> None:
    def commented(sheet: Worksheet) -> None:
        sheet["C2"].comment = Comment("上月也是约数", "县里")
        sheet["A1"].comment = Comment("表头", "县里")

    sheet = marked(a_workbook(commented), a_finding("C2"))[SHEET]
    assert comments(sheet) == {"A1": "表头", "C2": "上月也是约数\n\n【平台核对】\n错误：不是数字，请只填数字。"}
    assert sheet["C2"].comment.author == "县里"


def test_in_a_merged_range_the_cell_at_its_top_left_is_marked() -> None:
    workbook = marked(a_workbook(lambda sheet: sheet.merge_cells("C2:D3")), a_finding("D3"))
    assert list(comments(workbook[SHEET])) == ["C2"]
    assert [str(area) for area in workbook[SHEET].merged_cells.ranges] == ["C2:D3"]
    assert listed(workbook)[0][3] == "C2"


def test_a_protected_sheet_stays_protected() -> None:
    def protect(sheet: Worksheet) -> None:
        sheet.protection.set_password("mima")
        sheet.protection.enable()

    before = openpyxl.load_workbook(io.BytesIO(a_workbook(protect)))[SHEET].protection
    after = marked(a_workbook(protect), a_finding("C2"))[SHEET].protection
    assert (after.sheet, after.password) == (True, before.password)


def test_formulas_of_the_user_stay_and_are_computed_anew_on_opening() -> None:
    def compute(sheet: Worksheet) -> None:
        sheet["E2"] = "=C3+D3"
        sheet["E3"] = "=文本"
        sheet["E3"].data_type = "s"

    workbook = marked(a_workbook(compute), a_finding("C2"))
    sheet = workbook[SHEET]
    assert [(sheet[c].value, sheet[c].data_type) for c in ("E2", "E3")] == [("=C3+D3", "f"), ("=文本", "s")]
    assert workbook.calculation.fullCalcOnLoad


def test_a_hidden_stamp_survives() -> None:
    def stamp(sheet: Worksheet) -> None:
        hidden = sheet.parent.create_sheet("_netlift")
        hidden.append(["form", "monthly"])
        hidden.sheet_state = "veryHidden"

    workbook = marked(a_workbook(stamp), a_finding("C2"))
    assert workbook.sheetnames == ["核对结果", SHEET, "_netlift"]
    assert workbook["_netlift"].sheet_state == "veryHidden"
    assert [cell.value for cell in workbook["_netlift"][1]] == ["form", "monthly"]


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_stands_in_front_with_errors_first_and_links_to_the_cells() -> None:
    findings = (
        a_finding("", Severity.HINT, "有隐藏行，已照常读取。"),
        a_finding(
            "D2", Severity.WARNING, "与以往相差较大。", county="533301", month="2019-06", kpi="posts", value="-5"
        ),
        a_finding("C2"),
    )
    workbook = marked(a_workbook(), *findings, counties={"533301": "泸水市"})
    assert (workbook.sheetnames[0], workbook.active.title) == ("核对结果", "核对结果")
    assert [sheet.title for sheet in workbook.worksheets if sheet.sheet_view.tabSelected] == ["核对结果"]
    assert listed(workbook) == [
        ["1", "错误", SHEET, "C2", None, None, None, None, "不是数字，请只填数字。"],
        ["2", "警告", SHEET, "D2", "533301 泸水市", "2019年6月", "学员生产的扶贫类信息", "-5", "与以往相差较大。"],
        ["3", "提示", SHEET, None, None, None, None, None, "有隐藏行，已照常读取。"],
    ]
    links = [cell.hyperlink.location for cell in workbook["核对结果"]["D"] if cell.hyperlink]
    assert links == [f"'{SHEET}'!C2", f"'{SHEET}'!D2"]
    assert remarks(workbook)[0] == (
        "原文件：泸水市.xlsx　共3处：错误1处、警告1处、提示1处。"
        "错误必须改正；警告请核实，属实的在提交时说明原因；提示供参考。"
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "=cmd|'/c calc'!A1"])
def test_what_looks_like_a_formula_is_text_in_list_and_comment(text: str) -> None:
    workbook = marked(a_workbook(), a_finding("C2", message=text, value=text, repaired=text, county=text))
    cells = [cell for row in workbook["核对结果"].iter_rows() for cell in row if cell.value == text]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}
    assert [cell.column for cell in cells] == [5, 8]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=50), st.text(max_size=50))
def test_any_text_can_be_listed_and_none_becomes_a_formula(message: str, value: str) -> None:
    workbook = marked(a_workbook(), a_finding("C2", message=message, value=value))
    assert [cell.data_type for row in workbook["核对结果"].iter_rows() for cell in row if cell.data_type == "f"] == []
    assert len(listed(workbook)) == 1


def test_a_finding_on_a_sheet_that_is_not_there_is_listed_only() -> None:
    workbook = marked(a_workbook(), a_finding("C2", sheet="别的表"), a_finding("第三行"))
    assert comments(workbook[SHEET]) == {}
    assert [row[2:4] for row in listed(workbook)] == [["别的表", "C2"], [SHEET, "第三行"]]


# --- a second round -------------------------------------------------------------------------------------------------


def test_a_repaired_cell_looks_as_before_when_the_workbook_comes_back() -> None:
    def commented(sheet: Worksheet) -> None:
        sheet["C2"].comment = Comment("上月也是约数", "县里")

    first, name = marked_workbook(a_workbook(commented), "泸水市.xlsx", [a_finding(c) for c in ("C2", "C3", "D2")])
    workbook = marked(first, a_finding("D2", message="仍为负数。"))
    assert comments(workbook[SHEET]) == {"C2": "上月也是约数", "D2": "【平台核对】\n错误：仍为负数。"}
    assert colours(workbook[SHEET]) == {"C3": GREEN, "D2": COLOURS[Severity.ERROR]}
    assert (workbook.sheetnames, len(listed(workbook))) == (["核对结果", SHEET], 1)
    assert marked_name(name) == name


def test_the_colour_before_is_remembered_through_two_rounds() -> None:
    content = a_workbook()
    for _ in range(2):
        content, _ = marked_workbook(content, "泸水市.xlsx", [a_finding("C3")])
    assert colours(marked(content)[SHEET]) == {"C3": GREEN}


def test_a_sheet_of_the_user_with_the_name_of_our_list_is_left_alone() -> None:
    content = a_workbook(lambda sheet: sheet.parent.create_sheet("核对结果").append(["我们自己的"]))
    workbook = openpyxl.load_workbook(io.BytesIO(marked_workbook(content, "a.xlsx", [a_finding("C2")])[0]))
    assert workbook.sheetnames == ["核对结果1", SHEET, "核对结果"]
    assert workbook["核对结果"]["A1"].value == "我们自己的"


def test_the_list_is_no_table_of_figures_to_the_reader() -> None:
    content, name = marked_workbook(a_workbook(), "泸水市.xlsx", [a_finding("C2")])
    tables, _ = find_tables(read_book(content, name), catalogue())
    assert [table.sheet for table in tables] == [SHEET]


# --- files that cannot be marked as they are ------------------------------------------------------------------------

ROWS: list[list[Any]] = [["指标", "本月数"], ["=1+1", "约300"], [None, 2.5]]
REBUILT = "原文件的格式无法直接标注，已按原来的单元格位置另存为 xlsx，内容不变，原有格式和公式未保留。"


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0", "指标,本月数".encode("gb18030"), a_workbook()[:900]])
def test_other_formats_come_back_as_xlsx_with_the_cells_in_their_places(content: bytes) -> None:
    workbook = marked(content, a_finding("B2"), sheets=[(SHEET, ROWS)])
    sheet = workbook[SHEET]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == ROWS
    assert (sheet["A2"].data_type, sheet["A2"].quotePrefix) == ("s", True)
    assert list(comments(sheet)) == ["B2"]
    assert remarks(workbook)[2] == REBUILT


def test_names_of_sheets_that_excel_refuses_are_changed_and_still_found() -> None:
    name = "六月[报]/" + "长" * 40
    workbook = marked(b"", a_finding("B2", sheet=name), sheets=[(name, ROWS)])
    assert workbook.sheetnames == ["核对结果", ("六月_报__" + "长" * 40)[:31]]
    assert list(comments(workbook.worksheets[1])) == ["B2"]


def test_without_anything_read_only_the_list_comes_back() -> None:
    workbook = marked(b"<html>", a_finding("", message="这是网页，请另存为 .xlsx。"))
    assert workbook.sheetnames == ["核对结果"]
    assert (
        remarks(workbook)[1] == "原文件无法直接标注，只列出清单。请对照“工作表”“单元格”两栏，在原文件中改正后重新上传。"
    )


def test_thousands_of_findings_are_listed_and_not_marked() -> None:
    findings = [a_finding(f"C{row}") for row in range(1, marking.MOST_FINDINGS + 2)]
    workbook = marked(a_workbook(), *findings)
    assert workbook.sheetnames == ["核对结果"]
    assert len(listed(workbook)) == marking.MOST_FINDINGS + 1
    assert remarks(workbook)[1].startswith("文件较大或问题较多，为保证能顺利打开，只列出清单，未逐格标注。")


def test_the_list_itself_is_bounded_and_says_so() -> None:
    workbook = marked(b"", *[a_finding("C2", message="错。")] * 5_001)
    assert len(listed(workbook)) == 5_000
    assert remarks(workbook)[-1] == "只列出前5,000处。"


def changed(content: bytes, pattern: bytes, replacement: bytes) -> bytes:
    """The workbook with a part of its XML replaced, as no program would write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, re.sub(pattern, replacement, old.read(part)))
    return buffer.getvalue()


@pytest.mark.parametrize("ref", [b"A1:XFD1048576", b"a1:$XFD$1048576", b"A1&#58;XFD1048576"])
def test_a_merge_that_claims_the_whole_sheet_is_not_followed(ref: bytes) -> None:
    merged = a_workbook(lambda sheet: sheet.merge_cells("F1:G1"))
    workbook = marked(changed(merged, b'ref="F1:G1"', b'ref="' + ref + b'"'), a_finding("B2"), sheets=[(SHEET, ROWS)])
    assert remarks(workbook)[2] == REBUILT


def test_entities_are_not_expanded() -> None:
    bomb = changed(a_workbook(), b"<worksheet ", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet ')
    assert remarks(marked(bomb, a_finding("B2"), sheets=[(SHEET, ROWS)]))[2] == REBUILT


def test_macros_are_left_out_and_that_is_said() -> None:
    buffer = io.BytesIO(a_workbook())
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    content, name = marked_workbook(buffer.getvalue(), "月报.xlsm", [a_finding("C2")])
    assert name == "月报_核对结果.xlsx"
    assert [part for part in zipfile.ZipFile(io.BytesIO(content)).namelist() if "vba" in part] == []
    assert remarks(openpyxl.load_workbook(io.BytesIO(content)))[2] == "原文件中的宏已去除。"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("泸水市6月.xlsx", "泸水市6月_核对结果.xlsx"),
        ("泸水市6月.csv", "泸水市6月_核对结果.xlsx"),
        ("2019.6月报.et", "2019.6月报_核对结果.xlsx"),
        ("C:\\报表\\六月.xls", "六月_核对结果.xlsx"),
        ("六月_核对结果 (1).xlsx", "六月_核对结果.xlsx"),
        ('a"b\n.xlsx', "ab_核对结果.xlsx"),
        ("", "月报_核对结果.xlsx"),
    ],
)
def test_the_file_is_called_after_the_users_own(name: str, expected: str) -> None:
    assert marked_name(name) == expected
