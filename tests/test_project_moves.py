"""The table of moves: every state × role × move, and what each move leaves behind."""

import json

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import project_life, settings
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.findings import Severity
from programme.models import AuditEvent, Project, ProjectEvent
from programme.permissions import GRANTS, Actor, Permission, Role
from programme.project_facts import project_facts
from programme.project_moves import MOVES, NEED_NAMES, OWN_DAY, diagram, moves_from
from tests.factories import a_user
from tests.project_acts import NATION, found, imports
from tests.project_books import three
from tests.project_people import a_project, an_enterprise, give, of_enterprise, state_of

STATES = [state.code for state in project_facts().states]
ENDED = ("withdrawn", "declined")
LEAVING = {state: {"withdraw"} for state in STATES if state not in (*ENDED, "evaluating")}
EXPECTED: dict[str, dict[str, set[str]]] = {
    "enterprise": LEAVING
    | {
        "draft": {"submit", "withdraw"},
        "returned": {"submit", "withdraw"},
        "submitted": {"retract", "withdraw"},
        "triggered": {"rectify", "withdraw"},
        "rectifying": {"complete_rectification", "withdraw"},
    },
    "province_cac": {
        "submitted": {"take_up", "send_back", "decline"},
        "assessing": {"send_back", "recommend", "decline"},
        "recommended": {"reconsider", "report"},
        "confirmed": {"launch"},
    },
    "national_cac": {
        "received": {"start_review"},
        "reviewing": {"conclude_review"},
        "reviewed": {"propose", "hold_in_reserve", "not_select"},
        "reserve": {"promote", "not_select"},
        "proposed": {"put_on_notice", "strike"},
        "noticed": {"confirm", "strike"},
        "confirmed": {"launch"},
        "running": {"sample", "trigger"},
        "evaluated": {"trigger"},
        "triggered": {"remove"},
        "rectifying": {"remove"},
        "rechecking": {"retain", "adjust", "remove"},
    },
    "evaluator": {"evaluating": {"evaluate"}},
}
DIRECT = EXPECTED | {
    "province_cac": {},
    "national_cac": EXPECTED["national_cac"]
    | {"submitted": {"admit", "send_back", "decline"}, "assessing": {"send_back", "decline"}},
}
OF = {
    grant.permission: grant.role.value
    for grant in GRANTS
    if grant.role in (Role.ENTERPRISE, Role.NATIONAL_CAC, Role.PROVINCE_CAC, Role.EVALUATOR)
} | {Permission.SELECT_PROJECT: "province_cac", Permission.LAUNCH_PROJECT: "national_cac"}


def everybody(project: int, enterprise: int) -> dict[str, Actor]:
    """One account of each role within reach of the project, and those of another province, enterprise or task."""
    people = {
        "county": a_user(Role.COUNTY, county="533301"),
        "province": a_user(Role.PROVINCE, province="53"),
        "enterprise": of_enterprise(enterprise),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        **{role.value: a_user(role) for role in (Role.OFFICE, Role.LEADER, Role.NATIONAL_CAC, Role.ADMIN)},
        **{role.value: a_user(role) for role in (Role.EXPERT, Role.EVALUATOR)},
        "other enterprise": of_enterprise(an_enterprise(2)),
        "other province": a_user(Role.PROVINCE_CAC, province="52"),
        "other evaluator": a_user(Role.EVALUATOR, username="other-evaluator"),
    }
    give(project, people["expert"], "review")
    give(project, people["evaluator"], "evaluation")
    return people


@pytest.mark.parametrize(("channel", "expected"), [("province", EXPECTED), ("direct", DIRECT)])
def test_every_state_offers_every_role_its_moves_and_no_others(
    sqlite_store: str, channel: str, expected: dict[str, dict[str, set[str]]]
) -> None:
    enterprise = an_enterprise()
    project = a_project("draft", enterprise_id=enterprise, channel=channel)
    people = everybody(project, enterprise)
    offered = {}
    for state in STATES:
        with db.transaction() as session:
            session.connection().execute(update(Project).values(state=state))
        with db.reading() as session:
            there = session.get_one(Project, project)
            for name, actor in people.items():
                offered[name, state] = {move.code for move, _ in project_life.open_moves(session, actor, there)}
    assert offered == {(name, state): expected.get(name, {}).get(state, set()) for name in people for state in STATES}


