"""Areas that share borders, simplified together: a border is cut into pieces once and stays one for both sides.

Without it a national view draws 40,000 corners where 10,000 pixels are, which machines without a graphics card feel.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from components import geography
from components.geography import Box, Geometry, Outline, Point
from programme.settings import data_folder

COUNTRY_TOLERANCE: Final = 40.0
COUNTY_TOLERANCE: Final = 20.0
SPECIAL_REGIONS: Final = ("810000", "820000")  # Hong Kong and Macao keep the outline of the source
LEAST_SIDES: Final = 3
Line = tuple[Point, ...]
Ring = list[tuple[int, bool]]  # numbers of pieces, and whether each is gone through backwards
Nesting = Any  # of a geometry's coordinates, with a Ring in place of every ring of points


@dataclass(frozen=True)
class Piece:
    """A stretch of border between two corners where areas meet, or the whole ring of an island."""

    fine: Line
    coarse: Line
    box: Box


@dataclass(frozen=True)
class Coverage:
    """Areas by code, each as the pieces of its rings."""

    pieces: tuple[Piece, ...]
    areas: Mapping[str, tuple[str, Nesting]]

    @classmethod
    def of(cls, outlines: Iterable[Outline], tolerance: float, left_alone: Container[str] = ()) -> "Coverage":
        """`tolerance` in hectometres: how far a simplified border may stray; none of the areas `left_alone` is simplified."""
        every = tuple(outlines)
        corners = _corners(ring for outline in every for ring in outline.rings)
        numbers: dict[Line, int] = {}
        areas = {
            outline.code: (
                outline.geometry["type"],
                _nested(outline.geometry["coordinates"], lambda ring: _numbered(ring, corners, numbers)),
            )
            for outline in every
        }
        coarse = [simplified(line, tolerance) for line in numbers]
        rings = [(code, ring) for code, (_, nesting) in areas.items() for ring in _innermost(nesting)]
        kept = {
            number
            for code, ring in rings
            if code in left_alone or _sides(ring, coarse) < LEAST_SIDES
            for number, _ in ring
        }
        lines = [(line, line if number in kept else coarse[number]) for line, number in numbers.items()]
        return cls(tuple(Piece(fine, thin, _box(fine)) for fine, thin in lines), areas)

    def geometry(self, code: str, detail: Box | None = None) -> Geometry:
        """An area as GeoJSON, coarse; within `detail` as fine as the source."""
        kind, nesting = self.areas[code]
        return {"type": kind, "coordinates": _nested(nesting, lambda parts: self._ring(parts, detail))}

    def borders(self, detail: Box | None = None) -> Geometry:
        """All borders as GeoJSON, each once."""
        return {"type": "MultiLineString", "coordinates": [self._line(piece, detail) for piece in self.pieces]}

    def _ring(self, parts: Ring, detail: Box | None) -> list[Point]:
        ring: list[Point] = []
        for number, backwards in parts:
            line = self._line(self.pieces[number], detail)
            ring += (line[::-1] if backwards else line)[:-1]
        return [*ring, ring[0]]

    @staticmethod
    def _line(piece: Piece, detail: Box | None) -> Line:
        return piece.fine if detail and piece.box.meets(detail) else piece.coarse


def provinces() -> Coverage:
    """The 34 provinces; in a view of the whole country their tolerance is half a pixel."""
    return _provinces(data_folder())


@lru_cache(maxsize=2)
def _provinces(folder: Path) -> Coverage:
    return Coverage.of(geography.country().provinces, COUNTRY_TOLERANCE, SPECIAL_REGIONS)


def counties(codes: Iterable[str]) -> Coverage:
    """By current code, those that are on the map."""
    return _counties(data_folder(), frozenset(codes))


@lru_cache(maxsize=4)
def _counties(folder: Path, codes: frozenset[str]) -> Coverage:
    return Coverage.of(geography.counties(codes).values(), COUNTY_TOLERANCE)


def _nested(coordinates: Nesting, change: Callable[[Any], Any]) -> Nesting:
    """The same nesting with every ring changed; a ring is the innermost list."""
    if not isinstance(coordinates[0], list):
        return change(coordinates)
    return [_nested(inner, change) for inner in coordinates]


def _corners(rings: Iterable[list[Point]]) -> set[Point]:
    """Points with other than two neighbours: where borders part."""
    neighbours: defaultdict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for here, there in pairwise(ring):
            neighbours[here].add(there)
            neighbours[there].add(here)
    return {point for point, around in neighbours.items() if len(around) != 2}


def _numbered(ring: list[Point], corners: set[Point], numbers: dict[Line, int]) -> Ring:
    """The ring as numbers of its pieces, new ones being added to `numbers`."""
    parts = []
    for line in _cut(ring, corners):
        forwards = min(line, line[::-1])
        parts.append((numbers.setdefault(forwards, len(numbers)), line != forwards))
    return parts


def _innermost(nesting: Nesting) -> list[Ring]:
    if not isinstance(nesting[0], list):
        return [nesting]
    return [ring for inner in nesting for ring in _innermost(inner)]


def _sides(ring: Ring, lines: Sequence[Line]) -> int:
    return sum(len(lines[number]) - 1 for number, _ in ring)


def _cut(ring: list[Point], corners: set[Point]) -> list[Line]:
    """The ring from corner to corner; without corners it begins at its least point, for both sides alike."""
    body = ring[:-1]
    cuts = [index for index, point in enumerate(body) if point in corners] or [body.index(min(body))]
    turned = [*body[cuts[0] :], *body[: cuts[0]], body[cuts[0]]]
    ends = [*(cut - cuts[0] for cut in cuts), len(body)]
    return [tuple(turned[start : end + 1]) for start, end in pairwise(ends)]


def _box(line: Line) -> Box:
    xs, ys = zip(*line, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def outline(area: Geometry) -> Geometry:
    """The rings of an area as lines."""
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    return {"type": "MultiLineString", "coordinates": [ring for polygon in polygons for ring in polygon]}


def dashed(lines: Iterable[Sequence[Point]], drawn: float, left_out: float) -> list[list[Point]]:
    """The lines in dashes, so long and so far apart."""
    dashes = []
    for line in lines:
        points = np.array(line, dtype=float)
        reached = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
        for start in np.arange(0, reached[-1], drawn + left_out).tolist():
            end = min(start + drawn, float(reached[-1]))
            at = [start, *reached[(reached > start) & (reached < end)].tolist(), end]
            x, y = (np.interp(at, reached, side).round().astype(int).tolist() for side in points.T)
            dashes.append(list(zip(x, y, strict=True)))
    return dashes


def simplified(line: Line, tolerance: float) -> Line:
    """After Douglas and Peucker; a ring that would vanish is left as it is."""
    points = np.array(line, dtype=float)
    kept = {0, len(line) - 1}
    if line[0] == line[-1]:
        kept.add(int(np.hypot(*(points - points[0]).T).argmax()))
    stretches = list(pairwise(sorted(kept)))
    while stretches:
        start, end = stretches.pop()
        away = _distances(points[start : end + 1])
        if away.max() > tolerance:
            far = start + int(away.argmax())
            kept.add(far)
            stretches += [(start, far), (far, end)]
    if line[0] == line[-1] and len(kept) < 4:
        return line
    return tuple(line[index] for index in sorted(kept))


def _distances(points: Any) -> Any:
    """Of every point from the straight line between the first and the last."""
    from_first, along = points - points[0], points[-1] - points[0]
    length = float(np.hypot(*along))
    if not length:
        return np.hypot(*from_first.T)
    share = np.clip(from_first @ along / length**2, 0, 1)
    return np.hypot(*(from_first - share[:, None] * along).T)
