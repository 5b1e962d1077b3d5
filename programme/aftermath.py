"""What a correction of an earlier month leaves behind: figures to date follow by themselves, but what later returns said may now
contradict them. Whoever handed those in is told, and confirms with a reason or corrects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme import audit
from programme.calendar import Month
from programme.catalogue import Kpi, Year, catalogue
from programme.errors import Outdated, ProgrammeError
from programme.kpis import entry_text
from programme.models import County, Membership, MonthlyReturn, ReturnRemark, Standing, StatedToDate
from programme.permissions import Actor, Permission, Subject, require, scope_of
from programme.standings import kpi_codes, same_return

RULE: Final = "aftermath"
LONGEST: Final = 500


@dataclass(frozen=True)
class Contradiction:
    """A figure of a return in force that a later submission for an earlier month has put in the wrong. `since` names that
    submission: the month and its revision."""

    county_id: int
    code: str
    county: str
    month: Month
    revision: int
    kpi: Kpi
    message: str
    since: str

    @property
    def subject(self) -> Subject:
        return Subject(self.county_id, self.code[:2])

    @property
    def key(self) -> tuple[int, int, int, str, str]:
        return self.county_id, self.month.number, self.revision, self.kpi.code, self.since


@dataclass(frozen=True)
class _Return:
    """A return in force: figures by indicator, what was stated to date, the submission it came with, which tells the order, and
    the revisions before it, oldest first."""

    month: Month
    revision: int
    submission: int
    figures: dict[str, int | None]
    stated: dict[str, int]
    before: tuple["_Return", ...] = ()

    def at(self, submission: int) -> dict[str, int | None]:
        """The figures that stood when a submission came."""
        older = [one for one in (*self.before, self) if one.submission <= submission]
        return older[-1].figures if older else {}


def contradictions(session: Session, actor: Actor, year: Year, county_id: int | None = None) -> list[Contradiction]:
    """Those nobody has confirmed yet, of the counties the actor may hand in for, by county and month; of one county when given."""
    scope = scope_of(actor, Permission.SUBMIT_RETURN)
    if scope is None:
        return []
    places = select(County.id, County.code, County.name).join(Membership, col(Membership.county_id) == County.id)
    places = places.where(Membership.year == year.year).order_by(County.code)
    if county_id is not None:
        places = places.where(County.id == county_id)
    mine = [row for row in session.exec(places) if scope(actor, Subject(row[0], row[1][:2]))]
    chains = _chains(session, year, county_id)
    confirmed = _confirmed(session, year, county_id)
    found = [one for place in mine for one in _of_county(place, chains.get(place[0], []))]
    return [one for one in found if one.key not in confirmed]


def _chains(session: Session, year: Year, county_id: int | None) -> dict[int, list[_Return]]:
    kpis = [getattr(MonthlyReturn, code) for code in kpi_codes()]
    columns = (MonthlyReturn.county_id, MonthlyReturn.month, MonthlyReturn.revision, MonthlyReturn.submission_id, *kpis)
    query: Any = (
        select(*columns)
        .join(Membership, (col(Membership.county_id) == MonthlyReturn.county_id) & (col(Membership.year) == year.year))
        .where(MonthlyReturn.month >= year.months[0].number, MonthlyReturn.month <= year.months[-1].number)
        .order_by(MonthlyReturn.county_id, MonthlyReturn.month, MonthlyReturn.revision)
    )
    said: Any = select(StatedToDate).join(Standing, same_return(StatedToDate))
    if county_id is not None:
        query = query.where(MonthlyReturn.county_id == county_id)
        said = said.where(StatedToDate.county_id == county_id)
    stated: dict[tuple[int, int, int], dict[str, int]] = {}
    for row in session.exec(said):
        stated.setdefault((row.county_id, row.month, row.revision), {})[row.kpi] = row.value
    chains: dict[int, list[_Return]] = {}
    for county, month, revision, submission, *figures in session.exec(query):
        said_then = stated.get((county, month, revision), {})
        one = _Return(
            Month.from_number(month), revision, submission, dict(zip(kpi_codes(), figures, strict=True)), said_then
        )
        chain = chains.setdefault(county, [])
        if chain and chain[-1].month == one.month:
            older = chain.pop()
            one = replace(one, before=(*older.before, older))
        chain.append(one)
    return chains


def _confirmed(session: Session, year: Year, county_id: int | None) -> set[tuple[int, int, int, str, str]]:
    query = select(ReturnRemark).where(
        ReturnRemark.rule == RULE,
        ReturnRemark.month >= year.months[0].number,
        ReturnRemark.month <= year.months[-1].number,
    )
    if county_id is not None:
        query = query.where(ReturnRemark.county_id == county_id)
    return {(row.county_id, row.month, row.revision, row.kpi, row.cell) for row in session.exec(query)}


def _of_county(place: tuple[int, str, str], chain: Sequence[_Return]) -> Iterable[Contradiction]:
    for at, one in enumerate(chain):
        for kpi in catalogue().kpis:
            since = _changed_since(one, chain[:at], kpi)
            if since and (message := _contradicts(one, chain[:at], since, kpi)):
                label = f"{since[-1].month} r{since[-1].revision}"
                yield Contradiction(*place, one.month, one.revision, kpi, message, label)


def _changed_since(one: _Return, earlier: Sequence[_Return], kpi: Kpi) -> list[_Return]:
    """The earlier months whose figure is another than it was when this return came; the newest submission last."""
    newer = [other for other in earlier if other.submission > one.submission]
    changed = [other for other in newer if other.figures[kpi.code] != other.at(one.submission).get(kpi.code)]
    return sorted(changed, key=lambda other: other.submission)


def _contradicts(one: _Return, earlier: Sequence[_Return], since: Sequence[_Return], kpi: Kpi) -> str:
    """Why a return does not fit what stands before it, through no fault of its own; "" when it does."""
    value, unit = one.figures[kpi.code], kpi.entry_unit
    known = [other for other in earlier if other.figures[kpi.code] is not None]
    told = f"{since[-1].month.chinese}补报或更正之后，"
    if value is None or not known:
        return ""
    if kpi.is_flow:
        stated, reached = one.stated.get(kpi.code), sum(other.figures[kpi.code] or 0 for other in known) + value
        if stated is None or len(known) < len(earlier) or stated == reached:
            return ""
        return (
            f"{told}{one.month.chinese}底“{kpi.name}”的累计数应为{entry_text(reached, kpi)}{unit}，而当月的报表写的是"
            f"{entry_text(stated, kpi)}{unit}。请核对本月数：如有误，请更正；如无误，请确认。"
        )
    last = known[-1].figures[kpi.code] or 0
    if value >= last or known[-1] not in since:
        return ""
    return (
        f"{told}“{kpi.name}”上期为{entry_text(last, kpi)}{unit}，{one.month.chinese}的期末数{entry_text(value, kpi)}{unit}"
        "比它小。如有误，请更正；如确有减少，请确认并说明。"
    )


def confirm(session: Session, actor: Actor, seen: Contradiction, reason: str) -> None:
    """The figures stand, with a reason that stays with the revision. Raises NotAllowed, ProgrammeError without a reason, Outdated
    when the contradiction is gone or another."""
    require(actor, Permission.SUBMIT_RETURN, seen.subject)
    if not reason.strip():
        raise ProgrammeError("请写明数值无误的理由。")
    year = catalogue().year_of(seen.month)
    if year is None or seen not in contradictions(session, actor, year, seen.county_id):
        raise Outdated(f"{seen.county}{seen.month.chinese}的数据已有变化，请刷新后再看。")
    newest = select(func.max(ReturnRemark.number)).where(
        ReturnRemark.county_id == seen.county_id,
        ReturnRemark.month == seen.month.number,
        ReturnRemark.revision == seen.revision,
    )
    session.add(
        ReturnRemark(
            county_id=seen.county_id, month=seen.month.number, revision=seen.revision,
            number=(session.exec(newest).one() or 0) + 1, kpi=seen.kpi.code, rule=RULE, cell=seen.since,
            message=f"{seen.message}确认：{reason.strip()[:LONGEST]}（{actor.name}）",
        )
    )  # fmt: skip
    session.flush()
    audit.raise_data_version(session)
    audit.record(
        session, actor, "return.confirmed", subject=seen.county, county_id=seen.county_id, province_code=seen.code[:2],
        months=str(seen.month), kpi=seen.kpi.name, since=seen.since, reason=reason.strip(),
    )  # fmt: skip
