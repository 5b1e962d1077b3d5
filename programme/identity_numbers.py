"""公民身份号码 (GB 11643-1999) and numbers of households: told apart, brought to one form, never shown in full."""

import re
from collections.abc import Iterator
from datetime import date

from programme.formats.book import Cell

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LONG = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
_NUMBER = re.compile(r"[0-9A-Z]{4,32}")
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789Xx-")
_GAP = r"[\s\-‐-―−_.·\u00ad\u200b-\u200f\u2060\ufeff]"
_CLOSED = re.compile(_GAP)
_DIGITS = re.compile(rf"[0-9](?:{_GAP}*[0-9Xx]){{14,}}")
_WINDOW = re.compile(r"(?=([0-9]{17}[0-9Xx]))")
_OLD_ALONE = re.compile(r"(?<![0-9])[0-9]{15}(?![0-9Xx])")
_AS_A_NUMBER = re.compile(r"(?<![0-9.])([0-9])\.([0-9]{12,17})[Ee]\+?17(?![0-9])")
_WRITTEN_BEFORE = re.compile(r"[!-~]*$")
_RUN = re.compile(r"[0-9０-９][0-9０-９Xx\s-]{4,}[0-9０-９Xx]")
_SEPARATORS = str.maketrans("", "", " -—－_.·")
_REGIONS = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83)
)
LOCAL = 12
"""A household number shorter than this is one of the county's own: it says nothing about another county's."""


def compact(text: str) -> str:
    return "".join(text.split()).translate(_SEPARATORS).upper()


def check_letter(body: str) -> str:
    """The eighteenth character after seventeen digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def is_identity_number(text: str) -> bool:
    """A compact number of eighteen characters whose area, day of birth and check letter hold."""
    return (
        _LONG.fullmatch(text) is not None
        and int(text[:2]) in _REGIONS
        and _is_day(text[6:14])
        and check_letter(text[:17]) == text[17]
    )


def _is_day(text: str) -> bool:
    try:
        return 1850 <= date(int(text[:4]), int(text[4:6]), int(text[6:])).year < 2100
    except ValueError:
        return False


def canonical(text: str) -> str:
    """A household's number in one form: the old identity number of fifteen digits becomes the one of eighteen. "" for none."""
    number = compact(text)
    if _OLD.fullmatch(number):
        body = f"{number[:6]}19{number[6:]}"
        longer = body + check_letter(body)
        return longer if is_identity_number(longer) else number
    return number if _NUMBER.fullmatch(number) else ""


def problem_of(text: str, *, identity: bool) -> tuple[str, str] | None:
    """Rule and message for what is no number of a household; `identity`: the column asks for identity numbers alone."""
    number = canonical(text)
    if len(number) == 18 and _LONG.fullmatch(number) and (identity or _is_day(number[6:14])):
        if is_identity_number(number):
            return None
        return "identity_number", "身份证号的校验位或出生日期不对，请对照证件逐位核对。"
    if identity:
        return "identity_number", f"身份证号应为18位（旧证15位），现为{len(compact(text))}位，请对照证件核对。"
    if not number:
        return "household_number", "不是户编号或身份证号：只用数字和字母，4至32位。请核对。"
    return None


# --- in a text ------------------------------------------------------------------------------------------------------


def found_in(text: str) -> bool:
    """Whether an identity number stands in a text."""
    return bool(_places(text))


def found_in_cell(cell: Cell) -> bool:
    """The same of a cell. A number of eighteen digits may have lost its last ones: its area and day of birth decide."""
    if isinstance(cell, str):
        return found_in(cell)
    if isinstance(cell, int | float) and 10**14 <= abs(cell) < 10**30:
        digits = str(abs(int(cell)))
        return (len(digits) == 18 and _has_area_and_day(digits)) or found_in(digits)
    return False


def hidden(text: str) -> str:
    """A text with every identity number in it masked."""
    for start, end in reversed(_places(text)):
        text = text[:start] + masked(text[start:end]) + text[end:]
    return text


def _places(text: str) -> list[tuple[int, int]]:
    """Where identity numbers stand in a text, from and to, in their order."""
    if len(text) < 15:
        return []
    flat = text.translate(_WIDE)
    found = {hit.span() for hit in _AS_A_NUMBER.finditer(flat) if _has_area_and_day((hit[1] + hit[2]).ljust(14, "0"))}
    for run in _DIGITS.finditer(flat):
        found.update((run.start() + start, run.start() + end) for start, end in _in_run(run[0]))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(place for place in found if not _is_part_of_address(flat, *place)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _in_run(digits: str) -> set[tuple[int, int]]:
    """In digits with blanks and dashes among them: as they are written, and closed up."""
    found = set(_in_closed(digits))
    if _CLOSED.search(digits):
        at = [place for place, letter in enumerate(digits) if not _CLOSED.match(letter)]
        found |= {(at[a], at[b - 1] + 1) for a, b in _in_closed("".join(digits[place] for place in at))}
    return found


def _in_closed(digits: str) -> Iterator[tuple[int, int]]:
    """Eighteen characters anywhere in a run of digits, and fifteen that stand alone."""
    yield from (hit.span(1) for hit in _WINDOW.finditer(digits) if is_identity_number(hit[1].upper()))
    yield from (hit.span() for hit in _OLD_ALONE.finditer(digits) if _has_area_and_day(f"{hit[0][:6]}19{hit[0][6:]}"))


def _has_area_and_day(digits: str) -> bool:
    return int(digits[:2]) in _REGIONS and _is_day(digits[6:14])


def _is_part_of_address(text: str, start: int, end: int) -> bool:
    """Fifteen digits have no check letter: in the path of an address they are more likely the number of an item."""
    if end - start != 15 or not text[start:end].isdigit():
        return False
    before = _WRITTEN_BEFORE.search(text, max(0, start - 200), start)
    return before is not None and "/" in before[0].partition(".")[2]


def masked(text: str) -> str:
    """A number with nothing but its last two characters."""
    number = text.strip()
    return f"{'*' * max(0, len(number) - 2)}{number[-2:]}" if len(number) > 2 else "*" * len(number)


def without_numbers(text: str) -> str:
    """A text (of a file's or sheet's name) with every long number in it masked."""
    return _RUN.sub(lambda run: masked(run[0]), text)
