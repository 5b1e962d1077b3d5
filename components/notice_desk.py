"""The desk of the office for public notices: opening one, the objections against it, and the confirmation of the list."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

from components import acts, session
from components.labels import date_text, plain
from components.moments import moment_text
from programme import objections, public_notices, settings
from programme.errors import ProgrammeError
from programme.objections import RECEIVED, STEPS, Handled
from programme.permissions import Actor, Permission
from programme.public_notices import NoticeOnShow
from programme.review_facts import review_facts

MAY: Final = Permission.ORGANISE_NOTICE
CONTACT: Final = "objection-contact-shown"
MARKS: Final = {"received": "**◆ 待核实**", "verified": "**◆ 待处理**", "upheld": "▼ 成立", "rejected": "● 不成立"}


def show(found: Sequence[NoticeOnShow], handled: Sequence[Handled], proposed: int) -> None:
    """The whole page below its title."""
    open_ones = sum(one.is_open for one in handled)
    st.subheader(f"{open_ones}件异议等待处理" if open_ones else "没有等待处理的异议", anchor=False)
    _open(proposed)
    for notice in found:
        _notice(notice, [one for one in handled if one.notice == notice.number])
    if not found:
        st.info("还没有发布过公示。请先在“入选名单”列入拟入选的项目。", icon=":material/info:")
    if handled:
        _objections(handled)


# --- opening ----------------------------------------------------------------------------------------------------------


def _open(proposed: int) -> None:
    if not proposed:
        return
    with st.container(border=True):
        st.markdown(
            f"**{proposed}个拟入选项目可以公示。**公示从开始日的次日起算{review_facts().working_days}个工作日。"
        )
        today = settings.today()
        first = st.date_input("公示开始日期", today, min_value=today, key="notice-first", format="YYYY-MM-DD")
        try:
            last = public_notices.last_day_of(first, review_facts().working_days) if isinstance(first, date) else None
        except ProgrammeError as refusal:
            st.error(str(refusal), icon=":material/event_busy:")
            return
        if last:
            st.markdown(f"公示期：{date_text(first)}至**{date_text(last)}**（按工作日历扣除周末和法定节假日）。")
            label = f"发布公示：{proposed}个项目"
            st.button(label, type="primary", icon=":material/campaign:", on_click=_publish, args=(first,))


def _publish(first: date) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        notice = public_notices.open_notice(opened, actor, first)
        return f"已发布第{notice.number}号公示，到{date_text(notice.last_day)}为止，名单已定稿。"

    acts.act(MAY, None, verb)


# --- one notice -------------------------------------------------------------------------------------------------------


def _notice(notice: NoticeOnShow, handled: Sequence[Handled]) -> None:
    still, out = (sum(one.state == "noticed" for one in notice.projects), sum(one.is_out for one in notice.projects))
    waiting = sum(one.is_open for one in handled)
    state = "公示中" if notice.runs else "公示期已满" if notice.is_over else "未开始"
    with st.container(border=True):
        st.markdown(
            f"**第{notice.number}号公示 · {state}**  \n{date_text(notice.first_day)}至{date_text(notice.last_day)}，"
            f"{len(notice.projects)}个项目：公示中{still}个，已退出名单{out}个；异议{len(handled)}件，未处理完{waiting}件。"
        )
        if not still:
            st.caption("本次公示的项目都已办理。")
        elif not notice.is_over:
            st.caption("期满次日起可以确认名单。")
        elif waiting:
            st.warning(f"还有{waiting}件异议没有处理完，不能确认名单。", icon=":material/gavel:")
        else:
            st.button(
                f"确认入选名单：{still}个项目", type="primary", icon=":material/verified:", on_click=_confirm,
                args=(notice.number,),
            )  # fmt: skip


def _confirm(number: int) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        return f"已确认{public_notices.confirm_list(opened, actor, number)}个项目入选，名单已定稿。"

    acts.act(MAY, None, verb)


# --- objections -------------------------------------------------------------------------------------------------------


def _objections(handled: Sequence[Handled]) -> None:
    st.header("异议", anchor=False)
    rows = [
        {
            "回执号": plain(one.receipt),
            "项目": f"{plain(one.project)}  \n:small[:gray[{plain(one.no)}]]",
            "收到": moment_text(one.at),
            "状态": MARKS[one.step],
        }
        for one in handled
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="异议")
    names = {one.receipt: f"{one.receipt} {one.project}" for one in handled}
    receipt = st.selectbox("办理哪件异议", list(names), key="objection", format_func=names.__getitem__)
    _one(next(one for one in handled if one.receipt == receipt))


def _one(one: Handled) -> None:
    st.markdown(f"**异议内容**：{plain(one.text)}")
    for step in one.steps:
        told = f"：{plain(step.reason)}" if step.reason else ""
        st.caption(f"{moment_text(step.at)} {step.name}（{plain(step.user_name)}）{told}")
    _contact(one)
    if not one.is_open:
        if one.step == "upheld":
            st.caption("异议已成立：请到“入选名单”取消该项目的入选资格，空出的名额可以递补。")
        return
    key = f"objection-{one.receipt}-{one.step}"
    what = "核实情况" if one.step == RECEIVED else "处理的理由（异议人可以查到）"
    st.text_area(what, key=key, max_chars=review_facts().limits["max_note"])
    with st.container(horizontal=True):
        if one.step == RECEIVED:
            st.button("登记核实情况", type="primary", on_click=_verify, args=(one.receipt, key))
        else:
            st.button("异议成立", icon=":material/gavel:", on_click=_decide, args=(one.receipt, key, True))
            st.button("异议不成立", icon=":material/check:", on_click=_decide, args=(one.receipt, key, False))


def _contact(one: Handled) -> None:
    """Shown on demand only, once, and on record."""
    shown = session.recall(CONTACT)
    if shown and shown[0] == one.receipt:
        session.forget(CONTACT)
        st.markdown(f"异议人：{plain(shown[1])}；联系方式：{plain(shown[2])}")
        st.caption("仅用于核实，请勿转发；本次查看已记入操作记录。")
    else:
        st.button(
            "查看联系方式", icon=":material/contact_phone:", type="tertiary", on_click=_reveal, args=(one.receipt,)
        )


def _reveal(receipt: str) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        session.remember(CONTACT, (receipt, *objections.contact_of(opened, actor, receipt)))
        return ""

    acts.act(MAY, None, verb)


def _verify(receipt: str, key: str) -> None:
    finding = session.typed(key)

    def verb(opened: Session, actor: Actor) -> str:
        objections.verify(opened, actor, receipt, finding)
        return f"异议{receipt}：{STEPS['verified']}。"

    acts.act(MAY, None, verb)


def _decide(receipt: str, key: str, upheld: bool) -> None:
    reason = session.typed(key)

    def verb(opened: Session, actor: Actor) -> str:
        objections.decide(opened, actor, receipt, reason, upheld=upheld)
        return f"异议{receipt}：{'成立' if upheld else '不成立'}。"

    acts.act(MAY, None, verb)
