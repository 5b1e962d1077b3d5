"""Enterprises register themselves and are confirmed or refused, on both stores."""

import json
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

import db
from programme import accounts, enterprises, organisation_codes, passwords
from programme.catalogue import catalogue
from programme.contact_checks import (
    mail_problem,
    mobile_problem,
    postcode_problem,
    tidy_mail,
    tidy_mobile,
    tidy_postcode,
)
from programme.enterprises import TAKEN, Registration
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.models import AppUser, AuditEvent, Enterprise, RegistrationTry
from programme.permissions import Permission, Role, refusal
from tests.application_acts import UNHASHED, a_code, an_applicant, registers, seen, told
from tests.factories import a_user
from tests.people import PASSWORD, a_token, signs_in, who
from tests.project_people import an_enterprise, of_enterprise

CREDIT = "91530000" + a_code(1)
CREDIT += organisation_codes.credit_check(CREDIT)


# --- registering ------------------------------------------------------------------------------------------------------


def test_an_enterprise_registers_itself_and_signs_in_to_its_own_and_nothing_else(store: str) -> None:
    with db.transaction() as session:
        enterprises.register(session, told(code=CREDIT.lower()), " Unit-1 ", PASSWORD, "10.0.0.1")
    assert signs_in("unit-1")
    with db.reading() as session:
        actor = accounts.actor_named(session, "unit-1")
        one = enterprises.enterprise_of(session, actor)
        (record,) = session.exec(select(AuditEvent).where(AuditEvent.action == "enterprise.registered"))
    assert one is not None
    assert (one.status, one.registration.code, one.province) == ("waiting", CREDIT, "云南省")
    assert (actor.role, actor.enterprise_id, actor.must_change_password) == (Role.ENTERPRISE, one.id, False)
    assert who(a_token(actor)) == actor
    assert json.loads(record.detail)["address"] == "10.0.0.1"
    assert {p for p in Permission if refusal(actor, p) is None} == {
        Permission.OWN_ACCOUNT, Permission.SEE_PROJECT, Permission.APPLY, Permission.RUN_PROJECT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " "}, "请填写“单位名称”。"),
        ({"name": "123"}, "“单位名称”请填写营业执照上的全称。"),
        ({"name": "长" * 201}, "“单位名称”请不超过200字，现有201字。"),
        ({"code": ""}, "请填写“统一社会信用代码（或组织机构代码）”。"),
        ({"code": "000000010"}, "组织机构代码的校验位不对，请对照证书核对9位代码。"),
        ({"code": CREDIT[:-1] + ("1" if CREDIT[-1] != "1" else "2")}, "统一社会信用代码的校验位（第18位）不对，请对照营业执照逐位核对。"),
        ({"province_code": "99"}, "请从列表中选择所在的省（区、市）。"),
        ({"contact": "\x00\n"}, "请填写“联系人（职务）”。"),
        ({"phone": "0871-1234567"}, "“手机”应为11位手机号码，如 13800000000。"),
        ({"email": "office@example"}, "“电子邮箱”应为电子邮箱地址，如 office@example.com。"),
    ],
)  # fmt: skip
def test_a_registration_is_refused_with_what_to_do_and_leaves_nothing(
    sqlite_store: str, values: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ProgrammeError) as refused:
        registers(**values)
    assert str(refused.value) == sentence
    with db.reading() as session:
        assert (session.exec(select(Enterprise)).all(), session.exec(select(AppUser)).all()) == ([], [])


def test_one_unit_registers_once_whether_by_its_old_code_or_its_new_one(store: str) -> None:
    registers()
    for code in (a_code(1), CREDIT):
        with pytest.raises(ProgrammeError) as refused:
            registers(2, code=code)
        assert str(refused.value) == TAKEN
    assert "示例企业1" not in TAKEN


def test_a_taken_username_is_named_and_leaves_no_enterprise_without_an_account(store: str) -> None:
    a_user(Role.OFFICE, username="office")
    with pytest.raises(ProgrammeError, match="用户名 office 已被使用"):
        registers(username="Office")
    with db.reading() as session:
        assert session.exec(select(Enterprise)).all() == []


