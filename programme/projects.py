"""Enterprise projects of the 2016 programme: check a province's summary sheet (附件2), and import what was previewed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from programme import audit, counties, settings
from programme.errors import Outdated, ProgrammeError
from programme.findings import Finding, Severity, errors, warnings
from programme.models import Project, StoredFile
from programme.permissions import Actor, Permission, Subject, own_province, refusal, require, scope_of
from programme.project_cells import Background
from programme.project_checks import FIELDS, Plan, Step, Values, compare, plan, values_of
from programme.project_facts import project_facts
from programme.project_life import append
from programme.project_moves import IMPORTED
from programme.project_reading import read_entries
from programme.project_sheets import find_lists
from programme.provinces import Provinces
from programme.sheets import Sheet, read_book

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@dataclass(frozen=True)
class CheckedProjects:
    """A file as read, judged and previewed; `import_projects` stores exactly this. `sheets` serves the marked workbook."""

    file_name: str
    content: bytes
    sheets: tuple[Sheet, ...]
    reading: tuple[Finding, ...]
    plan: Plan
    findings: list[Finding]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def rows(self) -> tuple[Step, ...]:
        """What each line of the file would do, in the order of the file."""
        return self.plan.steps

    @property
    def fingerprint(self) -> str:
        """Differs as soon as the file, a finding or what is registered differs: a confirmation belongs to one of it."""
        shown = repr((self.sha256, self.findings, [(step.before, step.after) for step in self.rows]))
        return hashlib.sha256(shown.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ImportResult:
    """Numbers of projects, and the sentence that says so."""

    added: int
    changed: int
    unchanged: int
    sentence: str


def registered(session: Session) -> dict[str, Values]:
    """All projects by number."""
    return {project.no: values_of(project) for project in session.exec(select(Project))}


def _own_province(actor: Actor) -> str:
    return actor.province_code if scope_of(actor, Permission.IMPORT_PROJECTS) is own_province else ""


# --- check ----------------------------------------------------------------------------------------------------------


def check_projects(session: Session, actor: Actor, content: bytes, file_name: str) -> CheckedProjects:
    """Read and judge a summary sheet; all findings at once. Raises Unusable for a file that cannot be read at all."""
    require(actor, Permission.IMPORT_PROJECTS)
    facts, registry, book = project_facts(), counties.registry(session), read_book(content, file_name)
    provinces = Provinces.of(registry.by_id.values(), facts.units)
    lists, layout = find_lists(book, facts)
    background = Background(
        facts=facts,
        counties=registry,
        provinces=provinces,
        refusal=lambda code: refusal(actor, Permission.IMPORT_PROJECTS, Subject(None, code)),
        own=_own_province(actor),
        stamped=book.stamp.get("province", ""),
    )
    entries, found = read_entries(lists, background)
    intended = plan(entries, registered(session), facts, provinces, background.own)
    reading = (*book.findings, *layout, *found)
    return CheckedProjects(
        file_name, content, tuple(book.sheets), reading, intended, _in_order([*reading, *compare(intended)])
    )


def _in_order(findings: list[Finding]) -> list[Finding]:
    """The gravest first, then as they stand in the file."""
    return sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.sheet, _place(finding.cell)))


def _place(cell: str) -> tuple[int, int, str]:
    """Row, then column: B2 before A10, Z before AA."""
    letters = cell.rstrip("0123456789")
    return int(cell.removeprefix(letters) or 0), len(letters), letters


# --- import ---------------------------------------------------------------------------------------------------------


def import_projects(
    session: Session, actor: Actor, checked: CheckedProjects, reason: str = "", *, sample: bool = False
) -> ImportResult:
    """Store what was previewed, whole or not at all; the same content twice changes nothing.

    Raises ProgrammeError while errors stand or warnings lack a reason, NotAllowed outside the actor's scope, Outdated
    when the projects concerned were changed by somebody else since the preview.
    """
    _refuse_unfit(actor, checked, reason)
    steps = [step for step in checked.rows if step.kind != "unchanged"]
    unchanged = len(checked.rows) - len(steps)
    if not steps:
        return ImportResult(0, 0, unchanged, f"{unchanged}个项目与已登记的完全相同，没有变化，不必重复导入。")
    audit.raise_data_version(session)  # first of all: from here on other imports wait until this one is through
    _refuse_outdated(session, checked)
    _keep_file(session, checked)
    known = {p.no: p for p in session.exec(select(Project).where(col(Project.no).in_([s.entry.no for s in steps])))}
    for step in steps:
        project = _stored(known.get(step.entry.no), step, checked, actor, sample)
        session.add(project)
        if "stage" in step.changes or not project.moves:
            session.flush()
            target = _state_of(project.stage, project.outcome)
            append(session, actor, project, IMPORTED, target, reason, [(checked.file_name, checked.sha256)])
    session.flush()
    _record(session, actor, checked, steps, reason, sample)
    added = sum(step.before is None for step in steps)
    return ImportResult(added, len(steps) - added, unchanged, _sentence(added, len(steps) - added, unchanged))


def _refuse_unfit(actor: Actor, checked: CheckedProjects, reason: str) -> None:
    require(actor, Permission.IMPORT_PROJECTS)
    if wrong := errors(checked.findings):
        raise ProgrammeError(f"还有{len(wrong)}处错误，不能导入。请按核对结果修改后重新上传。")
    if (doubtful := warnings(checked.findings)) and not reason.strip():
        raise ProgrammeError(f"有{len(doubtful)}处警告需要确认，请填写原因后再导入。")
    for step in checked.rows:
        for province in {side["province_code"] for side in (step.before, step.after) if side}:
            require(actor, Permission.IMPORT_PROJECTS, Subject(None, province))


def _refuse_outdated(session: Session, checked: CheckedProjects) -> None:
    """What is registered must be what the preview was made from, as far as the file or a finding is concerned."""
    before = checked.plan
    now = plan(before.entries, registered(session), before.facts, before.provinces, before.own)
    if now.steps != before.steps or _in_order([*checked.reading, *compare(now)]) != checked.findings:
        raise Outdated("您核对期间，有关项目已被他人更新，没有导入。请重新上传，按最新情况核对。")


def _keep_file(session: Session, checked: CheckedProjects) -> None:
    if session.get(StoredFile, checked.sha256) is None:
        session.add(StoredFile(sha256=checked.sha256, name=checked.file_name, content=checked.content))
        session.flush()


def _stored(project: Project | None, step: Step, checked: CheckedProjects, actor: Actor, sample: bool) -> Project:
    """The row as it shall stand; a sample project that a real list changes is a real one from then on."""
    at = settings.moment()
    entry = step.entry
    if project is None:
        state = _state_of(step.after["stage"], step.after["outcome"])
        project = Project.model_validate({**step.after, "state": state, "sample": sample})
    source = {
        "file": checked.sha256,
        "name": checked.file_name,
        "sheet": entry.sheet,
        "provinces": sorted({other.after["province_code"] for other in checked.rows}),
        "by": actor.name,
        "at": at.isoformat(),
        "cells": {name: entry.cells.get(name, "") for name in step.changes if name in entry.values},
    }
    project.sqlmodel_update({name: step.after[name] for name in FIELDS})
    project.sources = json.dumps([*_still_valid(project, step), source], ensure_ascii=False)
    project.file_sha256, project.sheet, project.row, project.imported_at = checked.sha256, entry.sheet, entry.row, at
    project.sample = project.sample and sample
    return project


def _state_of(stage: str, outcome: str) -> str:
    """Where a project stands of which a list tells the stage and perhaps the result."""
    return "evaluated" if outcome and stage == "evaluation" else project_facts().first_state(stage).code


def _still_valid(project: Project, step: Step) -> list[Mapping[str, object]]:
    """Earlier sources, without the fields this import gives anew."""
    sources = json.loads(project.sources)
    for source in sources:
        source["cells"] = {name: cell for name, cell in source["cells"].items() if name not in step.changes}
    return [source for source in sources if source["cells"]]


def _record(
    session: Session, actor: Actor, checked: CheckedProjects, steps: list[Step], reason: str, sample: bool
) -> None:
    provinces = {step.after["province_code"] for step in steps}
    audit.record(
        session,
        actor,
        "projects.imported",
        subject=checked.file_name,
        province_code=provinces.pop() if len(provinces) == 1 else "",
        sha256=checked.sha256,
        added=[step.entry.no for step in steps if step.before is None],
        changed={step.entry.no: step.changes for step in steps if step.before is not None},
        reason=reason.strip(),
        confirmed=[f"{finding.sheet} {finding.cell} {finding.message}" for finding in warnings(checked.findings)],
        sample=sample,
    )


def _sentence(added: int, changed: int, unchanged: int) -> str:
    parts = ((added, "新增"), (changed, "更新"), (unchanged, "没有变化"))
    return "已导入：" + "，".join(f"{word}{number}个" for number, word in parts if number) + "。"
