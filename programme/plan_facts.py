"""What an execution plan (执行方案) consists of, read from catalogue/plans.toml: sections, their fields, limits."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from programme import settings
from programme.catalogue import Tier

Kind = Literal["line", "text", "money"]
FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class Field:
    """A box of a section. Money is written in 万元 and stored in 分."""

    code: str
    name: str
    kind: Kind
    hint: str


@dataclass(frozen=True)
class Section:
    """A part of the plan as the document names it; the one without fields is the table of milestones."""

    code: str
    name: str
    clause: str
    sentence: str
    hint: str
    required: bool
    fields: tuple[Field, ...]

    @property
    def is_timetable(self) -> bool:
        return not self.fields


@dataclass(frozen=True)
class PlanFacts:
    document: str
    owed_by: Tier
    owed_clause: str
    owed_sentence: str
    limits: dict[str, int]
    sections: tuple[Section, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(section.code for section in self.sections)

    @property
    def timetable(self) -> Section:
        return next(section for section in self.sections if section.is_timetable)

    def section(self, code: str) -> Section:
        """Raises StopIteration for a code the catalogue does not have."""
        return next(section for section in self.sections if section.code == code)

    def field(self, section: str, code: str) -> Field:
        return next(field for field in self.section(section).fields if field.code == code)


def _section(block: dict[str, Any]) -> Section:
    fields = tuple(Field(**field) for field in block.pop("field", ()))
    return Section(**block, fields=fields)


def load(folder: Path) -> PlanFacts:
    """A missing or misspelt entry raises KeyError, TypeError or ValueError at start."""
    facts = tomllib.loads((folder / "catalogue" / "plans.toml").read_text(encoding="utf-8"))
    sections = tuple(_section(block) for block in facts.pop("section"))
    if [section.is_timetable for section in sections].count(True) != 1:
        raise ValueError("plans.toml: exactly one section has no fields")
    return PlanFacts(**facts | {"owed_by": Tier(facts["owed_by"])}, sections=sections)


@lru_cache(maxsize=8)
def _loaded(folder: str) -> PlanFacts:
    return load(Path(folder))


def plan_facts() -> PlanFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name())
