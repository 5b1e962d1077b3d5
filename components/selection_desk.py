"""The desk of 省内遴选: how many places are left and how much time, what waits, and one application with what can be done."""

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import acts, application_view, move_buttons, pages, session
from components.labels import date_text, plain
from components.selection_scoring import show_scores
from programme import project_life
from programme.application_facts import application_facts
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.project_life import LONGEST
from programme.project_moves import Move
from programme.project_selection import send_back
from programme.selection_facts import selection_facts
from programme.selection_queries import Application, Desk
from programme.selection_scores import points_text
from programme.settings import BEIJING, clock, today

NEXT_LINE: Final = "  \n"
PROJECT_PAGE: Final = "pages/projects/project.py"
OTHERWISE: Final = ("send_back", "report")
"""Moves that have a form of their own on this page."""
NOTES: Final = {"recommend": "推荐理由"}


# --- how things stand -------------------------------------------------------------------------------------------------


def headline(actor: Actor, desk: Desk) -> None:
    """What to do next; for a province the places used and the days left to report."""
    st.subheader(_next_step(desk, provincial=bool(actor.province_code)), anchor=False)
    if actor.province_code:
        _quota(desk.used)
    deadline = project_facts().deadline("recommendation" if actor.province_code else "notice")
    st.caption(
        f":material/event: {deadline.name}截止{date_text(deadline.day)}，**{countdown(deadline.day, today())}**。"
        + ("逾期仍可办理，记为逾期。" if deadline.day < today() else "")
        + (f"另有{desk.drafts}份申报书企业还在填写。" if desk.drafts else ""),
        help=deadline.citation,
    )


def countdown(day: date, at: date) -> str:
    """还有 n 天, 今天截止, or 已过期 n 天."""
    days = (day - at).days
    if not days:
        return "今天截止"
    return f"还有{days}天" if days > 0 else f"已过期{-days}天"


def _next_step(desk: Desk, *, provincial: bool) -> str:
    parts = [
        (len(desk.standing_at("submitted")), "份申报等待受理"),
        (len(desk.standing_at("assessing")), "份等待评价推荐"),
        (len(desk.standing_at("recommended")), "个拟推荐项目等待报送"),
    ]
    told = "，".join(f"{number}{words}" for number, words in parts if number)
    return told or ("没有等待办理的申报" if provincial else "没有等待办理的直接申报")


def _quota(used: int) -> None:
    facts = project_facts()
    if used > facts.most:
        state = f"▼ 超过名额{used - facts.most}个，请取消多出的拟推荐"
    elif used == facts.most:
        state = "● 名额已满"
    elif used >= facts.least:
        state = f"● 已达到最低数，还可推荐{facts.most - used}个"
    else:
        state = f"◆ 还差{facts.least - used}个达到最低数"
    st.progress(
        min(used / facts.most, 1.0), text=f"推荐名额：已推荐 **{used}** 个，每省{facts.least}—{facts.most}个 · {state}"
    )


def table(actor: Actor, desk: Desk) -> None:
    """Every application handed in, what waits longest first."""
    rows = [_row(one, provincial=bool(actor.province_code)) for one in desk.applications]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="申报项目")


def _row(one: Application, *, provincial: bool) -> dict[str, str]:
    state = f"**◆ {one.state_name}**" if one.waits else one.state_name
    days = (today() - one.since.astimezone(BEIJING).date()).days
    since = f"{clock(one.since)}起" + (f"，已等{days}天" if one.waits else "")
    sample = " · 示例数据" if one.sample else ""
    row = {
        "项目": f"{plain(one.name)}{NEXT_LINE}:small[:gray[{plain(one.no)} · {plain(one.enterprise)}{sample}]]",
        "状态": f"{state}{NEXT_LINE}:small[:gray[{since}]]",
    }
    if provincial:
        row["评价"] = points_text(one.mean)
        if one.sheets:
            row["评价"] += f"{NEXT_LINE}:small[:gray[{one.counted}/{selection_facts().assessors}人]]"
    return row


# --- one application --------------------------------------------------------------------------------------------------


def one_application(actor: Actor, desk: Desk) -> None:
    """Which one (what waits longest first), the application itself, its scores, and the moves."""
    by_no = {one.no: one for one in desk.applications}
    no = st.selectbox(
        "办理哪一份（等待最久的在前）", list(by_no), key="selection-no", filter_mode="contains",
        format_func=lambda no: f"{no} · {by_no[no].name} · {by_no[no].state_name}",
    )  # fmt: skip
    one = by_no[str(no)]
    st.header(plain(one.name), anchor=False)
    with db.reading() as opened:
        project = opened.get_one(Project, one.id)
        moves = project_life.open_moves(opened, actor, project)
        events = project_life.history(opened, one.id)
    st.markdown(f":blue-badge[{one.state_name}] {plain(one.enterprise)} · {plain(one.no)}")
    if events and events[-1].note:
        newest = events[-1]
        st.markdown(f"**{newest.name}**（{plain(newest.user_name)}，{clock(newest.at)}）：{plain(newest.note)}")
    with st.expander("申报书", icon=":material/description:", expanded=one.waits):
        application_view.show(actor, one.no)
        st.page_link(pages.linked(PROJECT_PAGE), label="项目详情和附件", query_params={"no": one.no})
    if one.province_code and (one.state == "assessing" or one.sheets):
        show_scores(one)
    _decide(actor, one, moves)


def _decide(actor: Actor, one: Application, moves: list[tuple[Move, str | None]]) -> None:
    own = [(move, missing) for move, missing in moves if move.permission is Permission.SELECT_PROJECT]
    if not own:
        return
    st.subheader("办理", anchor=False)
    move_buttons.show(actor, one.no, one.moves, [pair for pair in own if pair[0].code not in OTHERWISE], NOTES)
    if any(move.code == "report" for move, _ in own):
        st.caption("拟推荐的项目在“报送名单”中一并报送国家网信办。")
    if any(move.code == "send_back" for move, _ in own):
        _offer_sending_back(one)


def _offer_sending_back(one: Application) -> None:
    sections = {section.code: section.name for section in application_facts().sections}
    with st.expander("退回修改：按部分写明原因", icon=":material/undo:"):
        chosen = st.multiselect(
            "要求修改哪些部分", list(sections), key=f"sections-{one.no}-{one.moves}", placeholder="请选择",
            format_func=sections.__getitem__,
        )  # fmt: skip
        for code in chosen:
            st.text_area(f"{sections[code]}：要改的原因", max_chars=LONGEST, key=_why(one, code), height=80)
        st.button(
            "退回修改", key=f"send-back-{one.no}-{one.moves}", disabled=not chosen, on_click=_send_back,
            args=(one, tuple(chosen)), help=None if chosen else "请先选择要修改的部分。",
        )  # fmt: skip
        st.caption("企业看到所选各部分的原因，修改后重新提交；重新受理后须重新打分。")


def _why(one: Application, code: str) -> str:
    """The key of the box for the reason."""
    return f"why-{one.no}-{one.moves}-{code}"


def _send_back(one: Application, sections: tuple[str, ...]) -> None:
    reasons = {code: session.typed(_why(one, code)) for code in sections}
    acts.act(
        Permission.SEE_PROJECT,
        f"已退回：{one.no} {one.name}，要求修改{len(sections)}个部分。",
        lambda opened, actor: send_back(opened, actor, one.no, reasons, seen=one.moves),
    )
