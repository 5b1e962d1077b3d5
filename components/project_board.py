"""The board of projects: a column per stage, in it the projects that are the most pressing."""

from typing import Final

import pandas as pd
import streamlit as st

from components import filters, pages, project_views
from components.labels import date_text, plain
from components.projects import days_text
from programme import settings
from programme.permissions import Actor
from programme.project_facts import Choice, project_facts
from programme.project_track import state_text

PROJECT: Final = "pages/projects/project.py"
ABREAST: Final = 5
CARDS: Final = 4


def show(actor: Actor, found: pd.DataFrame) -> None:
    """`found` is a project_list; the last columns are the ways out."""
    stages = project_facts().stages
    for start in range(0, len(stages), ABREAST):
        for column, stage in zip(st.columns(ABREAST), stages[start : start + ABREAST], strict=False):
            with column:
                _stage(actor, stage, found[found["stage"] == stage.code])


def pressing(projects: pd.DataFrame) -> pd.DataFrame:
    """Overdue first, then the nearest deadline, then by number; what has no deadline stands last."""
    days = projects["deadline"].map(lambda day: day.toordinal() if day else None).astype("Float64")
    return projects.assign(day=days).sort_values(["day", "no"], na_position="last")


def _stage(actor: Actor, stage: Choice, projects: pd.DataFrame) -> None:
    late = int(projects["overdue"].sum())
    st.markdown(f"**{stage.name}** {len(projects)}个" + (f" :red[▼ 逾期{late}个]" if late else ""))
    for card in pressing(projects).head(CARDS).to_dict("records"):
        with st.container(border=True, gap="small"):
            st.markdown(f"**{plain(card['name'])}**")
            st.caption(f"{plain(card['enterprise'])}  \n{_standing(actor, card)}")
            st.page_link(
                pages.linked(PROJECT),
                label=plain(card["no"]),
                icon=":material/arrow_forward:",
                query_params={"no": card["no"]},
            )
    if projects.empty:
        st.caption("没有项目")
    elif len(projects) > CARDS:
        st.button(
            f"还有{len(projects) - CARDS}个", key=f"more-{stage.code}", icon=":material/more_horiz:", type="tertiary",
            on_click=filters.ask_for, kwargs={"stage": stage.name, "view": project_views.LIST},
        )  # fmt: skip


def _standing(actor: Actor, card: dict[str, object]) -> str:
    """已提交 · 期限2016年9月30日，▼ 逾期3天."""
    words, day = state_text(actor, str(card["state"])), card["deadline"]
    if not day:
        return f"**{words}**"
    left = days_text((day - settings.today()).days)  # type: ignore[operator]
    return f"**{words}** · 期限{date_text(day)}，{left}"  # type: ignore[arg-type]
