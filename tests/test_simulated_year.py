"""One programme year through the verbs of the pages: at the end every total, every release and every cell can be answered for."""

import json
from collections import Counter
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

import db
from programme import release_issues, releases, reviews, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.county_queries import revisions
from programme.frozen_release import frozen
from programme.models import StoredFile
from programme.obligations import Status
from programme.queries import View, progress_of, sums
from programme.traces import trace
from tests import year_of_returns
from tests.year_of_returns import Crash, World, accept_all, approve_all, at, by_hand, days_after, new_figures

LATE, EMPTY, MISSING, EXTENDED, OWN = range(5)


def play(world: World, month: Month, odd: list[int]) -> None:
    """One month: `odd` are the counties that do something of their own, in the order LATE, EMPTY, MISSING, EXTENDED, OWN."""
    usual: dict[str, list[int]] = {}
    for county, member in world.members.items():
        if county not in odd:
            usual.setdefault(member.code[:2], []).append(county)
    with settings.standing_at(at(days_after(month, -1))):
        for place, (province, counties) in enumerate(sorted(usual.items())):
            year_of_returns.in_one_file(world, province, counties, month, broken=counties[-1] if place == 0 else 0)
        by_hand(world, odd[OWN], month, new_figures(world, odd[OWN], month))
        by_hand(world, odd[EMPTY], month, new_figures(world, odd[EMPTY], month) | {"households": None})
        (extended,) = [one for one in world.owed(month, Status.DUE) if one.county_id == odd[EXTENDED]]
        with db.transaction() as session:
            reviews.extend(session, world.office, extended, days_after(month, 4), "汛期道路中断")
    with settings.standing_at(at(days_after(month, 2))):
        by_hand(world, odd[LATE], month, new_figures(world, odd[LATE], month))
        by_hand(world, odd[EXTENDED], month, new_figures(world, odd[EXTENDED], month))
        found = {one.county_id: one for one in world.owed(month, *Status)}
        assert [found[odd[who]].late_days for who in (LATE, EXTENDED, OWN)] == [2, 0, 0]
        assert (found[odd[EMPTY]].is_complete, found[odd[MISSING]].status) == (False, Status.OVERDUE)
    with settings.standing_at(at(days_after(month, 5))):
        year_of_returns.send_back_and_repair(world, found[odd[OWN]])
        told = year_of_returns.two_at_once(world, found[odd[LATE]])
        assert [sentence[:4] for sentence in told] == ["done", "您查看期"]
        approve_all(world, month)
        if month == world.year.months[3]:
            with pytest.raises(Crash):
                accept_all(world, month, crash=True)
            assert world.owed(month, Status.ACCEPTED) == []
        accept_all(world, month)


def correct(world: World, month: Month, county: int) -> None:
    """A month that was accepted before is handed in again with more sales, and goes through the same review."""
    figures = world.ledger[county, month]
    by_hand(world, county, month, figures | {"online_sales": (figures["online_sales"] or 0) + 1_000_000})
    approve_all(world, month)
    accept_all(world, month)


def shown(number: int, month: Month) -> dict[tuple[str, str], int | None]:
    year = catalogue().years[0]
    with db.reading() as session:
        added = sums(session, year, View(month, release=number))
    return {(target.kpi.code, target.tier): added.to_date(target, month) for target in year.targets}


def ledger_sum(world: World, code: str, tiers: tuple[str, ...], until: Month) -> int:
    """From the clerk's ledger, one figure after the other: the sum of flows, the last level of stocks."""
    flow, reached = catalogue().kpi(code).is_flow, Counter[int]()
    for (county, month), figures in sorted(world.accepted.items(), key=lambda item: item[0][1]):
        value = figures.get(code)
        if month <= until and world.members[county].tier in tiers and value is not None:
            reached[county] = reached[county] + value if flow else value
    return sum(reached.values())


@pytest.fixture
def played(sqlite_store: str) -> tuple[World, dict[int, tuple[Month, str, dict[tuple[str, str], int | None]]]]:
    """The whole year, and each release as it was when it was made."""
    with db.reading() as session:
        ids = sorted(year_of_returns.members_of(session, catalogue().years[0]))
    world, made = year_of_returns.world(ids[::7][:15]), {}
    own = list(world.counties)
    for place, month in enumerate(world.year.months):
        odd = (own[place:] + own[:place])[:5]
        play(world, month, odd)
        with settings.standing_at(at(days_after(month, 6))):
            if place >= 2:
                correct(world, world.year.months[place - 2], world_county(world, world.year.months[place - 2], own))
            number = year_of_returns.release(world, month)
            with db.reading() as session:
                content, _ = release_issues.content_of(session, world.office, number)
        made[number] = (month, content, shown(number, month))
    return world, made


