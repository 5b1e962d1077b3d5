"""Twenty people who change the overview's filters without a pause: ours, plain Streamlit, Dash, one after the other."""

import asyncio
import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import requests
from sqlmodel import col, select

import db
from bench import visitors
from bench.report import Line, Section, at_least, at_most
from bench.store import cookies, megabytes, sample, standing_in
from programme.catalogue import catalogue
from programme.models import County, Membership, MonthlyReturn, Standing, Submission
from programme.settings import ROOT
from programme.standings import kpi_codes, same_return
from tests import factories, live

PEOPLE, RERUNS, FIRST = 20, 60, 20
PARTS = (6, 24, 30)
"""Reruns of each person up to 10 %, 50 % and the end: memory is read after each part. Each part opens new sessions."""
DASH_WORKERS, STARTS_WITHIN = 2, 60
HOW = (
    f"{PEOPLE} clients, each signed in with a session of its own, change one filter of 总览 after the other without a pause, "
    f"{RERUNS} times, after they have looked round {FIRST} times; one server process, the sample programme. Clients are raw "
    "websockets (Dash: its callback over HTTP) on the same two cores. *Plain Streamlit* and *Dash* show the same content "
    "(bench/peers) as one would write it first, on one CSV file, without sign-in or permissions; Dash runs "
    f"{DASH_WORKERS} gunicorn workers."
)


@dataclass(frozen=True)
class Held:
    """What a crowd got: seconds of each rerun, seconds by the clock, memory of the server in MB after each part."""

    seconds: list[float]
    lasted: float
    memory: list[float]

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.lasted

    @property
    def p95(self) -> float:
        return quantiles(self.seconds, n=20)[-1] * 1000

    @property
    def text(self) -> str:
        return f"{self.per_second:.1f} reruns/s, p50 {median(self.seconds) * 1000:.0f} ms, p95 {self.p95:.0f} ms"


def measure(folder: Path) -> Section:
    figures = export(sample(folder), folder.with_name("figures.csv"))
    with factories.environment(NETLIFT_MODE="demo"), live.running(folder) as server:
        ours = hold(server, cookies(folder, PEOPLE), "overview")
    with _served(figures, [sys.executable, "-m", "streamlit", "run", "bench/peers/streamlit_page.py"]) as server:
        plain = hold(server, [""] * PEOPLE, "", first=2, parts=(6,))
    with _served(figures, [sys.executable, "-m", "gunicorn", "bench.peers.dash_page:server"]) as server:
        dash = _hold_dash(server.url)
    return Section(
        f"{PEOPLE} people on 总览",
        HOW,
        [
            Line("ours", ours.text),
            at_least("ours, reruns a second", ours.per_second, 40, "{:.1f}"),
            at_most("ours, p95 in ms", ours.p95, 600, "{:.0f}"),
            Line("plain Streamlit", plain.text),
            at_least("ours ÷ plain Streamlit, reruns a second", ours.per_second / plain.per_second, 1, "{:.1f}"),
            Line("Dash", dash.text),
            at_least("ours ÷ Dash, reruns a second", ours.per_second / dash.per_second, 1, "{:.1f}"),
            Line("memory of our server at 10 %, 50 %, 100 %", " → ".join(f"{one:.0f} MB" for one in ours.memory)),
            at_most("memory at the end ÷ at 10 %", ours.memory[-1] / ours.memory[0], 1.1, "{:.2f}"),
        ],
    )


def hold(server: live.Live, people: list[str], page: str, first: int = FIRST, parts: tuple[int, ...] = PARTS) -> Held:
    """People look round `first` times before anything is counted."""
    asyncio.run(visitors.crowd(server.url, people, page, first, seed=-PEOPLE))
    seconds, memory, lasted = [], [], 0.0
    for number, reruns in enumerate(parts):
        taken, elapsed = asyncio.run(visitors.crowd(server.url, people, page, reruns, seed=number * PEOPLE))
        seconds, lasted = seconds + taken, lasted + elapsed
        memory.append(megabytes(server.pid))
    return Held(seconds, lasted, memory)


def _hold_dash(url: str) -> Held:
    with ThreadPoolExecutor(PEOPLE) as people:
        list(people.map(lambda seed: _walk_dash(url, seed, 3), range(PEOPLE)))
        start = time.perf_counter()
        found = people.map(lambda seed: _walk_dash(url, seed, 20), range(PEOPLE))
        seconds = [second for walk in found for second in walk]
    return Held(seconds, time.perf_counter() - start, [])


def _walk_dash(url: str, seed: int, reruns: int) -> list[float]:
    """What a browser with the page open sends: every filter's value, and which of them changed."""
    from bench.peers.dash_page import CHOICES, SHOWN  # noqa: PLC0415  (reads FIGURES when it is imported)

    pick, chosen, seconds = random.Random(seed), {name: options[0] for name, options in CHOICES.items()}, []
    outputs = [{"id": name, "property": what} for name, what in SHOWN.items()]
    output = "..".join(f"{one['id']}.{one['property']}." for one in outputs)
    with requests.Session() as session:
        for _ in range(reruns):
            name = pick.choice(sorted(CHOICES))
            chosen[name] = pick.choice(CHOICES[name])
            inputs = [{"id": box, "property": "value", "value": value} for box, value in chosen.items()]
            asked = {
                "output": f"..{output.rstrip('.')}..", "outputs": outputs, "inputs": inputs,
                "changedPropIds": [f"{name}.value"],
            }  # fmt: skip
            start = time.perf_counter()
            session.post(f"{url}/_dash-update-component", json=asked, timeout=visitors.PATIENCE).raise_for_status()
            seconds.append(time.perf_counter() - start)
    return seconds


@contextmanager
def _served(figures: Path, command: list[str]) -> Iterator[live.Live]:
    """A peer's server on a free port of the loopback; stopped by its own handle."""
    port = live.free_port()
    where = (
        ["-b", f"127.0.0.1:{port}", "-w", str(DASH_WORKERS)]
        if "gunicorn" in command
        else ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    )
    with factories.environment(FIGURES=str(figures), PYTHONPATH=str(ROOT)):
        process = subprocess.Popen(
            [*command, *where], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
        )
        try:
            server = live.Live(f"http://127.0.0.1:{port}", ROOT, process.pid)
            _wait(lambda: requests.get(server.url, timeout=2).ok)
            yield server
        finally:
            process.terminate()
            process.wait(20)


def _wait(answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            if answers():
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError("a peer did not start")


def export(folder: Path, path: Path) -> Path:
    """The sample programme as the peers read it: figures.csv and, beside it, targets.csv."""
    with standing_in(folder), db.reading() as session:
        core = {row.id: row.name for row in session.exec(select(County))}
        query = (
            select(Standing, County, Membership, Submission.at)
            .join(County, col(County.id) == Standing.county_id)
            .join(Membership, col(Membership.county_id) == Standing.county_id)
            .join(MonthlyReturn, same_return())
            .join(Submission, col(Submission.id) == MonthlyReturn.submission_id)
        )
        rows = [
            (one.code, one.name, one.province, member.tier, core[member.core_county_id], standing.month, kpi, value, at)
            for standing, one, member, at in session.exec(query)
            for kpi in kpi_codes()
            if (value := getattr(standing, kpi)) is not None
        ]
    _write(path, ("code", "county", "province", "tier", "core", "month", "kpi", "to_date", "at"), rows)
    goals = {target.kpi.code: target.stored for target in catalogue().current_year.targets}
    _write(path.with_name("targets.csv"), ("kpi", "target"), list(goals.items()))
    return path


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
