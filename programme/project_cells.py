"""What the cells of a line say in the words of the catalogue. No store here, only the registry of counties."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches

from programme import organisation_codes
from programme.cell_text import EMPTY, clean_text, obstacle
from programme.findings import Finding, Severity
from programme.project_facts import Column, ProjectFacts, bare
from programme.project_sheets import REQUIRED, Line
from programme.provinces import Provinces
from programme.registry import Ambiguous, Conflict, Found, Match, Place, Registry
from programme.sheets import Cell

_SEPARATORS = re.compile("[、,;；，\n]")
_TICKS = str.maketrans("", "", "☑√✓✔■●")
_CODE_IN_TEXT = re.compile("[0-9]{6}")
_CHINESE_GAP = re.compile("(?<=[^\x00-\x7f])\\s+(?=[^\x00-\x7f])")
_LOST_DIGITS = 10**15
DATES = (bool, date, datetime, time, timedelta)
OBSTACLES = {
    "error_cell": "公式出错。请改正公式，或直接填写文字。",
    "formula_without_value": "公式没有计算结果。请用表格软件打开、保存一次再上传，或直接填写文字。",
}
MISSING = {
    "name": "没有填项目名称，请补上。",
    "enterprise": "没有填项目承担单位，请补上企业全称。",
}


@dataclass(frozen=True)
class Background:
    """What lists are read against. `refusal(province code)` says why the importer may not; `own` is their only province."""

    facts: ProjectFacts
    counties: Registry
    provinces: Provinces
    refusal: Callable[[str], str | None]
    own: str = ""
    stamped: str = ""


@dataclass
class LineReader:
    """One line being read: `values` by field, as far as they could be told, and what is to be said.

    `province` is the code of the whole list's province, "" when nothing names one.
    """

    line: Line
    background: Background
    province: str
    values: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def read_cells(self) -> None:
        """A blank cell says nothing, so that what is registered stays; 无 or — empties it."""
        for column in self.background.facts.columns:
            blank = not clean_text(self.line.cells.get(column.field)) and column.field not in REQUIRED
            if self.line.has(column.field) and not blank and self._is_readable(column):
                READERS[column.kind](self, column)

    def remark(
        self, rule: str, severity: Severity, name: str, message: str, *, value: str = "", repaired: str = ""
    ) -> None:
        cell = self.line.address(name) or self.line.address("name")
        written = value or (clean_text(self.line.cells[name]) if self.line.has(name) else "")
        self.findings.append(Finding(rule, severity, message, self.line.sheet, cell, value=written, repaired=repaired))

    def error(self, rule: str, name: str, message: str, *, value: str = "", repaired: str = "") -> None:
        self.remark(rule, Severity.ERROR, name, message, value=value, repaired=repaired)

    def text(self, name: str) -> str:
        """The cell, half-width; what stands for empty is empty."""
        text = clean_text(self.line.cells[name])
        return "" if text in EMPTY else text

    def _is_readable(self, column: Column) -> bool:
        cell = self.line.cells[column.field]
        if isinstance(cell, str) and (problem := obstacle(cell)):
            self.error(problem.rule, column.field, OBSTACLES[problem.rule])
        elif column.kind not in ("number", "text") and isinstance(cell, DATES):
            self.error("not_a_text", column.field, f"{column.heading}应为文字，这里是日期或逻辑值，请重新填写。")
        else:
            return True
        return False


# --- one function for each kind of column ---------------------------------------------------------------------------


def _read_number(reader: LineReader, column: Column) -> None:
    if isinstance(reader.line.cells[column.field], DATES):
        reader.error(
            "number_as_date", column.field, "项目编号被表格软件变成了日期。请把单元格设为文本格式，重新填写编号。"
        )
        return
    no = "".join(reader.text(column.field).split())
    if not no:
        message = "没有填项目编号，请补上；编号在同一项目以后各次报送中保持不变。"
        reader.error("no_number", column.field, message)
    elif len(no) > 40:
        reader.error("too_long", column.field, "项目编号过长（最多40个字），请核对是否填错了栏。")
    else:
        reader.values["no"] = no


def _read_name(reader: LineReader, column: Column) -> None:
    text = written(reader.line.cells[column.field])
    if not text:
        reader.error(f"no_{column.field}", column.field, MISSING[column.field])
    elif text.isdigit():
        reader.error("not_a_name", column.field, f"{column.heading}应为名称，这里只有数字，请核对是否填错了栏。")
    elif len(text) > reader.background.facts.max_text:
        reader.error(
            "too_long", column.field, f"{column.heading}过长（最多{reader.background.facts.max_text}个字），请精简。"
        )
    else:
        reader.values[column.field] = text


def _read_text(reader: LineReader, column: Column) -> None:
    text = written(reader.line.cells[column.field])
    most = reader.background.facts.max_remark if column.field == "remark" else reader.background.facts.max_text
    if len(text) > most:
        reader.error("too_long", column.field, f"{column.heading}过长（最多{most}个字），请精简。")
    else:
        reader.values[column.field] = text


def _read_organisation_code(reader: LineReader, column: Column) -> None:
    cell = reader.line.cells[column.field]
    if isinstance(cell, int | float) and abs(cell) >= _LOST_DIGITS:
        message = "代码被当作数字，后几位已经丢失。请把单元格设为文本格式，重新填写18位代码。"
        reader.error("code_as_number", column.field, message)
        return
    code = organisation_codes.compact(reader.text(column.field))
    if code and (problem := organisation_codes.problem_of(code)):
        reader.error(problem.rule, column.field, problem.message, repaired=problem.repaired)
    else:
        reader.values[column.field] = code


def _read_choice(reader: LineReader, column: Column) -> None:
    """Codes, names and aliases of the list. Stage and channel cannot be emptied."""
    choices, known = reader.background.facts.lists[column.field], reader.background.facts.spellings[column.field]
    text = reader.text(column.field).translate(_TICKS)
    words = [text] if bare(text) in known else [word for word in map(str.strip, _SEPARATORS.split(text)) if word]
    if unknown := [word for word in words if bare(word) not in known]:
        names = [choice.name for choice in choices]
        close = get_close_matches(unknown[0], names, 1, 0.4)
        message = f"{column.heading}没有“{unknown[0]}”这一项，请从中选一个：{'、'.join(names)}。"
        reader.error(f"unknown_{column.field}", column.field, message, repaired=close[0] if close else "")
        return
    codes = list(dict.fromkeys(known[bare(word)] for word in words))
    if len(codes) > 1:
        first = reader.background.facts.word(column.field, codes[0])
        message = f"{column.heading}只登记一项，将登记为“{first}”。如不对请只保留主要的一项，其余写入备注。"
        reader.remark("several_choices", Severity.WARNING, column.field, message, repaired=first)
    if codes or column.field not in ("stage", "channel"):
        reader.values[column.field] = codes[0] if codes else ""


def _read_province(reader: LineReader, column: Column) -> None:
    text = "".join(reader.text(column.field).split())
    code = reader.background.provinces.code_of(text) if text else ""
    if text and not code:
        names = list(reader.background.provinces.names.values())
        close = get_close_matches(text, names, 1, 0.5)
        message = "查不到这个省（区、市），请填写全称，如“云南省”。"
        reader.error("unknown_province", column.field, message, repaired=close[0] if close else "")
    reader.values["province"] = code


def _read_counties(reader: LineReader, column: Column) -> None:
    texts = [text for text in map(str.strip, _SEPARATORS.split(reader.text(column.field))) if text]
    if len(texts) > reader.background.facts.max_counties:
        reader.error(
            "too_many_counties", column.field, f"一个项目最多登记{reader.background.facts.max_counties}个县，请核对。"
        )
        return
    ids: list[int] = []
    for text in texts:
        match = _county(reader.background.counties, text)
        if isinstance(match, Found):
            ids.append(match.place.id)
        else:
            _remark_on_county(reader, column, text, match)
    reader.values[column.field] = ",".join(map(str, dict.fromkeys(ids)))


def _county(counties: Registry, text: str) -> Match:
    """泸水市, 533301, 泸水市(533301) and 533301泸水市."""
    code = _CODE_IN_TEXT.search(text)
    if code is None:
        return counties.resolve("", text)
    return counties.resolve(code[0], text.replace(code[0], "").strip("()（） -"))


def _remark_on_county(reader: LineReader, column: Column, text: str, match: Match) -> None:
    if isinstance(match, Conflict):
        message = f"“{text}”的代码是{_place(match.by_code)}，与县名不一致，请改正其中一个。"
        reader.error("county_conflict", column.field, message, value=text, repaired=match.by_code.name)
    elif isinstance(match, Ambiguous):
        own = [place for place in match.candidates if place.code[:2] == reader.province]
        listed = "、".join(map(_place, match.candidates[:4]))
        message = f"有多个县叫“{text}”（{listed}），请写明省份或填六位行政区划代码。"
        repaired = own[0].code if len(own) == 1 else ""
        reader.error("ambiguous_county", column.field, message, value=text, repaired=repaired)
    else:
        near = frozenset(
            place.id for place in reader.background.counties.by_id.values() if place.code[:2] == reader.province
        )
        suggestions = reader.background.counties.suggestions(text, near or None)
        hint = f"是否指{'、'.join(map(_place, suggestions))}？" if suggestions else ""
        message = f"查不到“{text}”。{hint}请填写县名全称或六位行政区划代码。"
        repaired = suggestions[0].name if suggestions else ""
        reader.error("unknown_county", column.field, message, value=text, repaired=repaired)


def _place(place: Place) -> str:
    return f"{place.province}{place.name}（{place.code}）"


def written(cell: Cell) -> str:
    """A text as written: trimmed, no line breaks, full-width signs kept, without the apostrophe that marks a text in a csv."""
    text = " ".join(cell.split()).removeprefix("'") if isinstance(cell, str) else clean_text(cell)
    return "" if clean_text(text) in EMPTY else _CHINESE_GAP.sub("", text)


READERS: dict[str, Callable[[LineReader, Column], None]] = {
    "number": _read_number,
    "name": _read_name,
    "text": _read_text,
    "organisation_code": _read_organisation_code,
    "choice": _read_choice,
    "counties": _read_counties,
    "province": _read_province,
}
