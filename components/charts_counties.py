"""Counties and core groups beside one another: who carries a figure, and which group moved."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

import altair as alt
import pandas as pd

from components.charts_concentration import leading_share
from components.charts_rows import SHOWN_UP_TO, Rows, from_right, known, numbered, pace_header, share_axis
from components.charts_style import SMALL, Form, Spec, either, expr, filled, form, layer_of, tidy, tooltip
from components.labels import NOT_REPORTED_TEXT, amount, light_text, percent, points
from components.palette import Scheme
from programme.catalogue import TIER_NAMES

COUNTY_STEP: Final = 34
GROUP_STEP: Final = 40
SHAPES: Final = {"green": "circle", "amber": "diamond", "red": "triangle-down", "none": "circle"}


def contributions(frame: pd.DataFrame, scheme: Scheme, unit: str = "", ends: int = 8) -> Spec:
    """The counties with the largest and the smallest figures, `ends` of each, and the sum of those between.

    Columns: label (county), tier (value of `Tier`), value (in `unit`, NaN for 未报), value_text. Any order.
    """
    ranked = _ranked(frame)
    rows = _two_ends(ranked, unit, ends, scheme)
    frames = {"rows": rows, "header": pd.DataFrame({"row": [0]})}
    return filled(_counties_form(len(rows), scheme), contributions_sentence(frame), frames, _reach(ranked))


@lru_cache(maxsize=16)
def _counties_form(count: int, scheme: Scheme) -> Form:
    rows = Rows(count, scheme, step=COUNTY_STEP, left=220, right=100, drop=9, domain=(expr("low"), expr("high")))
    hints = tooltip(label="县", tier_name="类别", value_text="数值")
    layers = [
        rows.key("★ 核心示范县，其余为辐射带动县"),
        rows.bars("value", alt.Color("colour:N", scale=None), hints),
        rows.words("shown", 0, scheme.text, 0, -8, limit=either(214, "width - 100")),
        rows.words("value_text", from_right(0), scheme.text, 0, -8, align="right"),
    ]
    return form(alt.layer(*layers), scheme, rows.height)


def contributions_sentence(frame: pd.DataFrame) -> str:
    """泸水市最多，81.2万；前10个县占63.4%，3个县至今未报。"""
    ranked, missing = _ranked(frame), int(frame["value"].isna().sum())
    silent = f"{missing}个县至今未报" if missing else "各县都报过数"
    if ranked.empty or ranked["value"].sum() <= 0:
        return f"尚无数值，{silent}。"
    first = ranked.iloc[0]
    return f"{first['label']}最多，{first['value_text']}；{leading_share(ranked['value'])}，{silent}。"


def groups(frame: pd.DataFrame, scheme: Scheme) -> Spec:
    """The core groups as dumbbells: hollow last month, solid this month in the shape of its light.

    Columns: label (group), before and now (shares, NaN for 未报), elapsed (share), light (value of `Light`).
    Drawn in the order given.
    """
    shares = tidy(frame, "before", "now", "elapsed")
    rows = _moves(shares, scheme)
    frames = {"rows": rows, "header": pace_header(list(shares["elapsed"]))}
    return filled(_groups_form(len(rows), scheme), groups_sentence(frame), frames)


@lru_cache(maxsize=16)
def _groups_form(count: int, scheme: Scheme) -> Form:
    rows = Rows(count, scheme, step=GROUP_STEP, left=220, right=180, drop=9, axis=share_axis(), header_lines=2)
    hints = tooltip(
        label="组", before_text="上月", now_text="本月", change="变化", elapsed_text="序时进度", state="状态"
    )
    colour = alt.Color("colour:N", scale=None)
    layers = [
        rows.key("○ 上月；本月：● 正常　◆ 偏慢　▼ 滞后"),
        *rows.pace(),
        _bridge(rows, scheme),
        rows.marks("before_shown", hints, size=90, shape="circle", stroke=scheme.muted, fill=scheme.background),
        rows.marks("now_shown", hints, size=120, filled=True).encode(
            color=colour, shape=alt.Shape("shape:N", scale=None)
        ),
        rows.beyond("now_shown"),
        rows.words("label", 0, scheme.text, 0, -9, limit=either(214, "width - 165")),
        rows.words("now_text", from_right(106), scheme.text, 0, -9, align="right", fontWeight="bold"),
        rows.words("change", from_right(0), scheme.muted, 0, -9, align="right", fontSize=SMALL),
    ]
    return form(alt.layer(*layers), scheme, rows.height)


def groups_sentence(frame: pd.DataFrame) -> str:
    """10个组中6个达到序时进度；本月进展最大的是泸水市组，+17.0个百分点。"""
    frame = tidy(frame, "before", "now", "elapsed")
    reached = int((frame["now"] >= frame["elapsed"]).sum())
    opening = f"{len(frame)}个组中{reached}个达到序时进度"
    change = (frame["now"] - frame["before"]).dropna()
    if change.empty or change.max() <= 0:
        return f"{opening}。"
    return f"{opening}；本月进展最大的是{frame.loc[change.idxmax(), 'label']}，{points(change.max())}。"


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    return tidy(frame, "value").dropna(subset=["value"]).sort_values("value", ascending=False, kind="stable")


def _two_ends(ranked: pd.DataFrame, unit: str, ends: int, scheme: Scheme) -> pd.DataFrame:
    worded = ranked.assign(
        colour=ranked["tier"].map(dict(scheme.tiers)),
        tier_name=ranked["tier"].map(TIER_NAMES),
        shown=("★ " + ranked["label"]).where(ranked["tier"] == "core", ranked["label"]),
    )
    if len(worded) <= 2 * ends + 1:
        return numbered(worded)
    between = worded["value"].iloc[ends:-ends]
    rest = pd.DataFrame({"shown": [f"……其余{len(between)}个县合计"], "value_text": [f"{_sum_text(between)}{unit}"]})
    return numbered(pd.concat([worded.iloc[:ends], rest, worded.iloc[-ends:]]))


def _sum_text(values: pd.Series) -> str:
    return amount(Decimal(str(round(values.sum(), 2))))


def _reach(ranked: pd.DataFrame) -> dict[str, float]:
    return {"low": min([0.0, *ranked["value"]]), "high": max([1.0, *ranked["value"]])}


def _moves(frame: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    return numbered(frame).assign(
        before_shown=frame["before"].clip(upper=SHOWN_UP_TO),
        now_shown=frame["now"].clip(upper=SHOWN_UP_TO),
        is_beyond=frame["now"] > SHOWN_UP_TO,
        before_text=frame["before"].map(percent),
        now_text=frame["now"].map(percent).mask(frame["now"].isna(), NOT_REPORTED_TEXT),
        change=(frame["now"] - frame["before"]).map(points),
        elapsed_text=frame["elapsed"].map(percent),
        state=frame["light"].map(light_text),
        colour=[scheme.lights[light] for light in frame["light"]],
        shape=[SHAPES[light] for light in frame["light"]],
    )


def _bridge(rows: Rows, scheme: Scheme) -> alt.Chart:
    line = layer_of("rows").mark_rule(color=scheme.outline, strokeWidth=2, yOffset=rows.sunk())
    chart: alt.Chart = line.encode(x=rows.x("before_shown"), x2="now_shown:Q", y=rows.y())
    return chart.transform_filter(f"{known('before_shown')} && {known('now_shown')}")
