"""The pages of enterprises: registering at the sign-in, being confirmed, writing and handing in; as the app shows them."""

from streamlit.testing.v1 import AppTest

import db
from components import registration
from programme import enterprises
from programme.catalogue import catalogue
from programme.enterprises import TAKEN, TOO_OFTEN
from programme.permissions import Role
from programme.project_life import move_project
from tests.application_acts import (
    PDF,
    WRITTEN,
    a_code,
    a_submitted_application,
    an_applicant,
    attaches,
    draft_of,
    finishes,
    registers,
    seen,
)
from tests.factories import a_user
from tests.opening import Open
from tests.people import signs_in
from tests.project_people import an_enterprise, of_enterprise, state_of

ADDRESS = "10.0.0.1"
FILLED = {
    "单位名称": "示例企业1", "统一社会信用代码（或组织机构代码）": a_code(20), "联系人（职务）": "公共事务部",
    "手机": "138 0000 0000", "电子邮箱": "office@example.com", "用户名": "unit-1", "密码": "Kd8#mWq2!zLp",
    "再输一次密码": "Kd8#mWq2!zLp",
}  # fmt: skip


def words(app: AppTest) -> str:
    return "\n".join(
        str(element.value)
        for kind in ("title", "header", "subheader", "caption", "markdown", "info", "warning", "success", "error")
        for element in app.main.get(kind)
    )


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def box(app: AppTest, label: str) -> object:
    return next(found for found in (*app.text_input, *app.text_area, *app.selectbox) if found.label == label)


def fills(app: AppTest, **instead: str) -> AppTest:
    for label, text in (FILLED | instead).items():
        box(app, label).set_value(text)  # type: ignore[attr-defined]
    app.selectbox[0].select("53")
    return press(app, "注册")


# --- registering ------------------------------------------------------------------------------------------------------


def test_a_stranger_comes_from_the_sign_in_to_the_registration_and_back(open_page: Open) -> None:
    app = press(open_page(None), "申报企业注册")
    assert [title.value for title in app.title] == ["申报企业注册"]
    assert [found.label for found in app.text_input] == list(FILLED)
    app = press(app, "返回登录")
    assert [found.label for found in app.text_input] == ["用户名", "密码"]


def test_an_enterprise_registers_and_may_sign_in(open_page: Open) -> None:
    app = fills(open_page(None, register="1"))
    assert [message.value for message in app.success] == ["已注册，用户名 unit\\-1。登记信息正等待网信办确认。"]
    assert signs_in("unit-1")
    app = press(app, "去登录")
    assert [found.label for found in app.text_input] == ["用户名", "密码"]


def test_everything_that_is_wrong_is_said_at_once_and_a_repair_is_offered(open_page: Open) -> None:
    wrong = a_code(20).replace("0", "O", 1)
    app = fills(
        open_page(None, register="1"), 手机="1", 再输一次密码="other", **{"统一社会信用代码（或组织机构代码）": wrong}
    )
    (message,) = [error.value for error in app.error]
    assert [sentence.strip() for sentence in message.split("  \n")] == [
        "组织机构代码的校验位不对，请对照证书核对9位代码。",
        "“手机”应为11位手机号码，如 13800000000。",
        "两次输入的密码不同，请重新输入。",
    ]
    app = press(app, f"代码是不是 {a_code(20)}？改成这个")
    assert app.text_input[1].value == a_code(20)
    assert app.text_input[0].value == "示例企业1"


def test_a_registered_code_is_told_without_saying_whose_it_is(open_page: Open) -> None:
    registers(20)
    app = fills(open_page(None, register="1"))
    assert [error.value for error in app.error] == [TAKEN]


def test_too_many_tries_end_for_an_hour(open_page: Open) -> None:
    app = open_page(None, register="1")
    with db.transaction() as store:
        for _ in range(catalogue().limits["registration"]["tries_per_hour"]):
            enterprises.note_try(store, ADDRESS)
    app = fills(app)
    assert [error.value for error in app.error] == [TOO_OFTEN]


def test_the_registration_is_shown_to_strangers_only(open_page: Open) -> None:
    app = open_page(of_enterprise(an_enterprise()), register="1")
    assert [title.value for title in app.title] == ["项目申报"]
    assert registration.ASKED == "register"


# --- confirming -------------------------------------------------------------------------------------------------------


def test_a_province_confirms_and_refuses_on_its_page(open_page: Open) -> None:
    first, second, _ = registers(1), registers(2), registers(3, province_code="52")
    cac = a_user(Role.PROVINCE_CAC, province="53")
    app = open_page(cac, "pages/projects/enterprises.py")
    assert "2家企业等待确认" in words(app)
    app = press(app, "确认登记")
    assert "已确认：示例企业1。该企业现在可以提交申报书。" in words(app)
    app = press(app, "不予确认")
    assert "不予确认须写明原因" in words(app)
    box(app, "原因（企业看得到）").set_value("名称不符")  # type: ignore[attr-defined]
    app = press(app.run(), "不予确认")
    assert (seen(first).status, seen(second).status, seen(second).note) == ("confirmed", "refused", "名称不符")
    assert "没有等待确认的企业" in words(app)


