"""An execution plan as it is read: where it stands, its milestones on the time line, its sections and what changed in them."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

import db
from components import charts, pages
from components.county import STATUS_COLOURS
from components.labels import date_text, plain
from components.labels_plan import day_text, state_text
from components.scheme import scheme
from programme.catalogue import TIER_NAMES, Year
from programme.milestones import Milestone, overdue
from programme.obligations import Step
from programme.permissions import Actor
from programme.plan_content import Row, Written, changed_sections
from programme.plan_facts import Section, plan_facts
from programme.plans import CountyPlan, plan_of, revisions_of, steps_of
from programme.review_rules import WORDS
from programme.settings import clock, today

PLAN_PAGE = "pages/returns/plan.py"
NEXT_LINE = "  \n"
NO_REASONS: Mapping[str, str] = {}


def profile(one: CountyPlan) -> None:
    """Where the plan stands, and who did the last thing."""
    with st.container(horizontal=True):
        status(one)
        st.badge(TIER_NAMES[one.tier], icon=":material/hub:", color="violet")
        if one.sample:
            st.badge("示例数据", icon=":material/science:", color="gray")
    st.caption("".join(_what_happened(one)))


def status(one: CountyPlan) -> None:
    st.badge(one.status_name, color=STATUS_COLOURS[one.status])  # type: ignore[arg-type]


def _what_happened(one: CountyPlan) -> list[str]:
    if not one.revision:
        must = "核心示范县须编制执行方案" if one.is_owed else "辐射带动县参照执行，自愿编制"
        return [f"{must}（{plan_facts().document}，{plan_facts().owed_clause}）。还没有报送。"]
    told = [f"第{one.revision}版，{plain(one.user_name)}于{clock(one.at)}报送。"]
    if one.step:
        told.append(f"{plain(one.step_by)}于{clock(one.step_at)}{WORDS[Step(one.step)]}。")
    if one.is_under_review:
        told.append(f"现行的是办公室已接收的第{one.in_force}版，里程碑按现行版计算。")
    return told


# --- milestones -------------------------------------------------------------------------------------------------------


def milestones(one: CountyPlan, year: Year) -> None:
    """What is overdue first, then the time line, as a picture and as a table."""
    if not one.milestones:
        st.info("还没有里程碑。县工作小组报送执行方案后，会显示在这里。", icon=":material/flag:")
        return
    for late in overdue(one.milestones):
        note = f"，{plain(late.note)}" if late.note else ""
        st.markdown(f":red[▼ **逾期{late.late_days}天**] {plain(late.title)}（计划{date_text(late.due)}）{note}")
    found: charts.Columns = {
        "title": [milestone.title for milestone in one.milestones],
        "due": [milestone.due for milestone in one.milestones],
        "state": [milestone.shown for milestone in one.milestones],
        "done_on": [milestone.done_on for milestone in one.milestones],
    }
    st.caption(plain(f"截至{date_text(today())}，{charts.timeline_sentence(found)}"))
    st.vega_lite_chart(charts.timeline(found, scheme(), year.launch, year.end, today()), theme=None)
    table = pd.DataFrame([_milestone_row(milestone) for milestone in one.milestones])
    st.table(table, hide_index=True, border="horizontal", alt=f"{one.title}的里程碑")


def _milestone_row(one: Milestone) -> dict[str, str]:
    """Few columns with two lines each, so that a phone has room for them."""
    note = f"{NEXT_LINE}:small[:gray[{plain(' '.join(one.note.split()))}]]" if one.note else ""
    done = f"{NEXT_LINE}:small[:gray[{day_text(one.done_on)}]]" if one.done_on else ""
    return {
        "里程碑": f"**{one.number}** {plain(one.title)}{note}",
        "计划完成": day_text(one.due),
        "状态": f":red[{state_text(one)}]" if one.is_overdue else f"{state_text(one)}{done}",
    }


# --- sections ---------------------------------------------------------------------------------------------------------


def reading(written: Written, before: Written | None = None, reasons: Mapping[str, str] = NO_REASONS) -> None:
    """Section by section; with the revision before, what changed is marked and what stood there is shown."""
    changed = changed_sections(before, written) if before else ()
    for section in plan_facts().sections:
        mark = " :orange[● 有变化]" if section.code in changed else ""
        st.markdown(f"**{section.name}** :small[:gray[{section.clause}]]{mark}")
        if section.code in reasons:
            st.warning(f"退回原因：{plain(reasons[section.code])}", icon=":material/undo:")
        if section.is_timetable:
            _timetable(written.rows, before.rows if before else None)
        else:
            _fields(section, written, before if section.code in changed else None)


def _fields(section: Section, written: Written, before: Written | None) -> None:
    for box in section.fields:
        label = f"{box.name}：" if len(section.fields) > 1 else ""
        text = written.text(section.code, box.code)
        st.markdown(label + (_lines(text) or "（空）"))
        old = before.text(section.code, box.code) if before else text
        if old != text:
            st.caption(f"上一版：{_lines(old) or '（空）'}")


def _lines(text: str) -> str:
    """A user's text with its line breaks."""
    return NEXT_LINE.join(plain(line) for line in text.splitlines())


def _timetable(rows: Sequence[Row], before: Sequence[Row] | None) -> None:
    table: dict[str, list[str]] = {
        "里程碑": [plain(row.title) for row in rows],
        "计划完成": [row.due for row in rows],
    }
    if before is not None:
        old = {row.milestone: row for row in before}
        table["变化"] = [_change(row, old.get(row.milestone)) for row in rows]
        kept = {row.milestone for row in rows}
        gone = [row for row in before if row.milestone not in kept]
        table = {name: cells + [values[name] for values in map(_gone, gone)] for name, cells in table.items()}
    st.table(pd.DataFrame(table), hide_index=True, border="horizontal", alt="路线图和时间表")


def _gone(row: Row) -> dict[str, str]:
    return {"里程碑": plain(row.title), "计划完成": row.due, "变化": "✕ 已删除"}


def _change(row: Row, old: Row | None) -> str:
    if old is None:
        return "＋ 新增"
    told = [f"原名“{plain(old.title)}”"] * (old.title != row.title) + [f"原定{old.due}"] * (old.due != row.due)
    return f"● {'，'.join(told)}" if told else ""


# --- the way here -----------------------------------------------------------------------------------------------------


def course(one: CountyPlan) -> None:
    """Every revision and every step, oldest first."""
    with db.reading() as opened:
        written, steps = revisions_of(opened, one), steps_of(opened, one)
    rows = [(plan.revision, plan.at, plan.user_name, "报送", plan.reason) for plan in written]
    rows += [(step.revision, step.at, step.user_name, WORDS[Step(step.step)], "") for step in steps]
    table = [
        {"时间": clock(at), "版本": f"第{revision}版", "办理": f"{plain(name)}{word}", "说明": plain(reason)}
        for revision, at, name, word, reason in sorted(rows, key=lambda row: row[1])
    ]
    with st.expander(f"办理过程（{len(table)}步）", icon=":material/history:"):
        st.table(pd.DataFrame(table), hide_index=True, border="horizontal", alt=f"{one.title}的办理过程")


def of_county(actor: Actor, code: str, year: Year) -> None:
    """The plan as a view of the county page: what is overdue, the time line, and the way to the plan itself."""
    with db.reading() as opened:
        one = plan_of(opened, actor, code, year)
    status(one)
    st.caption("".join(_what_happened(one)))
    milestones(one, year)
    st.page_link(
        pages.linked(PLAN_PAGE), label="查看执行方案全文", icon=":material/article:", query_params={"county": code}
    )
