"""使用手册: how is this page used, and what do the figures mean?"""

import streamlit as st

from components import manual, session
from programme.permissions import Permission

actor = session.guard(Permission.OWN_ACCOUNT)
st.title("使用手册")
topic = st.selectbox("看哪一节", manual.topics(actor), format_func=manual.title_of, key="topic", bind="query-params")
st.header(manual.title_of(topic))
manual.show(topic)
