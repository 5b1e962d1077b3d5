"""What an expert judges: their own projects, what they typed so far, and what they handed in. Nobody else's scores are here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from programme import audit, settings
from programme.errors import ProgrammeError
from programme.experts import REVIEW, text_of
from programme.form_parts import storable
from programme.models import ExpertScore, ExpertScoreDraft, Project, ProjectAssignment
from programme.permissions import Actor, Permission, require
from programme.project_life import locked, subject_of
from programme.review_facts import review_facts
from programme.review_scores import total

Points = Mapping[str, int | None]
REVIEWING = "reviewing"


@dataclass(frozen=True)
class Task:
    """A project given to an expert, with what they typed or handed in. `total` and `at` are None before."""

    no: str
    name: str
    enterprise: str
    direction: str
    state: str
    points: dict[str, int | None]
    comment: str
    total: int | None
    at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.at is None and self.state == REVIEWING


def own_tasks(session: Session, actor: Actor) -> list[Task]:
    """The projects given to the actor, those still to be judged first. Raises NotAllowed."""
    require(actor, Permission.SCORE_PROJECT)
    given = select(ProjectAssignment.project_id).where(
        ProjectAssignment.user_id == actor.id,
        ProjectAssignment.task == REVIEW,
        col(ProjectAssignment.ended_at).is_(None),
    )
    projects = session.exec(select(Project).where(col(Project.id).in_(given)).order_by(Project.no)).all()
    drafts = {
        one.project_id: one
        for one in session.exec(select(ExpertScoreDraft).where(ExpertScoreDraft.user_id == actor.id))
    }
    scores = {one.project_id: one for one in session.exec(select(ExpertScore).where(ExpertScore.user_id == actor.id))}
    tasks = [_task(one, scores.get(one.id or 0), drafts.get(one.id or 0)) for one in projects]
    return sorted(tasks, key=lambda task: (not task.is_open, task.no))


def _task(project: Project, score: ExpertScore | None, draft: ExpertScoreDraft | None) -> Task:
    typed = score or draft
    points = {one.code: getattr(typed, one.code) if typed else None for one in review_facts().criteria}
    return Task(
        project.no, project.name, project.enterprise, project.direction, project.state, points,
        typed.comment if typed else "", score.total if score else None, score.at if score else None,
    )  # fmt: skip


def keep_draft(session: Session, actor: Actor, no: str, points: Points, comment: str) -> None:
    """Keep what is typed so far; no event is recorded. Raises NotFound, NotAllowed, ProgrammeError."""
    project_id, limits = _open_task(session, actor, no).id, review_facts().limits
    assert project_id is not None
    for name, value in points.items():
        _within(name, value)
    draft = session.get(ExpertScoreDraft, (project_id, actor.id)) or ExpertScoreDraft(
        project_id=project_id, user_id=actor.id
    )
    for criterion in review_facts().criteria:
        setattr(draft, criterion.code, points.get(criterion.code))
    draft.comment, draft.saved_at = storable(comment)[: limits["max_comment"]], settings.moment()
    session.add(draft)
    session.flush()


def hand_in(session: Session, actor: Actor, no: str, points: Points, comment: str) -> int:
    """Hand the judgement in; it cannot be changed any more. Returns the total in hundredths of a point.

    Raises NotFound, NotAllowed, ProgrammeError naming what is missing.
    """
    project, facts = _open_task(session, actor, no), review_facts()
    given = {one.code: value for one in facts.criteria if (value := points.get(one.code)) is not None}
    if missing := [one.name for one in facts.criteria if one.code not in given]:
        raise ProgrammeError(f"还没有打分：{'、'.join(missing)}。")
    for name, value in given.items():
        _within(name, value)
    words = text_of("评审意见", comment, facts.limits["least_comment"], facts.limits["max_comment"])
    assert project.id is not None
    values: dict[str, Any] = {"total": total(given), "comment": words, **given}
    score = ExpertScore(project_id=project.id, user_id=actor.id, **values)
    session.add(score)
    if draft := session.get(ExpertScoreDraft, (project.id, actor.id)):
        session.delete(draft)
    session.flush()
    audit.record(session, actor, "project.scored", subject=no, province_code=project.province_code)
    return score.total


def _open_task(session: Session, actor: Actor, no: str) -> Project:
    """The project, for a judgement of it by the actor."""
    project = locked(session, actor, no)
    require(actor, Permission.SCORE_PROJECT, subject_of(session, project, actor))
    if project.state != REVIEWING:
        raise ProgrammeError(f"项目“{project.name}”不在专家评审中，不能打分。")
    if session.get(ExpertScore, (project.id, actor.id)):
        raise ProgrammeError(f"您已提交项目“{project.name}”的评分，不能再改。")
    return project


def _within(code: str, value: int | None) -> None:
    criterion, highest = (
        next(one for one in review_facts().criteria if one.code == code),
        review_facts().limits["highest"],
    )
    if value is not None and not 0 <= value <= highest:
        raise ProgrammeError(f"{criterion.name}的分数须是0至{highest}的整数。")
