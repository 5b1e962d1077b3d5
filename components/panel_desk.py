"""The desk of the office for the expert review: how far it is, the draw, and the minutes."""

import json
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

import db
from components import acts, session
from components.labels import date_text, plain
from components.moments import moment_text
from programme import panel_results, panels, settings
from programme.models import PanelMinutes
from programme.panel_results import Judged, Review
from programme.panels import Preview
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.review_facts import WHOLE, review_facts
from programme.review_scores import points_text

MAY: Final = Permission.ORGANISE_REVIEW
SEED: Final = "panel-seed"
NEXT_LINE: Final = "  \n"


def progress(found: Sequence[Review]) -> None:
    """How far each review is, what can be concluded, and what must be discussed first."""
    if not found:
        st.info("还没有待评审的项目。省网信办报送、或受理直接申报后，项目出现在这里。", icon=":material/info:")
        return
    counts = _counts(found)
    st.caption("，".join(f"{name}{number}个" for name, number in counts.items()) + "。")
    ready = [one.no for one in found if one.is_ready]
    if ready:
        st.button(
            f"评审完成：{len(ready)}个评分已交齐的项目", type="primary", icon=":material/done_all:",
            on_click=_conclude, args=(ready,),
        )  # fmt: skip
    table = pd.DataFrame([_row(one) for one in found])
    st.table(table, hide_index=True, border="horizontal", alt="专家评审进度")
    _one(found)


def _counts(found: Sequence[Review]) -> dict[str, int]:
    facts = project_facts()
    states = {state: sum(one.state == state for one in found) for state in ("received", "reviewing")}
    counts = {facts.state(state).name: number for state, number in states.items()}
    return counts | {"已完成评审": len(found) - sum(states.values())}


def _row(one: Review) -> dict[str, str]:
    score = one.result
    state = project_facts().state(one.state).name
    marks = ["**◆ 分差大，须讨论**"] if score.wide and not one.discussion and one.state == "reviewing" else []
    marks += ["● 已讨论"] if one.discussion else []
    marks += ["**✓ 可以完成**"] if one.is_ready else []
    return {
        "项目": f"{plain(one.name)}{NEXT_LINE}:small[:gray[{plain(one.no)} · {plain(one.enterprise)}]]",
        "状态": NEXT_LINE.join([state, *marks]),
        "已交评分": f"{len(score.totals)}/{len(one.parts)}" if one.parts else "—",
        "平均分": points_text(score.mean),
        "分差": points_text(score.spread),
    }


def _one(found: Sequence[Review]) -> None:
    """One project: every score with its comment, who handed it back, and the discussion."""
    names = {one.no: f"{one.no} {one.name}" for one in found}
    first = next((at for at, one in enumerate(found) if one.result.wide and not one.discussion), 0)
    no = st.selectbox("看一个项目的评分", list(names), index=first, key="panel-project", format_func=names.__getitem__)
    one = next(one for one in found if one.no == no)
    rows = [_part(part) for part in one.parts]
    if rows:
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="各专家评分")
    else:
        st.caption("还没有分配专家。请到“抽取专家”。")
    for name, reason in one.away:
        st.caption(f"{plain(name)}不再评审：{plain(reason)}")
    if one.discussion:
        st.markdown(f"**专家组讨论**：{plain(one.discussion)}")
    if one.state == "reviewing" and one.is_in and one.result.wide:
        key = f"discuss-{one.no}-{acts.round_number()}"
        st.text_area("讨论情况和结论", key=key, max_chars=review_facts().limits["max_note"])
        st.button("登记讨论", on_click=_discuss, args=(one.no, key))
    _waiting_for(one)


def _part(part: Judged) -> dict[str, str]:
    points = "，".join(f"{one.name}{part.points.get(one.code, '—')}" for one in review_facts().criteria)
    given = part.total is not None
    return {
        "专家": plain(part.expert),
        "总分": points_text(Fraction(part.total, WHOLE)) if part.total is not None else "—",
        "评审意见": f"{plain(part.comment)}{NEXT_LINE}:small[:gray[{points}]]" if given else "◆ 未提交",
    }


def _waiting_for(one: Review) -> None:
    """Experts who have not judged it yet: the project can be taken back from them."""
    names = {part.user_id: part.expert for part in one.parts if part.total is None}
    if one.state != "reviewing" or not names:
        return
    with st.expander(f"收回项目：{len(names)}名专家还没有提交", icon=":material/undo:"):
        key = f"back-{one.no}-{acts.round_number()}"
        user = st.selectbox("专家", list(names), key=f"{key}-who", format_func=names.__getitem__)
        st.text_input("收回的原因", key=key, max_chars=review_facts().limits["max_note"])
        st.button("收回，另行抽取", on_click=_take_back, args=(one.no, user, names[user], key))


