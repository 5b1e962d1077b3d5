"""Verbs of a re-check: complaints by the offices; the plan, the result and its evidence by whoever writes for the project."""

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, select

from programme import audit, evidence, settings
from programme.carrying import scope_subject, writing_permission
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.evidence import File
from programme.form_parts import storable
from programme.models import Complaint, ComplaintFinding, Project, RectificationPlan, RectificationResult
from programme.permissions import Actor, Permission, refusal, require
from programme.project_facts import project_facts
from programme.project_life import locked
from programme.recheck_facts import recheck_facts
from programme.recheck_triggers import complaints_of
from programme.rechecks import Outcome, Plan, Step, current_number, outcome_of, plan_of
from programme.settings import clock

LONGEST = 500


# --- complaints -------------------------------------------------------------------------------------------------------


def why_not_complaints(actor: Actor, project: Project) -> str | None:
    """Why the actor may not keep the complaints about a project; the national office may, and whoever reviews its progress."""
    if refusal(actor, Permission.RECHECK_PROJECT) is None:
        return None
    return refusal(actor, Permission.REVIEW_PROGRESS, scope_subject(project))


def _for_complaints(session: Session, actor: Actor, no: str) -> Project:
    project = locked(session, actor, no)
    if sentence := why_not_complaints(actor, project):
        raise NotAllowed(sentence)
    return project


