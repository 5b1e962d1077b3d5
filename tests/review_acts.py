"""Short ways through expert review and public notice, for tests: all by the verbs themselves."""

from collections.abc import Iterable, Sequence

from sqlmodel import select

import db
from programme import experts, panels, scoring
from programme.models import AppUser, ExpertScore, Project, ProjectAssignment
from programme.permissions import Actor, Role
from programme.review_facts import review_facts
from programme.sessions import actor_of
from tests.factories import a_user, environment
from tests.project_people import a_project

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


def judged_projects(values: Sequence[int], first: int = 1) -> None:
    """Judged projects 53-001, 53-002 … with these means; each was given to five experts who all think the same."""
    experts_there = [a_user(Role.EXPERT, username=f"judge-{number}-{first}") for number in range(1, 6)]
    for number, value in enumerate(values, first):
        project = a_project("reviewed", no=f"53-{number:03d}")
        with db.transaction() as session:
            for expert in experts_there:
                session.add(ProjectAssignment(project_id=project, user_id=expert.id, task="review", by="国家网信办"))
                scores = {one.code: value for one in review_facts().criteria}
                session.add(
                    ExpertScore(project_id=project, user_id=expert.id, total=value * 100, comment=WORDS, **scores)
                )
