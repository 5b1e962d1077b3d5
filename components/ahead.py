"""展望 on screen: the targets at the present pace, one of them in full, and what if the coming months bring other figures."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import pandas as pd
import streamlit as st

from components import pages
from components.labels import figure, percent, plain
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, Target
from programme.cell_text import RULES, Problem
from programme.forecast_words import (
    band_text,
    decimal,
    left_out_text,
    needed_sentence,
    needed_text,
    pace_text,
    recent_text,
    sentence,
    supposed_text,
    times_text,
    verdict_text,
)
from programme.forecasts import Outlook, Supposed, Verdict, supposed
from programme.numerals import parse_figure
from programme.queries import View

NEXT_LINE: Final = "  \n"
PAGE: Final = "pages/progress/ahead.py"
Found = Sequence[tuple[Target, Outlook]]
IN_TIME, LATE, REACHED, UNKNOWN = "● 年内可达到", "▼ 年内达不到", "● 已达到", "○ 不作预测"


def state(now: Outlook) -> str:
    """A shape and a word."""
    if now.verdict is Verdict.REACHED:
        return REACHED
    if now.verdict is Verdict.TOO_SHORT:
        return UNKNOWN
    return IN_TIME if now.in_time else LATE


def headline(found: Found) -> str:
    """How many targets will be reached in the year at this pace: 已达到1项，年内可达到5项，年内达不到4项."""
    states = [state(now) for _, now in found]
    counted = [(word, states.count(word)) for word in (REACHED, IN_TIME, LATE, UNKNOWN)]
    return "，".join(f"{word[2:]}{count}项" for word, count in counted if count)


def pressing(found: Found) -> int:
    """The place of the first target that will not be reached in the year, else of the first."""
    return next((at for at, (_, now) in enumerate(found) if state(now) == LATE), 0)


def link(found: Found, view: View) -> None:
    """One line that leads to 展望, at the same month and on the same basis."""
    asked = {"month": str(view.month), "basis": "released" if view.release else "working"}
    label = f"照这个速度：{headline(found)}（展望）"
    st.page_link(pages.linked(PAGE), label=label, icon=":material/trending_up:", query_params=asked)


def table(found: Found, goal: str = "目标") -> None:
    """Few columns with two lines each, so that a phone has room for them."""
    rows = [
        {
            "指标": f"{target.kpi.name}{NEXT_LINE}:small[:gray[{TIER_NAMES[target.tier]} · {_reached(now)}]]",
            "每月": f"月均{pace_text(now.pace, now.kpi)}{NEXT_LINE}:small[:gray[{_needed(now)}]]",
            "照这个速度": f"**{verdict_text(now)}**{NEXT_LINE}:small[:gray[{'，'.join(_notes(now))}]]",
        }
        for target, now in found
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=f"照近三个月的速度何时达到{goal}")


def _reached(now: Outlook) -> str:
    return f"{figure(now.actual, now.kpi)} / {_goal(now)}"


def _goal(now: Outlook) -> str:
    return figure(round(now.goal / now.kpi.factor) * now.kpi.factor, now.kpi)


def _needed(now: Outlook) -> str:
    if now.verdict is Verdict.REACHED:
        return "不再需要"
    times = f"（{times_text(now)}）" if now.times else ""
    return f"还须{needed_text(now)}{times}"


def _notes(now: Outlook) -> list[str]:
    return [state(now), *([band_text(now)] if band_text(now) else [])]


def sheet(found: Found) -> pd.DataFrame:
    """The same as a file holds it, one column a fact."""
    return pd.DataFrame(
        {
            "指标": [target.kpi.name for target, _ in found],
            "范围": [TIER_NAMES[target.tier] for target, _ in found],
            "累计": [figure(now.actual, now.kpi) for _, now in found],
            "目标（不低于）": [_goal(now) for _, now in found],
            f"{recent_text()}月均": [pace_text(now.pace, now.kpi) for _, now in found],
            "余下每月还须": [needed_text(now) for _, now in found],
            "还须与月均之比": [times_text(now) or "—" for _, now in found],
            "照这个速度": [verdict_text(now) for _, now in found],
            "最快与最慢": [band_text(now) or "—" for _, now in found],
            "状态": [state(now) for _, now in found],
            "未计入的月份": [left_out_text(now) or "—" for _, now in found],
        }
    )


def told(now: Outlook) -> None:
    """The forecast of one figure in its sentences."""
    st.markdown(f"{state(now)}。{sentence(now)}{needed_sentence(now)}")
    if words := left_out_text(now):
        st.caption(words)


def rule() -> None:
    st.caption(
        f"算法：以{recent_text()}的月均增长顺推，没有拟合，也不是概率；最快、最慢指以后各月都如以往最快、最慢的一个月。"
        "未报的月份、启动当月等不计入，也不当作0。年底集中发力时，这样推算会偏晚。"
    )


# --- what if --------------------------------------------------------------------------------------------------------


def what_if(now: Outlook, parts: Mapping[str, Fraction], whole: str) -> None:
    """Boxes for the months to come, empty for the pace as it is, and what comes of them. `parts` are the counties whose figures may
    be replaced in the sum called `whole`, with what each contributes to the pace."""
    if not _may_be_supposed(now) or now.pace is None:
        return
    own, who = now.pace, ""
    if parts:
        who = str(st.selectbox("替换谁的数", [whole, *parts], filter_mode="contains", key="what-if-who", width=320))
        own = parts.get(who, now.pace)
    replaced = _boxes(now, own, who)
    if replaced is not None:
        _compared([("照近三个月月均", supposed(now, {})), ("替换后", supposed(now, replaced, own))], now)


def what_if_county(now: Outlook, whole: Outlook, part: Fraction | None, tier: str) -> None:
    """As `what_if`, of a county's own figures: what they change in its even share, and in the target of all (its `tier`)."""
    if not _may_be_supposed(now) or now.pace is None:
        return
    replaced = _boxes(now, now.pace, "own")
    if replaced is None:
        return
    both = (("本县份额", now, now.pace), (f"{TIER_NAMES[tier]}目标", whole, part))
    _compared(
        [
            row
            for name, one, own in both
            for row in ((f"{name} · 照月均", supposed(one, {})), (f"{name} · 替换后", supposed(one, replaced, own)))
        ],
        now,
    )


