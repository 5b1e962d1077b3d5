"""The facts of 动态复核, read from catalogue/recheck.toml: triggers, deadline, limits."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from programme import settings
from programme.calendar import WorkCalendar
from programme.catalogue import catalogue

CODES: Final = ("grade", "milestones", "complaints", "silence")


@dataclass(frozen=True)
class Rule:
    """A trigger: `grades` are codes of the outcomes; `least` a number of things; `months` without a report."""

    code: str
    name: str
    grades: tuple[str, ...] = ()
    least: int = 0
    months: int = 0


@dataclass(frozen=True)
class RecheckFacts:
    citation: str
    working_days: int
    days: int
    rules: tuple[Rule, ...]
    limits: dict[str, int]


def load(path: Path) -> RecheckFacts:
    """Read the file; a missing or misspelt entry raises KeyError, TypeError or ValueError."""
    facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(Rule(**{**block, "grades": tuple(block.get("grades", ()))}) for block in facts["trigger"])
    if any(rule.code not in CODES for rule in rules):
        raise ValueError(f"recheck.toml: triggers are {', '.join(CODES)}")
    return RecheckFacts(
        citation=f"{facts['document']}，{facts['clause']}：“{facts['sentence']}”",
        working_days=facts["deadline"]["working_days"],
        days=facts["deadline"]["days"],
        rules=rules,
        limits=facts["limits"],
    )


@lru_cache(maxsize=8)
def _loaded(path: Path) -> RecheckFacts:
    return load(path)


def recheck_facts() -> RecheckFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder() / "catalogue" / "recheck.toml")


def deadline(started: date) -> tuple[date, str]:
    """The day by which a re-check that starts on `started` is to be rectified, and how it was counted."""
    facts = recheck_facts()
    return rectified_by(started, facts.working_days, facts.days, catalogue().calendar)


def rectified_by(started: date, working_days: int, days: int, calendar: WorkCalendar) -> tuple[date, str]:
    """Working days where the calendar knows the holidays of every year they pass, else days."""
    due = calendar.working_days_from(started, working_days)
    known = {day.year for day in calendar.holidays}
    if set(range(started.year, due.year + 1)) <= known:
        return due, f"{working_days}个工作日"
    return started + timedelta(days=days), f"{days}天"
