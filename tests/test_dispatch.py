"""Notices on their way: by a real mail server and real HTTP on the loopback; failed, tried again, never lost, never twice."""

import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from http.client import HTTPException
from smtplib import SMTPException
from ssl import SSLError

import pytest
from apprise.exception import AppriseException
from apprise.plugins.email.common import AppriseEmailException
from requests import RequestException
from sqlmodel import Session, select
from urllib3.exceptions import HTTPError

import db
from programme import accounts, channels, dispatch, post, reminder_log, reminders, settings
from programme.dispatch import Outcome
from programme.models import AuditEvent, Delivery
from programme.permissions import Actor, Role
from programme.reminders import CLOSED, DROPPED, FAILED, NO_ADDRESS, SENT, WAITING
from tests import mail, terminal
from tests.factories import a_user
from tests.live import free_port
from tests.test_reminders import add, remind, remind_now, rows, set_address
from tests.test_reviews import SOUND, hand_in, seen

NOON = datetime(2019, 6, 6, 4, tzinfo=UTC)  # the first working day after May was due: counties and provinces are told


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with settings.standing_at(NOON):
        yield


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "province": a_user(Role.PROVINCE, province="53"),
        "office": a_user(Role.OFFICE),
        "admin": a_user(Role.ADMIN),
    }


def addressed(people: dict[str, Actor], url: str, *names: str) -> None:
    add(people["admin"], url=url, roles=(Role.COUNTY, Role.PROVINCE))
    for name in names or ("county", "neighbour", "province"):
        set_address(people[name], f"{name}@example.cn")


def send() -> list[Outcome]:
    return dispatch.dispatch(db.transaction)


def states() -> dict[str, tuple[str, int, str]]:
    """Address → state, number of tries, what went wrong last."""
    with db.reading() as session:
        return {one.address: (one.state, one.tries, one.error) for one in session.exec(select(Delivery))}


def test_every_person_gets_one_mail_with_all_their_counties(people: dict[str, Actor]) -> None:
    with mail.smtp() as box:
        addressed(people, box.url)
        remind(people["office"])
        assert send() == [Outcome("单位邮箱", 1, "")] * 3
        assert send() == []
    assert sorted(address for address, _ in box.mails) == [
        f"{n}@example.cn" for n in ("county", "neighbour", "province")
    ]
    texts = box.texts
    assert texts["county@example.cn"] == [
        "月报催报：1份月报待报送",
        f"{people['county'].name}：下列月报还没有报送。",
        "2019年5月月报：逾期1天，6月5日截止",
        "请登录网络扶贫监测平台办理。已经报送的，不必理会本通知。",
    ]
    assert texts["province@example.cn"][0] == "月报催报：12份月报待报送"
    assert texts["province@example.cn"][2].startswith("2019年5月月报12个县：")
    assert {message.get_content_type() for _, message in box.mails} == {"text/plain"}
    assert {str(message["from"]) for _, message in box.mails} == {"notice@example.cn"}
    assert set(states().values()) == {(SENT, 1, "")}
    with db.reading() as session:
        (told,) = reminder_log.log(session, people["county"], own=True, limit=9)
    assert told.ways == ("● 站内", "● 单位邮箱：已送达 2019-06-06 12:00")


def test_a_failed_mail_is_shown_waits_longer_each_time_and_arrives_when_the_server_is_back(
    people: dict[str, Actor],
) -> None:
    port = free_port()
    addressed(people, f"mailto://127.0.0.1:{port}?from=notice@example.cn", "county")
    remind(people["office"])
    assert send() == [Outcome("单位邮箱", 1, "连不上服务器")]
    assert states()["county@example.cn"] == (WAITING, 1, "连不上服务器")
    with db.reading() as session:
        (told,) = reminder_log.log(session, people["county"], own=True, limit=9)
        (way,) = channels.ways(session, people["admin"])
    assert told.ways[1] == "◆ 单位邮箱：第1次未送达（连不上服务器），2019-06-06 12:05后再试"
    assert (way.last_error, way.counts) == ("连不上服务器", {WAITING: 1, NO_ADDRESS: 2})
    with settings.standing_at(NOON + timedelta(minutes=4)):
        assert send() == []
    with settings.standing_at(NOON + timedelta(minutes=5)):
        assert [one.error for one in send()] == ["连不上服务器"]
    with settings.standing_at(NOON + timedelta(minutes=34)), mail.smtp(port) as box:
        assert send() == []
        with settings.standing_at(NOON + timedelta(minutes=35)):
            assert [one.error for one in send()] == [""]
    assert len(box.mails) == 1
    assert states()["county@example.cn"] == (SENT, 3, "")


