"""The page of execution plans for those who write, review and read them; and the same from the terminal."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

import db
from components.labels import plain
from components.plan_form import edited
from programme import plan_writing, settings
from programme.milestones import State
from programme.obligations import Status, Step
from programme.permissions import Actor, Role
from programme.plan_content import Row
from tests import terminal
from tests.factories import a_user
from tests.opening import Open
from tests.plan_acts import LUSHUI, ROWS, YUNLONG, at, hand_in, milestone, report, seen, sound, stored, take

PAGE = "pages/returns/plan.py"


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def open_page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens 执行方案, or another page."""
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-08")
    return lambda actor, page=PAGE: open_page(actor, page)


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county=LUSHUI),
        "province": a_user(Role.PROVINCE, province="53"),
        "colleague": a_user(Role.PROVINCE, province="53", username="province-53-b"),
        "office": a_user(Role.OFFICE),
        "leader": a_user(Role.LEADER),
    }


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def choose(app: AppTest, key: str, value: str) -> AppTest:
    app.radio(key=key).set_value(value)
    return app.run()


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.main.button}


def words(app: AppTest) -> str:
    return "\n".join(
        str(element.value)
        for kind in ("title", "header", "subheader", "caption", "markdown", "info", "warning", "success", "error")
        for element in app.main.get(kind)
    )


def tables(app: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in app.table)


def box(app: AppTest, label: str) -> object:
    return next(found for found in (*app.text_area, *app.text_input) if found.label == label)


# --- the county -------------------------------------------------------------------------------------------------------


def test_a_county_writes_section_by_section_and_what_it_wrote_is_kept_at_once(
    open_page: Open, people: dict[str, Actor]
) -> None:
    app = open_page(people["county"])
    assert "核心示范县须编制执行方案" in words(app)
    assert app.get("progress")[0].proto.text == "已写好0/9部分"  # type: ignore[attr-defined]
    assert [button.disabled for button in app.main.button if button.label == "报送执行方案"] == [True]
    box(app, "组长（职务）").set_value("县委副书记任组长")  # type: ignore[attr-defined]
    box(app, "成员及分工（职务）").set_value("农业农村局局长：培训")  # type: ignore[attr-defined]
    app.run()
    with db.reading() as store:
        draft = plan_writing.draft_of(store, people["county"], seen())
    assert draft is not None
    assert draft.written.text("organisation", "head") == "县委副书记任组长"
    again = open_page(people["county"])
    assert again.get("progress")[0].proto.text == "已写好1/9部分"  # type: ignore[attr-defined]
    assert "还有8部分没有写好" in words(again)


def test_a_finished_draft_is_handed_in_from_the_page(open_page: Open, people: dict[str, Actor]) -> None:
    with db.transaction() as store:
        for section, boxes in sound().texts.items():
            for field, text in boxes.items():
                plan_writing.keep_text(store, people["county"], seen(), section, field, text)
        plan_writing.keep_rows(store, people["county"], seen(), ROWS)
    app = press(open_page(people["county"]), "报送执行方案")
    assert [one.value for one in app.success] == ["已报送：泸水市执行方案第1版，等待省级信息中心审核。"]
    assert seen().status is Status.SUBMITTED


def test_after_a_send_back_the_reasons_stand_at_the_sections_and_the_others_are_locked(
    open_page: Open, people: dict[str, Actor]
) -> None:
    hand_in(people["county"])
    take(people["province"], Step.SENT_BACK)
    app = open_page(people["county"])
    assert [one.value for one in app.warning][1:] == ["退回原因：品牌名称与商标注册不一致"]
    box(app, "品牌建设").set_value("商标注册名")  # type: ignore[attr-defined]
    app.run()
    next(radio for radio in app.radio if radio.label.startswith("写哪一部分")).set_value("marketing").run()
    assert box(app, "营销策划").disabled  # type: ignore[attr-defined]
    app = press(app, "报送执行方案")
    assert app.error[0].value.startswith("审核要求修改“路线图和时间表”，但内容没有变化")
    box(app, "说明（某一部分认为无误、没有修改时必填）").set_value("年底总结已列入县委文件")  # type: ignore[attr-defined]
    app = press(app, "报送执行方案")
    assert (seen().revision, seen().status, stored().text("brand", "text")) == (2, Status.SUBMITTED, "商标注册名")


