"""通报表扬: the projects judged best, settled as a list by the national office (网发[2016]290号, 三(二)5)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlmodel import Session, col, select

from programme import audit, settings
from programme.commendation import commendation_docx
from programme.errors import ProgrammeError
from programme.evaluation_standard import standard
from programme.form_parts import storable
from programme.models import Evaluation, FrozenList, Project
from programme.permissions import Actor, Permission, require
from programme.project_facts import project_facts
from programme.project_queries import province_names

KIND: Final = "commended"
DIRECT: Final = "直接申报"
LONGEST: Final = 500


@dataclass(frozen=True)
class CommendedRow:
    """`province` is "" for a project applied for directly; `total_e2` 0 for one whose report is on paper."""

    no: str
    name: str
    enterprise: str
    province: str
    total_e2: int


def eligible(session: Session, actor: Actor) -> list[CommendedRow]:
    """Selected projects with the grade that is commended, by province and number. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_EVALUATION)
    facts, provinces = project_facts(), province_names(session)
    query = select(Project).where(
        Project.outcome == standard().commended, col(Project.stage).in_(facts.stages_where("selected"))
    )
    projects = session.exec(query.order_by(col(Project.province_code) == "", Project.province_code, Project.no)).all()
    scores = select(Evaluation).where(col(Evaluation.project_id).in_([one.id for one in projects]))
    totals = {one.project_id: one.total_e2 for one in session.exec(scores.order_by(col(Evaluation.round)))}
    return [
        CommendedRow(one.no, one.name, one.enterprise, provinces.get(one.province_code, ""), totals.get(one.id or 0, 0))
        for one in projects
    ]


def commended(session: Session) -> list[FrozenList]:
    """The lists settled so far, the newest first."""
    return list(session.exec(select(FrozenList).where(FrozenList.kind == KIND).order_by(col(FrozenList.number).desc())))


def commend(session: Session, actor: Actor, nos: Sequence[str], reason: str = "") -> FrozenList:
    """Settle the list of those chosen among the eligible ones. Raises NotAllowed, ProgrammeError."""
    rows = {row.no: row for row in eligible(session, actor)}
    reason = storable(reason).strip()[:LONGEST]
    if not nos:
        raise ProgrammeError("请至少选一个评估优秀的项目。")
    if unfit := [no for no in nos if no not in rows]:
        raise ProgrammeError(f"这些项目不是评估优秀的入选项目，不能通报表扬：{'、'.join(unfit)}。")
    chosen = [row for no, row in rows.items() if no in set(nos)]
    if len(chosen) < len(rows) and not reason:
        raise ProgrammeError(f"评估优秀的有{len(rows)}个，只表扬其中{len(chosen)}个，请写明原因。")
    content = json.dumps([asdict(row) for row in chosen], ensure_ascii=False)
    before = commended(session)
    if before and before[0].content == content:
        raise ProgrammeError(f"名单与第{before[0].number}次通报表扬的相同，没有变化。")
    kept = FrozenList(
        kind=KIND, province_code="", number=before[0].number + 1 if before else 1, content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(), reason=reason, at=settings.moment(), user_id=actor.id,
        user_name=actor.name,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    audit.record(session, actor, "evaluation.commended", number=kept.number, projects=len(chosen), reason=reason)
    return kept


def rows_of(kept: FrozenList) -> list[CommendedRow]:
    return [CommendedRow(**row) for row in json.loads(kept.content)]


DOCUMENT_NAME: Final = "通报表扬名单.docx"


def document(session: Session, kept: FrozenList) -> bytes:
    """The list as a Word file, to be completed by the office."""
    rows = [
        {"no": row.no, "name": row.name, "enterprise": row.enterprise, "province": row.province or DIRECT}
        for row in rows_of(kept)
    ]
    samples = select(Project.id).where(col(Project.no).in_([row["no"] for row in rows]), col(Project.sample).is_(True))
    return commendation_docx(
        rows, dated=kept.at.astimezone(settings.BEIJING).date(), number=kept.number, sha256=kept.sha256,
        sample=session.exec(samples).first() is not None,
    )  # fmt: skip
