"""The selection list: order, ties at the line, places, reserve, and what is settled."""

import json
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

import db
from programme import project_life, ranking, shortlist
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.models import FrozenList, ProjectEvent
from programme.permissions import Permission, Role, refusal
from programme.project_facts import project_facts
from programme.ranking import Line, Ranked, cut_through, ranked, shares
from programme.shortlist import Shortlist
from tests.factories import a_user
from tests.project_people import a_project, state_of
from tests.review_acts import judged_projects, the_nation

GOAL = project_facts().goal


def one(no: str, mean: int | Fraction, province: str = "53", *, placed: bool = False) -> Ranked:
    state = "proposed" if placed else "reviewed"
    return Ranked(no, f"项目{no}", "示例企业", province, "ecommerce", state, Fraction(mean), Fraction(0), placed)


def now() -> Shortlist:
    with db.reading() as session:
        return shortlist.shortlist(session, the_nation())


def bulk(code: str, count: int) -> shortlist.Bulk:
    seen = shortlist.BULKS[code](now(), count).numbers
    with db.transaction() as session:
        return shortlist.move_by_rank(session, the_nation(), code, count, seen)


def move(no: str, code: str, note: str = "示例原因") -> None:
    with db.transaction() as session:
        project_life.move_project(session, the_nation(), no, code, note)


# --- order ------------------------------------------------------------------------------------------------------------


def test_equal_means_share_a_rank_and_the_next_one_counts_on() -> None:
    found = ranked([one("a", 80), one("b", 90), one("c", 80), one("d", 70)], 4)
    assert [(each.no, each.rank) for each in found] == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


@pytest.mark.parametrize(
    ("places", "lines"),
    [
        (4, [Line.INSIDE] * 4),
        (3, [Line.INSIDE] * 3 + [Line.OUTSIDE]),
        (2, [Line.INSIDE, Line.TIED, Line.TIED, Line.OUTSIDE]),
        (1, [Line.INSIDE, Line.OUTSIDE, Line.OUTSIDE, Line.OUTSIDE]),
        (0, [Line.OUTSIDE] * 4),
    ],
)
def test_who_is_level_at_the_line_is_shown_so_and_nobody_else(places: int, lines: list[Line]) -> None:
    found = ranked([one("a", 80), one("b", 90), one("c", 80), one("d", 70)], places)
    assert [each.line for each in found] == lines


def test_means_that_differ_by_a_hair_are_not_level() -> None:
    found = ranked([one("a", Fraction(241, 3)), one("b", Fraction(8033, 100))], 1)
    assert [(each.no, each.line) for each in found] == [("a", Line.INSIDE), ("b", Line.OUTSIDE)]
    assert cut_through(found, 1) == ()


def test_shares_count_by_province_what_was_judged_what_lies_inside_and_what_is_placed() -> None:
    found = ranked([one("a", 90, "52", placed=True), one("b", 80), one("c", 80), one("d", 70)], 2)
    assert [(s.code, s.judged, s.inside, s.placed) for s in shares(found, lambda each: each.province_code)] == [
        ("53", 3, 2, 0), ("52", 1, 1, 1),
    ]  # fmt: skip
    assert ranking.first(found, -1) == ()


# --- as it is decided ---------------------------------------------------------------------------------------------------


def test_the_first_by_rank_are_proposed_in_one_act_and_the_list_is_settled(store: str) -> None:
    judged_projects([90, 80, 70])
    seen = shortlist.first_by_rank(now(), 2)
    assert (seen.numbers, seen.there, seen.left_after, seen.refusal) == (("53-001", "53-002"), 0, GOAL - 2, "")
    bulk("propose", 2)
    assert [state_of(f"53-00{number}") for number in (1, 2, 3)] == ["proposed", "proposed", "reviewed"]
    bulk("hold_in_reserve", 1)
    assert state_of("53-003") == "reserve"
    with db.reading() as session:
        kept = session.exec(select(FrozenList).where(FrozenList.kind == "proposed")).one()
        notes = session.exec(select(ProjectEvent.note).where(ProjectEvent.move == "propose")).all()
    assert [(row["no"], row["mean"]) for row in json.loads(kept.content)] == [("53-001", "90"), ("53-002", "80")]
    assert (kept.number, sorted(notes)) == (1, ["按名次列入（第1名）", "按名次列入（第2名）"])


