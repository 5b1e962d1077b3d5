"""通报 on its page: the office writes, changes and finishes, others read what is final and the figures of their scope."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from programme import bulletins, settings
from programme.permissions import Actor
from tests.opening import Open
from tests.test_bulletins import do, draft, finals, piece, released
from tests.test_reviews import at

Opened = Callable[[Actor], AppTest]


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return released()


@pytest.fixture
def opened(people: dict[str, Actor], open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("NETLIFT_TODAY", "2019-07-08")
    return lambda actor: open_page(actor, "pages/show/bulletin.py")


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    app.run()
    assert not app.exception
    return app


def starting(app: AppTest, start: str) -> str:
    """The key of the one button that begins so."""
    (key,) = [button.key for button in app.button if button.key and button.key.startswith(start)]
    return key


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption, *app.table])


def test_the_office_drafts_opens_a_paragraph_changes_it_and_makes_the_bulletin_final(
    opened: Opened, people: dict[str, Actor]
) -> None:
    app = press(opened(people["office"]), "make-draft")
    assert [one.value for one in app.success] == [
        "已按第1期生成草稿：" + str(len(draft(people["office"]).pieces)) + "段。"
    ]
    first = piece(draft(people["office"]))
    app = press(app, f"open-draft-1-{first.id}")
    assert "接收县数" in words(app)
    (box,) = [area for area in app.text_area if area.label == "内容"]
    box.set_value(first.block.text.replace("110个县", "120个县"))
    app = press(app, starting(app, "save-"))
    assert [one.value for one in app.success] == ["已保存。"]
    assert [one.value for one in app.warning] == [
        "与规则写的相比，数字少了110，多了120。改写的数字平台无法核对，请确认。",
    ]
    app = press(app, starting(app, "restore-"))
    assert piece(draft(people["office"])).block == first.block
    app = press(app, "finish")
    assert "已定稿：通报〔2019〕1号" in app.success[0].value
    assert [one.document_number for one in finals(people["leader"])] == ["通报〔2019〕1号"]
    assert [button.label for button in app.button if button.key == "make-draft"] == ["重新生成草稿"]


def test_a_reader_sees_what_is_final_and_opens_the_totals_but_of_counties_its_own_only(
    opened: Opened, people: dict[str, Actor]
) -> None:
    app = opened(people["neighbour"])
    assert "还没有定稿的通报" in app.info[0].value
    do(bulletins.make_draft, people["office"], 1)
    app = opened(people["neighbour"])
    assert len(app.info) == 1  # a draft is the office's own
    found = draft(people["office"])
    do(bulletins.make_final, people["office"], 1, found.fingerprint, settings.today())
    final = finals(people["office"])[0].blocks
    absent = next(at for at, block in enumerate(final) if block.rule == "counties-absent" and block.source)
    app = press(opened(people["neighbour"]), f"figures-final-1-{absent}")
    assert "另有108个县、组的数不在您的范围内，不列出。" in words(app)
    table = next(at for at, block in enumerate(final) if block.rule == "table")
    app = press(app, f"figures-final-1-{table}")
    app.selectbox(key=f"final-1-{table}-sum").select_index(2).run()
    assert not app.exception
    assert [button.key for button in app.button if button.key == "make-draft"] == []
    app = app.switch_page("pages/returns/release.py").run()
    labels = [element.proto.label for element in app.get("download_button")]
    assert {"通报 PDF", "通报 Word"} <= set(labels)
