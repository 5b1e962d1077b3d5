"""`python -m bench [part …]`: measure everything, or the named parts, and write RESULTS.md when all were measured."""

import sys
from collections.abc import Callable
from pathlib import Path

from bench import batch, crowd, history, report, upload, wall
from bench.report import Section
from programme.settings import ROOT

WORK = ROOT / "build" / "bench"
PARTS: dict[str, Callable[[], Section]] = {
    "batch": lambda: batch.measure(WORK / "batch"),
    "upload": lambda: upload.measure(WORK / "upload"),
    "history": lambda: history.measure(WORK / "young", WORK / "old"),
    "wall": lambda: wall.measure(WORK / "wall"),
    "crowd": lambda: crowd.measure(WORK / "crowd"),
}


def main(names: list[str]) -> None:
    sections = []
    for name in names or PARTS:
        sections.append(PARTS[name]())
        print(sections[-1].text, end="\n\n", flush=True)
    if not names:
        report.write(sections, Path(__file__).with_name("RESULTS.md"))


if __name__ == "__main__":
    main(sys.argv[1:])
