"""执行方案: a county writes its plan and says what became of it; everybody above reads it, and reviews it where it is theirs to."""

import streamlit as st

import db
from components import acts, plan_desk, plan_form, receipts, session
from programme.catalogue import catalogue
from programme.permissions import Permission, refusal
from programme.plans import plans

actor = session.guard(Permission.SEE_PLAN)
year = catalogue().current_year

st.title("执行方案")
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    found = plans(opened, actor, year)
if not found:
    st.info("名单中还没有您范围内的县。请办公室先导入县名单。", icon=":material/info:")
    st.stop()
if refusal(actor, Permission.SUBMIT_PLAN) is None:
    plan_form.show(actor, found[0], year)
else:
    plan_desk.show(actor, found, year)
