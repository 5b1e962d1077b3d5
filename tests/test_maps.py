"""The map: geometry, simplified borders, classes, labels, and that nobody is shown another's figures."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from math import radians, sin

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import db
from components import geography, map_borders, map_figures, map_looks, maps
from components.geography import Box
from components.map_borders import Coverage, simplified
from components.map_figures import CLASSES, ELSEWHERE, MISSING, NOT_APPLICABLE, ZERO, Figure
from components.map_labels import Label, Window, Wish, placed
from components.map_views import Question, Sight, focus
from components.palette import DARK, LIGHT, rgb
from programme import audit, standings
from programme.calendar import Month
from programme.catalogue import Kpi, catalogue
from programme.county_queries import county_frame
from programme.standings import Chain, kpi_codes
from tests.factories import insert_return

YEAR = catalogue().years[0]
JUNE = YEAR.months[1]
AFTER = JUNE.plus(2).first_day
SALES, SHOPS = catalogue().kpi("online_sales"), catalogue().kpi("shops")
CORE, RADIATING, SILENT, OTHER_GROUP = 533301, 532929, 533323, 653121
EVERYWHERE = Box(-1e9, -1e9, 1e9, 1e9)


def report(county: int, **figures: int) -> None:
    row = [figures.get(code) for code in kpi_codes()]
    with db.transaction() as session:
        revision = insert_return(session, county, JUNE.number, row)
        standings.post(session, YEAR, Chain.of([(county, JUNE.number, revision)], [row]))
        audit.raise_data_version(session)


def members() -> pd.DataFrame:
    with db.reading() as session:
        return county_frame(session, YEAR, JUNE)


@pytest.fixture
def every(sqlite_store: str) -> pd.DataFrame:
    """The sample's 110 counties; four of them have handed in a figure that betrays itself, one has not."""
    report(CORE, online_sales=80_000_000)
    report(RADIATING, online_sales=765_432_100, shops=2)
    report(533325, online_sales=0, shops=0)
    report(OTHER_GROUP, online_sales=918_273_600)
    return members()


def told(every: pd.DataFrame, shown: list[int], kpi: Kpi | None, today: date = AFTER) -> dict[int, Figure]:
    return map_figures.figures(every, shown, YEAR, JUNE, kpi, today)


def scene(every: pd.DataFrame, shown: list[int], kpi: Kpi | None = SALES, width: int = 600) -> maps.Scene:
    looks = map_looks.looks(LIGHT, of_returns=kpi is None)
    return maps.Scene(every, told(every, shown, kpi), looks, kpi.short if kpi else "", LIGHT, width)


def layers(drawing: maps.Drawing) -> dict[str, dict]:
    return {layer["id"]: layer for layer in json.loads(drawing.to_json())["layers"]}


def features(drawing: maps.Drawing, layer: str) -> list[dict]:
    return layers(drawing)[layer]["data"]["features"]


# --- the plane ---


def test_the_plane_begins_where_it_says_and_grows_east_and_south() -> None:
    assert geography.point(105, 36) == (0, 0)
    assert geography.point(106, 36)[0] > 0
    assert geography.point(105, 35)[1] > 0


@pytest.mark.parametrize("south", [4, 18, 30, 52])
def test_areas_are_kept_wherever_they_lie(south: int) -> None:
    """A degree by a degree, in square hectometres, by the shoelace formula against the sphere."""
    edge = np.linspace(0, 1, 50)
    longitudes = np.concatenate([80 + edge, np.full(50, 81), 81 - edge, np.full(50, 80)])
    latitudes = np.concatenate([np.full(50, south), south + edge, np.full(50, south + 1), south + 1 - edge])
    x, y = geography.projected(longitudes, latitudes)
    drawn = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
    true = geography.EARTH**2 * radians(1) * (sin(radians(south + 1)) - sin(radians(south)))
    assert drawn == pytest.approx(true, rel=1e-3)


def test_the_country_has_34_provinces_taiwan_among_them_and_ten_dashes() -> None:
    country = geography.country()
    assert len(country.provinces) == 34
    assert [province.name for province in country.provinces if province.code == "710000"] == ["台湾省"]
    assert [line.kind for line in country.lines].count("ten_dash_line") == 10


def test_all_counties_of_the_sample_have_an_outline_and_unknown_codes_have_none(every: pd.DataFrame) -> None:
    assert len(geography.counties(every["code"])) == 110
    assert geography.counties(["999999"]) == {}


def test_every_label_point_lies_in_its_county_s_box(every: pd.DataFrame) -> None:
    boxes = {code: outline.box for code, outline in geography.counties(every["code"]).items()}
    points = {row["code"]: geography.point(row["longitude"], row["latitude"]) for _, row in every.iterrows()}
    assert [code for code, (x, y) in points.items() if not boxes[code].meets(Box(x, y, x, y))] == []


