"""Projects as they are carried out: the launch record, what was promised, progress and its review, and who does which."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import counties, launch_writing, progress_reports, promise_writing
from programme.carrying_facts import carrying_facts
from programme.carrying_queries import carried, projects_of_county
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.exact_figures import exact, written
from programme.launches import Address, LaunchRecord, launch_of
from programme.milestones import State
from programme.models import AuditEvent, ProgressBenefit, Project, ProjectBenefit
from programme.permissions import Actor, Role
from programme.project_periods import Period, begun
from programme.promise_writing import BenefitLine, MilestoneLine, Written
from programme.web_addresses import why_no_address
from tests.carrying_acts import (
    LAUNCH,
    NO,
    PROMISED,
    Q1,
    Q2,
    ZONE,
    a_running_project,
    keep,
    move,
    on,
    promise,
    promised,
    stands,
    tell,
    to_tell,
    told,
)
from tests.factories import a_user
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of

CHANGED = LaunchRecord(date(2016, 11, 21), "both", None, 3, date(2016, 11, 29), (ZONE,), "no")


@pytest.fixture(autouse=True)
def _in_may() -> object:
    with on("2017-05-10"):
        yield


def people(enterprise: int, username: str = "") -> dict[str, Actor]:
    """One account of each role; `username` begins those of roles without bounds."""
    free = {role: {"username": f"{username}{role.value}"} if username else {} for role in Role}
    return {
        "enterprise": of_enterprise(enterprise),
        "other enterprise": of_enterprise(an_enterprise(2)),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "other province": a_user(Role.PROVINCE_CAC, province="52"),
        "county": a_user(Role.COUNTY, county="533301"),
        "province": a_user(Role.PROVINCE, province="53"),
        **{
            role.value: a_user(role, **free[role]) for role in (Role.OFFICE, Role.LEADER, Role.NATIONAL_CAC, Role.ADMIN)
        },
        **{role.value: a_user(role, **free[role]) for role in (Role.EXPERT, Role.EVALUATOR)},
    }


def who_may(found: dict[str, Actor], act: object) -> set[str]:
    """Whose act is taken; each is tried and rolled back."""
    allowed = set()
    for name, actor in found.items():
        try:
            with db.transaction() as session:
                act(session, actor)  # type: ignore[operator]
                allowed.add(name)
                raise RuntimeError
        except (NotAllowed, NotFound):
            pass
        except RuntimeError:
            pass
    return allowed


# --- the launch -------------------------------------------------------------------------------------------------------


def test_a_project_is_launched_when_its_record_and_its_promises_are_complete(store: str) -> None:
    enterprise = an_enterprise()
    project = a_project("confirmed", enterprise_id=enterprise)
    actor, cac = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53")
    with pytest.raises(ProgrammeError, match="推出记录还缺：培训日期、培训形式、培训学时或场次、推出日期"):
        move(cac, "launch")
    keep(actor, LaunchRecord(training_on=date(2016, 11, 20)))
    with pytest.raises(ProgrammeError, match="推出记录还缺：培训形式"):
        move(cac, "launch")
    keep(actor)
    with pytest.raises(ProgrammeError, match="还没有填写里程碑和预期效益"):
        move(cac, "launch")
    promise(actor)
    move(cac, "launch")
    assert state_of(NO) == "running"
    with db.reading() as session:
        kept = launch_of(session, project)
        actions = list(session.exec(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert (kept.record, kept.revision, kept.user_name) == (LAUNCH, 2, actor.name)
    assert actions[1:] == ["project.launch_kept", "project.launch_kept", "project.promised", "project.moved"]


def test_before_the_day_of_the_launch_a_project_is_not_launched(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    a_project("confirmed", enterprise_id=enterprise)
    actor = of_enterprise(enterprise)
    keep(actor, LaunchRecord(date(2017, 5, 1), "online", 8, None, date(2017, 5, 11), (ZONE,), "no"))
    promise(actor)
    cac = a_user(Role.PROVINCE_CAC, province="53")
    with pytest.raises(ProgrammeError, match="推出日期是2017-05-11"):
        move(cac, "launch")
    with on("2017-05-11"):
        move(cac, "launch")
    assert state_of(NO) == "running"


def test_what_changes_after_the_launch_is_complete_and_has_its_reason(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor = of_enterprise(enterprise)
    a_running_project(actor, enterprise)
    for record, reason, sentence in (
        (LAUNCH, "", "没有变化"),
        (CHANGED, "", "须写明原因"),
        (LaunchRecord(), "更正", "不能缺少：培训日期"),
    ):
        with pytest.raises(ProgrammeError, match=sentence):
            keep(actor, record, reason)
    assert keep(actor, CHANGED, "更正培训日期") == 2


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (LaunchRecord(training_form="telepathy"), "没有“telepathy”这种培训形式"),
        (LaunchRecord(training_hours=0), "培训学时应在1至1000之间"),
        (LaunchRecord(training_sessions=1001), "培训场次应在1至1000之间"),
        (LaunchRecord(expo="perhaps"), "请选“参展”或“不参展”"),
        (LaunchRecord(expo="yes", expo_place="长" * 101), "不超过100字"),
        (LaunchRecord(addresses=(Address("", "", "https://www.example.com"),)), "请选择网址"),
        (LaunchRecord(addresses=(Address("zone", "", "javascript:alert(1)"),)), "须以 http:// 或 https:// 开头"),
        (LaunchRecord(addresses=(ZONE,) * 11), "网址请不超过10个"),
    ],
)
def test_what_cannot_be_is_not_kept(sqlite_store: str, record: LaunchRecord, sentence: str) -> None:
    enterprise = an_enterprise()
    a_project("confirmed", enterprise_id=enterprise)
    with pytest.raises(ProgrammeError, match=sentence):
        keep(of_enterprise(enterprise), record)


@pytest.mark.parametrize(
    ("url", "sound"),
    [
        ("https://www.example.com/fupin?id=1#top", True),
        ("http://扶贫.example.cn:8080/专区", True),
        ("https://xn--fiqs8s.xn--fiqs8s", True),
        ("HTTPS://WWW.12306.CN", True),
        ("https://www.t\u0430obao.com", False),
        ("https://shop\u3164.taobao.com", False),
        ("https://\u3164.taobao.com", False),
        ("https://\uff45vil.com", False),
        ("https://0x7f.1/", False),
        ("https://127.0x1/", False),
        ("ftp://www.example.com", False),
        ("www.example.com", False),
        ("https://localhost/x", False),
        ("https://127.0.0.1/x", False),
        ("https://user:secret@www.example.com", False),
        ("https://www.example.com/a b", False),
        ('https://www.example.com/"><script>', False),
        ("https://www.example.com:port/", False),
        ("https://[::1/", False),
        ("https://www.example.com/" + "x" * 300, False),
    ],
)
def test_an_address_is_one_of_the_web_on_a_named_host(url: str, sound: bool) -> None:
    assert (why_no_address(url) is None) == sound


@given(st.text(max_size=60))
def test_whatever_is_typed_as_an_address_is_taken_or_refused_with_a_sentence(url: str) -> None:
    sentence = why_no_address(url)
    assert sentence is None or sentence.endswith("。")


# --- what is promised -------------------------------------------------------------------------------------------------


def test_a_change_of_what_was_promised_has_its_reason_and_keeps_the_identities(store: str) -> None:
    enterprise = an_enterprise()
    actor = of_enterprise(enterprise)
    project = a_project("confirmed", enterprise_id=enterprise)
    promise(actor)
    later = Written(
        (MilestoneLine(2, "首批产品上架", "2017-06-30"), MilestoneLine(0, "专场直播", "2017-08-01")),
        (BenefitLine(1, "带动增收", "万元", "1500"), BenefitLine(0, "带动贫困户", "户", "80")),
    )
    with pytest.raises(ProgrammeError, match="修改须写明原因"):
        promise(actor, later)
    assert promise(actor, later, "汛期推迟") == 2
    kept = promised(project)
    assert [(one.milestone, one.number, one.due) for one in kept.milestones] == [
        (2, 1, date(2017, 6, 30)), (3, 2, date(2017, 8, 1)),
    ]  # fmt: skip
    assert [(one.benefit, one.target) for one in kept.benefits] == [(1, 15_000_000), (2, 800_000)]
    assert kept.reason == "汛期推迟"
    with pytest.raises(ProgrammeError, match="没有变化"):
        promise(actor, Written(tuple(MilestoneLine(one.milestone, one.title, one.due.isoformat()) for one in kept.milestones),
                               (BenefitLine(1, "带动增收", "万元", "1,500.00"), BenefitLine(2, "带动贫困户", "户", "80"))), "重复")  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (Written(), "请至少写一个里程碑。请至少写一项预期效益。"),
        (Written((MilestoneLine(0, "上线", ""),), PROMISED.benefits), "第1个里程碑：请填写计划完成日期"),
        (Written((MilestoneLine(0, "长" * 61, "2017-01-01"),), PROMISED.benefits), "不超过60字"),
        (Written(PROMISED.milestones, (BenefitLine(0, "增收", "", "1"),)), "第1项效益：请写明计量单位"),
        (Written(PROMISED.milestones, (BenefitLine(0, "增收", "万元", "0"),)), "目标数应大于0"),
        (Written(PROMISED.milestones, (BenefitLine(0, "增收", "万元", "约10"),)), "不是数"),
        (Written(PROMISED.milestones * 21, PROMISED.benefits), "里程碑请不超过40项，现有42项"),
    ],
)
def test_an_unfinished_promise_is_refused_with_everything_that_is_missing(
    sqlite_store: str, lines: Written, sentence: str
) -> None:
    enterprise = an_enterprise()
    a_project("confirmed", enterprise_id=enterprise)
    with pytest.raises(ProgrammeError, match=sentence):
        promise(of_enterprise(enterprise), lines)


def test_of_two_who_write_at_once_the_second_is_told(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    a_project("confirmed", enterprise_id=enterprise)
    first, second = of_enterprise(enterprise), of_enterprise(enterprise, "colleague")
    keep(first, seen=0)
    promise(first, seen=0)
    for act in (lambda: keep(second, CHANGED, seen=0), lambda: promise(second, PROMISED, "改", seen=0)):
        with pytest.raises(Outdated, match=f"{first.name}已于"):
            act()


@given(st.integers(0, 10**18 - 1))
def test_a_figure_comes_back_as_it_was_written(figure: int) -> None:
    assert exact(written(figure)) == figure


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", None),
        (" 1,200.5 ", 12_005_000),
        ("１２．５", 125_000),
        ("0.0001", 1),
        ("99999999999999.9999", 999999999999999999),
    ],
)
def test_figures_are_exact(typed: str, kept: int | None) -> None:
    assert exact(typed) == kept


@pytest.mark.parametrize("typed", ["-1", "1.00001", "1e3", "12万", "1,2", "100000000000000", "nan"])
def test_what_is_no_exact_figure_is_told(typed: str) -> None:
    assert isinstance(exact(typed), str)


# --- progress ---------------------------------------------------------------------------------------------------------


def test_periods_are_months_or_quarters_and_read_as_they_are_written() -> None:
    assert [str(period) for period in begun(date(2016, 11, 29), date(2017, 5, 10), "quarter")] == [
        "2017Q2",
        "2017Q1",
        "2016Q4",
    ]
    assert [str(period) for period in begun(date(2016, 12, 31), date(2017, 2, 1), "month")] == [
        "2017-02",
        "2017-01",
        "2016-12",
    ]
    for month in range(1, 13):
        for rhythm in ("month", "quarter"):
            period = Period.of(date(2017, month, 28), rhythm)
            assert Period.parse(str(period)) == period
    assert (Q1.name, Q1.last_day, Period.parse("2017-02").name) == ("2017年第1季度", date(2017, 3, 31), "2017年2月")
    for text_ in ("2017Q5", "2017-13", "2017", "Q1"):
        with pytest.raises(ValueError, match="no period"):
            Period.parse(text_)


def test_progress_is_reported_sent_back_changed_and_confirmed(store: str) -> None:
    enterprise = an_enterprise()
    actor, cac = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53")
    project = a_running_project(actor, enterprise)
    assert tell(actor) == 1
    assert [(one.shown, one.done_on) for one in promised(project).milestones] == [
        ("done", date(2016, 12, 30)),
        ("overdue", None),
    ]
    assert promised(project).benefits[0].achieved == 3_000_000
    first = told(project)
    with db.transaction() as session:
        progress_reports.send_back(session, cac, NO, first, "请附数据口径")
    assert (told(project).step, told(project).reason) == ("sent_back", "请附数据口径")
    assert [one.shown for one in promised(project).milestones] == ["overdue", "overdue"]
    assert tell(actor, told=to_tell(figure="280.25"), seen=1) == 2
    with db.transaction() as session:
        progress_reports.confirm(session, cac, NO, told(project))
    assert (told(project).step, told(project).reviewed_by, promised(project).benefits[0].achieved) == (
        "confirmed", cac.name, 2_802_500,
    )  # fmt: skip
    with pytest.raises(ProgrammeError, match=f"已由{cac.name}确认，不能再改"):
        tell(actor)
    with pytest.raises(Outdated), db.transaction() as session:
        progress_reports.confirm(session, cac, NO, first)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (to_tell(figure="三百"), "“带动增收”：“三百”不是数"),
        (to_tell(figure=""), "“带动增收”：请填写累计实现数"),
        (progress_reports.ToTell("写了", {1: (State.DONE, None)}, {1: "1"}), "完成的须填写完成日期.*请选择里程碑“首批产品上架”的状态"),
        (progress_reports.ToTell("写了", {1: (State.DONE, date(2017, 5, 11)), 2: (State.NOT_STARTED, None)}, {1: "1"}), "不能晚于今天"),
        (progress_reports.ToTell(" ", to_tell().states, {1: "1"}), "请写明本期开展的工作"),
    ],
)  # fmt: skip
def test_an_unfinished_report_is_refused(sqlite_store: str, report: progress_reports.ToTell, sentence: str) -> None:
    enterprise = an_enterprise()
    actor = of_enterprise(enterprise)
    a_running_project(actor, enterprise)
    with pytest.raises(ProgrammeError, match=sentence):
        tell(actor, told=report)


def test_nothing_is_reported_before_the_launch_or_of_a_period_to_come(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor = of_enterprise(enterprise)
    project = a_project("confirmed", enterprise_id=enterprise)
    promise(actor)
    with pytest.raises(ProgrammeError, match="还没有启动实施"):
        tell(actor)
    stands(project, "running")
    keep(actor, reason="补录")
    for period in ("2017Q3", "2016Q3", "2017-04"):
        with pytest.raises(ProgrammeError, match="现在可以报告的有：2017年第2季度、2017年第1季度、2016年第4季度"):
            tell(actor, Period.parse(period))


def test_nobody_reviews_what_they_reported_themselves(sqlite_store: str) -> None:
    project = a_project("running")
    cac = a_user(Role.PROVINCE_CAC, province="53")
    promise(cac)
    keep(cac, reason="补录")
    tell(cac)
    with pytest.raises(ProgrammeError, match="由您报送，不能由您自己审核"), db.transaction() as session:
        progress_reports.confirm(session, cac, NO, told(project))


def test_of_one_milestone_nothing_is_overdue_on_its_day_but_on_the_next(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor = of_enterprise(enterprise)
    project = a_running_project(actor, enterprise)
    for day, overdue in (("2016-12-31", 0), ("2017-01-01", 1), ("2017-03-31", 1), ("2017-04-01", 2)):
        with on(day):
            assert len(promised(project).overdue) == overdue


# --- who may ----------------------------------------------------------------------------------------------------------


def test_who_writes_and_who_reviews_in_full(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    found = people(enterprise)
    project = a_running_project(found["enterprise"], enterprise)
    tell(found["enterprise"])
    report = told(project)
    written_ = {
        "launch": lambda session, actor: launch_writing.keep_launch(session, actor, NO, CHANGED, "更正"),
        "promise": lambda session, actor: promise_writing.promise(
            session, actor, NO, Written(PROMISED.milestones[:1], PROMISED.benefits), "更正"),
        "report": lambda session, actor: progress_reports.report(session, actor, NO, Q2, to_tell()),
        "confirm": lambda session, actor: progress_reports.confirm(session, actor, NO, report),
        "send back": lambda session, actor: progress_reports.send_back(session, actor, NO, report, "请补充"),
    }  # fmt: skip
    assert {name: who_may(found, act) for name, act in written_.items()} == {
        "launch": {"enterprise"}, "promise": {"enterprise"}, "report": {"enterprise"},
        "confirm": {"province_cac"}, "send back": {"province_cac"},
    }  # fmt: skip
    stands(project, "running", enterprise_id=None)
    assert {name: who_may(found, act) for name, act in written_.items()} == {
        "launch": {"province_cac", "national_cac"}, "promise": {"province_cac", "national_cac"},
        "report": {"province_cac", "national_cac"}, "confirm": {"province_cac"}, "send back": {"province_cac"},
    }  # fmt: skip
    stands(project, "running", province_code="", enterprise_id=enterprise)
    assert who_may(found, written_["confirm"]) == {"national_cac"}


def test_only_selected_projects_are_written_for(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor = of_enterprise(enterprise)
    project = a_project("confirmed", enterprise_id=enterprise)
    taken = set()
    from programme.project_facts import project_facts

    for state in project_facts().states:
        stands(project, state.code)
        try:
            keep(actor, LaunchRecord(training_hours=len(taken) + 1))
            taken.add(state.code)
        except ProgrammeError as refusal:
            if "确认入选后才能填写" not in str(refusal):
                taken.add(state.code)
    assert taken == {"confirmed", "running", "evaluating", "evaluated", "triggered", "rectifying", "rechecking"}


def test_what_was_handed_in_cannot_be_altered_in_the_store(store: str) -> None:
    enterprise = an_enterprise()
    actor, cac = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53")
    project = a_running_project(actor, enterprise)
    tell(actor)
    with db.transaction() as session:
        progress_reports.confirm(session, cac, NO, told(project))
    tables = ("project_launch", "project_plan", "project_milestone", "project_benefit", "progress_report",
              "progress_milestone", "progress_benefit", "progress_review")  # fmt: skip
    for table in tables:
        for statement in (f"UPDATE {table} SET project_id = project_id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError), db.transaction() as session:
                session.connection().execute(text(statement))
    with db.reading() as session:
        assert type(session.exec(select(ProgressBenefit.achieved_e4)).one()) is int
        assert type(session.exec(select(ProjectBenefit.target_e4)).one()) is int


# --- the desk and the counties ----------------------------------------------------------------------------------------


def test_the_desk_says_what_waits_for_whom(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    actor, cac, nation = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53"), a_user(Role.NATIONAL_CAC)

    def waits() -> list[list[str]]:
        with db.reading() as session:
            return [[one.waits for one in carried(session, who)] for who in (actor, cac, nation)]

    a_project("confirmed", enterprise_id=enterprise)
    a_project("noticed", no="53-002", enterprise_id=enterprise)
    a_project("confirmed", no="52-001", enterprise_id=an_enterprise(2))
    assert waits() == [["填写推出记录和里程碑"], [""], ["", ""]]
    keep(actor)
    promise(actor)
    assert waits() == [[""], ["启动实施"], ["启动实施", ""]]
    move(cac, "launch")
    assert waits() == [["报告2016年第4季度进展"], [""], ["", ""]]
    tell(actor, Period.parse("2016Q4"))
    assert waits() == [["报告2017年第1季度进展"], ["审核进展报告"], ["", ""]]
    with db.transaction() as session:
        project = session.exec(select(Project.id).where(Project.no == NO)).one()
        progress_reports.send_back(session, cac, NO, told(project, Period.parse("2016Q4")), "请补充")
    assert waits()[0] == ["修改退回的进展报告"]


def names(county: str, *nos: str) -> None:
    """Let projects name a county."""
    with db.transaction() as session:
        number = counties.id_of(session, county)
        session.connection().execute(
            update(Project).where(Project.no.in_(nos)).values(target_counties=f"1,{number},99")
        )  # type: ignore[attr-defined]


def test_a_county_sees_the_selected_projects_that_name_it_with_their_confirmed_progress(store: str) -> None:
    enterprise = an_enterprise()
    actor, cac = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53")
    project = a_running_project(actor, enterprise)
    a_project("reviewing", no="53-002")
    a_project("confirmed", no="53-003")
    names("533301", NO, "53-002", "53-003")
    county = a_user(Role.COUNTY, county="533301")
    assert county.county_id is not None
    tell(actor)
    with db.reading() as session:
        found = projects_of_county(session, county, county.county_id)
    assert [(one.no, one.state, one.period) for one in found] == [(NO, "running", None), ("53-003", "confirmed", None)]
    with db.transaction() as session:
        progress_reports.confirm(session, cac, NO, told(project))
    with db.reading() as session:
        (first, _) = projects_of_county(session, county, county.county_id)
    assert (first.period, first.text, first.enterprise) == (Q1, "专区已上线，首批产品正在准备。", "示例企业")


def test_a_county_is_named_by_its_whole_number_only(sqlite_store: str) -> None:
    office = a_user(Role.OFFICE)
    project = a_project("running")
    with db.reading() as session:
        number = counties.id_of(session, "533301")
    assert number is not None
    found = {}
    for written_ in (
        str(number),
        f"1,{number}",
        f"{number},1",
        f"1{number}",
        f"{number}1",
        f"{str(number)[1:]}",
        f"1,{number}0,2",
        "",
    ):
        stands(project, "running", target_counties=written_)
        with db.reading() as session:
            found[written_] = len(projects_of_county(session, office, number))
    assert [key for key, count in found.items() if count] == [str(number), f"1,{number}", f"{number},1"]


def test_who_may_not_see_the_county_learns_nothing_of_its_projects(sqlite_store: str) -> None:
    found = people(an_enterprise())
    with db.reading() as session:
        number = counties.id_of(session, "533301")
    seen = set()
    for name, actor in found.items():
        with db.reading() as session:
            try:
                projects_of_county(session, actor, number or 0)
                seen.add(name)
            except NotAllowed:
                pass
    assert seen == {"county", "province", "office", "leader"}
    with pytest.raises(NotFound), db.reading() as session:
        projects_of_county(session, found["office"], 0)


def test_the_facts_of_carrying_out_cite_their_clause() -> None:
    facts = carrying_facts()
    assert all(text_.startswith("网发[2016]290号，三(二)4：“") for text_ in (
        facts.training_citation, facts.online_citation, facts.expo_citation, facts.progress_citation))  # fmt: skip
