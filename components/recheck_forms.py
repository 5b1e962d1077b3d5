"""What is written in a re-check: the enterprise's plan and result, and the offices' complaints."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from components import acts
from components.carrying_launch import text_of
from programme import evidence, settings
from programme.models import Project
from programme.permissions import Permission
from programme.recheck_facts import recheck_facts
from programme.recheck_writing import keep_outcome, keep_plan, note_complaint
from programme.rechecks import Course

STEP, DUE = "整改步骤", "完成日期"


def rectification(project: Project, course: Course) -> None:
    """The form that is due where the project stands; nothing elsewhere."""
    if project.state == "triggered":
        _plan(project, course)
    elif project.state == "rectifying":
        _outcome(project, course)


def _plan(project: Project, course: Course) -> None:
    limits, before = recheck_facts().limits, course.plan
    key = f"plan-{project.no}-{course.number}-{before.revision}"
    with st.form(key):
        text = st.text_area(
            "整改方案：存在的问题、原因和措施", before.text, max_chars=limits["max_text"], height=140, key=f"{key}-text"
        )
        frame = pd.DataFrame(
            {
                STEP: pd.Series([one.title for one in before.steps], dtype="str"),
                DUE: pd.Series([one.due for one in before.steps], dtype="datetime64[ns]"),
            }
        )
        edited = st.data_editor(
            frame, key=f"{key}-steps", hide_index=True, num_rows="dynamic", placeholder="请填写", alt="整改步骤",
            column_config={
                STEP: st.column_config.TextColumn(STEP, width="large", max_chars=limits["max_title"]),
                DUE: st.column_config.DateColumn(DUE, format="YYYY-MM-DD"),
            },
        )  # fmt: skip
        pressed = st.form_submit_button("保存整改方案", type="primary", icon=":material/save:")
    if pressed:
        steps = _steps(edited)
        acts.act(
            Permission.SEE_PROJECT,
            "整改方案已保存；核对后请提交。",
            lambda opened, actor: keep_plan(opened, actor, project.no, text, steps, seen=before.revision),
        )
        st.rerun()


def _steps(frame: pd.DataFrame) -> list[tuple[str, date | None]]:
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    days = [text_of(row[DUE])[:10] for row in rows]
    return [(text_of(row[STEP]), date.fromisoformat(day) if day else None) for row, day in zip(rows, days, strict=True)]


def _outcome(project: Project, course: Course) -> None:
    limits, before = recheck_facts().limits, course.outcome
    key = f"outcome-{project.no}-{course.number}-{before.revision}"
    with st.form(key):
        text = st.text_area("整改结果", before.text, max_chars=limits["max_text"], height=140, key=f"{key}-text")
        names = {one.sha256: one.name for one in before.evidence}
        without = (
            st.multiselect(
                "去掉哪些材料", list(names), format_func=names.__getitem__, key=f"{key}-without", placeholder="不去掉"
            )
            if names
            else []
        )
        files = st.file_uploader(
            f"佐证材料（至少{limits['least_evidence']}份，每份不超过{limits['max_bytes'] // 1_000_000}MB）",
            type=list(evidence.KINDS), accept_multiple_files=True, key=f"{key}-files",
            max_upload_size=limits["max_bytes"] // 1_000_000,
        )  # fmt: skip
        pressed = st.form_submit_button("保存整改结果", type="primary", icon=":material/save:")
    if pressed:
        added = [(one.name, one.getvalue()) for one in files]
        acts.act(
            Permission.SEE_PROJECT,
            "整改结果已保存；核对后请提交。",
            lambda opened, actor: keep_outcome(opened, actor, project.no, text, added, without, seen=before.revision),
        )
        st.rerun()


# --- complaints -------------------------------------------------------------------------------------------------------


def complaint(project: Project) -> None:
    limits, key = recheck_facts().limits, f"heard-{project.no}-{acts.round_number()}"
    with st.expander("登记群众反映", icon=":material/record_voice_over:"), st.form(key, border=False):
        text = st.text_area("反映的内容", max_chars=limits["max_text"], height=110, key=f"{key}-text")
        with st.container(horizontal=True):
            source = st.text_input("来源（来信、来电、走访等）", max_chars=limits["max_source"], key=f"{key}-source")
            day = st.date_input("收到日期", settings.today(), format="YYYY-MM-DD", key=f"{key}-on", width=180)
        pressed = st.form_submit_button("登记", icon=":material/save:")
    if pressed:
        acts.act(
            Permission.SEE_PROJECT,
            "群众反映已登记，核实后记入。",
            lambda opened, actor: note_complaint(opened, actor, project.no, text, source, day),
        )
        st.rerun()
