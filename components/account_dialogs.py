"""What administrators do with an account, each in a dialog of its own; a new password is shown once and kept nowhere."""

import streamlit as st

import db
from components import messages, session
from programme import account_queries, accounts, passwords
from programme.account_queries import Account
from programme.permissions import ROLE_NAMES, Permission, Role


def state(account: Account) -> str:
    if not account.active:
        return "○ 已停用"
    if account.locked:
        return "▼ 暂时锁定"
    return "◆ 待改初始密码" if account.must_change_password else "● 正常"


@st.dialog("新建账号", on_dismiss="rerun")
def create() -> None:
    actor = session.guard(Permission.MANAGE_ACCOUNTS)
    with db.reading() as store:
        provinces, counties = dict(account_queries.provinces(store)), dict(account_queries.counties(store))
    role = st.selectbox("角色", list(Role), format_func=ROLE_NAMES.__getitem__) or Role.COUNTY
    if role is Role.ENTERPRISE:
        st.info(accounts.REGISTERS_ITSELF, icon=":material/domain_add:")
        return
    county = province = None
    if role in accounts.OF_A_COUNTY:
        county = st.selectbox(
            "所属县", list(counties), index=None, format_func=counties.__getitem__, placeholder="输入县名或代码查找"
        )
    if role in accounts.OF_A_PROVINCE:
        province = st.selectbox(
            "所属省（区、市）", list(provinces), index=None, format_func=provinces.__getitem__, placeholder="请选择"
        )
    name = st.text_input("单位名称", max_chars=60, placeholder="例如：某某县网络扶贫工作小组") or ""
    username = st.text_input("用户名", max_chars=40, placeholder="字母、数字、点、横线") or ""
    if st.button("新建", type="primary"):
        with messages.refusals_shown():
            prepared = passwords.one_time()
            with db.transaction() as store:
                accounts.create_user(
                    store, actor, username=username, name=name, role=role, county_code=county or "",
                    province_code=province or "", password=prepared,
                )  # fmt: skip
            _show_once(username, prepared.text)


def actions(account: Account, *, own: bool) -> None:
    """The buttons below the list for the account that was picked."""
    with st.container(border=True):
        st.markdown(f"**{account.name}** · {account.username} · {state(account)}")
        if own:
            st.caption("这是您自己的账号：密码请在“修改密码”页面修改。")
            return
        with st.container(horizontal=True):
            if account.locked and st.button("解除锁定", icon=":material/lock_open:"):
                _change(account, "unlock")
            if st.button("重置密码", icon=":material/key:"):
                _change(account, "reset")
            if account.active and st.button("停用", icon=":material/person_off:"):
                _change(account, "disable")
            if not account.active and st.button("启用", icon=":material/person_check:"):
                _change(account, "enable")


CONSEQUENCES = {
    "unlock": "解除锁定后，该账号可以立即再次登录。",
    "reset": "重置后，原密码作废，该账号在所有浏览器中的登录立即退出。",
    "disable": "停用后，该账号在所有浏览器中的登录立即失效，直到重新启用。",
    "enable": "启用后，该账号可以用原来的密码登录。",
}


@st.dialog("请确认", on_dismiss="rerun")
def _change(account: Account, what: str) -> None:
    actor = session.guard(Permission.MANAGE_ACCOUNTS)
    st.markdown(f"**{account.name}**（{account.username}）")
    st.markdown(CONSEQUENCES[what])
    question = st.empty()
    if not question.button("确定", type="primary"):
        return
    question.empty()
    with messages.refusals_shown():
        if what == "reset":
            prepared = passwords.one_time()
            with db.transaction() as store:
                accounts.reset_password(store, actor, account.id, prepared)
            _show_once(account.username, prepared.text)
            return
        verb = {
            "unlock": accounts.unlock_user,
            "disable": accounts.disable_user,
            "enable": accounts.enable_user,
        }[what]
        with db.transaction() as store:
            verb(store, actor, account.id)
        st.rerun()


def _show_once(username: str, password: str) -> None:
    st.success(f"账号 {username.strip().lower()} 的一次性密码：", icon=":material/key:")
    st.code(password, language=None)
    st.caption("只显示这一次，系统不保存明文。请抄录后当面或电话告知，首次登录时须修改。")
