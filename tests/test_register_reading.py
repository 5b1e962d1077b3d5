"""Reading a register: which one it is, what each row says, and every error named with its cell."""

import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

import db
from programme import counties, identity_numbers, registers, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import Unusable
from programme.findings import Severity, errors
from programme.formats.book import Book, Cell, Sheet
from programme.permissions import Actor, Role
from programme.register_cells import link_key
from programme.register_facts import register_facts
from programme.register_privacy import identity_findings
from programme.register_reading import Surroundings, read_register
from programme.register_sheets import find_register
from programme.registers import CheckedRegister, check_register
from programme.returns import members_of
from programme.written_days import parse_day
from tests import files
from tests.register_files import (
    CLASSES,
    HEADINGS,
    HOUSEHOLDS,
    JUNE,
    LUSHUI,
    PLATFORM,
    POSTS,
    PRODUCTS,
    ROWS,
    SHOPS,
    a_class,
    credit_code,
    household,
    identity,
    played,
    post,
    product,
    several,
    sheet,
    shop,
    workbook,
)

COUNTY = Actor(1, "county", "县", Role.COUNTY, LUSHUI, "53")
OFFICE = Actor(2, "office", "办公室", Role.OFFICE)


@pytest.fixture(autouse=True)
def _in_november(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is written here: all tests read the same store."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{sqlite_template}")
    monkeypatch.setenv("NETLIFT_VAR", str(sqlite_template.parent))
    with settings.standing_at(datetime(2019, 11, 8, 2, tzinfo=UTC)):
        yield


def check(content: bytes, actor: Actor = COUNTY, name: str = "台账.xlsx", **given_: object) -> CheckedRegister:
    with db.reading() as session:
        return check_register(session, actor, content, name, **given_)


def wrong(checked: CheckedRegister) -> list[tuple[str, str]]:
    return [(finding.rule, finding.cell) for finding in errors(checked.findings)]


def whose(kind: str) -> Actor:
    return OFFICE if kind == PLATFORM else COUNTY


@pytest.mark.parametrize(
    ("kind", "form"),
    [*((kind, "xlsx") for kind in ROWS), (SHOPS, "csv"), (POSTS, "gbk"), (CLASSES, "ods"), (HOUSEHOLDS, "csv")],
)
def test_each_register_is_known_by_its_headings(kind: str, form: str) -> None:
    rows = sheet(kind, ROWS[kind], county="泸水市")
    content = {
        "xlsx": lambda: files.xlsx(rows),
        "csv": lambda: files.delimited(rows),
        "gbk": lambda: files.delimited(rows, "gb18030"),
        "ods": lambda: files.ods(rows),
    }[form]()
    if kind == PLATFORM:  # finds its county by the links in a register of posts
        content = files.delimited([[*HEADINGS[kind], "县名"], *([*row, "泸水市"] for row in ROWS[kind])])
    checked = check(content, whose(kind), "台账.csv" if "csv" in form else "台账.xlsx")
    assert checked.findings == []
    assert checked.register is not None
    assert (checked.register.code, checked.rows) == (kind, 2)
    assert [(unit.county_id, unit.month) for unit in checked.units] == [(LUSHUI, 201906)]


@pytest.mark.parametrize(
    ("kind", "rows", "found"),
    [
        (
            SHOPS,
            [
                ["店", "淘宝", "不是网址", credit_code(1), "2019-06-01"],
                ["", "", "https://a.example.com", "91533300MA000001X9", "下月"],
                ["店", "淘宝", "https://b.example.com", credit_code(2), "2019-07-01"],
            ],
            [("not_a_link", "C4"), ("missing", "A5"), ("missing", "B5"), ("credit_code", "D5"), ("not_a_day", "E5"),
             ("day_after_month", "E6")],
        ),
        (PRODUCTS, [["草果", "", "店", ""], ["x" * 201, "1斤", "店", "a b"]],
         [("missing", "B4"), ("too_long", "A5"), ("not_a_link", "D5")]),
        (
            CLASSES,
            [["班", "2019-05-31", "线下", 3], ["班", "2019-6", "视频", -1], ["班", "2019-06-31", "线上", 1.5], ["班", "2019-12-01", "线上", ""]],
            [("day_outside_month", "B4"), ("day_missing", "B5"), ("not_a_choice", "C5"), ("negative", "D5"),
             ("not_a_day", "B6"), ("fraction", "D6"), ("day_in_future", "B7"), ("missing", "D7")],
        ),
        (POSTS, [["https://a.example.com/1 https://a.example.com/2", "抖音", "甲", "2019-06-01", "很多"]],
         [("several_links", "A4"), ("not_a_number", "E4")]),
        (HOUSEHOLDS, [[identity(1)[:-1] + ("0" if identity(1)[-1] != "0" else "1")], ["12"], [533321196001011e3], ["甲乙丙丁戊"], [12345.6]],
         [("identity_number", "A4"), ("household_number", "A5"), ("digits_lost", "A6"), ("household_number", "A7"),
          ("household_number", "A8")]),
    ],
)  # fmt: skip
def test_every_error_of_every_row_is_named_with_its_cell(
    kind: str, rows: files.Rows, found: list[tuple[str, str]]
) -> None:
    checked = check(workbook(kind, rows))
    assert wrong(checked) == found
    assert {(f.county, f.month) for f in checked.findings} <= {("533301", "2019-06"), ("533301", "")}