def world_county(world: World, month: Month, own: list[int]) -> int:
    """One with an account of its own whose return of the month was accepted."""
    return next(county for county in own[::-1] if (county, month) in world.accepted)


def test_a_programme_year_ends_with_every_total_release_and_cell_answered_for(
    played: tuple[World, dict[int, tuple[Month, str, dict[tuple[str, str], int | None]]]],
) -> None:
    world, made = played
    last = world.year.months[-1]
    with settings.standing_at(at(days_after(last, 10))):
        assert len(made) == len(world.year.months)
        totals = shown(max(made), last)
        for target in world.year.targets:
            expected = ledger_sum(world, target.kpi.code, target.tiers, last)
            assert totals[target.kpi.code, target.tier] == expected, target.name
        for number, (month, content, figures) in made.items():
            with db.reading() as session:
                assert release_issues.content_of(session, world.office, number)[0] == content
                assert releases.verify(session, world.office, number) == []
            assert shown(number, month) == figures
        corrections = [one for _, content, _ in made.values() for one in json.loads(content)["corrections"]]
        assert len([one for one in corrections if one["kpi"] == "online_sales" and one["old"]]) == 6
        assert {one["reason"] for one in corrections if one["old"]} == {year_of_returns.WHY}
        for number in made:
            the_frozen_content_says_what_screens_say(world, number)
        every_figure_lies_in_its_cell(world)
        the_origin_of_a_corrected_figure_is_told(world)


def the_frozen_content_says_what_screens_say(world: World, number: int) -> None:
    """Wall and bulletin read the frozen content, screens the sums kept beside it: the whole programme, and a core group."""
    core = min(member.core_county_id for member in world.members.values())
    with db.reading() as session:
        held = frozen(session, number)
        for group in (0, core):
            view = View(held.month, core_county_id=group, release=number)
            on_screen = progress_of(sums(session, held.year, view), held.year, view)
            assert held.lines([one.county_id for one in held.group(group)] if group else None) == on_screen


def every_figure_lies_in_its_cell(world: World) -> None:
    """The stored file is opened at the sheet and cell that the store names, and the clerk's figure is there."""
    with db.reading() as session:
        files = {file.sha256: _cells(file.content) for file in session.exec(select(StoredFile))}
        checked = 0
        for county in world.members:
            newest = {(one.month, one.revision): one for one in revisions(session, world.office, county)}
            for month in world.year.months:
                figures = world.accepted.get((county, month))
                if figures is None:
                    continue
                one = newest[month, max(revision for period, revision in newest if period == month)]
                sheet = files[one.file_sha256][one.sheet]
                for code, value in figures.items():
                    kpi, cells = catalogue().kpi(code), one.cell_of(code).split("、")
                    there = [sheet[cell] for cell in cells if sheet.get(cell) not in (None, "")]
                    written = None if value is None else value / kpi.stored_per_entry
                    assert [float(found) for found in there[:1]] == ([] if written is None else [written]), (
                        code,
                        cells,
                    )
                    checked += 1
    assert checked > 6_000


def _cells(content: bytes) -> dict[str, dict[str, object]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {
        name: {
            f"{_letters(column)}{row}": value
            for row, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
            for column, value in enumerate(cells)
        }
        for name in book.sheet_names
    }


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def the_origin_of_a_corrected_figure_is_told(world: World) -> None:
    month = world.year.months[0]
    county = world.members[world_county(world, month, list(world.counties))]
    with db.reading() as session:
        rows = trace(session, world.office, county.code, month, catalogue().kpi("online_sales"))
    assert [row["revision"] for row in rows] == [2, 1]
    assert len(rows[0]["reviewers"]) == 2
    assert rows[0]["value"] - rows[1]["value"] == 1_000_000
    assert (rows[1]["releases"], rows[0]["releases"]) == ([1, 2], [3, 4, 5, 6, 7, 8])
