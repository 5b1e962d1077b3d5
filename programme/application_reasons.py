"""Why an application was sent back, section by section: what the enterprise is to change."""

from sqlmodel import Session, col, select

from programme.models import Project, ProjectEvent, ProjectSectionReason


def section_reasons(session: Session, project_id: int) -> dict[str, str]:
    """Section → reason of the newest time it was sent back, while the project is still with the enterprise for it."""
    project = session.get(Project, project_id)
    if project is None or project.state != "returned":
        return {}
    newest = session.exec(
        select(ProjectEvent.number)
        .where(ProjectEvent.project_id == project_id, ProjectEvent.move == "send_back")
        .order_by(col(ProjectEvent.number).desc())
    ).first()
    query = select(ProjectSectionReason).where(
        ProjectSectionReason.project_id == project_id, ProjectSectionReason.number == newest
    )
    return {one.section: one.reason for one in session.exec(query)}
