"""The charts as Chromium really draws them, with the Vega that the installed Streamlit ships."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
import streamlit
from playwright.sync_api import Browser, Page, Route

from components import charts
from components.labels import amount, wan_expression
from components.palette import DARK, LIGHT, Scheme
from tests.test_labels import AMOUNTS

SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.name)
WIDTHS = [300, 358, 559, 560, 1040]
TARGETS = pd.DataFrame(
    [
        ("品牌累计曝光量 · 核心示范县", Fraction(612, 1000), "amber", "6.12亿", "10亿次"),
        ("农产品累计网络销售额 · 辐射带动县", 0.31, "red", "155万", "500万元"),
        ("上线开店企业 · 辐射带动县", 12.35, "green", "2,470", "200家"),
        ("学员生产的扶贫类信息 · 全部县", 0.0, "red", "0", "6万条"),
        ("惠及贫困户 · 全部县", None, "none", "未报", "2万户"),
    ],
    columns=["label", "attainment", "light", "actual_text", "target_text"],
).assign(elapsed=Fraction(718, 1000))
MONTHS = ["2019年11月", "2019年12月", "2020年1月", "2020年2月", "2020年3月"]
PATH = pd.DataFrame(
    {"month_text": MONTHS, "actual": [3e4, 3e4, 3e4, 9e4, None], "required": [1e4, 2e4, 4e4, 6e4, 8e4], "unit": "元"}
)
LONGEST = "双江拉祜族佤族布朗族傣族自治县"
COUNTIES = pd.DataFrame(
    {
        "label": [LONGEST, *(f"{name}县" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申")],
        "tier": ["core", *["radiating"] * 19],
        "value": [123_456_789.0, None, 0.0, *(10.0**n for n in range(17))],
    }
)
COUNTIES["value_text"] = [f"{amount(None if pd.isna(value) else int(value))}元" for value in COUNTIES["value"]]
GROUPS = pd.DataFrame(
    {
        "label": [f"{LONGEST}组", "泸水市组", "礼县组"],
        "before": [Fraction(1, 10), None, 2.5],
        "now": [0.27, None, 13.5],
        "elapsed": 0.718,
        "light": ["red", "none", "green"],
    }
)
HISTORY = pd.DataFrame({"month_text": MONTHS, "value": [12_345.0, 0.0, None, 99_990.0, 784e6]})
PLANNED = pd.DataFrame(
    {
        "title": [
            "成立工作小组", "首期新媒体运营培训班开班并完成结业考核和学员账号登记", "品牌发布", "采摘季专场直播", "年度总结",
        ],
        "due": [date(2019, 6, 20), date(2019, 7, 10), date(2019, 9, 1), date(2019, 11, 30), date(2019, 12, 28)],
        "state": ["done", "done", "overdue", "under_way", "not_started"],
        "done_on": [date(2019, 6, 18), date(2019, 8, 10), None, None, None],
    }
)  # fmt: skip


def timeline(frame: pd.DataFrame, colours: Scheme) -> charts.Spec:
    return charts.timeline(frame, colours, date(2019, 5, 29), date(2019, 12, 31), date(2019, 11, 8))


MAKERS: dict[str, tuple[Callable[[pd.DataFrame, Scheme], charts.Spec], pd.DataFrame]] = {
    "bullet": (charts.bullet, TARGETS),
    "trend": (charts.trend, PATH),
    "contributions": (charts.contributions, COUNTIES),
    "concentration": (charts.concentration, COUNTIES),
    "groups": (charts.groups, GROUPS),
    "history": (charts.history, HISTORY),
    "timeline": (timeline, PLANNED),
}
ALL_CHARTS = pytest.mark.parametrize("name", MAKERS)
DRAW = """async ([spec, width]) => {
    document.body.innerHTML = `<div style="width:${width}px"></div>`;
    const options = {ast: true, expr: vega.expressionInterpreter, actions: false, renderer: "svg"};
    const {view} = await vega.embed(document.body.firstChild, {...spec, width}, options);
    await view.resize().runAsync();
    const texts = [...document.querySelectorAll("svg text")].filter(text => text.textContent.trim());
    const leaves = texts.flatMap(text => text.querySelector("tspan") ? [...text.querySelectorAll("tspan")] : [text]);
    const box = ({left, right, top, bottom}) => ({left, right, top, bottom});
    return {frame: box(document.querySelector("svg").getBoundingClientRect()),
            texts: leaves.map(text => ({text: text.textContent, ...box(text.getBoundingClientRect())}))};
}"""


@pytest.fixture(scope="module")
def browser_page(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page with the Vega of the installed Streamlit, without any network, and what its console says."""
    scripts, said = Path(streamlit.__file__).parent / "static/static/js", []

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name:
            route.fulfill(path=scripts / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><meta charset=utf-8>", content_type="text/html")

    page = chromium.new_page(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", serve)
    page.goto("http://charts.test/")
    loader = next(scripts.glob("loadVegaEmbed.*.js")).name
    page.evaluate("async name => { window.vega = await Object.values(await import('/' + name))[0]() }", loader)
    yield page, said
    page.close()


def apart(one: dict, other: dict) -> bool:
    """Two boxes of text that do not overlap; a pixel of line spacing is no overlap."""
    side = one["right"] <= other["left"] or other["right"] <= one["left"]
    return side or one["bottom"] - 4 <= other["top"] or other["bottom"] - 4 <= one["top"]


@cache
def spec_of(name: str, colours: Scheme) -> charts.Spec:
    make, frame = MAKERS[name]
    return make(frame, colours)


@pytest.mark.browser
@SCHEMES
@ALL_CHARTS
@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_is_cut_off_or_overlaps(browser_page, name: str, colours: Scheme, width: int):
    page, said = browser_page
    drawn = page.evaluate(DRAW, [spec_of(name, colours), width])
    outer, texts = drawn["frame"], drawn["texts"]
    assert round(outer["right"] - outer["left"]) == width
    assert [text for text in texts if text["left"] < outer["left"] - 1 or text["right"] > outer["right"] + 1] == []
    assert [text for text in texts if text["top"] < outer["top"] - 1 or text["bottom"] > outer["bottom"] + 1] == []
    assert [(one["text"], two["text"]) for one, two in combinations(texts, 2) if not apart(one, two)] == []
    assert [text for text in texts if any("a" <= letter.lower() <= "z" for letter in text["text"])] == []
    assert said == []


@pytest.mark.browser
def test_a_phone_and_a_wide_screen_show_the_same_words(browser_page):
    page, _ = browser_page
    wide, narrow = (
        [text["text"] for text in page.evaluate(DRAW, [charts.bullet(TARGETS, LIGHT), width])["texts"]]
        for width in (1040, 358)
    )
    shared = {
        "61.2%",
        "◆",
        "偏慢",
        "31.0%",
        "▼",
        "滞后",
        "1235.0%",
        "▶",
        "●",
        "正常",
        "0.0%",
        "—",
        "○",
        "无数据",
        "155万 / 500万元",
    }
    assert shared - set(wide) == shared - set(narrow) == set()
    assert [text for text in wide if text in ("农产品累计网络销售额", "辐射带动县")].count("农产品累计网络销售额") == 1
    assert narrow.count("农产品累计网络销售额 · 辐射带动县") == 1


@pytest.mark.browser
def test_browser_and_python_write_the_same_amounts(browser_page):
    page, _ = browser_page
    cases = [(value, text) for value, text in AMOUNTS if text != "不适用"]
    cases += [
        (value, amount(value)) for value in [*range(9_950, 1_000_000_000, 7_654_321), *range(10_050, 200_000, 100)]
    ]
    spec = {
        "data": {"values": [{"value": None if value is None else float(value)} for value, _ in cases]},
        "transform": [
            {"calculate": wan_expression("datum.value"), "as": "text"},
            {"window": [{"op": "row_number", "as": "row"}]},
        ],
        "mark": "text",
        "encoding": {
            "text": {"field": "text", "type": "nominal"},
            "y": {"field": "row", "type": "ordinal", "axis": None},
        },
    }
    assert [text["text"] for text in page.evaluate(DRAW, [spec, 300])["texts"]] == [text for _, text in cases]


SENTENCES = {
    "bullet": "5项目标：正常1项、偏慢1项、滞后2项、无数据1项；完成率最低的是学员生产的扶贫类信息 · 全部县，0.0%。",
    "trend": "截至2020年2月累计9万元，序时要求6万元，领先3万元。",
    "contributions": "申县最多，100,000,000亿元；前4个县占99.9%，1个县至今未报。",
    "concentration": "前4个县占99.9%。",
    "groups": "3个组中1个达到序时进度；本月进展最大的是礼县组，+1100.0个百分点。",
    "history": "5个月中4个月已报；最近一次是2020年3月，7.84亿。",
    "timeline": "5个里程碑：逾期1个、未开始1个、进行中1个、已完成2个；逾期最久的：品牌发布，计划2019年9月1日完成。",
}


@ALL_CHARTS
def test_the_description_is_the_finding(name: str):
    assert spec_of(name, LIGHT)["description"] == SENTENCES[name]


@ALL_CHARTS
def test_the_rows_may_carry_any_index(name: str):
    make, frame = MAKERS[name]
    assert make(frame.set_axis([7] * len(frame)), LIGHT) == make(frame, LIGHT)


@ALL_CHARTS
def test_a_chart_without_rows_says_so_and_is_drawn(name: str, browser_page):
    page, said = browser_page
    make, frame = MAKERS[name]
    page.evaluate(DRAW, [make(frame.head(0), LIGHT), 358])
    assert said == []


@ALL_CHARTS
def test_streamlit_finds_no_shared_data_to_convert_or_to_offer(name: str):
    spec = spec_of(name, LIGHT)
    assert [key for key in ("data", "datasets") if key in spec] == []
    assert [list(layer["data"]) for layer in spec["layer"]] == [["values"]] * len(spec["layer"])


@ALL_CHARTS
def test_orders_are_lists(name: str):
    make, frame = MAKERS[name]
    sorts = [
        channel["sort"]
        for group in make(frame, LIGHT)["layer"]
        for layer in group["layer"]
        for channel in layer["encoding"].values()
        if "sort" in channel
    ]
    assert [sort for sort in sorts if not isinstance(sort, list)] == []


def test_targets_stand_in_the_order_given():
    rows = charts.bullet(TARGETS[::-1], LIGHT)["layer"][0]
    assert [row["label"] for row in rows["data"]["values"]] == list(TARGETS["label"][::-1])
    assert rows["layer"][1]["encoding"]["y"]["sort"] == [0, 1, 2, 3, 4]


def test_only_what_lies_behind_the_path_is_shaded():
    corners = charts.trend(PATH, LIGHT)["layer"][0]["data"]["values"]
    assert [(row["place"], row["low"], row["path"]) for row in corners] == [
        (0.0, 1e4, 1e4), (1.0, 2e4, 2e4), (1.5, 3e4, 3e4), (2.0, 3e4, 4e4), (2.25, 4.5e4, 4.5e4), (3.0, 6e4, 6e4),
        (4.0, None, None),
    ]  # fmt: skip


def test_between_the_two_ends_stands_the_sum_of_the_rest():
    rows = charts.contributions(COUNTIES, LIGHT, unit="元", ends=2)["layer"][-1]["data"]["values"]
    shown = [[row[field] for row in rows] for field in ("shown", "value_text")]
    assert shown[0] == ["申县", "未县", "……其余15个县合计", "丙县", "乙县"]
    assert shown[1][2] == "1,111,112亿元"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contributions", "★ 核心示范县，其余为辐射带动县"),
        ("groups", "○ 上月；本月：● 正常　◆ 偏慢　▼ 滞后"),
        ("bullet", "序时进度 71.8%"),
        ("trend", "实线 累计　虚线 序时要求　阴影 落后"),
        ("timeline", "▼ 逾期　○ 未开始　◆ 进行中　● 已完成"),
        ("timeline", "今天 11月8日"),
    ],
)
def test_a_chart_says_what_its_marks_mean(browser_page, name: str, words: str):
    page, _ = browser_page
    assert words in [text["text"] for text in page.evaluate(DRAW, [spec_of(name, LIGHT), 1040])["texts"]]


@pytest.mark.browser
def test_a_month_without_a_report_is_a_hollow_mark_and_no_zero(browser_page):
    page, _ = browser_page
    texts = [text["text"] for text in page.evaluate(DRAW, [spec_of("history", LIGHT), 1040])["texts"]]
    drawn = page.evaluate("[...document.querySelectorAll('g.role-mark')].map(group => group.childElementCount)")
    assert drawn == [4, 1, 1, 4]  # columns, ticks at 0, hollow marks, figures
    assert [text for text in texts if text in ("未报", "0")] == ["0"]


def test_equal_to_the_path_is_neither_ahead_nor_behind():
    level = PATH.assign(actual=PATH["required"])
    assert charts.trend_sentence(level) == "截至2020年3月累计8万元，序时要求8万元，与序时持平。"
