"""佐证台账: what do the reported figures rest on, and where do they differ from it?"""

import streamlit as st

import db
from components import filters, register_desk, session
from programme import forms, reconciliation
from programme.catalogue import catalogue
from programme.permissions import Permission, refusal

actor = session.guard(Permission.SEE_REGISTER)
year = catalogue().current_year

st.title("佐证台账", anchor=False)
register_desk.receipt()
with db.reading() as opened:
    counties = reconciliation.seen(opened, actor, year)
if not counties:
    st.info("名单中还没有您范围内的县。请办公室先导入县名单。", icon=":material/info:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    names = {county.code: f"{county.name}（{county.province}）" for county in counties}
    code = filters.county(names, counties[0].code) if len(counties) > 1 else counties[0].code
    month = filters.reporting_month(forms.reportable_months(year))
county = next(known for known in counties if known.code == code)

with db.reading() as opened:
    lines = reconciliation.reconcile(opened, actor, month, [county.county_id])
    shared = reconciliation.shared(opened, actor, county.county_id, month)
    totals = reconciliation.overall(opened, actor, month) if len(counties) > 1 else []
may_hand_in = refusal(actor, Permission.SUBMIT_REGISTER, county.subject) is None

register_desk.comparison(lines, month)
register_desk.explanations(lines, may=may_hand_in)
register_desk.shared_items(shared)
if may_hand_in:
    register_desk.hand_in(actor, county, month)
register_desk.overall(totals, len(counties))
