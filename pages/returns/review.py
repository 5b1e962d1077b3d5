"""审核: which returns of the province wait, what changed in them, and are they right?"""

import streamlit as st

from components import review_desk, session
from programme.obligations import Step
from programme.permissions import Permission

actor = session.guard(Permission.REVIEW_RETURN)
st.title("审核")
review_desk.show(actor, Step.APPROVED)
