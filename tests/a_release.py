"""A small release as frozen, made of values: two groups of six counties, five months."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from programme.calendar import Month
from programme.catalogue import Tier, catalogue
from programme.frozen_release import Frozen, FrozenMember

YEAR = catalogue().years[0]
MONTHS = YEAR.months[:5]
SHA = "0123456789abcdef" * 4
CORES = (533301, 130624)
Figures = dict[str, int | None]


def member(code: int, core: int, **values: Any) -> FrozenMember:
    """A county whose id is its code."""
    tier = Tier.CORE if code == core else Tier.RADIATING
    plain = FrozenMember(code, str(code), f"县{code}", "云南省", tier, core, "示例品牌", "示例产品", True, (98.9, 25.8))
    return replace(plain, **values)


def figures_of(county: FrozenMember, month: int) -> Figures:
    """Whole figures that differ by county and month; money to the last 分; None where the indicator does not apply."""
    found: Figures = {code: None for code in catalogue().codes}
    for at, kpi in enumerate(YEAR.kpis_of(county.tier)):
        found[kpi.code] = (county.county_id % 97 + at) * (month + 1) * (1234567 if kpi.code == "online_sales" else 1)
    return found


def release(
    figures: Mapping[tuple[int, int], Figures | None] | None = None, members: Mapping[int, Mapping[str, Any]] | None = None,
    **facts: Any,
) -> Frozen:  # fmt: skip
    """`figures` by county and number of the month, from 0, replace; None takes the return out. `members` by code: what is
    otherwise of a county."""
    counties = {
        code: member(code, core, **dict((members or {}).get(code, {})))
        for core in CORES
        for code in range(core, core + 6)
    }
    returns: dict[int, dict[Month, tuple[int, Figures]]] = {code: {} for code in counties}
    for code, county in counties.items():
        for at, month in enumerate(MONTHS):
            found = (figures or {}).get((code, at), figures_of(county, at))
            if found is not None:
                returns[code][month] = (at + 1, found)
    told = {"sample": True, "accepted": 11, "expected": 12, "absent": [], "corrections": []} | facts
    made = datetime(YEAR.year, 10, 16, 1, 20, tzinfo=UTC)
    return Frozen(5, MONTHS[-1], made, SHA, YEAR, told, counties, returns)  # type: ignore[arg-type]


def correction(**values: Any) -> dict[str, Any]:
    plain = {
        "county": "533302",
        "name": "县533302",
        "month": str(MONTHS[1]),
        "kpi": "online_sales",
        "old": 1234567,
        "new": None,
    }
    return plain | {"revision": 3, "reason": "退货两笔"} | values
