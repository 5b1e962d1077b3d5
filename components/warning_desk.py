"""The desk of 预警: what waits, in a list that can be narrowed, and one of them with its figures, its course and what is done."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from components import acts, lists, session
from components.labels import plain
from programme import early_warnings
from programme.early_warnings import STATE_NAMES, STATE_SHAPES, EarlyWarning, State, why_not
from programme.permissions import Actor, Permission
from programme.settings import clock
from programme.warning_facts import warning_facts

NEXT_LINE: Final = "  \n"
NO_BREAK: Final = "\u00a0"
PAGE: Final = 10
PRESENT, CLOSED, GONE = "present", "closed", "gone"
CHOICES: Final = {PRESENT: "待处理和处理中", CLOSED: "已关闭", GONE: "已消失"}
VERBS: Final[dict[State, tuple[str, Callable[..., None]]]] = {
    State.HANDLED: ("开始处理", early_warnings.take_up),
    State.CLOSED: ("关闭", early_warnings.close),
}


def place(one: EarlyWarning) -> str:
    """Under which choice of the list a warning stands."""
    if one.state is State.CLOSED:
        return CLOSED
    return PRESENT if one.is_present else GONE


def headline(found: Sequence[EarlyWarning]) -> str:
    present = [one for one in found if place(one) == PRESENT]
    handled = sum(one.state is State.HANDLED for one in present)
    opened = len(present) - handled
    tail = f"，{handled}件处理中" if handled else ""
    return f"{opened}件预警待处理{tail}" if opened else f"没有待处理的预警{tail}"


def state_word(one: EarlyWarning) -> str:
    """A shape and a word."""
    if place(one) == GONE:
        return "○ 已消失"
    return f"{STATE_SHAPES[one.state]} {STATE_NAMES[one.state]}"


def narrowed(found: Sequence[EarlyWarning]) -> list[EarlyWarning]:
    """By state, rule and province."""
    counted = Counter(place(one) for one in found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = next((at for at, code in enumerate(CHOICES) if counted[code]), 0)
        state = st.selectbox(
            "状态",
            list(CHOICES),
            index=first, key="warning-state", width=200, filter_mode=None,
            format_func=lambda code: f"{CHOICES[code]}（{counted[code]}）",
        )  # fmt: skip
        rules = {rule.code: rule.name for rule in warning_facts().rules}
        rule = st.selectbox(
            "哪一种",
            list(rules),
            index=None,
            placeholder="全部",
            format_func=rules.__getitem__,
            width=260,
            key="warning-rule",
        )
        provinces, province = sorted({one.member.province for one in found}), None
        if len(provinces) > 1:
            province = st.selectbox(
                "省（区、市）", provinces, index=None, placeholder="全部", width=190, key="warning-place"
            )
    return [
        one for one in found
        if place(one) == state and rule in (None, one.rule.code) and province in (None, one.member.province)
    ]  # fmt: skip


def table(shown: Sequence[EarlyWarning]) -> None:
    """A page of the list at a time."""
    drawn = st.container()
    pages = -(-len(shown) // PAGE)
    number = min(st.pagination(pages), pages) if pages > 1 else 1
    rows = [_row(one) for one in shown[(number - 1) * PAGE : number * PAGE]]
    drawn.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="预警")


def _row(one: EarlyWarning) -> dict[str, str]:
    rule = one.rule
    note = f"{NEXT_LINE}:small[:gray[{plain(' '.join(one.taken[-1].note.split()))}]]" if one.taken else ""
    return {
        "县": f"{plain(one.member.name)}{NEXT_LINE}:small[:gray[{one.member.province}]]",
        "预警与理由": f"**{rule.severity}** {rule.name}（自{one.episode.first.month}月）"
        f"{NEXT_LINE}:small[{plain(one.episode.sentence)}]",
        "状态": f"{state_word(one).replace(' ', NO_BREAK)}{NEXT_LINE}:small[:gray[{rule.owner_name}]]{note}",
    }


def sheet(shown: Sequence[EarlyWarning]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "行政区划代码": [one.member.code for one in shown],
            "县": [one.member.name for one in shown],
            "省（区、市）": [one.member.province for one in shown],
            "预警": [one.rule.name for one in shown],
            "程度": [one.rule.severity for one in shown],
            "理由": [one.episode.sentence for one in shown],
            "自何月": [str(one.episode.first) for one in shown],
            "责任单位": [one.rule.owner_name for one in shown],
            "状态": [state_word(one) for one in shown],
            "说明": [
                "；".join(f"{clock(step.at)} {step.user_name}：{step.note}" for step in one.taken) for one in shown
            ],
        }
    )


# --- one of them ----------------------------------------------------------------------------------------------------


def one_of(actor: Actor, shown: Sequence[EarlyWarning]) -> None:
    """One warning in full, and what the actor may do about it."""
    titles = {one.key: f"{one.member.name} · {one.rule.name}（自{one.episode.first.chinese}）" for one in shown}
    key = st.selectbox(
        "办理哪一件", list(titles), format_func=titles.__getitem__, filter_mode="contains", key="warning-one"
    )
    one = next(one for one in shown if one.key == key)
    st.markdown(f"**{one.rule.severity}** {plain(one.episode.sentence)}")
    since = f"自{one.episode.first.chinese}起，最近一次见于{one.episode.last.chinese}"
    st.caption(f"{since}；责任单位：{one.rule.owner_name}。{'' if one.is_present else '后来的月报中已不再出现。'}")
    lists.county_link("查看该县的数据", one.member.code, one.episode.last, released=False)
    for step in one.taken:
        who = f"{plain(step.user_name)} {clock(step.at)}"
        st.markdown(f"{STATE_SHAPES[step.step]} {STATE_NAMES[step.step]}，{who}：{plain(step.note)}")
    _decide(actor, one)


def _decide(actor: Actor, one: EarlyWarning) -> None:
    refusals = {step: why_not(actor, one, step) for step in VERBS}
    if all(refusals.values()):
        st.caption(plain(refusals[State.CLOSED] or ""))
        return
    st.text_area(
        "说明（必填）", key=_note(one), max_chars=warning_facts().limits["longest_note"],
        placeholder="怎样处理、由谁处理、何时完成；关闭时写明结果。",
    )  # fmt: skip
    with st.container(horizontal=True):
        for step, (word, _) in VERBS.items():
            if refusals[step] is None:
                st.button(
                    word, type="primary" if step is State.HANDLED else "secondary", key=f"{step}-{one.key}",
                    on_click=_take, args=(step, one),
                )  # fmt: skip


def _note(one: EarlyWarning) -> str:
    """The key of the box for the note; empty again after every step."""
    return f"warning-note-{one.key}-{acts.round_number()}"


def _take(step: State, one: EarlyWarning) -> None:
    note, (_, verb) = session.typed(_note(one)), VERBS[step]
    sentence = f"已登记为“{STATE_NAMES[step]}”：{one.title}。"
    acts.act(Permission.HANDLE_WARNING, sentence, lambda opened, actor: verb(opened, actor, one, note))
