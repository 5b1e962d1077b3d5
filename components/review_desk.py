"""The desk of whoever reviews returns: what waits longest, what changed in it, and the step that is taken."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import filters, labels, session
from components.basis import clock
from components.labels import plain
from programme import forms, reviews
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.county_queries import Revision, revisions
from programme.obligations import STATUS_NAMES, Obligation, Status, Step, obligations
from programme.permissions import Actor
from programme.reviews import MEASURES, Cell

DONE: Final = {Step.APPROVED: "已审核通过", Step.ACCEPTED: "已接收", Step.SENT_BACK: "已退回"}
BUTTONS: Final = {Step.APPROVED: "审核通过", Step.ACCEPTED: "接收"}
TASKS: Final = {Step.APPROVED: "审核", Step.ACCEPTED: "接收"}
VERBS: Final = {Step.APPROVED: reviews.approve, Step.ACCEPTED: reviews.accept}
RECEIPT: Final = "review-receipt"
NAMED: Final = 12


def show(actor: Actor, step: Step) -> None:
    """The whole page below its title; `step` is what this desk does when a return is right."""
    _receipt()
    year = catalogue().current_year
    month = filters.reporting_month(forms.reportable_months(year))
    with db.reading() as opened:
        owed = obligations(opened, actor, year, month)
    waiting = sorted((one for one in owed if reviews.why_not(actor, one, step) is None), key=_waits)
    st.caption(_counted(owed, month))
    if not waiting:
        st.info(f"{month.chinese}没有等待您{TASKS[step]}的月报。", icon=":material/inbox:")
        return
    st.subheader(f"{len(waiting)}份月报等待{TASKS[step]}")
    _all_at_once(actor, waiting, step)
    names = {one.code: _label(one) for one in waiting}
    code = st.selectbox(
        "查看哪一份（等待最久的在前）", list(names), format_func=lambda code: names[code], key=f"look-{step}"
    )
    one = next((one for one in waiting if one.code == code), waiting[0])
    with db.reading() as opened:
        history = revisions(opened, actor, one.county_id)
    _compare(one, history)
    _decide(actor, one, step)


def _waits(one: Obligation) -> tuple[object, str]:
    return one.waits_since, one.code


def _label(one: Obligation) -> str:
    behalf = f"，{one.user_name}代报" if one.on_behalf else ""
    empty = f"，缺{len(one.missing)}项" if one.missing else ""
    return (
        f"{one.county} · 第{one.revision}版 · {clock(one.waits_since)}{behalf}{empty}"
        if one.waits_since
        else one.county
    )


def _counted(owed: Sequence[Obligation], month: Month) -> str:
    counted = Counter(one.status for one in owed)
    parts = [f"{STATUS_NAMES[state]}{counted[state]}" for state in Status if counted[state]]
    return (
        f"{month.chinese}月报共{len(owed)}个县：{'，'.join(parts)}。截止{owed[0].due:%Y年%-m月%-d日}。" if owed else ""
    )


def _receipt() -> None:
    """Say once what became of the last step."""
    if sentence := session.recall(RECEIPT):
        session.forget(RECEIPT)
        st.success(sentence, icon=":material/task_alt:")


def _finish(sentence: str) -> None:
    session.remember(RECEIPT, sentence)
    st.rerun()


# --- many at once ---------------------------------------------------------------------------------------------------


def _all_at_once(actor: Actor, waiting: Sequence[Obligation], step: Step) -> None:
    """Complete returns without a warning need no second look each; what would happen is said before it does."""
    with db.reading() as opened:
        doubtful = reviews.with_warnings(opened, waiting)
    sound = [one for one in waiting if one.is_complete and one.county_id not in doubtful]
    if len(sound) < 2:
        return
    with st.expander(f"批量{BUTTONS[step]}：完整且没有警告的{len(sound)}份", icon=":material/done_all:"):
        more = f"等{len(sound)}个县" if len(sound) > NAMED else ""
        names = "、".join(plain(one.county) for one in sound[:NAMED])
        st.write(f"将{BUTTONS[step]}：{names}{more}。其余{len(waiting) - len(sound)}份不受影响。")
        if st.button(f"{BUTTONS[step]}这{len(sound)}份", key=f"all-{step}"):
            with db.transaction() as opened:
                VERBS[step](opened, actor, sound)
            _finish(f"{DONE[step]}{len(sound)}份月报。")


# --- one return -----------------------------------------------------------------------------------------------------


def _compare(one: Obligation, history: Sequence[Revision]) -> None:
    """This revision beside the one before it and beside last month, changed figures marked, with warnings and reasons."""
    newest = {row.month: row for row in reversed(history)}
    this = next(row for row in history if (row.month, row.revision) == (one.month, one.revision))
    before = next((row for row in history if (row.month, row.revision) == (one.month, one.revision - 1)), None)
    last = newest.get(one.month.plus(-1))
    kpis = (catalogue().year_of(one.month) or catalogue().current_year).kpis_of(one.tier)
    table = {"指标": [kpi.name for kpi in kpis], one.month.plus(-1).chinese: [_figure(last, kpi) for kpi in kpis]}
    if before:
        table |= {f"第{before.revision}版": [_figure(before, kpi) for kpi in kpis]}
    table |= {f"第{this.revision}版": [_figure(this, kpi) for kpi in kpis]}
    if before:
        changed = [before.figures[kpi.code] != this.figures[kpi.code] for kpi in kpis]
        table |= {"变化": ["● 有变化" if told else "" for told in changed]}
    st.table(pd.DataFrame(table), hide_index=True, border="horizontal", alt=f"{one.title}与上月、上一版对照")
    st.caption(
        f"流量指标为本月数，存量指标为期末数。{this.user_name}于{clock(this.at)}报送，文件“{plain(this.file_name)}”。"
        + (f"缺：{'、'.join(catalogue().kpi(code).name for code in one.missing)}。" if one.missing else "")
    )
    for remark in this.remarks:
        st.markdown(f":orange[◆] {plain(remark)}")
    if this.reason:
        st.markdown(f"**报送说明**：{plain(this.reason)}")


def _figure(row: Revision | None, kpi: Kpi) -> str:
    return labels.NO_BASE_TEXT if row is None else labels.figure(row.figures[kpi.code], kpi)


def _decide(actor: Actor, one: Obligation, step: Step) -> None:
    if st.button(BUTTONS[step], type="primary", icon=":material/check:", key=f"take-{step}-{one.code}"):
        with db.transaction() as opened:
            VERBS[step](opened, actor, [one])
        _finish(f"{DONE[step]}：{one.title}第{one.revision}版。")
    with st.expander("退回，要求修改", icon=":material/undo:"):
        cells = _cells(one)
        if st.button("退回", key=f"back-{one.code}"):
            with db.transaction() as opened:
                reviews.send_back(opened, actor, one, cells)
            _finish(f"{DONE[Step.SENT_BACK]}：{one.title}第{one.revision}版，要求修改{len(cells)}格。")


def _cells(one: Obligation) -> list[Cell]:
    """The figures chosen, and the reason written for each. A flow is corrected in 本月数, a stock in 累计数."""
    kpis = {kpi.code: kpi for kpi in (catalogue().year_of(one.month) or catalogue().current_year).kpis_of(one.tier)}
    places = {code: "month" if kpi.is_flow else "to_date" for code, kpi in kpis.items()}
    chosen = st.multiselect(
        "要求修改哪些数", list(kpis), key=f"cells-{one.code}-{one.number}", placeholder="请选择指标",
        format_func=lambda code: f"{kpis[code].name}（{MEASURES[places[code]]}）",
    )  # fmt: skip
    st.caption("退回后县里只能修改所选的指标，其他的数保持不变。")
    return [
        Cell(
            code,
            places[code],
            st.text_input(f"{kpis[code].name}：要改的原因", max_chars=500, key=f"why-{one.code}-{code}"),
        )
        for code in chosen
    ]
