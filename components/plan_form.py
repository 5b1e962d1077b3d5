"""The page of a county for its own execution plan: what became of each milestone, the plan as it stands, and the form."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

import db
from components import acts, plan_view, session
from components.labels import plain
from components.labels_plan import state_text
from programme import plan_writing
from programme.catalogue import Year
from programme.milestones import STATE_NAMES, Milestone, State, overdue
from programme.permissions import Actor, Permission
from programme.plan_content import Row, Written, changed_sections, problems
from programme.plan_facts import Field, Section, plan_facts
from programme.plan_writing import LONGEST, REVIEWED, Draft
from programme.plans import CountyPlan, content_of, reasons_of
from programme.settings import clock, today

TIMELINE, READING, WRITING = "里程碑", "方案全文", "填写和修改"
TITLE, DUE, IDENTITY = "里程碑", "计划完成日期", "milestone"
TALL: Final = 160


def show(actor: Actor, one: CountyPlan, year: Year) -> None:
    """The whole page below its title."""
    st.header(plain(one.title))
    plan_view.profile(one)
    with db.reading() as opened:
        draft = plan_writing.draft_of(opened, actor, one)
        stands, reasons = content_of(opened, one), reasons_of(opened, one)
    ways = [TIMELINE, READING, WRITING] if one.revision else [WRITING]
    first = ways.index(WRITING) if draft or reasons or not one.revision else 0
    way = ways[first]
    if len(ways) > 1:
        way = st.radio("看什么", ways, index=first, horizontal=True, label_visibility="collapsed", key="own-plan-way")
    if way == TIMELINE:
        plan_view.milestones(one, year)
        _report(one)
    elif way == READING:
        plan_view.reading(stands, None, reasons)
        plan_view.course(one)
    else:
        _write(one, year, draft, stands, reasons)


# --- milestones -------------------------------------------------------------------------------------------------------


def _report(one: CountyPlan) -> None:
    """What became of a milestone: the overdue ones are offered first."""
    if not one.milestones:
        return
    st.subheader("报告进展")
    late = overdue(one.milestones)
    offered = {each.milestone: each for each in (*late, *(each for each in one.milestones if each not in late))}
    chosen = offered[
        st.selectbox(
            "哪个里程碑", list(offered), key=f"report-{acts.round_number()}",
            format_func=lambda code: f"{offered[code].title} · {state_text(offered[code])}",
        )
    ]  # fmt: skip
    key = f"report-{chosen.milestone}-{chosen.events}"
    states = list(State)
    state = st.radio(
        "现在的状态", states, index=states.index(chosen.state), format_func=STATE_NAMES.__getitem__, horizontal=True,
        key=f"{key}-state",
    )  # fmt: skip
    if state is State.DONE:
        day = chosen.done_on or (None if chosen.is_overdue else today())
        st.date_input("完成日期", day, max_value=today(), format="YYYY-MM-DD", key=f"{key}-on", width=200)
    st.text_area("说明", chosen.note, max_chars=plan_facts().limits["max_note"], key=f"{key}-note", height=100)
    st.button("报告进展", type="primary", icon=":material/flag:", on_click=_tell, args=(one, chosen, key))
    st.caption("报告进展不必修改方案，也不需要审核；每次报告都留有记录。")


def _tell(seen: CountyPlan, milestone: Milestone, key: str) -> None:
    """With what stands in the boxes at the click, not with what stood there when they were drawn."""
    state, day, note = (session.typed(f"{key}-{box}") for box in ("state", "on", "note"))
    done_on = date.fromisoformat(day) if state == State.DONE and day not in ("", "None") else None
    sentence = f"已报告：“{milestone.title}”{STATE_NAMES[State(state)]}。"
    acts.act(
        Permission.SEE_PLAN,
        sentence,
        lambda opened, actor: plan_writing.report(
            opened, actor, seen, milestone.milestone, State(state), done_on, note
        ),
    )


# --- the form ---------------------------------------------------------------------------------------------------------


def _write(one: CountyPlan, year: Year, draft: Draft | None, stands: Written, reasons: Mapping[str, str]) -> None:
    if draft and draft.base != one.revision:
        st.warning(
            f"您的草稿写在第{draft.base}版上，而方案已有第{one.revision}版。请放弃草稿，在新的版本上修改。",
            icon=":material/difference:",
        )
        _discard_button(one)
        return
    if draft is None and one.revision and not reasons:
        _offer_change(one)
        return
    if reasons:
        st.warning(
            f"方案已由{plain(one.step_by)}于{clock(one.step_at)}退回，请修改标有“▼”的{len(reasons)}部分后重新报送；其他部分已锁定。",
            icon=":material/undo:",
        )
    written = draft.written if draft else stands
    left = problems(written, year)
    section = _choose(left, [code for code in reasons if code not in changed_sections(stands, written)], bool(reasons))
    _section(one, section, written, left.get(section.code, ()), reasons)
    if draft:
        st.caption(f"草稿已于{clock(draft.saved_at)}保存，离开本页也不会丢失。")
    _hand_in(one, draft, left, bool(reasons))


def _offer_change(one: CountyPlan) -> None:
    again = (
        "修改后须写明原因，重新审核；审核期间现行版继续有效。" if one.status in REVIEWED else "审核之前可以直接修改。"
    )
    st.markdown(f"第{one.revision}版已报送。{again}")
    st.button("修改方案", icon=":material/edit:", on_click=_begin, args=(one,))


def _choose(left: Mapping[str, object], to_change: Sequence[str], was_sent_back: bool) -> Section:
    """Which section is on the desk; a tick at each that is finished, and not one that a review waits for."""
    sections = {section.code: section for section in plan_facts().sections}
    first = next((code for code in sections if code in (to_change or left)), next(iter(sections)))
    if not was_sent_back:
        done = len(sections) - len(left)
        st.progress(done / len(sections), f"已写好{done}/{len(sections)}部分")

    def label(code: str) -> str:
        mark = "▼ " if code in to_change else "" if code in left else "✓ "
        return f"{mark}{sections[code].name}"

    codes = list(sections)
    chosen = st.radio(
        "写哪一部分（✓ 已写好）", codes, index=codes.index(first), format_func=label, horizontal=True,
        key=f"section-{acts.round_number()}",
    )  # fmt: skip
    return sections[str(chosen)]


def _section(
    one: CountyPlan, section: Section, written: Written, left: Sequence[str], reasons: Mapping[str, str]
) -> None:
    st.subheader(section.name, anchor=False)
    st.caption(f"{section.hint}（{plan_facts().document}，{section.clause}：“{section.sentence}”）")
    if section.code in reasons:
        st.warning(f"退回原因：{plain(reasons[section.code])}", icon=":material/undo:")
    locked = bool(reasons) and section.code not in reasons
    if locked:
        st.caption("审核没有要求修改这一部分，已锁定。")
    key = f"plan-{one.code}-{acts.round_number()}-{section.code}"
    if section.is_timetable:
        _timetable(one, written.rows, key, locked=locked)
    for box in section.fields:
        _box(one, section, box, written.text(section.code, box.code), f"{key}-{box.code}", locked=locked)
    for sentence in left:
        st.markdown(f":orange[○] {plain(sentence)}")


def _box(one: CountyPlan, section: Section, box: Field, text: str, key: str, *, locked: bool) -> None:
    """One field, kept as soon as it is left."""
    keep = partial(_keep_text, one, section.code, box.code, key)
    if box.kind == "text":
        st.text_area(
            box.name, text, max_chars=plan_facts().limits["max_text"], key=key, height=TALL, placeholder=box.hint,
            on_change=keep, disabled=locked,
        )  # fmt: skip
    else:
        most = plan_facts().limits["max_line"]
        st.text_input(box.name, text, max_chars=most, key=key, placeholder=box.hint, on_change=keep, disabled=locked)


def _timetable(one: CountyPlan, rows: Sequence[Row], key: str, *, locked: bool) -> None:
    """The milestones as a grid; a row is added below and deleted by its mark."""
    base: tuple[Row, ...] | None = session.recall(key)
    if base is None or session.is_fresh(f"{key}-editor"):
        base = tuple(rows)
        session.remember(key, base)
    titles, days = [row.title for row in base], [row.due or None for row in base]
    frame = pd.DataFrame({TITLE: pd.Series(titles, dtype="str"), DUE: pd.Series(days, dtype="datetime64[ns]")})
    st.data_editor(
        frame,
        key=f"{key}-editor",
        hide_index=True,
        num_rows="dynamic",
        placeholder="请填写",
        disabled=locked,
        on_change=_keep_rows,
        args=(one, base, f"{key}-editor"),
        column_config={
            TITLE: st.column_config.TextColumn(TITLE, width="large", max_chars=plan_facts().limits["max_title"]),
            DUE: st.column_config.DateColumn(DUE, format="YYYY-MM-DD"),
        },
        alt="路线图和时间表",
    )


def edited(base: Sequence[Row], changes: Mapping[str, Any]) -> tuple[Row, ...]:
    """The rows of a grid with what was changed in it; a new row has no identity yet."""
    altered, gone = changes.get("edited_rows", {}), set(changes.get("deleted_rows", ()))
    kept = [_row(row, altered.get(at, {})) for at, row in enumerate(base) if at not in gone]
    return (*kept, *(_row(Row(0, "", ""), cells) for cells in changes.get("added_rows", ())))


def _row(row: Row, cells: Mapping[str, Any]) -> Row:
    title, due = cells.get(TITLE, row.title), cells.get(DUE, row.due)
    return Row(row.milestone, str(title or ""), _day(str(due or "")[:10]))


def _day(text: str) -> str:
    """An ISO date, or "" for what is none (a year of five digits)."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _hand_in(one: CountyPlan, draft: Draft | None, left: Mapping[str, object], was_sent_back: bool) -> None:
    key = f"plan-reason-{one.code}-{acts.round_number()}"
    if one.status in REVIEWED:
        st.text_input("修改的原因（必填）", max_chars=LONGEST, key=key)
    elif was_sent_back:
        st.text_input("说明（某一部分认为无误、没有修改时必填）", max_chars=LONGEST, key=key)
    if left:
        names = "、".join(plan_facts().section(code).name for code in left)
        st.caption(f"还有{len(left)}部分没有写好：{names}。写好后即可报送。")
    with st.container(horizontal=True):
        st.button(
            "报送执行方案", type="primary", icon=":material/send:", disabled=bool(left), on_click=_submit,
            args=(one, key),
        )  # fmt: skip
        if draft:
            _discard_button(one)


