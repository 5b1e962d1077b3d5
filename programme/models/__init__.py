"""The store's tables. Months are integers (201906); figures are 64-bit integers in the unit of the catalogue, never floats.

Every key of a fact table contains the county's internal id, which never changes, so that facts can be distributed by it.
"""

from programme.models.accounts import AppUser, SignInAttempt, SignInSession, SignInTicket
from programme.models.base import Base
from programme.models.figures import (
    FACTS,
    Draft,
    FactKey,
    MonthlyReturn,
    ReturnBase,
    ReturnRemark,
    RevisionKey,
    Standing,
    StandingBase,
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
from programme.models.projects import Project
from programme.models.record import AuditEvent, DataVersion
from programme.models.review import Extension, Review, ReviewCell

__all__ = [
    "FACTS",
    "AppUser",
    "AuditEvent",
    "Base",
    "County",
    "DataVersion",
    "Draft",
    "Extension",
    "FactKey",
    "FormerCounty",
    "Membership",
    "MilestoneEvent",
    "MonthlyReturn",
    "Plan",
    "PlanDraft",
    "PlanMilestone",
    "PlanReview",
    "PlanReviewSection",
    "PlanSection",
    "Project",
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
    "StoredFile",
    "Submission",
    "Total",
    "TotalBase",
]
