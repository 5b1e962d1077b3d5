"""通知渠道: by which ways do notices leave the platform, and do they arrive?"""

import streamlit as st

import db
from components import channel_desk, receipts, session
from programme import channels
from programme.permissions import Permission

actor = session.guard(Permission.MANAGE_CHANNELS)

st.title("通知渠道", anchor=False)
receipts.show(channel_desk.RECEIPT)
with db.reading() as opened:
    ways = channels.ways(opened, actor)
st.caption(f"平台内的催报列表总是有的；这里设置另外的渠道。{channel_desk.retries()}")
if st.button("新建渠道", type="primary", icon=":material/add:"):
    channel_desk.create()
if not ways:
    st.info("还没有设置渠道，催报只显示在平台内。", icon=":material/notifications_off:")
    st.stop()
channel_desk.table(ways)
names = {way.id: way.name for way in ways}
chosen = st.selectbox("设置哪个渠道", list(names), format_func=names.__getitem__, key="channel", width=320)
channel_desk.actions(actor, next((way for way in ways if way.id == chosen), ways[0]))
