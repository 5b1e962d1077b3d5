"""What the map says of each county: its class, its texts, and what needs attention first. Figures only of counties given."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from components import labels
from components.progress import known
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Year
from programme.county_queries import county_light, share_of
from programme.kpis import Light
from programme.obligations import STATUS_NAMES, Status, status_in

BOUNDS: Final = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
CLASSES: Final = tuple(f"class-{number}" for number in range(len(BOUNDS) + 1))
ZERO, MISSING, NOT_APPLICABLE, ELSEWHERE = "zero", "missing", "not-applicable", "elsewhere"
ATTENTION: Final = (
    Status.OVERDUE,
    Status.SENT_BACK,
    Status.DUE,
    Status.SUBMITTED,
    Status.APPROVED,
    Status.NOT_DUE,
    Status.ACCEPTED,
    Status.RELEASED,
)


@dataclass(frozen=True)
class Figure:
    """One county. `share` is 完成率 against 县均份额, None for 未报 and 不适用; `reading` is what stands under its name.

    `value` and `goal` are texts; `stored` and `stored_goal` the numbers behind them, in stored integers.
    """

    id: int
    code: str
    name: str
    place: str
    tier: str
    group: str
    look: str
    reading: str
    value: str
    goal: str
    stored: int | None
    stored_goal: Fraction | None
    share: Fraction | None
    light: Light
    status: Status

    @property
    def status_text(self) -> str:
        return STATUS_NAMES[self.status]

    @property
    def light_text(self) -> str:
        return self.reading if self.look == NOT_APPLICABLE else labels.light_text(self.light.value)


def figures(
    every: pd.DataFrame, shown: Iterable[int], year: Year, month: Month, kpi: Kpi | None, today: date
) -> dict[int, Figure]:
    """Of the counties `shown` (internal ids) out of a county frame; without an indicator the map shows the returns' status."""
    rows = every.loc[list(shown)].reset_index().to_dict("records")
    cores = every["name"].to_dict()
    return {row["id"]: _figure(row, f"{cores[row['core_county_id']]}组", year, month, kpi, today) for row in rows}


def _figure(row: dict[Any, Any], group: str, year: Year, month: Month, kpi: Kpi | None, today: date) -> Figure:
    state = status_in(row, month, today)
    common: dict[str, Any] = {
        "id": row["id"], "code": row["code"], "name": row["name"], "place": f"{row['province']} {row['prefecture']}",
        "tier": row["tier"], "group": group, "status": state,
    }  # fmt: skip
    if kpi is None:
        words = STATUS_NAMES[state]
        nothing: dict[str, Any] = {
            "value": "",
            "goal": "",
            "stored": None,
            "stored_goal": None,
            "share": None,
            "light": Light.NONE,
        }
        return Figure(**common, look=state.value, reading=words, **nothing)
    goal, actual = share_of(year, kpi, row["tier"]), known(row[kpi.code])
    share = None if goal is None or actual is None else actual / goal
    look = _look(goal, actual, share)
    empty = {MISSING: labels.NOT_REPORTED_TEXT, NOT_APPLICABLE: labels.NOT_APPLICABLE.value}
    return Figure(
        **common,
        look=look,
        reading=empty.get(look) or labels.percent(share),
        value=labels.figure(labels.NOT_APPLICABLE if goal is None else actual, kpi),
        goal="" if goal is None else labels.figure(round(goal / kpi.factor) * kpi.factor, kpi),
        stored=actual,
        stored_goal=goal,
        share=share,
        light=county_light(year, kpi, row["tier"], actual, month),
    )


def _look(goal: Fraction | None, actual: int | None, share: Fraction | None) -> str:
    """The three kinds of empty (不适用, 未报, 0) have looks of their own."""
    if goal is None:
        return NOT_APPLICABLE
    if share is None:
        return MISSING
    return CLASSES[bisect_right(BOUNDS, share)] if actual else ZERO


def class_words() -> tuple[str, ...]:
    """不足25%, 25%～50%, …, 100%及以上."""
    edges = [f"{bound.numerator * 100 // bound.denominator}%" for bound in BOUNDS]
    between = [f"{low}～{high}" for low, high in pairwise(edges)]
    return (f"不足{edges[0]}", *between, f"{edges[-1]}及以上")


