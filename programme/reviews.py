"""Review up the line: the province approves, the office accepts, both may send back cell by cell. Steps are only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import Session, col, select

from programme import audit, review_rules, settings
from programme.bulk import insert_rows
from programme.calendar import Month
from programme.catalogue import Year, catalogue
from programme.errors import NotAllowed, NotFound, ProgrammeError
from programme.models import County, Extension, ReturnRemark, Review, ReviewCell, Standing
from programme.obligations import STATUS_NAMES, Obligation, Status, Step, obligations, of_months
from programme.permissions import Actor, Permission, Role, Subject, require
from programme.review_rules import Rule
from programme.standings import MANY, same_return

WORDS: Final = review_rules.WORDS
MEASURES: Final = {"month": "本月数", "to_date": "累计数"}
LONGEST: Final = 500
ACTIONS: Final = {
    Step.SENT_BACK: "return.sent_back",
    Step.APPROVED: "return.approved",
    Step.ACCEPTED: "return.accepted",
}


@dataclass(frozen=True)
class Cell:
    """A figure that must change: `kpi` is an indicator's code, `measure` one of MEASURES."""

    kpi: str
    measure: str
    reason: str


def _is_open(one: Obligation) -> bool:
    return one.status in (Status.SUBMITTED, Status.APPROVED)


def _may_be_accepted(one: Obligation) -> bool:
    """What the province has approved, or handed in itself: it answers for that already."""
    return one.status is Status.APPROVED or (one.status is Status.SUBMITTED and one.user_role == Role.PROVINCE)


RULES: Final[dict[Step, Rule]] = {
    Step.APPROVED: ((Permission.REVIEW_RETURN,), lambda one: one.status is Status.SUBMITTED),
    Step.ACCEPTED: ((Permission.ACCEPT_RETURN,), _may_be_accepted),
    Step.SENT_BACK: ((Permission.REVIEW_RETURN, Permission.ACCEPT_RETURN), _is_open),
}


def why_not(actor: Actor, one: Obligation, step: Step) -> str | None:
    """Why the actor may not take the step with this return, as a sentence; None when they may."""
    return review_rules.why_not(actor, one, step, RULES[step], STATUS_NAMES)


def approve(session: Session, actor: Actor, seen: Sequence[Obligation]) -> int:
    """省级审核通过, of one return or of many, of any months; all or none. `seen` is what the reviewer had before them.

    Raises NotAllowed, ProgrammeError when the status does not allow it, Outdated when somebody did something meanwhile.
    """
    return _take(session, actor, seen, Step.APPROVED)


def accept(session: Session, actor: Actor, seen: Sequence[Obligation]) -> int:
    """办公室接收; as `approve`."""
    return _take(session, actor, seen, Step.ACCEPTED)


def send_back(session: Session, actor: Actor, seen: Obligation, cells: Sequence[Cell]) -> None:
    """退回, with a reason for each figure that must change; only those are open to the county then. Raises as `approve`."""
    if not cells:
        raise ProgrammeError("退回时请至少选一项要改的指标，并逐项写明原因。")
    kpis = {kpi.code: kpi for kpi in seen.kpis}
    for cell in cells:
        if cell.kpi not in kpis or cell.measure not in MEASURES:
            raise ProgrammeError(f"{seen.county}没有“{cell.kpi}:{cell.measure}”这一格，请从本县的指标中选择。")
        if not cell.reason.strip():
            raise ProgrammeError(f"请写明退回“{kpis[cell.kpi].name}”的原因。")
    if len({(cell.kpi, cell.measure) for cell in cells}) < len(cells):
        raise ProgrammeError("同一格只能写一个退回原因。")
    _take(session, actor, [seen], Step.SENT_BACK, cells)


def _year(month: Month) -> Year:
    return catalogue().year_of(month) or catalogue().current_year


