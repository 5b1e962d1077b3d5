"""Reads shared by everybody, kept by reference until the data change: keyed by the store's address and data version.

Nothing here depends on who asks. Scope is applied by the caller on what comes out.
"""

from dataclasses import replace
from functools import lru_cache

import pandas as pd

import db
from programme import (
    county_evaluations,
    county_queries,
    early_warnings,
    forecast_queries,
    queries,
    release_issues,
    settings,
)
from programme.calendar import Month
from programme.catalogue import Target, Year
from programme.county_evaluations import Evaluated
from programme.county_queries import Change
from programme.early_warnings import EarlyWarning
from programme.forecasts import Outlook
from programme.kpis import Progress
from programme.permissions import Actor
from programme.queries import Sums, View
from programme.release_issues import Issue
from programme.standings import Chain

VIEWS = 1024
"""Views that are kept: two bases, the months of a year, and some forty tiers, provinces and groups."""


def sums(version: int, year: Year, view: View) -> Sums:
    """Kept for all months of a view at once."""
    return _sums(settings.database_url(), version, year.year, replace(view, month=year.months[0]))


@lru_cache(maxsize=256)
def _sums(url: str, version: int, year: int, view: View) -> Sums:
    with db.reading() as session:
        return queries.sums(session, queries.year_named(year), view)


def progress(version: int, year: Year, view: View) -> list[Progress]:
    """The targets of the plan for a view that the actor may have (queries.narrowed). Shared: never change the list in place."""
    return _progress(settings.database_url(), version, year.year, view)


@lru_cache(maxsize=VIEWS)
def _progress(url: str, version: int, year: int, view: View) -> list[Progress]:
    facts = year_in(version, queries.year_named(year), view.release)
    return queries.progress_of(sums(version, facts, view), facts, view)


def counties(version: int, year: Year, month: Month, release: int = 0) -> pd.DataFrame:
    """All members of the year (county_queries.county_frame). Shared: never change it in place, and narrow it to the actor."""
    return _counties(settings.database_url(), version, year.year, month, release)


@lru_cache(maxsize=64)
def _counties(url: str, version: int, year: int, month: Month, release: int) -> pd.DataFrame:
    with db.reading() as session:
        return county_queries.county_frame(session, queries.year_named(year), month, release)


def county_evaluation(number: int) -> Evaluated:
    """An evaluation as frozen, which never changes: narrow it to the actor (county_evaluations.narrowed)."""
    return _county_evaluation(settings.database_url(), number)


@lru_cache(maxsize=8)
def _county_evaluation(url: str, number: int) -> Evaluated:
    with db.reading() as session:
        return county_evaluations.whole_evaluation(session, number)


def issues(version: int, year: Year) -> dict[Month, Issue]:
    """The release in force of each month that has one."""
    return _issues(settings.database_url(), version, year.year)


@lru_cache(maxsize=8)
def _issues(url: str, version: int, year: int) -> dict[Month, Issue]:
    with db.reading() as session:
        return release_issues.in_force(release_issues.issues(session, queries.year_named(year)))


@lru_cache(maxsize=8)
def _latest(url: str, version: int, year: int) -> Month:
    with db.reading() as session:
        return queries.latest_month(session, queries.year_named(year))


def year_in(version: int, year: Year, release: int) -> Year:
    """The year's facts as the release froze them, or those of today."""
    return _year_in(settings.database_url(), year.year, release) if release else year


@lru_cache(maxsize=64)
def _year_in(url: str, year: int, release: int) -> Year:
    with db.reading() as session:
        return queries.year_in(session, queries.year_named(year), release)


def latest_month(version: int, year: Year) -> Month:
    return _latest(settings.database_url(), version, year.year)


def changes(version: int, actor: Actor) -> list[Change]:
    """The newest submissions in the actor's scope; the actor is part of the key."""
    return _changes(settings.database_url(), version, actor)


@lru_cache(maxsize=256)
def _changes(url: str, version: int, actor: Actor) -> list[Change]:
    with db.reading() as session:
        return county_queries.latest_changes(session, actor)


def outlooks(version: int, year: Year, view: View) -> list[tuple[Target, Outlook]]:
    """The time ahead of each target, for a view that the actor may have. Shared: never change the list in place."""
    return _outlooks(settings.database_url(), version, year.year, view)


@lru_cache(maxsize=VIEWS)
def _outlooks(url: str, version: int, year: int, view: View) -> list[tuple[Target, Outlook]]:
    facts = year_in(version, queries.year_named(year), view.release)
    return forecast_queries.outlooks_of(sums(version, facts, view), facts, view)


def returns(version: int, year: Year, release: int = 0) -> Chain:
    """The returns of all members, in force or as released. Shared: never change it in place, and narrow it to the actor."""
    return _returns(settings.database_url(), version, year.year, release)


@lru_cache(maxsize=8)
def _returns(url: str, version: int, year: int, release: int) -> Chain:
    with db.reading() as session:
        return forecast_queries.returns(session, queries.year_named(year), release)


def warnings(version: int, year: Year) -> list[EarlyWarning]:
    """Every early warning of the year; a step taken in one raises the data version. Shared: narrow it to the actor."""
    return _warnings(settings.database_url(), version, year.year)


@lru_cache(maxsize=8)
def _warnings(url: str, version: int, year: int) -> list[EarlyWarning]:
    with db.reading() as session:
        return early_warnings.early_warnings(session, queries.year_named(year))
