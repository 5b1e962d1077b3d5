"""Identity numbers in a file that would be kept: searched in cells, names of sheets, comments and properties."""

import re
from collections.abc import Iterator
from typing import Final

from programme import identity_numbers
from programme.cell_text import clean_text
from programme.findings import Finding, Severity
from programme.formats.archive import Archive
from programme.formats.book import Book, address

_BESIDE: Final = re.compile(
    r"docprops/.*|meta\.xml|xl/(?:comments|threadedcomments|drawings|worksheets/_rels|persons).*"
)
_TAG: Final = re.compile(r"<[^>]*>")
_TEXT: Final = "这里像是身份证号。本台账不需要个人信息，文件会原样保存；请删除后再上传。"
_ELSEWHERE: Final = "文件的批注、文本框、链接或属性里像是有身份证号。文件会原样保存；请删除后再上传。"


def identity_findings(book: Book, content: bytes) -> list[Finding]:
    """An error for each cell and name of a sheet with an identity number, and one for all that stands beside the cells."""
    found = [_finding(sheet, cell, value) for sheet, cell, value in _in_cells(book)]
    if any(map(identity_numbers.found_in, _texts_beside(content))):
        found.append(Finding("identity_number_in_file", Severity.ERROR, _ELSEWHERE, book.sheets[0].name))
    return found


def _finding(sheet: str, cell: str, value: str) -> Finding:
    shown = identity_numbers.masked(value)
    return Finding("identity_number_in_file", Severity.ERROR, _TEXT, sheet, cell, value=shown)


def _in_cells(book: Book) -> Iterator[tuple[str, str, str]]:
    holds = identity_numbers.found_in_cell
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                if holds(cell):
                    yield sheet.name, address(number, column), clean_text(cell)
        if holds(sheet.name):
            yield sheet.name, "", sheet.name
    yield from (("", "", value) for value in book.stamp.values() if holds(value))


def _texts_beside(content: bytes) -> Iterator[str]:
    """Of a packed workbook: comments, drawings, links and properties, with their tags and without."""
    if not content.startswith(b"PK"):
        return
    archive = Archive(content)
    for name in archive.names:
        if _BESIDE.fullmatch(name) and name.endswith((".xml", ".rels", ".vml")):
            text = archive.read(name).decode("utf-8", "replace")
            yield from (text, _TAG.sub("", text))
