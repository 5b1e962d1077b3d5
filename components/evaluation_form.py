"""The evaluator's report on one project: scores, texts and files, kept as a draft until it is handed in."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st
from sqlmodel import Session

import db
from components import acts, evaluation_view
from components.labels import plain
from programme import evaluation_rounds, evaluations, evidence, project_life
from programme.evaluation_standard import TEXTS, Standard
from programme.evaluations import Report
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.settings import clock

TALL: Final = 150


def show(actor: Actor, project: Project) -> None:
    """The draft of a project that is being evaluated."""
    with db.reading() as opened:
        report, rules, kept = evaluation_rounds.own_draft(opened, actor, project.no)
    missing = evaluations.lacks(report, rules)
    key = f"report-{project.no}-{project.moves}-{acts.round_number()}"
    with st.expander("评估标准", icon=":material/rule:"):
        evaluation_view.standard_table(rules)
    with st.form(key):
        scores = _scores(report, rules, key)
        texts = {code: _text(report, rules, code, key) for code in TEXTS}
        pressed = st.form_submit_button("保存草稿", icon=":material/save:")
    if pressed:
        acts.act(
            Permission.SEE_PROJECT,
            "评估报告草稿已保存。",
            lambda opened, actor: evaluation_rounds.save_draft(opened, actor, project.no, scores, texts),
        )
        st.rerun()
    _files(project, report, rules)
    if kept:
        st.caption(f"草稿已于{clock(kept.saved_at)}保存，提交之前只有您能看到。")
    _hand_in(project, report, rules, missing)


def _scores(report: Report, rules: Standard, key: str) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    with st.container(horizontal=True):
        for one in rules.dimensions:
            found[one.code] = st.number_input(
                f"{one.name}（{one.weight}%）", min_value=rules.lowest, max_value=rules.highest,
                value=report.scores.get(one.code), step=1, key=f"{key}-{one.code}", help=one.hint, width=170,
            )  # fmt: skip
    return found


def _text(report: Report, rules: Standard, code: str, key: str) -> str:
    least, most = rules.text_limits
    one = rules.dimension(code)
    return st.text_area(
        f"{one.name}（{least}至{most}字）", getattr(report, code), max_chars=most, height=TALL, placeholder=one.hint,
        key=f"{key}-{code}-text",
    )  # fmt: skip


# --- files ------------------------------------------------------------------------------------------------------------


def _files(project: Project, report: Report, rules: Standard) -> None:
    fewest, most = rules.evidence_limits
    st.markdown(f"**佐证材料** {len(report.evidence)}份（至少{fewest}份，至多{most}份）")
    for file in report.evidence:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/attach_file: {plain(file.name)} :small[:gray[{file.sha256[:12]}…]]")
            st.button(
                "移除", key=f"detach-{project.no}-{file.sha256[:12]}", type="tertiary", on_click=_detach,
                args=(project, file),
            )  # fmt: skip
    key = f"evidence-{project.no}-{acts.round_number()}"
    uploaded = st.file_uploader(
        f"上传材料（每份不超过{rules.max_bytes // 1_000_000}MB）", type=list(evidence.KINDS), accept_multiple_files=True,
        max_upload_size=rules.max_bytes // 1_000_000, key=key,
    )  # fmt: skip
    if uploaded and st.button("加入报告", key=f"{key}-add", icon=":material/upload_file:"):
        files = [(one.name, one.getvalue()) for one in uploaded]
        acts.act(Permission.SEE_PROJECT, f"已加入{len(files)}份材料。", partial(_attach, project, files))
        st.rerun()


def _attach(project: Project, files: Sequence[tuple[str, bytes]], opened: Session, actor: Actor) -> None:
    for name, content in files:
        evaluation_rounds.attach(opened, actor, project.no, name, content)


def _detach(project: Project, file: evidence.File) -> None:
    acts.act(
        Permission.SEE_PROJECT,
        f"已移除“{file.name}”。",
        lambda opened, actor: evaluation_rounds.detach(opened, actor, project.no, file.sha256),
    )


# --- handing in -------------------------------------------------------------------------------------------------------


def _hand_in(project: Project, report: Report, rules: Standard, missing: list[str]) -> None:
    if missing:
        st.caption(f"还不能提交：{''.join(missing)}")
    else:
        grade = project_facts().word("outcome", rules.grade(report.scores))
        total = evaluation_view.score_text(int(rules.total(report.scores) * 100))
        st.markdown(f"按评估标准，合成得分 **{total}**，等次 **{grade}**。提交后不能修改。")
    st.button(
        "提交评估报告", type="primary", icon=":material/send:", disabled=bool(missing), key=f"evaluate-{project.no}",
        on_click=_evaluate, args=(project, report),
    )  # fmt: skip


def _evaluate(seen: Project, report: Report) -> None:
    documents = [(file.name, file.sha256) for file in report.evidence]
    acts.act(
        Permission.SEE_PROJECT,
        f"已提交：“{seen.name}”的评估报告。",
        lambda opened, actor: project_life.move_project(
            opened, actor, seen.no, "evaluate", seen=seen.moves, documents=documents
        ),
    )
