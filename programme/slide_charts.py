"""Native charts of a slide, editable in PowerPoint and WPS with the workbook each carries."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Inches, Pt

from programme.slides import CHINESE, colour, describe, dress, say

PERCENT: Final = "0.0%"
_EMPTY: Any = CategoryChartData
Numbers = Sequence[float | None]


def shares(
    page: Any, place: Sequence[float], names: Sequence[str], drawn: tuple[str, Numbers], line: tuple[str, Numbers],
    looks: Sequence[str], labels: Sequence[str], alt: str,
) -> None:  # fmt: skip
    """Columns of shares, each in the colour of its light, and a dashed line over them; `labels` are the shares in words."""
    chart = _added(page, place, XL_CHART_TYPE.COLUMN_CLUSTERED, names, dict([drawn, line]), PERCENT, alt)
    columns = chart.plots[0]
    columns.gap_width = 60
    _fill(columns.series[0].format.fill, "none")
    for at, (look, label, share) in enumerate(zip(looks, labels, drawn[1], strict=True)):
        if share is None:
            continue
        point = columns.series[0].points[at]
        _fill(point.format.fill, look)
        if label != f"{share:.1%}":
            say(point.data_label.text_frame, [label], 12, bold=True)
            point.data_label.position = XL_LABEL_POSITION.OUTSIDE_END
    _on_white(_labels(columns.series[0], PERCENT, 12))
    _as_line(chart)
    _axes(chart, 11)
    chart.value_axis.visible = False
    chart.value_axis.minimum_scale = 0
    _legend(chart, 11)


def stacked(
    page: Any, place: Sequence[float], names: Sequence[str], series: Mapping[str, Numbers], looks: Sequence[str], alt: str
) -> None:  # fmt: skip
    """Bars of counts on top of one another; the first name stands at the top, though charts draw it at the bottom."""
    chart = _added(page, place, XL_CHART_TYPE.BAR_STACKED, names, series, "0;;", alt)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    for one, look in zip(plot.series, looks, strict=True):
        _fill(one.format.fill, look)
        _labels(one, "0;;", 12, "white", position=XL_LABEL_POSITION.CENTER)
    _axes(chart, 11)
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = False
    chart.value_axis.maximum_scale = max(sum(one[at] or 0 for one in series.values()) for at in range(len(names)))
    _legend(chart, 11)


def courses(
    page: Any, place: Sequence[float], title: str, months: Sequence[str], reached: tuple[str, Numbers],
    expected: tuple[str, Numbers], look: str, alt: str,
) -> None:  # fmt: skip
    """One curve with the figure at its end, and dashed where it ought to be; the unit is in the title."""
    chart = _added(page, place, XL_CHART_TYPE.LINE_MARKERS, months, dict([reached, expected]), "#,##0.##", alt)
    chart.has_title = True
    say(chart.chart_title.text_frame, [title], 9.5, bold=True)
    chart.chart_title.include_in_layout = False
    curve, dashed = chart.plots[0].series
    for one, name in ((curve, look), (dashed, "muted")):
        one.smooth = False
        one.format.line.width = Pt(2.25 if one is curve else 1.25)
        one.format.line.color.rgb = colour(name)
        one.marker.size = 5
        _fill(one.marker.format.fill, name)
        one.marker.format.line.color.rgb = colour(name)
    dashed.format.line.dash_style = MSO_LINE.DASH
    _without_marker(dashed)
    _axes(chart, 9)
    chart.value_axis.visible = False
    chart.value_axis.minimum_scale = 0
    chart.has_legend = False


# --- what all have in common ------------------------------------------------------------------------------------------


def _added(
    page: Any, place: Sequence[float], kind: Any, names: Sequence[str], series: Mapping[str, Numbers], form: str, alt: str
) -> Any:  # fmt: skip
    data: Any = _EMPTY(number_format=form)
    data.categories = names
    for name, values in series.items():
        data.add_series(name, values)
    frame = page.shapes.add_chart(kind, *map(Inches, place), data)
    describe(frame, alt)
    chart: Any = frame.chart
    dress(chart.font, 11)
    chart.plots[0].vary_by_categories = False
    language = OxmlElement("c:lang")
    language.set("val", CHINESE)
    chart._chartSpace.find(qn("c:date1904")).addnext(language)
    chart.has_title = False
    return chart


def _axes(chart: Any, size: float) -> None:
    names = chart.category_axis
    names.has_major_gridlines = chart.value_axis.has_major_gridlines = False
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = colour("none")
    dress(names.tick_labels.font, size)


def _legend(chart: Any, size: float) -> None:
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    dress(chart.legend.font, size)


def _fill(fill: Any, look: str) -> None:
    fill.solid()
    fill.fore_color.rgb = colour(look)


def _labels(
    series: Any, form: str, size: float, look: str = "text", position: Any = XL_LABEL_POSITION.OUTSIDE_END
) -> Any:
    labels = series.data_labels
    labels.show_value, labels.position = True, position
    labels.number_format, labels.number_format_is_linked = form, False
    dress(labels.font, size, look, bold=True)
    return labels


def _on_white(labels: Any) -> None:
    """So that a line behind the figures does not strike them out."""
    ground = OxmlElement("c:spPr")
    fill = OxmlElement("a:solidFill")
    fill.append(_valued("a:srgbClr", str(colour("white"))))
    ground.append(fill)
    labels._element.find(qn("c:txPr")).addprevious(ground)


def _without_marker(series: Any) -> None:
    marker = series._element.find(qn("c:marker"))
    for child in list(marker):
        marker.remove(child)
    symbol = OxmlElement("c:symbol")
    symbol.set("val", "none")
    marker.append(symbol)


def _as_line(chart: Any) -> None:
    """The second series of columns as a dashed line on the same axes: a combined chart, which the library cannot ask for."""
    columns = chart._chartSpace.find(f".//{qn('c:barChart')}")
    series = columns.findall(qn("c:ser"))[1]
    columns.remove(series)
    for name in ("c:invertIfNegative", "c:spPr"):
        for child in series.findall(qn(name)):
            series.remove(child)
    line = OxmlElement("c:lineChart")
    for tag, value in (("c:grouping", "standard"), ("c:varyColors", "0")):
        line.append(_valued(tag, value))
    line.append(series)
    line.append(_valued("c:marker", "1"))
    for axis in columns.findall(qn("c:axId")):
        line.append(_valued("c:axId", axis.get("val")))
    columns.addnext(line)
    drawn = chart.plots[1].series[0]
    drawn.smooth = False
    drawn.format.line.color.rgb, drawn.format.line.width = colour("text"), Pt(1.75)
    drawn.format.line.dash_style = MSO_LINE.DASH
    drawn.marker.size = 5
    _without_marker(drawn)


def _valued(tag: str, value: str) -> Any:
    element = OxmlElement(tag)
    element.set("val", value)
    return element
