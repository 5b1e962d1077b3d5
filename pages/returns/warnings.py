"""预警: where do the figures say that something goes wrong, and what is being done about it?"""

import streamlit as st

from components import acts, downloads, receipts, session, store, warning_desk
from programme import settings
from programme.catalogue import catalogue
from programme.early_warnings import in_scope
from programme.permissions import Permission

actor = session.guard(Permission.SEE_WARNING)
version, year = session.data_version(), catalogue().current_year

st.title("预警")
receipts.show(acts.RECEIPT)
found = in_scope(actor, store.warnings(version, year))
st.subheader(warning_desk.headline(found))
st.caption(
    f"按工作口径（已报送、未经发布）逐月判断，截至{store.latest_month(version, year).chinese}底；未报的月份不作判断。"
    "规则由办公室维护，不评价工作优劣，只提示核实。"
)
if not found:
    st.info("范围内各县的月报没有触发预警。", icon=":material/check_circle:")
    st.stop()
shown = warning_desk.narrowed(found)
if not shown:
    st.info("没有符合条件的预警。可改选上面的状态。", icon=":material/check_circle:")
    st.stop()
warning_desk.table(shown)
downloads.table(f"预警_{settings.today()}", ["工作口径（已报送、未经发布）"], warning_desk.sheet(shown), key="warnings")
warning_desk.one_of(actor, shown)
