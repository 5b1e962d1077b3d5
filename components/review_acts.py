"""What is done on the pages of expert review, selection and notice: one click, one transaction, one verb, and a word about it."""

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

import db
from components import receipts, session
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission

RECEIPT: Final = "review-receipt"
ROUND: Final = "review-round"
Verb = Callable[[Session, Actor], str]
"""Does it and says what was done; "" to say nothing."""


def act(permission: Permission, verb: Verb) -> bool:
    """Runs before the page, as a callback; whether it was done. Verbs ask for the permission they need themselves."""
    actor = session.guard(permission)
    try:
        with db.transaction() as opened:
            said = verb(opened, actor)
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return False
    receipts.keep(RECEIPT, said, done=True)
    if said:
        session.remember(ROUND, round_number() + 1)
    return True


def round_number() -> int:
    """Grows with every step, so that boxes are empty again: part of their keys."""
    return int(session.recall(ROUND) or 0)


def number(widget: str) -> int | None:
    """The whole number in a box at this moment; None for an empty one."""
    text = session.typed(widget)
    return int(text) if text.isdecimal() else None
