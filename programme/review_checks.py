"""What a review asks of a new revision: only what was sent back may change, and what was approved changes as a correction."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlmodel import Session

from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.findings import Finding, Severity
from programme.kpis import entry_text
from programme.obligations import Step
from programme.reviews import WORDS, let_pass

if TYPE_CHECKING:
    from programme.returns import Checked


def review_findings(session: Session, checked: "Checked") -> Iterator[Finding]:
    """Of the returns of a file that were in review before. One that was sent back counts as changed in any case: a county
    may stand by its figures, with a reason. What once passed stays a correction until the review is through again."""
    assert checked.assessed is not None
    chain = checked.assessed.chain
    asked, passed = checked.reviewed, let_pass(session, chain.counties)
    for row, key in enumerate(zip(chain.county.tolist(), chain.month.tolist(), strict=True) if asked or passed else ()):
        if not checked.base[row]:
            continue
        step, kpis = asked.get(key, (None, frozenset()))
        if step is Step.SENT_BACK:
            checked.changed[row] = True
            yield from _against_what_was_asked(checked, row, kpis)
        if key in passed and checked.changed[row]:
            yield _correction(checked, row, *passed[key])


def _correction(checked: "Checked", row: int, revision: int, step: Step) -> Finding:
    """`revision` is the one that passed, `step` how far it came."""
    member = checked.members[int(checked.chain.county[row])]
    month = Month.from_number(int(checked.chain.month[row])).chinese
    message = (
        f"{member.name}{month}月报第{revision}版已{WORDS[step]}，再次报送即为更正，更正后须重新审核。请说明更正的原因。"
    )
    return _finding(checked, row, None, "correction", Severity.WARNING, message)


def _against_what_was_asked(checked: "Checked", row: int, asked: frozenset[str]) -> Iterator[Finding]:
    """Every figure that changed unasked is an error, every one that was asked for and did not change a warning."""
    chain, standing, before = checked.chain, checked.standing, checked.stored_before(row)
    assert standing is not None
    assert before is not None
    names = "、".join(f"“{kpi.name}”" for kpi in catalogue().kpis if kpi.code in asked)
    for column, kpi in enumerate(catalogue().kpis):
        pairs = (
            (chain.values[row, column], standing.values[before, column]),
            (
                chain.known[row, column],
                standing.known[before, column],
            ),
        )
        changed = any(new != old for new, old in pairs)
        if changed and kpi.code not in asked:
            old = entry_text(int(standing.values[before, column]), kpi) if standing.known[before, column] else ""
            told = f"请改回{old}{kpi.entry_unit}" if old else "请改回空白（未报）"
            message = f"这份月报退回时只要求修改{names}，没有要求修改“{kpi.name}”，{told}。"
            yield _finding(checked, row, column, "locked", Severity.ERROR, message, kpi, old)
        elif kpi.code in asked and not changed:
            message = f"审核要求修改“{kpi.name}”，但数值没有变化。请改正；如数值无误，请在报送时说明原因。"
            yield _finding(checked, row, column, "unchanged", Severity.WARNING, message, kpi)


def _finding(
    checked: "Checked", row: int, column: int | None, rule: str, severity: Severity, message: str,
    kpi: Kpi | None = None, repaired: str = "",
) -> Finding:  # fmt: skip
    records, assessed = checked.records, checked.assessed
    assert records is not None
    assert assessed is not None
    index = int(assessed.index[row])
    table = records.tables[records.table[index]]
    named = records.identity_cell(index) if table.form == "batch" else ""
    cell, value = (named, "") if column is None else records.cell_of(index, column, ("month", "to_date"))
    return Finding(
        rule, severity, message, records.sheet_of(index), cell, records.code_of(index), records.month_of(index),
        kpi.code if kpi else "", value, repaired,
    )  # fmt: skip
