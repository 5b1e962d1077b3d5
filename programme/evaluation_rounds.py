"""Verbs of an evaluation: the office previews and draws a sample; the evaluator writes a report on each project of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit, evidence, project_life, settings
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.evaluation_standard import TEXTS, Standard, frozen, standard, thawed
from programme.evaluations import Report, as_json, draft_of, round_of, without
from programme.form_parts import storable
from programme.models import (
    AppUser,
    EvaluationDraft,
    EvaluationRound,
    EvaluationSample,
    Project,
    ProjectAssignment,
)
from programme.permissions import Actor, Permission, Role, require
from programme.project_life import locked, seen_project, subject_of
from programme.project_moves import move_named
from programme.sampling import Candidate, draw

TASK: Final = "evaluation"
LONGEST_SEED: Final = 40
CANDIDATE_STATE: Final = "running"


@dataclass(frozen=True)
class Preview:
    """What would be drawn, and from what: the same candidates, size and seed always draw the same."""

    candidates: tuple[Candidate, ...]
    drawn: tuple[Candidate, ...]
    seed: str
    version: str

    def shares(self, field: str) -> list[tuple[str, int, int]]:
        """By province_code or category: how many there are and how many are drawn."""
        every = Counter(getattr(one, field) for one in self.candidates)
        chosen = Counter(getattr(one, field) for one in self.drawn)
        return [(code, every[code], chosen[code]) for code in sorted(every)]


def next_number(session: Session) -> int:
    return (session.exec(select(func.max(EvaluationRound.number))).one() or 0) + 1


def candidate_count(session: Session) -> int:
    return session.exec(select(func.count()).where(Project.state == CANDIDATE_STATE)).one()


def evaluators(session: Session) -> dict[str, str]:
    """Username → name of the accounts that can be given a sample."""
    query = select(AppUser).where(AppUser.role == Role.EVALUATOR.value, col(AppUser.active).is_(True))
    return {user.username: user.name for user in session.exec(query.order_by(AppUser.username))}


def preview(session: Session, actor: Actor, size: int, seed: str) -> Preview:
    """Draw without keeping anything. Raises NotAllowed, ProgrammeError for a size or seed that cannot be."""
    require(actor, Permission.ORGANISE_EVALUATION)
    query = select(Project.no, Project.province_code, Project.category).where(Project.state == CANDIDATE_STATE)
    candidates = tuple(Candidate(*row) for row in session.exec(query.order_by(Project.no)))
    seed = storable(seed).strip()
    if not seed or len(seed) > LONGEST_SEED:
        raise ProgrammeError(f"请填写抽样种子，不超过{LONGEST_SEED}字；同一种子可以重现同一次抽样。")
    if not candidates:
        raise ProgrammeError("没有“实施中”的项目，无从抽样。")
    if not 1 <= size <= len(candidates):
        raise ProgrammeError(f"样本数应在1至{len(candidates)}之间：实施中的项目现有{len(candidates)}个。")
    return Preview(candidates, tuple(draw(candidates, size, seed)), seed, standard().version)


def make_round(session: Session, actor: Actor, seen: Preview, evaluator: str) -> int:
    """Keep what was previewed, give its projects to the evaluator and move them; returns the number of the round.

    Raises NotAllowed, NotFound for an account that is no evaluator, Outdated when other projects run by now.
    """
    current = preview(session, actor, len(seen.drawn), seen.seed)
    if current != seen:
        raise Outdated("预览以后，实施中的项目或评估标准有变化，没有抽样。请重新预览。")
    user = session.exec(select(AppUser).where(AppUser.username == evaluator)).first()
    if user is None or user.role != Role.EVALUATOR.value or not user.active or user.id is None:
        raise NotFound(f"没有可用的第三方评估机构账号“{evaluator[:40]}”。")
    number = next_number(session)
    session.add(
        EvaluationRound(
            number=number, seed=seen.seed, size=len(seen.drawn), candidates=len(seen.candidates),
            standard_version=seen.version, standard=frozen(), evaluator_id=user.id, evaluator_name=user.name,
            at=settings.moment(), user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    for one in seen.drawn:
        _give(session, actor, locked(session, actor, one.no), number, user.id)
    audit.record(
        session, actor, "evaluation.sampled", subject=user.name, round=number, seed=seen.seed, size=len(seen.drawn),
        candidates=len(seen.candidates), standard=seen.version,
    )  # fmt: skip
    return number


def _give(session: Session, actor: Actor, project: Project, number: int, user_id: int) -> None:
    assert project.id is not None
    session.add(
        EvaluationSample(
            project_id=project.id, round=number, province_code=project.province_code, category=project.category
        )
    )
    session.merge(
        ProjectAssignment(
            project_id=project.id, user_id=user_id, task=TASK, at=settings.moment(), by=actor.name, ended_at=None
        )
    )
    session.flush()
    move = move_named("sample")
    assert move is not None
    project_life.make(session, actor, project, move, f"第{number}轮评估")


# --- the report -------------------------------------------------------------------------------------------------------


def standard_of(session: Session, project_id: int) -> tuple[EvaluationRound, Standard]:
    """The round that drew the project last and its standard; raises NotFound for a project that no round drew."""
    drawn = round_of(session, project_id)
    if drawn is None:
        raise NotFound("这个项目没有被抽入评估样本。")
    return drawn, thawed(drawn.standard)


def save_draft(
    session: Session, actor: Actor, no: str, scores: Mapping[str, int | None], texts: Mapping[str, str]
) -> None:
    """Keep scores and texts as they are by now, finished or not. Raises NotFound, NotAllowed, ProgrammeError."""
    project, drawn, rules = _to_evaluate(session, actor, no)
    known = {one.code: one for one in rules.dimensions}
    kept: dict[str, int] = {}
    for code, score in scores.items():
        if code not in known:
            raise ProgrammeError(f"评估标准没有“{code}”这一项。")
        if score is not None and not rules.lowest <= score <= rules.highest:
            raise ProgrammeError(f"“{known[code].name}”的评分应在{rules.lowest}至{rules.highest}之间。")
        if score is not None:
            kept[code] = score
    most = rules.text_limits[1]
    written = {code: storable(texts.get(code, "")).strip() for code in TEXTS}
    for code, text in written.items():
        if len(text) > most:
            raise ProgrammeError(f"“{known[code].name}”请不超过{most}字，现有{len(text)}字。")
    report, _ = draft_of(session, project.id or 0, drawn.number)
    _keep(session, actor, project, drawn, Report(kept, written["reputation"], written["effect"], report.evidence))


def attach(session: Session, actor: Actor, no: str, name: str, content: bytes) -> None:
    """Add an evidence file to the draft; the same content again changes nothing. Raises as `save_draft`."""
    project, drawn, rules = _to_evaluate(session, actor, no)
    report, _ = draft_of(session, project.id or 0, drawn.number)
    file = evidence.keep(session, name, content, rules.max_bytes)
    if any(one.sha256 == file.sha256 for one in report.evidence):
        return
    if len(report.evidence) >= rules.evidence_limits[1]:
        raise ProgrammeError(f"佐证材料请不超过{rules.evidence_limits[1]}份。")
    _keep(session, actor, project, drawn, replace(report, evidence=(*report.evidence, file)))


def detach(session: Session, actor: Actor, no: str, sha256: str) -> None:
    """Take an evidence file out of the draft. Raises as `save_draft`."""
    project, drawn, _ = _to_evaluate(session, actor, no)
    report, _ = draft_of(session, project.id or 0, drawn.number)
    _keep(session, actor, project, drawn, without(report, sha256))


def own_draft(session: Session, actor: Actor, no: str) -> tuple[Report, Standard, EvaluationDraft | None]:
    """What the evaluator has written; nobody else reads it. Raises as `save_draft`."""
    project, drawn, rules = _checked(session, actor, seen_project(session, actor, no))
    report, kept = draft_of(session, project.id or 0, drawn.number)
    return report, rules, kept


def _to_evaluate(session: Session, actor: Actor, no: str) -> tuple[Project, EvaluationRound, Standard]:
    return _checked(session, actor, locked(session, actor, no))


def _checked(session: Session, actor: Actor, project: Project) -> tuple[Project, EvaluationRound, Standard]:
    require(actor, Permission.EVALUATE_PROJECT, subject_of(session, project, actor))
    if project.state != "evaluating":
        raise ProgrammeError(f"项目“{project.name}”不在评估中，不能填写评估报告。")
    drawn, rules = standard_of(session, project.id or 0)
    if drawn.evaluator_id != actor.id:
        raise ProgrammeError(f"项目“{project.name}”的评估已分配给{drawn.evaluator_name}。")
    return project, drawn, rules


def _keep(session: Session, actor: Actor, project: Project, drawn: EvaluationRound, report: Report) -> None:
    session.merge(
        EvaluationDraft(
            project_id=project.id or 0, round=drawn.number, user_id=actor.id, user_name=actor.name, written=as_json(report),
            saved_at=settings.now(),
        )
    )  # fmt: skip
    session.flush()
