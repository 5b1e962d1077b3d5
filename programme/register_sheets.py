"""From sheets to the rows of a register: its headings show which one it is; what stands around the table is passed over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from programme import units
from programme.cell_text import clean_text
from programme.findings import Finding, Severity
from programme.formats.book import Book, Cell, Sheet, address, column_letters
from programme.layouts import words
from programme.layouts.headings import LONGEST, plain
from programme.layouts.labels import Labelled, is_label, labelled, month_in_title
from programme.register_facts import Register, RegisterColumn, RegisterFacts

HEADING_WITHIN: Final = 100
"""The heading of a table stands in one of so many first rows of its sheet."""
KEYS: Final = {"code": words.CODE, "name": words.NAME - {"单位名称", "县"}, "month": words.MONTH - {"时间", "月"}}
_BRACKETS: Final = str.maketrans("（【[〔）】]〕", "(((()" + ")))")


@dataclass
class RegisterTable:
    """The rows of one sheet. `cells` and `letters` by column's field, and by code, name, month of the county."""

    sheet: str
    head: int
    rows: list[int]
    cells: dict[str, Sequence[Cell]]
    letters: dict[str, str]
    headings: dict[str, str]
    scales: dict[str, int]
    above: dict[str, Labelled] = field(default_factory=dict)

    def address(self, name: str, place: int) -> str:
        """The cell of a row; that of the first column where the table has none of this name."""
        letters = self.letters.get(name) or next(iter(self.letters.values()))
        return f"{letters}{self.rows[place]}"


@dataclass(frozen=True)
class Heading:
    register: Register
    row: int
    places: dict[str, int]

    @property
    def missing(self) -> tuple[RegisterColumn, ...]:
        return tuple(column for column in self.register.required if column.field not in self.places)

    @property
    def fits(self) -> int:
        return sum(column.field in self.places for column in self.register.columns)


def find_register(book: Book, facts: RegisterFacts) -> tuple[Register | None, list[RegisterTable], list[Finding]]:
    """The register of a workbook with its tables, and what is wrong with their shape."""
    stamped = book.stamp.get("register", "")
    found = {id(sheet): _heading(sheet, facts, stamped) for sheet in book.sheets}
    whole = [heading for heading in found.values() if heading and not heading.missing]
    if not whole:
        partly = [(sheet, heading) for sheet in book.sheets if (heading := found[id(sheet)])]
        return None, [], [_missing(*partly[0])] if partly else [_no_register(book, facts)]
    register = whole[0].register
    tables: list[RegisterTable] = []
    findings: list[Finding] = []
    for sheet in book.sheets:
        heading = found[id(sheet)]
        if heading is None or heading.missing:
            continue
        if not sheet.visible:
            findings.append(_hidden(sheet))
        elif heading.register != register:
            findings.append(_mixed(sheet, heading, register))
        else:
            table, remarks = _table(sheet, heading, csv=book.format == "csv")
            tables += [table] if table.rows else []
            findings += remarks
    if not tables and not any(finding.severity is Severity.ERROR for finding in findings):
        findings.append(_no_rows(book.sheets[0].name, register))
    return register, tables, findings


def _heading(sheet: Sheet, facts: RegisterFacts, stamped: str) -> Heading | None:
    """The row that names most columns of a register: with all it needs, or else as much as looks like one."""
    best: Heading | None = None
    vocabulary = _vocabulary(facts)
    for number, row in enumerate(sheet.rows[:HEADING_WITHIN]):
        texts = [plain(cell) if isinstance(cell, str) and len(cell) <= LONGEST else "" for cell in row]
        if not any(text in vocabulary for text in texts):
            continue
        for register in facts.registers:
            heading = Heading(register, number, _places(texts, register))
            if not heading.missing or heading.fits >= 2 or register.code == stamped:
                best = max((best, heading) if best else (heading,), key=lambda one: _rank(one, facts, stamped))
    return best


def _rank(heading: Heading, facts: RegisterFacts, stamped: str) -> tuple[bool, bool, int, int, int]:
    order = facts.registers.index(heading.register)
    return (not heading.missing, heading.register.code == stamped, heading.fits, order, -heading.row)


def _vocabulary(facts: RegisterFacts) -> frozenset[str]:
    return frozenset(word for register in facts.registers for column in register.columns for word in _words(column))


def _words(column: RegisterColumn) -> tuple[str, ...]:
    return tuple(plain(word) for word in (column.heading, *column.aliases))


def _places(texts: Sequence[str], register: Register) -> dict[str, int]:
    """Field → index of the column: by its own heading first, then by the other spellings in their order."""
    places: dict[str, int] = {}
    spelt = {column.field: _words(column) for column in register.columns}
    for rank in range(max(map(len, spelt.values()))):
        for field_name, spellings in spelt.items():
            if field_name not in places and rank < len(spellings) and spellings[rank] in texts:
                at = texts.index(spellings[rank])
                if at not in places.values():
                    places[field_name] = at
    for key, known in KEYS.items():
        free = (at for at, text in enumerate(texts) if text in known and at not in places.values())
        if (found := next(free, None)) is not None:
            places[key] = found
    return places


# --- the rows below -------------------------------------------------------------------------------------------------


