"""The desk of the office for the selection list: the order with its cut line, shares, and who is listed or held in reserve."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

import db
from components import acts, downloads, move_buttons, session
from components.labels import percent, plain
from components.moments import moment_text
from components.projects import SAMPLE, province_text
from programme import exports, project_life, ranking, shortlist
from programme.national_lists import KINDS, rows_of, settled
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.project_queries import province_names
from programme.ranking import Line, Ranked, Share
from programme.review_scores import points_text
from programme.shortlist import Bulk, Shortlist

MAY: Final = Permission.ORGANISE_NOTICE
SHOWN: Final = ("reviewed", "reserve", "proposed", "noticed")
NEXT_LINE: Final = "  \n"
ON_THE_LINE: Final = "**◆ 线上同分**"


def show(found: Shortlist, actor: Actor) -> None:
    _headline(found)
    if not found.listed:
        st.info("还没有评审完成的项目。专家评审完成后，项目按平均分排在这里。", icon=":material/info:")
        return
    with db.reading() as opened:
        provinces = province_names(opened)
    ways = ["名次", "各省和各类占比", "已定稿名单"]
    way = st.radio("看什么", ways, horizontal=True, key="short-way", label_visibility="collapsed")
    if way == ways[1]:
        _shares(found, provinces)
    elif way == ways[2]:
        _settled()
    else:
        _bulk(found)
        _order(found, provinces)
        _one(found, actor)


def _headline(found: Shortlist) -> None:
    facts = project_facts()
    level = sum(one.line is Line.TIED for one in found.listed)
    counts = {name: sum(one.state == name for one in found.listed) for name in ("reviewed", "reserve")}
    with st.container(horizontal=True):
        st.metric("已占名额", f"{found.placed} / {facts.goal}", width=150, help=facts.goal_citation)
        st.metric("尚余名额", found.left, width=150)
        st.metric("等待决定", counts["reviewed"], width=150)
        st.metric("备选", counts["reserve"], width=150)
    if found.unranked:
        st.caption(f"其中{found.unranked}个由汇总表登记，在平台上没有评分，不参加排名；录取线画在第{found.places}名。")
    if level:
        st.warning(f"录取线上有{level}个项目同分，须逐个决定。", icon=":material/balance:")


# --- the order --------------------------------------------------------------------------------------------------------


def _order(found: Shortlist, provinces: Mapping[str, str]) -> None:
    inside = [one for one in found.listed if one.line is not Line.OUTSIDE]
    beyond = [one for one in found.listed if one.line is Line.OUTSIDE]
    _table(found.listed, inside, provinces, f"录取线内（前{found.places}名）")
    _table(found.listed, beyond, provinces, "录取线外")


def _table(listed: Sequence[Ranked], rows: Sequence[Ranked], provinces: Mapping[str, str], name: str) -> None:
    if not rows:
        return
    level = {one.rank for one in listed if sum(other.rank == one.rank for other in listed) > 1}
    st.subheader(f"{name}：{len(rows)}个", anchor=False)
    table = pd.DataFrame([_row(one, one.rank in level, provinces) for one in rows])
    st.table(table, hide_index=True, border="horizontal", alt=name)


def _row(one: Ranked, level: bool, provinces: Mapping[str, str]) -> dict[str, str]:
    return {
        "名次和平均分": f"{one.rank}{' :small[:gray[并列]]' if level else ''}{NEXT_LINE}:small[:gray[{points_text(one.mean)}]]",
        "项目": f"{plain(one.name)}{NEXT_LINE}:small[:gray[{plain(one.no)} · {plain(one.enterprise)}]]",
        "省份和状态": f"{plain(province_text(one.province_code, provinces))}{NEXT_LINE}"
        f":small[:gray[{project_facts().state(one.state).name}]]"
        + (f"{NEXT_LINE}:small[{ON_THE_LINE}]" if one.line is Line.TIED else ""),
    }


# --- in bulk ----------------------------------------------------------------------------------------------------------


def _bulk(found: Shortlist) -> None:
    if not found.waiting:
        return
    names = {"propose": "按名次列入拟入选名单", "hold_in_reserve": "其余按名次列入备选名单"}
    with st.container(border=True):
        code = st.radio("批量办理", list(names), format_func=names.__getitem__, horizontal=True, key="bulk")
        usual = found.places if code == "propose" else len(found.waiting)
        most = len(found.listed) if code == "propose" else len(found.waiting)
        label = "前几名" if code == "propose" else "等待决定的前几名"
        count = st.number_input(label, 1, most, min(max(usual, 1), most), 1, key=f"bulk-{code}", width=180)
        bulk = shortlist.BULKS[code](found, int(count or 1))
        _summary(bulk)


def _summary(bulk: Bulk) -> None:
    """What would happen, before it does."""
    target = "拟入选名单" if bulk.move == "propose" else "备选名单"
    if not bulk.moving:
        st.caption(f"前{bulk.count}名中没有等待决定的项目。")
        return
    if bulk.refusal:
        st.warning(bulk.refusal, icon=":material/block:")
        return
    with_place = f"前{bulk.count}名中{bulk.there}个已列入；" if bulk.there else ""
    first, last = bulk.moving[0], bulk.moving[-1]
    shares = ranking.shares(bulk.moving, lambda one: one.province_code)
    after = f"办理后尚余名额{bulk.left_after}个，名单同时定稿。" if bulk.move == "propose" else "不占名额。"
    st.markdown(
        f"{with_place}将把**{len(bulk.moving)}个**项目列入{target}：第{first.rank}名（{points_text(first.mean)}分）至"
        f"第{last.rank}名（{points_text(last.mean)}分），涉及{len(shares)}个省或渠道。{after}"
    )
    st.button(
        f"列入{target}：{len(bulk.moving)}个", type="primary", icon=":material/playlist_add_check:", on_click=_do_bulk,
        args=(bulk,),
    )  # fmt: skip


def _do_bulk(seen: Bulk) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        done = shortlist.move_by_rank(opened, actor, seen.move, seen.count, seen.numbers)
        return f"已把{len(done.moving)}个项目列入{'拟入选名单，并已定稿' if done.move == 'propose' else '备选名单'}。"

    acts.act(MAY, None, verb)


# --- one project ------------------------------------------------------------------------------------------------------


def _one(found: Shortlist, actor: Actor) -> None:
    """Every move the office may make with one project, with what is missing for it."""
    names = {one.no: f"第{one.rank}名 {one.no} {one.name}" for one in found.listed if one.state in SHOWN}
    if not names:
        return
    st.subheader("逐个办理", anchor=False)
    no = str(st.selectbox("项目", list(names), key="short-project", format_func=names.__getitem__))
    with db.reading() as opened:
        project = project_life.seen_project(opened, actor, no)
        moves = [pair for pair in project_life.open_moves(opened, actor, project) if pair[0].permission is MAY]
    move_buttons.show(actor, no, project.moves, moves)


# --- shares and what was settled ----------------------------------------------------------------------------------------


def _shares(found: Shortlist, provinces: Mapping[str, str]) -> None:
    facts = project_facts()
    st.caption(f"线内含线上同分的项目；占比以{facts.goal}个名额为分母，只计在平台上评审的项目。")
    by_province = ranking.shares(found.listed, lambda one: one.province_code)
    _share_table("省份", by_province, lambda code: province_text(code, provinces))
    by_category = ranking.shares(found.listed, lambda one: one.category)
    _share_table("项目类别", by_category, lambda code: facts.word("category", code) or "—")


def _share_table(name: str, shares: Sequence[Share], word: Callable[[str], str]) -> None:
    rows = [
        {
            name: plain(word(share.code)),
            "评审": str(share.judged),
            "线内": str(share.inside),
            "已占名额": str(share.placed),
            "线内占比": percent(share.inside / project_facts().goal),
        }
        for share in shares
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt=f"各{name}占比")


def _settled() -> None:
    with db.reading() as opened:
        lists = settled(opened)
    key = f"settle-{acts.round_number()}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("定稿的说明", key=key, max_chars=project_life.LONGEST)
        st.button("把现在的拟入选名单定稿", on_click=_settle, args=(key,))
    if not lists:
        st.caption("还没有定稿的名单。")
        return
    rows = [
        {
            "名单": f"{KINDS[kind]}第{number}号", "项目": str(count), "定稿": f"{moment_text(at)} · {plain(user)}",
            "SHA-256": f"{digest[:12]}…",
        }
        for kind, number, count, at, user, digest in lists
    ]  # fmt: skip
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="已定稿名单")
    named = {f"{KINDS[kind]}第{number}号": (kind, number, digest) for kind, number, *_, digest in lists}
    picked = st.selectbox("下载哪一份", list(named), key="settled-which", width=280)
    downloads.workbook(
        "下载名单（xlsx）", f"{picked}.xlsx", partial(_file, picked, *named[picked]), f"settled-{picked}"
    )


def _file(name: str, kind: str, number: int, digest: str) -> bytes:
    with db.reading() as opened:
        rows, provinces = rows_of(opened, kind, number), province_names(opened)
    facts = project_facts()
    head = ["项目编号", "项目名称", "项目承担单位", "省份", "重点方向", "项目类别", "平均分", "数据"]
    table = [
        (
            one["no"], one["name"], one["enterprise"], province_text(one["province_code"], provinces),
            facts.word("direction", one["direction"]), facts.word("category", one["category"]), one["mean"],
            SAMPLE if one["sample"] else "",
        )
        for one in rows
    ]  # fmt: skip
    return exports.table_xlsx(name, [f"注：{name}共{len(rows)}个项目，SHA-256 {digest}。"], head, table)


def _settle(key: str) -> None:
    reason = session.typed(key)
    acts.act(MAY, None, lambda opened, actor: f"已定稿拟入选名单第{shortlist.settle(opened, actor, reason)}号。")
