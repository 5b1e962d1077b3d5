"""The whole store in one file, and back: the same archive on both databases, checked by hash, all or nothing."""

import base64
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import LargeBinary, Table, delete, func, insert, inspect, select, text
from sqlmodel import Session

from programme import audit
from programme.errors import ProgrammeError, Unusable
from programme.models import Base
from programme.permissions import Actor

MANIFEST: Final = "manifest.json"
FILLED_AT_START: Final = ("former_county", "county", "data_version")
_DAMAGED: Final = "备份文件损坏或不是本系统的备份，没有恢复任何数据。"
_SIGNS_OF_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, LookupError,
    TypeError, AttributeError,
)  # fmt: skip


def _revision(session: Session) -> str:
    return str(session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _rows_at_once(table: Table) -> int:
    """Few where each may be a whole file."""
    return 20 if any(isinstance(column.type, LargeBinary) for column in table.columns) else 5_000


# --- out ------------------------------------------------------------------------------------------------------------


def backup(session: Session, target: Path) -> dict[str, int]:
    """Write every table to a zip of JSON lines; returns the number of rows of each. One consistent view of the store.

    The file holds password hashes and is readable by its owner only; under its name it is complete or not there.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            counts = _write(session, file)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _write(session: Session, file: IO[bytes]) -> dict[str, int]:
    counts, hashes, columns = {}, {}, {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in Base.metadata.sorted_tables:
            digest, counts[table.name] = hashlib.sha256(), 0
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as part:
                for line in _lines(session, table):
                    digest.update(line)
                    counts[table.name] += 1
                    part.write(line)
            hashes[table.name], columns[table.name] = digest.hexdigest(), table.columns.keys()
        manifest = {"revision": _revision(session), "columns": columns, "rows": counts, "sha256": hashes}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return counts


def _lines(session: Session, table: Table) -> Iterator[bytes]:
    connection = session.connection().execution_options(yield_per=_rows_at_once(table))
    for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
        yield (json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    if "day" in plain:
        return date.fromisoformat(plain["day"])
    return datetime.fromisoformat(plain["at"]) if "at" in plain else base64.b64decode(plain["bytes"])


# --- and back -------------------------------------------------------------------------------------------------------


def restore(session: Session, actor: Actor, source: Path) -> dict[str, int]:
    """Fill a new store from a backup; returns the number of rows of each table.

    Raises Unusable for a damaged file, ProgrammeError for a store already in use or of another shape.
    """
    _refuse_used(session)
    with source.open("rb") as file:
        manifest = _verified(session, file)
        for name in FILLED_AT_START:
            session.connection().execute(delete(Base.metadata.tables[name]))
        with zipfile.ZipFile(file) as archive:
            for table in Base.metadata.sorted_tables:
                _fill(session, archive, table)
    for kind in (audit.FIGURES, audit.REGISTRY):
        audit.raise_data_version(session, kind)
    audit.record(session, actor, "store.restored", subject=source.name)
    return dict(manifest["rows"])


def _verified(session: Session, file: IO[bytes]) -> dict[str, Any]:
    """The manifest of an archive that is whole and fits this store."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            _refuse_other_shape(session, manifest)
            for name in Base.metadata.tables:
                with archive.open(f"{name}.jsonl") as part:
                    digest = hashlib.file_digest(part, "sha256")  # type: ignore[arg-type]  # it does have readinto
                if digest.hexdigest() != manifest["sha256"][name]:
                    raise Unusable(_DAMAGED)
    except _SIGNS_OF_DAMAGE as damage:
        raise Unusable(_DAMAGED) from damage
    return manifest


def _refuse_used(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        rows = select(func.count()).select_from(table)
        if table.name not in FILLED_AT_START and session.connection().execute(rows).scalar_one():
            raise ProgrammeError("恢复只能在新建的空库中进行：请把 DATABASE_URL 指向一个新库，再执行恢复。")


def _refuse_other_shape(session: Session, manifest: dict[str, Any]) -> None:
    if manifest["revision"] != _revision(session):
        raise ProgrammeError(
            f"备份的库结构版本（{manifest['revision']}）与现在的（{_revision(session)}）不同，请用同一版本的程序恢复。"
        )
    present = {table.name: table.columns.keys() for table in Base.metadata.sorted_tables}
    unknown = {column for name in present for column in manifest["columns"][name] if column not in present[name]}
    if unknown:
        raise ProgrammeError(f"备份中有现在没有的指标：{'、'.join(sorted(unknown))}，请用同一套指标目录恢复。")


def _fill(session: Session, archive: zipfile.ZipFile, table: Table) -> None:
    rows: list[dict[str, Any]] = []
    with archive.open(f"{table.name}.jsonl") as part:
        for line in part:
            rows.append({name: _value(plain) for name, plain in json.loads(line).items()})
            if len(rows) == _rows_at_once(table):
                session.connection().execute(insert(table), rows)
                rows = []
    if rows:
        session.connection().execute(insert(table), rows)
    _continue_numbers(session, table)


def _continue_numbers(session: Session, table: Table) -> None:
    """PostgreSQL's sequences do not see ids that were given."""
    connection = session.connection()
    if connection.dialect.name != "postgresql" or table.autoincrement_column is None:
        return
    if any(column["name"] == "id" and column.get("default") for column in inspect(connection).get_columns(table.name)):
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT MAX(id) FROM {table.name}))")
        )
