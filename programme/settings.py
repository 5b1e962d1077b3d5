"""What the surroundings say: mode, folders, date. Read from the environment at each call, so that tests can stand anywhere."""

import os
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
BEIJING = ZoneInfo("Asia/Shanghai")


def production() -> bool:
    """`NETLIFT_MODE=production` is set by `make serve`; anything else is the demo."""
    return os.environ.get("NETLIFT_MODE", "demo") == "production"


def data_folder() -> Path:
    """Facts an official could correct; `NETLIFT_DATA` names another folder of the same shape."""
    return Path(os.environ.get("NETLIFT_DATA", ROOT / "data"))


def state_folder() -> Path:
    """Where the store and the secret live (`NETLIFT_VAR`, by default var/ beside the code)."""
    return Path(os.environ.get("NETLIFT_VAR", ROOT / "var"))


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or f"sqlite:///{state_folder() / 'netlift.db'}"


def now() -> datetime:
    """This instant, with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """The date of the programme in Beijing; outside production `NETLIFT_TODAY`, else the day on which the demo stands."""
    if production():
        return now().astimezone(BEIJING).date()
    if moved := os.environ.get("NETLIFT_TODAY"):
        return date.fromisoformat(moved)
    demo = tomllib.loads((data_folder() / "demo" / "demo.toml").read_text(encoding="utf-8"))
    return cast(date, demo["today"])
