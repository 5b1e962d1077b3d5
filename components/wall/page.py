"""A stand-in for the expo wall's file until the real one is merged: the same signatures, the same `window.wall`."""

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from programme.wall_scenes import wall_facts

SCRIPT = """
const scenes = JSON.parse(document.getElementById("content").textContent).scenes;
window.wall = {rounds: 0, onRoundEnd: null, paused: false, stop() { this.paused = true; }, play() { this.paused = false; },
  go(index) { at = index; since = performance.now(); document.querySelector("h2").textContent = scenes[at][0]; }};
let at = 0, since = performance.now();
wall.go(0);
(function tick(now) {
  if (!wall.paused && now - since > scenes[at][1] * 1000) {
    if (at + 1 === scenes.length) { wall.rounds += 1; if (wall.onRoundEnd) wall.onRoundEnd(); }
    wall.go((at + 1) % scenes.length);
  }
  requestAnimationFrame(tick);
})(since);
"""


def wall_html(content: Mapping[str, Any], *, online: bool, version: str = "") -> str:
    """The file. `online` adds components/wall/update.js, which asks for `version` now and then."""
    update = (Path(__file__).parent / "update.js").read_text(encoding="utf-8") if online else ""
    scripts = [script for script in (SCRIPT, update) if script]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts]
    reach = "connect-src 'self'; worker-src 'self'" if online else "connect-src 'none'"
    policy = f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; img-src data:; {reach}"
    told = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
    asked = f" data-version='{version}' data-poll='{wall_facts().poll_seconds}'" if online else ""
    lines = "".join(f"<p>{escape(str(name))} {value}</p>" for name, value in content["lines"])
    return (
        f"<!doctype html><html lang='zh-CN'{asked}><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(content["title"])}</title>'
        "<body style='background:#071326;color:#fff;font:32px sans-serif'>"
        f"<h1>{escape(content['title'])}</h1><p>{escape(content['basis'])}</p><h2></h2>{lines}"
        f"<p>{content_digest(content)}</p><script type='application/json' id='content'>{told}</script>"
        f"{''.join(f'<script>{script}</script>' for script in scripts)}</html>"
    )


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON, without the address it is served from."""
    told = {key: value for key, value in content.items() if key != "address"}
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
