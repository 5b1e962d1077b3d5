"""The national office's part of the 2016 programme in a play: panels and scores, the selection, the public notice."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from sqlmodel import col, select

import db
from programme import (
    experts,
    objections,
    panel_results,
    panels,
    project_life,
    public_notices,
    rechecks,
    scoring,
    shortlist,
)
from programme.errors import NotAllowed, NotFound
from programme.models import Project, ProjectAssignment, Recusal
from programme.permissions import Actor, Role
from programme.project_facts import project_facts
from programme.ranking import Line
from programme.shortlist import Shortlist
from tests.carrying_acts import on
from tests.factories import a_user
from tests.life_of_projects import WHY, Life, act, every, ids, move, refused, standing
from tests.review_acts import WORDS

DRAWN, JUDGED, CONCLUDED, LISTED, NOTICED = "2016-10-11", "2016-10-12", "2016-10-14", "2016-10-17", "2016-10-18"
LAST_DAY, OVER, AGAIN_OVER = "2016-10-25", "2016-10-26", "2016-11-04"
EXPERTS, RESERVE = 24, 10
LEVEL = range(98, 102)
"""Places in the order of merit, from 0, whose projects get the same points: across the line of a hundred."""
CLOSE, APART = (-2, -1, 0, 1, 2), (-15, -1, 0, 1, 15)
"""How far the five experts of a project lie from its points; without the extremes the mean is the same."""


# --- the panel --------------------------------------------------------------------------------------------------------


def panels_are_drawn(life: Life) -> None:
    """With an employer and a tie that are known before, and what is handed back or comes to light after the draw."""
    projects = standing("received")
    with on(DRAWN):
        experts_are_named(life, projects)
        draw(life, 290, len(projects))
    with on(JUDGED):
        hand_back(life)
        draw(life, 291, 3)


def experts_are_named(life: Life, projects: Sequence[str]) -> None:
    fields = [one.code for one in project_facts().lists["direction"]]
    rows = {no: row for no in projects for row in [row_of(no)]}
    life.experts = [a_user(Role.EXPERT, username=f"expert-{number}") for number in range(EXPERTS)]
    for number, expert in enumerate(life.experts):
        own = rows[projects[number]] if number < 2 else None
        directions = {fields[number % len(fields)], own.direction if own else fields[0]}
        employer = (own.enterprise, own.enterprise_code) if own and number == 0 else (f"示例研究院{number}", "")
        act(experts.keep_profile, life.nation, expert.id, directions, *employer)
        if own:
            life.tied[expert.username] = own.no
    second = life.experts[1]
    act(experts.declare_tie, second, second.id, rows[projects[1]].enterprise, "", "曾任顾问")


def row_of(no: str) -> Project:
    with db.reading() as session:
        return session.exec(select(Project).where(Project.no == no)).one()


def draw(life: Life, seed: int, projects: int) -> None:
    shown = act(panels.preview, life.nation, seed)
    assert (shown.given, shown.draw.short) == (projects, ())
    act(panels.draw, life.nation, seed, shown.draw.digest)


def hand_back(life: Life) -> None:
    """回避; a tie before and a tie after the judgement: none of the three counts, and each project wants another expert."""
    (away, first), (open_tie, second), (late_tie, third) = [
        (expert, own(expert)[place]) for place, expert in enumerate(life.experts[2:5])
    ]
    act(panels.recuse, away, first, WHY)
    act(scoring.hand_in, late_tie, third, points(90), WORDS)
    for expert, no in ((open_tie, second), (late_tie, third)):
        back = act(experts.declare_tie, expert, expert.id, row_of(no).enterprise)
        assert back.projects == (no,)
        life.tied[expert.username] = no
    refused("没有编号为", scoring.hand_in, away, first, points(90), WORDS, kind=NotFound)
    with db.reading() as session:
        assert len(session.exec(select(Recusal)).all()) == 3


def own(expert: Actor) -> list[str]:
    with db.reading() as session:
        return [task.no for task in scoring.own_tasks(session, expert)]


def points(value: int, effect: int | None = None) -> dict[str, int | None]:
    return {"feasibility": value, "operability": value, "effect": value if effect is None else effect}


# --- scores -----------------------------------------------------------------------------------------------------------


def panels_judge(life: Life) -> None:
    """A project's points follow its place in an order of merit; on the first the panel lies far apart."""
    merit = standing("reviewing")
    Random(290).shuffle(merit)
    given = assignments()
    life.told["apart"] = merit[0]
    with on(JUDGED):
        refused("还有.名专家没有提交评分", project_life.move_project, life.nation, merit[0], "conclude_review")
        for expert in life.experts:
            for no in own(expert):
                judge(expert, no, merit.index(no), given[no].index(expert.id))
            sees_nothing_of_others(expert)
    with on(CONCLUDED):
        refused("请先登记专家组的讨论情况", panel_results.conclude, life.nation, merit)
        act(panel_results.discuss, life.nation, merit[0], "专家组讨论后认为评分有效。")
        act(panel_results.add_minutes, life.nation, date.fromisoformat(CONCLUDED), "专家组逐项评议。")
        with db.reading() as session:
            ready = [one.no for one in panel_results.reviews(session, life.nation) if one.is_ready]
        assert act(panel_results.conclude, life.nation, ready) == len(merit)


def assignments() -> dict[str, list[int]]:
    """By number of the project, the experts who have it now."""
    query = select(Project.no, ProjectAssignment.user_id).join(ProjectAssignment).where(
        ProjectAssignment.task == "review", col(ProjectAssignment.ended_at).is_(None)
    )  # fmt: skip
    found: dict[str, list[int]] = defaultdict(list)
    with db.reading() as session:
        for no, user in session.exec(query.order_by(col(ProjectAssignment.user_id))):
            found[no].append(user)
    return found


