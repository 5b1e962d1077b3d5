"""The desk of whoever reads and reviews execution plans: the list, one plan, what changed in it, and the step that is taken."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import acts, filters, plan_view, session
from components.labels import date_text, plain
from programme import plan_reviews
from programme.catalogue import TIER_NAMES, Year
from programme.obligations import Status, Step
from programme.permissions import Actor, Permission, refusal
from programme.plan_facts import plan_facts
from programme.plan_reviews import LONGEST, waits_for, why_not
from programme.plans import PLAN_STATUS_NAMES, CountyPlan, content_of, reasons_of
from programme.review_rules import WORDS
from programme.settings import clock

VERBS: Final = {Step.APPROVED: plan_reviews.approve, Step.ACCEPTED: plan_reviews.accept}
NEXT_LINE: Final = "  \n"
NEVER: Final = datetime.max.replace(tzinfo=UTC)


def show(actor: Actor, found: Sequence[CountyPlan], year: Year) -> None:
    """The whole page below its title, for those who do not write a plan themselves."""
    ordered = sorted(found, key=partial(_turn, actor))
    listed = [one for one in ordered if one.is_owed or one.revision]
    _headline(actor, listed)
    if listed:
        table = pd.DataFrame([_row(actor, one) for one in listed])
        st.table(table, hide_index=True, border="horizontal", alt="各县执行方案")
    _overdue(listed)
    names = {
        one.code: f"{one.county}（{one.province}）" for one in (*listed, *(one for one in ordered if one not in listed))
    }
    waiting = [one.code for one in listed if waits_for(actor, one)]
    code = filters.county(names, (waiting or list(names))[0])
    _one(actor, next(one for one in ordered if one.code == code), year)


def _turn(actor: Actor, one: CountyPlan) -> tuple[object, ...]:
    """Core counties first; among them what waits longest for the actor."""
    return not one.is_owed, waits_for(actor, one) is None, one.waits_since or NEVER, one.code


def _headline(actor: Actor, listed: Sequence[CountyPlan]) -> None:
    owed = [one for one in listed if one.is_owed]
    states = Counter(one.status for one in owed)
    counted = "，".join(f"{PLAN_STATUS_NAMES[state]}{states[state]}" for state in Status if states[state])
    others = len(listed) - len(owed)
    late = sum(one.counts[2] for one in listed)
    st.caption(
        (f"{len(owed)}个核心示范县：{counted}。" if owed else "范围内没有核心示范县。")
        + (f"另有{others}个辐射带动县编制了方案。" if others else "")
        + (f"逾期里程碑{late}个。" if late else "没有逾期的里程碑。")
    )
    if refusal(actor, Permission.REVIEW_PLAN) is None or refusal(actor, Permission.ACCEPT_PLAN) is None:
        waiting = sum(waits_for(actor, one) is not None for one in listed)
        st.subheader(f"{waiting}份执行方案等待您办理" if waiting else "没有等待您办理的执行方案")


def _row(actor: Actor, one: CountyPlan) -> dict[str, str]:
    every, done, late = one.counts
    waits = waits_for(actor, one)
    tier = "" if one.is_owed else f" · {TIER_NAMES[one.tier]}"
    state = [one.status_name + (f"（第{one.revision}版）" if one.revision else "")]
    state += [f":small[:gray[{clock(one.waits_since)}]]"] if one.revision else []
    state += [f"**◆ 等待您{'审核' if waits is Step.APPROVED else '接收'}**"] if waits else []
    progress = [f"{done}/{every}完成" if every else "—", *([f":red[▼ 逾期{late}个]"] if late else [])]
    return {
        "县": f"{plain(one.county)}{NEXT_LINE}:small[:gray[{one.province}{tier}]]",
        "状态": NEXT_LINE.join(state),
        "里程碑": NEXT_LINE.join(progress),
    }


def _overdue(listed: Sequence[CountyPlan]) -> None:
    """Every overdue milestone, the longest first."""
    late = [(one, milestone) for one in listed for milestone in one.milestones if milestone.is_overdue]
    if not late:
        return
    rows = [
        {
            "县": plain(one.county),
            "里程碑": plain(milestone.title)
            + (f"{NEXT_LINE}:small[:gray[{plain(milestone.note)}]]" if milestone.note else ""),
            "逾期": f":red[▼ {milestone.late_days}天]{NEXT_LINE}:small[:gray[计划{date_text(milestone.due)}]]",
        }
        for one, milestone in sorted(late, key=lambda pair: (pair[1].due, pair[0].code))
    ]
    with st.expander(f"逾期的里程碑：{len(rows)}个", icon=":material/flag:"):
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="逾期的里程碑")


# --- one plan ---------------------------------------------------------------------------------------------------------


def _one(actor: Actor, one: CountyPlan, year: Year) -> None:
    st.header(f"{plain(one.title)}")
    plan_view.profile(one)
    if not one.revision:
        return
    way = st.radio("看什么", ["方案全文", "里程碑"], horizontal=True, label_visibility="collapsed", key="plan-way")
    if way == "里程碑":
        plan_view.milestones(one, year)
        return
    with db.reading() as opened:
        written, reasons = content_of(opened, one), reasons_of(opened, one)
        before = content_of(opened, one, one.revision - 1) if one.revision > 1 else None
    if one.reason:
        st.markdown(f"**修改说明**：{plain(one.reason)}")
    plan_view.reading(written, before, reasons)
    plan_view.course(one)
    _decide(actor, one)


def _decide(actor: Actor, one: CountyPlan) -> None:
    if step := waits_for(actor, one):
        done = f"已{WORDS[step]}：{one.title}第{one.revision}版。"
        st.button(
            WORDS[step], type="primary", icon=":material/check:", key=f"take-{step}-{one.code}-{one.revision}",
            on_click=_take, args=(step, one, done),
        )  # fmt: skip
    if why_not(actor, one, Step.SENT_BACK) is None:
        with st.expander("退回，要求修改", icon=":material/undo:"):
            st.button("退回", key=f"back-{one.code}", on_click=_send_back, args=(one, _parts(one)))


def _parts(one: CountyPlan) -> list[str]:
    """The sections chosen, each with a box for its reason."""
    chosen = st.multiselect(
        "要求修改哪些部分", plan_facts().codes, key=f"parts-{one.code}-{one.revision}", placeholder="请选择",
        format_func=lambda code: plan_facts().section(code).name,
    )  # fmt: skip
    st.caption("退回后县里只能修改所选的部分，其他部分锁定。")
    for code in chosen:
        st.text_input(f"{plan_facts().section(code).name}：要改的原因", max_chars=LONGEST, key=_why(one, code))
    return list(chosen)


def _why(one: CountyPlan, code: str) -> str:
    """The key of the box for the reason."""
    return f"plan-why-{one.code}-{one.revision}-{code}"


def _take(step: Step, seen: CountyPlan, sentence: str) -> None:
    verb: Callable[..., None] = VERBS[step]
    acts.act(Permission.SEE_PLAN, sentence, lambda opened, actor: verb(opened, actor, seen))


def _send_back(seen: CountyPlan, parts: Sequence[str]) -> None:
    reasons = {code: session.typed(_why(seen, code)) for code in parts}
    sentence = f"已退回：{seen.title}第{seen.revision}版，要求修改{len(reasons)}部分。"
    acts.act(Permission.SEE_PLAN, sentence, lambda opened, actor: plan_reviews.send_back(opened, actor, seen, reasons))
