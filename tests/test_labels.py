"""Figures as words: rounding, the three empties, units."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.labels import (
    JOINER,
    LIGHTS,
    NOT_APPLICABLE,
    amount,
    date_text,
    figure,
    light_text,
    money_text,
    month_text,
    percent,
    plain,
    points,
    progress_text,
    wan_expression,
)
from programme.kpis import Light


@dataclass(frozen=True)
class Measure:
    unit: str
    factor: int = 1


SALES = Measure("元", 100)
SHOPS = Measure("家")

AMOUNTS = [
    (None, "未报"),
    (NOT_APPLICABLE, "不适用"),
    (0, "0"),
    (1, "1"),
    (999, "999"),
    (9_999, "9,999"),
    (10_000, "1万"),
    (10_050, "1.01万"),
    (12_345, "1.23万"),
    (99_996, "10万"),
    (999_949, "99.99万"),
    (999_950, "100万"),
    (9_999_499, "999.9万"),
    (9_999_500, "1,000万"),
    (12_345_678, "1,235万"),
    (99_994_999, "9,999万"),
    (99_995_000, "1亿"),
    (784_000_000, "7.84亿"),
    (110_000_000_000, "1,100亿"),
    (-12_345, "-1.23万"),
    (Decimal("9999.49"), "9,999"),
    (Decimal("9999.5"), "1万"),
    (Decimal("1234.56"), "1,235"),
    (Decimal("0.5"), "0.5"),
]


@pytest.mark.parametrize(("value", "text"), AMOUNTS)
def test_amounts_are_written_in_wan_and_yi(value, text):
    assert amount(value) == text


def read_back(text: str) -> Decimal:
    unit = {"万": 10**4, "亿": 10**8}.get(text[-1], 1)
    return Decimal(text.rstrip("万亿").replace(",", "")) * unit


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_an_amount_is_at_most_half_a_per_cent_off(value):
    assert abs(read_back(amount(value)) - value) <= abs(value) * Decimal("0.0051")


@given(st.integers(min_value=0, max_value=10**13), st.integers(min_value=0, max_value=10**13))
def test_a_larger_value_never_reads_smaller(one, other):
    low, high = sorted((one, other))
    assert read_back(amount(low)) <= read_back(amount(high))


def test_zero_unreported_and_not_applicable_are_three_different_texts():
    assert [figure(value, SALES) for value in (0, None, NOT_APPLICABLE)] == ["0元", "未报", "不适用"]


def test_money_is_stored_in_fen_and_shown_in_yuan():
    assert figure(812_345_600, SALES) == "812.3万元"
    assert money_text(812_345_670) == "8,123,456.70元"
    assert figure(470, SHOPS) == "470家"


def test_progress_names_the_unit_once():
    assert progress_text(812_000_000, 1_000_000_000, SALES) == "812万 / 1,000万元"
    assert progress_text(None, 200, SHOPS) == "未报 / 200家"
    assert progress_text(NOT_APPLICABLE, 200, SHOPS) == "不适用 / 200家"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.812, "81.2%"),
        (Fraction(1, 3), "33.3%"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
        (12.5, "1250.0%"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_shares_have_one_decimal(share, text):
    assert percent(share) == text


def test_a_target_missed_by_a_hair_does_not_read_as_reached():
    assert percent(Fraction(9_999, 10_000)) == "99.9%"
    assert percent(Fraction(10_000, 10_000)) == "100.0%"


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (0.17, "+17.0个百分点"),
        (Fraction(-1, 30), "-3.3个百分点"),
        (0, "0.0个百分点"),
        (-0.0001, "0.0个百分点"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_differences_of_shares_are_points(difference, text):
    assert points(difference) == text


def test_months_and_days_are_written_in_chinese():
    assert month_text(202001) == "2020年1月"
    assert date_text(date(2019, 5, 29)) == "2019年5月29日"


def test_every_light_has_a_shape_and_a_word_of_its_own():
    assert list(LIGHTS) == [light.value for light in Light]
    assert [light_text(light) for light in Light] == ["● 正常", "◆ 偏慢", "▼ 滞后", "○ 无数据"]


def test_the_expression_for_the_browser_knows_the_same_limits():
    assert wan_expression("datum.value") == (
        "!isValid(datum.value) ? '未报' : (datum.value < 0 ? '-' : '') + "
        "(abs(datum.value) >= 99995000 ? "
        "format(abs(datum.value) >= 100000000000 ? round(abs(datum.value)/100000000) : "
        "abs(datum.value) >= 10000000000 ? round(abs(datum.value)/10000000)/10 : "
        "round(abs(datum.value)/1000000)/100, ',.2~f') + '亿' : "
        "abs(datum.value) >= 9999.5 ? "
        "format(abs(datum.value) >= 10000000 ? round(abs(datum.value)/10000) : "
        "abs(datum.value) >= 1000000 ? round(abs(datum.value)/1000)/10 : "
        "round(abs(datum.value)/100)/100, ',.2~f') + '万' : format(abs(datum.value), ',.4~r'))"
    )


FOUND_IN_PLAIN_TEXT = [
    re.compile(r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)", re.IGNORECASE),
    re.compile(r"(?<![\w])([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)"),
    re.compile(r":(material|streamlit)[/_]?[\w]*:"),
    re.compile(r":[-+\w]+:"),
]
"""What Streamlit still looks for once the marks are gone: addresses, mail addresses, icons, emoji."""


def as_rendered(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


@pytest.mark.parametrize(
    "text",
    [
        "见https://a.cn/x?y=1",
        "HTTP://a.cn",
        "www.a.cn",
        "Www.a.cn",
        "x.y@a.cn",
        "ftp://a.cn",
        ":smile:",
        ":100:",
        ":material/home:",
    ],
)
def test_a_user_s_text_never_becomes_a_link_or_a_picture(text: str) -> None:
    shown = as_rendered(plain(text))
    assert [pattern.pattern for pattern in FOUND_IN_PLAIN_TEXT if pattern.search(shown)] == []
    assert shown.replace(JOINER, "") == text


def test_a_line_of_marks_under_a_user_s_text_does_not_make_a_heading_of_it() -> None:
    assert plain("要点\n===\n---") == "要点\n\\=\\=\\=\n\\-\\-\\-"


@given(st.text(alphabet="ahtpsw:/.@+-_1 \\中"))
def test_whatever_a_user_writes_no_link_is_found_in_it(text: str) -> None:
    shown = as_rendered(plain(text))
    assert [pattern.pattern for pattern in FOUND_IN_PLAIN_TEXT if pattern.search(shown)] == []
    assert shown.replace(JOINER, "") == text
