"""Who imports projects, and what they do: short ways for the tests."""

from sqlmodel import select

import db
from programme import projects
from programme.findings import Finding, Severity
from programme.models import AuditEvent, Project
from programme.permissions import Actor, Role
from programme.projects import CheckedProjects, ImportResult
from tests.project_books import OFFICIAL, a_line

NATION = Actor(900, "cac", "国家网信办", Role.NATIONAL_CAC)
YUNNAN = Actor(901, "cac-53", "云南省网信办", Role.PROVINCE_CAC, None, "53")
GUIZHOU = Actor(902, "cac-52", "贵州省网信办", Role.PROVINCE_CAC, None, "52")


def checks(content: bytes, actor: Actor = NATION, name: str = "汇总表.xlsx") -> CheckedProjects:
    with db.reading() as session:
        return projects.check_projects(session, actor, content, name)


def imports(content: bytes, actor: Actor = NATION, reason: str = "", *, sample: bool = False) -> ImportResult:
    checked = checks(content, actor)
    with db.transaction() as session:
        return projects.import_projects(session, actor, checked, reason, sample=sample)


def found(content: bytes, actor: Actor = NATION) -> list[tuple[str, Severity, str]]:
    """Rule, severity and cell of everything there is to say, hints about the number of projects aside."""
    findings = checks(content, actor).findings
    return [(f.rule, f.severity, f.cell) for f in findings if f.rule != "under_quota"]


def stored() -> dict[str, Project]:
    with db.reading() as session:
        return {project.no: project for project in session.exec(select(Project))}


def events() -> list[AuditEvent]:
    with db.reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.action == "projects.imported")))


def what(content: bytes) -> list[tuple[str, str, str]]:
    return [(step.after["no"], step.after["enterprise"], step.after["province_code"]) for step in checks(content).rows]


PLAIN = [(f"YN-{number}", f"示例电商企业{number:02d}（云南）", "53") for number in (1, 2, 3)]
LINES = [{heading: a_line(number)[heading] for heading in OFFICIAL} for number in (1, 2, 3)]


def a_finding(content: bytes, rule: str, actor: Actor = NATION) -> Finding:
    return next(finding for finding in checks(content, actor).findings if finding.rule == rule)
