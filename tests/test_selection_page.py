"""The page 省内遴选 as the province and the national office use it."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

import db
from components.selection_desk import countdown
from programme.application_reasons import section_reasons
from programme.permissions import Role
from programme.project_facts import project_facts
from tests.factories import a_user
from tests.opening import Open
from tests.project_people import a_project, state_of
from tests.selection_acts import a_sheet, assess, cac, desk_of, move, recommend, score, scored

PAGE = "pages/projects/selection.py"


@pytest.fixture
def open_page(open_page: Open) -> Open:
    return lambda actor: open_page(actor, PAGE)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.main.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def write(app: AppTest, label: str, words: str) -> None:
    next(box for box in (*app.text_input, *app.text_area) if box.label == label).set_value(words)


def words(app: AppTest) -> str:
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "success", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.main.get(kind))


def buttons(app: AppTest) -> dict[str, bool]:
    """Label → whether it can be pressed."""
    return {button.label: not button.disabled for button in app.main.button}


def quota(app: AppTest) -> str:
    return str(app.get("progress")[0].proto.text)  # type: ignore[attr-defined]


def lists(app: AppTest) -> AppTest:
    app.radio(key="selection-way").set_value("lists")
    return app.run()


def test_the_desk_says_what_waits_how_many_places_and_how_much_time_is_left(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "NETLIFT_TODAY", (project_facts().deadline("recommendation").day - timedelta(days=3)).isoformat()
    )
    for no, state in (("53-001", "submitted"), ("53-002", "assessing"), ("53-003", "recommended"), ("53-004", "draft")):
        a_project(state, no=no)
    app = open_page(cac())
    assert [title.value for title in app.title] == ["省内遴选"]
    assert app.subheader[0].value == "1份申报等待受理，1份等待评价推荐，1个拟推荐项目等待报送"
    assert quota(app) == "推荐名额：已推荐 **1** 个，每省3—5个 · ◆ 还差2个达到最低数"
    assert "**还有3天**。另有1份申报书企业还在填写。" in words(app)
    assert app.table[0].value["状态"].str.contains("已等0天").tolist() == [True, True, True]


def test_the_days_are_counted_to_the_deadline_and_after_it() -> None:
    day = project_facts().deadline("recommendation").day
    assert [countdown(day, day + timedelta(days=days)) for days in (-2, 0, 5)] == ["还有2天", "今天截止", "已过期5天"]


def test_an_empty_desk_says_what_comes_next(open_page: Open) -> None:
    app = open_page(cac())
    assert [info.value for info in app.info] == ["还没有企业提交申报。企业提交后会出现在这里，等待受理。"]
    app = lists(app)
    assert [info.value for info in app.info] == ["没有拟推荐的项目。请先在“办理申报”中评价并“拟推荐”项目。"]
    assert "还没有报送过名单。" in words(app)


def test_an_application_is_taken_up_scored_and_recommended_on_the_page(open_page: Open) -> None:
    a_project("submitted")
    actor = cac()
    app = press(open_page(actor), "受理")
    assert "已受理：53\\-001。" in words(app)
    assert buttons(app)["拟推荐"] is False
    assert "拟推荐：打分未满：无利益冲突的评价人须不少于3名，现有0名，还差3名。" in words(app)
    assess(actor, "53-001", a_sheet(1), a_sheet(2))
    app = app.run()
    write(app, "评价人单位", "示例协会")
    write(app, "评价人职务", "秘书长")
    for box in app.number_input:
        box.set_value(10)
    app = press(app, "保存打分")
    assert desk_of(actor).applications[0].counted == 3
    write(app, "推荐理由（必填，不超过500字）", "示例：特色明显")
    app = press(app, "确认拟推荐")
    assert state_of("53-001") == "recommended"
    assert "**拟推荐**（province\\_cac · 53，" in words(app)
    assert "示例：特色明显" in words(app)
    assert "确认取消拟推荐" in buttons(app)


def test_a_conflict_of_interest_takes_the_boxes_for_scores_away(open_page: Open) -> None:
    a_project("assessing")
    actor = cac()
    app = open_page(actor)
    write(app, "评价人单位", "示例协会")
    write(app, "评价人职务", "秘书长")
    app.radio[1].set_value("有，回避")
    app = app.run()
    assert len(app.number_input) == 0
    app = press(app, "保存打分")
    assert "请填写回避原因。" in words(app)
    write(app, "回避原因", "担任申报企业顾问")
    app = press(app, "保存打分")
    (sheet,) = desk_of(actor).applications[0].sheets
    assert (sheet.conflict, sheet.ground) == (True, "担任申报企业顾问")
    assert app.table[-1].value["各项得分"].tolist() == ["○ 回避：担任申报企业顾问"]


def test_a_sheet_with_a_gap_is_refused_and_a_sheet_can_be_corrected(open_page: Open) -> None:
    a_project("assessing")
    actor = cac()
    assess(actor, "53-001", a_sheet(1, 9))
    app = open_page(actor)
    write(app, "评价人单位", "示例协会")
    write(app, "评价人职务", "秘书长")
    app = press(app, "保存打分")
    assert "请为“服务“三农”和扶贫背景”打分，0至10分。" in words(app)
    app.selectbox[-1].set_value(1)
    app = app.run()
    assert [box.value for box in app.number_input] == [9] * 5
    app.number_input[0].set_value(4)
    app = press(app, "保存更正")
    (sheet,) = desk_of(actor).applications[0].sheets
    assert sheet.points["background"] == 4


def test_an_application_is_sent_back_by_section_from_the_page(open_page: Open) -> None:
    project = a_project("submitted")
    app = open_page(cac())
    assert buttons(app)["退回修改"] is False
    app.multiselect[0].set_value(["benefits", "basics"])
    app = app.run()
    write(app, "一、基本情况：要改的原因", "请补主管部门")
    app = press(app, "退回修改")
    assert "请写明退回“预期经济/社会/环境效益”的原因。" in words(app)
    write(app, "预期经济/社会/环境效益：要改的原因", "请量化")
    press(app, "退回修改")
    with db.reading() as store:
        assert section_reasons(store, project) == {"basics": "请补主管部门", "benefits": "请量化"}


def test_a_list_is_reported_with_a_reason_when_it_is_short_and_offered_as_a_file(open_page: Open) -> None:
    actor = cac()
    recommend(actor, *scored(actor, 2))
    app = lists(open_page(actor))
    app = press(app, "生成名单并报送国家网信办")
    assert "本省推荐2个，少于3个，须写明原因。" in words(app)
    write(app, "推荐2个、少于3个的原因（必填）", "示例：申报少")
    app = press(app, "生成名单并报送国家网信办")
    assert state_of("53-001") == "received"
    assert "**云南省项目信息汇总表 · 第1份**（2个项目）" in words(app)
    assert "▼ 逾期" in words(app)
    assert [button.proto.label for button in app.get("download_button")] == ["下载附件2（xlsx）", "下载附件2（docx）"]


def test_what_somebody_else_did_meanwhile_is_told_and_not_overrun(open_page: Open) -> None:
    a_project("submitted")
    actor = cac()
    app = open_page(actor)
    move(cac(username="colleague"), "53-001", "take_up")
    app = press(app, "受理")
    assert "您的操作没有执行。请刷新后重试。" in words(app)


def test_no_button_is_left_where_the_quota_is_full(open_page: Open) -> None:
    actor = cac()
    recommend(actor, *scored(actor, 5))
    a_project("assessing", no="53-006")
    score(actor, "53-006")
    app = open_page(actor)
    app.selectbox[0].set_value("53-006")
    app = app.run()
    assert buttons(app)["拟推荐"] is False
    assert "推荐名额已满：本省已推荐5个" in words(app)
    assert quota(app).endswith("● 名额已满")


def test_the_national_office_admits_direct_applications_and_sees_the_lists(open_page: Open) -> None:
    actor = cac("52")
    recommend(actor, *scored(actor, 3, "52"))
    move_all = lists(open_page(actor))
    press(move_all, "生成名单并报送国家网信办")
    a_project("submitted", no="00-001", channel="direct")
    app = open_page(a_user(Role.NATIONAL_CAC))
    assert app.subheader[0].value == "1份申报等待受理"
    assert len(app.get("progress")) == 0
    assert set(buttons(app)) == {"受理直接申报", "确认不予推荐", "退回修改"}
    app = press(app, "受理直接申报")
    assert state_of("00-001") == "received"
    app = lists(app)
    assert "**贵州省项目信息汇总表 · 第1份**（3个项目）" in words(app)
    assert "生成名单并报送国家网信办" not in buttons(app)
