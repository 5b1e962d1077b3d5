"""From a cell to a stored integer. Figures are exact: 15 significant digits of a number cell, as Excel shows them, or the text.

The vector path takes a number only when it is certain to give what the scalar path gives, and leaves the rest to it.
"""

import math
import re
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import compress, repeat
from operator import and_, is_
from typing import cast

import numpy as np
from numpy.typing import NDArray

from programme import units
from programme.catalogue import catalogue
from programme.cell_text import EMPTY, RULES, Problem, clean_text, clean_texts, obstacle, squeeze
from programme.chinese_numerals import chinese_integer, colloquial, digits
from programme.formats.book import Cell
from programme.written_months import parse_month, parse_months

__all__ = [
    "RULES", "Problem", "clean_text", "clean_texts", "parse_figure", "parse_figures", "parse_month", "parse_months",
]  # fmt: skip

Vector = tuple[NDArray[np.int64], NDArray[np.bool_], dict[int, Problem]]

EXACT = 10**15 - 1
"""Up to here a decimal number of 15 digits comes back unchanged from a float."""

_ARABIC = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+")
_TERM = re.compile(r"([0-9]+(?:\.[0-9]+)?)(十|百|千)?(亿|万)?")
_SPOKEN = re.compile(r"([零〇○一二两三四五六七八九十百千]+)点([零〇○一二三四五六七八九]+)(万|亿)?")
_SIGN = re.compile(r"([+-]?)(人民币|RMB|CNY|[¥￥])?([+-]?)(.+)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]{1,14})?[Ee]\+?[0-9]{1,2}")
_SPLIT_DIGITS = re.compile(r"[0-9]\s+[0-9]")
_SPACED_THOUSANDS = re.compile(r"(?<![0-9])(?<![0-9]\s)[0-9]{1,3}(?:\s[0-9]{3})+(?![0-9])")
_ABOUT = re.compile(
    r"大约|大概|将近|接近|超过|不少于|不低于|不超过|至少|达到|共计|合计|累计|左右|上下|以上|以下|>=|<=|[约近超逾达共≥≤><~≈余多+]"
)
_PLAIN_TEXT = re.compile(r"(?:[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,6})?|[0-9]{10,15}")
_LONGEST = 60
_BLANK: dict[Cell, float] = dict.fromkeys(("", None), math.nan)
_AS_READ = frozenset((float, str, type(None)))
"""The kinds of cells of most columns: numbers, and texts for the empty ones."""


@dataclass(frozen=True)
class _Measure:
    """How a column is written: stored integers in one written unit and in one unit of the indicator, and that unit."""

    written: int
    factor: int
    unit: str
    most: int

    @property
    def words(self) -> tuple[str, ...]:
        """Words for the unit that a cell may carry; every word for a count when the unit is not said."""
        if self.unit:
            return units.words_of(self.unit)
        money = set(units.SAME["元"])
        allowed = money if self.factor != 1 else units.KNOWN - money
        return tuple(sorted(allowed, key=len, reverse=True))


def _measure(stored_per_written: int, factor: int, unit: str) -> _Measure:
    return _Measure(stored_per_written, factor, unit, catalogue().limits["figures"]["max_entry"])


def parse_figure(raw: Cell, stored_per_written: int, factor: int, unit: str = "") -> int | Problem | None:
    """The stored integer of a cell, None for an empty one.

    `stored_per_written` is what one unit of the heading is in stored integers, `factor` what one `unit` of the indicator
    is (100 for 元, else 1). A unit written in the cell counts before the heading's.
    """
    return _figure(raw, _measure(stored_per_written, factor, unit))


def _figure(raw: Cell, measure: _Measure) -> int | Problem | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, str):
        return obstacle(raw) or _from_text(raw, measure)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
        return Problem("not_a_number")
    shown = raw if isinstance(raw, int) else Decimal(format(raw, ".15g"))
    return _stored(Fraction(shown), measure.written, "", measure)


