"""A release made of values, for rules that look at nothing else; and bulletins read back from their files."""

import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from programme.bulletin_blocks import Block
from programme.bulletin_facts import bulletin_facts
from programme.bulletin_rules import Found, Told
from programme.calendar import Month
from programme.catalogue import Kpi, Target, Tier, catalogue
from programme.frozen_release import Frozen, FrozenMember
from programme.standings import kpi_codes

YEAR = catalogue().years[0]
JUNE, JULY, AUGUST, SEPTEMBER, DECEMBER = (Month(2019, month) for month in (6, 7, 8, 9, 12))
FOOT = re.compile(r"(发布口径\(第\d+期\)·截至\d+年\d+月\d+日)?—\d+—(发布口径\(第\d+期\)·截至\d+年\d+月\d+日)?$")
Share = Callable[[Kpi, FrozenMember, Month], int | None]
"""What a county reports of a target in a month: in hundredths of its even share of the target."""


@lru_cache
def members() -> dict[int, FrozenMember]:
    """Ten groups of a core county and ten radiating ones, in ten provinces."""
    found = {}
    for group in range(1, 11):
        for place in range(11):
            code = f"{group + 10}00{place:02d}"
            tier = Tier.RADIATING if place else Tier.CORE
            name = f"第{group}县" if not place else f"第{group}县之{place}"
            found[int(code)] = FrozenMember(
                int(code), code, name, f"第{group}省", tier, int(f"{group + 10}0000"), "", "", False, (100.0, 30.0)
            )
    return found


def evenly(hundredths: int) -> Share:
    return lambda kpi, member, month: hundredths


def a_release(
    share: Share, month: Month = SEPTEMBER, number: int = 5, absent: Sequence[int] = (), **facts: Any
) -> Frozen:
    """Every county reports `share` of its part of each target in every month (a stock: that much more), the absent none of the
    last month."""
    found, months = members(), [one for one in YEAR.months if one <= month]
    returns: dict[int, dict[Month, tuple[int, dict[str, int | None]]]] = {}
    for county, member in found.items():
        reported = [one for one in months if county not in absent or one != month]
        returns[county] = {one: (1, _figures(share, member, one, months)) for one in reported}
    told = {
        "sample": False,
        "accepted": len(found) - len(absent),
        "expected": len(found),
        "absent": [{"county": str(one), "name": found[one].name, "status": "overdue"} for one in absent],
        "corrections": [],
    }
    return Frozen(number, month, datetime(2019, 10, 16, tzinfo=UTC), "a" * 64, YEAR, told | facts, found, returns)


def _figures(share: Share, member: FrozenMember, month: Month, months: list[Month]) -> dict[str, int | None]:
    figures: dict[str, int | None] = dict.fromkeys(kpi_codes())
    for kpi in YEAR.kpis_of(member.tier):
        target = YEAR.target_of(kpi, member.tier)
        assert target is not None
        given = [share(kpi, member, one) for one in months[: months.index(month) + 1]]
        if given[-1] is not None:
            taken = given[-1] if kpi.is_flow else sum(one or 0 for one in given)
            figures[kpi.code] = _part(target, member, taken)
    return figures


@lru_cache
def _places(tier: str) -> dict[int, int]:
    inside = [one.county_id for one in members().values() if tier in ("all", one.tier.value)]
    return {county: place for place, county in enumerate(inside)}


def _part(target: Target, member: FrozenMember, hundredths: int) -> int:
    """Parts that add up to the whole, however few there are to share out."""
    place = _places(target.tier)[member.county_id]
    counties = YEAR.expected_counties(target.tier)
    first, last = (target.stored * hundredths * at // (100 * counties) for at in (place, place + 1))
    return last - first


def told(held: Frozen, before: Frozen | None = None) -> Told:
    return Told(held, before, bulletin_facts())


def values(found: list[Found], name: str) -> list[str]:
    return [one.values[name] for one in found]


def a_correction(county: int = 110001, reason: str = "漏记一笔", **values: object) -> dict[str, object]:
    name = members()[county].name if county in members() else "旧县"
    return {
        "county": str(county), "name": name, "month": "2019-08", "kpi": "online_sales", "old": 100_000, "new": 200_000,
        "revision": 2, "reason": reason,
    } | values  # fmt: skip


# --- read back --------------------------------------------------------------------------------------------------------


def bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def text_of(blocks: Sequence[Block]) -> str:
    return bare("".join(block.shown + "".join("".join(row) for row in block.rows) for block in blocks))


def docx_text(content: bytes) -> str:
    body = Document(io.BytesIO(content)).element.body
    return bare("".join(part.text or "" for part in body.iter(qn("w:t"))))


def pdf_text(content: bytes) -> str:
    """Without the feet of the pages."""
    pages = (bare(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(FOOT.sub("", page) for page in pages)
