"""Figures month by month: against the path the plan requires, and one county's own."""

import json
import math
from decimal import Decimal
from functools import lru_cache
from typing import Final

import altair as alt
import pandas as pd

from components.charts_style import (
    SMALL,
    Form,
    Spec,
    expr,
    filled,
    form,
    header,
    key_only,
    layer_of,
    tidy,
    tooltip,
    writing,
)
from components.labels import NOT_REPORTED_TEXT, amount, wan_expression
from components.palette import Scheme

PANEL: Final = 190
STRIP: Final = 110
ROOM_FOR_FIGURE: Final = 44
ROOM_FOR_MONTH: Final = 32


def trend(frame: pd.DataFrame, scheme: Scheme) -> Spec:
    """One panel: the cumulative figure against the straight path required, shaded where it is behind.

    Columns: month_text (2019年6月, in order), actual and required (display unit; actual None or NaN for a month not in), unit.
    """
    frame = tidy(frame, "actual", "required")
    months = frame.assign(
        place=range(len(frame)),
        actual_text=[_measured(value, unit) for value, unit in zip(frame["actual"], frame["unit"], strict=True)],
        required_text=[_measured(value, unit) for value, unit in zip(frame["required"], frame["unit"], strict=True)],
    )
    frames = {"months": months, "corners": _corners(months)}
    reach = _reach(frame["actual"], frame["required"])
    return filled(
        _trend_form(tuple(frame["month_text"]), scheme), trend_sentence(frame), frames, reach, _standing(frame)
    )


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


def trend_sentence(frame: pd.DataFrame) -> str:
    """截至2019年10月累计812万元，序时要求718万元，领先94万元。"""
    known = tidy(frame, "actual", "required").dropna(subset=["actual"])
    if known.empty:
        return "尚无数据。"
    last = known.iloc[-1]
    required = _measured(last["required"], last["unit"])
    return f"截至{last['month_text']}累计{_measured(last['actual'], last['unit'])}，序时要求{required}，{_gap(last)}。"


def history(frame: pd.DataFrame, scheme: Scheme) -> Spec:
    """One county's figure month by month: a column, a tick on the ground for 0, a hollow mark for 未报.

    Columns: month_text (2019年6月, in order), value (display unit, None or NaN for 未报).
    """
    frame = tidy(frame, "value")
    months = frame.assign(
        place=range(len(frame)),
        text=[_measured(value) for value in frame["value"]],
        is_zero=frame["value"] == 0,
        is_silent=frame["value"].isna(),
    )
    shape = _history_form(tuple(frame["month_text"]), scheme)
    return filled(shape, history_sentence(frame), {"months": months}, _reach(frame["value"]))


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


def history_sentence(frame: pd.DataFrame) -> str:
    """8个月中6个月已报；最近一次是2019年10月，1.23万。"""
    reported = tidy(frame, "value").dropna(subset=["value"])
    opening = f"{len(frame)}个月中{len(reported)}个月已报"
    if reported.empty:
        return f"{opening}。"
    last = reported.iloc[-1]
    return f"{opening}；最近一次是{last['month_text']}，{_measured(last['value'])}。"


def _measured(value: float, unit: str = "") -> str:
    return NOT_REPORTED_TEXT if pd.isna(value) else f"{amount(Decimal(str(float(value))))}{unit}"


def _gap(month: pd.Series) -> str:
    gap = month["actual"] - month["required"]
    text = _measured(abs(gap), month["unit"])
    if text == _measured(0, month["unit"]):
        return "与序时持平"
    return f"领先{text}" if gap > 0 else f"落后{text}"


def _standing(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["actual"])
    if known.empty:
        return "尚无数据"
    last = known.iloc[-1]
    return f"{_measured(last['actual'], last['unit'])}　{_gap(last)}"


def _corners(months: pd.DataFrame) -> pd.DataFrame:
    """The months in, and the places between them where figure and path cross; from `low` to `path` it is behind."""
    points = list(zip(months["place"].astype(float), months["actual"], months["required"], strict=True))
    corners = []
    for point, following in zip(points, points[1:] + points[-1:], strict=True):
        lead, next_lead = point[1] - point[2], following[1] - following[2]
        corners.append(point)
        if lead * next_lead < 0:
            part = lead / (lead - next_lead)
            corners.append(tuple(now + (then - now) * part for now, then in zip(point, following, strict=True)))
    known = [not math.isnan(actual + required) for _, actual, required in corners]
    return pd.DataFrame(
        {
            "place": [place for place, *_ in corners],
            "low": [min(pair) if told else math.nan for (_, *pair), told in zip(corners, known, strict=True)],
            "path": [path if told else math.nan for (*_, path), told in zip(corners, known, strict=True)],
        }
    )


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


def _reach(*columns: pd.Series) -> dict[str, float]:
    figures = [value for column in columns for value in column.dropna()]
    return {"low": min([0.0, *figures]), "high": max([1.0, *figures])}
