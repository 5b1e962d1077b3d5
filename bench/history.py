"""The same overview on the sample programme and on one with a thousand times its history."""

import asyncio
import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import text
from sqlmodel import Session, col, func, select

import db
from bench.report import Line, Section, at_most
from bench.store import cookies, sample, standing_in
from bench.visitors import Visitor, visiting
from programme import audit
from programme.models import AuditEvent, Base, MonthlyReturn, Submission
from programme.standings import kpi_codes
from tests import factories, live

TIMES, RERUNS, APART, SEED, PAGE = 1_000, 40, 1_000_000, 110, "overview"
HOW = (
    f"The sample programme, and the same with every return, submission and event {TIMES:,} times (revisions of the same months, "
    "so that the screen is the same). One server each, one visitor each over a raw websocket, filters of 总览 changed at "
    "random, the same on both, in turn. *After a change*: the data version is raised before the rerun, so that nothing is "
    f"kept. {RERUNS} each."
)


@dataclass
class Side:
    """One store with its server, and the seconds of its reruns."""

    folder: Path
    pick: random.Random = field(default_factory=lambda: random.Random(SEED))
    kept: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)

    async def rerun(self, visitor: Visitor) -> None:
        with standing_in(self.folder), db.transaction() as session:
            audit.raise_data_version(session)
        self.changed.append(await visitor.wander(self.pick))
        self.kept.append(await visitor.rerun())


def grown(folder: Path, young: Path) -> Path:
    if not (folder / "netlift.db").exists():
        draft = folder.with_name(f"{folder.name}-part")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(young, draft)
        with standing_in(draft), db.transaction() as session:
            _repeat(session, Submission, id="id + copy * :apart")
            _repeat(
                session,
                MonthlyReturn,
                revision="revision + copy * :apart",
                submission_id="submission_id + copy * :apart",
            )
            _repeat(session, AuditEvent, id="id + copy * :apart")
            session.connection().execute(text(f"UPDATE standing SET revision = revision + {(TIMES - 1) * APART}"))
        draft.rename(folder)
    return folder


def _repeat(session: Session, table: type[Base], **replaced: str) -> None:
    names = table.__table__.columns.keys()  # type: ignore[attr-defined]
    picked = ", ".join(replaced.get(name, f'"{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    copies = "WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < :last)"
    statement = (
        f"{copies} INSERT INTO {table.__tablename__} ({listed}) SELECT {picked} FROM {table.__tablename__}, copies"
    )
    session.connection().execute(text(statement), {"apart": APART, "last": TIMES - 1})


def figures(folder: Path) -> int:
    with standing_in(folder), db.reading() as session:
        counted = [func.count(col(getattr(MonthlyReturn, code))) for code in kpi_codes()]
        return sum(session.exec(select(*counted)).one())


def measure(young: Path, old: Path) -> Section:
    sides = [Side(sample(young)), Side(grown(old, young))]
    with factories.environment(NETLIFT_MODE="demo"), live.running(young) as one, live.running(old) as other:
        asyncio.run(_alternate(sides, [one.url, other.url]))
    small, large = sides
    return Section(
        "A thousand times the history",
        HOW,
        [
            Line("figures in the store", f"{figures(young):,} and {figures(old):,}"),
            Line("a rerun, once and a thousand times", _pair(small.kept, large.kept)),
            at_most("ratio", median(large.kept) / median(small.kept), 1.5, "{:.2f}"),
            Line("a rerun after a change, once and a thousand times", _pair(small.changed, large.changed)),
            at_most("ratio after a change", median(large.changed) / median(small.changed), 1.5, "{:.2f}"),
        ],
    )


def _pair(small: list[float], large: list[float]) -> str:
    return f"{median(small) * 1000:.0f} ms and {median(large) * 1000:.0f} ms"


async def _alternate(sides: list[Side], urls: list[str]) -> None:
    first, second = (cookies(side.folder, 1)[0] for side in sides)
    async with visiting(urls[0], first, PAGE) as one, visiting(urls[1], second, PAGE) as other:
        for _ in range(RERUNS):
            await sides[0].rerun(one)
            await sides[1].rerun(other)
