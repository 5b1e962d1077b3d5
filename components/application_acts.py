"""What is done on the pages of enterprises and their applications: one click, one transaction, one verb, and a word about it."""

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

import db
from components import receipts, session
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission

RECEIPT: Final = "application-receipt"
ROUND: Final = "application-round"
Verb = Callable[[Session, Actor], object]


def act(permission: Permission, sentence: str, verb: Verb) -> None:
    """Runs before the page, as a callback; what somebody else did since it was drawn is told, not overrun."""
    if refused := _tried(permission, verb):
        receipts.keep(RECEIPT, refused, done=False)
        return
    receipts.keep(RECEIPT, sentence, done=True)
    session.remember(ROUND, round_number() + 1)


def keep(permission: Permission, verb: Verb) -> None:
    """As `act`, for what is kept while somebody types: nothing is said, and the boxes stay as they are."""
    if refused := _tried(permission, verb):
        receipts.keep(RECEIPT, refused, done=False)


def _tried(permission: Permission, verb: Verb) -> str:
    """The sentence of a refusal; "" when it is done."""
    actor = session.guard(permission)
    try:
        with db.transaction() as opened:
            verb(opened, actor)
    except ProgrammeError as refusal:
        return str(refusal)
    return ""


def round_number() -> int:
    """Grows with every step, so that boxes are empty again, or hold what the store holds."""
    return int(session.recall(ROUND) or 0)
