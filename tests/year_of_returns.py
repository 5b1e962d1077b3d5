"""A programme year played through the verbs of the pages, with a clock that moves: who hands in what, when, and what goes wrong."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import db
from programme import forms, obligations, release_content, releases, reviews, settings
from programme.calendar import Month
from programme.catalogue import Kpi, Year, catalogue
from programme.county_by_county import parted
from programme.errors import Outdated
from programme.findings import errors, warnings
from programme.kpis import entry_text
from programme.obligations import Obligation, Status, Step
from programme.permissions import Actor, Role
from programme.returns import Checked, Member, check_file, members_of
from programme.reviews import Cell
from programme.submissions import submit
from programme.templates import batch_form
from tests.factories import a_user

Figures = dict[str, int | None]
WHY = "已核对台账"


class Crash(Exception):
    """The process ends before the transaction does."""


@dataclass
class World:
    """Everybody of the programme, and what each county has handed in last: the ledger an honest clerk would keep."""

    year: Year
    members: dict[int, Member]
    office: Actor
    provinces: dict[str, tuple[Actor, Actor]]
    counties: dict[int, Actor]
    random: Random = field(default_factory=lambda: Random(110))
    ledger: dict[tuple[int, Month], Figures] = field(default_factory=dict)
    accepted: dict[tuple[int, Month], Figures] = field(default_factory=dict)

    def kpis(self, county: int) -> tuple[Kpi, ...]:
        return self.year.kpis_of(self.members[county].tier)

    def owed(self, month: Month, *states: Status) -> list[Obligation]:
        with db.reading() as session:
            every = obligations.obligations(session, self.office, self.year, month)
        return [one for one in every if one.status in states]


def world(counties: Iterable[int]) -> World:
    """`counties` get accounts of their own; every province gets two, so that one may review what the other handed in."""
    year = catalogue().years[0]
    with db.reading() as session:
        members = members_of(session, year)
    codes = sorted({member.code[:2] for member in members.values()})
    return World(
        year=year,
        members=members,
        office=a_user(Role.OFFICE),
        provinces={
            code: (
                a_user(Role.PROVINCE, province=code),
                a_user(Role.PROVINCE, province=code, username=f"province-{code}-b"),
            )
            for code in codes
        },
        counties={county: a_user(Role.COUNTY, county=members[county].code) for county in counties},
    )


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), settings.BEIJING)


# --- figures --------------------------------------------------------------------------------------------------------


def new_figures(world: World, county: int, month: Month) -> Figures:
    """Of the size the county is used to; stocks grow."""
    before = world.ledger.get((county, month.plus(-1)), {})
    figures: Figures = {}
    for kpi in world.kpis(county):
        step = kpi.stored_per_entry
        if kpi.code == "brands":
            figures[kpi.code] = min((before.get("brands") or 0) + world.random.randint(0, 1), 1)
        elif kpi.is_flow:
            figures[kpi.code] = world.random.randint(8, 12) * step
        else:
            figures[kpi.code] = (before.get(kpi.code) or 10) + world.random.randint(0, 3)
    return figures


def entries(world: World, county: int, figures: Figures) -> dict[str, dict[str, str]]:
    """As typed on the page: 本月数 of flows, 累计数 of stocks."""
    return {
        kpi.code: {
            "month" if kpi.is_flow else "to_date": ""
            if figures[kpi.code] is None
            else entry_text(figures[kpi.code] or 0, kpi)
        }
        for kpi in world.kpis(county)
    }


# --- handing in -----------------------------------------------------------------------------------------------------


def _store(actor: Actor, checked: Checked) -> None:
    with db.transaction() as session:
        submit(session, actor, checked, WHY if warnings(checked.findings) else "")


def by_hand(world: World, county: int, month: Month, figures: Figures, actor: Actor | None = None) -> None:
    """On the page, by the county itself or by somebody for it."""
    sender = actor or world.counties[county]
    with db.reading() as session:
        checked = forms.check_entries(session, sender, county, month, entries(world, county, figures))
    assert errors(checked.findings) == []
    _store(sender, checked)
    world.ledger[county, month] = figures


def in_one_file(world: World, province: str, counties: list[int], month: Month, *, broken: int = 0) -> None:
    """A province's batch; `broken` names a county whose row has an error: it stays behind until the repaired file comes."""
    figures = {county: new_figures(world, county, month) for county in counties}
    actor = world.provinces[province][0]
    if broken:
        wrong = figures | {broken: figures[broken] | {"posts": -5}}
        checked = _checked(world, actor, wrong, month)
        parts = parted(checked)
        assert parts is not None
        assert parts.kept_back == {world.members[broken].name: 1}
        _store(actor, parts.sound)
    _store(actor, _checked(world, actor, figures, month))
    world.ledger |= {(county, month): found for county, found in figures.items()}


