"""一页纸: one page of a county and one of a core group, from a release as frozen. Nothing on a county's page tells another
county's figures: its group stands there as a whole, as in the released totals."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from programme import typesetting
from programme.briefing_facts import briefing_facts
from programme.catalogue import TIER_NAMES, Kpi, catalogue
from programme.documents import chinese_day, printable
from programme.errors import NotFound
from programme.frozen_release import SAMPLE, Frozen, FrozenMember
from programme.kpis import Progress
from programme.obligations import STATUS_NAMES, Status
from programme.release_words import distance, goal_text, scope_name
from programme.wording import NO_BASE_TEXT, NOT_APPLICABLE, amount, figure, light_text, percent, reached_text


def member_of(held: Frozen, code: str) -> FrozenMember:
    """Raises NotFound for a county that took no part in the release."""
    found = next((member for member in held.members.values() if member.code == code), None)
    if found is None:
        raise NotFound(f"{held.title}的名单里没有代码为{code}的县，请核对。")
    return found


def county_pdf(held: Frozen, code: str) -> bytes:
    """The same bytes for the same release and county."""
    return typesetting.pdf("county_sheet.typ", county_values(held, member_of(held, code)), held.month.last_day)


def group_pdf(held: Frozen, code: str) -> bytes:
    """Of the group of this core county."""
    return typesetting.pdf("group_sheet.typ", group_values(held, core_of(held, code)), held.month.last_day)


def core_of(held: Frozen, code: str) -> FrozenMember:
    """Raises NotFound when the county is no core county of the release."""
    core = member_of(held, code)
    if not core.is_core:
        group = held.members[core.core_county_id]
        raise NotFound(f"{core.name}不是核心示范县，它属于{group.name}组（{group.code}）。")
    return core


# --- a county ---------------------------------------------------------------------------------------------------------


def county_values(held: Frozen, county: FrozenMember) -> dict[str, Any]:
    """What county_sheet.typ sets, all in words."""
    core = held.members[county.core_county_id]
    group = {line.target: line for line in held.lines([one.county_id for one in held.group(core.county_id)])}
    lines = held.lines([county.county_id])
    scoped = [line.target.kpi for line in lines]
    left = [kpi.name for kpi in catalogue().kpis if kpi not in scoped]
    return _heading(held, f"{county.name}（{county.province}）", "县级一页纸") | {
        "profile": [
            ("行政区划代码", county.code),
            ("层级", TIER_NAMES[county.tier.value]),
            ("所属组", f"{core.name}组（{len(held.group(core.county_id))}个县）"),
            ("特色品牌", printable(county.brand) or NO_BASE_TEXT),
            ("特色产品", printable(county.products) or NO_BASE_TEXT),
            ("本月月报", _state(held, county)),
        ],
        "figures": [_figures(held, county, line, group[line.target]) for line in lines],
        "charts": [_months(held, county, kpi) for kpi in scoped],
        "left": f"不适用于本县：{'、'.join(left)}。" if left else "",
    }


def _heading(held: Frozen, name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": f"{held.year.name}　{kind}",
        "title": held.title,
        "basis": held.basis,
        "sample": SAMPLE if held.sample else "",
        "sha256": f"内容指纹（SHA-256）：{held.sha256}",
        "elapsed_text": f"序时进度{percent(held.year.elapsed_share(held.month))}（截至{chinese_day(held.month.last_day)}）",
        "elapsed": _bar(held.year.elapsed_share(held.month)),
    }


def _state(held: Frozen, county: FrozenMember) -> str:
    found = held.returns.get(county.county_id, {}).get(held.month)
    if found:
        return f"已计入（第{found[0]}版）"
    status = next((one["status"] for one in held.facts["absent"] if one["county"] == county.code), None)
    return f"未计入（{STATUS_NAMES[Status(status)]}）" if status else "未计入"


def _figures(held: Frozen, county: FrozenMember, line: Progress, group: Progress) -> dict[str, Any]:
    kpi = line.target.kpi
    return {
        "name": kpi.name,
        "month": figure(held.grown(kpi, [county.county_id], held.month), kpi),
        "to_date": reached_text(line.actual, line.goal, kpi),
        "share": goal_text(line),
        **_progress(line),
        "group": _place(held, county, line, group),
    }


def _progress(line: Progress) -> dict[str, Any]:
    return {
        "attainment": percent(line.attainment),
        "light": line.light.value,
        "state": light_text(line.light.value),
        "bar": _bar(line.attainment),
    }


def _bar(share: Fraction | None) -> float:
    """How much of the bar's length a share takes; what is beyond the whole is said by its figure."""
    return 0.0 if share is None else float(min(max(share, Fraction(0)), Fraction(1)))


