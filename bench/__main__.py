"""`python -m bench [part …]`: measure everything, or the named parts anew, and write RESULTS.md of all that is known."""

import sys
from collections.abc import Callable
from pathlib import Path

from bench import batch, crowd, history, report, upload, wall
from bench.report import Section
from programme.settings import ROOT

WORK = ROOT / "build" / "bench"
KEPT = WORK / "results"
PARTS: dict[str, Callable[[], Section]] = {
    "batch": lambda: batch.measure(WORK / "batch"),
    "upload": lambda: upload.measure(WORK / "upload"),
    "history": lambda: history.measure(WORK / "young", WORK / "old"),
    "wall": lambda: wall.measure(WORK / "wall"),
    "crowd": lambda: crowd.measure(WORK / "crowd"),
}


def main(names: list[str]) -> None:
    for name in names or PARTS:
        text = PARTS[name]().text
        print(text, end="\n\n", flush=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{name}.md").write_text(text, "utf-8")
        known = [kept.read_text("utf-8") for part in PARTS if (kept := KEPT / f"{part}.md").exists()]
        report.write(known, Path(__file__).with_name("RESULTS.md"))


if __name__ == "__main__":
    main(sys.argv[1:])
