"""Outlines of the plane as SVG paths: relative steps of a tenth of a unit, cut off at the edge of what is seen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
    cut = (_clipped(ring, edge) if _beyond(ring, edge) else list(ring) for ring in rings)
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
    """ 12.5, -.3: a sign or a blank parts it from the number before."""
    whole, rest = divmod(abs(tenths), 10)
    text = (f"{whole}" if whole or not rest else "") + (f".{rest}" if rest else "")
    return f"-{text}" if tenths < 0 else f" {text}"


# --- cutting --------------------------------------------------------------------------------------------------------


def _beyond(ring: Sequence[Place], box: Box) -> bool:
    return any(not (box.west <= x <= box.east and box.north <= y <= box.south) for x, y in ring)


def _clipped(ring: Sequence[Place], box: Box) -> list[Place]:
    """After Sutherland and Hodgman, one side of the box after the other; [] when nothing of the ring is inside."""
    points = list(ring[:-1])
    for axis, limit, sign in ((0, box.west, 1), (0, box.east, -1), (1, box.north, 1), (1, box.south, -1)):
        points = list(_cut(points, axis, limit, sign))
        if not points:
            return []
    return [*points, points[0]]


def _cut(points: list[Place], axis: int, limit: float, sign: int) -> Iterator[Place]:
    inside: Callable[[Place], bool] = lambda point: sign * (point[axis] - limit) >= 0  # noqa: E731
    for here, there in zip([points[-1], *points], points, strict=False):
        if inside(here) != inside(there):
            share = (limit - here[axis]) / (there[axis] - here[axis])
            yield here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])
        if inside(there):
            yield there
