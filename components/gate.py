"""What stands before Streamlit's own routes: who may call which path, what ties a connection, and the security headers."""

from collections.abc import Iterable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import db
from components import browser, expo, front_page
from components.pages import URL_PATHS
from programme import sessions
from programme.permissions import Actor, Permission, refusal

OPEN_PREFIXES: Final = ("/static/", "/auth/")
OPEN_PATHS: Final = frozenset(
    {"/", "/healthz", "/favicon.png", "/manifest.json", "/_stcore/health", "/_stcore/host-config"}
    | {f"/{path}" for path in URL_PATHS}
    | expo.OPEN
)
PROBES: Final = ("/_stcore/health", "/_stcore/host-config")
NEEDED: Final = {
    "/_stcore/metrics": Permission.MANAGE_ACCOUNTS,
    expo.PREVIEW: Permission.ARRANGE_WALL,
    expo.STORY_PREVIEW: Permission.WRITE_STORY,
}
CLOSED_PREFIXES: Final = ("/_stcore/", "/media/", "/component/", "/app/")
PRIVATE: Final = ((b"cache-control", b"private, no-store"),)
POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {' '.join(front_page.script_hashes())}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
POLICY_NAME: Final = b"content-security-policy"
HEADERS: Final = (
    (POLICY_NAME, POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
OVER_HTTPS: Final = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """Adds HEADERS to every answer; the expo wall brings a stricter policy of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = (*HEADERS, OVER_HTTPS) if scope.get("scheme") == "https" else HEADERS
        own = POLICY_NAME if scope.get("path") in expo.OWN_POLICY else b""
        await self.app(scope, receive, _adding(send, headers, own) if scope["type"] == "http" else send)


class Gate:
    """A stranger reaches the empty front page, its scripts and the sign-in; everything else needs a live session."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.app(_tied(scope), receive, send)
        elif scope["type"] != "http" or is_open(scope["path"]):
            await self.app(scope, receive, send)
        elif answer := await run_in_threadpool(refused, scope):
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, _adding(send, PRIVATE))


def is_open(path: str) -> bool:
    """Whether strangers may call it. The client probes health and configuration below every page's path, too."""
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIXES) or path.endswith(PROBES)


def refused(scope: Scope) -> Response | None:
    """The answer to somebody who may not; None for somebody who may."""
    request = HTTPConnection(scope)
    if not scope["path"].startswith(CLOSED_PREFIXES) and scope["path"] not in NEEDED:
        return front_page.unknown()
    actor = _actor(request.cookies.get(browser.COOKIE, ""))
    if actor is None:
        return PlainTextResponse("请先登录。", 401)
    needed = NEEDED.get(scope["path"])
    if actor.must_change_password or (needed and refusal(actor, needed)):
        return PlainTextResponse("没有权限。", 403)
    return None


def _actor(token: str) -> Actor | None:
    with db.reading() as session:
        return sessions.session_actor(session, token)


def _tied(scope: Scope) -> Scope:
    """The same connection with a header nobody outside can set: Streamlit resumes a session only where it is equal.

    `server.trustedUserHeaders` names it; so a session id read from a log opens nothing in another browser.
    """
    name = browser.TIE_HEADER.encode()
    headers = [pair for pair in scope["headers"] if pair[0] != name]
    return {**scope, "headers": [*headers, (name, browser.tie(HTTPConnection(scope).cookies).encode())]}


def _adding(send: Send, headers: Iterable[tuple[bytes, bytes]], own: bytes = b"") -> Send:
    """In the place of headers of the same names, but for the one called `own`, which stays where the answer has it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", ())}
            added = [pair for pair in headers if pair[0] != own or own not in present]
            names = {name for name, _ in added}
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in names]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sending
