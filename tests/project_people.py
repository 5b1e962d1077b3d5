"""Everybody a project meets, and projects that stand anywhere: short ways for the tests of its life."""

from sqlmodel import select

import db
from programme.models import (
    ApplicationDraft,
    ApplicationVersion,
    Assessment,
    AssessmentScore,
    Enterprise,
    FrozenList,
    Project,
    ProjectAssignment,
    ProjectDocument,
    ProjectSectionReason,
    RegistrationTry,
)
from programme.organisation_codes import organisation_check
from programme.permissions import Actor, Role
from programme.project_facts import project_facts
from tests import review_rows
from tests.factories import a_user


def an_enterprise(number: int = 1, province: str = "53", status: str = "confirmed") -> int:
    """A registered enterprise; its id."""
    body = f"{number:08d}"
    code = body + organisation_check(body)
    with db.transaction() as session:
        enterprise = Enterprise(
            code=code, organisation=code, name=f"示例企业{number}", province_code=province, contact="办公室",
            phone="13800000000", email="office@example.com", status=status,
        )  # fmt: skip
        session.add(enterprise)
        session.flush()
        assert enterprise.id is not None
        return enterprise.id


def of_enterprise(enterprise_id: int, username: str = "") -> Actor:
    """The account of an enterprise."""
    with db.reading() as session:
        province = session.get_one(Enterprise, enterprise_id).province_code
    name = username or f"enterprise-{enterprise_id}"
    return a_user(Role.ENTERPRISE, username=name, province=province, enterprise_id=enterprise_id)


def a_project(state: str, *, no: str = "53-001", enterprise_id: int | None = None, channel: str = "province") -> int:
    """A project that stands in a state, whatever led there; its id."""
    with db.transaction() as session:
        project = Project(
            no=no, name=f"示例项目{no}", enterprise="示例企业", province_code="" if channel == "direct" else no[:2],
            channel=channel, state=state, stage=project_facts().state(state).stage, enterprise_id=enterprise_id,
            enterprise_category="ecommerce", direction="rural_ecommerce", category="ecommerce",
        )  # fmt: skip
        session.add(project)
        session.flush()
        assert project.id is not None
        return project.id


def give(project_id: int, actor: Actor, task: str) -> None:
    with db.transaction() as session:
        session.add(ProjectAssignment(project_id=project_id, user_id=actor.id, task=task, by="国家网信办"))


def state_of(no: str) -> str:
    with db.reading() as session:
        return session.exec(select(Project.state).where(Project.no == no)).one()


def fill_every_table() -> None:
    """A row in every table of a project's life, for tests that ask for all of them."""
    enterprise = an_enterprise()
    project = a_project("reviewing", no="53-900", enterprise_id=enterprise)
    expert = a_user(Role.EXPERT, username="expert-900")
    give(project, expert, "review")
    review_rows.fill(project, expert.id)
    with db.transaction() as session:
        session.add(RegistrationTry(address="10.0.0.1"))
        session.add(ApplicationDraft(project_id=project, content="{}", user_name="企业"))
        session.add(
            ApplicationVersion(
                project_id=project, version=1, event=1, content="{}", sha256="0" * 64, documents="[]",
            )
        )  # fmt: skip
        session.add(
            ProjectDocument(
                project_id=project, number=1, kind="other", name="附件.pdf", sha256="0" * 64, size=1, user_id=1,
                user_name="企业",
            )
        )  # fmt: skip
        session.add(
            FrozenList(
                kind="recommended",
                province_code="53",
                number=1,
                content="[]",
                sha256="0" * 64,
                user_id=1,
                user_name="省",
            )
        )
    with db.transaction() as session:
        session.add(
            Assessment(
                project_id=project,
                number=1,
                round=0,
                unit="示例协会",
                post="秘书长",
                conflict=False,
                user_id=1,
                user_name="省",
            )
        )
        session.add(AssessmentScore(project_id=project, number=1, criterion="background", points=9))
        session.add(ProjectSectionReason(project_id=project, number=1, section="benefits", reason="请补充"))
