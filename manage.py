"""The back door: the same verbs as the pages, with the same permissions, for a terminal and for operators."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError
from sqlmodel import Session

import db
from programme import accounts, backup, counties, demo, forms, keys, obligations, projects, queries, reviews, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import NotFound, ProgrammeError, Unusable
from programme.findings import Finding, errors
from programme.kpis import Progress
from programme.obligations import STATUS_NAMES, Obligation, Step
from programme.permissions import ROLE_NAMES, Actor, Role
from programme.queries import View
from programme.returns import check_file
from programme.submissions import submit as submit_checked

app = typer.Typer(
    no_args_is_help=True,
    help="网络扶贫监测平台的终端命令",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
counties_app = typer.Typer(no_args_is_help=True, help="县名单")
projects_app = typer.Typer(no_args_is_help=True, help="“双百”项目")
user_app = typer.Typer(no_args_is_help=True, help="账号")
returns_app = typer.Typer(no_args_is_help=True, help="月报的审核与追溯")
for name, group in (
    ("returns", returns_app),
    ("counties", counties_app),
    ("projects", projects_app),
    ("user", user_app),
):
    app.add_typer(group, name=name)

OPERATOR_NAME = "终端操作员"
As = Annotated[str, typer.Option("--as", help="以哪个账号的身份和权限执行")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
MonthText = Annotated[str, typer.Option("--month", help="报告期，如 2019-06")]
Given = Annotated[Path, typer.Argument(help="文件")]


@contextmanager
def refusals_as_exits(refused: int = 1) -> Iterator[None]:
    """A refusal is one sentence on standard error: exit `refused`, or 2 for a file, argument or store that cannot be used."""
    try:
        yield
    except (Unusable, NotFound) as unusable:
        _leave(str(unusable), 2)
    except ProgrammeError as refusal:
        _leave(str(refusal), refused)
    except (DataError, IntegrityError, BrokenPipeError):
        raise
    except DatabaseError as failure:
        _leave(db.what_failed(failure), 2)
    except OSError as failure:
        _leave(_unreachable(failure), 2)


def _leave(sentence: str, code: int) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _unreachable(failure: OSError) -> str:
    known = {
        FileNotFoundError: "不存在", PermissionError: "没有权限", IsADirectoryError: "这是一个文件夹",
        NotADirectoryError: "上级不是文件夹", FileExistsError: "上级不是文件夹",
    }  # fmt: skip
    reason = known.get(type(failure), failure.strerror or str(failure))
    return f"文件不能读写：{_shown(Path(str(failure.filename or '')))}（{reason}）。"


def _shown(path: Path) -> str:
    """A path fit to print and to keep, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def read(file: Path) -> tuple[bytes, str]:
    """Content and name of a file somebody hands in."""
    return file.read_bytes(), _shown(Path(file.name))


def operator(role: Role) -> Actor:
    """Whoever sits at the terminal of the server, in the role a command needs."""
    return Actor(0, "terminal", OPERATOR_NAME, role)


def actor_for(session: Session, as_user: str, role: Role) -> Actor:
    """The account of that name, or the operator."""
    return accounts.actor_named(session, as_user) if as_user else operator(role)


