"""The verbs of 省内遴选 beside the moves themselves: an assessor's sheet is entered, an application is sent back by section."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, select

from programme import audit, settings
from programme.application_facts import application_facts
from programme.errors import Outdated, ProgrammeError
from programme.form_parts import storable
from programme.models import Assessment, AssessmentScore, Project, ProjectEvent, ProjectSectionReason
from programme.permissions import Actor, Permission, require
from programme.project_facts import project_facts
from programme.project_life import LONGEST, locked, move_project, subject_of
from programme.selection_facts import selection_facts
from programme.selection_scores import Sheet
from programme.selection_sheets import rounds, standing_sheets

ASSESSING: Final = "assessing"


# --- scores -----------------------------------------------------------------------------------------------------------


def assess(session: Session, actor: Actor, no: str, sheet: Sheet, *, replaces: int = 0) -> Assessment:
    """Enter the sheet of an assessor, known by unit and post; `replaces` is the number of the sheet it corrects.

    Raises NotFound, NotAllowed, ProgrammeError when the sheet is not complete or the project is not being assessed, Outdated
    when the corrected sheet stands no more.
    """
    project = locked(session, actor, no)
    require(actor, Permission.SELECT_PROJECT, subject_of(session, project, actor))
    if project.state != ASSESSING:
        state, needed = (project_facts().state(code).name for code in (project.state, ASSESSING))
        raise ProgrammeError(f"项目“{project.name}”现为“{state}”，只有“{needed}”的项目可以录入打分。")
    assert project.id is not None
    clean = _clean(sheet)
    _refuse_incomplete(clean)
    _refuse_own_unit(clean, project)
    _refuse_twice(clean, standing_sheets(session, [project.id])[project.id], replaces)
    return _stored(session, actor, project, clean, replaces)


def _clean(sheet: Sheet) -> Sheet:
    """Without what cannot be stored; whoever steps aside gives no scores, who does not has no ground."""
    words = (" ".join(storable(text).split()) for text in (sheet.unit, sheet.post, sheet.ground))
    unit, post, ground = words
    return Sheet(unit, post, sheet.conflict, ground if sheet.conflict else "", {} if sheet.conflict else sheet.points)


def _refuse_incomplete(sheet: Sheet) -> None:
    limits = selection_facts().limits
    for name, text, longest in (
        ("评价人单位", sheet.unit, limits["max_line"]),
        ("评价人职务", sheet.post, limits["max_line"]),
        *([("回避原因", sheet.ground, limits["max_ground"])] if sheet.conflict else []),
    ):
        if not text:
            raise ProgrammeError(f"请填写{name}。")
        if len(text) > longest:
            raise ProgrammeError(f"{name}请不超过{longest}字，现有{len(text)}字。")
    if not sheet.conflict:
        _refuse_points(sheet.points)


def _refuse_points(points: Mapping[str, int]) -> None:
    for criterion in selection_facts().criteria:
        given = points.get(criterion.code)
        if given is None:
            raise ProgrammeError(f"请为“{criterion.name}”打分，0至{criterion.max}分。")
        if not 0 <= given <= criterion.max:
            raise ProgrammeError(f"“{criterion.name}”的分数是{given}，应为0至{criterion.max}分的整数。")
    known = {criterion.code for criterion in selection_facts().criteria}
    if unknown := set(points) - known:
        raise ProgrammeError(f"没有“{'、'.join(sorted(unknown))}”这项评价指标。")


def _refuse_own_unit(sheet: Sheet, project: Project) -> None:
    if not sheet.conflict and sheet.unit == project.enterprise:
        raise ProgrammeError("评价人所在单位就是申报单位，应当回避：利益冲突请选“有，回避”。")


def _refuse_twice(sheet: Sheet, standing: list[Sheet], replaces: int) -> None:
    numbers = {other.number for other in standing}
    if replaces and replaces not in numbers:
        raise Outdated("您修改期间，这份打分已被他人更正，您的修改没有保存。请刷新后重试。")
    if any(other.assessor == sheet.assessor and other.number != replaces for other in standing):
        raise ProgrammeError(
            f"“{sheet.assessor}”已有一份打分。要更正请选择这位评价人；同单位同职务的另一位请在职务后加序号区分。"
        )


def _stored(session: Session, actor: Actor, project: Project, sheet: Sheet, replaces: int) -> Assessment:
    assert project.id is not None
    newest = select(func.max(Assessment.number)).where(Assessment.project_id == project.id)
    number = (session.exec(newest).one() or 0) + 1
    stored = Assessment(
        project_id=project.id, number=number, round=rounds(session, [project.id]).get(project.id, 0), replaces=replaces,
        unit=sheet.unit, post=sheet.post, conflict=sheet.conflict, ground=sheet.ground, at=settings.moment(),
        user_id=actor.id, user_name=actor.name,
    )  # fmt: skip
    session.add(stored)
    session.add_all(
        AssessmentScore(project_id=project.id, number=number, criterion=code, points=given)
        for code, given in sheet.points.items()
    )
    session.flush()
    audit.record(
        session, actor, "project.assessed", subject=project.no, province_code=project.province_code,
        assessor=sheet.assessor, conflict=sheet.conflict, ground=sheet.ground, points=dict(sheet.points),
        replaces=replaces,
    )  # fmt: skip
    return stored


# --- sending back -----------------------------------------------------------------------------------------------------


def send_back(
    session: Session, actor: Actor, no: str, reasons: Mapping[str, str], *, seen: int | None = None
) -> ProjectEvent:
    """退回修改, section of the application → why it must change; the event's note is the summary. Raises as `move_project`."""
    written = _reasons(reasons)
    event = move_project(session, actor, no, "send_back", _summary(written), seen=seen)
    session.add_all(
        ProjectSectionReason(project_id=event.project_id, number=event.number, section=code, reason=reason)
        for code, reason in written.items()
    )
    session.flush()
    return event


def _reasons(reasons: Mapping[str, str]) -> dict[str, str]:
    """Trimmed, in the order of the form."""
    names = {section.code: section.name for section in application_facts().sections}
    longest = application_facts().limits["max_reason"]
    if not reasons:
        raise ProgrammeError("退回时请至少选一个要修改的部分，并逐项写明原因。")
    if unknown := [code for code in reasons if code not in names]:
        raise ProgrammeError(f"申报书没有“{unknown[0]}”这一部分；可用的有：{'、'.join(names)}。")
    written = {code: storable(reasons[code]).strip() for code in names if code in reasons}
    for code, reason in written.items():
        if not reason:
            raise ProgrammeError(f"请写明退回“{names[code]}”的原因。")
        if len(reason) > longest:
            raise ProgrammeError(f"“{names[code]}”的原因请不超过{longest}字，现有{len(reason)}字。")
    return written


def _summary(reasons: Mapping[str, str]) -> str:
    """All reasons where an event has room for them, else the sections they are about."""
    named = {application_facts().section(code).name: reason for code, reason in reasons.items()}
    whole = "；".join(f"{name}：{reason.rstrip('。；')}" for name, reason in named.items()) + "。"
    return whole if len(whole) <= LONGEST else f"请修改：{'、'.join(named)}（各部分的原因见申报书）。"
