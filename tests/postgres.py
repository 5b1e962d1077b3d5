"""A throw-away PostgreSQL for the tests: Debian's server, started on a free port of the loopback, without fsync."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = (
    "listen_addresses=127.0.0.1", "max_connections=200", "fsync=off", "full_page_writes=off", "synchronous_commit=off",
    "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "dynamic_shared_memory_type=mmap",
)  # fmt: skip


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    program = str(found[-1]) if found else shutil.which(name)
    assert program, "PostgreSQL is missing: install Debian's package postgresql, or run `make test`, which does it."
    return program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_server(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        if os.geteuid() == 0
        else command
    )


@contextmanager
def server() -> Iterator[str]:
    """The address of a fresh cluster, without a database name at its end."""
    with tempfile.TemporaryDirectory(prefix="netlift-postgres-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "cluster"
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        with _running(data) as address:
            yield address


@contextmanager
def _running(data: Path) -> Iterator[str]:
    port = _free_port()
    run = {"stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        _as_server(
            [_program("initdb"), "-D", str(data), "-U", "netlift", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        ),
        check=True,
        **run,
    )
    options = f"-p {port} -k {data} " + " ".join(f"-c {setting}" for setting in SETTINGS)
    control = _as_server([_program("pg_ctl"), "-D", str(data), "-w"])
    subprocess.run([*control, "-o", options, "-l", str(data / "log"), "start"], check=True, **run)
    try:
        yield f"postgresql://netlift@127.0.0.1:{port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **run)
