"""Sample review and notice (示例数据): experts with employers, a panel drawn, most scores in, a few projects on notice."""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from sqlmodel import Session

from programme import accounts, experts, objections, panel_results, panels, project_life, scoring, settings
from programme import public_notices as notices
from programme.passwords import Prepared
from programme.permissions import Actor, Role
from programme.project_facts import project_facts
from programme.review_facts import review_facts
from programme.sessions import stored_hash
from programme.shortlist import first_by_rank, move_by_rank, shortlist

EMPLOYERS: Final = ("农业大学", "农业科学院", "邮电大学", "信息通信研究院", "师范大学", "社会科学院")
OPINION: Final = "目标清楚，措施比较具体，与当地产业结合较好；建议细化带贫机制和分年度进度。（示例意见）"
MINUTES: Final = "专家组集中评议了分差较大的项目，听取国家网信办关于评审纪律的说明，重申回避要求。（示例纪要）"
OBJECTED: Final = "项目材料所列的服务网点有一处尚未开通，请核实。（示例异议）"
FOUND: Final = "已请省网信办实地核实：该网点在建，计划本月开通。（示例）"
PANEL: Final = 12
DRAWN, JUDGED, NOTICED, OBJECTION = 16, 9, 3, 1  # days before the day on which the demo stands
LISTED: Final = 3


def fill(session: Session) -> int:
    """Draw, judge and put on notice as the office and its experts would have; returns how many projects were judged."""
    cac, people = accounts.actor_named(session, "national-cac"), _experts(session)
    with _before(DRAWN):
        seed = int(settings.demo()["seed"])
        shown = panels.preview(session, cac, seed)
        if not shown.given:
            return 0
        panels.draw(session, cac, seed, shown.draw.digest)
    with _before(JUDGED):
        _judge(session, people, sorted(shown.draw.given), seed)
        panel_results.add_minutes(session, cac, settings.today(), MINUTES)
        ready = [one.no for one in panel_results.reviews(session, cac) if one.is_ready]
        panel_results.conclude(session, cac, ready)
    _put_on_notice(session, cac)
    return len(ready)


def _before(days: int) -> AbstractContextManager[None]:
    day = settings.demo()["today"] - timedelta(days=days)
    return settings.standing_at(datetime.combine(day, time(10, 30), settings.BEIJING))


def _experts(session: Session) -> list[Actor]:
    """Two for each direction and two more, with employers that do not exist."""
    admin, cac = Actor(0, "system", "系统", Role.ADMIN), accounts.actor_named(session, "national-cac")
    password = Prepared(settings.demo()["password"], stored_hash(session, "expert-1"))
    directions = project_facts().lists["direction"]
    with _before(DRAWN + 1):
        for number in range(PANEL):
            direction, username = directions[number % len(directions)], f"expert-{number + 1}"
            if number:  # the first one is among the accounts that are printed
                accounts.create_user(
                    session, admin, username=username, name=f"评审专家{number + 1}", role=Role.EXPERT,
                    password=password, sample=True,
                )  # fmt: skip
            expert = accounts.actor_named(session, username)
            employer = f"示例{EMPLOYERS[number % len(EMPLOYERS)]}"
            experts.keep_profile(session, cac, expert.id, [direction.code], employer)
    return [accounts.actor_named(session, f"expert-{number + 1}") for number in range(PANEL)]


def _judge(session: Session, people: list[Actor], numbers: list[str], seed: int) -> None:
    """Everybody hands in but the first expert for their first project; on another project the panel is far apart."""
    lots = Random(seed)  # noqa: S311  (repeatable on purpose)
    given = {actor.id: [task.no for task in scoring.own_tasks(session, actor)] for actor in people}
    left_open = given[people[0].id][:1]
    apart = next((no for no in numbers if no not in left_open), "")
    for no in numbers:
        middle = lots.randint(72, 90)
        having = [actor for actor in people if no in given[actor.id]]
        for actor in having:
            lower = 34 if no == apart and actor is having[0] else 0
            points: dict[str, int | None] = {
                one.code: middle - lower + lots.randint(-5, 5) for one in review_facts().criteria
            }
            if not (actor is people[0] and no in left_open):
                scoring.hand_in(session, actor, no, points, OPINION)


def _put_on_notice(session: Session, cac: Actor) -> None:
    with _before(NOTICED):
        waiting = shortlist(session, cac).waiting
        first = first_by_rank(shortlist(session, cac), LISTED)
        move_by_rank(session, cac, "propose", LISTED, first.numbers)
        for one in waiting[LISTED : LISTED + 1]:
            project_life.move_project(session, cac, one.no, "hold_in_reserve")
        notices.open_notice(session, cac, settings.today())
    with _before(OBJECTION):
        no = waiting[LISTED - 1].no
        receipt = objections.object_to(session, "", no, "示例合作社", "office@example.com", OBJECTED)
        objections.verify(session, cac, receipt, FOUND)
