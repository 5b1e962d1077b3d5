"""How well looking ahead does, counted in hits on a year that is known to its end: values in, values out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Target
from programme.forecast_words import decimal, verdict_text
from programme.forecasts import Outlook, Series, Verdict, outlook
from programme.wording import figure


@dataclass(frozen=True)
class Trial:
    """A forecast made in a month that is past, beside what came. `true_month` is None when the goal was not reached in the year;
    the band is None where none was told."""

    target: Target
    told: Outlook
    end: Fraction
    band: tuple[Fraction, Fraction] | None
    true_end: int
    true_month: Month | None

    @property
    def month_hit(self) -> bool:
        """The very month was told; of a goal not reached in the year, a month after it or none."""
        return self.told.month == self.true_month if self.true_month else not self.told.in_time

    @property
    def nearly(self) -> bool:
        """The month told is at most one beside the true one; of a goal not reached in the year, as `month_hit`."""
        if self.true_month is None or self.told.month is None:
            return self.month_hit
        return self.true_month.plus(-1) <= self.told.month <= self.true_month.plus(1)

    @property
    def in_time_hit(self) -> bool:
        return self.told.in_time == (self.true_month is not None)

    @property
    def band_hit(self) -> bool:
        return self.band is not None and self.band[0] <= self.true_end <= self.band[1]

    @property
    def band_month_hit(self) -> bool:
        """The month in which the goal was reached lies within the months of the band."""
        slow, fast = self.told.slowest, self.told.fastest
        if slow is None or fast is None:
            return False
        if self.true_month is None:
            return slow.month is None or slow.month > self.told.year.months[-1]
        return (fast.month is not None and fast.month <= self.true_month) and (
            slow.month is None or self.true_month <= slow.month
        )


def up_to(whole: Series, month: Month) -> Series:
    """The series as it was known at the end of a month."""
    return replace(
        whole,
        month=month,
        levels={one: level for one, level in whole.levels.items() if one <= month},
        grown=tuple(one for one in whole.grown if one.month <= month),
    )


def trials(target: Target, whole: Series) -> list[Trial]:
    """Every month of the year in which a forecast is told of a goal that is not reached yet."""
    final = outlook(whole)
    assert whole.actual is not None
    true_month = final.month if final.verdict is Verdict.REACHED else None
    found = []
    for month in (one.month for one in whole.grown if one.month < whole.month):
        known = up_to(whole, month)
        told = outlook(known)
        left = len(told.months_left)
        if told.pace is None or told.level is None or told.verdict is Verdict.REACHED:
            continue
        band = None
        if told.slowest and told.fastest:
            band = (
                Fraction(told.level + told.slowest.amount * left),
                Fraction(told.level + told.fastest.amount * left),
            )
        found.append(Trial(target, told, told.level + told.pace * left, band, whole.actual, true_month))
    return found


def hits(tried: Iterable[Trial], hit: Callable[[Trial], bool]) -> str:
    """7/9, said as “7 of 9”."""
    every = [hit(one) for one in tried]
    return f"{sum(every)} of {len(every)}"


def below(tried: Sequence[Trial]) -> str:
    return hits(tried, lambda one: one.end < one.true_end)


def rows(tried: Sequence[Trial]) -> list[list[str]]:
    """One row per forecast: target, made at, told, came; figure told, band, came."""
    return [
        [
            f"{one.target.kpi.short} · {TIER_NAMES[one.target.tier]}",
            one.told.at.chinese,
            verdict_text(one.told).removeprefix("预计"),
            one.true_month.chinese if one.true_month else "年内未达到",
            "✓" if one.month_hit else "±1" if one.nearly else "✗",
            _figure(one, one.end),
            f"{_figure(one, one.band[0])} – {_figure(one, one.band[1])}" if one.band else "—",
            _figure(one, Fraction(one.true_end)),
            "" if one.band is None else "✓" if one.band_hit else "✗",
        ]
        for one in tried
    ]


def _figure(one: Trial, value: Fraction) -> str:
    return figure(decimal(value), one.target.kpi)
