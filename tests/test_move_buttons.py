"""The buttons of a project's page."""

import pytest

from components.labels import plain
from programme.permissions import Role
from tests.factories import a_user
from tests.project_people import a_project, state_of
from tests.test_project_track import NO, opened_as


def test_a_move_is_made_with_one_click_and_told_once(sqlite_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a_project("recommended", no=NO)
    app = opened_as(a_user(Role.PROVINCE_CAC, province="53"), monkeypatch)
    next(box for box in app.text_area if box.label.startswith("原因")).set_value("名额已满")
    next(button for button in app.button if button.label == "确认取消拟推荐").click().run()
    assert [told.value for told in app.success] == [plain(f"已取消拟推荐：{NO}。")]
    assert state_of(NO) == "assessing"
