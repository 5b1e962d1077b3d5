"""An enterprise writes its application, seals it and hands it in, on both stores."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

import db
from programme import application_writing, applications, enterprises, project_life
from programme.application_content import as_json, digest, from_json, problems, tidy
from programme.application_facts import application_facts
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import ApplicationDraft, ApplicationVersion, AuditEvent, Project, ProjectEvent
from programme.permissions import Actor, Role
from programme.project_moves import move_named
from programme.project_search import ProjectFilters, project_list
from tests.application_acts import (
    LUSHUI,
    PDF,
    TYPED,
    WRITTEN,
    a_submitted_application,
    an_applicant,
    attaches,
    chooses,
    draft_of,
    finishes,
    hands_in,
    seen,
    told,
    writes,
)
from tests.factories import a_user
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of


def the_project(no: str) -> Project:
    with db.reading() as session:
        return session.exec(select(Project).where(Project.no == no)).one()


def acts(cac: Actor, no: str, move: str, note: str = "") -> None:
    with db.transaction() as session:
        project_life.move_project(session, cac, no, move, note)


# --- beginning --------------------------------------------------------------------------------------------------------


def begins(actor: Actor, channel: str = "province", ground: str = "") -> str:
    with db.transaction() as session:
        return application_writing.begin(session, actor, channel, ground).no


def test_numbers_run_by_province_and_channel_past_those_of_lists_on_paper(store: str) -> None:
    a_project("submitted", no="53-006")
    a_project("submitted", no="53-A99")
    applicants = [of_enterprise(an_enterprise(number, "52" if number == 3 else "53")) for number in range(1, 6)]
    assert [begins(actor) for actor in applicants[:3]] == ["53-007", "53-008", "52-001"]
    assert [begins(actor, "direct", "key") for actor in applicants[3:]] == ["00-001", "00-002"]
    project = the_project("00-001")
    assert (project.province_code, project.channel, project.ground, project.state) == ("", "direct", "key", "draft")


def test_an_enterprise_has_one_project_alive_and_may_begin_another_when_it_has_ended(store: str) -> None:
    actor, no = an_applicant()
    with pytest.raises(ProgrammeError, match=f"已有项目{no}"):
        begins(actor, "direct", "central")
    acts(actor, no, "withdraw", "不再申报")
    assert begins(actor) == "53-002"
    with db.reading() as session:
        project = applications.application_of(session, actor)
    assert project is not None
    assert project.no == "53-002"


def test_beginning_leaves_the_first_event_and_the_record(store: str) -> None:
    actor, no = an_applicant()
    with db.reading() as session:
        (event,) = session.exec(select(ProjectEvent))
        (record,) = session.exec(select(AuditEvent).where(AuditEvent.action == "project.moved"))
    assert (event.number, event.move, event.source, event.target, event.user_id) == (1, "begin", "", "draft", actor.id)
    assert (record.subject, json.loads(record.detail)) == (no, {"move": "开始申报"})


@pytest.mark.parametrize(
    ("channel", "ground", "sentence"),
    [
        ("direct", "", "请选择依据"),
        ("direct", "friend", "请选择依据"),
        ("province", "key", "不填"),
        ("post", "", "请选择申报渠道"),
    ],
)
def test_the_direct_channel_needs_its_ground_and_the_other_none(
    sqlite_store: str, channel: str, ground: str, sentence: str
) -> None:
    with pytest.raises(ProgrammeError, match=sentence):
        begins(of_enterprise(an_enterprise()), channel, ground)


def test_a_refused_enterprise_begins_nothing_and_a_waiting_one_may_write(sqlite_store: str) -> None:
    with pytest.raises(ProgrammeError, match="没有通过"):
        begins(of_enterprise(an_enterprise(1, status="refused")))
    assert begins(of_enterprise(an_enterprise(2, status="waiting"))) == "53-001"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ENTERPRISE])
def test_nobody_else_begins_or_writes_an_application(sqlite_store: str, role: Role) -> None:
    _, no = an_applicant()
    actor = a_user(role, county="533301" if role is Role.COUNTY else "", province="" if role is Role.COUNTY else "53")
    for verb in (
        lambda session: application_writing.begin(session, actor, "province"),
        lambda session: application_writing.keep_field(session, actor, no, "name", "x"),
        lambda session: application_writing.keep_counties(session, actor, no, [LUSHUI]),
        lambda session: application_writing.attach(session, actor, no, "licence", "x.pdf", PDF),
        lambda session: application_writing.detach(session, actor, no, 1),
    ):
        with pytest.raises((NotAllowed, NotFound)), db.transaction() as session:
            verb(session)


def test_another_enterprise_finds_no_such_project(sqlite_store: str) -> None:
    _, no = an_applicant(1)
    other, _ = an_applicant(2)
    with pytest.raises(NotFound):
        writes(other, no, name="x")


# --- writing ----------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_field_by_field_and_ticked_section_by_section(store: str) -> None:
    actor, no = an_applicant()
    left = []
    for section in application_facts().sections:
        writes(actor, no, **{field.code: WRITTEN[field.code] for field in section.fields if field.code in WRITTEN})
        if section.code == "overview":
            chooses(actor, no, LUSHUI)
        with db.reading() as session:
            left.append(sorted(problems(applications.content_of(session, the_project(no).id or 0, draft=True))))
    assert left == [["benefits", "overview", "plan"], ["benefits", "plan"], ["benefits"], []]
    assert draft_of(actor) == WRITTEN | {"counties": str(LUSHUI)}


def test_a_draft_that_is_wrong_is_kept_as_typed_and_named(store: str) -> None:
    actor, no = an_applicant()
    writes(actor, no, phone="0871", starts="2018-10", ends="某月", name="长" * 101)
    with db.reading() as session:
        content = applications.content_of(session, the_project(no).id or 0, draft=True)
    said = [sentence for sentences in problems(content).values() for sentence in sentences]
    assert {
        "“项目名称”请不超过100字，现有101字。",
        "“联系电话（手机）”应为11位手机号码，如 13800000000。",
        "“终止时间”认不出月份，请填成 2016-10 或 2016年10月 的样子。",
        "请至少选一个“面向贫困县”。",
    } <= set(said)
    writes(actor, no, ends="2016-09")
    with db.reading() as session:
        content = applications.content_of(session, the_project(no).id or 0, draft=True)
    assert "终止时间（2016-09）早于起始时间（2018-10），请核对。" in problems(content)["overview"]


def test_two_windows_write_different_fields_and_are_told_of_the_same_one(store: str) -> None:
    actor, no = an_applicant()

    def types(field: str, value: str, before: str) -> None:
        with db.transaction() as session:
            application_writing.keep_field(session, actor, no, field, value, before)

    types("name", "甲", "")
    types("address", "某路", "")
    with pytest.raises(Outdated, match="“项目名称”刚在另一窗口"):
        types("name", "乙", "")
    types("name", "甲", "")
    types("name", "乙", "甲")
    assert draft_of(actor) == {"name": "乙", "address": "某路"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("category", "nothing", "请从列表中选择"), ("unit", "别的单位", "取自企业登记信息"), ("nothing", "x", "没有这一栏"),
     ("counties", "1,2", "从县名单中选择")],
)  # fmt: skip
def test_fields_and_choices_there_are_not_are_refused(sqlite_store: str, field: str, value: str, sentence: str) -> None:
    actor, no = an_applicant()
    with pytest.raises(ProgrammeError, match=sentence):
        writes(actor, no, **{field: value})


def test_counties_are_those_of_the_registry_each_once_and_not_too_many(store: str) -> None:
    actor, no = an_applicant()
    chooses(actor, no, 533325, LUSHUI, 533325)
    assert draft_of(actor)["counties"] == f"533325,{LUSHUI}"
    for ids, sentence in (((1,), "不在县名单中"), (tuple(range(101)), "不超过100个，现有101个")):
        with pytest.raises(ProgrammeError, match=sentence):
            chooses(actor, no, *ids)
    chooses(actor, no)
    assert draft_of(actor)["counties"] == ""


# --- handing in -------------------------------------------------------------------------------------------------------


def missing(actor: Actor, no: str) -> str | None:
    with db.reading() as session:
        project = session.exec(select(Project).where(Project.no == no)).one()
        moves = {move.code: sentence for move, sentence in project_life.open_moves(session, actor, project)}
    return moves["submit"]


def test_handing_in_needs_confirmation_every_section_licence_and_seal(store: str) -> None:
    actor, no = an_applicant(status="waiting")
    assert missing(actor, no) == "企业登记还没有确认，暂不能提交。请等待省（区、市）网信办确认；申报书可以先填写。"
    with db.transaction() as session:
        enterprises.confirm(session, a_user(Role.PROVINCE_CAC, province="53"), seen(actor))
    assert (missing(actor, no) or "").startswith("申报书还有4部分没有写好。“一、基本情况”：请填写“项目名称”。")
    writes(actor, no, **WRITTEN)
    assert missing(actor, no) == "申报书还有1部分没有写好。“二、申报概述”：请至少选一个“面向贫困县”。"
    chooses(actor, no, LUSHUI)
    assert missing(actor, no) == "请上传营业执照或组织机构代码证。"
    attaches(actor, no, "licence")
    assert missing(actor, no) == "请打印申报书，签字盖章后扫描，上传盖章页扫描件。"
    attaches(actor, no, "seal")
    assert missing(actor, no) is None
    move = move_named("submit")
    assert move is not None
    assert len(move.needs) == 4


def test_what_is_handed_in_is_a_version_and_the_project_says_what_it_says(store: str) -> None:
    actor, no = a_submitted_application()
    project = the_project(no)
    assert (project.name, project.enterprise, project.enterprise_code) == ("示例：网上直通车", "示例企业1", told().code)
    assert (project.head_of_unit, project.project_leader) == ("总经理", "部门负责人")
    assert (project.enterprise_category, project.category, project.direction) == (
        "ecommerce",
        "ecommerce",
        "rural_ecommerce",
    )
    assert (project.target_counties, project.state) == (str(LUSHUI), "submitted")
    with db.reading() as session:
        assert project.id is not None
        content = applications.content_of(session, project.id)
        (version,) = applications.versions(session, project.id)
        documents = [one.kind for one in applications.documents_of(session, project.id)]
    assert (content["starts"], content["unit"], content["province"]) == ("2016-10", "示例企业1", "53")
    assert set(content) == {field.code for field in application_facts().fields}
    assert (version.version, version.sha256, version.user_name) == (1, digest(content), actor.name)
    assert documents == ["licence", "seal"]
    for statement in ("UPDATE application_version SET content = '{}'", "DELETE FROM application_version"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.connection().execute(text(statement))


def test_a_changed_text_needs_a_new_seal_and_the_old_text_its_old_one(store: str) -> None:
    actor, no = an_applicant()
    finishes(actor, no)
    writes(actor, no, economic="经济效益更大")
    assert missing(actor, no) == "盖章以后申报书又有修改，已上传的盖章页作废。请重新打印、盖章、扫描并上传。"
    with pytest.raises(ProgrammeError, match="盖章页作废"):
        hands_in(actor, no)
    writes(actor, no, economic=f" {WRITTEN['economic']} ")
    assert missing(actor, no) is None
    writes(actor, no, economic="又改")
    attaches(actor, no, "seal")
    hands_in(actor, no)
    with db.reading() as session:
        documents = applications.documents_of(session, the_project(no).id or 0)
    assert [(one.number, one.kind) for one in documents] == [(1, "licence"), (3, "seal")]


def test_a_changed_registration_needs_a_new_seal_as_well(store: str) -> None:
    actor, no = an_applicant()
    finishes(actor, no)
    with db.transaction() as session:
        enterprises.amend(session, actor, told(name="示例企业新名称"), seen(actor))
    with db.transaction() as session:
        enterprises.confirm(session, a_user(Role.NATIONAL_CAC), seen(actor))
    assert (missing(actor, no) or "").startswith("盖章以后申报书又有修改")


def test_a_seal_for_a_text_that_changed_since_it_was_printed_is_not_taken(store: str) -> None:
    actor, no = an_applicant()
    writes(actor, no, **WRITTEN)
    chooses(actor, no, LUSHUI)
    with db.reading() as session:
        printed = applications.text_digest(session, the_project(no).id or 0)
    writes(actor, no, social="改")
    with pytest.raises(Outdated, match="盖章页没有上传"), db.transaction() as session:
        application_writing.attach(session, actor, no, "seal", "盖章页.pdf", PDF, printed)


def test_what_was_handed_in_is_closed_until_it_is_taken_back_or_sent_back(store: str) -> None:
    actor, no = a_submitted_application()
    for change in (lambda: writes(actor, no, name="x"), lambda: attaches(actor, no, "other", PDF + b"x")):
        with pytest.raises(ProgrammeError, match="已提交，等待受理，不能修改"):
            change()
    acts(actor, no, "retract")
    writes(actor, no, name="改名")
    attaches(actor, no, "seal")
    hands_in(actor, no)
    acts(a_user(Role.PROVINCE_CAC, province="53"), no, "send_back", "请补充效益")
    writes(actor, no, economic="补充")
    assert (the_project(no).name, state_of(no)) == ("改名", "returned")
    attaches(actor, no, "seal")
    hands_in(actor, no)
    with db.reading() as session:
        found = applications.versions(session, the_project(no).id or 0)
        content = applications.content_of(session, the_project(no).id or 0)
    assert ([one.version for one in found], content["economic"]) == ([3, 2, 1], "补充")


def test_others_read_the_version_and_not_what_is_being_written(store: str) -> None:
    actor, no = an_applicant()
    writes(actor, no, **WRITTEN)
    with db.reading() as session:
        assert applications.content_of(session, the_project(no).id or 0) == {}
    chooses(actor, no, LUSHUI)
    attaches(actor, no, "licence")
    attaches(actor, no, "seal")
    hands_in(actor, no)
    acts(actor, no, "retract")
    writes(actor, no, name="还没交的名字")
    with db.reading() as session:
        project = the_project(no).id or 0
        assert applications.content_of(session, project)["name"] == WRITTEN["name"]
        assert applications.content_of(session, project, draft=True)["name"] == "还没交的名字"


def test_a_direct_application_waits_for_the_national_office(store: str) -> None:
    actor, no = an_applicant(status="waiting", channel="direct")
    assert "国家网信办确认" in (missing(actor, no) or "")
    with db.transaction() as session:
        enterprises.confirm(session, a_user(Role.NATIONAL_CAC), seen(actor))
    finishes(actor, no)
    hands_in(actor, no)
    acts(a_user(Role.NATIONAL_CAC, username="nation-2"), no, "admit")
    assert state_of(no) == "received"


def test_of_two_windows_that_hand_in_the_second_is_told(store: str) -> None:
    actor, no = an_applicant()
    finishes(actor, no)
    with db.transaction() as session:
        project_life.move_project(session, actor, no, "submit", seen=1)
    with pytest.raises(Outdated), db.transaction() as session:
        project_life.move_project(session, actor, no, "submit", seen=1)
    with db.reading() as session:
        assert session.exec(select(ApplicationVersion.version)).all() == [1]


def test_a_crash_while_handing_in_leaves_nothing_half(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes when all is written but the commit."""
    actor, no = an_applicant()
    finishes(actor, no)

    class Crash(BaseException):
        pass

    def crashes(session: Session) -> None:
        project_life.move_project(session, actor, no, "submit")
        raise Crash

    with pytest.raises(Crash), db.transaction() as session:
        crashes(session)
    project = the_project(no)
    assert (project.state, project.moves, project.direction) == ("draft", 1, "")
    with db.reading() as session:
        assert session.exec(select(ApplicationVersion)).all() == []
    hands_in(actor, no)


