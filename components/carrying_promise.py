"""What an enterprise promised: milestones and benefits, how far they have come, and the form by which they are changed."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import pandas as pd
import streamlit as st

from components import acts
from components.carrying_launch import text_of
from components.labels import date_text, percent, plain
from components.labels_plan import day_text, state_text
from programme import promise_writing
from programme.carrying import why_not_writing
from programme.carrying_facts import carrying_facts
from programme.carrying_queries import Carried
from programme.exact_figures import written
from programme.milestones import Milestone
from programme.permissions import Actor, Permission
from programme.promise_writing import BenefitLine, MilestoneLine, Written
from programme.promises import Benefit, Promise
from programme.settings import clock

NEXT_LINE: Final = "  \n"
TITLE, DUE, NAME, UNIT, TARGET, IDENTITY = "里程碑", "计划完成日期", "预期效益", "计量单位", "目标数", "identity"


def show(actor: Actor, one: Carried) -> None:
    promise, writes = one.promise, why_not_writing(actor, one.project) is None
    if promise.revision:
        milestones(promise.milestones)
        benefits(promise.benefits)
        why = f"，原因：{plain(promise.reason)}" if promise.reason else ""
        st.caption(f"第{promise.revision}版，{plain(promise.user_name)}于{clock(promise.at)}保存{why}。")
    elif not writes:
        st.info("承担企业还没有填写里程碑和预期效益。", icon=":material/flag:")
    if not writes:
        return
    if promise.revision:
        with st.expander("修改里程碑和效益", icon=":material/edit:"):
            _form(one)
    else:
        st.caption("写明项目自己的里程碑和预期效益，启动实施后按此报告进展；以后修改须写明原因。")
        _form(one)


def milestones(found: Sequence[Milestone]) -> None:
    """As a table, what is overdue marked."""
    rows = [
        {
            TITLE: f"**{one.number}** {plain(one.title)}",
            "计划完成": day_text(one.due),
            "状态": f":red[{state_text(one)}]" if one.is_overdue else state_text(one) + _done(one),
        }
        for one in found
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="项目里程碑")


def _done(one: Milestone) -> str:
    return f"{NEXT_LINE}:small[:gray[{date_text(one.done_on)}]]" if one.done_on else ""


def benefits(found: Sequence[Benefit]) -> None:
    rows = [
        {
            NAME: plain(one.name),
            "累计实现": "未报" if one.achieved is None else f"{written(one.achieved)}{plain(one.unit)}",
            "目标": f"{written(one.target)}{plain(one.unit)}",
            "完成率": percent(None if one.achieved is None else Fraction(one.achieved, one.target)),
        }
        for one in found
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="项目效益")


# --- the form ---------------------------------------------------------------------------------------------------------


def _form(one: Carried) -> None:
    promise = one.promise
    key = f"promise-{one.project.no}-{promise.revision}"
    with st.form(key, border=not promise.revision):
        lines = Written(_milestone_lines(promise, key), _benefit_lines(promise, key))
        why = (
            st.text_input("修改的原因（必填）", max_chars=promise_writing.LONGEST, key=f"{key}-why")
            if promise.revision
            else ""
        )
        pressed = st.form_submit_button("保存里程碑和效益", type="primary", icon=":material/save:")
    if pressed:
        acts.act(
            Permission.SEE_PROJECT,
            "里程碑和预期效益已保存。",
            lambda opened, actor: promise_writing.promise(
                opened, actor, one.project.no, lines, why, seen=promise.revision
            ),
        )
        st.rerun()


def _milestone_lines(promise: Promise, key: str) -> tuple[MilestoneLine, ...]:
    limits, found = carrying_facts().limits, promise.milestones
    frame = pd.DataFrame(
        {
            IDENTITY: pd.Series([one.milestone for one in found], dtype="Int64"),
            TITLE: pd.Series([one.title for one in found], dtype="str"),
            DUE: pd.Series([one.due for one in found], dtype="datetime64[ns]"),
        }
    )
    edited = st.data_editor(
        frame, key=f"{key}-milestones", hide_index=True, num_rows="dynamic", placeholder="请填写", alt="里程碑",
        column_config={
            IDENTITY: None,
            TITLE: st.column_config.TextColumn(TITLE, width="large", max_chars=limits["max_title"]),
            DUE: st.column_config.DateColumn(DUE, format="YYYY-MM-DD"),
        },
    )  # fmt: skip
    return tuple(MilestoneLine(_identity(row), text_of(row[TITLE]), text_of(row[DUE])[:10]) for row in _records(edited))


def _benefit_lines(promise: Promise, key: str) -> tuple[BenefitLine, ...]:
    limits, found = carrying_facts().limits, promise.benefits
    frame = pd.DataFrame(
        {
            IDENTITY: pd.Series([one.benefit for one in found], dtype="Int64"),
            NAME: pd.Series([one.name for one in found], dtype="str"),
            TARGET: pd.Series([written(one.target) for one in found], dtype="str"),
            UNIT: pd.Series([one.unit for one in found], dtype="str"),
        }
    )
    edited = st.data_editor(
        frame, key=f"{key}-benefits", hide_index=True, num_rows="dynamic", placeholder="请填写", alt="预期效益",
        column_config={
            IDENTITY: None,
            NAME: st.column_config.TextColumn(NAME, width="large", max_chars=limits["max_title"]),
            TARGET: st.column_config.TextColumn(TARGET, max_chars=20),
            UNIT: st.column_config.TextColumn(UNIT, max_chars=limits["max_unit"]),
        },
    )  # fmt: skip
    return tuple(
        BenefitLine(_identity(row), text_of(row[NAME]), text_of(row[UNIT]), text_of(row[TARGET]))
        for row in _records(edited)
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _identity(row: dict[str, Any]) -> int:
    return int(row[IDENTITY] or 0)
