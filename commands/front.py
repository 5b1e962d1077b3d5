"""The first words after manage.py: their places, each imported only when it is called, so that a small command starts soon."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import typer
from typer._click.core import Command, Context
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup
from typer.main import get_group

from commands.usage import Words, in_chinese, told


@dataclass(frozen=True)
class Place:
    """Where a command or group is written. `help` is what its own help says first; a test compares them."""

    modules: tuple[str, ...]
    help: str
    app: str = "app"
    is_group: bool = True

    def command(self, name: str) -> Command:
        first, *_ = [import_module(f"commands.{module}") for module in self.modules]
        group = get_group(getattr(first, self.app))
        return in_chinese(group if self.is_group else group.commands[name])


def _single(module: str, text: str) -> Place:
    return Place((module,), text, is_group=False)


PLACES: Final = {
    "init": _single("store", "建立或升级数据库；生产环境首次建立系统管理员并显示一次性密码。"),
    "backup": _single("store", "把整个库备份成一个文件。"),
    "restore": _single("store", "从备份恢复到一个新建的空库。"),
    "template": _single("figures", "生成填报表（monthly：一县一月；batch：多县一行一县）。"),
    "check": _single("figures", "核对一个填报文件，列出全部问题；有错误时退出码为 1，没能核对时为 2。"),
    "submit": _single("figures", "核对并报送一个文件；有错误或未确认的警告时拒绝，退出码为 1。"),
    "progress": _single("figures", "十项目标到某月底的进度（以方案的计量单位）。"),
    "forecast": _single("ahead", "照目前的速度，十项目标何时达到；每月还须多少。"),
    "warnings": Place(("warnings",), "预警"),
    "remind": _single(
        "reminders", "按催报规则提醒未报的县和上级，并发送待发的通知；可由 cron 每隔几分钟执行，同一天不会重复。"
    ),
    "returns": Place(("returns",), "月报的审核与追溯"),
    "release": Place(("releases", "bulletins", "papers"), "发布"),
    "evaluation": Place(("county_evaluation",), "“110”活动评估"),
    "registers": Place(("registers",), "佐证台账"),
    "plans": Place(("plans",), "执行方案的审核与里程碑"),
    "counties": Place(("lists",), "县名单"),
    "projects": Place(("projects",), "“双百”项目"),
    "county": Place(("papers",), "县和核心示范县组", app="county_app"),
    "user": Place(("users",), "账号"),
}


class Front(TyperGroup):
    """The commands by their names, and one exit for all misuse."""

    context_class = Words

    def list_commands(self, _ctx: Context) -> list[str]:
        return list(PLACES)

    def get_command(self, _ctx: Context, cmd_name: str) -> Command | None:
        place = PLACES.get(cmd_name)
        return place.command(cmd_name) if place else None

    def format_commands(self, _ctx: Context, formatter: HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, place.help) for name, place in PLACES.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Raises SystemExit: 0, what the command left with, or 2 for a command that was not written as it should be."""
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except NoArgsIsHelpError as bare:
            bare.show()
            sys.exit(2)
        except UsageError as misuse:
            typer.echo(told(misuse), err=True)
            sys.exit(2)
        sys.exit(code)
