"""The third party's evaluation, complaints, and the re-check of projects. All append-only but the draft of a report."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from programme import settings
from programme.models.carrying import OfProject, Signed


class EvaluationRound(Signed, table=True):
    """A drawn sample and the standard it is measured by, frozen as JSON. `candidates` is how many it was drawn from."""

    __tablename__ = "evaluation_round"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seed: str
    size: int
    candidates: int
    standard_version: str
    standard: str = Field(sa_type=Text)
    evaluator_id: int = Field(foreign_key="app_user.id")
    evaluator_name: str


class OfRound(OfProject):
    round: int = Field(
        foreign_key="evaluation_round.number", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )


class EvaluationSample(OfRound, table=True):
    """A project in the sample, with the stratum it was drawn from."""

    __tablename__ = "evaluation_sample"
    province_code: str = Field(max_length=2)
    category: str


class EvaluationDraft(OfRound, table=True):
    """What the evaluator has written and not yet handed in: JSON."""

    __tablename__ = "evaluation_draft"
    user_id: int
    user_name: str
    written: str = Field(sa_type=Text)
    saved_at: datetime = Field(default_factory=settings.now)


class Evaluation(OfRound, Signed, table=True):
    """A report as handed in. `total_e2` is the weighted score in hundredths; `grade` a code of the outcomes."""

    __tablename__ = "evaluation"
    total_e2: int
    grade: str
    reputation: str = Field(sa_type=Text)
    effect: str = Field(sa_type=Text)


class EvaluationScore(OfRound, table=True):
    __tablename__ = "evaluation_score"
    dimension: str = Field(primary_key=True)
    score: int


class EvaluationEvidence(OfRound, table=True):
    __tablename__ = "evaluation_evidence"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    sha256: str = Field(foreign_key="stored_file.sha256", max_length=64)


class Complaint(OfProject, Signed, table=True):
    """What was heard about a project, and from where; what came of it is in its findings."""

    __tablename__ = "project_complaint"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=Text)
    source: str
    received_on: date


class ComplaintFinding(OfProject, Signed, table=True):
    """What an inquiry found; the newest counts."""

    __tablename__ = "complaint_finding"
    complaint: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    upheld: bool
    reason: str = Field(sa_type=Text)


class Recheck(OfProject, table=True):
    """A re-check that was begun by the move with the number `event`. `triggers` is JSON: the sentences that held."""

    __tablename__ = "recheck"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    event: int
    due: date
    triggers: str = Field(sa_type=Text)
    at: datetime = Field(default_factory=settings.moment)


class OfRecheck(OfProject, Signed):
    recheck: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=Text)


class RectificationPlan(OfRecheck, table=True):
    """`steps` is JSON: a list of [title, ISO date]."""

    __tablename__ = "rectification_plan"
    steps: str = Field(sa_type=Text)


class RectificationResult(OfRecheck, table=True):
    """`evidence` is JSON: a list of [name, sha256]."""

    __tablename__ = "rectification_result"
    evidence: str = Field(sa_type=Text)
