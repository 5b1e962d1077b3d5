"""Text files with separators (csv): BOM, then strict UTF-8, then GB18030; separated by commas, semicolons or tabs."""

import codecs
import csv
import io

from programme.errors import Unusable
from programme.formats.book import MAX_CELLS, Book, Cell, Sheet, limits, require_extent, too_many_rows
from programme.formats.refusal import SAVE_AS

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SEPARATORS = ",;\t"
SAMPLE_LINES = 200
UNREADABLE = f"不认识的文件，或文字编码无法识别。{SAVE_AS}"


def read_delimited(content: bytes, file_name: str) -> Book:
    """One sheet, named like the file, in which every cell is text."""
    text = _decoded(content).rstrip(f"{SEPARATORS}\r\n ")
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    rows: list[list[Cell]] = []
    filled, cells, most = 0, 0, limits()["max_rows"]
    try:
        for row in reader:
            rows.append(list(row))
            filled, cells = filled + any(row), cells + len(row)
            if filled > most or cells > MAX_CELLS:
                raise too_many_rows()
    except csv.Error as broken:
        raise Unusable(f"第{reader.line_num}行的引号不成对，或单元格过长，无法读取。{SAVE_AS}") from broken
    name = file_name.rpartition(".")[0] or file_name or "csv"
    require_extent(name, len(rows), max(map(len, rows), default=0))
    return Book("csv", [Sheet(name, rows)])


def _decoded(content: bytes) -> str:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return _strict(content[len(bom) :], encoding)
    if b"\0" in content:
        raise Unusable(UNREADABLE)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(content, "gb18030")


def _strict(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as failed:
        raise Unusable(UNREADABLE) from failed
    if "\0" in text:
        raise Unusable(UNREADABLE)
    return text


def _separator(text: str) -> str:
    """The separator that most lines have, and have most often; a comma when there is none."""
    lines = [line for line in text[:200_000].splitlines()[:SAMPLE_LINES] if line.strip()]
    counted = {mark: [line.count(mark) for line in lines] for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: (sum(map(bool, counted[mark])), sum(counted[mark])))
