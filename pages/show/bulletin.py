"""通报: what does the bulletin of a release say, and from which figures?"""

import streamlit as st

from components import acts, bulletin_desk, bulletin_view, receipts, session
from programme.permissions import Permission, refusal

actor = session.guard(Permission.SEE_TOTALS)

st.title("通报")
receipts.show(acts.RECEIPT)
if refusal(actor, Permission.MAKE_BULLETIN) is None:
    bulletin_desk.show(actor)
else:
    bulletin_view.issued(actor)
