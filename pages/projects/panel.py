"""专家评审: how far the review of each project is; experts, draw and minutes beside it."""

import streamlit as st

import db
from components import acts, expert_desk, panel_desk, receipts, session
from programme import experts, panel_results
from programme.permissions import Permission
from programme.review_facts import review_facts

actor = session.guard(Permission.ORGANISE_REVIEW)

st.title("专家评审", anchor=False, help=review_facts().citation)
receipts.show(acts.RECEIPT)
ways = ["评审进度", "抽取专家", "专家名单", "会议纪要"]
way = st.radio("看什么", ways, horizontal=True, key="panel-way", label_visibility="collapsed")
with db.reading() as opened:
    if way == "评审进度":
        found = panel_results.reviews(opened, actor)
    elif way == "专家名单":
        people, held = experts.experts(opened), experts.ties(opened)
    else:
        kept = panel_results.minutes(opened, actor)
if way == "评审进度":
    panel_desk.progress(found)
elif way == "抽取专家":
    panel_desk.draw(actor)
elif way == "专家名单":
    expert_desk.show(people, held)
else:
    panel_desk.minutes(kept)
