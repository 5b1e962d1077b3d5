"""Accounts: made and listed."""

from typing import Annotated

import typer

import db
from commands.parts import Json, operator, refusals_as_exits, say, show
from programme import accounts
from programme.permissions import ROLE_NAMES, Role

app = typer.Typer(no_args_is_help=True, help="账号")


@app.command("add")
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
    say(f"账号 {username} 的一次性密码（只显示这一次，首次登录须修改）：{password}")


@app.command("list")
def list_users(as_json: Json = False) -> None:
    """列出账号。"""
    with refusals_as_exits(), db.reading() as session:
        rows = accounts.user_rows(session, operator(Role.ADMIN))
    show(rows, as_json, "{username:<24}{role:<14}{name}")
