"""展示材料 and 经验案例 as the county, the office and the leading group use them."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

import db
from components.labels import plain
from programme import materials, showcase_queries
from programme.material_facts import PRACTICE
from programme.obligations import Status
from programme.permissions import Actor, Role
from tests.factories import a_user
from tests.material_acts import (
    LUSHUI,
    a_photo,
    a_practice,
    a_story,
    accept,
    an_entry,
    begun,
    hand_in,
    seen,
    send_back,
    with_pictures,
)
from tests.opening import Open

STORY_PAGE, LIBRARY = "pages/show/story.py", "pages/show/library.py"


@pytest.fixture
def open_page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-08")
    return lambda actor, page=STORY_PAGE: open_page(actor, page)


@pytest.fixture
def county(sqlite_store: str) -> Actor:
    return a_user(Role.COUNTY, county=LUSHUI)


@pytest.fixture
def office(sqlite_store: str) -> Actor:
    return a_user(Role.OFFICE)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.main.button if button.label == label).click()
    app = app.run()
    assert not app.exception
    return app


def write(app: AppTest, label: str, text: str) -> None:
    next(box for box in (*app.text_input, *app.text_area) if box.label.startswith(label)).set_value(text)


def words(app: AppTest) -> str:
    kinds = ("title", "header", "subheader", "caption", "markdown", "info", "warning", "success", "error")
    return "\n".join(str(element.value) for kind in kinds for element in app.main.get(kind))


def buttons(app: AppTest) -> dict[str, bool]:
    """Label → whether it can be pressed."""
    return {button.label: not button.disabled for button in app.main.button}


def test_a_county_writes_adds_a_picture_and_hands_in(open_page: Open, county: Actor) -> None:
    app = press(open_page(county), "开始编写")
    assert buttons(app)["报送审定"] is False
    write(app, "标题", "峡谷里的火腿")
    write(app, "正文", "做法和变化。<b>")
    app = app.run()
    app.file_uploader[0].upload("假.jpg", b"GIF89a", "image/jpeg")
    app = press(app.run(), "加入图片")
    assert app.error[0].value.startswith(plain("打不开这张图片"))
    app.file_uploader[0].upload("照片.png", a_photo(), "image/png")
    app = press(app.run(), "加入图片")
    assert app.success[0].value.startswith(plain("已加入图片（400×320像素"))
    write(app, "画面内容", "峡谷")
    write(app, "来源和授权", "县里拍摄，授权使用")
    app.toggle[0].set_value(True)
    app = app.run()
    assert plain("做法和变化。<b>") in [element.value for element in app.main.markdown]
    app = press(app, "报送审定")
    assert app.success[0].value == plain("已报送：展示材料第1版，等待办公室审定。")
    with db.reading() as opened:
        stored = materials.content_of(opened, seen())
    assert (seen().status, stored.title, [picture.alt for picture in stored.pictures]) == (
        Status.SUBMITTED, "峡谷里的火腿", ["峡谷"],
    )  # fmt: skip


def test_after_a_send_back_the_reasons_stand_at_the_parts_until_they_have_changed(
    open_page: Open, county: Actor, office: Actor
) -> None:
    hand_in(county, begun(county), a_story())
    send_back(office, seen())
    app = open_page(county)
    assert [one.value for one in app.subheader] == ["✓ 标题", "▼ 正文", "图片（选填）", "▼ 产品"]
    assert plain("退回原因：请写今年的做法")[5:] in words(app)
    write(app, "正文", "今年的做法。")
    app = app.run()
    assert [one.value for one in app.subheader] == ["✓ 标题", "✓ 正文", "图片（选填）", "▼ 产品"]
    write(app, "网店网址", "https://example.com/2")
    app = press(press(app.run(), "增加一个产品"), "删除产品")
    write(app, "产品名称", "草果")
    app = press(app.run(), "报送审定")
    assert (seen().revision, seen().status) == (2, Status.SUBMITTED)
    with db.reading() as opened:
        assert [product.name for product in materials.content_of(opened, seen()).products] == ["草果"]


def test_the_office_reads_what_waits_sends_it_back_and_puts_it_on_show(
    open_page: Open, county: Actor, office: Actor
) -> None:
    hand_in(county, begun(county), with_pictures(a_story()))
    app = open_page(office)
    assert app.subheader[0].value == "1份展示材料等待您审定"
    assert plain("https://example.com/1") in [element.value for element in app.main.caption]
    assert [image.proto.imgs[0].alt for image in app.main.get("image")] == ["峡谷"]
    app.multiselect[0].set_value(["text"])
    app = app.run()
    write(app, "正文：要改的原因", "请写今年的做法")
    app = press(app, "退回")
    assert (app.success[0].value, seen().status) == (
        plain("已退回：泸水市展示材料第1版，要求修改1部分。"), Status.SENT_BACK,
    )  # fmt: skip
    hand_in(county, seen(), a_story(text="今年的做法。"))
    app = press(open_page(office), "审定并上展")
    assert (seen().is_shown, app.subheader[0].value) == (True, "没有等待您审定的展示材料")
    write(app, "撤下的原因", "包装更换中")
    app = press(app, "撤下")
    with db.reading() as opened:
        assert showcase_queries.on_show(opened) == []
    assert "现在没有展出。" in words(app)
    assert buttons(app)["上展"]


def test_a_county_sees_what_is_on_show_beside_what_is_in_review(open_page: Open, county: Actor, office: Actor) -> None:
    hand_in(county, begun(county), a_story())
    accept(office, seen())
    assert "修改" in buttons(show_way(open_page(county), "填写和修改"))
    (ham,) = a_story().products
    moved = replace(ham, price="268", link="https://example.com/2")
    hand_in(county, seen(), a_story(title="新的标题", products=(moved,)), "换了包装")
    app = open_page(county)
    assert ("审定并上展" in buttons(app), "撤下" in buttons(app)) == (False, False)
    assert "● 与第1版相比有变化：标题、产品" in words(app)
    assert [one.value for one in app.main.caption if "的产品：" in one.value] == [
        "第1版的产品：" + plain("老窝火腿，2.5千克/盒，298元，https://example.com/1"),
        "现在的产品：" + plain("老窝火腿，2.5千克/盒，268元，https://example.com/2"),
    ]
    assert "展出的仍是已审定的第1版。" in words(app)
    shown = show_way(app, "展出的版本")
    assert [one.value for one in shown.subheader] == [plain("峡谷里的火腿")]


def show_way(app: AppTest, way: str) -> AppTest:
    app.main.radio[0].set_value(way)
    return app.run()


def test_the_library_is_read_by_the_leading_group_and_arranged_by_the_office(
    open_page: Open, county: Actor, office: Actor
) -> None:
    leader = a_user(Role.LEADER)
    assert "案例库还没有内容" in words(open_page(leader, LIBRARY))
    an_entry(county, office, a_practice())
    app = open_page(leader, LIBRARY)
    assert ([radio.label for radio in app.main.radio], list(buttons(app))) == ([], ["查看全文"])
    write(app, "查找", "没有这个词")
    app = app.run()
    assert "没有符合条件的经验案例" in words(app)
    write(app, "查找", "短视频")
    app = press(app.run(), "查看全文")
    assert list(buttons(app)) == ["返回列表"]
    assert plain("做法：学员拍自己家的东西。") in words(app)
    app = press(press(open_page(office, LIBRARY), "查看全文"), "上墙")
    assert (app.success[0].value, seen(PRACTICE).shown) == (
        plain("已上墙：泸水市经验案例“三天学会短视频”。"), frozenset({"library", "wall"}),
    )  # fmt: skip


def test_an_entry_is_written_by_the_county_and_accepted_by_the_office(
    open_page: Open, county: Actor, office: Actor
) -> None:
    app = press(show_way(open_page(county, LIBRARY), "编写"), "新写一篇")
    assert app.header[0].value == "新的经验案例"
    write(app, "标题", "三天学会短视频")
    write(app, "正文", "做法。")
    write(app, "标签", "培训，短视频")
    next(radio for radio in app.radio if radio.label == "类别").set_value("model")
    app = press(app.run(), "报送审定")
    assert seen(PRACTICE).status is Status.SUBMITTED
    app = show_way(open_page(office, LIBRARY), "编写和审定")
    assert app.subheader[0].value == "1篇经验案例等待您审定"
    app = press(app, "审定并入库")
    assert (seen(PRACTICE).shown, seen(PRACTICE).genre) == (frozenset({"library"}), "model")
