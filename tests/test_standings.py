"""Sums kept as returns come in are the sums of what stands."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
from programme import standings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.models import Membership, MonthlyReturn, Total
from programme.queries import View, sums
from programme.standings import Chain, kpi_codes
from tests.factories import insert_return

YEAR = catalogue().years[0]
MONTHS = [month.number for month in YEAR.months]
CORE, RADIATING, OTHER = 533301, 533323, 433125
figure = st.one_of(st.none(), st.integers(0, 10**12))
returns = st.lists(
    st.tuples(
        st.sampled_from([CORE, RADIATING, OTHER]),
        st.sampled_from(MONTHS),
        st.lists(figure, min_size=len(kpi_codes()), max_size=len(kpi_codes())),
    ),
    max_size=12,
)


def let_stand(rows: Sequence[tuple[int, int, list[int | None]]]) -> None:
    """Each row a revision of its own, one after the other."""
    for county, month, figures in rows:
        with db.transaction() as session:
            revision = insert_return(session, county, month, figures)
            standings.post(session, YEAR, Chain.of([(county, month, revision)], [figures]))


def independent_sum(rows: Sequence[tuple[int, int, list[int | None]]], code: str, month: int) -> int:
    """From the rows alone, in plain Python: the last revision of each month counts."""
    at, flow = kpi_codes().index(code), catalogue().kpi(code).is_flow
    last = {(county, period): figures[at] for county, period, figures in rows}
    total = 0
    for county in {county for county, _ in last}:
        values = [last[county, m] for m in MONTHS if m <= month and last.get((county, m)) is not None]
        total += sum(values) if flow else (values[-1] if values else 0)
    return total


def kept_totals() -> dict[tuple[object, ...], list[int]]:
    with db.reading() as session:
        rows = session.exec(select(Total)).all()
    found = {
        (row.month, row.tier, row.province_code, row.core_county_id, row.measure): [
            row.returns,
            *(getattr(row, code) or 0 for code in kpi_codes()),
        ]
        for row in rows
    }
    return {key: row for key, row in found.items() if any(row)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(returns)
def test_the_sums_kept_equal_an_independent_sum_after_any_order_of_returns_and_revisions(
    sqlite_store_factory: object, rows: list[tuple[int, int, list[int | None]]]
) -> None:
    with sqlite_store_factory():  # type: ignore[operator]
        let_stand(rows)
        with db.reading() as session:
            added = sums(session, YEAR, View(YEAR.months[-1]))
        for target in YEAR.targets:
            members = {
                county
                for county, tier in ((CORE, "core"), (RADIATING, "radiating"), (OTHER, "radiating"))
                if tier in target.tiers
            }
            counted = [row for row in rows if row[0] in members]
            for month in YEAR.months:
                assert (added.to_date(target, month) or 0) == independent_sum(counted, target.kpi.code, month.number)
        before = kept_totals()
        with db.transaction() as session:
            standings.rebuild_totals(session, YEAR)
        assert kept_totals() == before


def test_a_billion_impressions_of_every_county_lose_no_unit(store: str) -> None:
    at = kpi_codes().index("impressions")
    figures: list[int | None] = [None] * len(kpi_codes())
    figures[at] = 1_000_000_000_000_000_001
    with db.transaction() as session:
        members = session.exec(select(Membership.county_id)).all()
        figures[at] = 1_000_000_001
        keys = [(county, 201906, insert_return(session, county, 201906, figures)) for county in members]
        standings.post(session, YEAR, Chain.of(keys, [figures] * len(keys)))
        added = sums(session, YEAR, View(Month(2019, 6)))
    target = next(target for target in YEAR.targets if target.kpi.code == "impressions")
    assert added.to_date(target, Month(2019, 6)) == 10 * 1_000_000_001
    assert added.returns(Month(2019, 6)) == 110


def test_zero_and_unreported_are_two_things_in_the_sums(store: str) -> None:
    target = next(target for target in YEAR.targets if target.kpi.code == "posts")
    with db.reading() as session:
        assert sums(session, YEAR, View(Month(2019, 6))).to_date(target, Month(2019, 6)) is None
    let_stand([(CORE, 201906, [0 if code == "posts" else None for code in kpi_codes()])])
    with db.reading() as session:
        added = sums(session, YEAR, View(Month(2019, 6)))
    assert added.to_date(target, Month(2019, 6)) == 0
    assert added.reported(target, Month(2019, 6)) == 1


def test_the_store_refuses_to_alter_or_delete_what_was_handed_in(store: str) -> None:
    let_stand([(CORE, 201906, [1] * len(kpi_codes()))])
    from sqlalchemy import delete, update
    from sqlalchemy.exc import DBAPIError

    for statement in (update(MonthlyReturn).values(posts=2), delete(MonthlyReturn)):
        with pytest.raises(DBAPIError, match="append-only"), db.transaction() as session:
            session.connection().execute(statement)
