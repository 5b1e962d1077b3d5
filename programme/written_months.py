"""From a cell to a month: 2019年6月, 2019-06, 201906, 2019/6/1, 2019.6, 二〇一九年六月 or an Excel date."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

import numpy as np
from numpy.typing import NDArray

from programme.calendar import Month
from programme.cell_text import EMPTY, Problem, clean_text, obstacle, squeeze
from programme.chinese_numerals import chinese_integer, digits
from programme.formats.book import Cell

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_YEAR = r"((?:19|20)\d{2})"
_CHINESE = re.compile(_YEAR + r"年(\d{1,2})月(?:份|度|底|末)?(?:(\d{1,2})[日号])?")
_SEPARATED = re.compile(_YEAR + r"([-/.])(\d{1,2})(?:\2(\d{1,2}))?")
_TOGETHER = re.compile(_YEAR + r"(\d{2})(\d{2})?")
_SPELT_YEAR = re.compile(r"([零〇○一二三四五六七八九]{4})年")
_SPELT_MONTH = re.compile(r"(?<=年)([一二三四五六七八九十]{1,3})(?=月)|^([一二三四五六七八九十]{1,3})(?=月)")
_YEARLESS = re.compile(r"(\d{1,2})月(?:份|度|底|末)?")
_TENTH = re.compile(_YEAR + r"\.1")
"""Either January or October: Excel turns a typed .10 into .1, so it cannot be told."""
_SHORT_YEAR = re.compile(r"(\d{2})(?:年|[-/.])(\d{1,2})(?:月份?)?")
_RANGE = re.compile(_YEAR + r"年?\d{1,2}月?[-—–~至到]+(\d{1,2})月(?:份|底|末)?")
_UNENDED = re.compile(_YEAR + r"年(\d{1,2})")
_ENGLISH = re.compile(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[-.]?(\d{2}|\d{4})", re.IGNORECASE)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"[3-5]\d{4}")
_DAY_ZERO = 693_594
"""Proleptic ordinal of the day before day 1 of Excel's count, as it runs from March 1900 on."""


def parse_month(raw: Cell) -> Month | Problem | None:
    """The month of a cell, None for an empty one."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and (found := obstacle(raw)):
        return found
    if isinstance(raw, (bool, time, timedelta)):
        return Problem("not_a_month")
    if isinstance(raw, date):
        return Month.of(raw) if re.fullmatch(_YEAR, str(raw.year)) else Problem("not_a_month")
    text = squeeze(_TIME.sub("", clean_text(raw)))
    if text in EMPTY:
        return None
    return _written(_arabic(text))


def _arabic(text: str) -> str:
    """With a spelt year and month in Arabic digits."""
    text = _SPELT_YEAR.sub(lambda found: digits(found[1]) + "年", text)
    return _SPELT_MONTH.sub(lambda found: str(chinese_integer(found[0]) or found[0]), text)


def _written(text: str) -> Month | Problem:
    if _TENTH.fullmatch(text):
        return Problem("not_a_month")
    if found := _CHINESE.fullmatch(text) or _TOGETHER.fullmatch(text):
        return _month(found[1], found[2], found[3]) or Problem("not_a_month")
    if found := _SEPARATED.fullmatch(text):
        return _month(found[1], found[3], found[4]) or Problem("not_a_month")
    if (found := _YEARLESS.fullmatch(text)) and 1 <= int(found[1]) <= 12:
        return Problem("month_without_year")
    return Problem("not_a_month", _guess(text))


def _month(year: str, month: str, day: str | None = None) -> Month | None:
    try:
        return Month.of(date(int(year), int(month), int(day or 1)))
    except ValueError:
        return None


def _guess(text: str) -> str:
    """What a text that is no month probably means, or ""."""
    meant = None
    if found := _RANGE.fullmatch(text) or _UNENDED.fullmatch(text):
        meant = _month(found[1], found[2])
    elif found := _SHORT_YEAR.fullmatch(text):
        meant = _month("20" + found[1], found[2])
    elif found := _ENGLISH.fullmatch(text):
        meant = _month(found[2].rjust(4, "0").replace("00", "20", 1), str(_NAMES.index(found[1].lower()) + 1))
    elif _SERIAL.fullmatch(text):
        meant = Month.of(date.fromordinal(_DAY_ZERO + int(text)))
    return str(meant) if meant else ""


def parse_months(raw: Sequence[Cell]) -> tuple[NDArray[np.int64], dict[int, Problem]]:
    """`parse_month` of every cell, each distinct one read once: 201906, or 0 where there is none, and the problems."""
    keys: Sequence[object] = raw if len(set(map(type, raw))) == 1 else list(zip(map(type, raw), raw, strict=True))
    seen = {key: parse_month(cell) for key, cell in dict(zip(keys, raw, strict=True)).items()}
    numbers = {key: found.number if isinstance(found, Month) else 0 for key, found in seen.items()}
    months = np.array(list(map(numbers.__getitem__, keys)), np.int64)
    wrong = {key: found for key, found in seen.items() if isinstance(found, Problem)}
    return months, {place: wrong[key] for place, key in enumerate(keys) if key in wrong} if wrong else {}
