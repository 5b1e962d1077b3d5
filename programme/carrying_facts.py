"""The facts of 统一组织实施, read from catalogue/carrying.toml: forms of training, kinds of addresses, rhythm, limits."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from programme import settings

RHYTHMS: Final = {"month": 1, "quarter": 3}
"""Months of a period."""


@dataclass(frozen=True)
class CarryingFacts:
    """`forms` and `kinds` are code → name. The citations are document, clause and sentence."""

    document: str
    clause: str
    forms: dict[str, str]
    kinds: dict[str, str]
    expo: str
    rhythm: str
    training_citation: str
    online_citation: str
    expo_citation: str
    progress_citation: str
    limits: dict[str, int]


def _names(blocks: list[dict[str, str]]) -> dict[str, str]:
    return {block["code"]: block["name"] for block in blocks}


def load(path: Path) -> CarryingFacts:
    """Read the file; a missing or misspelt entry raises KeyError or ValueError."""
    facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    if facts["progress"]["rhythm"] not in RHYTHMS:
        raise ValueError(f"carrying.toml: rhythm is one of {', '.join(RHYTHMS)}")
    cited = f"{facts['document']}，{facts['clause']}"
    return CarryingFacts(
        document=facts["document"],
        clause=facts["clause"],
        forms=_names(facts["training"]["form"]),
        kinds=_names(facts["online"]["kind"]),
        expo=facts["expo"]["name"],
        rhythm=facts["progress"]["rhythm"],
        training_citation=f"{cited}：“{facts['training']['sentence']}”",
        online_citation=f"{cited}：“{facts['online']['sentence']}”",
        expo_citation=f"{cited}：“{facts['expo']['sentence']}”",
        progress_citation=f"{cited}：“{facts['progress']['sentence']}”",
        limits=facts["limits"],
    )


@lru_cache(maxsize=8)
def _loaded(path: Path) -> CarryingFacts:
    return load(path)


def carrying_facts() -> CarryingFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder() / "catalogue" / "carrying.toml")
