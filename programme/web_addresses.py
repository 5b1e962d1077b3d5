"""Addresses of a project's zone or channel: the form is checked, nothing is opened."""

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+", re.UNICODE)
LONGEST: Final = 300


def why_no_address(url: str) -> str | None:
    """What is wrong with an address, as a sentence; None for one of the web, http or https, on a named host."""
    shown = url[:60]
    if len(url) > LONGEST:
        return f"网址“{shown}…”过长，请不超过{LONGEST}字。"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return f"网址“{shown}”写法有误，请核对。"
    if parts.scheme not in ("http", "https"):
        return f"网址“{shown}”须以 http:// 或 https:// 开头。"
    if not url.isprintable() or any(mark in url for mark in ' "<>\\`{}|^') or "@" in parts.netloc:
        return f"网址“{shown}”含有不能使用的字符，请核对。"
    if not _HOST.fullmatch(host) or host.replace(".", "").isdigit():
        return f"网址“{shown}”缺少域名，应形如 https://www.example.com/fupin。"
    return None
