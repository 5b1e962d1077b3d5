"""博览会大屏: what plays on the wall now, and how shall it play?"""

import streamlit as st

import db
from components import acts, receipts, session, wall_desk
from programme import wall_arranging, wall_standing
from programme.permissions import Permission

actor = session.guard(Permission.ARRANGE_WALL)

st.title("博览会大屏", anchor=False)
receipts.show(acts.RECEIPT)
with db.reading() as opened:
    arranged, released = wall_arranging.arrangement(opened), wall_standing.mark(opened) is not None
above = st.container()
wall_desk.arranging(arranged, playing=released)
with above:
    wall = wall_desk.playing()
if wall:
    wall_desk.for_a_stick(wall)
