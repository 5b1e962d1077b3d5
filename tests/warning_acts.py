"""Counties whose figures warn, and what is done about it, for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import db
from programme import standings
from programme.catalogue import catalogue
from programme.early_warnings import EarlyWarning, State, close, early_warnings, take_up
from programme.models import WarningEvent
from programme.permissions import Actor
from programme.standings import Chain, kpi_codes
from tests.factories import insert_return

YEAR = catalogue().years[0]
LUSHUI, YUNLONG = 533301, 532929
STILL = {"trainees": [0, 1, 2, 3, 0, 0]}
"""May to October: no growth in September and October."""
VERBS = {State.HANDLED: take_up, State.CLOSED: close}


def at(day: int, month: int = 11) -> datetime:
    return datetime(2019, month, day, 2, tzinfo=UTC)


def report(figures: Mapping[int, Mapping[str, Sequence[int | None]]], first: int = 0) -> None:
    """Hand in what each county says of each indicator, month by month from a month of the year on, past all checks."""
    with db.transaction() as session:
        keys, rows = [], []
        for county, lines in figures.items():
            for at_month in range(len(next(iter(lines.values())))):
                month = YEAR.months[first + at_month].number
                row = [lines.get(code, [None] * 9)[at_month] for code in kpi_codes()]
                keys.append((county, month, insert_return(session, county, month, row)))
                rows.append(row)
        standings.post(session, YEAR, Chain.of(keys, rows))


def found(rule: str = "no_growth", county: int = LUSHUI) -> list[EarlyWarning]:
    with db.reading() as session:
        every = early_warnings(session, YEAR)
    return [one for one in every if (one.rule.code, one.member.county_id) == (rule, county)]


def act(actor: Actor, step: State, one: EarlyWarning | None = None, note: str = "已与企业核对") -> None:
    (seen,) = [one] if one else [known for known in found() if known.is_present]
    with db.transaction() as session:
        VERBS[step](session, actor, seen, note)


def fill_every_table(county: Actor) -> None:
    """A step taken in a warning, past the rules."""
    with db.transaction() as session:
        session.add(
            WarningEvent(
                county_id=LUSHUI, month=201910, rule="no_growth", number=1, step="handled", sentence="没有增长",
                note="写了\u2028两行", user_id=county.id, user_name=county.name,
            )
        )  # fmt: skip
