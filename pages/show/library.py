"""经验案例: what was learnt, to find and to read; counties write entries here, the office reviews them."""

import streamlit as st

import db
from components import acts, filters, library_view, practice_desk, receipts, session
from programme.catalogue import catalogue
from programme.permissions import Permission, refusal
from programme.returns import members_of

actor = session.guard(Permission.SEE_LIBRARY)

READING, WRITING = "查阅", "编写和审定" if refusal(actor, Permission.SHOW_STORY) is None else "编写"

st.title("经验案例")
receipts.show(acts.RECEIPT)
way = READING
if refusal(actor, Permission.WRITE_STORY) is None:
    way = filters.one_way("way", "看什么", [READING, WRITING])
if way == READING:
    library_view.show(actor)
else:
    with db.reading() as opened:
        members = {one.code: one for one in members_of(opened, catalogue().current_year).values()}
    practice_desk.show(actor, members)
