"""Which counties need help, and why, by the rules of briefing.toml, from a release as frozen. No order beyond group and code."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from programme.briefing_facts import briefing_facts
from programme.catalogue import catalogue
from programme.frozen_release import Frozen, FrozenMember
from programme.kpis import Light, Progress
from programme.obligations import STATUS_NAMES, Status
from programme.wording import percent

SOLD = "online_sales"


@dataclass(frozen=True)
class Case:
    """A county of a release, as the conditions look at it."""

    held: Frozen
    county: FrozenMember

    @cached_property
    def lines(self) -> list[Progress]:
        """Its indicators against its even share."""
        return self.held.lines([self.county.county_id])

    @property
    def behind(self) -> list[Progress]:
        return [line for line in self.lines if line.light is Light.RED]

    @property
    def status(self) -> str:
        """What the release says of the return that is not in it; "" when it is."""
        return next((str(one["status"]) for one in self.held.facts["absent"] if one["county"] == self.county.code), "")


@dataclass(frozen=True)
class Help:
    county: FrozenMember
    group: str
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        return "；".join(self.reasons)


def _absent(case: Case, limits: Mapping[str, int]) -> dict[str, object] | None:
    if not case.status:
        return None
    return {"month": case.held.month.chinese, "state": STATUS_NAMES[Status(case.status)]}


def _nothing_sold(case: Case, limits: Mapping[str, int]) -> dict[str, object] | None:
    months, kpi = case.held.months[-limits["months"] :], catalogue().kpi(SOLD)
    sold = [case.held.of_month(kpi, case.county.county_id, month) for month in months]
    return {"months": len(months)} if len(months) == limits["months"] and all(one == 0 for one in sold) else None


def _far_behind(case: Case, limits: Mapping[str, int]) -> dict[str, object] | None:
    behind = case.behind
    if len(behind) < limits["indicators"]:
        return None
    return {"all": len(case.lines), "count": len(behind), "names": "、".join(map(behind_text, behind))}


CONDITIONS: Mapping[str, Callable[[Case, Mapping[str, int]], dict[str, object] | None]] = {
    "absent": _absent,
    "nothing_sold": _nothing_sold,
    "far_behind": _far_behind,
}


def behind_text(line: Progress) -> str:
    """特色品牌52.0%"""
    return f"{line.target.kpi.short}{percent(line.attainment)}"


def help_needed(held: Frozen) -> list[Help]:
    """Every county that fulfils a rule with all its reasons, by group and then code, the core county first."""
    cases = (Case(held, county) for core in held.cores for county in held.group(core.county_id))
    found = ((case.county, tuple(_reasons(case))) for case in cases)
    return [Help(county, held.members[county.core_county_id].name, reasons) for county, reasons in found if reasons]


def _reasons(case: Case) -> Iterator[str]:
    for rule in briefing_facts().help:
        if (named := CONDITIONS[rule.id](case, rule.limits)) is not None:
            yield rule.sentence.format(**named)
