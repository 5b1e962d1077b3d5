"""What an application (项目申报书, 附件1 of 网发[2016]290号) consists of, read from catalogue/applications.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from programme import settings
from programme.project_facts import project_facts

Kind = Literal["line", "text", "choice", "month", "phone", "email", "postcode", "code", "counties", "province"]
OWN_LISTS = ("degree", "title_rank", "ground")


@dataclass(frozen=True)
class Field:
    """A field of the form. `from_enterprise`: registered with the enterprise, not typed here. `box`: shares a box in print."""

    code: str
    name: str
    kind: Kind
    hint: str = ""
    required: bool = True
    from_enterprise: bool = False
    box: str = ""


@dataclass(frozen=True)
class Section:
    code: str
    name: str
    hint: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class AttachmentKind:
    """`of_version`: belongs to the text it was printed from, so that a changed application needs a new one."""

    code: str
    name: str
    required: bool
    types: tuple[str, ...]
    max_megabytes: int
    of_version: bool = False


@dataclass(frozen=True)
class ApplicationFacts:
    document: str
    annex: str
    title: str
    clause: str
    declaration: str
    limits: dict[str, int]
    options: dict[str, dict[str, str]]
    attachments: tuple[AttachmentKind, ...]
    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)

    def section(self, code: str) -> Section:
        """Raises StopIteration for a code the catalogue does not have."""
        return next(section for section in self.sections if section.code == code)

    def attachment(self, code: str) -> AttachmentKind:
        return next(kind for kind in self.attachments if kind.code == code)

    def choices(self, field: str) -> dict[str, str]:
        """Code → name of a field of kind choice: its own list, or that of the projects."""
        if field in self.options:
            return self.options[field]
        return {choice.code: choice.name for choice in project_facts().lists[field] if choice.code}


def _section(block: dict[str, Any]) -> Section:
    fields = tuple(Field(**field) for field in block.pop("field"))
    return Section(**block, fields=fields)


def _attachment(block: dict[str, Any]) -> AttachmentKind:
    return AttachmentKind(**block | {"types": tuple(block["types"])})


def load(folder: Path) -> ApplicationFacts:
    """A missing or misspelt entry raises KeyError or TypeError at start."""
    facts = tomllib.loads((folder / "catalogue" / "applications.toml").read_text(encoding="utf-8"))
    return ApplicationFacts(
        options={name: {entry["code"]: entry["name"] for entry in facts.pop(name)} for name in OWN_LISTS},
        attachments=tuple(_attachment(block) for block in facts.pop("attachment")),
        sections=tuple(_section(block) for block in facts.pop("section")),
        **facts,
    )


@lru_cache(maxsize=8)
def _loaded(folder: str) -> ApplicationFacts:
    return load(Path(folder))


def application_facts() -> ApplicationFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name())
