"""First starts on an empty store, for tests: two at once, and one that dies."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import func, select

import db
from programme.models import AppUser, Membership, MonthlyReturn, Submission
from tests import live, terminal

FIRST_LINE = "已装入示例县名单：110个县\n"


@dataclass(frozen=True)
class Started:
    """A store after two processes were started on it together, and what they said."""

    settings: dict[str, str]
    answers: tuple[terminal.Answer, terminal.Answer]


def two_starts(url: str, folder: Path, *arguments: str, **others: str) -> Started:
    surroundings = {"DATABASE_URL": url, "NETLIFT_VAR": str(folder)} | others
    first, second = (terminal.start("init", *arguments, **surroundings) for _ in range(2))
    return Started(surroundings, (terminal.answer_of(first), terminal.answer_of(second)))


def server_and_terminal(folder: Path) -> Started:
    """The server, which fills an empty store with the sample programme, and a terminal that is asked for the same meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(_meanwhile, folder)
        with live.running(folder, NETLIFT_MODE="demo", PYTHONUNBUFFERED="1") as running:
            answer, log = other.result(), running.log
            assert "Traceback" not in log, log
    told = terminal.Answer(0, log[log.index(FIRST_LINE) :], "")  # a server that goes on has no exit code
    return Started(live.environment_of(folder), (told, answer))


def _meanwhile(folder: Path) -> terminal.Answer:
    """A terminal's answer, asked as soon as the server has said that it fills the store."""
    deadline = time.monotonic() + live.STARTS_WITHIN
    log = folder / "server.log"
    while not (log.exists() and FIRST_LINE in log.read_text(encoding="utf-8", errors="replace")):
        assert time.monotonic() < deadline, "the server did not fill the store"
        time.sleep(0.05)
    return terminal.answer_of(terminal.start("init", "--demo", **live.environment_of(folder)))


def begin_and_kill(folder: Path) -> None:
    """A first start that dies (kill -9) in the midst of the figures leaves none of them."""
    surroundings = live.environment_of(folder)
    process = terminal.start("init", "--demo", **surroundings)
    assert process.stdout is not None
    assert process.stdout.readline() == FIRST_LINE
    process.send_signal(signal.SIGKILL)
    assert terminal.answer_of(process).code == -signal.SIGKILL
    with terminal.standing_on(surroundings["DATABASE_URL"]), db.reading() as session:
        tables = (AppUser, Membership, Submission, MonthlyReturn)
        assert [session.exec(select(func.count()).select_from(table)).one() for table in tables] == [0, 0, 0, 0]
