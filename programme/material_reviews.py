"""The office's part: accept a version, which puts it on show, or send it back part by part; put accepted material at further
places and take it off. One machinery for stories and practices, with the rules of every review (programme/review_rules.py)."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from programme import audit, review_rules, settings
from programme.errors import Outdated, ProgrammeError
from programme.form_parts import storable
from programme.material_facts import Place, material_facts
from programme.materials import MATERIAL_STATUS_NAMES, Piece, piece_of
from programme.models import MaterialReview, MaterialReviewPart, MaterialShowing
from programme.obligations import Status, Step
from programme.permissions import Actor, Permission, refusal, require
from programme.review_rules import Rule

RULES: Final[dict[Step, Rule]] = {
    Step.ACCEPTED: ((Permission.SHOW_STORY,), lambda one: one.status is Status.SUBMITTED),
    Step.SENT_BACK: ((Permission.SHOW_STORY,), lambda one: one.status is Status.SUBMITTED),
}


def why_not(actor: Actor, one: Piece, step: Step) -> str | None:
    """Why the actor may not take the step, as a sentence; None when they may. Nobody reviews what they wrote themselves."""
    return review_rules.why_not(actor, one, step, RULES[step], MATERIAL_STATUS_NAMES)


def waits_for(actor: Actor, one: Piece) -> bool:
    return why_not(actor, one, Step.ACCEPTED) is None


def accept(session: Session, actor: Actor, seen: Piece) -> None:
    """审定: from now on this version is what is shown, and it is put where its kind is shown first.

    Raises NotAllowed, ProgrammeError when the status does not allow it, Outdated when somebody did something meanwhile.
    """
    _unchanged(session, actor, seen)
    one = _take(session, actor, seen, Step.ACCEPTED, {})
    if not one.is_shown:
        _show(session, actor, one, one.showings + 1, one.kind.home, shown=True)


def send_back(session: Session, actor: Actor, seen: Piece, reasons: Mapping[str, str]) -> None:
    """退回, part → why it must change. Raises as `accept`."""
    if not reasons:
        raise ProgrammeError("退回时请至少选一个要改的部分，并逐项写明原因。")
    for part, reason in reasons.items():
        if part not in seen.kind.parts:
            raise ProgrammeError(f"{seen.kind.name}没有“{part}”这一部分；可用的有：{'、'.join(seen.kind.parts)}。")
        if not storable(reason).strip():
            raise ProgrammeError(f"请写明退回“{material_facts().parts[part].name}”的原因。")
    _take(session, actor, seen, Step.SENT_BACK, {part: _short(text) for part, text in reasons.items()})


def _short(text: str) -> str:
    return storable(text).strip()[: material_facts().limits["max_reason"]]


def _take(session: Session, actor: Actor, seen: Piece, step: Step, reasons: Mapping[str, str]) -> Piece:
    require(actor, Permission.SHOW_STORY, seen.subject)
    one = piece_of(session, actor, seen.id)
    review_rules.refuse_outdated(seen, one)
    review_rules.refuse(actor, one, step, RULES[step], MATERIAL_STATUS_NAMES)
    key = {"material_id": one.id, "revision": one.revision, "number": one.number + 1}
    session.add(MaterialReview(**key, step=step.value, at=settings.moment(), user_id=actor.id, user_name=actor.name))
    session.add_all(MaterialReviewPart(**key, part=part, reason=text) for part, text in reasons.items())
    session.flush()
    told = [f"{material_facts().parts[part].name}：{text}" for part, text in reasons.items()]
    _record(session, actor, f"material.{step.value}", one, revision=one.revision, reason=told)
    return one


# --- where it is shown ------------------------------------------------------------------------------------------------


def why_not_put(actor: Actor, one: Piece, place: Place) -> str | None:
    """Why accepted material cannot be put at the place, as a sentence; None when it can."""
    if sentence := refusal(actor, Permission.SHOW_STORY, one.subject):
        return sentence
    if place.code not in one.kind.places:
        return f"{one.kind.name}不能{place.put}。"
    if not one.accepted:
        return f"{one.title}还没有审定，不能{place.put}。"
    if place.code in one.shown:
        return f"{one.title}{place.name}，不必重复办理。"
    if place.needs and place.needs not in one.shown:
        return f"{one.title}须先{material_facts().places[place.needs].put}，才能{place.put}。"
    return None


def put(session: Session, actor: Actor, seen: Piece, place_code: str) -> None:
    """Put the newest accepted version at a place. Raises as `accept`."""
    one, place = _unchanged(session, actor, seen), material_facts().places[place_code]
    if sentence := why_not_put(actor, one, place):
        raise ProgrammeError(sentence)
    _show(session, actor, one, one.showings + 1, place.code, shown=True)


def take_off(session: Session, actor: Actor, seen: Piece, place_code: str, reason: str) -> None:
    """Take it off a place, and off those that need this one, with a reason. Raises as `accept`."""
    one, place, reason = _unchanged(session, actor, seen), material_facts().places[place_code], _short(reason)
    if place.code not in one.shown:
        raise ProgrammeError(f"{one.title}不是“{place.name}”，不必{place.take}。")
    if not reason:
        raise ProgrammeError(f"请写明{place.take}的原因。")
    needing = [code for code in one.kind.places if material_facts().places[code].needs == place.code]
    for number, code in enumerate([place.code, *(code for code in needing if code in one.shown)], one.showings + 1):
        _show(session, actor, one, number, code, shown=False, reason=reason)


def _unchanged(session: Session, actor: Actor, seen: Piece) -> Piece:
    require(actor, Permission.SHOW_STORY, seen.subject)
    one = piece_of(session, actor, seen.id)
    if (one.showings, one.accepted) != (seen.showings, seen.accepted):
        raise Outdated(f"您查看期间，{one.title}已由他人审定、上展或撤下，您的操作没有执行。请核对后再办理。")
    return one


def _show(
    session: Session, actor: Actor, one: Piece, number: int, place: str, *, shown: bool, reason: str = ""
) -> None:
    session.add(
        MaterialShowing(
            material_id=one.id, number=number, place=place, shown=shown, reason=reason, at=settings.moment(),
            user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    words = material_facts().places[place]
    action = "material.shown" if shown else "material.taken_off"
    _record(session, actor, action, one, place=words.put if shown else words.take, reason=reason)


def _record(session: Session, actor: Actor, action: str, one: Piece, **detail: object) -> None:
    audit.record(
        session, actor, action, subject=one.county, county_id=one.county_id, province_code=one.code[:2],
        material=f"{one.kind.name}：{one.heading}", **detail,
    )  # fmt: skip