def _stored(value: Fraction, scale: int, suffix: str | None, measure: _Measure) -> int | Problem:
    """The integer; `suffix` is what stands after a repaired number, None when none can be proposed."""
    exact = value * scale
    if exact < 0:
        return Problem("negative")
    if exact > measure.most:
        return Problem("too_large")
    if exact.denominator == 1:
        return int(exact)
    nearest = Decimal(math.floor(exact + Fraction(1, 2))) / scale
    return Problem("fraction", "" if suffix is None else f"{nearest.normalize():f}{suffix}")


def _from_text(raw: str, measure: _Measure) -> int | Problem | None:
    spaced = _SPACED_THOUSANDS.sub(lambda found: squeeze(found[0]), clean_text(raw).replace("−", "-"))
    text = squeeze(spaced)
    if text in EMPTY:
        return None
    if len(text) > _LONGEST:
        return Problem("not_a_number")
    found = _read(text, measure)
    if found is None or _SPLIT_DIGITS.search(spaced):
        return _not_a_number(text, measure)
    return found


def _not_a_number(text: str, measure: _Measure) -> Problem:
    """The problem, with what was probably meant when that can be read."""
    candidates = [text, text.rstrip("。.、,;"), text.replace("。", "."), _ABOUT.sub("", text)]
    if _SCIENTIFIC.fullmatch(text):
        candidates.append(f"{Decimal(text).normalize():f}")
    if (spoken := colloquial(text)) is not None:
        scaled = "万" in text or "亿" in text
        candidates.append(f"{spoken}{measure.unit if scaled and measure.written != measure.factor else ''}")
    readable = (candidate for candidate in candidates if isinstance(_read(candidate, measure), int))
    return Problem("not_a_number", next(readable, ""))


def _read(text: str, measure: _Measure) -> int | Problem | None:
    """The figure of a text without spaces; None when it is none."""
    if text.startswith("(") and text.endswith(")"):
        return Problem("negative") if isinstance(_read(text[1:-1], measure), int) else None
    signed = _SIGN.fullmatch(text)
    if signed is None or (signed[1] and signed[3]) or (signed[2] and measure.factor == 1):
        return None
    number, unit = _without_unit(signed[4], measure)
    scale, value = _number(number, bool(unit), measure)
    if value is None:
        return None
    if unit is None:
        return Problem("wrong_unit")
    suffix = unit or ("" if scale == measure.written else measure.unit or None)
    return _stored(-value if "-" in (signed[1], signed[3]) else value, scale, suffix, measure)


def _without_unit(text: str, measure: _Measure) -> tuple[str, str | None]:
    """The number and the word for the unit after it ("" without one, None for one that does not fit)."""
    text = re.sub(r"\(([^()]*)\)$", r"\1", text).removesuffix("整")
    for word in measure.words:
        if text.endswith(word) and len(text) > len(word):
            return text.removesuffix(word), word
    foreign = [word for word in units.KNOWN if text.endswith(word) and len(text) > len(word)]
    return (text.removesuffix(max(foreign, key=len)), None) if foreign else (text, "")


def _number(text: str, has_unit: bool, measure: _Measure) -> tuple[int, Fraction | None]:
    """Stored integers per one, and the number. 12.3万 counts in the indicator's unit, a number without 万 in the heading's."""
    own = measure.factor if has_unit else measure.written
    if _ARABIC.fullmatch(text):
        return own, Fraction(text.replace(",", ""))
    scaled = measure.factor if "万" in text or "亿" in text else own
    if (whole := chinese_integer(text)) is not None:
        return scaled, Fraction(whole)
    if spoken := _SPOKEN.fullmatch(text):
        return scaled, _spoken(spoken)
    if scaled != measure.factor:
        return scaled, None
    return scaled, _mixed(text)


def _spoken(found: re.Match[str]) -> Fraction | None:
    whole = chinese_integer(found[1])
    if whole is None:
        return None
    return Fraction(f"{whole}.{digits(found[2])}") * units.MULTIPLES[found[3] or ""]


