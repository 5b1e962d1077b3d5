"""展望: at the present pace, which targets are reached when, and what if the coming months bring other figures?"""

import streamlit as st

from components import ahead, basis, downloads, filters, session, store
from programme.catalogue import catalogue
from programme.county_queries import in_scope, in_view
from programme.forecast_queries import part_of
from programme.permissions import Permission

actor = session.guard(Permission.SEE_TOTALS)
view, version = filters.view(), session.data_version()
year = store.year_in(version, catalogue().current_year, view.release)
added = store.sums(version, year, view)

st.title("展望")
basis.require_counties(view, added)
basis.show(view, added)

found = store.outlooks(version, year, view)
st.subheader(f"照近三个月的速度：{ahead.headline(found)}")
ahead.table(found)
ahead.rule()
notes = [basis.text(view, added), "推算：近三个月月均增长顺推，不是概率。"]
downloads.table(f"展望_{basis.tag(view)}", notes, ahead.sheet(found), key="ahead")

st.subheader("如果以后各月不是这个数")
targets = {target.name: (target, now) for target, now in found}
chosen = st.selectbox("指标与范围", targets, index=ahead.pressing(found), key="target", bind="query-params")
target, now = targets[chosen]
ahead.told(now)
chain = store.returns(version, year, view.release)
seen = in_view(in_scope(actor, store.counties(version, year, view.month, view.release)), view)
inside = seen[seen["tier"].isin(target.tiers)]
paces = {
    f"{name}（{code}）": part_of(chain, now, int(county))
    for county, code, name in inside[["code", "name"]].itertuples()
}
ahead.what_if(now, ahead.parts_of(paces), "所选各县合计")
