"""What a project must have before it moves on through expert review, selection and public notice.

Each function gives a sentence that says what is missing, or None.
"""

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from programme import settings
from programme.experts import REVIEW
from programme.models import (
    ExpertScore,
    NoticeMember,
    Objection,
    ObjectionEvent,
    PanelDiscussion,
    Project,
    ProjectAssignment,
    PublicNotice,
)
from programme.project_facts import project_facts
from programme.review_facts import review_facts
from programme.review_scores import result

UPHELD, REJECTED = "upheld", "rejected"
DECIDED = (UPHELD, REJECTED)


# --- expert review ----------------------------------------------------------------------------------------------------


def panel_is_complete(session: Session, project: Project) -> str | None:
    having, wanted = _experts(session, project), review_facts().experts
    if having < wanted:
        return f"项目“{project.name}”还缺{wanted - having}名专家，请先抽取。"
    return None


def scores_are_all_in(session: Session, project: Project) -> str | None:
    if sentence := panel_is_complete(session, project):
        return sentence
    missing = _experts(session, project) - len(_totals(session, project))
    return f"项目“{project.name}”还有{missing}名专家没有提交评分。" if missing else None


def wide_spread_is_discussed(session: Session, project: Project) -> str | None:
    spread = result(_totals(session, project))
    if spread.wide and not discussion_of(session, project):
        return f"项目“{project.name}”的评分相差{review_facts().spread}分以上，请先登记专家组的讨论情况。"
    return None


def _experts(session: Session, project: Project) -> int:
    query = select(func.count()).where(*_given(project))
    return session.exec(query).one()


def _given(project: Project) -> tuple[ColumnElement[bool], ...]:
    return (
        col(ProjectAssignment.project_id) == project.id,
        col(ProjectAssignment.task) == REVIEW,
        col(ProjectAssignment.ended_at).is_(None),
    )


def _totals(session: Session, project: Project) -> list[int]:
    """Of those who have the project now: what a tie took back does not count."""
    query = select(ExpertScore.total).join(
        ProjectAssignment,
        (col(ProjectAssignment.project_id) == col(ExpertScore.project_id))
        & (col(ProjectAssignment.user_id) == col(ExpertScore.user_id)),
    )
    return list(session.exec(query.where(*_given(project))))


def discussion_of(session: Session, project: Project) -> str:
    """What the panel concluded; "" when it did not discuss the project."""
    query = select(PanelDiscussion.note).where(PanelDiscussion.project_id == project.id)
    return session.exec(query.order_by(col(PanelDiscussion.number).desc())).first() or ""


# --- selection --------------------------------------------------------------------------------------------------------


def states_with_a_place() -> tuple[str, ...]:
    """States in which a project takes one of the hundred places."""
    facts = project_facts()
    return facts.states_of("public_notice", *facts.stages_where("selected"))


def places_left(session: Session) -> int:
    query = select(func.count(col(Project.id))).where(col(Project.state).in_(states_with_a_place()))
    return project_facts().goal - session.exec(query).one()


def place_is_free(session: Session, project: Project) -> str | None:
    if places_left(session) <= 0:
        return f"{project_facts().goal}个名额已满，“{project.name}”不能列入拟入选名单。"
    return None


# --- public notice ----------------------------------------------------------------------------------------------------


def is_on_a_notice(session: Session, project: Project) -> str | None:
    """A notice that still runs names the project."""
    if (notice := newest_notice(session, project)) is None or notice.last_day < settings.today():
        return f"项目“{project.name}”没有列入公示，请先发布公示。"
    return None


def notice_is_over(session: Session, project: Project) -> str | None:
    notice = newest_notice(session, project)
    if notice is None:
        return f"项目“{project.name}”在平台上没有公示记录，不能确认入选；在纸面上公示的，请导入项目信息汇总表。"
    if settings.today() <= notice.last_day:
        return f"公示期到{notice.last_day.isoformat()}为止，期满后才能确认“{project.name}”入选。"
    return None


def no_objection_is_open(session: Session, project: Project) -> str | None:
    steps = _steps(session, project)
    if waiting := sum(step not in DECIDED for step in steps):
        return f"对项目“{project.name}”的{waiting}件异议还没有处理完，不能确认入选。"
    if UPHELD in steps:
        return f"对项目“{project.name}”的异议已经成立，不能确认入选，请取消其入选资格。"
    return None


def an_objection_is_upheld(session: Session, project: Project) -> str | None:
    if UPHELD not in _steps(session, project):
        return f"没有对项目“{project.name}”成立的异议，不能取消入选资格。"
    return None


def newest_notice(session: Session, project: Project) -> PublicNotice | None:
    query = select(PublicNotice).join(NoticeMember, col(NoticeMember.notice) == col(PublicNotice.number))
    query = query.where(NoticeMember.project_id == project.id)
    return session.exec(query.order_by(col(PublicNotice.number).desc())).first()


def _steps(session: Session, project: Project) -> list[str]:
    """Where each objection against the project stands."""
    query = select(ObjectionEvent.objection_id, ObjectionEvent.step).join(
        Objection, col(Objection.id) == col(ObjectionEvent.objection_id)
    )
    query = query.where(Objection.project_id == project.id).order_by(col(ObjectionEvent.number))
    return list(dict(session.exec(query).all()).values())
