"""What was found in an uploaded file, as a table for any width: where, what stands there, and what to do."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from components.labels import plain
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.findings import SEVERITY_NAMES, Finding, Severity

SHAPES: Final = {Severity.ERROR: "●", Severity.WARNING: "◆", Severity.HINT: "○"}
LEVELS: Final = {severity: f"{shape} {SEVERITY_NAMES[severity]}" for severity, shape in SHAPES.items()}
COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "orange", Severity.HINT: "gray"}
SHOWN: Final = 200
NEXT_LINE: Final = "  \n"
NO_NAMES: Final[Mapping[str, str]] = {}


def show(findings: Sequence[Finding], counties: Mapping[str, str] = NO_NAMES) -> None:
    """The first of them, texts of users shown as written; `counties` are the names by code.

    A sheet, county or month that all share is left out.
    """
    kpis = {kpi.code: kpi.name for kpi in catalogue().kpis}
    places = [
        (
            finding.sheet,
            counties.get(finding.county, finding.county),
            Month.parse(finding.month).chinese if finding.month else "",
            kpis.get(finding.kpi, ""),
        )
        for finding in findings
    ]
    told = [*(len(set(column)) > 1 for column in list(zip(*places, strict=True))[:-1]), True]
    rows = [
        (_place(finding.cell, [text for text, tells in zip(place, told, strict=True) if tells]), *_problem(finding))
        for finding, place in zip(findings[:SHOWN], places, strict=False)
    ]
    frame = pd.DataFrame(rows, columns=["单元格", "填写内容", "问题与办法"])
    st.table(frame, border="horizontal", hide_index=True, alt="核对结果")
    if len(findings) > SHOWN:
        st.caption(f"只列出前{SHOWN}条，共{len(findings)}条；全部内容见已批注的工作簿。")


def _place(cell: str, words: Sequence[str]) -> str:
    lines = [f"**{plain(cell)}**"] * bool(cell) + [plain(word) for word in words if word]
    return NEXT_LINE.join(lines) or "—"


def _breakable(text: str) -> str:
    """An address may break after each of its parts, so that the table fits a phone."""
    return re.sub(r"(?<=[/.?&=])", "\u200b", text) if "/" in text else text


def _problem(finding: Finding) -> tuple[str, str]:
    """What stands in the cell with the repaired value below it, and what is wrong with it."""
    repaired = f"{NEXT_LINE}建议：**{plain(finding.repaired)}**" if finding.repaired else ""
    level = f":{COLOURS[finding.severity]}[**{LEVELS[finding.severity]}**]"
    return (plain(_breakable(finding.value)) or "（空）") + repaired, f"{level} {plain(finding.message)}"
