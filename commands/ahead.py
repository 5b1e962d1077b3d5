"""Looking ahead: when the targets are reached at the present pace, and what warns early."""

from typing import Annotated, Any

import typer

import db
from commands.figures import Basis
from commands.parts import As, Json, actor_for, in_units, month_of, refusals_as_exits, say, show
from programme import counties, forecast_queries, forms, release_issues, settings
from programme.calendar import Month
from programme.catalogue import Target
from programme.county_queries import require_sight
from programme.errors import Unusable
from programme.forecast_words import left_out_text, needed_sentence, sentence
from programme.forecast_words import month_of as month_text
from programme.forecasts import Bound, Outlook
from programme.permissions import Role
from programme.queries import View, latest_month, year_in
from programme.returns import member

app = typer.Typer()


def _bound(bound: Bound | None, factor: int) -> dict[str, Any] | None:
    return {"amount": in_units(bound.amount, factor), "month": month_text(bound.month)} if bound else None


def _row(target: Target, now: Outlook) -> dict[str, Any]:
    """Figures in the indicator's unit; paces as exact fractions, too."""
    factor = target.kpi.factor
    needed, pace = (None if one is None else one / factor for one in (now.needed, now.pace))
    return {
        "kpi": target.kpi.code,
        "tier": target.tier,
        "unit": target.kpi.unit,
        "month": str(now.at),
        "actual": None if now.actual is None else in_units(now.actual, factor),
        "target": float(now.goal / factor),
        "counted_from": str(now.since),
        "months_left": len(now.months_left),
        "needed_per_month": None if needed is None else float(needed),
        "needed_per_month_exact": None if needed is None else str(needed),
        "pace_per_month": None if pace is None else float(pace),
        "pace_per_month_exact": None if pace is None else str(pace),
        "pace_months": [str(month) for month in now.recent],
        "verdict": now.verdict.value,
        "reached_in": month_text(now.month),
        "slowest": _bound(now.slowest, factor),
        "fastest": _bound(now.fastest, factor),
        "left_out": [{"month": str(one.month), "reason": one.left_out} for one in now.left_out],
        "sentence": sentence(now),
        "needed": needed_sentence(now),
        "not_counted": left_out_text(now),
    }


def _require_past(period: Month, latest: Month) -> None:
    if period.last_day >= settings.today():
        raise Unusable(f"{period.chinese}还没有结束，不作推算。请指明已结束的报告期。")
    if period > latest:
        raise Unusable(
            f"{period.chinese}还没有上报的数，不作推算。最近有数的报告期是{latest.chinese}：--month {latest}。"
        )


@app.command()
def forecast(
    month: Annotated[str, typer.Option("--month", help="报告期，如 2019-06")] = "",
    basis: Basis = "working",
    county: Annotated[str, typer.Option("--county", help="只看一个县（六位行政区划代码），对照县均份额")] = "",
    backtest: Annotated[
        bool, typer.Option("--backtest", help="用示例年度检验推算，输出 docs/forecast.md 的内容")
    ] = False,
    as_user: As = "",
    as_json: Json = False,
) -> None:
    """照目前的速度，十项目标何时达到；每月还须多少。"""
    if backtest:
        from programme import demo_forecast  # noqa: PLC0415  (the sample programme is large, and only this needs it)

        say(demo_forecast.document().removesuffix("\n"))
        return
    with refusals_as_exits(), db.reading() as session:
        if not month:
            raise Unusable("请指明报告期：--month 2019-06。")
        period = month_of(month)
        year, actor = forms.year_for(period), actor_for(session, as_user, Role.OFFICE)
        _require_past(period, latest_month(session, year))
        release = release_issues.issue_of(session, period).number if basis == "released" else 0
        if county:
            place = require_sight(session, actor, counties.id_of(session, county))
            chain = forecast_queries.returns(session, year, release)
            facts, tier = year_in(session, year, release), member(session, year, place.id).tier
            found = forecast_queries.county_outlooks(chain, facts, place.id, tier, period)
        else:
            found = forecast_queries.outlooks(session, actor, View(period, release=release))
    show([_row(*one) for one in found], as_json, "{kpi:<14}{tier:<10} {sentence}{needed}{not_counted}")
