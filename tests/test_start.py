"""What must hold before the first visitor: a secret of our own, no samples in production."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from components import door
from programme import keys
from programme.errors import ProgrammeError
from programme.permissions import Role
from programme.settings import ROOT
from tests.factories import a_user


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLIFT_VAR", str(tmp_path / "var"))
    first = keys.secret()
    keys._read.cache_clear()
    path = tmp_path / "var" / "secret"
    assert keys.secret() == first
    assert len(first) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    program = "from programme import keys; print(keys.digest('a', 'b'))"
    environment = {**os.environ, "NETLIFT_VAR": str(tmp_path)}
    running = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert len({process.communicate(timeout=60)[0] for process in running}) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        "x" * 64,
        "some_key" * 8,
        "change-me-please-0123456789-abcdefghijk",
        "netlift-0123456789-abcdefghijklmnop",
    ],
)
def test_a_known_or_short_secret_is_refused(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLIFT_SECRET", secret)
    with pytest.raises(ProgrammeError):
        keys.secret()


def test_the_server_does_not_start_with_a_known_secret(sqlite_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLIFT_SECRET", "change-me-please-0123456789-abcdefghijk")
    with pytest.raises(ProgrammeError):
        door.prepare()


def test_the_server_does_not_start_for_production_on_sample_accounts(
    sqlite_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_user(Role.OFFICE, sample=True)
    door.prepare()
    monkeypatch.setenv("NETLIFT_MODE", "production")
    with pytest.raises(ProgrammeError):
        door.prepare()
