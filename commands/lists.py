"""Lists that are brought in as a whole, and accounts."""

from typing import Annotated

import typer

import db
from commands.parts import As, Given, Json, actor_for, operator, print_findings, read, refusals_as_exits, show
from programme import accounts, counties
from programme.catalogue import catalogue
from programme.permissions import ROLE_NAMES, Role

counties_app = typer.Typer(no_args_is_help=True, help="县名单")
user_app = typer.Typer(no_args_is_help=True, help="账号")


@counties_app.command("import")
def import_counties(file: Given, year: int = 0, as_user: As = "") -> None:
    """导入一个年度的县名单（110行）。"""
    with refusals_as_exits(), db.transaction() as session:
        actor, chosen = actor_for(session, as_user, Role.OFFICE), year or catalogue().current_year.year
        content, name = read(file)
        members = counties.check_membership(session, content, name, chosen)
        print_findings(members.findings, as_json=False)
        count = counties.import_membership(session, actor, content, name, year=chosen)
    typer.echo(f"已导入{chosen}年度的{count}个县。")


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
