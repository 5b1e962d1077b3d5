"""What is taken away, read back: nothing is a formula, numbers are numbers."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from programme.exports import Value, table_csv, table_xlsx

COLUMNS = ("县", "数值")
FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1", "-"]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_of(*rows: tuple[Value, ...], title: str = "网络销售额", notes: tuple[str, ...] = ()) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(table_xlsx(title, notes, COLUMNS, rows))).active


def test_a_csv_begins_with_the_mark_that_excel_needs_for_chinese() -> None:
    content = table_csv(COLUMNS, [("泸水市", 12)])
    assert content == b"\xef\xbb\xbf" + "县,数值\r\n泸水市,12\r\n".encode()


@pytest.mark.parametrize("text", FORMULAS)
def test_text_like_a_formula_gets_an_apostrophe_in_csv(text: str) -> None:
    assert read_csv(table_csv((text, "b"), [(text, -1)])) == [[f"'{text}", "b"], [f"'{text}", "-1"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_like_a_formula_is_text_in_xlsx(text: str) -> None:
    cell = sheet_of((text, -1))["A3"]
    assert (cell.value, cell.data_type) == (text.replace("\r", "\n"), "s")


@given(st.text(max_size=30))
def test_no_text_field_of_a_csv_starts_a_formula(text: str) -> None:
    (_, (field, _)) = read_csv(table_csv(COLUMNS, [(text, 1)]))
    assert field in (text, f"'{text}")
    assert not field.startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_written_to_xlsx(text: str) -> None:
    sheet = sheet_of((text, 1))
    assert (sheet["A3"].data_type in ("s", "n"), sheet["B3"].value) == (True, 1)


def test_numbers_stay_numbers_and_no_value_stays_empty() -> None:
    values: list[Any] = [0, -5, 12345678901, Decimal("1234567.89"), 0.25, Fraction(81, 100), None, float("nan")]
    rows = [("泸水市", value) for value in values]
    cells = [row[1] for row in sheet_of(*rows).iter_rows(min_row=3, max_row=10)]
    assert [cell.value for cell in cells] == [0, -5, 12345678901, 1234567.89, 0.25, 0.81, None, None]
    assert {cell.data_type for cell in cells} == {"n"}
    assert cells[5].number_format == '[<0.9995]0.0%;[<1]"99.9%";0.0%'
    fields = ["0", "-5", "12345678901", "1234567.89", "0.25", "0.81", "", ""]
    assert [row[1] for row in read_csv(table_csv(COLUMNS, rows))[1:]] == fields


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-(10**18), 10**18), min_size=1, max_size=20))
def test_whole_numbers_are_exact_beyond_what_a_workbook_holds_as_text(numbers: list[int]) -> None:
    content = table_xlsx("数", (), COLUMNS, [("a", number) for number in numbers])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[2:]
    assert [int(row[1]) for row in rows] == numbers


def test_days_moments_and_truth_are_written_as_such() -> None:
    sheet = sheet_of((date(2019, 7, 5), True), (datetime(2019, 7, 5, 8, 30, tzinfo=UTC), False))
    assert [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=3)] == [
        (datetime(2019, 7, 5), "是"),
        (datetime(2019, 7, 5, 8, 30), "否"),
    ]


def test_the_title_stands_above_and_the_notes_below() -> None:
    sheet = sheet_of(("泸水市", 1), title="农产品网络销售额/各县", notes=("单位：元", "=示例数据"))
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["农产品网络销售额/各县", None],
        ["县", "数值"],
        ["泸水市", 1],
        [None, None],
        ["单位：元", None],
        ["=示例数据", None],
    ]
    assert (sheet.title, sheet["A6"].data_type, sheet.freeze_panes) == ("农产品网络销售额 各县", "s", "B3")


@pytest.mark.parametrize("title", ["", "'", "[:]", "长" * 60, "History", "a/b"])
def test_any_title_gives_a_sheet_that_opens(title: str) -> None:
    assert sheet_of(("a", 1), title=title)["B3"].value == 1


def test_a_table_without_rows_is_still_a_table() -> None:
    assert [cell.value for cell in sheet_of()[2]] == ["县", "数值"]
    assert read_csv(table_csv(COLUMNS, [])) == [["县", "数值"]]
