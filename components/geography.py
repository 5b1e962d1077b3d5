"""The outlines of data/geo on the plane of a Chinese map, read once per process and shared by reference: never change them.

Plane: Albers' equal-area conic projection with the parallels 25° and 47° N around 105° E, as national maps of China are
drawn. Units are whole hectometres, x eastward and y southward (as on a screen), zero at 105° E, 36° N.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from programme.settings import data_folder

Point = tuple[int, int]
Geometry = dict[str, Any]
Numbers = npt.NDArray[np.float64]

EARTH: Final = 63_710.0
PARALLELS: Final = (radians(25), radians(47))
MERIDIAN: Final = radians(105)
MIDDLE: Final = radians(36)
CONE: Final = (sin(PARALLELS[0]) + sin(PARALLELS[1])) / 2
SIZE: Final = cos(PARALLELS[0]) ** 2 + 2 * CONE * sin(PARALLELS[0])
ORIGIN: Final = EARTH * sqrt(SIZE - 2 * CONE * sin(MIDDLE)) / CONE
CODE: Final = re.compile(r'"code":"(\d{6})"')


@dataclass(frozen=True)
class Box:
    """A rectangle on the plane."""

    west: float
    north: float
    east: float
    south: float

    @property
    def width(self) -> float:
        return self.east - self.west

    @property
    def height(self) -> float:
        return self.south - self.north

    @property
    def centre(self) -> tuple[float, float]:
        return (self.west + self.east) / 2, (self.north + self.south) / 2

    def meets(self, other: "Box") -> bool:
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.north <= other.south
            and other.north <= self.south
        )

    def grown(self, share: float) -> "Box":
        """Wider and higher by this share of itself on every side."""
        x, y = share * self.width, share * self.height
        return Box(self.west - x, self.north - y, self.east + x, self.south + y)

    def at_least(self, side: float) -> "Box":
        """Grown around its middle until no side is shorter."""
        (x, y), wide, high = self.centre, max(self.width, side) / 2, max(self.height, side) / 2
        return Box(x - wide, y - high, x + wide, y + high)

    @classmethod
    def around(cls, boxes: Iterable["Box"]) -> "Box":
        """The smallest that holds all; ValueError without any."""
        every = tuple(boxes)
        return cls(
            min(box.west for box in every),
            min(box.north for box in every),
            max(box.east for box in every),
            max(box.south for box in every),
        )


@dataclass(frozen=True)
class Outline:
    """What one line of a map file draws: `kind` is county, province or that of a line of the national map."""

    kind: str
    code: str
    name: str
    geometry: Geometry
    rings: tuple[list[Point], ...]
    box: Box


@dataclass(frozen=True)
class Country:
    """The 34 provinces and the lines of the national map, the ten dashes of the South China Sea among them."""

    provinces: tuple[Outline, ...]
    lines: tuple[Outline, ...]

    @property
    def box(self) -> Box:
        """From the northernmost bend of the Heilongjiang to the southernmost dash."""
        return Box.around(outline.box for outline in (*self.provinces, *self.lines))


def projected(longitudes: Any, latitudes: Any) -> tuple[Numbers, Numbers]:
    """Degrees to hectometres, not yet rounded."""
    angle = CONE * (np.radians(longitudes) - MERIDIAN)
    distance = EARTH * np.sqrt(SIZE - 2 * CONE * np.sin(np.radians(latitudes))) / CONE
    return distance * np.sin(angle), distance * np.cos(angle) - ORIGIN


def point(longitude: float, latitude: float) -> Point:
    x, y = projected(longitude, latitude)
    return round(float(x)), round(float(y))


def country() -> Country:
    return _country(data_folder() / "geo" / "provinces.geojson")


@lru_cache(maxsize=2)
def _country(path: Path) -> Country:
    outlines = [_outline(json.loads(line)) for line in _lines(path)]
    return Country(
        tuple(outline for outline in outlines if outline.kind == "province"),
        tuple(outline for outline in outlines if outline.kind != "province"),
    )


def counties(codes: Iterable[str]) -> dict[str, Outline]:
    """By current code; a code that is not on the map is left out."""
    return _counties(data_folder() / "geo" / "counties.geojson", frozenset(codes))


@lru_cache(maxsize=4)
def _counties(path: Path, codes: frozenset[str]) -> dict[str, Outline]:
    """One feature stands on one line: only the lines wanted are parsed."""
    named = ((CODE.search(line), line) for line in _lines(path))
    wanted = [line for code, line in named if code and code[1] in codes]
    return {outline.code: outline for outline in (_outline(json.loads(line)) for line in wanted)}


def _lines(path: Path) -> Iterator[str]:
    """The features of a map file as texts, without the brackets around them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return (line.rstrip(",") for line in lines if line.startswith('{"type":"Feature",'))


def _outline(feature: Geometry) -> Outline:
    told, drawn = feature["properties"], feature["geometry"]
    rings: list[list[Point]] = []
    coordinates = _on_plane(drawn["coordinates"], rings)
    points = np.array([point for ring in rings for point in ring])
    box = Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
    geometry = {"type": drawn["type"], "coordinates": coordinates}
    return Outline(told.get("kind", "county"), told.get("code", ""), told.get("name", ""), geometry, tuple(rings), box)


def _on_plane(coordinates: Any, rings: list[list[Point]]) -> Any:
    """The same nesting with projected rings; every ring is also noted in `rings`."""
    if not isinstance(coordinates[0][0], list):
        rings.append(_ring(coordinates))
        return rings[-1]
    return [_on_plane(inner, rings) for inner in coordinates]


def _ring(degrees: list[list[float]]) -> list[Point]:
    """Points that fall together are drawn once; an islet smaller than that keeps its points."""
    x, y = projected(*np.array(degrees).T)
    points = list(zip(np.round(x).astype(int).tolist(), np.round(y).astype(int).tolist(), strict=True))
    kept = [point for point, before in zip(points, [None, *points], strict=False) if point != before]
    return kept if len(kept) > 3 or len(points) == 2 else points


def source() -> dict[str, Any]:
    """What data/geo/sources.toml says of the map: approval number, caption, publisher."""
    path = data_folder() / "geo" / "sources.toml"
    said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["map"]
    return said
