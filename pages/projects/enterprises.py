"""企业登记: which enterprises wait to be confirmed, and what became of the others."""

import streamlit as st

import db
from components import acts, enterprise_desk, receipts, session
from programme import enterprises
from programme.permissions import Permission

actor = session.guard(Permission.CONFIRM_ENTERPRISE)

st.title("企业登记", anchor=False)
receipts.show(acts.RECEIPT)
with db.reading() as store:
    found = enterprises.enterprise_list(store, actor)
enterprise_desk.show(found)
