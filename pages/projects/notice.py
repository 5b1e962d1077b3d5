"""公示与异议: notices over the proposed projects, what is objected against them, and the confirmation of the list."""

import streamlit as st

import db
from components import acts, notice_desk, receipts, session
from programme import objections, public_notices
from programme.permissions import Permission
from programme.review_facts import review_facts

actor = session.guard(Permission.ORGANISE_NOTICE)

st.title("公示与异议", anchor=False, help=review_facts().notice_citation)
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    found = public_notices.notices(opened, actor)
    handled = objections.objections(opened, actor)
    proposed = public_notices.proposed_count(opened)
notice_desk.show(found, handled, proposed)
