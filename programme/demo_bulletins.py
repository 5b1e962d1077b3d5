"""Sample bulletins: final ones of the releases so far, and of the newest a draft that the office has begun to edit."""

from datetime import timedelta
from typing import Final

from sqlmodel import Session

from programme import bulletin_queries, bulletins, settings
from programme.bulletin_queries import Draft
from programme.official_paper import Kind
from programme.permissions import Actor
from programme.release_issues import Issue, in_force, issues

DAYS_LATER: Final = 3
FINAL: Final = 2
"""So many releases before the newest have a bulletin."""
ADDED: Final = "各省级信息中心请把本通报转发所辖各县，并督促未报的县补报。"


def fill(session: Session, office: Actor) -> int:
    """Bulletins made final."""
    known = in_force(issues(session))
    released = [known[month] for month in sorted(known)]
    for issue in released[-FINAL - 1 : -1]:
        with settings.standing_at(issue.made_at + timedelta(days=DAYS_LATER)):
            draft = _drafted(session, office, issue)
            bulletins.make_final(session, office, draft.number, draft.fingerprint, settings.today())
    if released:
        with settings.standing_at(released[-1].made_at + timedelta(days=DAYS_LATER)):
            _drafted(session, office, released[-1])
    return len(released[-FINAL - 1 : -1])


def _drafted(session: Session, office: Actor, issue: Issue) -> Draft:
    """The draft with a sentence of the office's own at its end."""
    draft = bulletins.make_draft(session, office, issue.number)
    last = [piece.id for piece in draft.pieces if piece.block.kind == Kind.PARAGRAPH][-1]
    bulletins.add_paragraph(session, office, draft.number, last, ADDED)
    changed = bulletin_queries.draft_of(session, office, issue.number)
    assert changed is not None
    return changed
