"""开展评估: what an evaluation of a month would find, and the button that freezes it."""

import streamlit as st

import db
from components import acts, county_evaluation_view, session
from components.labels import plain
from programme import county_evaluations
from programme.catalogue import catalogue
from programme.county_evaluations import PreparedEvaluation, make_evaluation, prepare_evaluation
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission
from programme.release_issues import in_force, issues


def show(actor: Actor) -> None:
    year = catalogue().current_year
    with db.reading() as opened:
        months = sorted(in_force(issues(opened, year)), reverse=True)
    if not months:
        st.info("还没有发布过。请先在“发布”中发布某月，再按它的数据评估。", icon=":material/info:")
        return
    month = st.selectbox("评估哪个月", months, format_func=lambda one: one.chinese, key="assess-month", width=180)
    try:
        with db.reading() as opened:
            ready = prepare_evaluation(opened, actor, month)
    except ProgrammeError as refusal:
        st.info(plain(str(refusal)), icon=":material/info:")
        return
    found = ready.evaluated
    st.subheader(f"将作第{ready.number}次评估：{found.month.chinese}", anchor=False)
    st.caption(
        f"{found.basis} · 标准版本{found.standard.version}。确定后内容不再改变；"
        f"报送时间、执行方案和{found.month.last_day:%Y-%m-%d}以前的考察督导按现在的记录计入。"
    )
    county_evaluation_view.headline(found)
    county_evaluation_view.groups(found)
    _decide(ready)


def _decide(ready: PreparedEvaluation) -> None:
    reason, why = "", f"assess-why-{ready.number}"
    if ready.supersedes:
        st.warning(
            f"{ready.evaluated.month.chinese}已有第{ready.supersedes}次评估，再次评估将替换它（原来的仍可查）。",
            icon=":material/history:",
        )
        reason = st.text_input("替换的原因（必填）", max_chars=county_evaluations.LONGEST, key=why)
    st.button(
        f"确定第{ready.number}次评估", type="primary", icon=":material/verified:", key="make-assessment",
        on_click=_make, args=(ready, why), disabled=bool(ready.supersedes) and not reason.strip(),
    )  # fmt: skip


def _make(ready: PreparedEvaluation, why: str) -> None:
    """Runs before the page, on what was drawn: what changed since then is told, not frozen unseen."""
    reason = session.typed(why)
    acts.act(
        Permission.MAKE_COUNTY_EVALUATION,
        f"第{ready.number}次评估已确定：{ready.evaluated.month.chinese}。",
        lambda opened, actor: make_evaluation(opened, actor, ready, reason),
    )
