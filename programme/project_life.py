"""The verb that moves a project, and what it has walked so far. Every move is one row of the table and leaves one event."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import Session, col, select

from programme import audit, national_lists, settings
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.models import Project, ProjectAssignment, ProjectEvent
from programme.permissions import Actor, Permission, Subject, reaches_what_is_given, refusal
from programme.project_facts import project_facts
from programme.project_moves import IMPORTED, MOVES, OWN_DAY, Move, deadlines_of, move_named, moves_from
from programme.settings import clock

LONGEST: Final = 500
Document = tuple[str, str]
"""Name and SHA-256 of a stored file."""


@dataclass(frozen=True)
class Walked:
    """One event of a project's track. `public` is its wording for the enterprise; `documents` are names and digests."""

    number: int
    move: str
    name: str
    public: str
    source: str
    target: str
    note: str
    at: datetime
    user_id: int
    user_name: str
    documents: tuple[Document, ...]


# --- who may do what with it ------------------------------------------------------------------------------------------


def subject_of(session: Session, project: Project, actor: Actor | None = None) -> Subject:
    """What scopes are compared with; a query for those to whom it was given, unless the actor reaches nothing by that."""
    if actor is not None and not reaches_what_is_given(actor):
        return Subject(None, project.province_code, project.enterprise_id)
    given = select(ProjectAssignment.user_id).where(
        ProjectAssignment.project_id == project.id, col(ProjectAssignment.ended_at).is_(None)
    )
    return Subject(None, project.province_code, project.enterprise_id, frozenset(session.exec(given)))


def locked(session: Session, actor: Actor, no: str) -> Project:
    """The project, for a change: others wait until this transaction is through.

    Raises NotFound alike for what does not exist and what the actor may not see.
    """
    found = session.exec(select(Project).where(Project.no == no).with_for_update()).first()
    if found is None or refusal(actor, Permission.SEE_PROJECT, subject_of(session, found, actor)):
        raise NotFound(f"没有编号为“{no[:40]}”的项目，或不在您的查看范围内。")
    return found


def seen_project(session: Session, actor: Actor, no: str) -> Project:
    """The project, to look at. Raises NotFound as `locked`."""
    found = session.exec(select(Project).where(Project.no == no)).first()
    if found is None or refusal(actor, Permission.SEE_PROJECT, subject_of(session, found, actor)):
        raise NotFound(f"没有编号为“{no[:40]}”的项目，或不在您的查看范围内。")
    return found


def why_not(session: Session, actor: Actor, project: Project, move: Move) -> str | None:
    """Why the actor may not make the move with the project now, as a sentence; None when they may."""
    if sentence := refusal(actor, move.asks(project.enterprise_id), subject_of(session, project, actor)):
        return sentence
    return _does_not_fit(project, move) or _missing(session, project, move)


def _does_not_fit(project: Project, move: Move) -> str | None:
    if project.state not in move.sources:
        return f"项目“{project.name}”现为“{project_facts().state(project.state).name}”，不能{move.name}。"
    if move.channel and project.channel != move.channel:
        channel = project_facts().word("channel", project.channel)
        return f"项目“{project.name}”是{channel}的项目，不能{move.name}。"
    return None


def _missing(session: Session, project: Project, move: Move) -> str | None:
    return next((sentence for need in move.needs if (sentence := need(session, project))), None)


def open_moves(session: Session, actor: Actor, project: Project) -> list[tuple[Move, str | None]]:
    """The moves away from where it stands that are the actor's to make, each with what is still missing, or None."""
    subject = subject_of(session, project, actor)
    return [
        (move, _missing(session, project, move))
        for move in moves_from(project.state, project.channel)
        if refusal(actor, move.asks(project.enterprise_id), subject) is None
    ]


# --- moving -----------------------------------------------------------------------------------------------------------


