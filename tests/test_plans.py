"""Execution plans: who may take which step when, what a new revision has to heed, drafts, and milestones by the clock."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import plan_reviews, plan_writing, plans, settings
from programme.audit_queries import detail_text
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.milestones import State
from programme.models import AuditEvent, PlanSection
from programme.obligations import Status, Step
from programme.permissions import Actor, Role
from programme.plan_content import Row
from tests.factories import a_user
from tests.plan_acts import (
    ASKED,
    LUSHUI,
    ROWS,
    YEAR,
    YUNLONG,
    Crash,
    at,
    hand_in,
    milestone,
    report,
    seen,
    sound,
    stored,
    take,
)

People = dict[str, Actor]
ON_ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
REPAIRED = replace(sound(brand="商标注册名"), rows=(*ROWS, Row(0, "年度总结", "2019-12-20")))


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def people(store: str) -> People:
    return {
        "county": a_user(Role.COUNTY, county=LUSHUI),
        "desk_mate": a_user(Role.COUNTY, county=LUSHUI, username="county-533301-b"),
        "neighbour": a_user(Role.COUNTY, county=YUNLONG),
        "province": a_user(Role.PROVINCE, province="53"),
        "colleague": a_user(Role.PROVINCE, province="53", username="province-53-b"),
        "elsewhere": a_user(Role.PROVINCE, province="65"),
        "office": a_user(Role.OFFICE),
        "deputy": a_user(Role.OFFICE, username="office-b"),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
        "enterprise": a_user(Role.ENTERPRISE),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "expert": a_user(Role.EXPERT),
        "evaluator": a_user(Role.EVALUATOR),
    }


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_a_core_county_owes_a_plan_and_a_radiating_county_may_have_one(people: People) -> None:
    with db.reading() as session:
        found = plans.plans(session, people["office"], YEAR)
    assert [one.status for one in found] == [Status.DUE] * 10 + [Status.NOT_DUE] * 100
    assert (found[0].status_name, found[-1].status_name) == ("未报送", "未编制（自愿）")
    hand_in(people["neighbour"], county=YUNLONG)
    assert seen(YUNLONG).status is Status.SUBMITTED


@ON_ONE_STORE
def test_everybody_sees_the_plans_of_their_scope_only(people: People) -> None:
    hand_in(people["county"])
    with db.reading() as session:
        found = {name: plans.plans(session, actor, YEAR) for name, actor in people.items()}
    assert {name for name, seen_plans in found.items() if len(seen_plans) == 110} == {"office", "deputy", "leader"}
    assert [one.code for one in found["county"] + found["desk_mate"]] == [LUSHUI] * 2
    assert [one.code for one in found["neighbour"]] == [YUNLONG]
    assert {one.code[:2] for one in found["province"]} == {"53"}
    nobody = ("admin", "enterprise", "province_cac", "national_cac", "expert", "evaluator")
    assert [found[name] for name in nobody] == [[]] * len(nobody)
    for name, code, refused in (
        ("neighbour", LUSHUI, NotAllowed),
        ("elsewhere", LUSHUI, NotAllowed),
        ("expert", LUSHUI, NotAllowed),
        ("office", "110101", NotFound),
        ("office", "999999", NotFound),
    ):
        with pytest.raises(refused), db.reading() as session:
            plans.plan_of(session, people[name], code, YEAR)


@ON_ONE_STORE
def test_nobody_but_the_county_writes_hands_in_and_reports(people: People) -> None:
    before = seen()
    for name, actor in people.items():
        if name in ("county", "desk_mate"):
            continue
        for act in (
            lambda session, actor=actor: plan_writing.submit(session, actor, before, sound()),
            lambda session, actor=actor: plan_writing.keep_text(session, actor, before, "brand", "text", "别人写的"),
            lambda session, actor=actor: plan_writing.report(session, actor, before, 1, State.DONE, date(2019, 7, 1)),
            lambda session, actor=actor: plan_writing.discard(session, actor, before),
        ):
            with pytest.raises(NotAllowed), db.transaction() as session:
                act(session)
    assert seen() == before


# --- the matrix: status × who × step ----------------------------------------------------------------------------------


def nothing(people: People) -> None:
    pass


def submitted(people: People) -> None:
    hand_in(people["county"])


def sent_back(people: People) -> None:
    submitted(people)
    take(people["province"], Step.SENT_BACK)


def approved(people: People) -> None:
    submitted(people)
    take(people["province"], Step.APPROVED)


def accepted(people: People) -> None:
    approved(people)
    take(people["office"], Step.ACCEPTED)


def revised(people: People) -> None:
    accepted(people)
    hand_in(people["county"], sound(brand="新品牌"), "品牌更名")


REVIEWERS, OFFICES = {"province", "colleague"}, {"office", "deputy"}
ALLOWED: dict[Callable[[People], None], dict[Step, set[str]]] = {
    nothing: {},
    submitted: {Step.APPROVED: REVIEWERS, Step.SENT_BACK: REVIEWERS | OFFICES},
    sent_back: {},
    approved: {Step.ACCEPTED: OFFICES, Step.SENT_BACK: REVIEWERS | OFFICES},
    accepted: {},
    revised: {Step.APPROVED: REVIEWERS, Step.SENT_BACK: REVIEWERS | OFFICES},
}


@pytest.mark.parametrize("state", ALLOWED, ids=lambda state: state.__name__)
@ON_ONE_STORE
def test_nobody_but_these_takes_a_step_and_a_refused_step_changes_nothing(
    people: People, state: Callable[[People], None]
) -> None:
    state(people)
    before = seen()
    for (name, actor), step in product(people.items(), Step):
        expected = name in ALLOWED[state].get(step, set())
        assert (plan_reviews.why_not(actor, before, step) is None) == expected, (name, step)
        if not expected:
            with pytest.raises(ProgrammeError):
                take(actor, step, before)
    assert seen() == before
    for step, names in ALLOWED[state].items():
        for name in names:
            with pytest.raises(Crash):
                take(people[name], step, before, crash=True)
    assert seen() == before


@ON_ONE_STORE
def test_nobody_reviews_what_they_handed_in_even_in_another_role(people: People) -> None:
    submitted(people)
    promoted = replace(people["county"], role=Role.PROVINCE, county_id=None, province_code="53")
    for step in (Step.APPROVED, Step.SENT_BACK):
        with pytest.raises(ProgrammeError, match="不能由您自己"):
            take(promoted, step)
    assert seen().status is Status.SUBMITTED


def test_a_plan_goes_up_the_line_and_every_step_is_on_record(people: People) -> None:
    accepted(people)
    assert (seen().status, seen().in_force) == (Status.ACCEPTED, 1)
    with db.reading() as session:
        steps = [(row.step, row.user_name) for row in plans.steps_of(session, seen())]
        recorded = session.exec(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert steps == [("approved", people["province"].name), ("accepted", people["office"].name)]
    assert recorded[-3:] == ["plan.submitted", "plan.approved", "plan.accepted"]


@ON_ONE_STORE
def test_the_second_of_two_reviewers_is_told_what_the_first_did(people: People) -> None:
    submitted(people)
    before = seen()
    take(people["province"], Step.SENT_BACK, before)
    with pytest.raises(Outdated, match=f"{people['province'].name}已于.*退回"):
        take(people["colleague"], Step.APPROVED, before)
    hand_in(people["county"], REPAIRED)
    with pytest.raises(Outdated, match="第2版"):
        take(people["colleague"], Step.APPROVED, before)


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ({}, "至少选一个"),
        ({"colour": "不好看"}, "没有“colour”这一部分"),
        ({"brand": " "}, "请写明退回“品牌建设”的原因"),
    ],
)
@ON_ONE_STORE
def test_a_plan_is_sent_back_with_a_reason_for_each_section(
    people: People, reasons: dict[str, str], sentence: str
) -> None:
    submitted(people)
    with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
        plan_reviews.send_back(session, people["province"], seen(), reasons)
    assert seen().status is Status.SUBMITTED


# --- what a revision has to heed --------------------------------------------------------------------------------------


def test_what_was_handed_in_is_kept_section_by_section_and_money_as_an_integer(people: People) -> None:
    submitted(people)
    with db.reading() as session:
        kept = session.exec(select(PlanSection).where(PlanSection.section == "funds", PlanSection.field == "amount"))
        assert [(row.amount, row.text) for row in kept] == [(12_050_000, "")]
    assert stored().texts == sound().texts
    assert [(row.milestone, row.title) for row in stored().rows] == [
        (1, ROWS[0].title),
        (2, ROWS[1].title),
        (3, ROWS[2].title),
    ]
    with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
        session.connection().execute(text("UPDATE plan_section SET text = ''"))


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (sound(training=""), "“培训计划”请填写“培训计划”"),
        (sound(funds="很多"), "“投入总额（万元）”不是数"),
        (sound(funds="-3"), "不能是负数"),
        (sound(organisation="县委副书记\n副县长"), "请写成一行"),
        (sound(brand="长" * 2001), "请不超过2000字，现有2001字"),
        (replace(sound(), rows=()), "请至少写一个里程碑"),
        (replace(sound(), rows=(Row(0, "", "2019-07-01"),)), "2019-07-01的里程碑没有名称"),
        (replace(sound(), rows=(Row(0, "开班", ""),)), "“开班”没有计划完成日期"),
        (replace(sound(), rows=(Row(0, "开班", "2020-01-01"),)), "应在活动期间"),
        (replace(sound(), rows=(Row(0, "开班", "2019-07-01"), Row(0, "开班", "2019-08-01"))), "写了两次"),
    ],
)  # fmt: skip
def test_an_unfinished_plan_is_refused_with_what_is_missing(sqlite_store: str, written: object, sentence: str) -> None:
    county = a_user(Role.COUNTY, county=LUSHUI)
    with pytest.raises(ProgrammeError, match="还有1部分没有写好") as refusal:
        hand_in(county, written)  # type: ignore[arg-type]
    assert str(refusal.value).count(sentence) == 1
    assert seen().revision == 0


@ON_ONE_STORE
def test_after_a_plan_was_sent_back_only_the_sections_asked_for_may_change(people: People) -> None:
    sent_back(people)
    with db.reading() as session:
        assert plans.reasons_of(session, seen()) == ASKED
        assert plan_writing.open_sections(session, seen()) == tuple(ASKED)
    with pytest.raises(ProgrammeError, match="没有要求修改“营销策划”"):
        hand_in(people["county"], replace(REPAIRED, texts=sound(brand="商标注册名", marketing="直播").texts))
    with pytest.raises(ProgrammeError, match="要求修改“路线图和时间表”，但内容没有变化"):
        hand_in(people["county"], sound(brand="商标注册名"))
    with pytest.raises(ProgrammeError, match="“营销策划”没有要求修改，已锁定"), db.transaction() as session:
        plan_writing.keep_text(session, people["county"], seen(), "marketing", "text", "直播")
    assert hand_in(people["county"], REPAIRED) == 2
    assert seen().status is Status.SUBMITTED
    with db.reading() as session:
        assert plans.reasons_of(session, seen()) == {}


@ON_ONE_STORE
def test_a_county_may_stand_by_what_it_wrote_with_a_reason(people: People) -> None:
    sent_back(people)
    hand_in(people["county"], sound(), "商标局已受理更名，附回执")
    assert (seen().revision, seen().status, seen().reason) == (2, Status.SUBMITTED, "商标局已受理更名，附回执")


@ON_ONE_STORE
def test_the_same_again_is_no_revision(people: People) -> None:
    submitted(people)
    with pytest.raises(ProgrammeError, match="没有变化"):
        hand_in(people["county"], replace(stored(), rows=tuple(reversed(stored().rows))))
    assert hand_in(people["county"], sound(brand="新品牌")) == 2


@pytest.mark.parametrize("state", [approved, accepted], ids=lambda state: state.__name__)
@ON_ONE_STORE
def test_what_was_approved_changes_with_a_reason_and_is_reviewed_again(
    people: People, state: Callable[[People], None]
) -> None:
    state(people)
    with pytest.raises(ProgrammeError, match="请写明修改的原因"):
        hand_in(people["county"], sound(brand="新品牌"))
    hand_in(people["county"], sound(brand="新品牌"), "品牌更名")
    assert (seen().revision, seen().status) == (2, Status.SUBMITTED)


@ON_ONE_STORE
def test_whoever_writes_is_told_what_a_colleague_or_a_reviewer_did_meanwhile(people: People) -> None:
    before = seen()
    submitted(people)
    with pytest.raises(Outdated, match=f"{people['county'].name}已于.*报送第1版"):
        hand_in(people["desk_mate"], sound(brand="新品牌"), one=before)
    before = seen()
    take(people["province"], Step.APPROVED)
    with pytest.raises(Outdated, match="审核通过"):
        hand_in(people["county"], sound(brand="新品牌"), "更名", one=before)


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_as_typed_for_the_account_and_is_gone_once_handed_in(people: People) -> None:
    county, one = people["county"], seen()
    with db.transaction() as session:
        plan_writing.keep_text(session, county, one, "funds", "amount", "约12万")
        plan_writing.keep_rows(session, county, one, (Row(0, "", "2019-07-01"),))
    with db.reading() as session:
        kept = plan_writing.draft_of(session, county, one)
        assert plan_writing.draft_of(session, people["desk_mate"], one) is None
    assert kept is not None
    assert (kept.written.text("funds", "amount"), kept.written.rows, kept.base) == (
        "约12万",
        (Row(0, "", "2019-07-01"),),
        0,
    )
    with pytest.raises(ProgrammeError, match="还有9部分没有写好"), db.transaction() as session:
        plan_writing.submit_draft(session, county, one)
    with db.transaction() as session:
        for section, boxes in sound().texts.items():
            for field, words in boxes.items():
                plan_writing.keep_text(session, county, one, section, field, words)
        plan_writing.keep_rows(session, county, one, ROWS)
        assert plan_writing.submit_draft(session, county, one) == 1
    with db.reading() as session:
        assert plan_writing.draft_of(session, county, seen()) is None
    with pytest.raises(ProgrammeError, match="没有可以报送的草稿"), db.transaction() as session:
        plan_writing.submit_draft(session, county, seen())


@ON_ONE_STORE
def test_a_draft_begins_with_what_stands_and_does_not_overrun_a_newer_revision(people: People) -> None:
    submitted(people)
    with db.transaction() as session:
        plan_writing.keep_text(session, people["desk_mate"], seen(), "brand", "text", "同事的草稿")
    with db.reading() as session:
        kept = plan_writing.draft_of(session, people["desk_mate"], seen())
    assert kept is not None
    assert (kept.base, kept.written.text("marketing", "text"), len(kept.written.rows)) == (1, "营销策划内容", 3)
    hand_in(people["county"], sound(brand="新品牌"))
    with pytest.raises(Outdated, match="在第1版上写的，而泸水市执行方案已有第2版"), db.transaction() as session:
        plan_writing.submit_draft(session, people["desk_mate"], seen())
    with db.transaction() as session:
        plan_writing.discard(session, people["desk_mate"], seen())
        assert plan_writing.draft_of(session, people["desk_mate"], seen()) is None


@ON_ONE_STORE
def test_what_was_drafted_before_a_send_back_counts_where_it_was_asked_for_only(people: People) -> None:
    submitted(people)
    with db.transaction() as session:
        plan_writing.keep_text(session, people["county"], seen(), "brand", "text", "商标注册名")
        plan_writing.keep_text(session, people["county"], seen(), "marketing", "text", "临时想法\x00")
        plan_writing.keep_rows(session, people["county"], seen(), REPAIRED.rows)
    take(people["province"], Step.SENT_BACK)
    with db.transaction() as session:
        assert plan_writing.submit_draft(session, people["county"], seen()) == 2
    assert (stored().text("brand", "text"), stored().text("marketing", "text")) == ("商标注册名", "营销策划内容")
    assert [row.milestone for row in stored().rows] == [1, 2, 3, 4]


# --- milestones -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "late"), [(at(20, 6), []), (at(21, 6), ["成立工作小组"]), (at(11), ["成立工作小组", "首期培训开班"])]
)
@ON_ONE_STORE
def test_a_milestone_becomes_overdue_by_the_clock_alone(people: People, day: object, late: list[str]) -> None:
    accepted(people)
    with settings.standing_at(day):  # type: ignore[arg-type]
        assert [one.title for one in seen().milestones if one.is_overdue] == late
        assert seen().counts == (3, 0, len(late))


def test_what_a_county_reports_is_added_and_the_newest_counts(people: People) -> None:
    accepted(people)
    report(people["county"], "成立工作小组", State.UNDER_WAY, note="已发文")
    assert (milestone("成立工作小组").shown, milestone("成立工作小组").late_days) == ("overdue", 18)
    report(people["county"], "成立工作小组", State.DONE, date(2019, 6, 25), "县委办文件已印发")
    found = milestone("成立工作小组")
    assert (found.shown, found.done_on, found.late_days, found.events) == ("done", date(2019, 6, 25), 5, 2)
    assert (seen().revision, seen().counts) == (1, (3, 1, 0))
    with db.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "milestone.reported")).all()[-1]
    told = detail_text(json.loads(event.detail))
    assert told == "年度：2019；里程碑：成立工作小组；状态：已完成；完成日期：2019-06-25；说明：县委办文件已印发"


@pytest.mark.parametrize(
    ("state", "done_on", "note", "sentence"),
    [
        (State.DONE, None, "", "请填写里程碑“首期培训开班”的完成日期"),
        (State.DONE, date(2019, 7, 9), "", "至今天（2019-07-08）之间"),
        (State.DONE, date(2019, 1, 9), "", "应在2019-05-29至"),
        (State.UNDER_WAY, date(2019, 7, 1), "", "请不要填写完成日期"),
        (State.NOT_STARTED, None, "", "没有变化"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_is_refused(
    sqlite_store: str, state: State, done_on: date | None, note: str, sentence: str
) -> None:
    county = a_user(Role.COUNTY, county=LUSHUI)
    hand_in(county)
    with pytest.raises(ProgrammeError, match=sentence):
        report(county, "首期培训开班", state, done_on, note)
    assert seen().counts == (3, 0, 1)


@ON_ONE_STORE
def test_what_was_done_is_undone_with_a_reason_only_and_nothing_is_reported_over_anothers_head(people: People) -> None:
    submitted(people)
    before = seen()
    report(people["desk_mate"], "品牌发布", State.DONE, date(2019, 7, 1))
    with pytest.raises(Outdated, match=f"{people['desk_mate'].name}已于.*已完成"):
        report(people["county"], "品牌发布", State.UNDER_WAY, one=before)
    with pytest.raises(ProgrammeError, match="请说明原因"):
        report(people["county"], "品牌发布", State.UNDER_WAY)
    report(people["county"], "品牌发布", State.UNDER_WAY, note="发布会改期")
    assert milestone("品牌发布").shown == "under_way"
    with pytest.raises(ProgrammeError, match="没有这个里程碑"), db.transaction() as session:
        plan_writing.report(session, people["county"], seen(), 99, State.UNDER_WAY)


def test_a_milestone_keeps_its_reports_through_revisions_and_a_change_counts_once_it_is_accepted(
    people: People,
) -> None:
    accepted(people)
    report(people["county"], "首期培训开班", State.UNDER_WAY, note="已招生")
    moved = (
        Row(1, "成立工作小组", "2019-08-20"),
        Row(2, "首期培训班开班", "2019-07-31"),
        Row(77, "年度总结", "2019-12-20"),
    )
    hand_in(people["county"], replace(sound(), rows=moved), "汛期道路中断")
    assert [row.milestone for row in stored().rows] == [2, 1, 4]
    assert (seen().in_force, seen().counts) == (1, (3, 0, 1)), "moving a date does not undo what is overdue"
    take(people["province"], Step.APPROVED)
    take(people["office"], Step.ACCEPTED)
    assert (seen().in_force, seen().counts) == (2, (3, 0, 0))
    assert (milestone("首期培训班开班").note, milestone("首期培训班开班").number) == ("已招生", 1)
    with db.reading() as session:
        assert [row.milestone for row in plans.content_of(session, seen(), 1).rows] == [1, 2, 3]
