"""Connections: engine, transactions, migration, backup. No Streamlit here, so that terminal and tests use the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlmodel import Session, create_engine

from programme import settings
from programme.errors import Unusable
from programme.models import FACTS

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
WRITING, WRITE_LOCK = "netlift_writing", 110_2019
BUSY_MILLISECONDS, START_MILLISECONDS = 15_000, 600_000
CACHE_KIBIBYTES = 32_768
"""Of pages, at most, for each connection to SQLite: a large batch is written out once, at its commit."""


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and BEGIN IMMEDIATE for writers: a lock upgrade would ignore the busy time-out and fail."""

    @sqlalchemy_event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        waiting = f"busy_timeout={BUSY_MILLISECONDS}"
        cache = f"cache_size=-{CACHE_KIBIBYTES}"
        for pragma in (waiting, cache, "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sqlalchemy_event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        patience = connection.get_execution_options().get(WRITING)
        if patience:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if patience else "BEGIN DEFERRED")


def _prepare_postgres(engine: Engine) -> None:
    """One writer at a time, as in SQLite: asked for a lock that ends with the transaction."""

    @sqlalchemy_event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if WRITING in connection.get_execution_options():
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise Unusable("DATABASE_URL 认不出，请写成 sqlite:///路径 或 postgresql://用户@主机/库名。") from None
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unusable("DATABASE_URL 只能是 sqlite:/// 或 postgresql:// 开头的地址。")
    return address


@lru_cache(maxsize=8)
def engine_for(url: str) -> Engine:
    """One engine per address and process. SQLite files get their folder; PostgreSQL is spoken to through psycopg.

    Raises Unusable for an address of no kind we know.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, connect_args={"check_same_thread": False}, pool_size=8, max_overflow=24)
        _prepare_sqlite(engine)
        return engine
    address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, pool_size=10, max_overflow=20, pool_pre_ping=True)
    _prepare_postgres(engine)
    return engine


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
    """All or nothing, one writer at a time: what a verb has checked still holds when it writes.

    Leave it before `st.rerun()` or `st.stop()`: they raise, and would roll the write back.
    """
    with _writing(BUSY_MILLISECONDS) as session:
        yield session


@contextmanager
def starting() -> Iterator[Session]:
    """A transaction for what a start does only once; processes that start together wait for the first."""
    with _writing(START_MILLISECONDS) as session:
        yield session


@contextmanager
def _writing(patience: int) -> Iterator[Session]:
    with Session(_writer(patience), expire_on_commit=False) as session, session.begin():
        yield session


def _writer(patience: int) -> Engine:
    """Its transactions begin when no other writer is in one, after so many milliseconds at most in SQLite."""
    return engine().execution_options(**{WRITING: patience})


def what_failed(error: DatabaseError) -> str:
    """A sentence for an operator, with the driver's own words and without a password."""
    cause = " ".join(str(error.orig).split())
    if "no such table" in cause or "no such column" in cause or cause.startswith(("relation ", "column ")):
        return "数据库还没有建立，或不是当前版本：请先执行 python manage.py init。"
    if "locked" in cause:
        return "数据库正被其他操作占用，请稍后重试。"
    return f"数据库打不开：{engine().url.render_as_string()}（{cause}）。请检查 DATABASE_URL 和数据库服务。"


def alembic_config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415  (most commands migrate nothing, and it takes time to load)

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
    from alembic import command  # noqa: PLC0415

    with _writer(START_MILLISECONDS).begin() as connection:
        command.upgrade(alembic_config(connection), "head")
        _add_columns_of_new_kpis(connection)
