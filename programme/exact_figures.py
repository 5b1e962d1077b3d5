"""Figures of benefits: written as people write them, kept as integers of ten-thousandths, shown with all their digits."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

PARTS: Final = 10_000
DIGITS: Final = 14
_WRITTEN: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?")


def exact(text: str) -> int | str | None:
    """The figure in ten-thousandths; a sentence saying what is wrong with it; None for nothing."""
    bare = unicodedata.normalize("NFKC", text).replace("，", ",").strip()
    if not bare:
        return None
    found = _WRITTEN.fullmatch(bare)
    if found is None:
        return f"“{text[:20]}”不是数，请只填写数字，例如 1200 或 35.5。"
    whole, decimals = found[1].replace(",", ""), (found[2] or "").rstrip("0")
    if len(decimals) > 4:
        return f"“{text[:20]}”的小数请不超过4位。"
    if len(whole.lstrip("0")) > DIGITS:
        return f"“{text[:20]}”过大，请改用较大的计量单位。"
    return int(whole) * PARTS + int(decimals.ljust(4, "0"))


def written(figure: int) -> str:
    """12345000 → 1,234.5."""
    text = f"{Decimal(figure) / PARTS:,.4f}"
    return text.rstrip("0").rstrip(".")