def note_complaint(session: Session, actor: Actor, no: str, text: str, source: str, received_on: date) -> int:
    """Keep what was heard; returns its number. Raises NotFound, NotAllowed, ProgrammeError."""
    project, limits = _for_complaints(session, actor, no), recheck_facts().limits
    text, source = storable(text).strip(), storable(source).strip()
    if not project_facts().choice("stage", project.stage).selected:
        raise ProgrammeError(f"项目“{project.name}”没有入选，不登记群众反映。")
    if not text or not source:
        raise ProgrammeError("请写明反映的内容和来源，例如来信、来电、走访。")
    _refuse_long(text, limits["max_text"], "反映的内容")
    _refuse_long(source, limits["max_source"], "来源")
    if received_on > settings.today():
        raise ProgrammeError("收到反映的日期不能晚于今天。")
    assert project.id is not None
    query = select(func.max(Complaint.number)).where(Complaint.project_id == project.id)
    number = (session.exec(query).one() or 0) + 1
    session.add(
        Complaint(
            project_id=project.id, number=number, text=text, source=source, received_on=received_on, at=settings.moment(),
            user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "complaint.noted", subject=project.no, province_code=project.province_code, number=number,
        source=source,
    )  # fmt: skip
    return number


def find_complaint(
    session: Session, actor: Actor, no: str, number: int, *, upheld: bool, reason: str, seen: int = 0
) -> None:
    """Say what an inquiry found; a later finding replaces it in what counts. `seen` is the number of the finding before.

    Raises NotFound, NotAllowed, Outdated, ProgrammeError without a reason.
    """
    project = _for_complaints(session, actor, no)
    assert project.id is not None
    kept = {one.number: finding for one, finding in complaints_of(session, project.id)}
    if number not in kept:
        raise NotFound("没有这件群众反映，请刷新后重试。")
    before, reason = kept[number], storable(reason).strip()
    if (before.number if before else 0) != seen:
        told = f"{before.user_name}已于{clock(before.at)}核实" if before else "核实情况已有变化"
        raise Outdated(f"您查看期间，{told}，您的操作没有执行。请刷新后重试。")
    if not reason:
        raise ProgrammeError("请写明核实的情况。")
    _refuse_long(reason, LONGEST, "核实的情况")
    session.add(
        ComplaintFinding(
            project_id=project.id, complaint=number, number=seen + 1, upheld=upheld, reason=reason, at=settings.moment(),
            user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "complaint.found", subject=project.no, province_code=project.province_code, number=number,
        upheld="属实" if upheld else "不属实", reason=reason,
    )  # fmt: skip


def _refuse_long(text: str, most: int, name: str) -> None:
    if len(text) > most:
        raise ProgrammeError(f"{name}请不超过{most}字，现有{len(text)}字。")


# --- rectification ----------------------------------------------------------------------------------------------------


def _to_rectify(session: Session, actor: Actor, no: str, state: str) -> tuple[Project, int]:
    project = locked(session, actor, no)
    require(actor, writing_permission(project), scope_subject(project))
    if project.state != state:
        facts = project_facts()
        raise ProgrammeError(
            f"项目“{project.name}”现为“{facts.state(project.state).name}”，不是“{facts.state(state).name}”，不能填写。"
        )
    return project, current_number(session, project.id or 0)


def keep_plan(
    session: Session,
    actor: Actor,
    no: str,
    text: str,
    steps: Sequence[tuple[str, date | None]],
    *,
    seen: int | None = None,
) -> int:
    """Keep the plan of the rectification as a new revision and return its number.

    Raises NotFound, NotAllowed, Outdated, ProgrammeError for what is unfinished, the same, or ends after the day set.
    """
    project, number = _to_rectify(session, actor, no, "triggered")
    assert project.id is not None
    before, limits = plan_of(session, project.id, number), recheck_facts().limits
    _refuse_overtaken(seen, before)
    text = storable(text).strip()
    written = [(storable(title).strip(), day) for title, day in steps if title.strip() or day]
    if not text:
        raise ProgrammeError("请写明整改方案：存在的问题、原因和措施。")
    _refuse_long(text, limits["max_text"], "整改方案")
    kept = _steps(written, project.due)
    if (text, kept) == (before.text, before.steps):
        raise ProgrammeError("整改方案没有变化，不必重复保存。")
    session.add(
        RectificationPlan(
            project_id=project.id, recheck=number, revision=before.revision + 1, text=text, at=settings.moment(),
            steps=json.dumps([[one.title, one.due.isoformat()] for one in kept], ensure_ascii=False), user_id=actor.id,
            user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "rectification.planned", subject=project.no, province_code=project.province_code,
        revision=before.revision + 1, steps=len(kept),
    )  # fmt: skip
    return before.revision + 1


def _steps(written: Sequence[tuple[str, date | None]], due: date | None) -> tuple[Step, ...]:
    limits = recheck_facts().limits
    if not written:
        raise ProgrammeError("请至少写一个整改步骤和完成日期。")
    if len(written) > limits["max_steps"]:
        raise ProgrammeError(f"整改步骤请不超过{limits['max_steps']}个。")
    found = []
    for number, (title, day) in enumerate(written, 1):
        if not title or len(title) > limits["max_title"]:
            raise ProgrammeError(f"第{number}步：请写明做什么，不超过{limits['max_title']}字。")
        if day is None:
            raise ProgrammeError(f"第{number}步：请填写完成日期。")
        if due and day > due:
            raise ProgrammeError(f"第{number}步的完成日期晚于整改期限{due:%Y-%m-%d}，请调整。")
        found.append(Step(title, day))
    return tuple(found)


def keep_outcome(
    session: Session, actor: Actor, no: str, text: str, files: Sequence[tuple[str, bytes]] = (),
    without: Sequence[str] = (), *, seen: int | None = None,
) -> int:  # fmt: skip
    """Keep what was done as a new revision and return its number. `files` are added, those of `without` (digests) left out.

    Raises NotFound, NotAllowed, Outdated, ProgrammeError for what is unfinished, unfit or the same.
    """
    project, number = _to_rectify(session, actor, no, "rectifying")
    assert project.id is not None
    before, limits = outcome_of(session, project.id, number), recheck_facts().limits
    _refuse_overtaken(seen, before)
    text = storable(text).strip()
    if not text:
        raise ProgrammeError("请写明整改结果。")
    _refuse_long(text, limits["max_text"], "整改结果")
    kept = {one.sha256: one for one in before.evidence if one.sha256 not in without}
    for name, content in files:
        added = evidence.keep(session, name, content, limits["max_bytes"])
        kept.setdefault(added.sha256, added)
    if len(kept) > limits["most_evidence"]:
        raise ProgrammeError(f"佐证材料请不超过{limits['most_evidence']}份。")
    listed: tuple[File, ...] = tuple(kept.values())
    if (text, listed) == (before.text, before.evidence):
        raise ProgrammeError("整改结果没有变化，不必重复保存。")
    session.add(
        RectificationResult(
            project_id=project.id, recheck=number, revision=before.revision + 1, text=text, at=settings.moment(),
            evidence=json.dumps([[one.name, one.sha256] for one in listed], ensure_ascii=False), user_id=actor.id,
            user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "rectification.told", subject=project.no, province_code=project.province_code,
        revision=before.revision + 1, evidence=len(listed),
    )  # fmt: skip
    return before.revision + 1


def _refuse_overtaken(seen: int | None, before: Plan | Outcome) -> None:
    if seen is not None and seen != before.revision:
        raise Outdated(f"您填写期间，{before.user_name}已于{clock(before.at)}保存，您的修改没有保存。请核对后再改。")