# --- borders ---


def test_within_detail_every_area_is_as_fine_as_its_source() -> None:
    provinces = map_borders.provinces()
    for outline in geography.country().provinces:
        drawn = _rings(provinces.geometry(outline.code, EVERYWHERE)["coordinates"])
        assert [sorted(ring[:-1]) for ring in drawn] == [sorted(ring[:-1]) for ring in outline.rings]
        assert all(ring[0] == ring[-1] for ring in drawn)


def test_simplified_areas_lose_no_part_and_keep_their_size() -> None:
    provinces = map_borders.provinces()
    for outline in geography.country().provinces:
        drawn = _rings(provinces.geometry(outline.code)["coordinates"])
        assert len(drawn) == len(outline.rings)
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in drawn)
        assert sum(map(_area, drawn)) == pytest.approx(sum(map(_area, outline.rings)), rel=0.04, abs=400)


def test_neighbours_share_their_simplified_border_and_it_is_drawn_once() -> None:
    provinces = map_borders.provinces()
    rings = [ring for code in provinces.areas for ring in _rings(provinces.geometry(code)["coordinates"])]
    steps = [frozenset(step) for ring in rings for step in pairwise(map(tuple, ring))]
    drawn = [frozenset(step) for line in provinces.borders()["coordinates"] for step in pairwise(line)]
    assert len({piece.fine for piece in provinces.pieces}) == len(provinces.pieces)
    assert set(drawn) == set(steps)
    assert len(drawn) < len(steps)


def test_two_squares_side_by_side_have_three_pieces() -> None:
    left = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    right = [(10, 0), (20, 0), (20, 10), (10, 10), (10, 0)]
    coverage = Coverage.of([_square("a", left), _square("b", right)], 0.5)
    assert sorted(len(piece.fine) for piece in coverage.pieces) == [2, 4, 4]
    assert sorted(coverage.geometry("a")["coordinates"][0][:-1]) == sorted(left[:-1])


@given(
    st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=2, max_size=40), st.integers(1, 200)
)
def test_a_simplified_line_strays_no_further_than_it_may(points: list[tuple[int, int]], tolerance: int) -> None:
    kept = simplified(tuple(points), tolerance)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert all(min(_distance(point, a, b) for a, b in pairwise(kept)) <= tolerance + 1e-6 for point in points)


def _rings(coordinates: list) -> list[list]:
    """A ring is the innermost list."""
    if not isinstance(coordinates[0], list):
        return [coordinates]
    return [ring for inner in coordinates for ring in _rings(inner)]


def _area(ring: list) -> float:
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise(ring)) / 2


def _square(code: str, ring: list[tuple[int, int]]) -> geography.Outline:
    return geography.Outline("county", code, "", {"type": "Polygon", "coordinates": [ring]}, (ring,), EVERYWHERE)


def _distance(point: tuple[int, int], a: tuple[int, int], b: tuple[int, int]) -> float:
    (px, py), (ax, ay), (bx, by) = point, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length)) if length else 0.0
    return float(np.hypot(px - ax - share * (bx - ax), py - ay - share * (by - ay)))


# --- classes ---


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
        ("late", "迟报"),
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
    group = every.index[every["core_county_id"] == CORE].tolist()
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
        "2019年6月月报：110个县中4个迟报，106个逾期未报。",
    ]


def test_the_table_begins_with_what_needs_attention(every: pd.DataFrame) -> None:
    shown = [CORE, RADIATING, SILENT, 533325]
    table = map_figures.table(told(every, shown, SALES), SALES)
    assert list(table["完成率"]) == ["—", "0.0%", "80.0%", "15308.6%"]
    assert list(table["本月报送"]) == ["逾期未报", "迟报", "迟报", "迟报"]
    assert list(map_figures.table(told(every, [SILENT, CORE], SHOPS), SHOPS)["状态"]) == ["○ 无数据", "不适用"]
    assert list(map_figures.table(told(every, shown, None), None)["本月报送"]) == ["逾期未报", "迟报", "迟报", "迟报"]


def test_what_is_taken_away_holds_numbers_in_the_indicator_s_unit(every: pd.DataFrame) -> None:
    sheet = map_figures.sheet(told(every, [CORE, SILENT], SALES), SALES)
    assert sheet[["行政区划代码", "网络销售额累计（元）", "县均份额（元）", "完成率", "状态"]].to_numpy().tolist() == [
        ["533323", None, Decimal(50_000), None, "○ 无数据"],
        ["533301", Decimal(800_000), Decimal(1_000_000), Fraction(4, 5), "● 正常"],
    ]
    assert list(map_figures.sheet(told(every, [SILENT], SHOPS), SHOPS)["县均份额（家）"]) == [Decimal(2)]


