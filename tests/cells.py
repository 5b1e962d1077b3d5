"""Cells of every kind, for property tests."""

import math
from datetime import date, timedelta

from hypothesis import strategies as st

from programme.formats.book import VALUELESS, Cell


def any_cell() -> st.SearchStrategy[Cell]:
    """Cells of all kinds, many of them figures."""
    near = st.tuples(st.integers(0, 10**9), st.sampled_from([1.0, 10.0, 100.0, 1e6, 3.0])).map(
        lambda pair: pair[0] / pair[1]
    )
    texts = st.text("0123456789.,，. -+约万亿元户次千百十一二三点左右%()１２￥#/", max_size=10)
    odd = st.sampled_from(
        [None, "", True, False, VALUELESS, "#N/A", date(2019, 6, 1), timedelta(1), math.nan, math.inf, -0.0]
    )
    return st.one_of(near, st.floats(), st.integers(), texts, st.integers(0, 10**7).map(lambda n: f"{n:,}"), odd)
