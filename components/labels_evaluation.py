"""How scores and grades of an evaluation are written on screen: a grade as shape and word, what lacks data as 无数据."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from programme.county_evaluation_scores import CountyScore, Marks, Scored, one_decimal, total_of
from programme.county_evaluation_standard import CountyStandard

FIRST, SECOND, MIDDLE, LAST, NONE = "●", "■", "◆", "▼", "○"
CLEAR: Final = Fraction(5)
"""Points of 100 by which a dimension stands out."""


def grade_text(standard: CountyStandard, code: str) -> str:
    """● 优秀."""
    places = {one.code: at for at, one in enumerate(standard.grades)}
    if code not in places:
        shape = NONE
    elif places[code] == len(places) - 1:
        shape = LAST
    else:
        shape = (FIRST, SECOND)[places[code]] if places[code] < 2 else MIDDLE
    return f"{shape}\u00a0{standard.grade_name(code)}"


def score_text(score: Fraction | None, standard: CountyStandard) -> str:
    return f"{NONE}\u00a0{standard.no_data}" if score is None else f"{one_decimal(score)}分"


def grades_text(grades: Mapping[str, int], standard: CountyStandard) -> str:
    """优秀3个，良好38个 …, without those nobody has."""
    return "，".join(f"{standard.grade_name(code)}{count}个" for code, count in grades.items() if count)


def strong_and_weak(one: Scored, standard: CountyStandard) -> tuple[str, str]:
    """The dimensions with the highest and the lowest score, of those judged at least by half: 带贫成效85.1; — when they do not
    differ clearly."""
    known = [(mark.score, code) for code, mark in one.marks.items() if mark.score is not None and mark.is_firm]
    if not known or max(known)[0] - min(known)[0] < CLEAR:
        return "—", "—"
    return _named(max(known), standard), _named(min(known), standard)


def _named(found: tuple[Fraction, str], standard: CountyStandard) -> str:
    return f"{standard.dimension(found[1]).name}{one_decimal(found[0])}"


def open_weight(one: CountyScore, standard: CountyStandard) -> Fraction:
    """The weight that could not be judged, of 100."""
    return 100 - total_of(one.marks, standard.weights).judged


def open_items(one: CountyScore) -> Sequence[str]:
    """Names of the items without data."""
    return [each.item.name for each in one.items if each.score is None]


def points_text(mark: Marks, weight: int) -> str:
    """得6.9/15分."""
    return f"得{one_decimal(mark.earned * weight)}/{weight}分"
