"""The rules of early warning (预警), read from catalogue/warnings.toml."""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from programme import settings
from programme.catalogue import Kpi, catalogue
from programme.permissions import ROLE_NAMES, Role

KINDS: Final = ("no_growth", "group_behind", "rise_without", "never_moves")
OWNERS: Final = (Role.COUNTY, Role.PROVINCE, Role.OFFICE)


@dataclass(frozen=True)
class Rule:
    """One rule; what the thresholds mean depends on its kind and stands in the file. `apart` is the sentence for those who may not
    see the figures of every county it is made of."""

    code: str
    kind: str
    name: str
    severity: str
    owner: Role
    kpis: tuple[Kpi, ...]
    months: int
    least: int
    sentence: str
    factor: Fraction = Fraction(1)
    without: Kpi | None = None
    fewest: int = 1
    apart: str = ""

    @property
    def owner_name(self) -> str:
        return ROLE_NAMES[self.owner]


@dataclass(frozen=True)
class WarningFacts:
    rules: tuple[Rule, ...]
    severities: tuple[str, ...]
    limits: dict[str, int]

    def rule(self, code: str) -> Rule:
        return next(rule for rule in self.rules if rule.code == code)


def _rule(block: dict[str, Any]) -> Rule:
    rule = Rule(
        **block
        | {
            "owner": Role(block["owner"]),
            "kpis": tuple(catalogue().kpi(code) for code in block["kpis"]),
            "factor": Fraction(block.get("factor", 1)),
            "without": catalogue().kpi(block["without"]) if "without" in block else None,
        }
    )
    if rule.kind not in KINDS or rule.owner not in OWNERS:
        raise ValueError(f"warnings.toml: {rule.code} has a kind or an owner that is not known")
    if rule.kind == "group_behind" and not rule.apart:
        raise ValueError(f"warnings.toml: {rule.code} tells of several counties and wants a sentence without figures")
    return rule


def load(path: Path) -> WarningFacts:
    """A missing or misspelt entry raises KeyError, TypeError, ValueError or StopIteration at start."""
    facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rules, severities = tuple(_rule(block) for block in facts["rule"]), tuple(facts["severities"])
    if any(rule.severity not in severities for rule in rules):
        raise ValueError(f"warnings.toml: severities are {', '.join(severities)}")
    return WarningFacts(rules, severities, facts["limits"])


@lru_cache(maxsize=8)
def _loaded(path: Path) -> WarningFacts:
    return load(path)


def warning_facts() -> WarningFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder() / "catalogue" / "warnings.toml")
