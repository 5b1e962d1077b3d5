"""Evaluations as they are read: rounds, drafts, reports; and what a report still lacks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from programme import settings
from programme.errors import NotFound
from programme.evaluation_standard import TEXTS, Standard, thawed
from programme.evidence import File
from programme.models import (
    Evaluation,
    EvaluationDraft,
    EvaluationEvidence,
    EvaluationRound,
    EvaluationSample,
    EvaluationScore,
    Project,
    StoredFile,
)


@dataclass(frozen=True)
class Report:
    """A report, drafted or handed in: a score for each dimension that has one, both texts, the files."""

    scores: Mapping[str, int] = field(default_factory=dict)
    reputation: str = ""
    effect: str = ""
    evidence: tuple[File, ...] = ()


@dataclass(frozen=True)
class Result:
    """A report that was handed in, by the standard of its round. `total_e2` in hundredths."""

    round: int
    standard: Standard
    report: Report
    total_e2: int
    grade: str
    at: datetime
    user_name: str


def lacks(report: Report, standard: Standard) -> list[str]:
    """What is missing before a report can be handed in, each as a sentence."""
    found = [
        f"“{one.name}”还没有评分。"
        for one in standard.dimensions
        if not _is_on_scale(report.scores.get(one.code), standard)
    ]
    least, most = standard.text_limits
    for code in TEXTS:
        text, name = getattr(report, code), standard.dimension(code).name
        if len(text) < least:
            found.append(f"“{name}”请至少写{least}字，现有{len(text)}字。")
        if len(text) > most:
            found.append(f"“{name}”请不超过{most}字，现有{len(text)}字。")
    fewest, top = standard.evidence_limits
    if not fewest <= len(report.evidence) <= top:
        found.append(f"佐证材料应有{fewest}至{top}份，现有{len(report.evidence)}份。")
    return found


def _is_on_scale(score: int | None, standard: Standard) -> bool:
    return score is not None and standard.lowest <= score <= standard.highest


# --- drafts -----------------------------------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    files = [[one.name, one.sha256] for one in report.evidence]
    return json.dumps(
        {"scores": dict(report.scores), "reputation": report.reputation, "effect": report.effect, "evidence": files},
        ensure_ascii=False,
    )


def from_json(text: str) -> Report:
    facts = json.loads(text)
    return Report(
        facts["scores"], facts["reputation"], facts["effect"], tuple(File(*parts) for parts in facts["evidence"])
    )


def round_of(session: Session, project_id: int) -> EvaluationRound | None:
    """The newest round that drew the project."""
    query = (
        select(EvaluationRound)
        .join(EvaluationSample, col(EvaluationSample.round) == EvaluationRound.number)
        .where(EvaluationSample.project_id == project_id)
        .order_by(col(EvaluationRound.number).desc())
    )
    return session.exec(query).first()


def draft_of(session: Session, project_id: int, number: int) -> tuple[Report, EvaluationDraft | None]:
    """What was written and not handed in; the row is None while nothing is."""
    kept = session.get(EvaluationDraft, (project_id, number))
    return (from_json(kept.written), kept) if kept else (Report(), None)


# --- reports ----------------------------------------------------------------------------------------------------------


def results_of(session: Session, project_id: int) -> list[Result]:
    """Every report that was handed in, the newest first. Whether the actor may see the project is settled before."""
    query = (
        select(Evaluation, EvaluationRound)
        .join(EvaluationRound, col(EvaluationRound.number) == Evaluation.round)
        .where(Evaluation.project_id == project_id)
        .order_by(col(Evaluation.round).desc())
    )
    return [_result(session, kept, drawn) for kept, drawn in session.exec(query)]


def _result(session: Session, kept: Evaluation, drawn: EvaluationRound) -> Result:
    mine = {"project_id": kept.project_id, "round": kept.round}
    scores = session.exec(select(EvaluationScore).filter_by(**mine))
    files = session.exec(select(EvaluationEvidence).filter_by(**mine).order_by(col(EvaluationEvidence.number)))
    report = Report(
        {one.dimension: one.score for one in scores}, kept.reputation, kept.effect,
        tuple(File(one.name, one.sha256) for one in files),
    )  # fmt: skip
    return Result(kept.round, thawed(drawn.standard), report, kept.total_e2, kept.grade, kept.at, kept.user_name)


def evidence_content(session: Session, project: Project, sha256: str) -> tuple[str, bytes]:
    """Name and content of a file of a report of this project that was handed in; NotFound for any other."""
    files = (one for result in results_of(session, project.id or 0) for one in result.report.evidence)
    named = next((one for one in files if one.sha256 == sha256), None)
    if named is None:
        raise NotFound("没有这份佐证材料。")
    return named.name, session.exec(select(StoredFile.content).where(StoredFile.sha256 == sha256)).one()


# --- handing in: called by the move -----------------------------------------------------------------------------------


def hand_in(session: Session, project: Project) -> None:
    """Keep the finished draft as the report, its grade computed by the round's standard, and let the project bear it."""
    assert project.id is not None
    drawn = round_of(session, project.id)
    assert drawn is not None
    report, draft = draft_of(session, project.id, drawn.number)
    assert draft is not None
    rules = thawed(drawn.standard)
    total, grade = rules.total(report.scores), rules.grade(report.scores)
    key = {"project_id": project.id, "round": drawn.number}
    session.add(
        Evaluation(
            project_id=project.id, round=drawn.number, total_e2=int(total * 100), grade=grade,
            reputation=report.reputation, effect=report.effect, at=settings.moment(), user_id=draft.user_id,
            user_name=draft.user_name,
        )
    )  # fmt: skip
    session.add_all(
        EvaluationScore(**key, dimension=one.code, score=report.scores[one.code]) for one in rules.dimensions
    )
    session.add_all(
        EvaluationEvidence(**key, number=number, name=one.name, sha256=one.sha256)
        for number, one in enumerate(report.evidence, 1)
    )
    project.outcome = grade
    session.delete(draft)
    session.flush()


def without(report: Report, sha256: str) -> Report:
    return replace(report, evidence=tuple(one for one in report.evidence if one.sha256 != sha256))
