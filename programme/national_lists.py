"""Lists of the national office as they were settled: proposed, noticed, confirmed. Each is kept whole, with its digest."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, func, select

from programme import audit
from programme.models import FrozenList, Project
from programme.permissions import Actor
from programme.review_totals import means

PROPOSED, NOTICED, CONFIRMED = "proposed", "noticed", "confirmed"
KINDS: Final = {PROPOSED: "拟入选名单", NOTICED: "公示名单", CONFIRMED: "入选名单"}
FIELDS: Final = ("no", "name", "enterprise", "enterprise_code", "province_code", "direction", "category", "sample")
NATION: Final = ""


def freeze(
    session: Session, actor: Actor, kind: str, projects: Collection[Project], reason: str = "",
    scores: dict[str, str] | None = None,
) -> FrozenList:  # fmt: skip
    """Keep the list as it stands; for verbs that asked for permission. `scores`: means by number, as written."""
    rows = [
        {name: getattr(project, name) for name in FIELDS} | {"mean": (scores or {}).get(project.no, "")}
        for project in sorted(projects, key=lambda project: project.no)
    ]
    content = json.dumps(rows, ensure_ascii=False)
    kept = FrozenList(
        kind=kind, province_code=NATION, number=newest_number(session, kind) + 1, content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(), reason=reason, user_id=actor.id, user_name=actor.name,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    audit.record(
        session, actor, "list.settled", subject=f"{KINDS[kind]}第{kept.number}号", projects=len(rows), reason=reason
    )
    return kept


def settle_with(session: Session, actor: Actor, kind: str, project: Project, reason: str) -> None:
    """The list as a single move of a project leaves it: all that are proposed by then, or the one that is confirmed."""
    proposed = session.exec(select(Project).where(Project.state == PROPOSED)).all() if kind == PROPOSED else [project]
    freeze(session, actor, kind, proposed, reason, means(session, proposed))


def newest_number(session: Session, kind: str) -> int:
    query = select(func.max(FrozenList.number)).where(FrozenList.kind == kind, FrozenList.province_code == NATION)
    return session.exec(query).one() or 0


def rows_of(session: Session, kind: str, number: int) -> list[dict[str, Any]]:
    """The projects of a list as they were; empty for a list that is none."""
    kept = session.get(FrozenList, (kind, NATION, number))
    return list(json.loads(kept.content)) if kept else []


def settled(session: Session) -> list[tuple[str, int, int, datetime, str, str]]:
    """What was settled, newest first: kind, number, how many projects, when, by whom, digest. Permission is asked before."""
    query = select(FrozenList).where(col(FrozenList.kind).in_(KINDS), FrozenList.province_code == NATION)
    return [
        (one.kind, one.number, len(json.loads(one.content)), one.at, one.user_name, one.sha256)
        for one in session.exec(query.order_by(col(FrozenList.at).desc(), col(FrozenList.number).desc()))
    ]
