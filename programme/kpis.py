"""Arithmetic of progress, exact: attainment, pace, lights. Values are stored integers, shares are fractions."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from programme.calendar import Month
from programme.catalogue import Kpi, Target, Year


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


def light(share: Fraction | None, elapsed: Fraction, year: Year) -> Light:
    """正常 from `green` × 序时进度 on, 偏慢 from `amber` × 序时进度 on, else 滞后; 无数据 without a figure."""
    if share is None:
        return Light.NONE
    if share >= year.green * elapsed:
        return Light.GREEN
    return Light.AMBER if share >= year.amber * elapsed else Light.RED


def month_on_month(current: int | None, previous: int | None) -> Fraction | None:
    """环比: growth of this month's amount over last month's; None without a base."""
    if current is None or not previous:
        return None
    return Fraction(current - previous, previous)


@dataclass(frozen=True)
class Progress:
    """One target at the end of one month. `actual` and `goal` in stored integers; actual is None when no county has reported.

    `goal` is the target itself, or for a part of its counties their even share of it (按县数折算).
    """

    target: Target
    month: Month
    actual: int | None
    goal: Fraction
    elapsed: Fraction
    light: Light
    month_on_month: Fraction | None
    counties_reported: int
    counties_expected: int

    @property
    def attainment(self) -> Fraction | None:
        """完成率; None while nothing has been reported."""
        return None if self.actual is None else self.actual / self.goal


def entry_text(stored: int, kpi: Kpi) -> str:
    """A stored integer as a user would write it in the form: 12.3 for 123,000 元 in 万元."""
    if kpi.stored_per_entry == 1:
        return str(stored)
    return format((Decimal(stored) / kpi.stored_per_entry).normalize(), "f")