def test_a_line_through_equals_is_refused_and_says_who_they_are(store: str) -> None:
    judged_projects([90, 80, 80])
    with pytest.raises(ProgrammeError, match="2个项目同分（53-002、53-003）"):
        bulk("propose", 2)
    assert [each.line for each in now().listed] == [Line.INSIDE] * 3
    move("53-003", "propose")
    bulk("propose", 2)
    assert now().waiting == ()
    with db.reading() as session:
        query = select(FrozenList).where(FrozenList.kind == "proposed").order_by(col(FrozenList.number))
        kept = [(one.reason, [row["no"] for row in json.loads(one.content)]) for one in session.exec(query)]
    every = ["53-001", "53-002", "53-003"]
    assert kept == [("列入拟入选名单：53-003", ["53-003"]), ("按名次列入前2名", every)]


def test_a_bulk_act_that_would_be_another_by_now_is_not_done(sqlite_store: str) -> None:
    judged_projects([90, 80])
    with pytest.raises(Outdated), db.transaction() as session:
        shortlist.move_by_rank(session, the_nation(), "propose", 2, ["53-001"])
    with pytest.raises(ProgrammeError, match="没有等待决定的项目"):
        bulk("propose", 0)


def test_when_the_places_are_full_nobody_more_is_proposed_or_promoted(store: str) -> None:
    judged_projects([90, 80])
    for number in range(GOAL - 1):
        a_project("running" if number % 2 else "noticed", no=f"52-{number:03d}")
    assert (now().left, now().unranked, now().places) == (1, GOAL - 1, 1)
    assert [each.line for each in now().listed] == [Line.INSIDE, Line.OUTSIDE]
    with pytest.raises(ProgrammeError, match="名额只剩1个"):
        bulk("propose", 2)
    move("53-002", "hold_in_reserve", "")
    bulk("propose", 1)
    with pytest.raises(ProgrammeError, match="个名额已满"):
        move("53-002", "promote")
    assert state_of("53-002") == "reserve"


def test_from_the_reserve_one_is_promoted_with_a_reason_when_a_place_is_free(sqlite_store: str) -> None:
    judged_projects([90])
    bulk("hold_in_reserve", 1)
    with pytest.raises(ProgrammeError, match="须写明原因"):
        move("53-001", "promote", " ")
    move("53-001", "promote", "递补退出项目的名额")
    assert state_of("53-001") == "proposed"


def test_what_was_settled_cannot_be_altered(store: str) -> None:
    judged_projects([90])
    with pytest.raises(ProgrammeError, match="还没有拟入选的项目"), db.transaction() as session:
        shortlist.settle(session, the_nation(), "示例")
    bulk("propose", 1)
    with pytest.raises(DatabaseError), db.transaction() as session:
        session.connection().execute(text("UPDATE frozen_list SET content = '[]'"))


@pytest.mark.parametrize("role", list(Role))
def test_only_the_national_office_sees_and_makes_the_list(sqlite_store: str, role: Role) -> None:
    bounds = {
        Role.COUNTY: {"county": "533301"},
        Role.PROVINCE: {"province": "53"},
        Role.PROVINCE_CAC: {"province": "53"},
    }
    actor = a_user(role, username="asker", **bounds.get(role, {}))
    judged_projects([90])
    for act in (
        lambda s: shortlist.shortlist(s, actor),
        lambda s: shortlist.move_by_rank(s, actor, "propose", 1, ["53-001"]),
        lambda s: shortlist.settle(s, actor, "示例"),
    ):
        if refusal(actor, Permission.ORGANISE_NOTICE):
            with pytest.raises(NotAllowed), db.transaction() as session:
                act(session)
        else:
            with db.transaction() as session:
                act(session)
