"""What every command needs: options, refusals as exits, whoever acts, rows as text or JSON."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError
from sqlmodel import Session

import db
from programme import accounts
from programme.calendar import Month
from programme.errors import NotFound, ProgrammeError, Unusable
from programme.findings import SEVERITY_NAMES, Finding, errors
from programme.permissions import Actor, Role

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
OPERATOR_NAME = "终端操作员"
As = Annotated[str, typer.Option("--as", help="以哪个账号的身份和权限执行")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
LARGEST = 10**9
"""Beyond it no number of a release or evaluation fits the store."""
ReleaseNumber = Annotated[int, typer.Argument(help="第几期", max=LARGEST)]
MonthText = Annotated[str, typer.Option("--month", help="报告期，如 2019-06")]
County = Annotated[str, typer.Argument(help="六位行政区划代码")]
Period = Annotated[str, typer.Argument(help="报告期，如 2019-06")]
AsWhom = Annotated[str, typer.Option("--as", help="以哪个账号的身份和权限执行")]
Given = Annotated[Path, typer.Argument(help="文件")]


@contextmanager
def refusals_as_exits(refused: int = 1) -> Iterator[None]:
    """A refusal is one sentence on standard error: exit `refused`, or 2 for a file, argument or store that cannot be used."""
    try:
        yield
    except (Unusable, NotFound) as unusable:
        _leave(str(unusable), 2)
    except ProgrammeError as refusal:
        _leave(str(refusal), refused)
    except (DataError, IntegrityError, BrokenPipeError):
        raise
    except DatabaseError as failure:
        _leave(db.what_failed(failure), 2)
    except OSError as failure:
        _leave(_unreachable(failure), 2)


def verified(what: str, problems: Sequence[str]) -> None:
    """Each problem on standard error and exit 1, or one sentence that all is as it was frozen."""
    for problem in problems:
        say(problem, err=True)
    if problems:
        raise typer.Exit(1)
    say(f"{what}核对无误。")


def _leave(sentence: str, code: int) -> None:
    say(sentence, err=True)
    raise typer.Exit(code)


def _unreachable(failure: OSError) -> str:
    known = {
        FileNotFoundError: "不存在", PermissionError: "没有权限", IsADirectoryError: "这是一个文件夹",
        NotADirectoryError: "上级不是文件夹", FileExistsError: "上级不是文件夹",
    }  # fmt: skip
    reason = known.get(type(failure), failure.strerror or str(failure))
    return f"文件不能读写：{shown(Path(str(failure.filename or '')))}（{reason}）。"


def shown(path: Path) -> str:
    """A path fit to print and to keep, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def read(file: Path) -> tuple[bytes, str]:
    """Content and name of a file somebody hands in."""
    return file.read_bytes(), shown(Path(file.name))


def operator(role: Role) -> Actor:
    """Whoever sits at the terminal of the server, in the role a command needs."""
    return Actor(0, "terminal", OPERATOR_NAME, role)


def actor_for(session: Session, as_user: str, role: Role) -> Actor:
    """The account of that name, or the operator."""
    return accounts.actor_named(session, as_user) if as_user else operator(role)


def month_of(text: str) -> Month:
    if not text:
        raise Unusable("请指明报告期：--month 2019-06。")
    try:
        return Month.parse(text)
    except ValueError:
        raise Unusable(f"报告期“{text}”认不出，请写成 2019-06。") from None


def say(text: str, *, err: bool = False) -> None:
    """Users wrote much of what is said here: what a terminal would obey, or nobody sees, is written as JSON escapes it."""
    typer.echo(_UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text), err=err)


def show(rows: list[dict[str, Any]], as_json: bool, line: str) -> None:
    """Rows as JSON, or one line each by the format given."""
    if as_json:
        say(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        say(line.format(**row))


def print_findings(findings: list[Finding]) -> None:
    """A line each: how grave, where, what to do, what was written and what was probably meant."""
    for one in findings:
        place = " ".join(filter(None, (SEVERITY_NAMES[one.severity], one.sheet, one.cell)))
        beside = [f"填写“{one.value}”"] * bool(one.value) + [f"建议“{one.repaired}”"] * bool(one.repaired)
        told = f"（{'，'.join(beside)}）" if beside else ""
        say(f"{place}：{one.message}{told}")


def answer_check(findings: list[Finding], as_json: bool) -> None:
    """What a check found, and exit code 1 when there are errors."""
    if as_json:
        keys = ("rule", "severity", "sheet", "cell", "county", "month", "kpi", "value", "message")
        show([{key: one.as_dict()[key] for key in keys} for one in findings], as_json, "")
    elif findings:
        print_findings(findings)
    else:
        say("没有发现问题。")
    if errors(findings):
        raise typer.Exit(1)


def in_units(stored: int, factor: int) -> int | float:
    return stored // factor if stored % factor == 0 else stored / factor
