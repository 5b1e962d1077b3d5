"""The expo wall as one self-contained file."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def wall_html(content: Mapping[str, Any], *, online: bool, version: str = "") -> str:
    """The file. `online` adds components/wall/update.js, which asks for `version` now and then."""
    return f"<!doctype html><html lang='zh-CN' data-version='{version}'><title>{online}</title>{content_digest(content)}"


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content's canonical JSON, without the address it is served from."""
    told = {key: value for key, value in content.items() if key != "address"}
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
