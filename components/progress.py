"""Progress as frames and charts, made once per data version and view: what the progress pages show."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pandas as pd

from components import charts, labels, store
from components.charts import Columns, Spec
from components.palette import DARK, LIGHT, Scheme
from programme import settings
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Kpi, Target, Tier, Year
from programme.county_queries import county_light, share_of
from programme.kpis import Light, Progress, light
from programme.permissions import Actor, Permission, Subject, scope_of
from programme.queries import Sums, View, year_named

MANY = 20
SCHEMES = {scheme.name: scheme for scheme in (LIGHT, DARK)}


def in_units(stored: int | Fraction | None, kpi: Kpi) -> float | None:
    """A stored value in the indicator's unit, for drawing only."""
    return None if stored is None else float(stored / kpi.factor)


def _goal_text(line: Progress) -> str:
    kpi = line.target.kpi
    return labels.figure(round(line.goal / kpi.factor) * kpi.factor, kpi)


def _actual_text(line: Progress) -> str:
    kpi = line.target.kpi
    return labels.amount(None if line.actual is None else line.actual // kpi.factor)


def bullet_columns(lines: list[Progress]) -> Columns:
    return {
        "label": [line.target.name for line in lines],
        "attainment": [line.attainment for line in lines],
        "elapsed": [line.elapsed for line in lines],
        "light": [line.light.value for line in lines],
        "actual_text": [_actual_text(line) for line in lines],
        "target_text": [_goal_text(line) for line in lines],
    }


def bullet(version: int, year: Year, view: View, scheme: Scheme) -> tuple[Spec, str]:
    """The targets as one chart, and the sentence that says what it shows."""
    return _bullet(settings.database_url(), version, year.year, view, scheme.name)


@lru_cache(maxsize=store.VIEWS)
def _bullet(url: str, version: int, year: int, view: View, scheme: str) -> tuple[Spec, str]:
    spec = charts.bullet(bullet_columns(store.progress(version, year_named(year), view)), SCHEMES[scheme])
    return spec, spec["description"]


def target_table(lines: list[Progress]) -> pd.DataFrame:
    """The targets as a table: the same figures as the chart, with 环比, counties and citation."""
    return pd.DataFrame(
        {
            "指标": [line.target.kpi.name for line in lines],
            "范围": [TIER_NAMES[line.target.tier] for line in lines],
            "累计": [labels.figure(line.actual, line.target.kpi) for line in lines],
            "目标（不低于）": [_goal_text(line) for line in lines],
            "完成率": [labels.percent(line.attainment) for line in lines],
            "与序时进度差": [labels.points(_lead(line)) for line in lines],
            "状态": [labels.light_text(line.light.value) for line in lines],
            "本月环比": [labels.percent(line.month_on_month) for line in lines],
            "本月已报县": [f"{line.counties_reported}/{line.counties_expected}" for line in lines],
            "依据": [line.target.citation for line in lines],
        }
    )


def slowest(lines: list[Progress]) -> int:
    """The place of the target furthest behind its pace."""
    leads = [_lead(line) for line in lines]
    return min(range(len(lines)), key=lambda at: Fraction(-1) if leads[at] is None else leads[at] or 0, default=0)


def _lead(line: Progress) -> Fraction | None:
    return None if line.attainment is None else line.attainment - line.elapsed


# --- one target through the months ----------------------------------------------------------------------------------


def trend(version: int, year: Year, view: View, target: Target, scheme: Scheme) -> tuple[Spec, str]:
    at = year.targets.index(target)
    return _trend(settings.database_url(), version, year.year, view, at, scheme.name)


@lru_cache(maxsize=2048)
def _trend(url: str, version: int, year: int, view: View, at: int, scheme: str) -> tuple[Spec, str]:
    facts = store.year_in(version, year_named(year), view.release)
    spec = charts.trend(
        trend_columns(store.sums(version, facts, view), facts, facts.targets[at], view), SCHEMES[scheme]
    )
    return spec, spec["description"]


def trend_columns(added: Sums, year: Year, target: Target, view: View) -> Columns:
    """Cumulative actual and required figure per month of the year; actual is empty after the month in view."""
    kpi, months = target.kpi, year.months
    goal = Fraction(target.stored * added.expected_of(target), year.expected_counties(target.tier))
    return {
        "month_text": [month.chinese for month in months],
        "actual": [in_units(added.to_date(target, month), kpi) if month <= view.month else None for month in months],
        "required": [_readable(goal * year.elapsed_share(month), kpi) for month in months],
        "unit": [kpi.unit] * len(months),
    }


def _readable(required: Fraction, kpi: Kpi) -> float:
    """The pace in the indicator's unit, not finer than a tenth."""
    return round(float(required / kpi.factor), 1)


# --- counties -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attention:
    """A county that needs attention: no return this month, or more than half of its indicators 滞后 (`red` of them)."""

    id: int
    code: str
    county: str
    tier: str
    province_code: str
    core_county_id: int
    missing: bool
    red: int
    mostly_red: bool


def behind(version: int, year: Year, view: View, actor: Actor) -> list[Attention]:
    """The counties in the view and in the actor's scope that need attention, first those without a return."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    every = _pressing(settings.database_url(), version, year.year, view.month, view.release) if scope else []
    return [
        one for one in every
        if view.holds(one.tier, one.province_code, one.core_county_id)
        and scope and scope(actor, Subject(one.id, one.province_code))
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _pressing(url: str, version: int, year: int, month: Month, release: int) -> list[Attention]:
    """All counties that need attention: narrow them to the actor."""
    facts = store.year_in(version, year_named(year), release)
    rows = store.counties(version, facts, month, release).to_dict("index")
    every = [_attention(int(county), row, facts, month) for county, row in rows.items()]
    pressing = [one for one in every if one.missing or one.mostly_red]
    return sorted(pressing, key=lambda one: (not one.missing, -one.red, one.code))


def _attention(county: int, row: dict[Any, Any], year: Year, month: Month) -> Attention:
    kpis = year.kpis_of(Tier(row["tier"]))
    lights = [county_light(year, kpi, row["tier"], known(row[kpi.code]), month) for kpi in kpis]
    red = lights.count(Light.RED)
    place = row["code"], row["name"], row["tier"], row["province_code"], row["core_county_id"]
    return Attention(county, *place, bool(pd.isna(row["revision"])), red, red * 2 > len(kpis))


def known(value: Any) -> int | None:
    """A nullable integer of a frame as a Python value."""
    return None if pd.isna(value) else int(value)


def county_values(frame: pd.DataFrame, year: Year, kpi: Kpi) -> pd.DataFrame:
    """The counties in the indicator's scope: label, tier, value (unit of the indicator), value_text, share (of 县均份额)."""
    kept = frame[[kpi in year.kpis_of(Tier(tier)) for tier in frame["tier"]]]
    values = [known(value) for value in kept[kpi.code]]
    return pd.DataFrame(
        {
            "code": kept["code"],
            "label": kept["name"],
            "province": kept["province"],
            "tier": kept["tier"],
            "value": [in_units(value, kpi) for value in values],
            "value_text": [labels.figure(value, kpi) for value in values],
            "month_text": [labels.figure(known(value), kpi) for value in kept[f"month_{kpi.code}"]],
            "share": [
                None if value is None or (share := share_of(year, kpi, tier)) is None else float(value / share)
                for value, tier in zip(values, kept["tier"], strict=True)
            ],
        },
        index=kept.index,
    )


def group_frame(version: int, year: Year, view: View, target: Target, cores: dict[int, str]) -> pd.DataFrame:
    """Each core group's attainment of its even share of a target, this month and last."""
    rows = []
    for core, name in cores.items():
        added = store.sums(version, year, View(view.month, core_county_id=core, release=view.release))
        expected = added.expected_of(target)
        if not expected:
            continue
        goal = Fraction(target.stored * expected, year.expected_counties(target.tier))
        now, before = (added.to_date(target, month) for month in (view.month, view.month.plus(-1)))
        elapsed = year.elapsed_share(view.month)
        rows.append(
            {
                "label": f"{name}组",
                "before": None if before is None else float(before / goal),
                "now": None if now is None else float(now / goal),
                "elapsed": float(elapsed),
                "light": _light(now, goal, elapsed, year).value,
            }
        )
    return pd.DataFrame(rows, columns=["label", "before", "now", "elapsed", "light"])


def _light(actual: int | None, goal: Fraction, elapsed: Fraction, year: Year) -> Light:
    return light(None if actual is None else actual / goal, elapsed, year)


def county_table(values: pd.DataFrame) -> pd.DataFrame:
    """county_values with Chinese headings, largest first; numbers stay numbers, 未报 is empty."""
    ordered = values.sort_values("value", ascending=False, na_position="last")
    return pd.DataFrame(
        {
            "行政区划代码": ordered["code"],
            "县": ordered["label"],
            "省（区、市）": ordered["province"],
            "类别": ordered["tier"].map(TIER_NAMES),
            "累计": ordered["value"],
            "累计（读数）": ordered["value_text"],
            "本月": ordered["month_text"],
            "完成县均份额": ordered["share"].map(labels.percent),
        }
    )


def cores(seen: pd.DataFrame, every: pd.DataFrame) -> dict[int, str]:
    """The core counties of whole groups among the counties seen: a part of a group says nothing about it."""
    sizes, whole = seen["core_county_id"].value_counts(), every["core_county_id"].value_counts()
    complete = [core for core in sizes.index if core in seen.index and sizes[core] == whole[core]]
    return {int(core): str(every.loc[core, "name"]) for core in complete}
