"""What is made from a release: slides, data, one-page sheets."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

import db
from commands.parts import As, County, actor_for, refusals_as_exits, shown
from commands.releases import app as release_app
from programme import release_papers
from programme.permissions import Actor, Role

county_app = typer.Typer(no_args_is_help=True, help="县和核心示范县组")
Number = Annotated[int, typer.Argument(help="第几期")]
Output = Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")]


def _write(output: Path, as_user: str, made: Callable[[Session, Actor], bytes]) -> None:
    with refusals_as_exits(), db.reading() as session:
        output.write_bytes(made(session, actor_for(session, as_user, Role.OFFICE)))
    typer.echo(f"已生成：{shown(output)}")


@release_app.command("briefing")
def briefing(number: Number, output: Output, as_user: As = "") -> None:
    """生成一期的简报（pptx）。"""
    _write(output, as_user, lambda session, actor: release_papers.briefing(session, actor, number))


@release_app.command("data")
def data(number: Number, output: Output, as_user: As = "") -> None:
    """生成一期的数据表（xlsx），含数据字典。"""
    _write(output, as_user, lambda session, actor: release_papers.data(session, actor, number))


@county_app.command("sheet")
def sheet(
    code: County,
    number: Number,
    output: Output,
    group: Annotated[bool, typer.Option("--group", help="整个核心示范县组，代码为核心示范县的")] = False,
    as_user: As = "",
) -> None:
    """生成一个县或一个核心示范县组的一页纸（pdf）。"""
    make = release_papers.group_sheet if group else release_papers.county_sheet
    _write(output, as_user, lambda session, actor: make(session, actor, code, number))
