"""接收: which returns have come up the line, and can they stand?"""

import streamlit as st

from components import review_desk, session
from programme.obligations import Step
from programme.permissions import Permission

actor = session.guard(Permission.ACCEPT_RETURN)
st.title("接收")
review_desk.show(actor, Step.ACCEPTED)
