"""The documents of an application, for whoever may have them."""

from sqlmodel import Session, select

from programme.applications import attached, documents_of
from programme.errors import NotFound
from programme.models import StoredFile
from programme.permissions import Actor
from programme.project_queries import project


def document_file(session: Session, actor: Actor, no: str, number: int) -> tuple[str, bytes]:
    """Name and content of a document: for the enterprise all it has attached, for others those of the newest version.

    Raises NotFound alike for what does not exist and what the actor may not see.
    """
    seen = project(session, actor, no)
    mine = actor.enterprise_id is not None and actor.enterprise_id == seen.enterprise_id
    offered = [*documents_of(session, seen.id), *(attached(session, seen.id) if mine else ())]
    found = next((one for one in offered if one.number == number), None)
    if found is None:
        raise NotFound("没有这个文件，可能已被删除。")
    content = session.exec(select(StoredFile.content).where(StoredFile.sha256 == found.sha256)).one()
    return found.name, content
