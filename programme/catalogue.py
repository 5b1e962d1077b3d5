"""The facts an official could correct, read from data/: indicators, programme years, calendar, limits of the checks."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from programme import settings
from programme.calendar import Month, WorkCalendar


class Tier(StrEnum):
    """核心示范县, 辐射带动县."""

    CORE = "core"
    RADIATING = "radiating"


TIER_NAMES = {"core": "核心示范县", "radiating": "辐射带动县", "all": "全部县"}
Kind = Literal["flow", "stock"]


@dataclass(frozen=True)
class Kpi:
    """One indicator. The store holds integers of `1 / factor` unit; a form asks for multiples of `entry_factor` units."""

    code: str
    name: str
    short: str
    unit: str
    entry_unit: str
    kind: Kind
    over_counties: str
    over_months: str
    definition: str
    factor: int = 1
    entry_factor: int = 1
    aliases: tuple[str, ...] = ()

    @property
    def is_flow(self) -> bool:
        return self.kind == "flow"

    @property
    def stored_per_entry(self) -> int:
        """Stored integers in one entry unit: 1,000,000 (分) for 万元."""
        return self.factor * self.entry_factor


@dataclass(frozen=True)
class Target:
    """A cumulative floor (不低于) of the plan. `value` in the indicator's unit; `stored` in stored integers."""

    kpi: Kpi
    tier: str
    value: int
    document: str
    clause: str
    sentence: str

    @property
    def stored(self) -> int:
        return self.value * self.kpi.factor

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        return tuple(Tier) if self.tier == "all" else (Tier(self.tier),)

    @property
    def name(self) -> str:
        return f"{self.kpi.name} · {TIER_NAMES[self.tier]}"

    @property
    def citation(self) -> str:
        return f"{self.document}，{self.clause}：“{self.sentence}”"


@dataclass(frozen=True)
class Year:
    """A programme year: its period, its floors, its rules."""

    year: int
    name: str
    document: str
    launch: date
    end: date
    due_day: int
    expected: dict[Tier, int]
    green: Fraction
    amber: Fraction
    reading: str
    targets: tuple[Target, ...]

    @cached_property
    def months(self) -> tuple[Month, ...]:
        return tuple(Month.of(self.launch).until(Month.of(self.end)))

    def elapsed_share(self, month: Month) -> Fraction:
        """序时进度 at the end of the month: elapsed days over all days, both counted from the launch, first and last included."""
        days = (self.end - self.launch).days + 1
        elapsed = (month.last_day - self.launch).days + 1
        return Fraction(min(max(elapsed, 0), days), days)

    def kpis_of(self, tier: Tier) -> tuple[Kpi, ...]:
        """The indicators in scope of a county of this tier, in the catalogue's order."""
        return self._scopes[tier]

    @cached_property
    def _scopes(self) -> dict[Tier, tuple[Kpi, ...]]:
        return {
            tier: tuple(dict.fromkeys(target.kpi for target in self.targets if tier in target.tiers)) for tier in Tier
        }

    def target_of(self, kpi: Kpi, tier: Tier) -> Target | None:
        """The floor that a county of this tier works towards."""
        return self._floors.get((kpi.code, tier))

    @cached_property
    def _floors(self) -> dict[tuple[str, Tier], Target]:
        return {(target.kpi.code, tier): target for target in reversed(self.targets) for tier in target.tiers}

    def even_share(self, kpi: Kpi, tier: Tier) -> Fraction:
        """The even share of a county of this tier in the target (县均份额); 0 when the indicator does not apply."""
        return self._even_shares.get((kpi.code, tier), Fraction(0))

    @cached_property
    def _even_shares(self) -> dict[tuple[str, Tier], Fraction]:
        return {
            key: Fraction(target.stored, counties)
            for key, target in self._floors.items()
            if (counties := self.expected_counties(target.tier))
        }

    def expected_counties(self, tier: str) -> int:
        return sum(count for name, count in self.expected.items() if tier in (name, "all"))


