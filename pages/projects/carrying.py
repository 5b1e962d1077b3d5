"""项目实施: what the enterprises launched, what they promised, how far they have come, and what waits for whom."""

import streamlit as st

from components import acts, carrying_desk, receipts, session
from programme.permissions import Permission

actor = session.guard(Permission.SEE_PROJECT)

st.title("项目实施", anchor=False)
receipts.show(acts.RECEIPT)
carrying_desk.show(actor)
