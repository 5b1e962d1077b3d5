"""What anybody may read without signing in (/?notice=1): the projects on notice, how to object, and what became of an objection."""

from typing import Final

import pandas as pd
import streamlit as st

import db
from components import receipts, session
from components.front_page import TITLE
from components.labels import date_text, plain
from components.projects import DIRECT, SAMPLE
from programme import objections, public_notices
from programme.errors import ProgrammeError
from programme.objections import STEPS, Handled
from programme.project_facts import project_facts
from programme.project_queries import province_names
from programme.public_notices import Listed, NoticeOnShow
from programme.review_facts import review_facts
from programme.settings import clock

ASKED: Final = "notice"
RECEIPT: Final = "objection-said"
NUMBER: Final = "objection-number"
FOUND: Final = "objection-found"


def is_asked_for() -> bool:
    return bool(st.query_params.get(ASKED))


def ask_for() -> None:
    """A callback: the notice in place of what is shown."""
    st.query_params[ASKED] = "1"


def _leave() -> None:
    del st.query_params[ASKED]


def show(*, signed_in: bool) -> None:
    """The whole screen."""
    st.caption(TITLE)
    st.title("拟入选项目公示", anchor=False)
    with db.reading() as opened:
        found, provinces = public_notices.on_show(opened), province_names(opened)
    st.button("返回首页" if signed_in else "返回登录", icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    if not found:
        st.info("目前没有公示。公示发布后，拟入选的项目和提出异议的办法登在这里。", icon=":material/info:")
        return
    _notice(found[0], provinces)
    running = {one.no: one for notice in found if notice.runs for one in notice.projects if not one.is_out}
    st.header("提出异议", anchor=False)
    if running:
        _object(running)
    else:
        st.info("公示期已满，不再接受异议。", icon=":material/event_busy:")
    _look_up()
    for notice in found[1:]:
        with st.expander(f"{date_text(notice.first_day)}起的公示（第{notice.number}号）"):
            _notice(notice, provinces)


def _notice(notice: NoticeOnShow, provinces: dict[str, str]) -> None:
    state = "公示中" if notice.runs else "公示期已满"
    marks = f":{'blue' if notice.runs else 'gray'}-badge[{state}]"
    marks += f" :orange-badge[{SAMPLE}]" if any(one.sample for one in notice.projects) else ""
    st.markdown(
        f"{marks} **{date_text(notice.first_day)}至{date_text(notice.last_day)}**（{notice.working_days}个工作日，"
        f"发布当日不计），第{notice.number}号，共{len(notice.projects)}个项目。"
    )
    st.caption(f"{project_facts().name}。依据：{review_facts().notice_citation}")
    table = pd.DataFrame([_row(one, provinces) for one in notice.projects])
    st.table(table, hide_index=True, border="horizontal", alt="公示的项目")


def _row(one: Listed, provinces: dict[str, str]) -> dict[str, str]:
    out = "  \n:red[✕ 已退出公示名单]" if one.is_out else ""
    province = provinces.get(one.province_code, one.province_code) or DIRECT
    return {
        "项目": f"{plain(one.name)}  \n:small[:gray[编号 {plain(one.no)}]]{out}",
        "承担单位": f"{plain(one.enterprise)}  \n:small[:gray[{plain(province)}]]",
    }


# --- objecting --------------------------------------------------------------------------------------------------------


def _object(running: dict[str, Listed]) -> None:
    st.markdown(review_facts().how_to_object)
    receipts.show(RECEIPT)
    if number := session.recall(NUMBER):
        st.success(
            f"异议已收到。回执号 **{plain(number)}**，请记下：凭回执号和您填的联系方式可以在下面查询处理结果。",
            icon=":material/task_alt:",
        )
    limits, key = review_facts().objection, _key()
    st.selectbox(
        "对哪个项目", list(running), index=None, key=f"{key}-no", placeholder="请选择",
        format_func=lambda no: f"{no} {running[no].name}",
    )  # fmt: skip
    st.text_input("姓名或单位名称（不公开）", key=f"{key}-name", max_chars=limits["max_name"])
    st.text_input("联系方式（电话或邮箱，不公开）", key=f"{key}-contact", max_chars=limits["max_contact"])
    st.text_area("异议内容和具体事实", key=f"{key}-text", max_chars=limits["max_text"], height=160)
    st.button("提交异议", type="primary", icon=":material/send:", on_click=_submit)


def _key() -> str:
    """Of the boxes: new once an objection was taken in."""
    return f"objection-{session.recall('objection-round') or 0}"


def _submit() -> None:
    key, address = _key(), session.address()
    no, name, contact, text = (session.typed(f"{key}-{part}") for part in ("no", "name", "contact", "text"))
    session.forget(NUMBER)
    if no in ("", "None"):
        receipts.keep(RECEIPT, "请先选择对哪个项目有异议。", done=False)
        return
    try:
        with db.transaction() as opened:
            number = objections.object_to(opened, address, no, name, contact, text)
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return
    session.remember(NUMBER, number)
    session.remember("objection-round", (session.recall("objection-round") or 0) + 1)


# --- looking up -------------------------------------------------------------------------------------------------------


def _look_up() -> None:
    st.header("查询异议处理结果", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("回执号", key="look-up-receipt", max_chars=30, placeholder="YY-XXXXX-XXXXX")
        st.text_input("提交时填的联系方式", key="look-up-contact", max_chars=review_facts().objection["max_contact"])
        st.button("查询", icon=":material/search:", on_click=_find)
    if (said := session.recall(FOUND)) is None:
        return
    session.forget(FOUND)
    if isinstance(said, Handled):
        _standing(said)
    else:
        st.error(said, icon=":material/search_off:")


def _find() -> None:
    receipt, contact = session.typed("look-up-receipt"), session.typed("look-up-contact")
    try:
        with db.transaction() as opened:
            found = objections.look_up(opened, session.address(), receipt, contact)
    except ProgrammeError as refusal:
        session.remember(FOUND, str(refusal))
        return
    session.remember(FOUND, found or "没有查到：请核对回执号，联系方式须与提交时所填一致。")


def _standing(one: Handled) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(one.receipt)} · {STEPS[one.step]}**  \n对项目：{plain(one.no)} {plain(one.project)}")
        for step in one.steps:
            told = f"：{plain(step.reason)}" if step.reason else ""
            st.caption(f"{clock(step.at)} {step.name}{told}")
