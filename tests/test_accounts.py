"""Accounts and the record of what was done to them, on both stores."""

import ast

import pytest
from sqlmodel import select

import db
from programme import account_queries, accounts, audit_queries, passwords
from programme.accounts import SYSTEM
from programme.audit_queries import Wanted
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.models import AppUser, AuditEvent
from programme.permissions import Permission, Role, refusal
from programme.settings import ROOT
from tests.factories import a_user
from tests.people import OTHER, PASSWORD, a_token, an_account, signs_in, who

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
