"""The moves that are the actor's to make with a project: one is chosen, its reason given, then it is made."""

from collections.abc import Sequence
from typing import Final

import streamlit as st
from sqlmodel import Session

import db
from components import receipts, session
from components.labels import plain
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission
from programme.project_life import LONGEST, move_project
from programme.project_moves import Move
from programme.project_track import state_text

RECEIPT: Final = "project-move-receipt"


def show(actor: Actor, project_no: str, seen: int, moves: Sequence[tuple[Move, str | None]]) -> None:
    """`seen` is how many moves the project had when it was drawn; each move comes with what is still missing, or None."""
    receipts.show(RECEIPT)
    if not moves:
        return
    offered = {move.name: (move, missing) for move, missing in moves}
    key = f"{project_no}-{seen}"
    picked = st.radio("办理", list(offered), index=None, key=f"move-{key}", horizontal=True)
    if picked is None:
        return
    move, missing = offered[picked]
    if missing:
        st.info(plain(missing), icon=":material/info:")
        return
    label = "原因（必填）" if move.note else "说明（可不填）"
    why = f"move-why-{key}-{move.code}"
    st.text_area(label, key=why, max_chars=LONGEST, height=80)
    st.button(f"确认{move.name}", type="primary", on_click=_move, args=(project_no, seen, move, why))


def _move(project_no: str, seen: int, move: Move, why: str) -> None:
    """Runs before the page; what somebody else did since it was drawn is told, not overrun."""
    actor = session.guard(Permission.SEE_PROJECT)
    try:
        with db.transaction() as opened:
            words = _made(opened, actor, project_no, seen, move, session.typed(why))
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return
    receipts.keep(RECEIPT, words, done=True)


def _made(opened: Session, actor: Actor, project_no: str, seen: int, move: Move, note: str) -> str:
    event = move_project(opened, actor, project_no, move.code, note, seen=seen)
    return f"已办理“{move.name}”，项目现为“{state_text(actor, event.target)}”。"
