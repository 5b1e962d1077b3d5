"""异议: anybody objects to a project on notice; the office verifies and decides. Who objected stands apart and is never listed."""

import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from programme import audit, keys, settings
from programme.errors import NotFound, ProgrammeError
from programme.experts import text_of
from programme.form_parts import storable
from programme.models import (
    NoticeMember,
    Objection,
    ObjectionContact,
    ObjectionEvent,
    ObjectionTry,
    Project,
    PublicNotice,
)
from programme.permissions import Actor, Permission, Role, require
from programme.project_needs_review import DECIDED, REJECTED, UPHELD
from programme.review_facts import review_facts

RECEIVED, VERIFIED = "received", "verified"
STEPS: Final = {RECEIVED: "已收到", VERIFIED: "已核实，待处理", UPHELD: "异议成立", REJECTED: "异议不成立"}
PUBLIC: Final = Actor(0, "public", "社会公众", Role.ENTERPRISE)
"""Whoever objects, for the record: an account nobody has and no grant reaches."""
OBJECTION, LOOK_UP = "objection", "look_up"
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
TOO_MANY: Final = "提交过于频繁，请稍后再试；也可以书面向国家网信办反映。"


@dataclass(frozen=True)
class Typed:
    """What a stranger typed, fit to keep."""

    name: str
    contact: str
    text: str


@dataclass(frozen=True)
class Step:
    name: str
    reason: str
    at: datetime
    user_name: str


@dataclass(frozen=True)
class Handled:
    """An objection as the office works on it, and as its objector may look it up: without who objected."""

    receipt: str
    notice: int
    no: str
    project: str
    text: str
    at: datetime
    step: str
    steps: tuple[Step, ...]

    @property
    def is_open(self) -> bool:
        return self.step not in DECIDED


# --- what strangers type ----------------------------------------------------------------------------------------------