def test_when_every_try_has_failed_the_delivery_is_shown_as_failed_and_can_be_sent_again(
    people: dict[str, Actor],
) -> None:
    with mail.smtp() as box:
        box.answer = "550 no such user"
        addressed(people, box.url, "county")
        remind(people["office"])
        at, errors = NOON, []
        for minutes in (0, 5, 30, 120, 480, 10_000):
            at += timedelta(minutes=minutes)
            with settings.standing_at(at):
                errors += [one.error for one in send()]
        assert errors == ["服务器拒绝，代码550"] * 5
        assert states()["county@example.cn"] == (FAILED, 5, "服务器拒绝，代码550")
        box.answer = "250 OK"
        with settings.standing_at(at):
            with db.transaction() as session:
                (way,) = channels.ways(session, people["admin"])
                assert channels.send_again(session, people["admin"], way.id) == 1
            assert [one.error for one in send()] == [""]
    assert states()["county@example.cn"] == (SENT, 1, "")


def test_what_has_come_in_meanwhile_is_not_sent_any_more(people: dict[str, Actor]) -> None:
    addressed(people, f"mailto://127.0.0.1:{free_port()}?from=notice@example.cn", "county", "province")
    remind(people["office"])
    send()
    hand_in(people["county"], SOUND | {"households": "0"}, month=reminders.Month(2019, 5), reason="首次报送")
    with mail.smtp() as box, settings.standing_at(NOON + timedelta(minutes=5)):
        with db.transaction() as session:
            channels.set_url(session, people["admin"], 1, box.url)
        send()
    assert states()["county@example.cn"][0] == DROPPED
    assert box.texts["province@example.cn"][0] == "月报催报：11份月报待报送"
    assert [address for address, _ in box.mails] == ["province@example.cn"]


def test_a_process_that_dies_while_sending_leaves_a_claim_that_runs_out(people: dict[str, Actor]) -> None:
    with mail.smtp() as box:
        addressed(people, box.url, "county")
        remind(people["office"])
        with db.transaction() as session:
            dispatch._claim(session, "died")
        for minutes, sent in ((0, 0), (9, 0), (10, 1), (11, 0)):
            with settings.standing_at(NOON + timedelta(minutes=minutes)):
                assert len(send()) == sent
    assert len(box.mails) == 1


def test_a_slow_server_leaves_nothing_for_two_runs_to_send(people: dict[str, Actor]) -> None:
    """Six minutes pass between any two transactions, and the lease lasts ten; meanwhile another run comes by."""
    minutes = itertools.count(0, 6)

    @contextmanager
    def slow() -> Iterator[Session]:
        now = next(minutes)
        with settings.standing_at(NOON + timedelta(minutes=now)):
            with db.transaction() as session:
                yield session
            if now == 12:
                with settings.standing_at(NOON + timedelta(minutes=13)):
                    send()

    with mail.smtp() as box:
        addressed(people, box.url)
        remind(people["office"])
        dispatch.dispatch(slow)
    assert sorted(address for address, _ in box.mails) == [
        f"{n}@example.cn" for n in ("county", "neighbour", "province")
    ]
    assert set(states().values()) == {(SENT, 1, "")}


class Unforeseen(BaseException):
    """What nothing catches."""


