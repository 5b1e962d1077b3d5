"""The track of a project as its page shows it: what is next and until when, what was done, the documents."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

import db
from components import acts, move_buttons, receipts, session
from components.labels import date_text, plain
from components.moments import moment_text
from components.projects import days_text
from programme import project_track
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_life import open_moves
from programme.project_queries import ProjectView
from programme.project_track import Ahead, Step


def next_text(ahead: Ahead) -> str:
    """下一步：… 期限… as markdown of our own words."""
    if not ahead.words:
        return "已办结，没有下一步。"
    words = f"下一步：**{ahead.words}**"
    if ahead.deadline is None:
        return f"{words}（没有规定期限）"
    return f"{words}  \n期限：{date_text(ahead.deadline)}（{ahead.deadline_name}），**{days_text(ahead.days)}**"


def show(actor: Actor, project: ProjectView) -> None:
    """What is next with its buttons, then what was done."""
    receipts.show(acts.RECEIPT)
    with db.reading() as store:
        moves = open_moves(store, actor, store.get_one(Project, project.id))
        steps = project_track.track(store, actor, project)
    st.markdown(next_text(project_track.ahead(actor, project)))
    move_buttons.show(actor, project["no"], project.moves, moves)
    st.subheader("办理经过", anchor=False)
    if not steps:
        st.caption("还没有办理记录。")
        return
    st.table(table(steps), hide_index=True, border="horizontal", alt="项目的办理经过")
    _documents(project["no"], steps)


def table(steps: Sequence[Step]) -> pd.DataFrame:
    """日期, 步骤, 办理单位, 说明, 材料; texts safe for markdown."""
    return pd.DataFrame(
        {
            "日期": moment_text(step.at),
            "步骤": step.name,
            "办理": plain(step.who),
            "说明": plain(step.note) or "—",
            "材料": "、".join(plain(name) for name, _ in step.documents) or "—",
        }
        for step in steps
    )


def _documents(no: str, steps: Sequence[Step]) -> None:
    """A button for each document; who may read it is asked again at the click."""
    later = session.later(Permission.SEE_PROJECT)
    with st.container(horizontal=True):
        for step in steps:
            for name, digest in step.documents:
                st.download_button(
                    f"下载“{plain(name)}”", partial(_content, later, no, step.number, digest), name,
                    key=f"document-{step.number}-{digest[:12]}", icon=":material/download:", on_click="ignore",
                )  # fmt: skip


def _content(later: Callable[[], Actor], no: str, number: int, sha256: str) -> bytes:
    actor = later()
    with db.reading() as store:
        return project_track.document(store, actor, no, number, sha256)[1]