def line(text: str) -> str:
    """One line without marks that cannot be seen."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """The text without what a store or a reader cannot bear: control characters, and marks that turn or hide what is written."""
    kept = (letter for letter in storable(text) if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf"))
    return "".join(kept).strip()


def checked(name: str, contact: str, text: str) -> Typed:
    """Raises ProgrammeError naming what is missing or too long."""
    limits = review_facts().objection
    typed = Typed(line(name), line(contact), visible(text))
    if not typed.name or not typed.contact:
        raise ProgrammeError("请填写姓名（或单位名称）和联系方式，以便核实；不公开。")
    for what, value, longest in (
        ("姓名或单位名称", typed.name, limits["max_name"]), ("联系方式", typed.contact, limits["max_contact"]),
        ("异议内容", typed.text, limits["max_text"]),
    ):  # fmt: skip
        if len(value) > longest:
            raise ProgrammeError(f"{what}请不超过{longest}字，现有{len(value)}字。")
    if len(typed.text) < limits["least_text"]:
        raise ProgrammeError(f"请写明具体事实，异议内容至少{limits['least_text']}字。")
    return typed


def same_contact(one: str, other: str) -> bool:
    """However it is spaced, wide or capitalised."""
    a, b = ("".join(unicodedata.normalize("NFKC", line(text)).casefold().split()) for text in (one, other))
    return bool(a) and hmac.compare_digest(a.encode(errors="replace"), b.encode(errors="replace"))


def bare_receipt(text: str) -> str:
    """YY-ABCDE-FGHJK however it is typed."""
    letters = "".join(
        letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isascii() and letter.isalnum()
    )
    return f"{letters[:2]}-{letters[2:7]}-{letters[7:]}"[:20]


def _new_receipt() -> str:
    letters = "".join(choice(LETTERS) for _ in range(10))
    return f"YY-{letters[:5]}-{letters[5:]}"


# --- verbs of anybody ---------------------------------------------------------------------------------------------------


def object_to(session: Session, address: str, no: str, name: str, contact: str, text: str) -> str:
    """Take in an objection to a project on a notice that runs; returns its receipt. `address` is where it came from.

    Needs no permission: it is open to everybody. Raises ProgrammeError, NotFound.
    """
    limits, typed = review_facts().objection, checked(name, contact, text)
    if _tries(session, OBJECTION, address) >= limits["per_address"] or _tries(session, OBJECTION) >= limits["in_all"]:
        raise ProgrammeError(TOO_MANY)
    project, notice = _on_notice(session, no)
    _forget_the_past(session)
    objection = Objection(
        receipt=_new_receipt(), notice=notice, project_id=project.id or 0, text=typed.text, at=settings.moment()
    )
    session.add(objection)
    session.flush()
    assert objection.id is not None
    session.add(ObjectionContact(objection_id=objection.id, name=typed.name, contact=typed.contact))
    _note(session, PUBLIC, objection.id, 1, RECEIVED, "")
    session.add(ObjectionTry(kind=OBJECTION, address=_hidden(address)))
    session.flush()
    audit.record(
        session, PUBLIC, "objection.received", subject=objection.receipt, province_code=project.province_code,
        project=project.no,
    )  # fmt: skip
    return objection.receipt


def _on_notice(session: Session, no: str) -> tuple[Project, int]:
    today = settings.today()
    query = (
        select(Project, PublicNotice.number)
        .join(NoticeMember, col(NoticeMember.project_id) == col(Project.id))
        .join(PublicNotice, col(PublicNotice.number) == col(NoticeMember.notice))
        .where(
            Project.no == no,
            Project.state == "noticed",
            PublicNotice.first_day <= today,
            PublicNotice.last_day >= today,
        )
        .order_by(col(PublicNotice.number).desc())
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound("没有正在公示的这个项目，或公示期已满，不能提交异议。")
    return found


def look_up(session: Session, address: str, receipt: str, contact: str) -> Handled | None:
    """What became of an objection, for whoever has its receipt and the contact given with it; None for anybody else.

    A look-up that finds nothing is counted. Raises ProgrammeError after too many of them.
    """
    if _tries(session, LOOK_UP, address) >= review_facts().objection["tries_per_address"]:
        raise ProgrammeError("查询过于频繁，请稍后再试。")
    found = session.exec(
        select(Objection, ObjectionContact)
        .join(ObjectionContact, col(ObjectionContact.objection_id) == col(Objection.id))
        .where(Objection.receipt == bare_receipt(storable(receipt)))
    ).first()
    if found is None or not same_contact(found[1].contact, contact):
        session.add(ObjectionTry(kind=LOOK_UP, address=_hidden(address)))
        session.flush()
        return None
    return next(iter(_handled(session, found[0].receipt)))


def _tries(session: Session, kind: str, address: str | None = None) -> int:
    """From one address, or from everywhere, within the window."""
    since = settings.now() - timedelta(minutes=review_facts().objection["window_minutes"])
    query = select(func.count(col(ObjectionTry.id))).where(ObjectionTry.kind == kind, ObjectionTry.at > since)
    if address is not None:
        query = query.where(ObjectionTry.address == _hidden(address))
    return session.exec(query).one()


def _forget_the_past(session: Session) -> None:
    """Tries older than the window limit nothing any more."""
    since = settings.now() - timedelta(minutes=review_facts().objection["window_minutes"])
    session.connection().execute(delete(ObjectionTry).where(col(ObjectionTry.at) < since))


def _hidden(address: str) -> str:
    return keys.digest("objection-address", address)


# --- verbs of the office ----------------------------------------------------------------------------------------------


def verify(session: Session, actor: Actor, receipt: str, finding: str) -> None:
    """核实: note what was found. Raises NotAllowed, NotFound, ProgrammeError."""
    _step(session, actor, receipt, VERIFIED, finding, "核实情况", lambda step: step == RECEIVED)


def decide(session: Session, actor: Actor, receipt: str, reason: str, *, upheld: bool) -> None:
    """Uphold or reject an objection that was verified, with the reason its objector reads. Raises as `verify`."""
    _step(session, actor, receipt, UPHELD if upheld else REJECTED, reason, "处理的理由", lambda step: step == VERIFIED)


def _step(
    session: Session, actor: Actor, receipt: str, step: str, reason: str, what: str, fits: Callable[[str], bool]
) -> None:
    require(actor, Permission.ORGANISE_NOTICE)
    words, objection = text_of(what, reason, 1), _locked(session, receipt)
    now = next(iter(_handled(session, objection.receipt)))
    if not fits(now.step):
        raise ProgrammeError(f"异议{objection.receipt}现为“{STEPS[now.step]}”，不能改为“{STEPS[step]}”。")
    assert objection.id is not None
    _note(session, actor, objection.id, len(now.steps) + 1, step, words)
    session.flush()
    audit.record(session, actor, f"objection.{step}", subject=objection.receipt, project=now.no, reason=words)


def _note(session: Session, actor: Actor, objection_id: int, number: int, step: str, reason: str) -> None:
    session.add(
        ObjectionEvent(
            objection_id=objection_id, number=number, step=step, reason=reason, at=settings.moment(),
            user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip


def _locked(session: Session, receipt: str) -> Objection:
    found = session.exec(select(Objection).where(Objection.receipt == receipt).with_for_update()).first()
    if found is None:
        raise NotFound("没有这件异议。")
    return found


def contact_of(session: Session, actor: Actor, receipt: str) -> tuple[str, str]:
    """Name and contact of who objected, to verify it; that they were looked at is recorded. Raises NotAllowed, NotFound."""
    require(actor, Permission.ORGANISE_NOTICE)
    contact = session.get(ObjectionContact, _locked(session, receipt).id)
    if contact is None:
        raise NotFound("这件异议没有联系方式。")
    audit.record(session, actor, "objection.contacted", subject=receipt)
    return contact.name, contact.contact


# --- what there is ----------------------------------------------------------------------------------------------------


def objections(session: Session, actor: Actor) -> list[Handled]:
    """Every objection, those still open first, then the newest. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_NOTICE)
    return sorted(_handled(session), key=lambda one: (not one.is_open, -one.at.timestamp()))


def open_ones(session: Session, notice: int) -> int:
    """How many objections to projects that are still on a notice are not decided; who was struck or has left holds up nobody."""
    decided = select(ObjectionEvent.objection_id).where(col(ObjectionEvent.step).in_(DECIDED))
    query = select(func.count(col(Objection.id))).join(Project, col(Project.id) == col(Objection.project_id))
    query = query.where(Objection.notice == notice, Project.state == "noticed", col(Objection.id).not_in(decided))
    return session.exec(query).one()


def _handled(session: Session, receipt: str = "") -> list[Handled]:
    query = select(Objection, Project).join(Project, col(Project.id) == col(Objection.project_id))
    events = select(ObjectionEvent).order_by(col(ObjectionEvent.number))
    if receipt:
        query = query.where(Objection.receipt == receipt)
        ids = select(Objection.id).where(Objection.receipt == receipt)
        events = events.where(col(ObjectionEvent.objection_id).in_(ids))
    steps: dict[int, list[ObjectionEvent]] = {}
    for event in session.exec(events):
        steps.setdefault(event.objection_id, []).append(event)
    return [
        Handled(
            one.receipt, one.notice, project.no, project.name, one.text, one.at, steps[one.id or 0][-1].step,
            tuple(Step(STEPS[event.step], event.reason, event.at, event.user_name) for event in steps[one.id or 0]),
        )
        for one, project in session.exec(query)
    ]  # fmt: skip
