"""Maps of the projects of the 2016 programme: how many come from each province, how many name each county."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pandas as pd

from components import map_borders, map_looks, maps
from components.charts_style import Spec
from components.map_looks import Look
from components.palette import DARK, LIGHT, Scheme
from programme.project_facts import project_facts
from programme.project_queries import county_ids

PROVINCES, COUNTIES = "各省项目数", "面向贫困县"
EMPTY: Final = "none"
ON_A_PROVINCE: Final = "0000"


@dataclass(frozen=True)
class Tally:
    """A province or county with the number of its projects, and of those that were selected. `code` has six digits."""

    code: str
    name: str
    place: str
    number: int
    selected: int

    @property
    def figure(self) -> str:
        return f"项目{self.number}个，其中入选{self.selected}个"


@dataclass(frozen=True)
class ProjectMap:
    """What is drawn: PROVINCES or COUNTIES, and all counties that may be drawn, whichever the filters leave."""

    subject: str
    tallies: tuple[Tally, ...]
    every: frozenset[str]
    theme: str
    width: int

    @property
    def drawing(self) -> maps.Drawing:
        return _drawing(self)

    @property
    def scheme(self) -> Scheme:
        return DARK if self.theme == DARK.name else LIGHT

    @property
    def outlines(self) -> map_borders.Coverage:
        """A unit that is no province has no outline."""
        return map_borders.provinces() if self.subject == PROVINCES else map_borders.counties(self.every)

    @property
    def _what(self) -> str:
        return "省（区、市）" if self.subject == PROVINCES else "县"

    @property
    def sentence(self) -> str:
        found = [tally for tally in self.tallies if tally.number]
        if not found:
            return f"符合条件的项目没有涉及任何{self._what}。"
        first = max(found, key=lambda tally: (tally.number, tally.selected))
        verb = "有项目" if self.subject == PROVINCES else "有项目面向"
        return f"{len(found)}个{self._what}{verb}，最多的是{first.name}（{first.number}个）。"

    @property
    def looks(self) -> dict[str, Look]:
        return looks(self.subject, self.scheme)

    @property
    def key(self) -> Spec:
        counted = Counter(
            look_of(self.subject, tally.number) for tally in self.tallies if tally.code in self.outlines.areas
        )
        return map_looks.counted_key(self.looks, counted, self.scheme, self._what)

    @property
    def table(self) -> pd.DataFrame:
        """The figures of the map, the largest first; what the map leaves white is left out of it."""
        found = sorted((tally for tally in self.tallies if tally.number), key=lambda tally: (-tally.number, tally.code))
        columns = {self._what: [tally.name for tally in found]}
        if self.subject == COUNTIES:
            columns["所在地"] = [tally.place for tally in found]
        numbers = {"项目数": [tally.number for tally in found], "其中入选": [tally.selected for tally in found]}
        return pd.DataFrame(columns | numbers)


def of_provinces(found: pd.DataFrame, provinces: Mapping[str, str]) -> tuple[Tally, ...]:
    """Of a project_list; `provinces` are those whose projects the reader sees, with or without any that were found."""
    return tuple(
        Tally(code + ON_A_PROVINCE, name, "", *_numbers(found[found["province_code"] == code]))
        for code, name in provinces.items()
    )


def of_counties(found: pd.DataFrame, places: pd.DataFrame) -> tuple[Tally, ...]:
    """Of a project_list and project_queries.target_counties; only counties that a project names."""
    named = found.assign(county=found["target_counties"].map(county_ids)).explode("county").dropna(subset="county")
    return tuple(
        Tally(place["code"], place["name"], f"{place['province']} {place['prefecture']}", *_numbers(projects))
        for county, projects in named.groupby("county")
        for place in [places.loc[county]]
    )


def _numbers(projects: pd.DataFrame) -> tuple[int, int]:
    return len(projects), int(projects["stage"].isin(project_facts().stages_where("selected")).sum())


# --- classes ----------------------------------------------------------------------------------------------------------


def _bounds(subject: str) -> tuple[int, ...]:
    """The least number of each class; of a province those of the quota."""
    facts = project_facts()
    return (1, facts.least, facts.most + 1) if subject == PROVINCES else (1, 2, 3)


def look_of(subject: str, number: int) -> str:
    reached = sum(number >= bound for bound in _bounds(subject))
    return f"class-{reached}" if reached else EMPTY


def looks(subject: str, scheme: Scheme) -> dict[str, Look]:
    """By `look_of`, the larger the stronger; only the map of provinces has a class for none."""
    bounds = _bounds(subject)
    ends = [*(bound - 1 for bound in bounds[1:]), None]
    words = [_words(least, most) for least, most in zip(bounds, ends, strict=True)]
    colours = (scheme.ramp[0], scheme.ramp[2], scheme.ramp[4])
    graded = {
        f"class-{at}": Look(text, colour, scheme.background, always=True)
        for at, (text, colour) in enumerate(zip(words, colours, strict=True), 1)
    }
    none = {EMPTY: Look("没有项目", scheme.secondary, scheme.outline, 0.6)}
    return graded | (none if subject == PROVINCES else {})


def _words(least: int, most: int | None) -> str:
    if most is None:
        return f"项目{least}个及以上"
    return f"项目{least}个" if least == most else f"项目{least}～{most}个"


# --- drawing ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _drawing(shown: ProjectMap) -> maps.Drawing:
    return maps.tallied(_areas(shown), shown.scheme, shown.width)


def _areas(shown: ProjectMap) -> Sequence[maps.Area]:
    outlines = shown.outlines
    return [
        maps.Area(
            outlines.geometry(tally.code),
            shown.looks[look_of(shown.subject, tally.number)],
            {"code": tally.code, "name": tally.name, "place": tally.place, "figure": tally.figure},
        )
        for tally in shown.tallies
        if tally.code in outlines.areas
    ]
