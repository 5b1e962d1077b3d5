"""This product: read, every check, revisions with file and cell, standings, sums, audit; one transaction."""

import gc
import sys
from pathlib import Path

import numpy.ma  # noqa: F401  (a running server has loaded it, through pandas)

import db
from bench import synthetic, timed
from programme import counties
from programme.permissions import Actor
from programme.returns import check_file
from programme.submissions import submit


def bring_in(actor: Actor, workbook: Path) -> int:
    with db.reading() as session:
        checked = check_file(session, actor, workbook.read_bytes(), workbook.name)
    with db.transaction() as session:
        return submit(session, actor, checked).returns


def main(workbook: Path, folder: Path, data: Path) -> None:
    """`folder` holds the prepared store. What a running server has done at its start is not counted."""
    with synthetic.surroundings(folder, data):
        db.migrate()
        with db.reading() as session:
            counties.registry(session)
        gc.collect()
        gc.freeze()
        timed.say(timed.timed(lambda: bring_in(synthetic.office(), workbook)))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
