"""One piece of work in a process of its own: how long it took by the clock and by the processor."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from programme.settings import ROOT

LONGEST = 300


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of processor time, and the number of rows that were stored."""

    clock: float
    processor: float
    stored: int


def timed(work: Callable[[], int]) -> Took:
    clock, processor = time.perf_counter(), time.process_time()
    stored = work()
    return Took(time.perf_counter() - clock, time.process_time() - processor, stored)


def say(took: Took) -> None:
    """What a measured program prints, alone on its last line."""
    print(json.dumps(asdict(took)))


def run(module: str, *arguments: Path | str) -> Took:
    """Run `python -m module arguments` and read what it says. Raises CalledProcessError or TimeoutExpired."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=LONGEST)
    return Took(**json.loads(answer.stdout.splitlines()[-1]))