def _checked(world: World, actor: Actor, figures: dict[int, Figures], month: Month) -> Checked:
    members = [world.members[county] for county in figures]
    cells = {
        (world.members[county].code, month, kpi): value for county, row in figures.items() for kpi, value in row.items()
    }
    outside = {
        (member.code, kpi.code)
        for member in members
        for kpi in catalogue().kpis
        if kpi not in world.year.kpis_of(member.tier)
    }
    rows = [(member.code, member.name, month) for member in members]
    content = batch_form(rows, catalogue().kpis, world.year, outside, cells)
    with db.reading() as session:
        return check_file(session, actor, content, f"{members[0].province}_{month}.xlsx")


# --- up the line ----------------------------------------------------------------------------------------------------


def send_back_and_repair(world: World, one: Obligation) -> None:
    """Two cells are sent back; the county changes just those and hands in again."""
    reviewer = world.provinces[one.code[:2]][1]
    cells = [Cell("posts", "month", "请附清单"), Cell("reads", "month", "与平台数不符")]
    with db.transaction() as session:
        reviews.send_back(session, reviewer, one, cells)
    before = world.ledger[one.county_id, one.month]
    repaired = before | {"posts": (before["posts"] or 0) + 1, "reads": (before["reads"] or 0) + 10_000}
    by_hand(world, one.county_id, one.month, repaired)


def approve_all(world: World, month: Month) -> None:
    for code, (first, second) in world.provinces.items():
        waiting = [one for one in world.owed(month, Status.SUBMITTED) if one.code[:2] == code]
        for actor in (first, second):
            mine = [one for one in waiting if one.user_id != actor.id and one.user_role != Role.PROVINCE]
            with db.transaction() as session:
                reviews.approve(session, actor, mine)
            waiting = [one for one in waiting if one not in mine]


def two_at_once(world: World, one: Obligation) -> list[str]:
    """Both accounts of the province approve the same return at the same moment; what each is told."""

    def approve(actor: Actor) -> str:
        try:
            with db.transaction() as session:
                reviews.approve(session, actor, [one])
        except Outdated as refusal:
            return str(refusal)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        pair = [pool.submit(copy_context().run, approve, actor) for actor in world.provinces[one.code[:2]]]
        return sorted(done.result() for done in pair)


def accept_all(world: World, month: Month, *, crash: bool = False) -> None:
    ready = [one for one in world.owed(month, Status.SUBMITTED, Status.APPROVED) if _ready(world, one)]
    with db.transaction() as session:
        reviews.accept(session, world.office, ready)
        if crash:
            raise Crash
    world.accepted |= {(one.county_id, month): world.ledger[one.county_id, month] for one in ready}


def _ready(world: World, one: Obligation) -> bool:
    return reviews.why_not(world.office, one, Step.ACCEPTED) is None


def release(world: World, month: Month) -> int:
    with db.reading() as session:
        ready = release_content.prepare(session, world.office, month)
    with db.transaction() as session:
        return releases.release(session, world.office, ready).number


def days_after(month: Month, days: int) -> date:
    return catalogue().due(month) + timedelta(days=days)
