"""Words on screen: the rules of `programme.wording`, and what only a screen needs: marks, bars, the rule in a browser's words."""

import re
from collections.abc import Sequence
from typing import Final

from programme.wording import (
    LIGHTS,
    NO_BASE_TEXT,
    NOT_APPLICABLE,
    NOT_REPORTED_TEXT,
    WAN,
    WAN_FROM,
    YI,
    YI_FROM,
    Empty,
    LightFace,
    amount,
    date_text,
    figure,
    light_text,
    money_text,
    month_text,
    percent,
    points,
    progress_text,
)

__all__ = [
    "LIGHTS", "NOT_APPLICABLE", "NOT_REPORTED_TEXT", "NO_BASE_TEXT", "Empty", "LightFace", "amount", "date_text", "figure",
    "light_text", "money_text", "month_text", "percent", "plain", "points", "progress_text", "sparkline", "wan_expression",
]  # fmt: skip

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()<>#+=\-.!|~$:&])")
_JOINTS: Final = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)|(?<=:)(?=[\w+-][\w+/-]*:)", re.IGNORECASE)
"""Where an address, a mail address or the name of a picture would still be found after its marks are escaped."""
JOINER: Final = "\u2060"

BARS: Final = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[int | None]) -> str:
    """A bar for each value against the largest, a middle dot for 未报: ▁▃·█."""
    largest = max((value for value in values if value is not None), default=0) or 1
    return "".join("·" if value is None else BARS[max(value, 0) * (len(BARS) - 1) // largest] for value in values)


def wan_expression(field: str) -> str:
    """The rule of `amount` as a Vega expression over `field`, such as `datum.value`."""
    size = f"abs({field})"
    return (
        f"!isValid({field}) ? '{NOT_REPORTED_TEXT}' : ({field} < 0 ? '-' : '') + "
        f"({size} >= {YI_FROM} ? {_scaled_expression(size, YI)} + '亿' : "
        f"{size} >= {WAN_FROM} ? {_scaled_expression(size, WAN)} + '万' : format({size}, ',.4~r'))"
    )


def plain(text: str) -> str:
    """A user's text inside markdown: shown as written, never as a link, a picture or a formula.

    Streamlit looks for bare addresses and :names: in what is left when the marks are gone; a joiner nobody sees parts them.
    """
    return _MARKS.sub(r"\\\1", _JOINTS.sub(JOINER, text))


def _scaled_expression(size: str, unit: int) -> str:
    """Divides, rounds, then divides again: so that a browser's floats round halves as decimals do."""
    return (
        f"format({size} >= {1000 * unit} ? round({size}/{unit}) : {size} >= {100 * unit} "
        f"? round({size}/{unit // 10})/10 : round({size}/{unit // 100})/100, ',.2~f')"
    )
