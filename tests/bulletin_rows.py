"""A row in every table of bulletins."""

from sqlmodel import Session

from programme import bulletin_queries, bulletins, settings
from programme.official_paper import Kind
from programme.permissions import Actor


def fill(session: Session, office: Actor, release: int) -> None:
    """A draft of a release there is, one thing changed in it, made final."""
    draft = bulletins.make_draft(session, office, release)
    last = [piece.id for piece in draft.pieces if piece.block.kind == Kind.PARAGRAPH][-1]
    bulletins.add_paragraph(session, office, draft.number, last, "写了\u2028一段")
    changed = bulletin_queries.draft_of(session, office, release)
    assert changed is not None
    bulletins.make_final(session, office, draft.number, changed.fingerprint, settings.today())
