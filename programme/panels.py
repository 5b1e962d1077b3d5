"""Panels: drawn by lot for every project that lacks experts, and a project handed back by an expert who should not judge it."""

import json
from collections import defaultdict
from dataclasses import dataclass
from secrets import randbelow

from sqlmodel import Session, col, func, select

from programme import audit, settings
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.experts import IN_REVIEW, REVIEW, end_assignment, experts, has_handed_in, text_of
from programme.models import PanelDraw, Project, ProjectAssignment
from programme.panel_rules import Draw, Unit, Wanting, drawn
from programme.permissions import Actor, Permission, require
from programme.project_life import locked, make, subject_of
from programme.project_moves import move_named
from programme.review_facts import review_facts

SEEDS = 1_000_000_000


@dataclass(frozen=True)
class Preview:
    """A draw before it is made. `experts` counts those that take part; `unknown` names those without an employer on record."""

    draw: Draw
    projects: dict[str, str]
    names: dict[str, str]
    experts: int
    unknown: tuple[str, ...]

    @property
    def given(self) -> int:
        return len(self.draw.given)


def new_seed() -> int:
    return randbelow(SEEDS)


def preview(session: Session, actor: Actor, seed: int) -> Preview:
    """What a draw with this seed would give, by what is known now. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_REVIEW)
    wanting, all_experts = _wanting(session), experts(session)
    return Preview(
        draw=drawn(wanting, all_experts, seed),
        projects={one.no: one.name for one in wanting},
        names={expert.username: expert.name for expert in all_experts},
        experts=sum(expert.employer is not None for expert in all_experts),
        unknown=tuple(expert.name for expert in all_experts if expert.employer is None),
    )


def _wanting(session: Session) -> list[Wanting]:
    """Projects under review with fewer experts than they should have."""
    having: dict[int, set[int]] = defaultdict(set)
    barred: dict[int, set[int]] = defaultdict(set)
    for one in session.exec(select(ProjectAssignment).where(ProjectAssignment.task == REVIEW)):
        barred[one.project_id].add(one.user_id)
        if one.ended_at is None:
            having[one.project_id].add(one.user_id)
    projects = session.exec(select(Project).where(col(Project.state).in_(IN_REVIEW)).order_by(Project.no))
    return [
        Wanting(
            project.no, project.name, Unit(project.enterprise, project.enterprise_code), project.direction,
            review_facts().experts - len(having[project.id or 0]), frozenset(barred[project.id or 0]),
        )
        for project in projects
        if len(having[project.id or 0]) < review_facts().experts
    ]  # fmt: skip


def draw(session: Session, actor: Actor, seed: int, seen: str) -> Draw:
    """Give the projects to the experts a seed draws, and start the review of those that wait for it.

    `seen` is the digest of the draw that was shown. Raises NotAllowed, Outdated when another would come out by now,
    ProgrammeError when nobody would be given anything.
    """
    made = preview(session, actor, seed).draw
    if made.digest != seen:
        raise Outdated("预演之后，项目或专家有变动，没有分送。请重新预演。")
    if not made.given:
        raise ProgrammeError("没有可以分送的项目：没有待评审的项目，或可用的专家不足。")
    ids = {expert.username: expert.user_id for expert in experts(session)}
    for no, names in made.given.items():
        _give(session, actor, no, [ids[name] for name in names])
    newest = session.exec(select(func.max(PanelDraw.number))).one()
    content = json.dumps(made.given, ensure_ascii=False, sort_keys=True)
    session.add(PanelDraw(number=(newest or 0) + 1, seed=seed, content=content, user_id=actor.id, user_name=actor.name))
    audit.record(
        session, actor, "panel.drawn", subject=f"第{(newest or 0) + 1}次", seed=seed, projects=len(made.given),
        short=[one.no for one in made.short],
    )  # fmt: skip
    return made


def _give(session: Session, actor: Actor, no: str, user_ids: list[int]) -> None:
    project, start = locked(session, actor, no), move_named("start_review")
    assert project.id is not None
    assert start is not None
    session.add_all(
        ProjectAssignment(project_id=project.id, user_id=user, task=REVIEW, at=settings.moment(), by=actor.name)
        for user in user_ids
    )
    session.flush()
    if project.state in start.sources:
        make(session, actor, project, start)


def draws(session: Session, actor: Actor) -> list[PanelDraw]:
    """The draws there were, newest first. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_REVIEW)
    return list(session.exec(select(PanelDraw).order_by(col(PanelDraw.number).desc())))


def recuse(session: Session, actor: Actor, no: str, reason: str) -> None:
    """回避: an expert hands a project back, with the reason; the office draws another.

    Raises NotFound for what was not given to them, NotAllowed, ProgrammeError without a reason or once they judged it.
    """
    project = locked(session, actor, no)
    require(actor, Permission.SCORE_PROJECT, subject_of(session, project, actor))
    assignment = session.get(ProjectAssignment, (project.id, actor.id, REVIEW))
    if project.id is None or assignment is None or assignment.ended_at:
        raise NotFound(f"没有编号为“{no[:40]}”的项目，或不在您的查看范围内。")
    if project.state not in IN_REVIEW or has_handed_in(session, project.id, actor.id):
        raise ProgrammeError("您已提交这个项目的评分，不能再回避。如有利害关系，请登记关联企业。")
    why = text_of("回避的原因", reason, 1)
    end_assignment(session, assignment, why, by_tie=False)
    audit.record(session, actor, "panel.recused", subject=no, province_code=project.province_code, reason=why)


def take_back(session: Session, actor: Actor, no: str, user_id: int, reason: str) -> None:
    """The office takes a project back from an expert who does not judge it, so that another can be drawn.

    Raises NotAllowed, NotFound, ProgrammeError without a reason or when they judged it.
    """
    require(actor, Permission.ORGANISE_REVIEW)
    project, why = locked(session, actor, no), text_of("收回的原因", reason, 1)
    assignment = session.get(ProjectAssignment, (project.id, user_id, REVIEW))
    if project.id is None or assignment is None or assignment.ended_at or project.state not in IN_REVIEW:
        raise NotFound("这位专家没有这个项目，或评审已经完成。")
    if has_handed_in(session, project.id, user_id):
        raise ProgrammeError("这位专家已提交评分，不能收回。如有利害关系，请登记关联企业。")
    end_assignment(session, assignment, why, by_tie=False)
    audit.record(session, actor, "panel.taken_back", subject=no, province_code=project.province_code, reason=why)