def _table(sheet: Sheet, heading: Heading, *, csv: bool) -> tuple[RegisterTable, list[Finding]]:
    width = max(heading.places.values()) + 1
    register, head = heading.register, sheet.rows[heading.row]
    kept: list[int] = []
    findings: list[Finding] = []
    titles = {head[at] for at in heading.places.values()}
    last = max(at for at, cell in enumerate(head) if cell not in ("", None)) + 1
    unique = [heading.places[name] for name in register.unique if name in heading.places]
    own = [heading.places[column.field] for column in register.columns if column.field in heading.places]
    for number in range(heading.row + 1, len(sheet.rows)):
        row = sheet.rows[number]
        if len(row) < width:
            row = sheet.rows[number] = [*row, *[""] * (width - len(row))]
        if _is_record(row, unique, own, titles):
            kept.append(number)
            if csv and any(cell not in ("", None) for cell in row[last:]):
                findings.append(_shifted(sheet, number, last))
    rows = sheet.rows
    table = RegisterTable(
        sheet=sheet.name,
        head=heading.row + 1,
        rows=[number + 1 for number in kept],
        cells={name: [rows[number][at] for number in kept] for name, at in heading.places.items()},
        letters={name: column_letters(at) for name, at in heading.places.items()},
        headings={name: clean_text(head[at]) for name, at in heading.places.items()},
        scales={
            column.field: _scale(clean_text(head[heading.places[column.field]]), column)
            for column in register.columns
            if column.kind == "count" and column.field in heading.places
        },
        above=_above(sheet, heading.row),
    )
    _fill_down(sheet, heading, kept, table)
    return table, findings


def _is_record(row: Sequence[Cell], unique: Sequence[int], own: Sequence[int], titles: set[Cell]) -> bool:
    """Not a blank line, a total, a note, a signature, or the heading repeated on the next printed page."""
    if all(row[at] not in ("", None) for at in unique) and len(unique) > 1:
        return not all(row[at] in titles for at in unique)
    if all(row[at] in ("", None) for at in own):
        return False
    filled = [cell for cell in row if cell not in ("", None)]
    if not isinstance(filled[0], str) or filled[0].isascii():
        return True
    if all(cell in titles for cell in filled):
        return False
    text = clean_text(filled[0])
    odd = words.TOTAL.fullmatch(text) or words.NOTE.match(text) or is_label(text)
    return not odd


def _scale(heading: str, column: RegisterColumn) -> int:
    """How many of the column's unit one written unit is: 阅读量(万次) → 10,000."""
    text = heading.translate(_BRACKETS)
    inside = text.partition("(")[2].partition(")")[0].strip()
    return units.multiple(inside, column.unit) or units.MULTIPLES.get(inside, 1) if inside else 1


def _above(sheet: Sheet, head: int) -> dict[str, Labelled]:
    """What is labelled above the table: the county and the month of all its rows."""
    found = labelled(sheet.rows, 0, head)
    if "month" not in found and (title := month_in_title(sheet.rows, 0, head)):
        found["month"] = title
    return {kind: value for kind, value in found.items() if kind in KEYS}


def _fill_down(sheet: Sheet, heading: Heading, kept: list[int], table: RegisterTable) -> None:
    """County and month of a merged cell hold for all the rows it covers."""
    for key in KEYS:
        column = heading.places.get(key)
        merges = [
            (top, bottom) for top, left, bottom, right in sheet.merges if column == left == right and top < bottom
        ]
        if not merges or column is None:
            continue
        value_at = {
            row: sheet.rows[top][column]
            for top, bottom in merges
            for row in range(top, min(bottom, len(sheet.rows)) + 1)
        }
        table.cells[key] = [value_at.get(number, cell) for number, cell in zip(kept, table.cells[key], strict=True)]


# --- what is wrong with the shape -----------------------------------------------------------------------------------


def _missing(sheet: Sheet, heading: Heading) -> Finding:
    names = "”“".join(column.heading for column in heading.missing)
    text = f"像是“{heading.register.title}”，但表头缺少“{names}”一栏。请补上，或下载模板填写。"
    return Finding(
        "missing_column",
        Severity.ERROR,
        text,
        sheet.name,
        address(heading.row, min(heading.places.values(), default=0)),
    )


def _no_register(book: Book, facts: RegisterFacts) -> Finding:
    kinds = "；".join(
        f"{register.title}：{'、'.join(column.heading for column in register.required)}" for register in facts.registers
    )
    text = f"认不出是哪种台账。表头须在同一行写有必填的各栏（{kinds}）。请下载模板填写。"
    return Finding("no_register", Severity.ERROR, text, book.sheets[0].name if book.sheets else "")


def _no_rows(sheet: str, register: Register) -> Finding:
    return Finding("empty_table", Severity.ERROR, f"“{register.title}”的表头下面没有明细。请每条填一行。", sheet)


def _hidden(sheet: Sheet) -> Finding:
    text = f"隐藏的工作表“{sheet.name}”里也有台账，没有读入。需要上报的请取消隐藏后再上传。"
    return Finding("hidden_sheet", Severity.WARNING, text, sheet.name)


def _mixed(sheet: Sheet, heading: Heading, register: Register) -> Finding:
    text = f"这张表是“{heading.register.title}”，前面的是“{register.title}”。请一种台账一个文件，分别上传。"
    return Finding("mixed_registers", Severity.ERROR, text, sheet.name, f"A{heading.row + 1}")


def _shifted(sheet: Sheet, number: int, last: int) -> Finding:
    text = "这一行的列数比表头多，各栏可能错位。请检查内容里的逗号（应去掉，或整格加引号）。"
    return Finding("shifted_row", Severity.ERROR, text, sheet.name, address(number, last))