def _discard_button(one: CountyPlan) -> None:
    st.button("放弃草稿", icon=":material/delete:", on_click=_discard, args=(one,))


# --- clicks -----------------------------------------------------------------------------------------------------------


def _keep_text(one: CountyPlan, section: str, field: str, widget: str) -> None:
    text = session.typed(widget)
    acts.keep(
        Permission.SEE_PLAN, lambda opened, actor: plan_writing.keep_text(opened, actor, one, section, field, text)
    )


def _keep_rows(one: CountyPlan, base: Sequence[Row], widget: str) -> None:
    rows = edited(base, session.edits(widget))
    acts.keep(Permission.SEE_PLAN, lambda opened, actor: plan_writing.keep_rows(opened, actor, one, rows))


def _begin(one: CountyPlan) -> None:
    acts.act(Permission.SEE_PLAN, "", lambda opened, actor: plan_writing.begin(opened, actor, one))


def _discard(one: CountyPlan) -> None:
    acts.act(Permission.SEE_PLAN, "草稿已放弃。", lambda opened, actor: plan_writing.discard(opened, actor, one))


def _submit(seen: CountyPlan, reason: str) -> None:
    sentence = f"已报送：{seen.title}第{seen.revision + 1}版，等待省级信息中心审核。"
    text = session.typed(reason)
    acts.act(Permission.SEE_PLAN, sentence, lambda opened, actor: plan_writing.submit_draft(opened, actor, seen, text))
