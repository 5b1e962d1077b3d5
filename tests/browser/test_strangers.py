"""What a stranger, a thief and an old browser get."""

import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string, generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from programme.permissions import Role
from tests import live, raw
from tests.browser.conftest import Visitor, expect_sign_in, settle, sign_in
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.browser


def answer_to_a_stranger(live_app: Live, method: str, path: str, cookies: str = "") -> int:
    request = urllib.request.Request(f"{live_app.url}{path}", method=method, headers={"Cookie": cookies})
    if method == "PUT":
        request.data = b"x"
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_strangers_cannot_upload_nor_read_what_was_downloaded(live_app: Live) -> None:
    with raw.connection(live_app.url) as client:
        session_id, _ = raw.rerun(client)
        closed = {
            ("PUT", f"/_stcore/upload_file/{session_id}/0b6b3f5e-0000-4000-8000-000000000000"): 401,
            ("GET", "/media/00.csv"): 401,
            ("GET", "/_stcore/metrics"): 401,
            ("GET", "/component/extra_streamlit_components.CookieManager.cookie_manager/index.html"): 401,
            ("GET", "/_stcore/agent/openapi.json"): 401,
            ("POST", "/_stcore/agent/interact"): 401,
            ("GET", "/_stcore/bidi-components/x"): 401,
            ("GET", "/nothing-here"): 404,
            ("GET", "/"): 200,
            ("GET", "/accounts"): 200,
            ("GET", "/healthz"): 200,
        }
        assert {call: answer_to_a_stranger(live_app, *call) for call in closed} == closed


def test_a_stolen_session_id_opens_nothing(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/audit")
    sign_in(page, live_app.account("victim", Role.ADMIN))
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    with raw.connection(live_app.url, cookies=cookies) as victim:
        stolen, seen = raw.rerun(victim, "audit")
        assert "victim" in seen
        with raw.connection(live_app.url, session_id=stolen) as thief:
            session_id, seen = raw.rerun(thief, "audit")
            assert session_id != stolen
            assert "登录" in seen
            assert "victim" not in seen
    with raw.connection(live_app.url, session_id=stolen) as thief:
        session_id, seen = raw.rerun(thief, "audit")
        assert session_id != stolen
        assert "victim" not in seen
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == XSRF_COOKIE_NAME)
    masked_anew = cookies.replace(token, generate_xsrf_token_string(*decode_xsrf_token_string(token)))
    assert masked_anew != cookies
    with raw.connection(live_app.url, cookies=masked_anew, session_id=stolen) as owner:
        session_id, seen = raw.rerun(owner, "audit")
        assert session_id == stolen
        assert "victim" in seen


def test_a_cold_deep_link_runs_nothing_but_the_sign_in(sqlite_template: Path, tmp_path: Path) -> None:
    """The first request that a fresh process sees: Streamlit would serve the page's file without app.py."""
    with live.running(live.copied(sqlite_template, tmp_path)) as fresh, raw.connection(fresh.url) as stranger:
        _, seen = raw.rerun(stranger, "audit")
        assert "登录" in seen
        assert "操作记录" not in seen
        assert "请先登录" not in seen


def test_the_tie_header_cannot_be_set_from_outside(live_app: Live) -> None:
    with raw.connection(live_app.url) as first:
        session_id, _ = raw.rerun(first)
    with raw.connection(live_app.url, session_id=session_id, cookies="netlift=other") as second:
        assert raw.rerun(second)[0] != session_id


def test_what_users_write_leads_nobody_to_the_exit(visitor: Visitor, live_app: Live) -> None:
    """A name is shown as it was written, and only our own links are followed by themselves."""
    page = visitor()
    page.goto("/accounts")
    sign_in(page, live_app.account("writer", Role.ADMIN, name="[退出](/auth/leave)"))
    expect(page.get_by_test_id("stSidebar").get_by_text("[退出](/auth/leave)")).to_be_visible()
    settle(page)
    assert page.url == f"{live_app.url}/accounts"


def test_a_ticket_for_one_browser_signs_in_no_other(visitor: Visitor, live_app: Live) -> None:
    """Nobody can be signed in to a foreign account by following a link."""
    page, victim = visitor(), visitor()
    username = live_app.account("attacker", Role.ADMIN)
    page.goto("/")
    page.route("**/auth/establish**", lambda route: route.abort())
    settle(page)
    page.get_by_label("用户名").fill(username)
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    with page.expect_request("**/auth/establish**") as request:
        page.get_by_role("button", name="登录").click()
    victim.goto("/")
    settle(victim)
    victim.goto(request.value.url)
    expect_sign_in(victim)


# --- other browsers ---------------------------------------------------------------------------------------------------


def test_an_old_browser_is_told_what_to_do(chromium: Browser, live_app: Live) -> None:
    page = chromium.new_page(base_url=live_app.url)
    page.add_init_script("delete Object.fromEntries")
    page.goto("/")
    expect(page.locator("#old-browser")).to_contain_text("请切换到极速模式")
    page.close()


def test_a_browser_without_scripts_is_told_what_to_do(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False)
    page.goto("/")
    expect(page.locator("noscript p")).to_be_visible()
    assert page.locator("noscript p").inner_html() == "本系统需要启用 JavaScript，请在浏览器设置中启用后刷新。"


ENGLISH = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  while (walker.nextNode()) {
    const node = walker.currentNode, shown = node.parentElement && !node.parentElement.closest("script,style,noscript");
    if (node.nodeType === 3 && shown && !node.parentElement.closest('[data-testid="stIconMaterial"], #old-browser, code'))
      found.push(node.data);
    const names = ["aria-label", "aria-roledescription", "placeholder", "title", "alt"];
    if (node.nodeType === 1) names.forEach(name => found.push(node.getAttribute(name) || ""));
  }
  return found.filter(text => /[A-Za-z]{3}/.test(text) && !/[\\u4e00-\\u9fff]/.test(text));
}"""


def test_the_controls_speak_chinese(visitor: Visitor, live_app: Live) -> None:
    page = visitor()
    page.goto("/accounts")
    settle(page)
    page.get_by_label("用户名").fill("x")
    expect(page.get_by_text("按回车键提交")).to_be_visible()
    assert page.evaluate(ENGLISH) == []
    sign_in(page, live_app.account("speaker", Role.ADMIN))
    page.get_by_role("button", name="新建账号").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settle(page)
    usernames = {text for text in page.evaluate(ENGLISH) if not re.fullmatch(r"[a-z0-9-]+", text)}
    assert usernames == set()
    page.goto("/password")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    settle(page)
    assert page.evaluate(ENGLISH) == []
