"""The review of execution plans: the province approves, the office accepts, both may send back section by section."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from programme import audit, review_rules, settings
from programme.errors import NotAllowed, ProgrammeError
from programme.form_parts import storable
from programme.models import PlanReview, PlanReviewSection
from programme.obligations import Status, Step
from programme.permissions import Actor, Permission
from programme.plan_facts import plan_facts
from programme.plans import PLAN_STATUS_NAMES, CountyPlan, plans
from programme.queries import year_named
from programme.review_rules import Rule

LONGEST: Final = 500
ACTIONS: Final = {Step.SENT_BACK: "plan.sent_back", Step.APPROVED: "plan.approved", Step.ACCEPTED: "plan.accepted"}
RULES: Final[dict[Step, Rule]] = {
    Step.APPROVED: ((Permission.REVIEW_PLAN,), lambda one: one.status is Status.SUBMITTED),
    Step.ACCEPTED: ((Permission.ACCEPT_PLAN,), lambda one: one.status is Status.APPROVED),
    Step.SENT_BACK: (
        (Permission.REVIEW_PLAN, Permission.ACCEPT_PLAN),
        lambda one: one.status in (Status.SUBMITTED, Status.APPROVED),
    ),
}
NO_REASONS: Final[Mapping[str, str]] = {}


def why_not(actor: Actor, one: CountyPlan, step: Step) -> str | None:
    """Why the actor may not take the step with this plan, as a sentence; None when they may."""
    return review_rules.why_not(actor, one, step, RULES[step], PLAN_STATUS_NAMES)


def waits_for(actor: Actor, one: CountyPlan) -> Step | None:
    """What the actor is to do with the plan when it is right; None when it does not wait for them."""
    return next((step for step in (Step.APPROVED, Step.ACCEPTED) if why_not(actor, one, step) is None), None)


def approve(session: Session, actor: Actor, seen: CountyPlan) -> None:
    """省级审核通过. `seen` is what the reviewer had before them.

    Raises NotAllowed, ProgrammeError when the status does not allow it, Outdated when somebody did something meanwhile.
    """
    _take(session, actor, seen, Step.APPROVED)


def accept(session: Session, actor: Actor, seen: CountyPlan) -> None:
    """办公室接收: from now on this revision is in force. Raises as `approve`."""
    _take(session, actor, seen, Step.ACCEPTED)


def send_back(session: Session, actor: Actor, seen: CountyPlan, reasons: Mapping[str, str]) -> None:
    """退回, section → why it must change; only those sections are open to the county then. Raises as `approve`."""
    if not reasons:
        raise ProgrammeError("退回时请至少选一个要改的部分，并逐项写明原因。")
    for code, reason in reasons.items():
        if code not in plan_facts().codes:
            raise ProgrammeError(f"执行方案没有“{code}”这一部分；可用的有：{'、'.join(plan_facts().codes)}。")
        if not storable(reason).strip():
            raise ProgrammeError(f"请写明退回“{plan_facts().section(code).name}”的原因。")
    _take(
        session, actor, seen, Step.SENT_BACK, {code: storable(text).strip()[:LONGEST] for code, text in reasons.items()}
    )


def _take(
    session: Session, actor: Actor, seen: CountyPlan, step: Step, reasons: Mapping[str, str] = NO_REASONS
) -> None:
    found = plans(session, actor, year_named(seen.year), [seen.county_id])
    if not found:
        raise NotAllowed(why_not(actor, seen, step) or f"{seen.title}不在您的范围内。")
    review_rules.refuse_outdated(seen, found[0])
    review_rules.refuse(actor, found[0], step, RULES[step], PLAN_STATUS_NAMES)
    _store(session, actor, found[0], step, reasons)


def _store(session: Session, actor: Actor, one: CountyPlan, step: Step, reasons: Mapping[str, str]) -> None:
    key = {"county_id": one.county_id, "year": one.year, "revision": one.revision, "number": one.number + 1}
    session.add(PlanReview(**key, step=step.value, at=settings.moment(), user_id=actor.id, user_name=actor.name))
    session.add_all(PlanReviewSection(**key, section=code, reason=text) for code, text in reasons.items())
    session.flush()
    told = [f"{plan_facts().section(code).name}：{text}" for code, text in reasons.items()]
    audit.record(
        session, actor, ACTIONS[step], subject=one.county, county_id=one.county_id, province_code=one.code[:2],
        year=one.year, revision=one.revision, reason=told,
    )  # fmt: skip
