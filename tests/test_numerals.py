"""Cells to stored integers and months: exact, and never a guess that is not named."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.catalogue import catalogue
from programme.cell_text import RULES
from programme.chinese_numerals import chinese_integer, chinese_text, colloquial
from programme.formats.book import VALUELESS, Cell
from programme.numerals import Problem, parse_figure, parse_figures
from tests.cells import any_cell

YUAN = (1_000_000, 100, "元")
"""A column headed 万元: a million 分 in one, a hundred in 元."""
PLAIN_YUAN = (100, 100, "元")
HOUSEHOLDS = (1, 1, "户")
MOST = catalogue().limits["figures"]["max_entry"]
CHINESE_DIGITS = "零一二三四五六七八九十百千万亿两"


@pytest.mark.parametrize(
    "raw", [None, "", " ", "　", "—", "－", "-", "/", "\\", "无", "空", "…", "不适用", "未报", "\u00a0"]
)
def test_what_users_write_for_nothing_is_no_figure(raw: Cell) -> None:
    assert parse_figure(raw, *HOUSEHOLDS) is None


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        (0, 0),
        ("0", 0),
        ("零", 0),
        (12.5, 12_500_000),
        ("12.5", 12_500_000),
        ("1,234.5", 1_234_500_000),
        ("１，２３４．５", 1_234_500_000),
        ("１２３", 123_000_000),
        ("1 234.5", 1_234_500_000),
        (" 12.5\u00a0", 12_500_000),
        ("¥12.5", 12_500_000),
        ("￥ 12.5", 12_500_000),
        ("人民币12.5万元", 12_500_000),
        ("12.3万元", 12_300_000),
        ("12.3 万", 12_300_000),
        ("12.3（万元）", 12_300_000),
        ("350元", 35_000),
        ("0.5亿元", 5_000_000_000),
        ("1亿2000万元", 12_000_000_000),
        ("1万2千元", 1_200_000),
        ("壹佰元整", 10_000),
        ("十二", 12_000_000),
        ("一百二十", 120_000_000),
        ("三点五万", 3_500_000),
        ("三万五千", 3_500_000),
    ],
)
def test_figures_under_a_heading_in_ten_thousand_yuan(raw: Cell, stored: int) -> None:
    assert parse_figure(raw, *YUAN) == stored


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("350户", 350),
        ("3千", 3_000),
        ("1万2千", 12_000),
        ("1万2345", 12_345),
        ("12.3万户", 123_000),
        ("两千", 2_000),
        ("三万五千", 35_000),
        ("一万零二", 10_002),
        ("300.", 300),
        ("+300", 300),
        (300.0, 300),
        (300, 300),
    ],
)
def test_figures_of_a_count(raw: Cell, stored: int) -> None:
    assert parse_figure(raw, *HOUSEHOLDS) == stored


def test_a_unit_in_the_cell_counts_before_the_headings() -> None:
    assert parse_figure("12.3万元", *PLAIN_YUAN) == 12_300_000
    assert parse_figure("12.3", *PLAIN_YUAN) == 1_230


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("约300", "300"),
        ("300左右", "300"),
        ("≥300", "300"),
        ("300+", "300"),
        ("300余户", "300户"),
        ("300。", "300"),
        ("12。5万", "12.5万"),
        ("12 34", "1234"),
        ("1.2E+05", "120000"),
        ("一百二", "120"),
        ("三万五", "35000"),
        ("12,34", ""),
        ("1,0000", ""),
        ("1.234.567", ""),
        ("1'234", ""),
        ("12%", ""),
        ("300-400", ""),
        ("很多", ""),
        ("户", ""),
        ("2019-06-01", ""),
        (True, ""),
        (math.nan, ""),
        (math.inf, ""),
        (date(2019, 6, 1), ""),
        (datetime(2019, 6, 1, 12), ""),
        (time(12), ""),
        (timedelta(days=1), ""),
    ],
)
def test_what_is_no_number_is_named_with_what_was_probably_meant(raw: Cell, repaired: str) -> None:
    assert parse_figure(raw, *HOUSEHOLDS) == Problem("not_a_number", repaired)


@pytest.mark.parametrize(
    ("raw", "measure", "problem"),
    [
        ("-5", HOUSEHOLDS, Problem("negative")),
        ("－5", HOUSEHOLDS, Problem("negative")),
        ("−5", HOUSEHOLDS, Problem("negative")),
        ("（300）", HOUSEHOLDS, Problem("negative")),
        (-0.5, HOUSEHOLDS, Problem("negative")),
        (3.7, HOUSEHOLDS, Problem("fraction", "4")),
        ("3.5户", HOUSEHOLDS, Problem("fraction", "4户")),
        ("0.00001万户", HOUSEHOLDS, Problem("fraction", "0户")),
        (12.3456789, YUAN, Problem("fraction", "12.345679")),
        ("1.23456789万元", PLAIN_YUAN, Problem("fraction", "12345.68元")),
        (MOST + 1, HOUSEHOLDS, Problem("too_large")),
        (1e300, HOUSEHOLDS, Problem("too_large")),
        ("99999999亿", HOUSEHOLDS, Problem("too_large")),
        ("#DIV/0!", HOUSEHOLDS, Problem("error_cell")),
        ("#REF!", YUAN, Problem("error_cell")),
        (VALUELESS, YUAN, Problem("formula_without_value")),
        ("300元", HOUSEHOLDS, Problem("wrong_unit")),
        ("300人", HOUSEHOLDS, Problem("wrong_unit")),
        ("300户", YUAN, Problem("wrong_unit")),
        ("¥300", HOUSEHOLDS, Problem("not_a_number")),
        ("5千", YUAN, Problem("not_a_number")),
    ],
)
def test_each_problem_has_its_rule(raw: Cell, measure: tuple[int, int, str], problem: Problem) -> None:
    assert parse_figure(raw, *measure) == problem
    assert problem.rule in RULES


@given(st.integers(0, MOST), st.sampled_from([1, 100, 10_000, 1_000_000, 10**10]))
def test_an_exactly_written_figure_comes_back_as_text_and_as_number(stored: int, scale: int) -> None:
    text = f"{Decimal(stored) / scale:f}"
    assert parse_figure(text, scale, 1) == stored
    assert parse_figure(float(text), scale, 1) == stored
    assert parse_figure(f"{Decimal(stored) / scale:,f}", scale, 1) == stored


@given(st.floats(0.001, 1e6))
def test_a_number_counts_as_excel_shows_it(value: float) -> None:
    shown = f"{Decimal(format(value, '.15g')):f}"
    assert parse_figure(value, 100, 100) == parse_figure(shown, 100, 100)


@given(
    st.lists(any_cell(), max_size=30),
    st.sampled_from([YUAN, PLAIN_YUAN, HOUSEHOLDS, (10_000, 1, "次"), (7, 1, ""), (1_000_000, 100, "")]),
)
def test_the_vector_path_gives_what_the_scalar_path_gives(raw: Sequence[Cell], measure: tuple[int, int, str]) -> None:
    values, known, problems = parse_figures(raw, *measure)
    one_by_one = [parse_figure(cell, *measure) for cell in raw]
    assert [int(value) if there else None for value, there in zip(values, known, strict=True)] == [
        found if isinstance(found, int) else None for found in one_by_one
    ]
    assert problems == {place: found for place, found in enumerate(one_by_one) if isinstance(found, Problem)}


@given(st.one_of(any_cell(), st.text()))
def test_every_cell_is_a_figure_nothing_or_a_problem_of_the_closed_list(raw: Cell) -> None:
    found = parse_figure(raw, *YUAN)
    if isinstance(found, Problem):
        assert found.rule in RULES
    else:
        assert found is None or 0 <= found <= MOST


@given(st.text("0123456789.约左右万元户余+ ", min_size=1, max_size=8))
def test_what_is_proposed_can_be_read(text: str) -> None:
    found = parse_figure(text, *YUAN)
    if isinstance(found, Problem) and found.repaired:
        assert isinstance(parse_figure(found.repaired, *YUAN), int)


# --- Chinese numerals -------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**12 - 1))
def test_every_number_written_in_chinese_is_read_back(number: int) -> None:
    assert chinese_integer(chinese_text(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("一十二", 12),
        ("二〇一", None),
        ("两百", 200),
        ("壹仟零贰", 1002),
        ("百", None),
        ("一百二", None),
        ("万", None),
        ("一百十二", None),
        ("十百", None),
        ("", None),
        ("十二个", None),
        ("一万零二", 10002),
        ("一亿零一", 100000001),
    ],
)
def test_only_the_usual_form_of_a_numeral_is_read(text: str, number: int | None) -> None:
    assert chinese_integer(text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("一百二", 120), ("三万五", 35_000), ("一百十二", 112), ("一亿二", 120_000_000)]
)
def test_spoken_numerals_are_only_proposed(text: str, number: int) -> None:
    assert chinese_integer(text) is None
    assert colloquial(text) == number


@given(st.text(CHINESE_DIGITS, max_size=8))
def test_any_row_of_numeral_signs_is_read_or_refused(text: str) -> None:
    number = chinese_integer(text)
    assert number is None or chinese_integer(chinese_text(number)) == number
