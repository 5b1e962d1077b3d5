"""Accounts, passwords, sign-in and sessions, on both stores."""

import ast
import subprocess
import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import select

import db
from programme import account_queries, accounts, audit, audit_queries, passwords, sessions
from programme.accounts import SYSTEM
from programme.audit_queries import Wanted
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import AppUser, AuditEvent, SignInAttempt, SignInSession, SignInTicket
from programme.permissions import Actor, Permission, Role, refusal
from programme.settings import ROOT, now
from tests.factories import a_user

PASSWORD = passwords.prepare("Kd8#mWq2!zLp")
OTHER = passwords.prepare("t7R-mmVw_x9!")


def an_account(username: str = "lushui", role: Role = Role.COUNTY, county: str = "533301", **values: object) -> Actor:
    """An account that can sign in with PASSWORD."""
    actor = a_user(role, username=username, county=county)
    with db.transaction() as session:
        user = session.get_one(AppUser, actor.id)
        for name, value in {"password_hash": PASSWORD.hashed, **values}.items():
            setattr(user, name, value)
        return sessions.actor_of(user)


def signs_in(username: str, password: str = PASSWORD.text, address: str = "10.0.0.1") -> bool:
    with db.reading() as session:
        stored = sessions.stored_hash(session, username)
    proven = stored if passwords.matches(password, stored) else None
    with db.transaction() as session:
        return sessions.attempt(session, username, address, proven) is not None


def fails(username: str, times: int, address: str = "10.0.0.1") -> None:
    """Wrong passwords, without the time that comparing them takes."""
    for _ in range(times):
        with db.transaction() as session:
            sessions.attempt(session, username, address, None)


def a_token(actor: Actor) -> str:
    with db.transaction() as session:
        return sessions.open_session(session, actor)


def who(token: str) -> Actor | None:
    with db.reading() as session:
        return sessions.session_actor(session, token)


def aged(column: str, **by: float) -> None:
    """Let every session look older than it is."""
    with db.transaction() as session:
        session.connection().execute(update(SignInSession).values({column: now() - timedelta(**by)}))


def actions() -> list[str]:
    with db.reading() as session:
        return list(session.exec(select(AuditEvent.action).order_by(AuditEvent.id)))


# --- trying -----------------------------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_a_wrong_one_does_not(store: str) -> None:
    an_account()
    assert signs_in("lushui")
    assert signs_in(" LuShui ")
    assert not signs_in("lushui", "Kd8#mWq2!zLp ")
    assert not signs_in("nobody")


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(store: str) -> None:
    an_account()
    an_account("lanping", county="533325")
    fails("lushui", 4)
    assert signs_in("lushui")
    fails("lushui", 5)
    assert not signs_in("lushui")
    assert signs_in("lanping")
    assert actions().count("account.locked") == 1


def test_a_lock_ends_by_itself_and_by_an_administrator(store: str) -> None:
    an_account()
    admin = a_user(Role.ADMIN)
    fails("lushui", 5)
    with db.transaction() as session:
        session.connection().execute(update(AppUser).values(locked_until=now() - timedelta(seconds=1)))
    assert signs_in("lushui")
    fails("lushui", 5)
    with db.transaction() as session:
        accounts.unlock_user(session, admin, accounts.actor_named(session, "lushui").id)
    assert signs_in("lushui")


def test_thirty_failures_from_one_address_block_it_for_every_account(store: str) -> None:
    an_account()
    for number in range(30):
        fails(f"guess{number}", 1, "10.9.9.9")
    assert not signs_in("lushui", address="10.9.9.9")
    assert signs_in("lushui", address="10.0.0.2")


def test_what_strangers_type_as_a_username_is_not_kept(store: str) -> None:
    fails("my password by mistake", 1)
    with db.reading() as session:
        assert session.exec(select(SignInAttempt.username)).all() == [""]


def test_an_unknown_or_disabled_account_is_compared_like_any_other(store: str) -> None:
    actor = an_account(active=False)
    with db.reading() as session:
        assert sessions.stored_hash(session, "nobody") == passwords.NOBODY
        assert sessions.stored_hash(session, actor.username) == passwords.NOBODY
    assert not signs_in(actor.username)


