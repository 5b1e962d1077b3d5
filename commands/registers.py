"""Evidence registers: in, and held against the reported figures."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

import db
from commands.parts import (
    As,
    AsWhom,
    County,
    Given,
    Json,
    MonthText,
    Period,
    actor_for,
    answer_check,
    month_of,
    print_findings,
    read,
    refusals_as_exits,
    say,
    shown,
)
from programme import accounts, counties, reconciliation, register_submissions, register_withdrawals, registers
from programme.permissions import Role

app = typer.Typer(no_args_is_help=True, help="佐证台账")
Whose = Annotated[str, typer.Option("--county", help="文件没有写明时：六位行政区划代码")]
When = Annotated[str, typer.Option("--month", help="文件没有写明时：报告期，如 2019-06")]


@app.command("template")
def register_template(
    kind: Annotated[str, typer.Argument(help="台账的代码，如 shops")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")],
    month: MonthText,
    county: Annotated[str, typer.Option(help="六位行政区划代码；不写则生成多县通用的空表")] = "",
    as_user: As = "",
) -> None:
    """生成一种台账的空表。"""
    with refusals_as_exits(), db.reading() as session:
        actor = actor_for(session, as_user, Role.OFFICE)
        output.write_bytes(registers.template(session, actor, kind, month_of(month), county))
    say(f"已生成：{shown(output)}")


@app.command("check")
def check_register(file: Given, as_user: As = "", as_json: Json = False, county: Whose = "", month: When = "") -> None:
    """核对一个台账文件，列出全部问题；有错误时退出码为 1，没能核对时为 2。"""
    with refusals_as_exits(refused=2), db.reading() as session:
        actor = actor_for(session, as_user, Role.OFFICE)
        period = month_of(month) if month else None
        checked = registers.check_register(session, actor, *read(file), county=county, month=period)
    answer_check(checked.findings, as_json)


@app.command("submit")
def submit_register(
    file: Given,
    as_user: AsWhom,
    confirm: Annotated[str, typer.Option(help="确认警告的原因")] = "",
    county: Whose = "",
    month: When = "",
) -> None:
    """核对并报送一个台账文件；有错误或未确认的警告时拒绝，退出码为 1。"""
    with refusals_as_exits():
        with db.reading() as session:
            actor = accounts.actor_named(session, as_user)
            period = month_of(month) if month else None
            checked = registers.check_register(session, actor, *read(file), county=county, month=period)
        print_findings(checked.findings)
        with db.transaction() as session:
            receipt = register_submissions.submit_register(session, actor, checked, confirm, channel="terminal")
    say(receipt.sentence)


def _row(line: reconciliation.Line) -> dict[str, Any]:
    return {
        "county": line.county.code,
        "month": str(line.month),
        "kpi": line.kpi.code,
        "applies": line.applies,
        "reported": line.reported,
        "counted": line.counted,
        "platform": line.platform,
        "outcome": line.own.outcome.value,
        "difference": line.own.difference,
        "platform_outcome": line.third.outcome.value,
        "platform_difference": line.third.difference,
        "asks": line.asks,
        "explanations": [
            {"text": one.text, "by": one.user_name, "at": one.at.isoformat()} for one in line.explanations
        ],
    }


@app.command("compare")
def compare(month: MonthText = "", county: Whose = "", as_user: As = "", as_json: Json = False) -> None:
    """上报数与台账明细、平台数据的比对。"""
    with refusals_as_exits(), db.reading() as session:
        actor = actor_for(session, as_user, Role.OFFICE)
        ids = [counties.id_of(session, county)] if county else None
        lines = reconciliation.reconcile(session, actor, month_of(month), ids)
    if as_json:
        say(json.dumps([_row(line) for line in lines], ensure_ascii=False, indent=1))
        return
    for line in lines:
        figures = "，".join(
            f"{name}{'—' if number is None else number}"
            for name, number in (("上报", line.reported), ("明细", line.counted), ("平台", line.platform))
        )
        told = line.own.text if line.applies else "不在本县考核范围，不比对"
        say(f"{line.county.code} {line.county.name} {line.kpi.name}：{figures}，{told}")


@app.command("withdraw")
def withdraw(
    kind: Annotated[str, typer.Argument(help="台账的代码，如 posts")],
    county: Annotated[str, typer.Option("--county", help="六位行政区划代码")],
    month: MonthText,
    as_user: AsWhom,
    reason: Annotated[str, typer.Option("--reason", help="撤回的原因")],
) -> None:
    """撤回一个县一个月的一种台账，改为本月无明细；原有各版仍保留。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        county_id = counties.id_of(session, county)
        standing = register_withdrawals.in_force(session, actor, kind, county_id, month_of(month))
        sentence = register_withdrawals.withdraw(session, actor, standing, reason, channel="terminal")
    say(sentence)


@app.command("explain")
def explain(
    county: County,
    month: Period,
    kpi: Annotated[str, typer.Argument(help="指标代码，如 posts")],
    as_user: AsWhom,
    reason: Annotated[str, typer.Option("--reason", help="差异的原因")],
) -> None:
    """说明一项差异的原因；说明与当时的数一并保存。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        county_id = counties.id_of(session, county)
        line = reconciliation.line_of(session, actor, county_id, month_of(month), kpi)
        reconciliation.explain(session, actor, line, reason)
    say(f"已保存说明：{line.county.name}{line.month.chinese}{line.kpi.name}。")
