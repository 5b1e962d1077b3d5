"""The standard by which counties of the “110” activity are judged, read from catalogue/county_evaluation.toml or as an evaluation
has frozen it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from programme import settings
from programme.catalogue import Tier, catalogue

WHOLE: Final = 100
SOURCES: Final = ("attainment", "named_brand", "timely", "complete", "plan", "milestones", "recorded")
_OF_ITEM: Final = ("code", "name", "method", "source", "parts")


class Method(StrEnum):
    """大数据评估, 实地考察, 工作督导."""

    COMPUTED = "computed"
    VISIT = "visit"
    SUPERVISION = "supervision"


@dataclass(frozen=True)
class Item:
    """What is scored, 0 to 100, within a dimension. `parts` says how much of it the item makes, of 100, per tier in its scope."""

    code: str
    name: str
    dimension: str
    method: Method
    source: str
    parts: Mapping[Tier, int]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_owed(self) -> bool:
        """Whether it rests on a figure that the county owes every month."""
        return self.source == "attainment"


@dataclass(frozen=True)
class Dimension:
    code: str
    name: str
    weight: int
    clause: str
    sentence: str
    hint: str
    items: tuple[Item, ...]

    def items_of(self, tier: Tier) -> tuple[Item, ...]:
        return tuple(one for one in self.items if tier in one.parts)

    def part_of(self, tier: Tier, method: Method) -> int:
        """How much of the dimension the method makes for a county of this tier."""
        return sum(one.parts[tier] for one in self.items_of(tier) if one.method is method)


@dataclass(frozen=True)
class Grade:
    code: str
    name: str
    least: int


@dataclass(frozen=True)
class VisitLimits:
    max_findings: int
    max_visitors: int
    max_files: int
    max_bytes: int


@dataclass(frozen=True)
class CountyStandard:
    """`grades` the best first. `least_judged`: with less weight than this judged there is no grade but `ungraded`."""

    version: str
    day: date
    name: str
    citation: str
    methods: Mapping[Method, str]
    no_data: str
    least_judged: int
    best_needs_reported: bool
    dimensions: tuple[Dimension, ...]
    grades: tuple[Grade, ...]
    ungraded: Grade
    limits: VisitLimits

    @property
    def weights(self) -> dict[str, int]:
        return {one.code: one.weight for one in self.dimensions}

    def dimension(self, code: str) -> Dimension:
        return next(one for one in self.dimensions if one.code == code)

    def item(self, code: str) -> Item:
        return next(one for dimension in self.dimensions for one in dimension.items if one.code == code)

    def items_of(self, tier: Tier) -> tuple[Item, ...]:
        return tuple(item for one in self.dimensions for item in one.items_of(tier))

    def recorded_by(self, method: Method, tier: Tier) -> tuple[Dimension, ...]:
        """The dimensions that a record of this method may score."""
        return tuple(one for one in self.dimensions if one.part_of(tier, method))

    def grade_name(self, code: str) -> str:
        return next(one.name for one in (*self.grades, self.ungraded) if one.code == code)

    def grade(self, earned: Fraction, judged: Fraction, *, unreported: bool = False) -> str:
        """The code of the grade of what was earned of the weight judged, both of 100. `unreported`: an owed figure is missing."""
        if judged < self.least_judged or not judged:
            return self.ungraded.code
        reached = [one for one in self.grades if earned * WHOLE >= one.least * judged]
        if unreported and self.best_needs_reported and reached[0] is self.grades[0]:
            return self.grades[1].code
        return reached[0].code

    def with_weights(self, weights: Mapping[str, int]) -> "CountyStandard":
        """The same standard with other weights, for what-if: brought to 100 by whoever adds up."""
        changed = (replace(one, weight=weights[one.code]) for one in self.dimensions)
        return replace(self, dimensions=tuple(changed))


def from_facts(facts: Mapping[str, Any]) -> CountyStandard:
    """Raises ValueError for a standard that cannot be, and KeyError for one without a part."""
    dimensions = tuple(_dimension(block) for block in facts["dimension"])
    without = facts["without_data"]
    made = CountyStandard(
        version=facts["version"],
        day=date.fromisoformat(str(facts["day"])),
        name=facts["name"],
        citation=f"{facts['document']}，{facts['clause']}：“{facts['sentence']}”",
        methods={method: facts["methods"][method.value] for method in Method},
        no_data=without["word"],
        least_judged=without["least_judged"],
        best_needs_reported=without["best_needs_reported"],
        dimensions=dimensions,
        grades=tuple(Grade(**block) for block in facts["grade"]),
        ungraded=Grade(least=0, **facts["ungraded"]),
        limits=VisitLimits(**facts["visit_record"]),
    )
    if problem := _problem(made):
        raise ValueError(f"county_evaluation.toml: {problem}")
    return made


def _dimension(block: Mapping[str, Any]) -> Dimension:
    items = tuple(
        Item(
            code=one["code"],
            name=one["name"],
            dimension=block["code"],
            method=Method(one["method"]),
            source=one["source"],
            parts={Tier(tier): part for tier, part in one["parts"].items()},
            parameters={key: value for key, value in one.items() if key not in _OF_ITEM},
        )
        for one in block["item"]
    )
    return Dimension(**{key: value for key, value in block.items() if key != "item"}, items=items)


def _problem(made: CountyStandard) -> str | None:
    """What is wrong with a standard; None for one that can be."""
    codes = [item.code for one in made.dimensions for item in one.items]
    leasts = [one.least for one in made.grades]
    every = [item for one in made.dimensions for item in one.items]
    if sum(made.weights.values()) != WHOLE or min(made.weights.values()) <= 0:
        return "weights add up to 100"
    if len(set(codes)) != len(codes) or len(made.weights) != len(made.dimensions):
        return "codes are told apart"
    for one in made.dimensions:
        for tier in Tier:
            if sum(item.parts[tier] for item in one.items_of(tier)) != WHOLE:
                return f"the parts of {one.code} add up to 100 for {tier.value}"
    if leasts != sorted(set(leasts), reverse=True) or leasts[-1] != 0 or len(leasts) < 2:
        return "grades from the best down to 0"
    return next((sentence for item in every if (sentence := _problem_of(item))), None)


def _problem_of(item: Item) -> str | None:
    if item.source not in SOURCES:
        return f"{item.code} has a source that nobody knows"
    if (item.source == "recorded") is (item.method is Method.COMPUTED):
        return f"{item.code} is recorded by a visit or a supervision, or computed"
    return None


def _refuse_out_of_scope(made: CountyStandard) -> CountyStandard:
    """Of the standard in force only: a frozen one was made for the indicators of its own year."""
    year = catalogue().current_year
    for item in (item for one in made.dimensions for item in one.items if item.is_owed):
        kpi = catalogue().kpi(item.parameters["kpi"])
        if any(kpi not in year.kpis_of(tier) for tier in item.parts):
            raise ValueError(f"county_evaluation.toml: {item.code} counts what is not in the scope of its counties")
    return made


# --- where it lies --------------------------------------------------------------------------------------------------


def standard_facts() -> dict[str, Any]:
    """The standard in force as an evaluation keeps it: plain values, the day as text."""
    facts: dict[str, Any] = json.loads(json.dumps(_facts(_path()), ensure_ascii=False, default=str))
    return facts


def county_standard() -> CountyStandard:
    """The standard in force; read once per folder and process."""
    return _standard(_path())


def _path() -> Path:
    return settings.data_folder() / "catalogue" / "county_evaluation.toml"


@lru_cache(maxsize=8)
def _standard(path: Path) -> CountyStandard:
    return _refuse_out_of_scope(from_facts(_facts(path)))


@lru_cache(maxsize=8)
def _facts(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
