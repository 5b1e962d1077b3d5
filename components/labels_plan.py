"""The words and shapes of an execution plan: states of its milestones, days late, amounts."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from components.labels import LightFace, date_text
from programme.milestones import OVERDUE, STATE_NAMES, Milestone, State

STATES: Final[Mapping[str, LightFace]] = {
    OVERDUE: LightFace("▼", "逾期"),
    State.NOT_STARTED.value: LightFace("○", STATE_NAMES[State.NOT_STARTED]),
    State.UNDER_WAY.value: LightFace("◆", STATE_NAMES[State.UNDER_WAY]),
    State.DONE.value: LightFace("●", STATE_NAMES[State.DONE]),
}
"""Each `Milestone.shown` as shape and word."""


def state_text(one: Milestone) -> str:
    """▼ 逾期7天, ● 已完成（迟3天）, ◆ 进行中."""
    face = STATES[one.shown].text
    if one.is_overdue:
        return f"{face}{one.late_days}天"
    return f"{face}（迟{one.late_days}天）" if one.late_days and one.state is State.DONE else face


def day_text(day: date | None) -> str:
    return date_text(day) if day else "—"
