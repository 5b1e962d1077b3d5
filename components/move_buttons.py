"""The moves that are the actor's to make with a project: a button each, a box for the reason, what is missing beside it."""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from components import acts, session
from components.labels import plain
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.project_life import LONGEST, move_project
from programme.project_moves import Move

REASON = "原因"
NO_NAMES: Mapping[str, str] = {}


def show(
    actor: Actor, project_no: str, seen: int, moves: Sequence[tuple[Move, str | None]],
    notes: Mapping[str, str] = NO_NAMES,
) -> None:  # fmt: skip
    """Draw `project_life.open_moves`; `seen` is the number of moves the project had then.

    A move with a reason opens a box first; `notes` names the box of a move (code → 推荐理由), 原因 otherwise.
    """
    if not moves:
        return
    first = next((move.code for move, missing in moves if not missing and _leads_on(move)), "")
    with st.container(horizontal=True, vertical_alignment="center"):
        for move, missing in moves:
            _button(project_no, seen, move, missing, notes.get(move.code, REASON), primary=move.code == first)
    for move, missing in moves:
        if missing:
            st.caption(f":material/block: {move.name}：{plain(missing)}")


def _leads_on(move: Move) -> bool:
    """Whether the project comes further with it: neither a step back nor the end of its life."""
    states = [state.code for state in project_facts().states]
    target = project_facts().state(move.target)
    ended = project_facts().choice("stage", target.stage).ended
    return not ended and states.index(move.target) > max(states.index(source) for source in move.sources)


def _button(project_no: str, seen: int, move: Move, missing: str | None, note: str, *, primary: bool) -> None:
    key = f"move-{move.code}-{project_no}-{seen}"
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if not move.note or missing:
        st.button(
            move.name, key=key, type=kind, disabled=bool(missing), help=plain(missing) if missing else None,
            on_click=_take, args=(project_no, seen, move, ""),
        )  # fmt: skip
        return
    with st.popover(move.name, type=kind):
        st.text_area(f"{note}（必填，不超过{LONGEST}字）", max_chars=LONGEST, key=f"{key}-note", width=320)
        st.button(
            f"确认{move.name}", key=key, type="primary", on_click=_take, args=(project_no, seen, move, f"{key}-note")
        )


def _take(project_no: str, seen: int, move: Move, box: str) -> None:
    note = session.typed(box) if box else ""
    acts.act(
        Permission.SEE_PROJECT,
        f"已{move.name}：{project_no}。",
        lambda opened, actor: move_project(opened, actor, project_no, move.code, note, seen=seen),
    )
