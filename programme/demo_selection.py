"""Sample selections (示例数据): a province takes its applications through 省内遴选, by the same verbs as a real one."""

from collections.abc import Sequence
from random import Random
from typing import Final

from sqlmodel import Session, col, select

from programme.models import Project
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_life import move_project
from programme.project_lists import report_list
from programme.project_selection import assess
from programme.selection_facts import selection_facts
from programme.selection_scores import Sheet, mean
from programme.selection_sheets import standing_sheets

ASSESSORS: Final = (
    ("省农业农村厅市场与信息化处", "处长"),
    ("省扶贫办社会扶贫处", "副处长"),
    ("省互联网协会", "秘书长"),
    ("省属高校电子商务专业", "教授"),
)
GROUND: Final = "示例：带动特色产业效果明显，面向贫困县精准，保障措施落实。"
DECLINED: Final = "示例：名额有限，综合评价得分靠后，欢迎完善后参加后续工作。"
FEW: Final = "示例：符合条件的申报企业少。"


def select_of_province(
    session: Session, actor: Actor, seed: int, *, most: int | None = None, report: bool = True
) -> list[str]:
    """Take up every application handed in, score it, recommend the best (`most`, or the quota), decline the others and report.

    Returns the numbers of the recommended projects, the best first. The same seed gives the same scores.
    """
    random = Random(f"{seed}-{actor.province_code}")  # noqa: S311
    waiting = _waiting(session, actor.province_code)
    for project in waiting:
        move_project(session, actor, project.no, "take_up")
        _score(session, actor, project.no, random)
    ranked = _ranked(session, waiting)
    best = ranked[: project_facts().most if most is None else most]
    for no in best:
        move_project(session, actor, no, "recommend", GROUND)
    for no in ranked[len(best) :]:
        move_project(session, actor, no, "decline", DECLINED)
    if best and report:
        report_list(session, actor, actor.province_code, FEW if len(best) < project_facts().least else "")
    return best


def _waiting(session: Session, province_code: str) -> list[Project]:
    query = select(Project).where(Project.province_code == province_code, Project.state == "submitted")
    return list(session.exec(query.order_by(col(Project.no))))


def _score(session: Session, actor: Actor, no: str, random: Random) -> None:
    """As many assessors as are needed, and now and then one more who steps aside."""
    for unit, post in ASSESSORS[: selection_facts().assessors]:
        points = {one.code: random.randint(one.max // 2 + 1, one.max) for one in selection_facts().criteria}
        assess(session, actor, no, Sheet(unit, post, points=points))
    if random.random() < 0.2:
        unit, post = ASSESSORS[-1]
        assess(session, actor, no, Sheet(unit, post, conflict=True, ground="曾为申报企业提供咨询（示例）"))


def _ranked(session: Session, projects: Sequence[Project]) -> list[str]:
    sheets = standing_sheets(session, [project.id for project in projects if project.id])
    scored = [(mean(sheets[project.id or 0]) or 0, project.no) for project in projects]
    return [no for _, no in sorted(scored, key=lambda one: (-one[0], one[1]))]
