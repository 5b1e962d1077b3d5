"""What is done on the page of execution plans: one click, one transaction, one verb, and once a word about what became of it."""

from collections.abc import Callable

from sqlmodel import Session

import db
from components import receipts, session
from programme.errors import ProgrammeError
from programme.permissions import Actor, Permission

RECEIPT = "plan-receipt"
ROUND = "plan-round"
Verb = Callable[[Session, Actor], object]


def act(sentence: str, verb: Verb) -> None:
    """Runs before the page, as a callback; what somebody else did since it was drawn is told, not overrun.

    Verbs ask for the permission they need themselves.
    """
    if refused := _tried(verb):
        receipts.keep(RECEIPT, refused, done=False)
        return
    receipts.keep(RECEIPT, sentence, done=True)
    session.remember(ROUND, round_number() + 1)


def keep(verb: Verb) -> None:
    """As `act`, for what is kept while somebody types: nothing is said, and the boxes stay as they are."""
    if refused := _tried(verb):
        receipts.keep(RECEIPT, refused, done=False)


def _tried(verb: Verb) -> str:
    """The sentence of a refusal; "" when it is done."""
    actor = session.guard(Permission.SEE_PLAN)
    try:
        with db.transaction() as opened:
            verb(opened, actor)
    except ProgrammeError as refusal:
        return str(refusal)
    return ""


def round_number() -> int:
    """Grows with every step, so that boxes are empty again, or hold what the store holds."""
    return int(session.recall(ROUND) or 0)
