"""The whole life of the 2016 programme in one play: 168 applications, 100 projects, and what can be answered for at the end."""

import hashlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import select

import db
from programme import rechecks
from programme.evaluation_standard import thawed
from programme.models import (
    AppUser,
    AuditEvent,
    Evaluation,
    EvaluationRound,
    EvaluationScore,
    ExpertScore,
    FrozenList,
    NoticeMember,
    Project,
    ProjectAssignment,
    ProjectEvent,
)
from programme.project_facts import project_facts
from programme.project_moves import BEGIN, move_named
from tests import life_carried, life_in_review, life_of_projects
from tests.factories import environment
from tests.life_of_projects import Life

T = TypeVar("T")
ACTS = (*life_of_projects.ACTS, *life_in_review.ACTS, *life_carried.ACTS)
SELECTED = ("confirmed", "running", "evaluating", "evaluated", "triggered", "rectifying", "rechecking")
ENDED = ("withdrawn", "declined")
HOLDING = ("recommended", "received", "reviewing", "reviewed", "reserve", "proposed", "noticed", *SELECTED)
"""Where a project takes one of its province's five places."""


@pytest.fixture(scope="module")
def played(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """From the first registration to the last commendation, 2016 to 2018, in a store of its own."""
    folder = tmp_path_factory.mktemp("life")
    shutil.copy(sqlite_template, folder / "netlift.db")
    with environment(DATABASE_URL=f"sqlite:///{folder / 'netlift.db'}", NETLIFT_VAR=str(folder)):
        life = life_of_projects.begin_life()
        for act in ACTS:
            act(life)
        yield life
        db.engine().dispose()


@lru_cache
def rows(table: type[T]) -> list[T]:
    """Of the only store this module plays in, which has come to rest."""
    with db.reading() as session:
        return list(session.exec(select(table)))


@lru_cache
def events() -> list[tuple[Project, ProjectEvent]]:
    """Every move in the order in which it was made: that of the record, which nothing but its own number puts in order."""
    projects = {one.no: one for one in rows(Project)}
    ordered = sorted(rows(ProjectEvent), key=lambda one: (one.project_id, one.number))
    of_project = {project: iter(list(those)) for project, those in groupby(ordered, key=lambda one: one.project_id)}
    record = sorted((one for one in rows(AuditEvent) if one.action == "project.moved"), key=lambda one: one.id)
    return [(projects[one.subject], next(of_project[projects[one.subject].id])) for one in record]


def members(kept: FrozenList) -> list[str]:
    return sorted(row["no"] for row in json.loads(kept.content))


def test_a_hundred_projects_of_160_and_eight_applications_are_selected_and_evaluated(played: Life) -> None:
    projects = rows(Project)
    applied = [one for one in projects if one.no != played.undone]
    assert Counter(one.channel for one in applied) == {"province": 160, "direct": 8}
    assert len({one.province_code for one in applied if one.province_code}) == 31
    assert len([one for one in projects if one.state in SELECTED]) == project_facts().goal == 100
    assert Counter(one.state for one in projects)["evaluated"] == 100
    assert {one.state for one in projects} == {"evaluated", "reserve", "draft", *ENDED}
    assert [one.no for one in projects if one.state == "draft"] == [played.undone]
    with db.reading() as session:
        assert rechecks.freed_places(session) == 0


def test_whoever_had_a_part_of_their_own_ends_where_it_led(played: Life) -> None:
    states = {one.no: one.state for one in rows(Project)}
    ends = {
        "sent back": "evaluated", "late": "evaluated", "apart": "evaluated", "struck": "declined", "left": "withdrawn",
        "second": "evaluated", "third": "evaluated", "silent": "evaluated", "failed": "evaluated",
        "complained of": "withdrawn", "follower": "evaluated", "told again": "evaluated",
    }  # fmt: skip
    assert {name: states[played.told[name]] for name in ends} == ends


def test_every_project_stands_where_its_newest_event_led(played: Life) -> None:
    newest: dict[int, ProjectEvent] = {}
    for event in sorted(rows(ProjectEvent), key=lambda one: one.number):
        newest[event.project_id] = event
    for project in rows(Project):
        event = newest[project.id]
        assert (project.state, project.stage) == (event.target, project_facts().state(event.target).stage)
        assert project.moves == event.number


def test_every_event_is_a_row_of_the_table_and_follows_the_one_before(played: Life) -> None:
    stood: dict[int, tuple[int, str, datetime | None]] = defaultdict(lambda: (0, "", None))
    for event in sorted(rows(ProjectEvent), key=lambda one: (one.project_id, one.number)):
        number, state, at = stood[event.project_id]
        move = move_named(event.move)
        assert (event.number, event.source) == (number + 1, state)
        assert (move.target, event.source in move.sources) == (event.target, True)
        assert bool(event.note) or not move.note
        assert at is None or at <= event.at
        stood[event.project_id] = (event.number, event.target, event.at)
    assert {move_named(event.move).code for event in rows(ProjectEvent)} >= MOVES_PLAYED


MOVES_PLAYED = {
    BEGIN, "submit", "retract", "take_up", "admit", "send_back", "recommend", "reconsider", "decline", "report",
    "start_review", "conclude_review", "propose", "hold_in_reserve", "not_select", "promote", "put_on_notice", "confirm",
    "strike", "launch", "sample", "evaluate", "trigger", "rectify", "complete_rectification", "retain", "adjust", "remove",
    "withdraw",
}  # fmt: skip


def test_every_move_is_on_record_with_its_actor(played: Life) -> None:
    record = sorted((one for one in rows(AuditEvent) if one.action == "project.moved"), key=lambda one: one.id)
    moved = events()
    assert len(record) == len(moved) == len(rows(ProjectEvent))
    for line, (project, event) in zip(record, moved, strict=True):
        told = json.loads(line.detail)
        assert (line.user_id, line.at, line.province_code) == (event.user_id, event.at, project.province_code)
        assert told["move"] == move_named(event.move).name


def test_at_no_time_a_province_held_more_than_five_places_and_the_programme_more_than_a_hundred(played: Life) -> None:
    stands: dict[str, str] = {}
    reported, most, selected = set(), Counter(), 0
    for project, event in events():
        stands[project.no] = event.target
        reported |= {project.no} if event.move == "report" else set()
        province = project.province_code
        held = [
            no for no, state in stands.items()
            if no[:2] == province and (state in HOLDING or (state == "declined" and no in reported))
        ]  # fmt: skip
        most[province] = max(most[province], len(held))
        selected = max(selected, sum(state in ("proposed", "noticed", *SELECTED) for state in stands.values()))
    by_count = Counter(count for province, count in most.items() if province)
    assert (most[life_of_projects.FULL], most[life_of_projects.FEW]) == (5, 2)
    assert by_count == {5: 1, 4: 29, 2: 1}
    assert selected == 100


def test_every_settled_list_is_unaltered_and_names_just_those_that_were_moved_with_it(played: Life) -> None:
    moved: dict[tuple[str, datetime], list[str]] = defaultdict(list)
    for project, event in events():
        moved[event.move, event.at] += [project.no]
    lists = rows(FrozenList)
    codes = {"recommended": "report", "noticed": "put_on_notice", "confirmed": "confirm"}
    for kept in lists:
        assert kept.sha256 == hashlib.sha256(kept.content.encode()).hexdigest()
        if code := codes.get(kept.kind):
            ours = [no for no in moved[code, kept.at] if no[:2] == kept.province_code or not kept.province_code]
            assert members(kept) == sorted(ours)
        if kept.kind == "commended":
            assert members(kept) == sorted(best_at(kept.at))
    assert Counter(one.kind for one in lists) == {
        "recommended": 32, "proposed": 6, "noticed": 3, "confirmed": 3, "commended": 2,
    }  # fmt: skip
    proposed = {one.number: members(one) for one in lists if one.kind == "proposed"}
    noticed = {one.number: members(one) for one in lists if one.kind == "noticed"}
    assert [len(proposed[number]) for number in (1, 2, 3)] == [98, 99, 100]
    assert (proposed[3], proposed[5], proposed[6]) == (noticed[1], noticed[2], noticed[3])
    numbers = {one.id: one.no for one in rows(Project)}
    on_notice: dict[int, list[str]] = defaultdict(list)
    for member in rows(NoticeMember):
        on_notice[member.notice] += [numbers[member.project_id]]
    assert {notice: sorted(those) for notice, those in on_notice.items()} == noticed


def best_at(instant: datetime) -> list[str]:
    """Selected projects whose newest grade by then was the best."""
    grades: dict[int, str] = {}
    for found in sorted(rows(Evaluation), key=lambda one: one.round):
        if found.at <= instant:
            grades[found.project_id] = found.grade
    stood = {project.id: event.target for project, event in events() if event.at <= instant}
    return [
        one.no for one in rows(Project) if grades.get(one.id) == "excellent" and stood[one.id] in SELECTED
    ]  # fmt: skip


def test_everybody_confirmed_was_on_a_notice_that_had_run_and_was_not_struck(played: Life) -> None:
    confirmed = [no for one in rows(FrozenList) if one.kind == "confirmed" for no in members(one)]
    assert len(confirmed) == len(set(confirmed)) == 101
    selected = {one.no for one in rows(Project) if one.state in SELECTED}
    assert set(confirmed) - selected == {played.told["complained of"]}
    assert {played.told["struck"], played.told["left"]} & set(confirmed) == set()
    noticed = {project.no: event.at for project, event in events() if event.move == "put_on_notice"}
    at = {project.no: event.at for project, event in events() if event.move == "confirm"}
    assert min((at[no] - noticed[no]).days for no in confirmed) == 8


def test_every_outcome_is_the_grade_of_the_newest_evaluation_by_the_standard_of_its_round(played: Life) -> None:
    rounds = {one.number: one for one in rows(EvaluationRound)}
    scores: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for score in rows(EvaluationScore):
        scores[score.project_id, score.round][score.dimension] = score.score
    newest: dict[int, Evaluation] = {}
    for found in sorted(rows(Evaluation), key=lambda one: one.round):
        rules, given = thawed(rounds[found.round].standard), scores[found.project_id, found.round]
        total = Fraction(sum(one.weight * given[one.code] for one in rules.dimensions), 100)
        assert (found.total_e2, found.user_id) == (total * 100, rounds[found.round].evaluator_id)
        assert found.grade == next(code for code, least in rules.grades if total >= least)
        newest[found.project_id] = found
    projects = rows(Project)
    assert {one.no: one.outcome for one in projects} == {
        one.no: newest[one.id].grade if one.id in newest else "" for one in projects
    }
    regraded = next(one.id for one in projects if one.no == played.told["failed"])
    assert [one.grade for one in rows(Evaluation) if one.project_id == regraded] == ["fail", "good"]


def test_nobody_judged_a_project_of_their_employer_or_of_a_tie_and_five_judged_each(played: Life) -> None:
    ids = {one.no: one.id for one in rows(Project)}
    users = {one.username: one.id for one in rows(AppUser)}
    tied = {(ids[no], users[name]) for name, no in played.tied.items()}
    standing = {
        (one.project_id, one.user_id) for one in rows(ProjectAssignment) if one.task == "review" and not one.ended_at
    }
    counted = {(one.project_id, one.user_id) for one in rows(ExpertScore)} & standing
    assert len(tied) == 4
    assert tied & standing == set()
    assert counted == standing
    reviewed = {project.id for project, event in events() if event.move == "conclude_review"}
    assert Counter(project for project, _ in counted) == dict.fromkeys(reviewed, 5)
    known_before = {(ids[no], users[name]) for name, no in list(played.tied.items())[:2]}
    assert known_before & {(one.project_id, one.user_id) for one in rows(ProjectAssignment)} == set()
