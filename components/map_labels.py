"""Where names go on the map so that they do not cover one another: tried around their county, the first free place is taken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final
from unicodedata import east_asian_width

from components.geography import Box, Point

LINE_HEIGHT: Final = 1.25
NARROW: Final = 0.58
GAP: Final = 2
STEPS: Final = (0.0, 0.9, 1.6, 2.4, 3.4, 4.6)
DIRECTIONS: Final = (90, 270, 0, 180, 60, 120, 240, 300, 30, 150, 210, 330)  # degrees, downward first
TETHERED_FROM: Final = 12


@dataclass(frozen=True)
class Window:
    """What a map shows: its middle on the plane, hectometres to a pixel, and its size in pixels."""

    centre: tuple[float, float]
    scale: float
    width: int
    height: int

    @classmethod
    def on(cls, box: Box, width: int, height: int, margin: int) -> "Window":
        """The largest view of the box that leaves a margin."""
        scale = max(box.width / (width - 2 * margin), box.height / (height - 2 * margin))
        return cls(box.centre, scale, width, height)

    @property
    def box(self) -> Box:
        """The part of the plane that is seen."""
        (x, y), half, tall = self.centre, self.width * self.scale / 2, self.height * self.scale / 2
        return Box(x - half, y - tall, x + half, y + tall)

    def pixel(self, point: Point) -> tuple[float, float]:
        box = self.box
        return (point[0] - box.west) / self.scale, (point[1] - box.north) / self.scale

    def plane(self, x: float, y: float) -> Point:
        box = self.box
        return round(box.west + x * self.scale), round(box.north + y * self.scale)


@dataclass(frozen=True)
class Wish:
    """A text of one or more lines that belongs to a point of the plane, `size` pixels high a line."""

    text: str
    anchor: Point
    size: int


@dataclass(frozen=True)
class Label:
    """A wish with its place: the middle of the text, and its box in pixels."""

    wish: Wish
    middle: Point
    box: Box
    tethered: bool


def extent(wish: Wish) -> tuple[float, float]:
    """Width and height in pixels, somewhat more than any of the fonts takes."""
    lines = wish.text.split("\n")
    return max(map(_length, lines)) * wish.size, len(lines) * wish.size * LINE_HEIGHT


def _length(line: str) -> float:
    return sum(1 if east_asian_width(letter) in "WFA" else NARROW for letter in line)


def placed(wishes: Iterable[Wish], window: Window, taken: Sequence[Box] = ()) -> list[Label]:
    """In the order of the wishes, none over another, over `taken` (pixels) or beyond the edge; without room there is none."""
    boxes, found = list(taken), []
    for wish in wishes:
        if label := _first_free(wish, window, boxes):
            boxes.append(label.box)
            found.append(label)
    return found


def _first_free(wish: Wish, window: Window, boxes: Sequence[Box]) -> Label | None:
    for x, y, away in _places(wish, window):
        box = _around(x, y, *extent(wish))
        inside = box.west >= 0 and box.north >= 0 and box.east <= window.width and box.south <= window.height
        if inside and not any(box.meets(other) for other in boxes):
            return Label(wish, window.plane(x, y), box, away > TETHERED_FROM)
    return None


def _places(wish: Wish, window: Window) -> Iterator[tuple[float, float, float]]:
    """Middles to try, in pixels, nearest first, and how far the text's edge is from its point."""
    x, y = window.pixel(wish.anchor)
    width, height = extent(wish)
    for step in STEPS:
        out = step * wish.size
        for degrees in DIRECTIONS if step else DIRECTIONS[:1]:
            aside = (width / 2 + out) * cos(radians(degrees)) if step else 0.0
            below = (height / 2 + out) * sin(radians(degrees)) if step else 0.0
            yield x + aside, y + below, max(0.0, abs(aside) - width / 2, abs(below) - height / 2)


def _around(x: float, y: float, width: float, height: float) -> Box:
    return Box(x - width / 2 - GAP, y - height / 2 - GAP, x + width / 2 + GAP, y + height / 2 + GAP)


def square(window: Window, point: Point, size: float) -> Box:
    """What a mark at a point takes, in pixels."""
    x, y = window.pixel(point)
    return Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
