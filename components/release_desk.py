"""The desk of 发布: what a release of the month would hold, making it, and what is out already."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

import db
from components import bulletin_view, downloads, filters, labels, papers_desk, receipts, session
from components.labels import plain
from programme import release_content, release_issues, release_papers, releases
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Year, catalogue
from programme.errors import ProgrammeError
from programme.forms import ended_months
from programme.obligations import STATUS_NAMES, Status
from programme.permissions import Actor, Permission, Subject, refusal
from programme.release_content import Prepared
from programme.release_issues import Issue
from programme.settings import clock

RECEIPT: Final = "release-receipt"
NAMED: Final = 12
NO_BREAK: Final = "\u00a0"


# --- making one -----------------------------------------------------------------------------------------------------


def make(actor: Actor, year: Year) -> None:
    """For the office: what would be frozen, and the button that does it."""
    month = filters.reporting_month(ended_months(year))
    try:
        with db.reading() as opened:
            ready = release_content.prepare(opened, actor, month)
    except ProgrammeError as refusal:
        st.info(str(refusal), icon=":material/info:")
        return
    st.subheader(f"将发布第{ready.number}期：{month.chinese}")
    st.caption(
        f"已接收{ready.accepted}/{len(ready.members)}个县，合计到{month.chinese}底。"
        f"发布后内容不再改变，领导小组和各县看到的就是这些数；以后的更正列入下一期。"
    )
    _absent(ready)
    facts = json.loads(ready.content(""))
    st.table(_targets(facts), hide_index=True, border="horizontal", alt="将要发布的十项目标")
    _corrections(facts)
    reason = ""
    if ready.supersedes:
        st.warning(
            f"{month.chinese}已发布第{ready.supersedes}期，再次发布将替换它（原期仍可查）。", icon=":material/history:"
        )
        reason = st.text_input("替换的原因（必填）", max_chars=releases.LONGEST, key=_why(ready))
    st.button(
        f"发布第{ready.number}期", type="primary", icon=":material/publish:", key="make-release",
        on_click=_release, args=(ready,), disabled=bool(ready.supersedes) and not reason.strip(),
    )  # fmt: skip


def _why(ready: Prepared) -> str:
    return f"why-release-{ready.number}"


def _release(ready: Prepared) -> None:
    """Runs before the page, on what was drawn: what changed since then is told, not released unseen."""
    actor = session.guard(Permission.MAKE_RELEASE)
    try:
        with db.transaction() as opened:
            made = releases.release(opened, actor, ready, session.typed(_why(ready)))
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return
    receipts.keep(RECEIPT, f"已发布{made.title}：{made.accepted}/{made.expected}个县。", done=True)


def _absent(ready: Prepared) -> None:
    if not ready.absent:
        return
    counted = Counter(one.status for one in ready.absent)
    parts = "，".join(f"{STATUS_NAMES[state]}{counted[state]}" for state in Status if counted[state])
    names = "、".join(plain(one.county) for one in ready.absent[:NAMED])
    more = f"等{len(ready.absent)}个县" if len(ready.absent) > NAMED else ""
    st.markdown(f":orange[◆] 本月没有计入的{len(ready.absent)}个县（{parts}）：{names}{more}。")


# --- what a release holds -------------------------------------------------------------------------------------------


def _targets(facts: dict[str, Any]) -> pd.DataFrame:
    rows = [(catalogue().kpi(line["kpi"]), line) for line in facts["targets"]]
    return pd.DataFrame(
        {
            "指标": [f"{kpi.name} · {TIER_NAMES[line['tier']]}" for kpi, line in rows],
            "累计": [labels.figure(line["actual"], kpi) for kpi, line in rows],
            "目标（不低于）": [labels.figure(round(Fraction(line["target"])), kpi) for kpi, line in rows],
            "完成率": [_attained(line) for _, line in rows],
            "已报县": [f"{line['reported']}/{line['expected']}" for _, line in rows],
        }
    )


def _attained(line: dict[str, Any]) -> str:
    share = labels.percent(Fraction(line["attainment"]) if line["attainment"] else None)
    return f"{share} {labels.light_text(line['light']).replace(' ', NO_BREAK)}"


def _corrections(facts: dict[str, Any]) -> None:
    rows = facts["corrections"]
    if not rows:
        return
    st.markdown(f"**自上期以来的更正和补报：{len(rows)}处**")
    table = correction_table(rows)
    table["原因"] = [plain(reason) for reason in table["原因"]]
    st.table(table.head(NAMED), hide_index=True, border="horizontal", alt="自上期以来的更正和补报")
    if len(table) > NAMED:
        st.caption(f"只列出前{NAMED}处，共{len(table)}处；全部见下载的文件。")


def correction_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    kpis = [catalogue().kpi(row["kpi"]) for row in rows]
    return pd.DataFrame(
        {
            "县": [row["name"] for row in rows],
            "报告期": [Month.parse(row["month"]).chinese for row in rows],
            "指标": [kpi.name for kpi in kpis],
            "原数": [labels.figure(row["old"], kpi) for row, kpi in zip(rows, kpis, strict=True)],
            "新数": [labels.figure(row["new"], kpi) for row, kpi in zip(rows, kpis, strict=True)],
            "原因": [row["reason"] or "—" for row in rows],
        }
    )


def issued(actor: Actor, year: Year) -> None:
    """What is out, newest first, and one of them in full."""
    with db.reading() as opened:
        every = release_issues.issues(opened, year)[::-1]
    st.subheader("已发布")
    if not every:
        st.info("还没有发布过。办公室接收月报后，在这里按月发布。", icon=":material/inbox:")
        return
    st.table(_list(every), hide_index=True, border="horizontal", alt="已发布的各期")
    titles = {issue.title: issue for issue in every}
    chosen = titles[str(st.selectbox("查看哪一期", titles))]
    with db.reading() as opened:
        told = release_issues.told_of(opened, actor, chosen.number)
    _one(chosen, told)
    papers_desk.of_release(actor, chosen)
    bulletin_view.of_release(actor, chosen)
    if refusal(actor, Permission.SEE_COUNTY, Subject(None, "")) is None:
        asking = session.later(Permission.SEE_COUNTY)
        st.download_button(
            "下载冻结的内容（json）", partial(_content, asking, chosen.number),
            release_papers.file_name(chosen, "冻结的内容.json"), "application/json", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip


def _content(asking: Callable[[], Actor], number: int) -> str:
    with db.reading() as opened:
        return release_issues.content_of(opened, asking(), number)[0]


def _list(every: Sequence[Issue]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "期": [f"第{issue.number}期" for issue in every],
            "月份": [issue.month.chinese for issue in every],
            "发布时间": [clock(issue.made_at) for issue in every],
            "接收县数": [f"{issue.accepted}/{issue.expected}" for issue in every],
            "状态": [f"○ {issue.replaced}" if issue.replaced else "● 现行" for issue in every],
        }
    )


def _one(issue: Issue, facts: dict[str, Any]) -> None:
    sample = ":gray-badge[:material/science: 示例数据] " if facts["sample"] else ""
    state = f"**○ {issue.replaced}** " if issue.replaced else ""
    replaced = f"，替换第{issue.supersedes}期，原因：{plain(facts['reason'])}" if issue.supersedes else ""
    st.markdown(
        f"{sample}{state}:small[:gray[{plain(issue.user_name)}于{clock(issue.made_at)}发布{replaced}。"
        f"内容指纹（SHA-256）：{issue.sha256}]]"
    )
    table = _targets(facts)
    st.table(table, hide_index=True, border="horizontal", alt=f"{issue.title}的十项目标")
    if facts["absent"]:
        names = "、".join(plain(one["name"]) for one in facts["absent"])
        with st.expander(f"没有计入的{len(facts['absent'])}个县"):
            st.write(names)
    _corrections(facts)
    counted = f"发布口径，截至{issue.month.chinese}底，接收{issue.accepted}/{issue.expected}个县"
    notes = [counted, f"SHA-256 {issue.sha256}", *(["示例数据"] if facts["sample"] else [])]
    downloads.table(release_papers.file_name(issue, "十项目标"), notes, table, key="release-targets")
    if facts["corrections"]:
        downloads.table(
            release_papers.file_name(issue, "更正"),
            notes,
            correction_table(facts["corrections"]),
            key="release-corrections",
        )
