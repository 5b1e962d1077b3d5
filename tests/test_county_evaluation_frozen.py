"""Records of visits and evaluations in the store: who may, what is frozen, what is found out, what is taken away."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import county_evaluation_standard, county_evaluations, county_visits, settings
from programme.calendar import Month
from programme.county_evaluation_book import evaluation_xlsx
from programme.county_evaluation_document import evaluation_docx, evaluation_paper, evaluation_pdf
from programme.county_evaluation_facts import gathered
from programme.county_evaluation_scores import one_decimal, total_of
from programme.county_evaluation_standard import Method, county_standard
from programme.county_visits import Entry, Visit, correct_visit, file_content, visits
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.frozen_release import frozen
from programme.identity_numbers import check_letter
from programme.models import AuditEvent, CountyEvaluation
from programme.permissions import Actor
from programme.release_content import digest
from tests import terminal
from tests.county_evaluation_acts import (
    JUNE,
    NOVEMBER,
    SEEN,
    a_picture,
    an_entry,
    copied,
    evaluate,
    judged_store,
    released,
    released_store,
    told,
    visit,
    wrong_with,
)
from tests.printed import bare, docx_text, pdf_pages
from tests.test_releases import LUSHUI, YUNLONG, accepted, everybody
from tests.test_reviews import SOUND

NUMBER = "53330119800101001" + check_letter("53330119800101001")
PNG = a_picture()


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(NOVEMBER):
        yield


@pytest.fixture
def people(store: str) -> dict[str, Actor]:
    return everybody()


@pytest.fixture
def here(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Actor]]:
    """June was released, and nothing else: where SQL does not matter."""
    yield from copied(released_store(sqlite_template), tmp_path, monkeypatch)


@pytest.fixture
def judged(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Actor]]:
    """As `here`; 泸水市 was visited by the province, June evaluated."""
    yield from copied(judged_store(sqlite_template), tmp_path, monkeypatch)


def correct(actor: Actor, one: Visit, reason: str = "笔误", **changes: object) -> Visit:
    withdrawn = bool(changes.pop("withdrawn", False))
    without = changes.pop("without", ())
    with db.transaction() as session:
        entry = replace(one.entry, **changes)  # type: ignore[arg-type]
        return correct_visit(session, actor, one, entry, reason, without=without, withdrawn=withdrawn)  # type: ignore[arg-type]


# --- records --------------------------------------------------------------------------------------------------------


def test_a_record_is_kept_with_its_scores_and_files_and_a_correction_is_a_new_revision(
    people: dict[str, Actor],
) -> None:
    first = visit(people["province"], "533301", an_entry(), ("现场.png", PNG))
    assert (first.number, first.revision, first.entry.scores, len(first.files)) == (1, 1, SEEN, 1)
    again = correct(people["province"], first, scores={"brand": 85}, without=[first.files[0].sha256])
    assert (again.number, again.revision, again.entry.scores, again.files) == (1, 2, {"brand": 85}, ())
    gone = correct(people["province"], again, "登记错了县", withdrawn=True)
    assert (gone.revision, gone.withdrawn, gone.entry.scores) == (3, True, {"brand": 85})
    with db.reading() as session:
        every = county_visits.revisions_of(session, people["county"], LUSHUI, 1)
        kept = file_content(session, people["county"], LUSHUI, first.files[0].sha256)
        actions = session.exec(select(AuditEvent.action).where(AuditEvent.subject == "泸水市")).all()
    assert [(one.revision, one.reason) for one in every] == [(1, ""), (2, "笔误"), (3, "登记错了县")]
    assert kept == PNG
    assert actions[-3:] == ["visit.recorded", "visit.corrected", "visit.withdrawn"]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (an_entry(visitors=" "), "职务"),
        (an_entry(findings=" "), "发现的情况"),
        (an_entry(findings=f"户主{NUMBER}"), "身份证号"),
        (an_entry(visitors="主" * 201), "不超过200字"),
        (an_entry(day=date(2019, 5, 28)), "日期应在2019-05-29至今天"),
        (an_entry(day=date(2019, 11, 9)), "日期应在2019-05-29至今天"),
        (an_entry(scores={"sales": 80}), "实地考察不评网络销售"),
        (an_entry(Method.SUPERVISION, scores={"brand": 80}), "工作督导不评品牌打造"),
        (an_entry(Method.COMPUTED, scores={}), "请选择实地考察或工作督导"),
        (an_entry(scores={"brand": 101}), "0至100"),
        (an_entry(scores={"brand": -1}), "0至100"),
    ],
)
def test_a_record_that_cannot_be_is_refused(here: dict[str, Actor], entry: Entry, sentence: str) -> None:
    with pytest.raises(ProgrammeError, match=sentence):
        visit(here["office"], "533301", entry)


def test_a_correction_needs_a_reason_and_what_was_seen_and_stays_with_those_who_recorded(
    here: dict[str, Actor],
) -> None:
    first = visit(here["province"])
    with pytest.raises(ProgrammeError, match="原因"):
        correct(here["province"], first, " ")
    with pytest.raises(NotAllowed, match="由省级信息中心登记"):
        correct(here["office"], first)
    correct(here["province"], first, visitors="省信息中心主任")
    with pytest.raises(Outdated, match=r"已于.*更正"):
        correct(here["province"], first)
    with db.reading() as session:
        (now,) = visits(session, here["province"])
    withdrawn = correct(here["province"], now, withdrawn=True)
    with pytest.raises(ProgrammeError, match="已作废"):
        correct(here["province"], withdrawn)
    assert visit(here["province"]).number == 2


def test_files_are_known_by_their_content_and_limited(here: dict[str, Actor]) -> None:
    assert len(visit(here["office"], "533301", an_entry(), ("a.png", PNG), ("b.png", PNG)).files) == 1
    with pytest.raises(ProgrammeError, match="不超过9份"):
        visit(here["office"], "533301", an_entry(), *((f"{n}.png", a_picture(n)) for n in range(10)))
    with pytest.raises(ProgrammeError, match="不是可用的材料"):
        visit(here["office"], "533301", an_entry(), ("x.exe", b"MZ"))
    for broken in (b"\x89PNG\r\n\x1a\n", PNG[:-20], b"GIF89a"):
        with pytest.raises(ProgrammeError, match="打不开"):
            visit(here["office"], "533301", an_entry(), ("x.png", broken))


MAY_RECORD = {"office": ("533301", "532929", "433124"), "province": ("533301", "532929")}


@pytest.mark.parametrize("code", ["533301", "532929", "433124"])
def test_the_office_records_everywhere_and_a_province_in_its_own_counties(here: dict[str, Actor], code: str) -> None:
    for name, actor in here.items():
        if code in MAY_RECORD.get(name, ()):
            assert visit(actor, code).code == code
        else:
            with pytest.raises(NotAllowed):
                visit(actor, code)
    with pytest.raises(NotFound, match="不在2019年度"):
        visit(here["office"], "110101")


def test_everybody_sees_the_records_in_their_scope_alone(here: dict[str, Actor]) -> None:
    for code in ("533301", "532929", "433124"):
        visit(here["office"], code, an_entry(), ("a.png", a_picture(int(code[-2:]))))
    seen_by = {"county": {"533301"}, "neighbour": {"532929"}, "province": {"533301", "532929"}}
    every = {"533301", "532929", "433124"}
    for name, actor in here.items():
        expected = seen_by.get(name, every if name in ("office", "leader") else set())
        with db.reading() as session:
            assert {one.code for one in visits(session, actor)} == expected, name
    with db.reading() as session:
        (file,) = visits(session, here["neighbour"])[0].files
        with pytest.raises(NotAllowed):
            file_content(session, here["county"], YUNLONG, file.sha256)
        with pytest.raises(NotFound):
            file_content(session, here["county"], LUSHUI, file.sha256)


# --- an evaluation --------------------------------------------------------------------------------------------------


def test_an_evaluation_is_frozen_with_the_figures_of_the_release_and_stays(people: dict[str, Actor]) -> None:
    released(people)
    record = visit(people["province"])
    issue = evaluate(people["office"])
    before = told(people["leader"])
    assert (issue.number, issue.month, issue.release, issue.supersedes) == (1, JUNE, 1, None)
    items = {one.item.code: (one.score, one.told) for one in before.score_of("533301").items}
    elapsed = Fraction(33, 217)
    assert items["online_sales"] == (
        Fraction(12_300_000, 100_000_000) / elapsed * 100,
        "累计12.3万元，应达15.21万元（县均份额100万元×序时进度15.2%）",
    )
    assert items["brand_visit"] == (80, "考察1次：6月20日80分")
    assert items["supervision"][0] is None
    assert before.grades["ungraded"] == 108
    correct(people["province"], record, scores={"brand": 0})
    accepted(people, SOUND | {"online_sales": "1"}, reason="退货")
    assert told(people["leader"]) == before
    assert wrong_with(people["leader"]) == []


def test_a_further_evaluation_of_the_month_takes_the_place_with_a_reason_and_counts_what_is_new(
    here: dict[str, Actor],
) -> None:
    people = here
    record = visit(people["province"])
    late = visit(people["office"], "533301", an_entry(day=date(2019, 7, 1), scores={"brand": 10}))
    evaluate(people["office"])
    with pytest.raises(ProgrammeError, match="写明原因"):
        evaluate(people["office"])
    correct(people["province"], record, scores={"brand": 60})
    correct(people["office"], late, "登记错了县", withdrawn=True)
    assert evaluate(people["office"], reason="更正考察评分").supersedes == 1
    scores = [
        next(
            item.score
            for item in told(people["office"], number).score_of("533301").items
            if item.item.code == "brand_visit"
        )
        for number in (1, 2)
    ]
    assert scores == [80, 60]
    with db.reading() as session:
        assert [(one.number, one.superseded_by) for one in county_evaluations.evaluations(session)] == [(2, 0), (1, 2)]


def test_what_changed_since_it_was_seen_is_not_frozen(here: dict[str, Actor]) -> None:
    with db.reading() as session:
        ready = county_evaluations.prepare_evaluation(session, here["office"], JUNE)
    visit(here["province"])
    with pytest.raises(Outdated), db.transaction() as session:
        county_evaluations.make_evaluation(session, here["office"], ready)


def test_a_month_without_a_release_is_not_evaluated(here: dict[str, Actor]) -> None:
    with pytest.raises(ProgrammeError, match="2019年7月还没有发布"):
        evaluate(here["office"], Month(2019, 7))


def test_only_the_office_evaluates(here: dict[str, Actor]) -> None:
    for name, actor in here.items():
        if name != "office":
            with pytest.raises(NotAllowed):
                evaluate(actor)
    assert evaluate(here["office"]).number == 1


def test_everybody_is_told_of_their_counties_and_of_all_together(judged: dict[str, Actor]) -> None:
    every = told(judged["leader"])
    yunnan = {one.member.code for one in every.scores if one.member.code.startswith("53")}
    expected = {"county": {"533301"}, "neighbour": {"532929"}, "province": yunnan}
    assert (len(every.scores), len(every.groups), every.nation.counties) == (110, 10, 110)
    for name, actor in judged.items():
        if name in ("office", "leader"):
            assert told(actor) == every
        elif name in expected:
            found = told(actor)
            assert {one.member.code for one in found.scores} == expected[name]
            assert (found.nation, found.grades) == (every.nation, every.grades)
            inside = {one.member.core_county_id for one in every.scores if one.member.code not in expected[name]}
            assert [one for one in found.groups if one.core_county_id in inside] == []
        else:
            with pytest.raises(NotAllowed):
                told(actor)
        if name not in ("office", "leader"):
            with pytest.raises(NotAllowed), db.reading() as session:
                county_evaluations.evaluation_content(session, actor, 1)


def test_the_store_itself_refuses_to_change_what_was_recorded(people: dict[str, Actor]) -> None:
    released(people)
    visit(people["office"], "533301", an_entry(), ("a.png", PNG))
    evaluate(people["office"])
    columns = {"county_visit": "revision", "county_visit_score": "score", "county_visit_file": "place"}
    for table, column in (columns | {"county_evaluation": "month"}).items():
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 1"):
            with pytest.raises(DatabaseError), db.transaction() as session:
                session.connection().execute(text(statement))


def test_an_evaluation_that_was_tampered_with_is_found_out(judged: dict[str, Actor]) -> None:
    assert wrong_with(judged["leader"]) == []
    for change, found in (
        (lambda facts: facts["items"]["533301"][0].__setitem__(1, "100"), "重新计算"),
        (lambda facts: facts["beside"]["533301"].update(plan="accepted"), "重新计算"),
        (lambda facts: facts["results"].update({"533301": ["99", "100", "good"]}), "等次"),
        (lambda facts: facts["release"].update(sha256="0" * 64), "所依据的第1期"),
    ):
        with db.reading() as session:
            facts = json.loads(session.get_one(CountyEvaluation, 1).content)
        change(facts)  # type: ignore[no-untyped-call]
        content = json.dumps(facts, ensure_ascii=False)
        number = planted(content)
        assert any(found in sentence for sentence in wrong_with(judged["leader"], number)), found
    for table, statement, found in (
        ("county_visit_score", "UPDATE county_visit_score SET score = 99 WHERE dimension = 'brand'", "考察督导评分"),
        ("release", "UPDATE release SET content = replace(content, '12300000', '12400000')", "所依据的第1期"),
        ("county_evaluation", "UPDATE county_evaluation SET content = replace(content, '2019-1', '2019-2')", "SHA-256"),
    ):
        with db.transaction() as session:
            session.connection().execute(text(f"DROP TRIGGER {table}_no_update"))
            session.connection().execute(text(statement))
        assert any(found in sentence for sentence in wrong_with(judged["leader"])), found


def planted(content: str) -> int:
    """An evaluation with this content and a hash that fits it; its number."""
    with db.transaction() as session:
        number = (session.exec(select(func.max(CountyEvaluation.number))).one() or 0) + 1
        session.add(
            CountyEvaluation(
                number=number, month=JUNE.number, release=1, standard_version="x", content=content, sha256=digest(content),
                user_id=1, user_name="x",
            )
        )  # fmt: skip
    return number


def test_an_evaluation_keeps_the_standard_it_was_made_by(
    judged: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told(judged["leader"])
    facts = county_evaluation_standard.standard_facts()
    facts["dimension"][0]["weight"], facts["dimension"][1]["weight"] = 20, 10
    monkeypatch.setattr(county_evaluation_standard, "_facts", lambda path: facts)
    assert told(judged["leader"]) == before
    assert wrong_with(judged["leader"]) == []
    evaluate(judged["office"], reason="标准修订")
    assert told(judged["leader"], 2).standard.weights["brand"] == 20


# --- taken away -----------------------------------------------------------------------------------------------------


def body(text: str) -> str:
    """Without what a PDF says again on every page."""
    names = "".join(one.name for one in county_standard().dimensions)
    for again in ("示例数据", f"县得分等次已评权重{names}", "评估内容方式权重得分依据"):
        text = text.replace(again, "")
    return text


@pytest.mark.parametrize("reader", ["province", "county"])
def test_word_file_and_pdf_say_the_same_and_the_workbook_holds_the_scores(
    judged: dict[str, Actor], reader: str
) -> None:
    with db.reading() as session:
        (issue,), found = county_evaluations.evaluations(session), told(judged[reader])
    on_paper = bare("".join(page.split("第1次评估SHA-256")[0] for page in pdf_pages(evaluation_pdf(found, issue))))
    assert body(on_paper) == body(docx_text(evaluation_docx(found, issue)))
    assert evaluation_paper(found, issue).blocks[1].text.split("。")[1] == found.basis
    book = openpyxl.load_workbook(io.BytesIO(evaluation_xlsx(found, issue)))
    assert book.sheetnames == ["各县", "各组和平均", "得分构成", "评估标准"]
    row = next(row for row in book["各县"].iter_rows(values_only=True) if row[0] == "533301")
    one = found.score_of("533301")
    score = total_of(one.marks, found.standard.weights).score
    assert (row[1], row[4], row[5]) == (
        "泸水市",
        float(one_decimal(score)),
        found.standard.grade_name(one.grade(found.standard)),
    )
    items = [row for row in book["得分构成"].iter_rows(values_only=True) if row[0] == "533301"]
    assert [(row[4], row[7]) for row in items] == [
        (each.item.name, None if each.score is None else float(one_decimal(each.score))) for each in one.items
    ]


def test_a_month_not_yet_due_is_no_fault_and_what_came_already_counts(here: dict[str, Actor]) -> None:
    found = {}
    for day in (1, 20):
        with settings.standing_at(datetime(2019, 7, day, tzinfo=UTC)), db.reading() as session:
            beside = gathered(session, here["office"], frozen(session, 1))
        june = [month for one in beside.values() for month in one.handed_in if month.month == "2019-06"]
        found[day] = [len(june), sum(month.complete_on is not None for month in june)]
    assert found[1][0] == found[1][1] == found[20][1] > 0
    assert found[20][0] == 110


def test_the_terminal_tries_makes_shows_and_checks(here: dict[str, Actor]) -> None:
    office, county = here["office"].username, here["county"].username
    tried = terminal.here("evaluation", "make", "--as", office, "--month", "2019-06", "-n")
    assert (tried.code, tried.out.splitlines()[0]) == (0, "试算，没有存：2019年6月")
    assert terminal.here("evaluation", "show", "1").code == 2
    made = terminal.here("evaluation", "make", "--as", office, "--month", "2019-06")
    assert made.out.startswith("已评估：第1次评估（2019年6月），SHA-256 ")
    rows = terminal.here("evaluation", "show", "1", "--json", "--as", county).json
    assert [(row["kind"], row["name"]) for row in rows] == [("nation", "全国"), ("county", "泸水市")]
    lushui = told(here["county"]).score_of("533301")
    assert [item["score"] for item in rows[1]["items"]] == [
        None if one.score is None else str(one.score) for one in lushui.items
    ]
    assert terminal.here("evaluation", "verify", "1").out == "第1次评估核对无误。\n"
    assert [row["number"] for row in terminal.here("evaluation", "list", "--json").json] == [1]
    assert terminal.here("evaluation", "make", "--as", county, "--month", "2019-06").code == 1
    again = terminal.here("evaluation", "make", "--as", office, "--month", "2019-06", "--reason", "更正")
    assert again.code == 0
    listed = terminal.here("evaluation", "list").out.splitlines()
    assert [line.endswith(" 已被第2次替换") for line in listed] == [False, True]
    shown = [terminal.here("evaluation", "show", number).out for number in "12"]
    assert ["注意：第1次评估已被第2次替换。" in out for out in shown] == [True, False]
