"""The sample programme: the same at every first start, whole or not at all, once, and never where work is real."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlmodel import Session, col, func, select

import db
from programme import accounts, demo, forms, passwords, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.county_queries import revisions
from programme.material_facts import PRACTICE, STORY
from programme.materials import pieces
from programme.models import (
    AppUser,
    Base,
    County,
    Enterprise,
    FrozenList,
    Membership,
    MilestoneEvent,
    MonthlyReturn,
    Plan,
    PlanMilestone,
    PlanReview,
    PlanReviewSection,
    PlanSection,
    Project,
    ProjectEvent,
    ReturnRemark,
    Standing,
    Submission,
    Total,
)
from programme.obligations import Status
from programme.permissions import Actor, Role
from programme.plans import plans
from programme.project_facts import project_facts
from programme.project_life import deadline_of
from programme.queries import View, progress
from programme.sheets import read_book
from programme.showcase_queries import on_show, practices_for_bulletin, practices_on_wall
from programme.wall_projects import public_projects
from tests import live, terminal
from tests.conftest import ANSWERS
from tests.first_start import FIRST_LINE, Started, two_starts

OFFICE = Actor(0, "system", "系统", Role.OFFICE)
LAST = Month(2019, 10)


@pytest.fixture(scope="module")
def sqlite_demo(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Started:
    folder = shutil.copytree(filled, tmp_path_factory.mktemp("demo") / "store")
    server, other = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
    return Started(live.environment_of(folder), (terminal.Answer(**server), terminal.Answer(**other)))


@pytest.fixture(scope="module")
def postgres_demo(postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> Started:
    with psycopg.connect(f"{postgres_template}/postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE demo_store")
    return two_starts(f"{postgres_template}/demo_store", tmp_path_factory.mktemp("demo"), "--demo")


@pytest.fixture(params=["sqlite", "postgresql"])
def started(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """The test stands on the sample programme; it only looks."""
    found = request.getfixturevalue("sqlite_demo" if request.param == "sqlite" else "postgres_demo")
    for name, value in found.settings.items():
        monkeypatch.setenv(name, value)
    yield found
    db.engine().dispose()


@pytest.fixture
def session(started: Started) -> Iterator[Session]:
    with db.reading() as opened:
        yield opened


def count(session: Session, table: Any) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


# --- at the start -----------------------------------------------------------------------------------------------------


def test_two_processes_that_start_together_end_with_one_sample_programme(started: Started, session: Session) -> None:
    assert [(answer.code, answer.err) for answer in started.answers] == [(0, ""), (0, "")]
    filled = [answer.out.startswith(FIRST_LINE) for answer in started.answers]
    assert sorted(filled) == [False, True]
    (waited,) = [answer.out for answer, first in zip(started.answers, filled, strict=True) if not first]
    assert waited == demo.account_lines(session) + "\n"
    assert [count(session, table) for table in (County, Membership)] == [2891, 110]
    assert len(set(session.exec(select(AppUser.username)))) == count(session, AppUser)


def figures(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the sample programme says, without the numbers and moments of the machine."""
    with terminal.standing_on(url), db.reading() as session:
        handed_in = select(
            Submission.at, Submission.user_name, Submission.file_name, Submission.reason, Submission.returns
        )
        projects = select(Project.no, Project.name, Project.stage, Project.outcome, Project.target_counties)
        tables = (
            Membership, MonthlyReturn, Standing, Total, ReturnRemark,
            PlanSection, PlanMilestone, PlanReview, PlanReviewSection, MilestoneEvent,
        )  # fmt: skip
        found = {
            table.__tablename__: sorted(map(str, session.connection().execute(select(*_said(table)))))
            for table in tables
        }
        found |= {
            "submission": sorted(map(str, session.exec(handed_in))),
            "project": sorted(map(str, session.exec(projects))),
        }
    return found


def _said(table: Any) -> list[Any]:
    """Its columns but for the numbers that accounts happened to get."""
    return [column for column in table.__table__.columns if column.name != "user_id"]


def test_two_fresh_stores_say_the_same_to_the_last_figure(sqlite_demo: Started, postgres_demo: Started) -> None:
    first, second = (figures(demo.settings["DATABASE_URL"]) for demo in (sqlite_demo, postgres_demo))
    assert {name: rows == second[name] for name, rows in first.items()} == dict.fromkeys(first, True)
    assert len(first["monthly_return"]) > 600


def test_starting_again_changes_not_a_single_row(started: Started) -> None:
    before = every_row()
    answer = terminal.run("init", "--demo", **started.settings)
    with db.reading() as session:
        assert (answer.code, answer.out, answer.err) == (0, demo.account_lines(session) + "\n", "")
    assert every_row() == before


def every_row() -> dict[str, list[Any]]:
    with db.engine().connect() as connection:
        return {table.name: connection.execute(select(*table.columns)).all() for table in Base.metadata.sorted_tables}


# --- what it shows ----------------------------------------------------------------------------------------------------


