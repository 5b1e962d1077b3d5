"""How a province assesses the applications (省内遴选), read from catalogue/selection.toml: criteria, weights, assessors."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from programme import settings

WHOLE = 100
"""What the weights add up to, in percent."""


@dataclass(frozen=True)
class Criterion:
    """`weight` in percent; `max` is an assessor's highest score, in whole points; `sentence` is that of the notice."""

    code: str
    name: str
    short: str
    weight: int
    max: int
    clause: str
    sentence: str


@dataclass(frozen=True)
class SelectionFacts:
    """`assessors`: so many without a conflict of interest must have scored a project before it is recommended."""

    document: str
    clause: str
    sentence: str
    assessors: int
    limits: dict[str, int]
    criteria: tuple[Criterion, ...]

    @property
    def citation(self) -> str:
        return f"{self.document}，{self.clause}：“{self.sentence}”"


def load(folder: Path) -> SelectionFacts:
    """A missing or misspelt entry raises KeyError or TypeError at start; weights or scores that do not fit, ValueError."""
    facts = tomllib.loads((folder / "catalogue" / "selection.toml").read_text(encoding="utf-8"))
    criteria = tuple(Criterion(**block) for block in facts.pop("criterion"))
    if (total := sum(criterion.weight for criterion in criteria)) != WHOLE:
        raise ValueError(f"selection.toml: the weights add up to {total}, not to {WHOLE}")
    if any(criterion.weight < 1 or criterion.max < 1 for criterion in criteria):
        raise ValueError("selection.toml: weights and highest scores are whole numbers from 1")
    if len({criterion.code for criterion in criteria}) != len(criteria):
        raise ValueError("selection.toml: every criterion has a code of its own")
    return SelectionFacts(**facts, criteria=criteria)


@lru_cache(maxsize=8)
def _loaded(folder: str) -> SelectionFacts:
    return load(Path(folder))


def selection_facts() -> SelectionFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name())
