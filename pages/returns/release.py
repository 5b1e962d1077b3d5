"""发布: what would the month's release hold, and what is out already?"""

import streamlit as st

from components import receipts, release_desk, session
from programme.catalogue import catalogue
from programme.permissions import Permission, refusal

actor = session.guard(Permission.SEE_TOTALS)
year = catalogue().current_year

st.title("发布")
receipts.show(release_desk.RECEIPT)
if refusal(actor, Permission.MAKE_RELEASE) is None:
    release_desk.make(actor, year)
release_desk.issued(actor, year)
