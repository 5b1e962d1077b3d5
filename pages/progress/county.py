"""县: one county. Where does it stand, what did it hand in, and from which cell does each figure come?"""

import streamlit as st

import db
from components import ahead_county, county, filters, papers_desk, plan_view, session, store
from programme.carrying_queries import projects_of_county
from programme.catalogue import catalogue
from programme.county_queries import in_scope, released_revisions, revisions
from programme.permissions import Permission
from programme.queries import View

actor = session.guard(Permission.SEE_COUNTY)
version, year = session.data_version(), catalogue().current_year

st.title("县")
latest = in_scope(actor, store.counties(version, year, store.latest_month(version, year)))
if latest.empty:
    st.info("名单中还没有您范围内的县。请办公室先导入县名单。", icon=":material/info:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    code = filters.county(county.names(latest), county.own(latest, actor))
    view = filters.whole_view(actor, version)
month, frozen = view.month, store.year_in(version, year, view.release)
every = store.counties(version, year, month, view.release)
place = every[every["code"] == code].iloc[0]

county.profile(place, every, month)
county.standing(place, frozen, view)
papers_desk.of_county(actor, place, year)

with db.reading() as opened:
    history = revisions(opened, actor, int(place.name))
    released = released_revisions(opened, int(place.name), view.release) if view.release else None
    named = projects_of_county(opened, actor, int(place.name))
ways = ["逐月数据", "展望", "组内位置", "报送与来源", "一个数的来历", "执行方案"]
tab = st.radio("看什么", ways, horizontal=True, label_visibility="collapsed")
if tab == "逐月数据":
    shown = [row for row in history if released is None or (row.month, row.revision) in released]
    county.months(place, year, month, shown)
elif tab == "展望":
    added = store.sums(version, frozen, View(month, release=view.release))
    ahead_county.show(place, store.returns(version, year, view.release), frozen, added, view)
elif tab == "一个数的来历":
    county.trace(actor, place, year, month)
elif tab == "组内位置":
    county.group(place, in_scope(actor, every), every, year)
elif tab == "执行方案":
    plan_view.of_county(actor, code, year)
else:
    county.returns(actor, place, year, history)
county.projects(named)
