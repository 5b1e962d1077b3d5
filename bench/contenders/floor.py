"""The floor: python-calamine and one bare executemany. No checks, no types, no record of anything."""

import io
import sqlite3
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench import timed


def bring_in(workbook: Path, folder: Path) -> int:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook.read_bytes())).get_sheet_by_index(0)
    rows = sheet.to_python()[1:]
    store = sqlite3.connect(folder / "floor.db")
    store.execute(f"CREATE TABLE figures ({', '.join(f'c{at}' for at in range(len(rows[0])))})")
    with store:
        store.executemany(f"INSERT INTO figures VALUES ({', '.join('?' * len(rows[0]))})", rows)
    store.close()
    return len(rows)


if __name__ == "__main__":
    timed.say(timed.timed(lambda: bring_in(*map(Path, sys.argv[1:3]))))
