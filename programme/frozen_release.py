"""A release as it was frozen, for all that is made from it: wall, bulletin, sheets, forecast, evaluation.

Figures come from the frozen content alone (`Release.content`, over which its SHA-256 is); names of brands and products from
the members as released. Nothing here changes when returns are corrected later.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from programme.calendar import Month
from programme.catalogue import Kpi, Target, Tier, Year, catalogue, year_from
from programme.errors import NotFound, ProgrammeError
from programme.kpis import Progress, light, month_on_month
from programme.models import County, Release, ReleasedMember
from programme.release_issues import in_force, issues

SAMPLE = "示例数据"


def release_basis(number: int, month: Month) -> str:
    """Release, 口径 and day."""
    day = month.last_day
    return f"发布口径（第{number}期） · 截至{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class FrozenMember:
    """A county as it took part when the release was made. `place` is the label point in degrees east and north."""

    county_id: int
    code: str
    name: str
    province: str
    tier: Tier
    core_county_id: int
    brand: str
    products: str
    sample: bool
    place: tuple[float, float]

    @property
    def is_core(self) -> bool:
        return self.tier is Tier.CORE


@dataclass(frozen=True)
class Frozen:
    """One release. Figures are stored integers; None is 未报. `returns` holds county id → month → revision and figures by
    indicator, a flow's of the month, a stock's at its end."""

    number: int
    month: Month
    made_at: datetime
    sha256: str
    year: Year
    facts: dict[str, Any]
    members: dict[int, FrozenMember]
    returns: dict[int, dict[Month, tuple[int, dict[str, int | None]]]]

    @property
    def title(self) -> str:
        return f"第{self.number}期（{self.month.chinese}）"

    @property
    def sample(self) -> bool:
        return bool(self.facts["sample"])

    @property
    def accepted(self) -> int:
        return int(self.facts["accepted"])

    @property
    def expected(self) -> int:
        return int(self.facts["expected"])

    @property
    def basis(self) -> str:
        """What stands beside every figure: release, 口径, day, how many counties are in."""
        told = f"{release_basis(self.number, self.month)} · 接收{self.accepted}/{self.expected}个县"
        return f"{told} · {SAMPLE}" if self.sample else told

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The months of the year up to the release's."""
        return tuple(month for month in self.year.months if month <= self.month)

    @cached_property
    def cores(self) -> tuple[FrozenMember, ...]:
        return tuple(sorted((m for m in self.members.values() if m.is_core), key=lambda member: member.code))

    def group(self, core_county_id: int) -> tuple[FrozenMember, ...]:
        """The core county first, then the counties it radiates to, by code."""
        inside = (member for member in self.members.values() if member.core_county_id == core_county_id)
        return tuple(sorted(inside, key=lambda member: (not member.is_core, member.code)))

    # --- figures ----------------------------------------------------------------------------------------------------

    def of_month(self, kpi: Kpi, county: int, month: Month) -> int | None:
        """What the county's accepted return says; None without a return or a figure."""
        return self._told(kpi, month).get(county)

    def to_date(self, kpi: Kpi, counties: Iterable[int], month: Month | None = None) -> int | None:
        """累计 or 期末 of these counties together at the end of the month (of the release, when None): a stock stands as last
        reported. None when none of them has reported."""
        reached = self._reached.get((kpi.code, month or self.month), {})
        known = [reached[county] for county in counties if county in reached]
        return sum(known) if known else None

    def grown(self, kpi: Kpi, counties: Iterable[int], month: Month) -> int | None:
        """What the month added, over those that reported the figure for it; None when nobody did."""
        told = self._told(kpi, month)
        reporting = [county for county in counties if county in told]
        now = self.to_date(kpi, reporting, month)
        return None if now is None else now - (self.to_date(kpi, reporting, month.plus(-1)) or 0)

    def _told(self, kpi: Kpi, month: Month) -> dict[int, int]:
        """The counties that reported the figure for the month, and what they said."""
        return self._figures.get((kpi.code, month), {})

    @cached_property
    def _figures(self) -> dict[tuple[str, Month], dict[int, int]]:
        found: dict[tuple[str, Month], dict[int, int]] = {}
        for county, months in self.returns.items():
            for month, (_, figures) in months.items():
                for code, figure in figures.items():
                    if figure is not None:
                        found.setdefault((code, month), {})[county] = figure
        return found

    @cached_property
    def _reached(self) -> dict[tuple[str, Month], dict[int, int]]:
        """By indicator and month, of every county that has reported by then."""
        found: dict[tuple[str, Month], dict[int, int]] = {}
        for kpi in catalogue().kpis:
            reached: dict[int, int] = {}
            for month in self.months:
                told = self._told(kpi, month)
                added = {county: figure + reached.get(county, 0) for county, figure in told.items()}
                reached = reached | (added if kpi.is_flow else told)
                found[kpi.code, month] = reached
        return found

    def lines(self, counties: Collection[int] | None = None, month: Month | None = None) -> list[Progress]:
        """Each target at the end of the month, of all counties or of these: then held against their even share of it
        (按县数折算). Targets that none of them works towards are left out."""
        chosen = set(self.members) if counties is None else set(counties) & set(self.members)
        found = (self._line(target, chosen, month or self.month) for target in self.year.targets)
        return [line for line in found if line.counties_expected]

    def _line(self, target: Target, counties: set[int], month: Month) -> Progress:
        inside = [county for county in counties if self.members[county].tier in target.tiers]
        goal, planned = Fraction(target.stored), self.year.expected_counties(target.tier)
        if len(inside) != planned:
            goal = goal * len(inside) / planned
        actual, elapsed = self.to_date(target.kpi, inside, month), self.year.elapsed_share(month)
        return Progress(
            target=target,
            month=month,
            actual=actual,
            goal=goal,
            elapsed=elapsed,
            light=light(None if actual is None or not goal else actual / goal, elapsed, self.year),
            month_on_month=month_on_month(
                self.grown(target.kpi, inside, month), self.grown(target.kpi, inside, month.plus(-1))
            ),
            counties_reported=len(self._told(target.kpi, month).keys() & set(inside)),
            counties_expected=len(inside),
        )


