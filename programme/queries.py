"""What screens ask about progress, added up in the store. Scope is the caller's actor; sums over all counties are for everybody."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from programme.calendar import Month
from programme.catalogue import Target, Tier, Year, catalogue, year_from
from programme.kpis import Progress, light, month_on_month
from programme.models import County, Membership, Release, ReleasedMember, ReleasedTotal, Submission, Total
from programme.permissions import Actor, Permission, Subject, refusal, require, scope_of
from programme.standings import GROWTH, REPORTED, kpi_codes

TIERS = tuple(tier.value for tier in Tier)


@dataclass(frozen=True)
class View:
    """What a screen looks at: a month, and the counties by tier, province (two digits) and core county; "" and 0 are all.

    `release` is the number of the release whose figures are shown (发布口径), 0 for what stands now (工作口径).
    """

    month: Month
    tier: str = ""
    province_code: str = ""
    core_county_id: int = 0
    release: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the plan's targets can be held against it as they stand."""
        return not self.province_code and not self.core_county_id

    def holds(self, tier: str, province_code: str, core_county_id: int) -> bool:
        """Whether a county of that tier, province and core group is part of it."""
        return (
            self.tier in ("", tier)
            and self.province_code in ("", province_code)
            and self.core_county_id in (0, core_county_id)
        )


def year_named(year: int) -> Year:
    """The facts of a programme year."""
    return next(known for known in catalogue().years if known.year == year)


def latest_month(session: Session, year: Year) -> Month:
    """The last month for which anything has been reported, else the first of the year."""
    first, last = year.months[0].number, year.months[-1].number
    found = session.exec(select(func.max(Total.month)).where(Total.month >= first, Total.month <= last)).one()
    return Month.from_number(found) if found else year.months[0]


# --- the sums -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """Totals of a view by month and tier: `growth` and `reported` per indicator, and the number of `returns`.

    `expected` counts its members by tier, `sample` says whether any of them is sample data, `last_change` when a
    return was last handed in, wherever, or when the release was made.
    """

    months: tuple[Month, ...]
    rows: dict[tuple[int, str, str], tuple[int, tuple[int, ...]]]
    expected: dict[str, int]
    sample: bool
    last_change: datetime | None

    def to_date(self, target: Target, month: Month) -> int | None:
        """累计 of a target's counties at the end of the month; None when none of them has ever reported the figure."""
        if not any(self._over(target, REPORTED, m) for m in self.months if m <= month):
            return None
        return sum(self._over(target, GROWTH, m) for m in self.months if m <= month)

    def of_month(self, target: Target, month: Month) -> int | None:
        return self._over(target, GROWTH, month) if self._over(target, REPORTED, month) else None

    def reported(self, target: Target, month: Month) -> int:
        return self._over(target, REPORTED, month)

    def returns(self, month: Month) -> int:
        return sum(self.rows.get((month.number, tier, REPORTED), (0, ()))[0] for tier in self.expected)

    def expected_of(self, target: Target) -> int:
        return sum(self.expected.get(tier, 0) for tier in target.tiers)

    def _over(self, target: Target, measure: str, month: Month) -> int:
        at = kpi_codes().index(target.kpi.code)
        found = (self.rows.get((month.number, tier, measure)) for tier in target.tiers)
        return sum(row[1][at] for row in found if row)


def sums(session: Session, year: Year, view: View) -> Sums:
    """One read of the totals kept for the view, all months of the year, and one count of its members."""
    tiers = [view.tier] if view.tier else list(TIERS)
    kept: Any = ReleasedTotal if view.release else Total
    key = (kept.month, kept.tier, kept.measure)
    added = [func.sum(column) for column in (kept.returns, *(getattr(kept, code) for code in kpi_codes()))]
    query = (
        select(*key, *added)
        .where(
            kept.month >= year.months[0].number,
            kept.month <= year.months[-1].number,
            kept.tier.in_(tiers),
            kept.core_county_id == view.core_county_id,
        )
        .group_by(*key)
    )
    if view.release:
        query = query.where(kept.release == view.release)
    if view.province_code or not view.core_county_id:
        query = query.where(kept.province_code == view.province_code)
    return sums_of(session, year, view, session.exec(query).all())


