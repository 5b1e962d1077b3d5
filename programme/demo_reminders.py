"""The sample programme's reminders: the ladder run on its own days, as cron would have done, for what is missing to this day."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlmodel import Session

from programme import ladder, reminders, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.permissions import Actor

HOUR = time(9, 0)


def remind(session: Session, office: Actor, months: Sequence[Month]) -> int:
    """Run the ladder on every one of its days for the last of these months; returns how many notices that made."""
    due = catalogue().due(months[-1])
    days = {catalogue().calendar.working_days_from(due, rung.offset) for rung in ladder.facts().ladder.rungs}
    return sum(_on(session, office, day) for day in sorted(days) if day <= settings.today())


def _on(session: Session, office: Actor, day: date) -> int:
    with settings.standing_at(datetime.combine(day, HOUR, settings.BEIJING)):
        return len(reminders.remind(session, office))
