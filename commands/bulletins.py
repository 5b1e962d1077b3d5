"""The bulletin of a release: as a file, and checked."""

from pathlib import Path
from typing import Annotated

import typer

import db
from commands.parts import As, ReleaseNumber, actor_for, refusals_as_exits, say, verified
from commands.releases import app
from programme.permissions import Role


@app.command("bulletin")
def write_bulletin(
    number: ReleaseNumber,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写到哪个文件：.docx 或 .pdf")] = None,
    as_user: As = "",
) -> None:
    """某期的通报：已定稿的写定稿，否则写草稿（标明未定稿）。"""
    from programme import bulletin_queries  # noqa: PLC0415  (documents and type take time to load)

    with refusals_as_exits(), db.reading() as session:
        printed = bulletin_queries.printed(session, actor_for(session, as_user, Role.OFFICE), number)
        output = output or Path(f"{printed.name}.pdf")
        output.write_bytes(printed.file(output.suffix.removeprefix(".").lower()))
    say(f"已写入 {output}：{printed.name}，内容 SHA-256 {printed.paper.sha256}")
    if printed.replaced:
        say(f"注意：{printed.replaced}。", err=True)


@app.command("bulletin-verify")
def verify_bulletin(number: ReleaseNumber, as_user: As = "") -> None:
    """核对某期已定稿的通报：内容与定稿时的指纹；不符时退出码为 1。"""
    from programme import bulletin_queries  # noqa: PLC0415

    with refusals_as_exits(), db.reading() as session:
        problems = bulletin_queries.verify(session, actor_for(session, as_user, Role.OFFICE), number)
    verified(f"第{number}期的通报", problems)