def test_the_key_counts_every_class_and_always_has_one_for_no_data(every: pd.DataFrame) -> None:
    figures = told(every, [CORE, RADIATING, 533325], SALES)
    spec = map_looks.key(map_looks.looks(LIGHT, of_returns=False), figures.values(), 107, LIGHT)
    assert spec["description"] == (
        "图例：不足25%0个县；25%～50%0个县；50%～75%0个县；75%～100%1个县；100%及以上1个县；"
        "0（已报，无发生）1个县；未报（无数据）0个县；不在所选或可查看范围107个县。"
    )


# --- drawings ---


def test_the_national_map_shows_the_whole_country_with_every_dash_in_view_and_uncovered(every: pd.DataFrame) -> None:
    drawing = maps.national(scene(every, every.index.tolist()))
    dashes = [line.box for line in geography.country().lines if line.kind == "ten_dash_line"]
    view = json.loads(drawing.to_json())["initialViewState"]
    window = Window(tuple(view["target"][:2]), 2 ** -view["zoom"], 600, drawing.pixels)
    seen = window.box
    assert len(features(drawing, "land")) == 34
    assert [dash for dash in dashes if not _within(dash, seen)] == []
    names = [window.pixel(tuple(row["at"])) for row in layers(drawing)["names"]["data"]]
    pixels = [Box(*window.pixel((d.west, d.north)), *window.pixel((d.east, d.south))) for d in dashes]
    assert [(x, y) for x, y in names if any(dash.meets(Box(x - 30, y - 8, x + 30, y + 8)) for dash in pixels)] == []


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.west <= inner.west
        and outer.north <= inner.north
        and inner.east <= outer.east
        and inner.south <= outer.south
    )


def test_all_110_counties_are_drawn_and_can_be_pointed_at(every: pd.DataFrame) -> None:
    drawing = maps.national(scene(every, every.index.tolist()))
    assert sorted(feature["properties"]["code"] for feature in features(drawing, "counties")) == sorted(every["code"])
    assert [name for name, layer in layers(drawing).items() if layer.get("pickable")] == ["counties"]


def test_core_counties_have_a_star_and_an_arc_to_each_county_they_radiate_to(every: pd.DataFrame) -> None:
    drawing = maps.national(scene(every, every.index.tolist()))
    assert [row["text"] for row in layers(drawing)["stars"]["data"]] == ["★"] * 10
    assert len(features(drawing, "arcs")) == 100
    group = maps.group(scene(every, every.index.tolist()), CORE)
    ends = {(*feature["geometry"]["coordinates"][0],) for feature in features(group, "arcs")}
    place = every.loc[CORE]
    assert ends == {geography.point(place["longitude"], place["latitude"])}


def test_where_a_star_hides_its_county_it_carries_its_colour(every: pd.DataFrame) -> None:
    whole = scene(every, [CORE])
    fills = [tuple(row["colour"]) for row in layers(maps.national(whole))["star-fills"]["data"]]
    assert sorted(fills) == sorted([rgb(whole.looks[CLASSES[3]].fill)] + [rgb(LIGHT.background)] * 9)
    assert "star-fills" not in layers(maps.group(whole, CORE))


@pytest.mark.parametrize("width", [280, 340, 600])
def test_labels_never_cover_one_another(every: pd.DataFrame, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[list[Label]] = []
    monkeypatch.setattr(maps, "placed", lambda *wanted: kept.append(placed(*wanted)) or kept[-1])
    whole = scene(every, every.index.tolist(), width=width)
    maps.national(whole)
    for core in whole.cores:
        maps.group(whole, core)
    assert len(kept) == 11
    for labels in kept:
        assert [pair for pair in combinations([label.box for label in labels], 2) if pair[0].meets(pair[1])] == []


def test_on_a_wide_screen_every_county_of_every_group_finds_room_for_its_name(every: pd.DataFrame) -> None:
    whole = scene(every, every.index.tolist())
    for core in whole.cores:
        names = [row["text"].split("\n")[0] for row in layers(maps.group(whole, core))["names"]["data"]]
        assert sorted(names) == sorted(every[every["core_county_id"] == core]["name"])


@given(
    st.lists(
        st.builds(
            Wish,
            st.text("县市自治a1%\n", min_size=1, max_size=12),
            st.tuples(st.integers(-2000, 2000), st.integers(-2000, 2000)),
            st.integers(8, 20),
        ),
        max_size=25,
    )
)
def test_wherever_labels_are_wanted_they_stay_apart_and_inside(wishes: list[Wish]) -> None:
    window = Window((0, 0), 10, 400, 300)
    boxes = [label.box for label in placed(wishes, window)]
    assert [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])] == []
    assert [box for box in boxes if not _within(box, Box(0, 0, 400, 300))] == []


