"""What a release of a month would hold if it were made now: all that is accepted, the sums, the lights, the absent, and what
was corrected since the release before. Accepted is the newest accepted revision: a correction in review does not count yet."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from programme import settings
from programme.calendar import Month
from programme.catalogue import Kpi, Year, catalogue, facts_of
from programme.errors import ProgrammeError
from programme.kpis import Progress
from programme.models import County, MonthlyReturn, Release, ReleasedStanding, Review, Submission
from programme.obligations import Obligation, Step, obligations
from programme.permissions import Actor, Permission, require
from programme.queries import View, progress_of, sums_of
from programme.release_issues import Issue, in_force, issues
from programme.returns import Member, members_of
from programme.standings import Chain, columns_with_gaps, kpi_codes, summed

SUPPLEMENT: Final = "上期发布时尚未接收，本期补入"
LEFT: Final = "该县已不在名单之内"
Frozen = tuple[int, tuple[int | None, ...]]


@dataclass(frozen=True)
class Correction:
    """A figure that a release shows otherwise than the one before: in stored integers, None for 未报."""

    code: str
    county: str
    month: Month
    kpi: Kpi
    old: int | None
    new: int | None
    revision: int
    reason: str


@dataclass(frozen=True)
class Prepared:
    """What a release of the month would hold, if it were made now. `absent` are the counties without an accepted return."""

    year: Year
    month: Month
    number: int
    supersedes: int | None
    members: dict[int, Member]
    chain: Chain
    totals: tuple[tuple[Any, ...], ...]
    lines: tuple[Progress, ...]
    absent: tuple[Obligation, ...]
    corrections: tuple[Correction, ...]

    @property
    def accepted(self) -> int:
        return int((self.chain.month == self.month.number).sum())

    @property
    def is_sample(self) -> bool:
        return any(member.sample for member in self.members.values())

    @cached_property
    def fingerprint(self) -> str:
        return digest(self.content(""))

    def content(self, reason: str) -> str:
        """Canonical JSON: figures in stored integers, shares as exact fractions."""
        facts = {
            "number": self.number,
            "year": self.year.year,
            "month": str(self.month),
            "document": self.year.document,
            "rules": facts_of(self.year),
            "sample": self.is_sample,
            "supersedes": self.supersedes,
            "reason": reason,
            "accepted": self.accepted,
            "expected": len(self.members),
            "targets": [target_facts(line) for line in self.lines],
            "members": [[m.county_id, m.code, m.name, m.tier.value, m.core_county_id] for m in self._members()],
            "returns": {"columns": ["county", "month", "revision", *kpi_codes()], "rows": self._rows()},
            "absent": [{"county": one.code, "name": one.county, "status": one.status.value} for one in self.absent],
            "corrections": [_correction(one) for one in self.corrections],
        }
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def _members(self) -> list[Member]:
        return sorted(self.members.values(), key=lambda member: member.code)

    def _rows(self) -> list[list[Any]]:
        codes = [self.members[county].code for county in self.chain.county.tolist()]
        figures = columns_with_gaps(self.chain.values, self.chain.known)
        months, revisions = self.chain.month.tolist(), self.chain.revision.tolist()
        return [list(row) for row in zip(codes, months, revisions, *figures.values(), strict=True)]


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def target_facts(line: Progress) -> dict[str, Any]:
    return {
        "kpi": line.target.kpi.code, "tier": line.target.tier, "actual": line.actual, "target": str(line.goal),
        "attainment": None if line.attainment is None else str(line.attainment), "elapsed": str(line.elapsed),
        "light": line.light.value, "reported": line.counties_reported, "expected": line.counties_expected,
    }  # fmt: skip


def _correction(one: Correction) -> dict[str, Any]:
    return {
        "county": one.code, "name": one.county, "month": str(one.month), "kpi": one.kpi.code, "old": one.old,
        "new": one.new, "revision": one.revision, "reason": one.reason,
    }  # fmt: skip


def prepare(session: Session, actor: Actor, month: Month) -> Prepared:
    """What is accepted up to the month, added up. Raises NotAllowed, and ProgrammeError when the month cannot be released."""
    require(actor, Permission.MAKE_RELEASE)
    year = catalogue().year_of(month)
    if year is None:
        raise ProgrammeError(f"{month.chinese}不在任何一个年度之内，不能发布。")
    if settings.today() <= month.last_day:
        raise ProgrammeError(f"{month.chinese}还没有结束，不能发布。")
    known = in_force(issues(session, year))
    members = members_of(session, year)
    chain = _accepted(session, year, month, members)
    if not (chain.month == month.number).any():
        raise ProgrammeError(f"{month.chinese}还没有办公室已接收的月报，不能发布。")
    _refuse_out_of_order(known, chain, month)
    totals = tuple(summed(session, year, chain))
    before = known.get(month) or (known[max(known)] if known else None)
    return Prepared(
        year=year,
        month=month,
        number=(session.exec(select(func.max(Release.number))).one() or 0) + 1,
        supersedes=known[month].number if month in known else None,
        members=members,
        chain=chain,
        totals=totals,
        lines=_lines(session, year, month, totals),
        absent=_absent(session, actor, year, month, chain),
        corrections=_corrections(session, members, chain, before),
    )


def _refuse_out_of_order(known: dict[Month, Issue], chain: Chain, month: Month) -> None:
    """Months come out one after the other: none is skipped that has something accepted, none comes after a later one."""
    if month not in known and known and month < max(known):
        raise ProgrammeError(f"已发布到{max(known).chinese}，请按月份先后发布。")
    waiting = [Month.from_number(number) for number in sorted(set(chain.month.tolist()))]
    skipped = [earlier for earlier in waiting if earlier < month and earlier not in known]
    if skipped:
        raise ProgrammeError(f"{skipped[0].chinese}还没有发布，请先发布{skipped[0].chinese}。")


def _accepted(session: Session, year: Year, month: Month, members: dict[int, Member]) -> Chain:
    """The newest accepted revision of every member and month of the year up to this one."""
    newest = (
        select(Review.county_id, Review.month, func.max(Review.revision).label("revision"))
        .where(Review.step == Step.ACCEPTED.value)
        .where(Review.month >= year.months[0].number, Review.month <= month.number)
        .group_by(col(Review.county_id), col(Review.month))
        .subquery()
    )
    kpis = [getattr(MonthlyReturn, code) for code in kpi_codes()]
    query = select(MonthlyReturn.county_id, MonthlyReturn.month, MonthlyReturn.revision, *kpis).join(
        newest,
        and_(
            MonthlyReturn.county_id == newest.c.county_id,
            MonthlyReturn.month == newest.c.month,
            MonthlyReturn.revision == newest.c.revision,
        ),
    )
    rows = [row for row in session.exec(query).all() if row[0] in members]
    return Chain.of([row[:3] for row in rows], [row[3:] for row in rows])


def _lines(session: Session, year: Year, month: Month, totals: Sequence[Sequence[Any]]) -> tuple[Progress, ...]:
    whole = [(row[0], row[1], *row[4:]) for row in totals if row[2] == "" and row[3] == 0]
    view = View(month)
    return tuple(progress_of(sums_of(session, year, view, whole), year, view))


def _absent(session: Session, actor: Actor, year: Year, month: Month, chain: Chain) -> tuple[Obligation, ...]:
    there = set(chain.county[chain.month == month.number].tolist())
    return tuple(one for one in obligations(session, actor, year, month) if one.county_id not in there)


def _corrections(
    session: Session, members: dict[int, Member], chain: Chain, before: Issue | None
) -> tuple[Correction, ...]:
    """Every figure of the months that were out already and that differs now."""
    if before is None:
        return ()
    old = released(session, before.number)
    found = list(_gone(session, members, chain, old))
    for row, key in enumerate(zip(chain.county.tolist(), chain.month.tolist(), strict=True)):
        revision = int(chain.revision[row])
        if key[1] > before.month.number or (key in old and old[key][0] == revision):
            continue
        was, figures = old.get(key, (0, (None,) * len(kpi_codes())))
        reasons = _reasons(session, *key, was, revision) if was else {}
        for column, kpi in enumerate(catalogue().kpis):
            new = int(chain.values[row, column]) if chain.known[row, column] else None
            if new != figures[column]:
                member, month = members[key[0]], Month.from_number(key[1])
                found.append(
                    Correction(
                        member.code,
                        member.name,
                        month,
                        kpi,
                        figures[column],
                        new,
                        revision,
                        reasons.get(kpi.code, SUPPLEMENT),
                    )
                )
    return tuple(found)


def _gone(
    session: Session, members: dict[int, Member], chain: Chain, old: dict[tuple[int, int], Frozen]
) -> Iterator[Correction]:
    """What the release before held of counties that have left the list since."""
    names = dict(session.exec(select(County.id, County.name)).all())
    codes = dict(session.exec(select(County.id, County.code)).all())
    for (county, month), (revision, figures) in sorted(old.items()):
        if county in members:
            continue
        for kpi, value in zip(catalogue().kpis, figures, strict=True):
            if value is not None:
                period = Month.from_number(month)
                yield Correction(codes[county], names[county], period, kpi, value, None, revision, LEFT)


def released(session: Session, number: int) -> dict[tuple[int, int], Frozen]:
    """County and month → the revision that a release holds, with its figures."""
    kpis = [getattr(MonthlyReturn, code) for code in kpi_codes()]
    query = (
        select(MonthlyReturn.county_id, MonthlyReturn.month, MonthlyReturn.revision, *kpis)
        .join(
            ReleasedStanding,
            and_(
                ReleasedStanding.county_id == MonthlyReturn.county_id,
                ReleasedStanding.month == MonthlyReturn.month,
                ReleasedStanding.revision == MonthlyReturn.revision,
            ),
        )
        .where(ReleasedStanding.release == number)
    )
    return {(row[0], row[1]): (row[2], tuple(row[3:])) for row in session.exec(query).all()}


def _reasons(session: Session, county: int, month: int, after: int, up_to: int) -> dict[str, str]:
    """Indicator → the reasons given with the revisions since in which it changed."""
    kpis = [getattr(MonthlyReturn, code) for code in kpi_codes()]
    query = (
        select(Submission.reason, *kpis)
        .join(MonthlyReturn, MonthlyReturn.submission_id == Submission.id)
        .where(MonthlyReturn.county_id == county, MonthlyReturn.month == month)
        .where(MonthlyReturn.revision >= after, MonthlyReturn.revision <= up_to)
        .order_by(MonthlyReturn.revision)
    )
    found: dict[str, list[str]] = {code: [] for code in kpi_codes()}
    for (_, *before), (reason, *now) in pairwise(session.exec(query).all()):
        for code, old, new in zip(kpi_codes(), before, now, strict=True):
            if old != new and reason:
                found[code].append(reason)
    return {code: "；".join(reasons) for code, reasons in found.items()}
