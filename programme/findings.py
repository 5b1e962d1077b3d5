"""What is wrong in an upload, as data: never an exception, always with what to do."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


SEVERITY_NAMES: Final = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.HINT: "提示"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on one cell (or on the file, when `cell` is empty).

    `county` is the six-digit code, `month` reads 2019-06, `kpi` the code of the indicator, `value` what the
    user wrote, `repaired` what it should probably be (shown beside it, never written for the user).
    """

    rule: str
    severity: Severity
    message: str
    sheet: str = ""
    cell: str = ""
    county: str = ""
    month: str = ""
    kpi: str = ""
    value: str = ""
    repaired: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding with plain texts, as `check --json` prints it."""
        return asdict(self) | {"severity": self.severity.value}


def errors(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def warnings(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.WARNING]
