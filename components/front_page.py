"""The HTML that comes before Streamlit's scripts: in Chinese, with a word for old browsers and a way through the entrance."""

import base64
import hashlib
import json
import re
import tomllib
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse, Response
from streamlit import file_util

from programme.settings import data_folder

TITLE: Final = "网络扶贫监测平台"
LARGE_TYPE: Final = "19px"  # instead of theme.baseFontSize, which all sizes of the page are measured in
NO_SCRIPTS: Final = "本系统需要启用 JavaScript，请在浏览器设置中启用后刷新。"
OLD_BROWSER: Final = (
    "当前浏览器版本过低或处于兼容模式，无法使用本系统。请切换到极速模式（地址栏右侧的“e”或闪电图标），"
    "或改用新版 Chrome、Edge、360 安全浏览器、奇安信浏览器，再刷新本页。"
)
_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _script() -> str:
    """front_page.js with the Chinese for Streamlit's own words put in."""
    facts = tomllib.loads((data_folder() / "catalogue" / "interface.toml").read_text(encoding="utf-8"))
    phrases = [[*english.split("{0}"), chinese] for english, chinese in facts["phrases"].items()]
    said = json.dumps({"words": facts["words"], "phrases": phrases}, ensure_ascii=False).replace("<", "\\u003c")
    return (Path(__file__).parent / "front_page.js").read_text(encoding="utf-8").replace("{/*WORDS*/}", said)


@lru_cache(maxsize=1)
def html() -> str:
    """Streamlit's index.html, its places checked: RuntimeError when a new version looks different."""
    page = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    old = f'<div id="old-browser" style="display:none;padding:2rem"><h1>{TITLE}</h1><p>{escape(OLD_BROWSER)}</p></div>'
    for pattern, replacement in (
        ('<html lang="en">', '<html lang="zh-CN">'),
        ("<title>Streamlit</title>", f"<title>{TITLE}</title>"),
        (r'<link rel="service-desc"[^>]*>', ""),
        (r'<link\s+rel="preload"[^>]*as="font"[^>]*>', ""),
        (r"<!--.*?-->", ""),
        ("<noscript>.*?</noscript>", f"<noscript><p>{NO_SCRIPTS}</p></noscript>"),
        ('<div id="root"></div>', f'<div id="root"></div>{old}<script>{_script()}</script>'),
    ):
        page, count = re.subn(pattern, replacement.replace("\\", r"\\"), page, flags=re.DOTALL)
        if not count:
            raise RuntimeError(f"Streamlit's index.html has no {pattern}")
    return page.lstrip()


def script_hashes() -> list[str]:
    """What the content security policy allows to run inline: exactly the scripts of this page."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html()))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def show(*, large: bool = False) -> Response:
    """`large` is 大字版: all writing and its boxes grow; charts and maps keep their size (docs/accessibility.md)."""
    page = html().replace("<html", f'<html style="font-size:{LARGE_TYPE}"', 1) if large else html()
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def unknown() -> Response:
    """For an address that does not exist."""
    words = '<h1>没有这个页面</h1><p>请核对地址，或<a href="/">返回首页</a>。</p>'
    return HTMLResponse(f'<!DOCTYPE html><html lang="zh-CN"><title>{TITLE}</title>{words}</html>', 404)
