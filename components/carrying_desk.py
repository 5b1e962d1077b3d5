"""The desk of projects that are carried out: which there are, what waits for whom, and one of them in its three parts."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import carrying_launch, carrying_progress, carrying_promise, move_buttons, project_choice
from components.labels import date_text, plain
from components.projects import SAMPLE
from programme import project_life
from programme.carrying_queries import Carried
from programme.carrying_queries import carried as carried_projects
from programme.permissions import Actor
from programme.progress_reports import STEP_NAMES
from programme.project_facts import project_facts
from programme.project_track import state_text
from programme.promises import CONFIRMED, SENT_BACK
from programme.settings import today

NEXT_LINE: Final = "  \n"
MOVES_HERE: Final = ("launch",)
STEP_FACES: Final = {
    "told": "◆ 待审核",
    CONFIRMED: f"● {STEP_NAMES[CONFIRMED]}",
    SENT_BACK: f"▼ {STEP_NAMES[SENT_BACK]}",
}
PARTS: Final = ("里程碑和效益", "进展报告", "推出记录")


def show(actor: Actor) -> None:
    """The whole page below its title."""
    with db.reading() as opened:
        found = carried_projects(opened, actor)
    if not found:
        st.info("您的范围内还没有入选的项目。项目确认入选后，会显示在这里。", icon=":material/rocket_launch:")
        return
    _headline(found)
    if len(found) > 1:
        st.table(
            pd.DataFrame([_row(one) for one in found]), hide_index=True, border="horizontal", alt="实施中的项目",
            height=420 if len(found) > 8 else "content",
        )  # fmt: skip
    names = {one.project.no: f"{one.project.no} · {one.project.name}" for one in found}
    number = project_choice.chosen("项目", names)
    _one(actor, next(one for one in found if one.project.no == number))


def _headline(found: Sequence[Carried]) -> None:
    states = Counter(one.project.state for one in found)
    facts = project_facts()
    counted = "，".join(f"{state.name}{states[state.code]}个" for state in facts.states if states[state.code])
    late = sum(len(one.promise.overdue) for one in found)
    owed = sum(bool(one.unreported) for one in found)
    st.caption(
        f"截至{date_text(today())}，入选项目{len(found)}个：{counted}。"
        + (f"逾期里程碑{late}个。" if late else "没有逾期的里程碑。")
        + (f"{owed}个项目有应报未报的进展报告。" if owed else "")
    )
    waiting = [one for one in found if one.waits]
    if waiting:
        st.subheader(f"{len(waiting)}个项目等待您办理", anchor=False)


def _row(one: Carried) -> dict[str, str]:
    project, late = one.project, len(one.promise.overdue)
    done = sum(each.shown == "done" for each in one.promise.milestones)
    progress = [f"里程碑{done}/{len(one.promise.milestones)}完成"] if one.promise.revision else ["没有里程碑"]
    progress += [f":red[▼ 逾期{late}个]"] if late else []
    told = [f"{one.newest.name} {STEP_FACES[one.steps[one.newest]]}"] if one.newest else []
    told += [f":orange[○ 未报{len(one.unreported)}期]"] if one.unreported else []
    state = [project_facts().state(project.state).name] + ([f"**◆ {one.waits}**"] if one.waits else [])
    return {
        "项目": f"{plain(project.name)}{NEXT_LINE}:small[:gray[{plain(project.no)} · {plain(project.enterprise)}]]",
        "状态": NEXT_LINE.join(state),
        "进展": NEXT_LINE.join(progress + told),
    }


# --- one project ------------------------------------------------------------------------------------------------------


def _one(actor: Actor, one: Carried) -> None:
    project = one.project
    st.header(plain(project.name), anchor=False)
    with st.container(horizontal=True):
        st.badge(state_text(actor, project.state), color="blue")
        if project_life.is_overdue(project.state, project.due):
            st.badge("已过期限", icon=":material/schedule:", color="red")
        if project.sample:
            st.badge(SAMPLE, icon=":material/science:", color="gray")
    st.caption(_facts(one))
    _moves(actor, one)
    first = PARTS.index("推出记录" if project.state == "confirmed" else "进展报告" if one.waits else "里程碑和效益")
    part = st.radio("看什么", PARTS, first, horizontal=True, label_visibility="collapsed", key=f"part-{project.no}")
    if part == "推出记录":
        carrying_launch.show(actor, one)
    elif part == "进展报告":
        carrying_progress.show(actor, one)
    else:
        carrying_promise.show(actor, one)


def _facts(one: Carried) -> str:
    project = one.project
    told = [plain(project.enterprise), f"编号{plain(project.no)}"]
    day = project_life.deadline_of(project.state, project.due)
    told += [f"期限{date_text(day)}"] if day else []
    told += [f"{date_text(one.since)}推出"] if project.state != "confirmed" else []
    return " · ".join(told)


def _moves(actor: Actor, one: Carried) -> None:
    with db.reading() as opened:
        offered = project_life.open_moves(opened, actor, one.project)
    for move, missing in offered:
        if move.code in MOVES_HERE:
            move_buttons.alone(one.project, move, missing)