def test_a_refused_enterprise_reads_why_and_asks_again(open_page: Open) -> None:
    actor = registers()
    with db.transaction() as store:
        enterprises.refuse(store, a_user(Role.NATIONAL_CAC), seen(actor), "名称不符")
    app = open_page(actor)
    assert "名称不符" in words(app)
    assert "开始申报" not in [button.label for button in app.main.button]
    app.radio(key="apply-way").set_value("登记信息").run()
    box(app, "单位名称").set_value("示例企业全称")  # type: ignore[attr-defined]
    app = press(app.run(), "重新提交登记")
    assert (seen(actor).status, seen(actor).registration.name) == ("waiting", "示例企业全称")
    assert "登记信息已保存。" in words(app)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_an_enterprise_begins_directly_with_its_ground(open_page: Open) -> None:
    app = open_page(of_enterprise(an_enterprise()))
    assert [title.value for title in app.title] == ["项目申报"]
    app.radio[1].set_value("direct").run()
    app = press(app, "开始申报")
    assert "请选择依据" in words(app)
    app.radio[2].set_value("key").run()
    app = press(app, "开始申报")
    assert "00\\-001" in words(app)


def test_what_is_typed_is_kept_at_once_and_there_again_later(open_page: Open) -> None:
    actor, _ = an_applicant()
    app = open_page(actor)
    assert app.get("progress")[0].proto.text == "已写好0/5部分"  # type: ignore[attr-defined]
    box(app, "项目名称").set_value("示例：直通车")  # type: ignore[attr-defined]
    box(app, "学位").select("master")  # type: ignore[attr-defined]
    app = app.run()
    assert draft_of(actor) == {"name": "示例：直通车", "degree": "master"}
    app.radio[1].set_value("overview").run()
    app.multiselect[0].select(533325).select(533301)
    app.run()
    assert draft_of(actor)["counties"] == "533325,533301"
    again = open_page(actor)
    assert (box(again, "项目名称").value, box(again, "学位").value) == ("示例：直通车", "master")  # type: ignore[attr-defined]


def test_the_province_comes_first_then_its_counties_and_what_was_chosen_elsewhere_stays(open_page: Open) -> None:
    actor, _ = an_applicant()
    app = open_page(actor)
    app.radio[1].set_value("overview").run()
    assert box(app, "面向贫困县：所在省份").value == "53"  # type: ignore[attr-defined]
    assert {option.split("（")[1][:2] for option in app.multiselect[0].options} == {"53"}
    assert "云南省泸水市（533301）" in app.multiselect[0].options[:12]
    app.multiselect[0].select(533301)
    app.run()
    box(app, "面向贫困县：所在省份").select("52")  # type: ignore[attr-defined]
    app.run()
    assert app.multiselect[0].value == [533301]
    first, second = app.multiselect[0].options[:2]
    assert (first, second[:3]) == ("云南省泸水市（533301）", "贵州省")
    app.multiselect[0].select(second)
    app.run()
    kept = draft_of(actor)["counties"].split(",")
    assert (kept[0], kept[1][:2], len(app.multiselect[0].value)) == ("533301", "52", 2)


def test_an_application_is_attached_sealed_and_handed_in_on_the_page(open_page: Open) -> None:
    actor, no = an_applicant()
    finishes(actor, no, economic="先写")
    app = open_page(actor)
    app.radio[1].set_value("benefits").run()
    box(app, "预期经济效益").set_value("改过的效益")  # type: ignore[attr-defined]
    app.run()
    app.radio[1].set_value("attachments").run()
    assert "盖章以后申报书又有修改，已上传的盖章页作废。" in words(app)
    app.file_uploader[1].upload("新盖章页.pdf", PDF + b"new", "application/pdf")
    app = press(app.run(), "上传盖章页扫描件")
    assert "已上传盖章页扫描件。" in words(app)
    app = press(app, "提交申报")
    assert state_of(no) == "submitted"
    assert "已提交申报。" in words(app)
    assert "改过的效益" in words(app)
    assert "撤回修改" in [button.label for button in app.main.button]


def test_a_file_that_is_not_what_it_is_called_is_refused_on_the_page(open_page: Open) -> None:
    actor, _ = an_applicant()
    app = open_page(actor)
    app.radio[1].set_value("attachments").run()
    app.file_uploader[0].upload("执照.pdf", b"MZ program", "application/pdf")
    app = press(app.run(), "上传营业执照或组织机构代码证")
    assert "只收pdf、jpg、png" in words(app)


def test_an_application_that_came_back_shows_why_on_top_and_opens_again(open_page: Open) -> None:
    actor, no = a_submitted_application()
    with db.transaction() as store:
        move_project(store, a_user(Role.PROVINCE_CAC, province="53"), no, "send_back", "请补充*环境*效益")
    app = open_page(actor)
    assert "退回修改：请补充\\*环境\\*效益" in app.warning[0].value
    assert app.get("progress")[0].proto.text == "已写好5/5部分"  # type: ignore[attr-defined]


def test_two_windows_are_told_of_each_other(open_page: Open) -> None:
    actor, _ = an_applicant()
    one, other = open_page(actor), open_page(actor)
    box(one, "项目名称").set_value("甲")  # type: ignore[attr-defined]
    one.run()
    box(other, "项目名称").set_value("乙")  # type: ignore[attr-defined]
    other.run()
    assert "“项目名称”刚在另一窗口" in words(other)
    assert draft_of(actor) == {"name": "甲"}


def test_what_was_typed_is_shown_as_typed_and_an_attachment_can_be_removed(open_page: Open) -> None:
    actor, no = an_applicant()
    finishes(actor, no, name="[点我](https://example.com)", introduction=WRITTEN["introduction"])
    attaches(actor, no, "other", PDF + b"more", "证明.pdf")
    app = open_page(actor)
    app.radio[1].set_value("attachments").run()
    next(button for button in app.button if button.key == f"remove-{no}-3").click()
    app.run()
    assert "已删除：证明" in words(app)
    app = press(app, "提交申报")
    assert "\\[点我\\]\\(" in words(app)
