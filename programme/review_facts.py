"""How projects are judged, listed and put on notice (网发[2016]290号, 三(二)3), read from catalogue/review.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from programme import settings

WHOLE = 100


@dataclass(frozen=True)
class Criterion:
    """What is judged; `weight` in percent of the total."""

    code: str
    name: str
    weight: int
    hint: str


@dataclass(frozen=True)
class ReviewFacts:
    """`experts` of each project; `drop_from` scores on, highest and lowest do not count; `spread` in points.

    `limits` and `objection` hold lengths and rates by their names in the file. `working_days` of a notice, its first day not
    counted.
    """

    citation: str
    experts: int
    drop_from: int
    spread: int
    limits: dict[str, int]
    criteria: tuple[Criterion, ...]
    working_days: int
    notice_citation: str
    how_to_object: str
    objection: dict[str, int]


def _criteria(blocks: list[dict[str, Any]]) -> tuple[Criterion, ...]:
    criteria = tuple(Criterion(**block) for block in blocks)
    if sum(one.weight for one in criteria) != WHOLE:
        raise ValueError(f"review.toml: the weights must add up to {WHOLE}")
    return criteria


def load(folder: Path) -> ReviewFacts:
    """A missing or misspelt entry raises KeyError, TypeError or ValueError at start."""
    facts = tomllib.loads((folder / "catalogue" / "review.toml").read_text(encoding="utf-8"))
    source = f"{facts['document']}，{facts['clause']}"
    return ReviewFacts(
        citation=f"{source}：“{facts['sentence']}”",
        limits=facts["limits"],
        criteria=_criteria(facts["criterion"]),
        working_days=facts["notice"]["working_days"],
        notice_citation=f"{source}：“{facts['notice']['sentence']}”",
        how_to_object=facts["notice"]["how_to_object"],
        objection=facts["objection"],
        **facts["panel"],
    )


@lru_cache(maxsize=8)
def _loaded(folder: str) -> ReviewFacts:
    return load(Path(folder))


def review_facts() -> ReviewFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name())
