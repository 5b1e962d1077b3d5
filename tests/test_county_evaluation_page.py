"""活动评估 on the page: who sees what, other weights, making an evaluation, recording and correcting a visit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import db
from programme import settings
from programme.county_visits import visits
from programme.permissions import Actor
from tests.county_evaluation_acts import NOVEMBER, copied, evaluate, judged_store, released_store, told
from tests.opening import opener

Opened = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _in_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-11-08")
    with settings.standing_at(NOVEMBER):
        yield


@pytest.fixture
def judged(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Actor]]:
    yield from copied(judged_store(sqlite_template), tmp_path, monkeypatch)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    def open_page(actor: Actor, way: str = "") -> AppTest:
        app = opener(monkeypatch)(actor, "pages/progress/assessment.py")
        if way:
            app = app.radio(key="assessment-way").set_value(way).run()
        assert not app.exception
        return app

    return open_page


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in [*app.markdown, *app.caption, *app.subheader, *app.header, *app.info])


def pressed(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def box(app: AppTest, kind: str, label: str) -> object:
    return next(one for one in app.get(kind) if one.label.startswith(label))


def test_the_leading_group_sees_groups_and_counties_and_what_makes_up_a_score(
    opened: Opened, judged: dict[str, Actor]
) -> None:
    app = opened(judged["leader"])
    assert "110个县：" in words(app)
    assert [len(table.value) for table in app.table][:2] == [10, 110]
    app.selectbox(key="assessment-group").set_value("泸水市组").run()
    assert len(app.table[1].value) == 11
    assert "泸水市 · " in words(app)
    rows = app.table[2].value.to_dict("records")
    line = next(row for row in rows if row["评估内容"].startswith("农产品累计网络销售额"))
    assert line["依据"] == "累计12\\.3万元，应达15\\.21万元（县均份额100万元×序时进度15\\.2%）"
    assert "○\u00a0无数据" in [row["得分"] for row in rows]
    assert "开展评估" not in app.radio(key="assessment-way").options


def test_a_county_sees_its_own_score_and_why_and_no_other_county(opened: Opened, judged: dict[str, Actor]) -> None:
    app = opened(judged["county"])
    assert [len(table.value) for table in app.table] == [22]
    assert "110个县平均" in words(app)
    assert "无数据的权重6.0（里程碑按期完成、工作督导）" in words(app)
    assert not [one for one in app.selectbox if one.label == "县"]
    app = app.radio(key="assessment-way").set_value("考察和督导").run()
    assert "省信息中心副主任" in words(app)
    assert not [one for one in app.button if one.label == "登记"]
    assert "还没有考察督导记录" in words(opened(judged["neighbour"], "考察和督导"))


def test_other_weights_are_shown_beside_the_standard_and_nothing_is_kept(
    opened: Opened, judged: dict[str, Actor]
) -> None:
    app = opened(judged["county"], "权重试算")
    before = app.table[0].value.to_dict("records")[0]
    assert before["按标准"] == before["按试算"]
    app = app.number_input(key="weight-2019-1-brand").set_value(100).run()
    after = app.table[0].value.to_dict("records")[0]
    assert after["按标准"] == before["按标准"] != after["按试算"]
    assert "合计185，按各项占合计的比例计算。" in words(app)
    app = pressed(app, "恢复标准权重")
    assert app.table[0].value.to_dict("records")[0] == before
    assert told(judged["county"]).standard.weights["brand"] == 15


def test_the_office_sees_what_it_would_freeze_and_freezes_it(
    opened: Opened, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for people in copied(released_store(sqlite_template), tmp_path, monkeypatch):
        assert "还没有评估过" in words(opened(people["county"]))
        app = opened(people["office"], "开展评估")
        assert "将作第1次评估：2019年6月" in words(app)
        app = pressed(app, "确定第1次评估")
        assert [one.value for one in app.success] == ["第1次评估已确定：2019年6月。"]
        assert next(one for one in app.button if one.label == "确定第2次评估").disabled
        evaluate(people["office"], reason="重算")
        app = opened(people["leader"])
        assert app.selectbox(key="assessment-number").options == [
            "第2次评估（2019年6月）",
            "第1次评估（2019年6月） · 已被第2次替换",
        ]


def test_a_province_records_a_visit_corrects_it_and_withdraws_it(opened: Opened, judged: dict[str, Actor]) -> None:
    app = opened(judged["province"], "考察和督导")
    box(app, "selectbox", "县").set_value("532929")
    box(app, "text_input", "人员的职务").set_value("市场信息科科长")
    box(app, "text_area", "发现的情况").set_value("[点这里](http://x) 网店代运营")
    box(app, "number_input", "品牌打造").set_value(61)
    app = pressed(app, "登记")
    assert [one.value for one in app.success] == ["已登记：云龙县实地考察。"]
    assert "http://x" not in words(app)
    app = pressed(app, "保存更正")
    assert "原因" in app.error[0].value
    box(app, "text_input", "原因").set_value("登记错了县")
    app = pressed(app, "作废这条记录")
    assert [one.value for one in app.success] == ["已作废：云龙县第1次实地考察。"]
    with db.reading() as store:
        (one, _) = visits(store, judged["province"])
    assert (one.code, one.revision, one.withdrawn, one.entry.scores) == ("532929", 2, True, {"brand": 61})
