"""Who is here: read from the store at every rerun, never remembered. The only place that deals with the cookie."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

import db
from components import browser
from programme import accounts, keys, passwords, sessions
from programme.errors import NotAllowed, ProgrammeError
from programme.passwords import Prepared
from programme.permissions import Actor, Permission, refusal, require
from programme.sessions import Visit

BOUND: Final = "_bound_to"
VERSION: Final = "_data_version"
ENTRANCE: Final = "/auth/establish"
EXIT: Final = "/auth/leave"
TYPE: Final = "/auth/type"
_this_run: ContextVar[Visit | None] = ContextVar("this_run", default=None)


def cookie_token() -> str:
    """The token in this connection's cookie; '' without one."""
    return st.context.cookies.get(browser.COOKIE, "")


def address() -> str:
    """Where the request came from; '' for this machine. Behind a proxy the server takes it from X-Forwarded-For."""
    return st.context.ip_address or ""


def visit() -> Visit | None:
    """The actor and the data version as the store has them at this moment.

    What a session keeps in memory belongs to the cookie it was opened with: should a connection with another cookie
    ever reach it, the memory is emptied and nobody is signed in.
    """
    token = cookie_token()
    mark = keys.digest("state", token)
    if st.session_state.setdefault(BOUND, mark) != mark:
        st.session_state.clear()
        return None
    with db.reading() as session:
        found = sessions.visit(session, token)
    if found and found.stale:
        with db.transaction() as session:
            sessions.touch(session, token)
    st.session_state[VERSION] = found.data_version if found else 0
    return found


@contextmanager
def one_run() -> Iterator[Actor | None]:
    """Read once who is here, for a whole run of the app; what runs outside of it (callbacks, fragments) reads anew."""
    found = _this_run.get() or visit()
    mark = _this_run.set(found)
    try:
        yield found.actor if found else None
    finally:
        _this_run.reset(mark)


@contextmanager
def guarded_part(met: Actor) -> Iterator[None]:
    """Around what is rerun alone: `met` is whom the whole was drawn for; should the store know another by now, or nobody,
    all is run again, with its guards."""
    with one_run() as actor:
        if actor != met:
            st.rerun()
        yield


def current() -> Actor | None:
    found = _this_run.get() or visit()
    return found.actor if found else None


def data_version() -> int:
    """The store's data version as this run found it; caches are keyed by it."""
    return int(st.session_state.get(VERSION, 0))


def guard(permission: Permission) -> Actor:
    """First statement of every page, fragment and callback: the actor, or a sentence and nothing else."""
    actor = current()
    if actor is None:
        st.info("请先登录。", icon=":material/lock:")
        st.stop()
    if sentence := refusal(actor, permission):
        st.error(sentence, icon=":material/block:")
        st.stop()
    return actor


def later(permission: Permission) -> Callable[[], Actor]:
    """For what runs after the page and outside of it, such as the data of a download: the actor of that moment.

    Raises NotAllowed when by then the session has ended or the permission is gone.
    """
    token = cookie_token()

    def actor() -> Actor:
        with db.reading() as session:
            found = sessions.session_actor(session, token)
        if found is None:
            raise NotAllowed("登录已失效，请重新登录。")
        require(found, permission)
        return found

    return actor


# --- coming and going -------------------------------------------------------------------------------------------------


def sign_in(username: str, password: str) -> Actor | None:
    """One try. The slow comparison happens between two short visits to the store."""
    with db.reading() as session:
        if sessions.address_is_blocked(session, address()):
            return None
        stored = sessions.stored_hash(session, username)
    proven = stored if passwords.matches(password, stored) else None
    with db.transaction() as session:
        return sessions.attempt(session, username, address(), proven)


def enter(actor: Actor, target: str) -> None:
    """Send this browser through the entrance, which sets the cookie, on to `target` (path and query of our own)."""
    identity = browser.identity(st.context.cookies)
    if not identity:
        raise ProgrammeError("浏览器没有保存 Cookie，无法登录：请在浏览器设置中允许本网站使用 Cookie 后重试。")
    with db.transaction() as session:
        ticket = sessions.open_ticket(session, actor, identity)
    _go(f"{ENTRANCE}?{urlencode({'t': ticket, 'next': target})}", "正在进入系统…")


def sign_out(actor: Actor) -> None:
    """End every session of the account and send this browser to the exit, which deletes the cookie."""
    with db.transaction() as session:
        sessions.sign_out(session, actor)
    st.session_state.clear()
    _go(EXIT, "正在退出…")


def change_password(actor: Actor, old: str, new: Prepared) -> None:
    """Replace the password and open a fresh session for this browser. Raises ProgrammeError."""
    with db.reading() as session:
        stored = sessions.stored_hash(session, actor.username)
    if not passwords.matches(old, stored):
        with db.transaction() as session:
            accounts.note_wrong_password(session, actor, address())
        raise ProgrammeError("当前密码不正确；多次输错后账号会暂时锁定。")
    with db.transaction() as session:
        accounts.change_password(session, actor, stored, new)


def target_of(page: Page) -> str:
    """Path and query of what was asked for."""
    query = urlencode(st.query_params.to_dict(), doseq=True)
    return f"/{page.url_path}?{query}" if query else f"/{page.url_path}"


def reads_large_type() -> bool:
    return browser.reads_large_type(st.context.cookies)


def change_type(target: str) -> None:
    """From 标准字号 to 大字版 or back, and on to `target`."""
    wanted = "" if reads_large_type() else browser.LARGE
    _go(f"{TYPE}?{urlencode({'type': wanted, 'next': target})}", "正在调整字号…")


def _go(path: str, words: str) -> None:
    """A link that the front page follows at once (components/front_page.js); a click does the same.

    The attribute marks it as ours: text that users write may hold a link, but never an attribute.
    """
    st.html(f'<a data-follow href="{escape(path)}" target="_self">{words}</a>')
    st.stop()


# --- what a page keeps between its runs -------------------------------------------------------------------------------


def remember(name: str, value: Any) -> None:
    """Keep a value for this visitor until the session ends or the cookie changes."""
    st.session_state[f"_kept_{name}"] = value


def recall(name: str) -> Any:
    return st.session_state.get(f"_kept_{name}")


def typed(widget: str) -> str:
    """What stands in a text box at this moment: for callbacks, which run before the page."""
    return str(st.session_state.get(widget, ""))


def chosen(widget: str) -> list[Any]:
    """What is chosen in a list at this moment, nothing or one or several: for callbacks."""
    value = st.session_state.get(widget)
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def typed_number(widget: str) -> int | None:
    """The whole number in a text box at this moment; None for an empty one."""
    text = typed(widget)
    return int(text) if text.isdecimal() else None


def edits(widget: str) -> dict[str, Any]:
    """What was changed in a table at this moment (edited_rows, added_rows, deleted_rows): for callbacks."""
    return dict(st.session_state.get(widget, {}))


def forget(name: str) -> None:
    st.session_state.pop(f"_kept_{name}", None)


def is_fresh(widget: str) -> bool:
    """Whether a widget was not drawn in the last run: what was typed into it is gone."""
    return widget not in st.session_state
