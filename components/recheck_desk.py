"""The desk of re-checks: which projects should be re-checked and why, which are being rectified, and one of them."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import move_buttons, project_choice, recheck_forms, recheck_view
from components.labels import date_text, plain
from components.projects import outcome_badge
from programme import project_life, recheck_queries, rechecks, settings
from programme.carrying import scope_subject, writing_permission
from programme.permissions import Actor, Permission, refusal
from programme.project_facts import project_facts
from programme.project_moves import Move
from programme.project_track import state_text
from programme.recheck_facts import deadline, recheck_facts
from programme.recheck_queries import Listed
from programme.recheck_writing import why_not_complaints

NEXT_LINE: Final = "  \n"
MOVES_HERE: Final = ("trigger", "rectify", "complete_rectification", "retain", "adjust", "remove")


def show(actor: Actor) -> None:
    """The whole page below its title."""
    with db.reading() as opened:
        found = recheck_queries.listed(opened, actor)
        free, reserves = rechecks.freed_places(opened), recheck_queries.reserves(opened)
    if refusal(actor, Permission.RECHECK_PROJECT) is None:
        _places(free, reserves)
    if not found:
        st.info("您的范围内还没有实施中的项目。", icon=":material/rule:")
        return
    due = [one for one in found if one.triggers]
    going = [one for one in found if one.is_rechecked]
    _headline(due, going)
    _due(due)
    _going(going)
    names = {one.project.no: _name(one) for one in found}
    number = project_choice.chosen("项目", names)
    _one(actor, next(one for one in found if one.project.no == number))


def _places(free: int, reserves: int) -> None:
    if free:
        st.info(
            f"空出{free}个名额，可从备选名单递补（备选项目现有{reserves}个）。",
            icon=":material/event_seat:",
        )


def _headline(due: Sequence[Listed], going: Sequence[Listed]) -> None:
    late = sum(one.is_overdue for one in going)
    st.caption(
        f"截至{date_text(settings.today())}，应启动复核{len(due)}个，复核中{len(going)}个"
        + (f"，其中逾期{late}个。" if late else "，没有逾期的。")
    )


def _due(due: Sequence[Listed]) -> None:
    if not due:
        return
    st.subheader(f"应启动复核：{len(due)}个", anchor=False, help=recheck_facts().citation)
    rows = [
        {
            "项目": f"{_title(one)} :small[:gray[· {project_facts().state(one.project.state).name}]]",
            "原因": NEXT_LINE.join(f"◆ {plain(each.sentence)}" for each in one.triggers),
        }
        for one in due
    ]
    st.table(
        pd.DataFrame(rows),
        hide_index=True,
        border="horizontal",
        alt="应启动复核的项目",
        height=420 if len(rows) > 6 else "content",
    )


def _going(going: Sequence[Listed]) -> None:
    if not going:
        return
    st.subheader(f"复核中：{len(going)}个", anchor=False)
    rows = [
        {
            "项目": _title(one),
            "状态": project_facts().state(one.project.state).name,
            "整改期限": _limit(one),
        }
        for one in going
    ]
    st.table(
        pd.DataFrame(rows),
        hide_index=True,
        border="horizontal",
        alt="复核中的项目",
        height=420 if len(rows) > 8 else "content",
    )


def _limit(one: Listed) -> str:
    day = one.project.due
    if day is None:
        return "—"
    late = (settings.today() - day).days
    return f":red[▼ 逾期{late}天]{NEXT_LINE}:small[:gray[{date_text(day)}]]" if one.is_overdue else date_text(day)


def _title(one: Listed) -> str:
    project = one.project
    return f"{plain(project.name)}{NEXT_LINE}:small[:gray[{plain(project.no)} · {plain(project.enterprise)}]]"


def _name(one: Listed) -> str:
    mark = "复核中" if one.is_rechecked else "应启动复核" if one.triggers else ""
    return f"{one.project.no} · {one.project.name}" + (f"（{mark}）" if mark else "")


# --- one project ------------------------------------------------------------------------------------------------------


def _one(actor: Actor, one: Listed) -> None:
    project = one.project
    st.header(plain(project.name), anchor=False)
    st.markdown(f":blue-badge[{state_text(actor, project.state)}] {outcome_badge(project.outcome)}")
    for each in one.triggers:
        st.markdown(f":orange[◆] {plain(each.sentence)}")
    if not one.is_rechecked and not one.triggers:
        st.caption("没有达到复核启动条件。")
    with db.reading() as opened:
        offered = [pair for pair in project_life.open_moves(opened, actor, project) if pair[0].code in MOVES_HERE]
        course = rechecks.course_of(opened, project.id or 0, rechecks.current_number(opened, project.id or 0))
    if one.is_rechecked or course.number:
        recheck_view.course(project, course)
    if refusal(actor, writing_permission(project), scope_subject(project)) is None:
        recheck_forms.rectification(project, course)
    _moves(one, offered)
    recheck_view.complaints(actor, project)
    if why_not_complaints(actor, project) is None:
        recheck_forms.complaint(project)


def _moves(one: Listed, offered: Sequence[tuple[Move, str | None]]) -> None:
    if not offered:
        return
    if any(move.code == "trigger" for move, _ in offered) and one.triggers:
        day, how = deadline(settings.today())
        st.caption(f"今天启动，整改期限为{date_text(day)}（{how}）。")
    for move, missing in offered:
        if move.code == "trigger" and missing:
            continue
        if move.code in ("adjust", "remove"):
            with st.expander(f"{move.name}…", icon=":material/more_horiz:"):
                move_buttons.alone(one.project, move, missing, primary=False)
        else:
            move_buttons.alone(one.project, move, missing)