def _conclude(numbers: list[str]) -> None:
    acts.act(MAY, None, lambda opened, actor: f"{panel_results.conclude(opened, actor, numbers)}个项目评审完成。")


def _take_back(no: str, user_id: int, name: str, key: str) -> None:
    reason = session.typed(key)

    def verb(opened: Session, actor: Actor) -> str:
        panels.take_back(opened, actor, no, user_id, reason)
        return f"已从{name}收回{no}，请到“抽取专家”补抽。"

    acts.act(MAY, None, verb)


def _discuss(no: str, key: str) -> None:
    note = session.typed(key)

    def verb(opened: Session, actor: Actor) -> str:
        panel_results.discuss(opened, actor, no, note)
        return f"已登记对{no}的讨论。"

    acts.act(MAY, None, verb)


# --- the draw ---------------------------------------------------------------------------------------------------------


def draw(actor: Actor) -> None:
    """Rehearse a draw, look at it, and make it."""
    facts = review_facts()
    st.caption(
        f"每个项目{facts.experts}名专家：方向相符的在先，其次在手项目少的，再按随机数；工作单位和关联企业的项目一律不分。"
        "随机数与结果一并存档，可以复算。"
    )
    st.button("预演抽取", icon=":material/casino:", on_click=lambda: session.remember(SEED, panels.new_seed()))
    seed = session.recall(SEED)
    with db.reading() as opened:
        shown = None if seed is None else panels.preview(opened, actor, seed)
        made = panels.draws(opened, actor)
    if shown:
        _preview(shown)
    for one in made:
        st.caption(
            f"第{one.number}次抽取：{moment_text(one.at)}，{plain(one.user_name)}，随机数{one.seed}，"
            f"分送{len(json.loads(one.content))}个项目。"
        )


def _preview(shown: Preview) -> None:
    given, short = shown.draw.given, shown.draw.short
    st.subheader(f"预演：{len(given)}个项目可以分送" + (f"，{len(short)}个专家不足" if short else ""), anchor=False)
    st.caption(f"参加抽取的专家{shown.experts}名；随机数{shown.draw.seed}。还没有分送。")
    if shown.unknown:
        st.warning(
            f"{len(shown.unknown)}名专家没有登记工作单位，不参加抽取：{plain('、'.join(shown.unknown))}。",
            icon=":material/person_off:",
        )
    for one in short:
        st.warning(
            f"{plain(one.no)} {plain(one.name)}：需要{one.wanted}名，可用的只有{one.eligible}名"
            + (f"（{one.tied}名因工作单位或关联企业不能评）" if one.tied else "")
            + "。请增加专家账号并登记单位。",
            icon=":material/group_off:",
        )
    if not given and not short:
        st.info("没有缺专家的项目。", icon=":material/info:")
    if given:
        st.button(
            f"按此分送{len(given)}个项目", type="primary", icon=":material/send:", on_click=_draw,
            args=(shown.draw.seed, shown.draw.digest),
        )  # fmt: skip
        rows = [
            {
                "项目": f"{plain(shown.projects[no])}{NEXT_LINE}:small[:gray[{plain(no)}]]",
                "专家": plain("、".join(shown.names[name] for name in names)),
            }
            for no, names in sorted(given.items())
        ]
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="预演结果")


def _draw(seed: int, digest: str) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        made = panels.draw(opened, actor, seed, digest)
        return f"已分送{len(made.given)}个项目" + (f"，{len(made.short)}个专家不足，没有分送。" if made.short else "。")

    if acts.act(MAY, None, verb):
        session.forget(SEED)


# --- minutes ----------------------------------------------------------------------------------------------------------


def minutes(found: Sequence[PanelMinutes]) -> None:
    key = f"minutes-{acts.round_number()}"
    with st.expander("登记会议纪要", icon=":material/edit_note:", expanded=not found):
        st.date_input("会议日期", settings.today(), max_value=settings.today(), key=f"{key}-day", format="YYYY-MM-DD")
        st.text_area("纪要", key=f"{key}-text", height=240, max_chars=review_facts().limits["max_minutes"])
        st.caption("登记后不能修改；有误时另登记一份说明。")
        st.button("登记", key=f"{key}-do", on_click=_minute, args=(key,))
    if not found:
        st.caption("还没有会议纪要。")
    for one in found:
        with st.container(border=True):
            st.markdown(f"**第{one.number}号 · {date_text(one.held_on)}**  \n{plain(one.text)}")
            st.caption(f"{plain(one.user_name)}登记，{moment_text(one.at)}")


def _minute(key: str) -> None:
    day, text = date.fromisoformat(session.typed(f"{key}-day")), session.typed(f"{key}-text")
    acts.act(
        MAY, None, lambda opened, actor: f"已登记第{panel_results.add_minutes(opened, actor, day, text)}号会议纪要。"
    )
