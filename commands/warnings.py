"""Early warnings: what the rules tell of the working figures, and what is done about it."""

from typing import Annotated, Any, Literal

import typer
from sqlmodel import Session

import db
from commands.parts import As, AsWhom, Json, actor_for, refusals_as_exits, say, show
from programme import accounts, counties, early_warnings
from programme.catalogue import catalogue
from programme.early_warnings import STATE_NAMES, EarlyWarning, State, warnings_of
from programme.errors import NotFound
from programme.permissions import Actor, Permission, Role, require
from programme.returns import member

app = typer.Typer(no_args_is_help=True, help="预警")
GONE = "gone"
Listed = Literal["open", "handled", "closed", "gone"]
Number = Annotated[str, typer.Argument(help="预警的编号，见 warnings list")]
Note = Annotated[str, typer.Option("--note", help="说明：怎样处理、由谁处理；关闭时写明结果")]
LINE = "{id} {state_name} [{severity}] {county_name} {name}：{sentence}（{owner_name}）{told}"


def _state(one: EarlyWarning) -> str:
    """As the page lists it: what has gone counts as gone until it is closed."""
    return one.state.value if one.is_present or one.state is State.CLOSED else GONE


def _row(one: EarlyWarning) -> dict[str, Any]:
    return {
        "id": one.key,
        "county": one.member.code,
        "county_name": one.member.name,
        "rule": one.rule.code,
        "name": one.rule.name,
        "severity": one.rule.severity,
        "sentence": one.episode.sentence,
        "since": str(one.episode.first),
        "last": str(one.episode.last),
        "owner": one.rule.owner.value,
        "state": _state(one),
        "steps": [
            {"step": step.step.value, "note": step.note, "by": step.user_name, "at": step.at.isoformat()}
            for step in one.taken
        ],
    }


def _line(one: EarlyWarning) -> dict[str, Any]:
    state = _state(one)
    last = one.taken[-1] if one.taken else None
    return _row(one) | {
        "state_name": "已消失" if state == GONE else STATE_NAMES[State(state)],
        "owner_name": one.rule.owner_name,
        "told": f" {last.user_name}：{' '.join(last.note.split())}" if last else "",
    }


def _of_county(session: Session, actor: Actor, code: str) -> int:
    """Raises NotAllowed for a county outside the actor's scope."""
    place = member(session, catalogue().current_year, counties.id_of(session, code))
    require(actor, Permission.SEE_WARNING, place.subject)
    return place.county_id


@app.command("list")
def list_warnings(
    state: Annotated[
        Listed | None, typer.Option("--state", help="只看待处理、处理中、已关闭或已消失的；不写则全部")
    ] = None,
    county: Annotated[str, typer.Option("--county", help="只看一个县：六位行政区划代码")] = "",
    as_user: As = "",
    as_json: Json = False,
) -> None:
    """列出预警：最需要处理的在前，每条以编号开头。"""
    with refusals_as_exits(), db.reading() as session:
        actor = actor_for(session, as_user, Role.OFFICE)
        only = _of_county(session, actor, county) if county else None
        every = warnings_of(session, actor, catalogue().current_year)
    found = [one for one in every if state in (None, _state(one)) and only in (None, one.member.county_id)]
    show([_row(one) if as_json else _line(one) for one in found], as_json, LINE)
    if not found and not as_json:
        say("没有符合条件的预警。")


def _take(step: State, number: str, as_user: str, note: str) -> None:
    verb = {State.HANDLED: early_warnings.take_up, State.CLOSED: early_warnings.close}[step]
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        known = warnings_of(session, actor, catalogue().current_year)
        seen = next((one for one in known if one.key == number), None)
        if seen is None:
            raise NotFound(f"没有编号为“{number}”的预警，编号见 warnings list。")
        verb(session, actor, seen, note)
    say(f"已登记为“{STATE_NAMES[step]}”：{seen.title}。")


@app.command("take")
def take_warning(number: Number, as_user: AsWhom, note: Note) -> None:
    """开始处理一项预警。"""
    _take(State.HANDLED, number, as_user, note)


@app.command("close")
def close_warning(number: Number, as_user: AsWhom, note: Note) -> None:
    """关闭一项预警，写明结果。"""
    _take(State.CLOSED, number, as_user, note)
