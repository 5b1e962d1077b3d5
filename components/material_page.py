"""One material on the screen, story or practice: how it would be shown, the form for those who write, the desk of the office."""

from typing import Final

import streamlit as st

import db
from components import material_desk, material_form, material_view
from components.labels import plain
from programme import material_writing, showcase_queries
from programme.material_content import Written
from programme.material_facts import material_facts
from programme.material_reviews import waits_for
from programme.materials import Piece, content_of, reasons_of
from programme.permissions import Actor, Permission, refusal

NEWEST, SHOWN, WRITING = "报送的版本", "展出的版本", "填写和修改"


def show(actor: Actor, one: Piece, page: Permission) -> None:
    """All below its heading. `page` is the permission of the page it stands on."""
    material_view.profile(one)
    with db.reading() as opened:
        draft = material_writing.draft_of(opened, actor, one)
        stands, reasons = content_of(opened, one), reasons_of(opened, one)
    ways = [NEWEST] if one.revision else []
    ways += [SHOWN] if one.is_shown and one.accepted != one.revision else []
    ways += [WRITING] if refusal(actor, Permission.WRITE_STORY, one.subject) is None else []
    is_writer = refusal(actor, Permission.SHOW_STORY, one.subject) is not None
    writes = draft is not None or not one.revision or bool(reasons and is_writer)
    first = ways.index(WRITING) if writes and WRITING in ways and not waits_for(actor, one) else 0
    way = ways[first]
    if len(ways) > 1:
        way = st.radio(
            "看什么", ways, index=first, horizontal=True, label_visibility="collapsed",
            key=f"material-way-{one.id}-{one.revision}-{one.number}-{first}",
        )  # fmt: skip
    if way == WRITING:
        material_form.write(one, draft, stands, reasons, page)
    elif way == SHOWN:
        _read(one, one.accepted)
    else:
        _newest(one, stands, reasons)
        material_desk.decide(actor, one, page)
    if one.revision and way != WRITING:
        material_view.course(one)


def _newest(one: Piece, stands: Written, reasons: dict[str, str]) -> None:
    """The newest version, with what it was sent back for and what is new in it."""
    for part, reason in reasons.items():
        st.warning(f"{material_facts().parts[part].name}，退回原因：{plain(reason)}", icon=":material/undo:")
    if one.reason:
        st.markdown(f"**修改说明**：{plain(one.reason)}")
    if one.revision > 1:
        earlier = one.accepted if 0 < one.accepted < one.revision else one.revision - 1
        with db.reading() as opened:
            before = content_of(opened, one, earlier)
        material_view.changes(one, before, stands, f"第{earlier}版")
    _read(one, one.revision)


def _read(one: Piece, revision: int) -> None:
    with db.reading() as opened:
        written, version = content_of(opened, one, revision), showcase_queries.version_of(opened, one, revision)
        shown = showcase_queries.previewed(opened, one, written, version)
    material_view.preview(one, shown, revision)


MORE: Final = "没有标题"


def name_of(one: Piece) -> str:
    """For a list to choose from."""
    return f"{one.heading or MORE} · {one.county} · {one.status_name}"
