"""报送名单: what the province is about to report, and every list (附件2) as it was settled, to take away."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import acts, downloads, session
from components.labels import plain
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.project_life import LONGEST
from programme.project_lists import SettledList, annex2_files, report_list, why_not_report
from programme.selection_queries import Application, Desk
from programme.settings import clock


def offer_reporting(actor: Actor, desk: Desk) -> None:
    """The recommended projects, and the button that settles their list and reports them."""
    waiting, facts = desk.standing_at("recommended"), project_facts()
    few = desk.used < facts.least
    if not waiting or desk.used > facts.most:
        st.info(why_not_report(len(waiting), desk.used, "") or "", icon=":material/playlist_add:")
        return
    st.markdown(
        f"将列入名单的拟推荐项目{len(waiting)}个：" + "、".join(plain(f"{one.no} {one.name}") for one in waiting)
    )
    mark = "-".join(f"{one.no}.{one.moves}" for one in waiting)
    if few:
        st.text_area(
            f"推荐{desk.used}个、少于{facts.least}个的原因（必填）", max_chars=LONGEST, key=f"few-{mark}", height=80
        )
    st.button(
        "生成名单并报送国家网信办", key=f"report-{mark}", type="primary", icon=":material/send:", on_click=_report,
        args=(actor.province_code, waiting, f"few-{mark}" if few else ""),
    )  # fmt: skip
    st.caption("名单（附件2）一经报送即定稿，不能更改；以后名额内新推荐的项目另报一份。")


def _report(province_code: str, waiting: Sequence[Application], box: str) -> None:
    reason = session.typed(box) if box else ""
    acts.act(
        Permission.SEE_PROJECT,
        f"已报送{len(waiting)}个项目，名单已定稿，可以下载盖章。",
        lambda opened, actor: report_list(opened, actor, province_code, reason, seen=[one.no for one in waiting]),
    )


def show_settled(lists: Sequence[SettledList]) -> None:
    """Each with number, time, digest, rows and the file."""
    if not lists:
        st.caption("还没有报送过名单。")
    for one in lists:
        with st.container(border=True):
            late = f" · ▼ 逾期{one.late_days}天" if one.late_days else ""
            st.markdown(f"**{plain(one.province)}项目信息汇总表 · 第{one.number}份**（{len(one.rows)}个项目）")
            st.caption(
                f"{plain(one.user_name)}于{clock(one.at)}报送{late} · SHA-256 {one.sha256[:16]}…", help=one.sha256
            )
            if one.reason:
                st.markdown(f"**说明**：{plain(one.reason)}")
            st.table(_rows(one), hide_index=True, border="horizontal", alt=f"{one.province}第{one.number}份名单")
            _downloads(one)


def _downloads(one: SettledList) -> None:
    name, key = f"{one.province}项目信息汇总表_第{one.number}份", f"list-{one.province_code}-{one.number}"
    files = annex2_files(one)
    with st.container(horizontal=True):
        downloads.workbook("下载附件2（xlsx）", f"{name}.xlsx", files["xlsx"], f"{key}-xlsx")
        downloads.word("下载附件2（docx）", f"{name}.docx", files["docx"], f"{key}-docx")


def _rows(one: SettledList) -> pd.DataFrame:
    """The six columns of the annex in three, so that they fit a telephone; the file has them as they are."""
    heading = {column.field: column.heading for column in project_facts().columns}
    return pd.DataFrame([
        {
            "项目": f"{plain(row['name'])}  \n:small[:gray[{plain(row['no'])} · {plain(row['enterprise'])}]]",
            f"{heading['head_of_unit']} / {heading['project_leader']}": (
                f"{plain(row['head_of_unit'] or '—')} / {plain(row['project_leader'] or '—')}"
            ),
            heading["remark"]: plain(row["remark"]),
        }
        for row in one.rows
    ])  # fmt: skip
