"""The parts of a project's page: facts, counties it serves, sources of its entries."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

import db
from components import pages, session
from components.labels import plain
from components.lists import COUNTY_PAGE
from components.moments import moment_text
from components.projects import DIRECT
from programme import evaluations, project_queries
from programme.permissions import Actor, Permission, Subject, refusal, scope_of
from programme.project_facts import project_facts
from programme.project_queries import ProjectView, Source
from programme.project_track import reads_public_wording

CARRYING = ("pages/projects/carrying.py", "里程碑和进展")
EVALUATION = ("pages/projects/evaluation.py", "评估结果")
RECHECK = ("pages/projects/recheck.py", "复核和群众反映")
FACTS = (
    "no", "enterprise", "enterprise_code", "enterprise_category", "head_of_unit", "project_leader", "province",
    "channel", "direction", "category", "stage", "outcome", "remark",
)  # fmt: skip


def facts_table(project: ProjectView) -> pd.DataFrame:
    """栏目 and 内容, the texts safe for markdown; — for what is not registered."""
    facts = project_facts()
    rows = [(facts.column(name).heading, plain(_text(project, name)) or "—") for name in FACTS]
    return pd.DataFrame(rows, columns=["栏目", "内容"]).set_index("栏目")


def _text(project: ProjectView, name: str) -> str:
    if name == "province":
        return project.province or DIRECT
    return project_facts().word(name, project[name]) if name in project_facts().lists else project[name]


def stage_note(stage: str) -> str:
    """What the notice says of the stage, with its date where it sets one."""
    facts = project_facts()
    text = f"依据：{facts.document}，{facts.choice('stage', stage).clause}。"
    deadline = next((deadline for deadline in facts.deadlines() if deadline.stage == stage), None)
    if deadline:
        day = deadline.day
        text += f"{deadline.called_by}要求{day.year}年{day.month}月{day.day}日前{deadline.name}。"
    return text


def show_desks(project: ProjectView) -> None:
    """The way to what was promised, told and found since the project was selected, for whoever reads the project."""
    facts = project_facts()
    selected = facts.choice("stage", project["stage"]).selected
    with db.reading() as store:
        drawn = evaluations.round_of(store, project.id) is not None
    here = ((selected, CARRYING), (drawn, EVALUATION), (selected and project["state"] != "confirmed", RECHECK))
    with st.container(horizontal=True):
        for is_there, (file, label) in here:
            if is_there:
                st.page_link(
                    pages.linked(file), label=label, icon=":material/arrow_forward:", query_params={"no": project["no"]}
                )


# --- counties -------------------------------------------------------------------------------------------------------


def show_counties(actor: Actor, project: ProjectView) -> None:
    """A link where the county takes part in the programme year and the actor may see its page, else its name."""
    if not project.counties:
        st.caption("没有登记面向的贫困县。")
    for county in project.counties:
        name = f"{county.province}{county.name}（{county.code}）"
        subject = Subject(county.id, county.province_code)
        if county.id in project.members and refusal(actor, Permission.SEE_COUNTY, subject) is None:
            st.page_link(COUNTY_PAGE, label=name, icon=":material/location_on:", query_params={"county": county.code})
        else:
            st.markdown(f":material/location_on: {name}")


# --- sources --------------------------------------------------------------------------------------------------------


def show_sources(actor: Actor, project: ProjectView) -> None:
    """The imports that gave the present entries, newest first: file, sheet, cells, importer, time. Not for the enterprise."""
    if not project.sources or reads_public_wording(actor):
        return
    st.subheader("数据来源", anchor=False)
    for number, source in enumerate(reversed(project.sources)):
        with st.container(border=True):
            st.markdown(f"**{plain(source.file_name)}**  \n工作表“{plain(source.sheet)}” · {_cells(source)}")
            st.caption(
                f"{plain(source.imported_by)}导入，{moment_text(source.imported_at)} · SHA-256 {source.sha256[:12]}…"
            )
            _download(actor, project, source, number)


def _cells(source: Source) -> str:
    """项目编号A3、项目名称B3 …; the province's cell under 省份."""
    facts = project_facts()
    names = {"province_code": facts.column("province").heading}
    cells = [(names.get(name) or facts.column(name).heading, cell) for name, cell in source.cells.items() if cell]
    return "、".join(f"{heading}{cell}" for heading, cell in cells)


def _download(actor: Actor, project: ProjectView, source: Source, number: int) -> None:
    scope = scope_of(actor, Permission.SEE_PROJECT)
    if scope and all(scope(actor, Subject(None, code)) for code in source.provinces):
        content = partial(_content, session.later(Permission.SEE_PROJECT), project["no"], source.sha256)
        st.download_button(
            "下载原文件",
            content,
            source.file_name,
            key=f"source_{number}",
            icon=":material/download:",
            on_click="ignore",
        )


def _content(later: Callable[[], Actor], no: str, sha256: str) -> bytes:
    actor = later()
    with db.reading() as store:
        return project_queries.source_file(store, actor, no, sha256)[1]
