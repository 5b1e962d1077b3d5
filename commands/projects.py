"""The projects of the 2016 programme: list, one of them, its moves, lists on paper."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

import db
from commands.parts import As, AsWhom, Given, Json, actor_for, print_findings, read, refusals_as_exits, say, show, shown
from programme import (
    accounts,
    counties,
    project_lists,
    project_queries,
    project_track,
    projects,
    scoring,
)
from programme.errors import NotFound, ProgrammeError, Unusable
from programme.permissions import PERMISSION_NAMES, Actor, Role
from programme.project_facts import bare, project_facts
from programme.project_life import is_overdue, move_project
from programme.project_moves import MOVES, NEED_NAMES, OWN_DAY, OWN_DAY_NAME, Move
from programme.project_queries import ProjectView
from programme.project_search import ProjectFilters, project_list
from programme.project_track import Step, state_text, track
from programme.provinces import Provinces
from programme.settings import clock

app = typer.Typer(no_args_is_help=True, help="“双百”项目")
Number = Annotated[str, typer.Argument(help="项目编号")]
Output = Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件")]
ON_PAPER = "由终端按纸质评审表录入，评审意见见评审表。"
LISTED = (
    "no",
    "name",
    "enterprise",
    "province",
    "channel",
    "direction",
    "category",
    "stage",
    "outcome",
    "deadline",
    "overdue",
)


# --- to look at -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_projects(
    stage: Annotated[str, typer.Option(help="阶段，如 implementation 或 统一组织实施")] = "",
    province: Annotated[str, typer.Option(help="省级代码前两位或名称，如 53 或 云南")] = "",
    search: Annotated[str, typer.Option(help="编号、名称、单位、负责人、备注中的字")] = "",
    as_user: As = "",
    as_json: Json = False,
) -> None:
    """列出项目：所处阶段、期限、是否逾期。"""
    with refusals_as_exits(), db.reading() as session:
        actor = actor_for(session, as_user, Role.NATIONAL_CAC)
        wanted = ProjectFilters(stage=_stage(stage), province_code=_province(session, province), text=search)
        found = project_list(session, actor, wanted)
    rows = [_row(one) for one in found.to_dict("records")]
    words = [row | {"stage": project_facts().word("stage", row["stage"]), "late": _late(row)} for row in rows]
    show(rows if as_json else words, as_json, "{no} {name} {enterprise} {stage}{late}")


def _row(one: dict[Any, Any]) -> dict[str, Any]:
    day: date | None = one["deadline"]
    told = one | {
        "province": one["province_code"],
        "deadline": day and day.isoformat(),
        "overdue": bool(one["overdue"]),
    }
    return {name: told[name] for name in LISTED}


def _late(row: dict[str, Any]) -> str:
    if not row["deadline"]:
        return ""
    return f"，期限{row['deadline']}{'，逾期' if row['overdue'] else ''}"


def _stage(text: str) -> str | None:
    """The code for a stage by its code or name."""
    if not text:
        return None
    code = project_facts().spellings["stage"].get(bare(text))
    if code is None:
        raise Unusable(f"没有“{text}”这个阶段；可用的有：{'、'.join(stage.code for stage in project_facts().stages)}。")
    return code


def _province(session: Session, text: str) -> str | None:
    if not text:
        return None
    known = Provinces.of(counties.registry(session).by_id.values(), project_facts().units)
    if code := known.code_of(text):
        return code
    raise Unusable(f"没有“{text}”这个省份，请填写行政区划代码的前两位，或省份名称。")


@app.command("show")
def show_project(no: Number, as_user: As = "", as_json: Json = False) -> None:
    """一个项目：登记的内容、现状、办理经过。"""
    with refusals_as_exits(), db.reading() as session:
        actor = actor_for(session, as_user, Role.NATIONAL_CAC)
        view = project_queries.project(session, actor, no)
        walked, ahead = track(session, actor, view), project_track.ahead(actor, view)
    if as_json:
        told = _fields(view) | {
            "state": {"code": view["state"], "name": state_text(actor, view["state"])},
            "deadline": ahead.deadline and ahead.deadline.isoformat(),
            "overdue": is_overdue(view["state"], view.due),
            "next": ahead.words,
            "track": [_step(step) for step in walked],
        }
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return
    _print_project(actor, view, walked, ahead)


def _fields(view: ProjectView) -> dict[str, Any]:
    names = [name for name in view.values if name not in ("state", "province_code", "target_counties")]
    return {name: view[name] for name in names} | {
        "province": view["province_code"],
        "counties": [{"code": county.code, "name": county.name} for county in view.counties],
        "sample": view.sample,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "name": step.name,
        "who": step.who,
        "at": step.at.isoformat(),
        "note": step.note,
        "documents": [{"name": name, "sha256": digest} for name, digest in step.documents],
    }


def _print_project(actor: Actor, view: ProjectView, walked: list[Step], ahead: project_track.Ahead) -> None:
    facts = project_facts()
    say(f"{view['no']} {view['name']} {view['enterprise']}")
    say(f"{facts.word('stage', view['stage'])}，{state_text(actor, view['state'])}")
    say(f"下一步：{ahead.words or '没有'}{f'，期限{ahead.deadline}' if ahead.deadline else ''}")
    for step in walked:
        note = f"：{step.note}" if step.note else ""
        say(f"  {step.number} {clock(step.at)} {step.who} {step.name}{note}")


@app.command("moves")
def list_moves(as_json: Json = False) -> None:
    """步骤表：从哪里到哪里，谁办，需要什么，期限。"""
    rows = [_move(move) for move in MOVES]
    words = [
        row
        | {
            "from": "、".join(row["from"]) or "—",
            "needs": f" 须：{'；'.join(row['needs'])}" if row["needs"] else "",
            "deadline": f" 期限：{_deadline(move)}" if move.deadline else "",
            "by": PERMISSION_NAMES[move.permission],
        }
        for move, row in zip(MOVES, rows, strict=True)
    ]
    show(rows if as_json else words, as_json, "{code} {name}：{from} → {to}（{by}）{deadline}{needs}")


def _deadline(move: Move) -> str:
    return OWN_DAY_NAME if move.deadline == OWN_DAY else project_facts().deadline(move.deadline).name


def _move(move: Move) -> dict[str, Any]:
    return {
        "code": move.code,
        "name": move.name,
        "from": [source for source in move.sources if source],
        "to": move.target,
        "permission": move.permission.value,
        "needs": [NEED_NAMES[need] for need in move.needs],
        "deadline": move.deadline,
    }


# --- to act -----------------------------------------------------------------------------------------------------------


@app.command("move")
def move_one(
    no: Number,
    move: Annotated[str, typer.Argument(help="步骤的代码，见 projects moves")],
    as_user: AsWhom,
    note: Annotated[str, typer.Option(help="原因或说明")] = "",
) -> None:
    """让项目走一步。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        try:
            event = move_project(session, actor, no, move, note)
        except NotFound as unknown:  # refused like any other move: whoever asks is not told which of the two it is
            raise ProgrammeError(str(unknown)) from None
        words = state_text(actor, event.target)
    say(f"已办理：项目{no}现为“{words}”。")


