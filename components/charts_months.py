"""Figures month by month: against the path the plan requires, and one county's own."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

import altair as alt

from components.charts_style import (
    SMALL,
    Columns,
    Form,
    Spec,
    expr,
    filled,
    form,
    header,
    key_only,
    layer_of,
    numbers_of,
    tooltip,
    writing,
)
from components.labels import NOT_REPORTED_TEXT, amount, wan_expression
from components.palette import Scheme

PANEL: Final = 190
STRIP: Final = 110
ROOM_FOR_FIGURE: Final = 44
ROOM_FOR_MONTH: Final = 32


@dataclass(frozen=True)
class Step:
    """One month on the way: cumulative figure and path required in `unit`; None where nothing is known."""

    month: str
    actual: float | None
    required: float | None
    unit: str


def trend(frame: Columns, scheme: Scheme) -> Spec:
    """One panel: the cumulative figure against the straight path required, shaded where it is behind.

    Columns: month_text (2019年6月, in order), actual and required (display unit; actual None or NaN for a month not in), unit.
    """
    steps = _steps(frame)
    months: Columns = {
        "place": range(len(steps)),
        "month_text": [step.month for step in steps],
        "actual": [step.actual for step in steps],
        "required": [step.required for step in steps],
        "actual_text": [_measured(step.actual, step.unit) for step in steps],
        "required_text": [_measured(step.required, step.unit) for step in steps],
    }
    frames = {"months": months, "corners": _corners(steps)}
    reach = _reach(months["actual"], months["required"])
    return filled(
        _trend_form(tuple(months["month_text"]), scheme), trend_sentence(frame), frames, reach, _standing(steps)
    )


def _steps(frame: Columns) -> list[Step]:
    figures = numbers_of(frame["actual"]), numbers_of(frame["required"])
    return [Step(*cells) for cells in zip(frame["month_text"], *figures, frame["unit"], strict=True)]


@lru_cache(maxsize=32)
def _trend_form(months: tuple[str, ...], scheme: Scheme) -> Form:
    x = alt.X("place:Q", axis=_month_axis(months), scale=alt.Scale(domain=[-0.3, len(months) - 0.7], nice=False))
    hints = tooltip(month_text="月份", actual_text="累计", required_text="序时要求")
    line, area = layer_of("months"), layer_of("corners").mark_area(color=scheme.red, opacity=0.25)
    required = line.mark_line(color=scheme.muted, strokeDash=[5, 3], strokeWidth=1.5)
    points = line.mark_point(color=scheme.accent, filled=True, size=45, opacity=1)
    layers = [
        area.encode(x=x, y=_amounts("path"), y2="low:Q"),
        required.encode(x=x, y=_amounts("required")),
        line.mark_line(color=scheme.accent, strokeWidth=2.5).encode(x=x, y=_amounts("actual")),
        points.encode(x=x, y=_amounts("actual"), tooltip=hints).transform_filter("isValid(datum.actual)"),
    ]
    title = header("实线 累计　虚线 序时要求　阴影 落后", scheme)
    return form(alt.layer(*layers, title=title), scheme, PANEL)


def trend_sentence(frame: Columns) -> str:
    """截至2019年10月累计812万元，序时要求718万元，领先94万元。"""
    last = _last_known(_steps(frame))
    if last is None:
        return "尚无数据。"
    required = _measured(last.required, last.unit)
    return f"截至{last.month}累计{_measured(last.actual, last.unit)}，序时要求{required}，{_gap(last)}。"


def history(frame: Columns, scheme: Scheme) -> Spec:
    """One county's figure month by month: a column, a tick on the ground for 0, a hollow mark for 未报.

    Columns: month_text (2019年6月, in order), value (display unit, None or NaN for 未报).
    """
    values = numbers_of(frame["value"])
    months = {
        "place": range(len(values)),
        "month_text": frame["month_text"],
        "value": values,
        "text": [_measured(value) for value in values],
        "is_zero": [value == 0 for value in values],
        "is_silent": [value is None for value in values],
    }
    shape = _history_form(tuple(frame["month_text"]), scheme)
    return filled(shape, history_sentence(frame), {"months": months}, _reach(values))


@lru_cache(maxsize=32)
def _history_form(months: tuple[str, ...], scheme: Scheme) -> Form:
    places = alt.Scale(domain=list(range(len(months))), paddingInner=0.35)
    x = alt.X("place:O", axis=_month_axis(months), scale=places)
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[expr("low"), expr("high * 1.15")], nice=False))
    line, ground = layer_of("months"), alt.YDatum(0, type="quantitative")
    hints = tooltip(month_text="月份", text="数值")
    zeros = line.mark_tick(color=scheme.accent, thickness=3, opacity=1).transform_filter("datum.is_zero")
    hollow = line.mark_point(color=scheme.outline, size=60, opacity=1, yOffset=-7).transform_filter("datum.is_silent")
    room = expr(f"width / {len(months)} >= {ROOM_FOR_FIGURE} ? datum.text : ''")
    words = writing("months", scheme.text, align="center", dy=-9, fontSize=SMALL, text=room)
    layers = [
        line.mark_bar(color=scheme.accent).encode(x=x, y=y, tooltip=hints).transform_filter("!datum.is_silent"),
        zeros.encode(x=x, y=ground, tooltip=hints),
        hollow.encode(x=x, y=ground, tooltip=hints),
        words.encode(x=x, y=y).transform_filter("!datum.is_silent"),
    ]
    return form(alt.layer(*layers, title=key_only("空心圆 未报　底线短横 0", scheme)), scheme, STRIP)


def history_sentence(frame: Columns) -> str:
    """8个月中6个月已报；最近一次是2019年10月，1.23万。"""
    pairs = zip(frame["month_text"], numbers_of(frame["value"]), strict=True)
    reported = [(month, value) for month, value in pairs if value is not None]
    opening = f"{len(frame['value'])}个月中{len(reported)}个月已报"
    if not reported:
        return f"{opening}。"
    month, value = reported[-1]
    return f"{opening}；最近一次是{month}，{_measured(value)}。"


def _measured(value: float | None, unit: str = "") -> str:
    return NOT_REPORTED_TEXT if value is None else f"{amount(Decimal(str(value)))}{unit}"


def _last_known(steps: Sequence[Step]) -> Step | None:
    return next((step for step in reversed(steps) if step.actual is not None), None)


def _gap(step: Step) -> str:
    gap = (step.actual or 0.0) - (step.required or 0.0)
    text = _measured(abs(gap), step.unit)
    if text == _measured(0.0, step.unit):
        return "与序时持平"
    return f"领先{text}" if gap > 0 else f"落后{text}"


def _standing(steps: Sequence[Step]) -> str:
    last = _last_known(steps)
    return f"{_measured(last.actual, last.unit)}　{_gap(last)}" if last else "尚无数据"


def _corners(steps: Sequence[Step]) -> Columns:
    """The months in, and the places between them where figure and path cross; from `low` to `path` it is behind."""
    points = [
        (float(place), math.nan if step.actual is None else step.actual, step.required or 0.0)
        for place, step in enumerate(steps)
    ]
    corners: list[tuple[float, ...]] = []
    for point, following in zip(points, points[1:] + points[-1:], strict=True):
        lead, next_lead = point[1] - point[2], following[1] - following[2]
        corners.append(point)
        if lead * next_lead < 0:
            part = lead / (lead - next_lead)
            corners.append(tuple(now + (then - now) * part for now, then in zip(point, following, strict=True)))
    return {
        "place": [place for place, _, _ in corners],
        "low": [None if math.isnan(actual) else min(actual, required) for _, actual, required in corners],
        "path": [None if math.isnan(actual) else required for _, actual, required in corners],
    }


def _month_axis(texts: tuple[str, ...]) -> alt.Axis:
    """6月, and the year below the first month and every January; on a narrow screen every second or third month."""
    parts = [text.partition("年") for text in texts]
    months = [month for _, _, month in parts]
    years = [f"{year}年" if place == 0 or month == "1月" else "" for place, (year, _, month) in enumerate(parts)]
    start = months.index("1月") if "1月" in months else 0
    shown = f"(datum.value + {len(months)} * 12 - {start}) % ceil({ROOM_FOR_MONTH * len(months)} / width) == 0"
    words = f"[{shown} ? {_listed(months)}[datum.value] : '', {_listed(years)}[datum.value]]"
    return alt.Axis(values=list(range(len(months))), labelExpr=words, labelAngle=0, grid=False, labelOverlap=False)


def _listed(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _amounts(field: str) -> alt.Y:
    axis = alt.Axis(labelExpr=wan_expression("datum.value"), tickCount=4)
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(domain=[expr("low"), expr("high")], nice=True))


def _reach(*columns: Sequence[float | None]) -> dict[str, float]:
    figures = [value for column in columns for value in column if value is not None]
    return {"low": min([0.0, *figures]), "high": max([1.0, *figures])}
