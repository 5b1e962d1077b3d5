"""The evaluation of the “110” activity: made, listed, shown, checked."""

from typing import Annotated, Any

import typer

import db
from commands.parts import (
    LARGEST,
    As,
    AsWhom,
    Json,
    MonthText,
    actor_for,
    month_of,
    refusals_as_exits,
    say,
    show,
    verified,
)
from programme import accounts
from programme.county_evaluation_scores import CountyScore, ItemScore, Scored, one_decimal, total_of
from programme.county_evaluations import (
    Evaluated,
    EvaluationIssue,
    evaluated_for,
    evaluations,
    make_evaluation,
    prepare_evaluation,
    verify_evaluation,
)
from programme.permissions import Permission, Role, require

app = typer.Typer(no_args_is_help=True, help="“110”活动评估")
Number = Annotated[int, typer.Argument(help="第几次评估", max=LARGEST)]


@app.command("make")
def make(
    as_user: AsWhom,
    month: MonthText = "",
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="只试算，不存")] = False,
    reason: Annotated[str, typer.Option(help="替换已有一次评估时的原因")] = "",
) -> None:
    """按评估标准和某月的发布数据评估各县各组，冻结为一次评估。"""
    with refusals_as_exits(), db.transaction() as session:
        actor = accounts.actor_named(session, as_user)
        ready = prepare_evaluation(session, actor, month_of(month))
        made = None if dry_run else make_evaluation(session, actor, ready, reason)
    say(f"已评估：{made.title}，SHA-256 {made.sha256}" if made else f"试算，没有存：{ready.evaluated.month.chinese}")
    _tell(ready.evaluated)


@app.command("list")
def list_evaluations(as_user: As = "", as_json: Json = False) -> None:
    """列出历次评估，新的在前。"""
    with refusals_as_exits(), db.reading() as session:
        require(actor_for(session, as_user, Role.OFFICE), Permission.SEE_COUNTY_EVALUATION)
        found = evaluations(session)
    if as_json:
        show([_line(one) for one in found], as_json, "")
    for one in () if as_json else found:
        line = "第{number}次 {month} 依据第{release}期 标准{standard} {at} {sha256}".format(**_line(one))
        say(f"{line} {one.replaced}".rstrip())


def _line(one: EvaluationIssue) -> dict[str, Any]:
    return {
        "number": one.number, "month": str(one.month), "release": one.release, "standard": one.standard_version,
        "at": one.at.isoformat(), "sha256": one.sha256, "superseded_by": one.superseded_by or None,
    }  # fmt: skip


@app.command("show")
def show_evaluation(number: Number, as_user: As = "", as_json: Json = False) -> None:
    """一次评估：各组、各县的得分和等次；JSON 含每项评分和它的来历。"""
    with refusals_as_exits(), db.reading() as session:
        found = evaluated_for(session, actor_for(session, as_user, Role.OFFICE), number)
        replaced = next(one.replaced for one in evaluations(session) if one.number == number)
    if not as_json:
        say(f"第{number}次评估：{found.month.chinese}，{found.basis}，标准版本{found.standard.version}")
        if replaced:
            say(f"注意：第{number}次评估{replaced}。")
        _tell(found)
        return
    show([_row(one, found) for one in _everything(found)], as_json, "")


@app.command("verify")
def verify(number: Number, as_user: As = "") -> None:
    """核对一次评估：指纹、所依据的一期、考察督导记录、重新计算；不符时退出码为 1。"""
    with refusals_as_exits(), db.reading() as session:
        problems = verify_evaluation(session, actor_for(session, as_user, Role.OFFICE), number)
    verified(f"第{number}次评估", problems)


# --- words and rows -------------------------------------------------------------------------------------------------


def _tell(found: Evaluated) -> None:
    standard = found.standard
    for code, count in found.grades.items():
        say(f"{standard.grade_name(code)}：{count}个县")
    for one in _everything(found):
        total = total_of(one.marks, standard.weights)
        say(
            f"{one.name} {one_decimal(total.score)}分 {standard.grade_name(one.grade(standard))} "
            f"（得{one_decimal(total.earned)}分，已评权重{one_decimal(total.judged)}）"
        )


def _everything(found: Evaluated) -> tuple[Scored, ...]:
    return (found.nation, *found.groups, *found.scores)


def _row(one: Scored, found: Evaluated) -> dict[str, Any]:
    """Exact fractions as texts; null for 无数据."""
    total, county = total_of(one.marks, found.standard.weights), isinstance(one, CountyScore)
    marks = {code: [str(mark.earned), str(mark.judged)] for code, mark in one.marks.items()}
    told: dict[str, Any] = {
        "kind": "county" if county else "group" if one is not found.nation else "nation", "name": one.name,
        "score": None if total.score is None else str(total.score), "earned": str(total.earned),
        "judged": str(total.judged), "grade": one.grade(found.standard), "dimensions": marks,
    }  # fmt: skip
    if isinstance(one, CountyScore):
        told |= {"code": one.member.code, "items": [_item(item) for item in one.items]}
    return told


def _item(one: ItemScore) -> dict[str, Any]:
    score = None if one.score is None else str(one.score)
    return {"item": one.item.code, "part": one.part, "score": score, "told": one.told}
