"""The pages of implementation, evaluation and re-check for those who work on them, and what others see there."""

import pytest
from streamlit.testing.v1 import AppTest

import db
from programme import counties, evaluation_rounds, progress_reports, settings
from programme.permissions import Actor, Role
from tests.carrying_acts import NO, a_running_project, keep, on, promise, stands, tell, told
from tests.factories import a_user
from tests.opening import Open
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of
from tests.test_evaluation import PDF, TEXTS, previewed, sampled
from tests.test_recheck import outcome, plan

CARRYING, EVALUATION, RECHECK, COUNTY = (
    "pages/projects/carrying.py", "pages/projects/evaluation.py", "pages/projects/recheck.py", "pages/progress/county.py",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_may(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("NETLIFT_TODAY", "2017-05-10")
    with on("2017-05-10"):
        yield


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.main.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.main.button}


def words(app: AppTest) -> str:
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "warning", "success", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.main.get(kind))


def tables(app: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in app.table)


def part(app: AppTest, label: str) -> AppTest:
    next(radio for radio in app.radio if label in radio.options).set_value(label)
    app = app.run()
    assert not app.exception
    return app


def box(app: AppTest, label: str) -> object:
    found = (*app.text_area, *app.text_input, *app.number_input, *app.selectbox, *app.date_input)
    return next(one for one in found if one.label == label)


# --- implementation ---------------------------------------------------------------------------------------------------


def test_a_province_launches_a_project_whose_record_is_complete(open_page: Open) -> None:
    enterprise = an_enterprise()
    a_project("confirmed", enterprise_id=enterprise)
    cac = a_user(Role.PROVINCE_CAC, province="53")
    app = open_page(cac, CARRYING)
    assert "“启动实施”：推出记录还缺：培训日期" in words(app)
    assert "启动实施" not in buttons(app)
    keep(of_enterprise(enterprise))
    promise(of_enterprise(enterprise, "colleague"))
    app = press(open_page(cac, CARRYING), "启动实施")
    assert [one.value for one in app.success] == ["已启动实施：53\\-001。"]
    assert state_of(NO) == "running"


def test_an_enterprise_reports_progress_and_the_province_sends_it_back(open_page: Open) -> None:
    enterprise = an_enterprise()
    actor, cac = of_enterprise(enterprise), a_user(Role.PROVINCE_CAC, province="53")
    project = a_running_project(actor, enterprise)
    app = open_page(actor, CARRYING)
    assert "1个项目等待您办理" in words(app)
    box(app, "带动增收：累计实现（万元，目标1,200.5）").set_value("300.5")  # type: ignore[attr-defined]
    app = press(app, "报送进展报告")
    assert [one.value for one in app.error] == ["请写明本期开展的工作和存在的问题。"]
    box(app, "本期开展的工作和存在的问题").set_value("专区已*上线*")  # type: ignore[attr-defined]
    app = press(app, "报送进展报告")
    assert [one.value for one in app.success] == ["已报送：2016年第4季度进展报告第1版，等待审核。"]
    app = open_page(cac, CARRYING)
    assert "专区已\\*上线\\*" in words(app)
    box(app, "退回的原因").set_value("请附数据口径")  # type: ignore[attr-defined]
    press(app, "退回")
    app = open_page(actor, CARRYING)
    assert next(one.value for one in app.warning) == "退回原因：请附数据口径"
    with db.reading() as opened:
        assert [one.step for one in progress_reports.reports_of(opened, project)] == ["sent_back"]


def test_who_only_reads_is_offered_no_button(open_page: Open) -> None:
    enterprise = an_enterprise()
    project = a_running_project(of_enterprise(enterprise), enterprise)
    tell(of_enterprise(enterprise, "colleague"))
    with db.transaction() as opened:
        cac = Actor(5_000, "cac", "省网信办", Role.PROVINCE_CAC, None, "53")
        progress_reports.send_back(opened, cac, NO, told(project), "请补充")
    for role in (Role.LEADER, Role.OFFICE):
        app = open_page(a_user(role), CARRYING)
        assert (buttons(app), "[示例" in words(app)) == (set(), False)
        assert "示例项目53" in words(app)


