"""PDF from a typst template in data/templates and values: set in the faces of data/fonts, without network or system fonts.

Values reach the template as JSON and never become typst source, so there is nothing to escape.
"""

import json
from collections.abc import Mapping
from datetime import date

import typst

from programme import settings


def pdf(template: str, values: Mapping[str, object], dated: date | None = None) -> bytes:
    """The same bytes for the same values. `dated` is written into the file as its date."""
    folder = settings.data_folder()
    compiled = typst.compile(
        str(folder / "templates" / template),
        font_paths=[str(folder / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        timestamp=_seconds(dated),
    )
    assert isinstance(compiled, bytes)
    return compiled


def _seconds(day: date | None) -> int:
    return 0 if day is None else (day - date(1970, 1, 1)).days * 86400
