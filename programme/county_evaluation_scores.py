"""From items to dimensions, totals and grades: exact, of a county, of a group, of all; and with other weights.

A dimension's marks are two shares: what was earned of it, and how much of it could be judged. A total is the sum of the marks times
the weights, so that another choice of weights needs no figure anew. What could not be judged stays open: it is in neither the
earned points nor, silently, in another item; the score of 100 is the earned of the judged weight, and both are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from programme.county_evaluation_facts import CountyFacts
from programme.county_evaluation_sources import judge
from programme.county_evaluation_standard import WHOLE, CountyStandard, Item
from programme.frozen_release import FrozenMember

NONE_TEXT: Final = "—"


@dataclass(frozen=True)
class Marks:
    """Of one dimension: shares from 0 to 1."""

    earned: Fraction
    judged: Fraction

    @property
    def score(self) -> Fraction | None:
        """Of 100; None when nothing of the dimension could be judged."""
        return self.earned / self.judged * WHOLE if self.judged else None

    @property
    def is_firm(self) -> bool:
        """Whether at least half of the dimension could be judged."""
        return self.judged >= Fraction(1, 2)


Marked = Mapping[str, Marks]


@dataclass(frozen=True)
class Total:
    """Points earned and weight judged, both of 100."""

    earned: Fraction
    judged: Fraction

    @property
    def score(self) -> Fraction | None:
        return self.earned / self.judged * WHOLE if self.judged else None


@dataclass(frozen=True)
class ItemScore:
    """`part` is what the item makes of its dimension, of 100, for this county."""

    item: Item
    part: int
    score: Fraction | None
    told: str


@dataclass(frozen=True)
class CountyScore:
    member: FrozenMember
    items: tuple[ItemScore, ...]

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def code(self) -> str:
        return self.member.code

    @cached_property
    def marks(self) -> dict[str, Marks]:
        """By dimension, of those that have an item for this county."""
        codes = dict.fromkeys(one.item.dimension for one in self.items)
        return {code: _marks([one for one in self.items if one.item.dimension == code]) for code in codes}

    @property
    def unreported(self) -> bool:
        """Whether a figure that the county owes is missing."""
        return any(one.item.is_owed and one.score is None for one in self.items)

    def grade(self, standard: CountyStandard) -> str:
        total = total_of(self.marks, standard.weights)
        return standard.grade(total.earned, total.judged, unreported=self.unreported)


@dataclass(frozen=True)
class GroupScore:
    """Several counties together: the mean of their marks, each county counting the same."""

    name: str
    core_county_id: int
    counties: int
    marks: dict[str, Marks]

    @property
    def code(self) -> str:
        return str(self.core_county_id)

    def grade(self, standard: CountyStandard) -> str:
        total = total_of(self.marks, standard.weights)
        return standard.grade(total.earned, total.judged)


Scored = CountyScore | GroupScore


def score_county(facts: CountyFacts, standard: CountyStandard) -> CountyScore:
    tier = facts.member.tier
    found = ((item, judge(facts, item)) for item in standard.items_of(tier))
    return CountyScore(
        facts.member, tuple(ItemScore(item, item.parts[tier], one.score, one.told) for item, one in found)
    )


def _marks(items: Sequence[ItemScore]) -> Marks:
    judged = [one for one in items if one.score is not None]
    earned = sum((one.part * (one.score or Fraction(0)) for one in judged), Fraction(0))
    return Marks(earned / (WHOLE * WHOLE), Fraction(sum(one.part for one in judged), WHOLE))


def together(scores: Sequence[CountyScore], name: str, core_county_id: int = 0) -> GroupScore:
    codes = dict.fromkeys(code for one in scores for code in one.marks)
    marks = {code: _mean([one.marks[code] for one in scores if code in one.marks]) for code in codes}
    return GroupScore(name, core_county_id, len(scores), marks)


def _mean(marks: Sequence[Marks]) -> Marks:
    return Marks(
        sum((one.earned for one in marks), Fraction(0)) / len(marks),
        sum((one.judged for one in marks), Fraction(0)) / len(marks),
    )


def groups_of(scores: Iterable[CountyScore]) -> list[GroupScore]:
    """One for every core county, in the order of their codes."""
    inside: dict[int, list[CountyScore]] = {}
    for one in sorted(scores, key=lambda score: (not score.member.is_core, score.member.code)):
        inside.setdefault(one.member.core_county_id, []).append(one)
    return [together(group, f"{group[0].member.name}组", core) for core, group in inside.items()]


def total_of(marks: Marked, weights: Mapping[str, int]) -> Total:
    """Weights that do not add up to 100 count by their shares of their sum, which must not be 0."""
    whole = sum(weights.values())
    return Total(
        sum((weights[code] * one.earned for code, one in marks.items()), Fraction(0)) * WHOLE / whole,
        sum((weights[code] * one.judged for code, one in marks.items()), Fraction(0)) * WHOLE / whole,
    )


# --- in words -------------------------------------------------------------------------------------------------------


def one_decimal(value: Fraction | None) -> str:
    """85.0; the half is rounded away from zero. — for none."""
    if value is None:
        return NONE_TEXT
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):.1f}"
