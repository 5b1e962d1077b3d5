"""The expo wall as it is served: made once for what it says, the same bytes for everybody, without a sign-in.

A page cannot carry its own hash. So a version is sixteen digits of the hash of the offline bundle and of what the page served
has besides; the SHA-256 of the page itself travels with the version text and in a header.
"""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

import db
from components import browser
from components.wall.page import wall_html
from programme import sessions, settings, showcase_queries, wall_arranging, wall_standing
from programme.errors import NotAllowed, ProgrammeError
from programme.frozen_release import frozen, newest
from programme.wall_arranging import PATH
from programme.wall_content import wall_content
from programme.wall_scenes import wall_facts
from programme.wall_standing import Mark

PREVIEW: Final = f"{PATH}/preview"
STORY_PREVIEW: Final = f"{PATH}/story"
OPEN: Final = frozenset(PATH + rest for rest in ("", "/version", "/worker.js", "/bundle.html", "/bundle.html.sha256"))
OWN_POLICY: Final = OPEN | {PREVIEW, STORY_PREVIEW}
LONGEST_NUMBER: Final = 10
WAITING: Final = "大屏还没有内容。办公室发布第一期后，这里自动开始播放。"
_FOLDER: Final = Path(__file__).parent / "wall"
_SCRIPT: Final = re.compile(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_NEVER_KEPT: Final = {"Cache-Control": "no-store"}
_ASKED_ANEW: Final = {"Cache-Control": "no-cache"}
_KEPT_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True)
class Wall:
    """`page` is served, `packed` is it with gzip, `bundle` is for a stick; `name` is the bundle's as a file."""

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

    @property
    def sums(self) -> str:
        """The line that `sha256sum -c` reads."""
        return f"{self.bundle_sha256}  {self.name}\n"


# --- made once ------------------------------------------------------------------------------------------------------

_making, _kept = Lock(), dict[str, tuple[Mark, Wall]]()


def standing() -> Wall | None:
    """The wall in force; None before the first release. While a new one is being made, others get the last one."""
    store = settings.database_url()
    with db.reading() as session:
        now = wall_standing.mark(session)
    if now is None:
        return None
    before = _kept.get(store)
    if before and before[0] == now:
        return before[1]
    if not _making.acquire(blocking=before is None):
        return before[1] if before else None
    try:
        if store not in _kept or _kept[store][0] != now:
            made = _made()
            _kept.clear()
            _kept[store] = made
        return _kept[store][1]
    finally:
        _making.release()


def _made() -> tuple[Mark, Wall]:
    with db.reading() as session:
        now, content = wall_standing.mark(session), wall_standing.content(session)
        assert now is not None
        held = frozen(session, now.release)
    bundle = wall_html({**content, "address": ""}, online=False).encode()
    version = _digest(bundle + _update().encode() + content["address"].encode())[:16]
    html = wall_html(content, online=True, version=version)
    page = html.encode()
    return now, Wall(
        version=version, title=held.title, basis=held.basis, name=f"netlift-wall-{held.number}-{held.month}.html",
        page=page, packed=gzip.compress(page, mtime=0), sha256=_digest(page), policy=policy(html, "'self'"), bundle=bundle,
        bundle_sha256=_digest(bundle),
    )  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1)
def _update() -> str:
    return (_FOLDER / "update.js").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _worker() -> str:
    return (_FOLDER / "worker.js").read_text(encoding="utf-8")


