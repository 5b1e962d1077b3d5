"""registers check, submit, withdraw, compare, explain and template on the terminal: exit codes, findings as JSON, refusals on standard error."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import func, select

import db
from programme.models import RegisterRow
from programme.permissions import Role
from tests import files, terminal
from tests.factories import a_user
from tests.register_files import CLASSES, HOUSEHOLDS, POSTS, a_class, household, identity, post, workbook
from tests.test_registers import hand_in as hand_in_register
from tests.test_reviews import SOUND, hand_in
from tests.test_terminal import FINDING, Terminal


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[terminal.Warm]:
    with terminal.warm(tmp_path_factory.mktemp("terminal")) as warm:
        yield warm


@pytest.fixture
def command(interpreter: terminal.Warm, sqlite_store: str, tmp_path: Path) -> Terminal:
    a_user(Role.COUNTY, county="533301", username="lushui")
    a_user(Role.LEADER, username="leader")
    assert os.environ["DATABASE_URL"] == sqlite_store
    return Terminal(interpreter, tmp_path)


def stored() -> int:
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(RegisterRow)).one()


def test_a_sound_register_is_handed_in_once(command: Terminal) -> None:
    file = command.file(workbook(POSTS, [post(1), post(2)]), "信息.xlsx")
    first = command("registers", "submit", file, "--as", "lushui")
    assert (first.code, first.out) == (0, "已报送：泸水市2019年6月“信息台账”，共2条。\n")
    again = command("registers", "submit", file, "--as", "lushui")
    assert (again.code, again.out) == (0, "内容与已报送的完全相同（2条），没有变化，不必重复报送。\n")
    assert stored() == 2


def test_a_broken_register_is_refused_with_every_finding(command: Terminal) -> None:
    file = command.file(workbook(POSTS, [post(1, "很多"), ["坏", "抖音", "", "2019-06-01", 1]]), "信息.xlsx")
    checked = command("registers", "check", file, "--as", "lushui", "--json")
    assert checked.code == 1
    assert [list(row) for row in checked.json] == [FINDING] * 3
    assert [(row["rule"], row["severity"], row["cell"], row["county"], row["month"]) for row in checked.json] == [
        ("not_a_number", "error", "E4", "533301", "2019-06"),
        ("not_a_link", "error", "A5", "533301", "2019-06"),
        ("missing", "error", "C5", "533301", "2019-06"),
    ]
    handed = command("registers", "submit", file, "--as", "lushui")
    assert (handed.code, handed.err) == (1, "还有3处错误，不能报送。请按核对结果修改后重新上传。\n")
    assert stored() == 0


def test_no_number_of_a_household_is_printed(command: Terminal) -> None:
    broken = identity(3)[:-1] + ("1" if identity(3)[-1] != "1" else "2")
    file = command.file(workbook(HOUSEHOLDS, [household(1), household(1), [broken]]), "户.xlsx")
    for arguments in (("check", file, "--json"), ("submit", file, "--as", "lushui")):
        answer = command("registers", *arguments)
        assert answer.code == 1
        assert not any(number in answer.out + answer.err for number in (identity(1), broken))


def test_a_refused_verb_exits_1_with_its_sentence(command: Terminal) -> None:
    file = command.file(workbook(POSTS, [post(1)]), "信息.xlsx")
    answer = command("registers", "submit", file, "--as", "leader")
    assert (answer.code, answer.out, answer.err.startswith("领导小组没有")) == (1, "", True)
    assert command("registers", "check", file, "--as", "leader").code == 2


def test_what_cannot_be_read_or_is_unknown_exits_2(command: Terminal) -> None:
    assert command("registers", "check", command.file(b"", "leer.xlsx")).code == 2
    assert command("registers", "template", "cows", "--month", "2019-06", "-o", command.folder / "x.xlsx").code == 2


def test_county_and_month_may_be_said_on_the_line(command: Terminal) -> None:
    bare = command.file(files.delimited([["户编号"], ["530000000001"]]), "户.csv")
    assert command("registers", "check", bare, "--county", "533301", "--month", "2019-06", "--json").json == []


def test_a_form_is_made(command: Terminal) -> None:
    form = command.folder / "form.xlsx"
    made = command("registers", "template", "shops", "--county", "533301", "--month", "2019-06", "-o", form)
    assert (made.code, form.stat().st_size > 5_000) == (0, True)


def test_figures_are_compared_and_a_difference_is_explained(command: Terminal) -> None:
    hand_in(a_user(Role.COUNTY, county="533301", username="second"), SOUND | {"trainees": "50"})
    hand_in_register(a_user(Role.COUNTY, county="533301", username="third"), workbook(CLASSES, [a_class(1)]))
    compared = command("registers", "compare", "--month", "2019-06", "--as", "lushui", "--json")
    row = next(row for row in compared.json if row["kpi"] == "trainees")
    assert (row["reported"], row["counted"], row["outcome"], row["difference"], row["asks"]) == (
        50,
        40,
        "differs",
        -10,
        True,
    )
    assert "差异 10（明细少）" in command("registers", "compare", "--month", "2019-06", "--as", "lushui").out
    told = command("registers", "explain", "533301", "2019-06", "trainees", "--as", "lushui", "--reason", "一期未签到")
    assert (told.code, told.out) == (0, "已保存说明：泸水市2019年6月线上线下培训学员。\n")
    again = command("registers", "explain", "533301", "2019-06", "posts", "--as", "lushui", "--reason", "x")
    assert (again.code, again.err) == (1, "学员生产的扶贫类信息没有超出允许范围的差异，不需要说明。\n")


def test_a_register_of_the_wrong_month_is_taken_back(command: Terminal) -> None:
    hand_in_register(a_user(Role.COUNTY, county="533301", username="second"), workbook(POSTS, [post(1)]))
    order = ("registers", "withdraw", "posts", "--county", "533301", "--month", "2019-06", "--as", "lushui", "--reason")
    done = command(*order, "报错月份")
    assert (done.code, done.out) == (0, "已撤回：泸水市2019年6月“信息台账”改为本月无明细，原有各版仍保留。\n")
    again = command(*order, "报错月份")
    assert (again.code, again.err) == (1, "泸水市2019年6月“信息台账”没有现行的明细，不需要撤回。\n")
