"""The evidence registers, read from catalogue/registers.toml: their columns, what tells items apart, which counts they prove."""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from programme import settings
from programme.catalogue import Kpi, catalogue

Kind = Literal["text", "link", "credit_code", "day", "day_or_month", "count", "choice", "household"]
Measure = Literal["items", "amount"]


@dataclass(frozen=True)
class RegisterColumn:
    """A column of a register. `width` in characters; `unit` of a count; `choices` are words with their other spellings."""

    field: str
    heading: str
    kind: Kind
    width: int
    aliases: tuple[str, ...] = ()
    required: bool = False
    unit: str = ""
    in_month: bool = False
    by_end: bool = False
    blank_is_zero: bool = False
    choices: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Proof:
    """The indicator a register stands behind, and how its rows are counted for it.

    `to_date` counts over all months up to the one shown, else within it; `first` counts an item in its first month only.
    """

    kpi: Kpi
    measure: Measure
    tolerance: int
    tolerance_percent: int
    to_date: bool = False
    first: bool = False


@dataclass(frozen=True)
class Register:
    """One register. `secret`: only keyed hashes are kept, and no file; `third`: a source beside the counties' own."""

    code: str
    name: str
    columns: tuple[RegisterColumn, ...]
    unique: tuple[str, ...]
    counted: tuple[str, ...]
    proofs: tuple[Proof, ...]
    notes: tuple[str, ...]
    amount: tuple[str, ...] = ()
    source: str = ""
    shared: bool = False
    secret: bool = False
    third: bool = False

    @property
    def required(self) -> tuple[RegisterColumn, ...]:
        return tuple(column for column in self.columns if column.required)

    def column(self, name: str) -> RegisterColumn:
        return next(column for column in self.columns if column.field == name)

    @property
    def title(self) -> str:
        """信息台账; 平台数据 is no register of a county's."""
        return self.name if self.third else f"{self.name}台账"


@dataclass(frozen=True)
class RegisterFacts:
    version: int
    max_text: int
    max_link: int
    registers: tuple[Register, ...]

    def register(self, code: str) -> Register:
        """Raises KeyError for a code that the catalogue does not know."""
        return {register.code: register for register in self.registers}[code]

    @property
    def own(self) -> tuple[Register, ...]:
        """Those of the counties."""
        return tuple(register for register in self.registers if not register.third)


def _column(block: dict[str, Any]) -> RegisterColumn:
    choices = {word: tuple(spellings) for word, spellings in block.get("choices", {}).items()}
    return RegisterColumn(**{**block, "aliases": tuple(block.get("aliases", ())), "choices": choices})


def _register(block: dict[str, Any]) -> Register:
    lists: dict[str, Any] = {key: tuple(block[key]) for key in ("unique", "counted", "notes", "amount") if key in block}
    proofs = tuple(Proof(**{**proof, "kpi": catalogue().kpi(proof["kpi"])}) for proof in block["proof"])
    columns = tuple(_column(column) for column in block["column"])
    rest = {key: value for key, value in block.items() if key not in ("proof", "column", *lists)}
    return Register(**rest, **lists, proofs=proofs, columns=columns)


def load(path: Path) -> RegisterFacts:
    """Read the file; a missing or misspelt entry raises KeyError or TypeError."""
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    registers = tuple(_register(block) for block in facts["register"])
    return RegisterFacts(facts["version"], facts["max_text"], facts["max_link"], registers)


@lru_cache(maxsize=8)
def _loaded(path: Path) -> RegisterFacts:
    return load(path)


def register_facts() -> RegisterFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder() / "catalogue" / "registers.toml")
