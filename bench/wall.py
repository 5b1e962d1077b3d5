"""The expo wall in Chromium, drawn by the processor: frames, size, time to make it, heap, requests."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

import db
from bench.report import Line, Section, at_least, at_most
from bench.store import sample, standing_in
from components.wall.page import wall_html
from programme import wall_standing
from programme.frozen_release import frozen, newest
from programme.wall_content import wall_content
from programme.wall_scenes import wall_facts
from tests import factories, live

CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZES: Final = ((1920, 1080), (3840, 2160))
SETTLED, COUNTED = 1.0, 2.5  # seconds after a cut that are left out, and seconds counted then
ROUNDS, SPEED = 30, 60
LONGEST: Final = 240  # seconds for all the rounds
HOW: Final = (
    "The wall of the sample programme's newest release, all of it, in headless Chromium without a graphics "
    f"card. Frames are those the page is given in {COUNTED} s of each scene, the first second after the cut left out; "
    f"heap after a collection, after 3 rounds and after {ROUNDS} at {SPEED} times the speed."
)
COUNT: Final = """seconds => new Promise(done => {
  let frames = 0, start = performance.now();
  const frame = now => {
    frames += 1;
    now - start < 1000 * seconds ? requestAnimationFrame(frame) : done(1000 * frames / (now - start));
  };
  requestAnimationFrame(frame);
})"""


def measure(folder: Path) -> Section:
    file = folder.with_name("wall.html")
    with standing_in(sample(folder)):
        lines = [*_made(file)]
    with _chromium() as browser:
        for width, height in SIZES:
            lines += _frames(browser, file, width, height)
        lines += [_heap(browser, file), _from_disk(browser, file)]
        with factories.environment(NETLIFT_MODE="demo"), live.running(folder) as server:
            lines.append(_from_server(browser, f"{server.url}/expo"))
    return Section("The expo wall", HOW, lines)


def _made(file: Path) -> Iterator[Line]:
    with db.reading() as session:
        bare = wall_content(session, frozen(session, newest(session)), wall_facts().scenes)
        full = wall_standing.content(session)
    start = time.perf_counter()
    page = wall_html(full, online=False)
    first = time.perf_counter()
    assert wall_html(full, online=False) == page
    file.write_text(page, encoding="utf-8")
    yield at_most("size in kB without stories and pictures", _kilobytes(wall_html(bare, online=False)), 1000, "{:.0f}")
    yield Line("size in kB", f"{_kilobytes(page):.0f}")
    yield Line("made in", f"{first - start:.1f} s, again in {time.perf_counter() - first:.1f} s")


def _kilobytes(page: str) -> float:
    return len(page.encode()) / 1000


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def _opened(browser: Browser, address: str, width: int = 1920, height: int = 1080) -> tuple[Page, list[str]]:
    """A page that has begun to play, and the addresses it asks for from now on; data inside the page is not asked for."""
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    asked: list[str] = []
    page.context.on("request", lambda one: None if one.url.startswith("data:") else asked.append(one.url))
    page.goto(address)
    _until(page, "window.wall && document.fonts.status === 'loaded'")
    return page, asked


def _until(page: Page, truth: str) -> None:
    """Asked now and then: the page's own policy forbids to wait for it inside."""
    deadline = time.monotonic() + LONGEST
    while not page.evaluate(truth):
        if time.monotonic() > deadline:
            raise TimeoutError(truth)
        page.wait_for_timeout(200)


def _frames(browser: Browser, file: Path, width: int, height: int) -> Iterator[Line]:
    page, _ = _opened(browser, file.as_uri(), width, height)
    firsts = [(at, step["scene"]) for at, step in enumerate(page.evaluate("wall.steps")) if step["part"] == 0]
    for at, scene in firsts:
        page.evaluate(f"wall.go({at})")
        page.wait_for_timeout(1000 * SETTLED)
        frames = page.evaluate(COUNT, COUNTED)
        yield at_least(f"frames per second, {width}×{height}, {wall_facts().scene(scene).name}", frames, 50, "{:.1f}")
    page.context.close()


def _heap(browser: Browser, file: Path) -> Line:
    page, _ = _opened(browser, file.as_uri())
    page.evaluate(f"wall.speed = {SPEED}")
    heap = {rounds: _after(page, rounds) for rounds in (3, ROUNDS)}
    page.context.close()
    told = f"heap after {ROUNDS} rounds ÷ after 3 ({heap[3] / 1e6:.2f} → {heap[ROUNDS] / 1e6:.2f} MB)"
    return at_most(told, heap[ROUNDS] / heap[3], 1.1, "{:.2f}")


def _after(page: Page, rounds: int) -> float:
    _until(page, f"wall.rounds >= {rounds}")
    inside: Any = page.context.new_cdp_session(page)
    inside.send("HeapProfiler.collectGarbage")
    return float(inside.send("Runtime.getHeapUsage")["usedSize"])


def _from_disk(browser: Browser, file: Path) -> Line:
    page, asked = _opened(browser, file.as_uri())
    page.wait_for_timeout(1000)
    page.context.close()
    return at_most("requests when opened from disk", len(asked), 1, "{:.0f}")


def _from_server(browser: Browser, address: str) -> Line:
    """The page and the service worker's script; the copy that the worker keeps comes out of the browser's cache."""
    live.ready(address)  # the first request has it made
    page, asked = _opened(browser, address)
    page.wait_for_timeout(3000)
    page.context.close()
    return at_most("requests to the server", len(set(asked)), 2, "{:.0f}")
