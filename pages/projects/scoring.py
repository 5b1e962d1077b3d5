"""评审打分: an expert judges the projects given to them."""

import streamlit as st

import db
from components import acts, receipts, scoring_desk, session
from programme import experts, scoring
from programme.permissions import Permission

actor = session.guard(Permission.SCORE_PROJECT)

st.title("评审打分", anchor=False)
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    own = experts.own_profile(opened, actor)
    tasks = scoring.own_tasks(opened, actor)
    held = experts.ties(opened, actor.id)
scoring_desk.show(own, tasks, held)
