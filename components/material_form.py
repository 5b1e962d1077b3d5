"""The form in which a story or a practice is written: kept at every step, with what is still missing beside each part."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

import db
from components import acts, material_pictures, material_products, material_view, session
from components.labels import plain
from programme import material_edits, material_writing, showcase_queries
from programme.material_content import Written, changed_parts, problems
from programme.material_facts import material_facts
from programme.material_writing import Draft
from programme.materials import Piece
from programme.obligations import Status
from programme.permissions import Permission
from programme.settings import clock

TALL: Final = {"story": 180, "practice": 320}


def write(one: Piece, draft: Draft | None, stands: Written, reasons: Mapping[str, str], page: Permission) -> None:
    """`stands` is the newest version; `page` the permission of the page."""
    if draft and draft.base != one.revision:
        st.warning(
            f"您的草稿写在第{draft.base}版上，而现在已有第{one.revision}版。请放弃草稿，在新的版本上修改。",
            icon=":material/difference:",
        )
        _discard_button(one, page)
        return
    if draft is None and one.revision and not reasons:
        _offer_change(one, page)
        return
    if reasons:
        st.warning(
            f"{plain(one.step_by)}于{clock(one.step_at)}退回，请修改标有“▼”的{len(reasons)}部分后重新报送。",
            icon=":material/undo:",
        )
    written = draft.written if draft else stands
    left = problems(one.kind, written)
    unchanged = {*reasons} - {*changed_parts(one.kind, stands, written)}
    for part in one.kind.parts:
        st.subheader(_heading(part, written, is_asked=part in unchanged, is_open=part in left), anchor=False)
        _part(one, part, written, left.get(part, ()), reasons.get(part, ""), page)
    if draft:
        st.caption(f"草稿已于{clock(draft.saved_at)}保存，离开本页也不会丢失。")
    if st.toggle("预览展出的样子", key=f"preview-{one.id}"):
        _preview(one, written)
    _hand_in(one, draft, left, bool(reasons), page)


def _offer_change(one: Piece, page: Permission) -> None:
    again = (
        "修改后须写明原因，重新审定；审定之前展出的仍是现在这一版。"
        if one.status is Status.ACCEPTED
        else "审定之前可以直接修改。"
    )
    st.markdown(f"第{one.revision}版已报送。{again}")
    st.button("修改", icon=":material/edit:", key=f"edit-{one.id}", on_click=_begin, args=(one, page))


def _heading(part: str, written: Written, *, is_asked: bool, is_open: bool) -> str:
    """Its name with a mark: ▼ for what the office waits for, ✓ for what is written."""
    facts = material_facts().parts[part]
    if is_asked:
        return f"▼ {facts.name}"
    if facts.optional and not written.of_part(part):
        return f"{facts.name}（选填）"
    return facts.name if is_open else f"✓ {facts.name}"


def _part(one: Piece, part: str, written: Written, left: Sequence[str], reason: str, page: Permission) -> None:
    st.caption(material_facts().parts[part].hint)
    if reason:
        st.warning(f"退回原因：{plain(reason)}", icon=":material/undo:")
    if part == "pictures":
        material_pictures.show(one, written, page)
    elif part == "products":
        material_products.show(one, written, page)
    else:
        _boxes(one, part, written, page)
    for sentence in left:
        st.markdown(f":orange[○] {plain(sentence)}")


def _boxes(one: Piece, part: str, written: Written, page: Permission) -> None:
    """The boxes of a part in words, each kept as soon as it is left."""
    key = f"material-{one.id}-{acts.round_number()}"
    keep = partial(_keep_field, one, page, key)
    if part == "title":
        st.text_input(
            "标题", written.title, max_chars=one.kind.max_title, key=f"{key}-title", on_change=keep, args=("title",)
        )
    elif part == "text":
        st.text_area(
            f"正文（不超过{one.kind.max_text}字）", written.text, max_chars=one.kind.max_text, key=f"{key}-text",
            height=TALL[one.kind_code], on_change=keep, args=("text",),
        )  # fmt: skip
    else:
        genres = material_facts().genres
        st.radio(
            "类别", list(genres), index=list(genres).index(written.genre) if written.genre in genres else None,
            format_func=genres.__getitem__, horizontal=True, key=f"{key}-genre", on_change=keep, args=("genre",),
        )  # fmt: skip
        st.text_input(
            f"标签（最多{one.kind.max_tags}个）", written.tags, max_chars=100, key=f"{key}-tags", on_change=keep,
            args=("tags",), placeholder="例如：培训、短视频、合作社",
        )  # fmt: skip


def _preview(one: Piece, written: Written) -> None:
    with db.reading() as opened:
        version = showcase_queries.version_to_be(opened, one)
        shown = showcase_queries.previewed(opened, one, written, version)
    material_view.preview(one, shown)


def _hand_in(
    one: Piece, draft: Draft | None, left: Mapping[str, Sequence[str]], was_sent_back: bool, page: Permission
) -> None:
    key = f"material-reason-{one.id}-{acts.round_number()}"
    most = material_facts().limits["max_reason"]
    if one.status is Status.ACCEPTED:
        st.text_input("修改的原因（必填）", max_chars=most, key=key)
    elif was_sent_back:
        st.text_input("说明（某一部分认为无误、没有修改时必填）", max_chars=most, key=key)
    if left:
        names = "、".join(material_facts().parts[part].name for part in left)
        st.caption(f"还有{len(left)}部分没有写好：{names}。写好后即可报送。")
    with st.container(horizontal=True):
        st.button(
            "报送审定", type="primary", icon=":material/send:", disabled=bool(left), key=f"send-{one.id}",
            on_click=_submit, args=(one, page, key),
        )  # fmt: skip
        if draft:
            _discard_button(one, page)


def _discard_button(one: Piece, page: Permission) -> None:
    st.button("放弃草稿", icon=":material/delete:", key=f"discard-{one.id}", on_click=_discard, args=(one, page))


# --- clicks -----------------------------------------------------------------------------------------------------------


def _keep_field(one: Piece, page: Permission, key: str, field: str) -> None:
    change = material_edits.field(field, session.typed(f"{key}-{field}"))
    acts.keep(page, lambda opened, actor: material_writing.keep(opened, actor, one, change))


def _begin(one: Piece, page: Permission) -> None:
    acts.act(page, "", lambda opened, actor: material_writing.keep(opened, actor, one, material_edits.nothing))


def _discard(one: Piece, page: Permission) -> None:
    acts.act(page, "草稿已放弃。", lambda opened, actor: material_writing.discard(opened, actor, one))


def _submit(seen: Piece, page: Permission, reason: str) -> None:
    sentence = f"已报送：{seen.kind.name}第{seen.revision + 1}版，等待办公室审定。"
    text = session.typed(reason)
    acts.act(page, sentence, lambda opened, actor: material_writing.submit_draft(opened, actor, seen, text))
