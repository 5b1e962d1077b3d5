"""通知地址: where notices reach this account beside the platform itself."""

import streamlit as st

import db
from components import receipts, session
from programme import channels
from programme.permissions import Permission

actor = session.guard(Permission.OWN_ACCOUNT)

st.title("通知地址", anchor=False)
receipts.show("contact")
with db.reading() as opened:
    address = channels.address_of(opened, actor)
st.caption("催报等通知一律显示在平台内。填写邮箱后，系统管理员设置了邮件渠道的，同时发到这个邮箱；留空则不发。")
with st.form("contact", width=480):
    typed = st.text_input("邮箱", address, max_chars=200, placeholder="name@example.cn", autocomplete="email") or ""
    saved = st.form_submit_button("保存", type="primary")
if saved:
    with db.transaction() as opened:
        channels.set_address(opened, actor, typed)
    receipts.keep("contact", "通知地址已保存。" if typed.strip() else "通知地址已清空，不再发送邮件。", done=True)
    st.rerun()