def test_a_finding_never_shows_more_of_a_number_than_its_last_two_characters() -> None:
    broken = identity(5)[:-1] + ("3" if identity(5)[-1] != "3" else "4")
    checked = check(workbook(HOUSEHOLDS, [[broken], household(1), household(1)]))
    assert [(f.rule, f.value) for f in checked.findings] == [
        ("identity_number", "*" * 16 + broken[-2:]),
        ("repeated_row", "*" * 16 + identity(1)[-2:]),
    ]


def test_an_old_number_of_fifteen_digits_is_the_one_of_eighteen() -> None:
    number = identity(7)
    checked = check(workbook(HOUSEHOLDS, [[number], [number[:6] + number[8:17]], [f" {number.lower()} "]]))
    assert wrong(checked) == []
    assert checked.rows == 1


def test_rows_that_repeat_one_another_count_once_with_the_larger_amount() -> None:
    checked = check(
        workbook(POSTS, [post(1, 50), post(1, 80), ["http://www.EXAMPLE.com/item/1/", "抖音", "乙", "2019-06-02", 60]])
    )
    assert [(f.rule, f.severity, f.cell) for f in checked.findings] == [
        ("repeated_row", Severity.HINT, "A5"), ("repeated_row", Severity.HINT, "A6"),
    ]  # fmt: skip
    assert [[entry.amount for entry in unit.entries] for unit in checked.units] == [[80]]


def test_what_stands_around_the_rows_is_passed_over() -> None:
    rows = sheet(
        CLASSES,
        [a_class(1), [""] * 4, HEADINGS[CLASSES], a_class(2), ["合计", "", "", 80], ["注：不含直播"], ["填表人："]],
    )
    checked = check(files.xlsx(rows))
    assert (wrong(checked), checked.rows) == ([], 2)


def test_a_unit_in_the_heading_counts() -> None:
    headings = [*HEADINGS[POSTS][:-1], "阅读量（万次）"]
    checked = check(files.xlsx([["报告期：2019年6月"], headings, post(1, 1.5)]))
    assert [entry.amount for unit in checked.units for entry in unit.entries] == [15_000]


def test_the_month_is_taken_from_the_column_the_head_the_form_the_choice_or_the_day() -> None:
    headings, row = HEADINGS[POSTS], post(1)
    by_column = files.xlsx([[*headings, "报告期"], [*row, "2019-06"]])
    by_form = files.xlsx(
        [headings, row], stamp={"form": "register", "register": POSTS, "county": "533301", "month": "2019-06"}
    )
    bare = files.xlsx([headings, row])
    for checked in (
        check(by_column),
        check(workbook(POSTS, [row])),
        check(by_form),
        check(bare, month=JUNE),
        check(bare),
    ):
        assert [unit.month for unit in checked.units] == [201906]
    assert wrong(check(files.xlsx([HEADINGS[SHOPS], shop(1)]))) == [("no_month", "A2")]


def test_the_county_is_taken_from_the_row_the_head_or_the_account() -> None:
    both = several(PRODUCTS, [["泸水市", "2019-06", *product(1)], ["云龙县", "2019-06", *product(2)]])
    assert [unit.county_id for unit in check(both, OFFICE, "a.csv").units] == [532929, 533301]
    refused = check(both, COUNTY, "a.csv")
    assert wrong(refused) == [("out_of_scope", "A3")]
    assert wrong(check(several(PRODUCTS, [["卢水县", "2019-06", *product(1)]]), OFFICE, "a.csv")) == [
        ("unknown_county", "A2")
    ]
    assert wrong(check(workbook(PRODUCTS, [product(1)]), OFFICE)) == [("no_county", "A4")]
    assert [unit.county_id for unit in check(workbook(PRODUCTS, [product(1)]), OFFICE, county="532929").units] == [
        532929
    ]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([["随便", "什么"], ["1", "2"]], "no_register"),
        ([["店铺名称", "平台", "店铺链接"], ["a", "b", "c.com"]], "missing_column"),
        ([HEADINGS[SHOPS]], "empty_table"),
        ([[*HEADINGS[POSTS], "户主"], [*post(1), identity(3)]], "identity_number_in_file"),
    ],
)
def test_a_file_that_is_no_register_or_holds_too_much_says_so(rows: files.Rows, rule: str) -> None:
    assert [finding.rule for finding in errors(check(files.xlsx(rows), month=JUNE).findings)] == [rule]


