"""Why an application was sent back, by section of the form."""

from sqlmodel import Session


def section_reasons(session: Session, project_id: int) -> dict[str, str]:
    """Section code → what is to be changed in it, of the newest return; empty when no section was named."""
    return {}