def test_the_store_itself_knows_an_enterprise_only_once(store: str) -> None:
    an_enterprise(1)
    with pytest.raises(IntegrityError):
        an_enterprise(1)


def test_a_code_with_a_letter_for_a_digit_is_offered_repaired() -> None:
    code = a_code(20)
    problem = enterprises.code_problem(f" {code.replace('0', 'O', 1)} ")
    assert problem is not None
    assert problem.repaired == code
    assert enterprises.code_problem(f"{code[:8]}－{code[8]}") is None


def test_tries_from_one_address_are_limited_and_refused_ones_count(store: str) -> None:
    most = catalogue().limits["registration"]["tries_per_hour"]
    with db.transaction() as session:
        assert [enterprises.note_try(session, "10.0.0.9") for _ in range(most + 2)] == [True] * most + [False] * 2
        assert enterprises.note_try(session, "10.0.0.8")
    with db.reading() as session:
        assert len(session.exec(select(RegistrationTry)).all()) == most + 1


def test_administrators_are_told_that_enterprises_register_themselves(store: str) -> None:
    with pytest.raises(ProgrammeError) as refused, db.transaction() as session:
        accounts.create_user(
            session, accounts.SYSTEM, username="neu", name="企业", role=Role.ENTERPRISE, password=UNHASHED
        )
    assert str(refused.value) == accounts.REGISTERS_ITSELF


# --- what is typed ----------------------------------------------------------------------------------------------------

ANYTHING = st.text(st.characters(codec=None), max_size=60)


@given(st.builds(Registration, *[ANYTHING] * 6))
def test_whatever_is_typed_becomes_sentences_or_is_sound(typed: Registration) -> None:
    found, sound = enterprises.problems(typed), enterprises.tidy(typed)
    assert all(sentence.endswith("。") for sentence in found)
    texts = (sound.name, sound.contact, sound.phone, sound.email, sound.code)
    assert {category(letter) for letter in "".join(texts)} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()
    if not found:
        assert organisation_codes.is_valid(sound.code)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "+86 ", "86-"]))
def test_a_mobile_number_is_recognised_however_it_is_written(number: str, before: str) -> None:
    for text in (number, f"{number[:3]} {number[3:7]} {number[7:]}", f"{number[:3]}-{number[3:7]}-{number[7:]}"):
        assert tidy_mobile(before + text) == number
    wide = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert (tidy_mobile(wide), mobile_problem(number)) == (number, None)


@given(ANYTHING)
def test_no_text_breaks_the_checks_of_contacts(text: str) -> None:
    for tidy, problem in ((tidy_mobile, mobile_problem), (tidy_mail, mail_problem), (tidy_postcode, postcode_problem)):
        sound = tidy(text)
        if problem(sound) is None:
            assert sound.isascii()
            assert sound.isprintable()
            assert len(sound) <= 100


# --- confirming -------------------------------------------------------------------------------------------------------


def test_the_province_confirms_its_own_and_the_national_office_anybody(store: str) -> None:
    province, nation = a_user(Role.PROVINCE_CAC, province="53"), a_user(Role.NATIONAL_CAC)
    here, there = registers(1), registers(2, province_code="52")
    with db.reading() as session:
        assert [one.id for one in enterprises.enterprise_list(session, province)] == [here.enterprise_id]
        assert [one.id for one in enterprises.enterprise_list(session, nation)] == [
            here.enterprise_id,
            there.enterprise_id,
        ]
    with db.transaction() as session:
        enterprises.confirm(session, province, seen(here))
    with pytest.raises(NotAllowed), db.transaction() as session:
        enterprises.confirm(session, province, seen(there))
    with db.transaction() as session:
        enterprises.confirm(session, nation, seen(there))
    assert (seen(here).status, seen(here).decided_by, seen(there).decided_by) == (
        "confirmed",
        province.name,
        nation.name,
    )


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PROVINCE_CAC, Role.NATIONAL_CAC)])
def test_nobody_else_sees_or_decides_on_registrations(sqlite_store: str, role: Role) -> None:
    actor, one = a_user(role, province="53"), seen(registers())
    for verb in (
        lambda session: enterprises.enterprise_list(session, actor),
        lambda session: enterprises.confirm(session, actor, one),
        lambda session: enterprises.refuse(session, actor, one, "原因"),
    ):
        with pytest.raises(NotAllowed), db.transaction() as session:
            verb(session)


