"""What is done on a page: one click, one transaction, one verb, and once a word about what became of it."""

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

import db
from components import receipts, session
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission

RECEIPT: Final = "receipt"
"""For `receipts.show` at the top of a page."""
ROUND: Final = "round"
Verb = Callable[[Session, Actor], object]


def act(permission: Permission, sentence: str | None, verb: Verb) -> bool:
    """Runs before the page, as a callback; whether it was done. What somebody else did meanwhile is told, not overrun.

    Says the sentence, or without one what the verb answers; nothing for "". Verbs ask for the permission they need
    themselves; `permission` is that of the page.
    """
    actor = session.guard(permission)
    try:
        with db.transaction() as opened:
            answer = verb(opened, actor)
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)
        return False
    receipts.keep(RECEIPT, str(answer) if sentence is None else sentence, done=True)
    session.remember(ROUND, round_number() + 1)
    return True


def keep(permission: Permission, verb: Verb) -> None:
    """As `act`, for what is kept while somebody types: only a refusal is said, and the boxes stay as they are."""
    actor = session.guard(permission)
    try:
        with db.transaction() as opened:
            verb(opened, actor)
    except ProgrammeError as refusal:
        receipts.keep(RECEIPT, str(refusal), done=False)


def round_number() -> int:
    """Grows with every step, so that boxes are empty again, or hold what the store holds: part of their keys."""
    return int(session.recall(ROUND) or 0)
