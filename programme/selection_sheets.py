"""The sheets of assessors as they stand: of the newest round, and not replaced by a corrected one."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme.models import Assessment, AssessmentScore, ProjectEvent
from programme.selection_scores import Sheet

ROUND_BEGINS: Final = "take_up"
"""The move after which the scores given before count no more: the text may be another one."""


def rounds(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Project → number of the event with which it was last taken up; without an entry for those that never were."""
    query = select(ProjectEvent.project_id, func.max(ProjectEvent.number)).where(
        col(ProjectEvent.project_id).in_(ids), ProjectEvent.move == ROUND_BEGINS
    )
    return dict(session.exec(query.group_by(col(ProjectEvent.project_id))).all())


def standing_sheets(session: Session, ids: Sequence[int]) -> dict[int, list[Sheet]]:
    """Project → its sheets, in the order in which the assessors were first entered; empty for those without any."""
    newest = rounds(session, ids)
    stored = [one for one in session.exec(select(Assessment).where(col(Assessment.project_id).in_(ids)))
              if one.round == newest.get(one.project_id, 0)]  # fmt: skip
    points = _points(session, ids)
    replaced = {(one.project_id, one.replaces) for one in stored}
    first = _first_numbers(stored)
    found: dict[int, list[Sheet]] = {project: [] for project in ids}
    for one in sorted(stored, key=lambda one: first[one.project_id, one.number]):
        if (one.project_id, one.number) not in replaced:
            given = points.get((one.project_id, one.number), {})
            found[one.project_id].append(Sheet(one.unit, one.post, one.conflict, one.ground, given, one.number))
    return found


def _first_numbers(stored: Sequence[Assessment]) -> dict[tuple[int, int], int]:
    """Each sheet's key → the number of the first sheet in the chain of corrections it belongs to."""
    first: dict[tuple[int, int], int] = {}
    for one in sorted(stored, key=lambda one: one.number):
        first[one.project_id, one.number] = first.get((one.project_id, one.replaces), one.number)
    return first


def _points(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], dict[str, int]]:
    found: dict[tuple[int, int], dict[str, int]] = {}
    for score in session.exec(select(AssessmentScore).where(col(AssessmentScore.project_id).in_(ids))):
        found.setdefault((score.project_id, score.number), {})[score.criterion] = score.points
    return found
