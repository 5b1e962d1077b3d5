"""指标: one indicator in depth. Who carries it, who falls behind, and how concentrated is it?"""

import streamlit as st

from components import ahead, basis, charts, downloads, filters, labels, lists, pages, progress, session, store
from components.scheme import scheme
from programme.catalogue import TIER_NAMES, catalogue
from programme.county_queries import in_scope, in_view
from programme.forecast_series import of_sums
from programme.forecasts import outlook
from programme.permissions import Permission

actor = session.guard(Permission.SEE_TOTALS)
view, version = filters.view(), session.data_version()
year = store.year_in(version, catalogue().current_year, view.release)
lines, added = store.progress(version, year, view), store.sums(version, year, view)
targets = {line.target.name: line for line in lines}

st.title("指标")
basis.require_counties(view, added)
chosen = st.selectbox("指标与范围", targets, key="target", bind="query-params")
line, kpi = targets[chosen], targets[chosen].target.kpi
basis.show(view, added)
spec, sentence = progress.trend(version, year, view, line.target, scheme())
st.subheader(f"{labels.light_text(line.light.value)}：完成{labels.percent(line.attainment)}")
st.caption(f"{sentence}本月环比{labels.percent(line.month_on_month)}。")
st.vega_lite_chart(spec, theme=None)
ahead.told(outlook(of_sums(added, year, line.target, view)))
st.page_link(pages.linked(ahead.PAGE), label="如果以后各月不是这个数（展望）", icon=":material/trending_up:")
st.caption(f"口径：{kpi.definition} 依据：{line.target.citation}")

seen = in_view(in_scope(actor, store.counties(version, year, view.month, view.release)), view)
values = progress.county_values(seen[seen["tier"].isin(line.target.tiers)], year, kpi)
if len(values) > 1:
    st.subheader("各县贡献")
    st.caption(charts.contributions_sentence(values))
    st.vega_lite_chart(charts.contributions(values, scheme(), kpi.unit), theme=None)
    if len(values) > progress.MANY:
        st.caption(charts.concentration_sentence(values))
        st.vega_lite_chart(charts.concentration(values, scheme()), theme=None)
    cores = progress.cores(seen, store.counties(version, year, view.month, view.release))
    groups = progress.group_frame(version, year, view, line.target, cores)
    if len(groups) > 1 and len(values) > len(groups):
        st.subheader("各核心示范县组")
        st.caption(charts.groups_sentence(groups))
        st.vega_lite_chart(charts.groups(groups, scheme()), theme=None)

st.subheader("数据表")
table = progress.county_table(values)
st.dataframe(table, hide_index=True, alt=f"{chosen}各县数据表")
lists.origins(values, view)
notes = [
    basis.text(view, added),
    f"{kpi.name}：{kpi.definition}",
    f"单位：{kpi.unit}；县均份额为目标除以该组县数，仅作参照。",
]
downloads.table(f"{kpi.name}_{TIER_NAMES[line.target.tier]}_{basis.tag(view)}", notes, table, key="counties")
