"""Progress reports of a project: what was told of each period, the form of the enterprise, and the review."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import acts, session
from components.labels import date_text, plain
from components.labels_plan import STATES
from programme import progress_reports
from programme.carrying import why_not_writing
from programme.carrying_facts import carrying_facts
from programme.carrying_queries import Carried
from programme.exact_figures import written
from programme.milestones import STATE_NAMES, State
from programme.permissions import Actor, Permission
from programme.progress_reports import LONGEST, STEP_NAMES, Told, ToTell, open_periods, reports_of, why_not_review
from programme.project_periods import Period
from programme.promises import SENT_BACK, Promise
from programme.settings import clock, today

NEXT_LINE: Final = "  \n"
NEWEST: Final = 4


def show(actor: Actor, one: Carried) -> None:
    with db.reading() as opened:
        reports = reports_of(opened, one.project.id or 0)
        periods = open_periods(opened, one.project)
    if why_not_writing(actor, one.project) is None:
        _write(one, reports, periods)
    elif not reports:
        st.info("承担企业还没有报告进展。", icon=":material/flag:")
    shown = [told for at, told in enumerate(reports) if at < NEWEST or not told.step or told.step == SENT_BACK]
    for told in shown:
        _report(actor, one, told)
    older = [told for told in reports if told not in shown]
    if older and st.toggle(f"显示更早的{len(older)}期", key=f"older-{one.project.no}"):
        for told in older:
            _report(actor, one, told)


def _report(actor: Actor, one: Carried, told: Told) -> None:
    waits = why_not_review(actor, one.project, told) is None
    label = f"{told.period.name} · 第{told.revision}版 · {STEP_NAMES[told.step]}"
    with st.expander(label, expanded=waits or told.step == SENT_BACK, icon=":material/description:"):
        if told.step == SENT_BACK:
            st.warning(f"退回原因：{plain(told.reason)}", icon=":material/undo:")
        st.markdown(NEXT_LINE.join(plain(line) for line in told.text.splitlines()))
        _told_table(one.promise, told)
        reviewed = f"；{plain(told.reviewed_by)}于{clock(told.reviewed_at)}{STEP_NAMES[told.step]}" if told.step else ""
        st.caption(f"{plain(told.user_name)}于{clock(told.at)}报送{reviewed}。")
        if waits:
            _review(one, told)


def _told_table(promise: Promise, told: Told) -> None:
    rows = [
        {"事项": plain(each.title), "报告": _state(*told.states[each.milestone])}
        for each in promise.milestones
        if each.milestone in told.states
    ]
    rows += [
        {
            "事项": plain(each.name),
            "报告": f"{written(told.figures[each.benefit])} / {written(each.target)}{plain(each.unit)}",
        }
        for each in promise.benefits
        if each.benefit in told.figures
    ]
    if rows:
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=f"{told.period.name}进展")


def _state(state: State, done_on: date | None) -> str:
    return STATES[state.value].text + (f" {date_text(done_on)}" if done_on else "")


def _review(one: Carried, told: Told) -> None:
    key = f"progress-{one.project.no}-{told.period}-{told.revision}"
    st.button("确认", type="primary", icon=":material/check:", key=f"{key}-yes", on_click=_confirm, args=(one, told))
    st.text_input("退回的原因", max_chars=LONGEST, key=f"{key}-why")
    st.button("退回", icon=":material/undo:", key=f"{key}-no", on_click=_send_back, args=(one, told, f"{key}-why"))


def _confirm(one: Carried, told: Told) -> None:
    acts.act(
        Permission.SEE_PROJECT,
        f"已确认：“{one.project.name}”{told.period.name}进展报告。",
        lambda opened, actor: progress_reports.confirm(opened, actor, one.project.no, told),
    )


def _send_back(one: Carried, told: Told, why: str) -> None:
    reason = session.typed(why)
    acts.act(
        Permission.SEE_PROJECT,
        f"已退回：“{one.project.name}”{told.period.name}进展报告。",
        lambda opened, actor: progress_reports.send_back(opened, actor, one.project.no, told, reason),
    )


# --- the form ---------------------------------------------------------------------------------------------------------


def _write(one: Carried, reports: Sequence[Told], periods: Sequence[Period]) -> None:
    if one.project.state == "confirmed":
        st.info("项目启动实施后，在这里按期报告进展。", icon=":material/rocket_launch:")
        return
    if not one.promise.revision:
        st.info("请先填写里程碑和预期效益，再报告进展。", icon=":material/flag:")
        return
    if not periods:
        st.caption("各期进展报告都已确认，下一期开始后再报。")
        return
    told = {report.period: report for report in reports}
    to_change = [period for period in periods if period in told and told[period].step == SENT_BACK]
    first = (to_change or list(one.unreported) or list(periods))[0]
    st.subheader("报告进展", anchor=False, help=carrying_facts().progress_citation)
    period = st.selectbox(
        "哪一期", periods, periods.index(first), format_func=lambda period: _offered(period, told),
        key=f"period-{one.project.no}-{acts.round_number()}", width=320,
    )  # fmt: skip
    _form(one, period, told.get(period))


def _offered(period: Period, told: Mapping[Period, Told]) -> str:
    if period in told:
        return f"{period.name} · 第{told[period].revision}版{STEP_NAMES[told[period].step]}"
    return f"{period.name} · {'应报未报' if period.last_day < today() else '未到期'}"


def _form(one: Carried, period: Period, before: Told | None) -> None:
    revision = before.revision if before else 0
    key = f"tell-{one.project.no}-{period}-{revision}"
    if before and before.step == SENT_BACK:
        st.warning(f"退回原因：{plain(before.reason)}", icon=":material/undo:")
    with st.form(key):
        states = _states(one.promise, before, key)
        figures = _figures(one.promise, before, key)
        text = st.text_area(
            "本期开展的工作和存在的问题", before.text if before else "", max_chars=carrying_facts().limits["max_text"],
            key=f"{key}-text", height=140,
        )  # fmt: skip
        pressed = st.form_submit_button("报送进展报告", type="primary", icon=":material/send:")
    if pressed:
        acts.act(
            Permission.SEE_PROJECT,
            f"已报送：{period.name}进展报告第{revision + 1}版，等待审核。",
            lambda opened, actor: progress_reports.report(
                opened, actor, one.project.no, period, ToTell(text, states, figures), seen=revision
            ),
        )
        st.rerun()


def _states(promise: Promise, before: Told | None, key: str) -> dict[int, tuple[State, date | None]]:
    found: dict[int, tuple[State, date | None]] = {}
    options = list(State)
    for one in promise.milestones:
        state, day = (before.states if before else {}).get(one.milestone, (one.state, one.done_on))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            picked = st.selectbox(
                f"{one.number} {one.title}（计划{one.due:%Y-%m-%d}）", options, options.index(state),
                format_func=STATE_NAMES.__getitem__, key=f"{key}-state-{one.milestone}",
            )  # fmt: skip
            done_on = st.date_input(
                "完成日期（已完成的填）", day, max_value=max(today(), day or today()), format="YYYY-MM-DD",
                key=f"{key}-on-{one.milestone}", width=190,
            )  # fmt: skip
        found[one.milestone] = (picked, done_on or None)
    return found


def _figures(promise: Promise, before: Told | None, key: str) -> dict[int, str]:
    found = {}
    for one in promise.benefits:
        figure = before.figures.get(one.benefit) if before else one.achieved
        found[one.benefit] = st.text_input(
            f"{one.name}：累计实现（{one.unit}，目标{written(one.target)}）", "" if figure is None else written(figure),
            key=f"{key}-figure-{one.benefit}",
        )  # fmt: skip
    return found