def test_a_password_changed_between_comparison_and_decision_does_not_sign_in(store: str) -> None:
    an_account()
    with db.transaction() as session:
        assert sessions.attempt(session, "lushui", "", OTHER.hashed) is None


TRY = """
import sys, db
from programme import sessions
for _ in range(int(sys.argv[1])):
    with db.transaction() as session:
        sessions.attempt(session, "lushui", "10.0.0.1", None)
"""


def test_two_processes_share_the_lock_out(store: str) -> None:
    an_account()
    tries = [subprocess.Popen([sys.executable, "-c", TRY, str(times)], cwd=ROOT) for times in (2, 3)]
    assert [process.wait(60) for process in tries] == [0, 0]
    assert not signs_in("lushui")
    with db.reading() as session:
        assert len(session.exec(select(SignInAttempt.id)).all()) == 6


# --- tickets ----------------------------------------------------------------------------------------------------------


def a_ticket(actor: Actor, browser: str = "browser") -> str:
    with db.transaction() as session:
        return sessions.open_ticket(session, actor, browser)


def redeemed(ticket: str, browser: str = "browser") -> str | None:
    with db.transaction() as session:
        return sessions.redeem_ticket(session, ticket, browser, "10.0.0.1")


def test_a_ticket_opens_one_session_once(store: str) -> None:
    actor = an_account()
    ticket = a_ticket(actor)
    token = redeemed(ticket)
    assert token is not None
    assert who(token) == actor
    assert redeemed(ticket) is None


def test_a_ticket_is_worth_nothing_in_another_browser_and_is_used_up_there(store: str) -> None:
    ticket = a_ticket(an_account())
    assert redeemed(ticket, "stranger") is None
    assert redeemed(ticket) is None


def test_a_browser_without_an_identity_redeems_nothing(store: str) -> None:
    assert redeemed(a_ticket(an_account(), ""), "") is None


def test_a_ticket_expires(store: str) -> None:
    ticket = a_ticket(an_account())
    with db.transaction() as session:
        session.connection().execute(update(SignInTicket).values(expires_at=now() - timedelta(seconds=1)))
    assert redeemed(ticket) is None


def test_a_ticket_dies_with_the_password_and_with_the_account(store: str) -> None:
    actor, admin = an_account(), a_user(Role.ADMIN)
    first = a_ticket(actor)
    with db.transaction() as session:
        accounts.reset_password(session, admin, actor.id, OTHER)
    assert redeemed(first) is None
    with db.transaction() as session:
        accounts.disable_user(session, admin, actor.id)
    assert redeemed(a_ticket(actor)) is None


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_tokens_are_not_in_the_store(store: str) -> None:
    token = a_token(an_account())
    with db.reading() as session:
        hashes = session.exec(select(SignInSession.token_hash)).all()
    assert [len(hashed) for hashed in hashes] == [64]
    assert who(hashes[0]) is None
    assert who(token) is not None
    assert who("") is None


def test_a_session_ends_after_thirty_idle_minutes(store: str) -> None:
    token = a_token(an_account())
    aged("last_seen", minutes=29)
    assert who(token) is not None
    aged("last_seen", minutes=31)
    assert who(token) is None


def test_a_session_in_use_ends_after_eight_hours(store: str) -> None:
    token = a_token(an_account())
    with db.transaction() as session:
        session.connection().execute(update(AppUser).values(password_changed_at=now() - timedelta(days=9)))
    aged("created_at", hours=7.9)
    assert who(token) is not None
    aged("created_at", hours=8.1)
    assert who(token) is None


def test_use_is_noted_once_a_minute(store: str) -> None:
    token = a_token(an_account())
    with db.reading() as session:
        fresh = sessions.visit(session, token)
    aged("last_seen", minutes=2)
    with db.reading() as session:
        stale = sessions.visit(session, token)
    assert fresh is not None
    assert stale is not None
    assert (fresh.stale, stale.stale) == (False, True)
    with db.transaction() as session:
        sessions.touch(session, token)
    with db.reading() as session:
        touched = sessions.visit(session, token)
    assert touched is not None
    assert not touched.stale


def test_signing_out_ends_every_session_of_the_account_and_of_no_other(store: str) -> None:
    actor, other = an_account(), an_account("lanping", county="533325")
    tokens, kept = [a_token(actor), a_token(actor)], a_token(other)
    with db.transaction() as session:
        sessions.sign_out(session, actor)
    assert [who(token) for token in tokens] == [None, None]
    assert who(kept) == other


