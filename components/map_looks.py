"""How a class of counties looks on the map, and the key that says so."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import altair as alt
import pandas as pd

from components.charts_style import Form, Spec, filled, form, layer_of, writing
from components.map_figures import CLASSES, ELSEWHERE, MISSING, NOT_APPLICABLE, ZERO, Figure, class_words
from components.palette import Scheme
from programme.obligations import STATUS_NAMES, Status

ROW: Final = 24
SWATCH: Final = 340
COUNT_TO: Final = 68


@dataclass(frozen=True)
class Look:
    """Fill ("" for none) and edge as #rrggbb, the edge's width in pixels. `always`: in the key even where no county has it."""

    words: str
    fill: str
    edge: str
    width: float = 0.8
    always: bool = False


def looks(scheme: Scheme, *, of_returns: bool) -> dict[str, Look]:
    """By the `look` of a figure: the states of a return, or classes of completion and the three kinds of empty."""
    own = _of_returns(scheme) if of_returns else _of_shares(scheme)
    return own | {ELSEWHERE: Look("不在所选或可查看范围", "", scheme.outline, 0.6)}


def _of_shares(scheme: Scheme) -> dict[str, Look]:
    graded = zip(CLASSES, class_words(), scheme.ramp, strict=True)
    return {key: Look(words, colour, scheme.background, always=True) for key, words, colour in graded} | {
        ZERO: Look("0（已报，无发生）", scheme.background, scheme.ramp[0], 1.6),
        MISSING: Look("未报（无数据）", scheme.no_data, scheme.outline, 1.2, always=True),
        NOT_APPLICABLE: Look("不适用", scheme.grid, scheme.background),
    }


def _of_returns(scheme: Scheme) -> dict[str, Look]:
    """Up the line the same colour grows stronger; amber and red are for what has to be done."""
    colours = {
        Status.RELEASED: scheme.ramp[4],
        Status.ACCEPTED: scheme.ramp[3],
        Status.APPROVED: scheme.ramp[1],
        Status.SUBMITTED: scheme.ramp[0],
        Status.SENT_BACK: scheme.amber,
        Status.OVERDUE: scheme.red,
    }
    plain = {state.value: Look(STATUS_NAMES[state], fill, scheme.background) for state, fill in colours.items()}
    return plain | {
        Status.DUE.value: Look(STATUS_NAMES[Status.DUE], scheme.background, scheme.amber, 1.6),
        Status.NOT_DUE.value: Look(STATUS_NAMES[Status.NOT_DUE], scheme.no_data, scheme.outline, 1.2),
    }


def key(looks: Mapping[str, Look], shown: Iterable[Figure], elsewhere: int, scheme: Scheme) -> Spec:
    """The key as a chart: a swatch, how many counties have it, its words; `elsewhere` counts those drawn without a figure."""
    counted = Counter(figure.look for figure in shown)
    counted[ELSEWHERE] = elsewhere
    return counted_key(looks, counted, scheme, "县")


def counted_key(looks: Mapping[str, Look], counted: Mapping[str, int], scheme: Scheme, what: str) -> Spec:
    """The same from numbers of areas by class; `what` the areas are, said in the description."""
    rows = [
        {
            "row": at,
            "count": f"{counted.get(name, 0)}个",
            "words": look.words,
            "fill": look.fill or "transparent",
            "edge": look.edge if look.width > 1 or not look.fill else look.fill,
        }
        for at, (name, look) in enumerate((n, lk) for n, lk in looks.items() if lk.always or counted.get(n))
    ]
    description = "图例：" + "；".join(f"{row['words']}{row['count']}{what}" for row in rows) + "。"
    return filled(_form(len(rows), scheme), description, {"rows": pd.DataFrame(rows)})


@lru_cache(maxsize=32)
def _form(count: int, scheme: Scheme) -> Form:
    y = alt.Y("row:O", axis=None)
    swatch = layer_of("rows").mark_square(size=SWATCH, opacity=1, strokeWidth=1.6)
    fill, edge = alt.Fill("fill:N", scale=None), alt.Stroke("edge:N", scale=None)
    counts = writing("rows", scheme.muted, align="right").encode(y=y, x=alt.value(COUNT_TO), text="count:N")
    words = writing("rows", scheme.text).encode(y=y, x=alt.value(COUNT_TO + 12), text="words:N")
    layers = [swatch.encode(y=y, x=alt.value(12), fill=fill, stroke=edge), counts, words]
    return form(alt.layer(*layers), scheme, ROW * count)