def _place(held: Frozen, county: FrozenMember, line: Progress, group: Progress) -> str:
    """The county beside its group as a whole: its part of the sum, and the group's attainment. No ranks, and nothing where
    so few others have a figure that one of them could be worked out."""
    if group.counties_expected <= 1:
        return "组内仅本县有此目标"
    kpi, inside = line.target.kpi, held.group(county.core_county_id)
    others = [one for one in inside if one.county_id != county.county_id and one.tier in line.target.tiers]
    known = [one for one in others if held.to_date(kpi, [one.county_id]) is not None]
    if len(known) < briefing_facts().sheets["fewest_others"]:
        return "组内已报的县太少，不作比较"
    part = Fraction(line.actual, group.actual) if line.actual is not None and group.actual else None
    return f"占全组{percent(part)}；全组完成率{percent(group.attainment)}"


def _months(held: Frozen, county: FrozenMember, kpi: Kpi) -> dict[str, Any]:
    """A small chart: a flow's amount of each month, a stock's level at its end."""
    values = [held.of_month(kpi, county.county_id, month) for month in held.months]
    largest = max((value for value in values if value), default=1)
    return {
        "name": f"{kpi.name}（{kpi.unit}，{'本月数' if kpi.is_flow else '期末数'}）",
        "months": [
            {
                "label": f"{month.month}月",
                "text": amount(None if value is None else Decimal(value) / kpi.factor),
                "height": max(value or 0, 0) / largest,
                "empty": value is None,
            }
            for month, value in zip(held.months, values, strict=True)
        ],
    }


# --- a group ----------------------------------------------------------------------------------------------------------


def group_values(held: Frozen, core: FrozenMember) -> dict[str, Any]:
    """What group_sheet.typ sets, all in words."""
    members = held.group(core.county_id)
    lines = held.lines([member.county_id for member in members])
    radiating = "、".join(member.name for member in members if not member.is_core)
    reported = sum(held.month in held.returns.get(member.county_id, {}) for member in members)
    return _heading(held, f"{core.name}组", "核心示范县组一页纸") | {
        "profile": [
            ("核心示范县", f"{core.name}（{core.province}，{core.code}）"),
            ("辐射带动县", radiating or NO_BASE_TEXT),
            ("特色品牌", printable(core.brand) or NO_BASE_TEXT),
            ("特色产品", printable(core.products) or NO_BASE_TEXT),
            ("本月月报", f"{reported}/{len(members)}个县计入本期"),
        ],
        "targets": [_target(line) for line in lines],
        "columns": [kpi.short for kpi in catalogue().kpis],
        "counties": [_county(held, member) for member in members],
    }


def _target(line: Progress) -> dict[str, Any]:
    return {
        "name": line.target.kpi.name,
        "scope": scope_name(line.target),
        "to_date": reached_text(line.actual, line.goal, line.target.kpi),
        "goal": goal_text(line),
        "distance": distance(line),
        "reported": f"{line.counties_reported}/{line.counties_expected}",
        **_progress(line),
    }


def _county(held: Frozen, county: FrozenMember) -> dict[str, Any]:
    inside = held.year.kpis_of(county.tier)
    return {
        "name": county.name,
        "state": "计入" if held.month in held.returns.get(county.county_id, {}) else "未计入",
        "figures": [
            figure(held.to_date(kpi, [county.county_id]) if kpi in inside else NOT_APPLICABLE, kpi)
            for kpi in catalogue().kpis
        ],
    }
