"""A programme large enough to measure with: thousands of counties over years, and one workbook with all their returns.

Counties, plan and form are the real ones: the targets grow with the number of counties, the year runs over more months.
"""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xlsxwriter
from sqlmodel import select

import db
from programme import counties, settings
from programme.calendar import Month
from programme.catalogue import Kpi, Tier, Year, catalogue
from programme.models import AppUser
from programme.permissions import Actor, Role
from programme.registry import Place, read_places
from programme.sessions import actor_of
from tests import factories

COUNTIES, ROWS, MONTHS = 2_851, 100_000, 36
IDENTITY = ("行政区划代码", "县名", "报告期")
LEFT_OUT = "brands"
"""Of the nine indicators: eight make the eleven columns of the measured workbook."""
SPREAD, NOISE, MONTHS_TO_TARGET = 0.9, 0.35, 8
SEED = 110


def data_folder(folder: Path, count: int = COUNTIES, months: int = MONTHS) -> Path:
    """A copy of data/ whose programme year has `count` counties and so many months."""
    shutil.copytree(settings.ROOT / "data", folder, dirs_exist_ok=True)
    (path,) = (folder / "years").glob("*.toml")
    text = path.read_text(encoding="utf-8")
    plan = catalogue().years[0]
    cores = count // 11
    last = Month.of(plan.launch).plus(months - 1).last_day
    tables = [table for table in text.split("\n[[target]]") if f'kpi = "{LEFT_OUT}"' not in table]
    text = "\n[[target]]".join(tables)
    text = re.sub(r"(?m)^end = \S+", f"end = {last}", text)
    text = re.sub(r"(?m)^core = \d+", f"core = {cores}", text)
    text = re.sub(r"(?m)^radiating = \d+", f"radiating = {count - cores}", text)
    known = sum(plan.expected.values())
    text = re.sub(r"(?m)^value = (\d+)", lambda value: f"value = {int(value[1]) * count // known}", text)
    path.write_text(text, encoding="utf-8")
    return folder


@contextmanager
def surroundings(folder: Path, data: Path | None = None) -> Iterator[None]:
    """The programme's facts, store and date: everything below `folder`, the day after the last month."""
    values = {"DATABASE_URL": f"sqlite:///{folder / 'netlift.db'}", "NETLIFT_VAR": str(folder)}
    with factories.environment(**values, **({"NETLIFT_DATA": str(data)} if data else {})):
        after = catalogue().years[0].months[-1].plus(1).first_day.replace(day=20)
        with factories.environment(NETLIFT_TODAY=str(after)):
            yield


def places(count: int) -> list[Place]:
    """The first counties of the registry; every eleventh is a core county, the ten after it are its group."""
    return read_places(settings.data_folder() / "registry")[:count]


def members(count: int) -> bytes:
    """The list of members as an office would import it."""
    chosen, cores = places(count), count // 11
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["行政区划代码", "县名", "类别", "核心示范县代码"])
    for at, place in enumerate(chosen):
        core = chosen[min(at // 11, cores - 1) * 11]
        tier = Tier.CORE if place is core else Tier.RADIATING
        table.writerow([place.code, place.name, tier.value, "" if tier is Tier.CORE else core.code])
    return text.getvalue().encode()


def prepare_store(count: int = COUNTIES) -> Actor:
    """A migrated store with the registry and the members; returns the account of the office."""
    db.migrate()
    with db.transaction() as session:
        counties.load_registry(session)
        counties.import_membership(
            session, factories.SYSTEM, members(count), "counties.csv", year=catalogue().years[0].year
        )
    return factories.a_user(Role.OFFICE)


def office() -> Actor:
    """The account that prepare_store made, in a copy of its store."""
    with db.reading() as session:
        return actor_of(session.exec(select(AppUser).where(AppUser.role == Role.OFFICE.value)).one())


def columns() -> list[Kpi]:
    return [kpi for kpi in catalogue().kpis if kpi.code != LEFT_OUT]


def figures(count: int, months: int) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """By indicator what each county hands in each month, in stored integers; heavy-tailed between counties, quiet within."""
    random = np.random.default_rng(SEED)
    year = catalogue().years[0]
    found = {}
    for kpi in columns():
        target = next(target for target in year.targets if target.kpi == kpi)
        monthly = target.stored / year.expected_counties(target.tier) / MONTHS_TO_TARGET
        level = monthly * random.lognormal(0, SPREAD, (count, 1)) * random.lognormal(0, NOISE, (count, months))
        step = max(1, kpi.stored_per_entry // 100)
        amounts = (np.maximum(np.rint(level / step), 1) * step).astype(np.int64)
        found[kpi.code] = amounts if kpi.is_flow else amounts.cumsum(axis=1)
    return found


def rows(year: Year, count: int, length: int) -> Iterator[list[str | int | float | None]]:
    """The first `length` returns, month by month: code, name, month, one figure per column in the unit of the form."""
    amounts = figures(count, len(year.months))
    chosen, cores = places(count), count // 11
    scopes = {tier: year.kpis_of(tier) for tier in Tier}
    for number in range(length):
        at, month = number % count, number // count
        tier = Tier.CORE if at % 11 == 0 and at // 11 < cores else Tier.RADIATING
        cells = [_written(int(amounts[kpi.code][at, month]), kpi) if kpi in scopes[tier] else None for kpi in columns()]
        yield [chosen[at].code, chosen[at].name, year.months[month].chinese, *cells]


def _written(stored: int, kpi: Kpi) -> int | float:
    return stored if kpi.stored_per_entry == 1 else stored / kpi.stored_per_entry


def headings() -> list[str]:
    """As in the batch form: 指标本月数(单位) for a flow, 指标期末数(单位) for a stock."""
    measured = ("本月数" if kpi.is_flow else "期末数" for kpi in columns())
    return [*IDENTITY, *(f"{kpi.name}{word}({kpi.entry_unit})" for kpi, word in zip(columns(), measured, strict=True))]


def workbook(path: Path, count: int = COUNTIES, length: int = ROWS) -> Path:
    """Write the batch workbook once; needs `surroundings` with the data folder of the same `count`."""
    if not path.exists():
        draft = path.with_suffix(".part")
        with xlsxwriter.Workbook(draft, {"strings_to_numbers": False}) as book:
            sheet = book.add_worksheet("批量表")
            sheet.write_row(0, 0, headings())
            for at, row in enumerate(rows(catalogue().years[0], count, length), 1):
                sheet.write_row(at, 0, row)
        draft.rename(path)
    return path
