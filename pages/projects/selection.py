"""省内遴选: which applications wait, how good are they, and which 3–5 does the province recommend?"""

import streamlit as st

import db
from components import acts, receipts, selection_desk, selection_lists, session
from programme.permissions import Permission
from programme.project_lists import settled_lists
from programme.selection_queries import desk

actor = session.guard(Permission.SELECT_PROJECT)

st.title("省内遴选", anchor=False)
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    found, lists = desk(opened, actor), settled_lists(opened, actor)
if not actor.province_code:
    st.caption(
        "各省申报由省网信办遴选；这里办理中央所属国有企业和重点网信企业直接向国家网信办提交的申报，并查看各省报送的名单。"
    )
selection_desk.headline(actor, found)

ways = {"applications": "办理申报", "lists": f"报送名单（{len(lists)}）"}
way = st.radio(
    "看什么", list(ways), horizontal=True, key="selection-way", format_func=ways.__getitem__, label_visibility="collapsed"
)  # fmt: skip
if way == "lists":
    if actor.province_code:
        selection_lists.offer_reporting(actor, found)
    selection_lists.show_settled(lists)
elif found.applications:
    selection_desk.table(actor, found)
    selection_desk.one_application(actor, found)
else:
    st.info("还没有企业提交申报。企业提交后会出现在这里，等待受理。", icon=":material/inbox:")
