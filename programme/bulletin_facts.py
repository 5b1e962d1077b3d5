"""The words and rules of the bulletin (通报), read from data/catalogue/bulletin.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from programme import settings


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, the field it shows, its width in millimetres."""

    head: str
    field: str
    width: int


@dataclass(frozen=True)
class Rule:
    """When something is said, and how: see the head of bulletin.toml."""

    id: str
    section: str
    condition: str
    sentence: str
    heading: str = ""
    item: str = ""
    joint: str = ""
    otherwise: str = ""
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Section:
    code: str
    heading: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Limits:
    """What the conditions measure by; points are 百分点."""

    far_points: int
    far_targets: int
    good_targets: int
    idle_months: int
    idle_kpi: str
    named: int
    rows: int


@dataclass(frozen=True)
class BulletinFacts:
    words: dict[str, str]
    limits: Limits
    sections: tuple[Section, ...]

    @property
    def rules(self) -> dict[str, Rule]:
        return {rule.id: rule for section in self.sections for rule in section.rules}

    def said(self, word: str, **values: object) -> str:
        """One of the words with its fields filled; KeyError for one that is not in the file."""
        return filled(self.words[word], {name: str(value) for name, value in values.items()})


def filled(template: str, values: dict[str, str]) -> str:
    """Plain {names} only: a file of facts reaches no attribute and no format of a value. KeyError for a name nobody gave."""
    return "".join(text + ("" if name is None else values[name]) for text, name, _, _ in Formatter().parse(template))


def fields_in(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def bulletin_facts() -> BulletinFacts:
    return _loaded(settings.data_folder_name())


@lru_cache(maxsize=8)
def _loaded(folder: str) -> BulletinFacts:
    return read(tomllib.loads((Path(folder) / "catalogue" / "bulletin.toml").read_text(encoding="utf-8")))


def read(facts: dict[str, Any]) -> BulletinFacts:
    """Raises TypeError or ValueError for what is misspelt."""
    rules = [_rule(block) for block in facts["rule"]]
    sections = tuple(
        Section(block["code"], block["heading"], tuple(rule for rule in rules if rule.section == block["code"]))
        for block in facts["section"]
    )
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError("two rules of the bulletin have the same id")
    if lost := {rule.section for rule in rules} - {section.code for section in sections}:
        raise ValueError(f"no such section of the bulletin: {lost}")
    return BulletinFacts(facts["words"], Limits(**facts["limits"]), sections)


def _rule(block: dict[str, Any]) -> Rule:
    return Rule(**{**block, "columns": tuple(Column(*column) for column in block.get("columns", ()))})
