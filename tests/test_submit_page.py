"""填报: what stands in the way is told, and nothing that was checked once stands in the way for ever."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from programme import settings
from programme.obligations import Step
from programme.permissions import Actor, Role
from tests import files
from tests.factories import a_user
from tests.opening import Open
from tests.test_reviews import ASKED, SOUND, at, hand_in, seen, take

FILE = files.xlsx(
    [
        ["行政区划代码", "县名", "报告期", "农产品网络销售额本月数(万元)", "学员生产的扶贫类信息本月数(条)"],
        ["533301", "泸水市", "2019-06", 12.3, 410],
    ]
)
Opened = Callable[[Actor], AppTest]


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(3)):
        yield


@pytest.fixture
def opened(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-03")

    return lambda actor: open_page(actor, "pages/returns/submit.py")


def uploaded(app: AppTest) -> AppTest:
    app.file_uploader[0].upload("泸水六月.xlsx", FILE, "application/octet-stream").run()
    assert not app.exception
    return app


def confirmed(app: AppTest) -> AppTest:
    if app.text_area:
        app.text_area[0].set_value("已核对")
    next(button for button in app.button if button.label == "确认报送").click().run()
    assert not app.exception
    return app


def test_the_same_file_can_be_handed_in_after_somebody_else_was_faster(opened: Opened) -> None:
    county, province = a_user(Role.COUNTY, county="533301"), a_user(Role.PROVINCE, province="53")
    app = uploaded(opened(county))
    hand_in(province, SOUND)
    app = confirmed(app)
    assert "已有新版本（第1版）" in app.error[0].value
    app = confirmed(uploaded(app))
    assert "已报送：泸水市2019年6月" in app.success[0].value
    assert seen().revision == 2


def test_a_return_sent_back_shows_the_reasons_and_opens_only_what_was_asked(opened: Opened) -> None:
    county, province = a_user(Role.COUNTY, county="533301"), a_user(Role.PROVINCE, province="53")
    hand_in(county, SOUND)
    take(province, Step.SENT_BACK)
    app = opened(county)
    assert "请修改下列2处后重新报送" in app.warning[0].value
    app.radio[0].set_value("在线填写").run()
    grid = app.data_editor[0].value
    assert list(grid["指标"]) == ["农产品网络销售额", "学员生产的扶贫类信息"]
    assert list(grid["要改的原因"]) == [f"本月数：{cell.reason}" for cell in ASKED]
