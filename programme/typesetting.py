"""PDF from a typst template in data/templates and values: set in the faces of data/fonts, without network or system fonts.

Values reach the template as JSON and never become typst source, so there is nothing to escape.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import typst

from programme import settings
from programme.errors import Unusable

_NO_FACE = re.compile('the text `"(.+?)"` could not be displayed')


def pdf(
    template: str, values: Mapping[str, object], dated: date | None = None, standards: Sequence[Literal["a-2b"]] = ()
) -> bytes:
    """The same bytes for the same values. `dated` is written into the file as its date; `standards`: a-2b is PDF/A.

    Raises Unusable where a standard forbids what the values need: PDF/A, a character that no face has.
    """
    folder = settings.data_folder()
    try:
        compiled = typst.compile(
            str(folder / "templates" / template),
            font_paths=[str(folder / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
            timestamp=_seconds(dated),
            pdf_standards=list(standards),
        )
    except typst.TypstError as failure:
        if lacking := _NO_FACE.search(str(failure)):
            raise Unusable(f"“{lacking[1]}”没有可用的字形，PDF 排不出来，请换成别的字。") from failure
        raise
    assert isinstance(compiled, bytes)
    return compiled


def _seconds(day: date | None) -> int:
    return 0 if day is None else (day - date(1970, 1, 1)).days * 86400
