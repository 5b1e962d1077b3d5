"""A table found in a user's sheet: which cells hold which indicator of which county and month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from programme.catalogue import Kpi
from programme.formats.book import Cell

Form = Literal["monthly", "batch"]
Measure = Literal["month", "to_date"]
Key = Literal["code", "name", "month"]


@dataclass
class Column:
    """The cells of one indicator and measure, one per record of the table.

    `stored_per_written` is the number of stored integers in one unit of the header or unit cell (per record).
    `rows` is given where each record's cell lies in a row of its own (monthly form); else the table's rows hold.
    """

    kpi: Kpi
    measure: Measure
    letters: str
    raw: Sequence[Cell]
    stored_per_written: int
    rows: Sequence[int] | None = None


@dataclass
class Table:
    """One table found in a sheet: a monthly form is a table with one record, a batch has one record per row.

    `code_letters`, `name_letters` and `month_letters` name the column in which the county and month of a record stand; a
    full address (B3) where they stand in one cell for all records, and nothing where they stand in no cell.
    """

    form: Form
    sheet: str
    rows: Sequence[int]
    codes: Sequence[Cell]
    names: Sequence[Cell]
    months: Sequence[Cell]
    columns: list[Column]
    code_letters: str = ""
    name_letters: str = ""
    month_letters: str = ""
    remarks: dict[str, str] = field(default_factory=dict)
    remark_letters: str = ""

    def address(self, column: Column, record: int) -> str:
        """The cell of a record, such as D7."""
        rows = column.rows if column.rows is not None else self.rows
        return f"{column.letters}{rows[record]}"

    def key_address(self, key: Key, record: int) -> str:
        """The cell in which the county code, county name or month of a record stands, "" when it stands in none."""
        place = {"code": self.code_letters, "name": self.name_letters, "month": self.month_letters}[key]
        return f"{place}{self.rows[record]}" if place.isalpha() else place
