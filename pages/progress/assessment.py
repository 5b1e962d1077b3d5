"""活动评估: how does each county and group stand by the standard, and from which figures does that come?"""

import streamlit as st

from components import acts, county_evaluation_desk, receipts, session
from programme.permissions import Permission

actor = session.guard(Permission.SEE_COUNTY_EVALUATION)

st.title("活动评估", anchor=False)
receipts.show(acts.RECEIPT)
county_evaluation_desk.show(actor)
