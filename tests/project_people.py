"""Everybody a project meets, and projects that stand anywhere: short ways for the tests of its life."""

from datetime import date

from sqlmodel import select

import db
from programme.models import (
    ApplicationDraft,
    ApplicationVersion,
    Assessment,
    AssessmentScore,
    Complaint,
    ComplaintFinding,
    Enterprise,
    Evaluation,
    EvaluationDraft,
    EvaluationEvidence,
    EvaluationRound,
    EvaluationSample,
    EvaluationScore,
    FrozenList,
    ProgressBenefit,
    ProgressMilestone,
    ProgressReport,
    ProgressReview,
    Project,
    ProjectAssignment,
    ProjectBenefit,
    ProjectDocument,
    ProjectLaunch,
    ProjectMilestone,
    ProjectPlan,
    ProjectSectionReason,
    Recheck,
    RectificationPlan,
    RectificationResult,
    RegistrationTry,
    StoredFile,
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
        enterprise = session.get_one(Enterprise, enterprise_id)
    return a_user(
        Role.ENTERPRISE, username=username or f"enterprise-{enterprise_id}", name=enterprise.name,
        province=enterprise.province_code, enterprise_id=enterprise_id,
    )  # fmt: skip


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
    _fill_what_follows_the_selection(project)


def _fill_what_follows_the_selection(project: int) -> None:
    """Written past the verbs: one row in every table of implementation, evaluation and re-check."""
    signed = {"project_id": project, "user_id": 1, "user_name": "示例"}
    period = {"project_id": project, "period": "2017Q1", "revision": 1}
    day, digest = date(2017, 3, 31), "e" * 64
    evaluator = a_user(Role.EVALUATOR, username="evaluator-900")
    with db.transaction() as session:
        session.add(StoredFile(sha256=digest, name="证据.pdf", content=b"%PDF-"))
        session.add(
            EvaluationRound(
                number=1, seed="s", size=1, candidates=1, standard_version="1", standard="{}", evaluator_id=evaluator.id,
                evaluator_name="评估机构", user_id=1, user_name="国",
            )
        )  # fmt: skip
        session.flush()
        session.add_all(
            [
                ProjectLaunch(**signed, revision=1, launch_on=day),
                ProjectPlan(**signed, revision=1),
                ProjectMilestone(project_id=project, revision=1, milestone=1, number=1, title="上线", due=day),
                ProjectBenefit(
                    project_id=project, revision=1, benefit=1, number=1, name="增收", unit="元", target_e4=10**18 - 1
                ),
                ProgressReport(**signed, period="2017Q1", revision=1, until=day, text="进展"),
                ProgressMilestone(**period, milestone=1, state="done", done_on=day),
                ProgressBenefit(**period, benefit=1, achieved_e4=1),
                ProgressReview(**signed, period="2017Q1", revision=1, step="confirmed"),
                EvaluationSample(project_id=project, round=1, province_code="53", category="ecommerce"),
                EvaluationDraft(**signed, round=1, written="{}"),
                Evaluation(**signed, round=1, total_e2=9000, grade="excellent", reputation="好", effect="好"),
                EvaluationScore(project_id=project, round=1, dimension="effect", score=90),
                EvaluationEvidence(project_id=project, round=1, number=1, name="证据.pdf", sha256=digest),
                Complaint(**signed, number=1, text="反映", source="来信", received_on=day),
                ComplaintFinding(**signed, complaint=1, number=1, upheld=True, reason="属实"),
                Recheck(project_id=project, number=1, event=1, due=day, triggers="[]"),
                RectificationPlan(**signed, recheck=1, revision=1, text="方案", steps="[]"),
                RectificationResult(**signed, recheck=1, revision=1, text="结果", evidence="[]"),
            ]
        )
