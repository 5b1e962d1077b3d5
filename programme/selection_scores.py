"""What the scores of assessors come to: exact fractions of 100 points, rounded only where they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from programme.selection_facts import selection_facts


@dataclass(frozen=True)
class Sheet:
    """One assessor's sheet: unit and post, and whole points by criterion; none when the assessor steps aside (`conflict`).

    `number` is its number among the sheets of the project, 0 while it is not stored.
    """

    unit: str
    post: str
    conflict: bool = False
    ground: str = ""
    points: Mapping[str, int] = field(default_factory=dict)
    number: int = 0

    @property
    def assessor(self) -> str:
        return f"{self.unit} {self.post}"


def weighted(points: Mapping[str, int]) -> Fraction:
    """The points of one sheet, of 100 in all. Raises KeyError when a criterion has none."""
    return sum((Fraction(one.weight * points[one.code], one.max) for one in selection_facts().criteria), Fraction(0))


def counted(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Those of assessors without a conflict of interest."""
    return [sheet for sheet in sheets if not sheet.conflict]


def mean(sheets: Sequence[Sheet]) -> Fraction | None:
    """The mean of the counted sheets; None without any."""
    valid = counted(sheets)
    return sum((weighted(sheet.points) for sheet in valid), Fraction(0)) / len(valid) if valid else None


def points_text(points: Fraction | None) -> str:
    """86.67; halves are rounded up; — for none."""
    if points is None:
        return "—"
    hundredths = (200 * points.numerator + points.denominator) // (2 * points.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def still_missing(sheets: Sequence[Sheet]) -> str | None:
    """What is missing before the project may be recommended, as a sentence; None when the scores are complete."""
    least, valid = selection_facts().assessors, len(counted(sheets))
    if valid >= least:
        return None
    aside = len(sheets) - valid
    return (
        f"打分未满：无利益冲突的评价人须不少于{least}名，现有{valid}名"
        + (f"（另有{aside}名回避）" if aside else "")
        + f"，还差{least - valid}名。请在“评价打分”中补录。"
    )
