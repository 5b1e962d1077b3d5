"""The store's tables. Months are integers (201906); figures are 64-bit integers in the unit of the catalogue, never floats.

Every key of a fact table contains the county's internal id, which never changes, so that facts can be distributed by it.
"""

from programme.models.accounts import AppUser, SignInAttempt, SignInSession, SignInTicket
from programme.models.base import Base
from programme.models.carrying import (
    ProgressBenefit,
    ProgressMilestone,
    ProgressReport,
    ProgressReview,
    ProjectBenefit,
    ProjectLaunch,
    ProjectMilestone,
    ProjectPlan,
)
from programme.models.evaluation import (
    Complaint,
    ComplaintFinding,
    Evaluation,
    EvaluationDraft,
    EvaluationEvidence,
    EvaluationRound,
    EvaluationSample,
    EvaluationScore,
    Recheck,
    RectificationPlan,
    RectificationResult,
)
from programme.models.figures import (
    Draft,
    FactKey,
    MonthlyReturn,
    ReturnBase,
    ReturnRemark,
    RevisionKey,
    Standing,
    StandingBase,
    StatedToDate,
    StoredFile,
    Submission,
    Total,
    TotalBase,
)
from programme.models.places import County, FormerCounty, Membership
from programme.models.plans import (
    MilestoneEvent,
    Plan,
    PlanDraft,
    PlanMilestone,
    PlanReview,
    PlanReviewSection,
    PlanSection,
)
from programme.models.projects import Enterprise, FrozenList, Project, ProjectAssignment, ProjectEvent
from programme.models.record import AuditEvent, DataVersion
from programme.models.registers import RegisterExplanation, RegisterRevision, RegisterRow, RegisterSubmission
from programme.models.releases import Release, ReleasedMember, ReleasedStanding, ReleasedTotal
from programme.models.reminders import Channel, Contact, Delivery, Notice, Reminder
from programme.models.review import Extension, Review, ReviewCell

FACTS = (MonthlyReturn, Standing, Total, ReleasedStanding, ReleasedTotal)

__all__ = [
    "FACTS",
    "AppUser",
    "AuditEvent",
    "Base",
    "Channel",
    "Complaint",
    "ComplaintFinding",
    "Contact",
    "County",
    "DataVersion",
    "Delivery",
    "Draft",
    "Enterprise",
    "Evaluation",
    "EvaluationDraft",
    "EvaluationEvidence",
    "EvaluationRound",
    "EvaluationSample",
    "EvaluationScore",
    "Extension",
    "FactKey",
    "FormerCounty",
    "FrozenList",
    "Membership",
    "MilestoneEvent",
    "MonthlyReturn",
    "Notice",
    "Plan",
    "PlanDraft",
    "PlanMilestone",
    "PlanReview",
    "PlanReviewSection",
    "PlanSection",
    "ProgressBenefit",
    "ProgressMilestone",
    "ProgressReport",
    "ProgressReview",
    "Project",
    "ProjectAssignment",
    "ProjectBenefit",
    "ProjectEvent",
    "ProjectLaunch",
    "ProjectMilestone",
    "ProjectPlan",
    "Recheck",
    "RectificationPlan",
    "RectificationResult",
    "RegisterExplanation",
    "RegisterRevision",
    "RegisterRow",
    "RegisterSubmission",
    "Release",
    "ReleasedMember",
    "ReleasedStanding",
    "ReleasedTotal",
    "Reminder",
    "ReturnBase",
    "ReturnRemark",
    "Review",
    "ReviewCell",
    "RevisionKey",
    "SignInAttempt",
    "SignInSession",
    "SignInTicket",
    "Standing",
    "StandingBase",
    "StatedToDate",
    "StoredFile",
    "Submission",
    "Total",
    "TotalBase",
]
