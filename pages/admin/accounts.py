"""账号管理: who may sign in; new accounts, one-time passwords, locks."""

import pandas as pd
import streamlit as st

import db
from components import account_dialogs, session
from components.moments import moment_text
from programme import account_queries
from programme.permissions import ROLE_NAMES, Permission, Role

actor = session.guard(Permission.MANAGE_ACCOUNTS)

st.title("账号管理", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom"):
    with db.reading() as store:
        provinces = dict(account_queries.provinces(store))
    role = st.selectbox(
        "角色", list(Role), index=None, format_func=ROLE_NAMES.__getitem__, placeholder="全部", width=200
    )
    province = st.selectbox(
        "省（区、市）", list(provinces), index=None, format_func=provinces.__getitem__, placeholder="全部", width=200
    )
    text = st.text_input("查找", placeholder="用户名、单位或县名", width=240) or ""
    if st.button("新建账号", type="primary", icon=":material/person_add:"):
        account_dialogs.create()

with db.reading() as store:
    found = account_queries.account_list(store, actor, role=role, province_code=province or "", text=text)

st.caption(f"共{len(found)}个账号。选中一行可停用、重置密码或解除锁定。")
if not found:
    st.info("没有符合条件的账号，请放宽条件或新建账号。", icon=":material/search_off:")
    st.stop()

table = pd.DataFrame(
    {
        "状态": account_dialogs.state(account),
        "用户名": account.username,
        "单位": account.name,
        "角色": ROLE_NAMES[account.role],
        "范围": account.place or "全国",
        "最近登录": moment_text(account.last_signed_in),
        "备注": "示例账号" if account.sample else "",
    }
    for account in found
)
chosen = st.dataframe(
    table, hide_index=True, on_select="rerun", selection_mode="single-row", key="accounts", alt="账号列表"
).selection["rows"]
if chosen and chosen[0] < len(found):
    account_dialogs.actions(found[chosen[0]], own=found[chosen[0]].id == actor.id)
