"""The store's shape: migrations end in the models' shape, and an indicator added as data brings all that belongs to it."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select

import db
from programme import backup, demo, settings
from programme.catalogue import catalogue
from programme.errors import ProgrammeError
from programme.models import FACTS, Base
from programme.permissions import Role
from programme.returns import members_of
from programme.sheets import read_book
from tests import factories, terminal

HEAD = "行政区划代码,县名,报告期,学员生产的扶贫类信息本月数(条)\n"
KPI = """
[[kpi]]
code = "livestreams"
name = "助农直播场次"
short = "直播场次"
unit = "场"
entry_unit = "场"
kind = "flow"
over_counties = "sum"
over_months = "sum"
definition = "本县农产品网络直播的场次。"
"""
TARGET = """
[[target]]
kpi = "livestreams"
tier = "core"
value = 500
clause = "示例"
sentence = "直播不低于500场"
"""


def tables() -> set[str]:
    return set(inspect(db.engine()).get_table_names())


# --- the shape --------------------------------------------------------------------------------------------------------


def test_a_migrated_store_has_the_shape_of_the_models(store: str) -> None:
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(store: str) -> None:
    factories.a_user(Role.OFFICE)
    before = rows()
    db.migrate()
    assert rows() == before


def rows() -> dict[str, list[Any]]:
    with db.engine().connect() as connection:
        return {table.name: connection.execute(select(table)).all() for table in Base.metadata.sorted_tables}


def test_the_way_down_leaves_nothing_and_the_way_up_again_everything(store: str) -> None:
    with db.engine().begin() as connection:
        command.downgrade(db.alembic_config(connection), "base")
    assert tables() == {"alembic_version"}
    db.migrate()
    test_a_migrated_store_has_the_shape_of_the_models(store)


def test_every_figure_has_64_bits(store: str) -> None:
    kinds = {
        str(column["type"])
        for fact in FACTS
        for column in inspect(db.engine()).get_columns(fact.__tablename__)
        if column["name"] in {kpi.code for kpi in catalogue().kpis}
    }
    assert kinds == {"BIGINT"}


def test_no_table_holds_a_number_that_floats(store: str) -> None:
    kinds = {str(column["type"]) for name in tables() for column in inspect(db.engine()).get_columns(name)}
    assert sorted(kind for kind in kinds if kind.startswith(("FLOAT", "REAL", "DOUBLE", "NUMERIC", "DECIMAL"))) == []


# --- one more indicator, as data --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grown_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder with a tenth indicator and its target."""
    folder = tmp_path_factory.mktemp("grown") / "data"
    shutil.copytree(settings.ROOT / "data", folder, ignore=shutil.ignore_patterns("geo", "*.py"))
    with (folder / "catalogue" / "kpis.toml").open("a", encoding="utf-8") as file:
        file.write(KPI)
    with (folder / "years" / "2019.toml").open("a", encoding="utf-8") as file:
        file.write(TARGET)
    return folder


@pytest.fixture(scope="module")
def grown(grown_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[terminal.Warm]:
    """The programme as it starts with that folder."""
    with terminal.warm(tmp_path_factory.mktemp("prints"), NETLIFT_DATA=str(grown_data)) as warm:
        yield warm


@pytest.fixture
def surroundings(store: str, tmp_path: Path) -> dict[str, str]:
    """A store that has been at work with nine indicators."""
    factories.a_user(Role.OFFICE, username="office")
    file = tmp_path / "批量.csv"
    file.write_text(HEAD + "533301,泸水市,2019-06,30\n", encoding="utf-8")
    return {"DATABASE_URL": store, "NETLIFT_VAR": str(tmp_path)}


def test_an_indicator_brings_its_column_its_row_its_checks_and_its_line(
    surroundings: dict[str, str], grown: terminal.Warm, tmp_path: Path
) -> None:
    def run(*arguments: object, code: int = 0) -> terminal.Answer:
        answer = grown.run(*map(str, arguments), **surroundings)
        assert (answer.code, answer.err if not code else "") == (code, "")
        return answer

    run("init")
    columns = [[column["name"] for column in inspect(db.engine()).get_columns(fact.__tablename__)] for fact in FACTS]
    assert [names.count("livestreams") for names in columns] == [1] * len(FACTS)
    assert run("submit", tmp_path / "批量.csv", "--as", "office").out.endswith("共1份月报。\n")

    form, batch = tmp_path / "form.xlsx", tmp_path / "batch.xlsx"
    run("template", "monthly", "--county", "533301", "--month", "2019-07", "-o", form)
    run("template", "batch", "--month", "2019-07", "-o", batch)
    headings = [cell for row in read_book(batch.read_bytes(), "batch.xlsx").sheets[0].rows for cell in row]
    assert headings.count("助农直播场次本月数(场)") == 1

    write(form, "很多")
    (wrong,) = [finding for finding in run("check", form, "--json", code=1).json if finding["severity"] == "error"]
    assert (wrong["rule"], wrong["kpi"], wrong["value"]) == ("not_a_number", "livestreams", "很多")
    write(form, 12)
    run("submit", form, "--as", "office", "--confirm", "首次报送")
    lines = {(line["kpi"], line["tier"]): line for line in run("progress", "--month", "2019-07", "--json").json}
    new = lines["livestreams", "core"]
    assert (new["actual"], new["target"], new["counties_reported"], new["counties_expected"]) == (12, 500, 1, 10)
    assert lines["posts", "all"]["actual"] == 30


def write(form: Path, figure: str | int) -> None:
    """A person writes the month's figure in the row of the new indicator, and 0 in every other row."""
    book = openpyxl.load_workbook(io.BytesIO(form.read_bytes()))
    rows = list(book.worksheets[0].iter_rows())
    names = [str(row[0].value) for row in rows]
    for row in rows[names.index("指标") + 1 : names.index("填表人：")]:
        row[3].value = figure if row[0].value == "助农直播场次" else 0
    book.save(form)


def test_a_backup_goes_up_to_a_larger_catalogue_and_never_down(
    store: str, surroundings: dict[str, str], grown: terminal.Warm, tmp_path: Path
) -> None:
    with db.reading() as session:
        backup.backup(session, tmp_path / "nine.zip")
    larger = surroundings | {"DATABASE_URL": f"sqlite:///{tmp_path / 'larger.db'}"}
    assert grown.run("restore", str(tmp_path / "nine.zip"), **larger).code == 0
    assert grown.run("backup", str(tmp_path / "ten.zip"), **larger).code == 0
    with terminal.standing_on(f"sqlite:///{tmp_path / 'smaller.db'}"):
        db.migrate()
        with pytest.raises(ProgrammeError, match="备份中有现在没有的指标：livestreams"), db.transaction() as session:
            backup.restore(session, factories.SYSTEM, tmp_path / "ten.zip")


def test_the_sample_programme_has_figures_for_it_too(sqlite_store: str, grown_data: Path) -> None:
    with db.reading() as session, factories.environment(NETLIFT_DATA=str(grown_data)):
        plan = demo.make_plan(members_of(session, catalogue().current_year), settings.demo())
    figures = [months for (_, kpi), months in plan.figures.items() if kpi == "livestreams"]
    assert (len(figures), sum(map(sum, figures)) > 300) == (10, True)
