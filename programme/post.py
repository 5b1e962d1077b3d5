"""Handing one message to a channel, by apprise; what went wrong comes back as a Chinese phrase. The only place that sends."""

import logging
import re
import threading
from email.errors import MessageError
from http.client import HTTPException
from types import ModuleType, SimpleNamespace
from typing import Any, Final

from programme import ladder
from programme.channel_addresses import MAIL

SENDER: Final = "NetLift"  # goes into headers, which hold no Chinese
NOT_UNDERSTOOD: Final = "渠道地址不能使用，请核对"
UNKNOWN: Final = "发送没有成功，请核对渠道设置"
ROBOTS: Final = ("wecombot", "dingtalk")
_BREAKDOWNS: Final = (
    OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, ImportError,
    HTTPException, MessageError,
)  # fmt: skip
_log: Final = logging.getLogger("netlift")
_CODE: Final = re.compile(r"error=(\d{3})|\((\d{3}), b'")
_ROBOT_CODE: Final = re.compile(r"errcode=(-?\d+)")
_SIGNS: Final = (
    ("Errno 111", "连不上服务器"),
    ("refused", "连不上服务器"),
    ("timed out", "服务器没有及时回应"),
    ("Name or service not known", "找不到服务器"),
    ("getaddrinfo", "找不到服务器"),
    ("Name resolution", "找不到服务器"),
    ("resolve", "找不到服务器"),
    ("CERTIFICATE", "服务器证书不可信"),
    ("(535", "用户名或授权码不对"),
    ("Authentication", "用户名或授权码不对"),
    ("Errno 101", "网络不通"),
    ("Connection unexpectedly closed", "服务器中断了连接"),
    ("Connection", "连不上服务器"),
)


class _Overheard(logging.Handler):
    """What the library says on this thread while it sends; it may hold secrets and is never kept."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.thread, self.words = threading.get_ident(), list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.words.append(record.getMessage())


def send(kind: str, url: str, address: str, subject: str, body: str) -> str:
    """Send now and say "" or, as a phrase fit to show, why not. Takes as long as the server, up to the time limit."""
    log = logging.getLogger("apprise")
    log.setLevel(logging.DEBUG)
    log.propagate = False
    overheard = _Overheard()
    log.addHandler(overheard)
    try:
        plugin = _plugin(kind, url, address)
        if plugin is None:
            return NOT_UNDERSTOOD
        return "" if plugin.notify(body=body, title=subject) else phrase(" ".join(overheard.words))
    except _breakdowns() as breakdown:
        _log.error("a channel of kind %s broke down: %s", kind, type(breakdown).__name__)
        return UNKNOWN
    finally:
        log.removeHandler(overheard)


def _breakdowns() -> tuple[type[Exception], ...]:
    """What the library and those it uses may raise; smtplib, ssl, socket and requests raise kinds of OSError."""
    from apprise.exception import AppriseException  # noqa: PLC0415
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    return *_BREAKDOWNS, AppriseException, HTTPError


def _plugin(kind: str, url: str, address: str) -> Any:
    """The library's own object for the address, with our name and time limit; None when it does not understand it."""
    import apprise  # noqa: PLC0415  (a quarter of a second, needed only where something is sent)

    _heed_robots()
    asset = apprise.AppriseAsset(app_id=SENDER, app_desc=SENDER, app_url="", secure_logging=True)
    known: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if known is None or not set(known.schemas()) & set(ladder.facts().kinds[kind].schemes):
        return None
    seconds = ladder.facts().delivery["timeout_seconds"]
    known.socket_connect_timeout = known.socket_read_timeout = seconds
    known.overflow_mode = apprise.OverflowMode.SPLIT
    if kind == MAIL:
        known.targets, known.notify_format = [(False, address)], apprise.NotifyFormat.TEXT
        known.cc, known.bcc = set(), set()
    return known


def _heed_robots() -> None:
    """Robots refuse with HTTP 200 and an `errcode`, which the library takes for success: let it look into the answer."""
    from importlib import import_module  # noqa: PLC0415

    for name in ROBOTS:
        module: Any = import_module(f"apprise.plugins.{name}")
        if isinstance(module.requests, ModuleType):
            real = module.requests
            module.requests = SimpleNamespace(
                post=_heeding(real.post), codes=real.codes, RequestException=real.RequestException
            )


def _heeding(post: Any) -> Any:
    def heeding(*place: Any, **options: Any) -> Any:
        answer = post(*place, **options)
        try:
            code = answer.json().get("errcode", 0)
        except (ValueError, AttributeError):
            code = 0
        if answer.ok and code:
            logging.getLogger("apprise").debug("errcode=%s", code)
            answer.status_code = 502
        return answer

    return heeding


def phrase(words: str) -> str:
    """The library's own words as a phrase an administrator can act on."""
    if refused := _ROBOT_CODE.search(words):
        return f"机器人拒绝，代码{refused[1]}"
    if code := _CODE.search(words):
        number = code[1] or code[2]
        return "用户名或授权码不对" if number == "535" else f"服务器拒绝，代码{number}"
    return next((said for sign, said in _SIGNS if sign in words), UNKNOWN)
