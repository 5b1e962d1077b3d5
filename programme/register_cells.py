"""What a cell of a register says: the text that is kept, and the text by which equal items are known to be equal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from programme import identity_numbers, organisation_codes, written_days
from programme.cell_text import EMPTY, Problem, clean_text, obstacle
from programme.cell_text import RULES as CELL_RULES
from programme.form_parts import storable
from programme.formats.book import Cell
from programme.numerals import parse_figures
from programme.register_facts import RegisterColumn, RegisterFacts

_ADDRESS: Final = re.compile(r"https?://[^\s，。、；“”《》【】（）]+", re.IGNORECASE)
_BARE: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/?#]\S*)?", re.IGNORECASE)
_LOST: Final = 10**15
OBSTACLES: Final = {
    "error_cell": "公式出错。请改正公式，或直接填写。",
    "formula_without_value": "公式没有计算结果。请用表格软件打开、保存一次再上传，或直接填写。",
}
RULES: Final = CELL_RULES | written_days.RULES | OBSTACLES


@dataclass(frozen=True, slots=True)
class Said:
    """`text` is kept, `key` tells equal items; a problem is a rule with its message and what was probably meant."""

    text: str = ""
    key: str = ""
    rule: str = ""
    message: str = ""
    repaired: str = ""


_NOTHING: Final = Said()
_OBSTACLE_STARTS: Final = ("#", "Err:", "(")


@dataclass(frozen=True)
class Context:
    """What a column is read against: its own facts, and the heading that the user wrote above it."""

    facts: RegisterFacts
    column: RegisterColumn
    heading: str


Reader = Callable[[Context, Cell, str], Said]


def read_cells(context: Context, cells: Sequence[Cell]) -> list[Said]:
    """Every cell of a column, each distinct one read once."""
    reader = READERS[context.column.kind]
    known: dict[tuple[type, Cell], Said] = {}
    said = []
    for cell in cells:
        mark = (type(cell), cell)
        found = known.get(mark)
        if found is None:
            found = known[mark] = _read(reader, context, cell)
        said.append(found)
    return said


def read_counts(column: RegisterColumn, scale: int, cells: Sequence[Cell]) -> tuple[list[int | None], dict[int, Said]]:
    """The whole numbers of a column, None for an empty cell, and the problems by place."""
    values, known, problems = parse_figures(cells, scale, 1, column.unit)
    amounts = [value if there else None for value, there in zip(values.tolist(), known.tolist(), strict=True)]
    return amounts, {
        place: Said(rule=problem.rule, message=RULES[problem.rule], repaired=problem.repaired)
        for place, problem in problems.items()
    }


def _read(reader: Reader, context: Context, cell: Cell) -> Said:
    text = clean_text(cell)
    if text in EMPTY:
        return _NOTHING
    if isinstance(cell, str) and text.startswith(_OBSTACLE_STARTS) and (problem := obstacle(cell)):
        return Said(rule=problem.rule, message=OBSTACLES[problem.rule])
    return reader(context, cell, text)


# --- one function for each kind of column ---------------------------------------------------------------------------


def _text(context: Context, cell: Cell, text: str) -> Said:
    text = " ".join(storable(text).split())
    if len(text) > context.facts.max_text:
        return Said(
            rule="too_long", message=f"{context.column.heading}过长（最多{context.facts.max_text}个字），请精简。"
        )
    return Said(text, "".join(text.split()).casefold())


def _link(context: Context, cell: Cell, text: str) -> Said:
    text = storable(text)
    found = _ADDRESS.findall(text)
    if len(found) > 1:
        return Said(rule="several_links", message="一格里有几个链接。请一行一个链接。")
    link = found[0] if found else text
    if not found and not _BARE.fullmatch(link):
        return Said(rule="not_a_link", message="不是链接。请从浏览器的地址栏复制完整的网址。")
    if len(link) > context.facts.max_link:
        return Said(rule="too_long", message=f"链接过长（最多{context.facts.max_link}个字符），请用网站提供的短链接。")
    return Said(link, link_key(link))


def link_key(link: str) -> str:
    """An address without what makes no difference: http or https, www., capitals of the host, an anchor, a last slash."""
    scheme, found, rest = link.partition("#")[0].partition("://")
    rest = rest if found and scheme.lower() in ("http", "https") else link.partition("#")[0]
    host, slash, path = rest.partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{path}".rstrip("/?&")


def _credit_code(context: Context, cell: Cell, text: str) -> Said:
    code = organisation_codes.compact(text)
    if problem := organisation_codes.problem_of(code):
        return Said(rule=problem.rule, message=problem.message, repaired=problem.repaired)
    return Said(code, organisation_codes.organisation_part(code))


def _day(context: Context, cell: Cell, text: str) -> Said:
    found = written_days.parse_day(cell, month_is_enough=context.column.kind == "day_or_month")
    if isinstance(found, Problem):
        return Said(rule=found.rule, message=RULES[found.rule], repaired=found.repaired)
    return Said(found.isoformat(), found.isoformat()) if isinstance(found, date) else _NOTHING


def _choice(context: Context, cell: Cell, text: str) -> Said:
    text = "".join(text.split())
    for word, spellings in context.column.choices.items():
        if text == word or text in spellings:
            return Said(word, word)
    words = "”或“".join(context.column.choices)
    return Said(rule="not_a_choice", message=f"{context.column.heading}请填“{words}”，两种都有的分两行填写。")


def _household(context: Context, cell: Cell, text: str) -> Said:
    """Only the key: nothing of it may be kept as it is written."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return Said(rule="household_number", message="不是户编号或身份证号。请把单元格设为文本格式，重新填写号码。")
    if isinstance(cell, int | float) and abs(cell) >= _LOST:
        return Said(
            rule="digits_lost",
            message="号码被表格软件当成了数，末几位已经丢失。请把这一栏设为文本格式，重新填写号码。",
        )
    if isinstance(cell, float) and not cell.is_integer():
        return Said(rule="household_number", message="号码不会有小数。请把这一栏设为文本格式，重新填写号码。")
    is_identity = "身份证" in context.heading and "编号" not in context.heading
    if problem := identity_numbers.problem_of(text, identity=is_identity):
        return Said(rule=problem[0], message=problem[1])
    return Said("", identity_numbers.canonical(text))


READERS: Final[dict[str, Reader]] = {
    "text": _text,
    "link": _link,
    "credit_code": _credit_code,
    "day": _day,
    "day_or_month": _day,
    "choice": _choice,
    "household": _household,
}
