"""What was measured, written as one page with the goal beside each figure."""

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PACKAGES = ("streamlit", "pandas", "sqlmodel", "python-calamine", "django-import-export", "pandera", "openpyxl", "dash")


@dataclass(frozen=True)
class Line:
    """One row of a table. `met` is None for what has no goal."""

    what: str
    measured: str
    goal: str = ""
    met: bool | None = None

    @property
    def row(self) -> str:
        verdict = {True: "met", False: "**missed**", None: ""}[self.met]
        return f"| {self.what} | {self.measured} | {self.goal} | {verdict} |"


@dataclass(frozen=True)
class Section:
    title: str
    how: str
    lines: Sequence[Line]

    @property
    def text(self) -> str:
        head = ["| | measured | goal | |", "|---|---|---|---|"]
        day = f"Measured on {datetime.now(UTC):%Y-%m-%d}."
        return "\n".join([f"## {self.title}", "", f"{self.how} {day}", "", *head, *(line.row for line in self.lines)])


def at_most(what: str, measured: float, goal: float, form: str) -> Line:
    return Line(what, form.format(measured), f"at most {form.format(goal)}", measured <= goal)


def at_least(what: str, measured: float, goal: float, form: str) -> Line:
    return Line(what, form.format(measured), f"at least {form.format(goal)}", measured >= goal)


def write(sections: Sequence[str], path: Path) -> None:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    head = [
        "# How fast",
        "",
        f"Written by `make bench`: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"{versions}. Medians and ratios of one run of each part; peers ran beside it.",
    ]
    path.write_text("\n".join(head) + "\n\n" + "\n\n".join(sections) + "\n", "utf-8")
