"""The server side of the front door: routes for coming and going, what happens at start, and the order of the gates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

import db
from components import browser, expo, expo_making, front_page
from components.gate import Gate, SecurityHeaders
from components.pages import URL_PATHS
from components.session import ENTRANCE, EXIT, TYPE
from components.warm_up import keep_tidy, warm_up
from programme import accounts, counties, demo, keys, sessions, settings
from programme.catalogue import catalogue

_ONCE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def own_target(text: str) -> str:
    """The path and query if they lead to a page of the register, else the bare address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    known = not parts.scheme and not parts.netloc and parts.path in {"/", *(f"/{path}" for path in URL_PATHS)}
    if not known or "\\" in text or not text.isprintable():
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _establish(ticket: str, identity: str, address: str) -> str | None:
    with db.transaction() as session:
        return sessions.redeem_ticket(session, ticket, identity, address)


async def establish(request: Request) -> Response:
    """Turn a ticket into the cookie, once, for the browser it was made for; then on to the page that was asked for."""
    ticket, identity = request.query_params.get("t", ""), browser.identity(request.cookies)
    address = request.client.host if request.client else ""
    token = await run_in_threadpool(_establish, ticket, identity, address)
    answer = RedirectResponse(own_target(request.query_params.get("next", "/")), 303, headers=_ONCE)
    if token:
        answer.set_cookie(
            browser.COOKIE,
            token,
            max_age=catalogue().limits["sign_in"]["session_hours"] * 3600,
            path="/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
    return answer


def _is_live(token: str) -> bool:
    with db.reading() as session:
        return sessions.visit(session, token) is not None


async def leave(request: Request) -> Response:
    """Delete the cookie of a session that has ended; a live one stays, so that no foreign link can sign anybody out."""
    answer = RedirectResponse("/", 303, headers=_ONCE)
    if not await run_in_threadpool(_is_live, request.cookies.get(browser.COOKIE, "")):
        answer.delete_cookie(browser.COOKIE, path="/", httponly=True, samesite="lax")
    return answer


async def change_type(request: Request) -> Response:
    """大字版 on or off, for a year, in this browser; then back to the page."""
    answer = RedirectResponse(own_target(request.query_params.get("next", "/")), 303, headers=_ONCE)
    if request.query_params.get("type") == browser.LARGE:
        year, secure = 365 * 86400, request.url.scheme == "https"
        answer.set_cookie(
            browser.TYPE_COOKIE, browser.LARGE, max_age=year, secure=secure, httponly=True, samesite="lax"
        )
    else:
        answer.delete_cookie(browser.TYPE_COOKIE, httponly=True, samesite="lax")
    return answer


async def healthz(request: Request) -> Response:
    return PlainTextResponse("ok")


async def front(request: Request) -> Response:
    return front_page.show(large=browser.reads_large_type(request.cookies))


def prepare() -> None:
    """What must hold before the first visitor: a secret, a store of the newest shape, no samples in production."""
    keys.secret()
    db.migrate()
    with db.transaction() as session:
        counties.load_registry(session)
    if not settings.production():
        demo.fill_if_empty(db.transaction, print)
    with db.reading() as session:
        accounts.refuse_samples(session)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Closes two doors of Streamlit's own: serving files of pages/ past app.py, and resuming a session by its id alone."""
    PagesManager.uses_pages_directory = False
    config.set_option("server.trustedUserHeaders", {browser.TIE_HEADER: "tie"})
    prepare()
    warm_up()
    Thread(target=expo_making.standing, name="wall", daemon=True).start()
    tidying = asyncio.create_task(keep_tidy())
    yield {}
    tidying.cancel()


ROUTES: Final = [
    Route("/healthz", healthz),
    Route(ENTRANCE, establish),
    Route(EXIT, leave),
    Route(TYPE, change_type),
    *expo.ROUTES,
    *(Route(f"/{path}", front) for path in ("", *sorted(URL_PATHS))),
]
MIDDLEWARE: Final = [Middleware(SecurityHeaders), Middleware(Gate)]
