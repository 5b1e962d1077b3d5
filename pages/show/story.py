"""展示材料: a county writes its story with pictures and products; the office reviews it and puts it on show."""

import streamlit as st

import db
from components import acts, receipts, session, story_desk
from programme.catalogue import catalogue
from programme.material_facts import STORY
from programme.materials import pieces
from programme.permissions import Permission, refusal
from programme.returns import members_of

actor = session.guard(Permission.WRITE_STORY)

st.title("展示材料")
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    members = {one.code: one for one in members_of(opened, catalogue().current_year).values()}
    found = pieces(opened, actor, STORY)
own = [member for member in members.values() if member.county_id == actor.county_id]
if refusal(actor, Permission.SHOW_STORY) is None and (members or found):
    story_desk.of_office(actor, found, members)
elif own:
    story_desk.of_county(actor, found, own[0])
else:
    st.info("名单中还没有您范围内的县。请办公室先导入县名单。", icon=":material/info:")
