"""展示材料 for those who write them and for the office: what waits, by county, and the one that was chosen."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import pandas as pd
import streamlit as st

from components import acts, filters, material_page, material_view
from components.labels import plain
from programme import material_writing
from programme.material_facts import STORY
from programme.material_reviews import waits_for
from programme.materials import STATUS_MARKS, Piece
from programme.permissions import Actor, Permission
from programme.returns import Member
from programme.settings import clock

PAGE: Final = Permission.WRITE_STORY
NEXT_LINE: Final = "  \n"
NEVER: Final = datetime.max.replace(tzinfo=UTC)


def of_county(actor: Actor, found: Sequence[Piece], member: Member) -> None:
    """The page of a county: its own story."""
    st.header(plain(member.name))
    _one(actor, next(iter(found), None), member)


def of_office(actor: Actor, found: Sequence[Piece], members: Mapping[str, Member]) -> None:
    """What waits for the office, every story handed in, and the county that was chosen, with the longest waiting first.

    A story stays within reach when its county has left the list of members.
    """
    ordered = sorted(found, key=lambda one: (not waits_for(actor, one), one.waits_since or NEVER, one.code))
    listed = [one for one in ordered if one.revision]
    waiting = sum(waits_for(actor, one) for one in listed)
    st.subheader(f"{waiting}份展示材料等待您审定" if waiting else "没有等待您审定的展示材料")
    shown = sum(one.is_shown for one in listed)
    st.caption(f"名单中有{len(members)}个县；{len(listed)}个县报送过展示材料，{shown}个在展。")
    if listed:
        table = pd.DataFrame([_row(actor, one) for one in listed])
        st.table(table, hide_index=True, border="horizontal", alt="各县展示材料")
    stories = {one.code: one for one in ordered}
    names = {one.code: f"{one.county}（{one.province}）" for one in listed}
    names |= {code: f"{member.name}（{member.province}）" for code, member in members.items() if code not in names}
    code = filters.county(names, next(iter(names)))
    st.header(plain(names[code]))
    _one(actor, stories.get(code), members.get(code))


def _row(actor: Actor, one: Piece) -> dict[str, str]:
    state = f"{STATUS_MARKS[one.status]} {one.status_name}" + (f"（第{one.revision}版）" if one.revision else "")
    waits = [f"**等待您审定** :small[:gray[{clock(one.at)}]]"] if waits_for(actor, one) else []
    shown = "、".join(material_view.places(one))
    return {
        "县": f"{plain(one.county)}{NEXT_LINE}:small[:gray[{plain(one.province)}]]",
        "标题": plain(one.heading) or "—",
        "状态": NEXT_LINE.join([state, *waits]),
        "展出": f"● {shown}（第{one.accepted}版）" if shown else "○ 未展出",
    }


def _one(actor: Actor, one: Piece | None, member: Member | None) -> None:
    """The story there is, or the way to begin one for a member."""
    if one is not None:
        material_page.show(actor, one, PAGE)
    elif member is not None:
        st.info(
            f"{plain(member.name)}还没有展示材料。写一个标题、一段文字，配上图片和产品，办公室审定后在博览会大屏上展出。",
            icon=":material/auto_stories:",
        )
        st.button("开始编写", type="primary", icon=":material/edit:", on_click=_begin, args=(member.county_id,))


def _begin(county_id: int) -> None:
    acts.act(PAGE, "", lambda opened, actor: material_writing.begin(opened, actor, STORY, county_id))
