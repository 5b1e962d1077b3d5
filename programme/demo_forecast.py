"""docs/forecast.md: looking ahead, tried on the sample year. No store is needed: the figures come from demo.toml alone."""

import csv
import io
from datetime import date
from fractions import Fraction
from typing import Any, Final

from programme import settings
from programme.calendar import Month
from programme.catalogue import Target, Tier, Year, catalogue
from programme.demo import Plan, make_plan
from programme.forecast_backtest import Trial, below, hits, rows, trials
from programme.forecast_facts import forecast_facts
from programme.forecast_series import of_chain
from programme.returns import Member
from programme.standings import Chain

HEAD: Final = ("目标", "推算于", "推算", "实际", "月份", "推算年底", "最慢–最快", "实际年底", "区间")


def whole_year() -> tuple[Plan, dict[int, Member]]:
    """The sample programme carried on to the end of its year, with the weights, the noise and the gaps of demo.toml."""
    demo, year, members = settings.demo(), catalogue().current_year, sample_members()
    weights, known = demo["months"], len(list(Month.of(year.launch).until(Month.of(demo["last_month"]))))
    grown = Fraction(sum(weights), sum(weights[:known]))
    changed: dict[str, Any] = {
        "last_month": date(year.end.year, year.end.month, 1),
        "missing_last": demo["missing_share"] * len(members),
        "attainment": {
            code: float(min(share * grown, Fraction(1)) if code.startswith("brands") else share * grown)
            for code, share in demo["attainment"].items()
        },
    }
    return make_plan(members, demo | changed), members


def sample_members() -> dict[int, Member]:
    """The sample choice of counties as its file names them."""
    text = (settings.data_folder() / "demo" / "counties.csv").read_text(encoding="utf-8-sig")
    return {
        int(row["adcode"]): Member(
            county_id=int(row["adcode"]), code=row["adcode"], name=row["name"], province=row["province"],
            tier=Tier(row["tier"]), core_county_id=int(row["core_adcode"] or row["adcode"]), sample=True,
        )
        for row in csv.DictReader(io.StringIO(text))
    }  # fmt: skip


def chain_of(plan: Plan, members: dict[int, Member]) -> Chain:
    """What is handed in of the plan, as returns in force."""
    keys, figures = [], []
    for (county, month), at in sorted(plan.handed_in.items()):
        if at is not None:
            keys.append((county, month.number, 1))
            scope = plan.year.kpis_of(members[county].tier)
            at_month = plan.months.index(month)
            figures.append(
                [plan.figures[county, kpi.code][at_month] if kpi in scope else None for kpi in catalogue().kpis]
            )
    return Chain.of(keys, figures)


def backtest() -> list[Trial]:
    plan, members = whole_year()
    chain = chain_of(plan, members)
    return [one for target in plan.year.targets for one in _of_target(target, plan.year, chain, members)]


def _of_target(target: Target, year: Year, chain: Chain, members: dict[int, Member]) -> list[Trial]:
    inside = [county for county, member in members.items() if member.tier in target.tiers]
    return trials(target, of_chain(chain, year, target.kpi, inside, year.months[-1], Fraction(target.stored)))


def document() -> str:
    """The text of docs/forecast.md; a test compares it with the file."""
    tried, facts = backtest(), forecast_facts()
    banded = [one for one in tried if one.band]
    table = "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ["---"] * len(HEAD), *rows(tried)))
    return f"""# Looking ahead, and how well it does

Made by `python manage.py forecast --backtest`; a test compares this file with the computation.

## The rule

The mean of the last {facts.recent_months} months goes on; the band is every further month like the slowest, or the
fastest, month so far. From {facts.least_months} months of growth on, {facts.least_nonzero} of them not 0, a month is
told; from {facts.band_months} on the band, too. Months without a figure, months that too few counties reported and the
days of May after the launch are left out and named. All of it is arithmetic on fractions (`programme/forecasts.py`,
numbers in `data/catalogue/forecast.toml`); there is no probability in it, and none may be read into it.

## Tried on the sample year

The sample programme (示例数据) stands in November. For this test it is carried on to its end with the same settings
(`data/demo/demo.toml`: growing months, noise, returns that never come), so that what came is known. In every month
in which a forecast is told of a goal not reached yet, it is held against what came. `±1`: one month beside. The figure
told is that of the end of the year.

- The very month: **{hits(tried, lambda one: one.month_hit)}**; at most one month beside: **{hits(tried, lambda one: one.nearly)}**.
- Whether the goal is reached within the year: **{hits(tried, lambda one: one.in_time_hit)}**.
- The month within the months of the band: **{hits(banded, lambda one: one.band_month_hit)}**.
- The year's end within the figures of the band: **{hits(banded, lambda one: one.band_hit)}**.
- The year's end came out higher than told: **{below(tried)}**.

{table}

## What to make of it

These are few, and not independent: the forecasts of one target share their figures, and sample figures are not the
field's. The sample months grow towards December, and the rule knows no season: it tells too little wherever work
gathers at the year's end, and a band made of months that were all slower than those to come lies too low. Where growth
fades it tells too much. So the screens show months, never a figure for the year's end with a margin, and the pace
needed stands beside the pace there is. With one programme year there is nothing to learn a season from.
"""
