"""Many rows into one table at the speed of the driver: long INSERT statements on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from sqlmodel import Session

TOGETHER: Final = 200
"""Rows in one statement of SQLite: a quarter faster than one by one; it takes 32,766 values at once."""


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert plain values (integers, texts, None) within the session's transaction; names come from our models only."""
    if _is_sqlite(session):
        _insert_together(session, _head(table, columns), len(columns), list(chain.from_iterable(rows)))
    else:
        _copy(session, table, columns, rows)


def insert_columns(session: Session, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """`insert_rows` of values that lie column by column, all equally long."""
    if not _is_sqlite(session):
        _copy(session, table, list(columns), zip(*columns.values(), strict=True))
        return
    cells: list[Any] = [None] * sum(map(len, columns.values()))
    for place, values in enumerate(columns.values()):
        cells[place :: len(columns)] = values
    _insert_together(session, _head(table, list(columns)), len(columns), cells)


def add_rows(
    session: Session, table: str, keys: Sequence[str], counted: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of keys and numbers; where the keys are there already, the numbers are added to what is counted there."""
    columns = (*keys, *counted)
    head = _head(table, columns)
    added = ", ".join(f'"{column}" = COALESCE({table}."{column}", 0) + excluded."{column}"' for column in counted)
    tail = f"ON CONFLICT ({_listed(keys)}) DO UPDATE SET {added}"
    if _is_sqlite(session):
        _insert_together(session, head, len(columns), list(chain.from_iterable(rows)), tail)
    else:
        _cursor(session).executemany(f"{head} VALUES ({', '.join(['%s'] * len(columns))}) {tail}", rows)


def _is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


def _head(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({_listed(columns)})"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _cursor(session: Session) -> Any:
    return session.connection().connection.cursor()


def _copy(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with _cursor(session).copy(f"COPY {table} ({_listed(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _insert_together(session: Session, head: str, width: int, cells: list[Any], tail: str = "") -> None:
    """Statements of TOGETHER rows as long as they last, then the rest one by one. `cells` are those of row after row."""
    cursor, whole = _cursor(session), len(cells) - len(cells) % (TOGETHER * width)
    for count, first, end in ((TOGETHER, 0, whole), (1, whole, len(cells))):
        step, row = count * width, f"({', '.join('?' * width)})"
        statement = f"{head} VALUES {', '.join([row] * count)} {tail}"
        cursor.executemany(statement, (cells[at : at + step] for at in range(first, end, step)))
