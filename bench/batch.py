"""A batch workbook of 100,000 rows, brought in by the product and by three others, each in a process of its own."""

import os
import shutil
from pathlib import Path
from statistics import median

import db
from bench import synthetic, timed
from bench.report import Line, Section, at_least, at_most

ROUNDS = {"floor": 9, "ours": 9, "pandas_openpyxl": 3, "import_export": 3}
HOW = (
    f"One xlsx of {synthetic.ROWS:,} rows × 11 columns: {synthetic.COUNTIES:,} counties of the registry, "
    "month by month, eight indicators in the units of the batch form. *NetLift* reads it, runs every check, stores revisions "
    "with file and cell, standings, sums and audit in one transaction on a store with registry and members. *Floor* is "
    "python-calamine and one bare `executemany`. *django-import-export* cleans each row by its model "
    "(`clean_model_instances`) and creates in bulk. *pandas* is `read_excel` with openpyxl, a pandera schema and `to_sql`. "
    f"All on SQLite, each in a fresh process, in turn, {ROUNDS['pandas_openpyxl']} rounds, the two fast ones {ROUNDS['ours']}; "
    "start and imports are not counted."
)


def prepare(folder: Path) -> tuple[Path, Path]:
    """The workbook and the plan's data folder; and template.db, a store ready for it. Made once."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    if not (folder / "template.db").exists():
        synthetic.data_folder(data)
        with synthetic.surroundings(folder, data):
            synthetic.prepare_store()
            db.engine().dispose()
        (folder / "netlift.db").rename(folder / "template.db")
    with synthetic.surroundings(folder, data):
        return synthetic.workbook(folder / "batch.xlsx"), data


def measure(folder: Path) -> Section:
    workbook, data = prepare(folder)
    took: dict[str, list[timed.Took]] = {name: [] for name in ROUNDS}
    for number in range(max(ROUNDS.values())):
        for name in (name for name, rounds in ROUNDS.items() if number < rounds):
            took[name].append(_run(name, workbook, folder, data, number))
    return _section({name: median(one.clock for one in found) for name, found in took.items()})


def _run(name: str, workbook: Path, folder: Path, data: Path, number: int) -> timed.Took:
    """One contender on a fresh store in a folder of its own; it must have stored every row."""
    own = folder / f"{name}-{os.getpid()}-{number}"
    own.mkdir()
    try:
        if name == "ours":
            shutil.copy(folder / "template.db", own / "netlift.db")
        took = timed.run(f"bench.contenders.{name}", workbook, own, data)
    finally:
        shutil.rmtree(own)
    if took.stored != synthetic.ROWS:
        raise RuntimeError(f"{name} stored {took.stored} rows")
    return took


def _section(seconds: dict[str, float]) -> Section:
    ours = seconds["ours"]
    return Section(
        "100,000 rows, checked and committed",
        HOW,
        [
            *(Line(name, f"{taken:.2f} s") for name, taken in seconds.items()),
            at_most("ours ÷ floor", ours / seconds["floor"], 2, "{:.2f}"),
            at_least("django-import-export ÷ ours", seconds["import_export"] / ours, 15, "{:.1f}"),
            at_least("pandas + openpyxl + pandera ÷ ours", seconds["pandas_openpyxl"] / ours, 4, "{:.1f}"),
        ],
    )
