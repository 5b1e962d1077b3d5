"""Pulling the plug at any moment, and many hands at once: every submission is there whole or not at all."""

import csv
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from sqlalchemy import text
from sqlmodel import Session, col, func, select

import db
from programme import accounts, counties, standings
from programme.audit import data_version
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import Outdated
from programme.models import AuditEvent, MonthlyReturn, Standing, StoredFile, Submission, Total
from programme.permissions import Actor, Role
from programme.queries import View, progress
from programme.returns import Checked, check_file
from programme.settings import ROOT, data_folder
from programme.standings import kpi_codes
from programme.submissions import Receipt, submit
from tests import factories

HEAD = "行政区划代码,县名,报告期,学员生产的扶贫类信息本月数(条),用户累计阅读量本月数(次)\n"
MONTHS = ("2019-06", "2019-07")
REASON = "其余指标暂未统计"


def members() -> list[tuple[str, str]]:
    with (data_folder() / "demo" / "counties.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["adcode"], row["name"]) for row in csv.DictReader(lines)]


def batch(group: Sequence[tuple[str, str]], posts: int, months: Sequence[str] = MONTHS) -> bytes:
    rows = (f"{code},{name},{month},{posts},{posts * 1000 + 7}\n" for code, name in group for month in months)
    return (HEAD + "".join(rows)).encode()


def check(actor: Actor, content: bytes) -> Checked:
    with db.reading() as session:
        return check_file(session, actor, content, "批量.csv")


def hand_in(actor: Actor, content: bytes) -> Receipt:
    checked = check(actor, content)
    with db.transaction() as session:
        return submit(session, actor, checked, REASON)


# --- the plug ---------------------------------------------------------------------------------------------------------


def keep_killing() -> None:
    """Run as a process: for each line "2 0.1" a copy hands in batches until it is killed 0.1 s after the second of them."""
    with db.reading() as session:
        office = accounts.actor_named(session, "office")
        counties.registry(session)
        done = session.exec(select(func.count()).select_from(Submission)).one()
    check(office, batch(members(), 1))
    db.engine().dispose()
    for round_number, line in enumerate(sys.stdin):
        reading_end, writing_end = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading_end)
            hand_in_for_ever(office, done + round_number * 1000, writing_end)
        os.close(writing_end)
        submissions, seconds = line.split()
        os.read(reading_end, 1)
        for _ in range(int(submissions)):
            os.read(reading_end, 1)
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        os.close(reading_end)


def hand_in_for_ever(office: Actor, first: int, progress: int) -> None:
    for number in itertools.count(first + 1):
        os.write(progress, b".")
        hand_in(office, batch(members()[number % 3 :: 3], number))


@contextmanager
def killer() -> Iterator[Callable[[int, float], int]]:
    """Kill a process that hands in, after so many submissions and then seconds; returns how it ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.test_crash"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def kill_after(submissions: int, seconds: float) -> int:
        print(submissions, seconds, file=process.stdin, flush=True)
        return int(process.stdout.readline())

    with process:
        yield kill_after
        process.stdin.close()
        process.wait(60)


def wait_for_the_server() -> None:
    """PostgreSQL goes on for a moment with what a killed client had sent."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with db.engine().connect() as connection:
        while connection.dialect.name == "postgresql" and connection.execute(text(others)).scalar_one():
            time.sleep(0.02)


def require_whole_submissions(session: Session) -> int:
    """Everything that belongs to a submission is there, for every submission; returns how many there are."""
    submissions = session.exec(
        select(Submission.id, Submission.returns, Submission.counties, Submission.file_sha256)
    ).all()
    returns = session.exec(
        select(MonthlyReturn.submission_id, func.count()).group_by(MonthlyReturn.submission_id)
    ).all()
    events = session.exec(select(AuditEvent.detail).where(AuditEvent.action == "return.submitted")).all()
    assert dict(returns) == {number: count for number, count, _, _ in submissions}
    assert Counter(json.loads(event)["submission"] for event in events) == {row[0]: row[2] for row in submissions}
    assert sum(len(json.loads(event)["returns"]) for event in events) == sum(row[1] for row in submissions)
    assert set(session.exec(select(StoredFile.sha256))) == {row[3] for row in submissions}
    assert data_version(session) == 1 + len(submissions)
    return len(submissions)


