"""From sheets to lists of projects: where the lines of a 项目信息汇总表 lie, whatever was inserted or written around them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from programme.cell_text import clean_text
from programme.errors import Unusable
from programme.findings import Finding, Severity
from programme.project_facts import ProjectFacts, Reading
from programme.sheets import Book, Cell, Sheet, column_letters

REQUIRED = ("no", "name", "enterprise")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_DAY = re.compile("[0-9〇一二三四五六七八九十 ]*年[0-9一二三四五六七八九十 ]*月[0-9一二三四五六七八九十 ]*日?")
_SERIAL = re.compile(r"[(]?[0-9]{1,3}[).、.]?")
_COUNT = re.compile("[0-9]+ *[家个项]?")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
Columns = dict[str, int]


@dataclass(frozen=True)
class Words:
    """A text beside a list, with its cell: a title, a seal."""

    cell: str
    text: str


@dataclass(frozen=True)
class Line:
    """One project as written. `cells` holds the raw cells of the columns the list has, by field."""

    sheet: str
    row: int
    cells: dict[str, Cell]
    letters: dict[str, str]

    def address(self, field_name: str) -> str:
        return f"{self.letters[field_name]}{self.row}" if field_name in self.letters else ""

    def has(self, field_name: str) -> bool:
        return field_name in self.letters


@dataclass
class ProjectList:
    """A list found in a sheet: its lines, and the texts around it that may name the province."""

    sheet: str
    head: int
    letters: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    titles: list[Words] = field(default_factory=list)
    seals: list[Words] = field(default_factory=list)


def find_lists(book: Book, facts: ProjectFacts) -> tuple[list[ProjectList], list[Finding]]:
    """All lists of the workbook's visible sheets, and what is to be said about its layout."""
    lists: list[ProjectList] = []
    findings: list[Finding] = []
    for sheet in book.sheets:
        reader = _SheetReader(sheet, facts)
        if sheet.visible:
            lists += reader.read()
            findings += reader.findings
        elif reader.heads():
            message = f"工作表“{sheet.name}”是隐藏的，其中的项目没有读取。需要导入请取消隐藏后重新上传。"
            findings.append(Finding("hidden_sheet", Severity.WARNING, message, sheet.name))
    if lists and not any(found.lines for found in lists):
        findings.append(_no_lines(lists[0]))
    if not lists and not any(finding.severity is Severity.ERROR for finding in findings):
        findings.append(_no_table(facts))
    return lists, findings


def _no_table(facts: ProjectFacts) -> Finding:
    headings = "、".join(column.heading for column in facts.columns if column.official)
    message = f"没有找到项目信息汇总表。表头须在同一行写有：{headings}；可以下载空表填写。"
    return Finding("no_table", Severity.ERROR, message)


def _no_lines(found: ProjectList) -> Finding:
    message = "表头下面没有项目。请每个项目填一行，至少有项目编号、名称和承担单位。"
    return Finding("no_projects", Severity.ERROR, message, found.sheet, f"{found.letters['name']}{found.head}")


def is_serial(text: str) -> bool:
    """A bare running number: 1, 02, (3), 4."""
    return bool(_SERIAL.fullmatch(text))