def month_of(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise Unusable(f"报告期“{text}”认不出，请写成 2019-06。") from None


def show(rows: list[dict[str, Any]], as_json: bool, line: str) -> None:
    """Rows as JSON, or one line each by the format given."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo(line.format(**row))


# --- store ----------------------------------------------------------------------------------------------------------


@app.command()
def init(with_demo: Annotated[bool, typer.Option("--demo", help="空库时装入示例数据")] = False) -> None:
    """建立或升级数据库；生产环境首次建立系统管理员并显示一次性密码。"""
    with refusals_as_exits():
        if with_demo and settings.production():
            raise Unusable("正式运行（NETLIFT_MODE=production）不装入示例数据，请去掉 --demo。")
        keys.secret()
        db.migrate()
        with db.starting() as session:
            counties.load_registry(session)
            accounts.refuse_samples(session)
        if with_demo:
            demo.fill_if_empty(db.starting, typer.echo)
            with db.reading() as session:
                typer.echo(demo.account_lines(session))
            return
        with db.starting() as session:
            password = accounts.create_first_admin(session)
        if password:
            typer.echo(f"系统管理员账号 admin，一次性密码（只显示这一次，首次登录须修改）：{password}")


@app.command(name="backup")
def backup_store(target: Given) -> None:
    """把整个库备份成一个文件。"""
    with refusals_as_exits(), db.reading() as session:
        counts = backup.backup(session, target)
    typer.echo(f"已备份{sum(counts.values())}行，{len(counts)}张表：{_shown(target)}")


@app.command()
def restore(source: Given) -> None:
    """从备份恢复到一个新建的空库。"""
    with refusals_as_exits():
        db.migrate()
        with db.starting() as session:
            counts = backup.restore(session, operator(Role.ADMIN), source)
    typer.echo(f"已恢复{sum(counts.values())}行，{len(counts)}张表。")


# --- returns --------------------------------------------------------------------------------------------------------


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
    typer.echo(f"已生成：{_shown(output)}")


def _print_findings(findings: list[Finding], as_json: bool) -> None:
    keys = ("rule", "severity", "sheet", "cell", "county", "month", "kpi", "value", "message")
    rows = [{key: finding.as_dict()[key] for key in keys} for finding in findings]
    show(rows, as_json, "[{severity}] {sheet} {cell} {message}（{value}）")


@app.command()
def check(file: Given, as_user: As = "", as_json: Json = False) -> None:
    """核对一个填报文件，列出全部问题；有错误时退出码为 1，没能核对时为 2。"""
    with refusals_as_exits(refused=2), db.reading() as session:
        checked = check_file(session, actor_for(session, as_user, Role.OFFICE), *read(file))
    _print_findings(checked.findings, as_json)
    if errors(checked.findings):
        raise typer.Exit(1)


@app.command()
def submit(
    file: Given,
    as_user: Annotated[str, typer.Option("--as", help="以哪个账号报送")],
    confirm: Annotated[str, typer.Option(help="确认警告的原因")] = "",
) -> None:
    """核对并报送一个文件；有错误或未确认的警告时拒绝，退出码为 1。"""
    with refusals_as_exits():
        with db.reading() as session:
            actor = accounts.actor_named(session, as_user)
            checked = check_file(session, actor, *read(file))
        _print_findings(checked.findings, as_json=False)
        with db.transaction() as session:
            receipt = submit_checked(session, actor, checked, confirm, channel="terminal")
    typer.echo(receipt.sentence)


def _progress_row(line: Progress) -> dict[str, Any]:
    return {
        "kpi": line.target.kpi.code,
        "tier": line.target.tier,
        "actual": None if line.actual is None else _in_units(line.actual, line.target.kpi.factor),
        "target": line.target.value,
        "attainment": None if line.attainment is None else float(line.attainment),
        "elapsed_share": float(line.elapsed),
        "light": line.light.value,
        "counties_reported": line.counties_reported,
        "counties_expected": line.counties_expected,
    }


def _in_units(stored: int, factor: int) -> int | float:
    return stored // factor if stored % factor == 0 else stored / factor


@app.command()
def progress(month: MonthText, as_user: As = "", as_json: Json = False) -> None:
    """十项目标到某月底的进度（以方案的计量单位）。"""
    with refusals_as_exits(), db.reading() as session:
        period = month_of(month)
        forms.year_for(period)
        lines = queries.progress(session, actor_for(session, as_user, Role.OFFICE), View(period))
    line = "{kpi:<14}{tier:<10} 实际 {actual}  目标 {target}  完成率 {attainment}  {light}"
    show([_progress_row(row) for row in lines], as_json, line)


# --- the review of returns --------------------------------------------------------------------------------------------


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
        typer.echo(
            f"{one.code} {one.county} {one.month} {STATUS_NAMES[one.status]} 第{one.revision}版，截止{one.due}{late}"
        )


@returns_app.command("list")
def list_returns(month: MonthText, as_user: As = "", as_json: Json = False) -> None:
    """列出某月各县的月报任务和状态。"""
    with refusals_as_exits(), db.reading() as session:
        period = month_of(month)
        actor = actor_for(session, as_user, Role.OFFICE)
        found = obligations.obligations(session, actor, forms.year_for(period), period)
    _show_obligations(found, as_json)


County = Annotated[str, typer.Argument(help="六位行政区划代码")]
Period = Annotated[str, typer.Argument(help="报告期，如 2019-06")]
AsWhom = Annotated[str, typer.Option("--as", help="以哪个账号的身份和权限执行")]


@returns_app.command("show")
def show_return(county: County, month: Period, as_user: As = "", as_json: Json = False) -> None:
    """一个县一个月的月报：状态，以及退回时要求修改的格。"""
    with refusals_as_exits(), db.reading() as session:
        one = reviews.one_of(session, actor_for(session, as_user, Role.OFFICE), county, month_of(month))
        cells = reviews.cells_of(session, one)
    if as_json:
        asked = [{"kpi": cell.kpi, "column": cell.measure, "reason": cell.reason} for cell in cells]
        typer.echo(json.dumps(_obligation_row(one) | {"cells": asked}, ensure_ascii=False, indent=1))
        return
    _show_obligations([one], as_json=False)
    for cell in cells:
        typer.echo(f"  {catalogue().kpi(cell.kpi).name} {reviews.MEASURES[cell.measure]}：{cell.reason}")


def _take(step: Step, county: str, month: str, as_user: str) -> None:
    verb = {Step.APPROVED: reviews.approve, Step.ACCEPTED: reviews.accept}[step]
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        one = reviews.one_of(session, actor, county, month_of(month))
        verb(session, actor, [one])
    typer.echo(f"已{reviews.WORDS[step]}：{one.title}第{one.revision}版。")


@returns_app.command("approve")
def approve_return(county: County, month: Period, as_user: AsWhom) -> None:
    """省级审核通过。"""
    _take(Step.APPROVED, county, month, as_user)


@returns_app.command("accept")
def accept_return(county: County, month: Period, as_user: AsWhom) -> None:
    """办公室接收。"""
    _take(Step.ACCEPTED, county, month, as_user)


@returns_app.command("send-back")
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
    typer.echo(f"已退回：{one.title}第{one.revision}版，要求修改{len(cells)}格。")


@returns_app.command("trace")
def trace_figure(county: County, month: Period, kpi: str, as_user: As = "", as_json: Json = False) -> None:
    """一个数从哪里来：各版的数值、文件、单元格、报送人和审核人，新版在前。"""
    with refusals_as_exits(), db.reading() as session:
        chosen, actor = reviews.kpi_named(kpi), actor_for(session, as_user, Role.OFFICE)
        rows = reviews.trace(session, actor, county, month_of(month), chosen)
    for row in rows:
        row["value"] = None if row["value"] is None else _in_units(row["value"], chosen.factor)
    show(rows, as_json, "第{revision}版 {value} {sheet}!{cell} {submitted_by} {at} {reviewers}")


# --- registry, projects, accounts -----------------------------------------------------------------------------------


@counties_app.command("import")
def import_counties(file: Given, year: int = 0, as_user: As = "") -> None:
    """导入一个年度的县名单（110行）。"""
    with refusals_as_exits(), db.transaction() as session:
        actor, chosen = actor_for(session, as_user, Role.OFFICE), year or catalogue().current_year.year
        content, name = read(file)
        members = counties.check_membership(session, content, name, chosen)
        _print_findings(members.findings, as_json=False)
        count = counties.import_membership(session, actor, content, name, year=chosen)
    typer.echo(f"已导入{chosen}年度的{count}个县。")


@projects_app.command("import")
def import_projects(file: Given, as_user: As = "", confirm: str = "") -> None:
    """导入项目信息汇总表（附件2）。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = actor_for(session, as_user, Role.NATIONAL_CAC)
        checked = projects.check_projects(session, actor, *read(file))
        _print_findings(checked.findings, as_json=False)
        receipt = projects.import_projects(session, actor, checked, confirm)
    typer.echo(receipt.sentence)


@user_app.command("add")
def add_user(
    username: str,
    role: Annotated[Role, typer.Option("--role", help="角色")],
    county: Annotated[str, typer.Option(help="六位行政区划代码")] = "",
    province: Annotated[str, typer.Option(help="省级代码，前两位")] = "",
    unit: Annotated[str, typer.Option("--name", help="单位名称")] = "",
) -> None:
    """新建账号，显示一次性密码。"""
    with refusals_as_exits(), db.transaction() as session:
        password = accounts.create_user(
            session,
            operator(Role.ADMIN),
            username=username,
            role=role,
            county_code=county,
            province_code=province,
            name=unit or f"{ROLE_NAMES[role]} {county or province}".strip(),
        )
    typer.echo(f"账号 {username} 的一次性密码（只显示这一次，首次登录须修改）：{password}")


@user_app.command("list")
def list_users(as_json: Json = False) -> None:
    """列出账号。"""
    with refusals_as_exits(), db.reading() as session:
        rows = accounts.user_rows(session, operator(Role.ADMIN))
    show(rows, as_json, "{username:<24}{role:<14}{name}")


if __name__ == "__main__":
    sys.exit(app())