@pytest.mark.parametrize("kpi", [SALES, None], ids=["completion", "returns"])
def test_a_drawing_asks_no_outside_address_and_draws_no_base_map(every: pd.DataFrame, kpi: Kpi | None) -> None:
    drawing = maps.national(scene(every, every.index.tolist(), kpi))
    spec = json.loads(drawing.to_json())
    assert re.findall(r"https?:|//|data:", drawing.to_json()) == []
    assert (spec["mapStyle"], spec.get("mapProvider")) == ("__MAP_STYLE__", None)
    assert [view["@@type"] for view in spec["views"]] == ["OrthographicView"]
    assert not any(drawing.__dict__[name] for name in drawing.__dict__ if name.endswith("_key"))


def test_a_drawing_is_small_on_the_wire(every: pd.DataFrame) -> None:
    whole = scene(every, every.index.tolist())
    assert len(maps.national(whole).to_json().encode()) < 600_000
    assert len(maps.group(whole, CORE).to_json().encode()) < 600_000


def test_a_county_s_map_holds_no_figure_of_another_county(every: pd.DataFrame) -> None:
    drawing = maps.group(scene(every, [CORE]), CORE)
    text = "\n".join(_texts(json.loads(drawing.to_json())))
    assert re.findall("[0-9.]+(?:万元|%)", text) == ["80万元", "80.0%", "80.0%"]
    assert re.findall("未报|迟报", text) == ["迟报"]
    assert [
        feature["properties"]["name"]
        for feature in features(drawing, "counties")
        if feature["properties"]["figure"] or feature["properties"]["returned"]
    ] == ["泸水市"]


def _texts(part: object) -> Iterator[str]:
    """Every text of a spec, keys left out."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)


def test_counties_without_a_figure_to_show_share_one_look(every: pd.DataFrame) -> None:
    drawing = maps.national(scene(every, [CORE]))
    fills = [tuple(feature["properties"]["fill"]) for feature in features(drawing, "counties")]
    assert fills.count((0, 0, 0, 0)) == 109


def test_the_county_pointed_at_has_a_strong_edge(every: pd.DataFrame) -> None:
    question = Question.of(1, YEAR, JUNE, SALES, every.index.tolist())
    edges = [features(Sight(question, (), chosen, "light", 600).drawing, "edges") for chosen in (0, CORE)]
    assert len(edges[1]) - len(edges[0]) == 1
    assert edges[1][-1]["properties"]["width"] == 2.5


def test_a_tooltip_leaves_its_texts_to_the_front_end_which_escapes_them(every: pd.DataFrame) -> None:
    named = every.assign(name=every["name"].where(every.index != CORE, "<b>&"))
    drawing = maps.national(scene(named, [CORE]))
    names = [feature["properties"]["name"] for feature in features(drawing, "counties")]
    assert names.count("<b>&") == 1


def test_a_sight_is_drawn_once(every: pd.DataFrame) -> None:
    def sight(shown: list[int]) -> Sight:
        return Sight(Question.of(1, YEAR, JUNE, SALES, shown), (), 0, "light", 600)

    assert sight([CORE]).drawing is sight([CORE]).drawing
    assert sight([CORE]).drawing is not sight([RADIATING]).drawing


def test_what_is_drawn_around(every: pd.DataFrame) -> None:
    group = tuple(every.index[every["core_county_id"] == CORE])
    yunnan = every.index[every["province_code"] == "53"].tolist()
    whole = every.index.tolist()
    assert focus(every, whole, 0, 0) == ()
    assert focus(every, whole, CORE, 0) == group
    assert focus(every, whole, 0, RADIATING) == group
    assert focus(every, [RADIATING], 0, 0) == group
    assert focus(every, yunnan, 0, 0) == tuple(yunnan)
    assert focus(every, [], 0, 0) == ()


def test_an_even_share_is_the_target_over_the_counties_of_the_tier(every: pd.DataFrame) -> None:
    figures = told(every, [CORE, RADIATING], SALES)
    assert [figures[county].share for county in (CORE, RADIATING)] == [Fraction(4, 5), Fraction(7654321, 50000)]
    assert [figures[county].goal for county in (CORE, RADIATING)] == ["100万元", "5万元"]


def test_months_before_any_return_show_everybody_unreported(sqlite_store: str) -> None:
    with db.reading() as session:
        empty = county_frame(session, YEAR, Month.of(YEAR.launch))
    figures = told(empty, empty.index.tolist(), SALES)
    assert {figure.look for figure in figures.values()} == {MISSING}
