"""The group of a core county, enlarged: its counties, an arc to each, every name in a place of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, hypot
from typing import Any, Final

from components import geography, map_borders
from components.geography import Box, Point
from components.map_labels import Label, Window, Wish, placed, square
from components.wall.national import provinces_in
from components.wall.strokes import areas, rings_of

WIDTH, HEIGHT, MARGIN = 628, 560, 44
NAME, CORE_NAME = 25, 30
SPOT, STAR = 16, 34
BULGE: Final = 0.16  # of an arc, in its length
Place = tuple[float, float]


@dataclass(frozen=True)
class Arc:
    """From the core county to one it radiates to; the shortest lights up first."""

    code: str
    path: str
    along: tuple[Place, ...]
    box: Box


@dataclass(frozen=True)
class Panel:
    """Paths in the units of the panel. `counties` by code, the core county's first."""

    width: int
    height: int
    core: str
    land: str
    counties: Mapping[str, str]
    spots: Mapping[str, Place]
    arcs: Sequence[Arc]
    labels: Mapping[str, Label]

    def middle(self, code: str) -> Place:
        """Where the middle of a county's name stands."""
        box = self.labels[code].box
        return round(box.centre[0], 1), round(box.centre[1], 1)


def panel(codes: Sequence[str], counties: Mapping[str, Mapping[str, Any]], width: int = WIDTH) -> Panel:
    """`codes` of one group, the core county's first; `counties` as `wall_content` tells them."""
    outlines = geography.counties(codes)
    points = {code: geography.point(*counties[code]["place"]) for code in codes}
    boxes = [outline.box for outline in outlines.values()] + [Box(x, y, x, y) for x, y in points.values()]
    seen = Window.on(Box.around(boxes), width, HEIGHT, MARGIN)
    provinces, drawn = map_borders.provinces(), map_borders.counties(counties)
    land = [ring for code in provinces_in(seen.box) for ring in rings_of(provinces.geometry(code, seen.box))]
    core, *others = codes
    arcs = [
        _arc(code, points[core], points[code], seen) for code in sorted(others, key=lambda c: _away(points, core, c))
    ]
    return Panel(
        width=width,
        height=HEIGHT,
        core=core,
        land=areas(land, seen),
        counties={c: areas(rings_of(drawn.geometry(c, seen.box)), seen) for c in codes if c in drawn.areas},
        spots={code: _rounded(seen.pixel(point)) for code, point in points.items()},
        arcs=arcs,
        labels=_labels(codes, counties, points, seen, arcs),
    )


def _away(points: Mapping[str, Point], core: str, code: str) -> tuple[float, str]:
    return hypot(points[code][0] - points[core][0], points[code][1] - points[core][1]), code


def _arc(code: str, start: Point, end: Point, seen: Window) -> Arc:
    (x, y), (east, south) = seen.pixel(start), seen.pixel(end)
    bend = (x + east) / 2 + BULGE * (south - y), (y + south) / 2 - BULGE * (east - x)
    along = []
    for step in range(1, 10):
        t = step / 10
        along.append(
            tuple(
                round((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c, 1)
                for a, b, c in zip((x, y), bend, (east, south), strict=True)
            )
        )
    every = [(x, y), *along, (east, south)]
    wests, norths = ([place[axis] for place in every] for axis in (0, 1))
    box = Box(*(floor(min(side)) - 4 for side in (wests, norths)), *(ceil(max(side)) + 4 for side in (wests, norths)))
    path = f"M{x:.1f} {y:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {east:.1f} {south:.1f}"
    return Arc(code, path, tuple((a, b) for a, b in along), box)


def _rounded(place: Place) -> Place:
    return round(place[0], 1), round(place[1], 1)


def _labels(
    codes: Sequence[str],
    counties: Mapping[str, Mapping[str, Any]],
    points: Mapping[str, Point],
    seen: Window,
    arcs: Sequence[Arc],
) -> dict[str, Label]:
    """Every county by name: clear of the arcs where there is room, always clear of one another and of the marks."""
    core = codes[0]
    wishes = {code: Wish(counties[code]["name"], points[code], CORE_NAME if code == core else NAME) for code in codes}
    marks = [square(seen, points[code], STAR if code == core else SPOT) for code in codes]
    along = [Box(x - 3, y - 3, x + 3, y + 3) for arc in arcs for x, y in arc.along]
    for taken in ([*marks, *along], marks):
        found = {label.wish: label for label in placed(wishes.values(), seen, taken)}
        if len(found) == len(wishes):
            break
    return {code: found[wish] for code, wish in wishes.items() if wish in found}
