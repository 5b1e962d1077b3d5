"""The board of returns: county by month, each cell a shape, a word and the days late; sums by province."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from components.labels import plain
from programme import settings
from programme.board import Sums, Timeliness, by_province, timeliness
from programme.obligations import Obligation, Status
from programme.settings import clock

MANY: Final = 14
PROVINCE: Final = "省（区、市）"
LEGEND: Final = (
    "● 完整且按时，后为办理进度；▲ 完整但迟报；◐ 有缺项；◇ 已退回待改；○ 待报；✕ 逾期未报；– 未到期。天数为自然日。"
)
PROGRESS: Final = {
    Status.SUBMITTED: "已提交", Status.APPROVED: "已审核", Status.ACCEPTED: "已接收", Status.RELEASED: "已发布",
}  # fmt: skip
SUMS: Final = {"due": "到期应报", "on_time": "按时完整", "late": "迟报", "incomplete": "缺项", "missing": "未报"}


def cell(one: Obligation) -> str:
    """▲ 迟3天 — never a shape alone."""
    words = {
        Timeliness.NOT_DUE: "– 未到期",
        Timeliness.DUE: "○ 待报",
        Timeliness.OVERDUE: f"✕ 逾期{one.late_days}天",
        Timeliness.SENT_BACK: "◇ 已退回",
        Timeliness.INCOMPLETE: f"◐ 缺{len(one.missing)}项",
        Timeliness.LATE: f"▲ 迟{one.late_days}天",
        Timeliness.ON_TIME: f"● {PROGRESS.get(one.status, '')}",
    }
    return words[timeliness(one)]


def sentence(added: Sums) -> str:
    if not added.due:
        return "还没有到期的月报。"
    parts = [f"{SUMS[name]}{getattr(added, name)}份" for name in ("on_time", "late", "incomplete", "missing")]
    return f"到期应报{added.due}份：{'，'.join(parts)}"


def as_of() -> str:
    today = settings.today()
    return f"截至{today.year}年{today.month}月{today.day}日"


def provinces(owed: Sequence[Obligation]) -> pd.DataFrame:
    """One row per province, in the order of their codes."""
    found = by_province(owed, settings.today())
    rows = [
        {PROVINCE: plain(name)} | {word: getattr(one, key) for key, word in SUMS.items()} for name, one in found.items()
    ]
    return pd.DataFrame(rows)


def matrix(owed: Sequence[Obligation]) -> pd.DataFrame:
    """One row per county, those of a province together; one column per month."""
    rows: dict[str, dict[str, str]] = {}
    for one in owed:
        row = rows.setdefault(one.code, {PROVINCE: one.province, "县": one.county})
        row[str(one.month)] = cell(one)
    return pd.DataFrame(list(rows.values()))


def months_of(owed: Sequence[Obligation]) -> pd.DataFrame:
    """The board of a single county: one row per month, the newest first."""
    return pd.DataFrame(
        {
            "报告期": one.month.chinese,
            "截止日": f"{one.due:%Y-%m-%d}",
            "情况": cell(one) + (f"·迟{one.late_days}天" if one.missing and one.late_days else ""),
            "最近一版": f"第{one.revision}版 {clock(one.at)}" if one.revision else "—",
        }
        for one in sorted(owed, key=lambda one: one.month, reverse=True)
    )


def narrowed(owed: Sequence[Obligation]) -> list[Obligation]:
    """By province, and to the counties that still owe something; whole rows stay together."""
    names = list(dict.fromkeys(one.province for one in owed))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        province = None
        if len(names) > 1:
            province = st.selectbox(PROVINCE, names, index=None, placeholder="全部", width=220, key="board-province")
        open_only = st.toggle("只看还欠月报或有缺项的县", key="board-open")
    kept = [one for one in owed if province in (None, one.province)]
    unsettled = {Timeliness.OVERDUE, Timeliness.SENT_BACK, Timeliness.INCOMPLETE}
    troubled = {one.county_id for one in kept if timeliness(one) in unsettled}
    return [one for one in kept if not open_only or one.county_id in troubled]


def show(owed: Sequence[Obligation]) -> None:
    """The matrix on the screen; within one province its name is not repeated."""
    frame = matrix(owed)
    if frame[PROVINCE].nunique() == 1:
        frame = frame.drop(columns=PROVINCE)
    st.dataframe(
        frame, hide_index=True, height=560 if len(frame) > MANY else "content", alt="各县各月报送情况",
        column_config={
            PROVINCE: st.column_config.TextColumn(width=110),
            "县": st.column_config.TextColumn(width=160, pinned=True),
        },
    )  # fmt: skip
