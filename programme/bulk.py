"""Many rows into one table at the speed of the driver: long INSERT statements on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

from sqlmodel import Session

TOGETHER: Final = 200
"""Rows in one statement of SQLite: a quarter faster than one by one; it takes 32,766 values at once."""


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert plain values (integers, texts, None) within the session's transaction; names come from our models only."""
    head = f"{table} ({_listed(columns)})"
    if session.connection().dialect.name == "sqlite":
        _insert_together(_cursor(session), f"INSERT INTO {head}", len(columns), rows)
        return
    with _cursor(session).copy(f"COPY {head} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def add_rows(
    session: Session, table: str, keys: Sequence[str], counted: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of keys and numbers; where the keys are there already, the numbers are added to what is counted there."""
    columns = (*keys, *counted)
    head = f"INSERT INTO {table} ({_listed(columns)})"
    added = ", ".join(f'"{column}" = COALESCE({table}."{column}", 0) + excluded."{column}"' for column in counted)
    tail = f"ON CONFLICT ({_listed(keys)}) DO UPDATE SET {added}"
    if session.connection().dialect.name == "sqlite":
        _insert_together(_cursor(session), head, len(columns), rows, tail)
    else:
        _cursor(session).executemany(f"{head} VALUES ({', '.join(['%s'] * len(columns))}) {tail}", rows)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _cursor(session: Session) -> Any:
    return session.connection().connection.cursor()


def _insert_together(cursor: Any, head: str, width: int, rows: Iterable[Sequence[Any]], tail: str = "") -> None:
    """Statements of TOGETHER rows as long as they last, then the rest one by one."""
    cells = list(chain.from_iterable(rows))
    whole = len(cells) - len(cells) % (TOGETHER * width)
    for count, first, end in ((TOGETHER, 0, whole), (1, whole, len(cells))):
        step, row = count * width, f"({', '.join('?' * width)})"
        statement = f"{head} VALUES {', '.join([row] * count)} {tail}"
        cursor.executemany(statement, (cells[at : at + step] for at in range(first, end, step)))
