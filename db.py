"""Connections: engine, transactions, migration, backup. No Streamlit here, so that terminal and tests use the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Engine, make_url
from sqlmodel import Session, create_engine

from programme import settings
from programme.models import FACTS

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
MIGRATION_LOCK = 110_2019
BUSY_MILLISECONDS = 15_000


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and BEGIN IMMEDIATE for writers: a lock upgrade would ignore the busy time-out and fail."""

    @sqlalchemy_event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sqlalchemy_event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """One engine per address and process. SQLite files get their folder; PostgreSQL is spoken to through psycopg."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, connect_args={"check_same_thread": False}, pool_size=8, max_overflow=24)
        _prepare_sqlite(engine)
        return engine
    return create_engine(
        address.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20, pool_pre_ping=True
    )


def engine() -> Engine:
    return engine_for(settings.database_url())


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads: one consistent view on both stores."""
    options = {} if engine().dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with Session(engine().execution_options(**options), expire_on_commit=False) as session:
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """All or nothing. Leave it before `st.rerun()` or `st.stop()`: they raise, and would roll the write back."""
    with (
        Session(engine().execution_options(sqlite_begin="IMMEDIATE"), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _add_columns_of_new_kpis(connection: Connection) -> None:
    """The catalogue may have grown since the last start: every fact table gets the indicators it lacks."""
    for fact in FACTS:
        present = {column["name"] for column in inspect(connection).get_columns(fact.__tablename__)}
        for column in fact.__table__.columns:
            if column.name not in present:
                connection.execute(text(f'ALTER TABLE {fact.__tablename__} ADD COLUMN "{column.name}" BIGINT'))


def migrate() -> None:
    """Bring the store to the newest shape. Safe when several processes start together: the second waits for the first."""
    with engine().execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        command.upgrade(alembic_config(connection), "head")
        _add_columns_of_new_kpis(connection)
