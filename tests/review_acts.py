"""Short ways through expert review and public notice, for tests: all by the verbs themselves."""

from collections.abc import Iterable, Sequence

from sqlmodel import select

import db
from programme import experts, panels, scoring
from programme.models import AppUser, Project, ProjectAssignment
from programme.permissions import Actor, Role
from programme.review_facts import review_facts
from programme.sessions import actor_of
from tests.factories import a_user, environment

WORDS = "目标清楚，措施可行，对当地特色产业带动明显，建议支持。"
FIVE = ("rural_ecommerce",)


def today(day: str) -> object:
    return environment(NETLIFT_TODAY=day)


def the_nation() -> Actor:
    with db.reading() as session:
        found = session.exec(select(AppUser).where(AppUser.username == "national_cac-x")).first()
        if found:
            return actor_of(found)
    return a_user(Role.NATIONAL_CAC)


def an_expert(number: int, employer: str = "", code: str = "", fields: Sequence[str] = FIVE) -> Actor:
    actor = a_user(Role.EXPERT, username=f"expert-{number}")
    with db.transaction() as session:
        experts.keep_profile(session, the_nation(), actor.id, fields, employer or f"示例研究院{number}", code)
    return actor


def a_panel(count: int = 0) -> list[Actor]:
    return [an_expert(number) for number in range(1, (count or review_facts().experts) + 1)]


def drawn(seed: int = 1) -> panels.Draw:
    with db.transaction() as session:
        shown = panels.preview(session, the_nation(), seed)
        return panels.draw(session, the_nation(), seed, shown.draw.digest)


def given(no: str = "53-001") -> list[Actor]:
    """The experts who have a project now."""
    with db.reading() as session:
        users = session.exec(
            select(AppUser)
            .join(ProjectAssignment, ProjectAssignment.user_id == AppUser.id)
            .join(Project, Project.id == ProjectAssignment.project_id)
            .where(Project.no == no, ProjectAssignment.ended_at.is_(None), ProjectAssignment.task == "review")
            .order_by(AppUser.username)
        )
        return [actor_of(user) for user in users]


def points(value: int) -> dict[str, int | None]:
    return {one.code: value for one in review_facts().criteria}


def score(actor: Actor, value: int, no: str = "53-001") -> None:
    with db.transaction() as session:
        scoring.hand_in(session, actor, no, points(value), WORDS)


def scored(values: Iterable[int], no: str = "53-001") -> None:
    for actor, value in zip(given(no), values, strict=False):
        score(actor, value, no)
