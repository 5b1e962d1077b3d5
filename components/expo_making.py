"""The expo wall as it is made: once for what it says, by one at a time, and the last one goes on where a new one cannot be made.

A page cannot carry its own hash. So a version is sixteen digits of the hash of the offline bundle and of the page served, its
version left out; the SHA-256 of the page itself travels with the version text and in a header.
"""

import base64
import gzip
import hashlib
import logging
import re
import time
from dataclasses import dataclass
from threading import Lock
from typing import Final

from fontTools.ttLib import TTLibError
from jinja2 import TemplateError
from sqlalchemy.exc import SQLAlchemyError

import db
from components.wall.page import wall_html
from programme import settings, wall_standing
from programme.errors import ProgrammeError
from programme.frozen_release import frozen
from programme.wall_scenes import wall_facts
from programme.wall_standing import Mark

WAITING: Final = "大屏还没有内容。办公室发布第一期后，这里自动开始播放。"
BEING_MADE: Final = "大屏正在生成，片刻后自动开始播放。"
FAILED: Final = "大屏没有生成成功，平台会自动再试。"
UNMARKED: Final = 'data-version=""'  # in the first tag of the page
SOON: Final = 5  # seconds until one who found the wall being made asks again
BROKEN: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError,
    ProgrammeError, SQLAlchemyError, TTLibError, TemplateError,
)  # fmt: skip
"""What making the wall raises when rows, files or fonts are not as they should be: the last wall goes on."""
_log = logging.getLogger("netlift")
_SCRIPT: Final = re.compile(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Wall:
    """`page` is served, `packed` is it with gzip, `bundle` is for a stick; `name` is the bundle's as a file; `left_out` is the
    number of pictures there was no room for."""

    version: str
    title: str
    basis: str
    name: str
    page: bytes
    packed: bytes
    sha256: str
    policy: str
    bundle: bytes
    bundle_sha256: str
    left_out: int

    @property
    def sums(self) -> str:
        """The line that `sha256sum -c` reads."""
        return f"{self.bundle_sha256}  {self.name}\n"


@dataclass(frozen=True)
class NoWall:
    """Why there is none, as those see it who ask for it; `status` 503 makes a browser that has a wall keep it."""

    sentence: str
    status: int = 503
    poll: int = SOON


@dataclass(frozen=True)
class _Last:
    """The last wall of a store and what it was made from, the last try to make one, and whether it failed."""

    mark: Mark | None
    wall: Wall | None
    tried: Mark
    ended: float
    failed: bool


_making, _kept = Lock(), dict[str, _Last]()


def standing(*, patient: bool = False) -> Wall | NoWall:
    """The wall in force, or why there is none.

    Strangers never wait for one another: while a new wall is made, for a while afterwards, and when it could not be made, they
    get the last one. `patient` is for who has changed something and wants to see it: waits, and does not let it rest.
    """
    with db.reading() as session:
        now = wall_standing.mark(session)
    if now is None:
        return NoWall(WAITING, 200, wall_facts().poll_seconds)
    if _is_due(now, patient) and _making.acquire(blocking=patient):
        try:
            if _is_due(now, patient):
                _make(now)
        finally:
            _making.release()
    last = _kept.get(settings.database_url())
    if last and last.wall:
        return last.wall
    return NoWall(FAILED, poll=wall_facts().poll_seconds) if last else NoWall(BEING_MADE)


def has_failed() -> bool:
    """Whether what changed last could not be made into a wall."""
    last = _kept.get(settings.database_url())
    return last is not None and last.failed


def _is_due(now: Mark, patient: bool) -> bool:
    last = _kept.get(settings.database_url())
    if last is None or last.mark == now:
        return last is None
    quiet = time.monotonic() - last.ended
    if last.failed and last.tried == now:
        return quiet >= wall_facts().retry_seconds
    return patient or quiet >= wall_facts().rest_seconds


def _make(now: Mark) -> None:
    """Keep the new wall, or the last one and that `now` could not be made."""
    store = settings.database_url()
    before = _kept.get(store)
    mark, wall, failed = before.mark if before else None, before.wall if before else None, True
    try:
        mark, wall = _made()
        failed = False
    except BROKEN:
        _log.exception("the wall could not be made of %s", now)
    finally:
        _kept.clear()
        _kept[store] = _Last(mark, wall, now, time.monotonic(), failed)


def _made() -> tuple[Mark, Wall]:
    with db.reading() as session:
        now, content = wall_standing.mark(session), wall_standing.content(session)
        assert now is not None
        held = frozen(session, now.release)
    bundle = wall_html({**content, "address": ""}, online=False).encode()
    without = wall_html(content, online=True, version="")
    version = _digest(bundle + without.encode())[:16]
    html = without.replace(UNMARKED, f'data-version="{version}"', 1)
    page = html.encode()
    return now, Wall(
        version=version, title=held.title, basis=held.basis, name=f"netlift-wall-{held.number}-{held.month}.html",
        page=page, packed=gzip.compress(page, mtime=0), sha256=_digest(page), policy=policy(html, "'self'"), bundle=bundle,
        bundle_sha256=_digest(bundle), left_out=content["left_out"],
    )  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def policy(html: str, reach: str) -> str:
    """Nothing but what the file holds itself, and its own scripts; `reach` is what it may ask, besides."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(html))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        f"connect-src {reach}; worker-src {reach}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