def _take(session: Session, actor: Actor, seen: Sequence[Obligation], step: Step, cells: Sequence[Cell] = ()) -> int:
    if not seen:
        return 0
    now = _as_they_stand(session, actor, seen)
    for one in seen:
        current = now.get((one.county_id, one.month))
        if current is None:
            raise NotAllowed(why_not(actor, one, step) or f"{one.title}不在您的范围内。")
        review_rules.refuse_outdated(one, current)
        review_rules.refuse(actor, current, step, RULES[step], STATUS_NAMES)
    _store(session, actor, [now[one.county_id, one.month] for one in seen], step, cells)
    return len(seen)


def _as_they_stand(session: Session, actor: Actor, seen: Sequence[Obligation]) -> dict[tuple[int, Month], Obligation]:
    """What was seen, as it is at this moment: one read for each programme year."""
    counties, months = sorted({one.county_id for one in seen}), sorted({one.month for one in seen})
    years = {year.year: year for year in map(_year, months)}
    return {
        (one.county_id, one.month): one
        for number, year in years.items()
        for one in of_months(session, actor, year, [m for m in months if _year(m).year == number], counties)
    }


def _key(one: Obligation) -> tuple[int, int]:
    return one.county_id, one.month.number


def _store(session: Session, actor: Actor, returns: Sequence[Obligation], step: Step, cells: Sequence[Cell]) -> None:
    at = settings.moment()
    for one in returns:
        session.add(
            Review(
                county_id=one.county_id, month=one.month.number, revision=one.revision, number=one.number + 1,
                step=step.value, at=at, user_id=actor.id, user_name=actor.name,
            )
        )  # fmt: skip
    session.flush()
    columns = ("county_id", "month", "revision", "number", "kpi", "measure", "reason")
    rows = [
        (*_key(one), one.revision, one.number + 1, cell.kpi, cell.measure, cell.reason.strip()[:LONGEST])
        for one in returns
        for cell in cells
    ]
    insert_rows(session, "review_cell", columns, rows)
    reasons = [f"{catalogue().kpi(cell.kpi).name}{MEASURES[cell.measure]}：{cell.reason.strip()}" for cell in cells]
    audit.record_many(
        session,
        [
            audit.event(
                at, actor, ACTIONS[step], one.county, one.county_id, one.code[:2],
                {"months": str(one.month), "revision": one.revision} | ({"reason": reasons} if reasons else {}),
            )
            for one in returns
        ],
    )  # fmt: skip
    audit.raise_data_version(session)


# --- what the county is asked to change -----------------------------------------------------------------------------


def cells_of(session: Session, one: Obligation) -> list[Cell]:
    """What must change in a return that was sent back; [] for any other."""
    return cells_of_revision(session, one.county_id, one.month, one.revision) if one.status is Status.SENT_BACK else []


def cells_of_revision(session: Session, county_id: int, month: Month, revision: int) -> list[Cell]:
    """What the review of a revision asked to change; a revision is sent back once at most."""
    query = select(ReviewCell).where(
        ReviewCell.county_id == county_id, ReviewCell.month == month.number, ReviewCell.revision == revision
    )
    order = {code: at for at, code in enumerate(catalogue().codes)}
    cells = [Cell(cell.kpi, cell.measure, cell.reason) for cell in session.exec(query)]
    return sorted(cells, key=lambda cell: (order[cell.kpi], cell.measure))


def steps_of(session: Session, county_id: int, month: Month) -> list[Review]:
    """Every step of every revision, oldest first; who may see the county is for the caller to ask."""
    query = select(Review).where(Review.county_id == county_id, Review.month == month.number)
    return list(session.exec(query.order_by(Review.revision, Review.number)))  # type: ignore[arg-type]


InReview = dict[tuple[int, int], tuple[Step, frozenset[str]]]


