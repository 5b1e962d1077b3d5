"""Counts held against their detail: 一致, 差异 n, 无明细 or 月报未报 per county, month and indicator; and why they differ."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from programme import audit, identity_numbers, settings
from programme.calendar import Month
from programme.catalogue import Kpi, Year, catalogue
from programme.errors import NotFound, ProgrammeError
from programme.models import MonthlyReturn, RegisterExplanation, RegisterRevision, RegisterRow, Standing
from programme.permissions import Actor, Permission, require, scope_of
from programme.register_facts import Proof, Register, register_facts
from programme.registers import newest, of_revision, rows_in_force
from programme.returns import Member, members_of
from programme.standings import same_return

LONGEST: Final = 500


class Outcome(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    NO_DETAIL = "no_detail"
    UNREPORTED = "unreported"


WORDS: Final = {Outcome.AGREES: "一致", Outcome.UNREPORTED: "月报未报，暂不比对"}


@dataclass(frozen=True)
class Verdict:
    """A reported figure beside a counted one. `difference` is counted less reported; `over` the tolerance it must be explained."""

    outcome: Outcome
    difference: int = 0
    over: bool = False

    @property
    def text(self) -> str:
        """一致; 差异 3（明细少）; 无明细; 月报未报，暂不比对."""
        return self.text_of("明细")

    def text_of(self, source: str) -> str:
        """`source` is what was counted: 明细 or 平台."""
        if self.outcome is Outcome.DIFFERS:
            return f"差异 {abs(self.difference):,}（{source}{'多' if self.difference > 0 else '少'}）"
        return WORDS.get(self.outcome, f"无{source}")


NOTHING: Final = Verdict(Outcome.NO_DETAIL)


def compare(reported: int | None, counted: int | None, tolerance: int = 0, percent: int = 0) -> Verdict:
    """`counted` None is no detail, `reported` None is 未报: then there is nothing yet to compare with."""
    if counted is None:
        return Verdict(Outcome.NO_DETAIL)
    if reported is None:
        return Verdict(Outcome.UNREPORTED)
    difference = counted - reported
    if difference == 0:
        return Verdict(Outcome.AGREES)
    return Verdict(
        Outcome.DIFFERS, difference, abs(difference) > tolerance and abs(difference) * 100 > percent * reported
    )


@dataclass(frozen=True)
class Line:
    """One indicator of a county and month. `applies`: it is in the county's scope; None is no figure."""

    county: Member
    month: Month
    kpi: Kpi
    applies: bool
    reported: int | None
    counted: int | None
    platform: int | None
    own: Verdict
    third: Verdict
    explanations: tuple[RegisterExplanation, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether a difference over the tolerance stands that nobody has explained as it is now."""
        return self.over and not any(self.is_of_these_figures(one) for one in self.explanations)

    @property
    def over(self) -> bool:
        return self.applies and (self.own.over or self.third.over)

    def is_of_these_figures(self, one: RegisterExplanation) -> bool:
        return (one.reported, one.counted, one.platform) == (self.reported, self.counted, self.platform)


# --- what is counted ------------------------------------------------------------------------------------------------


Counts = Mapping[int, int]


def counts(session: Session, register: Register, proof: Proof, month: Month, county_ids: Sequence[int]) -> Counts:
    """County → what its rows in force come to, added up in SQL; a county without the register is not in it."""
    there = {county: 0 for county in session.exec(_handed_in(register, proof, month, county_ids))}
    rows = session.execute(_counted(register, proof, month, county_ids))
    return there | {county: int(number) for county, number in rows}


def _period(proof: Proof, month: Month, county_ids: Sequence[int]) -> tuple[Any, ...]:
    year = catalogue().year_of(month) or catalogue().current_year
    first = year.months[0].number if proof.to_date or proof.first else month.number
    return (
        col(RegisterRevision.month).between(first, month.number),
        col(RegisterRevision.county_id).in_(list(county_ids)),
    )


def _handed_in(register: Register, proof: Proof, month: Month, county_ids: Sequence[int]) -> Any:
    """Counties with rows in force; one whose register was withdrawn has no detail."""
    first = month.number if not proof.to_date else _first_month(month)
    current = newest(
        register.code,
        col(RegisterRevision.month).between(first, month.number),
        col(RegisterRevision.county_id).in_(list(county_ids)),
    )
    return (
        select(RegisterRevision.county_id)
        .join(current, of_revision(RegisterRevision, register.code, current))
        .where(RegisterRevision.rows > 0)
        .distinct()
    )


def _first_month(month: Month) -> int:
    return (catalogue().year_of(month) or catalogue().current_year).months[0].number


def _counted(register: Register, proof: Proof, month: Month, county_ids: Sequence[int]) -> Any:
    conditions = _period(proof, month, county_ids)
    if proof.first:
        columns = [RegisterRow.county_id, RegisterRow.key_hash, func.min(RegisterRow.month).label("first")]
        grouped = rows_in_force(columns, register.code, *conditions).group_by(
            col(RegisterRow.county_id), col(RegisterRow.key_hash)
        )
        items = grouped.subquery()
        query = select(items.c.county_id, func.count()).where(items.c.first == month.number)
        return query.group_by(items.c.county_id)
    what = (
        func.sum(RegisterRow.amount) if proof.measure == "amount" else func.count(func.distinct(RegisterRow.key_hash))
    )
    query = rows_in_force([RegisterRow.county_id, what], register.code, *conditions)
    return query.group_by(col(RegisterRow.county_id))


def _reported(session: Session, month: Month, county_ids: Sequence[int]) -> dict[int, Any]:
    """County → its return in force for the month."""
    query = (
        select(MonthlyReturn)
        .join(Standing, same_return())
        .where(Standing.month == month.number, col(Standing.county_id).in_(list(county_ids)))
    )
    return {row.county_id: row for row in session.exec(query)}


def _proofs(third: bool) -> list[tuple[Register, Proof]]:
    registers = [register for register in register_facts().registers if register.third is third]
    return [(register, proof) for register in registers for proof in register.proofs]


def reconcile(session: Session, actor: Actor, month: Month, county_ids: Iterable[int] | None = None) -> list[Line]:
    """Every indicator with a register, of the counties in the actor's scope (of these only when given), in their order."""
    year = catalogue().year_of(month)
    places = seen(session, actor, year, county_ids) if year else []
    if year is None or not places:
        return []
    ids = [member.county_id for member in places]
    sides = [_side(session, month, ids, third=third) for third in (False, True)]
    returns, told = _reported(session, month, ids), _explanations(session, month, ids)
    lines = [
        _line(member, month, kpi, kpi in year.kpis_of(member.tier), returns.get(member.county_id), sides)
        for member in places
        for kpi in catalogue().kpis
        if kpi.code in sides[0]
    ]
    return [
        replace(line, explanations=tuple(told.get((line.county.county_id, line.kpi.code), ())))
        for line in lines
        if line.applies or line.counted is not None
    ]


@dataclass(frozen=True)
class _Counted:
    """What one source says of an indicator: the counties' own registers, or the platform's export."""

    proof: Proof
    numbers: Counts

    def verdict(self, county_id: int, reported: int | None) -> Verdict:
        return compare(
            reported,
            self.numbers.get(county_id),
            self.proof.tolerance * self.proof.kpi.factor,
            self.proof.tolerance_percent,
        )


def _side(session: Session, month: Month, ids: Sequence[int], *, third: bool) -> dict[str, _Counted]:
    return {
        proof.kpi.code: _Counted(proof, counts(session, register, proof, month, ids))
        for register, proof in _proofs(third)
    }


def _line(
    member: Member, month: Month, kpi: Kpi, applies: bool, row: Any, sides: Sequence[dict[str, _Counted]]
) -> Line:
    reported = getattr(row, kpi.code) if row is not None and applies else None
    own, third = (side.get(kpi.code) for side in sides)
    return Line(
        county=member,
        month=month,
        kpi=kpi,
        applies=applies,
        reported=reported,
        counted=own.numbers.get(member.county_id) if own else None,
        platform=third.numbers.get(member.county_id) if third else None,
        own=own.verdict(member.county_id, reported) if own else NOTHING,
        third=third.verdict(member.county_id, reported) if third else NOTHING,
    )


def seen(session: Session, actor: Actor, year: Year, county_ids: Iterable[int] | None = None) -> list[Member]:
    """The counties whose registers the actor may see, by code."""
    scope = scope_of(actor, Permission.SEE_REGISTER)
    wanted = None if county_ids is None else set(county_ids)
    members = members_of(session, year).values() if scope else ()
    found = (m for m in members if scope and scope(actor, m.subject) and (wanted is None or m.county_id in wanted))
    return sorted(found, key=lambda member: member.code)


# --- items that two counties have -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overall:
    """Distinct items over the counties in scope, and the sum of what they come to one by one; 0 shared when they agree."""

    register: Register
    kpi: Kpi
    items: int
    of_counties: int

    @property
    def shared(self) -> int:
        return self.of_counties - self.items


def overall(session: Session, actor: Actor, month: Month) -> list[Overall]:
    """What is counted once over all months and counties in the actor's scope: shops and households. A product of one county
    is told by its shop's name alone, so it is never taken for another county's."""
    require(actor, Permission.SEE_REGISTER)
    year = catalogue().year_of(month)
    ids = [member.county_id for member in seen(session, actor, year)] if year else []
    found = []
    for register, proof in _proofs(third=False):
        if not proof.to_date or not (register.shared or register.secret):
            continue
        what = func.count(func.distinct(RegisterRow.key_hash))
        items = session.execute(rows_in_force([what], register.code, *_period(proof, month, ids))).scalar_one()
        by_county = counts(session, register, proof, month, ids)
        if by_county:
            found.append(Overall(register, proof.kpi, items, sum(by_county.values())))
    return found


@dataclass(frozen=True)
class Shared:
    """A county's own item, and the names of the other counties that have it too; nothing else of theirs is told."""

    name: str
    others: tuple[str, ...]


def shared(session: Session, actor: Actor, county_id: int, month: Month) -> list[Shared]:
    """The county's shops that other counties have in their registers too. Raises NotAllowed outside the actor's scope."""
    year = catalogue().year_of(month) or catalogue().current_year
    members = members_of(session, year)
    member = members.get(county_id)
    if member is None:
        raise NotFound(f"这个县不在{year.year}年度的名单之内。")
    require(actor, Permission.SEE_REGISTER, member.subject)
    found: list[Shared] = []
    for register in (register for register in register_facts().own if register.shared):
        others: dict[str, set[str]] = {}
        names: dict[str, str] = {}
        for key, texts, other in session.execute(_pairs(register, month, county_id)):
            names.setdefault(key, json.loads(texts).get(register.columns[0].field, ""))
            others.setdefault(key, set()).add(members[other].name if other in members else "其他县")
        found += [Shared(names[key], tuple(sorted(others[key]))) for key in names]
    return sorted(found, key=lambda one: one.name)


def _pairs(register: Register, month: Month, county_id: int) -> Any:
    """Key, texts and the other county, of each row of the county whose item another one has."""
    until = col(RegisterRevision.month).between(_first_month(month), month.number)
    mine = newest(register.code, until, RegisterRevision.county_id == county_id)
    theirs = newest(register.code, until, RegisterRevision.county_id != county_id)
    own_rows = (
        select(RegisterRow.key_hash, RegisterRow.texts)
        .join(mine, of_revision(RegisterRow, register.code, mine))
        .subquery()
    )
    other_rows = (
        select(RegisterRow.key_hash, RegisterRow.county_id)
        .join(theirs, of_revision(RegisterRow, register.code, theirs))
        .subquery()
    )
    both = and_(own_rows.c.key_hash == other_rows.c.key_hash)
    return (
        select(own_rows.c.key_hash, own_rows.c.texts, other_rows.c.county_id)
        .join(other_rows, both)
        .distinct()
        .order_by(own_rows.c.texts)
    )


# --- why ------------------------------------------------------------------------------------------------------------


def _explanations(
    session: Session, month: Month, county_ids: Sequence[int]
) -> dict[tuple[int, str], list[RegisterExplanation]]:
    query = (
        select(RegisterExplanation)
        .where(RegisterExplanation.month == month.number, col(RegisterExplanation.county_id).in_(list(county_ids)))
        .order_by(col(RegisterExplanation.number))
    )
    found: dict[tuple[int, str], list[RegisterExplanation]] = {}
    for one in session.exec(query):
        found.setdefault((one.county_id, one.kpi), []).append(one)
    return found


def line_of(session: Session, actor: Actor, county_id: int, month: Month, kpi: str) -> Line:
    """Raises NotAllowed outside the actor's scope, NotFound where there is nothing to compare."""
    year = catalogue().year_of(month) or catalogue().current_year
    member = members_of(session, year).get(county_id)
    if member is None:
        raise NotFound(f"这个县不在{year.year}年度的名单之内。")
    require(actor, Permission.SEE_REGISTER, member.subject)
    lines = reconcile(session, actor, month, [county_id])
    found = next((line for line in lines if line.kpi.code == kpi), None)
    if found is None:
        raise NotFound(f"{member.name}{month.chinese}没有“{kpi}”的比对，请检查月份和指标。")
    return found


def explain(session: Session, actor: Actor, line: Line, text: str) -> None:
    """Keep why the figures of a line differ; `line` is what was before the eyes of whoever writes.

    Raises NotAllowed, and ProgrammeError without a text, or where the figures agree or have changed meanwhile.
    """
    require(actor, Permission.SUBMIT_REGISTER, line.county.subject)
    now = line_of(session, actor, line.county.county_id, line.month, line.kpi.code)
    text = identity_numbers.hidden(text.strip())[:LONGEST]
    if not text:
        raise ProgrammeError("请写明差异的原因。")
    if (now.reported, now.counted, now.platform) != (line.reported, line.counted, line.platform):
        raise ProgrammeError("您查看期间数据有变化，请按最新的比对结果说明。")
    if not now.over:
        raise ProgrammeError(f"{line.kpi.name}没有超出允许范围的差异，不需要说明。")
    session.add(
        RegisterExplanation(
            county_id=line.county.county_id, month=line.month.number, kpi=line.kpi.code,
            number=len(now.explanations) + 1, reported=now.reported, counted=now.counted, platform=now.platform,
            text=text, at=settings.moment(), user_id=actor.id, user_name=actor.name,
        )
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "register.explained", subject=line.county.name, county_id=line.county.county_id,
        province_code=line.county.code[:2], months=str(line.month), kpi=line.kpi.code, reported=now.reported,
        counted=now.counted, platform=now.platform, reason=text,
    )  # fmt: skip