def test_an_accepted_plan_is_changed_with_a_reason_or_the_draft_is_thrown_away(
    open_page: Open, people: dict[str, Actor]
) -> None:
    hand_in(people["county"])
    take(people["province"], Step.APPROVED)
    take(people["office"], Step.ACCEPTED)
    app = choose(open_page(people["county"]), "own-plan-way", "填写和修改")
    app = press(app, "修改方案")
    app = press(app, "报送执行方案")
    assert app.error[0].value == "内容与已报送的完全相同，没有变化，不必重复报送。"
    app = press(app, "放弃草稿")
    assert [one.value for one in app.success] == ["草稿已放弃。"]
    assert seen().revision == 1


def test_a_county_reports_what_became_of_a_milestone(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = open_page(people["county"])
    assert ":red[▼ **逾期18天**] 成立工作小组（计划2019年6月20日）" in words(app)
    state = next(radio for radio in app.radio if radio.label == "现在的状态")
    state.set_value(State.DONE)
    app.run()
    assert app.date_input[0].value is None
    app = press(app, "报告进展")
    assert app.error[0].value.startswith("请填写里程碑“成立工作小组”的完成日期")
    app.date_input[0].set_value(date(2019, 6, 25))
    app = press(app, "报告进展")
    assert [one.value for one in app.success] == ["已报告：“成立工作小组”已完成。"]
    assert (seen().counts, milestone("成立工作小组").late_days) == ((3, 1, 0), 5)
    next(one for one in app.selectbox if one.label == "哪个里程碑").select_index(1).run()
    next(radio for radio in app.radio if radio.label == "现在的状态").set_value(State.DONE)
    app.run()
    assert app.date_input[0].value == date(2019, 7, 8), "what is not overdue yet is offered today"


def test_a_title_is_shown_as_it_was_written_and_never_as_a_link(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"], sound().with_rows((Row(0, "[开班](http://x)", "2019-06-20"),)))
    app = press(open_page(people["county"]), "报告进展")
    assert f"里程碑“{plain('[开班](http://x)')}”的状态和说明与上次报告的相同" in app.error[0].value


def test_the_grid_keeps_the_identity_of_rows_that_were_edited_and_drops_deleted_ones() -> None:
    base = (Row(4, "开班", "2019-07-01"), Row(5, "发布", "2019-08-01"), Row(6, "总结", "2019-12-20"))
    changes = {
        "edited_rows": {0: {"里程碑": "首期开班"}, 2: {"计划完成日期": None}},
        "deleted_rows": [1],
        "added_rows": [{"计划完成日期": "2019-09-01T00:00:00.000"}, {"里程碑": "直播", "计划完成日期": "+020190-0"}],
    }
    assert edited(base, changes) == (
        Row(4, "首期开班", "2019-07-01"), Row(6, "总结", ""), Row(0, "", "2019-09-01"), Row(0, "直播", ""),
    )  # fmt: skip


# --- province, office, leader, stranger -------------------------------------------------------------------------------


def test_a_plan_is_approved_and_accepted_from_the_page(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = open_page(people["province"])
    assert (app.subheader[0].value, buttons(app) >= {"审核通过", "退回"}) == (
        "1份执行方案等待您办理",
        True,
    )
    app = press(app, "审核通过")
    assert [one.value for one in app.success] == ["已审核通过：泸水市执行方案第1版。"]
    app = press(open_page(people["office"]), "接收")
    assert [one.value for one in app.success] == ["已接收：泸水市执行方案第1版。"]
    assert seen().status is Status.ACCEPTED


def test_the_second_reviewer_is_told_what_the_first_did(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = open_page(people["province"])
    take(people["colleague"], Step.APPROVED)
    app = press(app, "审核通过")
    assert people["colleague"].name in app.error[0].value
    assert "您的操作没有执行" in app.error[0].value


def test_a_plan_is_sent_back_section_by_section_with_reasons(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = press(open_page(people["office"]), "退回")
    assert app.error[0].value == "退回时请至少选一个要改的部分，并逐项写明原因。"
    app.multiselect[0].set_value(["funds"]).run()
    app = press(app, "退回")
    assert app.error[0].value == "请写明退回“经费投入”的原因。"
    box(app, "经费投入：要改的原因").set_value("请分列来源")  # type: ignore[attr-defined]
    app = press(app, "退回")
    assert [one.value for one in app.success] == ["已退回：泸水市执行方案第1版，要求修改1部分。"]
    assert "退回原因：请分列来源" in words(app)


def test_what_changed_against_the_last_revision_is_marked(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    rows = (Row(1, "成立工作小组", "2019-06-20"), Row(3, "品牌发布会", "2019-10-01"), Row(0, "年度总结", "2019-12-20"))
    hand_in(people["county"], sound(brand="[新品牌](http://x)").with_rows(rows))
    app = open_page(people["province"])
    text = words(app)
    assert text.count("● 有变化") == 2
    assert "\\[新品牌\\]" in text
    assert "上一版：品牌建设内容" in text
    timetable = next(table.value for table in app.table if "变化" in table.value)
    assert list(timetable["变化"]) == ["", "● 原名“品牌发布”，原定2019-09-01", "＋ 新增", "✕ 已删除"]


def test_the_office_sees_who_owes_a_plan_and_what_is_overdue_and_a_leader_the_same_without_a_step(
    open_page: Open, people: dict[str, Actor]
) -> None:
    hand_in(people["county"])
    hand_in(a_user(Role.COUNTY, county=YUNLONG), county=YUNLONG)
    for name, allowed in (("office", True), ("leader", False)):
        app = open_page(people[name])
        assert "10个核心示范县：未报送9，已提交1。另有1个辐射带动县编制了方案。逾期里程碑2个。" in words(app)
        assert ("退回" in buttons(app)) == allowed
        assert buttons(app) & {"审核通过", "接收", "报送执行方案", "报告进展"} == set()
        lists = tables(app)
        assert ([lists.count("▼ 逾期1个"), lists.count("未报送"), lists.count("▼ 18天")]) == [2, 9, 2]


def test_the_county_page_shows_what_is_overdue_and_the_way_to_the_plan(
    open_page: Open, people: dict[str, Actor]
) -> None:
    hand_in(people["county"])
    report(people["county"], "首期培训开班", State.UNDER_WAY, note="已招生")
    for name in ("leader", "county"):
        app = open_page(people[name], "pages/progress/county.py")
        if name == "leader":
            app.selectbox[0].set_value(LUSHUI).run()
        app.radio[0].set_value("执行方案").run()
        assert not app.exception
        assert "逾期18天" in words(app)
        assert [link.proto.label for link in app.main.get("page_link")] == ["查看执行方案全文"]


def test_a_stranger_and_a_role_without_plans_see_none(open_page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = open_page(None)
    assert [one.label for one in app.text_input] == ["用户名", "密码"]
    app = open_page(a_user(Role.EXPERT))
    assert [one.value for one in app.error] == ["评审专家没有“查看执行方案”的权限，如有需要请联系系统管理员。"]
    assert [child.type for child in app.main.children.values()] == ["empty", "error"]


# --- the terminal -----------------------------------------------------------------------------------------------------


def test_plans_are_listed_shown_sent_back_approved_and_accepted_at_the_terminal(
    sqlite_store: str, people: dict[str, Actor]
) -> None:
    def command(*arguments: str) -> terminal.Answer:
        return terminal.here("plans", *arguments)

    hand_in(people["county"])
    listed = {row["county"]: row for row in command("list", "--json").json}
    assert (len(listed), listed[LUSHUI]["status"], listed[LUSHUI]["overdue"]) == (10, "submitted", 1)
    assert [row["county"] for row in command("list", "--as", "county-533301", "--json").json] == [LUSHUI]
    back = ("send-back", LUSHUI, "--as", "province-53", "--reason", "请核对", "--section", "brand", "--section")
    refused = command(*back, "colour")
    assert (refused.code, refused.err.startswith("执行方案没有“colour”这一部分；可用的有：organisation、")) == (1, True)
    assert command(*back, "funds").out == "已退回：泸水市执行方案第1版，要求修改2部分。\n"
    shown = command("show", LUSHUI, "--json").json
    assert (shown["status"], shown["reasons"]) == ("sent_back", {"brand": "请核对", "funds": "请核对"})
    assert shown["sections"]["funds"] == {"amount": 120_500, "source": "资金来源内容"}
    assert [(row["title"], row["overdue"]) for row in shown["timetable"]][:2] == [
        ("成立工作小组", True), ("首期培训开班", False),
    ]  # fmt: skip
    assert "退回原因：请核对" in command("show", LUSHUI).out
    hand_in(people["county"], sound(brand="新品牌", funds="13"))
    refused = command("accept", LUSHUI, "--as", "office-x")
    assert (refused.code > 0, refused.out) == (True, "")
    refused = command("accept", LUSHUI, "--as", people["office"].username)
    assert (refused.code, refused.err) == (1, "泸水市执行方案现为“已提交”，不能接收。\n")
    assert command("approve", LUSHUI, "--as", "province-53").out == "已审核通过：泸水市执行方案第2版。\n"
    assert command("accept", LUSHUI, "--as", people["office"].username).out == "已接收：泸水市执行方案第2版。\n"
    missing = command("show", "110101")
    assert (missing.code, missing.err) == (2, "“110101”不在2019年度的县名单中，没有执行方案，请检查县代码。\n")