def test_a_province_sees_its_own_projects_only(open_page: Open) -> None:
    a_project("running", no="52-001")
    app = open_page(a_user(Role.PROVINCE_CAC, province="53"), CARRYING, no="52-001")
    assert [one.value for one in app.main.info] == ["您的范围内还没有入选的项目。项目确认入选后，会显示在这里。"]


def test_the_page_of_a_county_names_its_projects_and_nothing_where_there_are_none(open_page: Open) -> None:
    county = a_user(Role.COUNTY, county="533301")
    assert "双百" not in words(open_page(county, COUNTY))
    project = a_project("running")
    with db.reading() as opened:
        number = counties.id_of(opened, "533301")
    stands(project, "running", target_counties=f"{number}")
    app = open_page(county, COUNTY)
    assert "面向本县的“双百”项目（1个）" in words(app)
    assert "还没有经确认的进展报告" in tables(app)


# --- evaluation -------------------------------------------------------------------------------------------------------


def test_the_office_previews_and_draws_a_sample(open_page: Open) -> None:
    nation, _ = a_user(Role.NATIONAL_CAC), a_user(Role.EVALUATOR)
    for number in range(1, 7):
        a_project("running", no=f"{50 + number}-001")
    app = part(open_page(nation, EVALUATION), "抽样")
    box(app, "样本数（实施中6个）").set_value(2)  # type: ignore[attr-defined]
    app = app.run()
    assert "6个项目中抽取2个" in words(app)
    drawn = [one.no for one in previewed(nation, 2, "20170510-1").drawn]
    app = press(app, "抽取这2个项目，交评估机构评估")
    assert (
        sorted(no for no in (f"{50 + number}-001" for number in range(1, 7)) if state_of(no) == "evaluating") == drawn
    )
    assert app.success[0].value.startswith("第1轮抽样完成")


def test_an_evaluator_writes_and_hands_in_and_the_enterprise_sees_the_result_then(open_page: Open) -> None:
    enterprise = an_enterprise()
    a_project("running", enterprise_id=enterprise)
    nation, evaluator, actor = a_user(Role.NATIONAL_CAC), a_user(Role.EVALUATOR), of_enterprise(enterprise)
    sampled(nation, evaluator, previewed(nation, 1))
    app = open_page(evaluator, EVALUATION)
    assert [one.disabled for one in app.main.button if one.label == "提交评估报告"] == [True]
    for label, score in (("效果（35%）", 92), ("口碑（25%）", 90), ("质量和进度（20%）", 88), ("精准（20%）", 91)):
        box(app, label).set_value(score)  # type: ignore[attr-defined]
    for label, code in (("口碑（20至3000字）", "reputation"), ("效果（20至3000字）", "effect")):
        box(app, label).set_value(TEXTS[code])  # type: ignore[attr-defined]
    app = press(app, "保存草稿")
    assert "还不能提交：佐证材料应有1至20份，现有0份。" in words(app)
    assert "评估机构还没有提交报告" in words(open_page(actor, EVALUATION))
    assert TEXTS["effect"] not in words(open_page(nation, EVALUATION))
    with db.transaction() as opened:
        evaluation_rounds.attach(opened, evaluator, NO, "走访记录.pdf", PDF)
    app = press(open_page(evaluator, EVALUATION), "提交评估报告")
    assert state_of(NO) == "evaluated"
    for reader in (actor, nation):
        app = open_page(reader, EVALUATION)
        assert "优秀" in words(app)
        assert "90.50分" in words(app)
        assert TEXTS["effect"] in words(app)
        assert [one.label for one in app.get("download_button")] == ["下载走访记录\\.pdf"]


def test_the_office_settles_the_commendation(open_page: Open) -> None:
    stands(a_project("evaluated"), "evaluated", outcome="excellent")
    app = part(open_page(a_user(Role.NATIONAL_CAC), EVALUATION), "通报表扬")
    app = press(app, "确定通报表扬名单（1个）")
    assert "**第1次通报表扬**：1个项目" in words(app)


