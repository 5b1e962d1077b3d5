"""A list of projects is found wherever it lies in a file."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from programme.findings import Severity
from programme.project_cells import Background
from programme.project_facts import project_facts
from programme.project_reading import read_entries
from programme.project_sheets import find_lists
from programme.provinces import Provinces
from programme.registry import Registry, read_places
from programme.settings import data_folder
from programme.sheets import Book, Sheet
from programme.tables import Cell
from tests.project_acts import LINES, PLAIN, checks, found, what
from tests.project_books import OFFICIAL, TITLE, a_book, rows_of, saved

HINT = Severity.HINT


def inserted_rows(rows: list[list[object]]) -> list[list[object]]:
    return [[], ["附件2"], *rows[:1], [], *rows[1:3], [], *rows[3:]]


def inserted_columns(rows: list[list[object]]) -> list[list[object]]:
    return [[None, *row[:1], "电话" if i == 1 else None, *row[1:]] for i, row in enumerate(rows)]


def with_serials(rows: list[list[object]]) -> list[list[object]]:
    return [rows[0], ["序号", *rows[1]], *([i, *row] for i, row in enumerate(rows[2:], 1))]


def with_everything_around(rows: list[list[object]]) -> list[list[object]]:
    foot = [
        ["合计", None, "3家"],
        ["注：本表一式两份。"],
        [None, None, None, "云南省网信办（盖章）"],
        [None, None, None, "2016年9月28日"],
    ]
    return [
        *rows[:2],
        [1, 2, 3, 4, 5, 6],
        ["甲", "乙", "丙", "丁", "戊", "己"],
        *rows[2:],
        [4],
        *foot,
        ["填表人：示例", None, "联系电话：—"],
    ]


def spaced_headings(rows: list[list[object]]) -> list[list[object]]:
    headings = ["项 目 编 号", "项目\n名称（全称）", "承担单位", "单位负责人", "项目负责人", "备　注"]
    return [rows[0], headings, *rows[2:]]


def repeated_heading(rows: list[list[object]]) -> list[list[object]]:
    return [*rows[:3], rows[1], *rows[3:]]


LAYOUTS = (inserted_rows, inserted_columns, with_serials, with_everything_around, spaced_headings, repeated_heading)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_list_is_found_wherever_it_lies(
    sqlite_store: str, layout: Callable[[list[list[object]]], list[list[object]]]
) -> None:
    content = a_book(layout(rows_of(LINES)))
    assert what(content) == PLAIN
    assert [rule for rule, severity, _ in found(content) if severity is not HINT] == []


def test_several_lists_in_a_sheet_and_several_sheets_are_all_read(sqlite_store: str) -> None:
    guizhou = rows_of([{**LINES[2], "项目编号": "GZ-1", "项目承担单位": "示例企业（贵州）"}], "贵州省项目信息汇总表")
    content = a_book([*rows_of(LINES[:2]), [], *guizhou], rows_of(LINES[2:]), names=["一", "二"])
    assert what(content) == [*PLAIN[:2], ("GZ-1", "示例企业（贵州）", "52"), PLAIN[2]]


def test_a_cell_merged_over_several_lines_counts_for_each(sqlite_store: str) -> None:
    book = openpyxl.load_workbook(BytesIO(a_book(rows_of(LINES))))
    book.active.merge_cells("C3:C5")
    assert what(saved(book)) == [(number, PLAIN[0][1], "53") for number, *_ in PLAIN]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_saved_as_text_reads_the_same(sqlite_store: str, encoding: str) -> None:
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows_of(LINES))
    assert [(step.after["no"], step.after["enterprise"], step.after["province_code"])
            for step in checks(text.encode(encoding), name="汇总表.csv").rows] == PLAIN  # fmt: skip


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**16), st.floats(), st.text(max_size=12), st.dates(),
    st.sampled_from(["项目编号", "项目名称", "面向贫困县", "合计", "注：", TITLE, "泸水市", "电商", "无", "1", "#N/A"]),
)  # fmt: skip


@lru_cache(maxsize=1)
def background() -> Background:
    registry = Registry.of(read_places(data_folder() / "registry"))
    return Background(project_facts(), registry, Provinces.of(registry.by_id.values(), {}), lambda code: None)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=8), st.integers(0, 8))
def test_no_content_of_a_sheet_stops_the_reader(rows: list[list[Cell]], head: int) -> None:
    rows.insert(min(head, len(rows)), list(OFFICIAL))
    sheet = Sheet("表", rows, True, frozenset({1}), frozenset({2}), frozenset({"B3"}))
    lists, findings = find_lists(Book("xlsx", [sheet], {}, []), project_facts())
    entries, more = read_entries(lists, background())
    assert [finding.sheet for finding in findings + more if finding.rule != "no_table"] == ["表"] * len(findings + more)
    assert all(entry.no for entry in entries)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LAYOUTS), max_size=4), st.permutations(OFFICIAL))
def test_any_mixture_of_layouts_reads_the_same(
    layouts: list[Callable[[list[list[Cell]]], list[list[Cell]]]], order: list[str]
) -> None:
    rows = [[TITLE], list(order), *([line[heading] for heading in order] for line in LINES)]
    for layout in dict.fromkeys(layouts):
        rows = layout(rows) if layout is not spaced_headings else rows
    lists, _ = find_lists(
        Book("xlsx", [Sheet("表", rows, True, frozenset(), frozenset(), frozenset())], {}, []), project_facts()
    )
    entries, findings = read_entries(lists, background())
    assert [(entry.no, entry.values["enterprise"], entry.province_code) for entry in entries] == PLAIN
    assert findings == []
