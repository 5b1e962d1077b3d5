"""The layers of a map, from the ground up: land, counties, lines (borders, edges of counties, arcs, tethers), stars, names.

Streamlit pales the colours of whatever is not selected. Colours that stand in `_sub_layer_props`, and those of lines, are out
of its reach: the classes stay what the key says. All lines are one layer: a machine without a graphics card compiles its
programs anew for each, for a second and longer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import pydeck

from components import geography, map_borders
from components.geography import Box, Point
from components.map_figures import ELSEWHERE, Figure
from components.map_labels import Label, Window
from components.map_looks import Look
from components.palette import FONT, Scheme, rgb
from programme.catalogue import TIER_NAMES, Tier

Feature = dict[str, Any]
Text: Final = pydeck.types.String

WIDEST: Final = 600
NAME_SIZE: Final = 13
STAR_SIZE: Final = 15
STAR_RIM: Final = 5
STARS_FILLED_FROM: Final = 40.0  # hectometres to a pixel, from which on a county is smaller than its star
ARC_STEPS: Final = 12
LINE_WIDTHS: Final = {"ten_dash_line": 2.2}
OPEN_BORDER: Final = "undetermined_border"
DASHES: Final = (5.6, 4.2)  # pixels drawn and left out
_FILLED: Final = {"polygons-fill": {"getFillColor": "@@=properties.fill"}}


@dataclass(frozen=True)
class Scene:
    """What is drawn: all members (a county frame), figures of those that may be shown, and how wide the page lets it be.

    `subject` names the figure in tooltips (网络销售额); "" for the state of returns. `chosen` is drawn with a strong edge.
    """

    every: pd.DataFrame
    figures: Mapping[int, Figure]
    looks: Mapping[str, Look]
    subject: str
    scheme: Scheme
    width: int = WIDEST
    chosen: int = 0

    def look_of(self, county: int) -> Look:
        return self.looks[self.figures[county].look if county in self.figures else ELSEWHERE]

    def point_of(self, county: int) -> Point:
        row = self.every.loc[county]
        return geography.point(row["longitude"], row["latitude"])

    @property
    def cores(self) -> list[int]:
        return [int(county) for county in self.every.index[self.every["tier"] == Tier.CORE.value]]


@dataclass(frozen=True)
class Area:
    """An outline in the colour of its class, with the texts of its tooltip. `strong` is drawn with a strong edge."""

    shape: geography.Geometry
    look: Look
    told: Mapping[str, str]
    strong: bool = False


def land(scheme: Scheme, detail: Box | None) -> "pydeck.Layer":
    provinces = map_borders.provinces()
    colour = [*rgb(scheme.secondary)]
    return _areas("land", [_feature(provinces.geometry(code, detail), fill=colour) for code in provinces.areas])


def borders(scheme: Scheme, window: Window, detail: Box | None) -> Iterator[Feature]:
    """Of the country and its provinces. An undetermined border is dashed, in pixels of the view as it opens."""
    for line in geography.country().lines:
        if line.kind == OPEN_BORDER:
            dashes = map_borders.dashed(line.rings, *(pixels * window.scale for pixels in DASHES))
            yield _stroke("border", {"type": "MultiLineString", "coordinates": dashes}, scheme.outline, 1.4)
        else:
            yield _stroke("border", line.geometry, scheme.outline, LINE_WIDTHS.get(line.kind, 0.8))
    yield _stroke("border", map_borders.provinces().borders(detail), scheme.outline, 0.8)


def counties(scene: Scene, detail: Box | None) -> list[Area]:
    outlines = map_borders.counties(scene.every["code"])
    found = ((county, row) for county, row in scene.every.iterrows() if row["code"] in outlines.areas)
    return [
        Area(
            outlines.geometry(row["code"], detail),
            scene.look_of(county),
            _told(scene, county, row),
            county == scene.chosen,
        )
        for county, row in found
    ]


def shaded(name: str, areas: Iterable[Area], scheme: Scheme) -> "pydeck.Layer":
    """The areas, which can be pointed at."""
    filled = [
        _feature(area.shape, fill=[*rgb(area.look.fill)] if area.look.fill else [0, 0, 0, 0], **area.told)
        for area in areas
    ]
    highlight = [*rgb(scheme.core), 110]
    return _areas(name, filled, pickable=True, auto_highlight=True, highlight_color=highlight)


def edges(areas: Sequence[Area], scheme: Scheme) -> Iterator[Feature]:
    for area in areas:
        yield _stroke("edge", map_borders.outline(area.shape), area.look.edge, area.look.width)
    for area in areas:
        if area.strong:
            yield _stroke("edge", map_borders.outline(area.shape), scheme.text, 2.5)


def arcs(scene: Scene, counties: Iterable[int], width: float, casing: float = 0.0) -> Iterator[Feature]:
    """From a core county to each it radiates to, as far as these are shown. Not an ArcLayer, which Streamlit would pale."""
    curves = [
        _curve(scene.point_of(int(scene.every.loc[county, "core_county_id"])), scene.point_of(county))
        for county in counties
        if county in scene.figures and scene.every.loc[county, "tier"] == Tier.RADIATING.value
    ]
    strokes = (
        [(scene.scheme.background, casing), (scene.scheme.core, width)] if casing else [(scene.scheme.core, width)]
    )
    return (_stroke("arc", curve, colour, wide) for colour, wide in strokes for curve in curves)


def _curve(start: Point, end: Point) -> geography.Geometry:
    """An arc that leaves the straight line by a tenth of its length."""
    (x, y), (east, south) = start, (end[0] - start[0], end[1] - start[1])
    shares = [step / ARC_STEPS for step in range(ARC_STEPS + 1)]
    bulges = [0.4 * share * (1 - share) for share in shares]
    points = [
        (round(x + share * east + bulge * south), round(y + share * south - bulge * east))
        for share, bulge in zip(shares, bulges, strict=True)
    ]
    return {"type": "LineString", "coordinates": points}


def tethers(scene: Scene, labels: Iterable[Label]) -> Iterator[Feature]:
    """From a place to its name, where that stands aside."""
    for label in labels:
        if label.tethered:
            line = {"type": "LineString", "coordinates": [label.wish.anchor, label.middle]}
            yield _stroke("tether", line, scene.scheme.muted, 0.8)


def names(scene: Scene, window: Window, labels: list[Label]) -> Iterator["pydeck.Layer"]:
    yield from _stars(scene, filled=window.scale > STARS_FILLED_FROM)
    yield written(scene.scheme, window, labels)


def written(scheme: Scheme, window: Window, labels: list[Label]) -> "pydeck.Layer":
    """In the units of the map, so that names never run into one another when the map is drawn smaller."""
    rows = [{"at": label.middle, "text": label.wish.text} for label in labels]
    return _texts(
        "names", rows, [*rgb(scheme.text)], size_units=Text("common"), get_size=NAME_SIZE * window.scale,
        size_max_pixels=NAME_SIZE, background=True, get_background_color=[*rgb(scheme.background), 205],
        background_padding=[2, 1, 2, 1],
    )  # fmt: skip


def _stars(scene: Scene, *, filled: bool) -> Iterator["pydeck.Layer"]:
    """Core counties. Where a star hides its county, it carries the county's colour inside its own."""
    fills = {core: scene.look_of(core).fill or scene.scheme.background for core in scene.cores}
    rows = [{"at": scene.point_of(core), "text": "★", "colour": [*rgb(fill)]} for core, fill in fills.items()]
    halo, size = [*rgb(scene.scheme.background)], STAR_SIZE + STAR_RIM * filled
    yield _texts("stars", rows, [*rgb(scene.scheme.core)], get_size=size, outline_width=5, outline_color=halo)
    if filled:
        yield _texts("star-fills", rows, "@@=colour", get_size=size - 2 * STAR_RIM)


