"""The review of returns, and where a figure comes from."""

import json
from typing import Annotated, Any

import typer

import db
from commands.parts import (
    As,
    AsWhom,
    County,
    Json,
    MonthText,
    Period,
    actor_for,
    in_units,
    month_of,
    refusals_as_exits,
    say,
    show,
)
from programme import accounts, forms, obligations, reviews
from programme.catalogue import catalogue
from programme.errors import Unusable
from programme.obligations import STATUS_NAMES, Obligation, Step
from programme.permissions import Role

app = typer.Typer(no_args_is_help=True, help="月报的审核与追溯")


def _obligation_row(one: Obligation) -> dict[str, Any]:
    return {
        "county": one.code,
        "month": str(one.month),
        "status": one.status.value,
        "revision": one.revision,
        "due": one.due.isoformat(),
        "submitted_at": one.at.isoformat() if one.at else None,
        "late_days": one.late_days,
        "missing": list(one.missing),
    }


def _show_obligations(found: list[Obligation], as_json: bool) -> None:
    if as_json:
        show([_obligation_row(one) for one in found], as_json, "")
    for one in () if as_json else found:
        late = f"，迟{one.late_days}天" if one.late_days else ""
        say(f"{one.code} {one.county} {one.month} {STATUS_NAMES[one.status]} 第{one.revision}版，截止{one.due}{late}")


@app.command("list")
def list_returns(month: MonthText = "", as_user: As = "", as_json: Json = False) -> None:
    """列出某月各县的月报任务和状态。"""
    with refusals_as_exits(), db.reading() as session:
        period = month_of(month)
        actor = actor_for(session, as_user, Role.OFFICE)
        found = obligations.obligations(session, actor, forms.year_for(period), period)
    _show_obligations(found, as_json)


@app.command("show")
def show_return(county: County, month: Period, as_user: As = "", as_json: Json = False) -> None:
    """一个县一个月的月报：状态，以及退回时要求修改的格。"""
    with refusals_as_exits(), db.reading() as session:
        one = reviews.one_of(session, actor_for(session, as_user, Role.OFFICE), county, month_of(month))
        cells = reviews.cells_of(session, one)
    if as_json:
        asked = [{"kpi": cell.kpi, "column": cell.measure, "reason": cell.reason} for cell in cells]
        say(json.dumps(_obligation_row(one) | {"cells": asked}, ensure_ascii=False, indent=1))
        return
    _show_obligations([one], as_json=False)
    for cell in cells:
        say(f"  {catalogue().kpi(cell.kpi).name} {reviews.MEASURES[cell.measure]}：{cell.reason}")


def _take(step: Step, county: str, month: str, as_user: str) -> None:
    verb = {Step.APPROVED: reviews.approve, Step.ACCEPTED: reviews.accept}[step]
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        one = reviews.one_of(session, actor, county, month_of(month))
        verb(session, actor, [one])
    say(f"已{reviews.WORDS[step]}：{one.title}第{one.revision}版。")


@app.command("approve")
def approve_return(county: County, month: Period, as_user: AsWhom) -> None:
    """省级审核通过。"""
    _take(Step.APPROVED, county, month, as_user)


@app.command("accept")
def accept_return(county: County, month: Period, as_user: AsWhom) -> None:
    """办公室接收。"""
    _take(Step.ACCEPTED, county, month, as_user)


@app.command("send-back")
def send_return_back(
    county: County,
    month: Period,
    as_user: AsWhom,
    cell: Annotated[list[str], typer.Option("--cell", help="要改的格，如 posts:month 或 reads:to_date，可重复")],
    reason: Annotated[list[str], typer.Option("--reason", help="原因；只写一个时用于所有的格")],
) -> None:
    """退回，逐格写明原因。"""
    with refusals_as_exits():
        if len(reason) not in (1, len(cell)):
            raise Unusable(f"有{len(cell)}个格、{len(reason)}个原因：请给每一格写一个原因，或共用一个原因。")
        reasons = reason * len(cell) if len(reason) == 1 else reason
        cells = [reviews.Cell(*place.partition(":")[::2], text) for place, text in zip(cell, reasons, strict=True)]
        with db.transaction() as session:
            actor = accounts.actor_named(session, as_user)
            one = reviews.one_of(session, actor, county, month_of(month))
            reviews.send_back(session, actor, one, cells)
    say(f"已退回：{one.title}第{one.revision}版，要求修改{len(cells)}格。")


@app.command("trace")
def trace_figure(county: County, month: Period, kpi: str, as_user: As = "", as_json: Json = False) -> None:
    """一个数从哪里来：各版的数值、文件、单元格、报送人和审核人，新版在前。"""
    from programme import traces  # noqa: PLC0415  (only this needs frames, which take time to load)

    with refusals_as_exits(), db.reading() as session:
        chosen, actor = traces.kpi_named(kpi), actor_for(session, as_user, Role.OFFICE)
        rows = traces.trace(session, actor, county, month_of(month), chosen)
    for row in rows:
        for more in ("file_name", "reason", "releases"):
            row.pop(more)
        row["value"] = None if row["value"] is None else in_units(row["value"], chosen.factor)
    show(rows, as_json, "第{revision}版 {value} {sheet}!{cell} {submitted_by} {at} {reviewers}")
