"""What surrounds every page: the sign-in or the menu, who is here, and the one place where refusals are shown."""

from copy import copy
from functools import partial

import streamlit as st
from streamlit.navigation.page import Page

from components import filters, manual, messages, pages, public_notice, session
from components.front_page import TITLE
from components.labels import plain
from programme.permissions import ROLE_NAMES, Actor, refusal


def show() -> None:
    """One run for one visitor."""
    with session.one_run() as actor:
        _show(actor)


def _show(actor: Actor | None) -> None:
    st.set_page_config(page_icon="🌾", layout="wide" if actor else "centered")
    page = pages.navigation(actor, partial(_home, actor))
    noticed = public_notice.is_asked_for() and (actor is None or pages.line_of(page) is None)
    st.set_page_config(page_title=f"{'公示' if noticed else page.title if actor else '登录'} · {TITLE}")
    with messages.refusals_shown():
        if noticed:
            public_notice.show(signed_in=actor is not None)
        elif actor is None:
            _ask_who(page)
        else:
            _who_is_here(actor, page)
            _open(page, actor)


def _ask_who(page: Page) -> None:
    from components import sign_in  # noqa: PLC0415  (the library takes a second to import and only strangers need it)

    sign_in.show(page)


def _open(page: Page, actor: Actor) -> None:
    line = pages.line_of(page)
    if actor.must_change_password and line is not pages.PASSWORD:
        st.switch_page(pages.PASSWORD.file)
    above = st.empty()  # on every page, so that what follows keeps its place from page to page
    if line == pages.offered(actor)[0] and not actor.must_change_password:
        with above.container():
            manual.first_steps(actor)
    if line and line.filters and refusal(actor, line.permission) is None:
        filters.part(actor, lambda: copy(page).run())  # a page object runs once, this part many times
    else:
        page.run()


def _home(actor: Actor | None) -> None:
    """The bare address leads to the first page of one's own menu."""
    if actor:
        st.switch_page(pages.offered(actor)[0].file)


def _who_is_here(actor: Actor, page: Page) -> None:
    with st.sidebar:
        st.caption(f"**{plain(actor.name)}**  \n{ROLE_NAMES[actor.role]} · {actor.username}")
        manual.link(pages.line_of(page))
        label = "标准字号" if session.reads_large_type() else "大字版"
        if st.button(label, icon=":material/format_size:", width="stretch"):
            session.change_type(session.target_of(page))
        if st.button("退出登录", icon=":material/logout:", width="stretch"):
            session.sign_out(actor)