def test_of_two_who_decide_at_once_the_second_is_told(store: str) -> None:
    province, nation = a_user(Role.PROVINCE_CAC, province="53"), a_user(Role.NATIONAL_CAC)
    one = seen(registers())
    with db.transaction() as session:
        enterprises.confirm(session, province, one)
    with pytest.raises(Outdated, match=f"{province.name}已于.*已确认"), db.transaction() as session:
        enterprises.refuse(session, nation, one, "名称不符")
    with db.reading() as session:
        assert session.exec(select(Enterprise.status)).all() == ["confirmed"]


def test_a_refusal_has_a_reason_that_the_enterprise_reads_and_it_may_amend_and_ask_again(store: str) -> None:
    province, actor = a_user(Role.PROVINCE_CAC, province="53"), registers()
    for reason, sentence in ((" ", "须写明原因"), ("长" * 501, "不超过500字")):
        with pytest.raises(ProgrammeError, match=sentence), db.transaction() as session:
            enterprises.refuse(session, province, seen(actor), reason)
    with db.transaction() as session:
        enterprises.refuse(session, province, seen(actor), "名称与执照不符")
    assert (seen(actor).status, seen(actor).note) == ("refused", "名称与执照不符")
    with db.transaction() as session:
        enterprises.amend(session, actor, told(name="示例企业全称"), seen(actor))
    assert (seen(actor).status, seen(actor).note, seen(actor).registration.name) == ("waiting", "", "示例企业全称")
    with db.reading() as session:
        assert session.exec(select(AppUser.name).where(AppUser.id == actor.id)).one() == "示例企业全称"


def test_what_was_confirmed_is_confirmed_again_when_it_changes_and_a_contact_is_not(store: str) -> None:
    actor = of_enterprise(an_enterprise(1))
    before = seen(actor).registration
    with pytest.raises(ProgrammeError, match="没有变化"), db.transaction() as session:
        enterprises.amend(session, actor, before, seen(actor))
    with db.transaction() as session:
        enterprises.amend(session, actor, told(contact="市场部"), seen(actor))
    assert (seen(actor).status, seen(actor).registration.contact) == ("confirmed", "市场部")
    with db.transaction() as session:
        enterprises.amend(session, actor, told(code=a_code(7)), seen(actor))
    assert (seen(actor).status, seen(actor).registration.code) == ("waiting", a_code(7))


def test_a_decision_on_what_was_amended_meanwhile_is_not_taken(store: str) -> None:
    nation, actor = a_user(Role.NATIONAL_CAC), registers()
    before = seen(actor)
    with db.transaction() as session:
        enterprises.amend(session, actor, told(contact="办公室"), before)
    with pytest.raises(Outdated, match="已有改动"), db.transaction() as session:
        enterprises.confirm(session, nation, before)


def test_an_enterprise_amends_nobody_elses_and_takes_no_code_of_another(store: str) -> None:
    first, second = registers(1), registers(2)
    with pytest.raises(Outdated), db.transaction() as session:
        enterprises.amend(session, first, told(3), seen(second))
    with pytest.raises(ProgrammeError) as refused, db.transaction() as session:
        enterprises.amend(session, first, told(1, code=a_code(2)), seen(first))
    assert str(refused.value) == TAKEN
    with pytest.raises(NotAllowed), db.transaction() as session:
        enterprises.amend(session, a_user(Role.ENTERPRISE), told(3), seen(first))


def test_the_place_does_not_change_under_a_project_that_is_on_its_way(sqlite_store: str) -> None:
    actor, _ = an_applicant()
    with pytest.raises(ProgrammeError, match="正在申报的项目"), db.transaction() as session:
        enterprises.amend(session, actor, told(province_code="52"), seen(actor))


def test_a_password_that_is_easily_guessed_is_no_password_of_an_enterprise() -> None:
    assert passwords.weakness("unit-1-2016", "unit-1", "示例企业") is not None
