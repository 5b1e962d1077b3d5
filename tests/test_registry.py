"""What users write for a county: read right or refused, never silently another county."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.registry import (
    Ambiguous,
    Conflict,
    Found,
    How,
    Match,
    Outside,
    Place,
    Registry,
    Unknown,
    read_places,
    short_names,
)
from programme.settings import ROOT

PLACES = read_places(ROOT / "data" / "registry")
REGISTRY = Registry.of(PLACES)
LUSHUI, LANPING, FUGONG = "533301", "533325", "533323"


def place(code: str) -> Place:
    return REGISTRY.by_code[code]


def ids(*codes: str) -> frozenset[int]:
    return frozenset(place(code).id for code in codes)


def codes(places: tuple[Place, ...]) -> list[str]:
    return [place.code for place in places]


YUNNAN = frozenset(place.id for place in PLACES if place.province == "云南省")


def test_the_registry_reads_all_counties_with_the_number_of_their_code_as_id() -> None:
    assert len(PLACES) == len(REGISTRY.by_id) == len(REGISTRY.by_code) == 2891
    assert [place for place in PLACES if place.id != int(place.code)] == []


def test_a_place_carries_what_the_files_say_of_it() -> None:
    told = (361104, "361104", "广信区", "上饶市", "江西省", 117.84, 28.564, False, ("361121",), ("上饶县",))
    assert place("361104") == Place(*told)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("兰坪白族普米族自治县", ("兰坪", "兰坪县")),
        ("环江毛南族自治县", ("环江", "环江县")),
        ("泸水市", ("泸水",)),
        ("礼县", ()),
        ("玉龙纳西族自治县", ("玉龙", "玉龙县")),
        ("巴里坤哈萨克自治县", ("巴里坤", "巴里坤县")),
        ("鄂伦春自治旗", ("鄂伦春", "鄂伦春旗")),
        ("鄂温克族自治旗", ("鄂温克", "鄂温克旗")),
        ("科尔沁左翼中旗", ("科左中旗",)),
        ("喀喇沁左翼蒙古族自治县", ("喀左", "喀左县")),
        ("杭锦后旗", ()),
        ("隆阳区", ("隆阳",)),
        ("赣县区", ("赣县",)),
        ("浦东新区", ("浦东",)),
        ("清新区", ("清新",)),
        ("神农架林区", ("神农架",)),
        ("万柏林区", ("万柏林",)),
        ("井陉矿区", ()),
        ("莲花山风景林自然保护区", ()),
        ("东乡族自治县", ("东乡", "东乡县")),
        ("积石山保安族东乡族撒拉族自治县", ("积石山", "积石山县")),
        ("双江拉祜族佤族布朗族傣族自治县", ("双江", "双江县")),
        ("三都水族自治县", ("三都", "三都县")),
        ("隆林各族自治县", ("隆林", "隆林县")),
    ],
)
def test_short_names_follow_a_rule(name: str, short: tuple[str, ...]) -> None:
    assert short_names(name) == short


def test_no_short_name_has_one_character_or_is_the_full_name_of_another_county() -> None:
    full = {place.name for place in PLACES}
    assert [
        place.name for place in PLACES for short in short_names(place.name) if len(short) < 2 or short in full
    ] == []


@pytest.mark.parametrize(
    ("code", "name", "found", "how"),
    [
        ("533301", "", LUSHUI, How.CODE),
        ("533301.0", "", LUSHUI, How.CODE),
        ("156533301", "", LUSHUI, How.CODE),
        ("533301000000", "", LUSHUI, How.CODE),
        ("533 301", "泸水", LUSHUI, How.CODE),
        ("533321", "泸水县", LUSHUI, How.FORMER_CODE),
        ("361121", "", "361104", How.FORMER_CODE),
        ("156540422", "", "540481", How.FORMER_CODE),
        ("", "泸水市", LUSHUI, How.NAME),
        ("", "泸水", LUSHUI, How.SHORT_NAME),
        ("", "泸水县", LUSHUI, How.FORMER_NAME),
        ("", "兰坪县", LANPING, How.SHORT_NAME),
        ("", "兰坪", LANPING, How.SHORT_NAME),
        ("", "环江县", "451226", How.SHORT_NAME),
        ("", "上饶县", "361104", How.FORMER_NAME),
        ("", "湟中县", "630106", How.FORMER_NAME),
        ("", "礼县", "621226", How.NAME),
        ("", "礼 县", "621226", How.NAME),
        ("", "云南省泸水市", LUSHUI, How.NAME),
        ("", "云南泸水市", LUSHUI, How.NAME),
        ("", "怒江傈僳族自治州泸水市", LUSHUI, How.NAME),
        ("", "怒江州泸水市", LUSHUI, How.NAME),
        ("", "云南省 怒江州 泸水", LUSHUI, How.SHORT_NAME),
        ("", "西藏林芝市米林县", "540481", How.FORMER_NAME),
        ("", "甘肃省临夏县", "622921", How.NAME),
        ("", "吉林省吉林市船营区", "220204", How.NAME),
        ("", "重庆市秀山县", "500241", How.SHORT_NAME),
        ("", "南京鼓楼区", "320106", How.NAME),
        ("", "邢台市桥西区", "130503", How.FORMER_NAME),
        ("", "河南县", "632324", How.SHORT_NAME),
    ],
)
def test_a_county_is_found_as_users_write_it(code: str, name: str, found: str, how: How) -> None:
    assert REGISTRY.resolve(code, name) == Found(place(found), how)


def test_every_county_is_found_by_its_code_and_by_its_name_behind_its_areas() -> None:
    assert [p for p in PLACES if REGISTRY.resolve(p.code, p.name) != Found(p, How.CODE)] == []
    assert [p for p in PLACES if REGISTRY.resolve("", p.province + p.prefecture + p.name) != Found(p, How.NAME)] == []


def test_every_former_code_and_name_leads_to_the_county_of_today() -> None:
    former_codes = [(p, code) for p in PLACES for code in p.former_codes]
    former_names = [(p, name) for p in PLACES for name in p.former_names]
    assert len(former_codes) == 38
    assert [c for p, c in former_codes if REGISTRY.resolve(c, "") != Found(p, How.FORMER_CODE)] == []
    assert [
        name
        for p, name in former_names
        if REGISTRY.resolve("", p.province + p.prefecture + name) != Found(p, How.FORMER_NAME)
    ] == []


def test_a_name_several_counties_bear_is_ambiguous() -> None:
    match = REGISTRY.resolve("", "朝阳区")
    assert match == Ambiguous((place("110105"), place("220104")))


def test_a_former_name_competes_with_the_same_name_of_today() -> None:
    assert REGISTRY.resolve("", "桥西区") == Ambiguous((place("130104"), place("130703"), place("130503")))


def test_the_counties_in_question_decide_an_ambiguous_name() -> None:
    assert REGISTRY.resolve("", "朝阳区", ids("220104", LUSHUI)) == Found(place("220104"), How.NAME)
    assert REGISTRY.resolve("", "桥西区", ids("130503")) == Found(place("130503"), How.FORMER_NAME)


def test_a_code_decides_an_ambiguous_name() -> None:
    assert REGISTRY.resolve("220104", "朝阳区") == Found(place("220104"), How.CODE)


def test_a_county_that_is_not_in_question_lies_outside() -> None:
    assert REGISTRY.resolve("", "礼县", YUNNAN) == Outside(place("621226"))
    assert REGISTRY.resolve("621226", "礼县", YUNNAN) == Outside(place("621226"))
    assert REGISTRY.resolve("", "朝阳区", YUNNAN) == Outside(place("110105"), (place("220104"),))


def test_a_full_name_outside_is_not_read_as_the_short_name_of_a_county_in_question() -> None:
    town = Place(1, "000001", "东山县", "甲市", "甲省", 0, 0, False)
    autonomous = Place(2, "000002", "东山苗族自治县", "乙市", "乙省", 0, 0, False)
    registry = Registry.of([town, autonomous])
    assert registry.resolve("", "东山县", frozenset({2})) == Outside(town)
    assert registry.resolve("", "东山") == Ambiguous((town, autonomous))


def test_code_and_name_of_different_counties_conflict() -> None:
    assert REGISTRY.resolve(LUSHUI, "福贡县") == Conflict(place(LUSHUI), (place(FUGONG),))
    assert REGISTRY.resolve(LUSHUI, "朝阳区") == Conflict(place(LUSHUI), (place("110105"), place("220104")))


def test_a_code_beside_a_name_nobody_bears_conflicts() -> None:
    assert REGISTRY.resolve(LUSHUI, "怒江大峡谷") == Conflict(place(LUSHUI), ())


def test_an_unknown_code_is_not_made_good_by_a_known_name() -> None:
    assert REGISTRY.resolve("533399", "泸水市") == Unknown((place(LUSHUI),))
    assert REGISTRY.resolve("泸水市", "") == Unknown(())


def test_a_county_is_not_looked_for_in_an_area_where_it_does_not_lie() -> None:
    assert REGISTRY.resolve("", "四川省怒江州泸水市") == Unknown(REGISTRY.suggestions("泸水市"))
    assert REGISTRY.suggestions("泸水市")[0] == place(LUSHUI)


@pytest.mark.parametrize("name", ["河南", "云南省", "怒江州", "合计", "礼", "县", "", " "])
def test_areas_totals_and_scraps_are_no_county(name: str) -> None:
    assert isinstance(REGISTRY.resolve("", name), Unknown)


def test_a_former_code_that_became_two_counties_is_ambiguous_until_the_name_tells() -> None:
    east = Place(1, "000001", "襄东区", "甲市", "甲省", 0, 0, False, former_codes=("000009",))
    west = Place(2, "000002", "襄西区", "甲市", "甲省", 0, 0, False, former_codes=("000009",))
    registry = Registry.of([east, west])
    assert registry.resolve("000009", "") == Ambiguous((east, west))
    assert registry.resolve("000009", "襄西区") == Found(west, How.FORMER_CODE)


def test_a_misspelt_name_is_never_accepted_but_suggested_from_the_counties_in_question_first() -> None:
    in_question = ids(LUSHUI, LANPING, "451226", "621226")
    assert REGISTRY.resolve("", "卢水市", in_question).suggestions[0] == place(LUSHUI)
    assert REGISTRY.resolve("", "卢水县", in_question).suggestions[0] == place(LUSHUI)  # 泸水县 until 2016
    assert REGISTRY.resolve("", "兰平县", in_question).suggestions[0] == place(LANPING)
    assert {place.province for place in REGISTRY.suggestions("云南省卢水市")[:2]} == {"云南省"}


def test_there_are_at_most_three_suggestions() -> None:
    assert len(REGISTRY.suggestions("昭党县")) == 3
    assert REGISTRY.suggestions("ABC") == ()


PIECES = sorted(
    {
        "云南",
        "云南省",
        "怒江州",
        "吉林",
        "吉林市",
        "海南",
        "河南",
        "县",
        "自治",
        "156",
        ".0",
        "000000",
        " ",
        "１",
        "\n",
        "朝阳",
    }
    | {text for p in PLACES[::60] for text in (p.name, p.code, p.prefecture, *p.former_names, *short_names(p.name))}
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
SCOPES = st.none() | st.frozensets(st.sampled_from([p.id for p in PLACES[::60]] + sorted(YUNNAN)), max_size=40)


def named(match: Match) -> tuple[Place, ...]:
    """The places a match holds for certain, that is without suggestions."""
    match match:
        case Found(place):
            return (place,)
        case Ambiguous(candidates):
            return candidates
        case Outside(place, others):
            return (place, *others)
        case Conflict(by_code, by_name):
            return (by_code, *by_name)
        case Unknown():
            return ()


@given(TEXTS, TEXTS, SCOPES)
def test_no_text_whatever_raises_or_finds_a_county_that_is_not_in_question(
    code: str, name: str, among: frozenset[int] | None
) -> None:
    match = REGISTRY.resolve(code, name, among)
    within = [among is None or place.id in among for place in named(match)]
    match match:
        case Found():
            assert within == [True]
        case Ambiguous():
            assert all(within)
            assert len(within) > 1
        case Outside():
            assert not any(within)
        case Unknown(suggestions):
            assert len(set(codes(suggestions))) == len(suggestions) <= 3
        case Conflict(by_code, by_name):
            assert by_code not in by_name


@given(st.sampled_from(PLACES), TEXTS, SCOPES)
def test_a_county_found_by_its_name_bears_that_name(where: Place, scrap: str, among: frozenset[int] | None) -> None:
    for name in (where.name + scrap, scrap + where.name):
        match = REGISTRY.resolve("", name, among)
        if isinstance(match, Found):
            texts = (match.place.name, *match.place.former_names, *short_names(match.place.name))
            assert any("".join(name.split()).endswith(text) for text in texts)


def test_resolving_is_the_same_whichever_way_an_area_is_put_in_front() -> None:
    areas = product(("", "云南", "云南省"), ("", "怒江", "怒江州", "怒江傈僳族自治州"))
    assert {REGISTRY.resolve("", f"{province}{prefecture}泸水市") for province, prefecture in areas} == {
        Found(place(LUSHUI), How.NAME)
    }