def sums_of(session: Session, year: Year, view: View, found: Iterable[Any]) -> Sums:
    """From rows month, tier, measure, returns and each indicator."""
    rows: dict[tuple[int, str, str], tuple[int, tuple[int, ...]]] = {}
    for row in found:
        numbers = tuple(int(number or 0) for number in row[3:])
        rows[row[0], row[1], row[2]] = (numbers[0], numbers[1:])
    members = _members(session, year, view, [view.tier] if view.tier else list(TIERS))
    return Sums(
        months=year.months,
        rows=rows,
        expected={tier: count for tier, count, _ in members},
        sample=any(samples for _, _, samples in members),
        last_change=_last_change(session, view),
    )


def _last_change(session: Session, view: View) -> datetime | None:
    if view.release:
        return session.exec(select(Release.made_at).where(Release.number == view.release)).first()
    return session.exec(select(Submission.at).order_by(col(Submission.id).desc()).limit(1)).first()


def _members(session: Session, year: Year, view: View, tiers: Sequence[str]) -> Sequence[tuple[str, int, int]]:
    """Tier, number of members in the view, and how many of them are sample data; of a release as it then was."""
    part: Any = ReleasedMember if view.release else Membership
    whole = part.release == view.release if view.release else part.year == year.year
    samples = func.sum(case((part.sample, 1), else_=0))
    query: Any = (
        select(part.tier, func.count(), samples)
        .join(County, col(County.id) == part.county_id)
        .where(whole, part.tier.in_(tiers))
        .group_by(part.tier)
    )
    if view.province_code:
        query = query.where(County.province_code == view.province_code)
    if view.core_county_id:
        query = query.where(part.core_county_id == view.core_county_id)
    return list(session.exec(query).all())


def year_in(session: Session, year: Year, release: int) -> Year:
    """The year's facts as a release froze them: targets, days, thresholds; those of today without a release."""
    if not release:
        return year
    content = session.exec(select(Release.content).where(Release.number == release)).one()
    return year_from(json.loads(content)["rules"])


def progress_of(added: Sums, year: Year, view: View) -> list[Progress]:
    """Each target of the plan whose counties the view holds. For a part of the counties the target is its even share."""
    return [
        _progress(added, year, target, view.month, view.is_whole)
        for target in year.targets
        if (not view.tier or Tier(view.tier) in target.tiers) and added.expected_of(target)
    ]


def _progress(added: Sums, year: Year, target: Target, month: Month, whole: bool) -> Progress:
    expected = added.expected_of(target)
    value = Fraction(target.stored)
    if not whole or expected != year.expected_counties(target.tier):
        value = value * expected / year.expected_counties(target.tier)
    actual, elapsed = added.to_date(target, month), year.elapsed_share(month)
    previous = month.plus(-1)
    return Progress(
        target=target,
        month=month,
        actual=actual,
        goal=value,
        elapsed=elapsed,
        light=light(None if actual is None else actual / value, elapsed, year),
        month_on_month=month_on_month(added.of_month(target, month), added.of_month(target, previous)),
        counties_reported=added.reported(target, month),
        counties_expected=expected,
    )


def progress(session: Session, actor: Actor, view: View) -> list[Progress]:
    """The targets of the plan at the end of the month, of all counties or of those the actor may see."""
    require(actor, Permission.SEE_TOTALS)
    year = year_in(session, catalogue().year_of(view.month) or catalogue().current_year, view.release)
    view = narrowed(actor, view)
    return progress_of(sums(session, year, view), year, view)


def narrowed(actor: Actor, view: View) -> View:
    """A view the actor may have: whoever sees single counties only in part may see the whole sum, a tier's, or their
    province's, and of a core group the part that lies in their province."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    if scope is None or not refusal(actor, Permission.SEE_COUNTY, Subject(None, "")):
        return view
    if view.core_county_id and not view.province_code:
        view = replace(view, province_code=actor.province_code)
    if view.province_code and scope(actor, Subject(None, view.province_code)):
        return view
    return replace(view, province_code="", core_county_id=0)
