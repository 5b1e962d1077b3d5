"""The selection list (入选名单): the judged projects in their order, and who is listed, held in reserve or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from programme import national_lists, ranking
from programme.errors import Outdated, ProgrammeError
from programme.experts import text_of
from programme.models import Project
from programme.national_lists import PROPOSED
from programme.permissions import Actor, Permission, require
from programme.project_facts import project_facts
from programme.project_life import locked, make
from programme.project_moves import move_named
from programme.project_needs_review import places_left, states_with_a_place
from programme.ranking import Ranked
from programme.review_scores import result
from programme.review_totals import means, totals

WAITING = "reviewed"


@dataclass(frozen=True)
class Shortlist:
    """The list as it stands. `unranked` have a place without scores on the platform; `places` is where the line is drawn."""

    listed: tuple[Ranked, ...]
    places: int
    left: int
    unranked: int

    @property
    def placed(self) -> int:
        return project_facts().goal - self.left

    @property
    def waiting(self) -> tuple[Ranked, ...]:
        """Judged, and not decided upon."""
        return tuple(one for one in self.listed if one.state == WAITING)


@dataclass(frozen=True)
class Bulk:
    """What a bulk act would do, before it is done: these projects would move; `level` are equal and would be parted."""

    move: str
    count: int
    moving: tuple[Ranked, ...]
    there: int
    level: tuple[Ranked, ...]
    left_after: int

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(one.no for one in self.moving)

    @property
    def refusal(self) -> str:
        """Why it cannot be done; "" when it can."""
        if not self.moving:
            return "其中没有等待决定的项目。"
        if self.level:
            names = "、".join(one.no for one in self.level)
            return (
                f"第{self.count}名前后{len(self.level)}个项目同分（{names}），不能按名次分开：请改变名次，或逐个办理。"
            )
        return (
            f"名额只剩{self.left_after + len(self.moving)}个，不够列入{len(self.moving)}个项目。"
            if self.left_after < 0
            else ""
        )


def shortlist(session: Session, actor: Actor) -> Shortlist:
    """Raises NotAllowed."""
    require(actor, Permission.ORGANISE_NOTICE)
    with_place = states_with_a_place()
    scores = totals(session)
    shown = (WAITING, "reserve", *with_place)
    projects = session.exec(select(Project).where(col(Project.state).in_(shown))).all()
    judged = [_ranked(one, scores[one.id or 0], with_place) for one in projects if one.id in scores]
    left = places_left(session)
    unranked = project_facts().goal - left - sum(one.placed for one in judged)
    places = max(project_facts().goal - unranked, 0)
    return Shortlist(ranking.ranked(judged, places), places, left, unranked)


def _ranked(project: Project, handed_in: Sequence[int], with_place: Sequence[str]) -> Ranked:
    score = result(handed_in)
    assert score.mean is not None
    assert score.spread is not None
    return Ranked(
        project.no, project.name, project.enterprise, project.province_code, project.category, project.state,
        score.mean, score.spread, project.state in with_place,
    )  # fmt: skip


# --- in bulk ----------------------------------------------------------------------------------------------------------


def first_by_rank(listed: Shortlist, count: int) -> Bulk:
    """按名次列入前 n 名: those of the first so many on whom nothing is decided."""
    within = ranking.first(listed.listed, count)
    moving = tuple(one for one in within if one.state == WAITING)
    level = _parted(listed, count, listed.listed, moving)
    return Bulk("propose", count, moving, sum(one.placed for one in within), level, listed.left - len(moving))


def next_in_reserve(listed: Shortlist, count: int) -> Bulk:
    """其后 n 名列入备选: the best so many of those on whom nothing is decided."""
    moving = ranking.first(listed.waiting, count)
    level = _parted(listed, count, listed.waiting, moving)
    return Bulk("hold_in_reserve", count, moving, 0, level, listed.left)


def _parted(listed: Shortlist, count: int, among: Sequence[Ranked], moving: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Equals on whom nothing is decided, of whom some would move and others not; else none."""
    level = tuple(one for one in ranking.cut_through(among, count) if one in listed.waiting)
    return level if 0 < sum(one in moving for one in level) < len(level) else ()


BULKS = {"propose": first_by_rank, "hold_in_reserve": next_in_reserve}


def move_by_rank(session: Session, actor: Actor, code: str, count: int, seen: Sequence[str]) -> Bulk:
    """Do a bulk act of BULKS; `seen` are the numbers the summary named. A list of proposed projects is settled with it.

    Raises NotAllowed, Outdated when it would be others by now, ProgrammeError when it cannot be done.
    """
    require(actor, Permission.ORGANISE_NOTICE)
    bulk, move = BULKS[code](shortlist(session, actor), count), move_named(code)
    assert move is not None
    if tuple(seen) != bulk.numbers:
        raise Outdated("您查看期间，名次或状态有变动，没有办理。请看过新的名单后重试。")
    if bulk.refusal:
        raise ProgrammeError(bulk.refusal)
    for no in bulk.numbers:
        make(session, actor, locked(session, actor, no), move, f"按名次列入（第{_rank(bulk, no)}名）")
    if code == "propose":
        settle(session, actor, f"按名次列入前{count}名")
    return bulk


def _rank(bulk: Bulk, no: str) -> int:
    return next(one.rank for one in bulk.moving if one.no == no)


def settle(session: Session, actor: Actor, reason: str) -> int:
    """Settle the list of proposed projects as it stands; returns its number. Raises NotAllowed, ProgrammeError."""
    require(actor, Permission.ORGANISE_NOTICE)
    why = text_of("定稿的说明", reason, 1)
    projects = session.exec(select(Project).where(Project.state == "proposed")).all()
    if not projects:
        raise ProgrammeError("还没有拟入选的项目，不能定稿。")
    return national_lists.freeze(session, actor, PROPOSED, projects, why, means(session, projects)).number
