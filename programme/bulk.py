"""Many rows into one table at the speed of the driver: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert plain values (integers, texts, None) within the session's transaction; names come from our models only."""
    connection = session.connection()
    names = ", ".join(f'"{column}"' for column in columns)
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        return
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
