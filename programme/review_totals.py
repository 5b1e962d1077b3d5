"""What experts handed in for the projects they have now: what a tie took back does not count."""

from collections import defaultdict
from collections.abc import Collection

from sqlmodel import Session, col, select

from programme.experts import REVIEW
from programme.models import ExpertScore, Project, ProjectAssignment
from programme.review_scores import points_text, result


def totals(session: Session, ids: Collection[int] | None = None) -> dict[int, list[int]]:
    """By project, in hundredths of a point; of these projects alone when they are named."""
    query = select(ExpertScore.project_id, ExpertScore.total).join(
        ProjectAssignment,
        (col(ProjectAssignment.project_id) == col(ExpertScore.project_id))
        & (col(ProjectAssignment.user_id) == col(ExpertScore.user_id)),
    )
    query = query.where(ProjectAssignment.task == REVIEW, col(ProjectAssignment.ended_at).is_(None))
    if ids is not None:
        query = query.where(col(ExpertScore.project_id).in_(ids))
    found: dict[int, list[int]] = defaultdict(list)
    for project_id, total in session.exec(query):
        found[project_id].append(total)
    return dict(found)


def means(session: Session, projects: Collection[Project]) -> dict[str, str]:
    """Mean by number, as written; of those that have scores."""
    found = totals(session, [one.id for one in projects if one.id])
    return {one.no: points_text(result(found[one.id]).mean) for one in projects if one.id in found}
