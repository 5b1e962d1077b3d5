"""The forms as Excel, WPS and our own reader will find them: read back with openpyxl and python-calamine."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Tier, catalogue
from programme.numerals import parse_figure, parse_month
from programme.sheets import read_book
from programme.tables import Table, find_tables
from programme.templates import FormHead, FormRow, batch_form, monthly_form

YEAR = catalogue().years[0]
JUNE = Month.parse("2019-06")
CORE, RADIATING = YEAR.kpis_of(Tier.CORE), YEAR.kpis_of(Tier.RADIATING)
STORED = st.none() | st.integers(0, 10**18)


def a_head(**other: Any) -> FormHead:
    facts: dict[str, Any] = {
        "county_code": "533301",
        "county_name": "云南省怒江傈僳族自治州泸水市",
        "tier_name": TIER_NAMES["core"],
        "month": JUNE,
        "due": date(2019, 7, 5),
        "revision": 0,
        "last_month": JUNE.plus(-1),
        "sample": False,
    }
    return FormHead(**{**facts, **other})


def blank_rows(kpis: tuple[Kpi, ...] = CORE) -> list[FormRow]:
    return [FormRow(kpi, 0) for kpi in kpis]


def opened(content: bytes, sheet: str = "月报表") -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content))[sheet]


def grid(content: bytes, sheet: str = "月报表") -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def stored(cell: object, kpi: Kpi) -> int | None:
    """As the reader takes a cell: a float at the fifteen digits that Excel shows, a text as it is."""
    if cell == "":
        return None
    figure = Decimal(cell.replace(",", "")) if isinstance(cell, str) else Decimal(format(cell, ".15g"))
    exact = figure * kpi.stored_per_entry
    assert exact == int(exact)
    return int(exact)


def stamp(content: bytes) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["_netlift"]
    assert sheet.sheet_state == "veryHidden"
    return {key.value: value.value for key, value in sheet.iter_rows()}


def texts(content: bytes, sheet: str = "月报表") -> list[str]:
    return [cell for row in grid(content, sheet) for cell in row if isinstance(cell, str) and cell]


# --- one county, one month ------------------------------------------------------------------------------------------


def test_the_head_names_county_code_tier_month_and_due_day() -> None:
    rows = grid(monthly_form(a_head(), blank_rows(), YEAR))
    assert [[cell for cell in row if cell] for row in rows[:5]] == [
        ["请于2019年7月5日前报送"],
        ["“110”网络扶贫创新活动月报表"],
        ["填报单位：云南省怒江傈僳族自治州泸水市", "行政区划代码：533301"],
        ["县类型：核心示范县", "报告期：2019年6月", "计量单位：见表"],
        ["指标", "计量单位", "上月累计", "本月数", "累计数", "备注"],
    ]


@pytest.mark.parametrize("kpis", [CORE, RADIATING])
def test_there_is_one_row_for_each_indicator_in_scope(kpis: tuple[Kpi, ...]) -> None:
    rows = grid(monthly_form(a_head(), blank_rows(kpis), YEAR))
    assert [row[:2] for row in rows[5 : 5 + len(kpis)]] == [[kpi.name, kpi.entry_unit] for kpi in kpis]
    assert rows[5 + len(kpis)][:6] == ["填表人：", "审核人：", "", "单位负责人：", "", "报出日期："]


def test_only_the_cells_to_fill_in_are_unlocked_and_no_password_is_asked() -> None:
    sheet = opened(monthly_form(a_head(), blank_rows(), YEAR))
    last = 5 + len(CORE)
    unlocked = {cell.coordinate for row in sheet.iter_rows(max_row=last) for cell in row if not cell.protection.locked}
    assert unlocked == {f"{letter}{row}" for letter in "DEF" for row in range(6, last + 1)}
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    assert {sheet["D6"].fill.fgColor.rgb, sheet["F12"].fill.fgColor.rgb} == {"FFEAF2FB"}


def test_a_number_not_below_zero_is_asked_for_whole_where_the_unit_is_the_stored_one() -> None:
    sheet = opened(monthly_form(a_head(), blank_rows(), YEAR))
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    for row, kpi in enumerate(CORE, 6):
        for letter in "DE":
            rule = rules[f"{letter}{row}"]
            kind = "decimal" if kpi.entry_unit.startswith("万") else "whole"
            assert (rule.type, rule.operator, rule.formula1, rule.allow_blank) == (
                kind,
                "greaterThanOrEqual",
                "0",
                True,
            )
            assert (rule.errorStyle or "stop", rule.errorTitle, rule.showInputMessage) == ("stop", kpi.name, True)


def test_prompts_say_what_each_column_means_for_a_flow_and_for_a_stock() -> None:
    sheet = opened(monthly_form(a_head(), blank_rows(), YEAR))
    prompts = {str(rule.sqref): rule.prompt for rule in sheet.data_validations.dataValidation}
    assert prompts["E6"] == "填6月30日的实有数，单位：个。可留空，由本月数推算。"
    assert prompts["D6"] == "填本月新增数，单位：个。没有新增填0；可留空，由累计数推算。"
    assert prompts["D8"] == "填6月1日至6月30日的发生数，单位：万元。无发生填0；可留空，由累计数推算。"
    assert prompts["E8"] == "填2019年5月29日至6月30日的合计，单位：万元。可留空，由本月数推算。"


def test_the_first_month_begins_with_the_launch() -> None:
    content = monthly_form(a_head(month=JUNE.plus(-1), last_month=None), blank_rows(), YEAR)
    prompts = {str(rule.sqref): rule.prompt for rule in opened(content).data_validations.dataValidation}
    assert prompts["D8"] == "填5月29日至5月31日的发生数，单位：万元。无发生填0；可留空，由累计数推算。"


def test_last_month_tells_nothing_reported_from_zero_and_from_no_month_before() -> None:
    rows = [FormRow(CORE[0], 0), FormRow(CORE[1], None)]
    assert [row[2] for row in grid(monthly_form(a_head(), rows, YEAR))[5:7]] == [0.0, "未报"]
    assert [row[2] for row in grid(monthly_form(a_head(last_month=None), rows, YEAR))[5:7]] == [0.0, "—"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(STORED, STORED, STORED), min_size=len(CORE), max_size=len(CORE)))
def test_every_stored_integer_reads_back_as_itself(figures: list[tuple[int | None, int | None, int | None]]) -> None:
    rows = [FormRow(kpi, *three) for kpi, three in zip(CORE, figures, strict=True)]
    read = grid(monthly_form(a_head(last_month=None), rows, YEAR))[5 : 5 + len(CORE)]
    for kpi, cells, (last, month, to_date) in zip(CORE, read, figures, strict=True):
        assert [stored(cell, kpi) for cell in cells[3:5]] == [month, to_date]
        assert last is None or stored(cells[2], kpi) == last


def test_a_remark_that_looks_like_a_formula_stays_text() -> None:
    row = FormRow(CORE[0], None, 1, 1, remark="=HYPERLINK(1)")
    cell = opened(monthly_form(a_head(), [row], YEAR))["F6"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_a_returned_cell_carries_its_note_and_another_colour() -> None:
    note = {("online_sales", "month"): "省级退回：请核对单位。"}
    sheet = opened(monthly_form(a_head(revision=2), blank_rows(), YEAR, note))
    commented = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert commented == {"D8": "省级退回：请核对单位。"}
    assert sheet["D8"].fill.fgColor.rgb == "FFF7C948"
    assert sheet["D1"].value == "更正报送（现有第2版）"


def test_sample_data_is_called_so_in_the_head_and_real_data_is_not() -> None:
    assert opened(monthly_form(a_head(sample=True), blank_rows(), YEAR))["A1"].value == "示例数据"
    assert texts(monthly_form(a_head(), blank_rows(), YEAR)).count("示例数据") == 0


def test_the_stamp_tells_what_was_asked_of_whom() -> None:
    assert stamp(monthly_form(a_head(revision=3), blank_rows(RADIATING), YEAR)) == {
        "form": "monthly",
        "county": "533301",
        "month": "2019-06",
        "revision": "3",
        "kpis": "online_sales,shops,products,trainees,posts,reads,households",
        "version": "1",
    }


def test_the_form_prints_on_one_page_of_a4() -> None:
    sheet = opened(monthly_form(a_head(), blank_rows(), YEAR))
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "portrait", None, None)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_area == f"'月报表'!$A$1:$F${sheet.max_row}"


def test_the_notes_tell_zero_from_empty_and_whom_to_ask() -> None:
    notes = texts(monthly_form(a_head(), blank_rows(), YEAR))
    assert "5. 本月无发生的填“0”；尚未掌握的请留空，留空视为“未报”，不作“0”处理。" in notes
    assert "8. 对指标或填报有疑问的，请咨询本省（区、市）农业农村信息中心或“110”创新活动领导小组办公室。" in notes
    assert f"3. {CORE[2].name}（万元）：{CORE[2].definition}" in notes


@pytest.mark.parametrize("month", YEAR.months, ids=str)
def test_every_month_and_tier_has_a_form_whose_texts_fit(month: Month) -> None:
    """XlsxWriter warns of a prompt that is too long and leaves it out; a warning fails the test."""
    for kpis in (CORE, RADIATING, catalogue().kpis):
        assert stamp(monthly_form(a_head(month=month), blank_rows(kpis), YEAR))["month"] == str(month)


# --- many counties --------------------------------------------------------------------------------------------------

ROWS = [("533301", "泸水市", JUNE), ("532929", "云龙县", JUNE), ("532929", "云龙县", JUNE.plus(1))]
OUTSIDE = {(code, kpi.code) for code in ("532929",) for kpi in catalogue().kpis if kpi not in RADIATING} | {
    ("533301", kpi.code) for kpi in catalogue().kpis if kpi not in CORE
}


def a_batch(**other: Any) -> bytes:
    return batch_form(ROWS, catalogue().kpis, YEAR, OUTSIDE, **other)


def test_the_batch_is_headed_by_what_is_asked_and_its_unit() -> None:
    assert grid(a_batch(), "月报汇总")[2] == [
        "行政区划代码",
        "县名",
        "报告期",
        "打造特色农业品牌期末数(个)",
        "品牌累计曝光量本月数(万次)",
        "农产品网络销售额本月数(万元)",
        "上线开店企业期末数(家)",
        "上线产品及规格期末数(个)",
        "线上线下培训学员本月数(人次)",
        "学员生产的扶贫类信息本月数(条)",
        "用户累计阅读量本月数(万次)",
        "惠及贫困户期末数(户)",
    ]


def test_the_batch_has_one_row_per_county_and_month_with_its_code_as_text() -> None:
    content = a_batch()
    assert [row[:3] for row in grid(content, "月报汇总")[3:]] == [
        ["533301", "泸水市", "2019年6月"],
        ["532929", "云龙县", "2019年6月"],
        ["532929", "云龙县", "2019年7月"],
    ]
    sheet = opened(content, "月报汇总")
    assert {sheet[f"A{row}"].number_format for row in (4, 5, 6)} == {"@"}
    assert sheet.freeze_panes == "D4"


def test_what_does_not_apply_is_said_greyed_and_locked() -> None:
    sheet = opened(a_batch(), "月报汇总")
    for row, kpis in ((4, CORE), (5, RADIATING), (6, RADIATING)):
        for column, kpi in enumerate(catalogue().kpis, 4):
            cell = sheet.cell(row, column)
            expected = (None, False, "FFEAF2FB") if kpi in kpis else ("不适用", True, "FFD8DCE2")
            assert (cell.value, cell.protection.locked, cell.fill.fgColor.rgb) == expected


def test_rows_may_be_added_below_the_batch_under_the_same_rules() -> None:
    sheet = opened(a_batch(), "月报汇总")
    assert sheet.protection.sheet
    assert [sheet.column_dimensions[letter].protection.locked for letter in "ACDL"] == [False] * 4
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {
        f"{letter}4:{letter}206" for letter in "ACDEFGHIJKL"
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(STORED, min_size=9, max_size=9))
def test_figures_of_a_batch_read_back_as_themselves(figures: list[int | None]) -> None:
    kpis = catalogue().kpis
    given_figures = {("533301", JUNE, k.code): v for k, v in zip(kpis, figures, strict=True) if v is not None}
    read = grid(batch_form(ROWS[:1], kpis, YEAR, (), given_figures), "月报汇总")[3][3:]
    assert [stored(cell, kpi) for cell, kpi in zip([*read, *[""] * 9], kpis, strict=False)] == figures


def test_the_batch_is_stamped_and_says_when_it_is_a_sample() -> None:
    content = a_batch(sample=True)
    assert stamp(content) == {
        "form": "batch",
        "year": "2019",
        "kpis": ",".join(kpi.code for kpi in catalogue().kpis),
        "version": "1",
    }
    assert opened(content, "月报汇总")["L2"].value == "示例数据"
    assert texts(a_batch(), "月报汇总").count("示例数据") == 0


def test_notes_of_the_batch_are_on_a_sheet_of_their_own() -> None:
    assert texts(a_batch(), "填表说明")[:2] == [
        "填表说明",
        "1. 本表供省级信息中心、领导小组办公室为范围内的县集中报送使用，一行为一个县一个月；次月5日前报送，遇法定节假日顺延。",
    ]


# --- read by the platform itself ------------------------------------------------------------------------------------

USUAL = st.none() | st.integers(0, catalogue().limits["figures"]["max_entry"])


def read(content: bytes) -> Table:
    """The one table of a form; our own form gives no cause for any finding."""
    book = read_book(content, "form.xlsx")
    ((table,), findings) = find_tables(book, catalogue())
    assert (book.findings, findings) == ([], [])
    return table


def figures_of(table: Table) -> dict[tuple[str, str], list[object]]:
    return {
        (column.kpi.code, column.measure): [
            parse_figure(raw, column.stored_per_written, column.kpi.factor) for raw in column.raw
        ]
        for column in table.columns
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(USUAL, USUAL), min_size=len(RADIATING), max_size=len(RADIATING)))
def test_the_platform_reads_its_own_monthly_form(figures: list[tuple[int | None, int | None]]) -> None:
    rows = [FormRow(kpi, 5, *two, "备注") for kpi, two in zip(RADIATING, figures, strict=True)]
    table = read(monthly_form(a_head(sample=True), rows, YEAR))
    assert (table.form, table.codes, table.names) == ("monthly", ["533301"], ["云南省怒江傈僳族自治州泸水市"])
    assert [parse_month(month) for month in table.months] == [JUNE]
    assert figures_of(table) == {
        (kpi.code, measure): [value]
        for kpi, two in zip(RADIATING, figures, strict=True)
        for measure, value in zip(("month", "to_date"), two, strict=True)
    }
    assert table.remarks == dict.fromkeys((kpi.code for kpi in RADIATING), "备注")


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from([kpi.code for kpi in CORE]), USUAL))
def test_the_platform_reads_its_own_batch(figures: dict[str, int | None]) -> None:
    known = {("533301", JUNE, code): value for code, value in figures.items() if value is not None}
    table = read(batch_form(ROWS, catalogue().kpis, YEAR, OUTSIDE, known, sample=True))
    assert (table.form, list(table.codes)) == ("batch", ["533301", "532929", "532929"])
    assert [parse_month(month) for month in table.months] == [JUNE, JUNE, JUNE.plus(1)]
    assert figures_of(table) == {
        (kpi.code, "month" if kpi.is_flow else "to_date"): [figures.get(kpi.code), None, None]
        for kpi in catalogue().kpis
    }
