"""项目申报: an enterprise writes its application, attaches what belongs to it, hands it in, and sees where it stands."""

import streamlit as st

import db
from components import acts, apply_page, enterprise_desk, receipts, session
from programme import applications, enterprises
from programme.permissions import Permission

actor = session.guard(Permission.APPLY)

st.title("项目申报", anchor=False)
receipts.show(acts.RECEIPT)
with db.reading() as store:
    enterprise = enterprises.enterprise_of(store, actor)
    project = applications.application_of(store, actor)
if enterprise is None:
    st.info("这个账号没有登记的企业，不能申报。请在登录页点“申报企业注册”重新登记。", icon=":material/domain_disabled:")
    st.stop()
enterprise_desk.own_state(enterprise)
way = st.radio("看什么", ["申报书", "登记信息"], horizontal=True, label_visibility="collapsed", key="apply-way")
if way == "登记信息":
    enterprise_desk.own(enterprise)
else:
    apply_page.show(actor, enterprise, project)