def move_project(
    session: Session, actor: Actor, no: str, code: str, note: str = "", *, seen: int | None = None,
    documents: Sequence[Document] = (),
) -> ProjectEvent:  # fmt: skip
    """Make one move, and settle the list it changes. `seen` is the number of moves the project had when the actor looked at it.

    Raises NotFound, NotAllowed, ProgrammeError when the move does not fit or something is missing, Outdated when somebody
    else moved the project since it was seen.
    """
    move = move_named(code)
    if move is None or "" in move.sources:
        raise ProgrammeError(
            f"没有“{code}”这一步；可用的有：{'、'.join(one.code for one in MOVES if '' not in one.sources)}。"
        )
    project = locked(session, actor, no)
    if seen is not None and seen != project.moves:
        raise Outdated(_told(session, project))
    event = make(session, actor, project, move, note, documents)
    if move.settles:
        national_lists.settle_with(session, actor, move.settles, project, f"{move.name}：{no}")
    return event


def make(
    session: Session, actor: Actor, project: Project, move: Move, note: str = "", documents: Sequence[Document] = ()
) -> ProjectEvent:
    """Make a move with a project that is locked already, and no more: for verbs that move a list. Raises as `move_project`."""
    if sentence := refusal(actor, move.asks(project.enterprise_id), subject_of(session, project, actor)):
        raise NotAllowed(sentence)
    reason = storable(note).strip()
    if sentence := _does_not_fit(project, move) or _missing(session, project, move):
        raise ProgrammeError(sentence)
    if move.note and not reason:
        raise ProgrammeError(f"“{move.name}”须写明原因。")
    if len(reason) > LONGEST:
        raise ProgrammeError(f"原因请不超过{LONGEST}字，现有{len(reason)}字。")
    if move.effect:
        move.effect(session, project)
    event = append(session, actor, project, move.code, move.target, reason, documents)
    audit.record(
        session, actor, "project.moved", subject=project.no, province_code=project.province_code, move=move.name,
        reason=reason,
    )  # fmt: skip
    return event


def append(
    session: Session, actor: Actor, project: Project, code: str, target: str, note: str = "",
    documents: Sequence[Document] = (),
) -> ProjectEvent:  # fmt: skip
    """Write the event and let the project stand where it leads. Asks nothing and records nothing: for verbs that did."""
    assert project.id is not None
    event = ProjectEvent(
        project_id=project.id, number=project.moves + 1, move=code, source=project.state if project.moves else "",
        target=target, note=note, documents=json.dumps([list(one) for one in documents], ensure_ascii=False),
        at=settings.moment(), user_id=actor.id, user_name=actor.name,
    )  # fmt: skip
    project.moves, project.state, project.stage = event.number, target, project_facts().state(target).stage
    session.add(project)
    session.add(event)
    session.flush()
    return event


def _told(session: Session, project: Project) -> str:
    newest = session.exec(
        select(ProjectEvent).where(ProjectEvent.project_id == project.id).order_by(col(ProjectEvent.number).desc())
    ).first()
    if newest is None:
        return "您查看期间，项目已被他人更新，您的操作没有执行。请刷新后重试。"
    return (
        f"您查看期间，{newest.user_name}已于{clock(newest.at)}“{_name(newest.move)}”，您的操作没有执行。请刷新后重试。"
    )


# --- what it has walked, and what is next -----------------------------------------------------------------------------


def history(session: Session, project_id: int) -> list[Walked]:
    """Every event, oldest first. Whether the actor may see the project is settled before."""
    query = select(ProjectEvent).where(ProjectEvent.project_id == project_id).order_by(col(ProjectEvent.number))
    return [_walked(event) for event in session.exec(query)]


def _walked(event: ProjectEvent) -> Walked:
    move = move_named(event.move)
    return Walked(
        event.number, event.move, _name(event.move), move.public if move else _name(event.move), event.source,
        event.target, event.note, event.at, event.user_id, event.user_name,
        tuple((name, digest) for name, digest in json.loads(event.documents)),
    )  # fmt: skip


def _name(code: str) -> str:
    move = move_named(code)
    return move.name if move else {IMPORTED: "由汇总表登记"}[code]


def deadline_of(state: str, due: date | None) -> date | None:
    """The earliest day by which the project should leave the state; `due` is the day set for it alone."""
    days = [due if code == OWN_DAY else project_facts().deadline(code).day for code in deadlines_of(state)]
    return min((day for day in days if day), default=None)


def is_overdue(state: str, due: date | None) -> bool:
    day = deadline_of(state, due)
    return day is not None and day < settings.today()