def require_what_stands(session: Session) -> None:
    """In force is the newest revision, and the sums kept are the sums of what stands."""
    newest = select(MonthlyReturn.county_id, MonthlyReturn.month, func.max(MonthlyReturn.revision)).group_by(
        MonthlyReturn.county_id, MonthlyReturn.month
    )
    in_force = select(Standing.county_id, Standing.month, Standing.revision)
    assert sorted(map(tuple, session.exec(in_force))) == sorted(map(tuple, session.exec(newest)))
    kept = totals(session)
    standings.rebuild_totals(session, catalogue().years[0])
    session.flush()
    assert totals(session) == kept
    session.rollback()


def totals(session: Session) -> dict[tuple[object, ...], tuple[int, ...]]:
    rows = session.connection().execute(select(Total).order_by(col(Total.month))).mappings()
    keys = ("month", "tier", "province_code", "core_county_id", "measure")
    sums = {
        tuple(row[key] for key in keys): tuple(row[code] or 0 for code in ("returns", *kpi_codes())) for row in rows
    }
    return {key: row for key, row in sums.items() if any(row)}


def test_a_process_killed_at_any_moment_leaves_whole_submissions(store: str) -> None:
    factories.a_user(Role.OFFICE, username="office")
    db.engine().dispose()
    luck, handed_in = random.Random(store.split(":")[0]), []
    with killer() as kill_after:
        for turn in range(24 if store.startswith("sqlite") else 12):
            assert kill_after(turn % 3, luck.uniform(0, 0.2)) == -signal.SIGKILL
            wait_for_the_server()
            with db.reading() as session:
                handed_in.append(require_whole_submissions(session))
                require_what_stands(session)
            db.engine().dispose()
    assert handed_in == sorted(handed_in)
    assert handed_in[-1] >= len(handed_in)
    assert hand_in(factories.a_user(Role.OFFICE, username="after"), batch(members(), 999_999)).returns == 220


# --- many hands -------------------------------------------------------------------------------------------------------


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """What each thread returned or refused with, all started together."""
    line = threading.Barrier(count)

    def started_together(number: int) -> object:
        line.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return [job.result() for job in [pool.submit(started_together, number) for number in range(count)]]


def test_eight_writers_for_different_counties_lose_nothing(store: str) -> None:
    office, rounds = factories.a_user(Role.OFFICE), 4

    def write(number: int) -> int:
        group = members()[number::8]
        return sum(hand_in(office, batch(group, 100 * number + turn)).returns for turn in range(rounds))

    assert in_threads(8, write) == [2 * rounds * len(members()[number::8]) for number in range(8)]
    per_month = sum(len(members()[number::8]) * (100 * number + rounds - 1) for number in range(8))
    with db.reading() as session:
        lines = {line.target.kpi.code: line for line in progress(session, office, View(Month(2019, 7)))}
        assert lines["posts"].actual == 2 * per_month
        assert lines["reads"].actual == 2 * (per_month * 1000 + 7 * 110)
        assert require_whole_submissions(session) == 8 * rounds
        require_what_stands(session)


def test_of_two_who_hand_in_for_the_same_county_one_is_told_of_the_other(store: str) -> None:
    office = factories.a_user(Role.OFFICE)
    for turn in range(5):
        checked = [check(office, batch(members()[:3], 10 * turn + number)) for number in range(4)]

        def write(number: int, checked: list[Checked] = checked) -> object:
            try:
                with db.transaction() as session:
                    return submit(session, office, checked[number], REASON)
            except Outdated as outdated:
                return outdated

        ends = in_threads(4, write)
        assert Counter(type(end) for end in ends) == {Receipt: 1, Outdated: 3}
        assert {f"（第{turn + 1}版）" in str(end) for end in ends if isinstance(end, Outdated)} == {True}
    with db.reading() as session:
        assert require_whole_submissions(session) == 5
        require_what_stands(session)


def test_who_looks_meanwhile_never_sees_half_a_submission(store: str) -> None:
    office = factories.a_user(Role.OFFICE)
    done = threading.Event()

    def look_or_write(number: int) -> set[int]:
        seen: set[int] = set()
        while number and not done.is_set():
            with db.reading() as session:
                lines = {line.target.kpi.code: line.actual for line in progress(session, office, View(Month(2019, 7)))}
            seen.add((lines["posts"] or 0) % 220 + (lines["reads"] or 0) % 220)
            time.sleep(0.01)
        if not number:
            for turn in range(5):
                hand_in(office, batch(members(), 11 * turn))
            done.set()
        return seen

    assert set().union(*in_threads(3, look_or_write)) == {0}  # type: ignore[arg-type]


if __name__ == "__main__":
    keep_killing()
