"""The list a province reports (附件2 项目信息汇总表): settled once, kept as it was, and never altered."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit, settings
from programme.annex2 import Settled, annex2_docx, annex2_xlsx
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.form_parts import storable
from programme.models import FrozenList, Project
from programme.permissions import Actor, Permission, Subject, refusal, require
from programme.project_facts import project_facts
from programme.project_life import LONGEST, make
from programme.project_moves import move_named
from programme.project_needs_selection import RECOMMENDED, places_used
from programme.project_queries import province_names


@dataclass(frozen=True)
class SettledList:
    """A list as it was settled. `rows` are the six columns of the annex by field; `late_days` after the day of the notice."""

    province_code: str
    province: str
    number: int
    rows: tuple[Mapping[str, str], ...]
    sha256: str
    reason: str
    at: datetime
    user_name: str
    sample: bool

    @property
    def day(self) -> date:
        return self.at.astimezone(settings.BEIJING).date()

    @property
    def late_days(self) -> int:
        """Whole days after the deadline of the round in force then; 0 in time."""
        return max((self.day - project_facts().deadline("recommendation", self.day).day).days, 0)


def _waiting(session: Session, province_code: str) -> list[Project]:
    """What the province recommends and has not reported yet, by number; others wait until this transaction is through."""
    query = select(Project).where(
        Project.province_code == province_code, Project.state == RECOMMENDED, Project.channel == "province"
    )
    return list(session.exec(query.order_by(Project.no).with_for_update()))


def why_not_report(waiting: int, used: int, reason: str) -> str | None:
    """Why `waiting` recommended projects, of `used` places in all, cannot be reported now; None when they can."""
    facts = project_facts()
    if not waiting:
        return "没有拟推荐的项目。请先在“办理申报”中评价并“拟推荐”项目。"
    if used > facts.most:
        return f"本省推荐{used}个，超过每省{facts.most}个的名额。请先对多出的项目“取消拟推荐”。"
    if used < facts.least and not reason:
        return f"本省推荐{used}个，少于{facts.least}个，须写明原因。"
    return None


def report_list(
    session: Session, actor: Actor, province_code: str, reason: str = "", *, seen: Sequence[str] | None = None
) -> FrozenList:
    """Settle the list of everything the province recommends, and report each to the national office by the move `report`.

    `seen` are the numbers of the projects that the actor had before them. A later list of the province gets the next number.
    Raises NotAllowed, ProgrammeError when the quota or a reason is not kept, Outdated when other projects are recommended now.
    """
    require(actor, Permission.SELECT_PROJECT, Subject(None, province_code))
    if not province_code:
        raise ProgrammeError("直接申报的项目由国家网信办受理，不列入省级报送名单。")
    written = storable(reason).strip()
    if len(written) > LONGEST:
        raise ProgrammeError(f"原因请不超过{LONGEST}字，现有{len(written)}字。")
    projects = _waiting(session, province_code)
    if seen is not None and sorted(seen) != sorted(project.no for project in projects):
        raise Outdated("您查看期间，拟推荐的项目有变化，名单没有报送。请核对后重试。")
    if sentence := why_not_report(len(projects), places_used(session, province_code), written):
        raise ProgrammeError(sentence)
    settled = _settle(session, actor, province_code, projects, written)
    move = move_named("report")
    assert move is not None
    for project in projects:
        make(session, actor, project, move, f"列入第{settled.number}份报送名单")
    return settled


def _settle(session: Session, actor: Actor, province_code: str, projects: Sequence[Project], reason: str) -> FrozenList:
    rows = [annex2_row(project) for project in projects]
    content = json.dumps(rows, ensure_ascii=False)
    newest = select(func.max(FrozenList.number)).where(
        FrozenList.kind == RECOMMENDED, FrozenList.province_code == province_code
    )
    settled = FrozenList(
        kind=RECOMMENDED, province_code=province_code, number=(session.exec(newest).one() or 0) + 1, content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(), reason=reason, at=settings.moment(), user_id=actor.id,
        user_name=actor.name,
    )  # fmt: skip
    session.add(settled)
    session.flush()
    audit.record(
        session, actor, "projects.reported", subject=f"第{settled.number}份报送名单", province_code=province_code,
        projects=[row["no"] for row in rows], sha256=settled.sha256, reason=reason,
    )  # fmt: skip
    return settled


def annex2_row(project: Project) -> dict[str, str]:
    """The six columns of the annex, by field."""
    return {column.field: str(getattr(project, column.field)) for column in project_facts().columns if column.official}


# --- reading ----------------------------------------------------------------------------------------------------------


def settled_lists(session: Session, actor: Actor) -> list[SettledList]:
    """Every list in the actor's scope, the newest of each province first; the national office receives those of all."""
    require(actor, Permission.SELECT_PROJECT)
    return [
        one for one in _settled(session)
        if refusal(actor, Permission.SEE_PROJECT, Subject(None, one.province_code)) is None
    ]  # fmt: skip


def _settled(session: Session, province_code: str = "") -> list[SettledList]:
    names = province_names(session)
    query = select(FrozenList).where(FrozenList.kind == RECOMMENDED)
    if province_code:
        query = query.where(FrozenList.province_code == province_code)
    ordered = query.order_by(FrozenList.province_code, col(FrozenList.number).desc())
    samples = set(session.exec(select(Project.no).where(col(Project.sample).is_(True))))
    return [
        SettledList(
            one.province_code, names.get(one.province_code, one.province_code), one.number,
            tuple(rows := json.loads(one.content)), one.sha256, one.reason, one.at, one.user_name,
            any(row["no"] in samples for row in rows),
        )
        for one in session.exec(ordered)
    ]  # fmt: skip


def newest_list(session: Session, actor: Actor, province_code: str) -> SettledList:
    """The newest settled list of a province; before there is one, what it recommends now, with number 0 and no digest.

    Raises NotAllowed outside the actor's scope, NotFound when the province recommends nothing.
    """
    require(actor, Permission.SEE_PROJECT, Subject(None, province_code))
    settled = next((one for one in _settled(session, province_code)), None)
    if settled:
        return settled
    query = select(Project).where(
        Project.province_code == province_code, Project.channel == "province",
        col(Project.state).in_(project_facts().states_in_quota),
    )  # fmt: skip
    projects = list(session.exec(query.order_by(Project.no)))
    name = province_names(session).get(province_code, province_code)
    if not projects:
        raise NotFound(f"{name}还没有推荐的项目，没有汇总表可以打印。")
    rows, sample = tuple(annex2_row(one) for one in projects), any(one.sample for one in projects)
    return SettledList(province_code, name, 0, rows, "", "", settings.moment(), "", sample)


def annex2_files(settled: SettledList) -> dict[str, Callable[[], bytes]]:
    """What makes the list in the annex's form, by the ending of the file."""
    printed = Settled(
        settled.province, settled.province_code, settled.number, settled.sha256, settled.day, settled.sample
    )
    return {
        "xlsx": lambda: annex2_xlsx(settled.rows, printed),
        "docx": lambda: annex2_docx(settled.rows, printed),
    }
