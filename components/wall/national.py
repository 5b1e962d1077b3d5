"""The national map of the wall: mainland with its share of the ten dashes, and the South China Sea with all of them as an inset
on a ground of its own. Units are those of the stage (1920 by 1080)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any, Final

from components import geography, map_borders
from components.geography import Box, Outline
from components.map_labels import Label, Window, Wish, placed
from components.wall.strokes import areas, lines, rings_of

WIDTH, HEIGHT = 1150, 790
SCALE: Final = 52.4  # hectometres to a unit
WEST, NORTH = -26_900.0, -21_250.0
SOUTHERNMOST: Final = (
    geography.ORIGIN + geography.point(105, 17.9)[1]
)  # what lies wholly south of 17.9° N is in the inset only
INSET: Final = Box(900, 396, 1146, 786)
INSET_LAND: Final = Box(2_600, 9_900, 20_100, 38_000)
INSET_NAME: Final = (11_350.0, 36_650.0)  # below the southernmost dash
NAME_SIZE: Final = 24
CLEAR: Final = 10  # units that nothing comes nearer to the inset
ISLANDS: Final = ("460000", "710000")
DASH: Final = "ten_dash_line"
OPEN_BORDER: Final = "undetermined_border"


@dataclass(frozen=True)
class Sea:
    """The inset: where it lies, the land and lines in it, where its name stands."""

    box: Box
    window: Window
    land: str
    borders: str
    dashes: tuple[str, ...]
    name: tuple[float, float]


@dataclass(frozen=True)
class Name:
    """A core county's: its star, the middle of its name, and whether a line ties them together."""

    code: str
    text: str
    star: tuple[float, float]
    x: float
    y: float
    tied: bool
    box: Box


@dataclass(frozen=True)
class National:
    """Paths by what they draw. `counties` by code; `rings` are the circles around groups."""

    width: int
    height: int
    land: str
    borders: str
    open_border: str
    dashes: tuple[str, ...]
    inset: Sea
    counties: Mapping[str, str]
    names: Sequence[Name]
    rings: Sequence[tuple[float, float, float]]
    source: Mapping[str, Any]


def window() -> Window:
    centre = (WEST + WIDTH * SCALE / 2, NORTH + HEIGHT * SCALE / 2)
    return Window(centre, SCALE, WIDTH, HEIGHT)


def national(groups: Sequence[Mapping[str, Any]], counties: Mapping[str, Mapping[str, Any]]) -> National:
    """`groups` and `counties` as `wall_content` tells them."""
    seen, country, provinces = window(), geography.country(), map_borders.provinces()
    rings = [ring for code in provinces.areas for ring in rings_of(provinces.geometry(code)) if not _southern(ring)]
    outlines = map_borders.counties(counties)
    northern = [line for line in country.lines if not _southern(line.rings[0])]
    return National(
        width=WIDTH,
        height=HEIGHT,
        land=areas(rings, seen),
        borders=lines(_firm(northern), seen),
        open_border=lines(_of_kind(northern, OPEN_BORDER), seen),
        dashes=tuple(lines([ring], seen) for ring in _of_kind(northern, DASH)),
        inset=_sea(),
        counties={code: areas(rings_of(outlines.geometry(code)), seen) for code in sorted(outlines.areas)},
        names=_names(groups, counties, seen),
        rings=[_around(group["members"], counties, seen) for group in groups],
        source=geography.source(),
    )


def _southern(ring: Sequence[tuple[float, float]]) -> bool:
    """Latitude is a matter of the distance from the cone's tip alone."""
    return all(hypot(x, y + geography.ORIGIN) > SOUTHERNMOST for x, y in ring)


def _of_kind(outlines: Sequence[Outline], kind: str) -> list[Any]:
    return [ring for line in outlines if line.kind == kind for ring in line.rings]


def _firm(outlines: Sequence[Outline]) -> list[Any]:
    return [ring for line in outlines if line.kind not in (DASH, OPEN_BORDER) for ring in line.rings]


def provinces_in(box: Box) -> list[str]:
    """Codes of the provinces that may be seen in a part of the plane."""
    return [outline.code for outline in geography.country().provinces if outline.box.meets(box)]


def _sea() -> Sea:
    scale = max(INSET_LAND.width / INSET.width, INSET_LAND.height / INSET.height)
    seen = Window(INSET_LAND.centre, scale, round(INSET.width), round(INSET.height))
    provinces, country = map_borders.provinces(), geography.country()
    rings = [ring for code in provinces_in(seen.box) for ring in rings_of(provinces.geometry(code, seen.box))]
    name = ((INSET_NAME[0] - seen.box.west) / scale, (INSET_NAME[1] - seen.box.north) / scale)
    dashes = tuple(lines([ring], seen) for ring in _of_kind(country.lines, DASH))
    return Sea(INSET, seen, areas(rings, seen), lines(_firm(country.lines), seen), dashes, name)


def _spot(county: Mapping[str, Any], seen: Window) -> tuple[float, float]:
    x, y = seen.pixel(geography.point(*county["place"]))
    return round(x, 1), round(y, 1)


def _around(
    codes: Sequence[str], counties: Mapping[str, Mapping[str, Any]], seen: Window
) -> tuple[float, float, float]:
    spots = [_spot(counties[code], seen) for code in codes]
    x, y = (sum(values) / len(values) for values in zip(*spots, strict=True))
    return round(x, 1), round(y, 1), round(max(hypot(east - x, south - y) for east, south in spots) + 14, 1)


def _names(groups: Sequence[Mapping[str, Any]], counties: Mapping[str, Mapping[str, Any]], seen: Window) -> list[Name]:
    """The core counties by name, none over another, over a group, over the great islands or near the inset."""
    taken = [Box(INSET.west - CLEAR, INSET.north - CLEAR, INSET.east, INSET.south), *_islands(seen)]
    taken += [Box(x - r, y - r, x + r, y + r) for x, y, r in (_around(g["members"], counties, seen) for g in groups)]
    codes = {Wish(g["name"], geography.point(*counties[g["core"]]["place"]), NAME_SIZE): g["core"] for g in groups}
    return [_name(codes[label.wish], label, seen) for label in placed(codes, seen, taken)]


def _islands(seen: Window) -> list[Box]:
    """Taiwan and Hainan, each by its largest part."""
    rings = [max(outline.rings, key=len) for outline in geography.country().provinces if outline.code in ISLANDS]
    corners = [
        (seen.pixel((min(xs), min(ys))), seen.pixel((max(xs), max(ys))))
        for xs, ys in (zip(*r, strict=True) for r in rings)
    ]
    return [Box(*first, *last) for first, last in corners]


def _name(code: str, label: Label, seen: Window) -> Name:
    x, y = label.box.centre
    star = seen.pixel(label.wish.anchor)
    return Name(
        code,
        label.wish.text,
        (round(star[0], 1), round(star[1], 1)),
        round(x, 1),
        round(y, 1),
        label.tethered,
        label.box,
    )
