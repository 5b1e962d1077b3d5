"""项目详情: one project, where it stands and what is next, what was done, whom it serves, where each entry comes from."""

import streamlit as st

import db
from components import application_view, labels, project_details, project_track, projects, session
from programme import project_queries
from programme.permissions import Permission

actor = session.guard(Permission.SEE_PROJECT)

st.page_link("pages/projects/list.py", label="返回项目列表", icon=":material/arrow_back:")
number = st.query_params.get("no", "")
if not number:
    st.info("请从项目列表选择一个项目。", icon=":material/touch_app:")
    st.stop()
with db.reading() as store:
    project = project_queries.project(store, actor, number)

st.title(labels.plain(project["name"]), anchor=False)
st.markdown(
    " ".join(
        [f":orange-badge[{projects.SAMPLE}]"] * project.sample
        + [projects.state_badge(actor, project["state"]), projects.outcome_badge(project["outcome"])]
        + [labels.plain(project["enterprise"])]
    )
)
st.markdown(projects.track(project["stage"]))
st.caption(project_details.stage_note(project["stage"]))
project_track.show(actor, project)
project_details.show_desks(project)
if project.enterprise_id is not None and st.toggle("查看申报书和附件", key="project-application"):
    application_view.show(actor, number)

facts, serves = st.columns([3, 2], gap="large")
with facts:
    st.subheader("基本情况", anchor=False)
    st.table(project_details.facts_table(project), border="horizontal", hide_header=True, alt="项目基本情况")
with serves:
    st.subheader("面向贫困县", anchor=False)
    project_details.show_counties(actor, project)
    project_details.show_sources(actor, project)
