"""The desk of 通报 for the office: a draft from a release, changed part by part, then final."""

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st
from sqlmodel import Session

import db
from components import acts, bulletin_view, session
from components.labels import plain
from programme import bulletin_queries, bulletins, release_issues, settings
from programme.bulletin_edits import DID_NAMES, EDITABLE, FOLLOWED, REMOVABLE, Did, Piece, numbers_changed
from programme.bulletin_queries import Draft, Issued
from programme.official_paper import Kind
from programme.permissions import Actor, Permission
from programme.release_issues import Issue
from programme.settings import clock
from programme.showcase_queries import practices_for_bulletin

MAY: Final = Permission.MAKE_BULLETIN
DRAFT, FINAL = "编写", "已定稿"
NAMED: Final = 40
"""Characters of what was taken out that are still shown."""


def show(actor: Actor) -> None:
    """The whole page below its title."""
    way = st.radio("看什么", [DRAFT, FINAL], horizontal=True, label_visibility="collapsed", key="bulletin-way")
    if way == FINAL:
        bulletin_view.issued(actor)
        return
    with db.reading() as opened:
        known = release_issues.in_force(release_issues.issues(opened))
    if not known:
        st.info("还没有发布过。请先在“发布”页按月发布，再编写通报。", icon=":material/inbox:")
        return
    titles = {known[month].number: known[month] for month in sorted(known, reverse=True)}
    number = st.selectbox(
        "按哪一期编写", list(titles), format_func=lambda one: titles[one].title, key="bulletin-release"
    )
    with db.reading() as opened:
        draft = bulletin_queries.draft_of(opened, actor, number)
        finals = [one for one in bulletin_queries.issued(opened, actor) if one.month == titles[number].month]
    standing = next((one for one in finals if not one.superseded_by), None)
    if draft is None or draft.bulletin:
        _begin(titles[number], standing)
    else:
        _work(actor, draft, titles[number], standing)


# --- beginning --------------------------------------------------------------------------------------------------------


def _begin(release: Issue, standing: Issued | None) -> None:
    if standing:
        st.success(
            f"{standing.document_number}已于{clock(standing.at)}定稿，见“已定稿”。如需更正，重新生成草稿，定稿时写明替换的原因。",
            icon=":material/task_alt:",
        )
    else:
        st.markdown(f"**{release.title}还没有通报。**按规则生成草稿后，可以逐段修改，再定稿编号。")
    st.button(
        "重新生成草稿" if standing else "生成草稿", type="secondary" if standing else "primary", key="make-draft",
        icon=":material/edit_note:", on_click=_make, args=(release.number, ""),
    )  # fmt: skip


def _make(release: int, fingerprint: str) -> None:
    def verb(opened: Session, actor: Actor) -> str:
        made = bulletins.make_draft(opened, actor, release, practices_for_bulletin(opened), fingerprint)
        return f"已按第{release}期生成草稿：{len(made.pieces)}段。"

    acts.act(MAY, None, verb)


# --- working on it ----------------------------------------------------------------------------------------------------


def _work(actor: Actor, draft: Draft, release: Issue, standing: Issued | None) -> None:
    with st.container(horizontal=True):
        st.badge("◆ 草稿（未定稿）", color="orange")
        if draft.sample:
            st.badge("示例数据", icon=":material/science:", color="gray")
    edits = sum(piece.is_edited for piece in draft.pieces)
    st.caption(
        f"{plain(draft.user_name)}于{clock(draft.at)}按{release.title}的数据和规则生成；已改动{edits}段，改动{len(draft.changes)}次。"
        f"每段打开后可以修改，并查看它由哪些数写成；标题的序号在文件中自动编排。"
    )
    bulletin_view.files(f"draft-{draft.number}", bulletin_queries.printed_draft(draft, release.month))
    with st.container(border=True):
        for piece in draft.pieces:
            _piece(actor, draft, piece)
    _finish(draft, release, standing)
    _changes(draft)
    with st.expander("重新生成草稿"):
        st.write("按现在的规则和数据重写全文；已有的改动留在记录中，但不再带入。")
        st.button(
            "重新生成", icon=":material/restart_alt:", key="make-again", on_click=_make,
            args=(release.number, draft.fingerprint),
        )  # fmt: skip


def _mark(draft: Draft, piece: Piece) -> str:
    return f"draft-{draft.number}-{piece.id}"


def _piece(actor: Actor, draft: Draft, piece: Piece) -> None:
    mark = _mark(draft, piece)
    is_open = session.recall(bulletin_view.OPENED) == mark
    usable = bool(piece.block.kind in EDITABLE | REMOVABLE or piece.block.source)
    with bulletin_view.beside(usable):
        if piece.removed:
            st.markdown(f":gray[~~{plain(piece.block.shown[:NAMED])}~~]")
        else:
            bulletin_view.show_block(piece.block)
        if usable:
            st.button(
                "收起" if is_open else _state(piece), key=f"open-{mark}", type="tertiary", icon=":material/edit:",
                on_click=bulletin_view.open_one, args=("" if is_open else mark,),
            )  # fmt: skip
    if usable and is_open:
        with st.container(border=True):
            _editor(draft, piece)
        if piece.block.source:
            bulletin_view.sources(actor, draft.release, piece.block.source, mark)


