"""What every review up the line asks, whatever is reviewed: may this person take this step, and did anybody come before?"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.obligations import Status, Step
from programme.permissions import Actor, Permission, Subject, refusal
from programme.settings import clock

WORDS: Final = {Step.SENT_BACK: "退回", Step.APPROVED: "审核通过", Step.ACCEPTED: "接收"}
Rule = tuple[tuple[Permission, ...], Callable[[Any], bool]]
"""Any of these permissions is enough; and whether the step fits where the thing stands."""


class Reviewable(Protocol):
    """A revision in review: who handed it in, and the newest step; `number` counts the steps, 0 while there is none."""

    @property
    def title(self) -> str: ...
    @property
    def subject(self) -> Subject: ...
    @property
    def status(self) -> Status: ...
    @property
    def revision(self) -> int: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def user_id(self) -> int: ...
    @property
    def user_name(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def step(self) -> str: ...
    @property
    def step_at(self) -> datetime | None: ...
    @property
    def step_by(self) -> str: ...


def not_permitted(actor: Actor, one: Reviewable, rule: Rule) -> str | None:
    """The sentence when none of the permissions reaches it; that it lies outside the scope comes first."""
    sentences = [refusal(actor, permission, one.subject) for permission in rule[0]]
    if all(sentences):
        return next((text for text in sentences if text and text.startswith("这不在")), sentences[0])
    return None


def why_not(actor: Actor, one: Reviewable, step: Step, rule: Rule, names: Mapping[Status, str]) -> str | None:
    """Why the actor may not take the step, as a sentence; None when they may. `names` are the words for its states."""
    if sentence := not_permitted(actor, one, rule):
        return sentence
    if not rule[1](one):
        return f"{one.title}现为“{names[one.status]}”，不能{WORDS[step]}。"
    if one.user_id == actor.id:
        return f"{one.title}由您报送，不能由您自己{WORDS[step]}。"
    return None


def refuse(actor: Actor, one: Reviewable, step: Step, rule: Rule, names: Mapping[Status, str]) -> None:
    """Raise NotAllowed without the permission, ProgrammeError when the step does not fit."""
    if sentence := why_not(actor, one, step, rule, names):
        raise NotAllowed(sentence) if not_permitted(actor, one, rule) else ProgrammeError(sentence)


def refuse_outdated(seen: Reviewable, current: Reviewable) -> None:
    """Raise Outdated, telling what was done since `seen` was drawn and by whom."""
    if (seen.revision, seen.number) == (current.revision, current.number):
        return
    if seen.revision != current.revision:
        at = clock(current.at)
        raise Outdated(f"您查看期间，{current.user_name}已于{at}报送第{current.revision}版。请按新的版本审核。")
    done = WORDS[Step(current.step)]
    raise Outdated(
        f"您查看期间，{current.step_by}已于{clock(current.step_at)}将{current.title}{done}，您的操作没有执行。"
    )
