"""What the panel came to: scores by project for the office alone, discussions, minutes, and the end of the review."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from programme import audit, settings
from programme.errors import ProgrammeError
from programme.experts import REVIEW, text_of
from programme.models import (
    AppUser,
    ExpertScore,
    PanelDiscussion,
    PanelMinutes,
    Project,
    ProjectAssignment,
    Recusal,
)
from programme.permissions import Actor, Permission, require
from programme.project_life import locked, make
from programme.project_moves import move_named
from programme.project_needs_review import scores_are_all_in
from programme.review_facts import review_facts
from programme.review_scores import Result, result


@dataclass(frozen=True)
class Judged:
    """One expert's part: who they are, what they handed in (None: not yet)."""

    user_id: int
    expert: str
    total: int | None
    points: dict[str, int]
    comment: str
    at: datetime | None


@dataclass(frozen=True)
class Review:
    """The review of one project. `away` are those who handed it back or lost it to a tie, with the reason."""

    no: str
    name: str
    enterprise: str
    state: str
    parts: tuple[Judged, ...]
    result: Result
    discussion: str
    away: tuple[tuple[str, str], ...]

    @property
    def is_in(self) -> bool:
        return len(self.result.totals) == len(self.parts) >= review_facts().experts

    @property
    def is_ready(self) -> bool:
        """Whether the review may be concluded."""
        return self.state == "reviewing" and self.is_in and not (self.result.wide and not self.discussion)


def reviews(session: Session, actor: Actor) -> list[Review]:
    """Every project that was ever given to experts or waits for it, by number. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_REVIEW)
    given = select(ProjectAssignment.project_id).where(ProjectAssignment.task == REVIEW)
    projects = session.exec(
        select(Project).where(col(Project.id).in_(given) | (col(Project.state) == "received")).order_by(Project.no)
    ).all()
    parts, away = _parts(session), _away(session)
    discussed = _discussions(session)
    return [
        Review(
            one.no, one.name, one.enterprise, one.state, tuple(parts[one.id or 0]),
            result([part.total for part in parts[one.id or 0] if part.total is not None]),
            discussed.get(one.id or 0, ""), tuple(away[one.id or 0]),
        )
        for one in projects
    ]  # fmt: skip


def _parts(session: Session) -> dict[int, list[Judged]]:
    """By project: the experts who have it now."""
    rows = session.exec(
        select(ProjectAssignment.project_id, ProjectAssignment.user_id, AppUser.name, ExpertScore)
        .join(AppUser, col(AppUser.id) == col(ProjectAssignment.user_id))
        .join(
            ExpertScore,
            (col(ExpertScore.project_id) == col(ProjectAssignment.project_id))
            & (col(ExpertScore.user_id) == col(ProjectAssignment.user_id)),
            isouter=True,
        )
        .where(ProjectAssignment.task == REVIEW, col(ProjectAssignment.ended_at).is_(None))
        .order_by(col(AppUser.id))
    )
    parts: dict[int, list[Judged]] = defaultdict(list)
    for project_id, user_id, name, score in rows:
        parts[project_id].append(_judged(user_id, name, score))
    return parts


def _judged(user_id: int, name: str, score: ExpertScore | None) -> Judged:
    if score is None:
        return Judged(user_id, name, None, {}, "", None)
    points = {one.code: getattr(score, one.code) for one in review_facts().criteria}
    return Judged(user_id, name, score.total, points, score.comment, score.at)


def _away(session: Session) -> dict[int, list[tuple[str, str]]]:
    away: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one in session.exec(select(Recusal).order_by(col(Recusal.at))):
        away[one.project_id].append((one.user_name, one.reason))
    return away


def _discussions(session: Session) -> dict[int, str]:
    query = select(PanelDiscussion.project_id, PanelDiscussion.note).order_by(col(PanelDiscussion.number))
    return dict(session.exec(query).all())


# --- verbs ------------------------------------------------------------------------------------------------------------


def discuss(session: Session, actor: Actor, no: str, note: str) -> None:
    """Note what the panel concluded on a project whose scores lie far apart. Raises NotAllowed, NotFound, ProgrammeError."""
    require(actor, Permission.ORGANISE_REVIEW)
    project = locked(session, actor, no)
    words = text_of("讨论情况和结论", note, 1)
    if project.state != "reviewing" or (sentence := scores_are_all_in(session, project)):
        raise ProgrammeError(sentence if project.state == "reviewing" else f"项目“{project.name}”不在专家评审中。")
    assert project.id is not None
    newest = session.exec(
        select(func.max(PanelDiscussion.number)).where(PanelDiscussion.project_id == project.id)
    ).one()
    session.add(
        PanelDiscussion(
            project_id=project.id, number=(newest or 0) + 1, note=words, user_id=actor.id, user_name=actor.name
        )
    )
    session.flush()
    audit.record(session, actor, "panel.discussed", subject=no, province_code=project.province_code, note=words)


def add_minutes(session: Session, actor: Actor, held_on: date, text: str) -> int:
    """Keep minutes of a meeting; returns their number. Raises NotAllowed, ProgrammeError."""
    require(actor, Permission.ORGANISE_REVIEW)
    words = text_of("会议纪要", text, 1, review_facts().limits["max_minutes"])
    if held_on > settings.today():
        raise ProgrammeError("会议日期不能晚于今天。")
    number = (session.exec(select(func.max(PanelMinutes.number))).one() or 0) + 1
    session.add(PanelMinutes(number=number, held_on=held_on, text=words, user_id=actor.id, user_name=actor.name))
    session.flush()
    audit.record(session, actor, "panel.minuted", subject=f"第{number}号", held_on=held_on.isoformat())
    return number


def minutes(session: Session, actor: Actor) -> list[PanelMinutes]:
    """Newest first. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_REVIEW)
    return list(session.exec(select(PanelMinutes).order_by(col(PanelMinutes.number).desc())))


def conclude(session: Session, actor: Actor, numbers: Collection[str]) -> int:
    """评审完成 for these projects at once; returns how many. Raises as `project_life.move_project`."""
    move = move_named("conclude_review")
    assert move is not None
    for no in sorted(set(numbers)):
        make(session, actor, locked(session, actor, no), move)
    return len(set(numbers))
