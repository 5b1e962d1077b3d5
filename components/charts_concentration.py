"""How few counties carry most of a figure."""

from functools import lru_cache
from typing import Final

import altair as alt
import pandas as pd

from components.charts_style import Form, Spec, expr, filled, form, header, layer_of, tidy, tooltip
from components.labels import percent
from components.palette import Scheme

PANEL: Final = 190


def concentration(frame: pd.DataFrame, scheme: Scheme) -> Spec:
    """The share of the whole that the largest counties carry, one after the other, against equal shares.

    Columns: label (county), value (display unit, NaN for 未报). Any order.
    """
    curve, leading = _curve(frame), leading_count(int(frame["value"].notna().sum()))
    last = max(1, len(curve) - 1)
    frames = {
        "curve": curve,
        "ends": curve[curve["place"].isin([0, last])],
        "leading": curve[curve["place"] == leading],
    }
    words = leading_share(_descending(frame)) if len(curve) else "尚无数值"
    numbers = {"leading": leading, "last": last}
    return filled(_form(scheme), concentration_sentence(frame), frames, numbers, words)


@lru_cache(maxsize=4)
def _form(scheme: Scheme) -> Form:
    ranks = alt.Axis(values=expr("[0, leading, floor((last + leading) / 2), last]"), grid=False, labelFlush=True)
    x = alt.X("place:Q", axis=ranks, scale=alt.Scale(domain=[0, expr("last")], nice=False))
    y = alt.Y("share:Q", axis=alt.Axis(values=[0, 0.5, 1], format=".0%", grid=True), scale=alt.Scale(domain=[0, 1]))
    hints = tooltip(label="县", place_text="名次", share_text="累计占比")
    curve, equal = layer_of("curve"), layer_of("ends")
    point = layer_of("leading").mark_point(color=scheme.accent, filled=True, size=80, opacity=1)
    layers = [
        curve.mark_area(color=scheme.accent, opacity=0.15).encode(x=x, y=y),
        curve.mark_line(color=scheme.accent, strokeWidth=2.5).encode(x=x, y=y, tooltip=hints),
        equal.mark_line(color=scheme.muted, strokeDash=[5, 3], strokeWidth=1.5).encode(x=x, y=y),
        point.encode(x=x, y=y, tooltip=hints),
    ]
    title = header("横轴 县数，从大到小　虚线 若各县相同", scheme)
    return form(alt.layer(*layers, title=title), scheme, PANEL)


def concentration_sentence(frame: pd.DataFrame) -> str:
    values = _descending(frame)
    return f"{leading_share(values)}。" if values.sum() > 0 else "尚无数值。"


def leading_share(values: pd.Series) -> str:
    """前10个县占63.4%: of figures sorted from the largest; of fewer than 40 counties the first quarter."""
    count = leading_count(len(values))
    return f"前{count}个县占{percent(values.head(count).sum() / values.sum())}"


def leading_count(counties: int) -> int:
    return min(10, max(1, counties // 4))


def _descending(frame: pd.DataFrame) -> pd.Series:
    return tidy(frame, "value")["value"].dropna().clip(lower=0).sort_values(ascending=False, kind="stable")


def _curve(frame: pd.DataFrame) -> pd.DataFrame:
    """Place 0 with share 0, then the counties from the largest; empty while all figures are 0."""
    values = _descending(frame)
    if values.sum() <= 0:
        return pd.DataFrame(columns=["place", "share", "label", "place_text", "share_text"])
    shares = [0.0, *(values.cumsum() / values.sum())]
    names = ["", *frame["label"].reset_index(drop=True)[values.index]]
    curve = pd.DataFrame({"place": range(len(shares)), "share": shares, "label": names})
    return curve.assign(place_text=[f"第{place}名" for place in curve["place"]], share_text=curve["share"].map(percent))
