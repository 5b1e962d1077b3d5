"""附件1 网络扶贫“双百”项目申报书 on paper: the application as a Word file and as a PDF, from its texts as stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programme import typesetting, word
from programme.application_facts import ApplicationFacts, Field, application_facts
from programme.documents import chinese_day, printable

_BLANKS = {"province": "　　　省（市、区）", "month": "　　年　　月"}
_NO_PROVINCE = "XXXX省（自治区、直辖市）"
_NATION = "国家互联网信息办公室"
_LINE = 25  # characters in the widest cells


@dataclass(frozen=True)
class Imprint:
    """What is printed beside the fields. `version_sha256` ties the seal to the text that was printed.

    `direct`: the declaration is made to the national office. Without `applied_on` the date is left to the pen.
    """

    counties: Sequence[str] = ()
    version_sha256: str = ""
    applied_on: date | None = None
    direct: bool = False
    sample: bool = False


BLANK = Imprint()
IMPRINT_VALUES = ("title", "addressee", "applied_on", "version", "declaration", "sample")
"""What the templates print beside the fields of the catalogue."""


def annex1_docx(content: Mapping[str, str], imprint: Imprint = BLANK) -> bytes:
    """`content` by the codes of applications.toml, choices as codes, months as 2016-10, the province as its name."""
    return word.filled("annex1.docx", printed(content, imprint), imprint.applied_on)


def annex1_pdf(content: Mapping[str, str], imprint: Imprint = BLANK) -> bytes:
    """The same texts as `annex1_docx`. Where the two break lines and pages differs: what is sealed is the PDF."""
    return typesetting.pdf("annex1.typ", printed(content, imprint), imprint.applied_on)


def printed(content: Mapping[str, str], imprint: Imprint) -> dict[str, object]:
    """Texts by what the templates call them: the fields of the catalogue and IMPRINT_VALUES."""
    facts = application_facts()
    values: dict[str, object] = {field.code: _text(facts, field, content.get(field.code, "")) for field in facts.fields}
    province = content.get("province", "").strip()
    return values | {
        "category": _columns(_boxes(facts, "category", content.get("category", ""))),
        "counties": "、".join(imprint.counties),
        "title": facts.title,
        "addressee": _NATION if imprint.direct else f"{province or _NO_PROVINCE}网信办",
        "applied_on": chinese_day(imprint.applied_on),
        "version": f"申报书版本 SHA-256：{imprint.version_sha256}" if imprint.version_sha256 else "",
        "declaration": facts.declaration,
        "sample": "示例数据" if imprint.sample else "",
    }


def _text(facts: ApplicationFacts, field: Field, stored: str) -> str:
    if field.kind == "choice":
        return _lines(_boxes(facts, field.code, stored))
    if field.kind == "month":
        return _month(stored)
    return printable(stored) or _BLANKS.get(field.kind, "")


def _boxes(facts: ApplicationFacts, field: str, chosen: str) -> list[str]:
    """☑ before what was chosen, ☐ before the rest; box and word are not parted at the end of a line."""
    return [f"{'☑' if code == chosen else '☐'}\N{NO-BREAK SPACE}{name}" for code, name in facts.choices(field).items()]


def _lines(boxes: Sequence[str]) -> str:
    """As many to a line as fit, so that no name is broken in two."""
    lines = [boxes[0]]
    for box in boxes[1:]:
        if len(lines[-1]) + len(box) < _LINE:
            lines[-1] += f"　{box}"
        else:
            lines.append(box)
    return "\n".join(lines)


def _columns(boxes: Sequence[str]) -> dict[str, str]:
    """The two columns of the annex, read line by line."""
    return {"left": "\n".join(boxes[::2]), "right": "\n".join(boxes[1::2])}


def _month(stored: str) -> str:
    year, _, month = printable(stored).partition("-")
    return f"{year}年{month.lstrip('0')}月" if month else year or _BLANKS["month"]
