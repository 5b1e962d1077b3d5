"""Cells to months and texts."""

from collections.abc import Sequence
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.calendar import Month
from programme.cell_text import clean_text, clean_texts
from programme.formats.book import VALUELESS, Cell
from programme.numerals import Problem, parse_month, parse_months
from tests.cells import any_cell

JUNE = Month(2019, 6)


@pytest.mark.parametrize(
    "raw",
    [
        "2019年6月",
        "2019年06月",
        "2019-06",
        "2019-6",
        "201906",
        201906,
        201906.0,
        "2019/6/1",
        "2019.6",
        2019.6,
        "2019-06-30",
        date(2019, 6, 30),
        datetime(2019, 6, 1, 8, 30),
        "二〇一九年六月",
        "二○一九年六月份",
        "２０１９年６月",
        " 2019 年 6 月 ",
        "2019年六月",
        "2019年6月30日",
        "2019-06-30 00:00:00",
        "20190630",
        "二零一九年六月底",
    ],
)
def test_june_in_every_hand(raw: Cell) -> None:
    assert parse_month(raw) == JUNE


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("6月", Problem("month_without_year")),
        ("六月份", Problem("month_without_year")),
        ("19年6月", Problem("not_a_month", "2019-06")),
        ("2019年1-6月", Problem("not_a_month", "2019-06")),
        ("2019年6", Problem("not_a_month", "2019-06")),
        ("Jun-19", Problem("not_a_month", "2019-06")),
        (43617, Problem("not_a_month", "2019-06")),
        (2019.1, Problem("not_a_month")),
        ("2019.1", Problem("not_a_month")),
        ("2019-13", Problem("not_a_month")),
        ("2019-06-31", Problem("not_a_month")),
        ("13月", Problem("not_a_month")),
        ("上月", Problem("not_a_month")),
        (True, Problem("not_a_month")),
        (time(6), Problem("not_a_month")),
        ("#N/A", Problem("error_cell")),
        (VALUELESS, Problem("formula_without_value")),
    ],
)
def test_what_is_no_month_is_named(raw: Cell, problem: Problem) -> None:
    assert parse_month(raw) == problem


def test_an_empty_month_is_none() -> None:
    assert [parse_month(raw) for raw in (None, "", "—", "/", " ")] == [None] * 5


@given(
    st.integers(1950, 2080),
    st.integers(1, 12),
    st.sampled_from(["{0}年{1}月", "{0}-{1:02d}", "{0}{1:02d}", "{0}/{1}/1"]),
)
def test_any_month_comes_back(year: int, month: int, form: str) -> None:
    assert parse_month(form.format(year, month)) == Month(year, month)


@given(st.lists(st.one_of(st.text("0123456789年月-/.二〇一九六 ", max_size=9), st.dates(), any_cell()), max_size=20))
def test_many_months_are_read_like_one(raw: Sequence[Cell]) -> None:
    months, problems = parse_months(raw)
    one_by_one = [parse_month(cell) for cell in raw]
    assert months.tolist() == [found.number if isinstance(found, Month) else 0 for found in one_by_one]
    assert problems == {place: found for place, found in enumerate(one_by_one) if isinstance(found, Problem)}


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (533301.0, "533301"),
        (533301, "533301"),
        ("\u3000泸水市 ", "泸水市"),
        ("５３３３０１", "533301"),
        (None, ""),
        ("①", "①"),
        ("'533301", "533301"),
        (12.5, "12.5"),
        (True, "TRUE"),
        (date(2019, 6, 1), "2019-06-01"),
        ("泸水\u200b市", "泸水市"),
    ],
)
def test_text_is_trimmed_and_half_width(raw: Cell, text: str) -> None:
    assert clean_text(raw) == text


@given(st.lists(any_cell(), max_size=20))
def test_many_texts_are_cleaned_like_one(raw: Sequence[Cell]) -> None:
    assert clean_texts(raw) == [clean_text(cell) for cell in raw]
