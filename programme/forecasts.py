"""Looking ahead (展望), exact: the pace still needed, the pace of the last months continued, and the band of the slowest and the
fastest month so far. Values in, values out; figures are stored integers, paces are fractions of them a month.

No probabilities and no fitted models: the reasons are in docs/decisions/0024, how well it does in docs/forecast.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from programme.calendar import Month
from programme.catalogue import Kpi, Year
from programme.forecast_facts import ForecastFacts, forecast_facts


@dataclass(frozen=True)
class Growth:
    """What a month added. `left_out` says why it tells nothing about the pace; "" when it counts. `is_gap`: nobody, or too few,
    reported it, so that the level at its end lacks what it added."""

    month: Month
    amount: int | None
    left_out: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class Series:
    """One figure through the months of a year, up to `month`: its level at each month's end (None before the first report),
    and what each month added. `goal` is the target, or the even share of it."""

    kpi: Kpi
    year: Year
    month: Month
    goal: Fraction
    levels: Mapping[Month, int | None]
    grown: tuple[Growth, ...]

    @property
    def actual(self) -> int | None:
        return self.levels.get(self.month)

    @property
    def since(self) -> Month:
        """The month a forecast counts from: the last that is no gap; the month itself when all are."""
        return next((one.month for one in reversed(self.grown) if not one.is_gap), self.month)

    @property
    def counted(self) -> tuple[tuple[Month, int], ...]:
        """The months that say something about the pace, with what they added."""
        return tuple((one.month, one.amount) for one in self.grown if not one.left_out and one.amount is not None)


class Verdict(StrEnum):
    REACHED = "reached"
    TOO_SHORT = "too_short"
    OUT_OF_REACH = "out_of_reach"
    EXPECTED = "expected"


@dataclass(frozen=True)
class Bound:
    """One edge of the band: every further month like this one. `month` is None when that never leads to the goal (`amount` of 0
    or less: 可能达不到) or later than forecasts go."""

    amount: int
    month: Month | None


@dataclass(frozen=True)
class Outlook:
    """What can be said of a figure at the end of a month.

    `actual` is the figure at the end of the month; all that lies ahead is counted from `since`, the last month well reported, and
    `level`, the figure at its end. `pace` is None when the data are too short, `needed` when no month of the year is left or
    nothing was ever reported.
    `month` is that of reaching the goal: expected, or past when it is reached.
    """

    kpi: Kpi
    year: Year
    at: Month
    goal: Fraction
    actual: int | None
    since: Month
    level: int | None
    needed: Fraction | None
    pace: Fraction | None
    recent: tuple[Month, ...]
    verdict: Verdict
    month: Month | None
    slowest: Bound | None
    fastest: Bound | None
    left_out: tuple[Growth, ...]

    @property
    def months_left(self) -> tuple[Month, ...]:
        """Those the pace needed is spread over: months not reported yet are among them."""
        return months_left(self.year, self.since)

    @property
    def months_ahead(self) -> tuple[Month, ...]:
        return months_left(self.year, self.at)

    @property
    def in_time(self) -> bool:
        """Whether the goal is reached, or expected, within the programme year."""
        return self.month is not None and self.month <= self.year.months[-1]

    @property
    def times(self) -> Fraction | None:
        """The pace needed as a multiple of the pace there is; None without either, or where the figure does not grow."""
        return self.needed / self.pace if self.needed is not None and self.pace and self.pace > 0 else None


def months_left(year: Year, at: Month) -> tuple[Month, ...]:
    return tuple(month for month in year.months if month > at)


def horizon(year: Year, facts: ForecastFacts) -> Month:
    """The last month a forecast may name."""
    return year.months[0].plus(facts.horizon_times * len(year.months) - 1)


def outlook(series: Series) -> Outlook:
    facts, counted = forecast_facts(), series.counted
    told = counted[-facts.recent_months :]
    short = len(counted) < facts.least_months or sum(amount != 0 for _, amount in counted) < facts.least_nonzero
    pace = None if short else Fraction(sum(amount for _, amount in told), len(told))
    reached, left = _reached_in(series), months_left(series.year, series.since)
    level = series.levels.get(series.since)
    gap = Fraction(0) if reached else None if level is None else max(series.goal - level, Fraction(0))
    month = reached or (None if pace is None or gap is None else _month_of(gap, pace, series))
    verdict = _verdict(reached, pace, month)
    banded = verdict is Verdict.EXPECTED and len(counted) >= facts.band_months and gap is not None
    amounts = [amount for _, amount in counted]
    return Outlook(
        kpi=series.kpi,
        year=series.year,
        at=series.month,
        goal=series.goal,
        actual=series.actual,
        since=series.since,
        level=level,
        needed=None if gap is None or not left else gap / len(left),
        pace=pace,
        recent=() if short else tuple(month for month, _ in told),
        verdict=verdict,
        month=month,
        slowest=_bound(gap, min(amounts), series) if banded and gap is not None else None,
        fastest=_bound(gap, max(amounts), series) if banded and gap is not None else None,
        left_out=tuple(one for one in series.grown if one.left_out),
    )


def _verdict(reached: Month | None, pace: Fraction | None, month: Month | None) -> Verdict:
    if reached:
        return Verdict.REACHED
    if pace is None:
        return Verdict.TOO_SHORT
    return Verdict.EXPECTED if month else Verdict.OUT_OF_REACH


def _reached_in(series: Series) -> Month | None:
    """The month since which the goal has been reached without a break; None while it is not."""
    found = None
    for month in sorted(series.levels):
        level = series.levels[month]
        found = (found or month) if level is not None and level >= series.goal else None
    return found


def _bound(gap: Fraction, amount: int, series: Series) -> Bound:
    return Bound(amount, _month_of(gap, Fraction(amount), series))


def _month_of(gap: Fraction, pace: Fraction, series: Series) -> Month | None:
    """The month in which the gap is closed at this pace; None when it never is, or too late to be told."""
    if pace <= 0:
        return None
    steps = -(-gap // pace)
    last = horizon(series.year, forecast_facts())
    most = (last.year - series.since.year) * 12 + last.month - series.since.month
    return series.since.plus(int(steps)) if steps <= most else None


# --- what if --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Supposed:
    """Where a figure would stand at the end of the programme year, and the month in which it reaches its goal (None: not within
    what forecasts tell)."""

    figure: Fraction
    goal: Fraction
    month: Month | None

    @property
    def attainment(self) -> Fraction:
        return self.figure / self.goal


def supposed(now: Outlook, replaced: Mapping[Month, Fraction | int], part: Fraction | None = None) -> Supposed | None:
    """Every further month at the pace of the last ones, but for the months replaced. None without a pace or a figure.

    `part` is what a county contributes to the pace: then `replaced` holds that county's figures. A figure replaced by itself
    changes nothing.
    """
    if now.pace is None or now.level is None:
        return None
    own = now.pace if part is None else part
    level = Fraction(now.level)
    month, ends = now.month if now.verdict is Verdict.REACHED else None, now.year.months[-1]
    figure, last = level, horizon(now.year, forecast_facts())
    for ahead in now.since.plus(1).until(max(last, ends)):
        level += now.pace - own + replaced.get(ahead, own)
        month = month or (ahead if level >= now.goal and ahead <= last else None)
        figure = level if ahead <= ends else figure
    return Supposed(figure, now.goal, month)
