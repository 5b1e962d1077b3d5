"""Addresses of channels: what one must be like to be kept, and what is shown of it. An address holds a secret."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from programme import settings
from programme.errors import ProgrammeError
from programme.ladder import Kind

MAIL: Final = "mail"
WEBHOOK: Final = "webhook"
MAIL_PARAMETERS: Final = ("mode", "from", "smtp", "user", "pass", "name", "to")
HOST: Final = re.compile(r"[a-z0-9.:-]+")
ESCAPES: Final = "用户名、授权码等内容中的“@”请写成%40，“#”请写成%23，“/”请写成%2F，“?”请写成%3F。"


def masked(kind: str, url: str) -> str:
    """The way and the host of an address, or the ends of a robot's key: enough to tell two apart, too little to use."""
    parts = urlsplit(url)
    if kind in ("wecom", "dingtalk"):
        key = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{key[:2]}…{key[-2:]}" if len(key) > 8 else f"{parts.scheme}://…"
    host = parts.hostname or ""
    return f"{parts.scheme}://…@{host}" if kind == MAIL else f"{parts.scheme}://{host}/…"


def refuse_address(kind: Kind, url: str) -> None:
    """Raises ProgrammeError for an address of another kind, one that could be read in two ways, or one that leads inside."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in kind.schemes and bool(parts.hostname) and url.isprintable()
        parts.port  # noqa: B018  (raises for what is no number)
    except ValueError:
        sound = False
    if _is_ambiguous(kind, url):
        raise ProgrammeError(f"{kind.name}的地址有歧义：{ESCAPES}")
    if not sound:
        raise ProgrammeError(f"{kind.name}的地址应形如 {kind.example}，请核对。")
    if kind.code == MAIL:
        _refuse_more_than_mail(kind, parts)
    if kind.code == WEBHOOK:
        _refuse_what_leads_inside(kind, parts)


def _is_ambiguous(kind: Kind, url: str) -> bool:
    """Whether a secret written as it is would shift the host: what lies before it is a secret, what is taken for it is shown."""
    place, _, query = url.partition("?")
    if "#" in url or "\\" in url or place.count("@") > 1:
        return True
    if kind.code == MAIL:
        rest = place.partition("://")[2]
        values = [pair.partition("=") for pair in re.split("[&;]", query) if pair]
        return "/" in rest.rstrip("/") or any("@" in name or value.count("@") > 1 for name, _, value in values)
    host, _, path = place.partition("://")[2].partition("/")
    return "@" in path or "@" in query or "@" in host.partition("@")[2]


def _names(parts: SplitResult) -> list[str]:
    """The names of the parameters as the library reads them: it takes a semicolon for a separator, too."""
    pairs = re.split("[&;]", parts.query)
    return [unquote(pair.partition("=")[0]).strip().lower() for pair in pairs if pair]


def _refuse_more_than_mail(kind: Kind, parts: SplitResult) -> None:
    if not HOST.fullmatch(parts.hostname or ""):
        raise ProgrammeError(f"{kind.name}的地址应形如 {kind.example}，请核对。")
    if strange := [name for name in _names(parts) if name not in MAIL_PARAMETERS]:
        raise ProgrammeError(
            f"{kind.name}的地址不能带参数“{strange[0][:20]}”，只能带{'、'.join(MAIL_PARAMETERS)}。{ESCAPES}"
        )


def _refuse_what_leads_inside(kind: Kind, parts: SplitResult) -> None:
    """A webhook is called by this very server: it must not lead back to it, nor choose how it calls."""
    if "method" in _names(parts):
        raise ProgrammeError(f"{kind.name}的地址不能带参数“method”，平台一律用POST。")
    if settings.production() and _leads_inside(parts.hostname or ""):
        raise ProgrammeError(f"{kind.name}不能指向平台所在的服务器本身，请填写接收方的主机名。")


def _leads_inside(host: str) -> bool:
    """Whether it names this machine or its link: by name, or by a number in any of its spellings."""
    host = unquote(host).rstrip(".").lower()
    if host == "localhost" or host.endswith((".localhost", "localhost.localdomain")):
        return True
    number = _number(host)
    return number is not None and (number.is_loopback or number.is_link_local or number.is_unspecified)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        number = ip_address(host)
    except ValueError:
        try:
            return IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    return (number.ipv4_mapped or number) if isinstance(number, IPv6Address) else number
