"""A command that was not written as it should be, and help: everything on the screen is Chinese."""

import re
from collections.abc import Iterator

import pytest
from typer.core import TyperGroup

from commands.front import PLACES
from tests import terminal

PATH = r"用法见 python manage\.py [a-z0-9 -]*--help。"


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[terminal.Warm]:
    with terminal.warm(tmp_path_factory.mktemp("usage")) as warm:
        yield warm


def sentences(text: str) -> list[str]:
    """Three Latin words and more that follow each other: English, and no command."""
    return re.findall(r"(?:[A-Za-z]{2,}[,:.]? ){2}[A-Za-z]{2,}", text)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("submit x", "缺少选项 --as（以哪个账号报送），请补上。"),
        ("check", "缺少参数 file（文件），请补上。"),
        ("template", "缺少参数 form，请补上，可用的有：monthly、batch。"),
        ("template batch --month 2019-06", "缺少选项 -o / --output（写到哪个文件），请补上。"),
        ("template weekly", "参数 form 的值“weekly”不能用，可用的有：monthly、batch。"),
        ("registers template", "缺少参数 kind（台账的代码，如 shops），请补上。"),
        ("registers withdraw posts", "缺少选项 --county（六位行政区划代码），请补上。"),
        ("registers withdraw posts --county 533301 --month 2019-06 --as a", "缺少选项 --reason（撤回的原因），请补上。"),
        ("returns trace 533301 2019-06", "缺少参数 kpi，请补上。"),
        ("returns send-back 533301 2019-06 --as a --reason 改", "缺少选项 --cell（要改的格，如 posts:month 或 reads:to_date，可重复），请补上。"),
        ("user add x --role king", "选项 --role 的值“king”不能用，可用的有：county、province、office、leader、enterprise、province_cac、national_cac、expert、evaluator、admin。"),
        ("progress --basis mine", "选项 --basis 的值“mine”不能用，可用的有：working、released。"),
        ("release verify 9999999999", "参数 number 的值“9999999999”须不大于 1000000000，请改正。"),
        ("evaluation show one", "参数 number 的值“one”须是整数，请改正。"),
        ("counties import x --year 两千", "选项 --year 的值“两千”须是整数，请改正。"),
        ("release --quick", "没有选项 --quick。"),
        ("progress --mont 2019-06", "没有选项 --mont，是不是要写 --json 或 --month。"),
        ("-z", "没有选项 -z。"),
        ("submit x --as", "选项 --as 后面须写一个值，请补上。"),
        ("user list --json=yes", "选项 --json 后面不写值，请去掉。"),
        ("user list all of them", "多写了“all of them”，请去掉。"),
        ("returns --", "没有写明命令；可用的有：list、show、approve、accept、send-back、trace。"),
        ("user ad", "没有命令“ad”，是不是要写 add；可用的有：add、list。"),
        ("dance", f"没有命令“dance”；可用的有：{'、'.join(PLACES)}。"),
    ],
)  # fmt: skip
def test_a_command_written_wrong_ends_with_2_and_a_chinese_sentence_that_says_what_to_do(
    interpreter: terminal.Warm, line: str, sentence: str
) -> None:
    answer = interpreter.run(*line.split())
    told, path = answer.err[: len(sentence)], answer.err[len(sentence) :]
    assert (answer.code, answer.out, told) == (2, "", sentence)
    assert re.fullmatch(PATH + "\n", path)


def test_what_no_screen_can_show_is_not_printed(interpreter: terminal.Warm) -> None:
    answer = interpreter.run("release", "verify", "一\x1b[31m\n二")
    assert answer.err.startswith("参数 number 的值“一�[31m�二”须是整数，请改正。")


@pytest.mark.parametrize("name", PLACES)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    made = PLACES[name].command(name)
    assert (made.help or "").splitlines()[0] == PLACES[name].help
    assert isinstance(made, TyperGroup) == PLACES[name].is_group


def test_no_help_has_an_english_sentence(interpreter: terminal.Warm) -> None:
    lines = [[], ["--help"], *([name, "--help"] for name in PLACES)]
    for name, place in PLACES.items():
        made = place.command(name)
        lines += [[name, below, "--help"] for below in (made.commands if isinstance(made, TyperGroup) else ())]
    for line in lines:
        answer = interpreter.run(*line)
        text = answer.out + answer.err
        assert (answer.code, text.startswith("用法：manage.py")) == (0 if line else 2, True)
        assert sentences(text.partition("\n\n")[2]) == []
        assert re.findall(r"required|default|x<=|<str>|<int", text) == []
