"""The figures of a release as words, formatted once for briefing and sheets: targets, their distance from 序时进度, corrections."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Target, catalogue
from programme.frozen_release import Frozen
from programme.kpis import Progress
from programme.wording import LIGHTS, NO_BASE_TEXT, difference_text, figure, light_text, percent, reached_text

TARGET_COLUMNS = ("指标", "范围", "累计", "目标（不低于）", "完成率", "与序时进度之差", "状态", "已报县")
CORRECTION_COLUMNS = ("县", "报告期", "指标", "原数", "新数", "原因")


def scope_name(target: Target) -> str:
    return TIER_NAMES[target.tier]


def short_name(target: Target) -> str:
    """网络销售额 · 核心示范县"""
    return f"{target.kpi.short} · {scope_name(target)}"


def goal_text(line: Progress) -> str:
    """The target, or the even share of it, rounded to the indicator's unit."""
    kpi = line.target.kpi
    return figure(round(line.goal / kpi.factor) * kpi.factor, kpi)


def distance(line: Progress) -> str:
    """How far 完成率 is from 序时进度: +8.2个百分点."""
    return difference_text(None if line.attainment is None else line.attainment - line.elapsed)


def target_row(line: Progress) -> tuple[str, ...]:
    """The words of TARGET_COLUMNS."""
    return (
        line.target.kpi.name, scope_name(line.target), reached_text(line.actual, line.goal, line.target.kpi),
        goal_text(line), percent(line.attainment), distance(line), light_text(line.light.value),
        f"{line.counties_reported}/{line.counties_expected}",
    )  # fmt: skip


def counted(lines: Iterable[Progress]) -> str:
    """正常2项、偏慢5项、滞后3项"""
    counts = Counter(line.light.value for line in lines)
    return "、".join(f"{face.word}{counts[light]}项" for light, face in LIGHTS.items() if counts[light])


def correction_row(one: dict[str, Any]) -> tuple[str, ...]:
    """The words of CORRECTION_COLUMNS."""
    kpi = catalogue().kpi(one["kpi"])
    month = Month.parse(one["month"]).chinese
    return one["name"], month, kpi.name, figure(one["old"], kpi), figure(one["new"], kpi), one["reason"] or NO_BASE_TEXT


def in_entry_units(stored: Any, kpi: Kpi) -> float | None:
    """What a chart draws, in the unit that its title says (万元, 万次)."""
    return None if stored is None else float(Decimal(float(stored)) / kpi.stored_per_entry)


def absent_names(held: Frozen) -> Sequence[str]:
    return [str(one["name"]) for one in held.facts["absent"]]
