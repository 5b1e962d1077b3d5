"""From lists of projects to entries: one for each line, with its province and number settled."""

from collections.abc import Iterable
from dataclasses import dataclass

from programme.cell_text import clean_text
from programme.findings import Finding, Severity
from programme.project_cells import Background, LineReader
from programme.project_sheets import Line, ProjectList, is_serial


@dataclass(frozen=True)
class Entry:
    """One project of a file as it would be stored: `values` has only the fields the file speaks about.

    `target_counties` holds internal ids joined by commas, in the order written. `cells` has the address of every column
    the list has, and for `province_code` the one that says so; `texts` is what stands in them.
    """

    sheet: str
    row: int
    cells: dict[str, str]
    texts: dict[str, str]
    values: dict[str, str]

    @property
    def no(self) -> str:
        return self.values["no"]

    @property
    def province_code(self) -> str:
        return self.values.get("province_code", "")

    def finding(self, rule: str, severity: Severity, name: str, message: str, repaired: str = "") -> Finding:
        """A remark on the cell of a field."""
        there = name if name in self.cells else "name"
        value = self.texts.get(there, "")
        return Finding(rule, severity, message, self.sheet, self.cells[there], value=value, repaired=repaired)


def read_entries(lists: Iterable[ProjectList], background: Background) -> tuple[list[Entry], list[Finding]]:
    """Every line of every list; a line with an error gives findings and, where it can be told and may be seen, an entry."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    for found in lists:
        province = _province_of_list(found, background, findings)
        for line in found.lines:
            entry, remarks = _read_line(line, background, province)
            entries += [entry] if entry else []
            findings += remarks
    return entries, list(dict.fromkeys(findings))


# --- the province of a list -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListProvince:
    """The province of a whole list ("" when nothing says so), the cell to point at, and whether the list itself names it."""

    code: str
    cell: str
    named: bool


def _province_of_list(found: ProjectList, background: Background, findings: list[Finding]) -> ListProvince:
    """From the title, else the seal below, the sheet's name, our form's stamp, or the importer's own province."""
    provinces = background.provinces
    named = [(words.cell, code) for words in found.titles + found.seals for code in provinces.named_in(words.text)]
    codes = list(dict.fromkeys(code for _, code in named))
    if len(codes) > 1:
        names = "、".join(provinces.names[code] for code in codes)
        message = f"标题和落款写了不同的省份（{names}）。一张表只填一个省；多个省请加“省份”一栏。"
        findings.append(Finding("province_contradiction", Severity.ERROR, message, found.sheet, named[0][0]))
    if codes:
        return ListProvince(codes[0], named[0][0], named=True)
    cell = found.titles[0].cell if found.titles else f"{found.letters['name']}{found.head}"
    beside = [*provinces.named_in(found.sheet), *({background.stamped} & provinces.names.keys())]
    if beside:
        return ListProvince(beside[0], cell, named=True)
    if background.own and "province" not in found.letters:
        message = f"标题没有写省份，按您所在的{provinces.names[background.own]}登记。"
        findings.append(Finding("province_assumed", Severity.HINT, message, found.sheet, cell))
    return ListProvince(background.own, cell, named=False)


# --- a line ---------------------------------------------------------------------------------------------------------


def _read_line(line: Line, background: Background, of_list: ListProvince) -> tuple[Entry | None, list[Finding]]:
    """No entry when the line has no usable number, or is not the importer's business."""
    reader = LineReader(line, background, of_list.code)
    reader.read_cells()
    own = reader.values.pop("province", "")
    allowed = _settle_province(reader, of_list, own)
    _settle_number(reader)
    if not allowed or not reader.values.get("no"):
        return None, reader.findings
    cells = {name: line.address(name) for name in line.letters if name != "province"}
    if reader.values.get("province_code"):
        cells["province_code"] = line.address("province") if own else of_list.cell
    texts = {name: clean_text(cell) for name, cell in line.cells.items()}
    return Entry(line.sheet, line.row, cells, texts, reader.values), reader.findings


def _settle_province(reader: LineReader, of_list: ListProvince, own: str) -> bool:
    """The line's own province, else the list's; False when it lies outside the importer's scope."""
    names, direct = reader.background.provinces.names, reader.values.get("channel") == "direct"
    if own and of_list.named and own != of_list.code:
        message = f"这一行的省份是{names[own]}，而标题是{names[of_list.code]}，请改正其中一个。"
        reader.error("province_contradiction", "province", message)
    code = own or of_list.code
    if not code:
        if not direct and not any(finding.rule == "unknown_province" for finding in reader.findings):
            _ask_for_province(reader, of_list)
        return True
    reader.values["province_code"] = code
    if sentence := reader.background.refusal(code):
        _refuse(reader, of_list, own, f"{names[code]}的项目：{sentence}")
        return False
    if direct and reader.background.own:
        message = "直接申报的项目由国家网信办登记，省网信办请只填“省级推荐”的项目。"
        reader.error("direct_by_province", "channel", message)
    return True


def _refuse(reader: LineReader, of_list: ListProvince, own: str, message: str) -> None:
    if own:
        reader.error("outside_scope", "province", message)
    else:
        reader.findings.append(_about_list("outside_scope", message, reader, of_list))


def _ask_for_province(reader: LineReader, of_list: ListProvince) -> None:
    if reader.line.has("province"):
        message = "没有填省份，请填写省（区、市）名称；中央企业直接申报的请在“申报渠道”填“直接申报”。"
        reader.error("no_province", "province", message)
    else:
        message = "看不出是哪个省（区、市）的项目。请在标题写明，如“云南省项目信息汇总表”，或加“省份”一栏。"
        reader.findings.append(_about_list("no_province", message, reader, of_list))


def _about_list(rule: str, message: str, reader: LineReader, of_list: ListProvince) -> Finding:
    return Finding(rule, Severity.ERROR, message, reader.line.sheet, of_list.cell)


def _settle_number(reader: LineReader) -> None:
    """A bare running number is told apart from other provinces' by the province's code in front: 1 → 53-001."""
    no = reader.values.get("no", "")
    if is_serial(no):
        digits = int("".join(filter(str.isdigit, no)))
        reader.values["no"] = f"{reader.values.get('province_code') or '00'}-{digits:03d}"
        message = f"“{no}”只是序号，各省会重复，按“{reader.values['no']}”登记；今后请用这个编号。"
        reader.remark("serial_number", Severity.HINT, "no", message)
