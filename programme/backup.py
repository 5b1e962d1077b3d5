"""The whole store in one file, and back: the same archive on both databases, checked by hash, all or nothing."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, func, insert, inspect, select, text
from sqlmodel import Session
from sqlmodel import select as pick

from programme import audit
from programme.errors import ProgrammeError, Unusable
from programme.models import AppUser, Base, Submission
from programme.permissions import Actor

CHUNK = 5_000
MANIFEST = "manifest.json"


def _revision(session: Session) -> str:
    return str(session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def backup(session: Session, target: Path) -> dict[str, int]:
    """Write every table to a zip of JSON lines; returns the number of rows of each. One consistent view of the store."""
    counts, hashes = {}, {}
    unfinished = target.with_name(target.name + ".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in Base.metadata.sorted_tables:
            digest, counts[table.name] = hashlib.sha256(), 0
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as part:
                for line in _lines(session, table):
                    digest.update(line)
                    counts[table.name] += 1
                    part.write(line)
            hashes[table.name] = digest.hexdigest()
        manifest = {"revision": _revision(session), "rows": counts, "sha256": hashes}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    unfinished.replace(target)
    return counts


def _lines(session: Session, table: Table) -> Iterator[bytes]:
    rows = session.connection().execution_options(yield_per=CHUNK).execute(select(table).order_by(*table.primary_key))
    for row in rows.mappings():
        yield (json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    return datetime.fromisoformat(plain["at"]) if "at" in plain else base64.b64decode(plain["bytes"])


def restore(session: Session, actor: Actor, source: Path) -> dict[str, int]:
    """Fill a new store from a backup. Raises Unusable for a damaged file, ProgrammeError for a store already in use."""
    if session.exec(pick(func.count()).select_from(AppUser)).one() or session.exec(pick(Submission.id)).first():
        raise ProgrammeError("恢复只能在新建的空库中进行：请把 DATABASE_URL 指向一个新库，再执行恢复。")
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            _refuse_other_shape(session, manifest)
            for table in reversed(Base.metadata.sorted_tables):
                if manifest["rows"].get(table.name) is not None and table.name != "audit_event":
                    session.connection().execute(delete(table))
            for table in Base.metadata.sorted_tables:
                _fill(session, archive, table, manifest)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as damage:
        raise Unusable("备份文件损坏或不是本系统的备份，没有恢复任何数据。") from damage
    audit.record(session, actor, "store.restored", subject=source.name)
    return dict(manifest["rows"])


def _refuse_other_shape(session: Session, manifest: dict[str, Any]) -> None:
    if manifest["revision"] != _revision(session):
        raise ProgrammeError(
            f"备份的库结构版本（{manifest['revision']}）与现在的（{_revision(session)}）不同，请用同一版本的程序恢复。"
        )


def _fill(session: Session, archive: zipfile.ZipFile, table: Table, manifest: dict[str, Any]) -> None:
    digest, rows = hashlib.sha256(), []
    with archive.open(f"{table.name}.jsonl") as part:
        for line in part:
            digest.update(line)
            rows.append({name: _value(plain) for name, plain in json.loads(line).items()})
            if len(rows) == CHUNK:
                session.connection().execute(insert(table), rows)
                rows = []
    if rows:
        session.connection().execute(insert(table), rows)
    if digest.hexdigest() != manifest["sha256"][table.name]:
        raise Unusable("备份文件的校验值不符，可能已损坏，没有恢复任何数据。")
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
