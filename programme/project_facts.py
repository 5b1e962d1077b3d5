"""The facts of the 2016 programme, read from catalogue/projects.toml: lists, life cycle, quota, dates, columns of Annex 2."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from programme import settings
from programme.cell_text import clean_text

Kind = Literal["number", "name", "text", "organisation_code", "choice", "counties", "province"]
LISTS = ("direction", "enterprise_category", "category", "stage", "outcome", "channel")


@dataclass(frozen=True)
class Choice:
    """One entry of a list. The last four fields say something for stages only."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    clause: str = ""
    sentence: str = ""
    decided_by: str = "province"
    in_quota: bool = False
    selected: bool = False
    evaluated: bool = False
    ended: bool = False


@dataclass(frozen=True)
class State:
    """Where a project stands within a stage; `public` is what the enterprise and visitors read.

    `first`: where a project stands that a list names by its stage only.
    """

    code: str
    stage: str
    name: str
    public: str
    first: bool = False
    in_quota: bool = False


@dataclass(frozen=True)
class Deadline:
    code: str
    name: str
    stage: str
    day: date
    citation: str
    """What the day rests on."""
    called_by: str
    """Who sets the day, as the beginning of a sentence: 通知, or the name of a later round."""


@dataclass(frozen=True)
class Round:
    """A call for projects with its days, in force from the day its notice was issued until the next one is."""

    issued: date
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True)
class Column:
    """A column of the summary sheet; `official` ones stand in Annex 2 itself. `width` in characters."""

    field: str
    heading: str
    kind: Kind
    width: int
    aliases: tuple[str, ...] = ()
    official: bool = False


@dataclass(frozen=True)
class Reading:
    """What may stand in a list and is no project."""

    ignored_headings: tuple[str, ...]
    totals: tuple[str, ...]
    notes: tuple[str, ...]
    seals: tuple[str, ...]
    title_words: tuple[str, ...]


@dataclass(frozen=True)
class ProjectFacts:
    name: str
    title: str
    issued: date
    document: str
    commendation_sentence: str
    goal: int
    goal_citation: str
    least: int
    most: int
    quota_citation: str
    not_addressed: tuple[str, ...]
    max_text: int
    max_remark: int
    max_counties: int
    max_projects: int
    units: dict[str, str]
    rounds: tuple[Round, ...]
    lists: dict[str, tuple[Choice, ...]]
    states: tuple[State, ...]
    columns: tuple[Column, ...]
    reading: Reading
    new_stage: dict[str, str]

    @property
    def stages(self) -> tuple[Choice, ...]:
        return self.lists["stage"]

    def state(self, code: str) -> State:
        """Raises KeyError for a code the table does not have."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(f"state: {code}")

    def first_state(self, stage: str) -> State:
        """Where a project stands of which only the stage is known."""
        return next(state for state in self.states if state.stage == stage and state.first)

    def states_of(self, *stages: str) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if state.stage in stages)

    @property
    def states_in_quota(self) -> tuple[str, ...]:
        return tuple(state.code for state in self.states if state.in_quota)

    def deadlines(self, on: date | None = None) -> tuple[Deadline, ...]:
        """Those of the round in force on a day, today when none is given; before the first notice its own."""
        day = on or settings.today()
        return next((one for one in reversed(self.rounds) if one.issued <= day), self.rounds[0]).deadlines

    def deadline(self, code: str, on: date | None = None) -> Deadline:
        return next(deadline for deadline in self.deadlines(on) if deadline.code == code)

    def choice(self, field: str, code: str) -> Choice:
        """The entry of a list; raises KeyError for a code the list does not have."""
        for choice in self.lists[field]:
            if choice.code == code:
                return choice
        raise KeyError(f"{field}: {code}")

    def word(self, field: str, code: str) -> str:
        """What screens say for a code; empty for an empty code of a list that has no word for it."""
        return next((choice.name for choice in self.lists[field] if choice.code == code), code)

    @cached_property
    def spellings(self) -> dict[str, dict[str, str]]:
        """For each list: code, name and aliases, as `bare` writes them, with the code they stand for."""
        return {
            field: {bare(word): c.code for c in choices for word in (c.code, c.name, *c.aliases) if word}
            for field, choices in self.lists.items()
        }

    def column(self, field: str) -> Column:
        return next(column for column in self.columns if column.field == field)

    def position(self, stage: str) -> int:
        return [choice.code for choice in self.stages].index(stage)

    def stages_where(self, mark: str) -> tuple[str, ...]:
        """Codes of the stages with the mark `in_quota`, `selected`, `evaluated` or `ended`."""
        return tuple(stage.code for stage in self.stages if getattr(stage, mark))

    @property
    def track(self) -> tuple[Choice, ...]:
        """The stages of the life cycle in their order, without the ways out."""
        return tuple(stage for stage in self.stages if not stage.ended)


def bare(text: str) -> str:
    """A word of a list however it is spaced, wide or capitalised."""
    return "".join(clean_text(text).split()).casefold()


def _with_tuple(block: dict[str, Any]) -> dict[str, Any]:
    return {**block, "aliases": tuple(block.get("aliases", ()))}


def _reading(block: dict[str, Any]) -> Reading:
    return Reading(**{key: tuple(words) for key, words in block.items()})


def _first_round(facts: dict[str, Any]) -> Round:
    """That of the notice itself."""
    deadlines = (
        Deadline(
            one["code"], one["name"], one["stage"], one["day"],
            f"{facts['document']}，{one['clause']}：“{one['sentence']}”", "通知",
        )
        for one in facts["deadline"]
    )  # fmt: skip
    return Round(facts["issued"], tuple(deadlines))


def _later_round(path: Path, first: Round) -> Round:
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    deadlines = (
        replace(one, day=facts["days"][one.code], citation=facts["basis"], called_by=facts["name"])
        for one in first.deadlines
    )
    return Round(facts["issued"], tuple(deadlines))


def load(path: Path, rounds: Sequence[Path] = ()) -> ProjectFacts:
    """Read the file, and those of later rounds; a missing or misspelt entry raises KeyError or TypeError."""
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    first = _first_round(facts)
    later = (_later_round(one, first) for one in rounds)
    document, goal, quota, limits = facts["document"], facts["goal"], facts["quota"], facts["limits"]
    return ProjectFacts(
        name=facts["name"],
        title=facts["title"],
        issued=facts["issued"],
        document=document,
        commendation_sentence=facts["commendation"]["sentence"],
        goal=goal["projects"],
        goal_citation=f"{document}，{goal['clause']}：“{goal['sentence']}”",
        least=quota["least"],
        most=quota["most"],
        quota_citation=f"{document}，{quota['clause']}：“{quota['sentence']}”",
        not_addressed=tuple(quota["not_addressed"]),
        max_text=limits["max_text"],
        max_remark=limits["max_remark"],
        max_counties=limits["max_counties"],
        max_projects=limits["max_projects"],
        units={unit["code"]: unit["name"] for unit in facts["unit"]},
        rounds=tuple(sorted((first, *later), key=lambda one: one.issued)),
        lists={name: tuple(Choice(**_with_tuple(block)) for block in facts[name]) for name in LISTS},
        states=tuple(State(**block) for block in facts["state"]),
        columns=tuple(Column(**_with_tuple(block)) for block in facts["column"]),
        reading=_reading(facts["reading"]),
        new_stage=facts["new"],
    )


@lru_cache(maxsize=8)
def _loaded(folder: str, with_samples: bool) -> ProjectFacts:
    return load(Path(folder) / "catalogue" / "projects.toml", settings.round_files())


def project_facts() -> ProjectFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name(), not settings.production())
