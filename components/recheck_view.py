"""A re-check as it is read: why it began, the plan, the result; and what was heard about the project."""

import pandas as pd
import streamlit as st

import db
from components import acts, evaluation_view, session
from components.labels import date_text, plain
from programme import rechecks
from programme.models import Complaint, ComplaintFinding, Project
from programme.permissions import Actor, Permission
from programme.recheck_triggers import complaints_of
from programme.recheck_writing import LONGEST, find_complaint, why_not_complaints
from programme.rechecks import Course
from programme.settings import clock

NEXT_LINE = "  \n"


def course(project: Project, one: Course) -> None:
    """The newest re-check."""
    if one.number:
        reasons = "；".join(plain(text) for text in one.triggers)
        due = f"整改期限{date_text(one.due)}。" if one.due else ""
        st.markdown(f"**第{one.number}次复核** {clock(one.at)}启动，{due}启动原因：{reasons}")
    else:
        st.caption("这次复核由汇总表登记，平台没有启动记录。")
    if one.plan.revision:
        st.markdown(f"**整改方案**：{_lines(one.plan.text)}")
        rows = [{"整改步骤": plain(step.title), "完成日期": date_text(step.due)} for step in one.plan.steps]
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="整改步骤")
        st.caption(f"第{one.plan.revision}版，{plain(one.plan.user_name)}于{clock(one.plan.at)}保存。")
    if one.outcome.revision:
        st.markdown(f"**整改结果**：{_lines(one.outcome.text)}")
        evaluation_view.files(project, one.outcome.evidence, rechecks.evidence_content, f"recheck-{one.number}")
        st.caption(f"第{one.outcome.revision}版，{plain(one.outcome.user_name)}于{clock(one.outcome.at)}保存。")


def _lines(text: str) -> str:
    return NEXT_LINE.join(plain(line) for line in text.splitlines())


# --- complaints -------------------------------------------------------------------------------------------------------


def complaints(actor: Actor, project: Project) -> None:
    """What was heard, each with what the inquiry found, for those who keep it; the numbers for everybody else."""
    with db.reading() as opened:
        found = complaints_of(opened, project.id or 0)
    if not found:
        return
    upheld = sum(finding is not None and finding.upheld for _, finding in found)
    open_ones = sum(finding is None for _, finding in found)
    st.subheader(f"群众反映{len(found)}件", anchor=False)
    st.caption(f"属实{upheld}件，待核实{open_ones}件。")
    if why_not_complaints(actor, project):
        return
    for one, finding in found:
        _complaint(project, one, finding)


def _complaint(project: Project, one: Complaint, finding: ComplaintFinding | None) -> None:
    state = "待核实" if finding is None else "属实" if finding.upheld else "不属实"
    with st.expander(
        f"第{one.number}件 · {one.source} · {date_text(one.received_on)} · {state}", expanded=finding is None
    ):
        st.markdown(_lines(one.text))
        if finding:
            st.markdown(f"**核实情况**：{_lines(finding.reason)}")
            st.caption(f"{plain(finding.user_name)}于{clock(finding.at)}核实。")
        seen = finding.number if finding else 0
        key = f"complaint-{project.no}-{one.number}-{seen}"
        st.text_input("核实的情况", max_chars=LONGEST, key=f"{key}-why")
        with st.container(horizontal=True):
            for upheld, word in ((True, "属实"), (False, "不属实")):
                st.button(
                    word, key=f"{key}-{upheld}", on_click=_find, args=(project, one.number, upheld, seen, f"{key}-why")
                )


def _find(project: Project, number: int, upheld: bool, seen: int, why: str) -> None:
    reason = session.typed(why)
    acts.act(
        Permission.SEE_PROJECT,
        f"已核实：第{number}件{'属实' if upheld else '不属实'}。",
        lambda opened, actor: find_complaint(
            opened, actor, project.no, number, upheld=upheld, reason=reason, seen=seen
        ),
    )
