"""What a correction of an earlier month leaves behind: figures to date follow by themselves, but what later returns said may now
contradict them. Whoever handed those in is told, and confirms with a reason or corrects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    """A return in force: figures by indicator, what was stated to date, and the submission it came with, which tells the order."""

    month: Month
    revision: int
    submission: int
    figures: dict[str, int | None]
    stated: dict[str, int]


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
    query: Any = (
        select(Standing.county_id, Standing.month, Standing.revision, MonthlyReturn.submission_id, *kpis)
        .join(MonthlyReturn, same_return())
        .where(Standing.month >= year.months[0].number, Standing.month <= year.months[-1].number)
        .order_by(Standing.county_id, Standing.month)
    )
    said: Any = select(StatedToDate).join(Standing, same_return(StatedToDate))
    if county_id is not None:
        query = query.where(Standing.county_id == county_id)
        said = said.where(StatedToDate.county_id == county_id)
    stated: dict[tuple[int, int], dict[str, int]] = {}
    for row in session.exec(said):
        stated.setdefault((row.county_id, row.month), {})[row.kpi] = row.value
    chains: dict[int, list[_Return]] = {}
    for county, month, revision, submission, *figures in session.exec(query):
        one = _Return(
            Month.from_number(month), revision, submission, dict(zip(kpi_codes(), figures, strict=True)),
            stated.get((county, month), {}),
        )  # fmt: skip
        chains.setdefault(county, []).append(one)
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
        newer = [earlier for earlier in chain[:at] if earlier.submission > one.submission]
        if not newer:
            continue
        since = max(newer, key=lambda earlier: earlier.submission)
        for kpi in catalogue().kpis:
            if message := _contradicts(chain[: at + 1], since, kpi):
                yield Contradiction(*place, one.month, one.revision, kpi, message, f"{since.month} r{since.revision}")


def _contradicts(chain: Sequence[_Return], since: _Return, kpi: Kpi) -> str:
    """Why the last return of the chain does not fit what stands before it; "" when it does."""
    one, unit = chain[-1], kpi.entry_unit
    value = one.figures[kpi.code]
    before = [earlier.figures[kpi.code] for earlier in chain[:-1]]
    known = [figure for figure in before if figure is not None]
    told = f"{since.month.chinese}补报或更正之后，"
    if kpi.is_flow:
        stated = one.stated.get(kpi.code)
        if stated is None or value is None or len(known) < len(before) or stated == sum(known) + value:
            return ""
        reached = entry_text(sum(known) + value, kpi)
        return (
            f"{told}{one.month.chinese}底“{kpi.name}”的累计数应为{reached}{unit}，而当月的报表写的是"
            f"{entry_text(stated, kpi)}{unit}。请核对本月数：如有误，请更正；如无误，请确认。"
        )
    if value is None or not known or value >= known[-1] or since.figures[kpi.code] != known[-1]:
        return ""
    return (
        f"{told}“{kpi.name}”上期为{entry_text(known[-1], kpi)}{unit}，{one.month.chinese}的期末数{entry_text(value, kpi)}{unit}"
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
        months=str(seen.month), kpi=seen.kpi.code, since=seen.since, reason=reason.strip(),
    )  # fmt: skip