class _SheetReader:
    """One sheet, read from top to bottom."""

    def __init__(self, sheet: Sheet, facts: ProjectFacts) -> None:
        self.sheet = sheet
        self.facts = facts
        self.findings: list[Finding] = []
        self._lines_read = 0
        self._fields = {
            _plain(word): column.field for column in facts.columns for word in (column.heading, *column.aliases)
        }

    def heads(self) -> dict[int, Columns]:
        """The rows that are a list's heading, with their columns."""
        likely = (i for i, row in enumerate(self.sheet.rows) if any(_may_be_heading(cell) for cell in row))
        headings = {i: self._heading(self.sheet.rows[i]) for i in likely}
        return {i: found for i, found in headings.items() if len(found) >= 3 and {"name", "enterprise"} & found.keys()}

    def read(self) -> list[ProjectList]:
        heads = self.heads()
        ends = [*list(heads)[1:], len(self.sheet.rows)][: len(heads)]
        lists: list[ProjectList] = []
        above = 0
        for head, end in zip(heads, ends, strict=True):
            titles = self._words(range(above, head), self.facts.reading.title_words)
            found = self._list(head, end, heads[head], titles)
            if found is not None:
                found.seals = self._words(range(head + 1, end), self.facts.reading.seals)
                if lists and not found.titles:
                    found.titles, found.seals = lists[-1].titles, found.seals or lists[-1].seals
                lists.append(found)
            above = head + 1
        return lists

    # --- heading ---

    def _heading(self, row: Sequence[Cell]) -> Columns:
        """The fields named in a row, with the index of the first column of each."""
        columns: Columns = {}
        for index, cell in enumerate(row):
            name = self._field(cell)
            if name:
                columns.setdefault(name, index)
        return columns

    def _field(self, cell: Cell) -> str:
        if not isinstance(cell, str):
            return ""
        text = _plain(cell)
        return self._fields.get(text) or self._fields.get(_plain(_BRACKETS.sub("", text)), "")

    def _list(self, head: int, end: int, columns: Columns, titles: list[Words]) -> ProjectList | None:
        if missing := [self.facts.column(name).heading for name in REQUIRED if name not in columns]:
            message = f"表头缺少“{'”“'.join(missing)}”一栏，请按附件2的表头补上。"
            self._remark("missing_column", Severity.ERROR, head, message)
            return None
        self._remark_on_columns(head, columns)
        letters = {name: column_letters(index) for name, index in columns.items()}
        found = ProjectList(self.sheet.name, head + 1, letters, titles=titles)
        found.lines = list(self._lines(head, end, columns, letters))
        return found

    def _remark_on_columns(self, head: int, columns: Columns) -> None:
        row = self.sheet.rows[head]
        ignored = {"", *map(_plain, self.facts.reading.ignored_headings)}
        unused = {
            at: _plain(cell) for at, cell in enumerate(row)
            if isinstance(cell, str) and _plain(cell) not in ignored and not self._field(cell)
        }  # fmt: skip
        if unused:
            message = f"这些栏目平台不登记，没有读取：{'、'.join(unused.values())}。"
            self._remark("unused_column", Severity.HINT, head, message, min(unused))
        for index, cell in enumerate(row):
            name = self._field(cell)
            if name and columns[name] != index:
                first = column_letters(columns[name])
                message = f"这一栏与{first}列是同一项内容，只读取{first}列。请把要登记的内容放在一栏里。"
                self._remark("column_twice", Severity.WARNING, head, message, index)
        for name, index in columns.items():
            if index in self.sheet.hidden_columns:
                message = f"“{self.facts.column(name).heading}”一栏是隐藏的，但仍会读取。请取消隐藏，核对后再导入。"
                self._remark("hidden_column", Severity.WARNING, head, message, index)

    def _remark(self, rule: str, severity: Severity, row: int, message: str, column: int | None = None) -> None:
        cell = "" if column is None else f"{column_letters(column)}{row + 1}"
        self.findings.append(Finding(rule, severity, message, self.sheet.name, cell or self._first_cell(row)))

    def _first_cell(self, row: int) -> str:
        index = next((i for i, cell in enumerate(self.sheet.rows[row]) if clean_text(cell)), 0)
        return f"{column_letters(index)}{row + 1}"

    # --- lines ---

    def _lines(self, head: int, end: int, columns: Columns, letters: dict[str, str]) -> Iterator[Line]:
        merged, own = self._merged_down(head, end), frozenset(columns.values())
        for index in range(head + 1, end):
            row = _without_serials(self.sheet.rows[index], own)
            numbered = _are_column_numbers(self.sheet.rows[index]) or _are_column_numbers(row)
            if numbered or self._is_no_project(row, columns):
                continue
            self._count_line()
            cells = {name: merged.get((index, at), row[at] if at < len(row) else None) for name, at in columns.items()}
            filled = [name for name, cell in cells.items() if clean_text(cell)]
            if len(filled) == 1:
                text = clean_text(cells[filled[0]])
                message = (
                    f"第{index + 1}行只有“{text[:20]}”，没有当作项目读取。如是项目，请补全项目编号、名称和承担单位。"
                )
                self._remark("unread_row", Severity.WARNING, index, message, columns[filled[0]])
                continue
            if index in self.sheet.hidden_rows:
                message = f"第{index + 1}行是隐藏的，但仍会读取。请取消隐藏或筛选，核对后再导入。"
                self._remark("hidden_row", Severity.WARNING, index, message)
            yield Line(self.sheet.name, index + 1, cells, letters)

    def _count_line(self) -> None:
        """Stop early at a sheet that can be no list of projects."""
        self._lines_read += 1
        if self._lines_read > self.facts.max_projects:
            most = self.facts.max_projects
            raise Unusable(
                f"工作表“{self.sheet.name}”超过{most}行，一次最多导入{most}个项目。请核对是否上传了别的表，或分次导入。"
            )

    def _merged_down(self, head: int, end: int) -> dict[tuple[int, int], Cell]:
        """A cell merged over several lines holds its value in the first only: what the others mean, by row and column."""
        return {
            (row, left): self.sheet.rows[top][left]
            for top, left, bottom, _ in self.sheet.merges
            if head < top < end and top < bottom and left < len(self.sheet.rows[top])
            for row in range(top + 1, min(bottom + 1, end))
        }

    def _is_no_project(self, row: Sequence[Cell], columns: Columns) -> bool:
        """Blank, a running number alone, a total, or a note."""
        texts = [text for text in map(clean_text, row) if text]
        own = [text for at in columns.values() if at < len(row) and (text := clean_text(row[at]))]
        if not own or (len(own) == 1 and is_serial(own[0])):
            return True
        return self._is_total(row, columns) or _is_note(texts, self.facts.reading)

    def _is_total(self, row: Sequence[Cell], columns: Columns) -> bool:
        """合计 in front and no enterprise, or no name, behind it."""
        texts = [clean_text(cell) for cell in row]
        first = next(text for text in texts if text)
        by_name = [texts[columns[name]] for name in ("name", "enterprise") if columns[name] < len(texts)]
        named = [text for text in by_name if text and text != first and not _COUNT.fullmatch(text)]
        return _plain(first).startswith(self.facts.reading.totals) and len(first) <= 8 and not named

    def _words(self, rows: range, words: tuple[str, ...]) -> list[Words]:
        return [
            Words(f"{column_letters(at)}{index + 1}", clean_text(cell))
            for index in rows
            for at, cell in enumerate(self.sheet.rows[index])
            if isinstance(cell, str) and any(word[-1] in cell and word in _plain(cell) for word in words)
        ]


