"""A large sheet is read in two halves at once, and nobody can tell."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from programme.formats import sheet_xml
from programme.sheets import Cell, read_book
from tests import files

CELLS = st.one_of(st.none(), st.floats(-1e9, 1e9), st.text("汉a1,<&>= ", max_size=6))


def whole(content: bytes) -> list[list[Cell]]:
    """As python-calamine reads it by itself."""
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def halves(content: bytes) -> list[list[Cell]]:
    """As a sheet is read that is large, however small this one is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet_xml, "MANY_ROWS", 0)
        return read_book(content, "表.xlsx").sheets[0].rows


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=12))
def test_two_halves_give_the_rows_of_the_whole(rows: list[list[object]]) -> None:
    content = files.xlsx(rows)
    assert halves(content) == whole(content)


def test_a_sheet_of_many_rows_is_cut_and_comes_back_whole() -> None:
    chance = random.Random(110)
    content = files.xlsx([[f"县{at}", chance.random() * 1e6, *range(at % 9)] for at in range(25_000)])
    assert read_book(content, "表.xlsx").sheets[0].rows == whole(content)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="9"><c r="A9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="1"><c r="A9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><!-- <row r="2"> --></row><row r="3"><c r="B3"><v>3</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<row r="2">]]></t></is></c></row>',
        '<row r="7"></row><row r="8"><c r="C8"><v>3</v></c></row>',
        '<row r="1"><c r="D1"><v>1</v></c></row><row r="8"><c r="A8"><v>3</v></c></row>',
    ],
    ids=["not in order", "not where its row is", "a comment", "raw text", "an empty half", "far apart"],
)
def test_unusual_rows_come_back_as_the_whole_is_read(cells: str) -> None:
    content = files.raw_xlsx(cells)
    assert halves(content) == whole(content)