def test_nobody_but_the_office_draws_or_commends(open_page: Open) -> None:
    for role in (Role.PROVINCE_CAC, Role.LEADER, Role.EVALUATOR, Role.EXPERT):
        app = open_page(a_user(role, province="53" if role is Role.PROVINCE_CAC else ""), EVALUATION)
        assert [radio.options for radio in app.main.radio] == [["样本和结果", "评估标准"]]


# --- the re-check -----------------------------------------------------------------------------------------------------


def test_a_recheck_goes_its_way_on_the_page(open_page: Open) -> None:
    enterprise = an_enterprise()
    actor, nation = of_enterprise(enterprise), a_user(Role.NATIONAL_CAC)
    a_running_project(actor, enterprise)
    app = open_page(nation, RECHECK)
    assert "应启动复核：1个" in words(app)
    assert "里程碑逾期2个，最久的“专区上线”已逾期130天" in tables(app)
    box(app, "启动复核的原因（必填）").set_value("请限期整改")  # type: ignore[attr-defined]
    app = press(app, "启动复核")
    assert state_of(NO) == "triggered"
    app = open_page(actor, RECHECK)
    assert "“提交整改方案”：还没有保存整改方案和步骤。" in words(app)
    assert "已启动动态复核，请提交整改方案" in words(app)
    plan(actor)
    press(open_page(actor, RECHECK), "提交整改方案")
    outcome(actor)
    press(open_page(actor, RECHECK), "提交整改结果")
    app = open_page(nation, RECHECK)
    box(app, "复核退出的原因（必填）").set_value("整改不到位")  # type: ignore[attr-defined]
    app = press(app, "复核退出")
    assert state_of(NO) == "withdrawn"
    assert "空出1个名额，可从备选名单递补（备选项目现有0个）。" in words(app)


def test_complaints_are_kept_and_judged_by_the_offices_only(open_page: Open) -> None:
    a_project("running")
    cac = a_user(Role.PROVINCE_CAC, province="53")
    app = open_page(cac, RECHECK)
    box(app, "反映的内容").set_value("下单后*不发货*")  # type: ignore[attr-defined]
    box(app, "来源（来信、来电、走访等）").set_value("来电")  # type: ignore[attr-defined]
    app = press(app, "登记")
    assert "下单后\\*不发货\\*" in words(app)
    box(app, "核实的情况").set_value("经核查属实")  # type: ignore[attr-defined]
    app = press(app, "属实")
    assert "属实1件，待核实0件。" in words(app)
    app = open_page(a_user(Role.LEADER), RECHECK)
    assert "属实1件，待核实0件。" in words(app)
    assert "不发货" not in words(app)
    assert buttons(app) == set()


def test_an_overdue_rectification_is_listed_with_its_days(open_page: Open) -> None:
    stands(a_project("rectifying"), "rectifying", due=settings.today().replace(day=1))
    app = open_page(a_user(Role.NATIONAL_CAC), RECHECK)
    assert "复核中1个，其中逾期1个。" in words(app)
    assert "▼ 逾期9天" in tables(app)


# --- commendation -----------------------------------------------------------------------------------------------------


def test_a_list_of_commendation_is_offered_until_it_is_settled_and_again_when_another_project_is_excellent(
    open_page: Open,
) -> None:
    nation = a_user(Role.NATIONAL_CAC)
    stands(a_project("evaluated", no="53-001"), "evaluated", outcome="excellent")
    app = press(part(open_page(nation, EVALUATION), "通报表扬"), "确定通报表扬名单（1个）")
    assert "评估优秀的1个项目都在第1次通报表扬名单中；再有项目评估为优秀时，可以确定新的名单。" in words(app)
    assert not {label for label in buttons(app) if label.startswith("确定通报表扬名单")}
    stands(a_project("evaluated", no="53-002"), "evaluated", outcome="excellent")
    assert "确定通报表扬名单（2个）" in buttons(part(open_page(nation, EVALUATION), "通报表扬"))