def _texts(name: str, rows: list[dict[str, Any]], colour: Any, **settings: Any) -> "pydeck.Layer":
    letters = "".join(sorted({letter for row in rows for letter in row["text"]} - {"\n"}))
    return pydeck.Layer(
        "TextLayer", rows, id=name, get_position="at", get_text="text", character_set=Text(letters or " "),
        font_family=Text(FONT), font_settings={"sdf": True, "fontSize": 48, "buffer": 8, "radius": 16}, line_height=1.2,
        _sub_layer_props={"characters": {"getColor": colour}}, **settings,
    )  # fmt: skip


def lines(strokes: Iterable[Feature]) -> "pydeck.Layer":
    """One upon the other, each as wide in pixels as its property says."""
    return _shapes(
        "lines", strokes, get_line_color="properties.colour", get_line_width="properties.width",
        line_width_units=Text("pixels"), line_cap_rounded=True,
    )  # fmt: skip


def _areas(name: str, features: Iterable[Feature], **settings: Any) -> "pydeck.Layer":
    return _shapes(name, features, stroked=False, _sub_layer_props=_FILLED, **settings)


def _shapes(name: str, features: Iterable[Feature], **settings: Any) -> "pydeck.Layer":
    data = {"type": "FeatureCollection", "features": list(features)}
    return pydeck.Layer("GeoJsonLayer", data, id=name, **settings)


def _stroke(part: str, geometry: geography.Geometry, colour: str, width: float) -> Feature:
    return _feature(geometry, part=part, colour=[*rgb(colour)], width=width)


def _feature(geometry: geography.Geometry, **properties: Any) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


# --- words ---


def _told(scene: Scene, county: Any, row: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a tooltip, which the front end makes safe; without a figure only what the registry says of a county."""
    told = {"code": row["code"], "name": row["name"], "place": f"{row['province']} {row['prefecture']}"}
    figure = scene.figures.get(county)
    if figure is None:
        return told | {"group": "", "figure": "", "progress": "", "returned": ""}
    return told | {
        "group": f"{figure.group} · {TIER_NAMES[figure.tier]}",
        "figure": f"{scene.subject}累计：{figure.value}" if scene.subject else "",
        "progress": f"完成县均份额：{figure.reading}" if figure.goal else "",
        "returned": f"本月月报：{figure.status_text}",
    }
