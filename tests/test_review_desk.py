"""The desk of the reviewers: a step is taken with what was before their eyes, and every refusal says why."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import db
from programme import sessions, settings
from programme.calendar import Month
from programme.errors import ProgrammeError
from programme.obligations import Status, Step
from programme.permissions import Actor, Role
from tests.factories import a_user
from tests.opening import Open
from tests.test_reviews import LATER, SOUND, at, hand_in, seen, take

Desk = Callable[..., AppTest]
RADIATING = {"online_sales": "5", "shops": "2", "products": "3", "trainees": "1", "posts": "2", "reads": "3"}


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def desk(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Opens 审核 or 接收 as the app shows it in July; `period` as it stands in the address."""
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-08")

    def open_desk(actor: Actor, page: str, period: str = "") -> AppTest:
        return open_page(actor, f"pages/returns/{page}.py", **({"period": period} if period else {}))

    return open_desk


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "province": a_user(Role.PROVINCE, province="53"),
        "colleague": a_user(Role.PROVINCE, province="53", username="province-53-b"),
        "office": a_user(Role.OFFICE),
    }


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def test_a_return_is_approved_and_accepted_from_the_page(desk: Desk, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = press(desk(people["province"], "review"), "审核通过")
    assert [one.value for one in app.success] == ["已审核通过：泸水市2019年6月月报第1版。"]
    assert [one.value for one in app.info] == ["没有等待您审核的月报。"]
    app = press(desk(people["office"], "accept"), "接收")
    assert [one.value for one in app.success] == ["已接收：泸水市2019年6月月报第1版。"]
    assert seen().status is Status.ACCEPTED


def test_a_revision_that_came_while_somebody_looked_is_not_approved_unseen(
    desk: Desk, people: dict[str, Actor]
) -> None:
    hand_in(people["county"])
    app = desk(people["province"], "review")
    hand_in(people["county"], SOUND | {"posts": "411"})
    app = press(app, "审核通过")
    assert "报送第2版" in app.error[0].value
    assert (seen().revision, seen().status) == (2, Status.SUBMITTED)
    press(app, "审核通过")
    assert seen().status is Status.APPROVED


def test_the_second_reviewer_is_told_what_the_first_did(desk: Desk, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = desk(people["province"], "review")
    take(people["colleague"], Step.APPROVED)
    app = press(app, "审核通过")
    assert people["colleague"].name in app.error[0].value
    assert "您的操作没有执行" in app.error[0].value


def test_sending_back_without_a_figure_or_a_reason_is_refused_in_words(desk: Desk, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = press(desk(people["province"], "review"), "退回")
    assert app.error[0].value == "退回时请至少选一项要改的指标，并逐项写明原因。"
    app.multiselect[0].set_value(["posts"]).run()
    app = press(app, "退回")
    assert app.error[0].value == "请写明退回“学员生产的扶贫类信息”的原因。"
    app.text_input[0].set_value("请附链接清单")
    app = press(app, "退回")
    assert [one.value for one in app.success] == ["已退回：泸水市2019年6月月报第1版，要求修改1格。"]
    assert seen().status is Status.SENT_BACK


def test_a_reviewer_whose_account_is_gone_takes_no_step(desk: Desk, people: dict[str, Actor]) -> None:
    hand_in(people["county"])
    app = desk(people["province"], "review")
    with db.transaction() as store:
        sessions.sign_out(store, people["province"])
    press(app, "审核通过")
    assert seen().status is Status.SUBMITTED


def test_nobody_s_step_is_taken_by_a_stale_batch(desk: Desk, people: dict[str, Actor]) -> None:
    neighbour = a_user(Role.COUNTY, county="532929")
    hand_in(people["county"])
    hand_in(neighbour, RADIATING | {"households": "4"}, 532929)
    app = desk(people["province"], "review")
    take(people["colleague"], Step.APPROVED, seen("532929"))
    app = press(app, "审核通过这2份")
    assert "您的操作没有执行" in app.error[0].value
    assert seen().status is Status.SUBMITTED
    with pytest.raises(ProgrammeError):
        take(people["colleague"], Step.APPROVED, seen("532929"))


# --- the list of what waits -----------------------------------------------------------------------------------------

JULY = Month(2019, 7)


def work_list(app: AppTest) -> list[str]:
    """The returns to choose from, as labelled."""
    return list(next(box for box in app.selectbox if box.label.startswith("查看哪一份")).options)


@pytest.fixture
def waiting_since_summer(people: dict[str, Actor]) -> dict[str, Actor]:
    """July's return of one county waits longest, then June's of another, then June's of the first."""
    neighbour = a_user(Role.COUNTY, county="532929")
    with settings.standing_at(at(3, month=8)):
        hand_in(people["county"], LATER, month=JULY)
    with settings.standing_at(at(4, month=8)):
        hand_in(neighbour, RADIATING | {"households": "4"}, 532929)
    with settings.standing_at(at(5, month=9)):
        hand_in(people["county"])
    return people


def test_what_waits_longest_comes_first_whatever_its_month(
    desk: Desk, waiting_since_summer: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    app = desk(waiting_since_summer["province"], "review")
    assert [label.rsplit(" · ", 1)[0] for label in work_list(app)] == [
        "泸水市 · 2019年7月 · 第1版",
        "云龙县 · 2019年6月 · 第1版",
        "泸水市 · 2019年6月 · 第1版",
    ]
    assert [one.value for one in app.subheader] == ["3份月报等待审核"]
    assert app.selectbox(key="waiting-period").value == "全部月份"
    assert app.caption[0].value.startswith("2019年5月至2019年11月月报共")


def test_a_month_in_the_address_narrows_the_list_and_what_it_hides_is_told(
    desk: Desk, waiting_since_summer: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    app = desk(waiting_since_summer["province"], "review", "2019-07")
    assert [label.rsplit(" · ", 1)[0] for label in work_list(app)] == ["泸水市 · 2019年7月 · 第1版"]
    assert app.caption[0].value.startswith("2019年7月月报共")
    assert app.caption[0].value.endswith("其他月份另有2份待办，选“全部月份”查看。")
    app.selectbox(key="waiting-period").set_value("2019-10").run()
    assert app.query_params["period"] == "2019-10"
    assert [one.value for one in app.info] == ["2019年10月没有等待您审核的月报。"]
    app.selectbox(key="waiting-period").set_value("全部月份").run()
    assert len(work_list(app)) == 3
    assert "period" not in app.query_params


def test_a_month_in_the_address_that_is_none_shows_all(
    desk: Desk, waiting_since_summer: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    assert len(work_list(desk(waiting_since_summer["province"], "review", "1999-01"))) == 3


def test_returns_of_several_months_are_approved_with_one_click_that_names_them(
    desk: Desk, waiting_since_summer: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    app = desk(waiting_since_summer["province"], "review")
    assert [one.value for one in app.markdown if one.value.startswith("将审核通过")] == [
        "将审核通过：泸水市2019年7月、云龙县2019年6月、泸水市2019年6月。其余0份不受影响。"
    ]
    app = press(app, "审核通过这3份")
    assert [one.value for one in app.success] == ["已审核通过3份月报。"]
    assert [one.status for one in (seen(), seen("532929"), seen(month=JULY))] == [Status.APPROVED] * 3


def test_each_month_of_a_county_is_looked_at_and_approved_by_itself(
    desk: Desk, waiting_since_summer: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    app = desk(waiting_since_summer["province"], "review")
    app.selectbox(key="look-approved").select_index(2).run()
    app = press(app, "审核通过")
    assert [one.value for one in app.success] == ["已审核通过：泸水市2019年6月月报第1版。"]
    assert [seen().status, seen(month=JULY).status] == [Status.APPROVED, Status.SUBMITTED]
