"""The store's tables. Months are integers (201906); figures are 64-bit integers in the unit of the catalogue, never floats.

Every key of a fact table contains the county's internal id, which never changes, so that facts can be distributed by it.
"""

from programme.models.accounts import AppUser, SignInAttempt, SignInSession, SignInTicket
from programme.models.applications import ApplicationDraft, ApplicationVersion, ProjectDocument, RegistrationTry
from programme.models.base import Base
from programme.models.expert_review import (
    ExpertProfile,
    ExpertScore,
    ExpertScoreDraft,
    ExpertTie,
    PanelDiscussion,
    PanelDraw,
    PanelMinutes,
    Recusal,
    ScoreKey,
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
from programme.models.public_notices import (
    NoticeMember,
    Objection,
    ObjectionContact,
    ObjectionEvent,
    ObjectionTry,
    PublicNotice,
)
from programme.models.record import AuditEvent, DataVersion
from programme.models.registers import RegisterExplanation, RegisterRevision, RegisterRow, RegisterSubmission
from programme.models.releases import Release, ReleasedMember, ReleasedStanding, ReleasedTotal
from programme.models.reminders import Channel, Contact, Delivery, Notice, Reminder
from programme.models.review import Extension, Review, ReviewCell
from programme.models.selection import Assessment, AssessmentScore, ProjectSectionReason

FACTS = (MonthlyReturn, Standing, Total, ReleasedStanding, ReleasedTotal)

__all__ = [
    "FACTS",
    "AppUser",
    "ApplicationDraft",
    "ApplicationVersion",
    "Assessment",
    "AssessmentScore",
    "AuditEvent",
    "Base",
    "Channel",
    "Contact",
    "County",
    "DataVersion",
    "Delivery",
    "Draft",
    "Enterprise",
    "ExpertProfile",
    "ExpertScore",
    "ExpertScoreDraft",
    "ExpertTie",
    "Extension",
    "FactKey",
    "FormerCounty",
    "FrozenList",
    "Membership",
    "MilestoneEvent",
    "MonthlyReturn",
    "Notice",
    "NoticeMember",
    "Objection",
    "ObjectionContact",
    "ObjectionEvent",
    "ObjectionTry",
    "PanelDiscussion",
    "PanelDraw",
    "PanelMinutes",
    "Plan",
    "PlanDraft",
    "PlanMilestone",
    "PlanReview",
    "PlanReviewSection",
    "PlanSection",
    "Project",
    "ProjectAssignment",
    "ProjectDocument",
    "ProjectEvent",
    "ProjectSectionReason",
    "PublicNotice",
    "Recusal",
    "RegisterExplanation",
    "RegisterRevision",
    "RegisterRow",
    "RegisterSubmission",
    "RegistrationTry",
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
    "ScoreKey",
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
