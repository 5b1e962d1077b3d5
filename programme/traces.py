"""Where a figure comes from: revision by revision, down to the cell, and up to the release."""

from typing import Any

from sqlmodel import Session, select

from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.county_queries import Revision, revisions
from programme.errors import ProgrammeError
from programme.models import ReleasedStanding
from programme.obligations import Step
from programme.permissions import Actor
from programme.reviews import WORDS, one_of, steps_of
from programme.settings import clock


def trace(session: Session, actor: Actor, code: str, month: Month, kpi: Kpi) -> list[dict[str, Any]]:
    """Where a county's figure of a month comes from: one row per revision, the newest first. Raises NotFound.

    `value` is in stored integers (None is 未报), `cell` may name two; `reviewers` tells each step of the revision's review,
    `releases` the numbers of the releases that hold the revision, `reason` what was said with it.
    """
    one = one_of(session, actor, code, month)
    steps: dict[int, list[str]] = {}
    for step in steps_of(session, one.county_id, month):
        steps.setdefault(step.revision, []).append(f"{step.user_name}{WORDS[Step(step.step)]}于{clock(step.at)}")
    released = releases_of(session, one.county_id, month)
    return [
        {
            "revision": revision.revision,
            "value": revision.figures[kpi.code],
            "file_sha256": revision.file_sha256,
            "sheet": revision.sheet,
            "cell": revision.cell_of(kpi.code),
            "submitted_by": revision.user_name,
            "at": revision.at.isoformat(),
            "reviewers": steps.get(revision.revision, []),
            "file_name": revision.file_name,
            "reason": "；".join(text for text in (revision.reason, *_said_of(revision, kpi)) if text),
            "releases": released.get(revision.revision, []),
        }
        for revision in revisions(session, actor, one.county_id, month)
    ]


def _said_of(revision: Revision, kpi: Kpi) -> list[str]:
    return [remark.message for remark in revision.notes if remark.kpi == kpi.code]


def releases_of(session: Session, county_id: int, month: Month) -> dict[int, list[int]]:
    """Revision → the numbers of the releases that hold it."""
    query = select(ReleasedStanding.revision, ReleasedStanding.release).where(
        ReleasedStanding.county_id == county_id, ReleasedStanding.month == month.number
    )
    found: dict[int, list[int]] = {}
    for revision, number in session.exec(query.order_by(ReleasedStanding.release)):
        found.setdefault(revision, []).append(number)
    return found


def kpi_named(code: str) -> Kpi:
    """Raises ProgrammeError for a code that the catalogue does not know."""
    if code not in catalogue().codes:
        raise ProgrammeError(f"没有指标“{code}”；可用的有：{'、'.join(catalogue().codes)}。")
    return catalogue().kpi(code)
