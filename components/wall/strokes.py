"""Outlines of the plane as SVG paths: relative steps of a tenth of a unit, cut off at the edge of what is seen."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from components.geography import Box
from components.map_labels import Window

Place = tuple[float, float]
DOT: Final = "h.6v.6h-.6z"
"""What is left of a part that falls on one spot: small islands must not be lost."""


def rings_of(geometry: dict[str, Any]) -> Iterator[Sequence[Place]]:
    """The innermost lists of a geometry, or a line itself."""
    yield from _innermost(geometry["coordinates"])


def _innermost(nesting: Any) -> Iterator[Sequence[Place]]:
    if isinstance(nesting[0][0], int | float):
        yield nesting
        return
    for inner in nesting:
        yield from _innermost(inner)


def areas(rings: Iterable[Sequence[Place]], window: Window) -> str:
    """Closed rings as one path, cut off a little beyond the window's edge, so that the cut is not seen."""
    edge = window.box.grown(0.02)
    seen = (ring for ring in rings if _box(ring).meets(edge))
    cut = (list(ring) if _within(_box(ring), edge) else _clipped(ring, edge) for ring in seen)
    return "".join(_ring(_grid(ring, window)) for ring in cut if ring)


def lines(every: Iterable[Sequence[Place]], window: Window) -> str:
    return "".join(_walk(_grid(line, window)) for line in every)


def _grid(points: Sequence[Place], window: Window) -> list[tuple[int, int]]:
    """In tenths of a unit, points that fall together once."""
    box, scale = window.box, window.scale
    placed = [(round((x - box.west) / scale * 10), round((y - box.north) / scale * 10)) for x, y in points]
    return [point for point, before in zip(placed, [None, *placed], strict=False) if point != before]


def _ring(points: list[tuple[int, int]]) -> str:
    if len(set(points)) < 3:
        return f"M{_number(points[0][0])}{_number(points[0][1])}{DOT}"
    return f"{_walk(points[:-1] if points[0] == points[-1] else points)}z"


def _walk(points: list[tuple[int, int]]) -> str:
    (x, y), steps = points[0], []
    for east, south in points[1:]:
        steps.append(f"{_number(east - x)}{_number(south - y)}")
        x, y = east, south
    first = f"M{_number(points[0][0])}{_number(points[0][1])}"
    return f"{first}l{''.join(steps).lstrip()}" if steps else first


def _number(tenths: int) -> str:
    """12.5, -.3: a sign or a blank parts it from the number before."""
    whole, rest = divmod(abs(tenths), 10)
    text = (f"{whole}" if whole or not rest else "") + (f".{rest}" if rest else "")
    return f"-{text}" if tenths < 0 else f" {text}"


# --- cutting --------------------------------------------------------------------------------------------------------


def _box(ring: Sequence[Place]) -> Box:
    xs, ys = zip(*ring, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _within(box: Box, edge: Box) -> bool:
    return edge.west <= box.west and box.east <= edge.east and edge.north <= box.north and box.south <= edge.south


def _clipped(ring: Sequence[Place], box: Box) -> list[Place]:
    """After Sutherland and Hodgman, one side of the box after the other; [] when nothing of the ring is inside."""
    points = list(ring[:-1])
    for axis, limit, sign in ((0, box.west, 1), (0, box.east, -1), (1, box.north, 1), (1, box.south, -1)):
        points = _cut(points, axis, limit, sign)
        if not points:
            return []
    return [*points, points[0]]


def _cut(points: list[Place], axis: int, limit: float, sign: int) -> list[Place]:
    kept: list[Place] = []
    before = points[-1]
    was_inside = sign * (before[axis] - limit) >= 0
    for point in points:
        is_inside = sign * (point[axis] - limit) >= 0
        if is_inside != was_inside:
            share = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
        if is_inside:
            kept.append(point)
        before, was_inside = point, is_inside
    return kept
