"""The overview in plain Streamlit: cached frame, select boxes, Altair charts, tables."""

import altair as alt
import streamlit as st

from bench.peers import content

st.set_page_config(layout="wide")


@st.cache_data
def figures():
    return content.figures()


@st.cache_data
def targets():
    return content.targets()


frame, goals = figures(), targets()
columns = st.columns(5)
month = int(columns[0].selectbox("截至月份", [str(month) for month in sorted(frame["month"].unique(), reverse=True)]))
chosen = {
    name: column.selectbox(label, content.options(frame, name))
    for column, (name, label) in zip(columns[1:4], content.FILTERS.items(), strict=True)
}
seen = content.narrowed(frame, chosen)
table = content.progress(seen, goals, month)
st.title("总览")
bars = alt.Chart(table).mark_bar().encode(x="attainment", y="kpi", tooltip=["kpi", "actual", "target"])
st.altair_chart(bars + alt.Chart(table).mark_tick().encode(x=alt.value(1), y="kpi"))
with st.expander("以表格查看"):
    st.table(table)
kpi = st.selectbox("看哪一项目标", list(goals["kpi"]))
months = content.by_month(seen, goals, kpi).melt("month", ["actual", "required"])
st.altair_chart(alt.Chart(months).mark_line().encode(x="month:O", y="value", color="variable"))
left, right = st.columns(2)
left.table(content.behind(seen, goals, month))
right.table(content.latest(seen))