def sentence(shown: Mapping[int, Figure], kpi: Kpi | None, month: Month) -> str:
    """The finding: 网络销售额：110个县中23个达到县均份额，12个未报. Of one group it begins with the group's name."""
    every = list(shown.values())
    if not every:
        return "所选范围内没有您可查看的县。"
    if kpi is None:
        return _returns_sentence(every, month)
    inside = [figure for figure in every if figure.look != NOT_APPLICABLE]
    if not inside:
        return f"“{kpi.short}”不适用于{every[0].name if len(every) == 1 else '所选的县'}。"
    if len(every) == 1:
        only = every[0]
        reached = "" if only.share is None else f"，完成县均份额的{only.reading}"
        return f"{only.name}{kpi.short}累计{only.value}{reached}。"
    counted = Counter(figure.look for figure in inside)
    silent = f"{counted[MISSING]}个未报" if counted[MISSING] else "各县都报过数"
    return f"{_common_group(every)}{kpi.short}：{len(inside)}个县中{counted[CLASSES[-1]]}个达到县均份额，{silent}。"


def _returns_sentence(every: list[Figure], month: Month) -> str:
    if len(every) == 1:
        return f"{every[0].name}{month.chinese}月报：{every[0].status_text}。"
    counted = Counter(figure.status for figure in every)
    parts = [f"{counted[state]}个{STATUS_NAMES[state]}" for state in reversed(ATTENTION) if counted[state]]
    return f"{_common_group(every)}{month.chinese}月报：{len(every)}个县中{'，'.join(parts)}。"


def _common_group(every: list[Figure]) -> str:
    groups = {figure.group for figure in every}
    return groups.pop() if len(groups) == 1 else ""


def by_attention(shown: Mapping[int, Figure], kpi: Kpi | None) -> list[Figure]:
    """未报 first, then the smallest share; for returns 逾期未报 first. What does not apply stands last."""
    if kpi is None:
        return sorted(shown.values(), key=lambda figure: (ATTENTION.index(figure.status), figure.code))
    return sorted(
        shown.values(), key=lambda figure: (figure.look == NOT_APPLICABLE, figure.share or Fraction(-1), figure.code)
    )


def table(shown: Mapping[int, Figure], kpi: Kpi | None) -> pd.DataFrame:
    """The figures of the map as a table with Chinese headings, what needs attention first."""
    ordered = by_attention(shown, kpi)
    columns: dict[str, list[Any]] = {"县": [figure.name for figure in ordered]}
    if kpi:
        columns |= {
            "完成率": [labels.percent(figure.share) for figure in ordered],
            "状态": [figure.light_text for figure in ordered],
            "累计": [figure.value for figure in ordered],
            "县均份额": [figure.goal or labels.NO_BASE_TEXT for figure in ordered],
        }
    return pd.DataFrame(
        columns
        | {
            "本月报送": [figure.status_text for figure in ordered],
            "类别": [TIER_NAMES[figure.tier] for figure in ordered],
            "核心示范县组": [figure.group for figure in ordered],
            "所在地": [figure.place for figure in ordered],
        }
    )


def sheet(shown: Mapping[int, Figure], kpi: Kpi | None) -> pd.DataFrame:
    """The same to take away: numbers stay numbers, in the indicator's unit; what is not known is empty."""
    ordered = by_attention(shown, kpi)
    columns: dict[str, list[Any]] = {
        "行政区划代码": [figure.code for figure in ordered],
        "县": [figure.name for figure in ordered],
        "所在地": [figure.place for figure in ordered],
        "类别": [TIER_NAMES[figure.tier] for figure in ordered],
        "核心示范县组": [figure.group for figure in ordered],
    }
    if kpi:
        columns |= {
            f"{kpi.short}累计（{kpi.unit}）": [_in_units(figure.stored, kpi) for figure in ordered],
            f"县均份额（{kpi.unit}）": [_in_units(figure.stored_goal, kpi) for figure in ordered],
            "完成率": [figure.share for figure in ordered],
            "状态": [figure.light_text for figure in ordered],
        }
    return pd.DataFrame(columns | {"本月报送": [figure.status_text for figure in ordered]}, dtype=object)


def _in_units(stored: int | Fraction | None, kpi: Kpi) -> int | Decimal | None:
    if stored is None:
        return None
    exact = Fraction(stored) / kpi.factor
    return exact.numerator if exact.denominator == 1 else round(Decimal(exact.numerator) / exact.denominator, 2)
