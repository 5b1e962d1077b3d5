"""What the moves of 省内遴选 need: scores that are complete, a place within the quota, a list that is settled.

Each answers with the sentence of what is missing, or None. That two recommend the last place at once is held apart by
`db.transaction`: it lets in one writer at a time, so that what was counted still holds when the move is made.
"""

import json
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, and_, col, or_, select

from programme.models import FrozenList, Project, ProjectEvent
from programme.project_facts import project_facts
from programme.selection_scores import still_missing
from programme.selection_sheets import standing_sheets

RECOMMENDED: Final = "recommended"
"""The kind of the lists that provinces report (附件2), and the state of projects that wait for one."""


def scores_complete(session: Session, project: Project) -> str | None:
    """Enough assessors without a conflict of interest have scored the application as it stands."""
    assert project.id is not None
    return still_missing(standing_sheets(session, [project.id])[project.id])


def quota_not_full(session: Session, project: Project) -> str | None:
    """The province has a place left."""
    facts = project_facts()
    used = places_used(session, project.province_code)
    if used < facts.most:
        return None
    return (
        f"推荐名额已满：本省已推荐{used}个，每省不超过{facts.most}个（{facts.quota_citation}）。"
        "如需换项目，请先对一个拟推荐的项目“取消拟推荐”。"
    )


def places_used(session: Session, province_code: str) -> int:
    """Projects that count to the province's quota: recommended, reported, and what the national office declined of these."""
    facts = project_facts()
    reported = select(ProjectEvent.project_id).where(ProjectEvent.move == "report")
    declined = and_(col(Project.state).in_(facts.states_of("declined")), col(Project.id).in_(reported))
    query = select(func.count()).where(
        Project.province_code == province_code, or_(col(Project.state).in_(facts.states_in_quota), declined)
    )
    return int(session.exec(query.select_from(Project)).one())


def on_settled_list(session: Session, project: Project) -> str | None:
    """A list of the province that was settled holds the project."""
    query = select(FrozenList.content).where(
        FrozenList.kind == RECOMMENDED, FrozenList.province_code == project.province_code
    )
    if any(row["no"] == project.no for content in session.exec(query) for row in json.loads(content)):
        return None
    return "还没有列入报送名单。请在“省内遴选”页面的“报送名单”中生成项目信息汇总表（附件2），一并报送。"
