"""What a project's track says, and to whom: to the offices in full, to the enterprise in its public wording."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from sqlmodel import Session, col, select

from programme import settings
from programme.errors import NotFound
from programme.models import AppUser, StoredFile
from programme.permissions import (
    GRANTS,
    ROLE_NAMES,
    Actor,
    Permission,
    Role,
    applied_directly,
    own_province,
)
from programme.project_facts import project_facts
from programme.project_life import Document, Walked, deadline_of, history
from programme.project_moves import IMPORTED, OWN_DAY, OWN_DAY_NAME, Move, move_named, moves_from
from programme.project_queries import ProjectView, project

OWN: Final = (Permission.APPLY, Permission.RUN_PROJECT)
"""The permissions of moves that the enterprise makes itself."""
TOLD: Final = frozenset({"send_back", "decline", "not_select", "strike", "trigger", "retain", "adjust", "remove"})
"""Moves of the offices whose reason and documents the enterprise reads; of the others it reads that they were made."""
KEPT: Final = frozenset({"recommend", "reconsider", "promote"})
"""Moves with a reason that stays among the offices."""


@dataclass(frozen=True)
class Step:
    """One line of the track as the reader may read it. `who` is a person or account for the offices, else a unit."""

    number: int
    name: str
    who: str
    at: datetime
    note: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Ahead:
    """What is next: in words, and the earliest day by which it is due, with its name. `days` is negative once it has passed."""

    words: str
    deadline: date | None
    deadline_name: str
    days: int


def reads_public_wording(actor: Actor) -> bool:
    return actor.role is Role.ENTERPRISE


def state_text(actor: Actor, code: str) -> str:
    """Where a project stands, in the words meant for the reader."""
    state = project_facts().state(code)
    return state.public if reads_public_wording(actor) else state.name


# --- what it has walked -----------------------------------------------------------------------------------------------


def track(session: Session, actor: Actor, view: ProjectView) -> list[Step]:
    """Oldest first. `view` comes from project_queries.project, which asks whether the actor may see it."""
    walked = history(session, view.id)
    if not reads_public_wording(actor):
        return [_in_full(one) for one in walked]
    roles = _roles(session, [one.user_id for one in walked])
    return [_in_public(one, roles.get(one.user_id)) for one in _without_repetition(walked)]


def _in_full(one: Walked) -> Step:
    return Step(one.number, one.name, one.user_name, one.at, one.note, _documents(one))


def _in_public(one: Walked, role: Role | None) -> Step:
    move = move_named(one.move)
    own = move is not None and move.permission in OWN
    told = own or one.move in TOLD
    who = "本企业" if own else ROLE_NAMES[role] if role else "系统"
    return Step(one.number, one.public, who, one.at, one.note if told else "", _documents(one) if told else ())


def _documents(one: Walked) -> tuple[Document, ...]:
    """A list on paper holds other projects too: it is handed out by project_queries.source_file alone."""
    return () if one.move == IMPORTED else one.documents


def _without_repetition(walked: Iterable[Walked]) -> Iterator[Walked]:
    """Steps to and fro within the offices read the same for the enterprise: the first of them is told."""
    for _, alike in groupby(walked, key=lambda one: (one.public, one.move in TOLD and one.number)):
        yield next(iter(alike))


def _roles(session: Session, users: Sequence[int]) -> dict[int, Role]:
    rows = session.exec(select(AppUser.id, AppUser.role).where(col(AppUser.id).in_(users)))
    return {user: Role(role) for user, role in rows if user is not None}


def document(session: Session, actor: Actor, no: str, number: int, sha256: str) -> tuple[str, bytes]:
    """Name and content of a document of the event `number`; NotFound for whoever may not read it."""
    steps = track(session, actor, project(session, actor, no))
    names = {digest: name for step in steps if step.number == number for name, digest in step.documents}
    stored = session.get(StoredFile, sha256) if sha256 in names else None
    if stored is None:
        raise NotFound("没有这份材料，或不在您的查看范围内。")
    return names[sha256], stored.content


# --- what is next -----------------------------------------------------------------------------------------------------


def ahead(actor: Actor, view: ProjectView) -> Ahead:
    """The moves away from where it stands, with whoever makes them; leaving of one's own will is no step ahead."""
    moves = [move for move in moves_from(view["state"], view["channel"]) if move.code != "withdraw"]
    day = deadline_of(view["state"], view.due)
    words = (
        _in_public_words(moves, view["channel"])
        if reads_public_wording(actor)
        else _in_words(moves, view["channel"], view.enterprise_id)
    )
    days = (day - settings.today()).days if day else 0
    return Ahead(words, day, _name_of(moves, day, view.due) if day else "", days)


def _in_words(moves: Sequence[Move], channel: str, enterprise_id: int | None) -> str:
    """受理、退回修改或不予推荐（省网信办）."""
    by_whom: dict[str, list[str]] = {}
    for move in moves:
        by_whom.setdefault(who_makes(move.asks(enterprise_id), channel), []).append(move.name)
    return "；".join(f"{_either(names)}（{who}）" for who, names in by_whom.items())


def _in_public_words(moves: Sequence[Move], channel: str) -> str:
    """What the enterprise has to do, or whom it waits for: those whose moves are due, if any is."""
    pressing = [move for move in moves if move.deadline] or list(moves)
    if own := [move.name for move in pressing if move.permission in OWN]:
        return f"请您{_either(own)}"
    waiting = dict.fromkeys(who_makes(move.permission, channel) for move in pressing)
    return f"等待{_either(list(waiting))}办理" if waiting else ""


def _either(names: Sequence[str]) -> str:
    return "或".join(part for part in ("、".join(names[:-1]), names[-1]) if part)


def who_makes(permission: Permission, channel: str) -> str:
    """The roles that make moves with projects of a channel: 省网信办或国家网信办."""
    never = own_province if channel == "direct" else applied_directly
    roles = [grant.role for grant in GRANTS if grant.permission is permission and grant.scope is not never]
    return "或".join(ROLE_NAMES[role] for role in dict.fromkeys(roles))


def _name_of(moves: Sequence[Move], day: date | None, due: date | None) -> str:
    codes = dict.fromkeys(move.deadline for move in moves if move.deadline)
    names = [
        project_facts().deadline(code).name
        for code in codes
        if code != OWN_DAY and project_facts().deadline(code).day == day
    ]
    return OWN_DAY_NAME if OWN_DAY in codes and due == day else names[0]
