"""The moves that are the actor's to make with a project, as buttons: several in a row, or one by itself on a desk.

What is missing for a move is said beside it; a move with a reason has a box for it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from components import acts, session
from components.labels import plain
from programme.models import Project
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
            _in_a_row(project_no, seen, move, missing, notes.get(move.code, REASON), primary=move.code == first)
    for move, missing in moves:
        if missing:
            st.caption(f":material/block: {move.name}：{plain(missing)}")


def _in_a_row(project_no: str, seen: int, move: Move, missing: str | None, note: str, *, primary: bool) -> None:
    if missing:
        st.button(move.name, key=_key(project_no, seen, move), disabled=True, help=plain(missing))
    elif not move.note:
        _press(project_no, seen, move, move.name, primary=primary)
    else:
        with st.popover(move.name, type=_kind(primary=primary)):
            _box(project_no, seen, move, f"{note}（必填，不超过{LONGEST}字）", width=320)
            _press(project_no, seen, move, f"确认{move.name}", primary=True)


def alone(project: Project, move: Move, missing: str | None, *, primary: bool = True) -> None:
    """One move as it stands on a desk: no button while something is missing."""
    if missing:
        st.caption(f"“{move.name}”：{plain(missing)}")
        return
    if move.note:
        _box(project.no, project.moves, move, f"{move.name}的原因（必填）", height=80)
    _press(project.no, project.moves, move, move.name, primary=primary)


def _leads_on(move: Move) -> bool:
    """Whether the project comes further with it: neither a step back nor the end of its life."""
    states = [state.code for state in project_facts().states]
    target = project_facts().state(move.target)
    ended = project_facts().choice("stage", target.stage).ended
    return not ended and states.index(move.target) > max(states.index(source) for source in move.sources)


# --- its box and its button -------------------------------------------------------------------------------------------


def _key(project_no: str, seen: int, move: Move) -> str:
    return f"move-{move.code}-{project_no}-{seen}"


def _kind(*, primary: bool) -> Literal["primary", "secondary"]:
    return "primary" if primary else "secondary"


def _box(
    project_no: str, seen: int, move: Move, label: str, *,
    height: int | Literal["content"] | None = None, width: int | Literal["stretch"] = "stretch",
) -> None:  # fmt: skip
    key = f"{_key(project_no, seen, move)}-note"
    st.text_area(label, max_chars=LONGEST, key=key, height=height, width=width)


def _press(project_no: str, seen: int, move: Move, label: str, *, primary: bool) -> None:
    key = _key(project_no, seen, move)
    st.button(label, key=key, type=_kind(primary=primary), on_click=_take, args=(project_no, seen, move))


def _take(project_no: str, seen: int, move: Move) -> None:
    note = session.typed(f"{_key(project_no, seen, move)}-note") if move.note else ""
    acts.act(
        Permission.SEE_PROJECT,
        f"已{move.name}：{project_no}。",
        lambda opened, actor: move_project(opened, actor, project_no, move.code, note, seen=seen),
    )
