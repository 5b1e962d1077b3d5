"""Points in time as the words shown on screen; always Beijing time."""

from datetime import datetime

from programme.settings import BEIJING


def moment_text(at: datetime | None) -> str:
    """2019-06-05 09:30; — for what has not happened."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else "—"
