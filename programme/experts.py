"""The experts of the review: their profiles, and the enterprises they are tied to. Who was given what is theirs no more
where a tie comes to light."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from programme import audit, settings
from programme.errors import NotFound, ProgrammeError
from programme.form_parts import storable
from programme.models import AppUser, ExpertProfile, ExpertScore, ExpertTie, Project, ProjectAssignment, Recusal
from programme.organisation_codes import compact, problem_of
from programme.panel_rules import Expert, Unit
from programme.permissions import Actor, Permission, Role, require
from programme.project_facts import project_facts
from programme.review_facts import review_facts

REVIEW = "review"
IN_REVIEW = ("received", "reviewing")


@dataclass(frozen=True)
class Tie:
    """A tie that holds."""

    user_id: int
    number: int
    enterprise: str
    enterprise_code: str
    note: str
    declared_at: datetime
    declared_by: str


@dataclass(frozen=True)
class TakenBack:
    """What a tie or an employer changed: numbers of projects taken back, and of those judged already, which stay."""

    projects: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """ "" when nothing changed."""
        said = (
            f"已收回其中{len(self.projects)}个项目（{'、'.join(self.projects)}），请另行抽取专家。"
            if self.projects
            else ""
        )
        if self.judged:
            said += f"{'、'.join(self.judged)}已评审完成，结果不变，如需重新评审请国家网信办决定。"
        return said


# --- who there is -----------------------------------------------------------------------------------------------------


def experts(session: Session) -> list[Expert]:
    """Every active account of an expert, with profile, ties and load. Whether the actor may ask is settled before."""
    users = session.exec(
        select(AppUser, ExpertProfile)
        .join(ExpertProfile, col(ExpertProfile.user_id) == col(AppUser.id), isouter=True)
        .where(AppUser.role == Role.EXPERT.value, col(AppUser.active).is_(True))
        .order_by(col(AppUser.id))
    ).all()
    held, load = ties(session), _loads(session)
    return [_expert(user, profile, held, load) for user, profile in users]


def _expert(user: AppUser, profile: ExpertProfile | None, held: Collection[Tie], load: dict[int, int]) -> Expert:
    own = tuple(Unit(tie.enterprise, tie.enterprise_code) for tie in held if tie.user_id == user.id)
    assert user.id is not None
    if profile is None:
        return Expert(user.id, user.username, user.name, ties=own, load=load.get(user.id, 0))
    fields = frozenset(profile.fields.split(",")) - {""}
    employer = Unit(profile.employer, profile.employer_code)
    return Expert(user.id, user.username, user.name, fields, employer, own, load.get(user.id, 0))


def _loads(session: Session) -> dict[int, int]:
    query = (
        select(ProjectAssignment.user_id, func.count())
        .where(ProjectAssignment.task == REVIEW, col(ProjectAssignment.ended_at).is_(None))
        .group_by(col(ProjectAssignment.user_id))
    )
    return dict(session.exec(query).all())


def ties(session: Session, user_id: int | None = None) -> list[Tie]:
    """The ties that hold, of one expert or of all."""
    query = select(ExpertTie).where(col(ExpertTie.ended_at).is_(None))
    if user_id is not None:
        query = query.where(ExpertTie.user_id == user_id)
    names = tuple(Tie.__dataclass_fields__)
    rows = session.exec(query.order_by(col(ExpertTie.user_id), col(ExpertTie.number)))
    return [Tie(**{name: getattr(row, name) for name in names}) for row in rows]


def own_profile(session: Session, actor: Actor) -> Expert:
    """The expert the actor is. Raises NotAllowed."""
    require(actor, Permission.SCORE_PROJECT)
    return _one(session, actor.id)


def _one(session: Session, user_id: int) -> Expert:
    """Raises NotFound for an account that is no active expert's."""
    found = next((expert for expert in experts(session) if expert.user_id == user_id), None)
    if found is None:
        raise NotFound("没有这位评审专家，或账号已停用。")
    return found


# --- verbs ------------------------------------------------------------------------------------------------------------


def keep_profile(
    session: Session, actor: Actor, user_id: int, fields: Collection[str], employer: str, employer_code: str = ""
) -> TakenBack:
    """Keep an expert's directions and employer. Raises NotAllowed, NotFound, ProgrammeError.

    What they were given of this employer is taken back.
    """
    require(actor, Permission.ORGANISE_REVIEW)
    expert, unit = _one(session, user_id), unit_of("工作单位", employer, employer_code)
    known = [choice.code for choice in project_facts().lists["direction"]]
    if not fields or set(fields) - set(known):
        names = "、".join(choice.name for choice in project_facts().lists["direction"])
        raise ProgrammeError(f"请至少选一个评审方向：{names}。")
    profile = session.get(ExpertProfile, user_id) or ExpertProfile(
        user_id=user_id, fields="", employer="", kept_by=actor.name
    )
    profile.fields = ",".join(code for code in known if code in fields)
    profile.employer, profile.employer_code = unit.name, unit.code
    profile.kept_at, profile.kept_by = settings.moment(), actor.name
    session.add(profile)
    session.flush()
    back = _take_back(session, user_id, unit, "专家工作单位为申报企业")
    audit.record(
        session, actor, "expert.kept", subject=expert.username, fields=profile.fields, employer=unit.name,
        taken_back=list(back.projects),
    )  # fmt: skip
    return back


