"""The page of the evidence registers as each role sees it: comparison first, then explanations, shared shops, handing in."""

from datetime import UTC, datetime

import pytest
from sqlmodel import func, select
from streamlit.testing.v1 import AppTest

import db
from components import register_desk
from programme import settings
from programme.errors import NotAllowed
from programme.models import RegisterExplanation, RegisterRow
from programme.permissions import Actor, Role
from programme.registers import CheckedRegister
from tests.factories import a_user
from tests.opening import Open
from tests.register_files import (
    HOUSEHOLDS,
    PLATFORM,
    POSTS,
    ROWS,
    SHOPS,
    YUNLONG,
    household,
    identity,
    post,
    shop,
    workbook,
)
from tests.test_registers import hand_in, lines
from tests.test_reviews import SOUND
from tests.test_reviews import hand_in as hand_in_return


@pytest.fixture(autouse=True)
def _in_july(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-08")
    with settings.standing_at(datetime(2019, 7, 8, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def opened(open_page: Open) -> Open:
    return lambda actor: open_page(actor, "pages/returns/registers.py")


@pytest.fixture
def county(sqlite_store: str) -> Actor:
    return a_user(Role.COUNTY, county="533301")


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def upload(app: AppTest, title: str, content: bytes) -> AppTest:
    next(radio for radio in app.radio if radio.label == "哪种台账").set_value(title).run()
    app.file_uploader[0].upload("台账.xlsx", content)
    app.run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    """The buttons that hand in or take back."""
    return [button.label for button in app.button if button.label in ("确认报送", "撤回，改为本月无明细")]


def conclusions(app: AppTest) -> list[str]:
    return list(app.table[0].value["结论"])


def rows() -> int:
    with db.reading() as store:
        return store.exec(select(func.count()).select_from(RegisterRow)).one()


def test_a_register_is_uploaded_checked_and_handed_in(opened: Open, county: Actor) -> None:
    app = upload(opened(county), "信息台账", workbook(POSTS, [post(1, "很多"), post(2)]))
    assert [error.value for error in app.error] == [
        "有1处错误，改正后才能报送。可下载已批注的工作簿，逐格修改后重新上传。"
    ]
    assert list(app.table[1].value["单元格"]) == ["**E4**"]
    next(radio for radio in app.radio if radio.label == "哪种台账").set_value("惠及户台账").run()
    assert f"_kept_{register_desk.CHECKED}" not in app.session_state
    app = upload(app, "信息台账", workbook(POSTS, [post(1), post(2)]))
    assert [list(row) for row in app.table[1].value.to_numpy()] == [["泸水市", "2019年6月", "2条", "200", "第1版"]]
    app = press(app, "确认报送")
    assert [one.value for one in app.success] == ["已报送：泸水市2019年6月“信息台账”，共2条。"]
    assert rows() == 2


def test_a_difference_over_the_tolerance_asks_for_a_reason_that_stays(opened: Open, county: Actor) -> None:
    hand_in_return(county, SOUND)
    hand_in(county, workbook(POSTS, [post(1), post(2)]))
    app = opened(county)
    assert conclusions(app) == [
        "○ 无明细",
        "◆ 差异 408（明细少）  \n:orange[**需要说明**]",
        "◆ 差异 119,800（明细少）  \n:orange[**需要说明**]",
        "○ 无明细",
    ]
    app = press(app, "保存说明")
    assert [error.value for error in app.error] == ["请写明差异的原因。"]
    app.text_area[0].set_value("只列出了阅读量较高的[链接](https://example.com)")
    app = press(app, "保存说明")
    assert [one.value for one in app.success] == ["已保存说明：泸水市2019年6月学员生产的扶贫类信息。"]
    assert conclusions(app)[1] == "◆ 差异 408（明细少）  \n已说明"
    with db.reading() as store:
        assert [one.user_name for one in store.exec(select(RegisterExplanation))] == [county.name]


def test_no_number_of_a_household_is_shown_or_stays_in_memory(opened: Open, county: Actor) -> None:
    content = workbook(HOUSEHOLDS, [household(1), household(1), household(2)])
    app, kept = upload(opened(county), "惠及户台账", content), f"_kept_{register_desk.CHECKED}"
    assert kept in app.session_state
    app.selectbox[0].set_value(app.selectbox[0].options[0]).run()
    assert kept not in app.session_state
    app = opened(county)
    app = upload(app, "惠及户台账", content)
    shown = repr([table.value.to_numpy().tolist() for table in app.table]) + repr([one.value for one in app.markdown])
    assert [number for number in (identity(1), identity(2)) if number in shown] == []
    assert f"{identity(1)[-2:]}" in shown
    press(app, "确认报送")
    assert (rows(), kept in app.session_state) == (2, False)


def test_leaders_and_provinces_see_what_is_shared_and_who_may_not_hand_in_is_not_asked(
    opened: Open, county: Actor
) -> None:
    neighbour = a_user(Role.COUNTY, county="532929")
    hand_in_return(
        neighbour,
        {
            "online_sales": "5",
            "shops": "5",
            "products": "3",
            "trainees": "8",
            "posts": "2",
            "reads": "1",
            "households": "4",
        },
        YUNLONG,
    )
    hand_in(county, workbook(SHOPS, [shop(1), shop(2)]))
    hand_in(neighbour, workbook(SHOPS, [shop(1), shop(3)]))
    assert lines(neighbour, county=YUNLONG)["shops"].asks
    app = opened(neighbour)
    assert app.table[1].value.to_numpy().tolist() == [["怒江特产店1", "泸水市"]]
    app = opened(a_user(Role.LEADER))
    app.selectbox[0].set_value("532929").run()
    assert [list(row)[1:] for row in app.table[2].value.to_numpy()] == [["4家", "3家", "1家"]]
    assert (app.file_uploader, [one.value for one in app.info]) == ([], ["上线开店企业的差异超出允许范围，尚未说明。"])
    assert [radio.options for radio in opened(a_user(Role.OFFICE)).radio] == [
        ["网店台账", "产品及规格台账", "培训班与学员台账", "信息台账", "惠及户台账", "平台数据"]
    ]


def test_after_somebody_else_s_newer_version_the_same_file_goes_in_at_the_second_try(
    opened: Open, county: Actor
) -> None:
    content = workbook(POSTS, [post(1)], county="泸水市")
    app = upload(opened(county), "信息台账", content)
    hand_in(a_user(Role.PROVINCE, province="53"), workbook(POSTS, [post(2)], county="泸水市"))
    app = press(app, "确认报送")
    assert [error.value for error in app.error] == [
        "您核对期间，泸水市2019年6月的“信息台账”已有新版本（第1版）。请重新核对后再报送。"
    ]
    assert [list(row)[-1] for row in app.table[1].value.to_numpy()] == ["第2版，代替第1版"]
    assert len(press(app, "确认报送").success) == 1
    app = upload(app, "信息台账", content)
    assert ([one.value for one in app.info], app.success.len, labels(app)) == (
        ["内容与已报送的完全相同（1条），没有变化，不必重复报送。"], 0, ["撤回，改为本月无明细"],
    )  # fmt: skip


def test_an_export_of_which_no_row_can_be_placed_is_no_success(opened: Open, sqlite_store: str) -> None:
    app = upload(opened(a_user(Role.OFFICE)), "平台数据", workbook(PLATFORM, ROWS[PLATFORM]))
    assert (app.success.len, [error.value[:6] for error in app.error], labels(app)) == (0, ["有1处错误，"], [])


def test_a_figure_not_reported_is_no_difference(opened: Open, county: Actor) -> None:
    hand_in(county, workbook(POSTS, [post(1)]))
    assert conclusions(opened(county))[1:3] == ["◇ 月报未报，暂不比对"] * 2


def test_who_may_not_any_more_is_given_no_marked_workbook() -> None:
    def nobody() -> Actor:
        raise NotAllowed("登录已失效，请重新登录。")

    with pytest.raises(NotAllowed):
        register_desk._marked(nobody, CheckedRegister("a.xlsx", b"", ""))


def test_a_register_of_the_wrong_month_is_taken_back_with_a_reason(opened: Open, county: Actor) -> None:
    hand_in(county, workbook(POSTS, [post(1)]))
    app = opened(county)
    app = next(radio for radio in app.radio if radio.label == "哪种台账").set_value("信息台账").run()
    assert [box.label for box in app.expander] == ["撤回2019年6月的“信息台账”"]
    app = press(app, "撤回，改为本月无明细")
    assert [error.value for error in app.error] == ["请写明撤回的原因。"]
    app.text_input[0].set_value("报错月份")
    app = press(app, "撤回，改为本月无明细")
    assert [one.value for one in app.success] == ["已撤回：泸水市2019年6月“信息台账”改为本月无明细，原有各版仍保留。"]
    assert (conclusions(app)[1], app.expander.len) == ("○ 无明细", 0)


def test_a_county_sees_no_other_county(opened: Open, county: Actor) -> None:
    hand_in(a_user(Role.COUNTY, county="532929"), workbook(SHOPS, [shop(3)]))
    app = opened(county)
    assert [box.label for box in app.selectbox] == ["报告期"]
    assert "怒江特产店3" not in repr([table.value for table in app.table])
