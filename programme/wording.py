"""Figures, shares, months and states as words, one rule each: what screens, documents and the wall write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction
from math import isfinite
from typing import Final, Protocol

from programme.calendar import Month


class Empty(Enum):
    """The kind of empty that is neither 0 (无发生) nor None (未报)."""

    NOT_APPLICABLE = "不适用"


NOT_APPLICABLE: Final = Empty.NOT_APPLICABLE
NOT_REPORTED_TEXT: Final = "未报"
NO_BASE_TEXT: Final = "—"

Value = int | Decimal | Empty | None
Share = float | Fraction | None


class Measured(Protocol):
    """What a number text needs to know of a KPI: its unit, and how many stored integers make one unit (元: 100 分)."""

    @property
    def unit(self) -> str: ...
    @property
    def factor(self) -> int: ...


@dataclass(frozen=True)
class LightFace:
    """A light never shows by colour alone: a shape and a word go with it."""

    shape: str
    word: str

    @property
    def text(self) -> str:
        return f"{self.shape} {self.word}"


LIGHTS: Final[Mapping[str, LightFace]] = {
    "green": LightFace("●", "正常"),
    "amber": LightFace("◆", "偏慢"),
    "red": LightFace("▼", "滞后"),
    "none": LightFace("○", "无数据"),
}

YI: Final = 10**8
WAN: Final = 10**4
YI_FROM: Final = 99_995_000
WAN_FROM: Final = Decimal("9999.5")


def amount(value: Value) -> str:
    """12345 → 1.23万, 784000000 → 7.84亿, up to 9,999 in full. Rounds half away from zero."""
    if value is None:
        return NOT_REPORTED_TEXT
    if isinstance(value, Empty):
        return str(value.value)
    size = abs(Decimal(value))
    sign = "-" if value < 0 else ""
    if size >= YI_FROM:
        return f"{sign}{_scaled(size, YI)}亿"
    if size >= WAN_FROM:
        return f"{sign}{_scaled(size, WAN)}万"
    return sign + _four_digits(size)


def figure(value: Value, kpi: Measured) -> str:
    """A stored value with its unit: 812万元. The empties stand without a unit."""
    if value is None or isinstance(value, Empty):
        return amount(value)
    return f"{amount(Decimal(value) / kpi.factor)}{kpi.unit}"


def reached_text(actual: Value, goal: Fraction | int, kpi: Measured) -> str:
    """A stored value beside its goal: in full, down to the unit, where it is smaller and would be rounded to read the same."""
    text = figure(actual, kpi)
    if not isinstance(actual, int) or actual >= goal or text != figure(round(goal / kpi.factor) * kpi.factor, kpi):
        return text
    return f"{actual // kpi.factor:,}{kpi.unit}"


def progress_text(actual: Value, target: int, kpi: Measured) -> str:
    """Stored values to 812万 / 1,000万元: the unit once, after the target."""
    done = Decimal(actual) / kpi.factor if isinstance(actual, int | Decimal) else actual
    return f"{amount(done)} / {figure(target, kpi)}"


def money_text(fen: int) -> str:
    """Money to the last 分, for where a figure is traced: 8,123,456.70元."""
    return f"{Decimal(fen) / 100:,.2f}元"


def percent(share: Share) -> str:
    """0.812 → 81.2%. A share below 1 is never rounded up to 100.0%: the target is not reached."""
    if share is None or not isfinite(share):
        return NO_BASE_TEXT
    text = f"{float(share):.1%}"
    return "99.9%" if share < 1 and text == "100.0%" else text


def points(difference: Share) -> str:
    """The difference of two shares: 0.17 → +17.0个百分点."""
    if difference is None or not isfinite(difference):
        return NO_BASE_TEXT
    number = round(float(difference) * 100, 1)
    return f"{number:+.1f}个百分点" if number else "0.0个百分点"


def difference_text(difference: Share) -> str:
    """As `points`, but the smallest difference is never written as none: 低不到0.1个百分点."""
    text = points(difference)
    if difference is None or not difference or text != points(0.0):
        return text
    return f"{'高' if difference > 0 else '低'}不到0.1个百分点"


def month_text(number: int) -> str:
    """202001 → 2020年1月; raises ValueError when the number is no month."""
    return Month.from_number(number).chinese


def date_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def light_text(light: str) -> str:
    return LIGHTS[light].text


def _scaled(size: Decimal, unit: int) -> str:
    if size >= 1000 * unit:
        return _rounded(size / unit, 0)
    return _rounded(size / unit, 1 if size >= 100 * unit else 2)


def _four_digits(size: Decimal) -> str:
    return _rounded(size, 3 - size.adjusted() if size else 0)


def _rounded(number: Decimal, digits: int) -> str:
    text = f"{number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
