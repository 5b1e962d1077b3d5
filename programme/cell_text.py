"""Cells as text: trimmed, half-width, and what every reader of a cell must recognise first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from programme.formats.book import VALUELESS, Cell


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be taken: one of RULES. `repaired` is what the user probably meant, as they would type it."""

    rule: str
    repaired: str = ""


RULES = {
    "not_a_number": "不是数。请只填一个数，如 300 或 12.5；没有发生填 0，未统计留空。",
    "wrong_unit": "单位与本指标不符。请换算后只填数。",
    "negative": "不能是负数。请核对后填写。",
    "fraction": "小数位过多：家、个、户、条、人次、次不能有不足一的部分，金额最多到分。",
    "too_large": "数过大，很可能单位有误（如把元填成万元）。请核对。",
    "error_cell": "单元格里是公式错误。请改正公式，或直接填数。",
    "formula_without_value": "公式没有计算结果。请在 Excel 或 WPS 中打开，重新计算并保存，或直接填数。",
    "not_a_month": "认不出报告期（2019.1 看不出是1月还是10月）。请填成 2019-06 或 2019年6月 的样子。",
    "month_without_year": "报告期缺年份。请填成 2019-06 或 2019年6月 的样子。",
}
"""What to do about each problem, fit to show."""

EMPTY = frozenset((
    "", "-", "--", "---", "—", "——", "–", "―", "─", "/", "//", "\\", "|", "*", ".", "..", "...", "…", "……", "无", "空",
    "暂无", "未报", "未填", "未填报", "不适用", "无数据", "N/A", "n/a", "NA", "NULL", "null", "None", "nan",
))  # fmt: skip
"""What users write for nothing: no figure is known. 0 is not among them."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xA0: 0x20,
    0x2007: 0x20,
    0x202F: 0x20,
}
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_NARROW = str.maketrans(_HALF_WIDTH | _INVISIBLE)
_ERROR = re.compile(
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!|BUSY!)|Err:\d+"
)
_SPACE = re.compile(r"\s+")


def clean_text(raw: Cell) -> str:
    """Trimmed and half-width (U+FF01–FF5E and U+3000 only); whole numbers without a fraction, so 533301.0 reads 533301."""
    if isinstance(raw, str):
        return (raw if raw.isascii() else raw.translate(_NARROW)).strip().removeprefix("'")
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else format(raw, ".15g")
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ")
    return raw.isoformat() if isinstance(raw, date) else str(raw)


def clean_texts(raw: Sequence[Cell]) -> list[str]:
    """`clean_text` of every cell, each distinct one cleaned once."""
    if bool in set(map(type, raw)):
        return [clean_text(cell) for cell in raw]
    known = {cell: clean_text(cell) for cell in set(raw)}
    return list(map(known.__getitem__, raw))


def squeeze(text: str) -> str:
    """Without any white space."""
    return _SPACE.sub("", text)


def obstacle(raw: str) -> Problem | None:
    """The problem of a cell that holds an error or a formula without a result."""
    if raw == VALUELESS:
        return Problem("formula_without_value")
    return Problem("error_cell") if _ERROR.fullmatch(squeeze(clean_text(raw))) else None
