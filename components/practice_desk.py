"""经验案例 for those who write and review them: what waits or was sent back, the one on the desk, and a new one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import acts, material_page, material_view
from components.labels import plain
from programme import material_writing
from programme.material_facts import PRACTICE
from programme.material_reviews import waits_for
from programme.materials import STATUS_MARKS, Piece, pieces
from programme.obligations import Status
from programme.permissions import Actor, Permission, refusal
from programme.returns import Member
from programme.settings import clock

PAGE: Final = Permission.SEE_LIBRARY
NEXT_LINE: Final = "  \n"
NEVER: Final = datetime.max.replace(tzinfo=UTC)


def show(actor: Actor, members: Mapping[str, Member]) -> None:
    """The list, the one chosen, and the way to a new one."""
    with db.reading() as opened:
        drafts = material_writing.drafted(opened, actor)
        found = [one for one in pieces(opened, actor, PRACTICE) if one.revision or one.id in drafts]
    ordered = sorted(found, key=lambda one: (*_turn(actor, one, drafts), one.waits_since or NEVER, one.id))
    _headline(actor, ordered)
    if ordered:
        st.table(
            pd.DataFrame([_row(actor, one, drafts) for one in ordered]), hide_index=True, border="horizontal",
            alt="经验案例",
        )  # fmt: skip
    _new(actor, members)
    if ordered:
        by_id = {one.id: one for one in ordered}
        chosen = st.selectbox(
            "选择一篇", list(by_id), key=f"practice-{acts.round_number()}", filter_mode="contains",
            format_func=lambda number: material_page.name_of(by_id[number]),
        )  # fmt: skip
        one = by_id[chosen]
        st.header(plain(one.heading) or "新的经验案例")
        material_page.show(actor, one, PAGE)


def _turn(actor: Actor, one: Piece, drafts: set[int]) -> tuple[bool, bool]:
    """What waits for the actor first: a draft of their own, then what they review or must change."""
    is_writer = refusal(actor, Permission.SHOW_STORY, one.subject) is not None
    return one.id not in drafts, not (waits_for(actor, one) or (is_writer and one.status is Status.SENT_BACK))


def _headline(actor: Actor, ordered: Sequence[Piece]) -> None:
    if refusal(actor, Permission.SHOW_STORY) is None:
        waiting = sum(waits_for(actor, one) for one in ordered)
        st.subheader(f"{waiting}篇经验案例等待您审定" if waiting else "没有等待您审定的经验案例")
    elif back := sum(one.status is Status.SENT_BACK for one in ordered):
        st.subheader(f"{back}篇经验案例被退回，请修改")
    elif not ordered:
        st.info("本县还没有写过经验案例。做成一件事，就写一篇：做法、经验、要注意什么。", icon=":material/edit_note:")


def _row(actor: Actor, one: Piece, drafts: set[int]) -> dict[str, str]:
    state = [f"{STATUS_MARKS[one.status]} {one.status_name}" + (f"（第{one.revision}版）" if one.revision else "")]
    state += ["**等待您审定**"] if waits_for(actor, one) else []
    state += [":small[:gray[有您的草稿]]"] if one.id in drafts else []
    return {
        "标题": f"{plain(one.heading) or '（没有标题）'}{NEXT_LINE}:small[:gray[{plain(one.county)} {clock(one.at)}]]",
        "状态": NEXT_LINE.join(state),
        "展出": "、".join(material_view.places(one)) or "○ 未入库",
    }


def _new(actor: Actor, members: Mapping[str, Member]) -> None:
    """A county writes for itself; the office says for which."""
    own = [member for member in members.values() if member.county_id == actor.county_id]
    if own:
        _new_button(own[0].county_id)
    elif members and actor.county_id is None:
        with st.expander("代县编写一篇", icon=":material/add:"):
            names = {member.county_id: f"{member.name}（{member.province}）" for member in members.values()}
            county = st.selectbox(
                "哪个县", list(names), format_func=names.__getitem__, filter_mode="contains", key="practice-of"
            )
            _new_button(int(county))


def _new_button(county_id: int) -> None:
    st.button("新写一篇", icon=":material/add:", on_click=_begin, args=(county_id,))


def _begin(county_id: int) -> None:
    acts.act(PAGE, "", lambda opened, actor: material_writing.begin(opened, actor, PRACTICE, county_id))
