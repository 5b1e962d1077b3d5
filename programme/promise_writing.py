"""The verb by which an enterprise promises: its own milestones and benefits, and every change of them with its reason."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, select

from programme import audit, settings
from programme.carrying import for_writing
from programme.carrying_facts import carrying_facts
from programme.errors import Outdated, ProgrammeError
from programme.exact_figures import exact, written
from programme.form_parts import storable
from programme.models import ProjectBenefit, ProjectMilestone, ProjectPlan
from programme.permissions import Actor
from programme.promises import Promise, promise_of
from programme.settings import clock

LONGEST: Final = 500


@dataclass(frozen=True)
class MilestoneLine:
    """As written: `milestone` is 0 for a new one, `due` an ISO date or ""."""

    milestone: int
    title: str
    due: str


@dataclass(frozen=True)
class BenefitLine:
    """As written: `benefit` is 0 for a new one, `target` the figure as typed."""

    benefit: int
    name: str
    unit: str
    target: str


@dataclass(frozen=True)
class Written:
    milestones: tuple[MilestoneLine, ...] = ()
    benefits: tuple[BenefitLine, ...] = ()


def as_written(promise: Promise) -> Written:
    """What stands, as lines of the form."""
    return Written(
        tuple(MilestoneLine(one.milestone, one.title, one.due.isoformat()) for one in promise.milestones),
        tuple(BenefitLine(one.benefit, one.name, one.unit, written(one.target)) for one in promise.benefits),
    )


def wrong(lines: Written) -> list[str]:
    """What is unfinished or cannot be kept, each as a sentence that names its line."""
    limits, found = carrying_facts().limits, []
    if not lines.milestones:
        found.append("请至少写一个里程碑。")
    if not lines.benefits:
        found.append("请至少写一项预期效益。")
    for name, count, most in (
        ("里程碑", len(lines.milestones), limits["max_milestones"]),
        ("预期效益", len(lines.benefits), limits["max_benefits"]),
    ):
        if count > most:
            found.append(f"{name}请不超过{most}项，现有{count}项。")
    for number, one in enumerate(lines.milestones, 1):
        found += [f"第{number}个里程碑：{text}" for text in _wrong_milestone(one, limits)]
    for number, line in enumerate(lines.benefits, 1):
        found += [f"第{number}项效益：{text}" for text in _wrong_benefit(line, limits)]
    return found


def _wrong_milestone(one: MilestoneLine, limits: dict[str, int]) -> list[str]:
    found = []
    if not one.title or len(one.title) > limits["max_title"]:
        found.append(f"请写明要完成什么，不超过{limits['max_title']}字。")
    try:
        date.fromisoformat(one.due)
    except ValueError:
        found.append("请填写计划完成日期。")
    return found


def _wrong_benefit(line: BenefitLine, limits: dict[str, int]) -> list[str]:
    found = []
    if not line.name or len(line.name) > limits["max_title"]:
        found.append(f"请写明效益名称，不超过{limits['max_title']}字。")
    if not line.unit or len(line.unit) > limits["max_unit"]:
        found.append(f"请写明计量单位，不超过{limits['max_unit']}字。")
    target = exact(line.target)
    if not isinstance(target, int):
        found.append(target or "请填写目标数。")
    elif target == 0:
        found.append("目标数应大于0。")
    return found


def promise(
    session: Session, actor: Actor, no: str, lines: Written, reason: str = "", *, seen: int | None = None
) -> int:
    """Keep what was promised as a new revision and return its number. `seen` is the revision the actor had before them.

    Raises NotFound, NotAllowed, Outdated, ProgrammeError for what is unfinished or the same, and a change without its reason.
    """
    project = for_writing(session, actor, no)
    assert project.id is not None
    kept, lines, reason = promise_of(session, project.id), _tidy(lines), storable(reason).strip()[:LONGEST]
    if seen is not None and seen != kept.revision:
        raise Outdated(
            f"您填写期间，{kept.user_name}已于{clock(kept.at)}修改里程碑和效益，您的修改没有保存。请核对后再改。"
        )
    if sentences := wrong(lines):
        raise ProgrammeError("".join(sentences))
    if _same(lines, as_written(kept)):
        raise ProgrammeError("里程碑和效益没有变化，不必重复保存。")
    if kept.revision and not reason:
        raise ProgrammeError("里程碑和效益是企业的承诺，修改须写明原因。")
    _store(session, actor, project.id, kept.revision + 1, lines, reason)
    audit.record(
        session, actor, "project.promised", subject=project.no, province_code=project.province_code,
        revision=kept.revision + 1, milestones=len(lines.milestones), benefits=len(lines.benefits), reason=reason,
    )  # fmt: skip
    return kept.revision + 1


def _tidy(lines: Written) -> Written:
    """Without spaces around texts and without lines that say nothing."""
    milestones = (
        MilestoneLine(one.milestone, storable(one.title).strip(), one.due.strip()) for one in lines.milestones
    )
    benefits = (
        BenefitLine(one.benefit, storable(one.name).strip(), storable(one.unit).strip(), one.target.strip())
        for one in lines.benefits
    )
    return Written(
        tuple(one for one in milestones if one.title or one.due),
        tuple(one for one in benefits if one.name or one.unit or one.target),
    )


def _same(lines: Written, before: Written) -> bool:
    return lines.milestones == before.milestones and [
        (one.benefit, one.name, one.unit, exact(one.target)) for one in lines.benefits
    ] == [(one.benefit, one.name, one.unit, exact(one.target)) for one in before.benefits]


def _store(session: Session, actor: Actor, project_id: int, revision: int, lines: Written, reason: str) -> None:
    key = {"project_id": project_id, "revision": revision}
    session.add(ProjectPlan(**key, reason=reason, at=settings.moment(), user_id=actor.id, user_name=actor.name))
    milestones = [one.milestone for one in lines.milestones]
    for number, (identity, one) in enumerate(
        zip(_identities(milestones, _known_milestones(session, project_id)), lines.milestones, strict=True), 1
    ):
        due = date.fromisoformat(one.due)
        session.add(ProjectMilestone(**key, milestone=identity, number=number, title=one.title, due=due))
    benefits = [line.benefit for line in lines.benefits]
    for number, (identity, line) in enumerate(
        zip(_identities(benefits, _known_benefits(session, project_id)), lines.benefits, strict=True), 1
    ):
        target = exact(line.target)
        assert isinstance(target, int)
        session.add(
            ProjectBenefit(**key, benefit=identity, number=number, name=line.name, unit=line.unit, target_e4=target)
        )
    session.flush()


def _known_milestones(session: Session, project_id: int) -> int:
    query = select(func.max(ProjectMilestone.milestone)).where(ProjectMilestone.project_id == project_id)
    return session.exec(query).one() or 0


def _known_benefits(session: Session, project_id: int) -> int:
    query = select(func.max(ProjectBenefit.benefit)).where(ProjectBenefit.project_id == project_id)
    return session.exec(query).one() or 0


def _identities(named: list[int], highest: int) -> list[int]:
    """Each line's identity; a line that names none, one there never was, or one taken already, is new."""
    following, taken, found = highest + 1, set(), []
    for identity in named:
        if 0 < identity <= highest and identity not in taken:
            taken.add(identity)
            found.append(identity)
        else:
            found.append(following)
            following += 1
    return found
