"""企业注册: what an enterprise without an account fills in, in place of the sign-in. Nobody is signed in here."""

from typing import Final

import streamlit as st

import db
from components import messages, session
from components.front_page import TITLE
from components.labels import plain
from programme import enterprises, passwords, project_queries
from programme.enterprises import FIELD_NAMES, TOO_OFTEN, Registration
from programme.errors import ProgrammeError
from programme.project_facts import project_facts

ASKED: Final = "register"
DONE: Final = "registered-as"
CODE: Final = "registration-code"
ROUND: Final = "registration-round"


def is_asked_for() -> bool:
    return st.query_params.get(ASKED) == "1"


def offer() -> None:
    """The way to it, below the sign-in."""
    st.caption("申报网络扶贫“双百”项目的企业，还没有账号的，请先注册。")
    st.button("申报企业注册", icon=":material/domain_add:", on_click=_go)


def _go() -> None:
    session.forget(DONE)
    st.query_params[ASKED] = "1"


def _back() -> None:
    session.forget(DONE)
    st.query_params.pop(ASKED, None)


def show() -> None:
    with st.container(horizontal_alignment="center"), st.container(width=620):
        st.title("申报企业注册", anchor=False)
        st.caption(f"{TITLE} · {project_facts().name}（{project_facts().document}）")
        if username := session.recall(DONE):
            _receipt(str(username))
            return
        st.markdown(
            "注册后即可登录填写申报书。登记信息由所在省（区、市）网信办或国家网信办确认，确认以后才能提交。每个单位只注册一次。"
        )
        _form()
        st.button("返回登录", icon=":material/arrow_back:", type="tertiary", on_click=_back)


def _receipt(username: str) -> None:
    st.success(f"已注册，用户名 {plain(username)}。登记信息正等待网信办确认。", icon=":material/task_alt:")
    st.markdown("下一步：登录后填写项目申报书。登记确认以后即可提交。")
    st.button("去登录", type="primary", icon=":material/login:", on_click=_back)


def _form() -> None:
    with db.reading() as store:
        provinces = project_queries.province_names(store)
    most = project_facts().max_text
    with st.form("registration", border=True):
        name = st.text_input(FIELD_NAMES["name"], max_chars=most, placeholder="营业执照上的全称")
        code = st.text_input(
            FIELD_NAMES["code"], session.recall(CODE) or "", max_chars=40, key=f"code-{_round()}",
            placeholder="18位统一社会信用代码，或9位组织机构代码",
        )  # fmt: skip
        province = st.selectbox(
            FIELD_NAMES["province_code"], list(provinces), index=None, format_func=provinces.__getitem__,
            placeholder="请选择省（区、市）",
        )  # fmt: skip
        contact = st.text_input(FIELD_NAMES["contact"], max_chars=most, placeholder="例如：公共事务部负责人")
        phone = st.text_input(FIELD_NAMES["phone"], max_chars=40)
        email = st.text_input(FIELD_NAMES["email"], max_chars=100)
        username = st.text_input("用户名", max_chars=40, placeholder="登录用，2至40个字符")
        password = st.text_input("密码", type="password", max_chars=72, autocomplete="new-password")
        again = st.text_input("再输一次密码", type="password", max_chars=72, autocomplete="new-password")
        st.caption(passwords.rule())
        pressed = st.form_submit_button("注册", type="primary", icon=":material/domain_add:")
    if pressed:
        typed = Registration(name, code, province or "", contact, phone, email)
        _take(typed, username, password, again)


def _take(typed: Registration, username: str, password: str, again: str) -> None:
    found = enterprises.problems(typed)
    if not username.strip():
        found.append("请填写“用户名”。")
    if sentence := passwords.weakness(password, username, typed.name):
        found.append(sentence)
    elif password != again:
        found.append("两次输入的密码不同，请重新输入。")
    if found:
        st.error("  \n".join(plain(sentence) for sentence in found), icon=":material/block:")
        _offer_repair(typed.code)
        return
    with messages.refusals_shown():
        _register(typed, username, password)
        session.remember(DONE, username.strip().lower())
        st.rerun()


def _register(typed: Registration, username: str, password: str) -> None:
    """Count the try first, then hash outside of any transaction: a refusal must not undo the count."""
    with db.transaction() as store:
        allowed = enterprises.note_try(store, session.address())
    if not allowed:
        raise ProgrammeError(TOO_OFTEN)
    prepared = passwords.chosen(password, username, typed.name)
    with db.transaction() as store:
        enterprises.register(store, typed, username, prepared, session.address())


def _offer_repair(code: str) -> None:
    problem = enterprises.code_problem(code)
    if problem and problem.repaired:
        st.button(
            f"代码是不是 {problem.repaired}？改成这个",
            icon=":material/build:",
            on_click=_repair,
            args=(problem.repaired,),
        )


def _repair(code: str) -> None:
    session.remember(CODE, code)
    session.remember(ROUND, _round() + 1)


def _round() -> int:
    return int(session.recall(ROUND) or 0)
