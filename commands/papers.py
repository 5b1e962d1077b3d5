"""What is made from a release: slides, data, one-page sheets."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

import db
from commands.parts import As, County, ReleaseNumber, actor_for, refusals_as_exits, say, shown
from commands.releases import app as release_app
from programme import release_issues
from programme.permissions import Actor, Role

county_app = typer.Typer(no_args_is_help=True, help="县和核心示范县组")
Output = Annotated[Path | None, typer.Option("-o", "--output", help="写到哪个文件")]


def _write(number: int, output: Path | None, as_user: str, what: str, made: Callable[[Session, Actor], bytes]) -> None:
    from programme import release_papers  # noqa: PLC0415  (as below: slides and type take time to load)

    with refusals_as_exits(), db.reading() as session:
        content = made(session, actor_for(session, as_user, Role.OFFICE))
        issue = release_issues.numbered(session, number)
        output = output or Path(release_papers.file_name(issue, what))
        output.write_bytes(content)
    say(f"已生成：{shown(output)}")
    if issue.replaced:
        say(f"注意：第{number}期{issue.replaced}。", err=True)


@release_app.command("briefing")
def briefing(number: ReleaseNumber, output: Output = None, as_user: As = "") -> None:
    """生成一期的简报（pptx）。"""
    from programme.release_papers import briefing as made  # noqa: PLC0415

    _write(number, output, as_user, "简报.pptx", lambda session, actor: made(session, actor, number))


@release_app.command("data")
def data(number: ReleaseNumber, output: Output = None, as_user: As = "") -> None:
    """生成一期的数据表（xlsx），含数据字典。"""
    from programme.release_papers import data as made  # noqa: PLC0415

    _write(number, output, as_user, "数据.xlsx", lambda session, actor: made(session, actor, number))


@county_app.command("sheet")
def sheet(
    code: County,
    number: ReleaseNumber,
    output: Output = None,
    group: Annotated[bool, typer.Option("--group", help="整个核心示范县组，代码为核心示范县的")] = False,
    as_user: As = "",
) -> None:
    """生成一个县或一个核心示范县组的一页纸（pdf）。"""
    from programme import release_papers  # noqa: PLC0415

    make = release_papers.group_sheet if group else release_papers.county_sheet
    what = f"{code}{'组' if group else ''}_一页纸.pdf"
    _write(number, output, as_user, what, lambda session, actor: make(session, actor, code, number))
