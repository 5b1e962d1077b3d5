"""What the map says of each county: its class, its words, and what needs attention first."""

from fractions import Fraction

import pandas as pd
import pytest

import db
from components import map_figures, map_looks
from components.map_figures import CLASSES, ELSEWHERE, MISSING, NOT_APPLICABLE, ZERO
from components.palette import DARK, LIGHT
from programme.calendar import Month
from programme.county_queries import county_frame
from tests.map_rows import (
    CORE,
    JUNE,
    NOTHING_SOLD,
    RADIATING,
    SALES,
    SHOPS,
    SILENT,
    YEAR,
    group_of,
    members,
    report,
    sample,
    told,
)


@pytest.fixture
def every(sqlite_store: str) -> pd.DataFrame:
    return sample()


@pytest.mark.parametrize(
    ("stored", "look", "reading"),
    [
        (1, CLASSES[0], "0.0%"),
        (1_249_999, CLASSES[0], "25.0%"),
        (1_250_000, CLASSES[1], "25.0%"),
        (2_500_000, CLASSES[2], "50.0%"),
        (3_750_000, CLASSES[3], "75.0%"),
        (4_999_999, CLASSES[3], "99.9%"),
        (5_000_000, CLASSES[4], "100.0%"),
        (0, ZERO, "0.0%"),
    ],
)
def test_a_county_is_classed_by_its_share_of_the_even_share(
    sqlite_store: str, stored: int, look: str, reading: str
) -> None:
    """5,000,000 yuan over 100 radiating counties: 50,000 yuan, 5,000,000 fen each."""
    report(RADIATING, online_sales=stored)
    figure = told(members(), [RADIATING], SALES)[RADIATING]
    assert (figure.look, figure.reading, figure.goal) == (look, reading, "5万元")


def test_unreported_and_not_applicable_are_classes_of_their_own(every: pd.DataFrame) -> None:
    figures = told(every, [CORE, RADIATING, SILENT], SHOPS)
    assert [(figures[county].look, figures[county].reading) for county in (CORE, RADIATING, SILENT)] == [
        (NOT_APPLICABLE, "不适用"),
        (CLASSES[4], "100.0%"),
        (MISSING, "未报"),
    ]


def test_the_state_of_returns_is_read_from_the_day(every: pd.DataFrame) -> None:
    late, early = told(every, [CORE, SILENT], None), told(every, [SILENT], None, today=JUNE.last_day)
    assert [(late[county].look, late[county].reading) for county in (CORE, SILENT)] == [
        ("submitted", "已提交"),
        ("overdue", "逾期未报"),
    ]
    assert early[SILENT].look == "not_due"


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_looks_of_a_map_are_alike(scheme: object) -> None:
    shares = map_looks.looks(scheme, of_returns=False)  # type: ignore[arg-type]
    assert len({(look.fill, look.edge, look.width) for look in shares.values()}) == len(shares)
    assert set(shares) == {*CLASSES, ZERO, MISSING, NOT_APPLICABLE, ELSEWHERE}


def test_the_classes_are_named_by_their_bounds() -> None:
    assert map_figures.class_words() == ("不足25%", "25%～50%", "50%～75%", "75%～100%", "100%及以上")


def test_the_sentence_says_how_many_reached_their_share_and_how_many_are_silent(every: pd.DataFrame) -> None:
    shown = every.index.tolist()
    group = group_of(every, CORE)
    sentences = [
        map_figures.sentence(told(every, counties, kpi), kpi, JUNE)
        for counties, kpi in (
            (shown, SALES),
            (group, SALES),
            ([RADIATING], SALES),
            ([CORE], SHOPS),
            ([], SALES),
            (shown, None),
        )
    ]
    assert sentences == [
        "网络销售额：110个县中2个达到县均份额，106个未报。",
        "泸水市组网络销售额：11个县中1个达到县均份额，8个未报。",
        "云龙县网络销售额累计765.4万元，完成县均份额的15308.6%。",
        "“开店企业”不适用于泸水市。",
        "所选范围内没有您可查看的县。",
        "2019年6月月报：110个县中4个已提交，106个逾期未报。",
    ]


def test_the_table_begins_with_what_needs_attention(every: pd.DataFrame) -> None:
    shown = [CORE, RADIATING, SILENT, NOTHING_SOLD]
    table = map_figures.table(told(every, shown, SALES), SALES)
    assert list(table["完成率"]) == ["—", "0.0%", "80.0%", "15308.6%"]
    assert list(table["本月报送"]) == ["逾期未报", "已提交", "已提交", "已提交"]
    assert list(map_figures.table(told(every, [SILENT, CORE], SHOPS), SHOPS)["状态"]) == ["○ 无数据", "不适用"]
    assert list(map_figures.table(told(every, shown, None), None)["本月报送"]) == [
        "逾期未报",
        "已提交",
        "已提交",
        "已提交",
    ]


def test_what_is_taken_away_holds_numbers_in_the_indicator_s_unit(every: pd.DataFrame) -> None:
    sheet = map_figures.sheet(told(every, [CORE, SILENT], SALES), SALES)
    assert sheet[["行政区划代码", "网络销售额累计（元）", "县均份额（元）", "完成率", "状态"]].to_numpy().tolist() == [
        ["533323", None, 50_000, None, "○ 无数据"],
        ["533301", 800_000, 1_000_000, Fraction(4, 5), "● 正常"],
    ]
    assert list(map_figures.sheet(told(every, [SILENT], SHOPS), SHOPS)["县均份额（家）"]) == [2]


def test_the_key_counts_every_class_and_always_has_one_for_no_data(every: pd.DataFrame) -> None:
    figures = told(every, [CORE, RADIATING, NOTHING_SOLD], SALES)
    spec = map_looks.key(map_looks.looks(LIGHT, of_returns=False), figures.values(), 107, LIGHT)
    assert spec["description"] == (
        "图例：不足25%0个县；25%～50%0个县；50%～75%0个县；75%～100%1个县；100%及以上1个县；"
        "0（已报，无发生）1个县；未报（无数据）0个县；不在所选或可查看范围107个县。"
    )


def test_an_even_share_is_the_target_over_the_counties_of_the_tier(every: pd.DataFrame) -> None:
    figures = told(every, [CORE, RADIATING], SALES)
    assert [figures[county].share for county in (CORE, RADIATING)] == [Fraction(4, 5), Fraction(7654321, 50000)]
    assert [figures[county].goal for county in (CORE, RADIATING)] == ["100万元", "5万元"]


def test_months_before_any_return_show_everybody_unreported(sqlite_store: str) -> None:
    with db.reading() as session:
        empty = county_frame(session, YEAR, Month.of(YEAR.launch))
    figures = told(empty, empty.index.tolist(), SALES)
    assert {figure.look for figure in figures.values()} == {MISSING}
