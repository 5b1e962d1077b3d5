"""考察和督导: what was found in which county, by whom by post; recording a visit, correcting a record, withdrawing it."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

import db
from components import acts, session
from components.county_visit_forms import correction, recording
from components.labels import date_text, plain
from programme import county_visits
from programme.catalogue import catalogue
from programme.county_evaluation_standard import county_standard
from programme.county_visits import Visit, visits
from programme.permissions import ROLE_NAMES, Actor, Permission, refusal
from programme.returns import members_of
from programme.settings import clock

NEXT_LINE = "  \n"


def show(actor: Actor) -> None:
    with db.reading() as opened:
        found = visits(opened, actor)
        members = members_of(opened, catalogue().current_year).values()
    may = refusal(actor, Permission.RECORD_VISIT) is None
    if may:
        recording({one.code: one for one in members if refusal(actor, Permission.RECORD_VISIT, one.subject) is None})
    if not found:
        next_step = "请在上面登记第一次。" if may else "省和办公室登记后，这里可以看到。"
        st.info(f"还没有考察督导记录。{next_step}", icon=":material/tour:")
        return
    counted = [one for one in found if not one.withdrawn]
    st.subheader(f"{len({one.code for one in counted})}个县，{len(counted)}条记录", anchor=False)
    table = pd.DataFrame([_row(one) for one in found])
    st.table(
        table, hide_index=True, border="horizontal", alt="考察和督导记录", height=420 if len(found) > 8 else "content"
    )
    titles = {f"{one.title}（{one.entry.day:%Y-%m-%d}）": one for one in found}
    seen = titles[str(st.selectbox("看哪一条", titles, key=f"visit-{acts.round_number()}", filter_mode="contains"))]
    _one(actor, seen)
    if may and actor.role is not seen.role:
        st.caption(f"由{ROLE_NAMES[seen.role]}登记，请登记单位更正或作废。")
    elif may and not seen.withdrawn:
        for member in members:
            if member.code == seen.code:
                correction(seen, member.tier)


def _row(one: Visit) -> dict[str, str]:
    return {
        "县和方式": f"{plain(one.county)} · {county_standard().methods[one.entry.method]}{NEXT_LINE}"
        f":small[:gray[{one.province} {date_text(one.entry.day)}]]",
        "评分": "○ 已作废" if one.withdrawn else scores_text(one),
        "发现的情况": plain(_short(one.entry.findings)),
    }


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def scores_text(one: Visit) -> str:
    """品牌打造82 · 培训赋能86, in the order of the standard."""
    names = county_standard().dimensions
    told = [f"{each.name}{one.entry.scores[each.code]}" for each in names if each.code in one.entry.scores]
    return NEXT_LINE.join(told) or "未评分"


def _one(actor: Actor, one: Visit) -> None:
    st.header(plain(one.title), anchor=False)
    with st.container(horizontal=True):
        st.badge(county_standard().methods[one.entry.method], icon=":material/tour:", color="violet")
        if one.withdrawn:
            st.badge("已作废", icon=":material/block:", color="gray")
        if one.sample:
            st.badge("示例数据", icon=":material/science:", color="gray")
    st.markdown(f"**{date_text(one.entry.day)}** · {plain(one.entry.visitors)}")
    st.markdown(NEXT_LINE.join(plain(line) for line in one.entry.findings.splitlines()))
    st.markdown(scores_text(one).replace(NEXT_LINE, " · "))
    _files(one)
    _history(actor, one)


def _files(one: Visit) -> None:
    for file in one.files:
        make = partial(_content, session.later(Permission.SEE_COUNTY_EVALUATION), one, file.sha256)
        if file.name.rpartition(".")[2].lower() in county_visits.PICTURES:
            st.image(make(), caption=plain(file.name), width=360, alt=f"{one.title}：{file.name}")
        st.download_button(
            f"下载{plain(file.name)}", make, file.name, key=f"visit-{one.county_id}-{one.number}-{file.sha256[:12]}",
            icon=":material/attach_file:", on_click="ignore",
        )  # fmt: skip


def _content(later: Callable[[], Actor], one: Visit, sha256: str) -> bytes:
    with db.reading() as opened:
        return county_visits.file_content(opened, later(), one.county_id, sha256)


def _history(actor: Actor, one: Visit) -> None:
    done = "作废" if one.withdrawn else "更正" if one.revision > 1 else "登记"
    st.caption(f"{plain(one.user_name)}（{ROLE_NAMES[one.role]}）于{clock(one.at)}{done}，第{one.revision}版。")
    if one.revision == 1:
        return
    with db.reading() as opened:
        every = county_visits.revisions_of(opened, actor, one.county_id, one.number)
    told: Sequence[str] = [
        f"第{each.revision}版：{plain(each.user_name)}于{clock(each.at)}{'作废' if each.withdrawn else '更正'}，"
        f"原因：{plain(each.reason)}"
        for each in every[1:]
    ]
    st.caption(NEXT_LINE.join(told))
