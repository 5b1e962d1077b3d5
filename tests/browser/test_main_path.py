"""The main job in a real browser: figures in at one end, progress out at the other. The server runs the sample programme."""

import io
import re
from itertools import product
from math import dist
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Download, FloatRect, Page, expect

from programme.settings import ROOT
from tests.browser.conftest import Official, settle
from tests.live import Live
from tests.project_books import three

pytestmark = pytest.mark.browser
BROKEN = ("很多", "-5", "12.5", "#REF!", "1,23")
SOUND = (1500, 20, 60, 300, 25)


@pytest.fixture(scope="module")
def live_app(sample_programme: Live) -> Live:
    return sample_programme


def workbook_of(download: Download) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(Path(download.path()).read_bytes()))


def entry_cells(sheet: Worksheet) -> list[str]:
    """The 本月数 of the second to sixth indicator of a form."""
    (head,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "本月数"]
    return [f"{head.column_letter}{head.row + number}" for number in range(2, 7)]


def fill(book: openpyxl.Workbook, values: tuple[object, ...]) -> bytes:
    for address, value in zip(entry_cells(book.worksheets[0]), values, strict=True):
        book.worksheets[0][address].value = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def download(page: Page, label: str) -> Download:
    with page.expect_download() as started:
        page.get_by_role("button", name=label).click()
    return started.value


def test_a_county_gets_its_five_wrong_cells_in_its_own_workbook_repairs_them_and_everybody_sees_the_figure(
    official: Official,
) -> None:
    county = official("county-533301", "/submit")
    form = workbook_of(download(county, "下载填报表"))
    upload(county, "泸水十月.xlsx", fill(form, BROKEN))
    expect(county.get_by_text("有5处错误")).to_be_visible()
    marked = workbook_of(download(county, "下载已批注的工作簿"))
    commented = [
        cell.coordinate for row in marked[form.worksheets[0].title].iter_rows() for cell in row if cell.comment
    ]
    assert commented == entry_cells(form.worksheets[0])

    upload(county, "泸水十月改.xlsx", fill(form, SOUND))
    expect(county.get_by_text("将要报送的内容")).to_be_visible()
    county.get_by_label("对警告的说明").fill("当月集中开展了直播带货")
    county.get_by_role("button", name="确认报送").click()
    expect(county.get_by_text("已报送：泸水市2019年10月，共1份月报。")).to_be_visible()

    leader = official("leader", "/county?county=533301&basis=working")
    expect(leader.get_by_role("heading", name="泸水市 · 怒江傈僳族自治州 · 云南省")).to_be_visible()
    expect(leader.get_by_role("row", name="品牌累计曝光量")).to_contain_text("1,500万次")
    leader.get_by_text("报送与来源").click()
    expect(leader.get_by_role("row", name="品牌累计曝光量").last).to_contain_text(entry_cells(form.worksheets[0])[0])
    leader.goto("/overview")
    settle(leader)
    expect(leader.get_by_text("泸水市 · 2019年10月第2版").first).to_be_visible()


def figures_asked_for(book: openpyxl.Workbook) -> dict[str, str]:
    """The commented cells of a form: address → comment."""
    return {cell.coordinate: cell.comment.text for row in book.worksheets[0] for cell in row if cell.comment}


