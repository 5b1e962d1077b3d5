"""The review of a monthly return: who may take which step when, cell by cell, and what a new revision then has to heed."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product

import pytest
from sqlmodel import select

import db
from programme import forms, obligations, release_content, releases, reviews, settings
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.findings import errors
from programme.models import AuditEvent, ReturnRemark, Review
from programme.obligations import Obligation, Status, Step
from programme.permissions import Actor, Role
from programme.returns import Checked, check_file
from programme.reviews import Cell
from programme.submissions import submit
from tests import files
from tests.factories import a_user

JUNE, JULY, LUSHUI, YUNLONG = Month(2019, 6), Month(2019, 7), 533301, 532929
YEAR = catalogue().years[0]
SOUND = {
    "impressions": "320.5",
    "online_sales": "12.3",
    "trainees": "65",
    "posts": "410",
    "reads": "12",
    "households": "90",
}
SOUND |= {"brands": "0"}
LATER = SOUND | {"households": "95"}
ASKED = [Cell("online_sales", "month", "与发票不符，请核对6月销售台账"), Cell("posts", "month", "请附链接清单后核实")]


@pytest.fixture(autouse=True)
def _in_november() -> object:
    with settings.standing_at(at(8, month=11)):
        yield


@pytest.fixture
def people(store: str) -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "province": a_user(Role.PROVINCE, province="53"),
        "colleague": a_user(Role.PROVINCE, province="53", username="province-53-b"),
        "elsewhere": a_user(Role.PROVINCE, province="65"),
        "office": a_user(Role.OFFICE),
        "deputy": a_user(Role.OFFICE, username="office-b"),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
        "enterprise": a_user(Role.ENTERPRISE),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "expert": a_user(Role.EXPERT),
        "evaluator": a_user(Role.EVALUATOR),
    }


def at(day: int, hour: int = 10, month: int = 7) -> datetime:
    return datetime(2019, month, day, hour - 8, tzinfo=UTC)


def check(actor: Actor, figures: dict[str, str], county: int = LUSHUI, month: Month = JUNE) -> Checked:
    entries = {kpi: {"month": text, "to_date": ""} for kpi, text in figures.items()}
    with db.reading() as session:
        return forms.check_entries(session, actor, county, month, entries)


def hand_in(
    actor: Actor, figures: dict[str, str] = SOUND, county: int = LUSHUI, reason: str = "", month: Month = JUNE
) -> None:
    checked = check(actor, figures, county, month)
    with db.transaction() as session:
        submit(session, actor, checked, reason)


def seen(county: str = "533301", month: Month = JUNE) -> Obligation:
    """The obligation as the office sees it now."""
    with db.reading() as session:
        return reviews.one_of(session, Actor(0, "o", "办公室", Role.OFFICE), county, month)


class Crash(Exception):
    """The process ends before the transaction does."""


def take(actor: Actor, step: Step, one: Obligation | None = None, *, crash: bool = False) -> None:
    one = one or seen()
    with db.transaction() as session:
        if step is Step.SENT_BACK:
            reviews.send_back(session, actor, one, ASKED)
        else:
            {Step.APPROVED: reviews.approve, Step.ACCEPTED: reviews.accept}[step](session, actor, [one])
        if crash:
            raise Crash


# --- obligations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(30, month=6), Status.NOT_DUE),
        (at(1), Status.DUE),
        (at(5, 23), Status.DUE),
        (at(6), Status.OVERDUE),
    ],
)
def test_what_nobody_created_is_owed_by_every_county_and_becomes_due_and_overdue(
    people: dict[str, Actor], now: datetime, expected: Status
) -> None:
    with settings.standing_at(now), db.reading() as session:
        owed = obligations.obligations(session, people["office"], YEAR, JUNE)
    assert len(owed) == 110
    assert {one.status for one in owed} == {expected}
    assert {one.due for one in owed} == {date(2019, 7, 5)}
    assert {one.late_days for one in owed} == {1 if expected is Status.OVERDUE else 0}


def test_everybody_sees_the_obligations_of_their_scope_only(people: dict[str, Actor]) -> None:
    with db.reading() as session:
        found = {name: len(obligations.obligations(session, actor, YEAR, JUNE)) for name, actor in people.items()}
    assert {name for name, count in found.items() if count == 110} == {"office", "deputy", "leader"}
    assert found["county"] == found["neighbour"] == 1
    assert 1 < found["province"] == found["colleague"] < 110
    nobody = ("admin", "enterprise", "province_cac", "national_cac", "expert", "evaluator")
    assert [found[name] for name in nobody] == [0] * len(nobody)


def test_a_return_with_a_required_figure_left_empty_is_handed_in_but_not_complete(people: dict[str, Actor]) -> None:
    with settings.standing_at(at(4)):
        hand_in(people["county"], {kpi: text for kpi, text in SOUND.items() if kpi != "posts"}, reason="尚未统计")
        one = seen()
        assert (one.status, one.is_complete, one.missing, one.complete_at) == (
            Status.SUBMITTED,
            False,
            ("posts",),
            None,
        )
    with settings.standing_at(at(9)):
        assert seen().late_days == 4
        hand_in(people["county"])
    with settings.standing_at(at(20)):
        one = seen()
    assert (one.is_complete, one.late_days, one.revision) == (True, 4, 2)


def test_an_extension_moves_the_due_day_of_one_county_and_month(people: dict[str, Actor]) -> None:
    with settings.standing_at(at(8)):
        assert seen().status is Status.OVERDUE
        with db.transaction() as session:
            reviews.extend(session, people["office"], seen(), date(2019, 7, 10), "汛期道路中断")
        one = seen()
        assert (one.status, one.due, one.late_days) == (Status.DUE, date(2019, 7, 10), 0)
        assert seen("532929").status is Status.OVERDUE
        for actor, until, reason in (
            (people["province"], date(2019, 7, 12), "原因"),
            (people["office"], date(2019, 7, 10), "原因"),
            (people["office"], date(2019, 7, 12), " "),
        ):
            with pytest.raises(ProgrammeError), db.transaction() as session:
                reviews.extend(session, actor, seen(), until, reason)
        hand_in(people["county"])
        with pytest.raises(ProgrammeError, match="已经报送"), db.transaction() as session:
            reviews.extend(session, people["office"], seen(), date(2019, 7, 12), "原因")


# --- the matrix: status × who × step --------------------------------------------------------------------------------


def nothing(people: dict[str, Actor]) -> None:
    pass


def submitted(people: dict[str, Actor]) -> None:
    hand_in(people["county"])


def submitted_by_the_province(people: dict[str, Actor]) -> None:
    hand_in(people["province"])


def submitted_by_the_office(people: dict[str, Actor]) -> None:
    hand_in(people["office"])


def sent_back(people: dict[str, Actor]) -> None:
    submitted(people)
    take(people["province"], Step.SENT_BACK)


def approved(people: dict[str, Actor]) -> None:
    submitted(people)
    take(people["province"], Step.APPROVED)


def accepted(people: dict[str, Actor]) -> None:
    approved(people)
    take(people["office"], Step.ACCEPTED)


def released(people: dict[str, Actor]) -> None:
    accepted(people)
    with db.reading() as session:
        ready = release_content.prepare(session, people["office"], JUNE)
    with db.transaction() as session:
        releases.release(session, people["office"], ready)


REVIEWERS, OFFICES = {"province", "colleague"}, {"office", "deputy"}
ALLOWED: dict[Callable[[dict[str, Actor]], None], dict[Step, set[str]]] = {
    nothing: {},
    submitted: {Step.APPROVED: REVIEWERS, Step.SENT_BACK: REVIEWERS | OFFICES},
    submitted_by_the_province: {
        Step.APPROVED: {"colleague"},
        Step.ACCEPTED: OFFICES,
        Step.SENT_BACK: {"colleague"} | OFFICES,
    },
    submitted_by_the_office: {Step.APPROVED: REVIEWERS, Step.SENT_BACK: REVIEWERS | {"deputy"}},
    sent_back: {},
    approved: {Step.ACCEPTED: OFFICES, Step.SENT_BACK: REVIEWERS | OFFICES},
    accepted: {},
    released: {},
}


@pytest.mark.parametrize("state", ALLOWED, ids=lambda state: state.__name__)
def test_nobody_but_these_takes_a_step_and_a_refused_step_changes_nothing(
    people: dict[str, Actor], state: Callable[[dict[str, Actor]], None]
) -> None:
    state(people)
    before = seen()
    for (name, actor), step in product(people.items(), Step):
        expected = name in ALLOWED[state].get(step, set())
        assert (reviews.why_not(actor, before, step) is None) == expected, (name, step)
        if not expected:
            with pytest.raises(ProgrammeError):
                take(actor, step, before)
    assert seen() == before
    for step, names in ALLOWED[state].items():
        for name in names:
            with pytest.raises(Crash):
                take(people[name], step, before, crash=True)
    assert seen() == before


def test_a_return_goes_up_the_line_and_every_step_is_on_record(people: dict[str, Actor]) -> None:
    accepted(people)
    assert seen().status is Status.ACCEPTED
    with db.reading() as session:
        steps = [(row.step, row.user_name) for row in session.exec(select(Review).order_by(Review.number))]
        recorded = [event.action for event in session.exec(select(AuditEvent).where(AuditEvent.county_id == LUSHUI))]
    assert steps == [("approved", people["province"].name), ("accepted", people["office"].name)]
    assert recorded == ["return.submitted", "return.approved", "return.accepted"]


def test_many_are_approved_at_once_or_none(people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    hand_in(people["neighbour"], {"online_sales": "5", "shops": "2"} | RADIATING, YUNLONG)
    both = [seen("533301"), seen("532929")]
    take(people["colleague"], Step.APPROVED, both[1])
    with pytest.raises(Outdated), db.transaction() as session:
        reviews.approve(session, people["province"], both)
    assert seen().status is Status.SUBMITTED
    with db.transaction() as session:
        assert reviews.approve(session, people["province"], [seen()]) == 1
    with db.transaction() as session:
        assert reviews.accept(session, people["office"], [seen("533301"), seen("532929")]) == 2


def test_returns_of_several_months_are_approved_at_once_or_none(people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    hand_in(people["county"], LATER, month=JULY)
    both = [seen(), seen(month=JULY)]
    take(people["colleague"], Step.APPROVED, both[1])
    with pytest.raises(Outdated), db.transaction() as session:
        reviews.approve(session, people["province"], both)
    assert seen().status is Status.SUBMITTED
    with db.transaction() as session:
        assert reviews.approve(session, people["province"], [seen()]) == 1
    with db.transaction() as session:
        assert reviews.accept(session, people["office"], [seen(), seen(month=JULY)]) == 2
    assert [seen().status, seen(month=JULY).status] == [Status.ACCEPTED, Status.ACCEPTED]
    with db.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "return.accepted")).all()
    assert sorted(json.loads(event.detail)["months"] for event in events) == ["2019-06", "2019-07"]


def test_confirmed_warnings_are_told_for_county_and_month(people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    hand_in(people["county"], LATER, month=JULY)
    withdrawn = {kpi: text for kpi, text in LATER.items() if kpi != "posts"}
    hand_in(people["county"], withdrawn, reason="待核实后补报", month=JULY)
    with db.reading() as session:
        assert reviews.with_warnings(session, [seen(), seen(month=JULY)]) == {(LUSHUI, JULY)}
        assert reviews.with_warnings(session, [seen()]) == set()
        assert reviews.with_warnings(session, []) == set()


def test_a_confirmed_warning_about_the_whole_file_stays_with_every_return_of_it(people: dict[str, Actor]) -> None:
    rows = files.batch_rows(["533301", "泸水市", "2019-06", 12.3, 90], ["532929", "云龙县", "2019-06", 5, 4])
    content = files.xlsx(rows, rows, names=["报", "旧"], hidden=["旧"])
    with db.transaction() as session:
        checked = check_file(session, people["province"], content, "云南省汇总.xlsx")
        submit(session, people["province"], checked, "旧表不再使用")
    with db.reading() as session:
        kept = session.exec(select(ReturnRemark).where(ReturnRemark.rule == "hidden_sheet")).all()
        assert reviews.with_warnings(session, [seen(), seen("532929")]) == {(LUSHUI, JUNE), (YUNLONG, JUNE)}
    told = "隐藏的工作表“旧”里也有表，没有读入。需要上报的请取消隐藏后再上传。"
    assert {(row.county_id, row.month, row.revision, row.message) for row in kept} == {
        (LUSHUI, 201906, 1, told),
        (YUNLONG, 201906, 1, told),
    }


RADIATING = {"products": "3", "trainees": "1", "posts": "2", "reads": "3", "households": "4"}


def test_the_second_of_two_reviewers_is_told_what_the_first_did(people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    before = seen()
    take(people["province"], Step.SENT_BACK, before)
    with pytest.raises(Outdated, match=f"{people['province'].name}已于.*退回"):
        take(people["colleague"], Step.APPROVED, before)
    hand_in(people["county"], SOUND | {"online_sales": "11", "posts": "400"})
    with pytest.raises(Outdated, match="第2版"):
        take(people["colleague"], Step.APPROVED, before)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([], "至少选一项"),
        ([Cell("shops", "month", "不适用")], "没有“shops:month”这一格"),
        ([Cell("posts", "remark", "备注")], "没有“posts:remark”这一格"),
        ([Cell("posts", "month", " ")], "请写明退回"),
        ([Cell("posts", "month", "一"), Cell("posts", "month", "二")], "只能写一个"),
    ],
)
def test_a_return_is_sent_back_with_a_reason_for_each_cell(
    people: dict[str, Actor], cells: list[Cell], sentence: str
) -> None:
    hand_in(people["county"])
    with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
        reviews.send_back(session, people["province"], seen(), cells)
    assert seen().status is Status.SUBMITTED


# --- what a new revision has to heed --------------------------------------------------------------------------------


def test_after_a_return_was_sent_back_only_what_was_asked_for_may_change(people: dict[str, Actor]) -> None:
    sent_back(people)
    with db.reading() as session:
        assert [cell.kpi for cell in reviews.cells_of(session, seen())] == ["online_sales", "posts"]
    checked = check(people["county"], SOUND | {"online_sales": "11", "reads": "13"})
    found = {finding.rule: finding for finding in checked.findings}
    assert {rule: finding.kpi for rule, finding in found.items()} == {"locked": "reads", "unchanged": "posts"}
    assert (found["locked"].repaired, found["locked"].cell != "") == ("12", True)
    assert len(errors(checked.findings)) == 1
    hand_in(people["county"], SOUND | {"online_sales": "11", "posts": "400"})
    one = seen()
    assert (one.revision, one.status) == (2, Status.SUBMITTED)


def test_a_county_may_stand_by_its_figures_with_a_reason(people: dict[str, Actor]) -> None:
    sent_back(people)
    with pytest.raises(ProgrammeError, match="2处警告"):
        hand_in(people["county"])
    hand_in(people["county"], reason="已与台账逐笔核对，数值无误")
    assert (seen().revision, seen().status) == (2, Status.SUBMITTED)


def test_the_reasons_of_an_older_revision_stay_as_they_were(people: dict[str, Actor]) -> None:
    sent_back(people)
    hand_in(people["county"], SOUND | {"online_sales": "11", "posts": "400"})
    with db.transaction() as session:
        reviews.send_back(session, people["province"], seen(), [Cell("reads", "month", "重复计算")])
    with db.reading() as session:
        assert [(cell.kpi, cell.reason) for cell in reviews.cells_of(session, seen())] == [("reads", "重复计算")]
        steps = reviews.steps_of(session, LUSHUI, JUNE)
    assert [(step.revision, step.step) for step in steps] == [(1, "sent_back"), (2, "sent_back")]


@pytest.mark.parametrize("state", [approved, accepted, released], ids=lambda state: state.__name__)
def test_what_was_approved_changes_as_a_correction_with_a_reason_and_is_reviewed_again(
    people: dict[str, Actor], state: Callable[[dict[str, Actor]], None]
) -> None:
    state(people)
    corrected = SOUND | {"online_sales": "11"}
    assert [finding.rule for finding in check(people["county"], corrected).findings] == ["correction"]
    with pytest.raises(ProgrammeError, match="1处警告"):
        hand_in(people["county"], corrected)
    hand_in(people["county"], corrected, reason="漏记退货")
    assert (seen().revision, seen().status) == (2, Status.SUBMITTED)
    assert check(people["county"], corrected).findings == []


@pytest.mark.parametrize("state", [approved, accepted, released], ids=lambda state: state.__name__)
def test_a_further_change_to_a_correction_nobody_has_reviewed_needs_its_own_reason(
    people: dict[str, Actor], state: Callable[[dict[str, Actor]], None]
) -> None:
    state(people)
    passed = {approved: "审核通过", accepted: "接收", released: "接收"}[state]
    hand_in(people["county"], SOUND | {"online_sales": "11"}, reason="漏记退货")
    further = SOUND | {"online_sales": "11", "posts": "400"}
    assert [(finding.rule, finding.message) for finding in check(people["county"], further).findings] == [
        ("correction", f"泸水市2019年6月月报第1版已{passed}，再次报送即为更正，更正后须重新审核。请说明更正的原因。")
    ]
    with pytest.raises(ProgrammeError, match="1处警告"):
        hand_in(people["county"], further)
    hand_in(people["county"], further, reason="重复计算")
    assert (seen().revision, seen().status) == (3, Status.SUBMITTED)


def test_a_correction_that_was_sent_back_stays_one(people: dict[str, Actor]) -> None:
    accepted(people)
    hand_in(people["county"], SOUND | {"online_sales": "11", "posts": "400"}, reason="漏记退货")
    take(people["province"], Step.SENT_BACK)
    repaired = check(people["county"], SOUND | {"online_sales": "10", "posts": "390"})
    assert [finding.rule for finding in repaired.findings] == ["correction"]


def test_what_was_approved_and_then_sent_back_is_repaired_without_being_a_correction(people: dict[str, Actor]) -> None:
    approved(people)
    take(people["office"], Step.SENT_BACK)
    assert check(people["county"], SOUND | {"online_sales": "11", "posts": "400"}).findings == []


def test_the_record_of_a_step_reads_in_chinese(people: dict[str, Actor]) -> None:
    sent_back(people)
    with db.reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "return.sent_back")).one()
    assert json.loads(event.detail)["reason"] == [
        "农产品网络销售额本月数：与发票不符，请核对6月销售台账",
        "学员生产的扶贫类信息本月数：请附链接清单后核实",
    ]


def test_what_lies_outside_the_scope_or_the_year_is_not_found(people: dict[str, Actor]) -> None:
    for actor, code, month, refused in (
        (people["neighbour"], "533301", JUNE, NotAllowed),
        (people["enterprise"], "533301", JUNE, NotAllowed),
        (people["office"], "110101", JUNE, NotFound),
        (people["office"], "533301", Month(2018, 6), NotFound),
    ):
        with pytest.raises(refused), db.reading() as session:
            reviews.one_of(session, actor, code, month)
    hand_in(people["county"])
    with pytest.raises(NotAllowed, match="本省"):
        take(people["elsewhere"], Step.APPROVED)


def test_what_was_checked_before_a_reviewer_s_step_is_checked_anew(people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    checked = check(people["county"], SOUND | {"impressions": "321"})
    take(people["province"], Step.SENT_BACK)
    with pytest.raises(Outdated, match="已被退回"), db.transaction() as session:
        submit(session, people["county"], checked, "")
    assert (seen().revision, seen().status) == (1, Status.SENT_BACK)
    assert [finding.rule for finding in check(people["county"], SOUND | {"impressions": "321"}).findings][:1] == [
        "locked"
    ]
