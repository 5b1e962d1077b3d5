"""The map files and the registry as they lie in data/: complete, consistent with each other, small enough."""

import csv
import json
import re
import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from programme.settings import ROOT

GEO = ROOT / "data" / "geo"
REGISTRY = ROOT / "data" / "registry"
FINER_THAN_THREE_DECIMALS = {"460302": 2, "652826": 1, "652827": 1, "659009": 1}

Point = tuple[float, float]
Ring = list[Point]


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def features(name: str) -> list[dict[str, Any]]:
    return json.loads((GEO / name).read_text(encoding="utf-8"))["features"]


def polygons(geometry: dict[str, Any]) -> list[list[Ring]]:
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


@cache
def outlines() -> dict[str, list[list[Ring]]]:
    """County code → polygons, each a list of rings."""
    return {item["properties"]["code"]: polygons(item["geometry"]) for item in features("counties.geojson")}


def provinces() -> list[dict[str, Any]]:
    return [item for item in features("provinces.geojson") if item["properties"]["kind"] == "province"]


def inside(point: Point, county: list[list[Ring]]) -> bool:
    """By counting the borders east of the point."""
    x, y = point
    crossings = 0
    for ring in (ring for polygon in county for ring in polygon):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossings += 1
    return crossings % 2 == 1


def doubled_area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def test_the_registry_has_2891_counties_with_a_code_of_their_own() -> None:
    codes = [row["code"] for row in rows("registry/counties.csv")]
    assert len(codes) == 2891
    assert codes == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch("[0-9]{6}", code)] == []


def test_no_field_of_the_registry_is_empty_or_padded() -> None:
    texts = [text for row in rows("registry/counties.csv") for text in row.values()]
    assert [text for text in texts if not text or text != text.strip()] == []


def test_registry_and_map_hold_the_same_counties() -> None:
    assert list(outlines()) == [row["code"] for row in rows("registry/counties.csv")]


def test_every_label_point_lies_inside_its_county() -> None:
    astray = [
        row["code"]
        for row in rows("registry/counties.csv")
        if not inside((float(row["longitude"]), float(row["latitude"])), outlines()[row["code"]])
    ]
    assert astray == []


def test_codes_older_than_the_ministrys_are_replaced_through_the_former_codes() -> None:
    codes = {row["code"] for row in rows("registry/counties.csv")}
    former = [row["former_code"] for row in rows("registry/former.csv") if row["former_code"]]
    assert {"540481", "540581", "460302", "460303"} <= codes
    assert [code for code in former if code in codes] == []
    assert len(former) == len(set(former))


def test_every_former_code_belongs_to_a_county_of_today_and_says_something() -> None:
    names = {row["code"]: row["name"] for row in rows("registry/counties.csv")}
    former = rows("registry/former.csv")
    assert [row for row in former if row["code"] not in names] == []
    assert [row for row in former if not (row["former_code"] or row["former_name"])] == []
    assert [row for row in former if row["former_name"] == names[row["code"]]] == []
    assert [row for row in former if not re.fullmatch("|2016|2019|202[0-3]", row["changed"])] == []


def test_sanqu_sanzhou_counts_as_many_counties_as_the_rule_names() -> None:
    counted = Counter(row["province"] for row in rows("registry/counties.csv") if row["sanqu_sanzhou"] == "true")
    expected = {"西藏自治区": 74, "四川省": 48, "新疆维吾尔自治区": 33, "青海省": 32, "甘肃省": 17, "云南省": 7}
    assert counted == expected


def test_counties_without_a_prefecture_say_so() -> None:
    counted = Counter(
        (row["province"], row["prefecture"]) for row in rows("registry/counties.csv") if row["code"][2:4] == "90"
    )
    assert counted == {
        ("河南省", "省直辖县级行政区划"): 1,
        ("湖北省", "省直辖县级行政区划"): 4,
        ("海南省", "省直辖县级行政区划"): 15,
        ("新疆维吾尔自治区", "自治区直辖县级行政区划"): 12,
    }


def test_the_sample_counties_agree_with_the_registry() -> None:
    registry = {row["code"]: row for row in rows("registry/counties.csv")}
    sample = rows("demo/counties.csv")
    told = ("name", "prefecture", "province", "sanqu_sanzhou")
    assert len(sample) == 110
    assert [{key: row[key] for key in told} for row in sample] == [
        {key: registry[row["adcode"]][key] for key in told} for row in sample
    ]


