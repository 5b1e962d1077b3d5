"""The list of projects: found by words and filters in SQL, each with the day by which it should move on."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import ColumnElement, func, literal
from sqlmodel import Session, and_, col, or_, select

from programme import settings
from programme.models import ApplicationVersion, Project
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_life import deadline_of, is_overdue
from programme.project_moves import OWN_DAY, deadlines_of
from programme.project_queries import COLUMNS, visible
from programme.search_words import search_words

EQUAL = ("province_code", "direction", "category", "stage", "state", "outcome")
SEARCHED = ("no", "name", "enterprise", "project_leader", "head_of_unit", "remark")


@dataclass(frozen=True)
class ProjectFilters:
    """None leaves a field open; "" as province means none (direct applications), as outcome 未评估.

    `county` is the internal id of a target county. Each of the first ten words of `text` must be found somewhere in the project.
    """

    province_code: str | None = None
    direction: str | None = None
    category: str | None = None
    stage: str | None = None
    state: str | None = None
    outcome: str | None = None
    county: int | None = None
    overdue: bool = False
    text: str = ""


def project_list(session: Session, actor: Actor, filters: ProjectFilters | None = None) -> pd.DataFrame:
    """One row per project in the actor's scope, by province and number, direct applications last.

    COLUMNS as stored; `deadline` (a date, or None) and `overdue` of where it stands today.
    """
    query = select(*(getattr(Project, name) for name in COLUMNS)).where(
        visible(actor), *_conditions(filters or ProjectFilters())
    )
    rows = session.exec(query.order_by(col(Project.province_code) == "", Project.province_code, Project.no)).all()
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(COLUMNS))
    standing = list(zip(frame["state"], frame["due"], strict=True))
    days = {one: deadline_of(*one) for one in set(standing)}
    frame["deadline"] = pd.Series([days[one] for one in standing], dtype=object)
    frame["overdue"] = [day is not None and day < settings.today() for day in frame["deadline"]]
    return frame


def _conditions(filters: ProjectFilters) -> list[ColumnElement[bool]]:
    chosen = [col(getattr(Project, name)) == value for name in EQUAL if (value := getattr(filters, name)) is not None]
    if filters.county is not None:
        listed = literal(",") + col(Project.target_counties) + literal(",")
        chosen.append(listed.contains(f",{filters.county},"))
    if filters.overdue:
        chosen.append(_overdue())
    return chosen + [or_(*_found(word)) for word in search_words(filters.text)]


def _found(word: str) -> list[ColumnElement[bool]]:
    """Where a word of the search may stand, by LIKE on both stores: the list's columns, the newest text handed in."""
    newest = select(func.max(ApplicationVersion.version)).where(ApplicationVersion.project_id == Project.id)
    written = select(ApplicationVersion.project_id).where(
        ApplicationVersion.project_id == Project.id,
        ApplicationVersion.version == newest.correlate(Project).scalar_subquery(),
        col(ApplicationVersion.content).icontains(word, autoescape=True),
    )
    return [
        *(col(getattr(Project, name)).icontains(word, autoescape=True) for name in SEARCHED),
        written.correlate(Project).exists(),
    ]


def _overdue() -> ColumnElement[bool]:
    """As project_life.is_overdue: a day of the notice has passed, or the day set for the project alone."""
    states = [state.code for state in project_facts().states]
    late = [code for code in states if is_overdue(code, None)]
    own = [code for code in states if OWN_DAY in deadlines_of(code)]
    state = col(Project.state)
    return or_(state.in_(late), and_(state.in_(own), col(Project.due) < settings.today()))
