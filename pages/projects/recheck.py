"""动态复核: which projects should be re-checked and why, how far the others are, and what is decided."""

import streamlit as st

from components import acts, receipts, recheck_desk, session
from programme.permissions import Permission

actor = session.guard(Permission.SEE_PROJECT)

st.title("动态复核", anchor=False)
receipts.show(acts.RECEIPT)
recheck_desk.show(actor)
