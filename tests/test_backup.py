"""A backup is the whole store; it comes back on either database, whole or not at all."""

import itertools
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

import db
from programme import (
    accounts,
    backup,
    channels,
    counties,
    forms,
    passwords,
    projects,
    release_content,
    releases,
    reminders,
    reviews,
    sessions,
    standings,
    wall_arranging,
)
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.demo_projects import sample_workbooks
from programme.errors import ProgrammeError, Unusable
from programme.models import Base, Submission
from programme.permissions import Actor, Role
from programme.queries import View, progress
from programme.returns import check_file
from programme.submissions import Receipt, submit
from tests import (
    bulletin_rows,
    county_evaluation_acts,
    factories,
    material_acts,
    plan_acts,
    project_people,
    register_files,
    warning_acts,
)
from tests.terminal import standing_on

OPERATOR = Actor(0, "terminal", "终端操作员", Role.ADMIN)
OFFICE = Actor(0, "terminal", "终端操作员", Role.OFFICE)
LUSHUI, JUNE = 533301, Month(2019, 6)
PASSWORD = "Kd8#mWq2!zLp"
HEAD = "行政区划代码,县名,报告期,农产品累计网络销售额本月数(万元),学员生产的扶贫类信息本月数(条)\n"
WHEN_RESTORED = {"data_version", "audit_event"}
_numbers = itertools.count(1)
Contents = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def new_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new.db'}"


@pytest.fixture
def new_postgres(postgres_template: str) -> str:
    name = f"new_{next(_numbers)}"
    with psycopg.connect(f"{postgres_template}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return f"{postgres_template}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest) -> str:
    """A migrated store with nothing in it."""
    url = str(request.getfixturevalue("new_sqlite" if request.param == "sqlite" else "new_postgres"))
    with standing_on(url):
        db.migrate()
    return url