def in_review(session: Session, county_ids: Sequence[int]) -> InReview:
    """County and month → the newest step of the revision in force, and the indicators it asks to change."""
    newest = {
        (row.county_id, row.month): (row.number, Step(row.step))
        for row in session.exec(_in_force(Review, county_ids).order_by(col(Review.number)))
    }
    asked: dict[tuple[int, int], set[str]] = {}
    is_back = any(step is Step.SENT_BACK for _, step in newest.values())
    for cell in session.exec(_in_force(ReviewCell, county_ids)) if is_back else ():
        key = cell.county_id, cell.month
        if newest[key] == (cell.number, Step.SENT_BACK):
            asked.setdefault(key, set()).add(cell.kpi)
    return {key: (step, frozenset(asked.get(key, ()))) for key, (_, step) in newest.items()}


def let_pass(session: Session, county_ids: Sequence[int]) -> dict[tuple[int, int], tuple[int, Step]]:
    """County and month → the newest revision that was approved or accepted and not sent back since, and how far it came;
    whether or not it is still in force."""
    query = select(Review.county_id, Review.month, Review.revision, Review.step)
    if len(county_ids) <= MANY:
        query = query.where(col(Review.county_id).in_(county_ids))
    rows = session.exec(query.order_by(col(Review.revision), col(Review.number)))
    newest = {(county, month, revision): Step(step) for county, month, revision, step in rows}
    return {
        (county, month): (revision, step)
        for (county, month, revision), step in newest.items()
        if step is not Step.SENT_BACK
    }


def _in_force(table: Any, county_ids: Sequence[int]) -> Any:
    """What belongs to the revisions in force, of these counties; of all when they are many."""
    query = select(table).join(Standing, same_return(table))
    return query.where(col(table.county_id).in_(county_ids)) if len(county_ids) <= MANY else query


def with_warnings(session: Session, returns: Sequence[Obligation]) -> set[tuple[int, Month]]:
    """County and month of those whose revision carries a warning that was confirmed; a 备注 of the form is none."""
    revisions_of = {_key(one): one.revision for one in returns}
    columns = select(ReturnRemark.county_id, ReturnRemark.month, ReturnRemark.revision).distinct()
    query = columns.where(
        ReturnRemark.rule != "remark", col(ReturnRemark.month).in_({one.month.number for one in returns})
    )
    return {
        (county, Month.from_number(month))
        for county, month, revision in session.exec(query)
        if revisions_of.get((county, month)) == revision
    }


# --- a later due day ------------------------------------------------------------------------------------------------


def extend(session: Session, actor: Actor, one: Obligation, until: date, reason: str) -> None:
    """Grant a later due day. Raises NotAllowed, and ProgrammeError for a day that is not later or without a reason."""
    require(actor, Permission.EXTEND_DUE, one.subject)
    if not reason.strip():
        raise ProgrammeError("请写明延期的原因。")
    if until <= one.due:
        raise ProgrammeError(f"延期后的日期应晚于现在的截止日{one.due:%Y-%m-%d}。")
    if one.revision:
        raise ProgrammeError(f"{one.title}已经报送，不需要延期。")
    known = select(Extension.number).where(Extension.county_id == one.county_id, Extension.month == one.month.number)
    session.add(
        Extension(
            county_id=one.county_id, month=one.month.number, number=len(session.exec(known).all()) + 1,
            until=until, reason=reason.strip()[:LONGEST], user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "return.extended", subject=one.county, county_id=one.county_id, province_code=one.code[:2],
        months=str(one.month), until=until.isoformat(), reason=reason.strip(),
    )  # fmt: skip
    audit.raise_data_version(session)


def one_of(session: Session, actor: Actor, code: str, month: Month) -> Obligation:
    """The obligation of the county with this code. Raises NotAllowed outside the actor's scope, NotFound outside list or year."""
    require(actor, Permission.SEE_COUNTY)
    county, year = session.exec(select(County).where(County.code == code)).first(), catalogue().year_of(month)
    if county:
        require(actor, Permission.SEE_COUNTY, Subject(county.id, county.province_code))
    found = obligations(session, actor, year, month, [county.id]) if county and year else []
    if not found:
        raise NotFound(f"没有“{code}”{month.chinese}的月报任务，请检查县代码和月份。")
    return found[0]
