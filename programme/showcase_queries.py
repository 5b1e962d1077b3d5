"""A stand-in for what is on show until the store behind it is merged: nothing yet."""

from sqlmodel import Session

from programme.showcase_facts import ShownPractice, ShownStory


def on_show(session: Session) -> list[ShownStory]:
    return []


def practices_on_wall(session: Session) -> list[ShownPractice]:
    return []


def shown_version(session: Session) -> str:
    """A text that changes when any of these changes."""
    return ""
