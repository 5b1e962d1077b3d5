"""The order of the judged projects, the cut line, and whose share is how large. Values in, values out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import groupby


class Line(StrEnum):
    """Where a project lies: within the places, at the line with as many points as one beyond it, or beyond."""

    INSIDE = "inside"
    TIED = "tied"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Ranked:
    """A judged project. Equal means have an equal `rank`; the next one counts on."""

    no: str
    name: str
    enterprise: str
    province_code: str
    category: str
    state: str
    mean: Fraction
    spread: Fraction
    placed: bool
    rank: int = 0
    line: Line = Line.OUTSIDE


@dataclass(frozen=True)
class Share:
    """How many projects of a province or a category there are: judged, within the line, and placed by now."""

    code: str
    judged: int
    inside: int
    placed: int


def ranked(projects: Sequence[Ranked], places: int) -> tuple[Ranked, ...]:
    """By mean, the highest first; `places` is where the line is drawn. Nothing but points decides: who is level stays level."""
    ordered = sorted(projects, key=lambda one: (-one.mean, one.no))
    return tuple(_placed(ordered, places))


def _placed(ordered: Sequence[Ranked], places: int) -> Iterator[Ranked]:
    before = 0
    for _, level in groupby(ordered, key=lambda one: one.mean):
        group = list(level)
        after = before + len(group)
        line = Line.INSIDE if after <= places else Line.TIED if before < places else Line.OUTSIDE
        yield from (replace(one, rank=before + 1, line=line) for one in group)
        before = after


def first(listed: Sequence[Ranked], count: int) -> tuple[Ranked, ...]:
    """The first so many."""
    return tuple(listed[: max(count, 0)])


def cut_through(listed: Sequence[Ranked], count: int) -> tuple[Ranked, ...]:
    """The projects that are level at the end of the first so many, when some of them would stay outside; else none."""
    if not 0 < count < len(listed) or listed[count - 1].mean != listed[count].mean:
        return ()
    return tuple(one for one in listed if one.mean == listed[count].mean)


def shares(listed: Sequence[Ranked], of: Callable[[Ranked], str]) -> list[Share]:
    """By province or category, those with the most projects within the line first."""
    judged, inside, placed = (
        Counter(of(one) for one in listed if counts(one))
        for counts in (lambda one: True, lambda one: one.line is not Line.OUTSIDE, lambda one: one.placed)
    )
    found = [Share(code, judged[code], inside[code], placed[code]) for code in judged]
    return sorted(found, key=lambda share: (-share.inside, -share.judged, share.code))
