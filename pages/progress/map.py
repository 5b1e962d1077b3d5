"""地图: where do the counties stand, which of them are behind, and which belong together?"""

import streamlit as st

from components import atlas, basis, downloads, filters, maps, session, store, width
from components.map_views import Question, Sight, focus
from components.scheme import scheme
from programme.catalogue import catalogue
from programme.county_queries import in_scope, in_view
from programme.permissions import Permission

actor = session.guard(Permission.SEE_TOTALS)
view, version = filters.view(), session.data_version()
year = store.year_in(version, catalogue().current_year, view.release)
added, every = store.sums(version, year, view), store.counties(version, year, view.month, view.release)
shown = in_view(in_scope(actor, every), view).index.tolist()

st.title("地图")
kpi = atlas.asked(year)
basis.show(view, added)
if every.empty:
    st.info("还没有县名单。请办公室先导入县名单，地图上才有县。", icon=":material/info:")
    st.stop()

finding = st.container()
left, right = st.columns([5, 3], gap="medium")
with left:
    drawn = st.container()
    pixels = width.of_column("map-width", maps.WIDEST)
chosen = atlas.pointed_at(every, view.core_county_id)
around = focus(every, shown, view.core_county_id, chosen)
sight = Sight(Question.of(version, year, view.month, kpi, shown, view.release), around, chosen, scheme().name, pixels)
finding.subheader(sight.sentence)
with drawn:
    atlas.show(sight)
with right:
    atlas.beside(sight)

name = f"{kpi.name}完成率" if kpi else "月报报送情况"
st.subheader("同样的数，列成表")
st.caption(f"最需要关注的排在最前：先是{'未报' if kpi else '逾期未报'}的县{'，再按完成率由低到高' if kpi else ''}。")
atlas.table(sight.table, f"各县{name}", pixels)
notes = [basis.text(view, added), "县均份额为目标除以该组县数，仅作参照。"]
downloads.table(f"各县{name}_{basis.tag(view)}", notes, sight.sheet, key="map")
