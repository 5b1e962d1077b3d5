"""Reading printed documents back: what stands on paper, without white space."""

import io
import re
from collections.abc import Mapping

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from programme.application_facts import application_facts

_FOOT = re.compile(r"(申报书版本SHA-256：[0-9a-f]{64})?第\d+页共\d+页")
_OVER_SEVERAL_ROWS = re.compile("项目申报单位|项目负责人")


def bare(text: str) -> str:
    return "".join(text.split())


def docx_text(content: bytes) -> str:
    """The text of the body in its order. Labels of merged rows are left out: a PDF has them after their rows."""
    body = Document(io.BytesIO(content)).element.body
    return _OVER_SEVERAL_ROWS.sub("", bare("".join(part.text or "" for part in body.iter(qn("w:t")))))


def pdf_pages(content: bytes) -> list[str]:
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def pdf_text(content: bytes) -> str:
    """As `docx_text`, without what stands at the head and foot of pages."""
    return _OVER_SEVERAL_ROWS.sub(
        "", "".join(_FOOT.sub("", page).removeprefix("示例数据") for page in pdf_pages(content))
    )


def docx_foot(content: bytes) -> str:
    return bare(Document(io.BytesIO(content)).sections[0].footer.paragraphs[0].text)


def docx_table(content: bytes, number: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(content)).tables[number].rows]


def an_application(**values: str) -> Mapping[str, str]:
    """Every field of the catalogue filled; `values` by code replace."""
    facts = application_facts()
    kinds = {
        "month": "2016-10",
        "phone": "13800000000",
        "email": "a@example.cn",
        "postcode": "673100",
        "province": "云南省",
    }
    content = {field.code: kinds.get(field.kind, f"示例{field.name}") for field in facts.fields}
    content |= {field.code: next(iter(facts.choices(field.code))) for field in facts.fields if field.kind == "choice"}
    return content | {"organisation_code": "91530100MA6K12345X", "ends": "2018-12"} | values
