"""Releases: what was accepted is frozen with a hash, stays as it was, and the next one says what was corrected."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

import db
from programme import counties, obligations, release_content, release_issues, releases, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.county_queries import county_frame
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import AuditEvent
from programme.obligations import Status, Step
from programme.permissions import Actor, Role
from programme.queries import View, progress_of, sums, year_in
from programme.release_content import Prepared
from programme.release_issues import Issue
from tests.factories import a_user
from tests.test_reviews import RADIATING, SOUND, hand_in, seen, take

MAY, JUNE, JULY, AUGUST = (Month(2019, month) for month in (5, 6, 7, 8))
YEAR = catalogue().years[0]
LUSHUI, YUNLONG = 533301, 532929
COLUMN = {"release": "month", "released_member": "core_county_id", "released_standing": "revision"}
COLUMN |= {"released_total": "returns"}
OTHERS = {"online_sales": "5", "shops": "2"} | RADIATING


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def people(store: str) -> dict[str, Actor]:
    return everybody()


def everybody() -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "province": a_user(Role.PROVINCE, province="53"),
        "office": a_user(Role.OFFICE),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
        "enterprise": a_user(Role.ENTERPRISE),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "expert": a_user(Role.EXPERT),
        "evaluator": a_user(Role.EVALUATOR),
    }


def accepted(people: dict[str, Actor], figures: dict[str, str], month: Month = JUNE, reason: str = "") -> None:
    """泸水市 hands in, the province approves, the office accepts."""
    hand_in(people["county"], figures, LUSHUI, reason, month)
    for name, step in (("province", Step.APPROVED), ("office", Step.ACCEPTED)):
        take(people[name], step, seen("533301", month))


def prepared(actor: Actor, month: Month = JUNE) -> Prepared:
    with db.reading() as session:
        return release_content.prepare(session, actor, month)


def make(actor: Actor, month: Month = JUNE, reason: str = "") -> Issue:
    ready = prepared(actor, month)
    with db.transaction() as session:
        return releases.release(session, actor, ready, reason)


def content(number: int) -> dict[str, object]:
    with db.reading() as session:
        facts = json.loads(release_issues.content_of(session, Actor(0, "l", "领导小组", Role.LEADER), number)[0])
    assert isinstance(facts, dict)
    return facts


def problems(number: int) -> list[str]:
    with db.reading() as session:
        return releases.verify(session, Actor(0, "l", "领导小组", Role.LEADER), number)


def shown(month: Month, release: int) -> dict[str, int | None]:
    """Every target to date as screens read it, by indicator and tier."""
    with db.reading() as session:
        added = sums(session, YEAR, View(month, release=release))
    return {f"{target.kpi.code}.{target.tier}": added.to_date(target, month) for target in YEAR.targets}


def test_a_release_holds_what_was_accepted_and_nothing_else(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    issue = make(people["office"])
    assert (issue.number, issue.month, issue.accepted, issue.expected, issue.supersedes) == (1, JUNE, 1, 110, None)
    figures = shown(JUNE, issue.number)
    assert (figures["online_sales.core"], figures["online_sales.radiating"]) == (12_300_000, None)
    assert shown(JUNE, 0)["online_sales.radiating"] == 5_000_000
    assert [(one["county"], one["status"]) for one in content(1)["absent"] if one["county"] == "532929"] == [
        ("532929", "submitted")
    ]
    assert problems(1) == []


def test_a_released_return_says_so_and_a_county_frame_shows_the_released_figures(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    assert seen().status is Status.RELEASED
    assert seen("532929").status is Status.OVERDUE
    accepted(people, SOUND | {"online_sales": "13"}, reason="漏记一笔")
    assert seen().status is Status.ACCEPTED
    with db.reading() as session:
        frozen, working = county_frame(session, YEAR, JUNE, 1), county_frame(session, YEAR, JUNE)
        state = obligations.status_in(frozen.loc[LUSHUI], JUNE, settings.today())
    assert (frozen.loc[LUSHUI, "online_sales"], working.loc[LUSHUI, "online_sales"]) == (12_300_000, 13_000_000)
    assert frozen.loc[LUSHUI, "month_online_sales"] == 12_300_000
    assert state is Status.ACCEPTED  # where it stands is the same on both bases
    assert frozen["online_sales"].isna().sum() == 109


def test_a_release_stays_as_it_was_and_the_next_one_lists_every_correction(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    before = (content(1), shown(JUNE, 1))
    accepted(people, SOUND | {"online_sales": "11", "reads": "13"}, reason="退货两笔，阅读量漏记")
    accepted(people, SOUND, JULY)
    second = make(people["office"], JULY)
    assert (content(1), shown(JUNE, 1)) == before
    assert problems(1) == problems(2) == []
    assert [(one["kpi"], one["old"], one["new"], one["reason"]) for one in content(2)["corrections"]] == [
        ("online_sales", 12_300_000, 11_000_000, "退货两笔，阅读量漏记"),
        ("reads", 120_000, 130_000, "退货两笔，阅读量漏记"),
    ]
    assert shown(JULY, second.number)["online_sales.core"] == 23_300_000
    assert shown(JUNE, second.number)["online_sales.core"] == 11_000_000


def test_a_correction_in_review_does_not_count_until_it_is_accepted(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    hand_in(people["county"], SOUND | {"online_sales": "11"}, reason="退货")
    assert seen().status is Status.SUBMITTED
    make(people["office"])
    assert shown(JUNE, 1)["online_sales.core"] == 12_300_000
    assert seen().status is Status.SUBMITTED


def test_a_return_that_came_after_the_release_is_named_as_a_supplement(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    for name, step in (("province", Step.APPROVED), ("office", Step.ACCEPTED)):
        take(people[name], step, seen("532929"))
    accepted(people, SOUND, JULY)
    make(people["office"], JULY)
    added = {(one["county"], one["old"], one["reason"]) for one in content(2)["corrections"]}
    assert added == {("532929", None, release_content.SUPPLEMENT)}


def test_a_further_release_of_a_month_supersedes_the_first_with_a_reason(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    accepted(people, SOUND | {"online_sales": "11"}, reason="退货")
    with pytest.raises(ProgrammeError, match="写明原因"):
        make(people["office"])
    make(people["office"], reason="6月销售额更正")
    with db.reading() as session:
        every = release_issues.issues(session, YEAR)
        assert [(one.number, one.supersedes, one.superseded_by) for one in every] == [(1, None, 2), (2, 1, 0)]
        assert release_issues.issue_of(session, JUNE).number == 2
        with pytest.raises(ProgrammeError, match="还没有发布"):
            release_issues.issue_of(session, JULY)
    assert problems(1) == []


def test_what_changed_since_it_was_seen_is_not_released(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    ready = prepared(people["office"])
    accepted(people, SOUND | {"online_sales": "11"}, reason="退货")
    with pytest.raises(Outdated), db.transaction() as session:
        releases.release(session, people["office"], ready)
    with db.reading() as session:
        assert release_issues.issues(session) == []


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        (JULY, "还没有办公室已接收"),
        (Month(2019, 11), "还没有结束"),
        (Month(2018, 6), "不在任何一个年度"),
    ],
)
def test_a_month_that_is_not_over_or_has_nothing_accepted_is_not_released(
    people: dict[str, Actor], month: Month, sentence: str
) -> None:
    accepted(people, SOUND)
    with pytest.raises(ProgrammeError, match=sentence):
        prepared(people["office"], month)


def test_months_are_released_in_their_order(people: dict[str, Actor]) -> None:
    accepted(people, SOUND, JULY)
    make(people["office"], JULY)
    accepted(people, SOUND)
    with pytest.raises(ProgrammeError, match="按月份先后"):
        prepared(people["office"], JUNE)


def test_no_month_with_something_accepted_is_skipped(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    accepted(people, SOUND, JULY)
    with pytest.raises(ProgrammeError, match="请先发布2019年6月"):
        prepared(people["office"], JULY)


def test_only_the_office_releases(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    ready = prepared(people["office"])
    for name, actor in people.items():
        if name != "office":
            with pytest.raises(NotAllowed):
                prepared(actor)
            with pytest.raises(NotAllowed), db.transaction() as session:
                releases.release(session, actor, ready)
    with db.reading() as session:
        assert release_issues.issues(session) == []


def readers(people: dict[str, Actor], read: Callable[[Session, Actor, int], object]) -> set[str]:
    found = set()
    for name, actor in people.items():
        try:
            with db.reading() as session:
                read(session, actor, 1)
            found.add(name)
        except NotAllowed:
            pass
    return found


def test_every_county_s_figures_are_read_by_those_who_see_every_county(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    assert readers(people, release_issues.content_of) == {"office", "leader"}
    assert readers(people, release_issues.told_of) == {"county", "neighbour", "province", "office", "leader"}
    assert readers(people, releases.verify) == {"office", "leader"}


def test_a_release_tells_others_its_totals_and_of_counties_only_their_own(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    accepted(people, SOUND | {"online_sales": "11"}, reason="退货")
    accepted(people, SOUND, JULY)
    make(people["office"], JULY)
    told = {}
    for name in ("county", "neighbour", "province", "leader"):
        with db.reading() as session:
            facts = release_issues.told_of(session, people[name], 2)
        assert {"returns", "members"} & facts.keys() == set()
        told[name] = ({one["county"] for one in facts["corrections"]}, len(facts["absent"]), len(facts["targets"]))
    assert told["county"] == ({"533301"}, 0, 10)
    assert told["neighbour"] == (set(), 1, 10)
    assert told["province"] == ({"533301"}, 11, 10)
    assert told["leader"] == ({"533301"}, 109, 10)
    with pytest.raises(NotFound), db.reading() as session:
        release_issues.content_of(session, people["leader"], 9)


@pytest.mark.parametrize("table", ["release", "released_member", "released_standing", "released_total"])
def test_the_store_itself_refuses_to_change_a_release(people: dict[str, Actor], table: str) -> None:
    accepted(people, SOUND)
    make(people["office"])
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {COLUMN[table]} = 1"):
        with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
            session.connection().execute(text(statement))


def test_a_release_that_was_tampered_with_is_found_out(sqlite_store: str) -> None:
    people = everybody()
    accepted(people, SOUND)
    make(people["office"])
    for table, change, found in (
        ("released_total", "UPDATE released_total SET online_sales = 1 WHERE measure = 'growth'", "页面所用的"),
        ("released_member", "UPDATE released_member SET tier = 'radiating'", "页面所用的"),
        ("released_standing", "UPDATE released_standing SET revision = 2", "库中的版本"),
        ("release", "UPDATE release SET content = replace(content, '12300000', '12400000')", "SHA-256"),
    ):
        with db.transaction() as session:
            session.connection().execute(text(f"DROP TRIGGER {table}_no_update"))
            session.connection().execute(text(change))
        assert any(found in sentence for sentence in problems(1)), found


def without(code: str) -> bytes:
    """The sample list with another county in the place of one."""
    text = (settings.data_folder() / "demo" / "counties.csv").read_text(encoding="utf-8-sig")
    (row,) = [line for line in text.splitlines() if line.startswith(code)]
    other = row.replace(row.split(",")[0], "533324").replace(row.split(",")[1], "贡山独龙族怒族自治县")
    return text.replace(row, other).encode()


def test_a_released_figure_stays_when_the_list_and_the_facts_of_the_year_change(
    people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(people, SOUND)
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    for name, step in (("province", Step.APPROVED), ("office", Step.ACCEPTED)):
        take(people[name], step, seen("532929"))
    make(people["office"])
    view = View(JUNE, province_code="53", release=1)

    def looks() -> tuple[object, ...]:
        with db.reading() as session:
            year = year_in(session, catalogue().years[0], 1)
            added = sums(session, year, view)
            frame = county_frame(session, year, JUNE, 1)
        lines = progress_of(added, year, view)
        return (
            [(line.actual, line.goal, line.light) for line in lines],
            added.expected,
            added.sample,
            len(frame),
            (frame["online_sales"].sum()),
        )

    before = looks()
    with db.transaction() as session:
        counties.import_membership(session, people["office"], without("532929"), "新名单.csv", year=2019)
    shutil.copytree(settings.data_folder(), tmp_path / "data")
    facts = tmp_path / "data" / "years" / "2019.toml"
    facts.write_text(facts.read_text(encoding="utf-8").replace('green = "1"', 'green = "0.1"'), encoding="utf-8")
    monkeypatch.setenv("NETLIFT_DATA", str(tmp_path / "data"))
    assert looks() == before
    assert problems(1) == []


def test_the_figures_of_a_county_that_left_the_list_are_named_in_the_next_release(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    for name, step in (("province", Step.APPROVED), ("office", Step.ACCEPTED)):
        take(people[name], step, seen("532929"))
    make(people["office"])
    with db.transaction() as session:
        counties.import_membership(session, people["office"], without("532929"), "新名单.csv", year=2019)
    accepted(people, SOUND, JULY)
    make(people["office"], JULY)
    gone = [one for one in content(2)["corrections"] if one["county"] == "532929"]
    assert {(one["new"], one["reason"]) for one in gone} == {(None, release_content.LEFT)}
    assert {one["kpi"]: one["old"] for one in gone}["online_sales"] == 5_000_000
    assert problems(2) == []


def test_a_release_is_on_record(people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    issue = make(people["office"])
    with db.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "release.made")).one()
    assert (event.subject, json.loads(event.detail)["sha256"]) == ("第1期", issue.sha256)