# --- whatever is typed ------------------------------------------------------------------------------------------------

ANYTHING = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(["长" * 101, "\x00\r\n", "2016.1", "'"])


@given(st.fixed_dictionaries({}, optional={field.code: ANYTHING for field in TYPED}))
def test_whatever_is_typed_becomes_sentences_and_one_digest(content: dict[str, str]) -> None:
    sound = tidy(content)
    said = [sentence for sentences in problems(sound).values() for sentence in sentences]
    assert all(sentence.endswith("。") for sentence in said)
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", value) for value in sound.values())
    assert "\n" not in "".join(sound[field.code] for field in TYPED if field.kind != "text")
    assert from_json(as_json(sound)) == sound
    assert digest(from_json(as_json(sound))) == digest(sound)


def test_whatever_is_typed_can_be_stored(store: str) -> None:
    actor, no = an_applicant()
    for value in ("\x00\ud800", "长" * 40_000, "🌾" * 50, "' OR 1=1 --", "[链接](javascript:x)"):
        writes(actor, no, introduction=value, name=value)
    assert draft_of(actor) == {"introduction": "[链接](javascript:x)", "name": "[链接](javascript:x)"}
    with db.reading() as session:
        assert len(session.exec(select(ApplicationDraft)).all()) == 1


# --- the facts --------------------------------------------------------------------------------------------------------


def test_the_form_has_every_field_and_choice_of_annex_one() -> None:
    facts = application_facts()
    assert [len(facts.choices(name)) for name in ("enterprise_category", "category", "direction")] == [7, 10, 5]
    assert [list(facts.options[name].values()) for name in ("degree", "title_rank")] == [
        ["博士", "硕士", "学士", "其他"], ["高级", "中级", "初级", "其他"],
    ]  # fmt: skip
    assert {kind.code for kind in facts.attachments} == {"licence", "seal", "other"}
    assert {field.kind for field in facts.fields} == {
        "line", "text", "choice", "month", "phone", "email", "postcode", "code", "counties", "province",
    }  # fmt: skip


def test_the_list_is_searched_in_the_newest_text_handed_in_and_never_in_a_draft(store: str) -> None:
    actor, no = an_applicant()
    finishes(actor, no, description="高山冷凉蔬菜直供")
    nation = a_user(Role.NATIONAL_CAC)

    def found(word: str) -> list[str]:
        with db.reading() as session:
            return list(project_list(session, nation, ProjectFilters(text=word))["no"])

    assert found("冷凉蔬菜") == []
    hands_in(actor, no)
    assert (found("冷凉蔬菜"), found("热带水果")) == ([no], [])
