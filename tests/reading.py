"""What is found in sheets, in a form that tests can compare."""

from collections.abc import Sequence

from programme.catalogue import catalogue
from programme.findings import Finding
from programme.formats.book import Book, Sheet
from programme.numerals import parse_figures
from programme.tables import Table, find_tables
from tests import files

FACTS = catalogue()
SALES, HOUSEHOLDS = FACTS.kpi("online_sales"), FACTS.kpi("households")
SALES_ROW = ["农产品网络销售额", "万元", 12.5, 100]
HOUSEHOLD_ROW = ["惠及贫困户", "户", 3, 40]


def book_of(*sheets: files.Rows, merges: Sequence[tuple[int, int, int, int]] = ()) -> Book:
    """A book with the rows as they stand."""
    made = [Sheet(f"表{n}", [list(row) for row in rows], merges=tuple(merges)) for n, rows in enumerate(sheets, 1)]  # type: ignore[misc]
    return Book("xlsx", made)


def found_in(
    *sheets: files.Rows, merges: Sequence[tuple[int, int, int, int]] = ()
) -> tuple[list[Table], list[Finding]]:
    return find_tables(book_of(*sheets, merges=merges), FACTS)


def only_table(*sheets: files.Rows, merges: Sequence[tuple[int, int, int, int]] = ()) -> Table:
    """The one table of the sheets, in which nothing is to be remarked."""
    tables, findings = found_in(*sheets, merges=merges)
    assert findings == []
    (table,) = tables
    return table


def figures(table: Table) -> dict[tuple[str, str], list[int | None]]:
    """Stored integers by indicator and measure."""
    read = {}
    for column in table.columns:
        values, known, _ = parse_figures(column.raw, column.stored_per_written, column.kpi.factor, column.kpi.unit)
        read[column.kpi.code, column.measure] = [int(v) if k else None for v, k in zip(values, known, strict=True)]
    return read


def rules(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.cell) for finding in findings]


BATCH_RECORDS = [["533301", "泸水市", "2019-06", 12.5, 40], ["533325", "兰坪白族普米族自治县", "2019-06", "—", 7]]
BATCH_READ = {("online_sales", "month"): [12_500_000, None], ("households", "to_date"): [40, 7]}
