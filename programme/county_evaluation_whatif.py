"""What a change of weights would do to scores, grades and places: added up anew from the marks, side by side with the standard;
nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from programme.county_evaluation_scores import Scored, total_of
from programme.county_evaluation_standard import CountyStandard
from programme.errors import ProgrammeError


@dataclass(frozen=True)
class Compared:
    """A county or group by the standard and by other weights: scores of 100, grades, places among those compared."""

    code: str
    name: str
    scores: tuple[Fraction | None, Fraction | None]
    grades: tuple[str, str]
    places: tuple[int, int]

    @property
    def change(self) -> Fraction | None:
        before, after = self.scores
        return None if before is None or after is None else after - before


def compared(standard: CountyStandard, weights: Mapping[str, int], of: Sequence[Scored]) -> list[Compared]:
    """In the order given. Raises ProgrammeError when all weights are 0."""
    if not sum(weights.values()):
        raise ProgrammeError("权重不能全部为0。")
    other = standard.with_weights(weights)
    before, after = (_by(one, of) for one in (standard, other))
    return [
        Compared(one.code, one.name, (old[0], new[0]), (old[1], new[1]), (old[2], new[2]))
        for one, old, new in zip(of, before, after, strict=True)
    ]


def _by(standard: CountyStandard, of: Sequence[Scored]) -> list[tuple[Fraction | None, str, int]]:
    """Score, grade and place of each by a standard."""
    scores = [total_of(one.marks, standard.weights).score for one in of]
    places = _places(scores)
    return [(score, one.grade(standard), place) for score, one, place in zip(scores, of, places, strict=True)]


def _places(scores: Sequence[Fraction | None]) -> list[int]:
    """1 for the highest; equal scores share a place, those without a score come last."""
    known = [Fraction(-1) if score is None else score for score in scores]
    return [1 + sum(other > one for other in known) for one in known]
