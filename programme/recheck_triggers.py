"""What should start a re-check: computed for each project as sentences with figures. The office decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from programme import settings
from programme.calendar import Month
from programme.launches import launch_days
from programme.models import Complaint, ComplaintFinding, Evaluation, Project, ProjectEvent
from programme.project_facts import project_facts
from programme.promises import newest_reports, promises_of
from programme.recheck_facts import Rule, recheck_facts
from programme.settings import BEIJING


@dataclass(frozen=True)
class Record:
    """What is known of a project since its last re-check was closed, if there was one.

    `total_e2` is None where the grade came on paper. `overdue` are titles of milestones with their days; `silent_since` is the day
    of the last report, of the launch, or of the end of the last re-check.
    """

    grade: str = ""
    total_e2: int | None = None
    overdue: tuple[tuple[str, date], ...] = ()
    upheld: int = 0
    silent_since: date | None = None


@dataclass(frozen=True)
class Trigger:
    code: str
    sentence: str


def held(record: Record, rules: Iterable[Rule], today: date) -> tuple[Trigger, ...]:
    """The triggers that hold, in the order of the rules."""
    told = {
        "grade": _grade,
        "milestones": _milestones,
        "complaints": _complaints,
        "silence": _silence,
    }
    return tuple(
        Trigger(rule.code, sentence) for rule in rules if (sentence := told[rule.code](record, rule, today)) is not None
    )


def _grade(record: Record, rule: Rule, today: date) -> str | None:
    if record.grade not in rule.grades:
        return None
    score = "" if record.total_e2 is None else f"（{record.total_e2 // 100}.{record.total_e2 % 100:02d}分）"
    return f"绩效评估{project_facts().word('outcome', record.grade)}{score}"


def _milestones(record: Record, rule: Rule, today: date) -> str | None:
    if len(record.overdue) < rule.least:
        return None
    title, due = min(record.overdue, key=lambda one: one[1])
    return f"里程碑逾期{len(record.overdue)}个，最久的“{title}”已逾期{(today - due).days}天"


def _complaints(record: Record, rule: Rule, today: date) -> str | None:
    return f"群众反映经核实属实{record.upheld}件" if record.upheld >= rule.least else None


def _silence(record: Record, rule: Rule, today: date) -> str | None:
    since = record.silent_since
    months = full_months(since, today) if since else 0
    if since is None or months < rule.months:
        return None
    return f"自{since:%Y-%m-%d}起{months}个月没有报告进展"


def full_months(since: date, today: date) -> int:
    """Whole months from one day to another: full on the same day of a later month, or on its last day if it is shorter."""
    passed = (today.year - since.year) * 12 + today.month - since.month
    due = Month.of(since).plus(passed)
    return passed if today.day >= min(since.day, due.last_day.day) else passed - 1


# --- from the store ---------------------------------------------------------------------------------------------------


def triggers_of(session: Session, projects: Iterable[Project]) -> dict[int, tuple[Trigger, ...]]:
    """By project id; the number of queries does not grow with the projects."""
    listed = list(projects)
    rules, today = recheck_facts().rules, settings.today()
    return {key: held(record, rules, today) for key, record in records_of(session, listed).items()}


def records_of(session: Session, projects: list[Project]) -> dict[int, Record]:
    ids = [project.id or 0 for project in projects]
    closed, graded = _closed(session, ids), _graded(session, ids)
    promises, reports, launched = (
        promises_of(session, ids),
        newest_reports(session, ids),
        launch_days(session, projects),
    )
    upheld = _upheld(session, ids, closed)
    found = {}
    for project in projects:
        key = project.id or 0
        end = closed.get(key)
        last = end.astimezone(BEIJING).date() if end else None
        at, total = graded.get(key, (None, None))
        is_new = end is None or (at is not None and at > end)
        late = ((one.title, one.due) for one in promises[key].overdue if last is None or one.due >= last)
        told = reports[key].at.astimezone(BEIJING).date() if key in reports else launched[key]
        found[key] = Record(
            project.outcome if is_new else "", total if is_new else None, tuple(late), upheld.get(key, 0),
            max(told, last) if last else told,
        )  # fmt: skip
    return found


def _closed(session: Session, ids: list[int]) -> dict[int, datetime]:
    """When the last re-check ended with the project staying."""
    query = select(ProjectEvent.project_id, ProjectEvent.at).where(
        col(ProjectEvent.project_id).in_(ids), col(ProjectEvent.move).in_(("retain", "adjust"))
    )
    return dict(session.exec(query.order_by(col(ProjectEvent.number))).all())


def _graded(session: Session, ids: list[int]) -> dict[int, tuple[datetime | None, int | None]]:
    """When the present grade was given, and its score where a report gave it."""
    found: dict[int, tuple[datetime | None, int | None]] = {}
    events = select(ProjectEvent.project_id, ProjectEvent.at).where(
        col(ProjectEvent.project_id).in_(ids), ProjectEvent.move == "imported"
    )
    for project_id, at in session.exec(events.order_by(col(ProjectEvent.number))):
        found[project_id] = (at, None)
    reports = select(Evaluation).where(col(Evaluation.project_id).in_(ids)).order_by(col(Evaluation.round))
    for report in session.exec(reports):
        found[report.project_id] = (report.at, report.total_e2)
    return found


def _upheld(session: Session, ids: list[int], closed: dict[int, datetime]) -> dict[int, int]:
    """Complaints whose newest finding upholds them, found since the last re-check ended."""
    newest: dict[tuple[int, int], ComplaintFinding] = {}
    query = select(ComplaintFinding).where(col(ComplaintFinding.project_id).in_(ids))
    for finding in session.exec(query.order_by(col(ComplaintFinding.number))):
        newest[finding.project_id, finding.complaint] = finding
    counts: dict[int, int] = {}
    for (project_id, _), finding in newest.items():
        if finding.upheld and (project_id not in closed or finding.at > closed[project_id]):
            counts[project_id] = counts.get(project_id, 0) + 1
    return counts


def complaints_of(session: Session, project_id: int) -> list[tuple[Complaint, ComplaintFinding | None]]:
    """Every complaint with its newest finding, the newest complaint first. Whether the actor may see it is settled before."""
    findings = select(ComplaintFinding).where(ComplaintFinding.project_id == project_id)
    newest = {one.complaint: one for one in session.exec(findings.order_by(col(ComplaintFinding.number)))}
    query = select(Complaint).where(Complaint.project_id == project_id).order_by(col(Complaint.number).desc())
    return [(one, newest.get(one.number)) for one in session.exec(query)]