def test_a_return_sent_back_for_two_cells_is_repaired_from_the_commented_workbook_and_goes_up_the_line(
    official: Official,
) -> None:
    province = official("province-53", "/review?period=2019-10")
    expect(province.get_by_text("等待审核")).to_be_visible()
    province.get_by_text("退回，要求修改").click()
    box = province.get_by_role("combobox", name="要求修改哪些数")
    for name in ("农产品网络销售额", "学员生产的扶贫类信息"):
        province.wait_for_timeout(1_000)  # the list closes when the page moves under it
        box.click()
        province.get_by_role("option", name=name).click()
        why = province.get_by_label(f"{name}：要改的原因")
        why.fill(f"请核对{name}的台账")
        why.press("Enter")
    province.get_by_role("button", name="退回", exact=True).click()
    expect(province.get_by_text(re.compile(r"已退回：泸水市2019年10月月报第\d版，要求修改2格。"))).to_be_visible()

    county = official("county-533301", "/submit?period=2019-10")
    expect(county.get_by_text("请修改下列2处后重新报送")).to_be_visible()
    expect(county.get_by_role("row", name="请核对农产品网络销售额的台账")).to_be_visible()
    form = workbook_of(download(county, "下载填报表"))
    asked = figures_asked_for(form)
    assert [text.split("：")[-1] for text in asked.values()] == [
        "请核对农产品网络销售额的台账", "请核对学员生产的扶贫类信息的台账",
    ]  # fmt: skip
    for address in asked:
        form.worksheets[0][address].value = 20_000  # far from what the county has reported before: a warning
    repaired = io.BytesIO()
    form.save(repaired)
    upload(county, "泸水十月再改.xlsx", repaired.getvalue())
    expect(county.get_by_text("将要报送的内容")).to_be_visible()
    county.get_by_label("对警告的说明").fill("已按退回意见核对台账")
    county.get_by_role("button", name="确认报送").click()
    expect(county.get_by_text("已报送：泸水市2019年10月，共1份月报。")).to_be_visible()

    province.reload()
    settle(province)
    expect(province.get_by_role("row", name="● 有变化")).to_have_count(2)
    province.get_by_role("button", name="审核通过", exact=True).click()
    expect(province.get_by_text(re.compile(r"已审核通过：泸水市2019年10月月报第\d版。"))).to_be_visible()

    office = official("office", "/accept?period=2019-10")
    office.wait_for_timeout(1_000)
    office.get_by_role("combobox", name="查看哪一份").click()
    office.keyboard.type("泸水市")
    office.get_by_role("option", name="泸水市").first.click()
    expect(office.get_by_role("row", name="● 有变化")).to_have_count(2)
    office.get_by_role("button", name="接收", exact=True).click()
    expect(office.get_by_text(re.compile(r"已接收：泸水市2019年10月月报第\d版。"))).to_be_visible()

    it_is_released_and_its_figures_open_down_to_the_cell(office, official)


def it_is_released_and_its_figures_open_down_to_the_cell(office: Page, official: Official) -> None:
    office.goto("/release")
    settle(office)
    expect(office.get_by_role("heading", name="将发布第6期：2019年10月")).to_be_visible()
    office.get_by_role("button", name="发布第6期").click()
    expect(office.get_by_text(re.compile(r"已发布第6期（2019年10月）：\d+/110个县。"))).to_be_visible()
    leader = official("leader", "/overview")
    expect(leader.get_by_text("发布口径（第6期）")).to_be_visible()
    leader.goto("/county?county=533301")
    settle(leader)
    expect(leader.get_by_text("2019年10月：已发布")).to_be_visible()
    leader.get_by_text("一个数的来历").click()
    origin = leader.get_by_role("row", name="县 · 泸水市").first
    expect(origin).to_contain_text("领导小组办公室接收")
    expect(origin).to_contain_text("6")


def test_what_is_typed_into_the_form_on_the_page_survives_leaving_it(official: Official) -> None:
    page = official("county-433124", "/submit")
    page.get_by_text("在线填写").click()
    settle(page)
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 52)
    page.keyboard.press("Enter")
    expect(page.locator("#portal textarea")).to_be_focused()
    page.keyboard.type("abc", delay=150)
    page.keyboard.press("Enter")
    expect(page.get_by_text("草稿已于")).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").get_by_text("县", exact=True).click()
    expect(page.get_by_role("heading", name="县", exact=True)).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").get_by_text("填报", exact=True).click()
    page.get_by_text("在线填写").click()
    expect(page.get_by_text("草稿已于")).to_be_visible()
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("row", name="打造特色农业品牌")).to_contain_text("abc")


def test_a_click_on_a_project_opens_it_and_the_way_back_leads_to_the_list(official: Official) -> None:
    page = official("leader", "/projects")
    box = page.get_by_test_id("stDataFrame").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    expect(page).to_have_url(re.compile(r"/project\?no=SL"))
    expect(page.get_by_role("heading", name="面向贫困县")).to_be_visible()
    page.get_by_text("返回项目列表").click()
    expect(page.get_by_role("heading", name="网络扶贫“双百”项目")).to_be_visible()