def judge(expert: Actor, no: str, place: int, seat: int) -> None:
    """Every place is worth a little less than the one before, but for those that are level."""
    at = LEVEL.start if place in LEVEL else place
    value = 84 - at // 2 + (APART if place == 0 else CLOSE)[seat]
    act(scoring.hand_in, expert, no, points(value, value - at % 2), WORDS)


def sees_nothing_of_others(expert: Actor) -> None:
    with db.reading() as session:
        assert {task.total is not None for task in scoring.own_tasks(session, expert)} == {True}
    refused("没有“", panel_results.reviews, expert, kind=NotAllowed)


# --- the selection ----------------------------------------------------------------------------------------------------


def a_hundred_are_listed(life: Life) -> None:
    """Across the line four are level: they are parted one by one, never by rank."""
    with on(LISTED):
        listed = the_list(life)
        level = [one.no for one in listed.listed if one.line is Line.TIED]
        assert (len(level), listed.places, listed.left) == (len(LEVEL), 100, 100)
        refused("同分", shortlist.move_by_rank, life.nation, "propose", 100, first(listed, 100))
        act(shortlist.move_by_rank, life.nation, "propose", 98, first(listed, 98))
        every(level[:2], lambda _: life.nation, "propose")
        refused("100个名额已满", project_life.move_project, life.nation, level[2], "propose")
        held = shortlist.next_in_reserve(the_list(life), RESERVE)
        assert set(level[2:]) < set(held.numbers)
        act(shortlist.move_by_rank, life.nation, "hold_in_reserve", RESERVE, held.numbers)
        every(standing("reviewed"), lambda _: life.nation, "not_select", WHY)


def the_list(life: Life) -> Shortlist:
    with db.reading() as session:
        return shortlist.shortlist(session, life.nation)


def first(listed: Shortlist, count: int) -> tuple[str, ...]:
    return shortlist.first_by_rank(listed, count).numbers


# --- the notice -------------------------------------------------------------------------------------------------------


def the_public_objects(life: Life) -> None:
    """One objection upheld, one rejected, one open beyond the last day; an enterprise leaves; 98 are confirmed."""
    nation = life.nation
    with on(NOTICED):
        notice = act(public_notices.open_notice, nation, date.fromisoformat(NOTICED))
        assert (notice.number, notice.last_day.isoformat()) == (1, LAST_DAY)
        struck, cleared, waits, leaves = (standing("noticed")[place] for place in (3, 5, 7, 9))
        upheld, rejected = objects(struck), objects(cleared)
        refused("没有对项目", project_life.move_project, nation, struck, "strike", WHY)
        for receipt, found in ((upheld, True), (rejected, False)):
            act(objections.verify, nation, receipt, "已核实。")
            act(objections.decide, nation, receipt, "经核实处理。", upheld=found)
        move(nation, struck, "strike", WHY)
        refused("没有正在公示", objections.object_to, "10.0.0.9", struck, "示例", "电话", WORDS, kind=NotFound)
    with on(LAST_DAY):
        open_one = objects(waits)
        move(life.carriers[leaves], leaves, "withdraw", WHY)
        refused(f"到{LAST_DAY}为止", public_notices.confirm_list, nation, 1)
        refused(f"到{LAST_DAY}为止", project_life.move_project, nation, cleared, "confirm")
    with on(OVER):
        refused("还有1件异议没有处理完", public_notices.confirm_list, nation, 1)
        refused("异议还没有处理完", project_life.move_project, nation, waits, "confirm")
        act(objections.verify, nation, open_one, "已核实。")
        act(objections.decide, nation, open_one, "查无实据。", upheld=False)
        assert act(public_notices.confirm_list, nation, 1) == 98
    assert free_places() == 2
    life.told |= {"struck": struck, "left": leaves}


def free_places() -> int:
    with db.reading() as session:
        return rechecks.freed_places(session)


def objects(no: str) -> str:
    return act(objections.object_to, f"10.0.1.{no[-3:]}", no, "示例合作社", "office@example.com", WORDS)


def two_follow(life: Life) -> None:
    """From the reserve list, by rank, into a notice of their own."""
    life.told["second"], life.told["third"] = promoted = [one.no for one in reserve(life)[:2]]
    with on(OVER):
        every(promoted, lambda _: life.nation, "promote", WHY)
        refused("100个名额已满", project_life.move_project, life.nation, reserve(life)[0].no, "promote", WHY)
    noticed_and_confirmed(life, 2, OVER, "2016-11-02", "2016-11-03")


def reserve(life: Life) -> list[object]:
    return [one for one in the_list(life).listed if one.state == "reserve"]


def noticed_and_confirmed(life: Life, number: int, opened: str, last_day: str, over: str) -> None:
    with on(opened):
        waiting = standing("proposed")
        notice = act(public_notices.open_notice, life.nation, date.fromisoformat(opened))
        assert (notice.number, notice.last_day.isoformat()) == (number, last_day)
    with on(last_day):
        refused("期满后才能确认", public_notices.confirm_list, life.nation, number)
    with on(over):
        assert act(public_notices.confirm_list, life.nation, number) == len(waiting)
    assert set(waiting) <= set(standing("confirmed"))
    assert set(waiting) <= set(ids())


ACTS: tuple[Callable[[Life], None], ...] = (
    panels_are_drawn, panels_judge, a_hundred_are_listed, the_public_objects, two_follow,
)  # fmt: skip
