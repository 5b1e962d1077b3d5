"""The batch form, found and read wherever and however it is written."""

import pytest

from programme.sheets import read_book
from programme.tables import find_tables
from tests import files
from tests.reading import (
    BATCH_READ,
    BATCH_RECORDS,
    FACTS,
    HOUSEHOLDS,
    SALES,
    SALES_ROW,
    figures,
    found_in,
    only_table,
    rules,
)


def test_a_batch_is_read_column_by_column() -> None:
    table = only_table(files.batch_rows(*BATCH_RECORDS))
    assert (table.form, list(table.codes), list(table.rows)) == ("batch", ["533301", "533325"], [2, 3])
    assert (list(table.names), list(table.months)) == (["泸水市", "兰坪白族普米族自治县"], ["2019-06"] * 2)
    assert figures(table) == BATCH_READ
    assert [table.address(column, 1) for column in table.columns] == ["D3", "E3"]
    assert [table.key_address(key, 1) for key in ("code", "name", "month")] == ["A3", "B3", "C3"]


@pytest.mark.parametrize(
    ("heading", "measure", "scale"),
    [
        ("农产品网络销售额本月数(万元)", "month", 1_000_000),
        ("农产品网络销售额本月数（万元）", "month", 1_000_000),
        ("农产品网络销售额(万元)本月数", "month", 1_000_000),
        ("农产品网络销售额（本月数，元）", "month", 100),
        ("农产品网络销售额本月数万元", "month", 1_000_000),
        ("农产品网络销售额-本月数/千元", "month", 100_000),
        ("农产品网络销售额\n本月数\n(亿元)", "month", 10_000_000_000),
        ("本月网络销售额", "month", 1_000_000),
        ("网络销售额累计数（万元）", "to_date", 1_000_000),
        ("3.网络销售额 累计（单位：万元）", "to_date", 1_000_000),
    ],
)
def test_headings_of_a_flow_in_many_hands(heading: str, measure: str, scale: int) -> None:
    (column,) = only_table([["县名", "报告期", heading], ["泸水市", "2019-06", 1]]).columns
    assert (column.kpi, column.measure, column.stored_per_written) == (SALES, measure, scale)


@pytest.mark.parametrize(
    ("heading", "measure"),
    [
        ("惠及贫困户期末数(户)", "to_date"),
        ("惠及贫困户本月新增", "month"),
        ("期末惠及贫困户数", "to_date"),
        ("贫困户（期末）", "to_date"),
    ],
)
def test_headings_of_a_stock(heading: str, measure: str) -> None:
    (column,) = only_table([["县名", "报告期", heading], ["泸水市", "2019-06", 1]]).columns
    assert (column.kpi, column.measure) == (HOUSEHOLDS, measure)


@pytest.mark.parametrize(("heading", "measure"), [("网络销售额(万元)", "month"), ("惠及贫困户", "to_date")])
def test_a_heading_without_a_measure_is_taken_with_a_warning(heading: str, measure: str) -> None:
    (table,), findings = found_in([["县名", "报告期", heading], ["泸水市", "2019-06", 1]])
    assert ([column.measure for column in table.columns], rules(findings)) == ([measure], [("measure_assumed", "C1")])


TWO_LINES = [
    ["行政区划代码", "县名", "报告期", "农产品网络销售额", "", "惠及贫困户", ""],
    ["", "", "", "本月数", "累计数", "本月新增", "期末数"],
    ["", "", "", "(元)", "(元)", "(户)", "(户)"],
    ["533301", "泸水市", "2019-06", 1250, 9900, 1, 40],
]


@pytest.mark.parametrize("lines", [[0, 1, 2, 3], [0, 1, 3]], ids=["with units", "without units"])
def test_headings_in_two_lines_and_a_line_of_units(lines: list[int]) -> None:
    scale = 100 if len(lines) == 4 else 1_000_000
    read = figures(only_table([["月报汇总表"], *(TWO_LINES[line] for line in lines)]))
    assert read == {
        ("online_sales", "month"): [1250 * scale],
        ("online_sales", "to_date"): [9900 * scale],
        ("households", "month"): [1],
        ("households", "to_date"): [40],
    }


def test_indicators_named_above_the_line_with_the_county() -> None:
    rows = [["", "", "", *TWO_LINES[0][3:]], ["行政区划代码", "县名", "报告期", *TWO_LINES[1][3:]], TWO_LINES[3]]
    assert sorted(figures(only_table(rows))) == [
        (k, m) for k in ("households", "online_sales") for m in ("month", "to_date")
    ]


def test_measures_named_above_the_indicators() -> None:
    top = ["县名", "报告期", "本月数", "", "累计数", ""]
    rows = [top, ["", "", "网络销售额", "惠及贫困户", "网络销售额", "惠及贫困户"], ["泸水市", "2019-06", 1, 2, 3, 4]]
    assert figures(only_table(rows)) == {
        ("online_sales", "month"): [1_000_000],
        ("households", "month"): [2],
        ("online_sales", "to_date"): [3_000_000],
        ("households", "to_date"): [4],
    }


def test_a_measure_below_one_indicator_is_not_carried_to_the_next() -> None:
    rows = [
        ["县名", "报告期", "网络销售额", "", "用户累计阅读量"],
        ["", "", "本月数", "累计数", ""],
        ["泸水市", "2019-06", 1, 2, 3],
    ]
    (table,), findings = found_in(rows)
    assert (figures(table)["reads", "month"], rules(findings)) == ([30_000], [("measure_assumed", "E1")])


