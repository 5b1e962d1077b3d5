"""Who may judge which project, and how panels are drawn. Values in, values out."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from programme.organisation_codes import compact, organisation_part
from programme.project_facts import bare


@dataclass(frozen=True)
class Unit:
    """An enterprise or an employer: compared by what their codes share, and by name."""

    name: str
    code: str = ""

    def is_same_as(self, other: "Unit") -> bool:
        mine, its = (organisation_part(compact(unit.code)) for unit in (self, other))
        return bool(mine and mine == its) or bool(self.name and bare(self.name) == bare(other.name))


@dataclass(frozen=True)
class Expert:
    """An expert as the draw sees them. `employer` is None until the office keeps a profile. `load`: projects given."""

    user_id: int
    username: str
    name: str
    fields: frozenset[str] = frozenset()
    employer: Unit | None = None
    ties: tuple[Unit, ...] = ()
    load: int = 0

    def conflict(self, enterprise: Unit) -> str:
        """Why they may not judge a project of this enterprise; "" when they may."""
        if self.employer and self.employer.is_same_as(enterprise):
            return "是专家的工作单位"
        if any(tie.is_same_as(enterprise) for tie in self.ties):
            return "是专家申报的关联企业"
        return ""


@dataclass(frozen=True)
class Wanting:
    """A project that lacks experts. `barred` are the ids of those who have it already or had it before."""

    no: str
    name: str
    enterprise: Unit
    direction: str
    wanted: int
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Short:
    """A project for which there are too few experts: `eligible` of `wanted`, and how many a tie keeps away."""

    no: str
    name: str
    wanted: int
    eligible: int
    tied: int


@dataclass(frozen=True)
class Draw:
    """What a seed gives: user names by project number, in the order drawn; and the projects that got nobody."""

    seed: int
    given: Mapping[str, tuple[str, ...]]
    short: tuple[Short, ...] = field(default=())

    @property
    def digest(self) -> str:
        """What tells whether a draw is the one that was shown."""
        told = [
            self.seed,
            sorted((no, list(names)) for no, names in self.given.items()),
            [one.no for one in self.short],
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def drawn(projects: Sequence[Wanting], experts: Sequence[Expert], seed: int) -> Draw:
    """Experts for every project: those of its direction first, of these the least laden, of these by lot.

    Projects with few to choose from are served first. One with too few gets nobody, so that no panel is incomplete.
    """
    lots = Random(seed)  # noqa: S311  (repeatable on purpose: the seed is on record)
    ordered = sorted(experts, key=lambda expert: expert.user_id)
    eligible = {one.no: [expert for expert in ordered if _may(expert, one)] for one in projects}
    load = Counter({expert.user_id: expert.load for expert in ordered})
    given: dict[str, tuple[str, ...]] = {}
    short: list[Short] = []
    for one in sorted(projects, key=lambda one: (len(eligible[one.no]), one.no)):
        may = eligible[one.no]
        if len(may) < one.wanted:
            short.append(_short(one, len(may), ordered))
            continue
        lot = {expert.user_id: lots.random() for expert in may}
        rank = sorted((one.direction not in e.fields, load[e.user_id], lot[e.user_id], e.user_id, e) for e in may)
        chosen = [expert for *_, expert in rank[: one.wanted]]
        load.update(expert.user_id for expert in chosen)
        given[one.no] = tuple(expert.username for expert in chosen)
    return Draw(seed, given, tuple(sorted(short, key=lambda one: one.no)))


def _may(expert: Expert, one: Wanting) -> bool:
    return (
        expert.employer is not None and expert.user_id not in one.barred and not expert.conflict(one.enterprise)
    )  # fmt: skip


def _short(one: Wanting, eligible: int, experts: Sequence[Expert]) -> Short:
    tied = sum(bool(expert.conflict(one.enterprise)) for expert in experts)
    return Short(one.no, one.name, one.wanted, eligible, tied)
