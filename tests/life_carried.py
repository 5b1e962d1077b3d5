"""The hundred projects in a play: launched, reported on, evaluated by a third party, re-checked; a place falls free and is taken."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlmodel import col, select

import db
from programme import (
    commendations,
    evaluation_rounds,
    launch_writing,
    progress_reports,
    project_life,
    project_search,
    promise_writing,
    recheck_writing,
)
from programme.errors import NotAllowed, NotFound
from programme.milestones import State
from programme.models import Project
from programme.permissions import Actor, Role
from programme.progress_reports import ToTell
from programme.project_periods import Period
from programme.recheck_facts import deadline
from programme.recheck_triggers import triggers_of
from tests.application_acts import PDF
from tests.carrying_acts import LAUNCH, PROMISED, on, to_tell, told
from tests.factories import a_user
from tests.life_in_review import free_places, noticed_and_confirmed, reserve
from tests.life_of_projects import WHY, Life, act, move, numbers_in, refused, standing
from tests.printed import docx_table
from tests.test_evaluation import TEXTS

PREPARED, LAUNCHED, QUARTERS = "2016-11-18", "2016-11-30", (("2016Q4", "2017-01-10"), ("2017Q1", "2017-04-10"))
HEARD, DRAWN, REPORTED, COMMENDED = "2017-04-20", "2017-05-10", "2017-05-25", "2017-06-01"
TRIGGERED, PLANNED, DONE, CLOSED = "2017-06-05", "2017-06-08", "2017-06-28", "2017-06-30"
FOLLOWS, FOLLOWS_UNTIL, FOLLOWED, JOINS = "2017-07-03", "2017-07-10", "2017-07-11", "2017-07-20"
DRAWN_AGAIN, REPORTED_AGAIN, COMMENDED_AGAIN = "2018-01-10", "2018-01-25", "2018-02-01"
SAMPLE = 30
MARKS = {"excellent": 93, "good": 80, "pass": 65, "fail": 50}
BOTH_DONE = ToTell(
    "两项均已完成。", {1: (State.DONE, date(2016, 12, 30)), 2: (State.DONE, date(2017, 3, 30))}, {1: "900"}
)


# --- launch and progress ----------------------------------------------------------------------------------------------


def all_are_launched(life: Life) -> None:
    numbers = standing("confirmed")
    with on(PREPARED):
        for no in numbers:
            prepare(life, no)
        refused("到期后才能启动", project_life.move_project, life.nation, numbers[0], "launch")
    with on(LAUNCHED):
        for no in numbers:
            move(life.office(no), no, "launch")


def prepare(life: Life, no: str) -> None:
    """Its launch record and what it promises; without either it is not launched."""
    actor = life.carriers[no]
    if no == life.told["third"]:
        refused("推出记录还缺", project_life.move_project, life.nation, no, "launch")
    act(launch_writing.keep_launch, actor, no, LAUNCH)
    act(promise_writing.promise, actor, no, PROMISED)


def all_report(life: Life) -> None:
    """By quarter, reviewed by the province; a few begin with the first. One is sent back and told again, one says nothing."""
    numbers = standing("running")
    life.told |= {"silent": numbers[10], "complained of": numbers[20], "told again": numbers[30]}
    telling = [no for no in numbers if no != life.told["silent"]]
    for (quarter, day), words, who in zip(QUARTERS, (to_tell(), BOTH_DONE), (telling[::5], telling), strict=True):
        with on(day):
            for no in who:
                reports(life, no, Period.parse(quarter), words)


def reports(life: Life, no: str, period: Period, words: ToTell) -> None:
    actor, office, project = life.carriers[no], life.office(no), life.ids[no]
    act(progress_reports.report, actor, no, period, words)
    if no == life.told["told again"]:
        act(progress_reports.send_back, office, no, told(project, period), WHY)
        act(progress_reports.report, actor, no, period, words)
    act(progress_reports.confirm, office, no, told(project, period))


# --- evaluation -------------------------------------------------------------------------------------------------------


def complaints_are_heard(life: Life) -> None:
    """Two are upheld against one project, one of two against another."""
    with on(HEARD):
        for no, upheld in ((life.told["complained of"], (True, True)), (life.told["told again"], (True, False))):
            for number, found in enumerate(upheld, 1):
                act(
                    recheck_writing.note_complaint,
                    life.office(no),
                    no,
                    f"反映{number}",
                    "来信",
                    date.fromisoformat(HEARD),
                )
                act(recheck_writing.find_complaint, life.nation, no, number, upheld=found, reason="经核查。")


def a_sample_is_evaluated(life: Life) -> None:
    """By one of two third parties; the other sees nothing of it."""
    life.evaluators = tuple(a_user(Role.EVALUATOR, username=f"evaluator-{number}") for number in (1, 2))
    first, second = life.evaluators
    drawn = sample(life, first, SAMPLE, "2017-1", DRAWN)
    spared = {life.told["silent"], life.told["complained of"]}
    life.told["failed"] = failed = next(no for no in drawn if no not in spared and no[:2] in life.offices)
    grades = {no: list(MARKS)[place % 3] for place, no in enumerate(drawn)} | {failed: "fail"}
    with on(REPORTED):
        refused("没有编号为", evaluation_rounds.save_draft, second, failed, {}, {}, kind=NotFound)
        refused("没有编号为", project_life.move_project, second, failed, "evaluate", kind=NotFound)
        refused("评估报告还没有写完", project_life.move_project, first, failed, "evaluate")
        assert (listed(first), listed(second)) == (drawn, [])
        evaluate_all(first, grades)
    commend(life, COMMENDED)


def sample(life: Life, evaluator: Actor, size: int, seed: str, day: str) -> list[str]:
    with on(day):
        seen = act(evaluation_rounds.preview, life.nation, size, seed)
        act(evaluation_rounds.make_round, life.nation, seen, evaluator.username)
    assert sorted(one.no for one in seen.drawn) == standing("evaluating")
    return standing("evaluating")


def listed(evaluator: Actor) -> list[str]:
    with db.reading() as session:
        return sorted(project_search.project_list(session, evaluator)["no"])


def evaluate_all(evaluator: Actor, grades: Mapping[str, str]) -> None:
    dimensions = ("effect", "reputation", "progress", "precision")
    for no, grade in grades.items():
        act(evaluation_rounds.save_draft, evaluator, no, dict.fromkeys(dimensions, MARKS[grade]), TEXTS)
        act(evaluation_rounds.attach, evaluator, no, "走访记录.pdf", PDF)
        move(evaluator, no, "evaluate")


def commend(life: Life, day: str) -> None:
    """The list of the best comes out as a document that names just these."""
    with on(day):
        with db.reading() as session:
            numbers = [one.no for one in commendations.eligible(session, life.nation)]
        refused("请写明原因", commendations.commend, life.nation, numbers[1:])
        kept = act(commendations.commend, life.nation, numbers)
        with db.reading() as session:
            printed = docx_table(commendations.document(session, kept), -1)
    assert numbers_in(kept) == sorted(row[1] for row in printed[1:])


# --- re-check ---------------------------------------------------------------------------------------------------------


def three_are_rechecked(life: Life) -> None:
    """By its grade, by its milestones, by complaints: one is adjusted, one stays, one leaves. Nobody else is triggered."""
    adjusted, retained, removed = (life.told[name] for name in ("failed", "silent", "complained of"))
    with on(TRIGGERED):
        assert triggered() == {adjusted: ["grade"], retained: ["milestones"], removed: ["complaints"]}
        refused("没有达到任何一项", project_life.move_project, life.nation, life.told["told again"], "trigger", WHY)
        for no in (adjusted, retained, removed):
            move(life.nation, no, "trigger", WHY)
        due = deadline(date.fromisoformat(TRIGGERED))
    assert due == (date(2017, 7, 3), "20个工作日")
    for no in (adjusted, retained, removed):
        rectifies(life, no)
    with on(CLOSED):
        for no, code in ((adjusted, "adjust"), (retained, "retain"), (removed, "remove")):
            refused("没有“", project_life.move_project, life.office(no), no, code, WHY, kind=NotAllowed)
            move(life.nation, no, code, WHY)
    assert free_places() == 1


def triggered() -> dict[str, list[str]]:
    """Of all projects that might be re-checked, those with a reason."""
    query = select(Project).where(col(Project.state).in_(("running", "evaluated")))
    with db.reading() as session:
        projects = {one.id: one.no for one in session.exec(query)}
        found = triggers_of(session, session.exec(query).all())
    return {projects[number]: [one.code for one in reasons] for number, reasons in found.items() if reasons}


def rectifies(life: Life, no: str) -> None:
    actor = life.carriers[no]
    with on(PLANNED):
        refused("还没有保存整改方案", project_life.move_project, actor, no, "rectify")
        act(recheck_writing.keep_plan, actor, no, "逐项整改。", [("回访", date(2017, 6, 20))])
        move(actor, no, "rectify")
    with on(DONE):
        act(recheck_writing.keep_outcome, actor, no, "已全部整改。", [("回访表.pdf", PDF)])
        move(actor, no, "complete_rectification")


def one_follows(life: Life) -> None:
    """The place that fell free goes to the best of the reserve list, through a notice and a launch of its own."""
    with on(FOLLOWS):
        no = life.told["follower"] = reserve(life)[0].no
        refused("“递补”须写明原因", project_life.move_project, life.nation, no, "promote")
        move(life.nation, no, "promote", f"{life.told['complained of']}复核退出，由备选名单递补")
    noticed_and_confirmed(life, 3, FOLLOWS, FOLLOWS_UNTIL, FOLLOWED)
    with on(JOINS):
        prepare(life, no)
        move(life.office(no), no, "launch")


def the_rest_is_evaluated(life: Life) -> None:
    """Whatever still runs, by the other third party: the adjusted project gets a second grade, the newcomer its first."""
    first, second = life.evaluators
    running = standing("running")
    drawn = sample(life, second, len(running), "2018-1", DRAWN_AGAIN)
    assert drawn == running
    with on(REPORTED_AGAIN):
        refused("的评估已分配给", evaluation_rounds.save_draft, first, life.told["failed"], {}, {})
        assert listed(second) == drawn
        grades = {no: ("good", "pass", "good", "excellent")[place % 4] for place, no in enumerate(drawn)}
        evaluate_all(second, grades | {life.told["failed"]: "good"})
    commend(life, COMMENDED_AGAIN)


ACTS: tuple[Callable[[Life], None], ...] = (
    all_are_launched, all_report, complaints_are_heard, a_sample_is_evaluated, three_are_rechecked, one_follows,
    the_rest_is_evaluated,
)  # fmt: skip
