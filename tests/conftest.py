"""Real stores for every test: a migrated SQLite file copied, and a migrated PostgreSQL database cloned, per test."""

import fcntl
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from streamlit.components.v2 import manifest_scanner

import db
from tests import factories, first_start, postgres
from tests.opening import Open, opener

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
ANSWERS = "answers.json"
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
LOOPBACK_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_numbers = itertools.count(1)
manifest_scanner.scan_component_manifests = lru_cache(manifest_scanner.scan_component_manifests)
"""Each AppTest reads the metadata of all installed packages, for components: once for a process is enough."""


def pytest_configure() -> None:
    """Temporary files lie in memory where it has room: PostgreSQL clones the 700 files of a store in 30 ms there, on a disk
    in as many as 700."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated store with the 2,891 counties and the 110 sample members."""
    path = tmp_path_factory.mktemp("template") / "netlift.db"
    with factories.environment(DATABASE_URL=f"sqlite:///{path}"):
        factories.prepare_store()
        db.engine().dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    with postgres.server() as address:
        with psycopg.connect(f"{address}/postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE template_store")
        with factories.environment(DATABASE_URL=f"{address}/template_store"):
            factories.prepare_store()
            db.engine().dispose()
        yield address


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample programme, to be copied: made once, by whichever process of the tests needs it first, after
    a first attempt that was killed. ANSWERS is what server and terminal said."""
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "sample-programme"
    folder.mkdir(exist_ok=True)
    with (folder.parent / "sample-programme.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ANSWERS).exists():
            first_start.begin_and_kill(folder)
            answers = first_start.server_and_terminal(folder).answers
            (folder / ANSWERS).write_text(json.dumps([asdict(answer) for answer in answers]), encoding="utf-8")
    return folder


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store of this test's own in SQLite; `DATABASE_URL` and `NETLIFT_VAR` point to it."""
    shutil.copy(sqlite_template, tmp_path / "netlift.db")
    url = f"sqlite:///{tmp_path / 'netlift.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("NETLIFT_VAR", str(tmp_path))
    yield url
    db.engine().dispose()


@pytest.fixture
def sqlite_store_factory(sqlite_template: Path, tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """A fresh store for each example of a property test."""

    @contextmanager
    def fresh() -> Iterator[None]:
        path = tmp_path / f"example-{next(_numbers)}.db"
        shutil.copy(sqlite_template, path)
        with factories.environment(DATABASE_URL=f"sqlite:///{path}", NETLIFT_VAR=str(tmp_path)):
            yield
            db.engine().dispose()

    return fresh


@pytest.fixture
def postgres_store(postgres_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"store_{next(_numbers)}"
    with psycopg.connect(f"{postgres_template}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template_store STRATEGY file_copy")
        url = f"{postgres_template}/{name}"
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("NETLIFT_VAR", str(tmp_path))
        yield url
        db.engine().dispose()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module: while it is open an event loop runs, which tests of asynchronous code cannot bear.

    It finds no host but the loopback. To ask a test about every request instead would switch off its cache.
    """
    assert Path(CHROMIUM).exists(), "Chromium is missing: install Debian's package chromium, or run `make test`."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none", LOOPBACK_ALONE],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(sqlite_store: str, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page as the app shows it, on a store of this test's own."""
    return opener(monkeypatch)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    """The same test on both stores."""
    name = "sqlite_store" if request.param == "sqlite" else "postgres_store"
    return str(request.getfixturevalue(name))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NETLIFT_MODE", "NETLIFT_TODAY", "NETLIFT_DATA"):
        monkeypatch.delenv(name, raising=False)
