"""Progress that an enterprise reports by month or quarter, and its review by the province or the national office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlmodel import Session, col, select

from programme import audit, settings
from programme.carrying import for_writing, scope_subject
from programme.carrying_facts import carrying_facts
from programme.errors import Outdated, ProgrammeError
from programme.exact_figures import exact
from programme.form_parts import storable
from programme.launches import launch_day
from programme.milestones import State
from programme.models import (
    ProgressBenefit,
    ProgressMilestone,
    ProgressReport,
    ProgressReview,
    Project,
)
from programme.permissions import Actor, Permission, refusal, require
from programme.project_life import locked
from programme.project_periods import Period, begun
from programme.promises import CONFIRMED, SENT_BACK, Promise, promise_of
from programme.settings import clock

LONGEST: Final = 500
STEP_NAMES: Final = {"": "待审核", CONFIRMED: "已确认", SENT_BACK: "已退回"}


@dataclass(frozen=True)
class Told:
    """A report as it stands: its newest revision, and what the review said of it ("" while it waits)."""

    period: Period
    revision: int
    text: str
    at: datetime
    user_id: int
    user_name: str
    states: Mapping[int, tuple[State, date | None]]
    figures: Mapping[int, int]
    step: str = ""
    reason: str = ""
    reviewed_at: datetime | None = None
    reviewed_by: str = ""


@dataclass(frozen=True)
class ToTell:
    """A report as written: state and day by milestone, figures as typed by benefit."""

    text: str
    states: Mapping[int, tuple[State, date | None]] = field(default_factory=dict)
    figures: Mapping[int, str] = field(default_factory=dict)


# --- reading ----------------------------------------------------------------------------------------------------------


def reports_of(session: Session, project_id: int) -> list[Told]:
    """The newest revision of every period, the latest period first. Whether the actor may see the project is settled before."""
    newest: dict[str, Told] = {}
    reviews = {
        (one.period, one.revision): one
        for one in session.exec(select(ProgressReview).where(ProgressReview.project_id == project_id))
    }
    query = select(ProgressReport).where(ProgressReport.project_id == project_id).order_by(
        col(ProgressReport.until), col(ProgressReport.revision)
    )  # fmt: skip
    states, figures = _states(session, project_id), _figures(session, project_id)
    for row in session.exec(query):
        key = (row.period, row.revision)
        review = reviews.get(key)
        newest[row.period] = Told(
            Period.parse(row.period), row.revision, row.text, row.at, row.user_id, row.user_name, states.get(key, {}),
            figures.get(key, {}), *((review.step, review.reason, review.at, review.user_name) if review else ()),
        )  # fmt: skip
    return list(newest.values())[::-1]


def _states(session: Session, project_id: int) -> dict[tuple[str, int], dict[int, tuple[State, date | None]]]:
    found: dict[tuple[str, int], dict[int, tuple[State, date | None]]] = {}
    for row in session.exec(select(ProgressMilestone).where(ProgressMilestone.project_id == project_id)):
        found.setdefault((row.period, row.revision), {})[row.milestone] = (State(row.state), row.done_on)
    return found


def _figures(session: Session, project_id: int) -> dict[tuple[str, int], dict[int, int]]:
    found: dict[tuple[str, int], dict[int, int]] = {}
    for row in session.exec(select(ProgressBenefit).where(ProgressBenefit.project_id == project_id)):
        found.setdefault((row.period, row.revision), {})[row.benefit] = row.achieved_e4
    return found


def open_periods(session: Session, project: Project) -> list[Period]:
    """The periods that can be reported on, the newest first; none before the project was launched."""
    return _open(session, project, reports_of(session, project.id or 0))


def _open(session: Session, project: Project, told: Sequence[Told]) -> list[Period]:
    since = launch_day(session, project)
    found = begun(since, settings.today(), carrying_facts().rhythm) if since else []
    confirmed = {one.period for one in told if one.step == CONFIRMED}
    return [period for period in found if period not in confirmed]


# --- reporting --------------------------------------------------------------------------------------------------------


def report(session: Session, actor: Actor, no: str, period: Period, told: ToTell, *, seen: int | None = None) -> int:
    """Hand in a revision and return its number. `seen` is the revision of the period that the actor had before them.

    Raises NotFound, NotAllowed, Outdated, ProgrammeError before the launch, for a period that is confirmed or has not
    begun, and for what is unfinished or wrong.
    """
    project = for_writing(session, actor, no)
    assert project.id is not None
    promise, every = promise_of(session, project.id), reports_of(session, project.id)
    before = next((one for one in every if one.period == period), None)
    if seen is not None and seen != (before.revision if before else 0):
        raise Outdated(_overtaken(before))
    _refuse_period(session, project, period, before, every)
    told = ToTell(storable(told.text).strip(), told.states, told.figures)
    if sentences := wrong(promise, told, settings.today()):
        raise ProgrammeError("".join(sentences))
    revision = before.revision + 1 if before else 1
    _store(session, actor, project.id, period, revision, _of_promise(promise, told))
    audit.record(
        session, actor, "progress.reported", subject=project.no, province_code=project.province_code,
        period=str(period), revision=revision,
    )  # fmt: skip
    return revision


def _told(session: Session, project_id: int, period: Period) -> Told | None:
    return next((told for told in reports_of(session, project_id) if told.period == period), None)


def _overtaken(before: Told | None) -> str:
    if before is None:
        return "您查看期间，这一期的报告已有变化。请刷新后重试。"
    return f"您查看期间，{before.user_name}已于{clock(before.at)}报送{before.period.name}第{before.revision}版。请核对后再报。"


def _refuse_period(
    session: Session, project: Project, period: Period, before: Told | None, every: Sequence[Told]
) -> None:  # fmt: skip
    if before and before.step == CONFIRMED:
        raise ProgrammeError(
            f"{period.name}的进展报告已由{before.reviewed_by}确认，不能再改。新的情况请在下一期报告中说明。"
        )
    if project.state == "confirmed":
        raise ProgrammeError(f"项目“{project.name}”还没有启动实施，不能报告进展。")
    offered = _open(session, project, every)
    if period not in offered:
        names = "、".join(one.name for one in offered) or "没有"
        raise ProgrammeError(f"{period.name}不能报告；现在可以报告的有：{names}。")


def wrong(promise: Promise, told: ToTell, today: date) -> list[str]:
    """What is unfinished or cannot be, each as a sentence."""
    most, found = carrying_facts().limits["max_text"], []
    if not promise.revision:
        return ["请先填写里程碑和预期效益，再报告进展。"]
    if not told.text:
        found.append("请写明本期开展的工作和存在的问题。")
    if len(told.text) > most:
        found.append(f"文字说明请不超过{most}字，现有{len(told.text)}字。")
    for one in promise.milestones:
        state, done_on = told.states.get(one.milestone, (None, None))
        if state is None:
            found.append(f"请选择里程碑“{one.title}”的状态。")
        elif (state is State.DONE) != (done_on is not None):
            found.append(f"里程碑“{one.title}”完成的须填写完成日期，没有完成的不填。")
        elif done_on and done_on > today:
            found.append(f"里程碑“{one.title}”的完成日期不能晚于今天（{today:%Y-%m-%d}）。")
    for line in promise.benefits:
        figure = exact(told.figures.get(line.benefit, ""))
        if not isinstance(figure, int):
            found.append(f"“{line.name}”：{figure or '请填写累计实现数，没有的填0。'}")
    return found


def _of_promise(promise: Promise, told: ToTell) -> ToTell:
    """Without states and figures of what is promised no longer."""
    milestones = {one.milestone for one in promise.milestones}
    benefits = {line.benefit for line in promise.benefits}
    return ToTell(
        told.text, {key: value for key, value in told.states.items() if key in milestones},
        {key: value for key, value in told.figures.items() if key in benefits},
    )  # fmt: skip


def _store(session: Session, actor: Actor, project_id: int, period: Period, revision: int, told: ToTell) -> None:
    key = {"project_id": project_id, "period": str(period), "revision": revision}
    session.add(
        ProgressReport(
            **key, until=period.last_day, text=told.text, at=settings.moment(), user_id=actor.id, user_name=actor.name,  # type: ignore[arg-type]
        )
    )  # fmt: skip
    for milestone, (state, done_on) in told.states.items():
        session.add(ProgressMilestone(**key, milestone=milestone, state=state.value, done_on=done_on))  # type: ignore[arg-type]
    for benefit, figure in told.figures.items():
        achieved = exact(figure)
        assert isinstance(achieved, int)
        session.add(ProgressBenefit(**key, benefit=benefit, achieved_e4=achieved))  # type: ignore[arg-type]
    session.flush()


# --- the review -------------------------------------------------------------------------------------------------------


def why_not_review(actor: Actor, project: Project, told: Told) -> str | None:
    """Why the actor may not confirm or send back this report, as a sentence; None when they may."""
    if sentence := refusal(actor, Permission.REVIEW_PROGRESS, scope_subject(project)):
        return sentence
    if told.step:
        return f"{told.period.name}的进展报告已由{told.reviewed_by}办理：{STEP_NAMES[told.step]}。"
    if told.user_id == actor.id:
        return f"{told.period.name}的进展报告由您报送，不能由您自己审核。"
    return None


def confirm(session: Session, actor: Actor, no: str, seen: Told) -> None:
    """确认. Raises NotFound, NotAllowed, Outdated, ProgrammeError when it was reviewed already."""
    _review(session, actor, no, seen, CONFIRMED, "")


def send_back(session: Session, actor: Actor, no: str, seen: Told, reason: str) -> None:
    """退回 with a reason. Raises as `confirm`."""
    reason = storable(reason).strip()
    if not reason:
        raise ProgrammeError("退回进展报告须写明原因。")
    if len(reason) > LONGEST:
        raise ProgrammeError(f"原因请不超过{LONGEST}字，现有{len(reason)}字。")
    _review(session, actor, no, seen, SENT_BACK, reason)


def _review(session: Session, actor: Actor, no: str, seen: Told, step: str, reason: str) -> None:
    project = locked(session, actor, no)
    assert project.id is not None
    current = _told(session, project.id, seen.period)
    if current is None or (current.revision, current.step) != (seen.revision, seen.step):
        raise Outdated(_overtaken(current))
    require(actor, Permission.REVIEW_PROGRESS, scope_subject(project))
    if sentence := why_not_review(actor, project, current):
        raise ProgrammeError(sentence)
    session.add(
        ProgressReview(
            project_id=project.id, period=str(current.period), revision=current.revision, step=step, reason=reason,
            at=settings.moment(), user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, f"progress.{step}", subject=project.no, province_code=project.province_code,
        period=str(current.period), revision=current.revision, reason=reason,
    )  # fmt: skip
