"""省内遴选: scores and conflicts, the quota, sending back by section, the list that is reported; whose it is to do what."""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

import db
from programme import demo_selection, project_life, project_lists, project_selection
from programme.application_reasons import section_reasons
from programme.applications import application_of
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import Assessment, AuditEvent, FrozenList, Project
from programme.permissions import Actor, Role
from programme.project_facts import project_facts
from programme.selection_queries import Application
from programme.selection_scores import Sheet
from tests.application_acts import a_submitted_application
from tests.factories import a_user
from tests.project_people import a_project, an_enterprise, give, of_enterprise, state_of
from tests.selection_acts import (
    REASON,
    a_sheet,
    aside,
    assess,
    cac,
    desk_of,
    missing,
    move,
    points,
    recommend,
    report,
    score,
    scored,
)

Verb = Callable[[Session, Actor], object]
FULL = "推荐名额已满：本省已推荐5个"


def id_of(applicant: Actor) -> int:
    """The project of an enterprise."""
    with db.reading() as session:
        found = application_of(session, applicant)
    assert found is not None
    assert found.id is not None
    return found.id


def the_one(actor: Actor) -> Application:
    (one,) = desk_of(actor).applications
    return one


# --- scores -----------------------------------------------------------------------------------------------------------


def test_a_project_is_recommended_when_enough_assessors_without_a_conflict_have_scored_it(store: str) -> None:
    project, actor = a_project("assessing"), cac()
    assess(actor, "53-001", a_sheet(1, 9), a_sheet(2, 6), aside(3))
    sentence = missing(actor, project, "recommend")
    assert sentence is not None
    with pytest.raises(ProgrammeError, match="还差1名"):
        recommend(actor, "53-001")
    assess(actor, "53-001", a_sheet(4, 8))
    assert missing(actor, project, "recommend") is None
    recommend(actor, "53-001")
    one = the_one(actor)
    assert (one.state, one.mean, one.counted, len(one.sheets)) == ("recommended", Fraction(230, 3), 3, 4)
    with db.reading() as session:
        assert project_life.history(session, project)[-1].note == REASON


def test_the_scores_of_whoever_steps_aside_are_not_taken(store: str) -> None:
    a_project("assessing")
    actor = cac()
    assess(actor, "53-001", Sheet("示例单位", "处长", conflict=True, ground="亲属在申报企业任职", points=points(10)))
    (sheet,) = the_one(actor).sheets
    assert (sheet.points, sheet.ground, the_one(actor).mean) == ({}, "亲属在申报企业任职", None)


def test_a_corrected_sheet_takes_the_place_of_the_one_before_and_both_are_kept(store: str) -> None:
    a_project("assessing")
    actor = cac()
    assess(actor, "53-001", a_sheet(1, 9), a_sheet(2, 6))
    assess(actor, "53-001", aside(1), replaces=1)
    assert [(one.assessor, one.conflict, one.number) for one in the_one(actor).sheets] == [
        ("示例单位1 处长", True, 3),
        ("示例单位2 处长", False, 2),
    ]
    with db.reading() as session:
        assert len(session.exec(select(Assessment)).all()) == 3
        records = session.exec(select(AuditEvent).where(AuditEvent.action == "project.assessed")).all()
    assert json.loads(records[-1].detail) == {
        "assessor": "示例单位1 处长", "conflict": True, "ground": "曾在申报企业任职", "points": {}, "replaces": 1,
    }  # fmt: skip


