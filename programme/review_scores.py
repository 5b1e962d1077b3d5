"""What scores come to: totals with weights, the mean without the extremes, the spread. All exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from programme.review_facts import WHOLE, review_facts

PLACES = Decimal("0.001")


@dataclass(frozen=True)
class Result:
    """Of a project. `totals` in hundredths of a point, lowest first; `mean` and `spread` in points, None without a score."""

    totals: tuple[int, ...]
    mean: Fraction | None
    spread: Fraction | None
    wide: bool


def total(points: Mapping[str, int]) -> int:
    """The weighted total in hundredths of a point."""
    return sum(criterion.weight * points[criterion.code] for criterion in review_facts().criteria)


def result(totals: Sequence[int]) -> Result:
    """From so many scores on (`drop_from`) the highest and the lowest do not count in the mean; the spread is over all."""
    facts, ordered = review_facts(), tuple(sorted(totals))
    if not ordered:
        return Result((), None, None, wide=False)
    counted = ordered[1:-1] if len(ordered) >= facts.drop_from else ordered
    spread = Fraction(ordered[-1] - ordered[0], WHOLE)
    return Result(ordered, Fraction(sum(counted), len(counted) * WHOLE), spread, spread >= facts.spread)


def points_text(points: Fraction | None) -> str:
    """86.333; three places, of which the last zeros are left out. — for none."""
    if points is None:
        return "—"
    text = f"{(Decimal(points.numerator) / Decimal(points.denominator)).quantize(PLACES, ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
