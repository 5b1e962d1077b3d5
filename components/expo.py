"""The expo wall as it is served: the same bytes for everybody, without a sign-in."""

from functools import lru_cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

import db
from components import browser
from components.expo_making import NoWall, policy, standing
from components.wall.page import wall_html
from programme import sessions, showcase_queries, wall_arranging, wall_standing
from programme.errors import NotAllowed, ProgrammeError
from programme.frozen_release import frozen, newest
from programme.wall_arranging import PATH
from programme.wall_content import wall_content
from programme.wall_scenes import wall_facts

PREVIEW: Final = f"{PATH}/preview"
STORY_PREVIEW: Final = f"{PATH}/story"
OPEN: Final = frozenset(PATH + rest for rest in ("", "/version", "/worker.js", "/bundle.html", "/bundle.html.sha256"))
OWN_POLICY: Final = OPEN | {PREVIEW, STORY_PREVIEW}
LONGEST_NUMBER: Final = 10
_FOLDER: Final = Path(__file__).parent / "wall"
_NEVER_KEPT: Final = {"Cache-Control": "no-store"}
_ASKED_ANEW: Final = {"Cache-Control": "no-cache"}
_KEPT_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@lru_cache(maxsize=1)
def _update() -> str:
    return (_FOLDER / "update.js").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _worker() -> str:
    return (_FOLDER / "worker.js").read_text(encoding="utf-8")


# --- routes ---------------------------------------------------------------------------------------------------------


async def show(request: Request) -> Response:
    """The page. At the address of its version (?v=…) a browser keeps it for good, so that what was fetched and checked is
    what is shown; at the bare address it asks each time whether it is still the one."""
    wall = await run_in_threadpool(standing)
    if isinstance(wall, NoWall):
        return _sentence(wall.sentence, wall.status, update=_update(), poll=wall.poll)
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
    return PlainTextResponse(
        "none\n" if isinstance(wall, NoWall) else f"{wall.version} {wall.sha256}\n", headers=_NEVER_KEPT
    )


async def worker(request: Request) -> Response:
    headers = {**_ASKED_ANEW, "Service-Worker-Allowed": PATH, "Content-Security-Policy": policy("", "'self'")}
    return Response(_worker(), media_type="text/javascript", headers=headers)


async def bundle(request: Request) -> Response:
    wall = await run_in_threadpool(standing)
    if isinstance(wall, NoWall):
        return _sentence(wall.sentence, _missing(wall))
    headers = {**_NEVER_KEPT, "Content-Disposition": f'attachment; filename="{wall.name}"'}
    return HTMLResponse(wall.bundle, headers=headers)


async def sums(request: Request) -> Response:
    wall = await run_in_threadpool(standing)
    if isinstance(wall, NoWall):
        return PlainTextResponse(wall.sentence, _missing(wall), headers=_NEVER_KEPT)
    headers = {**_NEVER_KEPT, "Content-Disposition": f'attachment; filename="{wall.name}.sha256"'}
    return PlainTextResponse(wall.sums, headers=headers)


def _missing(wall: NoWall) -> int:
    """Of a file that is not there (yet)."""
    return 404 if wall.status == HTTPStatus.OK else wall.status


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


def _sentence(sentence: str, status: int = 200, update: str = "", poll: int = 0) -> Response:
    """A dark page with one sentence, which goes on asking for a wall when `update` is there."""
    html = (_FOLDER / "waiting.html").read_text(encoding="utf-8")
    for name, text in (("poll", str(poll or wall_facts().poll_seconds)), ("title", escape(wall_facts().title))):
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
