"""What typer says by itself, in Chinese: help, and sentences for a command that was not written as it should be.

Typer carries its own copy of click and names no public place for these classes; requirements.txt pins it, and
tests/test_usage.py holds every kind of misuse against what is printed.
"""

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption

PROGRAMME = "python manage.py"
HEADINGS = {"Arguments": "参数", "Options": "选项", "Commands": "命令"}
TEXTS = {"Show this message and exit.": "显示这份说明。"}
KINDS = {"<str>": "<文字>", "<int>": "<整数>", "<int range>": "<整数>", "<path>": "<路径>"}
NOTES = (("required", "必填"), ("default: ", "不写时为 "), ("x<=", "不大于 "), ("; ", "，"))
USAGE = (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]…"))


class Formatter(HelpFormatter):
    """Help with headings, notes and kinds of values in Chinese; names of options and parameters stay what they are."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, chinese in USAGE:
            args = args.replace(english, chinese)
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{HEADINGS.get(heading, heading)}：\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_kind(name), _note(TEXTS.get(text, text))) for name, text in rows], col_max, col_spacing)


def _kind(name: str) -> str:
    for english, chinese in KINDS.items():
        name = name.replace(english, chinese)
    return name


def _note(text: str) -> str:
    """The bracket that typer puts after a help text."""
    told, bracket, notes = text.rpartition("  [")
    if not bracket and text.startswith("["):
        told, bracket, notes = "", "[", text.removeprefix("[")
    for english, chinese in NOTES if bracket else ():
        notes = notes.replace(english, chinese)
    return told + bracket + notes


class Words(typer.Context):
    formatter_class = Formatter


def in_chinese(command: Any) -> Any:
    """A command of typer, and all below it, with help in Chinese."""
    command.context_class, command.rich_markup_mode = Words, None
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        in_chinese(below)
    return command


# --- misuse -----------------------------------------------------------------------------------------------------------


def told(misuse: UsageError) -> str:
    """What is wrong with a command as it was written, and what to do, on one line."""
    return f"{_wrong(misuse)}用法见 {_path(misuse)} --help。"


def _path(misuse: UsageError) -> str:
    below = misuse.ctx.command_path.partition(" ")[2] if misuse.ctx else ""
    return f"{PROGRAMME} {below}".rstrip()


def _wrong(misuse: UsageError) -> str:
    if isinstance(misuse, MissingParameter):
        return _missing(misuse.param)
    if isinstance(misuse, BadParameter):
        return _bad(misuse)
    if isinstance(misuse, NoSuchOption):
        return f"没有选项 {readable(misuse.option_name)}{_perhaps(misuse.possibilities or ())}。"
    if isinstance(misuse, BadOptionUsage):
        after = "后面须写一个值，请补上" if "requires" in misuse.message else "后面不写值，请去掉"
        return f"选项 {readable(misuse.option_name)} {after}。"
    return _command(misuse)


def _command(misuse: UsageError) -> str:
    """No command, an unknown one, or words too many after a known one."""
    group = misuse.ctx.command if misuse.ctx else None
    quoted = re.search(r"No such command (['\"])(.*?)\1", misuse.message)
    if misuse.ctx and isinstance(group, TyperGroup):
        known = group.list_commands(misuse.ctx)
        word = quoted.group(2) if quoted else ""
        said = f"没有命令“{readable(word)}”{_perhaps(get_close_matches(word, known))}" if word else "没有写明命令"
        return f"{said}；可用的有：{'、'.join(known)}。"
    extra = re.search(r"extra argument\(s\) \((.*)\)", misuse.message, re.DOTALL)
    return f"多写了“{readable(extra.group(1))}”，请去掉。" if extra else "命令不完整或写法不对，请核对。"


def _missing(param: Any) -> str:
    what = f"（{param.help}）" if getattr(param, "help", None) else ""
    return f"缺少{_name(param)}{what}，请补上{_choices(param)}。"


def _bad(misuse: BadParameter) -> str:
    param, given, kind = misuse.param, "", ""
    errors = getattr(misuse.__cause__, "errors", None)
    if errors and (found := errors()):
        given, kind = f"“{readable(str(found[0]['input']))}”", found[0]["type"]
    least, most = getattr(param, "min", None), getattr(param, "max", None)
    if kind.startswith("int_"):
        reason = "须是整数"
    elif most is not None and kind == "less_than_equal":
        reason = f"须不大于 {most}"
    elif least is not None and kind == "greater_than_equal":
        reason = f"须不小于 {least}"
    else:
        reason = "不能用"
    return f"{_name(param)} 的值{given}{reason}{_choices(param) or '，请改正'}。"


def _name(param: Any) -> str:
    if isinstance(param, TyperOption):
        return f"选项 {' / '.join(param.opts)}"
    return f"参数 {param.name}" if isinstance(param, TyperArgument) else "参数"


def _choices(param: Any) -> str:
    """What may be written, where it is one of a few."""
    choices = param.type_descriptor.choices if isinstance(param, TyperOption | TyperArgument) else None
    return f"，可用的有：{'、'.join(str(getattr(one, 'value', one)) for one in choices)}" if choices else ""


def _perhaps(near: Sequence[str]) -> str:
    return f"，是不是要写 {' 或 '.join(sorted(near))}" if near else ""


def readable(text: str) -> str:
    """What somebody typed, fit to print on one line, whatever bytes it has."""
    clean = os.fsencode(text).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "�" for character in clean)