def test_an_error_that_nobody_foresaw_is_written_down_and_the_next_run_goes_on(
    people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_down(*_: str) -> str:
        raise Unforeseen

    with mail.smtp() as box:
        addressed(people, box.url)
        remind(people["office"])
        with monkeypatch.context() as broken:
            broken.setattr(post, "send", breaks_down)
            with pytest.raises(Unforeseen):
                send()
        assert sorted(states().values()) == [(WAITING, 0, ""), (WAITING, 0, ""), (WAITING, 1, post.UNKNOWN)]
        assert len(send()) == 2
        with settings.standing_at(NOON + timedelta(minutes=5)):
            assert len(send()) == 1
    assert set(states().values()) == {(SENT, 2, ""), (SENT, 1, "")}


@pytest.mark.parametrize(
    "kind",
    [
        AppriseEmailException, AppriseException, HTTPException, MessageError, RequestException, HTTPError, SMTPException,
        SSLError, UnicodeError, socket.gaierror, ImportError,
    ],
)  # fmt: skip
def test_what_the_library_raises_is_a_failure_and_no_crash(kind: type[Exception]) -> None:
    assert issubclass(kind, post._breakdowns())


@pytest.mark.parametrize(
    ("address", "state", "sent_to"),
    [("", (NO_ADDRESS, 1, "连不上服务器"), []), ("new@example.cn", (SENT, 2, ""), ["new@example.cn"])],
)
def test_a_notice_goes_to_the_address_as_it_is_when_it_is_sent(
    people: dict[str, Actor], address: str, state: tuple[str, int, str], sent_to: list[str]
) -> None:
    port = free_port()
    addressed(people, f"mailto://127.0.0.1:{port}?from=notice@example.cn", "county")
    remind(people["office"])
    send()
    set_address(people["county"], address)
    with mail.smtp(port) as box, settings.standing_at(NOON + timedelta(minutes=5)):
        send()
    with db.reading() as session:
        row = session.exec(select(Delivery).where(Delivery.user_id == people["county"].id)).one()
    assert ((row.state, row.tries, row.error), row.address) == (state, address)
    assert [to for to, _ in box.mails] == sent_to


def test_nothing_more_is_sent_to_an_account_that_was_closed_and_that_is_what_is_said(people: dict[str, Actor]) -> None:
    with mail.smtp() as box:
        addressed(people, box.url, "county")
        remind(people["office"])
        with db.transaction() as session:
            accounts.disable_user(session, people["admin"], people["county"].id)
        send()
    assert (box.mails, states()["county@example.cn"]) == ([], (CLOSED, 0, ""))
    with db.reading() as session:
        told = reminder_log.log(session, people["office"], own=False, limit=9)
    ways = next(one.ways for one in told if one.account == people["county"].name)
    assert ways == ("● 站内", "▲ 单位邮箱：账号已停用，未再发送")


def test_nothing_travels_by_a_channel_that_is_switched_off(people: dict[str, Actor]) -> None:
    with mail.smtp() as box:
        addressed(people, box.url, "county")
        remind(people["office"])
        with db.transaction() as session:
            channels.set_active(session, people["admin"], 1, False)
        assert send() == []
        remind_now(people["office"], seen(month=reminders.Month(2019, 5)))
    assert box.mails == []
    assert states()["county@example.cn"] == (FAILED, 0, dispatch.SWITCHED_OFF)
    assert rows(Delivery) == 3


def test_what_time_does_not_allow_waits_for_the_next_call(people: dict[str, Actor]) -> None:
    with mail.smtp() as box:
        addressed(people, box.url)
        remind(people["office"])
        assert dispatch.dispatch(db.transaction, within=0) == []
        assert len(send()) == 3
    assert len(box.mails) == 3


# --- groups -------------------------------------------------------------------------------------------------------------


def test_a_group_is_told_once_of_everybody(people: dict[str, Actor]) -> None:
    with mail.robot({}) as box:
        add(people["admin"], "webhook", f"json://127.0.0.1:{box.port}/netlift", (Role.COUNTY, Role.PROVINCE))
        remind(people["office"])
        assert send() == [Outcome("单位邮箱", 3, "")]
        assert send() == []
    (posted,) = box.posted
    assert posted["title"] == "月报催报：12份月报待报送"
    assert posted["message"].splitlines() == [
        f"{people['county'].name}：月报催报：1份月报待报送",
        f"{people['neighbour'].name}：月报催报：1份月报待报送",
        f"{people['province'].name}：月报催报：12份月报待报送",
        "请登录网络扶贫监测平台办理。已经报送的，不必理会本通知。",
    ]


@pytest.mark.parametrize(
    ("kind", "url", "plugin"),
    [
        ("wecom", "wecombot://11111111-2222-3333-4444-555555555555", "wecombot.NotifyWeComBot"),
        ("dingtalk", "dingtalk://SEC0123456789@0123456789abcdef", "dingtalk.NotifyDingTalk"),
    ],
)
def test_a_robot_that_refuses_with_200_has_refused(
    monkeypatch: pytest.MonkeyPatch, kind: str, url: str, plugin: str
) -> None:
    """The robot's own host stands in for by one on the loopback; everything else is the library's."""
    for answer, expected in (({"errcode": 0}, ""), ({"errcode": 93000}, "机器人拒绝，代码93000")):
        with mail.robot(answer) as box:
            monkeypatch.setattr(f"apprise.plugins.{plugin}.notify_url", f"http://127.0.0.1:{box.port}/?key=x")
            assert post.send(kind, url, "", "主题", "内容") == expected
        assert [posted["text"]["content"] for posted in box.posted] == ["主题\r\n内容"]
    with mail.robot({}, status=503) as box:
        monkeypatch.setattr(f"apprise.plugins.{plugin}.notify_url", f"http://127.0.0.1:{box.port}/?key=x")
        assert post.send(kind, url, "", "主题", "内容") == "服务器拒绝，代码503"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Socket Exception: (535, b'auth failed')", "用户名或授权码不对"),
        ("Socket Exception: timed out", "服务器没有及时回应"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED]", "服务器证书不可信"),
        ("[Errno -2] Name or service not known", "找不到服务器"),
        ("something new", post.UNKNOWN),
    ],
)
def test_what_went_wrong_is_told_in_chinese(words: str, expected: str) -> None:
    assert post.phrase(words) == expected


