"""What all printed documents share: how a day and a user's text are written."""

import unicodedata
from datetime import date

_KEPT = "\n\t"
_NOT_ON_PAPER = {"Cc", "Cs"}
_MISLEADING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


def chinese_day(day: date | None) -> str:
    """2016年9月20日, or room for it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　　年　　月　　日"


def printable(text: str) -> str:
    """As typed, without what no paper shows: control characters, and marks that make a text read other than it is stored."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in unix if character in _KEPT or _is_shown(character))


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in _NOT_ON_PAPER and character not in _MISLEADING