def _may_be_heading(cell: Cell) -> bool:
    """Cheap, for long sheets: 项目名称, 项目承担单位 and all their other names have one of these characters."""
    return isinstance(cell, str) and len(cell) <= 30 and ("称" in cell or "位" in cell or "企" in cell)


def _without_serials(row: Sequence[Cell], own: frozenset[int]) -> list[Cell]:
    """Running numbers in a column of their own say nothing about a line."""
    return [None if at not in own and is_serial(clean_text(cell)) else cell for at, cell in enumerate(row)]


def _plain(text: Cell) -> str:
    """Half-width, without any white space."""
    return "".join(clean_text(text).split())


def _are_column_numbers(row: Sequence[Cell]) -> bool:
    """1 2 3 …, (1) (2) (3) … or 甲 乙 1 2 … below the heading."""
    numbers = [text.strip("()") for text in map(clean_text, row) if text]
    counted = [number for number in numbers if number.isdigit()]
    if len(numbers) < 3 or not all(number.isdigit() or number in _STEMS for number in numbers):
        return False
    return counted == [str(int(counted[0]) + i) for i in range(len(counted))] if counted else True


def _is_note(texts: Sequence[str], reading: Reading) -> bool:
    """A title, a seal, a date, 注：… or 填表人：… (the last ones often several to a row)."""
    plain = [_plain(text) for text in texts]
    if len(plain) == 1 and (_DAY.fullmatch(plain[0]) or any(word in plain[0] for word in reading.title_words)):
        return True
    if len(plain) <= 2 and any(word in text for text in plain for word in reading.seals):
        return True
    labelled = [text for text in plain if text.startswith(reading.notes) and ":" in text[:12]]
    return bool(labelled) and (len(plain) == 1 or plain[0] in labelled)
