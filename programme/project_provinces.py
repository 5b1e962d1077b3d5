"""How many projects each province recommends, against the 3–5 of the notice (网发[2016]290号, 三(二)2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from programme.models import Project
from programme.permissions import Actor, Permission, everywhere, own_province, require, scope_of
from programme.project_facts import project_facts
from programme.project_queries import province_names, visible


class Quota(StrEnum):
    SHORT = "short"
    WITHIN = "within"
    OVER = "over"


@dataclass(frozen=True)
class ProvinceStanding:
    """Projects of a province's channel that are still on their way: `recommended` holds `reported`, which holds `confirmed`."""

    code: str
    name: str
    recommended: int
    reported: int
    confirmed: int

    @property
    def quota(self) -> Quota:
        facts = project_facts()
        if self.recommended < facts.least:
            return Quota.SHORT
        return Quota.OVER if self.recommended > facts.most else Quota.WITHIN


def quota_can_be_seen(actor: Actor) -> bool:
    """Whoever sees all projects of a province; an enterprise, an expert and an evaluator see single ones."""
    return scope_of(actor, Permission.SEE_PROJECT) in (everywhere, own_province)


def provinces_standing(session: Session, actor: Actor) -> list[ProvinceStanding]:
    """Every unit that recommends projects and that the actor may see, by code; those without a project too."""
    require(actor, Permission.SEE_PROJECT)
    facts, names = project_facts(), province_names(session)
    national = [stage.code for stage in facts.stages if stage.decided_by == "nation"]
    counted = (
        facts.states_in_quota,
        [state.code for state in facts.states if state.in_quota and state.stage in national],
        [state for state in facts.states_of(*facts.stages_where("selected")) if state in facts.states_in_quota],
    )
    numbers = [func.count().filter(col(Project.state).in_(states)) for states in counted]
    query: Any = select(col(Project.province_code), *numbers)
    rows = session.connection().execute(
        query.where(visible(actor), Project.channel == "province").group_by(col(Project.province_code))
    )
    found: dict[str, tuple[int, int, int]] = {row[0]: (row[1], row[2], row[3]) for row in rows if row[0]}
    return [
        ProvinceStanding(code, names[code], *found.get(code, (0, 0, 0))) for code in units_seen(actor, names, found)
    ]


def units_seen(actor: Actor, names: Mapping[str, str], found: Iterable[str]) -> list[str]:
    """Codes of the units whose projects the actor would see: the addressees of the notice, or one's own; and those `found`."""
    scope = scope_of(actor, Permission.SEE_PROJECT)
    listed = {code for code in names if code not in project_facts().not_addressed} if scope is everywhere else set()
    own = {actor.province_code} if scope is own_province else set()
    return sorted(code for code in listed | own | set(found) if code in names)
