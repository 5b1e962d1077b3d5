"""入选名单: the judged projects in their order, and who is listed."""

import streamlit as st

import db
from components import acts, receipts, session, shortlist_desk
from programme import shortlist
from programme.permissions import Permission
from programme.project_facts import project_facts

actor = session.guard(Permission.ORGANISE_NOTICE)

st.title("入选名单", anchor=False, help=project_facts().goal_citation)
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    found = shortlist.shortlist(opened, actor)
shortlist_desk.show(found, actor)
