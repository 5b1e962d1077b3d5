"""Word files from the templates in data/templates, which the office may edit in Word; the fields stand in them as {{ code }}."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import cast

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from programme import settings

_EPOCH = date(1980, 1, 1)  # the first day a zip archive can name


def filled(template: str, values: Mapping[str, object], dated: date | None = None) -> bytes:
    """The template with these texts, as typed. The same bytes for the same values; `dated` is the file's own date.

    A field that the template names and `values` lacks raises jinja2.UndefinedError.
    """
    document = _opened(template)
    document.render({name: typed(value) for name, value in values.items()}, _environment())
    written = datetime.combine(dated or _EPOCH, datetime.min.time(), UTC)
    document.core_properties.created = document.core_properties.modified = written
    buffer = io.BytesIO()
    document.save(buffer)
    return repeatable(buffer.getvalue())


def fields_of(template: str) -> set[str]:
    """What a template asks for."""
    return cast(set[str], _opened(template).get_undeclared_template_variables(_environment()))


def typed(value: object) -> object:
    """Text that comes out of the template as it went in; each line becomes a paragraph. Goes into lists and mappings.

    Braces are written as character references: docxtpl would read {_{ and its like as escapes.
    """
    if isinstance(value, str):
        escaped = str(escape(value)).replace("{", "&#123;").replace("}", "&#125;")
        return Markup(escaped.replace("\n", "\a"))  # noqa: S704 - escaped just now
    if isinstance(value, Mapping):
        return {name: typed(inner) for name, inner in value.items()}
    return [typed(inner) for inner in value] if isinstance(value, list) else value


def _opened(template: str) -> DocxTemplate:
    return DocxTemplate(settings.data_folder() / "templates" / template)


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def repeatable(content: bytes) -> bytes:
    """The same archive without the time of writing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
