"""The re-check: triggers at their borders, its deadline, complaints, rectification, and what becomes of the place."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import project_life, rechecks, settings
from programme.calendar import WorkCalendar
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import Project, ProjectEvent, Recheck
from programme.permissions import Actor, Role
from programme.recheck_facts import deadline, recheck_facts, rectified_by
from programme.recheck_triggers import Record, full_months, held, triggers_of
from programme.recheck_writing import find_complaint, keep_outcome, keep_plan, note_complaint
from tests.carrying_acts import NO, a_running_project, move, on, stands, tell, to_tell
from tests.factories import a_user
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of
from tests.test_carrying import people, who_may
from tests.test_evaluation import PDF

TODAY = date(2017, 5, 10)
STEPS = (("逐户回访", date(2017, 5, 20)), ("恢复专区供货", date(2017, 6, 5)))


@pytest.fixture(autouse=True)
def _in_may() -> object:
    with on("2017-05-10"):
        yield


# --- triggers ---------------------------------------------------------------------------------------------------------


def late(count: int) -> tuple[tuple[str, date], ...]:
    return tuple((f"里程碑{number}", date(2017, 4, number)) for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("record", "sentences"),
    [
        (Record(), []),
        (Record(grade="pass", total_e2=6000), []),
        (Record(grade="fail", total_e2=5905), ["绩效评估不合格（59.05分）"]),
        (Record(grade="fail"), ["绩效评估不合格"]),
        (Record(overdue=late(1)), []),
        (Record(overdue=late(2)), ["里程碑逾期2个，最久的“里程碑1”已逾期39天"]),
        (Record(upheld=1), []),
        (Record(upheld=2), ["群众反映经核实属实2件"]),
        (Record(silent_since=date(2016, 10, 11)), []),
        (Record(silent_since=date(2016, 10, 10)), ["自2016-10-10起7个月没有报告进展"]),
        (
            Record("fail", 0, late(3), 5, date(2016, 1, 1)),
            ["绩效评估不合格（0.00分）", "里程碑逾期3个，最久的“里程碑1”已逾期39天", "群众反映经核实属实5件",
             "自2016-01-01起16个月没有报告进展"],
        ),
    ],
)  # fmt: skip
def test_a_trigger_holds_from_its_border_on_and_says_so_with_figures(record: Record, sentences: list[str]) -> None:
    assert [one.sentence for one in held(record, recheck_facts().rules, TODAY)] == sentences


def test_borders_are_data() -> None:
    stricter = [replace(rule, least=1) for rule in recheck_facts().rules if rule.code == "complaints"]
    assert [one.code for one in held(Record(upheld=1), stricter, TODAY)] == ["complaints"]


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (date(2017, 1, 31), date(2017, 2, 27), 0), (date(2017, 1, 31), date(2017, 2, 28), 1),
        (date(2016, 12, 15), date(2017, 1, 14), 0), (date(2016, 12, 15), date(2017, 1, 15), 1),
        (date(2016, 11, 29), date(2017, 11, 29), 12), (date(2017, 5, 10), date(2017, 5, 10), 0),
    ],
)  # fmt: skip
def test_months_are_full_on_the_same_day(since: date, today: date, months: int) -> None:
    assert full_months(since, today) == months


def sentences_of(project: int) -> list[str]:
    with db.reading() as session:
        return [one.sentence for one in triggers_of(session, [session.get_one(Project, project)])[project]]


def test_triggers_are_computed_from_what_is_stored(store: str) -> None:
    enterprise = an_enterprise()
    actor, cac = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53")
    project = a_running_project(actor, enterprise)
    assert sentences_of(project) == ["里程碑逾期2个，最久的“专区上线”已逾期130天"]
    tell(actor)
    assert sentences_of(project) == []
    with db.transaction() as session:
        for number in (1, 2):
            note_complaint(session, cac, NO, f"反映{number}", "来信", TODAY)
            find_complaint(session, cac, NO, number, upheld=True, reason="属实")
    stands(project, "evaluated", outcome="fail")
    with on("2017-12-10"):
        assert sentences_of(project) == [
            "绩效评估不合格", "群众反映经核实属实2件", "自2017-05-10起7个月没有报告进展",
        ]  # fmt: skip
        with db.transaction() as session:
            find_complaint(session, cac, NO, 2, upheld=False, reason="经复查不属实", seen=1)
        assert sentences_of(project) == ["绩效评估不合格", "自2017-05-10起7个月没有报告进展"]


def test_what_a_closed_recheck_has_settled_triggers_no_other(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor, nation = of_enterprise(enterprise), a_user(Role.NATIONAL_CAC)
    project = a_running_project(actor, enterprise)
    stands(project, "running", outcome="fail")
    assert len(sentences_of(project)) == 2
    with db.transaction() as session:
        session.add(
            ProjectEvent(
                project_id=project, number=2, move="retain", source="rechecking", target="running", user_id=nation.id,
                user_name=nation.name, at=datetime(2017, 5, 9, tzinfo=UTC),
            )
        )  # fmt: skip
    assert sentences_of(project) == []


# --- its deadline -----------------------------------------------------------------------------------------------------


def test_the_deadline_counts_working_days_where_the_calendar_knows_the_year() -> None:
    calendar = WorkCalendar(frozenset({date(2017, 5, 1)}), frozenset())
    assert rectified_by(date(2017, 4, 28), 3, 30, calendar) == (date(2017, 5, 4), "3个工作日")
    assert rectified_by(date(2018, 4, 28), 3, 30, calendar) == (date(2018, 5, 28), "30天")
    assert rectified_by(date(2017, 12, 28), 3, 30, calendar) == (date(2018, 1, 27), "30天")
    assert deadline(date(2019, 9, 25)) == (date(2019, 10, 28), "20个工作日")


# --- the whole way ----------------------------------------------------------------------------------------------------


def plan(actor: Actor, words: str = "逐户回访，恢复供货。", steps: object = STEPS, seen: int | None = None) -> int:
    with db.transaction() as session:
        return keep_plan(session, actor, NO, words, steps, seen=seen)  # type: ignore[arg-type]


def outcome(actor: Actor, words: str = "已全部整改。", files: object = (("回访表.pdf", PDF),), **more: object) -> int:
    with db.transaction() as session:
        return keep_outcome(session, actor, NO, words, files, **more)  # type: ignore[arg-type]


def triggered() -> tuple[int, Actor, Actor]:
    """A project whose re-check has begun; its enterprise and the national office."""
    enterprise = an_enterprise()
    actor, nation = of_enterprise(enterprise), a_user(Role.NATIONAL_CAC)
    project = a_running_project(actor, enterprise)
    move(nation, "trigger", "请限期整改")
    return project, actor, nation


def test_a_recheck_goes_from_its_reasons_to_the_decision(store: str) -> None:
    project, actor, nation = triggered()
    due = deadline(TODAY)[0]
    with db.reading() as session:
        kept, there = session.exec(select(Recheck)).one(), session.get_one(Project, project)
    assert (kept.number, kept.event, kept.due, there.due, there.state) == (1, 2, due, due, "triggered")
    assert json.loads(kept.triggers) == ["里程碑逾期2个，最久的“专区上线”已逾期130天"]
    with pytest.raises(ProgrammeError, match="还没有保存整改方案"):
        move(actor, "rectify")
    plan(actor)
    move(actor, "rectify")
    with pytest.raises(ProgrammeError, match="还没有保存整改结果"):
        move(actor, "complete_rectification")
    outcome(actor, files=())
    with pytest.raises(ProgrammeError, match="至少1份"):
        move(actor, "complete_rectification")
    outcome(actor)
    move(actor, "complete_rectification")
    move(nation, "retain", "整改到位")
    with db.reading() as session:
        course = rechecks.course_of(session, project, 1)
        there = session.get_one(Project, project)
        name, content = rechecks.evidence_content(session, there, course.outcome.evidence[0].sha256)
    assert (course.plan.text, [(one.title, one.due) for one in course.plan.steps]) == (
        "逐户回访，恢复供货。",
        list(STEPS),
    )
    assert (course.outcome.revision, name, content) == (2, "回访表.pdf", PDF)
    assert (there.state, there.due) == ("running", None)


def test_without_a_trigger_no_recheck_begins(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor, nation = of_enterprise(enterprise), a_user(Role.NATIONAL_CAC)
    a_running_project(actor, enterprise)
    tell(actor, told=to_tell())
    with pytest.raises(ProgrammeError, match="没有达到任何一项复核启动条件"):
        move(nation, "trigger", "请整改")
    assert state_of(NO) == "running"


def test_a_rectification_is_overdue_from_the_day_after_its_deadline(sqlite_store: str) -> None:
    project, *_ = triggered()
    with db.reading() as session:
        there = session.get_one(Project, project)
    assert there.due is not None
    with on(there.due.isoformat()):
        assert not project_life.is_overdue(there.state, there.due)
    with on(date.fromordinal(there.due.toordinal() + 1).isoformat()):
        assert project_life.is_overdue(there.state, there.due)


def test_a_project_known_from_paper_is_rectified_by_its_province_and_decided_by_the_nation(sqlite_store: str) -> None:
    a_project("triggered", no=NO)
    cac, nation = a_user(Role.PROVINCE_CAC, province="53"), a_user(Role.NATIONAL_CAC)
    with pytest.raises(NotFound):
        plan(of_enterprise(an_enterprise()))
    plan(cac)
    move(cac, "rectify")
    outcome(cac)
    move(cac, "complete_rectification")
    with pytest.raises(NotAllowed):
        move(cac, "retain", "整改到位")
    move(nation, "retain", "整改到位")
    assert state_of(NO) == "running"


def test_who_withdraws_from_a_recheck_leaves_no_day_behind(sqlite_store: str) -> None:
    project, actor, _ = triggered()
    move(actor, "withdraw", "业务调整")
    with db.reading() as session:
        there = session.get_one(Project, project)
    assert (there.state, there.due) == ("withdrawn", None)


@pytest.mark.parametrize(
    ("words", "steps", "sentence"),
    [
        (" ", STEPS, "请写明整改方案"),
        ("长" * 2001, STEPS, "不超过2000字"),
        ("方案", (), "至少写一个整改步骤"),
        ("方案", (("", date(2017, 5, 20)),), "第1步：请写明做什么"),
        ("方案", (("回访", None),), "第1步：请填写完成日期"),
        ("方案", (("回访", date(2017, 12, 31)),), "晚于整改期限2017-06-08"),
        ("方案", STEPS * 11, "不超过20个"),
    ],
)
def test_an_unfinished_plan_is_refused(sqlite_store: str, words: str, steps: object, sentence: str) -> None:
    _, actor, _ = triggered()
    with pytest.raises(ProgrammeError, match=sentence):
        plan(actor, words, steps)


def test_plan_and_result_are_kept_once_and_told_to_whoever_comes_second(sqlite_store: str) -> None:
    _, actor, _ = triggered()
    assert plan(actor, seen=0) == 1
    for act, kind, sentence in (
        (lambda: plan(actor), ProgrammeError, "没有变化"),
        (lambda: plan(actor, "另一方案", seen=0), Outdated, "已于"),
        (lambda: outcome(actor), ProgrammeError, "不是“整改中”"),
    ):
        with pytest.raises(kind, match=sentence):
            act()
    move(actor, "rectify")
    assert outcome(actor, seen=0) == 1
    for act, kind, sentence in (
        (lambda: outcome(actor), ProgrammeError, "没有变化"),
        (lambda: outcome(actor, "改", seen=0), Outdated, "已于"),
        (lambda: outcome(actor, files=(("病毒.pdf", b"MZ"),)), ProgrammeError, "内容与扩展名不符"),
        (lambda: plan(actor, "再改"), ProgrammeError, "不是“待报整改方案”"),
    ):
        with pytest.raises(kind, match=sentence):
            act()


# --- complaints -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "source", "day", "sentence"),
    [
        ("", "来信", TODAY, "请写明反映的内容和来源"),
        ("反映", " ", TODAY, "请写明反映的内容和来源"),
        ("长" * 2001, "来信", TODAY, "不超过2000字"),
        ("反映", "来信", date(2017, 5, 11), "不能晚于今天"),
    ],
)
def test_a_complaint_says_what_from_where_and_when(
    sqlite_store: str, words: str, source: str, day: date, sentence: str
) -> None:
    a_project("running")
    with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
        note_complaint(session, a_user(Role.NATIONAL_CAC), NO, words, source, day)


def test_a_finding_has_its_reason_and_does_not_overrun_another(sqlite_store: str) -> None:
    a_project("running")
    a_project("reviewing", no="53-002")
    nation = a_user(Role.NATIONAL_CAC)
    with db.transaction() as session:
        assert note_complaint(session, nation, NO, "反映", "来电", TODAY) == 1
        find_complaint(session, nation, NO, 1, upheld=True, reason="属实")
    for number, reason, seen, kind, sentence in (
        (2, "属实", 0, NotFound, "没有这件"),
        (1, "再查", 0, Outdated, "已于.*核实"),
        (1, " ", 1, ProgrammeError, "请写明核实的情况"),
    ):
        with pytest.raises(kind, match=sentence), db.transaction() as session:
            find_complaint(session, nation, NO, number, upheld=False, reason=reason, seen=seen)
    with pytest.raises(ProgrammeError, match="没有入选"), db.transaction() as session:
        note_complaint(session, nation, "53-002", "反映", "来电", TODAY)


# --- who may ----------------------------------------------------------------------------------------------------------


def test_who_keeps_complaints_and_who_rectifies_in_full(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    found = people(enterprise)
    project = a_project("running", enterprise_id=enterprise)
    with db.transaction() as session:
        note_complaint(session, found["national_cac"], NO, "反映", "来电", TODAY)
    kept = {
        "note": lambda session, actor: note_complaint(session, actor, NO, "反映", "来电", TODAY),
        "find": lambda session, actor: find_complaint(session, actor, NO, 1, upheld=True, reason="属实"),
    }
    assert {name: who_may(found, act) for name, act in kept.items()} == {
        name: {"national_cac", "province_cac"} for name in kept
    }
    stands(project, "running", province_code="")
    assert who_may(found, kept["note"]) == {"national_cac"}
    stands(project, "triggered", province_code="53")
    assert who_may(found, lambda session, actor: keep_plan(session, actor, NO, "方案", STEPS)) == {"enterprise"}
    stands(project, "rectifying")
    assert who_may(found, lambda session, actor: keep_outcome(session, actor, NO, "结果")) == {"enterprise"}


def test_what_was_kept_of_a_recheck_cannot_be_altered_in_the_store(store: str) -> None:
    _, actor, nation = triggered()
    plan(actor)
    move(actor, "rectify")
    outcome(actor)
    with db.transaction() as session:
        note_complaint(session, nation, NO, "反映", "来电", TODAY)
        find_complaint(session, nation, NO, 1, upheld=False, reason="不属实")
    for table in ("recheck", "rectification_plan", "rectification_result", "project_complaint", "complaint_finding"):
        for statement in (f"UPDATE {table} SET project_id = project_id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), db.transaction() as session:
                session.connection().execute(text(statement))


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_place_is_free_from_a_withdrawal_until_a_promotion_that_follows_it(sqlite_store: str) -> None:
    nation = a_user(Role.NATIONAL_CAC)

    def free() -> int:
        with db.reading() as session:
            return rechecks.freed_places(session)

    for number, (state, code, later) in enumerate(
        (("reserve", "promote", 0), ("triggered", "remove", 1), ("rechecking", "remove", 2), ("reserve", "promote", 1)),
        1,
    ):
        stands(a_project(state, no=f"53-10{number}"), state, moves=1)
        with settings.standing_at(datetime(2017, 5, 10, number, tzinfo=UTC)):
            move(nation, code, "示例原因", no=f"53-10{number}")
        assert free() == later
    enterprise = an_enterprise()
    a_project("reviewing", no="53-200", enterprise_id=enterprise)
    move(of_enterprise(enterprise), "withdraw", "自愿退出", no="53-200")
    assert free() == 1
