"""The pages of expert review, selection and notice as people use them."""

import pytest
from streamlit.testing.v1 import AppTest

import db
from programme import objections, public_notices, settings
from tests import review_acts
from tests.opening import Open
from tests.project_people import a_project, state_of
from tests.review_acts import WORDS, a_panel, an_expert, given, judged_projects, scored, the_nation

PANEL, SCORING, SHORTLIST, NOTICE = (
    f"pages/projects/{name}.py" for name in ("panel", "scoring", "shortlist", "notice")
)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.main.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def write(app: AppTest, label: str, text: object) -> None:
    boxes = (*app.text_input, *app.text_area, *app.number_input)
    next(box for box in boxes if box.label.startswith(label)).set_value(text)


def words(app: AppTest) -> str:
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "warning", "success", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.main.get(kind)) + "\n".join(
        table.value.to_string() for table in app.table
    )


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.main.button]


def choose(app: AppTest, way: str) -> AppTest:
    next(radio for radio in app.radio if radio.label == "看什么").set_value(way)
    app = app.run()
    assert not app.exception
    return app


# --- expert review ----------------------------------------------------------------------------------------------------


def test_the_office_rehearses_a_draw_sees_who_would_get_what_and_makes_it(open_page: Open) -> None:
    a_panel()
    a_project("received")
    app = press(choose(open_page(the_nation(), PANEL), "抽取专家"), "预演抽取")
    assert "1个项目可以分送" in words(app)
    assert state_of("53-001") == "received"
    app = press(app, "按此分送1个项目")
    assert "已分送1个项目。" in words(app)
    assert state_of("53-001") == "reviewing"


def test_too_few_experts_are_told_project_by_project(open_page: Open) -> None:
    a_panel(4)
    an_expert(9, employer="示例企业")
    a_project("received")
    app = press(choose(open_page(the_nation(), PANEL), "抽取专家"), "预演抽取")
    assert "需要5名，可用的只有4名（1名因工作单位或关联企业不能评）" in words(app)
    assert "按此分送" not in " ".join(buttons(app))


def test_an_expert_types_comes_back_and_hands_in(open_page: Open) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    expert = given()[0]
    app = open_page(expert, SCORING)
    assert "1个项目等待您评分" in words(app)
    for label in ("可行性", "可操作性"):
        write(app, label, 80)
    app.run()
    app = open_page(expert, SCORING)
    assert [box.value for box in app.number_input] == [80, 80, None]
    app = press(app, "提交评分")
    assert "还没有打分：预期效果。" in words(app)
    write(app, "预期效果", 90)
    write(app, "评审意见", WORDS)
    app = press(app, "提交评分")
    assert "总分83\\.5" in words(app)
    assert not app.number_input


def test_an_expert_hands_a_project_back_and_declares_a_tie(open_page: Open) -> None:
    a_panel()
    for number in (1, 2):
        a_project("received", no=f"53-00{number}")
    review_acts.drawn()
    expert = given()[0]
    app = open_page(expert, SCORING)
    write(app, "回避的原因", "曾任职")
    app = press(app, "回避，交回项目")
    assert expert not in given("53-001")
    write(app, "企业名称", "示例企业")
    app = press(app, "登记")
    assert "已收回其中1个项目" in words(app)
    assert expert not in given("53-002")


def test_the_office_sees_every_score_notes_the_discussion_and_concludes(open_page: Open) -> None:
    a_panel()
    a_project("received")
    review_acts.drawn()
    scored([50, 80, 80, 80, 90])
    app = open_page(the_nation(), PANEL)
    assert "分差大，须讨论" in words(app)
    write(app, "讨论情况和结论", "维持原评分。")
    app = press(app, "登记讨论")
    app = press(app, "评审完成：1个评分已交齐的项目")
    assert state_of("53-001") == "reviewed"


def test_minutes_and_an_experts_employer_are_kept_on_the_page(open_page: Open) -> None:
    expert = an_expert(1)
    app = choose(open_page(the_nation(), PANEL), "会议纪要")
    write(app, "纪要", "专家组第一次会议。")
    assert "已登记第1号会议纪要。" in words(press(app, "登记"))
    app = choose(app, "专家名单")
    write(app, "工作单位", "示例农业大学")
    app = press(app, "保存专家信息")
    assert "示例农业大学" in words(app)
    assert expert.name[:6] in words(app)


