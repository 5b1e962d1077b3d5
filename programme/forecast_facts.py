"""The rules of looking ahead (展望), read from catalogue/forecast.toml."""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from programme import settings


@dataclass(frozen=True)
class ForecastFacts:
    recent_months: int
    least_months: int
    least_nonzero: int
    band_months: int
    horizon_times: int
    whole_month_days: int
    least_reported: Fraction


def load(path: Path) -> ForecastFacts:
    """A missing or misspelt entry raises KeyError, TypeError or ValueError at start."""
    facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return ForecastFacts(**facts | {"least_reported": Fraction(facts["least_reported"])})


@lru_cache(maxsize=8)
def _loaded(path: Path) -> ForecastFacts:
    return load(path)


def forecast_facts() -> ForecastFacts:
    """The facts in force; read once per folder and process."""
    return _loaded(settings.data_folder() / "catalogue" / "forecast.toml")
