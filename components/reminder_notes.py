"""What somebody was reminded of, as they see it: what still holds on top, and the log of every notice."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

import db
from components.labels import plain
from programme import ladder, reminder_log
from programme.permissions import ROLE_NAMES, Actor
from programme.reminder_log import Told
from programme.settings import clock

NAMED: Final = 6
PAGE: Final = 30


def still_open(actor: Actor) -> None:
    """The returns the actor was reminded of and that are still owed; nothing when there are none."""
    with db.reading() as opened:
        found = reminder_log.open_ones(opened, actor)
    if not found:
        return
    last = max(at for _, at in found)
    words = ladder.facts().ladder.words
    if len({one.county_id for one, _ in found}) == 1:
        named = "；".join(f"{one.month.chinese}月报{ladder.state(one, words)}" for one, _ in found)
    else:
        named = _named([f"{one.county}{one.month.chinese}" for one, _ in found])
    st.warning(plain(f"{clock(last)}催报，仍有{len(found)}份没有办理：{named}。"), icon=":material/notifications:")


def _named(titles: Sequence[str]) -> str:
    more = f"等{len(titles)}份" if len(titles) > NAMED else ""
    return "、".join(titles[:NAMED]) + more


def rule() -> str:
    """The ladder as a sentence, from the data."""
    rungs = ladder.facts().ladder.rungs
    names = {role: name for role, name in ROLE_NAMES.items()}
    steps = "；".join(f"{rung.name}通知{'、'.join(names[role] for role in names if role in rung.to)}" for rung in rungs)
    return f"催报规则：{steps}。每个账号一天至多一条汇总，月报一报送就不再催；延期后按新的截止日计算，退回待改的从退回当天起算。"


def table(told: Sequence[Told], *, own: bool) -> None:
    rows = [
        {"时间": clock(one.at)}
        | ({} if own else {"通知": f"{plain(one.account)}（{ROLE_NAMES[one.role]}）"})
        | {
            "催哪些月报": plain(_named(one.returns)),
            "依据": _cause(one),
            "渠道与结果": plain("；".join(one.ways)),
        }
        for one in told
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="催报记录")


def _cause(one: Told) -> str:
    return plain(f"{one.by_name}催报") if one.by_name else "、".join(one.steps)


def newest(told: Sequence[Told]) -> None:
    """The last notice word for word."""
    if told and told[0].body:
        with st.expander(f"最近一条通知的全文（{clock(told[0].at)}）", icon=":material/mail:"):
            st.text(f"{told[0].subject}\n\n{told[0].body}")
