"""公示: the proposed projects are put before the public for some working days, then confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from programme import audit, national_lists, settings
from programme.catalogue import catalogue
from programme.errors import NotFound, ProgrammeError
from programme.models import NoticeMember, Project, PublicNotice
from programme.national_lists import CONFIRMED, NOTICED
from programme.objections import open_ones
from programme.permissions import Actor, Permission, require
from programme.project_life import locked, make
from programme.project_moves import move_named
from programme.project_needs_review import newest_notice
from programme.review_facts import review_facts
from programme.review_totals import means

STRUCK = "declined"
LEFT = "withdrawn"


@dataclass(frozen=True)
class Listed:
    """A project as the public reads it: as it was put on notice, and whether it has been struck or has left since."""

    no: str
    name: str
    enterprise: str
    province_code: str
    state: str
    sample: bool

    @property
    def is_out(self) -> bool:
        return self.state in (STRUCK, LEFT)


@dataclass(frozen=True)
class NoticeOnShow:
    """A notice with its list. Both days are included."""

    number: int
    first_day: date
    last_day: date
    working_days: int
    projects: tuple[Listed, ...]

    @property
    def runs(self) -> bool:
        return self.first_day <= settings.today() <= self.last_day

    @property
    def is_over(self) -> bool:
        return settings.today() > self.last_day


def last_day_of(first_day: date, working_days: int) -> date:
    """The day a notice ends: so many working days after its first day, which is not counted itself.

    Raises ProgrammeError where the holidays of a year it touches are not on record: the rule of the week alone is no answer.
    """
    calendar = catalogue().calendar
    last_day = calendar.working_days_from(first_day, working_days)
    if unknown := calendar.unknown_years(first_day, last_day):
        years = "、".join(f"{year}年" for year in unknown)
        raise ProgrammeError(
            f"工作日历中没有{years}的节假日安排，算不出公示截止日。请按国务院办公厅的通知补充后再发布（文件夹 data/calendar）。"
        )
    return last_day


# --- verbs ------------------------------------------------------------------------------------------------------------


def open_notice(session: Session, actor: Actor, first_day: date) -> PublicNotice:
    """Put every proposed project on notice from a day on, and settle the list. Raises NotAllowed, ProgrammeError."""
    require(actor, Permission.ORGANISE_NOTICE)
    if first_day < settings.today():
        raise ProgrammeError("公示开始日期不能早于今天。")
    days = review_facts().working_days
    last_day = last_day_of(first_day, days)
    projects = session.exec(select(Project).where(Project.state == "proposed").order_by(Project.no)).all()
    if not projects:
        raise ProgrammeError("没有拟入选的项目可以公示，请先在“入选名单”列入。")
    kept = national_lists.freeze(session, actor, NOTICED, projects, "公示", means(session, projects))
    notice = PublicNotice(
        number=kept.number, first_day=first_day, last_day=last_day, working_days=days, user_id=actor.id,
        user_name=actor.name,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    session.add_all(NoticeMember(notice=notice.number, project_id=project.id or 0) for project in projects)
    session.flush()
    _move_all(session, actor, projects, "put_on_notice")
    audit.record(
        session, actor, "notice.opened", subject=f"第{notice.number}号公示", first_day=first_day.isoformat(),
        last_day=last_day.isoformat(), projects=len(projects),
    )  # fmt: skip
    return notice


def confirm_list(session: Session, actor: Actor, number: int) -> int:
    """Confirm all projects of a notice that are still on it, and settle the list; returns how many.

    Raises NotAllowed, NotFound, ProgrammeError before it has run and while any objection on it is open.
    """
    require(actor, Permission.ORGANISE_NOTICE)
    notice = session.get(PublicNotice, number)
    if notice is None:
        raise NotFound("没有这次公示。")
    if settings.today() <= notice.last_day:
        raise ProgrammeError(f"公示期到{notice.last_day.isoformat()}为止，期满后才能确认名单。")
    if waiting := open_ones(session, number):
        raise ProgrammeError(f"本次公示还有{waiting}件异议没有处理完，不能确认名单。")
    projects = still_on(session, number)
    if not projects:
        raise ProgrammeError("本次公示的项目都已办理，没有待确认的。")
    _move_all(session, actor, projects, "confirm")
    national_lists.freeze(session, actor, CONFIRMED, projects, f"第{number}号公示期满", means(session, projects))
    audit.record(session, actor, "notice.confirmed", subject=f"第{number}号公示", projects=len(projects))
    return len(projects)


def still_on(session: Session, number: int) -> list[Project]:
    """The projects that stand on this notice, and on no later one."""
    query = select(Project).join(NoticeMember, col(NoticeMember.project_id) == col(Project.id))
    query = query.where(NoticeMember.notice == number, Project.state == "noticed").order_by(Project.no)
    on = ((project, newest_notice(session, project)) for project in session.exec(query).all())
    return [project for project, notice in on if notice is not None and notice.number == number]


def _move_all(session: Session, actor: Actor, projects: Sequence[Project], code: str) -> None:
    move = move_named(code)
    assert move is not None
    for project in projects:
        make(session, actor, locked(session, actor, project.no), move)


# --- what is shown ----------------------------------------------------------------------------------------------------


def on_show(session: Session) -> list[NoticeOnShow]:
    """What the public may read without signing in: the notices that have begun, newest first."""
    return [notice for notice in _all(session) if notice.first_day <= settings.today()]


def notices(session: Session, actor: Actor) -> list[NoticeOnShow]:
    """Every notice, newest first. Raises NotAllowed."""
    require(actor, Permission.ORGANISE_NOTICE)
    return _all(session)


def _all(session: Session) -> list[NoticeOnShow]:
    query = select(PublicNotice).order_by(col(PublicNotice.number).desc())
    return [
        NoticeOnShow(one.number, one.first_day, one.last_day, one.working_days, _listed(session, one.number))
        for one in session.exec(query)
    ]


def _listed(session: Session, number: int) -> tuple[Listed, ...]:
    query = select(Project.no, Project.state).join(NoticeMember, col(NoticeMember.project_id) == col(Project.id))
    states = dict(session.exec(query.where(NoticeMember.notice == number)).all())
    return tuple(
        Listed(
            row["no"], row["name"], row["enterprise"], row["province_code"], states.get(row["no"], ""), row["sample"]
        )
        for row in national_lists.rows_of(session, NOTICED, number)
    )


def proposed_count(session: Session) -> int:
    """How many projects wait to be put on notice."""
    return session.exec(select(func.count(col(Project.id))).where(Project.state == "proposed")).one()
