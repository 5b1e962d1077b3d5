"""The plane of the map and the borders on it."""

from itertools import pairwise
from math import radians, sin

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import geography, map_borders
from components.geography import Box
from components.map_borders import Coverage, simplified
from tests.map_rows import members

EVERYWHERE = Box(-1e9, -1e9, 1e9, 1e9)


@pytest.fixture
def every(sqlite_store: str) -> pd.DataFrame:
    return members()


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


def test_a_line_in_dashes_keeps_its_bends_and_leaves_its_gaps() -> None:
    assert map_borders.dashed([[(0, 0), (10, 0), (10, 10)]], drawn=6, left_out=2) == [
        [(0, 0), (6, 0)],
        [(8, 0), (10, 0), (10, 4)],
        [(10, 6), (10, 10)],
    ]


def test_the_outline_of_an_area_has_every_ring_of_every_part() -> None:
    rings = [[(0, 0), (9, 0), (9, 9), (0, 0)], [(2, 1), (3, 1), (3, 2), (2, 1)], [(20, 0), (29, 0), (29, 9), (20, 0)]]
    whole = {"type": "MultiPolygon", "coordinates": [rings[:2], rings[2:]]}
    assert map_borders.outline(whole) == {"type": "MultiLineString", "coordinates": rings}
    assert map_borders.outline({"type": "Polygon", "coordinates": rings[:2]})["coordinates"] == rings[:2]
