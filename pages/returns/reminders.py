"""催报: who was reminded of which returns, when, by which way, and did it arrive?"""

import streamlit as st

import db
from components import reminder_notes, session
from programme import reminder_log
from programme.permissions import Permission, Role

actor = session.guard(Permission.SEE_COUNTY)
own = actor.role is Role.COUNTY

st.title("催报")
reminder_notes.still_open(actor)
if actor.role in (Role.PROVINCE, Role.OFFICE):
    views = ["通知本账号的", "范围内各县的"]
    own = st.radio("看哪些催报", views, horizontal=True, label_visibility="collapsed") == views[0]
with db.reading() as opened:
    total = reminder_log.count(opened, actor, own=own)
st.caption(reminder_notes.rule())
if not total:
    st.info("没有催报记录。" if not own else "还没有催报过您。月报按时报送，就不会被催。", icon=":material/inbox:")
    st.stop()

st.subheader(f"共{total}条，最新的在前")
shown = st.container()
pages = -(-total // reminder_notes.PAGE)
number = min(st.pagination(pages), pages) if pages > 1 else 1
with db.reading() as opened:
    offset = (number - 1) * reminder_notes.PAGE
    told = reminder_log.log(opened, actor, own=own, limit=reminder_notes.PAGE, offset=offset)
with shown:
    reminder_notes.newest(told)
    reminder_notes.table(told, own=own)