@dataclass(frozen=True)
class Catalogue:
    kpis: tuple[Kpi, ...]
    years: tuple[Year, ...]
    calendar: WorkCalendar
    limits: dict[str, Any]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The indicators' codes, in order."""
        return tuple(kpi.code for kpi in self.kpis)

    def kpi(self, code: str) -> Kpi:
        return next(kpi for kpi in self.kpis if kpi.code == code)

    def year_of(self, month: Month) -> Year | None:
        """The programme year in whose period the month lies."""
        return next((year for year in self.years if month in year.months), None)

    @property
    def current_year(self) -> Year:
        """The latest programme year that has begun, else the first."""
        begun = [year for year in self.years if year.launch <= settings.today()]
        return begun[-1] if begun else self.years[0]

    def due(self, month: Month) -> date:
        """The day by which the month's return is due: `due_day` of the next month, or the next working day."""
        year = self.year_of(month)
        day = year.due_day if year else self.current_year.due_day
        return self.calendar.on_or_after(month.plus(1).first_day.replace(day=day))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _kpi(block: dict[str, Any]) -> Kpi:
    return Kpi(**{**block, "aliases": tuple(block.get("aliases", ()))})


def _year(facts: dict[str, Any], kpis: dict[str, Kpi]) -> Year:
    targets = tuple(
        Target(kpis[t["kpi"]], t["tier"], t["value"], facts["document"], t["clause"], t["sentence"])
        for t in facts["target"]
    )
    ordered = tuple(sorted(targets, key=lambda target: list(kpis).index(target.kpi.code)))
    return Year(
        year=facts["year"],
        name=facts["name"],
        document=facts["document"],
        launch=facts["launch"],
        end=facts["end"],
        due_day=facts["due_day"],
        expected={Tier(name): count for name, count in facts["membership"].items()},
        green=Fraction(facts["lights"]["green"]),
        amber=Fraction(facts["lights"]["amber"]),
        reading=facts["reading"]["text"],
        targets=ordered,
    )


def facts_of(year: Year) -> dict[str, Any]:
    """A year as its file of facts would hold it, in plain values (days as texts); `year_from` makes it a year again."""
    return {
        "year": year.year,
        "name": year.name,
        "document": year.document,
        "launch": year.launch.isoformat(),
        "end": year.end.isoformat(),
        "due_day": year.due_day,
        "membership": {tier.value: count for tier, count in year.expected.items()},
        "lights": {"green": str(year.green), "amber": str(year.amber)},
        "reading": {"text": year.reading},
        "target": [
            {"kpi": t.kpi.code, "tier": t.tier, "value": t.value, "clause": t.clause, "sentence": t.sentence}
            for t in year.targets
        ],
    }


def year_from(facts: dict[str, Any]) -> Year:
    """The year as it was when `facts_of` wrote it down, whatever the file says today."""
    days = {name: date.fromisoformat(facts[name]) for name in ("launch", "end")}
    return _year(facts | days, {kpi.code: kpi for kpi in catalogue().kpis})


def _calendar(folder: Path) -> WorkCalendar:
    files = {int(path.stem): _toml(path) for path in sorted(folder.glob("*.toml"))}
    holidays = {day for facts in files.values() for days in facts["holidays"].values() for day in days}
    worked = frozenset(day for facts in files.values() for day in facts["worked_weekends"])
    return WorkCalendar(frozenset(holidays), worked, frozenset(files))


def load(folder: Path) -> Catalogue:
    """Read all facts below `folder`; a missing or misspelt entry raises KeyError, TypeError or ValueError at start."""
    kpis = tuple(_kpi(block) for block in _toml(folder / "catalogue" / "kpis.toml")["kpi"])
    by_code = {kpi.code: kpi for kpi in kpis}
    years = sorted((_year(_toml(path), by_code) for path in (folder / "years").glob("*.toml")), key=lambda y: y.year)
    return Catalogue(
        kpis=kpis,
        years=tuple(years),
        calendar=_calendar(folder / "calendar"),
        limits=_toml(folder / "catalogue" / "limits.toml"),
    )


@lru_cache(maxsize=8)
def _loaded(folder: str) -> Catalogue:
    return load(Path(folder))


def catalogue() -> Catalogue:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder_name())
