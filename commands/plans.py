"""Execution plans: where they stand, one plan whole, and the steps of its review."""

import json
from typing import Annotated, Any

import typer

import db
from commands.parts import As, AsWhom, County, Json, actor_for, refusals_as_exits, say, show
from programme import accounts, plan_reviews
from programme.catalogue import catalogue
from programme.errors import Unusable
from programme.milestones import STATE_NAMES, Milestone
from programme.obligations import Step
from programme.permissions import Role
from programme.plan_content import FEN_PER_YUAN, Written, money
from programme.plan_facts import plan_facts
from programme.plans import CountyPlan, content_of, plan_of, plans, reasons_of
from programme.review_rules import WORDS

app = typer.Typer(no_args_is_help=True, help="执行方案的审核与里程碑")
LINE = "{county} {name} {status_name} 第{revision}版，里程碑{milestones}个，完成{done}个，逾期{overdue}个"


def _row(one: CountyPlan) -> dict[str, Any]:
    every, done, late = one.counts
    return {
        "county": one.code,
        "name": one.county,
        "tier": one.tier.value,
        "owed": one.is_owed,
        "status": one.status.value,
        "status_name": one.status_name,
        "revision": one.revision,
        "in_force": one.in_force,
        "submitted_at": one.at.isoformat() if one.at else None,
        "milestones": every,
        "done": done,
        "overdue": late,
    }


def _milestone_row(one: Milestone) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "due": one.due.isoformat(),
        "state": one.state.value,
        "overdue": one.is_overdue,
        "late_days": one.late_days,
        "done_on": one.done_on.isoformat() if one.done_on else None,
        "note": one.note,
    }


def _sections(written: Written) -> dict[str, dict[str, Any]]:
    """Section → field → text; money in 元."""
    return {
        section.code: {
            box.code: _yuan(written.text(section.code, box.code))
            if box.kind == "money"
            else written.text(section.code, box.code)
            for box in section.fields
        }
        for section in plan_facts().sections
        if not section.is_timetable
    }


def _yuan(text: str) -> int | float | None:
    fen = money(text)
    if not isinstance(fen, int):
        return None
    return fen // FEN_PER_YUAN if fen % FEN_PER_YUAN == 0 else fen / FEN_PER_YUAN


@app.command("list")
def list_plans(as_user: As = "", as_json: Json = False) -> None:
    """列出应报和已报的执行方案：核心示范县在前。"""
    with refusals_as_exits(), db.reading() as session:
        found = plans(session, actor_for(session, as_user, Role.OFFICE), catalogue().current_year)
    show([_row(one) for one in found if one.is_owed or one.revision], as_json, LINE)


@app.command("show")
def show_plan(county: County, as_user: As = "", as_json: Json = False) -> None:
    """一个县的执行方案：最新一版的内容（planned 为其时间表）、现行版的里程碑进展，以及退回时要求修改的部分。"""
    with refusals_as_exits(), db.reading() as session:
        one = plan_of(session, actor_for(session, as_user, Role.OFFICE), county, catalogue().current_year)
        written, reasons = content_of(session, one), reasons_of(session, one)
    milestones = [_milestone_row(milestone) for milestone in one.milestones]
    if as_json:
        planned = [{"title": row.title, "due": row.due} for row in written.rows]
        whole = {"sections": _sections(written), "planned": planned, "timetable": milestones, "reasons": reasons}
        say(json.dumps(_row(one) | whole, ensure_ascii=False, indent=1))
        return
    say(LINE.format(**_row(one)))
    for section in plan_facts().sections:
        texts = [f"{box.name}：{' '.join(written.text(section.code, box.code).split())}" for box in section.fields]
        asked = [f"退回原因：{reasons[section.code]}"] if section.code in reasons else []
        for line in (*texts, *asked) if one.revision else ():
            say(f"  [{section.name}] {line}")
    for milestone in one.milestones:
        late = f"，逾期{milestone.late_days}天" if milestone.is_overdue else ""
        state = STATE_NAMES[milestone.state]
        say(f"  {milestone.number}. {milestone.title} 计划{milestone.due} {state}{late}")


def _take(step: Step, county: str, as_user: str) -> None:
    verb = {Step.APPROVED: plan_reviews.approve, Step.ACCEPTED: plan_reviews.accept}[step]
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        one = plan_of(session, actor, county, catalogue().current_year)
        verb(session, actor, one)
    say(f"已{WORDS[step]}：{one.title}第{one.revision}版。")


@app.command("approve")
def approve_plan(county: County, as_user: AsWhom) -> None:
    """省级审核通过。"""
    _take(Step.APPROVED, county, as_user)


@app.command("accept")
def accept_plan(county: County, as_user: AsWhom) -> None:
    """办公室接收。"""
    _take(Step.ACCEPTED, county, as_user)


@app.command("send-back")
def send_plan_back(
    county: County,
    as_user: AsWhom,
    section: Annotated[list[str], typer.Option("--section", help="要改的部分，如 brand 或 milestones，可重复")],
    reason: Annotated[list[str], typer.Option("--reason", help="原因；只写一个时用于所有的部分")],
) -> None:
    """退回，逐部分写明原因。"""
    with refusals_as_exits():
        if len(reason) not in (1, len(section)):
            raise Unusable(f"有{len(section)}个部分、{len(reason)}个原因：请给每一部分写一个原因，或共用一个原因。")
        reasons = dict(zip(section, reason * len(section) if len(reason) == 1 else reason, strict=True))
        if len(reasons) < len(section):
            raise Unusable("同一部分只能写一个退回原因。")
        with db.transaction() as session:
            actor = accounts.actor_named(session, as_user)
            one = plan_of(session, actor, county, catalogue().current_year)
            plan_reviews.send_back(session, actor, one, reasons)
    say(f"已退回：{one.title}第{one.revision}版，要求修改{len(reasons)}部分。")
