"""附件2 项目信息汇总表 as it was settled: the six columns of the annex, as a workbook and as a Word file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programme import word
from programme.documents import chinese_day, printable
from programme.project_facts import project_facts
from programme.project_form import official_sheet

Row = Mapping[str, str]


@dataclass(frozen=True)
class Settled:
    """The list that is printed. `province` is its full name, "" leaves the annex's blank; `number` and `sha256` are those
    of the frozen list, 0 and "" for one that is not settled. `province_code` goes into the workbook, unseen."""

    province: str = ""
    province_code: str = ""
    number: int = 0
    sha256: str = ""
    dated: date | None = None
    sample: bool = False

    @property
    def whose(self) -> str:
        """云南省, or the annex's blank: the annex's （区、市） stands for the other kinds of province."""
        return self.province or "＿＿＿＿＿省（区、市）"

    @property
    def title(self) -> str:
        return f"{self.whose}项目信息汇总表"

    @property
    def seal(self) -> str:
        return f"{self.whose}网信办"

    @property
    def version(self) -> str:
        return f"定稿名单第{self.number}号　SHA-256：{self.sha256}" if self.sha256 else ""


def annex2_xlsx(rows: Sequence[Row], settled: Settled) -> bytes:
    """`rows` by the fields of the annex's columns (projects.toml). What is written is read back by `check_projects`."""
    return official_sheet(
        f"{settled.title}{'（示例数据）' if settled.sample else ''}",
        _official(rows),
        seal=f"{settled.seal}（盖章）",
        day=chinese_day(settled.dated),
        version=settled.version,
        province_code=settled.province_code,
        dated=settled.dated,
    )


def annex2_docx(rows: Sequence[Row], settled: Settled) -> bytes:
    values = {
        "title": settled.title,
        "rows": _official(rows),
        "seal": settled.seal,
        "day": chinese_day(settled.dated),
        "version": settled.version,
        "sample": "示例数据" if settled.sample else "",
    }
    return word.filled("annex2.docx", values, settled.dated)


def _official(rows: Sequence[Row]) -> list[dict[str, str]]:
    fields = [column.field for column in project_facts().columns if column.official]
    return [{field: printable(row.get(field, "")) for field in fields} for row in rows]
