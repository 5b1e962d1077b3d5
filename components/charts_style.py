"""What all charts share: type, quiet axes, one layout for every width, and a description in place of Vega's English."""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import altair as alt
import pandas as pd

from components.palette import FONT, Scheme

Spec = dict[str, Any]
Columns = Mapping[str, Sequence[Any]]  # a DataFrame will do
NONE: Final[Mapping[str, float]] = {}

LINE: Final = 13
SMALL: Final = 12
HEADER: Final = 14
WIDE_FROM: Final = 560
COLUMNS_DRAWN: Final = re.compile(r'"field": "(\w+)"|datum\.(\w+)')
PADDING: Final = {"left": 2, "right": 2, "top": 4, "bottom": 4}


@dataclass(frozen=True)
class Group:
    """Layers, one upon the other, that draw the columns `drawn` of one frame."""

    frame: str
    layers: list[Spec]
    drawn: frozenset[str]


@dataclass(frozen=True)
class Form:
    """A chart without its rows: a plain dict and its layers."""

    spec: Spec
    groups: tuple[Group, ...]


def form(chart: alt.LayerChart | alt.FacetChart, scheme: Scheme, height: int) -> Form:
    """Takes half a second, so keep it: it depends on no figure. `height` in pixels is that of the plot.

    Parameter `wide` tells the marks whether there is room for columns of text beside the bars.
    """
    styled = (
        chart.properties(
            width="container",
            height=height,
            padding=PADDING,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .add_params(alt.param(name="wide", expr=f"width >= {WIDE_FROM}"))
        .configure(background=scheme.background, font=FONT)
        .configure_view(stroke=None)
        .configure_axis(**axis_style(scheme))
        .configure_mark(tooltip=None, aria=False)
    )
    spec = dict(styled.to_dict())
    shared = spec.pop("data", None)
    groups = groupby(spec.pop("layer"), key=lambda layer: layer.pop("data", shared)["name"])
    return Form(spec, tuple(_group(name, list(layers)) for name, layers in groups))


def _group(name: str, layers: list[Spec]) -> Group:
    found = COLUMNS_DRAWN.findall(json.dumps(layers))
    return Group(name, layers, frozenset(field or datum for field, datum in found))


def filled(
    shape: Form, description: str, frames: dict[str, Columns], numbers: Mapping[str, float] = NONE, words: str = ""
) -> Spec:
    """A form with its rows: layers that follow one another share the columns they draw of the frame they name.

    `numbers` are what expressions of the form call by name; `words` is the bold header. The form itself stays as it is.
    The rows are not shared `datasets`: those Streamlit turns into Arrow at every rerun (13 ms for the targets against
    1 ms) and offers to the reader under our column names. Nor do they go through Altair: that takes 20 ms a layer.
    """
    layers = [
        {"data": {"values": _rows(frames[group.frame], group.drawn)}, "layer": group.layers} for group in shape.groups
    ]
    params = shape.spec["params"] + [{"name": name, "value": value} for name, value in numbers.items()]
    spec = shape.spec | {"description": description, "layer": layers, "params": params}
    return spec | {"title": spec["title"] | {"text": words}} if words else spec


def _rows(frame: Columns, drawn: frozenset[str]) -> list[dict[str, Any]]:
    """The columns drawn as JSON takes them, nothing known as None; a row that stands for words alone is empty."""
    names = [str(name) for name in frame]
    cells = {name: [None if is_missing(cell) else cell for cell in frame[name]] for name in names if name in drawn}
    return [{name: column[at] for name, column in cells.items()} for at in range(len(frame[names[0]]))]


def is_missing(cell: Any) -> bool:
    return cell is None or bool(pd.isna(cell))


def numbers_of(cells: Iterable[Any]) -> list[float | None]:
    """Floats, None where nothing is known: fractions, decimals, NaN and None may come as they are."""
    return [None if is_missing(cell) else float(cell) for cell in cells]


def layer_of(name: str) -> alt.Chart:
    """The start of a layer that will draw the frame of this name."""
    return alt.Chart(alt.NamedData(name))


def axis_style(scheme: Scheme) -> dict[str, Any]:
    return {
        "labelFontSize": SMALL,
        "labelColor": scheme.muted,
        "gridColor": scheme.grid,
        "domain": False,
        "ticks": False,
        "title": None,
        "labelPadding": 6,
        "labelFontWeight": "normal",
        "aria": False,
    }


def header(key: str, scheme: Scheme) -> alt.TitleParams:
    """Room for a few bold words and, below them, what the marks mean; the finding itself is the chart's description."""
    return alt.TitleParams(
        "",
        subtitle=key,
        anchor="start",
        color=scheme.text,
        subtitleColor=scheme.muted,
        fontSize=HEADER,
        subtitleFontSize=SMALL,
        subtitlePadding=4,
        offset=10,
        limit=0,
    )


def key_only(key: str, scheme: Scheme) -> alt.TitleParams:
    return alt.TitleParams(
        key, anchor="start", color=scheme.muted, fontSize=SMALL, fontWeight="normal", offset=10, limit=0
    )


def tidy(frame: pd.DataFrame, *numbers: str) -> pd.DataFrame:
    """A copy with a plain index and its `numbers` as floats: fractions, decimals and None may come as they are."""
    plain = frame.reset_index(drop=True)
    return plain.assign(
        **{name: [math.nan if pd.isna(cell) else float(cell) for cell in plain[name]] for name in numbers}
    )


def expr(text: str) -> alt.ExprRef:
    return alt.ExprRef(expr=text)


def either(wide: str | float, narrow: str | float) -> alt.ExprRef:
    """One value where there is room for columns of text, another on a phone."""
    return expr(f"wide ? {wide} : {narrow}")


def writing(name: str, colour: str, **mark: Any) -> alt.Chart:
    """A layer of text from the frame of this name; `mark` as in `mark_text`."""
    settings: dict[str, Any] = {"fontSize": LINE, "baseline": "middle", "align": "left", "color": colour} | mark
    chart: alt.Chart = layer_of(name).mark_text(**settings)
    return chart


def tooltip(**fields: str) -> list[alt.Tooltip]:
    """Column → Chinese name, every value a text made beforehand."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in fields.items()]