def test_of_two_who_correct_the_same_sheet_the_second_is_told(sqlite_store: str) -> None:
    a_project("assessing")
    actor = cac()
    assess(actor, "53-001", a_sheet(1))
    assess(actor, "53-001", a_sheet(1, 9), replaces=1)
    with pytest.raises(Outdated, match="已被他人更正"):
        assess(actor, "53-001", a_sheet(1, 5), replaces=1)


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        (Sheet(" ", "处长", points=points()), "请填写评价人单位"),
        (Sheet("示例单位", "", points=points()), "请填写评价人职务"),
        (Sheet("长" * 61, "处长", points=points()), "不超过60字，现有61字"),
        (Sheet("示例单位", "处长", conflict=True, ground=" "), "请填写回避原因"),
        (Sheet("示例单位", "处长", points={"background": 8}), "请为“精准面向国家级贫困县”打分，0至10分"),
        (Sheet("示例单位", "处长", points=points(industry=11)), "“带动特色产业预期效果”的分数是11"),
        (Sheet("示例单位", "处长", points=points(industry=-1)), "的分数是-1"),
        (Sheet("示例单位", "处长", points=points(other=1)), "没有“other”这项评价指标"),
        (Sheet("示例企业", "经理", points=points()), "就是申报单位，应当回避"),
        (Sheet("示例单位1 ", "处长", points=points()), "“示例单位1 处长”已有一份打分"),
    ],
)
def test_a_sheet_that_is_not_right_is_refused_with_what_to_do(sqlite_store: str, sheet: Sheet, sentence: str) -> None:
    a_project("assessing")
    actor = cac()
    assess(actor, "53-001", a_sheet(1))
    with pytest.raises(ProgrammeError, match=sentence):
        assess(actor, "53-001", sheet)
    assert len(the_one(actor).sheets) == 1


@pytest.mark.parametrize("state", [state.code for state in project_facts().states if state.code != "assessing"])
def test_scores_are_taken_only_while_the_project_is_being_assessed(sqlite_store: str, state: str) -> None:
    a_project(state)
    with pytest.raises(ProgrammeError, match="只有“省内评价中”的项目可以录入打分"):
        assess(cac(), "53-001", a_sheet())


def test_a_text_that_was_changed_must_be_scored_again(store: str) -> None:
    (applicant, _), actor = a_submitted_application(), cac()
    project = id_of(applicant)
    move(actor, "53-001", "take_up")
    score(actor, "53-001")
    recommend(actor, "53-001")
    move(actor, "53-001", "reconsider", "示例")
    assert missing(actor, project, "recommend") is None
    with db.transaction() as session:
        project_selection.send_back(session, actor, "53-001", {"benefits": "请补充"})
    move(applicant, "53-001", "submit")
    move(actor, "53-001", "take_up")
    assert the_one(actor).sheets == ()
    assert "现有0名" in (missing(actor, project, "recommend") or "")


# --- the quota --------------------------------------------------------------------------------------------------------


def test_a_sixth_project_is_refused_until_a_place_is_free(store: str) -> None:
    actor = cac()
    numbers = scored(actor, 6)
    recommend(actor, *numbers[:5])
    with pytest.raises(ProgrammeError, match=FULL):
        recommend(actor, numbers[5])
    move(actor, numbers[0], "reconsider", "示例")
    recommend(actor, numbers[5])
    assert desk_of(actor).used == 5


def test_projects_of_other_provinces_and_direct_ones_take_no_place(sqlite_store: str) -> None:
    actor = cac()
    for number in range(1, 6):
        a_project("received", no=f"52-{number:03d}")
        a_project("received", no=f"00-{number:03d}", channel="direct")
    recommend(actor, *scored(actor, 1))
    assert desk_of(actor).used == 1


def test_a_place_stays_used_when_the_national_office_declines_and_is_free_again_when_the_enterprise_withdraws(
    sqlite_store: str,
) -> None:
    actor, nation, enterprise = cac(), a_user(Role.NATIONAL_CAC), an_enterprise()
    numbers = scored(actor, 5)
    recommend(actor, *numbers)
    report(actor)
    with db.transaction() as session:
        for project in session.exec(select(Project)):
            project.state = "reviewed"
            project.enterprise_id = enterprise
            session.add(project)
    move(nation, numbers[0], "not_select", "示例")
    assert desk_of(actor).used == 5
    move(of_enterprise(enterprise), numbers[1], "withdraw", "示例")
    assert desk_of(actor).used == 4


def test_of_two_who_recommend_the_last_place_at_once_one_is_refused(store: str) -> None:
    first, second = cac(username="cac-a"), cac(username="cac-b")
    numbers = scored(first, 6)
    recommend(first, *numbers[:4])
    with ThreadPoolExecutor(1) as other:
        with db.transaction() as session:
            project_life.move_project(session, first, numbers[4], "recommend", REASON)
            waiting = other.submit(recommend, second, numbers[5])
        with pytest.raises(ProgrammeError, match=FULL):
            waiting.result()
    assert [state_of(no) for no in numbers] == ["recommended"] * 5 + ["assessing"]


# --- sending back and declining ---------------------------------------------------------------------------------------


