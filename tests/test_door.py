"""The server side of the front door, asked as a server would be: gates, headers, entrance, exit, secrets at start."""

import asyncio
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

import db
from components import browser, door, front_page
from components.pages import URL_PATHS
from programme import sessions
from programme.permissions import Actor, Role
from tests.factories import a_user

XSRF = "_streamlit_xsrf"


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def cookie(self) -> SimpleCookie:
        return SimpleCookie(self.headers.get("set-cookie", ""))


def app() -> Starlette:
    """The door with, in Streamlit's place, somebody who says that he was reached."""
    behind = Mount("/", app=PlainTextResponse("reached"))
    return Starlette(routes=[*door.ROUTES, behind], middleware=door.MIDDLEWARE)


def ask(path: str, query: str = "", method: str = "GET", scheme: str = "http", **cookies: str) -> Answer:
    """One request as uvicorn would hand it on."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": scheme, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": [(b"host", b"localhost"), (b"cookie", header.encode("latin-1"))],
        "client": ("10.0.0.1", 1), "server": ("localhost", 80), "root_path": "",
    }  # fmt: skip
    answer = Answer()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"").decode(errors="replace")

    asyncio.run(app()(scope, receive, send))
    return answer


@pytest.fixture
def actor(sqlite_store: str) -> Actor:
    return a_user(Role.OFFICE)


def a_token(actor: Actor) -> str:
    with db.transaction() as session:
        return sessions.open_session(session, actor)


def entered(actor: Actor, target: str = "/", scheme: str = "http") -> Answer:
    """Through the entrance with a ticket for the browser that asks."""
    xsrf = generate_xsrf_token_string()
    with db.transaction() as session:
        ticket = sessions.open_ticket(session, actor, browser.identity({XSRF: xsrf}))
    return ask("/auth/establish", urlencode({"t": ticket, "next": target}), scheme=scheme, **{XSRF: xsrf})


# --- the gate ---------------------------------------------------------------------------------------------------------

CLOSED = (
    "/_stcore/upload_file/session/file", "/media/x.csv", "/_stcore/metrics", "/component/x/index.html",
    "/_stcore/bidi-components/x", "/_stcore/agent/interact", "/_stcore/script-health-check", "/app/static/x",
)  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_strangers_and_ended_sessions_get_nothing(actor: Actor, path: str) -> None:
    token = a_token(actor)
    with db.transaction() as session:
        sessions.sign_out(session, actor)
    assert [ask(path).status, ask(path, netlift="x").status, ask(path, netlift=token).status] == [401, 401, 401]


@pytest.mark.parametrize("path", CLOSED)
def test_the_signed_in_pass_and_nobody_keeps_what_they_got(actor: Actor, path: str) -> None:
    answer = ask(path, netlift=a_token(actor))
    if path == "/_stcore/metrics":
        assert answer.status == 403
        answer = ask(path, netlift=a_token(a_user(Role.ADMIN)))
    assert (answer.status, answer.body) == (200, "reached")
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_first_password_opens_no_uploads(sqlite_store: str) -> None:
    newcomer = a_user(Role.OFFICE, must_change_password=True)
    assert ask("/_stcore/upload_file/session/file", method="PUT", netlift=a_token(newcomer)).status == 403


def test_the_shell_and_its_scripts_are_open(sqlite_store: str) -> None:
    for path in ("/static/js/x.js", "/favicon.png", "/_stcore/health", "/_stcore/host-config", "/audit/_stcore/health"):
        assert ask(path).body == "reached"


@pytest.mark.parametrize("path", ["/", *sorted(f"/{path}" for path in URL_PATHS)])
def test_every_page_has_the_same_empty_front_page(sqlite_store: str, path: str) -> None:
    answer = ask(path)
    assert answer.status == 200
    assert answer.body == front_page.html()


def test_an_unknown_address_is_said_to_be_unknown(sqlite_store: str) -> None:
    for path in ("/nothing", "/accounts/more", "/.env", "/pages/admin/accounts.py"):
        answer = ask(path)
        assert answer.status == 404
        assert "<h1>没有这个页面</h1>" in answer.body


# --- headers and the front page ---------------------------------------------------------------------------------------


def test_every_answer_carries_the_security_headers(actor: Actor) -> None:
    for path in ("/", "/nothing", "/media/x", "/static/x.js", "/auth/leave"):
        headers = ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "strict-transport-security" not in headers
    assert ask("/", scheme="https").headers["strict-transport-security"] == "max-age=31536000"


def test_the_policy_lets_nothing_leave_and_no_foreign_script_in(sqlite_store: str) -> None:
    policy = dict(part.split(" ", 1) for part in ask("/").headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["connect-src"] == "'self' data: blob:"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert policy["script-src"].split()[-2:] == front_page.script_hashes()
    assert (policy["object-src"], policy["frame-ancestors"]) == ("'none'", "'self'")


def test_the_front_page_is_chinese() -> None:
    html = front_page.html()
    assert html.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')
    assert "<title>网络扶贫监测平台</title>" in html
    assert "请切换到极速模式" in html
    assert "Streamlit app" not in html
    assert "http://" not in html
    assert "https://" not in html


# --- entrance and exit ------------------------------------------------------------------------------------------------


def test_the_entrance_sets_a_cookie_that_scripts_cannot_read_and_goes_on(actor: Actor) -> None:
    answer = entered(actor, "/audit?text=%E6%B3%B8")
    cookie = answer.cookie["netlift"]
    assert (answer.status, answer.headers["location"]) == (303, "/audit?text=%E6%B3%B8")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "lax", "/", "")
    assert cookie["max-age"] == str(8 * 3600)
    assert answer.headers["cache-control"] == "no-store"
    with db.reading() as session:
        assert sessions.session_actor(session, cookie.value) == actor


def test_the_cookie_is_secure_over_https(actor: Actor) -> None:
    assert entered(actor, scheme="https").cookie["netlift"]["secure"] is True


def test_a_wrong_ticket_sets_no_cookie(actor: Actor) -> None:
    answer = ask("/auth/establish", "t=wrong&next=/audit", **{XSRF: generate_xsrf_token_string()})
    assert (answer.status, answer.headers["location"], "set-cookie" in answer.headers) == (303, "/audit", False)


def test_the_exit_deletes_a_dead_cookie_and_leaves_a_live_one(actor: Actor) -> None:
    token = a_token(actor)
    assert "set-cookie" not in ask("/auth/leave", netlift=token).headers
    with db.transaction() as session:
        sessions.sign_out(session, actor)
    cookie = ask("/auth/leave", netlift=token).cookie["netlift"]
    assert (cookie.value, cookie["max-age"]) == ("", "0")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "audit",
        "/auth/leave", "/media/x", "/nothing", "/audit\r\nset-cookie: x", "http:///audit", "/audit/../x", "[",
    ],
)  # fmt: skip
def test_the_entrance_leads_to_our_own_pages_only(target: str) -> None:
    assert door.own_target(target) == "/"


@pytest.mark.parametrize("target", ["/", "/audit", "/audit?text=a&x=1", "/?month=2019-06", "/accounts?text=%E6%B3%B8"])
def test_the_entrance_keeps_path_and_query(target: str) -> None:
    assert door.own_target(target) == target


@given(st.text(max_size=60) | st.text("/\\:.?#@[]audit%\r\n ", max_size=30))
def test_no_target_leaves_the_register(text: str) -> None:
    assert door.own_target(text).partition("?")[0] in {"/", *(f"/{path}" for path in URL_PATHS)}


# --- what ties a browser ----------------------------------------------------------------------------------------------


@given(
    st.text(max_size=60)
    | st.builds("2|{}|{}|{}".format, st.text("0aF", max_size=8), st.text("0aF", max_size=8), st.integers())
)
@hypothesis_settings(deadline=None)
def test_no_cookie_makes_the_identity_fail(value: str) -> None:
    assert len(browser.identity({XSRF: value})) in (0, 64)


def test_the_identity_outlives_the_mask_of_the_cookie(sqlite_store: str) -> None:
    first = generate_xsrf_token_string(b"0123456789abcdef", 1)
    second = generate_xsrf_token_string(b"0123456789abcdef", 2)
    other = generate_xsrf_token_string()
    assert first != second
    assert browser.identity({XSRF: first}) == browser.identity({XSRF: second})
    assert browser.identity({XSRF: first}) != browser.identity({XSRF: other})
    assert browser.tie({XSRF: first}) == browser.tie({XSRF: second})
    assert browser.tie({XSRF: first}) != browser.tie({XSRF: first, "netlift": "x"})


def test_a_websocket_carries_our_tie_and_never_a_foreign_one(sqlite_store: str) -> None:
    from components.gate import _tied

    name = browser.TIE_HEADER.encode()
    scope = {"type": "websocket", "headers": [(name, b"forged"), (b"cookie", b"netlift=x")]}
    tied = HTTPConnection(_tied(scope))
    assert tied.headers.getlist(browser.TIE_HEADER) == [browser.tie({"netlift": "x"})]


def test_large_type_is_chosen_in_a_browser_and_given_back(sqlite_store: str) -> None:
    """Everything is enlarged by the page itself; the way back leads to one's own pages only."""
    chosen = ask("/auth/type", urlencode({"type": "large", "next": "/overview?month=2019-10"}))
    assert (chosen.status, chosen.headers["location"]) == (303, "/overview?month=2019-10")
    large = ask("/overview", netlift_type=chosen.cookie["netlift_type"].value).body
    assert large.replace(f' style="font-size:{front_page.LARGE_TYPE}"', "", 1) == ask("/overview").body != large
    given_back = ask("/auth/type", urlencode({"type": "", "next": "https://example.com/"}))
    assert (given_back.headers["location"], given_back.cookie["netlift_type"].value) == ("/", "")
