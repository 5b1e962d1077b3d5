"""The map as drawn: complete, legible, asking nobody, and showing nobody another's figures."""

import json
import re
from collections.abc import Iterator
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import geography, maps
from components.geography import Box
from components.map_figures import CLASSES
from components.map_labels import Label, Window, Wish, placed
from components.map_views import Question, Sight, focus
from components.palette import LIGHT, rgb
from programme.catalogue import Kpi
from tests.map_rows import CORE, JUNE, RADIATING, SALES, YEAR, group_of, sample, scene


@pytest.fixture
def every(sqlite_store: str) -> pd.DataFrame:
    return sample()


def layers(drawing: maps.Drawing) -> dict[str, dict]:
    return {layer["id"]: layer for layer in json.loads(drawing.to_json())["layers"]}


def features(drawing: maps.Drawing, layer: str) -> list[dict]:
    return layers(drawing)[layer]["data"]["features"]


def strokes(drawing: maps.Drawing, part: str) -> list[dict]:
    return [feature for feature in features(drawing, "lines") if feature["properties"]["part"] == part]


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
    assert len(strokes(drawing, "arc")) == 100
    group = maps.region(scene(every, every.index.tolist()), group_of(every, CORE))
    ends = {(*feature["geometry"]["coordinates"][0],) for feature in strokes(group, "arc")}
    place = every.loc[CORE]
    assert ends == {geography.point(place["longitude"], place["latitude"])}


def test_where_a_star_hides_its_county_it_carries_its_colour(every: pd.DataFrame) -> None:
    whole = scene(every, [CORE])
    fills = [tuple(row["colour"]) for row in layers(maps.national(whole))["star-fills"]["data"]]
    assert sorted(fills) == sorted([rgb(whole.looks[CLASSES[3]].fill)] + [rgb(LIGHT.background)] * 9)
    assert "star-fills" not in layers(maps.region(whole, group_of(every, CORE)))


@pytest.mark.parametrize("width", [280, 340, 600])
def test_labels_never_cover_one_another(every: pd.DataFrame, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[list[Label]] = []
    monkeypatch.setattr(maps, "placed", lambda *wanted: kept.append(placed(*wanted)) or kept[-1])
    whole = scene(every, every.index.tolist(), width=width)
    maps.national(whole)
    for core in whole.cores:
        maps.region(whole, group_of(every, core))
    assert len(kept) == 11
    for labels in kept:
        assert [pair for pair in combinations([label.box for label in labels], 2) if pair[0].meets(pair[1])] == []


def test_on_a_wide_screen_every_county_of_every_group_finds_room_for_its_name(every: pd.DataFrame) -> None:
    whole = scene(every, every.index.tolist())
    for core in whole.cores:
        names = [
            row["text"].split("\n")[0] for row in layers(maps.region(whole, group_of(every, core)))["names"]["data"]
        ]
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


def test_keys_of_map_services_in_the_environment_stay_there(
    every: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CARTO_API_KEY", "MAPBOX_API_KEY", "GOOGLE_MAPS_API_KEY"):
        monkeypatch.setenv(name, "key-of-somebody")
    drawing = maps.national(scene(every, [CORE]))
    assert "key-of-somebody" not in drawing.to_json() + "".join(map(str, vars(drawing).values()))


def test_a_drawing_is_small_on_the_wire(every: pd.DataFrame) -> None:
    whole = scene(every, every.index.tolist())
    assert len(maps.national(whole).to_json().encode()) < 600_000
    assert len(maps.region(whole, group_of(every, CORE)).to_json().encode()) < 600_000


def test_a_county_s_map_holds_no_figure_of_another_county(every: pd.DataFrame) -> None:
    drawing = maps.region(scene(every, [CORE]), group_of(every, CORE))
    text = "\n".join(_texts(json.loads(drawing.to_json())))
    assert re.findall("[0-9.]+(?:万元|%)", text) == ["80万元", "80.0%", "80.0%"]
    assert re.findall("未报|已提交", text) == ["已提交"]
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
    edges = [strokes(Sight(question, (), chosen, "light", 600).drawing, "edge") for chosen in (0, CORE)]
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
