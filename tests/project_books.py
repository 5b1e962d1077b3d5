"""Summary sheets as users make them, for the tests of projects."""

import io
from collections.abc import Mapping, Sequence

import openpyxl

from programme.demo_projects import sample_code

OFFICIAL = ("项目编号", "项目名称", "项目承担单位", "单位负责人", "项目负责人", "备注")
MORE = ("统一社会信用代码", "企业类别", "重点方向", "项目类别", "申报渠道", "项目状态", "评估结果", "面向贫困县")
TITLE = "云南省（区、市）项目信息汇总表"


def a_line(number: int = 1, **values: object) -> dict[str, object]:
    """A sound project of Yunnan; `values` by heading replace or add."""
    line: dict[str, object] = {
        "项目编号": f"YN-{number}",
        "项目名称": f"农产品上行示例项目{number}",
        "项目承担单位": f"示例电商企业{number:02d}（云南）",
        "单位负责人": "总经理（示例）",
        "项目负责人": "项目经理（示例）",
        "备注": "",
        "统一社会信用代码": sample_code("53", number),
        "企业类别": "电商企业",
        "重点方向": "农村电商",
        "项目类别": "电商类项目",
        "申报渠道": "省级推荐",
        "项目状态": "省内遴选",
        "评估结果": "",
        "面向贫困县": "泸水市、福贡县",
    }
    return line | values


def rows_of(lines: Sequence[Mapping[str, object]], title: str = TITLE) -> list[list[object]]:
    """Title, heading and lines; the heading has every column a line speaks of."""
    headings = [heading for heading in (*OFFICIAL, *MORE) if any(heading in line for line in lines)]
    headings += [heading for line in lines for heading in line if heading not in headings]
    return [[title], list(dict.fromkeys(headings)), *([line.get(heading) for heading in headings] for line in lines)]


def a_book(*sheets: Sequence[Sequence[object]], names: Sequence[str] = ()) -> bytes:
    """A workbook whose sheets hold these rows from A1 on."""
    book = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if names else f"表{number + 1}")
        for row in rows:
            sheet.append(list(row))
    book.remove(book.worksheets[0])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def three(**values: object) -> bytes:
    """Three sound projects of Yunnan; `values` by heading change the first."""
    return a_book(rows_of([a_line(1, **values), a_line(2), a_line(3)]))


def first_row_cell(heading: str, lines: Sequence[Mapping[str, object]] | None = None) -> str:
    """The address of a heading's cell in the first line of `three`."""
    at = rows_of(lines or [a_line()])[1].index(heading)
    return f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at]}3"