def test_a_move_from_where_it_does_not_lead_away_is_refused_and_changes_nothing(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    project = a_project("draft", enterprise_id=enterprise)
    people = everybody(project, enterprise)
    refused = []
    for state in STATES:
        with db.transaction() as session:
            session.connection().execute(update(Project).values(state=state))
        for move in (move for move in MOVES if not {state, ""} & set(move.sources)):
            actor = people[OF[move.permission]]
            with pytest.raises(ProgrammeError), db.transaction() as session:
                project_life.move_project(session, actor, "53-001", move.code, "示例原因")
            refused.append((state, move.code))
        assert state_of("53-001") == state
    with db.reading() as session:
        assert session.exec(select(ProjectEvent)).all() == []
    assert len(refused) == sum(len(STATES) - len(move.sources) for move in MOVES if "" not in move.sources)


def test_a_move_leaves_an_event_with_actor_time_note_and_documents_and_a_record(store: str) -> None:
    project = a_project("submitted")
    cac = a_user(Role.PROVINCE_CAC, province="53")
    with db.transaction() as session:
        project_life.move_project(
            session, cac, "53-001", "send_back", " 请补充预期效益 ", documents=[("意见.pdf", "a" * 64)]
        )
    with db.reading() as session:
        (walked,) = project_life.history(session, project)
        (record,) = session.exec(select(AuditEvent).where(AuditEvent.action == "project.moved"))
        there = session.get_one(Project, project)
    assert (walked.name, walked.public, walked.target, walked.note) == (
        "退回修改",
        "退回修改",
        "returned",
        "请补充预期效益",
    )
    assert (walked.user_name, walked.documents) == (cac.name, (("意见.pdf", "a" * 64),))
    assert (record.subject, record.province_code, json.loads(record.detail)) == (
        "53-001", "53", {"move": "退回修改", "reason": "请补充预期效益"},
    )  # fmt: skip
    assert (there.state, there.stage, there.moves) == ("returned", "application", 1)


def test_of_two_who_act_at_once_the_second_is_told_what_the_first_did(store: str) -> None:
    a_project("submitted")
    first, second = (a_user(Role.PROVINCE_CAC, province="53", username=f"cac-{number}") for number in (1, 2))
    with db.transaction() as session:
        project_life.move_project(session, first, "53-001", "take_up", seen=0)
    with pytest.raises(Outdated) as told, db.transaction() as session:
        project_life.move_project(session, second, "53-001", "decline", "示例", seen=0)
    assert f"{first.name}已于" in str(told.value)
    assert state_of("53-001") == "assessing"


def test_where_a_reason_is_asked_for_none_or_an_endless_one_is_refused(sqlite_store: str) -> None:
    a_project("submitted")
    cac = a_user(Role.PROVINCE_CAC, province="53")
    for note, sentence in (("  ", "须写明原因"), ("长" * 501, "不超过500字")):
        with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
            project_life.move_project(session, cac, "53-001", "decline", note)
    assert state_of("53-001") == "submitted"


def test_what_lies_outside_the_scope_does_not_exist_for_the_actor(sqlite_store: str) -> None:
    a_project("submitted")
    with pytest.raises(NotFound), db.transaction() as session:
        project_life.move_project(session, a_user(Role.PROVINCE_CAC, province="52"), "53-001", "take_up")


def test_who_may_see_but_not_move_is_told_so(sqlite_store: str) -> None:
    a_project("submitted")
    with pytest.raises(NotAllowed), db.transaction() as session:
        project_life.move_project(session, a_user(Role.LEADER), "53-001", "take_up")


def test_an_unknown_move_names_those_there_are(sqlite_store: str) -> None:
    a_project("submitted")
    with pytest.raises(ProgrammeError, match="submit、retract、take_up"), db.transaction() as session:
        project_life.move_project(session, a_user(Role.NATIONAL_CAC), "53-001", "jump")


def test_a_list_on_paper_leaves_an_event_of_where_it_says_the_project_stands(store: str) -> None:
    imports(three())
    with db.reading() as session:
        project = session.exec(select(Project).where(Project.no == "YN-1")).one()
        assert project.id is not None
        (walked,) = project_life.history(session, project.id)
    assert (walked.name, walked.target) == ("由汇总表登记", project.state)
    assert project.state == project_facts().first_state(project.stage).code


def test_what_was_done_cannot_be_altered_in_the_store(store: str) -> None:
    a_project("submitted")
    with db.transaction() as session:
        project_life.move_project(session, a_user(Role.PROVINCE_CAC, province="53"), "53-001", "take_up")
    for statement in ("UPDATE project_event SET note = 'x'", "DELETE FROM project_event"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.connection().execute(text(statement))


def test_a_list_does_not_move_what_is_carried_on_the_platform(sqlite_store: str) -> None:
    a_project("draft", no="YN-1", enterprise_id=an_enterprise())
    assert ("decided_on_the_platform", Severity.ERROR) in [line[:2] for line in found(three(项目状态="公示"), NATION)]


# --- the table itself -------------------------------------------------------------------------------------------------


def test_every_state_is_reached_and_every_one_but_the_ends_is_left() -> None:
    assert {move.target for move in MOVES} == set(STATES)
    assert {state for state in STATES if not moves_from(state)} == set(ENDED)


def test_codes_are_unique_and_deadlines_and_channels_are_those_of_the_catalogue() -> None:
    assert len({move.code for move in MOVES}) == len(MOVES)
    days = {deadline.code for deadline in project_facts().deadlines()} | {OWN_DAY, ""}
    channels = {choice.code for choice in project_facts().lists["channel"]} | {""}
    assert {move.deadline for move in MOVES} <= days
    assert {move.channel for move in MOVES} <= channels
    assert {move.permission for move in MOVES} <= set(Permission)


def test_every_need_of_the_table_has_its_sentence_and_no_other_has() -> None:
    assert {need for move in MOVES for need in move.needs} == set(NEED_NAMES)


def test_a_project_is_overdue_from_the_day_after_its_deadline(sqlite_store: str) -> None:
    day = project_facts().deadline("recommendation").day
    assert project_life.deadline_of("submitted", None) == day
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLIFT_TODAY", day.isoformat())
        assert (settings.today(), project_life.is_overdue("submitted", None)) == (day, False)
    assert project_life.is_overdue("submitted", None)
    assert project_life.deadline_of("triggered", None) is None
    assert project_life.deadline_of("triggered", day) == day


def test_the_diagram_in_the_readme_is_the_table() -> None:
    written = (settings.ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}\n```" in written
