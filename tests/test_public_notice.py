"""Public notices and objections: days, what anybody may do and read, what blocks a list, and what is settled."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

import db
from programme import objections, project_life, project_search, public_notices, settings
from programme.errors import NotAllowed, NotFound, ProgrammeError
from programme.models import AuditEvent, FrozenList, Objection, ObjectionContact, ObjectionTry, Project
from programme.objections import bare_receipt, checked, same_contact
from programme.permissions import Permission, Role, refusal
from programme.review_facts import review_facts
from tests.factories import a_user, environment
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of
from tests.review_acts import the_nation

WORDS = "该项目承诺的网点在所列县没有设立，请核实。"
START, END, AFTER = "2019-11-18", "2019-11-25", "2019-11-26"
CONTACT = "secret-contact@example.com"


@pytest.fixture(autouse=True)
def _on_the_first_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", START)


def noticed(count: int = 2) -> int:
    """So many projects on notice from the first day; the number of the notice."""
    for number in range(1, count + 1):
        a_project("proposed", no=f"53-{number:03d}")
    with db.transaction() as session:
        return public_notices.open_notice(session, the_nation(), settings.today()).number


def objects(no: str = "53-001", address: str = "10.0.0.1", contact: str = CONTACT, words: str = WORDS) -> str:
    with db.transaction() as session:
        return objections.object_to(session, address, no, "示例合作社", contact, words)


def handle(receipt: str, *, upheld: bool | None = None) -> None:
    with db.transaction() as session:
        objections.verify(session, the_nation(), receipt, "已赴现场核实。")
        if upheld is not None:
            objections.decide(session, the_nation(), receipt, "经核实处理。", upheld=upheld)


def move(no: str, code: str) -> None:
    with db.transaction() as session:
        project_life.move_project(session, the_nation(), no, code, "示例原因")


def confirm(number: int) -> int:
    with db.transaction() as session:
        return public_notices.confirm_list(session, the_nation(), number)


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2019, 11, 18), 5, date(2019, 11, 25)),
        (date(2019, 9, 27), 5, date(2019, 10, 10)),
        (date(2019, 9, 30), 1, date(2019, 10, 8)),
        (date(2019, 10, 11), 1, date(2019, 10, 12)),
        (date(2019, 12, 30), 5, date(2020, 1, 7)),
        (date(2016, 9, 28), 5, date(2016, 10, 10)),
        (date(2018, 12, 28), 1, date(2018, 12, 29)),
        (date(2018, 12, 29), 1, date(2019, 1, 2)),
    ],
)
def test_a_notice_ends_so_many_working_days_after_its_first_day_over_holidays_and_worked_weekends(
    first: date, days: int, last: date
) -> None:
    assert public_notices.last_day_of(first, days) == last


@pytest.mark.parametrize(("first", "year"), [(date(2020, 12, 29), 2021), (date(2015, 9, 28), 2015)])
def test_a_year_whose_holidays_are_not_on_record_is_named_and_never_guessed(first: date, year: int) -> None:
    with pytest.raises(ProgrammeError, match=f"没有{year}年的节假日安排"):
        public_notices.last_day_of(first, 5)


# --- the notice -------------------------------------------------------------------------------------------------------


def test_a_notice_takes_all_proposed_projects_settles_the_list_and_is_read_by_everybody(store: str) -> None:
    assert noticed() == 1
    assert [state_of(f"53-00{number}") for number in (1, 2)] == ["noticed", "noticed"]
    with db.reading() as session:
        (shown,) = public_notices.on_show(session)
        kept = session.exec(select(FrozenList).where(FrozenList.kind == "noticed")).one()
    assert (shown.first_day.isoformat(), shown.last_day.isoformat(), shown.runs) == (START, END, True)
    assert [(one.no, one.enterprise, one.province_code, one.is_out) for one in shown.projects] == [
        ("53-001", "示例企业", "53", False), ("53-002", "示例企业", "53", False),
    ]  # fmt: skip
    assert [row["no"] for row in json.loads(kept.content)] == ["53-001", "53-002"]


def test_a_notice_that_begins_later_is_not_shown_before(sqlite_store: str) -> None:
    a_project("proposed")
    with db.transaction() as session:
        public_notices.open_notice(session, the_nation(), date.fromisoformat(AFTER))
    with db.reading() as session:
        assert public_notices.on_show(session) == []
    with pytest.raises(NotFound):
        objects()
    with environment(NETLIFT_TODAY=AFTER), db.reading() as session:
        assert len(public_notices.on_show(session)) == 1


def test_nothing_is_put_on_notice_without_a_project_or_in_the_past_or_past_the_verb(sqlite_store: str) -> None:
    with pytest.raises(ProgrammeError, match="没有拟入选的项目"), db.transaction() as session:
        public_notices.open_notice(session, the_nation(), settings.today())
    a_project("proposed")
    with pytest.raises(ProgrammeError, match="不能早于今天"), db.transaction() as session:
        public_notices.open_notice(session, the_nation(), date(2019, 11, 1))
    with pytest.raises(ProgrammeError, match="没有列入公示"):
        move("53-001", "put_on_notice")


# --- objections -------------------------------------------------------------------------------------------------------


def test_an_objection_is_received_verified_and_decided_and_its_objector_can_follow_it(store: str) -> None:
    noticed()
    receipt = objects()
    with db.transaction() as session:
        found = objections.look_up(
            session, "10.0.0.9", f" {receipt.lower().replace('-', '')} ", "SECRET-contact@example.com "
        )
    assert found is not None
    assert (found.receipt, found.no, found.step, found.text) == (receipt, "53-001", "received", WORDS)
    with pytest.raises(ProgrammeError, match="现为“已收到”"), db.transaction() as session:
        objections.decide(session, the_nation(), receipt, "示例", upheld=True)
    handle(receipt, upheld=False)
    with pytest.raises(ProgrammeError, match="现为“异议不成立”"):
        handle(receipt)
    with db.transaction() as session:
        found = objections.look_up(session, "10.0.0.9", receipt, CONTACT)
    assert found is not None
    assert [(step.name, step.reason) for step in found.steps] == [
        ("已收到", ""), ("已核实，待处理", "已赴现场核实。"), ("异议不成立", "经核实处理。"),
    ]  # fmt: skip
    for statement in ("UPDATE objection SET text = 'x'", "DELETE FROM objection_event"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.connection().execute(text(statement))


def test_neither_a_wrong_receipt_nor_a_wrong_contact_opens_anything_and_tries_are_counted(store: str) -> None:
    noticed()
    receipt = objects()
    most = review_facts().objection["tries_per_address"]
    for number in range(most):
        with db.transaction() as session:
            asked = (receipt, f"other-{number}") if number % 2 else ("YY-AAAAA-AAAAA", CONTACT)
            assert objections.look_up(session, "10.0.0.9", *asked) is None
    with pytest.raises(ProgrammeError, match="过于频繁"), db.transaction() as session:
        objections.look_up(session, "10.0.0.9", receipt, CONTACT)
    with db.transaction() as session:
        assert objections.look_up(session, "10.0.0.8", receipt, CONTACT) is not None


def test_from_one_address_only_so_many_objections_are_taken_and_the_address_is_not_kept(store: str) -> None:
    noticed()
    for _ in range(review_facts().objection["per_address"]):
        objects()
    with pytest.raises(ProgrammeError, match="过于频繁"):
        objects()
    objects(address="10.0.0.2")
    with db.reading() as session:
        assert {len(address) for address in session.exec(select(ObjectionTry.address))} == {64}


@pytest.mark.parametrize(
    ("name", "contact", "words", "sentence"),
    [
        (" ", "1", WORDS, "请填写姓名"),
        ("示例", "\u200b\u202e", WORDS, "请填写姓名"),
        ("长" * 51, "1", WORDS, "不超过50字"),
        ("示例", "1" * 101, WORDS, "不超过100字"),
        ("示例", "1", "太短", "至少10字"),
        ("示例", "1", "长" * 2001, "不超过2000字"),
    ],
)
def test_what_is_missing_or_too_long_is_said(name: str, contact: str, words: str, sentence: str) -> None:
    with pytest.raises(ProgrammeError, match=sentence):
        checked(name, contact, words)


def test_only_what_is_on_a_running_notice_can_be_objected_to(sqlite_store: str) -> None:
    noticed(1)
    a_project("running", no="53-009")
    for no in ("53-009", "none", ""):
        with pytest.raises(NotFound):
            objects(no)
    with environment(NETLIFT_TODAY=END):
        objects()
    with environment(NETLIFT_TODAY=AFTER), pytest.raises(NotFound, match="公示期已满"):
        objects()


def typing(longest: int) -> st.SearchStrategy[str]:
    """Any text at all, halves of characters included."""
    return st.text(st.characters(exclude_categories=()), max_size=longest)


def state_exists(no: str) -> bool:
    with db.reading() as session:
        return session.exec(select(Project.id).where(Project.no == no)).first() is not None


@tried(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=typing(60), contact=typing(110), words=typing(400))
def test_whatever_a_stranger_types_is_refused_with_a_sentence_or_kept_and_read_again(
    sqlite_store: str, name: str, contact: str, words: str
) -> None:
    try:
        typed = checked(name, contact, words)
    except ProgrammeError:
        return
    if not state_exists("53-001"):
        noticed(1)
    with environment(NETLIFT_SECRET="0123456789abcdef" * 3), db.transaction() as session:
        receipt = objections.object_to(session, words, "53-001", name, contact, words)
        session.flush()
        kept = session.exec(select(Objection.text, ObjectionContact.name).join(ObjectionContact)).all()[-1]
        session.rollback()
    assert (kept, receipt[:3]) == ((typed.text, typed.name), "YY-")
    assert same_contact(contact, typed.contact)
    for kept in (typed.name, typed.contact, typed.text):
        assert kept.encode("utf-8").decode("utf-8") == kept.strip()
        assert not set(kept) & set("\x00\u202e\u200b\ufeff")


@tried(max_examples=60, deadline=None)
@given(st.text(max_size=50))
def test_whatever_is_typed_as_a_receipt_is_a_receipt_or_none(typed: str) -> None:
    assert len(bare_receipt(typed)) <= 20
    assert bare_receipt(bare_receipt(typed)) == bare_receipt(typed)


# --- who reads what ---------------------------------------------------------------------------------------------------


def test_who_objected_stands_in_no_list_and_looking_it_up_is_on_record(store: str) -> None:
    noticed()
    receipt = objects()
    with db.transaction() as session:
        listed = objections.objections(session, the_nation())
        public = public_notices.on_show(session)
        followed = objections.look_up(session, "x", receipt, CONTACT)
        assert "secret" not in repr((listed, public, followed)).lower()
        assert "示例合作社" not in repr((listed, public, followed))
        assert objections.contact_of(session, the_nation(), receipt) == ("示例合作社", CONTACT)
    with db.reading() as session:
        record = session.exec(select(AuditEvent).where(AuditEvent.action.startswith("objection."))).all()
        assert session.exec(select(ObjectionContact.contact)).all() == [CONTACT]
    assert [event.action for event in record] == ["objection.received", "objection.contacted"]
    assert "secret" not in repr([(event.detail, event.subject, event.user_name) for event in record])


@pytest.mark.parametrize("role", list(Role))
def test_only_the_national_office_opens_handles_and_confirms(sqlite_store: str, role: Role) -> None:
    number = noticed(1)
    receipt = objects()
    bounds = {
        Role.COUNTY: {"county": "533301"},
        Role.PROVINCE: {"province": "53"},
        Role.PROVINCE_CAC: {"province": "53"},
    }
    actor = (
        of_enterprise(an_enterprise())
        if role is Role.ENTERPRISE
        else a_user(role, username="asker", **bounds.get(role, {}))
    )
    for act in (
        lambda s: public_notices.open_notice(s, actor, settings.today()),
        lambda s: public_notices.confirm_list(s, actor, number),
        lambda s: public_notices.notices(s, actor),
        lambda s: objections.objections(s, actor),
        lambda s: objections.contact_of(s, actor, receipt),
        lambda s: objections.verify(s, actor, receipt, "示例"),
        lambda s: objections.decide(s, actor, receipt, "示例", upheld=False),
    ):
        refused = False
        try:
            with db.transaction() as session:
                act(session)
        except NotAllowed:
            refused = True
        except ProgrammeError:
            pass
        assert refused == (refusal(actor, Permission.ORGANISE_NOTICE) is not None)


# --- what follows -----------------------------------------------------------------------------------------------------


def test_nothing_is_confirmed_before_the_notice_has_run(store: str) -> None:
    number = noticed(1)
    with environment(NETLIFT_TODAY=END):
        for act in (lambda: move("53-001", "confirm"), lambda: confirm(number)):
            with pytest.raises(ProgrammeError, match=f"到{END}为止"):
                act()
    with environment(NETLIFT_TODAY=AFTER):
        assert confirm(number) == 1
        with pytest.raises(ProgrammeError, match="都已办理"):
            confirm(number)
    assert state_of("53-001") == "confirmed"


def test_an_open_objection_blocks_its_project_and_the_whole_list_but_not_another_project(store: str) -> None:
    number = noticed()
    receipt = objects()
    with environment(NETLIFT_TODAY=AFTER):
        for ready in (False, True):
            if ready:
                handle(receipt)
            with pytest.raises(ProgrammeError, match="1件异议还没有处理完，不能确认入选"):
                move("53-001", "confirm")
            with pytest.raises(ProgrammeError, match="还有1件异议没有处理完，不能确认名单"):
                confirm(number)
        move("53-002", "confirm")
        assert state_of("53-002") == "confirmed"
        with db.transaction() as session:
            objections.decide(session, the_nation(), receipt, "查无实据。", upheld=False)
        assert confirm(number) == 1
    with db.reading() as session:
        query = select(FrozenList.content).where(FrozenList.kind == "confirmed").order_by(col(FrozenList.number))
        kept = session.exec(query).all()
    assert [[row["no"] for row in json.loads(content)] for content in kept] == [["53-002"], ["53-001"]]


def test_only_an_upheld_objection_strikes_a_project_and_then_it_cannot_be_confirmed(store: str) -> None:
    number = noticed()
    receipt = objects()
    with pytest.raises(ProgrammeError, match="没有对项目“示例项目53-001”成立的异议"):
        move("53-001", "strike")
    handle(receipt, upheld=True)
    with environment(NETLIFT_TODAY=AFTER):
        with pytest.raises(ProgrammeError, match="请取消其入选资格"):
            confirm(number)
        move("53-001", "strike")
        assert confirm(number) == 1
    assert [state_of(f"53-00{one}") for one in (1, 2)] == ["declined", "confirmed"]
    with db.reading() as session:
        (shown,) = public_notices.on_show(session)
    assert [(one.no, one.is_out) for one in shown.projects] == [("53-001", True), ("53-002", False)]


def test_an_open_objection_to_a_project_that_is_no_longer_on_the_notice_holds_up_nobody(store: str) -> None:
    number = noticed(3)
    upheld, open_one, of_who_left = objects(), objects(), objects("53-002")
    handle(upheld, upheld=True)
    with environment(NETLIFT_TODAY=AFTER):
        move("53-001", "strike")
        with pytest.raises(ProgrammeError, match="还有1件异议没有处理完"):
            confirm(number)
        with db.transaction() as session:
            left = project_life.locked(session, the_nation(), "53-002")
            project_life.append(session, the_nation(), left, "withdraw", "withdrawn", "企业申请退出")
        assert confirm(number) == 1
        for receipt in (open_one, of_who_left):
            handle(receipt, upheld=False)
    assert [state_of(f"53-00{one}") for one in (1, 2, 3)] == ["declined", "withdrawn", "confirmed"]


def test_who_is_promoted_later_gets_a_notice_of_its_own(sqlite_store: str) -> None:
    first = noticed(1)
    a_project("reserve", no="53-050")
    move("53-050", "promote")
    with environment(NETLIFT_TODAY="2019-11-20"), db.transaction() as session:
        second = public_notices.open_notice(session, the_nation(), settings.today()).number
    assert (first, second) == (1, 2)
    with environment(NETLIFT_TODAY=AFTER):
        assert confirm(first) == 1
        with pytest.raises(ProgrammeError, match="公示期到2019-11-27为止"):
            confirm(second)


def test_a_project_known_from_paper_has_no_notice_and_is_told_so(sqlite_store: str) -> None:
    a_project("noticed")
    with pytest.raises(ProgrammeError, match="没有公示记录"):
        move("53-001", "confirm")
    with db.reading() as session:
        assert len(project_search.project_list(session, the_nation())) == 1
