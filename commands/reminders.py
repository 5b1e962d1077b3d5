"""Reminders: the day's digests by the ladder, and whatever waits to be sent. For cron, every few minutes."""

from typing import Annotated, Any

import typer

import db
from commands.parts import As, Json, actor_for, refusals_as_exits, say, show
from programme import dispatch, ladder, reminders
from programme.dispatch import Outcome
from programme.ladder import Digest
from programme.permissions import ROLE_NAMES, Role

app = typer.Typer()


def _row(digest: Digest) -> dict[str, Any]:
    words = ladder.facts().ladder
    return {
        "user": digest.account.username,
        "name": digest.account.name,
        "role": digest.account.role.value,
        "subject": ladder.subject(digest, words),
        "body": ladder.body(digest, words),
        "returns": [
            {
                "county": one.code,
                "month": str(one.month),
                "step": step,
                "status": one.status.value,
                "due": one.due.isoformat(),
            }
            for one, step in digest.items
        ],
    }


@app.command()
def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出今天该催报谁、催什么，不记录也不发送")] = False,
    as_user: As = "",
    as_json: Json = False,
) -> None:
    """按催报规则提醒未报的县和上级，并发送待发的通知；可由 cron 每隔几分钟执行，同一天不会重复。"""
    with refusals_as_exits():
        if dry_run:
            with db.reading() as session:
                actor = actor_for(session, as_user, Role.OFFICE)
                found, unheard = reminders.planned(session, actor), reminders.unheard(session, actor)
        else:
            with db.transaction() as session:
                actor = actor_for(session, as_user, Role.OFFICE)
                found, unheard = reminders.remind(session, actor), reminders.unheard(session, actor)
        outcomes = [] if dry_run else dispatch.dispatch(db.transaction)
    _print(found, dry_run, as_json)
    _tell(outcomes, as_json)
    if places := list(dict.fromkeys(f"{one.county}（{one.code}）" for one in unheard)):
        say(f"{len(places)}个县没有可用的账号，没有催到：{'、'.join(places)}。", err=True)


def _print(found: list[Digest], dry_run: bool, as_json: bool) -> None:
    if as_json:
        show([_row(digest) for digest in found], as_json, "")
        return
    for digest in found:
        returns = "、".join(f"{one.county}{one.month}" for one in digest.returns)
        account = digest.account
        say(f"{account.username} {ROLE_NAMES[account.role]}·{account.name}：{len(digest.items)}份 {returns}")
    say(f"{'今天应' if dry_run else '已'}催报{len(found)}个账号。")


def _tell(outcomes: list[Outcome], as_json: bool) -> None:
    """What was sent, and on standard error what was not."""
    for one in outcomes:
        if one.error:
            say(f"{one.channel}：{one.accounts}个账号的通知未送达（{one.error}），将按规则再试。", err=True)
        elif not as_json:
            say(f"{one.channel}：已送达{one.accounts}个账号。")
