"""公民身份号码 (GB 11643-1999) and numbers of households: told apart, brought to one form, never shown in full."""

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_LONG = re.compile(r"[0-9]{17}[0-9X]")
_OLD = re.compile(r"[0-9]{15}")
_NUMBER = re.compile(r"[0-9A-Z]{4,32}")
_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
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
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).year >= 1850
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


def found_in(text: str) -> bool:
    """Whether an identity number stands in a text."""
    return any(is_identity_number(hit[0].upper()) for hit in _IN_TEXT.finditer(text))


def hidden(text: str) -> str:
    """A text with every identity number in it masked."""
    if len(text) < 18:
        return text
    return _IN_TEXT.sub(lambda hit: masked(hit[0]) if is_identity_number(hit[0].upper()) else hit[0], text)


def masked(text: str) -> str:
    """A number with nothing but its last two characters."""
    number = text.strip()
    return f"{'*' * max(0, len(number) - 2)}{number[-2:]}" if len(number) > 2 else "*" * len(number)


def without_numbers(text: str) -> str:
    """A text (of a file's or sheet's name) with every long number in it masked."""
    return _RUN.sub(lambda run: masked(run[0]), text)
