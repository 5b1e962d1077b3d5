"""What is done on the pages of projects: one click, one transaction, one verb, and once a word about what became of it."""

from collections.abc import Callable
from typing import Final

import streamlit as st
from sqlmodel import Session

import db
from components import receipts, session
from programme import project_life
from programme.errors import ProgrammeError
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_moves import Move

RECEIPT: Final = "project-receipt"
ROUND: Final = "project-round"
Verb = Callable[[Session, Actor], object]


def act(sentence: str, verb: Verb) -> bool:
    """Runs before the page, as a callback, or after the form of a page before `st.rerun()`; whether it was done.

    Verbs ask for the permission they need themselves.
    """
    actor = session.guard(Permission.SEE_PROJECT)
    try:
        with db.transaction() as opened:
            verb(opened, actor)
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return False
    receipts.keep(RECEIPT, sentence, done=True)
    session.remember(ROUND, round_number() + 1)
    return True


def round_number() -> int:
    """Grows with every step, so that boxes hold what the store holds again."""
    return int(session.recall(ROUND) or 0)


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
        st.caption(f"“{move.name}”：{missing}")
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
    act(
        f"已办理：“{seen.name}”{move.name}。",
        lambda opened, actor: project_life.move_project(opened, actor, seen.no, move.code, text, seen=seen.moves),
    )
