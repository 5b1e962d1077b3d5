"""pandas: read_excel with openpyxl, types, bounds and uniqueness by pandera, to_sql."""

import sqlite3
import sys
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from bench import timed

KEYS = 3


def schema(headings: list[str]) -> pa.DataFrameSchema:
    code, name, month, *figures = headings
    return pa.DataFrameSchema(
        {
            code: pa.Column(str, pa.Check.str_matches(r"^\d{6}$")),
            name: pa.Column(str, pa.Check.str_length(min_value=2)),
            month: pa.Column(str, pa.Check.str_matches(r"^20\d\d年\d{1,2}月$")),
            **{figure: pa.Column(float, pa.Check.ge(0), nullable=True, coerce=True) for figure in figures},
        },
        unique=[code, month],
        strict=True,
    )


def bring_in(workbook: Path, folder: Path) -> int:
    frame = pd.read_excel(workbook, engine="openpyxl", dtype={0: str})
    checked = schema(list(frame.columns)).validate(frame, lazy=True)
    store = sqlite3.connect(folder / "pandas.db")
    with store:
        stored = checked.to_sql("figures", store, index=False)
    store.close()
    return int(stored or 0)


if __name__ == "__main__":
    timed.say(timed.timed(lambda: bring_in(*map(Path, sys.argv[1:3]))))
