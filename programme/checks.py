"""The checks on figures: each one function, with an id, a severity and what to do. They see a whole month of a file at once.

To add one, write a function below: it gets a `Step` and returns the flags [returns × indicators] of the cells it objects to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from programme.catalogue import Kpi, catalogue
from programme.findings import Severity
from programme.kpis import entry_text
from programme.standings import Flags, Integers

Floats = npt.NDArray[np.float64]
Cells = Literal["month", "to_date", "given"]


@dataclass(frozen=True)
class Step:
    """The returns of one month in a file, before the background of what stands. Arrays are [returns × indicators].

    `month` and `to_date` are as entered (本月数, 累计数; for a stock 新增, 期末数), `value` is what would be stored,
    `last` the figure to date before this month, `gapless` whether every earlier month was reported, `mean` the
    geometric mean of `points` earlier figures above zero, `share` the even share of the plan's target, `stood`
    whether the revision in force has a figure. All in stored integers.
    """

    kpis: tuple[Kpi, ...]
    month: Integers
    month_known: Flags
    to_date: Integers
    to_date_known: Flags
    value: Integers
    known: Flags
    last: Integers
    last_known: Flags
    gapless: Flags
    mean: Floats
    points: Integers
    share: Integers
    stood: Flags
    applies: Flags

    @property
    def flows(self) -> Flags:
        return np.array([kpi.is_flow for kpi in self.kpis])

    @cached_property
    def ratio(self) -> Floats:
        """Value over the county's own mean; 1 where the comparison is not possible."""
        enough = self.known & (self.value > 0) & (self.points >= catalogue().limits["figures"]["outlier_months"])
        return np.divide(self.value, self.mean, out=np.ones(self.value.shape), where=enough & (self.mean > 0))

    @property
    def both(self) -> Flags:
        return self.month_known & self.to_date_known

    def of(self, code: str) -> int:
        """The column of an indicator."""
        return [kpi.code for kpi in self.kpis].index(code)


@dataclass(frozen=True)
class Check:
    rule: str
    severity: Severity
    message: str
    cells: Cells
    repaired: str
    flags: Callable[[Step], Flags]


CHECKS: list[Check] = []


def check(
    rule: str, severity: Severity, message: str, *, cells: Cells = "given", repaired: str = ""
) -> Callable[[Callable[[Step], Flags]], Callable[[Step], Flags]]:
    """Register a check. `message` and `repaired` may name {kpi} {unit} {value} {last} {expected} {mean} {times} {slipped}."""

    def register(function: Callable[[Step], Flags]) -> Callable[[Step], Flags]:
        CHECKS.append(Check(rule, severity, message, cells, repaired, function))
        return function

    return register


def facts(step: Step, row: int, column: int) -> dict[str, str]:
    """The texts a message may name, for one cell, in the unit of the form."""
    kpi, value = step.kpis[column], int(step.value[row, column])
    last, mean = int(step.last[row, column]), float(step.mean[row, column])
    amount = int(step.month[row, column]) if step.month_known[row, column] else value
    return {
        "kpi": kpi.name,
        "unit": kpi.entry_unit,
        "value": entry_text(value, kpi),
        "last": entry_text(last, kpi),
        "expected": entry_text(last + amount, kpi),
        "mean": entry_text(round(mean), kpi) if kpi.stored_per_entry == 1 else f"{mean / kpi.stored_per_entry:.4g}",
        "times": _times(value / mean) if mean and value else "",
        "slipped": entry_text(value // 10_000, kpi),
    }


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}倍" if ratio >= 1 else f"{1 / ratio:,.0f}分之一"


# --- the checks -----------------------------------------------------------------------------------------------------


@check("wrong_scope", Severity.ERROR, "“{kpi}”不适用于本县（不在本县类别的考核范围内），请清空此格。")
def out_of_scope(step: Step) -> Flags:
    return (step.month_known | step.to_date_known) & ~step.applies


@check(
    "contradiction",
    Severity.ERROR,
    "本月数与累计数对不上：上期累计{last}{unit}，加本月数应为{expected}{unit}。请改正其中一个，或只填一个、另一个留空。",
    cells="to_date",
    repaired="{expected}",
)
def month_and_to_date_contradict(step: Step) -> Flags:
    return step.both & step.gapless & (step.last + step.month != step.to_date) & step.applies