def _may_be_supposed(now: Outlook) -> bool:
    if now.pace is None:
        st.caption("数据太短，不能推演。")
    elif not now.months_ahead:
        st.caption("本年度各月都已结束，不再推演。")
    return now.pace is not None and bool(now.months_ahead)


def _boxes(now: Outlook, own: Fraction, who: str) -> dict[Month, int] | None:
    """The figures typed, by month; None when one of them is no figure."""
    kpi = now.kpi
    found: dict[Month, int] = {}
    st.caption(f"按{kpi.entry_unit}填写，不填的月份按月均推算；只在本页推演，不会报送，也不会保存。")
    with st.container(horizontal=True):
        for month in now.months_ahead:
            typed = st.text_input(
                f"{month.month}月{'本月数' if kpi.is_flow else '新增'}（{kpi.entry_unit}）",
                placeholder=f"月均{pace_text(own, kpi)}", key=f"what-if-{kpi.code}-{who}-{month}", width=190, max_chars=30,
            )  # fmt: skip
            read = parse_figure(typed, kpi.stored_per_entry, kpi.factor, kpi.unit)
            if isinstance(read, Problem):
                st.error(f"{month.month}月：{RULES[read.rule]}", icon=":material/block:")
                return None
            if read is not None:
                found[month] = read
    return found


def _compared(rows: Sequence[tuple[str, Supposed | None]], now: Outlook) -> None:
    last = now.year.months[-1]
    table = pd.DataFrame(
        [
            {
                "推演": name,
                f"{last.month}月底累计": figure(decimal(found.figure), now.kpi),
                "完成率": percent(found.attainment),
                "何时达到": supposed_text(found),
            }
            for name, found in rows
            if found
        ]
    )
    st.table(table, hide_index=True, border="horizontal", alt="替换前后的对比")


def parts_of(paces: Mapping[str, Fraction | None]) -> dict[str, Fraction]:
    return {plain(name): pace for name, pace in paces.items() if pace is not None}