def _state(piece: Piece) -> str:
    if piece.removed:
        return "已删去"
    return "打开" if not piece.is_edited else "增加的" if piece.written is None else "已改动"


def _editor(draft: Draft, piece: Piece) -> None:
    block, key = piece.block, f"{_mark(draft, piece)}-{acts.round_number()}"
    if block.kind in EDITABLE and not piece.removed:
        longest = bulletins.LONGEST if block.kind == Kind.PARAGRAPH else bulletins.LONGEST_LINE
        st.text_area("内容", block.text, key=f"text-{key}", max_chars=longest, height="content")
        if block.kind == Kind.TITLE:
            st.caption("“|”是可以换行的地方，不印出来。")
        if block.kind == Kind.RECORD:
            st.caption("印发机关和印发日期在定稿时填入。")
    _compared(piece)
    with st.container(horizontal=True):
        given = (draft.number, piece.id, block.text)
        if block.kind in EDITABLE and not piece.removed:
            st.button("保存", type="primary", key=f"save-{key}", on_click=_change, args=(*given, f"text-{key}"))
        if block.kind in REMOVABLE and not piece.removed:
            st.button("删去", key=f"remove-{key}", on_click=_remove, args=given)
        if piece.removed or (piece.is_edited and piece.written is not None):
            st.button("恢复", key=f"restore-{key}", on_click=_restore, args=(draft.number, piece))
    if block.kind in FOLLOWED:
        st.text_area("在下面增加一段", key=f"add-{key}", max_chars=bulletins.LONGEST, height=80)
        st.button("增加", key=f"plus-{key}", on_click=_add, args=(*given[:2], f"add-{key}"))


def _compared(piece: Piece) -> None:
    """Which figures an edit took out or brought in: the platform answers only for those of the rules."""
    if piece.written is None or piece.removed or not piece.is_edited or piece.block.kind == Kind.TABLE:
        return
    st.caption(plain(f"规则写的是：{piece.written}"))
    gone, new = numbers_changed(piece.written, piece.block.text)
    told = [f"少了{'、'.join(gone)}"] if gone else []
    told += [f"多了{'、'.join(new)}"] if new else []
    if told:
        st.warning(
            plain(f"与规则写的相比，数字{'，'.join(told)}。改写的数字平台无法核对，请确认。"), icon=":material/123:"
        )


def _change(draft: int, block: int, seen: str, box: str) -> None:
    text = session.typed(box)

    def verb(opened: Session, actor: Actor) -> None:
        bulletins.change_block(opened, actor, draft, block, seen, text)

    acts.act(MAY, "已保存。", verb)


def _remove(draft: int, block: int, seen: str) -> None:
    acts.act(MAY, "已删去，可以恢复。", lambda opened, actor: bulletins.remove_block(opened, actor, draft, block, seen))


def _restore(draft: int, seen: Piece) -> None:
    acts.act(MAY, "已恢复。", lambda opened, actor: bulletins.restore_block(opened, actor, draft, seen))


def _add(draft: int, after: int, box: str) -> None:
    text = session.typed(box)
    acts.act(MAY, "已增加一段。", lambda opened, actor: bulletins.add_paragraph(opened, actor, draft, after, text))


# --- final ------------------------------------------------------------------------------------------------------------


def _finish(draft: Draft, release: Issue, standing: Issued | None) -> None:
    st.subheader("定稿", anchor=False)
    st.caption(
        "定稿后编号、冻结，领导小组、省和县都能看到全文，包括文中点名的县；以后只能另发一份通报替换。"
        "请先下载 PDF 通读一遍。"
    )
    first = release.made_at.astimezone(settings.BEIJING).date()
    day = st.date_input(
        "成文日期", settings.today(), min_value=first, max_value=max(first, settings.today()), format="YYYY-MM-DD",
        key=f"day-{draft.number}", width=180,
    )  # fmt: skip
    why = f"why-bulletin-{draft.number}"
    if standing:
        st.warning(
            f"{release.month.chinese}已有{standing.document_number}，定稿后它停止使用。", icon=":material/history:"
        )
        st.text_input("替换的原因（必填，印在通报中）", key=why, max_chars=bulletins.LONGEST_REASON)
    if isinstance(day, date):
        st.button(
            "定稿并编号", type="primary", icon=":material/verified:", key="finish", on_click=_final,
            args=(draft.number, draft.fingerprint, day, why),
        )  # fmt: skip


def _final(draft: int, fingerprint: str, day: date, box: str) -> None:
    reason = session.typed(box)

    def verb(opened: Session, actor: Actor) -> str:
        made = bulletins.make_final(opened, actor, draft, fingerprint, day, reason)
        return f"已定稿：{made.document_number}《{made.title}》，见“已定稿”。"

    acts.act(MAY, None, verb)


def _changes(draft: Draft) -> None:
    """Who changed what, block by block, the last first."""
    if not draft.changes:
        return
    with st.expander(f"改动记录：{len(draft.changes)}次"):
        rows = [
            {
                "时间": f"{clock(one.at)}{bulletin_view.NEXT_LINE}:small[:gray[{plain(one.user_name)}]]",
                "改动": f"{DID_NAMES[Did(one.step)]}第{one.block}段",
                "原文": plain(one.old) or "—",
                "改为": plain(one.new) or "—",
            }
            for one in reversed(draft.changes)
        ]
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="改动记录")
