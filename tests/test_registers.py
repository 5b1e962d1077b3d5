"""Evidence registers handed in: who may, what is stored and what never is, and what counts afterwards."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

import db
from programme import keys, reconciliation, registers, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.findings import Severity
from programme.models import (
    AuditEvent,
    Base,
    RegisterExplanation,
    RegisterRevision,
    RegisterRow,
    RegisterSubmission,
    StoredFile,
)
from programme.permissions import Actor, Permission, Role, Subject, refusal
from programme.reconciliation import Line, Outcome, Shared, Verdict, compare, explain, overall, reconcile, shared
from programme.register_submissions import RegisterReceipt, submit_register
from programme.register_withdrawals import in_force, withdraw
from programme.registers import CheckedRegister, check_register
from programme.sheets import read_book
from tests import files
from tests.factories import a_user
from tests.register_files import (
    CLASSES,
    HEADINGS,
    HOUSEHOLDS,
    JULY,
    JUNE,
    LUSHUI,
    PLATFORM,
    POSTS,
    PRODUCTS,
    ROWS,
    SHOPS,
    YUNLONG,
    a_class,
    household,
    identity,
    played,
    post,
    product,
    several,
    shop,
    workbook,
)
from tests.test_reviews import SOUND
from tests.test_reviews import hand_in as hand_in_return

RADIATING = {
    "online_sales": "5",
    "shops": "3",
    "products": "3",
    "trainees": "80",
    "posts": "2",
    "reads": "0.02",
    "households": "4",
}


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


def everybody() -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "province": a_user(Role.PROVINCE, province="53"),
        "elsewhere": a_user(Role.PROVINCE, province="65"),
        "office": a_user(Role.OFFICE),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
        "enterprise": a_user(Role.ENTERPRISE),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "expert": a_user(Role.EXPERT),
        "evaluator": a_user(Role.EVALUATOR),
    }


@pytest.fixture
def people(store: str) -> dict[str, Actor]:
    return everybody()


@pytest.fixture
def here(sqlite_store: str) -> dict[str, Actor]:
    """The same people, on one of the two stores."""
    return everybody()


def check(actor: Actor, content: bytes, name: str = "台账.xlsx", month: Month | None = JUNE) -> CheckedRegister:
    with db.reading() as session:
        return check_register(session, actor, content, name, month=month)


def hand_in(actor: Actor, content: bytes, name: str = "台账.xlsx", reason: str = "") -> RegisterReceipt:
    checked = check(actor, content, name)
    with db.transaction() as session:
        return submit_register(session, actor, checked, reason)


def lines(actor: Actor, month: Month = JUNE, county: int = LUSHUI) -> dict[str, Line]:
    with db.reading() as session:
        return {line.kpi.code: line for line in reconcile(session, actor, month, [county])}


def counted(actor: Actor, month: Month = JUNE, county: int = LUSHUI) -> dict[str, int | None]:
    return {code: line.counted for code, line in lines(actor, month, county).items() if line.counted is not None}


def refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowed:
        return True
    return False


# --- who may --------------------------------------------------------------------------------------------------------

HERE, PROVINCE, AWAY = Subject(LUSHUI, "53"), Subject(YUNLONG, "53"), Subject(650000, "65")
SEES = {
    "county": (1, 0, 0),
    "neighbour": (0, 1, 0),
    "province": (1, 1, 0),
    "elsewhere": (0, 0, 1),
    "office": (1, 1, 1),
    "leader": (1, 1, 1),
}
HANDS_IN = {name: row for name, row in SEES.items() if name != "leader"}


def test_the_permissions_in_full(here: dict[str, Actor]) -> None:
    for permission, table in (
        (Permission.SEE_REGISTER, SEES),
        (Permission.SUBMIT_REGISTER, HANDS_IN),
        (Permission.SUBMIT_PLATFORM_DATA, {"office": (1, 1, 1)}),
    ):
        found = {
            name: tuple(int(refusal(actor, permission, subject) is None) for subject in (HERE, PROVINCE, AWAY))
            for name, actor in here.items()
        }
        assert {name: row for name, row in found.items() if any(row)} == table


def test_every_verb_asks_for_its_permission_in_scope(here: dict[str, Actor]) -> None:
    hand_in(here["county"], workbook(POSTS, [post(1)]))
    hand_in_return(here["county"], SOUND)
    line = lines(here["office"])["posts"]
    assert line.asks
    with db.reading() as session:
        standing = in_force(session, here["office"], POSTS, LUSHUI, JUNE)
    own, third = check(here["county"], workbook(SHOPS, [shop(1)])), check(here["office"], third_source())

    def tried(verb: Callable[[Session], object]) -> bool:
        """Refused? What it would have written is rolled back."""
        with db.reading() as session:
            return refused(lambda: verb(session))

    def outcome(actor: Actor) -> tuple[bool, ...]:
        content = workbook(POSTS, [post(1)], county="泸水市")
        return (
            tried(lambda session: check_register(session, actor, content, "a.xlsx")),
            tried(lambda session: check_register(session, actor, third_source(), "a.csv")),
            tried(lambda session: submit_register(session, actor, own)),
            tried(lambda session: submit_register(session, actor, third)),
            tried(lambda session: registers.template(session, actor, POSTS, JUNE, "533301")),
            tried(lambda session: explain(session, actor, line, "原因")),
            tried(lambda session: in_force(session, actor, POSTS, LUSHUI, JUNE)),
            tried(lambda session: withdraw(session, actor, standing, "报错月份")),
            tried(lambda session: shared(session, actor, LUSHUI, JUNE)),
            tried(lambda session: overall(session, actor, JUNE)),
            lines(actor) == {},
        )

    expected = {name: (True,) * 11 for name in here}
    expected |= {"county": (False, True, False, True, *(False,) * 7)}
    expected |= {"province": expected["county"], "office": (False,) * 11}
    expected |= {name: (False, *(True,) * 8, False, True) for name in ("neighbour", "elsewhere")}
    expected |= {"leader": (*(True,) * 8, False, False, False)}
    assert {name: outcome(actor) for name, actor in here.items()} == expected


def third_source(rows: files.Rows = ROWS[PLATFORM]) -> bytes:
    return files.delimited([[*HEADINGS[PLATFORM], "县名"], *([*row, "泸水市"] for row in rows)])


# --- what is stored, and what never is ------------------------------------------------------------------------------


def test_registers_are_stored_whole_with_their_files_and_an_event_each(people: dict[str, Actor]) -> None:
    contents = {kind: workbook(kind, rows) for kind, rows in ROWS.items() if kind != PLATFORM}
    for content in contents.values():
        assert hand_in(people["county"], content).rows == 2
    with db.reading() as session:
        acts = session.exec(select(RegisterSubmission).order_by(RegisterSubmission.id)).all()
        rows = session.exec(select(RegisterRow).order_by(RegisterRow.kind, RegisterRow.number)).all()
        kept = {file.content for file in session.exec(select(StoredFile))}
        done = session.exec(select(AuditEvent).where(AuditEvent.action == "register.submitted")).all()
        revisions = session.exec(select(RegisterRevision)).all()
    assert [(act.kind, act.counties, act.rows, act.kept) for act in acts] == [
        (kind, 1, 2, kind != HOUSEHOLDS) for kind in contents
    ]
    assert kept == {content for kind, content in contents.items() if kind != HOUSEHOLDS}
    assert [(row.kind, row.county_id, row.month, row.revision, row.number, row.row) for row in rows] == [
        (kind, LUSHUI, 201906, 1, number, 3 + number) for kind in sorted(contents) for number in (1, 2)
    ]
    assert {(one.rows, one.on_behalf) for one in revisions} == {(2, "")}
    assert [event.county_id for event in done] == [LUSHUI] * 5
    first = {row.kind: json.loads(row.texts) for row in rows if row.number == 1}
    assert first.pop(HOUSEHOLDS) == {}
    assert {kind: next(iter(texts.values())) for kind, texts in first.items()} == {
        kind: ROWS[kind][0][0] for kind in first
    }


def test_no_number_of_a_household_survives_anywhere(here: dict[str, Actor], caplog: pytest.LogCaptureFixture) -> None:
    numbers = [identity(number) for number in range(30)]
    content = files.xlsx(
        [["惠及户台账", "报告期：2019年6月"], ["户主身份证号", "户主姓名", "电话"], *([n, "户主甲", "13800000000"] for n in numbers)],
        names=[f"户{numbers[0]}"],
    )  # fmt: skip
    hand_in(here["county"], content, f"户主甲{numbers[1]}.xlsx")
    broken = numbers[0][:-1] + ("1" if numbers[0][-1] != "1" else "2")
    with pytest.raises(ProgrammeError):
        hand_in(here["county"], workbook(HOUSEHOLDS, [[broken]]))
    with db.engine().connect() as connection:
        everything = "".join(
            repr(connection.execute(select(table)).all())
            for table in Base.metadata.sorted_tables
            if table.name != "county"
        )
    assert [
        n
        for n in [*numbers, broken, "户主甲", "13800000000", hashlib.sha256(content).hexdigest()]
        if n in everything or n[:17] in everything
    ] == []
    assert [n for n in numbers if n in caplog.text] == []
    with db.reading() as session:
        (row, *_) = session.exec(select(RegisterRow))
        act = session.exec(select(RegisterSubmission)).one()
        assert session.exec(select(StoredFile)).all() == []
        (done,) = session.exec(select(AuditEvent).where(AuditEvent.action == "register.submitted"))
    assert (row.texts, row.sheet, len(row.key_hash)) == ("{}", "第1张", 32)
    assert (act.kept, act.file_name) == (False, "惠及户台账.xlsx")
    assert act.file_digest == keys.digest("register.file", hashlib.sha256(content).hexdigest())
    assert json.loads(done.detail)["file"] == act.file_digest


@pytest.fixture
def lushui(sqlite_store: str) -> Actor:
    return a_user(Role.COUNTY, county="533301")


@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), kind=st.sampled_from([HOUSEHOLDS, POSTS, CLASSES, PRODUCTS]))
def test_wherever_an_identity_number_stands_it_does_not_come_into_the_store(
    lushui: Actor, data: st.DataObject, kind: str
) -> None:
    number = identity(data.draw(st.integers(0, 99_999)))
    written = data.draw(
        st.sampled_from(
            [
                number,
                f"{number[:6]}-{number[6:14]}-{number[14:]}",
                f"张某13800138000 {number}",
                f"https://a.cn/{number}",
                int(number) if number.isdigit() else number,
                number[:6] + number[8:17],
            ]
        )
    )
    rows = [[*row, ""] for row in [*ROWS[kind], *ROWS[kind]]]
    rows[data.draw(st.integers(0, 3))][data.draw(st.integers(0, len(rows[0]) - 1))] = written
    names = data.draw(st.sampled_from([["表"], [number]]))
    content = files.xlsx([["报告期：2019年6月"], [*HEADINGS[kind], "电话"], *rows], names=names)
    with suppress(ProgrammeError):
        hand_in(lushui, content, f"{number}.xlsx", reason=f"见{number}")
    with db.engine().connect() as connection:
        tables = [table for table in Base.metadata.sorted_tables if table.name.startswith(("register", "audit"))]
        everything = "".join(repr(connection.execute(select(table)).all()) for table in tables)
        kept = [file for (file,) in connection.execute(select(Base.metadata.tables["stored_file"].c.content))]
    cells = [cell for file in kept for sheet in read_book(file, "a.xlsx").sheets for row in sheet.rows for cell in row]
    bodies = (number[:17], number[:6] + number[8:17], number[:14])
    texts = "".join(str(int(cell)) if isinstance(cell, float) else str(cell) for cell in cells)
    assert [body for body in bodies if body in everything or body in texts.replace(" ", "").replace("-", "")] == []


def test_the_hash_of_a_household_depends_on_the_installation_s_secret(
    here: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hashes() -> list[str]:
        checked = check(here["county"], workbook(HOUSEHOLDS, [household(1)]))
        return [entry.key_hash for unit in checked.units for entry in unit.entries]

    first = hashes()
    assert hashes() == first
    monkeypatch.setenv("NETLIFT_SECRET", "k7Gq2vXw9ZrT4mNb8YcL1pHd6JsF3aQe")
    assert hashes() != first


def test_the_same_file_twice_changes_nothing_and_says_so(here: dict[str, Actor]) -> None:
    for kind in (POSTS, HOUSEHOLDS):
        content = workbook(kind, ROWS[kind])
        hand_in(here["county"], content)
        again = hand_in(here["county"], content)
        assert (again.submission_id, again.rows) == (None, 0)
        assert again.sentence == "内容与已报送的完全相同（2条），没有变化，不必重复报送。"
    with db.reading() as session:
        assert len(session.exec(select(RegisterRevision)).all()) == 2


def test_a_newer_revision_replaces_what_counts_and_deletes_nothing(here: dict[str, Actor]) -> None:
    hand_in(here["county"], workbook(POSTS, [post(1), post(2), post(3)]))
    hand_in(here["county"], workbook(POSTS, [post(3, 7)]))
    assert counted(here["county"]) == {"posts": 1, "reads": 7}
    with db.reading() as session:
        revisions = [
            (row.revision, row.rows)
            for row in session.exec(select(RegisterRevision).order_by(RegisterRevision.revision))
        ]
        assert len(session.exec(select(RegisterRow)).all()) == 4
    assert revisions == [(1, 3), (2, 1)]


def test_the_store_itself_refuses_changes(people: dict[str, Actor]) -> None:
    hand_in_return(people["county"], SOUND)
    hand_in(people["county"], workbook(POSTS, [post(1)]))
    with db.transaction() as session:
        explain(session, people["county"], lines(people["county"])["posts"], "原因")
    for table, column in (
        ("register_submission", "user_id"),
        ("register_revision", "rows"),
        ("register_row", "amount"),
        ("register_explanation", "user_id"),
    ):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 1"):
            with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
                session.connection().execute(text(statement))


def test_every_key_of_the_facts_contains_the_county() -> None:
    for name in ("register_revision", "register_row", "register_explanation"):
        keys = [
            set(c.columns.keys())
            for c in Base.metadata.tables[name].constraints
            if type(c).__name__ != "CheckConstraint"
        ]
        assert [key for key in keys if "county_id" not in key] == []


def test_somebody_else_s_newer_revision_is_not_overrun(here: dict[str, Actor]) -> None:
    mine = check(here["county"], workbook(POSTS, [post(1)]))
    hand_in(here["province"], files.delimited([[*HEADINGS[POSTS], "县名"], [*post(2), "泸水市"]]), "a.csv")
    with pytest.raises(Outdated), db.transaction() as session:
        submit_register(session, here["county"], mine)


def test_errors_and_unconfirmed_warnings_are_refused(here: dict[str, Actor]) -> None:
    with pytest.raises(ProgrammeError, match="还有1处错误"):
        hand_in(here["county"], workbook(POSTS, [post(1, "很多")]))
    hidden = files.xlsx(
        [["报告期：2019年6月"], HEADINGS[POSTS], post(1)],
        [HEADINGS[POSTS], post(2)],
        names=["信息", "旧"],
        hidden=["旧"],
    )
    with pytest.raises(ProgrammeError, match="有1处警告需要确认"):
        hand_in(here["county"], hidden)
    assert hand_in(here["county"], hidden, reason="旧表不报").rows == 1


def test_a_province_hands_in_for_its_counties_on_their_behalf(here: dict[str, Actor]) -> None:
    rows = [["泸水市", "2019-06", *product(1)], ["云龙县", "2019-06", *product(2)], ["云龙县", "2019-07", *product(3)]]
    assert hand_in(here["province"], several(PRODUCTS, rows), "a.csv").units == 3
    with db.reading() as session:
        behalf = {row.on_behalf for row in session.exec(select(RegisterRevision))}
    assert behalf == {"泸水市工作小组", "云龙县工作小组"}
    assert [counted(here["neighbour"], month, YUNLONG) for month in (JUNE, JULY)] == [
        {"products": 1},
        {"products": 2},
    ]


# --- what counts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "found", "tolerance", "percent", "verdict", "words"),
    [
        (5, 5, 0, 0, Verdict(Outcome.AGREES), "一致"),
        (0, 0, 0, 0, Verdict(Outcome.AGREES), "一致"),
        (5, 2, 0, 0, Verdict(Outcome.DIFFERS, -3, over=True), "差异 3（明细少）"),
        (5, 6, 1, 0, Verdict(Outcome.DIFFERS, 1, over=False), "差异 1（明细多）"),
        (100, 106, 0, 5, Verdict(Outcome.DIFFERS, 6, over=True), "差异 6（明细多）"),
        (100, 105, 0, 5, Verdict(Outcome.DIFFERS, 5, over=False), "差异 5（明细多）"),
        (5, None, 0, 0, Verdict(Outcome.NO_DETAIL), "无明细"),
        (None, None, 0, 0, Verdict(Outcome.NO_DETAIL), "无明细"),
        (None, 4, 0, 0, Verdict(Outcome.UNREPORTED), "月报未报，暂不比对"),
        (None, 0, 0, 0, Verdict(Outcome.UNREPORTED), "月报未报，暂不比对"),
    ],
)
def test_a_figure_beside_its_detail(
    reported: int | None, found: int | None, tolerance: int, percent: int, verdict: Verdict, words: str
) -> None:
    assert compare(reported, found, tolerance, percent) == verdict
    assert verdict.text == words


def test_each_indicator_is_held_against_its_own_register(people: dict[str, Actor]) -> None:
    hand_in_return(people["neighbour"], RADIATING, YUNLONG)
    for kind in (SHOPS, PRODUCTS, CLASSES, POSTS, HOUSEHOLDS):
        hand_in(people["neighbour"], workbook(kind, ROWS[kind]))
    found = {
        code: (line.reported, line.counted, line.own.text, line.asks)
        for code, line in lines(people["leader"], county=YUNLONG).items()
    }
    assert found == {
        "shops": (3, 2, "差异 1（明细少）", True),
        "products": (3, 2, "差异 1（明细少）", True),
        "trainees": (80, 80, "一致", False),
        "posts": (2, 2, "一致", False),
        "reads": (200, 200, "一致", False),
        "households": (4, 2, "差异 2（明细少）", True),
    }
    assert {line.own.text for line in lines(people["leader"]).values()} == {"无明细"}


def test_distinct_items_are_those_of_an_independent_count(here: dict[str, Actor]) -> None:
    """Shops, products and households over all months and counties; posts within the month; trainees and reads added up."""
    random = np.random.default_rng(7)
    places, sets = (("泸水市", LUSHUI), ("云龙县", YUNLONG)), {"shops": {}, "households": {}, "posts": {}}  # type: ignore[var-annotated]
    books: dict[str, list[list[object]]] = {"shops": [], "households": [], "posts": []}
    for name, county in places:
        for month in (JUNE, JULY):
            for number in random.integers(0, 60, 40).tolist():
                day = f"{month}-03"
                books["shops"].append([name, str(month), *shop(number)[:4], ""])
                books["households"].append([name, str(month), *household(number)])
                books["posts"].append([name, str(month), *post(number, day=day)])
                for kind in sets:
                    sets[kind].setdefault((county, month), set()).add(number)
    for kind, rows in books.items():
        hand_in(here["office"], several(kind, rows), "a.csv")
    for _, county in places:
        june, july = sets["shops"][county, JUNE], sets["shops"][county, JULY]
        assert counted(here["office"], JUNE, county)["shops"] == len(june)
        assert counted(here["office"], JULY, county)["shops"] == len(june | july)
        assert counted(here["office"], JULY, county)["households"] == len(june | july)
        assert counted(here["office"], JULY, county)["posts"] == len(july)
        assert counted(here["office"], JULY, county)["reads"] == 100 * len(july)
    all_of = set.union(*sets["shops"].values())
    with db.reading() as session:
        totals = {one.kpi.code: (one.items, one.of_counties) for one in overall(session, here["office"], JULY)}
        own = overall(session, here["county"], JULY)
    each = sum(len(sets["shops"][county, JUNE] | sets["shops"][county, JULY]) for _, county in places)
    assert totals == {"shops": (len(all_of), each), "households": (len(all_of), each)}
    assert {one.shared for one in own} == {0}


def test_several_shops_of_one_enterprise_are_one_enterprise(here: dict[str, Actor]) -> None:
    hand_in(here["neighbour"], workbook(SHOPS, [shop(1, code=9), shop(2, code=9), shop(3)]))
    assert counted(here["neighbour"], county=YUNLONG) == {"shops": 2}


def test_the_same_shop_in_two_counties_is_named_to_both_and_nothing_else(here: dict[str, Actor]) -> None:
    hand_in(here["county"], workbook(SHOPS, [shop(1), shop(2)]))
    checked = check(here["neighbour"], workbook(SHOPS, [["另一个名字", *shop(1)[1:]], shop(7)]))
    assert [(f.rule, f.cell, f.message) for f in checked.findings] == [
        ("shared_item", "A4", "同一网店（按企业）也在泸水市的台账中，全国合计时只计一次。请与对方核实归属。")
    ]
    with db.transaction() as session:
        submit_register(session, here["neighbour"], checked)
    with db.reading() as session:
        assert shared(session, here["county"], LUSHUI, JUNE) == [Shared("怒江特产店1", ("云龙县",))]
        assert shared(session, here["neighbour"], YUNLONG, JUNE) == [Shared("另一个名字", ("泸水市",))]
        assert shared(session, here["county"], LUSHUI, Month(2019, 5)) == []
    hand_in(here["neighbour"], workbook(SHOPS, [shop(7)]))
    with db.reading() as session:
        assert shared(session, here["county"], LUSHUI, JUNE) == []


def test_a_household_s_short_number_says_nothing_about_another_county_s(here: dict[str, Actor]) -> None:
    rows = [
        ["泸水市", "2019-06", "0001"],
        ["云龙县", "2019-06", "0001"],
        ["泸水市", "2019-06", "530000000001"],
        ["云龙县", "2019-06", "530000000001"],
    ]
    hand_in(here["office"], files.delimited([["县名", "报告期", "户编号"], *rows]), "a.csv")
    with db.reading() as session:
        (one,) = overall(session, here["office"], JUNE)
    assert (one.of_counties, one.items) == (4, 3)


def test_a_platform_s_export_is_a_third_source(people: dict[str, Actor]) -> None:
    hand_in_return(people["county"], SOUND | {"posts": "2", "reads": "2.5"})
    hand_in(people["county"], workbook(POSTS, [post(1, 20_000), post(2, 5_000)]))
    export = [
        played(1, "2019-06-15", 9_000, 3_000),
        played(1, "2019-06-16", 10, 0),
        played(2, "2019-06-16", 0, 400),
        played(3, "2019-06-16"),
    ]
    receipt = hand_in(people["office"], files.delimited([HEADINGS[PLATFORM], *export]), "export.csv")
    assert receipt.rows == 3
    found = lines(people["county"])
    assert [(found[code].reported, found[code].counted, found[code].platform) for code in ("posts", "reads")] == [
        (2, 2, 2), (25_000, 25_000, 12_410),
    ]  # fmt: skip
    assert (found["reads"].own.text, found["reads"].third.text_of("平台"), found["reads"].asks) == (
        "一致",
        "差异 12,590（平台少）",
        True,
    )
    with db.reading() as session:
        assert session.exec(select(AuditEvent.action).where(AuditEvent.action == "platform.submitted")).all() == [
            "platform.submitted"
        ]


def test_an_item_without_a_county_is_placed_by_its_link_or_named(here: dict[str, Actor]) -> None:
    checked = check(here["office"], files.delimited([HEADINGS[PLATFORM], played(1, "2019-06-15")]), "export.csv")
    assert [(f.rule, f.severity, f.cell) for f in checked.findings] == [("unplaced", Severity.ERROR, "A2")]
    with pytest.raises(ProgrammeError), db.transaction() as session:
        submit_register(session, here["office"], checked)


def test_two_platforms_stand_beside_one_another(here: dict[str, Actor]) -> None:
    hand_in(here["office"], third_source([played(1, "2019-06-15", platform="抖音")]), "a.csv")
    hand_in(here["office"], third_source([played(2, "2019-06-15", platform="头条")]), "b.csv")
    hand_in(here["office"], third_source([played(2, "2019-06-15", 1, 1, platform="头条")]), "c.csv")
    assert (lines(here["leader"])["posts"].platform, lines(here["leader"])["reads"].platform) == (2, 102)
    hand_in(here["office"], third_source([played(2, "2019-07-15", 5, 5, platform="头条")]), "d.csv")
    july = lines(here["leader"], JULY)
    assert (july["posts"].platform, july["reads"].platform) == (0, 10)


def test_an_export_is_the_whole_of_its_month_and_platform(here: dict[str, Actor]) -> None:
    def export(*rows: tuple[int, str, str, str]) -> bytes:
        listed = [[*played(number, day, platform=platform), county] for number, day, platform, county in rows]
        return files.delimited([[*HEADINGS[PLATFORM], "县名"], *listed])

    kept = [(3, "2019-06-15", "抖音", "云龙县"), (4, "2019-07-15", "头条", "云龙县")]
    hand_in(
        here["office"], export((1, "2019-06-15", "头条", "泸水市"), (2, "2019-06-15", "头条", "云龙县"), *kept), "a.csv"
    )
    newer = export((1, "2019-06-16", "头条", "泸水市"))
    checked = check(here["office"], newer, "b.csv")
    assert [(f.rule, f.severity, f.month) for f in checked.findings] == [
        ("county_left_out", Severity.WARNING, "2019-06")
    ]
    assert "云龙县" in checked.findings[0].message
    assert hand_in(here["office"], newer, "b.csv", "确认是全部数据").sentence == (
        "已报送：云龙县、泸水市2019年6月“平台数据”，共1条。新文件中没有的1份已清空。"
    )
    assert lines(here["leader"], JUNE, YUNLONG)["posts"].platform == 1
    assert lines(here["leader"], JULY, YUNLONG)["posts"].platform == 1
    again = check(here["office"], newer, "b.csv")
    assert (again.findings, [unit.changed for unit in again.units]) == ([], [False])


# --- taken back -----------------------------------------------------------------------------------------------------


def taken_back(actor: Actor, kind: str, month: Month = JUNE, reason: str = "报错月份") -> str:
    with db.transaction() as session:
        return withdraw(session, actor, in_force(session, actor, kind, LUSHUI, month), reason)


def test_a_register_taken_back_counts_no_more_and_can_be_handed_in_again(people: dict[str, Actor]) -> None:
    county, content = people["county"], workbook(POSTS, [post(1), post(2)])
    hand_in(county, content)
    assert taken_back(county, POSTS, reason=f"报错月份 {identity(1)}") == (
        "已撤回：泸水市2019年6月“信息台账”改为本月无明细，原有各版仍保留。"
    )
    assert (counted(county), lines(county)["posts"].own.outcome) == ({}, Outcome.NO_DETAIL)
    with db.reading() as session:
        act = session.exec(select(RegisterSubmission).order_by(RegisterSubmission.id.desc())).first()
        (done,) = session.exec(select(AuditEvent).where(AuditEvent.action == "register.withdrawn"))
        assert (len(session.exec(select(RegisterRow)).all()), act.rows, act.kept) == (2, 0, False)
    assert act.reason == json.loads(done.detail)["reason"] == f"报错月份 {'*' * 16}{identity(1)[-2:]}"
    assert (done.county_id, json.loads(done.detail)["revisions"]) == (LUSHUI, ["r2"])
    with pytest.raises(ProgrammeError, match="没有现行的明细"):
        taken_back(county, POSTS)
    assert hand_in(county, content).rows == 2
    assert counted(county) == {"posts": 2, "reads": 200}


def test_a_month_taken_back_leaves_the_other_months_of_a_level(here: dict[str, Actor]) -> None:
    for month, number in (("2019年6月", 1), ("2019年7月", 2)):
        hand_in(here["county"], workbook(HOUSEHOLDS, [household(number)], month=month))
    taken_back(here["county"], HOUSEHOLDS, JULY)
    assert [counted(here["county"], month) for month in (JUNE, JULY)] == [{"households": 1}] * 2
    taken_back(here["county"], HOUSEHOLDS)
    assert [counted(here["county"], month) for month in (JUNE, JULY)] == [{}] * 2


def test_a_withdrawal_needs_a_reason_and_is_of_what_was_seen(here: dict[str, Actor]) -> None:
    hand_in(here["county"], workbook(POSTS, [post(1)]))
    with pytest.raises(ProgrammeError, match="请写明撤回的原因"):
        taken_back(here["county"], POSTS, reason="  ")
    with db.reading() as session:
        seen = in_force(session, here["county"], POSTS, LUSHUI, JUNE)
    assert (seen.name, seen.text) == ("泸水市2019年6月“信息台账”", "现行第1版，1条")
    hand_in(here["county"], workbook(POSTS, [post(1), post(2)]))
    with pytest.raises(Outdated), db.transaction() as session:
        withdraw(session, here["county"], seen, "报错月份")


# --- why it differs -------------------------------------------------------------------------------------------------


def test_an_explanation_stays_with_the_figures_it_was_given_for(here: dict[str, Actor]) -> None:
    county = here["county"]
    hand_in_return(county, SOUND)
    hand_in(county, workbook(POSTS, [post(1), post(2)]))
    before = lines(county)["posts"]
    with db.transaction() as session:
        explain(session, county, before, " 台账只列出了阅读量较高的 ")
    now = lines(here["office"])["posts"]
    assert (now.asks, now.over, [(one.text, one.user_name, one.reported, one.counted) for one in now.explanations]) == (
        False, True, [("台账只列出了阅读量较高的", county.name, 410, 2)],
    )  # fmt: skip
    hand_in(county, workbook(POSTS, [post(1), post(2), post(3)]))
    after = lines(county)["posts"]
    assert (after.asks, len(after.explanations)) == (True, 1)
    with pytest.raises(ProgrammeError, match="数据有变化"), db.transaction() as session:
        explain(session, county, before, "又一个原因")
    with db.transaction() as session:
        explain(session, county, after, "另有说明")
    with db.reading() as session:
        numbers = [one.number for one in session.exec(select(RegisterExplanation).order_by(RegisterExplanation.number))]
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "register.explained")).all()
    assert (numbers, len(events)) == ([1, 2], 2)


def test_an_explanation_needs_a_text_and_a_difference_over_the_tolerance(here: dict[str, Actor]) -> None:
    county = here["county"]
    hand_in_return(county, SOUND | {"trainees": "80"})
    hand_in(county, workbook(CLASSES, [a_class(1), a_class(2)]))
    hand_in(county, workbook(POSTS, [post(1)]))
    with pytest.raises(ProgrammeError, match="请写明"), db.transaction() as session:
        explain(session, county, lines(county)["posts"], "  ")
    with pytest.raises(ProgrammeError, match="不需要说明"), db.transaction() as session:
        explain(session, county, lines(county)["trainees"], "原因")
    with pytest.raises(NotFound), db.reading() as session:
        reconciliation.line_of(session, county, LUSHUI, JUNE, "brands")


# --- many rows ------------------------------------------------------------------------------------------------------


def test_a_register_of_a_hundred_thousand_rows_works(here: dict[str, Actor]) -> None:
    count = 100_000
    content = files.delimited(
        [["报告期：2019年6月"], HEADINGS[POSTS], *(post(number, number % 90) for number in range(count))]
    )
    checked = check(here["county"], content, "信息.csv")
    assert checked.findings == []
    statements: list[str] = []
    event.listen(db.engine(), "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    with db.transaction() as session:
        assert submit_register(session, here["county"], checked).rows == count
    assert counted(here["county"]) == {"posts": count, "reads": sum(number % 90 for number in range(count))}
    assert len(statements) < 60


def test_the_catalogue_s_proofs_name_indicators_and_columns_that_exist() -> None:
    for register in registers.register_facts().registers:
        fields = {column.field for column in register.columns}
        assert {*register.unique, *register.counted, *register.amount} <= fields
        assert {proof.kpi for proof in register.proofs} <= set(catalogue().kpis)
