"""What is typed on the page reaches the store digit by digit, or is named."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

import db
from programme import forms, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.findings import errors
from programme.permissions import Actor, Role
from programme.returns import Checked

OFFICE = Actor(0, "office", "办公室", Role.OFFICE)
SALES = [kpi.code for kpi in catalogue().kpis].index("online_sales")


def typed(text: str, remark: str = "") -> Checked:
    entries = {"online_sales": {"month": text, "remark": remark}}
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)), db.reading() as session:
        return forms.check_entries(session, OFFICE, 533301, Month(2019, 6), entries)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.3456", 12_345_600), ("987654.123456", 987_654_123_456), ("0.000001", 1),
        ("１２.５", 12_500_000), (" 7 ", 7_000_000), ("1,234.5", 1_234_500_000), ("-0", 0),
    ],
)  # fmt: skip
def test_a_figure_is_stored_to_the_last_digit(sqlite_store: str, text: str, fen: int) -> None:
    checked = typed(text)
    assert errors(checked.findings) == []
    assert checked.chain.values[0, SALES] == fen


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("很多", "not_a_number"), ("inf", "not_a_number"), ("1e400", "not_a_number"), ("1e-400", "not_a_number"),
        ("-3", "negative"), ("0.0000001", "fraction"), ("12345678901234567.89", "too_large"), ("=1+1", "not_a_number"),
        ("#DIV/0!", "error_cell"),
    ],
)  # fmt: skip
def test_what_is_no_figure_is_named(sqlite_store: str, text: str, rule: str) -> None:
    (finding,) = errors(typed(text).findings)
    assert (finding.rule, finding.kpi) == (rule, "online_sales")


@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.text(max_size=12), st.floats().map(str), st.decimals(allow_nan=True).map(str)), st.text(max_size=12)
)
def test_whatever_is_typed_is_judged(sqlite_store: str, text: str, remark: str) -> None:
    checked = typed(text, remark)
    assert checked.assessed is not None
