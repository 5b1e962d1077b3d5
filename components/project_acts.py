"""What the pages of projects share: which project, and its moves as buttons."""

import streamlit as st

from components import acts, session
from components.labels import plain
from programme import project_life
from programme.models import Project
from programme.permissions import Permission
from programme.project_moves import Move


def chosen(label: str, names: dict[str, str]) -> str:
    """One of the projects by number; the address may name it (?no=), and does from then on."""
    numbers = list(names)
    asked = st.query_params.get("no", "")
    first = numbers.index(asked) if asked in names else 0
    picked = st.selectbox(
        label, numbers, first, format_func=names.__getitem__, filter_mode="contains", key=f"no-{label}"
    )
    st.query_params["no"] = str(picked)
    return str(picked)


def button(project: Project, move: Move, missing: str | None, *, primary: bool = True) -> None:
    """A move as a button, with a box for its reason where it asks for one; while something is missing it says what."""
    key = f"move-{project.no}-{move.code}-{project.moves}"
    if missing:
        st.caption(f"“{move.name}”：{plain(missing)}")
        return
    if move.note:
        st.text_area(f"{move.name}的原因（必填）", max_chars=project_life.LONGEST, key=f"{key}-note", height=80)
    st.button(
        move.name,
        type="primary" if primary else "secondary",
        key=key,
        on_click=_move,
        args=(project, move, f"{key}-note"),
    )


def _move(seen: Project, move: Move, note: str) -> None:
    text = session.typed(note) if move.note else ""
    acts.act(
        Permission.SEE_PROJECT,
        f"已办理：“{seen.name}”{move.name}。",
        lambda opened, actor: project_life.move_project(opened, actor, seen.no, move.code, text, seen=seen.moves),
    )
