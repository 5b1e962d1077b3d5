"""The monthly form, found and read wherever and however it is written."""

from datetime import date

import pytest

from programme.tables import find_tables
from tests import files
from tests.reading import (
    FACTS,
    HOUSEHOLD_ROW,
    SALES,
    SALES_ROW,
    book_of,
    figures,
    found_in,
    only_table,
    rules,
)


def test_a_monthly_form_is_read_with_its_county_month_figures_and_addresses() -> None:
    table = only_table(files.monthly_rows([*SALES_ROW, "含直播"], HOUSEHOLD_ROW))
    assert (table.form, table.names, table.codes, table.months) == ("monthly", ["泸水市"], [""], ["2019年6月"])
    assert figures(table) == {
        ("online_sales", "month"): [12_500_000],
        ("online_sales", "to_date"): [100_000_000],
        ("households", "month"): [3],
        ("households", "to_date"): [40],
    }
    assert [table.address(column, 0) for column in table.columns] == ["C4", "D4", "C5", "D5"]
    assert [table.key_address(key, 0) for key in ("code", "name", "month")] == ["", "B2", "E2"]
    assert table.remarks == {"online_sales": "含直播"}


def test_county_and_month_are_read_from_cells_that_hold_label_and_value_together() -> None:
    rows = files.monthly_rows(SALES_ROW)
    rows[1] = ["填报单位（盖章）：云南省泸水市   行政区划代码：533301", "", "报告期： 2019 年 6 月", "计量单位：见表"]
    table = only_table(rows)
    assert (table.names, table.codes, table.months) == (["云南省泸水市"], ["533301"], ["2019 年 6 月"])
    assert [table.key_address(key, 0) for key in ("code", "name", "month")] == ["A2", "A2", "C2"]


def test_an_excel_date_stands_for_the_month() -> None:
    assert only_table(files.monthly_rows(SALES_ROW, month=date(2019, 6, 1))).months == [date(2019, 6, 1)]


def test_the_stamp_stands_in_for_missing_labels_and_says_so() -> None:
    book = book_of(files.monthly_rows(SALES_ROW)[2:])
    book.stamp = {"county": "533301", "month": "2019-06"}
    (table,), findings = find_tables(book, FACTS)
    assert (table.codes, table.months, table.key_address("code", 0)) == (["533301"], ["2019-06"], "")
    assert [(finding.rule, finding.severity.value) for finding in findings] == [("from_stamp", "hint")] * 2


def test_labels_count_before_the_stamp() -> None:
    book = book_of(files.monthly_rows(SALES_ROW))
    book.stamp = {"county": "530000", "month": "2019-05"}
    (table,), findings = find_tables(book, FACTS)
    assert (table.codes, table.names, table.months, findings) == ([""], ["泸水市"], ["2019年6月"], [])


def test_a_month_in_the_title_is_taken_with_a_hint() -> None:
    rows = files.monthly_rows(SALES_ROW)
    rows[0], rows[1] = ["2019年7月网络扶贫月报表"], ["填报单位", "泸水市", "报出日期：2019年8月3日"]
    (table,), findings = found_in(rows)
    assert (table.months, rules(findings)) == (["2019年7月"], [("month_from_title", "A1")])


@pytest.mark.parametrize(
    "name",
    [
        "1.农产品网络销售额",
        "一、网络销售额",
        "（三）农产品 网络销售额（万元）",
        "①农产品累计网络销售额",
        "农产品网络销售额(万元)",
        "网络\n销售额",
        "2、“农产品网络销售额”",
        "3. 网络销售额",
    ],
)
def test_an_indicator_is_known_by_its_names_with_numbering_spaces_and_units(name: str) -> None:
    assert figures(only_table(files.monthly_rows([name, "", 12.5, 100])))["online_sales", "month"] == [12_500_000]


@pytest.mark.parametrize(
    ("unit", "stored"),
    [
        ("元", 1_250),
        ("千元", 1_250_000),
        ("万元", 12_500_000),
        ("（万元）", 12_500_000),
        ("亿元", 125_000_000_000),
        ("", 12_500_000),
    ],
)
def test_the_unit_of_the_row_is_honoured(unit: str, stored: int) -> None:
    assert figures(only_table(files.monthly_rows(["农产品网络销售额", unit, 12.5, ""])))["online_sales", "month"] == [
        stored
    ]


def test_the_unit_above_the_form_counts_where_the_row_has_none() -> None:
    rows = [["填报单位：泸水市", "报告期：2019年6月", "计量单位：元"], ["指标", "本月数"], ["农产品网络销售额", 1250]]
    assert figures(only_table(rows)) == {("online_sales", "month"): [125_000]}


def test_a_unit_that_does_not_fit_is_named_and_the_figure_not_read() -> None:
    tables, findings = found_in(files.monthly_rows(["农产品网络销售额", "公斤", 12.5, 100], HOUSEHOLD_ROW))
    assert [column.kpi.code for column in tables[0].columns] == ["households", "households"]
    assert [(f.rule, f.cell, f.value, f.repaired) for f in findings] == [("unknown_unit", "B4", "公斤", "万元")]


def test_rows_that_are_no_indicator_are_named_when_they_hold_a_figure() -> None:
    odd = [
        ["一、销售情况"],
        ["合计", "", 5, 6],
        ["农产品网络销售量", "吨", 3, 4],
        SALES_ROW,
        ["", "", "", ""],
        HOUSEHOLD_ROW,
        SALES_ROW,
    ]
    (table,), findings = found_in(files.monthly_rows(*odd))
    assert [(f.rule, f.cell, f.repaired) for f in findings] == [
        ("unknown_indicator", "A6", "农产品网络销售额"),
        ("kpi_twice", "A10", ""),
    ]
    assert sorted(figures(table)) == [(k, m) for k in ("households", "online_sales") for m in ("month", "to_date")]


def test_notes_below_a_form_are_not_read() -> None:
    rows = [*files.monthly_rows(SALES_ROW), ["填表说明"], ["1. 惠及贫困户：期末受益户数", "户", 5, 6]]
    assert [column.kpi for column in only_table(rows).columns] == [SALES, SALES]


def test_forms_below_and_beside_each_other_are_read_with_their_own_labels() -> None:
    one, other = files.monthly_rows(SALES_ROW), files.monthly_rows(HOUSEHOLD_ROW, place="兰坪县", month="2019年7月")
    tables, findings = found_in([*one, [], *other])
    assert [(t.names, t.months, sorted(figures(t))[0][0]) for t in tables] == [
        (["泸水市"], ["2019年6月"], "online_sales"),
        (["兰坪县"], ["2019年7月"], "households"),
    ]
    heading = ["指标", "计量单位", "本月数", "累计数"]
    beside = [["填报单位：泸水市", "报告期：2019-06"], [*heading, "", *heading], [*SALES_ROW, "", *HOUSEHOLD_ROW]]
    assert [[c.letters for c in t.columns] for t in found_in(beside)[0]] == [["C", "D"], ["H", "I"]]
    assert findings == []


def test_a_heading_in_two_lines_is_read() -> None:
    rows = [
        ["填报单位：泸水市", "报告期：2019-06"],
        ["指标", "单位", "完成情况", ""],
        ["", "", "本月数", "累计数"],
        SALES_ROW,
    ]
    assert figures(only_table(rows)) == {
        ("online_sales", "month"): [12_500_000],
        ("online_sales", "to_date"): [100_000_000],
    }
