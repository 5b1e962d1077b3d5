"""Commands of manage.py for tests, as processes of their own: fresh interpreters, or copies of a warm one, which take no time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

import db
import manage
from programme.settings import ROOT
from tests import factories

WITHIN = 300
SETTINGS = ("DATABASE_URL", "NETLIFT_VAR", "NETLIFT_DATA", "NETLIFT_MODE", "NETLIFT_SECRET", "NETLIFT_TODAY")
WARM = """
import gc, json, os, runpy, sys, traceback
import alembic.command, alembic.config, manage, programme.application_print, programme.bulletin_queries, programme.demo
import programme.demo_projects, programme.release_papers
from commands.front import PLACES
for name, place in PLACES.items():
    place.command(name)
gc.freeze()
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if not child:
        code = 70
        try:
            for number, name in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
                os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
            os.environ.update(order["environment"])
            sys.argv = ["manage.py", *order["arguments"]]
            runpy.run_path("manage.py", run_name="__main__")
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
            code = 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def standing_on(url: str) -> Iterator[None]:
    """The test itself looks at another store for a while; it has closed its sessions when it leaves."""
    with factories.environment(DATABASE_URL=url):
        yield
        db.engine().dispose()


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(**settings: str) -> dict[str, str]:
    """The surroundings of a command: this process's, with only these settings of ours."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS} | settings


def start(*arguments: str, **settings: str) -> "subprocess.Popen[str]":
    """`python manage.py …`, not waited for."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(**settings), text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def answer_of(process: "subprocess.Popen[str]") -> Answer:
    out, err = process.communicate(timeout=WITHIN)
    return Answer(process.returncode, out, err)


def run(*arguments: str, **settings: str) -> Answer:
    """`python manage.py …` in a fresh interpreter."""
    return answer_of(start(*arguments, **settings))


def here(*arguments: str) -> Answer:
    """The same command inside this process, on the store and the day on which the test stands: for what needs no other one."""
    answer = CliRunner().invoke(manage.app, arguments)
    return Answer(answer.exit_code, answer.stdout, answer.stderr)


@dataclass(frozen=True)
class Warm:
    """An interpreter that has imported the programme; each command runs in a copy of it, a process of its own."""

    process: "subprocess.Popen[str]"
    folder: Path

    def run(self, *arguments: str, **settings: str) -> Answer:
        out, err = self.folder / "out", self.folder / "err"
        for file in (out, err):
            file.unlink(missing_ok=True)
        order = {"arguments": arguments, "environment": settings, "out": str(out), "err": str(err)}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(order), file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        return Answer(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@contextmanager
def warm(folder: Path, **settings: str) -> Iterator[Warm]:
    """An interpreter with these settings; `folder` holds what its commands print until it is read."""
    process = subprocess.Popen(
        [sys.executable, "-c", WARM], cwd=ROOT, env=environment(**settings), text=True, encoding="utf-8",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield Warm(process, folder)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(WITHIN)