def contents() -> Contents:
    """Every row of every table, in the order of the keys."""
    with db.reading() as session:
        return {
            table.name: [tuple(row) for row in session.connection().execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def hand_in(text: str, actor: Actor, reason: str = "经核对无误") -> Receipt:
    with db.reading() as session:
        checked = check_file(session, actor, text.encode(), "批量.csv")
    with db.transaction() as session:
        return submit(session, actor, checked, reason)


def fill() -> Actor:
    """Something in every table that a working store fills."""
    office = factories.a_user(Role.OFFICE, username="office")
    hand_in(HEAD + "533301,泸水市,2019年6月,99999.123456,30\n532929,云龙县,2019年6月,4.5,40\n", office)
    hand_in(HEAD + "533301,泸水市,2019年6月,12.5,31\n", office)
    hand_in("县名,报告期,学员生产的扶贫类信息累计数(条)\n云龙县,2019年7月,55\n", office)
    with db.transaction() as session:
        accounts.create_user(
            session, accounts.SYSTEM, username="lushui", name="县工作小组", role=Role.COUNTY, county_code="533301",
            password=passwords.prepare(PASSWORD),
        )  # fmt: skip
        actor = accounts.actor_named(session, "lushui")
        forms.save_draft(session, actor, LUSHUI, Month(2019, 7), {"posts": {"month": "写了\u2028一半"}})
        owed = [reviews.one_of(session, office, "533301", Month(2019, month)) for month in (6, 10)]
        provincial = Actor(office.id + 1000, "yunnan", "云南省", Role.PROVINCE, None, "53")
        reviews.send_back(session, provincial, owed[0], [reviews.Cell("posts", "month", "请核对")])
        neighbour = reviews.one_of(session, office, "532929", Month(2019, 6))
        reviews.approve(session, provincial, [neighbour])
        deputy = Actor(office.id + 2000, "deputy", "办公室", Role.OFFICE)
        reviews.accept(session, deputy, [reviews.one_of(session, office, "532929", Month(2019, 6))])
        releases.release(session, office, release_content.prepare(session, office, Month(2019, 6)))
        bulletin_rows.fill(session, office, 1)
        reviews.extend(session, office, owed[1], owed[1].due + timedelta(days=3), "汛期")
        url = "mailtos://user:secret@smtp.example.cn?from=notice@example.cn"
        admin = Actor(office.id, "office", "办公室", Role.ADMIN)
        channels.add_channel(session, admin, kind="mail", name="邮箱", url=url, roles=[Role.COUNTY])
        channels.set_address(session, actor, "lushui@example.cn")
        reminders.remind_now(session, office, [owed[1]])
        register_files.hand_in_and_explain(session, office)
        wall_arranging.arrange(session, office, wall_arranging.scenes_in_force(session)[::-1], 0)
        sessions.open_session(session, actor)
        sessions.open_ticket(session, actor, "browser")
        sessions.attempt(session, "lushui", "127.0.0.1", None)
        name, content = sample_workbooks(1)[0]
        cac = Actor(office.id, "cac", "国家网信办", Role.NATIONAL_CAC)
        projects.import_projects(
            session, cac, projects.check_projects(session, cac, content, name), "示例", sample=True
        )
    plan_acts.fill_every_table(actor, provincial)
    warning_acts.fill_every_table(actor)
    project_people.fill_every_table()
    material_acts.fill_every_table(actor, deputy)
    county_evaluation_acts.fill_every_table(office, provincial)
    return office


def save(folder: Path) -> Path:
    archive = folder / "store.zip"
    with db.reading() as session:
        backup.backup(session, archive)
    return archive


def restore(archive: Path) -> dict[str, int]:
    with db.transaction() as session:
        return backup.restore(session, OPERATOR, archive)


@dataclass(frozen=True)
class Saved:
    """A working store and its backup."""

    contents: Contents
    archive: Path


@pytest.fixture(scope="module")
def saved(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("saved")
    shutil.copy(sqlite_template, folder / "netlift.db")
    with factories.environment(NETLIFT_VAR=str(folder)), standing_on(f"sqlite:///{folder / 'netlift.db'}"):
        fill()
        return Saved(contents(), save(folder))


@pytest.fixture
def archive(saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the backup, to be restored or damaged; `NETLIFT_VAR` is the test's own."""
    monkeypatch.setenv("NETLIFT_VAR", str(tmp_path))
    return Path(shutil.copy(saved.archive, tmp_path))


@pytest.fixture
def restored(archive: Path, new_store: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test stands on a new store into which the backup was restored."""
    monkeypatch.setenv("DATABASE_URL", new_store)
    restore(archive)
    yield
    db.engine().dispose()


# --- there and back ---------------------------------------------------------------------------------------------------


def test_a_store_comes_back_on_either_database_row_by_row(store: str, new_store: str, tmp_path: Path) -> None:
    fill()
    before, archive = contents(), save(tmp_path)
    assert [name for name, rows in before.items() if not rows] == []
    with standing_on(new_store):
        counts = restore(archive)
        after = contents()
    assert counts == {name: len(rows) for name, rows in before.items()}
    kept = set(before) - WHEN_RESTORED
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["audit_event"][:-1] == before["audit_event"]
    assert after["data_version"] == [(kind, number + 1) for kind, number in before["data_version"]]


def test_a_restored_store_works_on(saved: Saved, restored: None) -> None:
    with db.reading() as session:
        lines = {
            (line.target.kpi.code, line.target.tier): line.actual for line in progress(session, OFFICE, View(JUNE))
        }
        office = accounts.actor_named(session, "office")
    assert (lines["posts", "all"], lines["online_sales", "core"]) == (71, 12_500_000)
    assert hand_in(HEAD + "533301,泸水市,2019年7月,13,32\n", office).submission_id == 4
    assert factories.a_user(Role.LEADER).id == max(row[0] for row in saved.contents["app_user"]) + 1
    numbers = [row[0] for row in contents()["audit_event"]]
    assert numbers == list(range(1, len(saved.contents["audit_event"]) + 3))


def test_sums_kept_are_the_sums_of_what_was_restored(restored: None) -> None:
    kept = contents()["total"]
    with db.transaction() as session:
        standings.rebuild_totals(session, catalogue().years[0])
    assert contents()["total"] == [row for row in kept if any(row[5:])] != []


def test_the_passwords_of_before_open_the_door_after(restored: None) -> None:
    with db.transaction() as session:
        stored = sessions.stored_hash(session, "lushui")
        assert passwords.matches(PASSWORD, stored)
        actor = sessions.attempt(session, "lushui", "", stored)
    assert actor is not None
    assert (actor.role, actor.county_id) == (Role.COUNTY, LUSHUI)


def test_what_was_restored_cannot_be_altered(restored: None) -> None:
    before = contents()
    columns = {
        "monthly_return": "posts", "return_remark": "rule", "submission": "user_name", "stored_file": "name",
        "audit_event": "user_name",
    }  # fmt: skip
    for table, column in columns.items():
        for statement in (f"UPDATE {table} SET {column} = NULL", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
                session.connection().execute(text(statement))
    assert contents() == before


def test_a_registry_that_is_there_already_makes_room(saved: Saved, archive: Path, new_postgres: str) -> None:
    with standing_on(new_postgres):
        db.migrate()
        with db.transaction() as session:
            counties.load_registry(session)
        restore(archive)
        after = contents()
    assert {name: after[name] for name in ("county", "former_county")} == {
        name: saved.contents[name] for name in ("county", "former_county")
    }


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_backup_is_one_view_of_a_store_that_goes_on(store: str, tmp_path: Path) -> None:
    office = fill()
    before = contents()
    with db.reading() as session:
        session.exec(select(Submission.id)).all()
        hand_in(HEAD + "533301,泸水市,2019年8月,13,32\n", office)
        counts = backup.backup(session, tmp_path / "store.zip")
    assert counts == {name: len(rows) for name, rows in before.items()}


def test_a_backup_is_for_its_owner_only_and_replaces_an_older_one_at_once(sqlite_store: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "store.zip").write_text("older")
    save(folder)
    assert [(path.name, oct(path.stat().st_mode & 0o777)) for path in folder.iterdir()] == [("store.zip", "0o600")]


def test_a_backup_that_fails_leaves_nothing_behind(sqlite_store: str, tmp_path: Path) -> None:
    (tmp_path / "folder" / "store.zip").mkdir(parents=True)
    with pytest.raises(OSError, match=r"store\.zip"):
        save(tmp_path / "folder")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["store.zip"]


# --- refused ----------------------------------------------------------------------------------------------------------


def rewritten(archive: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive with other members; None leaves one out."""
    with zipfile.ZipFile(archive) as old:
        members = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)


def with_manifest(archive: Path, change: Callable[[dict[str, Any]], object]) -> None:
    def changed(name: str, content: bytes) -> bytes:
        if name != backup.MANIFEST:
            return content
        manifest = json.loads(content)
        change(manifest)
        return json.dumps(manifest).encode()

    rewritten(archive, changed)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no zip": lambda path: path.write_text("这不是备份"),
    "another zip": lambda path: rewritten(path, lambda name, content: None),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-2000]),
    "cut in front": lambda path: path.write_bytes(path.read_bytes()[5000:]),
    "a table missing": lambda path: rewritten(path, lambda name, content: None if name == "total.jsonl" else content),
    "a row missing": lambda path: rewritten(
        path, lambda name, content: content.split(b"\n", 1)[1] if name == "standing.jsonl" else content
    ),
    "a figure altered": lambda path: rewritten(
        path, lambda name, content: content.replace(b'"posts": 31', b'"posts": 32') if "return" in name else content
    ),
    "no list": lambda path: rewritten(path, lambda name, content: b"[1, 2]" if name == backup.MANIFEST else content),
    "list of nothing": lambda path: rewritten(
        path, lambda name, content: b"{}" if name == backup.MANIFEST else content
    ),
    "no text": lambda path: rewritten(path, lambda name, content: b"\xff" if name == backup.MANIFEST else content),
    "a sum missing": lambda path: with_manifest(path, lambda manifest: manifest["sha256"].pop("county")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_backup_is_refused_and_changes_nothing(
    archive: Path, new_sqlite: str, damage: Callable[[Path], object]
) -> None:
    damage(archive)
    with standing_on(new_sqlite):
        db.migrate()
        before = contents()
        with pytest.raises(Unusable, match="备份文件损坏或不是本系统的备份，没有恢复任何数据。"):
            restore(archive)
        assert contents() == before


def test_whichever_byte_is_damaged_a_restored_store_is_the_whole_one(
    saved: Saved, archive: Path, new_sqlite: str
) -> None:
    whole, content = saved.contents, archive.read_bytes()
    with standing_on(new_sqlite):
        db.migrate()
        empty, refused = contents(), 0
        for at in range(0, len(content), len(content) // 60):
            archive.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
            found = _tried(archive)
            refused += found == empty
            assert found == empty or _without_restoring(found) == _without_restoring(whole)
    assert refused > 50


def _tried(archive: Path) -> Contents:
    """What the store would hold if the restore stood; it is rolled back."""
    with Session(db.engine()) as session:
        try:
            backup.restore(session, OPERATOR, archive)
        except Unusable:
            session.rollback()
        return {
            table.name: [tuple(row) for row in session.connection().execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def _without_restoring(found: Contents) -> Contents:
    return {name: rows for name, rows in found.items() if name not in WHEN_RESTORED}


NEWER = {"total": ["month", "livestreams"]}


def test_a_backup_of_another_shape_is_refused_by_name(archive: Path, new_store: str) -> None:
    with standing_on(new_store):
        before = contents()
        right = shutil.copy(archive, archive.with_name("right.zip"))
        with_manifest(archive, lambda manifest: manifest.update(revision="0000"))
        with pytest.raises(ProgrammeError, match="备份的库结构版本（0000）与现在的（"):
            restore(archive)
        shutil.copy(right, archive)
        with_manifest(archive, lambda m: m.update(revision=m["revision"], columns=m["columns"] | NEWER))
        with pytest.raises(ProgrammeError, match="备份中有现在没有的指标：livestreams"):
            restore(archive)
        assert contents() == before


def test_a_store_in_use_is_never_overwritten(archive: Path, store: str) -> None:
    """The test's second store has members, accounts and returns or only the members."""
    for prepare in (lambda: None, lambda: factories.a_user(Role.OFFICE, username="second")):
        prepare()
        before = contents()
        with pytest.raises(ProgrammeError, match="恢复只能在新建的空库中进行"):
            restore(archive)
        assert contents() == before
