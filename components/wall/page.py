"""The expo wall as one self-contained file: drawn in Python, played by a little script, asking nobody for anything."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from components.wall import fitting, typeface
from components.wall.groups import Panel, panel
from components.wall.national import national
from programme.wall_scenes import wall_facts

HERE: Final = Path(__file__).parent
LENGTH: Final = re.compile(r"(?<![\w#.-])(-?\d*\.?\d+)u\b")
WIDEST: Final = 1.25  # share of a target at the right end of its bar
SIGN: Final = "手机扫码看同样的内容"
FACES: Final = "/*FACES*/"
BESIDE: Final = 840  # width of a group's map beside a story
VISIT: Final = 25  # seconds a county stays that was touched
PRAISED_ON_A_PAGE: Final = 7
TOLD: Final = ("counties",)  # what the script needs to know; all else is in the page as text


def wall_html(content: Mapping[str, Any], *, online: bool, version: str = "") -> str:
    """The file, the same bytes for the same content. `online` adds the text of update.js, which may ask the server that the
    file came from, and a QR code to `content["address"]`; otherwise nothing in it can reach anybody."""
    panels = [panel(group["members"], content["counties"]) for group in content["groups"]]
    scripts = [_text("wall.js")] + ([_text("update.js")] if online and (HERE / "update.js").exists() else [])
    address = content["address"] if online else ""
    values = {
        "said": content,
        "digest": content_digest(content),
        "online": online,
        "version": version,
        "poll": wall_facts().poll_seconds,
        "policy": policy(scripts, online=online),
        "country": national(content["groups"], content["counties"]),
        "panels": panels,
        "tellings": [_telling(story, content) for story in content["stories"]],
        "excerpts": [_excerpt(practice, content) for practice in content["practices"]],
        "parts": _parts(content),
        "places": {stage["code"]: at for at, stage in enumerate(content["projects"]["stages"])},
        "praised_on_a_page": PRAISED_ON_A_PAGE,
        "code": _qr(f"{address}{'&' if '?' in address else '?'}phone") if address else "",
        "sign": SIGN,
        "along": _along,
        "share": lambda part, whole: round(100 * part / whole, 3),
        "qr": _qr,
        "told": _json({"visit": VISIT} | {name: content[name] for name in TOLD}),
        "pictures": _json({key: f"data:{p['type']};base64,{p['data']}" for key, p in content["pictures"].items()}),
        "scripts": [_ours(script) for script in scripts],
        "style": _ours(LENGTH.sub(r"calc(\1*var(--u))", _text("wall.css"))),
        "faces": _ours(FACES),
    }
    page = _environment().get_template("wall.html.j2").render(values)
    return page.replace(FACES, typeface.faces(_letters(page)), 1)


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON, without the address it is served from: the same online and in the bundle."""
    told = {key: value for key, value in content.items() if key != "address"}
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def policy(scripts: Sequence[str], *, online: bool) -> str:
    """The content security policy of the file: these scripts, what is inside it, and online the server it came from."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)
    asked = "connect-src 'self'; worker-src 'self'" if online else "connect-src 'none'"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; font-src data:; {asked}; "
        "base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _ours(text: str) -> Markup:
    """Text of ours that is markup as it stands: it holds nothing that somebody typed."""
    return Markup(text)  # noqa: S704


def _json(value: Any) -> Markup:
    """For a script element of data: nothing in it can end the element or begin a comment."""
    return _ours(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def _letters(page: str) -> str:
    """What the stage can show: its own text, online or not, and what the script writes on it. The page for phones uses the
    phone's fonts."""
    stage = page[page.index('<main id="stage">') : page.index('<article id="flow">')]
    told = page[page.index('id="told"') : page.index('id="pictures"')]
    return re.sub(r"<[^>]*>", "", stage) + told + SIGN + _text("wall.js")


def _along(share: float) -> float:
    """Per cent of a bar's length."""
    return round(100 * min(share, WIDEST) / WIDEST, 2)


def _qr(text: str) -> Markup:
    drawn = segno.make(text, error="m", micro=False)
    return _ours(drawn.svg_inline(border=3, omitsize=True, dark="#081a33", light="#fff", svgclass="qr", lineclass=None))


def _telling(story: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """How a story is set, and its county's figures; without pictures it stands beside the map of its group."""
    telling, county = fitting.told(story["title"], story["paragraphs"]), content["counties"].get(story["code"])
    rights = "、".join(dict.fromkeys(one["rights"] for one in story["pictures"][:3] if one["rights"]))
    headed = _headed(content) if county and not telling.alone else []
    figures = [one for one in county["figures"] if one["name"] in headed] if county else []
    return {
        "size": telling.size,
        "paragraphs": telling.paragraphs,
        "cut": telling.cut,
        "panel": _beside(story, content),
        "figures": figures,
        "rights": rights,
    }


def _excerpt(practice: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """How a practice is set; without a picture it stands beside the map of its county's group."""
    setting = fitting.excerpt(practice["title"], practice["paragraphs"])
    return {
        "size": setting.size,
        "paragraphs": setting.paragraphs,
        "cut": setting.cut,
        "panel": _beside(practice, content),
    }


def _beside(shown: Mapping[str, Any], content: Mapping[str, Any]) -> Panel | None:
    """The map that stands beside what has no picture."""
    county = content["counties"].get(shown["code"])
    if shown["pictures"] or not county:
        return None
    members = next(group["members"] for group in content["groups"] if group["core"] == county["core"])
    return panel(members, content["counties"], BESIDE)


def _headed(content: Mapping[str, Any]) -> list[str]:
    """Names of the figures that stand under a group."""
    return [figure["name"] for figure in content["groups"][0]["figures"]]


def _parts(content: Mapping[str, Any]) -> dict[str, int]:
    """How many steps a scene has."""
    pages = -(-len(content["products"]) // wall_facts().products_on_a_page)
    praised = -(-len(content["projects"]["commended"]) // PRAISED_ON_A_PAGE)
    many = {"map": len(content["groups"]), "products": pages, "projects": praised}
    many |= {code: len(content[code]) for code in ("stories", "practices")}
    return {"figures": 1, "targets": 1} | {code: max(1, number) for code, number in many.items()}
