"""What the surroundings say: mode, folders, date. Read from the environment at each call, so that tests can stand anywhere."""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
BEIJING = ZoneInfo("Asia/Shanghai")


def production() -> bool:
    """`NETLIFT_MODE=production` is set by `make serve`; anything else is the demo."""
    return os.environ.get("NETLIFT_MODE", "demo") == "production"


DATA = str(ROOT / "data")


def data_folder() -> Path:
    """Facts an official could correct; `NETLIFT_DATA` names another folder of the same shape."""
    return Path(data_folder_name())


def data_folder_name() -> str:
    return os.environ.get("NETLIFT_DATA", DATA)


def round_files() -> tuple[Path, ...]:
    """The rounds of the 2016 programme after its first; outside production the sample ones as well, as the sample's day
    is today."""
    folders = [data_folder() / "rounds"] + ([] if production() else [data_folder() / "demo" / "rounds"])
    return tuple(sorted(path for folder in folders for path in folder.glob("*.toml")))


def state_folder() -> Path:
    """Where the store and the secret live (`NETLIFT_VAR`, by default var/ beside the code)."""
    return Path(os.environ.get("NETLIFT_VAR", ROOT / "var"))


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or f"sqlite:///{state_folder() / 'netlift.db'}"


def now() -> datetime:
    """This instant by the machine's clock: sessions, locks, tickets."""
    return datetime.now(UTC)


_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let the programme's clock stand at an instant (with zone): for the sample data and for simulations."""
    token = _standing.set(instant)
    try:
        yield
    finally:
        _standing.reset(token)


def moment() -> datetime:
    """This instant by the programme's clock: submissions, releases, the record of what was done.

    Outside production the date is that of `today()`, the time of day that of the machine.
    """
    if instant := _standing.get():
        return instant
    if production():
        return now()
    return datetime.combine(today(), now().astimezone(BEIJING).time(), BEIJING).astimezone(UTC)


def clock(at: datetime | None) -> str:
    """2019-11-07 15:20, in Beijing; "" for never."""
    return "" if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def today() -> date:
    """The date of the programme in Beijing; outside production `NETLIFT_TODAY`, else the day on which the demo stands."""
    if instant := _standing.get():
        return instant.astimezone(BEIJING).date()
    if production():
        return now().astimezone(BEIJING).date()
    if moved := os.environ.get("NETLIFT_TODAY"):
        return date.fromisoformat(moved)
    return cast(date, demo()["today"])


def demo() -> dict[str, Any]:
    """Where the sample programme stands, and how its figures are made (data/demo/demo.toml)."""
    return _demo(data_folder_name())


@lru_cache(maxsize=8)
def _demo(folder: str) -> dict[str, Any]:
    return tomllib.loads((Path(folder) / "demo" / "demo.toml").read_text(encoding="utf-8"))