def test_everything_is_labelled_as_sample(session: Session) -> None:
    flags = [AppUser.sample, Membership.sample, Submission.sample, Project.sample, Plan.sample, Enterprise.sample]
    assert [session.exec(select(flag).distinct()).all() for flag in flags] == [[True]] * 6
    assert {"示例" in name for name in session.exec(select(Project.enterprise))} == {True}
    assert {"（示例）" in name for name in session.exec(select(Project.head_of_unit)) if name} == {True}
    form = forms.blank_form(session, OFFICE, 533301, LAST)
    cells = [str(cell) for row in read_book(form, "form.xlsx").sheets[0].rows for cell in row]
    assert cells.count("示例数据") == 1


def test_some_counties_are_late_some_are_missing_and_some_had_warnings(session: Session) -> None:
    firsts = session.exec(
        select(MonthlyReturn.month, Submission.at)
        .join(Submission, col(Submission.id) == MonthlyReturn.submission_id)
        .where(MonthlyReturn.revision == 1)
    ).all()
    late = Counter(month for month, at in firsts if day(at) > catalogue().due(Month.from_number(month)))
    arrived = Counter(month for month, _ in firsts)
    assert min(late[month.number] for month in demo_months()[:-1]) > 0
    assert [0 < 110 - arrived[month.number] < 20 for month in demo_months()] == [True] * 6
    warned = session.exec(select(Submission.reason).where(Submission.reason != "").distinct()).all()
    assert warned == [demo.REASON]
    assert count(session, ReturnRemark) > 5


def day(at: datetime) -> Any:
    return at.astimezone(settings.BEIJING).date()


def demo_months() -> list[Month]:
    return [month for month in catalogue().years[0].months if month <= LAST]


def test_what_stands_at_the_end_adds_up_to_the_shares_of_the_targets(session: Session) -> None:
    lines = progress(session, OFFICE, View(LAST))
    wanted = settings.demo()["attainment"]
    missed = {
        f"{line.target.kpi.code}.{line.target.tier}": float(line.attainment or 0)
        for line in lines
        if abs(float(line.attainment or 0) - wanted[f"{line.target.kpi.code}.{line.target.tier}"]) > 0.03
    }
    assert missed == {}


def test_plans_are_in_believable_stages_with_milestones_in_every_state(session: Session) -> None:
    found = [one for one in plans(session, OFFICE, catalogue().years[0]) if one.is_owed]
    stages = Counter(one.status for one in found)
    assert stages == {
        Status.ACCEPTED: 6, Status.APPROVED: 1, Status.SUBMITTED: 1, Status.SENT_BACK: 1, Status.DUE: 1,
    }  # fmt: skip
    shown = Counter(milestone.shown for one in found for milestone in one.milestones)
    assert min(shown[state] for state in ("not_started", "under_way", "done", "overdue")) > 3
    assert [one.revision for one in found if one.code == "533301"] == [2]


def test_no_step_of_a_project_is_earlier_than_the_one_before_and_nothing_is_late_by_more_than_weeks(
    session: Session,
) -> None:
    events = session.exec(select(ProjectEvent).order_by(col(ProjectEvent.project_id), col(ProjectEvent.number))).all()
    assert [
        after.move for one, after in pairwise(events) if one.project_id == after.project_id and one.at > after.at
    ] == []
    days = {deadline_of(project.state, project.due) for project in session.exec(select(Project))}
    assert max((settings.today() - one).days for one in days if one) in range(1, 35)


def test_stories_and_practices_are_on_show_waiting_and_sent_back(session: Session) -> None:
    stories, practices = (pieces(session, OFFICE, kind) for kind in (STORY, PRACTICE))
    assert Counter(one.status for one in stories) == {Status.ACCEPTED: 4, Status.SUBMITTED: 1, Status.SENT_BACK: 1}
    shown = on_show(session)
    assert {(one.sample, len(one.pictures), bool(one.brand)) for one in shown} == {(True, 1, True)}
    links = {product.link[:20] for one in shown for product in one.products}
    assert (len(shown), links) == (4, {"https://example.com/"})
    assert [len(practices), len(practices_on_wall(session)), len(practices_for_bulletin(session))] == [6, 2, 2]


def test_the_projects_graded_best_are_commended_and_the_wall_says_so(session: Session) -> None:
    shown = public_projects(session)
    praised = {project.no for project in session.exec(select(Project).where(Project.outcome == "excellent"))}
    assert {one.no for one in shown.commended} == praised
    assert (len(praised), {one.stage for one in shown.commended}) == (4, {"evaluation"})
    newest = session.exec(select(func.max(FrozenList.at)).where(FrozenList.kind == "commended")).one()
    assert shown.as_of == newest.astimezone(settings.BEIJING).date()


def test_every_project_stands_where_its_newest_event_led(session: Session) -> None:
    newest = select(ProjectEvent.project_id, func.max(ProjectEvent.number)).group_by(col(ProjectEvent.project_id))
    last = dict(session.exec(newest).all())
    led = {(event.project_id, event.number): event.target for event in session.exec(select(ProjectEvent))}
    rows = session.exec(select(Project)).all()
    assert [(p.no, p.state) for p in rows if (last.get(p.id), led.get((p.id, p.moves))) != (p.moves, p.state)] == []
    assert [p.no for p in rows if project_facts().state(p.state).stage != p.stage] == []
    assert len(rows) > 100


