"""博览会大屏 on the page: the office arranges what plays, and reads what a stick needs."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import db
from programme import settings, wall_arranging
from programme.permissions import Actor
from programme.wall_scenes import wall_facts
from tests.opening import Open
from tests.test_releases import accepted, everybody, make
from tests.test_reviews import SOUND, at
from tests.test_wall_arranging import QUICK, arrange

Opened = Callable[[], AppTest]


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
    return lambda: open_page(people["office"], "pages/show/wall.py")


def box(app: AppTest, kind: str, code: str, name: str, revision: int = 0) -> object:
    (found,) = [
        one for one in app.get(kind) if one.key.startswith(f"wall-{revision}-") and one.key.endswith(f"-{code}-{name}")
    ]
    return found


def save(app: AppTest) -> AppTest:
    app = app.button(key="save-wall").click().run()
    assert not app.exception
    return app


def codes() -> list[tuple[str, int, bool]]:
    with db.reading() as store:
        return [(one.code, one.seconds, one.on) for one in wall_arranging.scenes_in_force(store)]


def test_the_office_arranges_order_seconds_and_what_is_left_out(opened: Opened) -> None:
    app = opened()
    assert "大屏还没有内容" in app.info[0].value
    assert app.button(key="save-wall").disabled
    box(app, "number_input", "targets", "number").set_value(1)
    box(app, "number_input", "targets", "seconds").set_value(20)
    box(app, "checkbox", "stories", "on").uncheck()
    app.run()
    assert app.markdown[-1].value == (
        "**播放次序** 十项目标 20秒 → 两项活动 14秒 → 全国地图 6秒 → 经验案例 14秒 → 名优特产品 12秒 → 百个项目 14秒"
    )
    app = save(app)
    assert [one.value for one in app.success] == ["已保存编排：各大屏在播完一轮后自动换上。"]
    assert codes()[:2] == [("targets", 20, True), ("figures", 14, True)]
    assert ("stories", 12, False) in codes()
    assert "第1版编排" in " ".join(one.value for one in app.caption)


def test_a_wall_without_a_scene_is_not_saved(opened: Opened) -> None:
    app = opened()
    for scene in wall_facts().scenes:
        box(app, "checkbox", scene.code, "on").uncheck()
    app.run()
    assert [one.value for one in app.warning] == ["至少要播放一个场景。"]
    assert app.button(key="save-wall").disabled


def test_what_a_colleague_saved_meanwhile_is_shown_instead_of_overrun(opened: Opened, people: dict[str, Actor]) -> None:
    app = opened()
    box(app, "number_input", "figures", "seconds").set_value(20)
    app.run()
    arrange(people["office"], QUICK)
    app = save(app)
    assert "已保存第1版编排" in app.error[0].value
    assert codes() == [(one.code, one.seconds, one.on) for one in QUICK]
    assert box(app, "number_input", "figures", "seconds", revision=1).value == 4


def test_what_plays_and_what_a_stick_needs_is_told(opened: Opened, people: dict[str, Actor]) -> None:
    accepted(people, SOUND)
    make(people["office"])
    app = opened()
    assert app.markdown[0].value == "正在播放**第1期（2019年6月）**"
    said = " ".join(one.value for one in app.caption)
    assert "发布口径（第1期） · 截至2019年6月30日 · 接收1/110个县" in said
    assert "SHA-256" in said
    assert [one.label for one in app.get("download_button")] == ["下载离线大屏", "下载校验值（.sha256）"]