# --- reading --------------------------------------------------------------------------------------------------------


def frozen(session: Session, number: int) -> Frozen:
    """The release as frozen, whoever looks: what of it an actor may see is for the caller. Raises NotFound."""
    row = session.get(Release, number)
    if row is None:
        raise NotFound(f"没有第{number}期。")
    facts = json.loads(row.content)
    return Frozen(
        number=number,
        month=Month.from_number(row.month),
        made_at=row.made_at,
        sha256=row.sha256,
        year=year_from(facts["rules"]),
        facts=facts,
        members=_members(session, number, facts),
        returns=_returns(facts),
    )


def newest(session: Session) -> int:
    """The number of the release in force of the latest month. Raises ProgrammeError while there is none."""
    known = in_force(issues(session))
    if not known:
        raise ProgrammeError("还没有发布过。办公室发布第一期后，这里才有内容。")
    return known[max(known)].number


def _members(session: Session, number: int, facts: dict[str, Any]) -> dict[int, FrozenMember]:
    columns: list[Any] = [
        County.id, County.province, County.longitude_e3, County.latitude_e3,
        ReleasedMember.brand, ReleasedMember.products, ReleasedMember.sample,
    ]  # fmt: skip
    query: Any = select(*columns).join(ReleasedMember, col(ReleasedMember.county_id) == County.id)
    told = {row[0]: row[1:] for row in session.exec(query.where(ReleasedMember.release == number))}
    found = {}
    for county, code, name, tier, core in facts["members"]:
        province, east, north, brand, products, sample = told[county]
        place = (east / 1000, north / 1000)
        found[county] = FrozenMember(county, code, name, province, Tier(tier), core, brand, products, sample, place)
    return found


def _returns(facts: dict[str, Any]) -> dict[int, dict[Month, tuple[int, dict[str, int | None]]]]:
    codes = facts["returns"]["columns"][3:]
    ids = {member[1]: member[0] for member in facts["members"]}
    found: dict[int, dict[Month, tuple[int, dict[str, int | None]]]] = {county: {} for county in ids.values()}
    for code, month, revision, *figures in facts["returns"]["rows"]:
        found[ids[code]][Month.from_number(month)] = (revision, dict(zip(codes, figures, strict=True)))
    return found
