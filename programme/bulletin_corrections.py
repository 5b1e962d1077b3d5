"""What was corrected since the release before: conditions of the bulletin's rules."""

from typing import Any

from programme.bulletin_sources import Source
from programme.bulletin_told import Found, Told
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.release_content import LEFT, SUPPLEMENT
from programme.wording import figure


def corrected(told: Told) -> list[Found]:
    rows = _corrections(told)
    if not rows:
        return []
    values = {"counties": str(len({row["county"] for row in rows})), "figures": str(len(rows))}
    return [Found(values, tuple(source for row in rows for source in _correction_sources(row)))]


def corrections(told: Told) -> list[Found]:
    """Figure by figure, as rows of a table."""
    found = []
    for row in _corrections(told):
        kpi = catalogue().kpi(row["kpi"])
        values = {
            "county": row["name"], "month": Month.parse(row["month"]).chinese, "kpi": kpi.name,
            "old": figure(row["old"], kpi), "new": figure(row["new"], kpi), "reason": row["reason"] or "—",
        }  # fmt: skip
        found.append(Found(values, _correction_sources(row)))
    return found


def supplemented(told: Told) -> list[Found]:
    """Returns that had not been accepted when the release before was made."""
    found: dict[tuple[str, str], list[Source]] = {}
    names = {}
    for row in told.held.facts["corrections"]:
        if row["reason"] == SUPPLEMENT and told.before:
            found.setdefault((row["county"], row["month"]), []).append(_correction_sources(row)[1])
            names[row["county"]] = row["name"]
    return [
        Found({"county": names[county], "month": Month.parse(month).chinese}, tuple(sources))
        for (county, month), sources in sorted(found.items())
    ]


def left(told: Told) -> list[Found]:
    """Counties whose figures no longer count."""
    found: dict[str, list[Source]] = {}
    names = {}
    for row in told.held.facts["corrections"]:
        if row["reason"] == LEFT:
            found.setdefault(row["county"], []).append(_correction_sources(row)[0])
            names[row["county"]] = row["name"]
    return [Found({"county": names[county]}, tuple(sources)) for county, sources in sorted(found.items())]


def nothing_corrected(told: Told) -> list[Found]:
    return [Found({})] if told.before and not told.held.facts["corrections"] else []


def first_release(told: Told) -> list[Found]:
    return [] if told.before else [Found({})]


def _corrections(told: Told) -> list[dict[str, Any]]:
    if told.before is None:
        return []
    rows = [row for row in told.held.facts["corrections"] if row["reason"] not in (SUPPLEMENT, LEFT)]
    return sorted(rows, key=lambda row: (row["county"], row["month"]))


def _correction_sources(row: dict[str, Any]) -> tuple[Source, Source]:
    place = (row["kpi"], "county", row["county"], row["name"], row["month"])
    return Source(*place, "corrected_from", row["old"]), Source(*place, "corrected_to", row["new"])
