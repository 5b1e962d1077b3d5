"""The enterprise's own page: where its project stands, and what is there to do with it."""

import streamlit as st

import db
from components import application_view, apply_documents, apply_form
from components.labels import plain
from components.moments import moment_text
from programme import project_life
from programme.applications import OPEN_STATES
from programme.enterprises import REFUSED, EnterpriseView
from programme.models import Project
from programme.permissions import Actor
from programme.project_facts import project_facts

RETURNED = "returned"


def show(actor: Actor, enterprise: EnterpriseView, project: Project | None) -> None:
    if project is None:
        if enterprise.status != REFUSED:
            apply_form.offer_beginning(enterprise.province)
        return
    _headline(project)
    if project.state in OPEN_STATES:
        apply_form.show(actor, project)
        return
    apply_documents.moves(actor, project)
    application_view.show(actor, project.no)
    apply_documents.ways_out(actor, project)
    if project.stage in project_facts().stages_where("ended"):
        apply_form.offer_beginning(enterprise.province)


def _headline(project: Project) -> None:
    facts = project_facts()
    st.header(plain(project.name), anchor=False)
    way = facts.word("channel", project.channel)
    sample = " :orange-badge[示例数据]" if project.sample else ""
    st.markdown(f"项目编号 {plain(project.no)} · {way} · **{facts.state(project.state).public}**{sample}")
    assert project.id is not None
    with db.reading() as store:
        track = project_life.history(store, project.id)
    if project.state == RETURNED and track:
        last = track[-1]
        st.warning(
            f"{plain(last.user_name)}于{moment_text(last.at)}退回修改：{plain(last.note)} 请修改后重新盖章、提交。",
            icon=":material/undo:",
        )
    elif track:
        st.caption(" → ".join(f"{one.public}（{moment_text(one.at)}）" for one in track))
