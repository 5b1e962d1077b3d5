"""Months, due days, pace, lights: the plan's dates as data."""

from datetime import date
from fractions import Fraction

import pytest

from programme import settings
from programme.calendar import Month
from programme.catalogue import Tier, catalogue
from programme.kpis import Light, entry_text, light, month_on_month

YEAR = catalogue().years[0]


def test_the_first_year_has_ten_targets_over_nine_indicators() -> None:
    assert len(YEAR.targets) == 10
    assert len({target.kpi for target in YEAR.targets}) == 9
    assert [(t.kpi.code, t.tier, t.value) for t in YEAR.targets] == [
        ("brands", "core", 10),
        ("impressions", "core", 1_000_000_000),
        ("online_sales", "core", 10_000_000),
        ("online_sales", "radiating", 5_000_000),
        ("shops", "radiating", 200),
        ("products", "radiating", 1_000),
        ("trainees", "all", 7_000),
        ("posts", "all", 60_000),
        ("reads", "all", 60_000_000),
        ("households", "all", 20_000),
    ]


def test_every_citation_stands_word_for_word_in_the_plan() -> None:
    source = settings.ROOT / "docs" / "sources" / "innovation-110-2019.md"
    plan = "".join(source.read_text(encoding="utf-8").split())
    missing = [t.sentence for t in YEAR.targets if "".join(t.sentence.split()) not in plan]
    assert missing == []


def test_the_programme_runs_from_its_launch_in_may_to_december() -> None:
    assert [str(month) for month in YEAR.months] == [f"2019-{month:02d}" for month in range(5, 13)]


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2019-05", date(2019, 6, 5)),
        ("2019-06", date(2019, 7, 5)),
        ("2019-09", date(2019, 10, 8)),
        ("2019-10", date(2019, 11, 5)),
        ("2019-12", date(2020, 1, 6)),
    ],
)
def test_a_due_day_on_a_holiday_or_weekend_moves_to_the_next_working_day(month: str, due: date) -> None:
    assert catalogue().due(Month.parse(month)) == due


def test_a_weekend_worked_in_exchange_is_a_working_day() -> None:
    assert catalogue().calendar.is_working_day(date(2019, 10, 12))
    assert not catalogue().calendar.is_working_day(date(2019, 10, 13))


def test_no_day_is_both_free_and_worked_and_only_weekends_are_worked_in_exchange() -> None:
    calendar = catalogue().calendar
    assert calendar.holidays & calendar.worked_weekends == frozenset()
    assert {day.weekday() for day in calendar.worked_weekends} == {5, 6}
    assert (
        {day.year for day in calendar.holidays | calendar.worked_weekends} == calendar.years == set(range(2016, 2021))
    )


def test_the_elapsed_share_counts_from_the_launch_not_from_january() -> None:
    assert YEAR.elapsed_share(Month(2019, 5)) == Fraction(3, 217)
    assert YEAR.elapsed_share(Month(2019, 10)) == Fraction(156, 217)
    assert YEAR.elapsed_share(Month(2019, 12)) == 1
    assert YEAR.elapsed_share(Month(2019, 4)) == 0


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (None, Light.NONE),
        (Fraction(1, 2), Light.GREEN),
        (Fraction(4, 10), Light.AMBER),
        (Fraction(399, 1000), Light.RED),
    ],
)
def test_a_light_changes_exactly_at_its_threshold(share: Fraction | None, shown: Light) -> None:
    assert light(share, Fraction(1, 2), YEAR) == shown


def test_month_on_month_has_no_base_without_a_month_before() -> None:
    assert month_on_month(5, None) is None
    assert month_on_month(5, 0) is None
    assert month_on_month(None, 5) is None
    assert month_on_month(6, 5) == Fraction(1, 5)


def test_a_stored_figure_is_written_in_the_unit_of_the_form() -> None:
    kpis = {kpi.code: kpi for kpi in catalogue().kpis}
    assert entry_text(12_300_000, kpis["online_sales"]) == "12.3"
    assert entry_text(1, kpis["online_sales"]) == "0.000001"
    assert entry_text(20_000_000, kpis["reads"]) == "2000"
    assert entry_text(12, kpis["shops"]) == "12"


def test_each_tier_has_seven_indicators_in_scope() -> None:
    assert [kpi.code for kpi in YEAR.kpis_of(Tier.CORE)] == [
        "brands", "impressions", "online_sales", "trainees", "posts", "reads", "households",
    ]  # fmt: skip
    assert [kpi.code for kpi in YEAR.kpis_of(Tier.RADIATING)] == [
        "online_sales", "shops", "products", "trainees", "posts", "reads", "households",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["2019-13", "2019-00", "abc", "2019"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Month.parse(text)