def map_box(page: Page) -> FloatRect:
    """Where the map is; it says nothing when it is drawn."""
    expect(page.get_by_test_id("stDeckGlJsonChart")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(3_000)
    box = page.get_by_test_id("stDeckGlJsonChart").bounding_box()
    assert box is not None
    return box


def point_at_some_county(page: Page, box: FloatRect) -> tuple[float, float, str]:
    """Moves over the map from its middle outwards until a county's name appears; where that was, and the name."""
    tooltip, middle = page.locator(".deck-tooltip"), (box["width"] / 2, box["height"] / 2)
    places = product(range(40, int(box["width"]) - 20, 30), range(40, int(box["height"]), 30))
    for right, down in sorted(places, key=lambda place: dist(place, middle)):
        x, y = box["x"] + right, box["y"] + down
        page.mouse.move(x, y)
        page.wait_for_timeout(30)
        if tooltip.is_visible():
            page.wait_for_timeout(500)  # drawn late on a busy machine: what it says belongs to where the mouse rests
            if tooltip.is_visible() and (name := tooltip.locator("div").first.inner_text()):
                return x, y, name
    raise AssertionError("no county on the map answers to the mouse")


def test_a_click_on_the_map_shows_the_county_and_a_click_beside_it_leads_back(official: Official) -> None:
    page = official("leader", "/map?core=泸水市组")
    expect(page.get_by_role("heading", name="泸水市组")).to_be_visible()
    box = map_box(page)
    x, y, name = point_at_some_county(page, box)
    page.mouse.click(x, y, delay=80)
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"at=\d{6}"))
    expect(page.get_by_text("打开该县页面")).to_be_visible()
    box = map_box(page)
    page.mouse.click(box["x"] + 15, box["y"] + 15, delay=80)
    expect(page.get_by_text("点击县域")).to_be_visible()
    expect(page).not_to_have_url(re.compile("at="))


def test_a_changed_filter_follows_to_the_next_page_and_stands_in_the_address(official: Official) -> None:
    page = official("leader", "/overview")
    page.get_by_role("combobox", name="县类别").click()
    page.get_by_role("option", name="核心示范县", exact=True).click()
    expect(page.get_by_text("7项目标：")).to_be_visible()
    expect(page).to_have_url(re.compile("tier="))
    page.get_by_test_id("stSidebarNavLink").get_by_text("指标", exact=True).click()
    expect(page.get_by_role("heading", name="各县贡献")).to_be_visible()
    expect(page.get_by_role("combobox", name="县类别")).to_have_value("核心示范县")
    expect(page).to_have_url(re.compile("tier="))


def test_a_county_that_opens_the_address_of_another_is_told_so_and_sees_its_own(official: Official) -> None:
    page = official("county-533301", "/county?county=433124")
    expect(page.get_by_text("地址中的县不在您的范围内")).to_be_visible()
    expect(page.get_by_role("heading", name="泸水市 · 怒江傈僳族自治州 · 云南省")).to_be_visible()
    expect(page).to_have_url(re.compile("county=533301"))


def test_somebody_whose_sessions_are_ended_sees_the_sign_in_at_the_next_filter(official: Official) -> None:
    page, other = (official("office", "/overview") for _ in range(2))
    other.get_by_role("button", name="退出登录").click()
    expect(other.get_by_label("用户名")).to_be_visible()
    page.get_by_role("combobox", name="县类别").click()
    page.get_by_role("option", name="核心示范县", exact=True).click()
    expect(page.get_by_label("用户名")).to_be_visible()
    expect(page.get_by_text("10项目标")).to_have_count(0)


def test_a_list_of_projects_with_a_wrong_entry_comes_back_and_goes_in_once_repaired(official: Official) -> None:
    page = official("national-cac", "/projects-import")
    upload(page, "附件2.xlsx", three(企业类别="电商业"))
    expect(page.get_by_text("核对结果：● 错误 1处")).to_be_visible()
    expect(page.get_by_role("row", name="电商业")).to_contain_text("● 错误")
    assert len(workbook_of(download(page, "下载已批注的工作簿")).worksheets) > 1
    upload(page, "附件2改.xlsx", three())
    page.get_by_label("对警告的说明").fill("与示例项目同名的企业")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入：")).to_be_visible()


def test_the_overview_of_the_readme_is_what_the_app_shows(official: Official) -> None:
    page = official(
        "leader", "/overview", viewport={"width": 1440, "height": 1000}, color_scheme="light", reduced_motion="reduce"
    )
    expect(page.get_by_text("10项目标：")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first.locator("canvas, svg").first).to_be_visible()
    page.screenshot(path=ROOT / "docs" / "overview.png", animations="disabled", caret="hide")
    assert (ROOT / "docs" / "overview.png").stat().st_size > 20_000
