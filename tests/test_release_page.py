"""发布 and the two bases on the pages: what is frozen stays before the leaders' eyes, what stands now before everybody else's."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import db
from components import papers_desk
from programme import release_papers, sessions, settings
from programme.errors import NotAllowed
from programme.permissions import Actor
from tests.opening import Open
from tests.test_releases import OTHERS, YUNLONG, accepted, everybody, make
from tests.test_reviews import SOUND, at, hand_in

Opened = Callable[[Actor, str], AppTest]


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return everybody()


@pytest.fixture
def opened(people: dict[str, Actor], open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-08")
    return lambda actor, page: open_page(actor, f"pages/{page}.py")


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption, *app.subheader])


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_the_office_sees_what_it_would_freeze_and_freezes_it(opened: Opened, people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    app = opened(people["office"], "returns/release")
    assert "将发布第1期：2019年6月" in words(app)
    assert "已接收1/110个县" in words(app)
    app = press(app, "发布第1期")
    assert [one.value for one in app.success] == ["已发布第1期（2019年6月）：1/110个县。"]
    assert [one.value for one in app.warning] == ["2019年6月已发布第1期，再次发布将替换它（原期仍可查）。"]


def test_what_was_accepted_while_the_office_looked_is_not_released_unseen(
    opened: Opened, people: dict[str, Actor]
) -> None:
    accepted(people, SOUND)
    app = opened(people["office"], "returns/release")
    accepted(people, SOUND | {"online_sales": "11"}, reason="退货")
    app = press(app, "发布第1期")
    assert "又有月报被接收" in app.error[0].value
    app = press(app, "发布第1期")
    assert [one.value for one in app.success] == ["已发布第1期（2019年6月）：1/110个县。"]


@pytest.mark.parametrize("reader", ["leader", "province", "county"])
def test_others_read_the_releases_and_cannot_make_one(opened: Opened, people: dict[str, Actor], reader: str) -> None:
    accepted(people, SOUND)
    app = opened(people[reader], "returns/release")
    assert [one.value for one in app.info] == ["还没有发布过。办公室接收月报后，在这里按月发布。"]
    make(people["office"])
    app = opened(people[reader], "returns/release")
    assert "发布第1期" not in buttons(app)
    assert [box.options for box in app.selectbox if box.label == "查看哪一期"] == [["第1期（2019年6月）"]]


@pytest.mark.parametrize(("reader", "basis"), [("leader", "发布口径（第1期）"), ("office", "工作口径")])
@pytest.mark.parametrize("page", ["overview", "indicator", "map", "county"])
def test_leaders_look_at_what_was_released_and_staff_at_what_stands(
    opened: Opened, people: dict[str, Actor], reader: str, basis: str, page: str
) -> None:
    accepted(people, SOUND)
    make(people["office"])
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    app = opened(people[reader], f"progress/{page}")
    assert basis in words(app)
    assert [box.value for box in app.selectbox if box.label == "口径"] == [
        "released" if reader == "leader" else "working"
    ]


def test_somebody_who_switches_sees_the_other_basis(opened: Opened, people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    app = opened(people["office"], "progress/overview")
    assert "本月已报2/110个县" in words(app)
    app = app.selectbox(key="basis").set_value("released").run()
    assert not app.exception
    assert "接收1/110个县" in words(app)


def test_before_the_first_release_there_is_one_basis_and_it_says_so(opened: Opened, people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    app = opened(people["leader"], "progress/overview")
    assert "工作口径（已报送、未经发布）" in words(app)
    assert [box.label for box in app.selectbox if box.label == "口径"] == []


@pytest.mark.parametrize(
    ("reader", "labels", "sheets"),
    [
        ("office", ["下载简报（pptx）", "下载数据（xlsx）", "下载阜平县组一页纸（pdf）"], 120),
        ("county", ["下载泸水市一页纸（pdf）"], 0),
    ],
)
def test_a_release_offers_what_its_reader_may_take_away(
    opened: Opened, people: dict[str, Actor], reader: str, labels: list[str], sheets: int
) -> None:
    accepted(people, SOUND)
    make(people["office"])
    app = opened(people[reader], "returns/release")
    offered = [one.label for one in app.get("download_button")]
    assert [label for label in offered if "（pptx）" in label or "（pdf）" in label or "数据（" in label] == labels
    choices = [box.options for box in app.selectbox if box.label == "一页纸：哪个县或组"]
    assert sum(map(len, choices)) == sheets


def test_the_county_page_offers_the_newest_sheet_made_for_whoever_is_signed_in_when_it_is_asked_for(
    opened: Opened, people: dict[str, Actor]
) -> None:
    accepted(people, SOUND)
    make(people["office"])
    app = opened(people["county"], "progress/county")
    assert [one.label for one in app.get("download_button") if "一页纸" in one.label] == ["下载泸水市一页纸（pdf）"]
    own, neighbours = (papers_desk.made_later(release_papers.county_sheet, code, 1) for code in ("533301", "532929"))
    assert own()[:5] == b"%PDF-"
    with pytest.raises(NotAllowed, match="不在您的范围内"):
        neighbours()
    with db.transaction() as store:
        sessions.sign_out(store, people["county"])
    with pytest.raises(NotAllowed, match="登录已失效"):
        own()