def _mixed(text: str) -> Fraction | None:
    """Arabic digits with Chinese multiples: 12.3万, 5百万, 1万2千, 3亿5000万, 1万2345."""
    total, before, at = Fraction(0), None, 0
    for term in _TERM.finditer(text):
        scale = units.MULTIPLES[term[2] or ""] * units.MULTIPLES[term[3] or ""]
        value = Fraction(term[1]) * scale
        bare = scale == 1 and (before != 10**4 or len(term[1]) != 4)
        if term.start() != at or bare or (before is not None and (scale >= before or value >= before)):
            return None
        if "." in term[1] and term.end() != len(text):
            return None
        total, before, at = total + value, scale, term.end()
    return total if at == len(text) and at else None


def parse_figures(raw: Sequence[Cell], stored_per_written: int, factor: int, unit: str = "") -> Vector:
    """`parse_figure` of every cell: stored integers (0 where unknown), which are known, and the problems by position."""
    measure = _measure(stored_per_written, factor, unit)
    values, known = _certain(_numbers(raw), measure)
    rest = [place for place in np.flatnonzero(~known).tolist() if raw[place] not in _BLANK]
    return values, known, _one_by_one(raw, rest, measure, values, known)


def _numbers(raw: Sequence[Cell]) -> NDArray[np.float64]:
    """The cells as floats, NaN for empty ones and those that need a closer look."""
    kinds = set(map(type, raw))
    if kinds <= _AS_READ:
        filled = raw if kinds == {float} else list(map(_BLANK.get, raw, raw))
        with suppress(TypeError):  # there is a text among them; an array takes none, and looks at no kind twice
            return np.array(array("d", cast(Iterable[float], filled)))
    numbers, each = np.full(len(raw), np.nan), list(map(type, raw))
    for kind in kinds:
        chosen = list(map(is_, each, repeat(kind)))
        if kind is str:
            chosen = list(map(and_, chosen, map(bool, raw)))
        numbers[chosen] = _floats(list(compress(raw, chosen)), kind)
    return numbers


def _floats(cells: Sequence[Cell], kind: type) -> NDArray[np.float64]:
    """The cells as floats, NaN for those that need a closer look."""
    if kind is float:
        return np.array(cells, np.float64)
    if kind is int:
        return np.array([cell if 0 <= cell <= EXACT else math.nan for cell in cells], np.float64)  # type: ignore[operator]
    if kind is str:
        return np.array([_plain(cell) for cell in cells], np.str_).astype(np.float64)  # type: ignore[arg-type]
    return np.full(len(cells), np.nan)


def _plain(cell: str) -> str:
    """A text of at most 15 digits as float() takes it, "nan" for any other."""
    if not _PLAIN_TEXT.fullmatch(cell):
        cell = clean_text(cell)
        if not _PLAIN_TEXT.fullmatch(cell):
            return "nan"
    return cell.replace(",", "")


def _certain(numbers: NDArray[np.float64], measure: _Measure) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Stored integers, and where they are certain: the float nearest to stored / scale is the number itself."""
    if str(measure.written).strip("0") != "1":
        return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
    with np.errstate(all="ignore"):
        stored = np.rint(numbers * measure.written)
        sure = (stored / measure.written == numbers) & (stored >= 0) & (stored <= min(measure.most, EXACT))
    return np.where(sure, stored, 0).astype(np.int64), sure


def _one_by_one(
    raw: Sequence[Cell], places: list[int], measure: _Measure, values: NDArray[np.int64], known: NDArray[np.bool_]
) -> dict[int, Problem]:
    """Fill in what needs a closer look, each distinct cell once; the problems by position."""
    seen: dict[tuple[type, Cell], int | Problem | None] = {}
    problems = {}
    for place in sorted(places):
        key = (type(raw[place]), raw[place])
        if key not in seen:
            seen[key] = _figure(raw[place], measure)
        found = seen[key]
        if isinstance(found, Problem):
            problems[place] = found
        elif found is not None:
            values[place], known[place] = found, True
    return problems
