"""What the page of evaluation asks for: which projects were drawn and what was found, in the actor's scope."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from programme.models import Evaluation, EvaluationRound, EvaluationSample, Project
from programme.permissions import Actor
from programme.project_queries import visible


@dataclass(frozen=True)
class Judged:
    """A project in a round's sample; `total_e2` and `grade` are empty until the report is handed in."""

    project: Project
    round: int
    evaluator: str
    grade: str = ""
    total_e2: int | None = None

    @property
    def is_open(self) -> bool:
        return not self.grade


def judged(session: Session, actor: Actor) -> list[Judged]:
    """The newest round first, within it by province and number. Raises NotAllowed."""
    report = (col(Evaluation.project_id) == EvaluationSample.project_id) & (
        col(Evaluation.round) == EvaluationSample.round
    )
    query = (
        select(Project, EvaluationRound, Evaluation)
        .join(EvaluationSample, col(EvaluationSample.project_id) == Project.id)
        .join(EvaluationRound, col(EvaluationRound.number) == EvaluationSample.round)
        .outerjoin(Evaluation, report)
        .where(visible(actor))
        .order_by(col(EvaluationRound.number).desc(), col(Project.province_code), Project.no)
    )
    return [
        Judged(project, drawn.number, drawn.evaluator_name, *((found.grade, found.total_e2) if found else ()))
        for project, drawn, found in session.exec(query)
    ]


def rounds(session: Session) -> list[EvaluationRound]:
    """Every round, the newest first."""
    return list(session.exec(select(EvaluationRound).order_by(col(EvaluationRound.number).desc())))