def test_an_application_is_sent_back_with_a_reason_for_each_section(store: str) -> None:
    project, actor = a_project("submitted"), cac()
    with db.transaction() as session:
        project_selection.send_back(
            session, actor, "53-001", {"benefits": " 请量化经济效益。 ", "basics": "请补主管部门"}, seen=0
        )
    with db.reading() as session:
        assert section_reasons(session, project) == {"basics": "请补主管部门", "benefits": "请量化经济效益。"}
        assert project_life.history(session, project)[-1].note == (
            "一、基本情况：请补主管部门；预期经济/社会/环境效益：请量化经济效益。"
        )
    assert state_of("53-001") == "returned"


def test_only_the_newest_reasons_count_and_none_once_it_is_handed_in_again(store: str) -> None:
    (applicant, _), actor = a_submitted_application(), cac()
    project = id_of(applicant)
    for reasons in ({"basics": "甲"}, {"plan": "乙"}):
        with db.transaction() as session:
            project_selection.send_back(session, actor, "53-001", reasons)
        with db.reading() as session:
            assert section_reasons(session, project) == reasons
        move(applicant, "53-001", "submit")
        with db.reading() as session:
            assert section_reasons(session, project) == {}


def test_reasons_too_long_for_the_note_are_named_there_and_kept_whole(sqlite_store: str) -> None:
    project, actor = a_project("submitted"), cac()
    with db.transaction() as session:
        project_selection.send_back(session, actor, "53-001", {"basics": "长" * 300, "plan": "长" * 300})
    with db.reading() as session:
        assert [len(reason) for reason in section_reasons(session, project).values()] == [300, 300]
        assert project_life.history(session, project)[-1].note == (
            "请修改：一、基本情况、项目计划和保障措施（各部分的原因见申报书）。"
        )


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ({}, "至少选一个要修改的部分"),
        ({"cover": "示例"}, "没有“cover”这一部分；可用的有：basics、overview、plan、benefits"),
        ({"basics": " "}, "请写明退回“一、基本情况”的原因"),
        ({"basics": "长" * 501}, "不超过500字，现有501字"),
    ],
)
def test_sending_back_without_sound_reasons_is_refused(
    sqlite_store: str, reasons: dict[str, str], sentence: str
) -> None:
    a_project("submitted")
    with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
        project_selection.send_back(session, cac(), "53-001", reasons)
    assert state_of("53-001") == "submitted"


def test_whoever_sends_back_what_was_moved_meanwhile_is_told(sqlite_store: str) -> None:
    project, actor = a_project("submitted"), cac()
    move(actor, "53-001", "take_up")
    with pytest.raises(Outdated), db.transaction() as session:
        project_selection.send_back(session, actor, "53-001", {"basics": "示例"}, seen=0)
    with db.reading() as session:
        assert section_reasons(session, project) == {}


def test_the_enterprise_reads_why_it_was_declined(store: str) -> None:
    enterprise = an_enterprise()
    project, applicant = a_project("submitted", enterprise_id=enterprise), of_enterprise(enterprise)
    with pytest.raises(ProgrammeError, match="须写明原因"):
        move(cac(), "53-001", "decline")
    move(a_user(Role.PROVINCE_CAC, province="53", username="second"), "53-001", "decline", "示例：没有面向贫困县")
    with db.reading() as session:
        seen = session.get_one(Project, project)
        assert project_life.open_moves(session, applicant, seen) == []
        walked = project_life.history(session, project)[-1]
    assert (walked.public, walked.note) == ("未获推荐", "示例：没有面向贫困县")


# --- the list that is reported ----------------------------------------------------------------------------------------


def test_the_recommended_projects_are_reported_on_a_list_that_is_settled(store: str) -> None:
    actor = cac()
    numbers = scored(actor, 3)
    recommend(actor, *numbers)
    settled = report(actor, seen=numbers)
    assert [state_of(no) for no in numbers] == ["received"] * 3
    assert json.loads(settled.content) == [
        {
            "no": no,
            "name": f"示例项目{no}",
            "enterprise": "示例企业",
            "head_of_unit": "",
            "project_leader": "",
            "remark": "",
        }
        for no in numbers
    ]
    assert settled.sha256 == hashlib.sha256(settled.content.encode()).hexdigest()
    with db.reading() as session:
        (one,) = project_lists.settled_lists(session, actor)
        assert project_life.history(session, desk_of(actor).applications[0].id)[-1].note == "列入第1份报送名单"
        (record,) = session.exec(select(AuditEvent).where(AuditEvent.action == "projects.reported"))
    assert (one.province, one.number, one.sha256, one.user_name) == ("云南省", 1, settled.sha256, actor.name)
    assert (record.province_code, json.loads(record.detail)["projects"]) == ("53", numbers)
    sheet = openpyxl.load_workbook(BytesIO(project_lists.annex2_files(one)["xlsx"]())).worksheets[0]
    assert [sheet.cell(3 + at, 1).value for at in range(3)] == numbers


