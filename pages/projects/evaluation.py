"""绩效评估: which projects were drawn, by what standard they are judged, and what was found."""

import streamlit as st

from components import acts, evaluation_desk, receipts, session
from programme.permissions import Permission

actor = session.guard(Permission.SEE_PROJECT)

st.title("绩效评估", anchor=False)
receipts.show(acts.RECEIPT)
evaluation_desk.show(actor)
