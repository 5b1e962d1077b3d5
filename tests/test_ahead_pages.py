"""展望 and 预警 as their users see them."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from programme import settings
from programme.early_warnings import State
from programme.permissions import Actor, Role
from tests.factories import a_user
from tests.opening import Open
from tests.warning_acts import LUSHUI, STILL, YUNLONG, at, found, report

BLOCK = "**预警：1件待处理**"


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    report({LUSHUI: STILL, YUNLONG: {"trainees": [0, 10, 20, 30, 40, 50]}})
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "office": a_user(Role.OFFICE),
        "leader": a_user(Role.LEADER),
    }


@pytest.fixture
def opened(people: dict[str, Actor], open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    return lambda actor, page: open_page(actor, f"pages/{page}.py")


def words(app: AppTest) -> str:
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "error", "success")
    return "\n".join(str(element.value) for kind in kinds for element in app.main.get(kind))


def links(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.main.get("page_link")]


def tables(app: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in app.table)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.main.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def test_the_first_page_tells_what_waits_and_what_lies_ahead(opened: Open, people: dict[str, Actor]) -> None:
    for name, waits in (("office", True), ("county", True), ("neighbour", False)):
        app = opened(people[name], "progress/overview")
        assert (BLOCK in links(app)) == waits, name
        assert ("9、10月没有增长" in words(app)) == waits, name
        assert [label for label in links(app) if label.startswith("照这个速度：")] == [
            "照这个速度：不作预测10项（展望）"
        ]
    assert BLOCK in links(opened(people["county"], "returns/submit"))


def test_a_county_takes_its_warning_up_and_the_office_closes_it(opened: Open, people: dict[str, Actor]) -> None:
    app = opened(people["county"], "returns/warnings")
    assert "1件预警待处理" in words(app)
    app = press(app, "开始处理")
    assert [one.value for one in app.error] == ["请写明怎样处理。"]
    app.text_area[0].set_value("<b>已培训</b> 2批")
    app = press(app, "开始处理")
    assert [one.value for one in app.success] == ["已登记为“处理中”：泸水市“连续两个月没有增长”。"]
    assert "没有待处理的预警，1件处理中" in words(app)
    assert r"\<b\>已培训\</b\> 2批" in words(app)
    assert "开始处理" not in [button.label for button in app.main.button]
    app = opened(people["leader"], "returns/warnings")
    assert "没有“处理预警”的权限" in words(app)
    assert [button.label for button in app.main.button] == []
    app = opened(people["office"], "returns/warnings")
    app.text_area[0].set_value("已核实")
    press(app, "关闭")
    assert [one.state for one in found()] == [State.CLOSED]


def test_a_page_without_warnings_says_so(opened: Open, people: dict[str, Actor]) -> None:
    app = opened(people["neighbour"], "returns/warnings")
    assert [one.value for one in app.info] == ["范围内各县的月报没有触发预警。"]


def test_what_is_typed_for_the_coming_months_changes_the_year_s_end(opened: Open, people: dict[str, Actor]) -> None:
    app = opened(people["neighbour"], "progress/county")
    app.radio[0].set_value("展望").run()
    assert "照云龙县近三个月的速度" in words(app)
    app.selectbox(key="kpi").set_value("线上线下培训学员").run()
    assert "目标已于2019年9月达到。" in words(app)
    assert "230人次" in tables(app)
    app.text_input[0].set_value("60").run()
    assert "250人次" in tables(app)
    app.text_input[0].set_value("若干").run()
    assert [one.value[:7] for one in app.error] == ["11月：不是数"]


def test_where_too_few_have_reported_nothing_is_foretold(opened: Open, people: dict[str, Actor]) -> None:
    app = opened(people["leader"], "progress/ahead")
    assert "照近三个月的速度：不作预测10项" in words(app)
    app.selectbox(key="target").set_value("线上线下培训学员 · 全部县").run()
    assert "数据太短，不作预测。要在2019年12月底前达到，余下2个月每月还须3,422人次。" in words(app)
    assert "10月（只有2/110个县报送）" in words(app)
    assert "数据太短，不能推演。" in words(app)
    app = opened(people["office"], "progress/indicator")
    assert "数据太短，不作预测。" in words(app)
