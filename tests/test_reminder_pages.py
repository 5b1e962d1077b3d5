"""报送情况, 催报, 通知渠道 and 通知地址 as each role sees them, and what a click there does."""

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

import db
from components.labels import plain
from programme import channels, reminders, reviews, settings
from programme.calendar import Month
from programme.permissions import Actor, Role
from tests import mail
from tests.factories import a_user
from tests.live import free_port
from tests.opening import Open
from tests.test_reminders import MAIL, add, remind, rows, set_address
from tests.test_reviews import JUNE, hand_in, seen

MAY = Month(2019, 5)


@pytest.fixture
def page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page on 10 July, two days after the ladder's last step for May, as the app shows it."""
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-10")

    return lambda actor, file: open_page(actor, f"pages/{file}.py")


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "province": a_user(Role.PROVINCE, province="53"),
        "office": a_user(Role.OFFICE),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
    }


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def captions(app: AppTest) -> str:
    return " ".join(one.value for one in app.caption)


def labels(app: AppTest) -> set[str]:
    return {expander.label for expander in app.expander}


# --- the board --------------------------------------------------------------------------------------------------------


def test_the_board_shows_each_role_its_counties_and_its_acts(page: Open, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    acts = {"office": {"立即催报", "延长报送期限"}, "province": {"立即催报"}, "leader": set()}
    for name, expected in acts.items():
        app = page(people[name], "returns/board")
        matrix = app.dataframe[0].value
        assert labels(app) == expected
        assert len(matrix) == (12 if name == "province" else 110)
        assert len(app.table) == (0 if name == "province" else 1)
        lushui = matrix[matrix["县"] == "泸水市"].iloc[0].to_dict()
        assert {key: lushui[key] for key in ("2019-05", "2019-06", "2019-07")} == {
            "2019-05": "✕ 逾期35天",
            "2019-06": "▲ 迟5天",
            "2019-07": "– 未到期",
        }
    assert app.subheader[0].value == "到期应报220份：按时完整0份，迟报1份，缺项0份，未报219份"
    app = page(people["county"], "returns/board")
    assert (labels(app), len(app.dataframe)) == (set(), 0)
    assert app.table[0].value["情况"].tolist() == ["– 未到期", "▲ 迟5天", "✕ 逾期35天"]


def test_the_board_can_be_narrowed_to_a_province_and_to_who_still_owes(page: Open, people: dict[str, Actor]) -> None:
    for month in (MAY, JUNE):
        hand_in(people["county"], month=month, reason="补报")
    app = page(people["office"], "returns/board")
    app.selectbox(key="board-province").select("云南省").run()
    assert len(app.dataframe[0].value) == 12
    app.toggle(key="board-open").set_value(True).run()
    assert len(app.dataframe[0].value) == 11
    assert "泸水市" not in app.dataframe[0].value["县"].tolist()


def test_a_province_reminds_its_counties_at_once_and_nobody_twice(page: Open, people: dict[str, Actor]) -> None:
    app = page(people["province"], "returns/board")
    which = app.multiselect(key="remind-which")
    assert len(which.options) == 24
    which.set_value(["533301-2019-06", "532929-2019-06"]).run()
    said = [one.value for one in app.markdown if one.value.startswith("将通知")]
    assert said == [
        "将通知泸水市、云龙县的县工作小组，每个账号一条：共2份月报。通知显示在对方的“催报”页，并按已设的渠道发送。"
    ]
    press(app, "催报")
    assert [one.value for one in app.success] == ["已催报2份月报，通知2个账号。"]
    assert rows(reminders.Reminder) == 2
    press(app, "催报")
    assert [one.value for one in app.success] == ["2份今天已经催过，没有重复。"]
    assert rows(reminders.Reminder) == 2
    app = page(people["county"], "returns/submit")
    assert app.warning[0].value.endswith("仍有1份没有办理：2019年6月月报逾期5天，7月5日截止。")
    hand_in(people["county"])
    assert len(page(people["county"], "returns/submit").warning) == 0


def test_a_channel_that_fails_is_told_to_whoever_reminded(page: Open, people: dict[str, Actor]) -> None:
    add(people["admin"], url=f"mailto://127.0.0.1:{free_port()}?from=notice@example.cn")
    set_address(people["county"], "lushui@example.cn")
    app = page(people["office"], "returns/board")
    app.multiselect(key="remind-which").set_value(["533301-2019-06"]).run()
    press(app, "催报")
    assert [one.value for one in app.success] == [
        "已催报1份月报，通知1个账号。单位邮箱未送达（连不上服务器），系统将自动再试。"
    ]
    log = page(people["county"], "returns/reminders").table[0].value
    assert log["渠道与结果"][0].count("第1次未送达（连不上服务器）") == 1
    app = page(people["admin"], "admin/channels")
    assert app.table[0].value["状态"].tolist() == ["▲ 有未送达：连不上服务器"]


def test_the_office_grants_a_later_day_after_reading_what_it_changes(page: Open, people: dict[str, Actor]) -> None:
    app = page(people["office"], "returns/board")
    app.selectbox(key="extend-which").select("533301-2019-06").run()
    app.date_input[0].set_value(date(2019, 7, 13)).run()
    effect = [one.value for one in app.markdown if "的截止日由" in one.value]
    assert effect == [
        "泸水市2019年6月月报的截止日由2019年7月5日改为2019年7月13日；现为逾期5天，延期后为待报。"
        "只影响这个县的这个月。所选日期是休息日。"
    ]
    press(app, "延期")
    assert [one.value for one in app.error] == ["请写明延期的原因。"]
    assert seen().due == date(2019, 7, 5)
    app.text_input[0].set_value("汛期道路中断")
    press(app, "延期")
    assert [one.value for one in app.success] == ["已将泸水市2019年6月月报的截止日延至2019年7月13日。"]
    assert seen().due == date(2019, 7, 13)


def test_an_extension_of_what_came_in_meanwhile_is_refused(page: Open, people: dict[str, Actor]) -> None:
    app = page(people["office"], "returns/board")
    app.selectbox(key="extend-which").select("533301-2019-06").run()
    app.text_input[0].set_value("汛期道路中断")
    hand_in(people["county"])
    press(app, "延期")
    assert [one.value for one in app.error] == ["泸水市2019年6月月报已经报送，不需要延期。"]
    with db.reading() as store:
        assert reviews.one_of(store, people["office"], "533301", JUNE).due == date(2019, 7, 5)


# --- the log ----------------------------------------------------------------------------------------------------------


def test_everybody_reads_what_they_were_told_and_who_answers_for_counties_the_log(
    page: Open, people: dict[str, Actor]
) -> None:
    app = page(people["county"], "returns/reminders")
    assert [one.value for one in app.info] == ["还没有催报过您。月报按时报送，就不会被催。"]
    assert "到期前3个工作日通知县工作小组" in captions(app)
    with settings.standing_at(datetime(2019, 7, 10, 2, tzinfo=UTC)):
        remind(people["office"])
    for name, expected in {"county": 1, "province": 1, "office": 1, "leader": 4}.items():
        app = page(people[name], "returns/reminders")
        assert (name, len(app.table[0].value)) == (name, expected)
    told = app.table[0].value["通知"].tolist()
    assert [
        sum(told_one.endswith(f"（{name}）") for told_one in told) for name in ("县工作小组", "领导小组办公室")
    ] == [2, 1]
    app = page(people["province"], "returns/reminders")
    app.radio[0].set_value("范围内各县的").run()
    assert len(app.table[0].value) == 4


# --- channels ---------------------------------------------------------------------------------------------------------


def test_an_administrator_makes_a_channel_tries_it_and_switches_it_off(page: Open, people: dict[str, Actor]) -> None:
    app = page(people["admin"], "admin/channels")
    assert [one.value for one in app.info] == ["还没有设置渠道，催报只显示在平台内。"]
    press(app, "新建渠道")
    assert [one.label for one in app.text_input] == ["渠道名称", "地址"]
    with mail.smtp() as box:
        add(people["admin"], url=box.url)
        app = page(people["admin"], "admin/channels")
        assert app.table[0].value["地址"].tolist() == [plain("mailto://…@127.0.0.1")]
        press(app, "发送测试")
        assert [one.value for one in app.error] == [plain("请填写测试发到哪个邮箱，例如 name@example.cn。")]
        app.text_input(key="test-to-1").set_value("admin@example.cn")
        press(app, "发送测试")
        assert [address for address, _ in box.mails] == ["admin@example.cn"]
    assert len(app.success) == 1
    app.text_input(key="test-to-1").set_value("admin@example.cn")
    press(app, "发送测试")
    assert [one.value for one in app.error] == ["测试没有送达：连不上服务器。"]
    press(app, "停用")
    assert app.table[0].value["状态"].tolist() == ["○ 已停用"]


def test_a_channel_that_reaches_nobody_is_not_called_sound(page: Open, people: dict[str, Actor]) -> None:
    add(people["admin"])
    app = page(people["admin"], "admin/channels")
    sentence = "◆ 2个账号中只有0个填写了邮箱，其余收不到：请通知各账号在“通知地址”页填写邮箱"
    assert app.table[0].value["状态"].tolist() == [sentence]
    set_address(people["county"], "lushui@example.cn")
    app.run()
    assert app.table[0].value["状态"].tolist() == ["● 正常"]


def test_the_name_of_a_channel_is_never_a_link(page: Open, people: dict[str, Actor]) -> None:
    with db.transaction() as store:
        channels.add_channel(
            store, people["admin"], kind="mail", name="[邮箱](http://x)", url=MAIL, roles=[Role.COUNTY]
        )
    app = press(page(people["admin"], "admin/channels"), "停用")
    assert [one.value for one in app.success] == [plain("已停用渠道“[邮箱](http://x)”。")]


def test_the_secret_of_a_channel_is_nowhere_on_the_page(page: Open, people: dict[str, Actor]) -> None:
    add(people["admin"], url=MAIL)
    app = page(people["admin"], "admin/channels")
    shown = [str(one.value) for kind in ("markdown", "caption", "table", "text_input") for one in app.get(kind)]
    assert "geheim" not in " ".join(shown)
    app.text_input(key="new-url-1").set_value("mailto://user:anderes@smtp.example.cn")
    press(app, "保存新地址")
    assert len(app.success) == 1
    with db.reading() as store:
        assert channels.secret_of(store, people["admin"], 1)[1] == "mailto://user:anderes@smtp.example.cn"


def test_everybody_sets_where_mail_reaches_them(page: Open, people: dict[str, Actor]) -> None:
    app = page(people["county"], "account/contact")
    app.text_input[0].set_value("lushui@example")
    press(app, "保存")
    assert [one.value for one in app.error] == [plain("邮箱地址不正确，请写成 name@example.cn，只填一个。")]
    app.text_input[0].set_value("lushui@example.cn")
    press(app, "保存")
    assert ([one.value for one in app.success], len(app.error)) == (["通知地址已保存。"], 0)
    with db.reading() as store:
        assert channels.address_of(store, people["county"]) == "lushui@example.cn"
    app.text_input[0].set_value("lushui@example")
    press(app, "保存")
    assert (len(app.success), len(app.error)) == (0, 1)


def test_a_stranger_sees_the_sign_in_only(page: Open) -> None:
    app = page(None, "returns/board")
    for file in ("returns/board", "returns/reminders", "admin/channels", "account/contact"):
        app = app.switch_page(f"pages/{file}.py").run()
        assert [title.value for title in app.title] == ["网络扶贫监测平台"]
        assert (len(app.table), len(app.dataframe)) == (0, 0)
