"""What a county does with its execution plan: write it, hand it in, report on its milestones."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col, select

from programme import audit, settings
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.milestones import STATE_NAMES, State, why_not_reportable
from programme.models import MilestoneEvent, Plan, PlanDraft, PlanMilestone, PlanSection
from programme.obligations import Status
from programme.permissions import Actor, Permission, require
from programme.plan_content import (
    Row,
    Written,
    as_json,
    changed_sections,
    from_json,
    money,
    problems,
    recognised,
    taken_over,
    tidy,
)
from programme.plan_facts import plan_facts
from programme.plans import CountyPlan, content_of, plans, reasons_of
from programme.queries import year_named
from programme.review_rules import refuse_outdated
from programme.settings import clock

LONGEST: Final = 500
REVIEWED: Final = (Status.APPROVED, Status.ACCEPTED)
Change = Callable[[Written], Written]


# --- drafts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """What an account has written and not handed in; `base` is the revision it began with, 0 for none."""

    written: Written
    base: int
    saved_at: datetime


def draft_of(session: Session, actor: Actor, one: CountyPlan) -> Draft | None:
    """The actor's own draft; nobody reads another's. Once the plan was sent back, what is locked reads as it was handed in."""
    kept = session.get(PlanDraft, (one.county_id, one.year, actor.id))
    if kept is None:
        return None
    written = from_json(kept.written)
    if one.status is Status.SENT_BACK:
        written = taken_over(content_of(session, one), written, open_sections(session, one))
    return Draft(written, kept.base, kept.saved_at)


def keep_text(session: Session, actor: Actor, one: CountyPlan, section: str, field: str, text: str) -> None:
    """Keep what was typed into one field, right or wrong. Raises ProgrammeError for a section that is locked."""
    _keep(session, actor, one, section, lambda written: written.with_text(section, field, storable(text)))


def keep_rows(session: Session, actor: Actor, one: CountyPlan, rows: tuple[Row, ...]) -> None:
    """Keep the timetable as typed; raises as `keep_text`."""
    sound = tuple(Row(row.milestone, storable(row.title), row.due) for row in rows)
    _keep(session, actor, one, plan_facts().timetable.code, lambda written: written.with_rows(sound))


def _keep(session: Session, actor: Actor, one: CountyPlan, section: str, change: Change) -> None:
    require(actor, Permission.SUBMIT_PLAN, one.subject)
    if section not in open_sections(session, one):
        raise ProgrammeError(f"“{plan_facts().section(section).name}”没有要求修改，已锁定。")
    kept = draft_of(session, actor, one)
    begun = kept.written if kept else content_of(session, one)
    session.merge(
        PlanDraft(
            county_id=one.county_id, year=one.year, user_id=actor.id, base=kept.base if kept else one.revision,
            written=as_json(change(begun)), saved_at=settings.now(),
        )
    )  # fmt: skip


def begin(session: Session, actor: Actor, one: CountyPlan) -> None:
    """Open the newest revision for changes: a draft that is the same."""
    _keep(session, actor, one, open_sections(session, one)[0], lambda written: written)


def discard(session: Session, actor: Actor, one: CountyPlan) -> None:
    """Throw the actor's own draft away."""
    require(actor, Permission.SUBMIT_PLAN, one.subject)
    mine = (
        (col(PlanDraft.county_id) == one.county_id)
        & (col(PlanDraft.year) == one.year)
        & (col(PlanDraft.user_id) == actor.id)
    )
    session.connection().execute(delete(PlanDraft).where(mine))


def open_sections(session: Session, one: CountyPlan) -> tuple[str, ...]:
    """What the county may change: everything, or in a plan that was sent back only what it was sent back for."""
    return tuple(reasons_of(session, one)) if one.status is Status.SENT_BACK else plan_facts().codes


# --- handing in -------------------------------------------------------------------------------------------------------


def submit_draft(session: Session, actor: Actor, seen: CountyPlan, reason: str = "") -> int:
    """Hand in the actor's draft; raises as `submit`, and ProgrammeError when there is none."""
    kept = draft_of(session, actor, seen)
    if kept is None:
        raise ProgrammeError("没有可以报送的草稿，请先填写或修改。")
    if kept.base != seen.revision:
        raise Outdated(
            f"这份草稿是在第{kept.base}版上写的，而{seen.title}已有第{seen.revision}版。请放弃草稿后重新修改。"
        )
    return submit(session, actor, seen, kept.written, reason)


def submit(
    session: Session, actor: Actor, seen: CountyPlan, written: Written, reason: str = "", *, sample: bool = False
) -> int:
    """Store a new revision and return its number. `seen` is what the county had before it.

    Raises NotAllowed for another's plan, Outdated when somebody handed in or reviewed meanwhile, ProgrammeError while
    something is unfinished, unchanged, changed unasked, or lacks its reason.
    """
    require(actor, Permission.SUBMIT_PLAN, seen.subject)
    current, reason = _current(session, actor, seen), storable(reason).strip()[:LONGEST]
    _refuse_overtaken(seen, current)
    _refuse_unfinished(problems(written, year_named(seen.year)))
    before = content_of(session, current)
    written = recognised(tidy(written), before)
    changed = changed_sections(before, written)
    _refuse_unfit(current, changed, reasons_of(session, current), reason)
    _store(session, actor, current, written, reason, sample)
    discard(session, actor, current)
    audit.record(
        session, actor, "plan.submitted", subject=current.county, county_id=current.county_id,
        province_code=current.code[:2], year=current.year, revision=current.revision + 1,
        sections=[plan_facts().section(code).name for code in changed], reason=reason,
    )  # fmt: skip
    return current.revision + 1


