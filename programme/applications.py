"""Reading applications: the text an enterprise writes, the versions it handed in, the documents that belong to each."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, func, select

from programme.application_content import digest, from_json, tidy
from programme.models import (
    ApplicationDraft,
    ApplicationVersion,
    Enterprise,
    Project,
    ProjectDocument,
    ProjectEvent,
)
from programme.permissions import Actor, Permission, refusal
from programme.project_facts import project_facts

OPEN_STATES: Final = ("draft", "returned")
"""Where the enterprise may write."""
LICENCE: Final = "licence"
SEAL: Final = "seal"


@dataclass(frozen=True)
class Version:
    """A text as handed in; `documents` are numbers of the project's documents."""

    version: int
    sha256: str
    at: datetime
    user_name: str
    documents: tuple[int, ...]


@dataclass(frozen=True)
class Document:
    """An attached file. `text_sha256` is the digest of the text a sealed page was printed from."""

    number: int
    kind: str
    name: str
    sha256: str
    size: int
    text_sha256: str
    at: datetime
    user_name: str


# --- the text ---------------------------------------------------------------------------------------------------------


def content_of(session: Session, project_id: int, *, draft: bool = False) -> dict[str, str]:
    """Field code → value as stored: the newest version handed in, {} before there is one.

    With `draft`, for the enterprise itself: what it is writing, with what it registered, tidy. Choices are codes, months
    2016-10, counties internal ids joined by commas. Whether the reader may see the project is settled before.
    """
    if draft:
        return tidy(written(session, project_id) | registered(session, project_id))
    newest = _newest(session, project_id)
    return from_json(newest.content) if newest else {}


def written(session: Session, project_id: int) -> dict[str, str]:
    """What was typed, as typed."""
    kept = session.get(ApplicationDraft, project_id)
    return from_json(kept.content) if kept else {}


def registered(session: Session, project_id: int) -> dict[str, str]:
    """What the form takes from the enterprise's registration."""
    query = (
        select(Enterprise)
        .join(Project, col(Project.enterprise_id) == col(Enterprise.id))
        .where(Project.id == project_id)
    )
    enterprise = session.exec(query).first()
    if enterprise is None:
        return {}
    return {"unit": enterprise.name, "province": enterprise.province_code, "organisation_code": enterprise.code}


def text_digest(session: Session, project_id: int) -> str:
    """The digest of the text as it is being written: what a seal must have been put under."""
    return digest(content_of(session, project_id, draft=True))


def saved_at(session: Session, project_id: int) -> datetime | None:
    kept = session.get(ApplicationDraft, project_id)
    return kept.saved_at if kept else None


def _newest(session: Session, project_id: int) -> ApplicationVersion | None:
    query = select(ApplicationVersion).where(ApplicationVersion.project_id == project_id)
    return session.exec(query.order_by(col(ApplicationVersion.version).desc())).first()


def versions(session: Session, project_id: int) -> list[Version]:
    """Everything that was handed in, newest first."""
    query = (
        select(ApplicationVersion, ProjectEvent.user_name)
        .join(
            ProjectEvent,
            (col(ProjectEvent.project_id) == col(ApplicationVersion.project_id))
            & (col(ProjectEvent.number) == col(ApplicationVersion.event)),
        )
        .where(ApplicationVersion.project_id == project_id)
        .order_by(col(ApplicationVersion.version).desc())
    )
    return [
        Version(one.version, one.sha256, one.at, name, tuple(json.loads(one.documents)))
        for one, name in session.exec(query)
    ]


# --- documents --------------------------------------------------------------------------------------------------------


def documents_of(session: Session, project_id: int) -> list[Document]:
    """The documents of the newest version handed in; none before there is one."""
    newest = _newest(session, project_id)
    numbers = json.loads(newest.documents) if newest else []
    query = select(ProjectDocument).where(
        ProjectDocument.project_id == project_id, col(ProjectDocument.number).in_(numbers)
    )
    return [_document(row) for row in session.exec(query.order_by(col(ProjectDocument.number)))]


def attached(session: Session, project_id: int) -> list[Document]:
    """The documents as the enterprise has them at this moment, without those it removed."""
    query = select(ProjectDocument).where(ProjectDocument.project_id == project_id)
    rows = session.exec(query.order_by(col(ProjectDocument.number))).all()
    removals = {row.removes for row in rows} | {0}
    return [_document(row) for row in rows if not row.removes and row.number not in removals]


def rows_ever(session: Session, project_id: int) -> int:
    """How many documents and removals a project has; the next one gets the number after."""
    return session.exec(select(func.count()).where(ProjectDocument.project_id == project_id)).one()


def _document(row: ProjectDocument) -> Document:
    return Document(row.number, row.kind, row.name, row.sha256, row.size, row.text_sha256, row.at, row.user_name)


# --- the project of an enterprise -------------------------------------------------------------------------------------


def application_of(session: Session, actor: Actor) -> Project | None:
    """The enterprise's own project: the living one, else its latest; None for an enterprise that never applied."""
    if refusal(actor, Permission.APPLY) or actor.enterprise_id is None:
        return None
    return living_of(session, actor.enterprise_id) or session.exec(
        select(Project).where(Project.enterprise_id == actor.enterprise_id).order_by(col(Project.id).desc())
    ).first()  # fmt: skip


def living_of(session: Session, enterprise_id: int) -> Project | None:
    """The one project of an enterprise that has not ended (二: 100 enterprises, 100 projects)."""
    ended = project_facts().stages_where("ended")
    query = select(Project).where(Project.enterprise_id == enterprise_id, col(Project.stage).not_in(ended))
    return session.exec(query).first()
