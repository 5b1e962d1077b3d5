"""Arithmetic of progress, exact: attainment, pace, lights. Values are stored integers, shares are fractions."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from programme.calendar import Month
from programme.catalogue import Target, Year


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


def attainment(actual: int | None, target: int) -> Fraction | None:
    """完成率; None while nothing has been reported."""
    return None if actual is None else Fraction(actual, target)


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
    """One target at the end of one month. `actual` in stored integers, None when no county has reported."""

    target: Target
    month: Month
    actual: int | None
    elapsed: Fraction
    light: Light
    month_on_month: Fraction | None
    counties_reported: int
    counties_expected: int

    @property
    def attainment(self) -> Fraction | None:
        return attainment(self.actual, self.target.stored)
