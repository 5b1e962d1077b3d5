"""The maps: counties in the colours of their classes on the outline of the country, as decks that ask nobody for anything.

A national map is drawn on the plane of components/geography.py down to the southernmost of the ten dashes, all on one scale.
There is no base map and no address in it.
"""

import json
from collections.abc import Iterable, Sequence
from math import log2
from typing import Any, Final

import pydeck
from pydeck.bindings.base_map_provider import BaseMapProvider
from pydeck.bindings.json_tools import default_serialize

from components import geography, map_layers
from components.geography import Box
from components.map_labels import Label, Window, Wish, placed, square
from components.map_layers import NAME_SIZE, STAR_RIM, STAR_SIZE, WIDEST, Area, Feature, Scene
from components.palette import FONT, Scheme

__all__ = ["WIDEST", "Area", "Drawing", "Scene", "national", "region", "tallied"]

TALLEST: Final = 700
SOUTH_CHINA_SEA: Final = (114.6, 13.6)  # degrees, where its islands' name stands clear of them
LEAST_REGION: Final = 1_500.0  # hectometres across, however small the counties
NATIONAL_MARGIN: Final = 8
REGION_MARGIN: Final = 56
TOOLTIP: Final = (
    "<div style='font-weight:600'>{name}</div><div>{place}</div><div>{group}</div>"
    "<div>{figure}</div><div>{progress}</div><div>{returned}</div>"
)
TALLY_TOOLTIP: Final = "<div style='font-weight:600'>{name}</div><div>{place}</div><div>{figure}</div>"


class Drawing(pydeck.Deck):  # type: ignore[misc]
    """A deck written once, without the indentation that triples it; only its text is kept. `pixels` is its height."""

    def __init__(self, window: Window, **deck: Any) -> None:
        super().__init__(**deck)
        for provider in BaseMapProvider:  # keys of map services, should the environment hold any, stay there
            setattr(self, f"{provider.value}_key", None)
        self.written = json.dumps(self, default=default_serialize, separators=(",", ":"), sort_keys=True)
        self.pixels = window.height
        self.layers: list[Any] = []

    def to_json(self) -> str:
        return self.written


def national(scene: Scene) -> Drawing:
    """The whole country: core counties named, thin arcs to the counties they radiate to."""
    window = _country(scene.width)
    stars = [square(window, scene.point_of(core), STAR_SIZE + STAR_RIM) for core in scene.cores]
    wishes = [Wish(scene.every.loc[core, "name"], scene.point_of(core), NAME_SIZE) for core in scene.cores]
    wishes.append(_islands())
    return _drawing(scene, window, None, placed(wishes, window, stars), map_layers.arcs(scene, scene.every.index, 0.8))


def _country(width: int) -> Window:
    box, margins = geography.country().box, 2 * NATIONAL_MARGIN
    height = min(TALLEST, round((width - margins) * box.height / box.width) + margins)
    return Window.on(box, width, height, NATIONAL_MARGIN)


def _islands() -> Wish:
    return Wish("南海诸岛", geography.point(*SOUTH_CHINA_SEA), NAME_SIZE)


def tallied(areas: Sequence[Area], scheme: Scheme, width: int) -> Drawing:
    """The whole country with these areas in the colours of their classes; each is told as `name`, `place` and `figure`."""
    window = _country(width)
    land, shown = map_layers.land(scheme, None), map_layers.shaded("areas", areas, scheme)
    lines = map_layers.lines([*map_layers.edges(areas, scheme), *map_layers.borders(scheme, window, None)])
    names = map_layers.written(scheme, window, placed([_islands()], window))
    return _deck(window, [land, shown, lines, names], TALLY_TOOLTIP, scheme)


def region(scene: Scene, counties: Sequence[int]) -> Drawing:
    """The surroundings of these counties (internal ids): all of them named, with what is shown of them under the name."""
    height = max(340, min(560, round(scene.width * 0.9)))
    window = Window.on(_bounds(scene, counties), scene.width, height, REGION_MARGIN)
    seen = [core for core in scene.cores if core in counties]
    stars = [square(window, scene.point_of(core), STAR_SIZE + STAR_RIM) for core in scene.cores]
    wishes = [Wish(_words(scene, county), scene.point_of(county), NAME_SIZE) for county in [*seen, *counties]]
    labels = placed(dict.fromkeys(wishes), window, stars)
    return _drawing(scene, window, window.box.grown(0.5), labels, map_layers.arcs(scene, counties, 1.8, casing=4.2))


def _words(scene: Scene, county: int) -> str:
    name = str(scene.every.loc[county, "name"])
    return f"{name}\n{scene.figures[county].reading}" if county in scene.figures else name


def _bounds(scene: Scene, counties: Iterable[int]) -> Box:
    """Of the counties' outlines; of its label point where a county has none."""
    outlines = geography.counties(scene.every["code"])
    boxes = []
    for county in counties:
        outline, (x, y) = outlines.get(scene.every.loc[county, "code"]), scene.point_of(county)
        boxes.append(outline.box if outline else Box(x, y, x, y))
    return Box.around(boxes).at_least(LEAST_REGION)


def _drawing(scene: Scene, window: Window, detail: Box | None, labels: list[Label], arcs: Iterable[Feature]) -> Drawing:
    counties, scheme = map_layers.counties(scene, detail), scene.scheme
    borders, edges = map_layers.borders(scheme, window, detail), map_layers.edges(counties, scheme)
    layers = [
        map_layers.land(scheme, detail),
        map_layers.shaded("counties", counties, scheme),
        map_layers.lines([*borders, *edges, *arcs, *map_layers.tethers(scene, labels)]),
        *map_layers.names(scene, window, labels),
    ]
    return _deck(window, layers, TOOLTIP, scheme)


def _deck(window: Window, layers: Sequence["pydeck.Layer"], tooltip: str, scheme: Scheme) -> Drawing:
    view = pydeck.ViewState(
        target=[*window.centre, 0], zoom=-log2(window.scale), min_zoom=-log2(window.scale) - 3, max_zoom=2
    )
    return Drawing(
        window,
        layers=layers,
        views=[pydeck.View(type="OrthographicView", id="map", controller=True)],
        initial_view_state=view,
        map_provider=None,
        tooltip={"html": tooltip, "style": _tooltip_style(scheme)},
    )


def _tooltip_style(scheme: Scheme) -> dict[str, str]:
    return {
        "backgroundColor": scheme.secondary,
        "color": scheme.text,
        "border": f"1px solid {scheme.outline}",
        "borderRadius": "4px",
        "fontFamily": FONT,
        "fontSize": "13px",
        "lineHeight": "1.5",
        "padding": "6px 10px",
    }