def test_two_registers_in_one_file_are_told_apart() -> None:
    checked = check(files.xlsx(sheet(POSTS, [post(1)]), sheet(CLASSES, [a_class(1)])))
    assert wrong(checked) == [("mixed_registers", "A3")]


@pytest.mark.parametrize("kind", list(ROWS))
def test_our_own_form_comes_back_filled_in(tmp_path: Path, kind: str) -> None:
    actor = whose(kind)
    with db.reading() as session:
        form = registers.template(session, actor, kind, JUNE, "" if kind == PLATFORM else "533301")
    path = tmp_path / "form.xlsx"
    path.write_bytes(form)
    book = openpyxl.load_workbook(path)
    first = book.worksheets[0]
    for number, row in enumerate(ROWS[kind], 4):
        for column, cell in enumerate(row, 1):
            first.cell(number, column).value = cell or None
    if kind == PLATFORM:
        first.cell(3, 6).value = "县名"
        first.cell(4, 6).value = first.cell(5, 6).value = "泸水市"
    book.save(path)
    checked = check(path.read_bytes(), actor, "form.xlsx")
    assert checked.findings == []
    assert [(unit.county_id, unit.month, len(unit.entries)) for unit in checked.units] == [(LUSHUI, 201906, 2)]
    assert wrong(check(form, actor, "form.xlsx")) == [("empty_table", "")]


def test_the_form_of_households_warns_that_no_number_is_kept(tmp_path: Path) -> None:
    with db.reading() as session:
        (tmp_path / "form.xlsx").write_bytes(registers.template(session, COUNTY, HOUSEHOLDS, JUNE, "533301"))
    notes = openpyxl.load_workbook(tmp_path / "form.xlsx")["填表说明"]
    texts = "".join(str(cell.value) for row in notes.iter_rows() for cell in row if cell.value)
    assert all(note in texts for note in register_facts().register(HOUSEHOLDS).notes)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2019-06-05", date(2019, 6, 5)), ("2019/6/5", date(2019, 6, 5)), ("2019.6.5", date(2019, 6, 5)),
        ("2019年6月5日", date(2019, 6, 5)), ("20190605", date(2019, 6, 5)), (20190605, date(2019, 6, 5)),
        (datetime(2019, 6, 5, 9), date(2019, 6, 5)), ("２０１９－０６－０５ 10:30", date(2019, 6, 5)), ("—", None), (None, None),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: object, day: date | None) -> None:
    assert parse_day(cell) == day


@pytest.mark.parametrize(
    "link",
    ["https://www.example.com/a/1", "http://example.com/a/1/", "EXAMPLE.com/a/1#top", "https://Example.com/a/1?"],
)
def test_one_address_is_one_item_however_it_is_written(link: str) -> None:
    assert link_key(link) == "example.com/a/1"


def test_identity_numbers_are_known_by_their_check_letter() -> None:
    assert identity_numbers.is_identity_number("11010519491231002X")
    assert not identity_numbers.is_identity_number("110105194912310021")
    assert identity_numbers.found_in("联系人 11010519491231002x。")
    assert identity_numbers.without_numbers("惠及户11010519491231002X.xlsx") == f"惠及户{'*' * 16}2X.xlsx"