@check(
    "contradiction_after_gap",
    Severity.WARNING,
    "本月数与累计数对不上：已报各月累计{last}{unit}，加本月数为{expected}{unit}；此前有月份未报，请补报，或说明差额的来由。",
    cells="to_date",
    repaired="{expected}",
)
def contradiction_after_unreported_months(step: Step) -> Flags:
    return step.both & ~step.gapless & (step.last + step.month != step.to_date) & step.applies


@check(
    "to_date_falls",
    Severity.ERROR,
    "累计数小于上期累计{last}{unit}，累计数不会减少。请核对；如以前月份多报，请更正以前月份。",
    cells="to_date",
)
def flow_to_date_falls(step: Step) -> Flags:
    return step.flows & step.to_date_known & ~step.month_known & (step.to_date < step.last) & step.applies


@check(
    "stock_falls",
    Severity.WARNING,
    "期末数{value}{unit}小于上期的{last}{unit}。如确有减少（如店铺关闭、产品下架），请确认并说明原因。",
)
def stock_falls(step: Step) -> Flags:
    return ~step.flows & step.known & step.last_known & (step.value < step.last) & step.applies


def _slipped(step: Step) -> Flags:
    """Ten-thousand-fold against the county's own mean, or, before there is one, a hundred times the share of the target."""
    limits = catalogue().limits["figures"]
    alone = (step.points == 0) & (step.share > 0) & (step.value > limits["share_factor"] * step.share)
    return step.known & step.applies & ((step.ratio >= limits["slip_factor"]) | alone)


@check(
    "unit_slip",
    Severity.WARNING,
    "疑似单位填错：本格应以“{unit}”为单位。如本意是{slipped}{unit}，请改正；如数值无误，请确认并说明原因。",
    repaired="{slipped}",
)
def looks_like_the_wrong_unit(step: Step) -> Flags:
    return _slipped(step)


@check(
    "unit_slip_below",
    Severity.WARNING,
    "疑似单位填错：只有本县以往各月均值{mean}{unit}的{times}。请核对是否少填了“万”；如数值无误，请确认并说明原因。",
)
def looks_ten_thousand_times_too_small(step: Step) -> Flags:
    return (step.ratio <= 1 / catalogue().limits["figures"]["slip_factor"]) & step.applies


@check(
    "outlier",
    Severity.WARNING,
    "与本县以往差别很大：是以往各月均值{mean}{unit}的{times}（{history}）。请核对；如数值无误，请确认并说明原因。",
)
def far_from_own_history(step: Step) -> Flags:
    limits = catalogue().limits["figures"]
    ratio, factor, slip = step.ratio, limits["outlier_factor"], limits["slip_factor"]
    high = (ratio >= factor) & (ratio < slip)
    return (high | ((ratio <= 1 / factor) & (ratio > 1 / slip))) & ~_slipped(step) & step.applies


@check(
    "reads_without_posts",
    Severity.WARNING,
    "填有阅读量，但至今没有学员生产的信息。请核对“学员生产的扶贫类信息”是否漏填；如无误，请确认并说明原因。",
)
def reads_without_posts(step: Step) -> Flags:
    reads, posts = step.of("reads"), step.of("posts")
    flags = np.zeros_like(step.known)
    none_yet = (step.value[:, posts] == 0) & (step.last[:, posts] == 0)
    flags[:, reads] = step.known[:, reads] & (step.value[:, reads] > 0) & none_yet
    return flags & step.applies


@check(
    "reported_before",
    Severity.WARNING,
    "“{kpi}”上次已报，本次为空。如确实要撤回，请确认并说明原因；本月无发生请填0。",
)
def figure_withdrawn(step: Step) -> Flags:
    return step.stood & ~step.known & step.applies


@check("unreported", Severity.HINT, "“{kpi}”未填，按“未报”处理；本月无发生请填0。")
def left_empty(step: Step) -> Flags:
    return ~step.known & ~step.stood & step.applies
