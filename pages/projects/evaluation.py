"""绩效评估: which projects were drawn, by what standard they are judged, and what was found."""

import streamlit as st

from components import evaluation_desk, project_acts, receipts, session
from programme.permissions import Permission

actor = session.guard(Permission.SEE_PROJECT)

st.title("绩效评估", anchor=False)
receipts.show(project_acts.RECEIPT)
evaluation_desk.show(actor)