def declare_tie(
    session: Session, actor: Actor, user_id: int, enterprise: str, enterprise_code: str = "", note: str = ""
) -> TakenBack:
    """Note that an expert is tied to an enterprise: the office for anybody, an expert for themself.

    What they were given of it and is not judged yet is taken back. Raises NotAllowed, NotFound, ProgrammeError.
    """
    if not (actor.role is Role.EXPERT and actor.id == user_id):
        require(actor, Permission.ORGANISE_REVIEW)
    else:
        require(actor, Permission.SCORE_PROJECT)
    expert, unit = _one(session, user_id), unit_of("关联企业", enterprise, enterprise_code)
    if any(unit.is_same_as(tie) for tie in expert.ties):
        raise ProgrammeError(f"“{unit.name}”已在关联企业中，不必重复登记。")
    newest = session.exec(select(func.max(ExpertTie.number)).where(ExpertTie.user_id == user_id)).one()
    session.add(
        ExpertTie(
            user_id=user_id, number=(newest or 0) + 1, enterprise=unit.name, enterprise_code=unit.code,
            note=text_of("说明", note, 0), declared_by=actor.name,
        )
    )  # fmt: skip
    session.flush()
    back = _take_back(session, user_id, unit, "专家与申报企业有关联")
    audit.record(
        session, actor, "expert.tied", subject=expert.username, enterprise=unit.name, taken_back=list(back.projects)
    )
    return back


def end_tie(session: Session, actor: Actor, user_id: int, number: int, reason: str) -> None:
    """Note that a tie holds no more, for what is drawn from now on. Raises NotAllowed, NotFound, ProgrammeError."""
    require(actor, Permission.ORGANISE_REVIEW)
    why = text_of("解除关联的原因", reason, 1)
    tie = session.get(ExpertTie, (user_id, number))
    if tie is None or tie.ended_at:
        raise NotFound("没有这项关联，或已经解除。")
    tie.ended_at, tie.ended_by, tie.ended_reason = settings.moment(), actor.name, why
    session.add(tie)
    audit.record(
        session, actor, "expert.untied", subject=_one(session, user_id).username, enterprise=tie.enterprise, reason=why
    )


def _take_back(session: Session, user_id: int, unit: Unit, reason: str) -> TakenBack:
    """End the assignments of projects of this unit that are not judged yet."""
    given = session.exec(
        select(ProjectAssignment, Project)
        .join(Project, col(Project.id) == col(ProjectAssignment.project_id))
        .where(
            ProjectAssignment.user_id == user_id,
            ProjectAssignment.task == REVIEW,
            col(ProjectAssignment.ended_at).is_(None),
        )
        .order_by(Project.no)
    ).all()
    touched = [
        (one, project) for one, project in given if unit.is_same_as(Unit(project.enterprise, project.enterprise_code))
    ]
    open_ones = [(one, project) for one, project in touched if project.state in IN_REVIEW]
    for assignment, _ in open_ones:
        end_assignment(session, assignment, reason, by_tie=True)
    judged = tuple(project.no for _, project in touched if project.state not in IN_REVIEW)
    return TakenBack(tuple(project.no for _, project in open_ones), judged)


def end_assignment(session: Session, assignment: ProjectAssignment, reason: str, *, by_tie: bool) -> None:
    """The project is the expert's no more; a score handed in for it no longer counts."""
    assignment.ended_at = settings.moment()
    session.add(assignment)
    name = session.exec(select(AppUser.name).where(AppUser.id == assignment.user_id)).one()
    session.add(
        Recusal(
            project_id=assignment.project_id, user_id=assignment.user_id, reason=reason, by_tie=by_tie, user_name=name
        )
    )
    session.flush()


def has_handed_in(session: Session, project_id: int, user_id: int) -> bool:
    return session.get(ExpertScore, (project_id, user_id)) is not None


# --- what is typed ----------------------------------------------------------------------------------------------------


def unit_of(what: str, name: str, code: str) -> Unit:
    """A unit as typed; raises ProgrammeError for no name and for a code whose check digit is wrong."""
    cleaned = " ".join(storable(name).split())
    longest = review_facts().limits["max_name"]
    if not cleaned:
        raise ProgrammeError(f"请填写{what}的名称。")
    if len(cleaned) > longest:
        raise ProgrammeError(f"{what}的名称请不超过{longest}字。")
    bare_code = compact(storable(code))
    if bare_code and (problem := problem_of(bare_code)):
        raise ProgrammeError(f"{what}：{problem.message}")
    return Unit(cleaned, bare_code)


def text_of(what: str, text: str, least: int, longest: int = 0) -> str:
    """A text as typed; raises ProgrammeError when it is too short or too long."""
    cleaned = storable(text).strip()
    most = longest or review_facts().limits["max_note"]
    if len(cleaned) < least:
        raise ProgrammeError(f"请写明{what}。" if least == 1 else f"{what}请至少写{least}字，现有{len(cleaned)}字。")
    if len(cleaned) > most:
        raise ProgrammeError(f"{what}请不超过{most}字，现有{len(cleaned)}字。")
    return cleaned
