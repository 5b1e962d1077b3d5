"""The real server for tests: `streamlit run app.py` in a process of its own, on a free port of the loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import db
from programme import accounts, passwords
from programme.permissions import Role
from programme.settings import ROOT
from tests import factories

PASSWORD = "Kd8#mWq2!zLp"
STARTS_WITHIN = 180
BOUNDS = {
    Role.COUNTY: {"county_code": "533301"},
    Role.PROVINCE: {"province_code": "53"},
    Role.PROVINCE_CAC: {"province_code": "53"},
}


@dataclass(frozen=True)
class Live:
    """A running server, its store and its log."""

    url: str
    folder: Path
    pid: int = 0

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.folder)

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def account(self, username: str, role: Role, *, name: str = "", first_password: bool = False) -> str:
        """A new account with PASSWORD in the server's store; returns its username."""
        with factories.environment(**self.environment), db.transaction() as session:
            accounts.create_user(
                session,
                accounts.SYSTEM,
                username=username,
                name=name or f"{username}工作小组",
                role=role,
                password=passwords.prepare(PASSWORD),
                sample=not first_password,
                **BOUNDS.get(role, {}),
            )
        return username


def environment_of(folder: Path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{folder / 'netlift.db'}", "NETLIFT_VAR": str(folder)}


def copied(template: Path, folder: Path) -> Path:
    """The template's store in `folder`, with one account, so that the server does not fill it with the sample programme."""
    shutil.copy(template, folder / "netlift.db")
    Live("", folder).account("first", Role.LEADER)
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Live]:
    """The server on the store in `folder`, ready for browsers; stopped by its own handle."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            env={**os.environ, **environment_of(folder), "HOME": str(folder), **environment},
        )  # fmt: skip
    live = Live(f"http://127.0.0.1:{port}", folder, process.pid)
    try:
        _wait(live, process)
        yield live
    finally:
        process.terminate()
        process.wait(20)


def ready(url: str) -> bytes:
    """What a running server answers as soon as it has it: before, it says that it is still at work (503)."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as refusal:
            if refusal.code != 503:
                raise
            time.sleep(0.1)
    raise AssertionError(url)


def _wait(live: Live, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, live.log
        try:
            with urllib.request.urlopen(f"{live.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(live.log)
