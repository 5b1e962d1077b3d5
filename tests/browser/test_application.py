"""An enterprise in a real browser: it registers, is confirmed, types, seals and hands in its application."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

import db
from programme import accounts, application_writing, applications, enterprises, project_life
from programme.models import Project
from programme.permissions import Role
from tests import factories
from tests.application_acts import LUSHUI, PDF, WRITTEN, a_code, a_submitted_application
from tests.browser.conftest import Official, Visitor, settle, sign_in
from tests.live import PASSWORD, Live
from tests.printed import docx_text
from tests.project_people import state_of
from tests.selection_acts import score

pytestmark = pytest.mark.browser
WORDS = {
    "单位名称": "示例直通车公司", "统一社会信用代码（或组织机构代码）": a_code(77), "联系人（职务）": "公共事务部负责人",
    "手机": "13800000000", "电子邮箱": "office@example.com", "用户名": "unit-77",
}  # fmt: skip
TYPED = ("name", "economic")


def test_an_enterprise_registers_is_confirmed_and_hands_in_annex_one(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/")
    settle(page)
    page.get_by_role("button", name="申报企业注册").click()
    for label, text in WORDS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("textbox", name="密码", exact=True).fill(PASSWORD)
    page.get_by_role("textbox", name="再输一次密码").fill(PASSWORD)
    page.get_by_role("combobox", name="所在地").click()
    page.keyboard.type("云南")
    page.get_by_role("option", name="云南省").click()
    page.get_by_role("button", name="注册", exact=True).click()
    expect(page.get_by_text("已注册，用户名 unit-77")).to_be_visible()
    page.get_by_role("button", name="去登录").click()
    sign_in(page, "unit-77")
    expect(page.get_by_text("企业登记等待网信办确认")).to_be_visible()
    page.get_by_role("button", name="开始申报").click()
    box = page.get_by_label("项目名称")
    box.fill("示例：网上直通车")
    box.press("Tab")
    expect(page.get_by_text("请填写“项目名称”。")).to_have_count(0)

    with factories.environment(**live_app.environment):
        it_is_confirmed_and_most_is_written(live_app.account("cac-77", Role.PROVINCE_CAC))
    page.reload()
    settle(page)
    expect(page.get_by_text("已写好3/5部分")).to_be_visible()
    expect(page.get_by_role("heading", name="预期经济/社会/环境效益")).to_be_visible()
    box = page.get_by_label("预期经济效益")
    box.fill("带动增收")
    box.press("Tab")
    expect(page.get_by_text("已写好4/5部分")).to_be_visible()
    page.get_by_text("附件和提交").click()
    for at, (kind, name) in enumerate((("营业执照或组织机构代码证", "执照.pdf"), ("盖章页扫描件", "盖章页.pdf"))):
        page.locator("input[type=file]").nth(at).set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": PDF}
        )
        page.get_by_role("button", name=f"上传{kind}").click()
        expect(page.get_by_text(f"已上传{kind}。")).to_be_visible()
        settle(page)  # the boxes for files are drawn anew
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("已提交申报。")).to_be_visible()
    expect(page.get_by_text(re.compile("第1版，示例直通车公司提交于"))).to_be_visible()
    with factories.environment(**live_app.environment), db.reading() as session:
        project = session.exec(select(Project).where(Project.enterprise == WORDS["单位名称"])).one()
        assert project.id is not None
        content = applications.content_of(session, project.id)
        assert [one.move for one in project_life.history(session, project.id)] == ["begin", "submit"]
    assert (project.state, content["name"], content["economic"]) == ("submitted", "示例：网上直通车", "带动增收")


def it_is_confirmed_and_most_is_written(cac: str) -> None:
    """What the province decides and what the enterprise would type, by the same verbs."""
    with db.transaction() as session:
        province, actor = accounts.actor_named(session, cac), accounts.actor_named(session, "unit-77")
        seen, project = enterprises.enterprise_of(session, actor), applications.application_of(session, actor)
        assert seen is not None
        assert project is not None
        enterprises.confirm(session, province, seen)
        for field, text in WRITTEN.items():
            if field not in TYPED:
                application_writing.keep_field(session, actor, project.no, field, text)
        application_writing.keep_counties(session, actor, project.no, [LUSHUI])


def test_a_province_takes_an_application_up_recommends_it_and_prints_it(
    official: Official, live_app: Live, tmp_path: Path
) -> None:
    with factories.environment(**live_app.environment):
        _, no = a_submitted_application(88)
    page = official(live_app.account("cac-88", Role.PROVINCE_CAC), "/selection")
    choose(page, no)
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_text(f"已受理：{no}。")).to_be_visible()
    expect(page.get_by_role("button", name="拟推荐", exact=True)).to_be_disabled()
    with factories.environment(**live_app.environment), db.reading() as session:
        actor = accounts.actor_named(session, "cac-88")
    with factories.environment(**live_app.environment):
        score(actor, no)
    page.reload()
    settle(page)
    choose(page, no)
    page.get_by_role("button", name="拟推荐", exact=True).click()
    page.get_by_label("推荐理由").fill("带动特色产业效果明显（示例）")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="确认拟推荐").click()
    expect(page.get_by_text(f"已拟推荐：{no}。")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="打印申报书（Word）").click()
    file = tmp_path / "申报书.docx"
    download.value.save_as(file)
    assert "示例：网上直通车" in docx_text(file.read_bytes())
    with factories.environment(**live_app.environment):
        assert state_of(no) == "recommended"


def choose(page: Page, no: str) -> None:
    page.get_by_role("combobox", name=re.compile("办理哪一份")).click()
    page.keyboard.type(no)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"示例企业88 · {no}").first).to_be_visible()
    settle(page)
