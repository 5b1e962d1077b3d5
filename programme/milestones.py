"""Milestones of a plan: where each stands on a day, and what a county reports about it. 逾期 is derived, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """What a county says of a milestone."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"


STATE_NAMES: Final = {State.NOT_STARTED: "未开始", State.UNDER_WAY: "进行中", State.DONE: "已完成"}
OVERDUE: Final = "overdue"


@dataclass(frozen=True)
class Milestone:
    """A milestone with its newest report; `number` counts within the plan, `events` the reports so far."""

    milestone: int
    number: int
    title: str
    due: date
    today: date
    state: State = State.NOT_STARTED
    done_on: date | None = None
    note: str = ""
    at: datetime | None = None
    by: str = ""
    events: int = 0

    @property
    def is_overdue(self) -> bool:
        return self.state is not State.DONE and self.today > self.due

    @property
    def late_days(self) -> int:
        """Days from the planned day to the day it was done, or to today while it is not; 0 in time."""
        until = self.done_on if self.state is State.DONE and self.done_on else self.today
        return max(0, (until - self.due).days)

    @property
    def shown(self) -> str:
        """The state as screens show it: `overdue`, or a value of State."""
        return OVERDUE if self.is_overdue else self.state.value


def overdue(milestones: Iterable[Milestone]) -> list[Milestone]:
    """The longest overdue first."""
    return sorted((one for one in milestones if one.is_overdue), key=lambda one: (one.due, one.number))


def why_not_reportable(one: Milestone, state: State, done_on: date | None, note: str, launch: date) -> str | None:
    """What is wrong with a report, as a sentence; None when it can be taken."""
    name = f"里程碑“{one.title}”"
    if state is State.DONE and done_on is None:
        return f"请填写{name}的完成日期。"
    if state is not State.DONE and done_on is not None:
        return f"{name}还没有完成，请不要填写完成日期。"
    if done_on is not None and not launch <= done_on <= one.today:
        return f"{name}的完成日期应在{launch:%Y-%m-%d}至今天（{one.today:%Y-%m-%d}）之间。"
    if (state, done_on, note) == (one.state, one.done_on, one.note):
        return f"{name}的状态和说明与上次报告的相同，没有变化，不必重复报告。"
    if one.state is State.DONE and state is not State.DONE and not note:
        return f"{name}已报告完成，要改为“{STATE_NAMES[state]}”，请说明原因。"
    return None


def counted(milestones: Sequence[Milestone]) -> tuple[int, int, int]:
    """All, done, overdue."""
    return len(milestones), sum(one.state is State.DONE for one in milestones), len(overdue(milestones))
