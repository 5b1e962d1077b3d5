"""通报表扬: the list of projects that the third party graded 优秀, as a document that the national office completes in Word."""

from collections.abc import Mapping, Sequence
from datetime import date

from programme import word
from programme.documents import chinese_day, printable
from programme.project_facts import project_facts

_FIELDS = ("no", "name", "enterprise", "province")


def commendation_docx(
    rows: Sequence[Mapping[str, str]],
    *,
    dated: date | None = None,
    number: int = 0,
    sha256: str = "",
    sample: bool = False,
) -> bytes:
    """`rows` with no, name, enterprise and province by name, in the order of the list; `number` and `sha256` of the frozen list.

    The 文号 stays a blank: the office's registry gives it.
    """
    facts = project_facts()
    enterprises = len({row["enterprise"] for row in rows})
    values = {
        "title": f"{facts.name}通报表扬",
        "reason": (
            f"根据《{facts.title}》（{facts.document}）“{facts.commendation_sentence.rstrip('。')}”的要求，"
            f"经第三方评估，现对评估结果为优秀的{len(rows)}个项目的{enterprises}家承担企业予以通报表扬。"
        ),
        "rows": [_line(place, row) for place, row in enumerate(rows, 1)],
        "document_number": "＿＿＿＿〔　　　　〕＿＿号",
        "issued_by": "国家互联网信息办公室",
        "day": chinese_day(dated),
        "version": f"名单第{number}号　SHA-256：{sha256}" if sha256 else "",
        "sample": "示例数据" if sample else "",
    }
    return word.filled("commendation.docx", values, dated)


def _line(place: int, row: Mapping[str, str]) -> dict[str, str]:
    return {"number": str(place)} | {field: printable(row[field]) for field in _FIELDS}