@app.command("score")
def score(
    no: Number,
    as_user: AsWhom,
    feasibility: Annotated[int, typer.Option(help="可行性")],
    operability: Annotated[int, typer.Option(help="可操作性")],
    effect: Annotated[int, typer.Option(help="预期效果")],
    comment: Annotated[str, typer.Option(help="评审意见")] = ON_PAPER,
) -> None:
    """以专家身份提交评审打分，提交后不能改。"""
    points = {"feasibility": feasibility, "operability": operability, "effect": effect}
    with refusals_as_exits(), db.transaction() as session:
        try:
            total = scoring.hand_in(session, accounts.actor_named(session, as_user), no, points, comment)
        except NotFound as unknown:
            raise ProgrammeError(str(unknown)) from None
    say(f"已提交：项目{no}，{total / 100:.2f}分。")


# --- on paper ---------------------------------------------------------------------------------------------------------


@app.command("annex1")
def print_application(no: Number, output: Output, as_user: As = "") -> None:
    """打印项目申报书（附件1），docx 或 pdf。"""
    from programme import application_print  # noqa: PLC0415  (documents take time to load)

    with refusals_as_exits(), db.reading() as session:
        ending = _ending(output, application_print.ENDINGS)
        actor = actor_for(session, as_user, Role.NATIONAL_CAC)
        output.write_bytes(application_print.sheet_of(session, actor, no).printed(ending))
    say(f"已生成：{shown(output)}")


@app.command("annex2")
def print_list(
    province: Annotated[str, typer.Option(help="省级代码前两位或名称，如 53 或 云南")], output: Output, as_user: As = ""
) -> None:
    """打印一省的项目信息汇总表（附件2），xlsx 或 docx：最新定稿的名单；还没有的，为现在推荐的项目。"""
    with refusals_as_exits(), db.reading() as session:
        ending = _ending(output, ("xlsx", "docx"))
        actor = actor_for(session, as_user, Role.NATIONAL_CAC)
        newest = project_lists.newest_list(session, actor, _province(session, province) or "")
        output.write_bytes(project_lists.annex2_files(newest)[ending]())
    say(f"已生成：{shown(output)}")


def _ending(output: Path, known: Sequence[str]) -> str:
    """Raises Unusable for a kind of file that is not made."""
    ending = output.suffix.removeprefix(".").lower()
    if ending not in known:
        raise Unusable(f"文件名请以{'或'.join(f'.{one}' for one in known)}结尾。")
    return ending


@app.command("import")
def import_projects(file: Given, as_user: As = "", confirm: str = "") -> None:
    """导入项目信息汇总表（附件2）。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = actor_for(session, as_user, Role.NATIONAL_CAC)
        checked = projects.check_projects(session, actor, *read(file))
        print_findings(checked.findings)
        receipt = projects.import_projects(session, actor, checked, confirm)
    say(receipt.sentence)
