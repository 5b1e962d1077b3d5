"""Everything the expo wall says, as plain values: figures as words, from one release and what the office has put on show."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from programme.frozen_release import Frozen
from programme.showcase_facts import ShownPractice, ShownStory
from programme.wall_scenes import Scene


def wall_content(
    session: Session,
    held: Frozen,
    scenes: Sequence[Scene],
    stories: Sequence[ShownStory] = (),
    practices: Sequence[ShownPractice] = (),
) -> dict[str, Any]:
    """Fit for JSON, the same for the same release, scenes and stories. `address` is "": whoever serves the wall sets it."""
    return {"title": held.title, "basis": held.basis, "address": ""}
