"""What stands in an application (附件1), field code → text: made tidy, what is still wrong in it, and its digest.

Choices are held as codes, months as 2016-10, counties as internal ids joined by commas.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from programme.application_facts import Field, Section, application_facts
from programme.calendar import Month
from programme.contact_checks import (
    mail_problem,
    mobile_problem,
    one_line,
    postcode_problem,
    tidy_mail,
    tidy_mobile,
    tidy_postcode,
    visible,
)
from programme.written_months import parse_month

Content = Mapping[str, str]


def county_ids(text: str) -> tuple[int, ...]:
    """The internal ids of a field of counties, as they were chosen."""
    return tuple(int(number) for number in text.split(",") if number)


def tidy(content: Content) -> dict[str, str]:
    """As it is stored and sealed: every field of the catalogue in its order, "" for what is not written."""
    return {
        field.code: _TIDY.get(field.kind, one_line)(content.get(field.code, "")) for field in application_facts().fields
    }


def _tidy_text(text: str) -> str:
    return "\n".join(line.rstrip() for line in visible(text).split("\n")).strip()


def _tidy_month(text: str) -> str:
    """2016年10月 → 2016-10; what is no month stays as it was typed, to be named as such."""
    month = parse_month(one_line(text)) if text else None
    return f"{month.year}-{month.month:02d}" if isinstance(month, Month) else one_line(text)


_TIDY: Final[Mapping[str, Callable[[str], str]]] = {
    "text": _tidy_text,
    "month": _tidy_month,
    "phone": tidy_mobile,
    "email": tidy_mail,
    "postcode": tidy_postcode,
}


def as_json(content: Content) -> str:
    """The same text for the same content, whatever the order of its fields."""
    return json.dumps(dict(content), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> dict[str, str]:
    kept: dict[str, str] = json.loads(text)
    return kept


def digest(content: Content) -> str:
    """SHA-256 of a content that is tidy: what a sealed page belongs to."""
    return hashlib.sha256(as_json(content).encode()).hexdigest()


# --- what is still wrong ----------------------------------------------------------------------------------------------


def problems(content: Content) -> dict[str, list[str]]:
    """Section → what is still to be done in a content that is tidy, as sentences; finished sections are left out."""
    found = {section.code: list(_problems(section, content)) for section in application_facts().sections}
    return {code: sentences for code, sentences in found.items() if sentences}


def _problems(section: Section, written: Content) -> Iterator[str]:
    for field in section.fields:
        if sentence := _problem(field, written.get(field.code, "")):
            yield sentence
    if {"starts", "ends"} <= {field.code for field in section.fields}:
        yield from _order_problems(written.get("starts", ""), written.get("ends", ""))


def _problem(field: Field, text: str) -> str | None:
    if not text:
        return _MISSING.get(field.kind, "请填写“{}”。").format(field.name) if field.required else None
    if field.from_enterprise:
        return None
    rule = _RULES.get(field.kind)
    rest = rule(field, text) if rule else None
    return f"“{field.name}”{rest}" if rest else None


_MISSING: Final = {"choice": "请选择“{}”。", "counties": "请至少选一个“{}”。"}


def _line(field: Field, text: str) -> str | None:
    return _length(text, "max_line")


def _text(field: Field, text: str) -> str | None:
    return _length(text, "max_text")


def _length(text: str, limit: str) -> str | None:
    most = application_facts().limits[limit]
    return f"请不超过{most}字，现有{len(text)}字。" if len(text) > most else None


def _choice(field: Field, text: str) -> str | None:
    return None if text in application_facts().choices(field.code) else "请从列表中选择。"


def _month(field: Field, text: str) -> str | None:
    return None if isinstance(parse_month(text), Month) else "认不出月份，请填成 2016-10 或 2016年10月 的样子。"


def _counties(field: Field, text: str) -> str | None:
    most, number = application_facts().limits["max_counties"], len(county_ids(text))
    return f"请不超过{most}个，现有{number}个。" if number > most else None


_RULES: Final[Mapping[str, Callable[[Field, str], str | None]]] = {
    "line": _line,
    "text": _text,
    "choice": _choice,
    "month": _month,
    "counties": _counties,
    "phone": lambda _field, text: mobile_problem(text),
    "email": lambda _field, text: mail_problem(text),
    "postcode": lambda _field, text: postcode_problem(text),
}


def _order_problems(starts: str, ends: str) -> Iterator[str]:
    first, last = parse_month(starts), parse_month(ends)
    if isinstance(first, Month) and isinstance(last, Month) and last.number < first.number:
        yield f"终止时间（{ends}）早于起始时间（{starts}），请核对。"
