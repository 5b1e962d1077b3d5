"""warnings list, take and close at the terminal: the same verbs and scopes as the page."""

from collections.abc import Iterator

import pytest

from programme import settings
from programme.permissions import Role
from tests.factories import a_user
from tests.terminal import here
from tests.warning_acts import LUSHUI, STILL, YUNLONG, at, report

NUMBER = "533301-no_growth-2019-10"
LISTED = [
    "id", "county", "county_name", "rule", "name", "severity", "sentence", "since", "last", "owner", "state", "steps",
]  # fmt: skip


@pytest.fixture
def reported(sqlite_store: str) -> Iterator[str]:
    """泸水市's trainees do not grow in September and October, 云龙县's do."""
    with settings.standing_at(at(8)):
        report({LUSHUI: STILL, YUNLONG: {"trainees": [0, 1, 2, 3, 4, 5]}})
        a_user(Role.OFFICE, username="office")
        a_user(Role.LEADER, username="leader")
        a_user(Role.COUNTY, county="533301", username="lushui")
        a_user(Role.COUNTY, county="532929", username="yunlong")
        yield sqlite_store


def states(*arguments: str) -> list[tuple[str, str]]:
    return [(row["id"], row["state"]) for row in here("warnings", "list", *arguments, "--json").json]


@pytest.mark.usefixtures("reported")
def test_a_warning_is_listed_taken_up_and_closed_at_the_terminal() -> None:
    (row,) = here("warnings", "list", "--json").json
    assert list(row) == LISTED
    assert (row["id"], row["since"], row["last"], row["state"], row["steps"]) == (
        NUMBER,
        "2019-10",
        "2019-10",
        "open",
        [],
    )
    assert states("--county", "532929") == states("--state", "handled") == []
    taken = here("warnings", "take", NUMBER, "--as", "lushui", "--note", "11月开两期培训")
    assert (taken.code, taken.out) == (0, "已登记为“处理中”：泸水市“连续两个月没有增长”。\n")
    assert states("--state", "handled", "--county", "533301") == [(NUMBER, "handled")]
    line = here("warnings", "list", "--as", "lushui").out
    assert line.startswith(f"{NUMBER} 处理中 [关注] 泸水市 连续两个月没有增长：")
    assert line.endswith(" county · 533301：11月开两期培训\n")
    again = here("warnings", "take", NUMBER, "--as", "lushui", "--note", "再登记")
    assert (again.code, again.err) == (1, "泸水市“连续两个月没有增长”已在处理中，可以关闭，不必重复登记。\n")
    closed = here("warnings", "close", NUMBER, "--as", "office", "--note", "已恢复培训")
    assert (closed.code, closed.out) == (0, "已登记为“已关闭”：泸水市“连续两个月没有增长”。\n")
    assert states("--state", "closed") == [(NUMBER, "closed")]
    assert here("warnings", "list", "--state", "open").out == "没有符合条件的预警。\n"


@pytest.mark.usefixtures("reported")
def test_what_is_gone_is_listed_as_gone() -> None:
    report({LUSHUI: {"trainees": [9]}}, first=6)
    assert states("--state", "gone") == [(NUMBER, "gone")]
    assert states("--state", "open") == []


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        (f"take {NUMBER} --as yunlong --note 改", 2, f"没有编号为“{NUMBER}”的预警，编号见 warnings list。"),
        (f"close {NUMBER} --as leader --note 改", 1, "领导小组没有“处理预警”的权限，如有需要请联系系统管理员。"),
        ("list --as yunlong --county 533301", 1, "这不在您的范围内：您只能对本县“查看预警”。"),
        ("list --county 999999", 2, "没有行政区划代码为 999999 的县，请核对六位代码。"),
        ("take 1 --as office --note 改", 2, "没有编号为“1”的预警，编号见 warnings list。"),
    ],
)
def test_a_step_outside_of_scope_or_permission_is_refused(line: str, code: int, sentence: str) -> None:
    answer = here("warnings", *line.split())
    assert (answer.code, answer.out, answer.err) == (code, "", sentence + "\n")
    assert states() == [(NUMBER, "open")]


@pytest.mark.usefixtures("reported")
def test_a_note_is_asked_for() -> None:
    answer = here("warnings", "close", NUMBER, "--as", "office", "--note", " ")
    assert (answer.code, answer.err) == (1, "请写明处理结果，再关闭。\n")