def test_a_disabled_account_and_a_changed_role_take_effect_at_the_next_look(store: str) -> None:
    actor, admin = an_account(), a_user(Role.ADMIN)
    token = a_token(actor)
    with db.transaction() as session:
        session.get_one(AppUser, actor.id).role = Role.LEADER.value
    seen = who(token)
    assert seen is not None
    assert seen.role is Role.LEADER
    with db.transaction() as session:
        accounts.disable_user(session, admin, actor.id)
    assert who(token) is None
    with db.transaction() as session:
        accounts.enable_user(session, admin, actor.id)
    assert who(token) is None
    assert who(a_token(actor)) is not None


def test_the_visit_carries_the_data_version(store: str) -> None:
    token = a_token(an_account())
    with db.reading() as session:
        found = sessions.visit(session, token)
    assert found is not None
    with db.reading() as session:
        assert found.data_version == audit.data_version(session)
    assert found.data_version > 0


# --- passwords of accounts --------------------------------------------------------------------------------------------


def test_changing_the_password_ends_every_session_and_the_old_password(store: str) -> None:
    actor = an_account(must_change_password=True)
    token = a_token(actor)
    with db.transaction() as session:
        accounts.change_password(session, actor, PASSWORD.hashed, OTHER)
    assert who(token) is None
    assert not signs_in("lushui")
    assert signs_in("lushui", OTHER.text)
    seen = who(a_token(actor))
    assert seen is not None
    assert not seen.must_change_password


def test_a_password_changed_elsewhere_in_between_is_not_overwritten(store: str) -> None:
    actor = an_account()
    with db.transaction() as session:
        accounts.change_password(session, actor, PASSWORD.hashed, OTHER)
    with pytest.raises(Outdated), db.transaction() as session:
        accounts.change_password(session, actor, PASSWORD.hashed, passwords.prepare("whatever"))


def test_guessing_the_old_password_in_an_open_session_locks_and_ends_it(store: str) -> None:
    actor = an_account()
    token = a_token(actor)
    for _ in range(5):
        with db.transaction() as session:
            locked = accounts.note_wrong_password(session, actor, "")
    assert locked
    assert who(token) is None
    assert not signs_in("lushui")


def test_a_reset_password_is_shown_once_and_must_be_changed(store: str) -> None:
    actor, admin = an_account(), a_user(Role.ADMIN)
    token = a_token(actor)
    with db.transaction() as session:
        text = accounts.reset_password(session, admin, actor.id)
    assert who(token) is None
    assert signs_in("lushui", text)
    seen = who(a_token(actor))
    assert seen is not None
    assert refusal(seen, Permission.SEE_COUNTY) == "请先修改初始密码，再进行其他操作。"
    with db.reading() as session:
        details = session.exec(select(AuditEvent.detail)).all()
    assert not any(text in detail for detail in details)


# --- verbs of administrators ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_touch_accounts(store: str, role: Role) -> None:
    actor, target = a_user(role), an_account("target")
    verbs = (
        lambda session: accounts.create_user(
            session, actor, username="neu", name="单位", role=Role.OFFICE, password=OTHER
        ),
        lambda session: accounts.disable_user(session, actor, target.id),
        lambda session: accounts.enable_user(session, actor, target.id),
        lambda session: accounts.unlock_user(session, actor, target.id),
        lambda session: accounts.reset_password(session, actor, target.id, OTHER),
        lambda session: account_queries.account_list(session, actor),
        lambda session: audit_queries.events(session, actor, Wanted(), limit=1),
        lambda session: audit_queries.event_count(session, actor, Wanted()),
    )
    allowed = []
    for verb in verbs:
        try:
            with db.transaction() as session:
                verb(session)
            allowed.append(True)
        except NotAllowed:
            allowed.append(False)
    assert allowed == [role is Role.ADMIN] * len(verbs)


