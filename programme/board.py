"""Completeness and timeliness of returns, by content: of what was due, what came in time, late, with gaps, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from programme.obligations import Obligation, Status


class Timeliness(StrEnum):
    """Where a return stands by its content; a return sent back counts as open, whatever it held."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    SENT_BACK = "sent_back"
    INCOMPLETE = "incomplete"
    LATE = "late"
    ON_TIME = "on_time"


def timeliness(one: Obligation) -> Timeliness:
    if not one.revision or one.status is Status.SENT_BACK:
        return Timeliness(one.status.value)
    if one.missing:
        return Timeliness.INCOMPLETE
    return Timeliness.LATE if one.late_days else Timeliness.ON_TIME


@dataclass(frozen=True)
class Sums:
    """Of the returns whose due day has passed. The four kinds add up to `due`; a return sent back counts by what it holds."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    incomplete: int = 0
    missing: int = 0


def sums(owed: Iterable[Obligation], today: date) -> Sums:
    passed = [one for one in owed if today > one.due]
    complete = [one for one in passed if one.is_complete]
    late = sum(bool(one.late_days) for one in complete)
    missing = sum(not one.revision for one in passed)
    return Sums(len(passed), len(complete) - late, late, len(passed) - len(complete) - missing, missing)


def by_province(owed: Sequence[Obligation], today: date) -> dict[str, Sums]:
    """In the order of the provinces' codes: a board, not a ranking."""
    names = {one.code[:2]: one.province for one in sorted(owed, key=lambda one: one.code)}
    return {name: sums([one for one in owed if one.code[:2] == code], today) for code, name in names.items()}
