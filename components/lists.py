"""Short lists that lead on: counties that need attention, what was handed in last."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
import streamlit as st

from components import pages
from components.progress import Attention
from programme.calendar import Month
from programme.county_queries import Change
from programme.errors import ProgrammeError
from programme.queries import View
from programme.settings import clock

COUNTY_PAGE = "pages/progress/county.py"
SHOWN = 5


@contextmanager
def refusal_as_caption() -> Iterator[None]:
    """A refusal that is no trouble: said in small print."""
    try:
        yield
    except ProgrammeError as refusal:
        st.caption(str(refusal))


def county_link(label: str, code: str, month: Month, *, released: bool) -> None:
    """To the county's page, at the month and on the basis of what leads there."""
    asked = {"county": code, "month": str(month), "basis": "released" if released else "working"}
    st.page_link(pages.linked(COUNTY_PAGE), label=label, query_params=asked)


def origins(values: pd.DataFrame, view: View) -> None:
    """From a figure in a table to where it comes from: one county is picked, and its page opened at month and basis."""
    names = dict(zip(values["code"], values["label"] + "（" + values["province"] + "）", strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = st.selectbox(
            "某县的数从哪里来", list(names), format_func=lambda code: names[code], index=None, filter_mode="contains",
            placeholder="选一个县", width=260,
        )  # fmt: skip
        if code:
            county_link("打开该县，查看每个数的来历", str(code), view.month, released=bool(view.release))


def behind(counties: Sequence[Attention], view: View) -> None:
    """The first few of progress.behind, each with its reason and a way to the county."""
    month = view.month
    missing, slow = (sum(flags) for flags in ([c.missing for c in counties], [c.mostly_red for c in counties]))
    st.subheader("需要关注的县")
    if not counties:
        st.caption(f"{month.chinese}范围内的县都已报送，也没有半数以上指标滞后的县。")
        return
    silent = f"{missing}个县{month.chinese}未报" if missing else f"{month.chinese}已全部报送"
    st.caption(silent + (f"；{slow}个县半数以上指标低于县均份额的序时进度。" if slow else "。"))
    for county in counties[:SHOWN]:
        reasons = ["本月未报"] * county.missing + [f"滞后{county.red}项"] * (county.red > 0)
        label = f"**{county.county}** · {'，'.join(reasons)}"
        county_link(label, county.code, month, released=bool(view.release))
    if len(counties) > SHOWN:
        st.caption(f"另有{len(counties) - SHOWN}个县，见“地图”页的表格。")


def changes(latest: Sequence[Change]) -> None:
    """The last submissions, each with a way to its county."""
    st.subheader("最近报送")
    if not latest:
        st.caption("还没有月报。县工作小组报送后，会显示在这里。")
        return
    st.caption(f"最近一次：{clock(latest[0].at)}，{latest[0].user_name}。")
    for change in latest:
        by = "，代报" if change.on_behalf else ""
        label = f"**{change.county}** · {change.month.chinese}第{change.revision}版{by}"
        county_link(label, change.code, change.month, released=False)
