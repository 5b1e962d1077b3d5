"""The wall in a real browser: it plays without its server, takes a new release only whole and at the end of a round, and from a
stick asks for nothing."""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import db
from programme import accounts, settings, wall_arranging
from programme.permissions import Actor
from programme.wall_scenes import wall_facts
from tests import factories, live
from tests.live import Live
from tests.test_releases import accepted, everybody, make
from tests.test_reviews import SOUND

pytestmark = pytest.mark.browser


def impatient(folder: Path) -> Path:
    """The facts with a wall that asks every second."""
    folder.mkdir()
    for part in settings.data_folder().iterdir():
        if part.name != "catalogue":
            (folder / part.name).symlink_to(part)
    shutil.copytree(settings.data_folder() / "catalogue", folder / "catalogue")
    facts = folder / "catalogue" / "expo.toml"
    usual = facts.read_text(encoding="utf-8")
    facts.write_text(re.sub(r"(poll|rest)_seconds = \d+", r"\1_seconds = 1", usual), encoding="utf-8")
    return folder


@contextmanager
def at_the_office(folder: Path) -> Iterator[None]:
    with (
        factories.environment(**live.environment_of(folder)),
        settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)),
    ):
        yield


def short_round(office: Actor) -> None:
    """One scene, as short as may be."""
    scenes = [replace(one, seconds=4, on=one.code == "targets") for one in wall_facts().scenes]
    with db.transaction() as session:
        wall_arranging.arrange(session, office, scenes, 0)


@pytest.fixture(scope="module")
def folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one release."""
    folder = live.copied(sqlite_template, tmp_path_factory.mktemp("wall"))
    with at_the_office(folder):
        people = everybody()
        accepted(people, SOUND)
        make(people["office"])
        short_round(people["office"])
        accepted(people, SOUND | {"online_sales": "11"}, reason="退货")
        db.engine().dispose()
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Live]:
    with live.running(folder, NETLIFT_DATA=str(impatient(folder / "data")), NETLIFT_TODAY="2019-11-08") as running:
        (folder / "bundle.html").write_bytes(live.ready(f"{running.url}/expo/bundle.html"))
        yield running


def wait(page: Page, condition: str) -> None:
    """Asked by the page itself, frame by frame: its policy lets nobody evaluate text in it."""
    page.evaluate(
        f"""() => new Promise(done => {{
            const look = async () => (await ({condition})) ? done() : requestAnimationFrame(look);
            look();
        }})"""
    )


def plays_to_the_end(page: Page) -> None:
    rounds = page.evaluate("wall.rounds")
    wait(page, f"wall.rounds > {rounds}")


def test_a_wall_takes_a_whole_release_at_the_end_of_a_round_and_plays_when_its_server_is_gone(
    chromium: Browser, served: Live, folder: Path
) -> None:
    errors: list[str] = []
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    page.goto(f"{served.url}/expo")
    first = page.evaluate("document.documentElement.dataset.version")
    page.evaluate("wall.stop()")
    wait(page, "navigator.serviceWorker.controller && caches.match('/expo').then(Boolean)")
    with at_the_office(folder):
        with db.reading() as session:
            office = accounts.actor_named(session, "office-x")
        make(office, reason="6月销售额更正")
    wait(page, "wall.onRoundEnd !== null")
    expect(page.locator("html")).to_have_attribute("data-version", first)
    os.kill(served.pid, signal.SIGKILL)
    page.evaluate("wall.play()")
    expect(page.locator("html")).not_to_have_attribute("data-version", first)
    assert "第2期" in str(page.text_content("body"))
    plays_to_the_end(page)
    page.goto(f"{served.url}/expo")
    assert "第2期" in str(page.text_content("body"))
    plays_to_the_end(page)
    assert errors == []
    context.close()


def test_a_bundle_on_a_stick_makes_one_request(chromium: Browser, served: Live, folder: Path) -> None:
    requests: list[str] = []
    said: list[str] = []
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080}, offline=True)
    context.on("request", lambda request: requests.append(request.url))
    context.on("console", lambda message: said.append(message.text))
    page = context.new_page()
    page.goto((folder / "bundle.html").as_uri())
    plays_to_the_end(page)
    assert [url.partition(":")[0] for url in requests if not url.startswith("data:")] == ["file"]
    assert said == []
    context.close()
