"""Reminders in the store: written once, by the ladder or by hand, seen by whom they concern, on both stores."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import func, select

import db
from programme import channels, ladder, reminder_log, reminders, reviews, settings
from programme.calendar import Month
from programme.channel_addresses import masked, refuse_address
from programme.channels import Reach
from programme.errors import NotAllowed, ProgrammeError
from programme.models import AuditEvent, Channel, Contact, Delivery, Notice, Reminder
from programme.obligations import Obligation, Step
from programme.permissions import Actor, Role
from programme.reminders import NO_ADDRESS, WAITING, Receipt
from tests.factories import a_user
from tests.test_reviews import JUNE, LUSHUI, hand_in, seen, take

MAY = Month(2019, 5)
ON_ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def standing_on(day: int, month: int = 7) -> object:
    return settings.standing_at(datetime(2019, month, day, 2, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _third_working_day_after_june_was_due() -> object:
    with standing_on(10):
        yield


@pytest.fixture
def people(store: str) -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "gone": a_user(Role.COUNTY, county="533323", active=False),
        "province": a_user(Role.PROVINCE, province="53"),
        "elsewhere": a_user(Role.PROVINCE, province="62"),
        "office": a_user(Role.OFFICE),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
        "enterprise": a_user(Role.ENTERPRISE),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "expert": a_user(Role.EXPERT),
        "evaluator": a_user(Role.EVALUATOR),
    }


def remind(actor: Actor) -> dict[str, int]:
    """Username → how many returns that account was told of by the ladder."""
    with db.transaction() as session:
        return {digest.account.username: len(digest.items) for digest in reminders.remind(session, actor)}


def remind_now(actor: Actor, *returns: Obligation) -> Receipt:
    with db.transaction() as session:
        return reminders.remind_now(session, actor, returns)


def rows(table: type) -> int:
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def seen_project(actor: Actor, *, own: bool) -> list[tuple[str, tuple[str, ...], str]]:
    with db.reading() as session:
        told = reminder_log.log(session, actor, own=own, limit=99)
        assert reminder_log.count(session, actor, own=own) == len(told)
    return [(one.account, one.returns, one.by_name) for one in told]


def still_owed(actor: Actor) -> list[tuple[str, Month]]:
    with db.reading() as session:
        return [(one.county, one.month) for one, _ in reminder_log.open_ones(session, actor)]


# --- by the ladder ----------------------------------------------------------------------------------------------------


def test_the_ladder_writes_one_notice_an_account_with_all_its_returns_and_nothing_the_second_time(
    people: dict[str, Actor],
) -> None:
    found = remind(people["office"])
    assert (found["county-533301"], found["county-532929"], found["office-x"]) == (2, 2, 220)
    assert set(found) == {"county-533301", "county-532929", "province-53", "province-62", "office-x"}
    assert remind(people["office"]) == {}
    assert (rows(Notice), rows(Reminder)) == (5, sum(found.values()))
    with db.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "return.reminded")).all()
    assert len(events) == 5
    mine = next(event for event in events if event.county_id == LUSHUI)
    assert json.loads(mine.detail) == {"months": "2019-05、2019-06", "returns": 2, "counties": 1}


@ON_ONE_STORE
def test_a_plan_writes_nothing(people: dict[str, Actor]) -> None:
    with db.reading() as session:
        assert len(reminders.planned(session, people["office"])) == 5
    assert (rows(Notice), rows(Reminder)) == (0, 0)


@ON_ONE_STORE
def test_only_the_office_runs_the_ladder(people: dict[str, Actor]) -> None:
    for actor in people.values():
        if actor.role is not Role.OFFICE:
            with pytest.raises(NotAllowed):
                remind(actor)
    assert rows(Notice) == 0


def test_who_has_handed_in_is_told_no_more_and_who_was_sent_back_anew(people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    assert remind(people["office"])["county-533301"] == 1
    assert still_owed(people["county"]) == [("泸水市", MAY)]
    take(people["province"], Step.SENT_BACK)
    assert still_owed(people["county"]) == [("泸水市", MAY)]
    with standing_on(11):
        assert remind(people["office"]) == {"county-533301": 1, "province-53": 1}
        with db.reading() as session:
            told = reminder_log.log(session, people["county"], own=True, limit=1)
        assert told[0].steps == ("退回待改，退回后第1个工作日",)
        assert still_owed(people["county"]) == [("泸水市", MAY), ("泸水市", JUNE)]


@ON_ONE_STORE
def test_after_an_extension_the_ladder_begins_anew_for_that_return(people: dict[str, Actor]) -> None:
    remind(people["office"])
    with db.transaction() as session:
        reviews.extend(session, people["office"], seen(), date(2019, 7, 17), "汛期道路中断")
    with standing_on(11):
        assert remind(people["office"]) == {}
    with standing_on(12):
        assert remind(people["office"]) == {"county-533301": 1}
    with standing_on(18):
        assert remind(people["office"]) == {"county-533301": 1, "province-53": 1}


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_by_hand_the_county_is_told_once_a_day_of_a_return(people: dict[str, Actor]) -> None:
    both = seen(), seen("532929")
    assert remind_now(people["province"], *both) == Receipt(2, 2)
    assert remind_now(people["office"], *both) == Receipt(0, 0, already=2)
    assert remind_now(people["office"], both[0], seen(month=MAY)) == Receipt(1, 1, already=1)
    assert [line[1:] for line in seen_project(people["county"], own=True)] == [
        (("泸水市2019年5月",), people["office"].name),
        (("泸水市2019年6月",), people["province"].name),
    ]
    assert remind(people["office"]) == {"county-532929": 1, "province-53": 24, "province-62": 22, "office-x": 220}
    with standing_on(11):
        assert remind_now(people["province"], both[0]) == Receipt(1, 1)


@ON_ONE_STORE
def test_the_receipt_says_who_could_not_be_reminded_and_why(people: dict[str, Actor]) -> None:
    before = seen()
    hand_in(people["county"])
    receipt = remind_now(people["office"], before, seen("533323"), seen("532929"))
    assert receipt == Receipt(1, 1, arrived=1, nobody=("福贡县",))
    assert receipt.sentence == (
        "已催报1份月报，通知1个账号。1份已经报送，没有催。福贡县没有可用的账号，没有催到，请联系系统管理员。"
    )


@pytest.mark.parametrize(
    ("receipt", "sentence"),
    [
        (Receipt(0, 0), "没有需要催报的月报。"),
        (Receipt(0, 0, arrived=1), "没有需要催报的月报。1份已经报送，没有催。"),
        (Receipt(0, 0, already=2), "2份今天已经催过，没有重复。"),
        (Receipt(0, 0, nobody=("福贡县",)), "福贡县没有可用的账号，没有催到，请联系系统管理员。"),
    ],
)
def test_the_receipt_says_only_what_is_true(receipt: Receipt, sentence: str) -> None:
    assert receipt.sentence == sentence


@ON_ONE_STORE
def test_the_counties_without_an_account_to_tell_are_known_to_whoever_runs_the_ladder(people: dict[str, Actor]) -> None:
    with db.reading() as session:
        found = {one.code for one in reminders.unheard(session, people["office"])}
        with pytest.raises(NotAllowed):
            reminders.unheard(session, people["province"])
    assert (len(found), found & {"533301", "532929", "533323"}) == (108, {"533323"})


@ON_ONE_STORE
def test_what_is_not_due_yet_is_not_reminded_of_by_hand(people: dict[str, Actor]) -> None:
    with pytest.raises(ProgrammeError, match="还没有到报送的时候"):
        remind_now(people["office"], seen(month=Month(2019, 7)))


@ON_ONE_STORE
def test_nobody_but_the_office_and_the_province_of_the_county_reminds_by_hand(people: dict[str, Actor]) -> None:
    allowed = {("office", "533301"), ("office", "621227"), ("province", "533301"), ("elsewhere", "621227")}
    for (name, actor), code in product(people.items(), ("533301", "621227")):
        if (name, code) not in allowed:
            with pytest.raises(NotAllowed):
                remind_now(actor, seen(code))
    assert rows(Notice) == 0
    for name, code in sorted(allowed - {("office", "533301")}):
        remind_now(people[name], seen(code))
    assert rows(Notice) == 1


# --- who sees it ------------------------------------------------------------------------------------------------------


def test_everybody_sees_what_they_were_told_and_the_log_of_their_counties(people: dict[str, Actor]) -> None:
    remind(people["office"])
    mine = ("泸水市2019年5月", "泸水市2019年6月")
    assert seen_project(people["county"], own=True) == [(people["county"].name, mine, "")]
    yunnan = {name for name, *_ in seen_project(people["province"], own=False)}
    assert yunnan == {people[name].name for name in ("county", "neighbour", "province", "office")}
    assert {name for name, *_ in seen_project(people["elsewhere"], own=False)} == {
        people["elsewhere"].name,
        people["office"].name,
    }
    assert len(seen_project(people["office"], own=False)) == len(seen_project(people["leader"], own=False)) == 5
    assert seen_project(people["leader"], own=True) == []
    for name in ("admin", "enterprise", "province_cac", "national_cac", "expert", "evaluator"):
        with pytest.raises(NotAllowed):
            seen_project(people[name], own=True)


@ON_ONE_STORE
def test_what_the_office_was_told_shows_a_province_its_own_counties_only(people: dict[str, Actor]) -> None:
    remind(people["office"])
    with db.reading() as session:
        told = reminder_log.log(session, people["elsewhere"], own=False, limit=9)
        own = reminder_log.log(session, people["elsewhere"], own=True, limit=9)
    of_office = next(one for one in told if one.role is Role.OFFICE)
    assert len(of_office.returns) == 2 * len({title.partition("2019")[0] for title in of_office.returns}) == 22
    assert not any(title.startswith("泸水市") for title in of_office.returns)
    assert of_office.body == ""
    assert own[0].body.startswith(f"{people['elsewhere'].name}：本省下列月报还没有报送")


@pytest.mark.parametrize("table", ["notice", "reminder"])
def test_what_was_told_cannot_be_changed_or_taken_back(people: dict[str, Actor], table: str) -> None:
    remind_now(people["office"], seen())
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET number = 7"):
        with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
            session.connection().execute(text(statement))


# --- channels and addresses ---------------------------------------------------------------------------------------------

MAIL = "mailtos://user:geheim-123@smtp.example.cn:465?mode=ssl&from=notice@example.cn"


def add(actor: Actor, kind: str = "mail", url: str = MAIL, roles: Sequence[Role] = (Role.COUNTY,)) -> int:
    with db.transaction() as session:
        return channels.add_channel(session, actor, kind=kind, name="单位邮箱", url=url, roles=roles)


def set_address(actor: Actor, address: str) -> None:
    with db.transaction() as session:
        channels.set_address(session, actor, address)


def test_a_notice_waits_for_every_channel_that_serves_the_role(people: dict[str, Actor]) -> None:
    mail = add(people["admin"])
    robot = add(people["admin"], "wecom", "wecombot://aaaabbbb-cccc-dddd", (Role.COUNTY, Role.OFFICE))
    set_address(people["county"], "lushui@example.cn")
    remind(people["office"])
    with db.reading() as session:
        found = {(one.user_id, one.channel_id): (one.state, one.address) for one in session.exec(select(Delivery))}
    assert found == {
        (people["county"].id, mail): (WAITING, "lushui@example.cn"),
        (people["neighbour"].id, mail): (NO_ADDRESS, ""),
        (people["county"].id, robot): (WAITING, ""),
        (people["neighbour"].id, robot): (WAITING, ""),
        (people["office"].id, robot): (WAITING, ""),
    }


@ON_ONE_STORE
def test_the_address_of_a_channel_is_shown_to_nobody_again(people: dict[str, Actor]) -> None:
    channel = add(people["admin"])
    with db.transaction() as session:
        channels.set_url(session, people["admin"], channel, MAIL.replace("123", "456"))
        channels.note_test(session, people["admin"], channel, "连不上服务器")
    with db.reading() as session:
        (way,) = channels.ways(session, people["admin"])
        recorded = " ".join(event.detail for event in session.exec(select(AuditEvent)))
        assert session.get_one(Channel, channel).url.count("geheim-456") == 1
    assert way.shown == "mailtos://…@smtp.example.cn"
    assert "geheim" not in recorded + repr(way)
    assert recorded.count("mailtos://…@smtp.example.cn") == 3


@pytest.mark.parametrize(
    ("kind", "url", "shown"),
    [
        ("mail", "mailto://127.0.0.1:25?from=a@b.cn", "mailto://…@127.0.0.1"),
        ("wecom", "wecombot://aaaabbbb-cccc-dddd", "wecombot://aa…dd"),
        ("dingtalk", "dingtalk://secret99@0123456789abcdef", "dingtalk://01…ef"),
        ("dingtalk", "dingtalk://short", "dingtalk://…"),
        ("webhook", "jsons://me:word@hooks.example.cn:8443/path?key=1", "jsons://hooks.example.cn/…"),
    ],
)
def test_what_is_left_of_an_address_tells_two_apart_and_opens_nothing(kind: str, url: str, shown: str) -> None:
    assert masked(kind, url) == shown


@pytest.mark.parametrize(
    ("kind", "url", "roles", "sentence"),
    [
        ("mail", "smtp.example.cn", (Role.COUNTY,), "邮件的地址应形如 mailtos://"),
        ("mail", "wecombot://aaaabbbb", (Role.COUNTY,), "邮件的地址应形如"),
        ("webhook", "file:///etc/passwd", (Role.COUNTY,), "网络回调的地址应形如"),
        ("webhook", "json://host:port", (Role.COUNTY,), "网络回调的地址应形如"),
        ("wecom", "wecombot://", (Role.COUNTY,), "企业微信群机器人的地址应形如"),
        ("mail", MAIL, (), "请选择服务对象"),
        ("mail", MAIL, (Role.EXPERT,), "请选择服务对象"),
        ("telegram", MAIL, (Role.COUNTY,), "没有这种通知渠道"),
    ],
)
def test_an_address_of_another_kind_is_refused_in_words(
    sqlite_store: str, kind: str, url: str, roles: tuple[Role, ...], sentence: str
) -> None:
    with pytest.raises(ProgrammeError, match=sentence):
        add(a_user(Role.ADMIN), kind, url, roles)
    assert rows(Channel) == 0


AMBIGUOUS, STRANGE = "“@”请写成%40，“#”请写成%23", "不能带参数“"


@pytest.mark.parametrize(
    ("kind", "url", "sentence"),
    [
        ("mail", "mailtos://me:Ab@Geheim7/ef@smtp.qq.com", AMBIGUOUS),
        ("mail", "mailtos://me:Ab@Geheim7#ef@smtp.qq.com", AMBIGUOUS),
        ("mail", "mailtos://me:Ab@Geheim7@smtp.qq.com", AMBIGUOUS),
        ("mail", "mailtos://me:Ab@Geheim7?ef@smtp.qq.com", AMBIGUOUS),
        ("mail", "mailtos://me:12/Geheim@smtp.qq.com", AMBIGUOUS),
        ("mail", "mailtos://me:Geheim@smtp.qq.com?from=a@b@c.cn", AMBIGUOUS),
        ("mail", "mailtos://me:Ab@Geh_eim7", "的地址应形如"),
        ("webhook", "jsons://me:Ab@Geheim/x@hooks.example.cn", AMBIGUOUS),
        ("webhook", "jsons://me:Ab@Geheim?x@hooks.example.cn", AMBIGUOUS),
        ("webhook", "jsons://me:Ab@Geheim#x@hooks.example.cn", AMBIGUOUS),
        ("dingtalk", "dingtalk://SEC01234567/89@0123456789abcdef", AMBIGUOUS),
        ("mail", MAIL + "&bcc=all@example.cn", STRANGE),
        ("mail", MAIL + ";Verify=no", STRANGE),
        ("mail", MAIL + "&%62cc=all", STRANGE),
        ("webhook", "jsons://hooks.example.cn/x?Method=delete", STRANGE),
    ],
)
def test_an_address_that_shows_or_carries_what_it_should_not_is_refused(
    sqlite_store: str, kind: str, url: str, sentence: str
) -> None:
    with pytest.raises(ProgrammeError, match=sentence):
        add(a_user(Role.ADMIN), kind, url)
    assert rows(Channel) == 0


def test_a_password_written_with_escapes_is_kept_and_masked(sqlite_store: str) -> None:
    add(
        a_user(Role.ADMIN),
        url="mailtos://me:Ab%40Geheim7%2Fe%23f@smtp.qq.com:465?mode=ssl&from=a@b.cn&to=c@d.cn&name=x",
    )
    with db.reading() as session:
        assert session.exec(select(Channel.shown)).one() == "mailtos://…@smtp.qq.com"


INSIDE = (
    "localhost", "a.localhost", "LOCALHOST.", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "%3127.0.0.1", "0.0.0.0",
    "169.254.169.254", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[fe80::1]",
)  # fmt: skip


def test_in_production_a_webhook_does_not_lead_back_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = ladder.facts().kinds["webhook"]
    refuse_address(hook, "json://127.0.0.1:8000/netlift")
    monkeypatch.setenv("NETLIFT_MODE", "production")
    for host in INSIDE:
        with pytest.raises(ProgrammeError, match="不能指向平台所在的服务器本身"):
            refuse_address(hook, f"json://{host}:8000/netlift")
    for host in ("hooks.example.cn", "10.1.2.3", "127.example.cn", "[2001:db8::1]"):
        refuse_address(hook, f"jsons://{host}:8443/netlift?key=1")


@ON_ONE_STORE
def test_a_personal_channel_says_how_many_of_whom_it_serves_it_can_reach(people: dict[str, Actor]) -> None:
    add(people["admin"], roles=(Role.COUNTY, Role.PROVINCE))
    add(people["admin"], "wecom", "wecombot://aaaabbbb-cccc-dddd")
    set_address(people["county"], "lushui@example.cn")
    set_address(people["office"], "office@example.cn")
    with db.reading() as session:
        assert [way.reach for way in channels.ways(session, people["admin"])] == [Reach(4, 1), None]


@ON_ONE_STORE
def test_only_administrators_deal_with_channels(people: dict[str, Actor]) -> None:
    channel = add(people["admin"])
    acts = (
        lambda session, actor: channels.add_channel(
            session, actor, kind="mail", name="x", url=MAIL, roles=[Role.COUNTY]
        ),
        lambda session, actor: channels.set_roles(session, actor, channel, [Role.OFFICE]),
        lambda session, actor: channels.set_url(session, actor, channel, MAIL),
        lambda session, actor: channels.set_active(session, actor, channel, False),
        lambda session, actor: channels.send_again(session, actor, channel),
        lambda session, actor: channels.note_test(session, actor, channel, ""),
        lambda session, actor: channels.secret_of(session, actor, channel),
        channels.ways,
    )
    for (name, actor), act in product(people.items(), acts):
        if name != "admin":
            with pytest.raises(NotAllowed), db.transaction() as session:
                act(session, actor)
    for act in acts:
        with db.transaction() as session:
            act(session, people["admin"])


@ON_ONE_STORE
def test_everybody_sets_their_own_address_and_the_record_does_not_hold_it(people: dict[str, Actor]) -> None:
    county = people["county"]
    set_address(county, " lushui@example.cn ")
    with db.reading() as session:
        assert channels.address_of(session, county) == "lushui@example.cn"
    set_address(county, "new@example.cn")
    for wrong in ("lushui", "a@b", "a@b.cn,c@d.cn", "a b@c.cn", "a@b.cn\nBcc: c@d.cn", "张三@example.cn", "<a@b.cn>"):
        with pytest.raises(ProgrammeError, match="邮箱地址不正确"):
            set_address(county, wrong)
    with db.reading() as session:
        assert channels.address_of(session, county) == "new@example.cn"
    set_address(county, "")
    assert rows(Contact) == 0
    with db.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "account.contact")).all()
    assert [json.loads(event.detail) for event in events] == [
        {"address": word} for word in ("已填写", "已更换", "已清空")
    ]