def test_a_new_account_gets_a_one_time_password_and_its_bounds(store: str) -> None:
    with db.transaction() as session:
        text = accounts.create_user(
            session, SYSTEM, username=" LuShui ", name="泸水市工作小组", role=Role.COUNTY, county_code="533301"
        )
    assert signs_in("lushui", text)
    with db.reading() as session:
        actor = accounts.actor_named(session, "lushui")
        stored = session.get(AppUser, actor.id)
    assert (actor.role, actor.county_id, actor.province_code) == (Role.COUNTY, 533301, "53")
    assert stored is not None
    assert stored.must_change_password
    assert not actor.must_change_password  # the terminal asks for no password


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"role": Role.COUNTY}, "县工作小组账号须指定所属县。"),
        ({"role": Role.OFFICE, "county_code": "533301"}, "领导小组办公室账号不指定县。"),
        ({"role": Role.PROVINCE}, "省级信息中心账号须指定所属省。"),
        ({"role": Role.LEADER, "province_code": "53"}, "领导小组账号不指定省。"),
        ({"role": Role.PROVINCE, "province_code": "99"}, "没有代码为 99 的省份，请填写行政区划代码的前两位。"),
        ({"role": Role.COUNTY, "county_code": "999999"}, "没有行政区划代码为 999999 的县，请核对六位代码。"),
        ({"role": Role.OFFICE, "username": "a b"}, "用户名须为2至40个字符，只用文字、字母、数字、点、横线和下划线。"),
        ({"role": Role.OFFICE, "username": "LUSHUI"}, "用户名 lushui 已被使用，请换一个。"),
        ({"role": Role.OFFICE, "name": " "}, "请填写单位名称。"),
    ],
)
def test_a_new_account_is_refused_with_what_to_do(store: str, values: dict[str, object], sentence: str) -> None:
    an_account()
    with pytest.raises(ProgrammeError) as refused, db.transaction() as session:
        accounts.create_user(session, SYSTEM, **{"username": "neu", "name": "单位", "password": OTHER, **values})
    assert str(refused.value) == sentence


def test_administrators_cannot_lock_themselves_out(store: str) -> None:
    admin = a_user(Role.ADMIN)
    for verb in (accounts.disable_user, accounts.reset_password):
        with pytest.raises(ProgrammeError), db.transaction() as session:
            verb(session, admin, admin.id)


def test_an_account_that_is_gone_is_named(store: str) -> None:
    with pytest.raises(NotFound), db.transaction() as session:
        accounts.disable_user(session, a_user(Role.ADMIN), 999_999)


def test_the_first_administrator_is_created_once(store: str) -> None:
    with db.transaction() as session:
        text = accounts.create_first_admin(session)
    assert text is not None
    assert signs_in("admin", text)
    with db.transaction() as session:
        assert accounts.create_first_admin(session) is None


def test_production_refuses_a_store_with_sample_accounts(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    an_account(sample=True)
    with db.reading() as session:
        accounts.refuse_samples(session)
    monkeypatch.setenv("NETLIFT_MODE", "production")
    with pytest.raises(ProgrammeError), db.reading() as session:
        accounts.refuse_samples(session)


def test_the_list_is_found_by_role_province_and_words(store: str) -> None:
    admin = a_user(Role.ADMIN, username="admin")
    an_account("lushui", name="泸水市工作小组")
    an_account("lanping", county="533325", name="兰坪县工作小组")
    an_account("hebei", county="130126", name="灵寿县工作小组")

    def found(**wanted: object) -> list[str]:
        with db.reading() as session:
            return [account.username for account in account_queries.account_list(session, admin, **wanted)]

    assert found() == ["hebei", "lanping", "lushui", "admin"]
    assert found(role=Role.ADMIN) == ["admin"]
    assert found(province_code="53") == ["lanping", "lushui"]
    assert found(text="兰坪") == ["lanping"]
    assert found(text="%") == []


# --- the record -------------------------------------------------------------------------------------------------------


def test_every_verb_leaves_an_event_that_can_be_found(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_queries, "PORTION", 2)
    admin, actor = a_user(Role.ADMIN, username="admin"), an_account()
    a_token(actor)
    with db.transaction() as session:
        accounts.disable_user(session, admin, actor.id)
        accounts.enable_user(session, admin, actor.id)
        accounts.reset_password(session, admin, actor.id, OTHER)
    a_token(actor)

    def found(limit: int = 50, offset: int = 0, **wanted: object) -> list[tuple[str, str]]:
        with db.reading() as session:
            events = audit_queries.events(session, admin, Wanted(**wanted), limit=limit, offset=offset)
            return [(event.action, event.detail) for event in events]

    reset, disabled = ("修改密码", "内容：重置密码"), ("变更账号", "内容：停用；结束的登录：1")
    assert found(limit=4) == [("登录", ""), reset, ("变更账号", "内容：启用"), disabled]
    assert found(limit=1, offset=1) == [reset]
    assert found(action="account.password") == [reset]
    assert found(action="account.changed", text="disabled") == [disabled]
    assert found(user="没有此人") == []
    with db.reading() as session:
        assert audit_queries.event_count(session, admin, Wanted(action="account.changed")) == 2
        everything = list(audit_queries.every_event(session, admin, Wanted()))
        assert everything == audit_queries.events(session, admin, Wanted(), limit=999)


def test_what_is_recorded_can_be_said_in_chinese() -> None:
    """Every name of a detail that any verb records has its word in the table."""
    known = {"subject", "county_id", "province_code"}
    spoken = known | set(audit_queries.WORDS)
    for path in (ROOT / "programme").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
                "record",
                "_record",
            ):
                unspoken = {keyword.arg for keyword in node.keywords if keyword.arg} - spoken
                assert unspoken == set(), f"{path.name}: {unspoken}"


