"""What the conditions of the bulletin look at and answer with: a release, fields for sentences, figures already formatted."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from programme.bulletin_facts import BulletinFacts
from programme.bulletin_sources import Source, of_line
from programme.catalogue import TIER_NAMES
from programme.frozen_release import Frozen, FrozenMember
from programme.kpis import Light, Progress
from programme.showcase_facts import ShownPractice
from programme.wording import date_text, difference_text, figure, light_text, percent, points, reached_text


@dataclass(frozen=True)
class Found:
    """Fields for a sentence, and the figures they were made from."""

    values: dict[str, str]
    source: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Told:
    """What the conditions look at: a release, the one that was in force before it, practices of the library."""

    held: Frozen
    before: Frozen | None
    facts: BulletinFacts
    practices: tuple[ShownPractice, ...] = ()

    @cached_property
    def lines(self) -> list[Progress]:
        return self.held.lines()

    @cached_property
    def groups(self) -> list[tuple[FrozenMember, list[Progress]]]:
        """Each core county by code, with its group's targets (按县数折算)."""
        return [(core, self.held.lines(self.ids_of(core))) for core in self.held.cores]

    def ids_of(self, core: FrozenMember) -> list[int]:
        return [member.county_id for member in self.held.group(core.county_id)]

    def lit(self, *lights: Light) -> list[Progress]:
        return [line for line in self.lines if line.light in lights]

    @cached_property
    def common(self) -> dict[str, str]:
        """Fields that every sentence may use."""
        held = self.held
        return {
            "month": held.month.chinese,
            "day": date_text(held.month.last_day),
            "year": str(held.year.year),
            "release": held.title,
            "before": self.before.title if self.before else "",
            "basis": held.basis,
            "elapsed": percent(held.year.elapsed_share(held.month)),
        }


def target_name(line: Progress) -> str:
    """As prose names a target: 核心示范县农产品网络销售额."""
    tier = line.target.tier
    return line.target.kpi.name if tier == "all" else f"{TIER_NAMES[tier]}{line.target.kpi.name}"


def gap_text(difference: Fraction) -> str:
    """A difference of shares without its sign, never nothing when there is one."""
    text = points(abs(difference)).removeprefix("+")
    return "不到0.1个百分点" if difference and text.startswith("0.0") else text


def target(line: Progress) -> Found:
    kpi, share = line.target.kpi, line.attainment
    ahead = None if share is None else share - line.elapsed
    values = {
        "name": target_name(line),
        "goal": figure(round(line.goal), kpi),
        "actual": reached_text(line.actual, line.goal, kpi),
        "attainment": percent(share),
        "difference": difference_text(ahead),
        "gap": "" if ahead is None else gap_text(ahead),
        "lead": "与序时进度持平" if not ahead else f"超前{gap_text(ahead)}",
        "light": light_text(line.light),
    }
    return Found(values, of_line(line))


def sources_of(lines: Iterable[Progress], group: FrozenMember | None = None) -> tuple[Source, ...]:
    return tuple(source for line in lines for source in of_line(line, group))
