"""Releases: made, listed, checked, made into files."""

import hashlib
from pathlib import Path
from typing import Annotated, Any

import typer

import db
from commands.parts import (
    As,
    AsWhom,
    Json,
    MonthText,
    ReleaseNumber,
    actor_for,
    month_of,
    refusals_as_exits,
    say,
    show,
    shown,
    verified,
)
from programme import accounts, release_content, release_issues, releases
from programme.permissions import Permission, Role, require
from programme.release_issues import Issue

app = typer.Typer(no_args_is_help=True, help="发布")


@app.command("make")
def make_release(
    as_user: AsWhom,
    month: MonthText = "",
    reason: Annotated[str, typer.Option(help="替换已有一期时的原因")] = "",
) -> None:
    """把某月已接收的月报冻结为一期。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        ready = release_content.prepare(session, actor, month_of(month))
        made = releases.release(session, actor, ready, reason)
    say(f"已发布：{made.title}，{made.accepted}/{made.expected}个县，SHA-256 {made.sha256}")


def _row(issue: Issue) -> dict[str, Any]:
    return {
        "number": issue.number,
        "month": str(issue.month),
        "made_at": issue.made_at.isoformat(),
        "sha256": issue.sha256,
        "superseded_by": issue.superseded_by or None,
    }


@app.command("list")
def list_releases(as_user: As = "", as_json: Json = False) -> None:
    """列出各期，早的在前。"""
    with refusals_as_exits(), db.reading() as session:
        require(actor_for(session, as_user, Role.OFFICE), Permission.SEE_TOTALS)
        found = release_issues.issues(session)
    for issue in () if as_json else found:
        row, tail = _row(issue), f" {issue.replaced}" if issue.replaced else ""
        say(f"第{row['number']}期 {row['month']} {row['made_at']} {row['sha256']}{tail}")
    if as_json:
        show([_row(issue) for issue in found], as_json, "")


@app.command("verify")
def verify_release(number: ReleaseNumber, as_user: As = "") -> None:
    """核对一期：指纹、所列月报、合计；不符时退出码为 1。"""
    with refusals_as_exits(), db.reading() as session:
        problems = releases.verify(session, actor_for(session, as_user, Role.OFFICE), number)
    verified(f"第{number}期", problems)


@app.command("wall")
def wall(
    number: ReleaseNumber,
    to: Annotated[Path | None, typer.Option("-o", "--output", help="写到哪个文件，如 大屏.html")] = None,
    as_user: As = "",
) -> None:
    """把一期做成博览会大屏的离线文件，并写出它的 .sha256；不联网即可打开。"""
    from components.wall.page import wall_html  # noqa: PLC0415  (fonts and outlines take time to load)
    from programme import release_papers, wall_standing  # noqa: PLC0415

    with refusals_as_exits(), db.reading() as session:
        require(actor_for(session, as_user, Role.OFFICE), Permission.SEE_TOTALS)
        content = wall_standing.content(session, number=number)
        issue = release_issues.numbered(session, number)
    to = to or Path(release_papers.file_name(issue, "大屏.html"))
    page = wall_html(content, online=False).encode()
    sha256 = hashlib.sha256(page).hexdigest()
    with refusals_as_exits():
        to.write_bytes(page)
        to.with_name(f"{to.name}.sha256").write_text(f"{sha256}  {to.name}\n", encoding="utf-8")
    say(f"已写出 {shown(to)}，{len(page) / 1000:,.0f} kB，SHA-256 {sha256}")
    if issue.replaced:
        say(f"注意：第{number}期{issue.replaced}。", err=True)
