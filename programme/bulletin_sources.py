"""The figures a sentence was made from: kept with it, shown to those who may see them, opened down to the counties."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from programme.calendar import Month
from programme.catalogue import TIER_NAMES, catalogue
from programme.frozen_release import Frozen, FrozenMember
from programme.kpis import Progress
from programme.permissions import Actor, Permission, Subject, require, scope_of
from programme.wording import amount, figure

MEASURES: Final = {
    "to_date": "累计（期末）",
    "month": "本月",
    "goal": "目标",
    "corrected_from": "更正前",
    "corrected_to": "更正后",
    "accepted": "接收县数",
    "expected": "应报县数",
    "returned": "月报",
}


@dataclass(frozen=True)
class Source:
    """One figure as stored. `kind` is tier, group or county; `code` a tier's, or the code of a (core) county. Without a `kpi`
    it counts counties. None is 未报."""

    kpi: str
    kind: str
    code: str
    name: str
    month: str
    measure: str
    value: int | None

    @property
    def words(self) -> str:
        """The figure with its unit."""
        if self.kpi:
            return figure(self.value, catalogue().kpi(self.kpi))
        return amount(self.value) + ("" if self.value is None else "个县")

    @property
    def what(self) -> str:
        told = MEASURES[self.measure]
        return f"{catalogue().kpi(self.kpi).name}，{told}" if self.kpi else told


@dataclass(frozen=True)
class OfCounty:
    """What a county adds to a figure; `revision` is that of its return of the month, 0 without one."""

    code: str
    name: str
    value: int | None
    revision: int


def of_line(line: Progress, group: FrozenMember | None = None) -> tuple[Source, ...]:
    """The figure of a target and its goal, of all counties or of a group."""
    tier = line.target.tier
    place = ("group", group.code, f"{group.name}组") if group else ("tier", tier, TIER_NAMES[tier])
    kpi, month = line.target.kpi.code, str(line.month)
    return (
        Source(kpi, *place, month, "to_date", line.actual),
        Source(kpi, *place, month, "goal", round(line.goal)),
    )


def visible(actor: Actor, held: Frozen, sources: Iterable[Source]) -> list[Source]:
    """Totals for everybody who sees totals; of counties and groups those that lie wholly within the actor's scope."""
    require(actor, Permission.SEE_TOTALS)
    scope = scope_of(actor, Permission.SEE_COUNTY)

    def reached(source: Source) -> bool:
        if source.kind == "tier":
            return True
        inside = counties_in(held, source)
        return scope is not None and bool(inside) and all(scope(actor, _subject(member)) for member in inside)

    return [source for source in sources if reached(source)]


def by_county(actor: Actor, held: Frozen, source: Source) -> list[OfCounty]:
    """A figure to date opened down to the counties within the actor's scope, by code; [] for what is no sum."""
    scope = scope_of(actor, Permission.SEE_COUNTY)
    if scope is None or source.measure != "to_date" or not source.kpi:
        return []
    kpi, month = catalogue().kpi(source.kpi), Month.parse(source.month)
    inside = [member for member in counties_in(held, source) if scope(actor, _subject(member))]
    return [
        OfCounty(member.code, member.name, held.to_date(kpi, [member.county_id], month), _revision(held, member, month))
        for member in sorted(inside, key=lambda member: member.code)
        if kpi in held.year.kpis_of(member.tier)
    ]


def counties_in(held: Frozen, source: Source) -> list[FrozenMember]:
    """The counties that a source speaks of, as the release has them; [] for a county that has left the list."""
    members = list(held.members.values())
    if source.kind == "county":
        return [member for member in members if member.code == source.code]
    if source.kind == "group":
        (core,) = [member for member in members if member.code == source.code]
        return list(held.group(core.county_id))
    return [member for member in members if source.code in ("all", member.tier.value)]


def _subject(member: FrozenMember) -> Subject:
    return Subject(member.county_id, member.code[:2])


def _revision(held: Frozen, member: FrozenMember, month: Month) -> int:
    return held.returns.get(member.county_id, {}).get(month, (0, {}))[0]
