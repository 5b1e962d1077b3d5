"""The standard of an evaluation, read from catalogue/evaluation.toml or as a round has frozen it; and the grade it gives."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from programme import settings
from programme.project_facts import project_facts

TEXTS: Final = ("reputation", "effect")
"""Dimensions that every standard has, because the notice names them; each with a text of its own."""


@dataclass(frozen=True)
class Dimension:
    code: str
    name: str
    weight: int
    clause: str
    sentence: str
    hint: str


@dataclass(frozen=True)
class Standard:
    """`grades` are (code, lowest weighted score of 100), the best first."""

    version: str
    day: date
    citation: str
    lowest: int
    highest: int
    dimensions: tuple[Dimension, ...]
    grades: tuple[tuple[str, int], ...]
    commended: str
    text_limits: tuple[int, int]
    evidence_limits: tuple[int, int]
    max_bytes: int

    def dimension(self, code: str) -> Dimension:
        return next(one for one in self.dimensions if one.code == code)

    def total(self, scores: Mapping[str, int]) -> Fraction:
        """The weighted score of 100."""
        span = self.highest - self.lowest
        return sum(
            (Fraction(one.weight * (scores[one.code] - self.lowest), span) for one in self.dimensions), Fraction(0)
        )

    def grade(self, scores: Mapping[str, int]) -> str:
        """The code of the outcome. Decided by the exact score, never by a rounded one."""
        total = self.total(scores)
        return next(code for code, least in self.grades if total >= least)


def from_facts(facts: Mapping[str, Any]) -> Standard:
    """Raises ValueError for a standard that cannot be: weights, grades, scale, or without what the notice names."""
    dimensions = tuple(Dimension(**block) for block in facts["dimension"])
    grades = tuple((block["code"], block["least"]) for block in facts["grade"])
    if sum(one.weight for one in dimensions) != 100 or any(one.weight <= 0 for one in dimensions):
        raise ValueError("evaluation.toml: weights add up to 100")
    if not set(TEXTS) <= {one.code for one in dimensions}:
        raise ValueError("evaluation.toml: reputation and effect are dimensions")
    leasts = [least for _, least in grades]
    if leasts != sorted(leasts, reverse=True) or len(set(leasts)) != len(leasts) or leasts[-1] != 0:
        raise ValueError("evaluation.toml: grades from the best down to 0")
    if [code for code, _ in grades] != [choice.code for choice in project_facts().lists["outcome"] if choice.code]:
        raise ValueError("evaluation.toml: grades are the outcomes of projects.toml")
    if facts["scale"]["highest"] <= facts["scale"]["lowest"]:
        raise ValueError("evaluation.toml: a scale rises")
    texts, evidence = facts["texts"], facts["evidence"]
    return Standard(
        version=facts["version"],
        day=date.fromisoformat(str(facts["day"])),
        citation=f"{facts['document']}，{facts['clause']}：“{facts['sentence']}”",
        lowest=facts["scale"]["lowest"],
        highest=facts["scale"]["highest"],
        dimensions=dimensions,
        grades=grades,
        commended=facts["commended"]["grade"],
        text_limits=(texts["least"], texts["most"]),
        evidence_limits=(evidence["least"], evidence["most"]),
        max_bytes=evidence["max_bytes"],
    )


def frozen() -> str:
    """The standard in force as a round keeps it: JSON, days as texts."""
    return json.dumps(_facts(_path()), ensure_ascii=False, default=str)


def thawed(text: str) -> Standard:
    """The standard as it was when a round was drawn, whatever the file says today."""
    return from_facts(json.loads(text))


def standard() -> Standard:
    """The standard in force; read once per folder and process."""
    return from_facts(_facts(_path()))


def _path() -> Path:
    return settings.data_folder() / "catalogue" / "evaluation.toml"


@lru_cache(maxsize=8)
def _facts(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