NUMBER = "533301199003070005"
OLD = "533301900307000"
WRITTEN = [
    NUMBER, NUMBER.replace("5", "５"), f"张某13800138000 {NUMBER}", f"张某13800138000{NUMBER}", f"ID{NUMBER}号",
    "533301-19900307-0005", "533301 1990 0307 0005", f"https://a.cn/u/{NUMBER}", "11010519491231002x",
    OLD, f"户主{OLD}。", "533301 900307 000", f"甲/{OLD}", "5.3330119900307E+17", "5.333012000101e+17",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_an_identity_number_is_found_and_hidden_however_it_is_written(text: str) -> None:
    assert identity_numbers.found_in(text)
    shown = identity_numbers.hidden(text)
    assert not identity_numbers.found_in(shown)
    assert "*" * 13 in shown
    assert identity_numbers.hidden(f"甲{text}乙、{NUMBER}")[-2:] == "05"


@pytest.mark.parametrize(
    "cell",
    [
        "https://www.example.com/i6700000000000000000/", "https://www.example.com/item/533301900307000", 6700000000000000000,
        "2019-06-15 10:30:00 2019-06-16", credit_code(1), "533301199003070006", 10**14, 12345678901234567, 1e15, True, None,
        float("inf"), "5.3330119901307E+17", "13800138000 13900139000",
    ],
)  # fmt: skip
def test_a_long_number_whose_check_letter_or_day_does_not_hold_is_none(cell: Cell) -> None:
    assert not identity_numbers.found_in_cell(cell)


@pytest.mark.parametrize("cell", [*WRITTEN, int(NUMBER), float(NUMBER), int(NUMBER[:15] + "000"), int(OLD), float(OLD)])
def test_a_file_that_is_kept_holds_no_identity_number_in_any_cell(cell: Cell) -> None:
    book = Book("xlsx", [Sheet("表", [["链接", ""], ["https://a.cn/1", cell]])])
    (found,) = identity_findings(book, b"")
    assert (found.rule, found.severity, found.cell) == ("identity_number_in_file", Severity.ERROR, "B2")
    assert not identity_numbers.found_in(found.value)


@pytest.mark.parametrize("place", ["comment", "property", "link"])
def test_a_file_that_is_kept_holds_no_identity_number_beside_its_cells(place: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(POSTS, [post(1)])))
    cell = book.worksheets[0]["A4"]
    if place == "comment":
        cell.comment = Comment(f"户主{NUMBER}", "县")
    elif place == "property":
        book.properties.title = f"户主{NUMBER}"
    else:
        cell.hyperlink = f"https://a.cn/{NUMBER}"
    kept = io.BytesIO()
    book.save(kept)
    assert wrong(check(kept.getvalue())) == [("identity_number_in_file", "")]


# --- whatever a user hands in ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def surroundings() -> Surroundings:
    year = catalogue().years[0]
    with db.reading() as session:
        registry, members = counties.registry(session), frozenset(members_of(session, year))
    return Surroundings(register_facts(), registry, year, members, "2019-11-08", Month(2019, 11), LUSHUI, JUNE)


cells = st.one_of(
    st.none(), st.text(max_size=30), st.integers(-(10**20), 10**20), st.floats(allow_nan=True), st.booleans(), st.dates(),
    st.sampled_from([identity(1), identity(2), "合计", "https://a.example.com/1", "2019-06-05", "泸水市", "注：", credit_code(1)]),
)  # fmt: skip


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(list(ROWS)),
    rows=st.lists(st.lists(cells, max_size=8), max_size=8),
    extra=st.sampled_from([[], ["县名"], ["报告期"], ["行政区划代码", "报告期"]]),
    title=st.booleans(),
)
def test_no_rows_whatever_they_hold_crash_the_reader_or_show_a_number(
    kind: str, rows: list[list[object]], extra: list[str], title: bool
) -> None:
    head = [["台账", "报告期：2019年6月"]] if title else []
    book = Book("xlsx", [Sheet("表1", [*head, [*extra, *HEADINGS[kind]], *rows])])  # type: ignore[list-item]
    register, tables, findings = find_register(book, register_facts())
    if register is None or not tables:
        assert findings
        return
    reading = read_register(register, tables, surroundings())
    shown = repr(reading.findings) + repr(reading.entries)
    assert not (kind == HOUSEHOLDS and any(identity(number) in shown for number in (1, 2)))


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: ("身份证号\n" + text).encode()))
)
def test_no_file_crashes_the_reader(content: bytes) -> None:
    with db.reading() as session, suppress(Unusable):
        checked = check_register(session, COUNTY, content, "x.csv", month=JUNE)
        assert checked.findings or checked.rows


def test_a_platform_s_export_is_an_item_on_a_day() -> None:
    headings = [*HEADINGS[PLATFORM], "县名"]
    rows = [
        [*played(1, "2019-06-15", "", 5), "泸水市"],
        [*played(1, "2019-06-16", 7, "—"), "泸水市"],
        [*played(2, "2019-07-01"), "泸水市"],
    ]
    checked = check(files.delimited([headings, *rows]), OFFICE, "export.csv")
    assert checked.findings == []
    assert [(unit.month, unit.source, [entry.amount for entry in unit.entries]) for unit in checked.units] == [
        (201906, "今日头条", [5, 7]), (201907, "今日头条", [100]),
    ]  # fmt: skip
