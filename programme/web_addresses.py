"""Addresses of a project's zone or channel: the form is checked, nothing is opened."""

import re
from typing import Final
from urllib.parse import urlsplit

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_HOST: Final = re.compile(rf"(?:(?:[a-z0-9_-]+|[{_HAN}0-9-]+)\.)+(?:[a-z][a-z0-9-]+|[{_HAN}]+)")
"""Each label in Latin or in Chinese, never both and nothing that looks like them; the last one no number, as browsers read 0x7f."""
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
    if not _HOST.fullmatch(host):
        return (
            f"网址“{shown}”缺少域名，或域名中有不能使用的字符：各段请全用英文字母、数字，或全用汉字、数字，"
            "应形如 https://www.example.com/fupin。"
        )
    return None