def _current(session: Session, actor: Actor, seen: CountyPlan) -> CountyPlan:
    """The plan as it is now; raises NotFound when the county has left the list."""
    found = plans(session, actor, year_named(seen.year), [seen.county_id])
    if not found:
        raise NotFound(f"{seen.county}已不在{seen.year}年度的县名单中，请与办公室联系。")
    return found[0]


def _refuse_overtaken(seen: CountyPlan, current: CountyPlan) -> None:
    if seen.revision != current.revision:
        at = clock(current.at)
        raise Outdated(f"您填写期间，{current.user_name}已于{at}报送第{current.revision}版。请核对新的版本后再修改。")
    refuse_outdated(seen, current)


def _refuse_unfinished(found: Mapping[str, list[str]]) -> None:
    if found:
        parts = [f"“{plan_facts().section(code).name}”{sentences[0]}" for code, sentences in found.items()]
        raise ProgrammeError(f"还有{len(found)}部分没有写好，不能报送：{''.join(parts)}")


def _refuse_unfit(current: CountyPlan, changed: Iterable[str], asked: Mapping[str, str], reason: str) -> None:
    if current.status is Status.SENT_BACK:
        if unasked := [code for code in changed if code not in asked]:
            raise ProgrammeError(
                f"{current.title}退回时只要求修改{_named(asked)}，没有要求修改{_named(unasked)}，请改回原来的内容。"
            )
        if (same := [code for code in asked if code not in changed]) and not reason:
            raise ProgrammeError(f"审核要求修改{_named(same)}，但内容没有变化。请修改；如认为无误，请写明原因。")
    elif not changed:
        raise ProgrammeError("内容与已报送的完全相同，没有变化，不必重复报送。")
    elif current.status in REVIEWED and not reason:
        raise ProgrammeError(f"{current.title}已审核通过，再次报送即为修改，须重新审核。请写明修改的原因。")


def _named(codes: Iterable[str]) -> str:
    return "、".join(f"“{plan_facts().section(code).name}”" for code in codes)


def _store(session: Session, actor: Actor, one: CountyPlan, written: Written, reason: str, sample: bool) -> None:
    key = {"county_id": one.county_id, "year": one.year, "revision": one.revision + 1}
    session.add(Plan(**key, at=settings.moment(), user_id=actor.id, user_name=actor.name, reason=reason, sample=sample))
    session.flush()
    for section, fields in written.texts.items():
        for code, text in fields.items():
            amount = money(text) if plan_facts().field(section, code).kind == "money" else None
            stored = {"amount": amount, "text": ""} if isinstance(amount, int) else {"text": text}
            session.add(PlanSection(**key, section=section, field=code, **stored))  # type: ignore[arg-type]
    for number, (milestone, row) in enumerate(_identified(session, one, written.rows), 1):
        session.add(
            PlanMilestone(**key, milestone=milestone, number=number, title=row.title, due=date.fromisoformat(row.due))
        )
    session.flush()


def _identified(session: Session, one: CountyPlan, rows: tuple[Row, ...]) -> list[tuple[int, Row]]:
    """Each row with its identity; a row that names none of this plan's, or one taken already, is a new milestone."""
    query = select(PlanMilestone.milestone).where(
        PlanMilestone.county_id == one.county_id, PlanMilestone.year == one.year
    )
    known = set(session.exec(query))
    following, free, found = max(known, default=0) + 1, set(known), []
    for row in rows:
        if row.milestone in free:
            free.remove(row.milestone)
            found.append((row.milestone, row))
        else:
            found.append((following, row))
            following += 1
    return found


# --- milestones -------------------------------------------------------------------------------------------------------


def report(
    session: Session, actor: Actor, seen: CountyPlan, milestone: int, state: State, done_on: date | None = None,
    note: str = "",
) -> None:  # fmt: skip
    """What became of a milestone of the plan in force; no new revision of the plan.

    Raises NotAllowed, Outdated when somebody reported on it meanwhile, ProgrammeError for a report that says nothing new
    or cannot be.
    """
    require(actor, Permission.SUBMIT_PLAN, seen.subject)
    current = _current(session, actor, seen)
    before = {one.milestone: one for one in seen.milestones}.get(milestone)
    one = {one.milestone: one for one in current.milestones}.get(milestone)
    if one is None or before is None:
        raise ProgrammeError(f"{current.title}现行版本中没有这个里程碑，请刷新后重试。")
    if one.events != before.events:
        raise Outdated(
            f"您填写期间，{one.by}已于{clock(one.at)}报告“{one.title}”{STATE_NAMES[one.state]}。请核对后再报。"
        )
    note = storable(note).strip()[: plan_facts().limits["max_note"]]
    if sentence := why_not_reportable(one, state, done_on, note, year_named(seen.year).launch):
        raise ProgrammeError(sentence)
    session.add(
        MilestoneEvent(
            county_id=current.county_id, year=current.year, milestone=milestone, number=one.events + 1,
            state=state.value, done_on=done_on, note=note, at=settings.moment(), user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "milestone.reported", subject=current.county, county_id=current.county_id,
        province_code=current.code[:2], year=current.year, milestone=one.title, state=STATE_NAMES[state],
        done_on=done_on.isoformat() if done_on else "", note=note,
    )  # fmt: skip