def test_an_address_the_library_does_not_understand_is_told(sqlite_store: str) -> None:
    assert post.send("wecom", "wecombot://%20", "", "主题", "内容") == post.NOT_UNDERSTOOD
    assert post.send("wecom", "json://127.0.0.1:1/", "", "主题", "内容") == post.NOT_UNDERSTOOD


def test_a_test_is_sent_and_on_record_whichever_way_it_goes(people: dict[str, Actor]) -> None:
    with mail.smtp() as box:
        addressed(people, box.url, "county")
        assert dispatch.try_channel(db.transaction, lambda: people["admin"], 1, "admin@example.cn") == ""
    assert dispatch.try_channel(db.transaction, lambda: people["admin"], 1, "admin@example.cn") == "连不上服务器"
    assert box.texts["admin@example.cn"][0] == dispatch.TEST_SUBJECT
    with db.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "channel.tested")).all()
    assert [json.loads(event.detail)["result"] for event in events] == ["成功", "连不上服务器"]


# --- the terminal -------------------------------------------------------------------------------------------------------


def people_of_a_province() -> dict[str, Actor]:
    found = {
        "county": a_user(Role.COUNTY, county="533301", username="lushui"),
        "province": a_user(Role.PROVINCE, province="53", username="yunnan"),
        "office": a_user(Role.OFFICE, username="office"),
        "admin": a_user(Role.ADMIN),
    }
    db.engine().dispose()
    return found


TWO_AT_ONCE = """
import os, runpy, sys, time
import apprise, commands.reminders
began, children = time.monotonic() + 0.2, []
for _ in range(2):
    children.append(os.fork())
    if not children[-1]:
        time.sleep(max(0, began - time.monotonic()))
        sys.argv = ["manage.py", "remind"]
        runpy.run_path("manage.py", run_name="__main__")
for child in children:
    assert os.waitpid(child, 0)[1] == 0
"""


def test_two_runs_at_once_send_once(sqlite_store: str) -> None:
    people = people_of_a_province()
    with mail.smtp() as box:
        addressed(people, box.url, "county", "province")
        run = subprocess.run(
            [sys.executable, "-c", TWO_AT_ONCE], cwd=settings.ROOT, env={**os.environ, "NETLIFT_TODAY": "2019-06-06"},
            check=True, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
    assert sorted(line for line in run.stdout.splitlines() if "账号。" in line) == [
        "单位邮箱：已送达1个账号。", "单位邮箱：已送达1个账号。", "已催报0个账号。", "已催报2个账号。",
    ]  # fmt: skip
    assert sorted(address for address, _ in box.mails) == ["county@example.cn", "province@example.cn"]
    assert rows(reminders.Notice) == 2


def test_the_terminal_plans_reminds_and_refuses(sqlite_store: str) -> None:
    people = people_of_a_province()
    addressed(people, f"mailto://127.0.0.1:{free_port()}?from=notice@example.cn", "county")
    planned = terminal.here("remind", "--dry-run", "--json")
    assert [(row["user"], row["role"], len(row["returns"])) for row in planned.json] == [
        ("lushui", "county", 1),
        ("yunnan", "province", 12),
    ]
    assert planned.json[0]["returns"] == [
        {"county": "533301", "month": "2019-05", "step": "late", "status": "overdue", "due": "2019-06-05"}
    ]
    assert planned.json[0]["subject"] == "月报催报：1份月报待报送"
    assert rows(reminders.Notice) == 0
    refused = terminal.here("remind", "--as", "yunnan")
    assert (refused.code, refused.out, refused.err) == (1, "", "这不在您的范围内：您只能对本省“催报”。\n")
    assert terminal.here("remind", "--as", "nobody").code == 2
    unheard = "109个县没有可用的账号，没有催到："
    assert (planned.err.startswith(unheard), planned.err.endswith("。\n"), "泸水市" in planned.err) == (
        True,
        True,
        False,
    )
    sent = terminal.here("remind", "--as", "office", "--json")
    assert (sent.code, sent.json) == (0, planned.json)
    assert sent.err == f"单位邮箱：1个账号的通知未送达（连不上服务器），将按规则再试。\n{planned.err}"
    again = terminal.here("remind")
    assert (again.code, again.out, again.err) == (0, "已催报0个账号。\n", planned.err)
