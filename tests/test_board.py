"""The board of returns: counted by content, the same on the screen and in its files, and what may be done from it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from components import board, downloads
from programme import board as rules
from programme.board import Sums, Timeliness, timeliness
from programme.calendar import Month
from programme.obligations import Obligation, Step
from programme.sheets import read_book
from tests.test_ladder import COUNTIES, SEPTEMBER, owed

TODAY = date(2019, 10, 16)


def came(day: int, **values: object) -> Obligation:
    """September's return, due on 8 October, in for good on that day of October."""
    at = datetime(2019, 10, day, 2, tzinfo=UTC)
    return owed(TODAY, **({"revision": 1, "at": at, "complete_at": at} | values))


CASES = [
    (owed(date(2019, 9, 30)), Timeliness.NOT_DUE, "– 未到期"),
    (owed(date(2019, 10, 8)), Timeliness.DUE, "○ 待报"),
    (owed(TODAY), Timeliness.OVERDUE, "✕ 逾期8天"),
    (came(8), Timeliness.ON_TIME, "● 已提交"),
    (came(8, step=Step.APPROVED), Timeliness.ON_TIME, "● 已审核"),
    (came(8, step=Step.ACCEPTED), Timeliness.ON_TIME, "● 已接收"),
    (came(8, step=Step.SENT_BACK), Timeliness.SENT_BACK, "◇ 已退回"),
    (came(11), Timeliness.LATE, "▲ 迟3天"),
    (came(11, due=date(2019, 10, 11)), Timeliness.ON_TIME, "● 已提交"),
    (came(8, complete_at=None, missing=("posts", "reads")), Timeliness.INCOMPLETE, "◐ 缺2项"),
]


@pytest.mark.parametrize(("one", "kind", "cell"), CASES, ids=[cell for *_, cell in CASES])
def test_a_cell_is_a_shape_a_word_and_the_days(one: Obligation, kind: Timeliness, cell: str) -> None:
    assert (timeliness(one), board.cell(one)) == (kind, cell)


def test_what_was_due_adds_up_by_content() -> None:
    returns = [replace(one, today=TODAY) for one, *_ in CASES]
    added = rules.sums(returns, TODAY)
    assert added == Sums(due=10, on_time=5, late=1, incomplete=1, missing=3)
    assert added.due == added.on_time + added.late + added.incomplete + added.missing
    assert board.sentence(added) == "到期应报10份：按时完整5份，迟报1份，缺项1份，未报3份"
    assert rules.sums(returns, date(2019, 10, 8)) == Sums()
    assert board.sentence(Sums()) == "还没有到期的月报。"


def test_provinces_stand_in_the_order_of_their_codes_whoever_is_late() -> None:
    returns = [owed(TODAY, county=2), came(8), owed(TODAY, county=1)]
    found = rules.by_province(returns, TODAY)
    assert list(found.items()) == [("云南省", Sums(2, 1, 0, 0, 1)), ("甘肃省", Sums(1, 0, 0, 0, 1))]


def test_the_files_hold_what_the_screen_shows() -> None:
    months = (Month(2019, 8), SEPTEMBER)
    returns = [owed(TODAY, month, county) for county in range(3) for month in months]
    returns[1] = came(11)
    frame = board.matrix(returns)
    assert frame.to_numpy().tolist() == [
        ["云南省", "泸水市", "✕ 逾期41天", "▲ 迟3天"],
        ["云南省", "云龙县", "✕ 逾期41天", "✕ 逾期8天"],
        ["甘肃省", "泾川县", "✕ 逾期41天", "✕ 逾期8天"],
    ]
    expected = [list(frame.columns), *frame.to_numpy().tolist()]
    assert list(csv.reader(io.StringIO(downloads._csv(frame).decode("utf-8-sig")))) == expected
    sheet = read_book(downloads._xlsx("报送情况", [board.LEGEND], frame), "a.xlsx").sheets[0]
    rows = [[str(cell) for cell in row if cell not in (None, "")] for row in sheet.rows]
    assert rows[0] == ["报送情况"]
    assert rows[1:5] == expected
    assert rows[-1] == [board.LEGEND]
    assert len(COUNTIES) == len(frame)
