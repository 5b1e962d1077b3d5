"""The sign-in: streamlit-authenticator's form, decided by our store. Its own cookie, which scripts could read, is not used."""

from typing import Any, Final

import streamlit as st
from streamlit.navigation.page import Page
from streamlit_authenticator import Authenticate
from streamlit_authenticator.controllers import AuthenticationController
from streamlit_authenticator.models import AuthenticationModel

from components import public_notice, registration, session
from components.front_page import TITLE
from programme.permissions import Actor
from programme.sessions import REFUSED
from programme.settings import production

FIELDS: Final = {"Form name": "登录", "Username": "用户名", "Password": "密码", "Login": "登录"}


class _NoCookie:
    """The library's cookie controller without a cookie: the entrance sets an HttpOnly one instead."""

    def get_cookie(self) -> None:
        return None

    def set_cookie(self) -> None:
        return None


class _StoreModel(AuthenticationModel):  # type: ignore[misc]
    """Decides from the store; remembers nothing in the library's session entries."""

    def __init__(self) -> None:
        super().__init__({"usernames": {}}, auto_hash=False)
        self.actor: Actor | None = None
        self.tried = False

    def check_credentials(self, username: str, password: str) -> bool:
        self.actor = session.sign_in(username, password)
        return self.actor is not None

    def login(self, username: str, password: str, *_positional: Any, **_named: Any) -> bool:
        self.tried = True
        return bool(username and password) and self.check_credentials(username, password)


class _Controller(AuthenticationController):  # type: ignore[misc]
    """Hands the password on as typed: the library's own controller would strip it."""

    def __init__(self) -> None:
        super().__init__({"usernames": {}}, auto_hash=False)
        self.authentication_model = _StoreModel()

    def login(self, username: str = "", password: str = "", *_positional: Any, **_named: Any) -> bool:
        return bool(self.authentication_model.login(username, password))


class _Form(Authenticate):  # type: ignore[misc]
    """The library's form in front of the two classes above."""

    def __init__(self) -> None:
        self.attrs = {"login_sleep_time": 0}
        self.path = None
        self.cookie_controller = _NoCookie()
        self.authentication_controller = _Controller()

    def ask(self) -> _StoreModel:
        self.login(fields=FIELDS, clear_on_submit=False)
        model: _StoreModel = self.authentication_controller.authentication_model
        return model


def show(page: Page) -> None:
    """The form in place of the page that was asked for; its address survives, filters included.

    An enterprise that has no account yet registers in its place.
    """
    if registration.is_asked_for():
        registration.show()
        return
    form = st.empty()
    with form.container(horizontal_alignment="center"), st.container(width=420):
        st.space("large")
        st.title(TITLE, anchor=False)
        st.caption("“110”网络扶贫创新活动 · 网络扶贫“双百”项目")
        if not production():
            st.badge("示例数据", color="gray")
        model = _Form().ask()
        st.button("查看公示", type="tertiary", icon=":material/campaign:", on_click=public_notice.ask_for)
        if model.tried and model.actor is None:
            st.error(REFUSED, icon=":material/block:")
        registration.offer()
        label = "标准字号" if session.reads_large_type() else "大字版"
        if st.button(label, type="tertiary", icon=":material/format_size:"):
            session.change_type(session.target_of(page))
    if model.actor is not None:
        form.empty()
        session.enter(model.actor, session.target_of(page))
