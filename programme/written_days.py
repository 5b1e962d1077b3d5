"""From a cell to a day: 2019年6月5日, 2019-06-05, 20190605, 2019/6/5, 2019.6.5 or an Excel date."""

import re
from datetime import date, datetime, time, timedelta

from programme.calendar import Month
from programme.cell_text import EMPTY, Problem, clean_text, obstacle, squeeze
from programme.formats.book import Cell
from programme.written_months import parse_month

_TIME = re.compile(r"[ T]?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?|分)?$")
_YEAR = r"((?:19|20)\d{2})"
_CHINESE = re.compile(_YEAR + r"年(\d{1,2})月(\d{1,2})[日号]?")
_SEPARATED = re.compile(_YEAR + r"([-/.])(\d{1,2})\2(\d{1,2})")
_TOGETHER = re.compile(_YEAR + r"(\d{2})(\d{2})")
_SERIAL = re.compile(r"[3-5]\d{4}")
_DAY_ZERO = date.fromordinal(693_594)

RULES = {
    "not_a_day": "认不出日期。请填成 2019-06-05 或 2019年6月5日 的样子。",
    "day_missing": "日期没有写到日。请填成 2019-06-05 的样子。",
}


def parse_day(raw: Cell, *, month_is_enough: bool = False) -> date | Problem | None:
    """The day of a cell, None for an empty one; the first of a month that is written without its day, where that is enough."""
    if isinstance(raw, date):
        day = raw.date() if isinstance(raw, datetime) else raw
        return day if re.fullmatch(_YEAR, str(day.year)) else Problem("not_a_day")
    if isinstance(raw, (bool, time, timedelta)):
        return Problem("not_a_day")
    text = squeeze(_TIME.sub("", clean_text(raw)))
    if text in EMPTY:
        return None
    problem = obstacle(raw) if isinstance(raw, str) else None
    return problem or _written(text) or _by_month(raw, text, month_is_enough)


def _by_month(raw: Cell, text: str, month_is_enough: bool) -> date | Problem:
    """What is no day may be a month."""
    month = parse_month(raw)
    if isinstance(month, Month):
        return month.first_day if month_is_enough and not _names_a_day(text) else Problem("day_missing")
    return Problem("not_a_day", _guess(text))


def _names_a_day(text: str) -> bool:
    return _CHINESE.fullmatch(text) is not None or _SEPARATED.fullmatch(text) is not None


def _written(text: str) -> date | None:
    if found := _CHINESE.fullmatch(text) or _TOGETHER.fullmatch(text):
        return _day(*found.groups())
    if found := _SEPARATED.fullmatch(text):
        return _day(found[1], found[3], found[4])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _guess(text: str) -> str:
    """What the number of a day in Excel's count means, or ""."""
    return str(_DAY_ZERO + timedelta(days=int(text))) if _SERIAL.fullmatch(text) else ""