def policy(html: str, reach: str) -> str:
    """Nothing but what the file holds itself, and its own scripts; `reach` is what it may ask, besides."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(html))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        f"connect-src {reach}; worker-src {reach}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


# --- routes ---------------------------------------------------------------------------------------------------------


async def show(request: Request) -> Response:
    """The page. At the address of its version (?v=…) a browser keeps it for good, so that what was fetched and checked is
    what is shown; at the bare address it asks each time whether it is still the one."""
    wall = await run_in_threadpool(standing)
    if wall is None:
        return _sentence(WAITING, update=_update())
    headers = {
        **(_KEPT_FOR_GOOD if request.query_params.get("v") == wall.version else _ASKED_ANEW),
        "ETag": f'W/"{wall.version}"',
        "Vary": "Accept-Encoding",
        "X-Version": wall.version,
        "X-Content-SHA256": wall.sha256,
        "Content-Security-Policy": wall.policy,
    }
    if wall.version in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(wall.packed, headers={**headers, "Content-Encoding": "gzip"})
    return HTMLResponse(wall.page, headers=headers)


async def version(request: Request) -> Response:
    """What a wall asks for now and then: the version and the hash of its page, or that there is none yet."""
    wall = await run_in_threadpool(standing)
    return PlainTextResponse(f"{wall.version} {wall.sha256}\n" if wall else "none\n", headers=_NEVER_KEPT)


async def worker(request: Request) -> Response:
    headers = {**_ASKED_ANEW, "Service-Worker-Allowed": PATH, "Content-Security-Policy": policy("", "'self'")}
    return Response(_worker(), media_type="text/javascript", headers=headers)


async def bundle(request: Request) -> Response:
    wall = await run_in_threadpool(standing)
    if wall is None:
        return _sentence(WAITING, 404)
    headers = {**_NEVER_KEPT, "Content-Disposition": f'attachment; filename="{wall.name}"'}
    return HTMLResponse(wall.bundle, headers=headers)


async def sums(request: Request) -> Response:
    wall = await run_in_threadpool(standing)
    if wall is None:
        return PlainTextResponse(WAITING, 404, headers=_NEVER_KEPT)
    headers = {**_NEVER_KEPT, "Content-Disposition": f'attachment; filename="{wall.name}.sha256"'}
    return PlainTextResponse(wall.sums, headers=headers)


async def preview(request: Request) -> Response:
    """The wall with scenes that are not in force: the gate lets through only who may arrange them."""
    try:
        html = await run_in_threadpool(_previewed, request.query_params.get("scenes", ""))
    except ProgrammeError as refusal:
        return _sentence(str(refusal), 400)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy(html, "'none'")})


def _previewed(scenes: str) -> str:
    with db.reading() as session:
        content = wall_standing.content(session, wall_arranging.read(scenes))
    return wall_html(content, online=False)


async def story(request: Request) -> Response:
    """The scene of one story, a version of it or what is being written (0): for whoever may write it or put it on show."""
    token, asked = request.cookies.get(browser.COOKIE, ""), request.query_params
    numbers = [asked.get(name, "") for name in ("piece", "version")]
    if not all(number.isdecimal() and len(number) < LONGEST_NUMBER for number in numbers):
        return _sentence("没有这份材料。", 400)
    try:
        html = await run_in_threadpool(_story_previewed, token, *map(int, numbers))
    except ProgrammeError as refusal:
        return _sentence(str(refusal), 404)
    return HTMLResponse(html, headers={"Content-Security-Policy": policy(html, "'none'")})


def _story_previewed(token: str, piece: int, version: int) -> str:
    with db.reading() as session:
        actor = sessions.session_actor(session, token)
        if actor is None:
            raise NotAllowed("登录已失效，请重新登录。")
        shown = showcase_queries.scene_of(session, actor, piece, version)
        scenes = [wall_facts().scene(code) for code in ("stories", "products")]
        content = wall_content(session, frozen(session, newest(session)), scenes, [shown])
    return wall_html(content, online=False)


def _sentence(sentence: str, status: int = 200, update: str = "") -> Response:
    """A dark page with one sentence, which goes on asking for a wall when `update` is there."""
    html = (_FOLDER / "waiting.html").read_text(encoding="utf-8")
    for name, text in (("poll", str(wall_facts().poll_seconds)), ("title", escape(wall_facts().title))):
        html = html.replace(f"{{{name}}}", text)
    html = html.replace("{sentence}", escape(sentence)).replace("{update}", update)
    headers = {**_NEVER_KEPT, "Content-Security-Policy": policy(html, "'self'")}
    return HTMLResponse(html, status, headers=headers)


ROUTES: Final = [
    Route(PATH, show),
    Route(f"{PATH}/version", version),
    Route(f"{PATH}/worker.js", worker),
    Route(f"{PATH}/bundle.html", bundle),
    Route(f"{PATH}/bundle.html.sha256", sums),
    Route(PREVIEW, preview),
    Route(STORY_PREVIEW, story),
]
