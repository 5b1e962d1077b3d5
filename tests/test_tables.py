"""Finding tables: the file as a whole, and the same figures in any layout."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme.catalogue import Kpi
from programme.formats.book import Book, Cell, Sheet
from programme.sheets import read_book
from programme.tables import find_tables
from tests import files
from tests.reading import (
    BATCH_RECORDS,
    FACTS,
    SALES_ROW,
    book_of,
    figures,
    found_in,
    rules,
)

# --- the file as a whole ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [[], [["你好"]], [["县名", "数"], ["泸水市", 1]], [["指标", "数"], ["网络销售额", 1]]])
def test_a_file_without_a_table_says_what_a_table_needs(rows: files.Rows) -> None:
    tables, findings = found_in(rows)
    assert (tables, [(f.rule, f.severity.value, f.sheet) for f in findings]) == ([], [("no_table", "error", "表1")])


def test_a_heading_without_rows_is_named() -> None:
    assert rules(found_in([files.BATCH_HEADING])[1]) == [("empty_table", "A1")]


def test_a_table_in_a_hidden_sheet_is_left_out_and_named() -> None:
    content = files.xlsx(
        files.batch_rows(*BATCH_RECORDS), files.monthly_rows(SALES_ROW), names=["报", "旧"], hidden=["旧"]
    )
    tables, findings = find_tables(read_book(content, "x"), FACTS)
    assert ([t.sheet for t in tables], [(f.rule, f.severity.value) for f in findings]) == (
        ["报"],
        [("hidden_sheet", "warning")],
    )


def test_hidden_rows_and_columns_with_figures_are_named() -> None:
    book = book_of(files.batch_rows(*BATCH_RECORDS, ["合计"]))
    book.sheets[0].hidden_rows, book.sheets[0].hidden_columns = frozenset({2, 3}), frozenset({4, 5})
    assert rules(find_tables(book, FACTS)[1]) == [("hidden_rows", "A3"), ("hidden_columns", "E1")]


@pytest.mark.parametrize("name", ["monthly.xls", "monthly.ods"])
def test_an_office_file_gives_the_figures_of_its_form(name: str) -> None:
    (table,), findings = find_tables(read_book(files.office_file(name), name), FACTS)
    assert figures(table) == {
        ("online_sales", "month"): [12_500_000],
        ("online_sales", "to_date"): [1_234_500_000],
        ("households", "month"): [35],
        ("households", "to_date"): [120],
        ("reads", "month"): [None],
        ("reads", "to_date"): [1_230_000],
        ("trainees", "month"): [0],
        ("trainees", "to_date"): [None],
    }
    assert rules(findings) == [("hidden_rows", "A5")]


@pytest.mark.timeout(60)
def test_a_sheet_that_is_nothing_but_headings_is_given_up() -> None:
    headings = [["指标", "本月数"]] * 100_000
    assert rules(found_in(headings)[1]) == [("too_many_tables", "A1001")]
    repeated = [files.BATCH_HEADING, BATCH_RECORDS[0]] * 30_000
    assert len(found_in(repeated)[0][0].rows) >= 30_000


@pytest.mark.timeout(60)
def test_very_long_texts_and_very_many_unknown_rows_take_no_time() -> None:
    long = [
        ["填报单位" + " " * 100_000 + "x", "(" * 100_000, "县 " * 60_000],
        ["指标", "本月数"],
        ["网络,销售," * 20_000, 5],
    ]
    assert rules(found_in(long)[1]) == [("unknown_indicator", "A3"), ("no_table", "")]
    many = [["指标", "本月数"], *[[f"不认识{number}", 5] for number in range(50_000)], ["惠及贫困户", 5]]
    assert len(found_in(many)[1]) == 21


CELLS = st.one_of(
    st.sampled_from(
        [
            None,
            "",
            "县名",
            "行政区划代码",
            "报告期",
            "指标",
            "本月数",
            "累计数",
            "计量单位",
            "网络销售额本月数(万元)",
            "惠及贫困户",
        ]
    )
    | st.sampled_from(
        ["泸水市", "533301", "2019年6月", "填报单位：泸水市", "合计", "注：", "（户）", "备注", "填表人：", "甲", "1."]
    ),
    st.text(max_size=4),
    st.floats(),
    st.integers(),
    st.dates(),
    st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=10), st.booleans())
def test_any_sheet_gives_tables_whose_columns_are_as_long_as_their_rows(rows: list[list[Cell]], csv: bool) -> None:
    tables, findings = find_tables(Book("csv" if csv else "xlsx", [Sheet("表", rows)]), FACTS)
    for table in tables:
        sizes = {len(column.raw) for column in table.columns} | {len(table.codes), len(table.names), len(table.months)}
        assert sizes == {len(table.rows)}
    assert tables or findings


# --- the same figures in any layout -----------------------------------------------------------------------------------


def written(stored: int, kpi: Kpi, multiple: int, hand: str) -> Cell:
    """A stored integer as one user or another writes it, in `multiple` units of the indicator."""
    exact = Decimal(stored) / (kpi.factor * multiple)
    own = Decimal(stored) / kpi.factor
    return {
        "number": float(exact),
        "text": f"{exact:f}",
        "thousands": f"{exact:,f}",
        "full width": f"{exact:f}".translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
        "with its unit": f"{own:f}{kpi.unit}",
        "in ten thousands": f"{own / 10_000:f}万{kpi.unit}",
    }[hand]


HANDS = st.sampled_from(["number", "text", "thousands", "full width", "with its unit", "in ten thousands"])
PREFIXES = {1: "", 1_000: "千", 10_000: "万"}
Given = list[tuple[Kpi, int, int]]


@st.composite
def given_figures(draw: st.DrawFn) -> Given:
    """Some indicators, each with a stored integer and the multiple of its unit in which it is written."""
    kpis = draw(st.lists(st.sampled_from(FACTS.kpis), min_size=1, unique=True))
    return [(kpi, draw(st.integers(0, 10**10)), draw(st.sampled_from(list(PREFIXES)))) for kpi in kpis]


def as_file(rows: files.Rows, kind: str) -> bytes:
    if kind == "xlsx":
        return files.xlsx(rows)
    return files.ods(rows) if kind == "ods" else files.delimited(rows, kind)


KINDS = st.sampled_from(["xlsx", "ods", "utf-8", "utf-8-sig", "gb18030"])


@settings(max_examples=120, deadline=None)
@given(st.data(), given_figures(), KINDS, st.integers(0, 3), st.integers(0, 3))
def test_a_monthly_form_reads_the_same_in_any_layout(
    data: st.DataObject, given_: Given, kind: str, above: int, left: int
) -> None:
    measure, word = data.draw(st.sampled_from([("month", "本月数"), ("to_date", "累计数")]))
    gap = data.draw(st.integers(0, 2))
    lines = [
        [
            data.draw(st.sampled_from([kpi.name, kpi.short, f"1. {kpi.name}"])),
            *([""] * gap),
            f"{PREFIXES[multiple]}{kpi.unit}",
            "",
            written(stored, kpi, multiple, data.draw(HANDS)),
        ]
        for kpi, stored, multiple in given_
    ]
    heading = ["指标", *[""] * gap, "计量单位", "", word]
    rows = [
        *[[""]] * above,
        ["填报单位：泸水市"],
        ["报告期：2019年6月"],
        heading,
        *(row for line in lines for row in ([], line)),
    ]
    tables, findings = find_tables(read_book(as_file([[""] * left + list(row) for row in rows], kind), "x"), FACTS)
    assert findings == []
    assert figures(tables[0]) == {(kpi.code, measure): [stored] for kpi, stored, _ in given_}
    assert (tables[0].names, tables[0].months) == (["泸水市"], ["2019年6月"])


@settings(max_examples=120, deadline=None)
@given(st.data(), given_figures(), KINDS, st.integers(0, 3), st.integers(0, 3))
def test_a_batch_reads_the_same_in_any_layout(
    data: st.DataObject, given_: Given, kind: str, above: int, left: int
) -> None:
    measure, word = data.draw(st.sampled_from([("month", "本月数"), ("to_date", "累计数")]))
    columns: list[tuple[str, Cell]] = [
        ("行政区划代码", "533301"),
        ("县名", "泸水市"),
        ("报告期", "2019-06"),
        ("备注", "x"),
    ]
    for kpi, stored, multiple in given_:
        unit = f"{PREFIXES[multiple]}{kpi.unit}"
        heading = data.draw(
            st.sampled_from(
                [f"{kpi.name}{word}({unit})", f"{kpi.short}（{unit}）{word}", f"{kpi.name}\n{word}\n{unit}"]
            )
        )
        columns.append((heading, written(stored, kpi, multiple, data.draw(HANDS))))
    order = data.draw(st.permutations(columns))
    rows = [
        *[["", "", ""]] * above,
        ["汇总表"],
        [head for head, _ in order],
        [],
        [cell for _, cell in order],
        ["注：无"],
    ]
    tables, findings = find_tables(read_book(as_file([[""] * left + list(row) for row in rows], kind), "x"), FACTS)
    assert findings == []
    assert figures(tables[0]) == {(kpi.code, measure): [stored] for kpi, stored, _ in given_}
    assert (list(tables[0].codes), list(tables[0].months)) == (["533301"], ["2019-06"])