def test_the_map_has_34_provinces_and_every_line_of_the_national_map() -> None:
    assert Counter(item["properties"]["kind"] for item in features("provinces.geojson")) == {
        "province": 34,
        "ten_dash_line": 10,
        "undetermined_border": 1,
        "special_region_boundary": 7,
        "province_boundary_at_sea": 13,
    }
    lines = [item for item in features("provinces.geojson") if item["properties"]["kind"] != "province"]
    assert {item["geometry"]["type"] for item in lines} == {"LineString"}


def test_the_ten_dashes_lie_around_the_south_china_sea_and_east_of_taiwan() -> None:
    dashes = [
        item["geometry"]["coordinates"]
        for item in features("provinces.geojson")
        if item["properties"]["kind"] == "ten_dash_line"
    ]
    points = [point for dash in dashes for point in dash]
    box = [round(edge(point[axis] for point in points), 1) for edge in (min, max) for axis in (0, 1)]
    assert box == [108.2, 3.4, 122.8, 24.7]


def test_provinces_bear_the_names_of_the_registry() -> None:
    drawn = {item["properties"]["code"][:2]: item["properties"]["name"] for item in provinces()}
    assert drawn == {row["code"][:2]: row["province"] for row in rows("registry/counties.csv")}


def test_province_outlines_run_along_county_borders() -> None:
    corners = {tuple(point) for county in outlines().values() for rings in county for ring in rings for point in ring}
    astray = [
        point
        for item in provinces()
        for rings in polygons(item["geometry"])
        for ring in rings
        for point in ring
        if tuple(point) not in corners
    ]
    assert astray == []


@pytest.mark.parametrize(("prefix", "counties"), [("71", 20), ("81", 18), ("82", 1)], ids=["台湾", "香港", "澳门"])
def test_taiwan_hong_kong_and_macao_are_on_the_map(prefix: str, counties: int) -> None:
    assert len([code for code in outlines() if code.startswith(prefix)]) == counties


@pytest.mark.parametrize(
    ("island", "code", "point"),
    [
        ("钓鱼岛", "710021", (123.475, 25.745)),
        ("赤尾屿", "710021", (124.558, 25.925)),
        ("永兴岛", "460302", (112.34, 16.835)),
        ("太平岛", "460303", (114.366, 10.376)),
        ("曾母暗沙", "460303", (112.27, 3.97)),
    ],
)
def test_no_island_is_lost_to_simplification(island: str, code: str, point: Point) -> None:
    assert inside(point, outlines()[code]), island


def test_every_part_of_sansha_is_kept() -> None:
    """The source has 96 and 228; a reef that touches itself once rounded becomes two parts."""
    assert {code: len(outlines()[code]) for code in ("460302", "460303")} == {"460302": 100, "460303": 230}


def test_every_ring_is_closed_has_an_area_and_turns_the_right_way() -> None:
    wrong = [
        code
        for code, county in outlines().items()
        for polygon in county
        for index, ring in enumerate(polygon)
        if ring[0] != ring[-1] or len(ring) < 4 or (doubled_area(ring) > 0) != (index == 0)
    ]
    assert wrong == []


def test_only_parts_that_would_vanish_have_more_than_three_decimals() -> None:
    finer = Counter(
        code
        for code, county in outlines().items()
        for polygon in county
        if any(round(number, 3) != number for point in polygon[0] for number in point)
    )
    assert finer == FINER_THAN_THREE_DECIMALS


def test_counties_carry_their_code_and_nothing_else() -> None:
    assert {tuple(item["properties"]) for item in features("counties.geojson")} == {("code",)}


@pytest.mark.parametrize(("name", "most"), [("counties.geojson", 2_700_000), ("provinces.geojson", 450_000)])
def test_map_files_are_small_and_have_one_feature_a_line(name: str, most: int) -> None:
    text = (GEO / name).read_text(encoding="utf-8")
    assert len(text.encode()) <= most
    assert len(text.splitlines()) == len(features(name)) + 2


def test_the_source_is_named_with_its_approval_number_and_counts_what_is_there() -> None:
    sources = tomllib.loads((GEO / "sources.toml").read_text(encoding="utf-8"))
    lines = Counter(item["properties"]["kind"] for item in features("provinces.geojson"))
    assert sources["map"]["approval_number"] == "GS(2024)0650号"
    assert {name: len(features(name)) for name in sources["files"]} == {
        name: told["features"] for name, told in sources["files"].items()
    }
    assert sources["lines"] | {"province": 34} == lines