def test_a_few_counties_carry_much_and_many_a_little(session: Session) -> None:
    newest = select(Standing.reads).where(Standing.month == LAST.number).order_by(col(Standing.reads).desc())
    reads = [figure or 0 for figure in session.exec(newest)]
    assert 0.25 < sum(reads[: len(reads) // 10]) / sum(reads) < 0.6


def test_a_form_of_a_countys_own_leads_back_to_its_cell(session: Session) -> None:
    newest = revisions(session, OFFICE, 533301)[0]
    assert (newest.user_name, newest.file_name) == ("县 · 泸水市", f"泸水市_{LAST}_月报表.xlsx")


def test_every_account_that_is_printed_opens_with_the_password_that_is_printed(session: Session) -> None:
    lines = demo.account_lines(session).splitlines()
    assert lines[0] == f"示例账号（密码均为 {settings.demo()['password']}）："
    names = [line.split()[0] for line in lines[1:]]
    roles = [accounts.actor_named(session, name).role for name in names]
    expected = [
        Role.LEADER,
        Role.OFFICE,
        Role.PROVINCE,
        Role.COUNTY,
        Role.NATIONAL_CAC,
        Role.EXPERT,
        Role.EVALUATOR,
        Role.PROVINCE_CAC,
        Role.ADMIN,
        Role.ENTERPRISE,
    ]
    assert roles == expected
    (stored,) = set(session.exec(select(AppUser.password_hash)))
    assert passwords.matches(settings.demo()["password"], stored)
    assert set(session.exec(select(AppUser.must_change_password))) == {False}


# --- where work is real -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[terminal.Warm]:
    with terminal.warm(tmp_path_factory.mktemp("production"), NETLIFT_MODE="production") as warm:
        yield warm


@pytest.fixture
def here(store: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": store, "NETLIFT_VAR": str(tmp_path)}


def test_the_first_start_prints_the_administrators_password_once(
    interpreter: terminal.Warm, here: dict[str, str]
) -> None:
    first, second = (interpreter.run("init", **here) for _ in range(2))
    assert (first.code, first.err, second.code, second.out, second.err) == (0, "", 0, "", "")
    sentence, password = first.out.strip().rsplit("：", 1)
    assert sentence == "系统管理员账号 admin，一次性密码（只显示这一次，首次登录须修改）"
    with db.reading() as session:
        user = session.exec(select(AppUser)).one()
    assert (user.username, user.role, user.must_change_password, user.sample) == ("admin", "admin", True, False)
    assert passwords.matches(password, user.password_hash)


def test_two_first_starts_together_make_one_administrator(postgres_store: str, tmp_path: Path) -> None:
    started = two_starts(postgres_store, tmp_path, NETLIFT_MODE="production")
    assert [(answer.code, answer.err) for answer in started.answers] == [(0, ""), (0, "")]
    assert sorted(len(answer.out.splitlines()) for answer in started.answers) == [0, 1]


@pytest.mark.parametrize(
    "secret",
    ["short", "x" * 64, "changeme-changeme-changeme-changeme", "some_key", "netlift-0123456789-0123456789-abcdef"],
)
def test_a_secret_that_can_be_guessed_stops_the_start_before_anything_is_made(
    interpreter: terminal.Warm, tmp_path: Path, secret: str
) -> None:
    new = {"DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}", "NETLIFT_VAR": str(tmp_path)}
    answer = interpreter.run("init", NETLIFT_SECRET=secret, **new)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == ("NETLIFT_SECRET 不安全：须为至少32个字符的随机文本，不能使用示例值；不设置时系统自动生成。\n")
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_secret_of_ones_own_is_taken(interpreter: terminal.Warm, here: dict[str, str], tmp_path: Path) -> None:
    assert interpreter.run("init", NETLIFT_SECRET=os.urandom(32).hex(), **here).code == 0
    assert (tmp_path / "secret").exists() is False


def test_a_store_with_sample_accounts_is_refused(interpreter: terminal.Warm, started: Started) -> None:
    before = every_row()
    answer = interpreter.run("init", **started.settings)
    sentence = "数据库中有示例账号，不能用于正式运行：请换一个空的数据库（DATABASE_URL）。\n"
    assert (answer.code, answer.out, answer.err) == (1, "", sentence)
    assert every_row() == before


def test_sample_data_are_refused(interpreter: terminal.Warm, here: dict[str, str]) -> None:
    answer = interpreter.run("init", "--demo", **here)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "正式运行（NETLIFT_MODE=production）不装入示例数据，请去掉 --demo。\n"


def test_a_store_with_real_accounts_never_becomes_a_sample(interpreter: terminal.Warm, here: dict[str, str]) -> None:
    interpreter.run("init", **here)
    answer = interpreter.run("init", "--demo", NETLIFT_MODE="demo", **here)
    assert (answer.code, answer.out, answer.err) == (0, "库中已有正式账号，没有装入示例数据。\n", "")
    assert json.loads(interpreter.run("user", "list", "--json", **here).out)[0]["sample"] is False
