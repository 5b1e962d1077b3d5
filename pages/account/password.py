"""修改密码: one's own, with the rule in sight; the only page open to a first password."""

import streamlit as st

from components import session
from programme import passwords
from programme.errors import ProgrammeError
from programme.permissions import Permission

actor = session.guard(Permission.OWN_ACCOUNT)

st.title("修改密码", anchor=False)
if actor.must_change_password:
    st.warning("您正在使用初始密码。请先设置自己的密码，再使用其他功能。", icon=":material/key:")
if "changed" in st.query_params:
    st.success("密码已修改，其他浏览器中的登录已全部退出。", icon=":material/check_circle:")

with st.form("password", width=480):
    old = st.text_input("当前密码", type="password", autocomplete="current-password") or ""
    new = st.text_input("新密码", type="password", autocomplete="new-password") or ""
    again = st.text_input("再输入一次新密码", type="password", autocomplete="new-password") or ""
    st.caption(passwords.rule())
    submitted = st.form_submit_button("修改密码", type="primary")

if submitted:
    if new != again:
        raise ProgrammeError("两次输入的新密码不一致。")
    if new == old:
        raise ProgrammeError("新密码不能与当前密码相同。")
    session.change_password(actor, old, passwords.chosen(new, actor.username, actor.name))
    session.enter(actor, "/" if actor.must_change_password else "/password?changed=1")
