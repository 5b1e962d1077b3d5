"""操作记录: what was done, by whom, to what; newest first."""

from datetime import timedelta
from functools import partial

import pandas as pd
import streamlit as st

import db
from components import audit_table, session
from programme import audit_queries
from programme.audit import ACTIONS
from programme.audit_queries import Wanted
from programme.permissions import Permission
from programme.settings import BEIJING, moment

actor = session.guard(Permission.SEE_AUDIT)

PERIODS = {"全部": None, "今天": 0, "近7天": 6, "近30天": 29, "近半年": 182}
PAGE = 50

st.title("操作记录", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom"):
    period = st.selectbox("时间", list(PERIODS), width=140)
    action = st.selectbox(
        "操作", list(ACTIONS), index=None, format_func=ACTIONS.__getitem__, placeholder="全部", width=180
    )
    user = st.text_input("操作人", placeholder="单位名称", width=200) or ""
    text = st.text_input("查找", placeholder="对象、县名或内容", width=240) or ""

days = PERIODS[period]
first = None if days is None else moment().astimezone(BEIJING).date() - timedelta(days=days)
wanted = Wanted(action or "", user, text, first)
with db.reading() as store:
    total = audit_queries.event_count(store, actor, wanted)

if not total:
    st.info("没有符合条件的记录，请放宽条件。", icon=":material/search_off:")
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(f"共{total:,}条，最新的在前；时间为北京时间。记录只能增加，不能修改或删除。")
    st.download_button(
        "下载 CSV", partial(audit_table.csv, session.later(Permission.SEE_AUDIT), wanted), "操作记录.csv", "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
table = st.container()
pages = -(-total // PAGE)
number = min(st.pagination(pages), pages) if pages > 1 else 1
with db.reading() as store:
    shown = audit_table.rows(audit_queries.events(store, actor, wanted, limit=PAGE, offset=(number - 1) * PAGE))
table.dataframe(
    pd.DataFrame(shown, columns=audit_table.COLUMNS), hide_index=True, alt="操作记录", column_config=audit_table.WIDTHS
)