def test_a_record_without_a_county_is_no_part_of_the_heading() -> None:
    content = files.delimited([files.BATCH_HEADING, ["", "", "2019-06", "12.3万元", "40户"], BATCH_RECORDS[0]])
    assert figures(find_tables(read_book(content, "x.csv"), FACTS)[0][0])["households", "to_date"] == [40, 40]


def test_a_measure_that_is_not_ours_is_not_taken_for_one() -> None:
    rows = [
        ["县名", "报告期", "网络销售额", "", ""],
        ["", "", "上月累计", "本月数", "完成率"],
        ["泸水市", "2019-06", 1, 2, 3],
    ]
    (table,), findings = found_in(rows)
    assert (figures(table), rules(findings)) == ({("online_sales", "month"): [2_000_000]}, [("extra_columns", "")])
    assert rules(
        found_in([["县名", "报告期", "网络销售额上月累计", "网络销售额目标"], ["泸水市", "2019-06", 1, 2]])[1]
    ) == [("no_table", "")]


def test_a_line_of_column_marks_is_no_record() -> None:
    rows = files.batch_rows(*BATCH_RECORDS)
    assert list(only_table([rows[0], ["甲", "乙", "丙", 1, 2], *rows[1:]]).rows) == [3, 4]
    assert list(only_table([rows[0], ["(1)", "(2)", "(3)", "(4)", "(5)"], *rows[1:]]).rows) == [3, 4]


def test_columns_stand_in_any_order_and_others_are_named() -> None:
    rows = [
        ["序号", "惠及贫困户期末数", "直播场次", "报告期", "备注", "县名", "网络销售额本月数"],
        [1, 40, 9, "2019-06", "x", "泸水市", 12.5],
    ]
    (table,), findings = found_in(rows)
    assert figures(table) == {("households", "to_date"): [40], ("online_sales", "month"): [12_500_000]}
    assert [(f.rule, f.severity.value) for f in findings] == [("extra_columns", "hint")]
    assert findings[0].message == "以下各列不是上报指标，未读入：直播场次（C列）。"


def test_an_indicator_in_two_columns_is_named() -> None:
    rows = [[*files.BATCH_HEADING, "网络销售额本月数（元）"], [*BATCH_RECORDS[0], 5]]
    (table,), findings = found_in(rows)
    assert (rules(findings), len(table.columns)) == ([("kpi_twice", "F1")], 2)


def test_a_unit_in_a_heading_that_does_not_fit_is_named() -> None:
    rows = [["县名", "报告期", "网络销售额本月数（美元）", "惠及贫困户期末数"], ["泸水市", "2019-06", 1, 2]]
    (table,), findings = found_in(rows)
    assert (rules(findings), [column.kpi for column in table.columns]) == ([("unknown_unit", "C1")], [HOUSEHOLDS])


def test_totals_blank_rows_repeated_headings_and_notes_are_passed_over() -> None:
    first, second = BATCH_RECORDS
    rows = [
        ["月报汇总表"], ["单位：云南省"], files.BATCH_HEADING, first, ["", "", "", "", ""], ["小计", "", "", 12.5],
        ["以下为兰坪"], files.BATCH_HEADING, second, ["合计", "", "", 12.5, 47], ["注：以上为上报数。"], ["填表人："],
    ]  # fmt: skip
    (table,), findings = found_in(rows)
    assert (list(table.rows), figures(table)) == ([4, 9], BATCH_READ)
    assert rules(findings) == [("totals_skipped", "A6"), ("rows_skipped", "A7")]


def test_a_row_with_figures_but_without_a_county_is_kept_to_be_named() -> None:
    table = only_table(files.batch_rows(BATCH_RECORDS[0], ["", "", "", 5, 6]))
    assert (list(table.rows), list(table.codes)) == ([2, 3], ["533301", ""])


def test_a_county_merged_over_its_months_counts_for_all_of_them() -> None:
    rows = files.batch_rows(["533301", "泸水市", "2019-06", 1, 2], ["", "", "2019-07", 3, 4], ["", "", "2019-08", 5, 6])
    table = only_table(rows, merges=[(1, 0, 3, 0), (1, 1, 3, 1)])
    assert (list(table.codes), list(table.names)) == (["533301"] * 3, ["泸水市"] * 3)
    assert list(only_table(rows).codes) == ["533301", "", ""]


def test_the_month_above_the_table_counts_where_no_column_has_it() -> None:
    rows = [["报告期：2019年6月"], ["县名", "网络销售额本月数"], ["泸水市", 1], ["兰坪县", 2]]
    table = only_table(rows)
    assert (list(table.months), table.key_address("month", 1)) == (["2019年6月"] * 2, "A1")
    tables, findings = found_in(rows[1:])
    assert (tables, rules(findings)) == ([], [("no_month", "C1")])


def test_a_thousands_separator_that_split_a_figure_of_a_csv_is_named() -> None:
    content = "县名,报告期,网络销售额本月数\n泸水市,2019-06,1,234\n兰坪县,2019-06,5,\n".encode()
    (table,), findings = find_tables(read_book(content, "x.csv"), FACTS)
    assert (len(table.rows), [(f.rule, f.cell, f.value) for f in findings]) == (2, [("shifted_row", "D2", "234")])


def test_different_tables_below_each_other_are_told_apart() -> None:
    other = [["县名", "报告期", "上线开店企业期末数"], ["福贡县", "2019-06", 9]]
    tables, findings = found_in(
        [*files.batch_rows(*BATCH_RECORDS), [], ["开店情况"], *other], files.monthly_rows(SALES_ROW)
    )
    assert [(t.form, t.sheet, list(t.rows)) for t in tables] == [
        ("batch", "表1", [2, 3]),
        ("batch", "表1", [7]),
        ("monthly", "表2", [3]),
    ]
    assert findings == []
