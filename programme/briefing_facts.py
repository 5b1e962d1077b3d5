"""briefing.toml: the rules by which a county is said to need help, how much a slide holds, faces and colours."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from programme import settings


@dataclass(frozen=True)
class HelpRule:
    """Which condition, its thresholds, and the sentence that is said of whoever fulfils it."""

    id: str
    sentence: str
    limits: Mapping[str, int]


@dataclass(frozen=True)
class BriefingFacts:
    """`slides`: rows and lengths; `sheets`: what a one-page sheet may tell; `look`: the face, and colours as #rrggbb, those
    of lights by their value."""

    help: tuple[HelpRule, ...]
    slides: Mapping[str, int]
    sheets: Mapping[str, int]
    look: Mapping[str, str]


def briefing_facts() -> BriefingFacts:
    return _loaded(settings.data_folder_name())


@lru_cache(maxsize=8)
def _loaded(folder: str) -> BriefingFacts:
    facts: dict[str, Any] = tomllib.loads((Path(folder) / "catalogue" / "briefing.toml").read_text(encoding="utf-8"))
    rules = tuple(HelpRule(rule.pop("id"), rule.pop("sentence"), rule) for rule in facts["help"])
    return BriefingFacts(rules, facts["slides"], facts["sheets"], facts["look"])
