"""A user's file, bytes to sheets. What a file is shows in its first bytes; its name only says what to call a csv."""

import re

from programme.errors import Unusable
from programme.formats.archive import Archive
from programme.formats.book import (
    STAMP_SHEET,
    VALUELESS,
    Book,
    Cell,
    Format,
    Merge,
    Sheet,
    address,
    column_letters,
    limits,
    require_rows,
)
from programme.formats.compound import SIGNATURE
from programme.formats.delimited import read_delimited
from programme.formats.ods import read_ods
from programme.formats.refusal import SAVE_AS
from programme.formats.xls import read_xls
from programme.formats.xlsx import read_xlsx

__all__ = ["VALUELESS", "Book", "Cell", "Format", "Merge", "Sheet", "address", "column_letters", "read_book"]

_FOREIGN = (
    (b"%PDF", "这是 PDF 文件，不是表格。请上传填好的 Excel 表。"),
    (b"\x89PNG", "这是图片，不是表格。请上传填好的 Excel 表。"),
    (b"\xff\xd8\xff", "这是图片，不是表格。请上传填好的 Excel 表。"),
    (b"GIF8", "这是图片，不是表格。请上传填好的 Excel 表。"),
    (b"Rar!", "这是压缩包。请解压后逐个上传其中的表格。"),
    (b"7z\xbc\xaf", "这是压缩包。请解压后逐个上传其中的表格。"),
    (b"\x1f\x8b", "这是压缩包。请解压后逐个上传其中的表格。"),
    (b"{\\rtf", f"这是文档，不是表格。{SAVE_AS}"),
)
_MARKUP = re.compile(
    rb"\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype|html|head|meta|table|body|style|div|\?xml|(?:\w+:)?workbook)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(rb"\s*(?:mime-version|content-type|x-document-type):", re.IGNORECASE)


def read_book(content: bytes, file_name: str) -> Book:
    """The sheets of an xlsx, xls (or .et), ods or csv file; raises Unusable with a sentence that says what to do."""
    if not content:
        raise Unusable("文件是空的。请填写后再上传。")
    most = limits()["max_bytes"]
    if len(content) > most:
        raise Unusable(
            f"文件有{len(content) / 1e6:.0f} MB，最大{most / 1e6:.0f} MB。请删除图片和无关的工作表后再上传。"
        )
    book = _read(content, file_name)
    require_rows(book.sheets)
    _take_stamp(book)
    return book


def _read(content: bytes, file_name: str) -> Book:
    if content.startswith(SIGNATURE):
        return read_xls(content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_archive(Archive(content))
    for magic, sentence in _FOREIGN:
        if content.startswith(magic):
            raise Unusable(sentence)
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").removeprefix(b"\xff\xfe")
    if _MARKUP.match(start) or _MAIL.match(start):
        raise Unusable(f"这是网页格式的文件，只是名字像 Excel。{SAVE_AS}")
    return read_delimited(content, file_name)


def _read_archive(archive: Archive) -> Book:
    if "mimetype" in archive and "content.xml" in archive:
        return read_ods(archive)
    if "[Content_Types].xml" in archive and any(name.startswith("xl/") for name in archive.names):
        return read_xlsx(archive)
    if any(name.startswith(("word/", "ppt/")) for name in archive.names):
        raise Unusable(f"这是文档，不是表格。{SAVE_AS}")
    raise Unusable("这是压缩包。请解压后逐个上传其中的表格。")


def _take_stamp(book: Book) -> None:
    """Move the key and value rows of our own hidden sheet into the stamp."""
    for sheet in book.sheets:
        if sheet.name == STAMP_SHEET:
            pairs = [row for row in sheet.rows if len(row) >= 2 and row[0] not in ("", None)]
            book.stamp = {str(row[0]): "" if row[1] is None else str(row[1]) for row in pairs}
    book.sheets = [sheet for sheet in book.sheets if sheet.name != STAMP_SHEET]
