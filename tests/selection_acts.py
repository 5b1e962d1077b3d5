"""What a province does with the applications, in short ways for the tests."""

from collections.abc import Sequence

import db
from programme import project_life, project_lists, project_selection, selection_queries
from programme.models import FrozenList, Project
from programme.permissions import Actor, Role
from programme.selection_facts import selection_facts
from programme.selection_queries import Desk
from programme.selection_scores import Sheet
from tests.factories import a_user
from tests.project_people import a_project

REASON = "示例：对特色产业带动明显"


def cac(province: str = "53", username: str = "") -> Actor:
    return a_user(Role.PROVINCE_CAC, province=province, username=username)


def points(value: int = 8, **other: int) -> dict[str, int]:
    """The same points for every criterion, but for those named."""
    return {criterion.code: value for criterion in selection_facts().criteria} | other


def a_sheet(number: int = 1, value: int = 8, **other: int) -> Sheet:
    return Sheet(f"示例单位{number}", "处长", points=points(value, **other))


def aside(number: int = 1) -> Sheet:
    """An assessor who steps aside."""
    return Sheet(f"示例单位{number}", "处长", conflict=True, ground="曾在申报企业任职")


def assess(actor: Actor, no: str, *sheets: Sheet, replaces: int = 0) -> None:
    with db.transaction() as session:
        for sheet in sheets:
            project_selection.assess(session, actor, no, sheet, replaces=replaces)


def score(actor: Actor, no: str, value: int = 8) -> None:
    """Enough assessors, who agree."""
    assess(actor, no, *(a_sheet(number, value) for number in range(1, selection_facts().assessors + 1)))


def move(actor: Actor, no: str, code: str, note: str = "") -> None:
    with db.transaction() as session:
        project_life.move_project(session, actor, no, code, note)


def recommend(actor: Actor, *numbers: str) -> None:
    for no in numbers:
        move(actor, no, "recommend", REASON)


def scored(actor: Actor, count: int, province: str = "53") -> list[str]:
    """So many projects of the province that may be recommended; their numbers."""
    numbers = [f"{province}-{number:03d}" for number in range(1, count + 1)]
    for no in numbers:
        a_project("assessing", no=no)
        score(actor, no)
    return numbers


def report(actor: Actor, reason: str = "", seen: Sequence[str] | None = None, province: str = "53") -> FrozenList:
    with db.transaction() as session:
        return project_lists.report_list(session, actor, province, reason, seen=seen)


def desk_of(actor: Actor) -> Desk:
    with db.reading() as session:
        return selection_queries.desk(session, actor)


def missing(actor: Actor, project: int, code: str) -> str | None:
    """What is said beside the button of the move."""

    with db.reading() as session:
        moves = project_life.open_moves(session, actor, session.get_one(Project, project))
    return next(sentence for one, sentence in moves if one.code == code)