# --- selection --------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_line_the_equals_and_says_before_a_bulk_act_what_it_does(open_page: Open) -> None:
    judged_projects([90, 80, 80])
    app = open_page(the_nation(), SHORTLIST)
    assert "并列" in words(app)
    next(box for box in app.number_input if box.label == "前几名").set_value(2)
    app.run()
    assert "2个项目同分（53-002、53-003），不能按名次分开" in words(app)
    next(box for box in app.number_input if box.label == "前几名").set_value(3)
    app.run()
    assert "将把**3个**项目列入拟入选名单：第1名（90分）至第2名（80分）" in words(app)
    app = press(app, "列入拟入选名单：3个")
    assert [state_of(f"53-00{number}") for number in (1, 2, 3)] == ["proposed"] * 3
    app = choose(app, "已定稿名单")
    assert "拟入选名单第1号" in words(app)
    app = choose(app, "各省和各类占比")
    assert "云南省" in words(app)


def test_one_project_is_held_in_reserve_and_promoted_on_the_page(open_page: Open) -> None:
    judged_projects([90])
    app = press(open_page(the_nation(), SHORTLIST), "列入备选名单")
    assert state_of("53-001") == "reserve"
    next(box for box in app.text_area if "promote" in str(box.key)).set_value("递补")
    app = press(app, "确认递补")
    assert state_of("53-001") == "proposed"
    assert next(button for button in app.main.button if button.label == "公示").disabled


# --- public notice ------------------------------------------------------------------------------------------------------


def in_november(monkeypatch: pytest.MonkeyPatch, day: int = 18) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", f"2019-11-{day}")


def test_a_stranger_comes_from_the_sign_in_to_the_notice_and_back(open_page: Open) -> None:
    app = press(open_page(None), "查看公示")
    assert [title.value for title in app.title] == ["拟入选项目公示"]
    assert "目前没有公示" in words(app)
    app = press(app, "返回登录")
    assert [box.label for box in app.text_input] == ["用户名", "密码"]


def test_a_stranger_reads_the_notice_objects_and_looks_the_objection_up(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_november(monkeypatch)
    a_project("proposed")
    app = press(open_page(the_nation(), NOTICE), "发布公示：1个项目")
    assert "已发布第1号公示，到2019年11月25日为止" in words(app)
    app = open_page(None, notice="1")
    assert "2019年11月18日至2019年11月25日" in words(app)
    assert "示例项目53\\-001" in words(app)
    app = press(app, "提交异议")
    assert "请先选择对哪个项目有异议" in words(app)
    app.selectbox[0].set_value("53-001")
    for label, text in (
        ("姓名", "*示例*[合作社](https://example.com)"),
        ("联系方式", "0886-1234567"),
        ("异议内容", "没有在所列县设立网点，请核实。"),
    ):
        write(app, label, text)
    app = press(app, "提交异议")
    said = next(element.value for element in app.success)
    receipt = said.split("**")[1].replace("\\", "")
    write(app, "回执号", receipt)
    write(app, "提交时填的联系方式", "0886-1234567")
    assert "已收到" in words(press(app, "查询"))
    fresh = open_page(None, notice="1")
    assert "1234567" not in words(fresh) + str(fresh.main)
    write(fresh, "回执号", receipt)
    write(fresh, "提交时填的联系方式", "another")
    assert "没有查到" in words(press(fresh, "查询"))


def test_the_office_handles_an_objection_and_confirms_the_list(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_november(monkeypatch)
    a_project("proposed")
    with db.transaction() as store:
        public_notices.open_notice(store, the_nation(), settings.today())
        objections.object_to(store, "", "53-001", "示例合作社", "secret@example.com", "没有在所列县设立网点，请核实。")
    in_november(monkeypatch, 26)
    app = open_page(the_nation(), NOTICE)
    assert "1件异议等待处理" in words(app)
    assert "还有1件异议没有处理完，不能确认名单" in words(app)
    assert "secret" not in words(app)
    app = press(app, "查看联系方式")
    assert "secret" in words(app)
    assert "secret" not in words(app.run())
    write(app, "核实情况", "已赴现场核实。")
    app = press(app, "登记核实情况")
    write(app, "处理的理由", "查无实据。")
    app = press(app, "异议不成立")
    app = press(app, "确认入选名单：1个项目")
    assert state_of("53-001") == "confirmed"


def test_a_year_without_a_calendar_is_said_where_the_notice_would_be_opened(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_project("proposed")
    monkeypatch.setenv("NETLIFT_TODAY", "2021-03-01")
    app = open_page(the_nation(), NOTICE)
    assert "工作日历中没有2021年的节假日安排" in words(app)
    assert "发布公示" not in " ".join(buttons(app))


def test_who_is_signed_in_can_read_the_notice_too(open_page: Open) -> None:
    app = open_page(the_nation(), notice="1")
    assert [title.value for title in app.title] == ["拟入选项目公示"]
