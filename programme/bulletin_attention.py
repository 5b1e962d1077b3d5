"""Which groups and counties need help, and why, in figures: conditions of the bulletin's rules."""

from collections.abc import Sequence
from fractions import Fraction

from programme.bulletin_sources import Source
from programme.bulletin_told import Found, Told, sources_of, target, target_name
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.frozen_release import Frozen, FrozenMember
from programme.kpis import Progress
from programme.obligations import STATUS_NAMES, Status


def groups_far_behind(told: Told) -> list[Found]:
    """Groups with many targets far below 序时进度, each with the reasons that its counties' figures give."""
    limits = told.facts.limits
    found = []
    for core, lines in told.groups:
        far = [line for line in lines if _is_far(line, limits.far_points)]
        if len(far) < limits.far_targets:
            continue
        values = {
            "group": core.name,
            "province": core.province,
            "counties": str(len(told.ids_of(core))),
            "far": str(len(far)),
            "far_points": str(limits.far_points),
            "lines": "；".join(_group_line(told, line) for line in far),
            "reasons": _absent_in(told, core) + _empty_in(told, core, far),
        }
        found.append(Found(values, sources_of(far, core)))
    return found


def groups_named(told: Told) -> list[Found]:
    return [Found({})] if groups_far_behind(told) else []


def _is_far(line: Progress, far_points: int) -> bool:
    return line.attainment is not None and line.elapsed - line.attainment >= Fraction(far_points, 100)


def _group_line(told: Told, line: Progress) -> str:
    return told.facts.said(
        "group_line", **{name: target(line).values[name] for name in ("name", "actual", "attainment")}
    )


def _absent_in(told: Told, core: FrozenMember) -> str:
    names = {member.code for member in told.held.group(core.county_id)}
    absent = [one["name"] for one in told.held.facts["absent"] if one["county"] in names]
    return told.facts.said("absent_in_group", count=len(absent), counties="、".join(absent)) if absent else ""


def _empty_in(told: Told, core: FrozenMember, far: Sequence[Progress]) -> str:
    """In how many counties a target of several that is far behind stands at 0, and in how many nothing was ever accepted."""
    zero: list[str] = []
    unreported: list[str] = []
    for line in far:
        inside = [one for one in told.held.group(core.county_id) if one.tier in line.target.tiers]
        levels = [] if len(inside) == 1 else [told.held.to_date(line.target.kpi, [one.county_id]) for one in inside]
        for words, count in ((zero, levels.count(0)), (unreported, levels.count(None))):
            if count:
                words.append(f"{target_name(line)}{count}个")
    return "".join(
        told.facts.said(word, list="、".join(words))
        for word, words in (("zero_in_group", zero), ("unreported_in_group", unreported))
        if words
    )


def counties_absent(told: Told) -> list[Found]:
    ids = {member.code: member.county_id for member in told.held.members.values()}
    month, found = str(told.held.month), []
    for one in told.held.facts["absent"]:
        missed = _missed(told.held, ids[one["county"]])
        again = told.facts.said("again", count=missed) if missed > 1 else ""
        values = {"county": one["name"], "status": STATUS_NAMES[Status(one["status"])], "again": again}
        found.append(Found(values, (Source("", "county", one["county"], one["name"], month, "returned", None),)))
    return found


def _missed(held: Frozen, county: int) -> int:
    """Months in a row without an accepted return, up to the release's."""
    held_months = held.returns.get(county, {})
    missed = 0
    for month in reversed(held.months):
        if month in held_months:
            break
        missed += 1
    return missed


def counties_idle(told: Told) -> list[Found]:
    """Counties that reported 0 of an indicator in each of the last months."""
    limits, held = told.facts.limits, told.held
    kpi, months = catalogue().kpi(limits.idle_kpi), held.months[-limits.idle_months :]
    if len(months) < limits.idle_months:
        return []
    found = []
    for member in sorted(held.members.values(), key=lambda member: member.code):
        figures = [held.of_month(kpi, member.county_id, month) for month in months]
        if all(figure == 0 for figure in figures):
            values = {"county": member.name, "months": str(len(months)), "kpi": kpi.name}
            found.append(Found(values, tuple(_month_source(kpi, member, month, 0) for month in months)))
    return found


def nobody_needs_attention(told: Told) -> list[Found]:
    someone = groups_far_behind(told) or counties_absent(told) or counties_idle(told)
    return [] if someone else [Found({})]


def _month_source(kpi: Kpi, member: FrozenMember, month: Month, value: int | None) -> Source:
    return Source(kpi.code, "county", member.code, member.name, str(month), "month", value)
