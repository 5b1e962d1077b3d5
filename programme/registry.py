"""Which county a text means: by current or former code, by full, former or usual short name, with its area in front.

Only exact matches are accepted. Likeness ranks suggestions in a finding and nothing else: 泸水县 is as close to
泸溪县 as to 泸水市, so accepting the likeliest would put a figure on the wrong county in silence.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from heapq import nlargest
from pathlib import Path

Ids = frozenset[int]


@dataclass(frozen=True, slots=True)
class Place:
    """A county of the map. The label point is in degrees and lies inside the polygon; it is not the county seat."""

    id: int
    code: str
    name: str
    prefecture: str
    province: str
    longitude: float
    latitude: float
    sanqu_sanzhou: bool
    former_codes: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()

    @property
    def full_names(self) -> tuple[str, ...]:
        """The present name first."""
        return self.name, *self.former_names


class How(StrEnum):
    """What the text was when it was found."""

    CODE = "code"
    FORMER_CODE = "former code"
    NAME = "name"
    FORMER_NAME = "former name"
    SHORT_NAME = "short name"


@dataclass(frozen=True, slots=True)
class Found:
    place: Place
    how: How


@dataclass(frozen=True, slots=True)
class Unknown:
    """No county of the country; the suggestions are for a person to choose from, likeliest first, at most three."""

    suggestions: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several of the counties in question bear this name."""

    candidates: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The code means one county, the name others, or none when `by_name` is empty."""

    by_code: Place
    by_name: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """Known in the country but not among the counties in question; `others` bear the same name and lie outside too."""

    place: Place
    others: tuple[Place, ...] = ()


Match = Found | Unknown | Ambiguous | Conflict | Outside
Hits = tuple[Found, ...]


_PEOPLES = (
    "回|满|苗|壮|侗|瑶|白|彝|黎|傣|畲|佤|怒|京|藏|羌|水|土|各|蒙古|维吾尔|布依|朝鲜|哈尼|哈萨克|傈僳|高山|拉祜|东乡|纳西|景颇|"
    "柯尔克孜|达斡尔|仫佬|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔|独龙|鄂伦春|"
    "赫哲|门巴|珞巴|基诺|土家"
)
_TAIL_OF_PEOPLES = re.compile(f"(?<=..)(?:(?:{_PEOPLES})族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)+$")
_AUTONOMOUS = re.compile("(?P<stem>.{2,})自治(?P<unit>[县旗])")
_WING = re.compile("^(.).+([左右])翼")
_NEVER_SHORTENED = re.compile(".*(?:保护区|矿区|[左右前中后白黄蓝]旗)")
_PLAIN = re.compile("(?:(.{3,})林区|(.{2,})(?:特别行政区|行政委员会|联合旗|新区)|(.{2,})[县市区旗])")
_AREA = re.compile("(.{2,})(?:特别行政区|自治区|地区|[省市盟])")
_STATE = re.compile("(?P<stem>.{2,})自治州")


def short_names(name: str) -> tuple[str, ...]:
    """The usual short names of a county's full name, by rule: 兰坪白族普米族自治县 → 兰坪, 兰坪县; 泸水市 → 泸水; 礼县 → none.

    A stem of one character is never a name, nor is what is left of 矿区, 保护区 or a banner told apart by side or colour.
    """
    if autonomous := _AUTONOMOUS.fullmatch(name):
        stem = _WING.sub(r"\1\2", _without_peoples(autonomous["stem"]))
        return stem, stem + autonomous["unit"]
    if _WING.search(name):
        return (_WING.sub(r"\1\2", name),)  # 科尔沁左翼中旗 → 科左中旗
    plain = None if _NEVER_SHORTENED.fullmatch(name) else _PLAIN.fullmatch(name)
    return tuple(stem for stem in plain.groups() if stem) if plain else ()


def _without_peoples(stem: str) -> str:
    """怒江傈僳族 → 怒江; a county named after its people alone keeps the name: 东乡族 → 东乡."""
    return _TAIL_OF_PEOPLES.sub("", stem).removesuffix("族")


@cache
def _area_names(area: str) -> tuple[str, ...]:
    """How a province or prefecture is written in front of a county: 怒江傈僳族自治州, 怒江, 怒江州."""
    if state := _STATE.fullmatch(area):
        stem = _without_peoples(state["stem"])
        return area, stem, stem + "州"
    plain = _AREA.fullmatch(area)
    return (area, _without_peoples(plain[1])) if plain else (area,)


_CODE = re.compile("(?:156)?([0-9]{6})(?:0{6})?(?:[.]0+)?")
_LONGEST_NAME = 40
_COMPARED = 12
_LIKE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Registry:
    """All counties with their lookup tables, made once by `of`."""

    by_id: dict[int, Place]
    by_code: dict[str, Place]
    _codes: dict[str, Hits]
    _full_names: dict[str, Hits]
    _short_names: dict[str, Hits]
    _areas: dict[str, Ids]
    _letters: dict[str, list[int]]

    @classmethod
    def of(cls, places: Iterable[Place]) -> "Registry":
        every = tuple(places)
        provinces = {stem for province in {place.province for place in every} for stem in _area_names(province)}
        codes = [(place.code, Found(place, How.CODE)) for place in every]
        codes += [(code, Found(place, How.FORMER_CODE)) for place in every for code in place.former_codes]
        names = [(place.name, Found(place, How.NAME)) for place in every]
        names += [(name, Found(place, How.FORMER_NAME)) for place in every for name in place.former_names]
        shorts = [(short, Found(place, How.SHORT_NAME)) for place in every for short in short_names(place.name)]
        return cls(
            by_id={place.id: place for place in every},
            by_code={place.code: place for place in every},
            _codes=_gathered(codes),
            _full_names=_gathered(names),
            _short_names=_gathered(entry for entry in shorts if entry[0] not in provinces),  # 河南 is the province
            _areas=_areas(every),
            _letters=_letters(every),
        )

    def resolve(self, code: str, name: str, among: Ids | None = None) -> Match:
        """The county meant by a code, a name or both; `among` narrows to the ids in question, None is the whole country.

        Texts are trimmed and half-width, "" when absent. An unknown code is never made good by a known name.
        """
        code, name = "".join(code.split()), "".join(name.split())
        named = self._named(name)
        if not code:
            return self._settled(named, name, among)
        coded = self._coded(code)
        if not coded:
            return Unknown(_places(named)[:3] or self.suggestions(name, among))
        if not name:
            return self._settled(coded, name, among)
        agreeing = tuple(hit for hit in coded if hit.place in _places(named))
        return self._settled(agreeing, name, among) if agreeing else Conflict(coded[0].place, _places(named))

    def _settled(self, hits: Hits, name: str, among: Ids | None) -> Match:
        inside = hits if among is None else tuple(hit for hit in hits if hit.place.id in among)
        if len(inside) == 1:
            return inside[0]
        if inside:
            return Ambiguous(_places(inside))
        return Outside(hits[0].place, _places(hits[1:])) if hits else Unknown(self.suggestions(name, among))

    def _coded(self, code: str) -> Hits:
        """Also as 533301.0, as 156533301 or with six zeros behind; a current code comes before a former one."""
        digits = _CODE.fullmatch(code)
        hits = self._codes.get(digits[1], ()) if digits else ()
        return hits[:1] if hits and hits[0].how is How.CODE else hits

    def _named(self, name: str) -> Hits:
        """A full name, present or former, is meant before a short one; an area in front is looked at last."""
        if len(name) > _LONGEST_NAME:
            return ()
        return self._full_names.get(name) or self._short_names.get(name) or self._named_in_area(name)

    def _named_in_area(self, name: str) -> Hits:
        for area, rest in self._splits(name):
            hits = self._full_names.get(rest) or self._short_names.get(rest) or ()
            if inside := tuple(hit for hit in hits if hit.place.id in area):
                return inside
        return ()

    def _splits(self, name: str) -> Iterator[tuple[Ids, str]]:
        """Every way to take areas off the front: 云南省怒江州泸水市 → ids of 云南省, 怒江州泸水市; ids of 怒江州, 泸水市."""
        for end in range(len(name) - 2, 1, -1):
            if area := self._areas.get(name[:end]):
                yield area, name[end:]
                yield from ((area & inner, rest) for inner, rest in self._splits(name[end:]))

    def suggestions(self, name: str, among: Ids | None = None) -> tuple[Place, ...]:
        """The three counties whose names are most like this one: those in question first, then the whole country."""
        name = "".join(name.split())[:_LONGEST_NAME]
        area, name = min(self._splits(name), key=lambda split: len(split[1]), default=(Ids(), name))
        sharing = Counter(number for letter in set(name) for number in self._letters.get(letter, ()))
        inside = {number: n for number, n in sharing.items() if among is None or number in among}
        chosen = self._likest(name, area, inside)
        if len(chosen) < 3 and among is not None:
            chosen += self._likest(name, area, {number: sharing[number] for number in sharing if number not in among})
        return tuple(self.by_id[number] for number in chosen[:3])

    def _likest(self, name: str, area: Ids, sharing: dict[int, int]) -> list[int]:
        """At most three ids like enough, of the dozen that share most letters (the unit is one); the area decides a tie."""
        names = {number: self.by_id[number].full_names for number in sharing}
        shared = {
            number: sharing[number] + any(other[-1] == name[-1] for other in others) for number, others in names.items()
        }
        hopeful = [number for number in shared if 4 * shared[number] >= len(name) + 2]
        compared = nlargest(_COMPARED, hopeful, key=lambda n: (shared[n], n in area, names[n][0][0] == name[0]))
        matcher = SequenceMatcher(None, "", name, autojunk=False)
        likeness = {number: _likeness(matcher, names[number]) for number in compared}
        alike = [number for number in compared if likeness[number] >= _LIKE_ENOUGH]
        return nlargest(3, alike, key=likeness.__getitem__)


def _places(hits: Hits) -> tuple[Place, ...]:
    return tuple(hit.place for hit in hits)


def _gathered(entries: Iterable[tuple[str, Found]]) -> dict[str, Hits]:
    """Every text with the places it may mean, in the order given, no place twice."""
    table: defaultdict[str, dict[int, Found]] = defaultdict(dict)
    for text, hit in entries:
        table[text].setdefault(hit.place.id, hit)
    return {text: tuple(hits.values()) for text, hits in table.items()}


def _areas(places: Iterable[Place]) -> dict[str, Ids]:
    """The ids of the counties in every province and prefecture, by each of its names."""
    members: defaultdict[str, set[int]] = defaultdict(set)
    for place in places:
        for name in {*_area_names(place.province), *_area_names(place.prefecture)}:
            members[name].add(place.id)
    return {name: frozenset(ids) for name, ids in members.items()}


def _letters(places: Iterable[Place]) -> dict[str, list[int]]:
    """Which ids have a letter in a name; what every name may end in tells nothing."""
    letters: defaultdict[str, list[int]] = defaultdict(list)
    for place in places:
        for letter in set("".join(place.full_names)).difference("县市区旗自治族"):
            letters[letter].append(place.id)
    return dict(letters)


def _likeness(matcher: "SequenceMatcher[str]", names: tuple[str, ...]) -> float:
    """0 to 1, by a full name, present or former, or the short one of the present."""
    best = 0.0
    for text in (*names, *short_names(names[0])):
        matcher.set_seq1(text)
        best = max(best, matcher.ratio())
    return best


def read_places(folder: Path) -> list[Place]:
    """The counties of `counties.csv` with what `former.csv` says of them; KeyError when that names another county."""
    rows = {row["code"]: row for row in _rows(folder / "counties.csv")}
    codes: dict[str, list[str]] = {code: [] for code in rows}
    names: dict[str, list[str]] = {code: [] for code in rows}
    for former in _rows(folder / "former.csv"):
        codes[former["code"]] += filter(None, [former["former_code"]])
        names[former["code"]] += filter(None, [former["former_name"]])
    return [_place(row, tuple(codes[code]), tuple(names[code])) for code, row in rows.items()]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _place(row: dict[str, str], former_codes: tuple[str, ...], former_names: tuple[str, ...]) -> Place:
    texts = (row["code"], row["name"], row["prefecture"], row["province"])
    point = float(row["longitude"]), float(row["latitude"])
    return Place(int(row["code"]), *texts, *point, row["sanqu_sanzhou"] == "true", former_codes, former_names)
