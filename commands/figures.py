"""Figures in and progress out."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import db
from commands.parts import (
    As,
    Given,
    Json,
    MonthText,
    actor_for,
    answer_check,
    in_units,
    month_of,
    print_findings,
    read,
    refusals_as_exits,
    say,
    show,
    shown,
)
from programme import accounts, counties, forms, queries, release_issues
from programme.county_by_county import parted
from programme.errors import Unusable
from programme.kpis import Progress
from programme.permissions import Role
from programme.queries import View
from programme.returns import check_file
from programme.submissions import submit as submit_checked

app = typer.Typer()


@app.command()
def template(
    form: Literal["monthly", "batch"],
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")],
    month: MonthText,
    county: Annotated[str, typer.Option(help="六位行政区划代码")] = "",
    as_user: As = "",
) -> None:
    """生成填报表（monthly：一县一月；batch：多县一行一县）。"""
    with refusals_as_exits(), db.reading() as session:
        actor, period = actor_for(session, as_user, Role.OFFICE), month_of(month)
        if form == "batch":
            content = forms.blank_batch(session, actor, [period])
        elif county:
            content = forms.blank_form(session, actor, counties.id_of(session, county), period)
        else:
            raise Unusable("一县一月的填报表须指明哪个县：--county 六位行政区划代码。")
        output.write_bytes(content)
    say(f"已生成：{shown(output)}")


@app.command()
def check(file: Given, as_user: As = "", as_json: Json = False) -> None:
    """核对一个填报文件，列出全部问题；有错误时退出码为 1，没能核对时为 2。"""
    with refusals_as_exits(refused=2), db.reading() as session:
        checked = check_file(session, actor_for(session, as_user, Role.OFFICE), *read(file))
    answer_check(checked.findings, as_json)


@app.command()
def submit(
    file: Given,
    as_user: Annotated[str, typer.Option("--as", help="以哪个账号报送")],
    confirm: Annotated[str, typer.Option(help="确认警告的原因")] = "",
    sound: Annotated[bool, typer.Option("--sound", help="多个县的文件：先报送没有错误的县")] = False,
) -> None:
    """核对并报送一个文件；有错误或未确认的警告时拒绝，退出码为 1。"""
    with refusals_as_exits():
        with db.reading() as session:
            actor = accounts.actor_named(session, as_user)
            checked = check_file(session, actor, *read(file))
        print_findings(checked.findings)
        parts = parted(checked) if sound else None
        checked = parts.sound if parts else checked
        with db.transaction() as session:
            receipt = submit_checked(session, actor, checked, confirm, channel="terminal")
    say(receipt.sentence)
    if parts:
        say(f"未报送、须改正后另报：{parts.sentence}。")


def _progress_row(line: Progress) -> dict[str, Any]:
    return {
        "kpi": line.target.kpi.code,
        "tier": line.target.tier,
        "actual": None if line.actual is None else in_units(line.actual, line.target.kpi.factor),
        "target": line.target.value,
        "attainment": None if line.attainment is None else float(line.attainment),
        "elapsed_share": float(line.elapsed),
        "light": line.light.value,
        "counties_reported": line.counties_reported,
        "counties_expected": line.counties_expected,
    }


Basis = Annotated[Literal["working", "released"], typer.Option(help="口径：工作口径或已发布")]


@app.command()
def progress(month: MonthText = "", basis: Basis = "working", as_user: As = "", as_json: Json = False) -> None:
    """十项目标到某月底的进度（以方案的计量单位）。"""
    with refusals_as_exits(), db.reading() as session:
        period = month_of(month)
        forms.year_for(period)
        release = release_issues.issue_of(session, period).number if basis == "released" else 0
        lines = queries.progress(session, actor_for(session, as_user, Role.OFFICE), View(period, release=release))
    line = "{kpi:<14}{tier:<10} 实际 {actual}  目标 {target}  完成率 {attainment}  {light}"
    show([_progress_row(row) for row in lines], as_json, line)
