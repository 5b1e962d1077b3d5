"""The conditions of the bulletin's rules: what is found in a release, in figures already formatted, with where they come from.

Each condition is a pure function from what is told to a list of things found, nothing for []. The sentences are data
(bulletin.toml). What all things found share stands in each of them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from programme.bulletin_attention import (
    counties_absent,
    counties_idle,
    groups_far_behind,
    groups_named,
    nobody_needs_attention,
)
from programme.bulletin_corrections import (
    corrected,
    corrections,
    first_release,
    left,
    nothing_corrected,
    supplemented,
)
from programme.bulletin_sources import Source, of_line
from programme.bulletin_told import Found, Told, sources_of, target
from programme.calendar import Month
from programme.catalogue import TIER_NAMES, catalogue
from programme.forecast_series import of_frozen
from programme.forecast_words import pace_text
from programme.forecasts import outlook
from programme.frozen_release import SAMPLE
from programme.kpis import Light, Progress
from programme.obligations import Status
from programme.wording import LIGHTS, date_text, figure, percent

BEHIND: Final = (Light.AMBER, Light.RED)
WAITING: Final = (Status.SUBMITTED, Status.APPROVED)
"""Where nothing is for the county to do."""


# --- the whole --------------------------------------------------------------------------------------------------------


def release(told: Told) -> list[Found]:
    held = told.held
    month = str(held.month)
    counted = [
        Source("", "tier", "all", TIER_NAMES["all"], month, measure, value)
        for measure, value in (("accepted", held.accepted), ("expected", held.expected))
    ]
    days = (min(held.month.last_day, held.year.end) - held.year.launch).days + 1
    values = {
        "document": held.year.document, "elapsed_days": str(days), "expected": str(held.expected),
        "accepted": str(held.accepted), "sample": f"（{SAMPLE}）" if held.sample else "",
    }  # fmt: skip
    return [Found(values, tuple(counted))]


def lights(told: Told) -> list[Found]:
    counted = Counter(line.light for line in told.lines)
    words = "、".join(f"{counted[one]}项{LIGHTS[one].word}" for one in Light if counted[one])
    values = {
        "targets": str(len(told.lines)),
        "words": words,
        "amber": percent(told.held.year.amber).replace(".0%", "%"),
    }
    return [Found(values, sources_of(told.lines))]


def targets(told: Told) -> list[Found]:
    return [target(line) for line in told.lines]


def turned(told: Told) -> list[Found]:
    """Targets whose light is another one than in the release before."""
    if told.before is None:
        return []
    old = {(line.target.kpi.code, line.target.tier): line for line in told.before.lines()}
    found = []
    for line in told.lines:
        was = old.get((line.target.kpi.code, line.target.tier))
        if was and was.light is not line.light and Light.NONE not in (was.light, line.light):
            words = {"old": LIGHTS[was.light].word, "new": LIGHTS[line.light].word}
            found.append(Found(target(line).values | words, of_line(was) + of_line(line)))
    return found


# --- what is ahead ----------------------------------------------------------------------------------------------------


def targets_ahead(told: Told) -> list[Found]:
    return [target(line) for line in told.lit(Light.GREEN)]


def targets_reached(told: Told) -> list[Found]:
    """Before the last day of the programme they are early."""
    return [
        Found(target(line).values | {"early": told.facts.words["early"] if line.elapsed < 1 else ""}, of_line(line))
        for line in told.lines
        if line.attainment is not None and line.attainment >= 1
    ]


def groups_ahead(told: Told) -> list[Found]:
    least = told.facts.limits.good_targets
    found = []
    for core, lines in told.groups:
        good = [line for line in lines if line.light is Light.GREEN]
        if len(good) >= least:
            values = {"group": core.name, "good": str(len(good)), "least": str(least)}
            found.append(Found(values, sources_of(good, core)))
    return found


# --- what is behind ---------------------------------------------------------------------------------------------------


def targets_amber(told: Told) -> list[Found]:
    return [target(line) for line in told.lit(Light.AMBER)]


def targets_red(told: Told) -> list[Found]:
    """With what is missing to 序时进度, and the pace that would still reach the target."""
    found = []
    for line in told.lit(Light.RED):
        short = ceil(line.elapsed * line.goal - (line.actual or 0))
        values = {"short": figure(short, line.target.kpi), "pace": _pace(told, line)}
        found.append(Found(target(line).values | values, of_line(line)))
    return found


def targets_without_figures(told: Told) -> list[Found]:
    return [target(line) for line in told.lit(Light.NONE)]


def none_behind(told: Told) -> list[Found]:
    return [] if told.lit(*BEHIND, Light.NONE) else [Found({}, sources_of(told.lines))]


def _pace(told: Told, line: Progress) -> str:
    """The pace needed, and the recent one by the rule of the forecast: nothing of it while the data are too short."""
    left = sum(month > told.held.month for month in told.held.year.months)
    if not left:
        return ""
    kpi = line.target.kpi
    values = {"left": left, "needed": figure(ceil((line.goal - (line.actual or 0)) / left), kpi)}
    now = outlook(of_frozen(told.held, line.target))
    if now.pace is None:
        return told.facts.said("pace_alone", **values)
    months = _recent_months(told, now.recent)
    return told.facts.said("pace", **values, recent_months=months, recent=pace_text(now.pace, kpi))


def _recent_months(told: Told, recent: Sequence[Month]) -> str:
    """近3个月; named where a month that says nothing of the pace lies between or behind them."""
    if list(recent) == list(told.held.months[-len(recent) :]):
        return told.facts.said("recent_months", count=len(recent))
    return "、".join(f"{month.month}月" for month in recent)


def practices(told: Told) -> list[Found]:
    return [Found({"county": one.county, "title": one.title}) for one in told.practices]


# --- what comes next --------------------------------------------------------------------------------------------------


def next_due(told: Told) -> list[Found]:
    month = told.held.month.plus(1)
    if month not in told.held.year.months:
        return []
    due = catalogue().due(month)
    moved = told.facts.said("moved") if due.day != told.held.year.due_day else ""
    return [Found({"month": month.chinese, "due": date_text(due), "moved": moved})]


def absent_to_come(told: Told) -> list[Found]:
    """Counties that have to hand in, or to correct what was sent back."""
    return _to_come(told, waiting=False)


def waiting_to_come(told: Told) -> list[Found]:
    """Counties that have handed in: province and office have to look at it."""
    return _to_come(told, waiting=True)


def _to_come(told: Told, *, waiting: bool) -> list[Found]:
    states = [Status(one["status"]) in WAITING for one in told.held.facts["absent"]]
    absent = [one for one, state in zip(counties_absent(told), states, strict=True) if state is waiting]
    sources = tuple(source for one in absent for source in one.source)
    into = told.facts.words["into_last" if last_month(told) else "into_next"]
    return [Found({"counties": str(len(absent)), "into": into}, sources)] if absent else []


def red_to_come(told: Told) -> list[Found]:
    red = told.lit(Light.RED)
    return [Found({"targets": str(len(red))}, sources_of(red))] if red else []


def days_left(told: Told) -> list[Found]:
    days = (told.held.year.end - told.held.month.last_day).days
    return [Found({"end": date_text(told.held.year.end), "days": str(days)})] if days > 0 else []


def last_month(told: Told) -> list[Found]:
    return [Found({})] if told.held.month == told.held.year.months[-1] else []


Condition = Callable[[Told], list[Found]]
CONDITIONS: Final[dict[str, Condition]] = {
    condition.__name__: condition
    for condition in (
        release, lights, targets, turned, targets_ahead, targets_reached, groups_ahead, targets_amber, targets_red,
        targets_without_figures, none_behind, groups_named, groups_far_behind, counties_absent, counties_idle,
        nobody_needs_attention, practices, corrected, corrections, supplemented, left, nothing_corrected, first_release,
        next_due, absent_to_come, waiting_to_come, red_to_come, days_left, last_month,
    )
}  # fmt: skip
