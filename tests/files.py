"""Files as users upload them, made in memory: workbooks, OpenDocument tables, text files, and broken ones."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

FOLDER = Path(__file__).parent / "workbooks"
"""Two files written by LibreOffice, with the same content as `monthly_rows` and a few specials."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Rows = Sequence[Sequence[object]]


def office_file(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def xlsx(
    *sheets: Rows,
    names: Sequence[str] = (),
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    stamp: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook by XlsxWriter; `merged` ranges (first row, first column, last row, last column) are of the first sheet."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet(names[number] if names else f"表{number + 1}")
            _fill(sheet, rows, day)
            if sheet.name in hidden:
                sheet.hide()
            for top, left, bottom, right in merged if number == 0 else ():
                sheet.merge_range(top, left, bottom, right, rows[top][left])
        if stamp is not None:
            sheet = book.add_worksheet("_netlift")
            _fill(sheet, list(stamp.items()), day)
            sheet.very_hidden()
    return buffer.getvalue()


def _fill(sheet: xlsxwriter.worksheet.Worksheet, rows: Rows, day: object) -> None:
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, (date, datetime)):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(number, column, cell) if cell else None
            elif cell is not None:
                sheet.write(number, column, cell)


def raw_xlsx(
    cells: str,
    *,
    strings: str = "",
    before: str = "",
    after: str = "",
    prolog: str = "",
    workbook: str = "",
    parts: Mapping[str, bytes | str] | None = None,
) -> bytes:
    """A workbook of one sheet 表1 whose sheetData holds `cells` as they stand; `parts` are added or replace others."""
    worksheet = f'{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>'
    content: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{_relation("r1", "officeDocument", "xl/workbook.xml")}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}">{workbook}'
        '<sheets><sheet name="表1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f"{_relation('r1', 'worksheet', 'worksheets/sheet1.xml')}{_relation('r2', 'sharedStrings', 'sharedStrings.xml')}"
        "</Relationships>",
        "xl/worksheets/sheet1.xml": worksheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return zipped(content | dict(parts or {}))


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{RELATION}/{kind}" Target="{target}"/>'


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def delimited(rows: Rows, encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    """A text file as Excel writes it."""
    buffer = io.StringIO()
    lines = [[f"{Decimal(repr(cell)):f}" if isinstance(cell, float) else cell for cell in row] for row in rows]
    csv.writer(buffer, delimiter=separator).writerows(lines)
    return buffer.getvalue().encode(encoding)


def ods(rows: Rows, tables: str = "", sheet: str = "表1") -> bytes:
    """An OpenDocument spreadsheet; `tables` is put behind the table of `rows` as it stands."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        + " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
        )
        + f' xmlns:calcext="urn:x"><office:body><office:spreadsheet><table:table table:name="{sheet}">{lines}</table:table>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(cell: object) -> str:
    if cell in (None, ""):
        return "<table:table-cell/>"
    if isinstance(cell, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def monthly_rows(*figures: Sequence[object], place: str = "泸水市", month: object = "2019年6月") -> list[list[object]]:
    """A monthly form; `figures` are rows of indicator, unit, 本月数, 累计数."""
    return [
        ["“110”网络扶贫创新活动月报表"],
        ["填报单位：", place, "", "报告期：", month],
        ["指标", "计量单位", "本月数", "累计数", "备注"],
        *([*row] for row in figures),
        ["填表人：", "", "审核人：", ""],
    ]


BATCH_HEADING = ["行政区划代码", "县名", "报告期", "农产品网络销售额本月数(万元)", "惠及贫困户期末数(户)"]


def batch_rows(*records: Sequence[object]) -> list[list[object]]:
    """A batch form with the columns of BATCH_HEADING."""
    return [list(BATCH_HEADING), *([*record] for record in records)]