def test_a_settled_list_cannot_be_altered_in_the_store_nor_can_scores_and_reasons(store: str) -> None:
    actor = cac()
    recommend(actor, *scored(actor, 3))
    report(actor)
    a_project("submitted", no="53-009")
    with db.transaction() as session:
        project_selection.send_back(session, actor, "53-009", {"basics": "示例"})
    for table in ("frozen_list", "assessment", "assessment_score", "project_section_reason"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.connection().execute(text(f"DELETE FROM {table}"))


def test_fewer_than_three_need_a_reason(store: str) -> None:
    actor = cac()
    recommend(actor, *scored(actor, 2))
    with pytest.raises(ProgrammeError, match="本省推荐2个，少于3个，须写明原因"):
        report(actor, " ")
    assert report(actor, "示例：申报企业少").reason == "示例：申报企业少"


def test_later_ones_go_on_a_second_list_within_the_quota(store: str) -> None:
    actor = cac()
    numbers = scored(actor, 6)
    recommend(actor, *numbers[:3])
    report(actor)
    recommend(actor, *numbers[3:5])
    second = report(actor)
    assert (second.number, [row["no"] for row in json.loads(second.content)]) == (2, numbers[3:5])
    with pytest.raises(ProgrammeError, match=FULL):
        recommend(actor, numbers[5])
    with pytest.raises(ProgrammeError, match="没有拟推荐的项目"):
        report(actor)


def test_more_than_five_from_a_list_on_paper_are_not_reported(sqlite_store: str) -> None:
    for number in range(1, 7):
        a_project("recommended", no=f"53-{number:03d}")
    with pytest.raises(ProgrammeError, match="本省推荐6个，超过每省5个的名额"):
        report(cac())
    with db.reading() as session:
        assert session.exec(select(FrozenList)).all() == []


def test_a_single_project_is_not_reported_past_the_list(sqlite_store: str) -> None:
    a_project("recommended")
    with pytest.raises(ProgrammeError, match="还没有列入报送名单"):
        move(cac(), "53-001", "report")


def test_what_was_recommended_since_the_list_was_looked_at_is_not_reported_unseen(sqlite_store: str) -> None:
    actor = cac()
    numbers = scored(actor, 4)
    recommend(actor, *numbers)
    with pytest.raises(Outdated, match="拟推荐的项目有变化"):
        report(actor, seen=numbers[:3])


def test_a_late_list_is_taken_and_its_days_are_counted(sqlite_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = project_facts().deadline("recommendation").day
    late = []
    for who, days in ((cac("53"), 0), (cac("52"), 2)):
        recommend(who, *scored(who, 3, who.province_code))
        monkeypatch.setenv("NETLIFT_TODAY", (deadline + timedelta(days=days)).isoformat())
        report(who, province=who.province_code)
        with db.reading() as session:
            late.append(project_lists.settled_lists(session, who)[0].late_days)
    assert late == [0, 2]


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_a_province_sees_its_own_applications_longest_waiting_first_and_no_drafts(sqlite_store: str) -> None:
    actor = cac()
    a_project("draft", no="53-001")
    for no, state in (("53-002", "assessing"), ("53-003", "returned"), ("53-004", "submitted"), ("53-005", "running")):
        a_project(state, no=no)
    a_project("submitted", no="52-001")
    a_project("submitted", no="00-001", channel="direct")
    move(actor, "53-004", "take_up")
    desk = desk_of(actor)
    assert [one.no for one in desk.applications] == ["53-002", "53-004", "53-003", "53-005"]
    assert [one.waits for one in desk.applications] == [True, True, False, False]
    assert desk.drafts == 1


def test_the_national_office_admits_sends_back_and_declines_direct_applications_and_sees_no_others(store: str) -> None:
    nation = a_user(Role.NATIONAL_CAC)
    for number in (1, 2, 3):
        a_project("submitted", no=f"00-{number:03d}", channel="direct")
    a_project("submitted", no="53-001")
    assert [one.no for one in desk_of(nation).applications] == ["00-001", "00-002", "00-003"]
    move(nation, "00-001", "admit")
    with db.transaction() as session:
        project_selection.send_back(session, nation, "00-002", {"overview": "示例"})
    move(nation, "00-003", "decline", "示例")
    assert [state_of(f"00-00{number}") for number in (1, 2, 3)] == ["received", "returned", "declined"]
    for act in (lambda: move(nation, "53-001", "take_up"), lambda: assess(nation, "53-001", a_sheet())):
        with pytest.raises(NotAllowed):
            act()


def test_direct_applications_are_neither_scored_nor_reported_on_a_list(sqlite_store: str) -> None:
    nation = a_user(Role.NATIONAL_CAC)
    a_project("submitted", no="00-001", channel="direct")
    with pytest.raises(ProgrammeError, match="只有“省内评价中”的项目"):
        assess(nation, "00-001", a_sheet())
    with pytest.raises(ProgrammeError, match="不列入省级报送名单"):
        report(nation, province="")
    with pytest.raises(NotAllowed):
        report(nation, province="53")


def test_the_national_office_receives_the_lists_of_all_provinces_and_a_province_its_own(sqlite_store: str) -> None:
    for province in ("52", "53"):
        who = cac(province)
        recommend(who, *scored(who, 3, province))
        report(who, province=province)
    lists = {}
    for actor in (cac("52", "again-52"), a_user(Role.NATIONAL_CAC)):
        with db.reading() as session:
            lists[actor.role] = [one.province_code for one in project_lists.settled_lists(session, actor)]
    assert lists == {Role.PROVINCE_CAC: ["52"], Role.NATIONAL_CAC: ["52", "53"]}


def everybody(project: int, enterprise: int) -> dict[str, Actor]:
    people = {role.value: a_user(role) for role in (Role.OFFICE, Role.LEADER, Role.ADMIN, Role.EXPERT, Role.EVALUATOR)}
    people |= {
        "county": a_user(Role.COUNTY, county="533301"),
        "province": a_user(Role.PROVINCE, province="53"),
        "enterprise": of_enterprise(enterprise),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "other province": cac("52"),
        "own province": cac(),
    }
    give(project, people["expert"], "review")
    give(project, people["evaluator"], "evaluation")
    return people


def is_let_in(verb: Verb, actor: Actor) -> bool:
    """Whether it gets past the permission, whatever it finds then; nothing is kept."""
    try:
        with db.reading() as session:
            verb(session, actor)
    except (NotAllowed, NotFound):
        return False
    except ProgrammeError:
        return True
    return True


def test_only_the_province_of_the_project_scores_sends_back_and_reports(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    project = a_project("assessing", enterprise_id=enterprise)
    verbs: dict[str, Verb] = {
        "assess": lambda session, actor: project_selection.assess(session, actor, "53-001", a_sheet()),
        "send_back": lambda session, actor: project_selection.send_back(session, actor, "53-001", {"basics": "示例"}),
        "report": lambda session, actor: project_lists.report_list(session, actor, "53"),
    }
    people = everybody(project, enterprise)
    may = {name: {verb for verb in verbs if is_let_in(verbs[verb], actor)} for name, actor in people.items()}
    may = {name: allowed for name, allowed in may.items() if allowed}
    assert may == {"own province": {"assess", "send_back", "report"}}
    with pytest.raises(NotAllowed), db.reading() as session:
        project_lists.settled_lists(session, a_user(Role.LEADER, username="leader-2"))


def test_a_sample_province_recommends_its_best_and_declines_the_others(sqlite_store: str) -> None:
    actor = cac()
    for number in range(1, 8):
        a_project("submitted", no=f"53-{number:03d}")
    with db.transaction() as session:
        best = demo_selection.select_of_province(session, actor, 1)
    means = {one.no: one.mean for one in desk_of(actor).applications}
    assert sorted(means, key=lambda no: (-(means[no] or 0), no))[:5] == best
    assert [state_of(no) for no in sorted(means)] == ["received" if no in best else "declined" for no in sorted(means)]
