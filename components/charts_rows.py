"""Lists of rows: targets as bullets, core groups as dumbbells, counties as bars.

Every row has room for its words: beside the bar where the screen is wide, above and below it on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import pandas as pd

from components.charts_style import SMALL, Columns, either, expr, layer_of, writing
from components.labels import percent
from components.palette import Scheme

SHOWN_UP_TO: Final = 1.2
HEADER_LINE: Final = 20
BEYOND: Final = "▶"


@dataclass(frozen=True)
class Rows:
    """A list of `count` rows drawn from the top, `step` pixels each; `left` and `right` bound the bars on a wide screen.

    Its layers draw the frame named `rows`, numbered in its column `row`, and the one line of the frame `header`.
    `drop` is how far the bar sinks below its words on a phone.
    """

    count: int
    scheme: Scheme
    step: int
    left: int
    right: int
    drop: int = 0
    domain: tuple[float | alt.ExprRef, float | alt.ExprRef] = (0.0, SHOWN_UP_TO)
    axis: alt.Axis | None = None
    header_lines: int = 1

    @property
    def header(self) -> int:
        return HEADER_LINE * self.header_lines + 2

    @property
    def height(self) -> int:
        return self.header + self.step * self.count

    def y(self) -> alt.Y:
        order = list(range(self.count))
        return alt.Y(
            "row:O", sort=order, axis=None, scale=alt.Scale(domain=order, range=[self.header, self.height], padding=0)
        )

    def x(self, field: str) -> alt.X:
        ends = [either(self.left, 0), expr(f"wide ? width - {self.right} : width - 14")]
        return alt.X(f"{field}:Q", axis=self.axis, scale=alt.Scale(domain=list(self.domain), range=ends, nice=False))

    def bars(self, field: str, colour: Any, hints: list[alt.Tooltip]) -> alt.Chart:
        bar = layer_of("rows").mark_bar(size=either(16, 8), yOffset=self.sunk())
        chart: alt.Chart = bar.encode(x=self.x(field), y=self.y(), color=colour, tooltip=hints)
        return chart.transform_filter(known(field))

    def strokes(self, field: str, half: int, **mark: Any) -> alt.Chart:
        """An upright stroke in every row, `half` pixels up and down from the middle of its bar (less on a phone)."""
        rule = layer_of("rows").mark_rule(
            yOffset=either(-half, self.drop - half // 2 - 1), y2Offset=either(half, self.drop + half // 2 + 1), **mark
        )
        chart: alt.Chart = rule.encode(x=self.x(field), y=self.y(), y2="row:O")
        return chart

    def marks(self, field: str, hints: list[alt.Tooltip], **mark: Any) -> alt.Chart:
        points = layer_of("rows").mark_point(opacity=1, yOffset=self.sunk(), **mark)
        chart: alt.Chart = points.encode(x=self.x(field), y=self.y(), tooltip=hints)
        return chart.transform_filter(known(field))

    def pace(self) -> list[alt.Chart]:
        """The dashed 序时进度 of column `elapsed`, with its words in the header."""
        side = "datum.elapsed < 0.25 ? 'left' : datum.elapsed > 0.85 ? 'right' : 'center'"
        label = writing("header", self.scheme.muted, fontSize=SMALL, align=expr(side), text=expr("datum.words"))
        return [
            self.strokes("elapsed", 14, color=self.scheme.background, strokeWidth=4),
            self.strokes("elapsed", 14, color=self.scheme.text, strokeWidth=1.5, strokeDash=[3, 2]),
            label.encode(x=self.x("elapsed"), y=alt.value(self.header - 14)),
        ]

    def beyond(self, field: str) -> alt.Chart:
        """An arrow head where a share ends beyond the picture; `field` is the share drawn, cut at `SHOWN_UP_TO`."""
        arrow = writing("rows", self.scheme.text, text=BEYOND, fontSize=SMALL, dx=1, dy=self.sunk())
        chart: alt.Chart = arrow.encode(x=self.x(field), y=self.y())
        return chart.transform_filter("datum.is_beyond")

    def key(self, words: str) -> alt.Chart:
        """What the marks mean, in the first line of the header."""
        layer = writing("header", self.scheme.muted, fontSize=SMALL, text=words)
        chart: alt.Chart = layer.encode(x=alt.value(0), y=alt.value(8))
        return chart

    def words(self, field: str, x: Any, colour: str, wide: int, narrow: int, **mark: Any) -> alt.Chart:
        """A column of text at pixel `x`, so many pixels below the middle of its row on a wide screen and on a phone."""
        text = mark.pop("text", expr(f"datum.{field}"))
        layer = writing("rows", colour, dy=either(wide, narrow), text=text, **mark)
        chart: alt.Chart = layer.encode(x=alt.value(x), y=self.y())
        return chart

    def sunk(self) -> alt.ExprRef:
        return either(0, self.drop)


def from_right(pixels: int) -> alt.ExprRef:
    return expr(f"width - {pixels}")


def known(field: str) -> str:
    return f"isValid(datum.{field})"


def pace_header(elapsed: Sequence[float | None]) -> Columns:
    """The words above the dashed line: the share, when it is one for all rows."""
    words = f"序时进度 {percent(elapsed[0])}" if len(set(elapsed)) == 1 else "虚线为序时进度"
    return {"elapsed": elapsed[:1], "words": [words][: len(elapsed)]}


def numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(row=range(len(frame)))


def share_axis() -> alt.Axis:
    """The foot of a list of shares: the target stands at 100%."""
    label = "datum.value == 1 ? '目标 100%' : format(datum.value, '.0%')"
    return alt.Axis(values=[0, 0.5, 1], labelExpr=label, grid=False, labelFlush=True)