# --- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["Kd8#mWq2!zLp", "correct-horse-Battery9", "t7R-mmVw_x9!", "县工作小组A1b2c3!x"],
)
def test_good_passwords_are_accepted(password: str) -> None:
    assert passwords.weakness(password, "lushui", "泸水市工作小组") is None


@pytest.mark.parametrize(
    "password",
    [
        "Netlift2019!", "nongxinhan24A!", "Chuntian2020@", "Summer-2019!", "P@ssw0rd2019", "Aa1!Aa1!Aa1!", "Qwe123!@#asd",
        "Lushui@2019!", "Woaini5201314", "Admin@888888", "泸水市工作小组Aa1!",
    ],
)  # fmt: skip
def test_guessable_passwords_are_refused_however_many_classes_they_have(password: str) -> None:
    sentence = "密码太容易猜到：去掉常见词、拼音、年份、连续字符和账号名称后所剩无几，请换一个。"
    assert passwords.weakness(password, "lushui", "泸水市工作小组") == sentence


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Kd8#mWq", "密码太短：至少10个字符。"),
        ("kd8mwq2zlp", "密码须含大写字母、小写字母、数字、其他字符四类中的至少3类。"),
        (" Kd8#mWq2!zLp", "密码首尾不能有空格，也不能含有不可见字符。"),
        ("Kd8#\x00mWq2!zLp", "密码首尾不能有空格，也不能含有不可见字符。"),
        ("一二三四五六七八九十一二三四五六七八九十一二三四Aa1", "密码过长：最多72个字节（一个汉字占3个字节）。"),
    ],
)
def test_a_refused_password_is_told_why(password: str, sentence: str) -> None:
    assert passwords.weakness(password) == sentence


def test_passwords_above_72_bytes_never_match_by_their_beginning() -> None:
    stored = passwords.prepare("a" * 72)
    assert passwords.matches("a" * 72, stored.hashed)
    assert not passwords.matches("a" * 73, stored.hashed)
    with pytest.raises(ProgrammeError):
        passwords.prepare("a" * 73)


def test_one_time_passwords_differ_and_meet_the_rule() -> None:
    first, second = passwords.one_time(), passwords.one_time()
    assert first.text != second.text
    assert passwords.weakness(first.text) is None
    assert first.text not in repr(first)


@given(st.text(st.characters(), max_size=200), st.text(max_size=50))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_password_makes_the_rule_fail(password: str, own: str) -> None:
    assert isinstance(passwords.weakness(password, own), str | None)


@given(st.text(st.characters(), max_size=100), st.sampled_from([PASSWORD.hashed, "!", "", "$2b$", passwords.NOBODY]))
@hypothesis_settings(max_examples=12, deadline=None)
def test_nothing_typed_makes_the_comparison_fail(password: str, stored: str) -> None:
    assert passwords.matches(password, stored) == (password == PASSWORD.text and stored == PASSWORD.hashed)
