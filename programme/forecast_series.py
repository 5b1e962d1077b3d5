"""Series to look ahead from, out of the sums of a screen, a release as frozen, or the returns in force of some counties."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from programme.calendar import Month
from programme.catalogue import Kpi, Target, Year
from programme.forecast_facts import forecast_facts
from programme.forecasts import Growth, Series
from programme.frozen_release import Frozen
from programme.queries import Sums, View
from programme.standings import Chain, kpi_codes

CORRECTED = "更正冲减"
UNREPORTED = "未报"


@dataclass(frozen=True)
class Told:
    """A month of a figure: level at its end, what it added, how many counties reported it and how many should have."""

    level: int | None
    amount: int | None
    reported: int
    expected: int


def series(kpi: Kpi, year: Year, month: Month, goal: Fraction, told: Callable[[Month], Told]) -> Series:
    months = [one for one in year.months if one <= month]
    found = {one: told(one) for one in months}
    return Series(
        kpi=kpi,
        year=year,
        month=month,
        goal=goal,
        levels={one: found[one].level for one in months},
        grown=tuple(_growth(kpi, year, one, found) for one in months),
    )


def _growth(kpi: Kpi, year: Year, month: Month, found: dict[Month, Told]) -> Growth:
    now = found[month]
    return Growth(month, now.amount, _why_left_out(kpi, year, month, found), now.amount is None or _too_few(now))


def _why_left_out(kpi: Kpi, year: Year, month: Month, found: dict[Month, Told]) -> str:
    """Why a month says nothing about the pace, as a word; "" when it counts."""
    now, before = found[month], found.get(month.plus(-1))
    if now.amount is None:
        return UNREPORTED
    if days_of(year, month) < forecast_facts().whole_month_days:
        return f"只有{days_of(year, month)}天"
    if _too_few(now):
        return f"只有{now.reported}/{now.expected}个县报送"
    if kpi.is_flow:
        return CORRECTED if now.amount < 0 else ""
    return f"含{before_of(month, found)}的增长" if before and (before.amount is None or _too_few(before)) else ""


def before_of(month: Month, found: dict[Month, Told]) -> str:
    """The months just before that a stock was not reported for: what it grew then shows only now."""
    first = month
    while (told := found.get(first.plus(-1))) and (told.amount is None or _too_few(told)):
        first = first.plus(-1)
    last = month.plus(-1)
    return f"{last.month}月" if first == last else f"{first.month}—{last.month}月"


def _too_few(told: Told) -> bool:
    return told.reported < forecast_facts().least_reported * told.expected


def days_of(year: Year, month: Month) -> int:
    """Days of the month in which the programme runs."""
    return (min(month.last_day, year.end) - max(month.first_day, year.launch)).days + 1


# --- where figures come from ----------------------------------------------------------------------------------------


def of_sums(added: Sums, year: Year, target: Target, view: View) -> Series:
    """A target over the counties of a view, working figures or a release's; for a part of them its even share."""
    expected = added.expected_of(target)
    goal = Fraction(target.stored * expected, year.expected_counties(target.tier))

    def told(month: Month) -> Told:
        return Told(
            added.to_date(target, month), added.of_month(target, month), added.reported(target, month), expected
        )

    return series(target.kpi, year, view.month, goal, told)


def of_frozen(frozen: Frozen, target: Target, counties: Collection[int] | None = None) -> Series:
    """A target as a release froze it, over all its counties or over these."""
    inside = [
        county for county in (frozen.members if counties is None else counties)
        if frozen.members[county].tier in target.tiers
    ]  # fmt: skip
    goal = Fraction(target.stored * len(inside), frozen.year.expected_counties(target.tier))

    def told(month: Month) -> Told:
        reported = sum(frozen.of_month(target.kpi, county, month) is not None for county in inside)
        amount = frozen.grown(target.kpi, inside, month)
        return Told(frozen.to_date(target.kpi, inside, month), amount, reported, len(inside))

    return series(target.kpi, frozen.year, frozen.month, goal, told)


def of_chain(chain: Chain, year: Year, kpi: Kpi, counties: Collection[int], month: Month, goal: Fraction) -> Series:
    """An indicator of some counties, out of returns."""
    months = dict(_told_of(chain, kpi, counties, year))
    return series(kpi, year, month, goal, months.__getitem__)


def _told_of(chain: Chain, kpi: Kpi, counties: Collection[int], year: Year) -> Iterator[tuple[Month, Told]]:
    at = kpi_codes().index(kpi.code)
    inside = np.isin(chain.county, list(counties))
    periods, known, grown = chain.month[inside], chain.known[inside, at], chain.growth()[inside, at]
    level: int | None = None
    for month in year.months:
        here = periods == month.number
        reported, amount = int(known[here].sum()), int(grown[here].sum())
        level = (level or 0) + amount if reported or level is not None else None
        yield month, Told(level, amount if reported else None, reported, len(counties))
