"""The expo wall as a file: says what the release says, complete, legible, asking nobody."""

import base64
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import db
from components import geography
from components.geography import Box
from components.map_labels import extent
from components.wall import fitting, groups, national, typeface
from components.wall.page import content_digest, wall_html
from programme import settings
from programme.catalogue import catalogue
from programme.frozen_release import Frozen, frozen
from programme.models import FrozenList
from programme.pictures import ready
from programme.showcase_facts import ShownPicture, ShownPractice, ShownProduct, ShownStory
from programme.wall_content import wall_content
from programme.wall_pictures import OnWall, on_wall, pictures, within
from programme.wall_scenes import wall_facts
from tests import factories, terminal
from tests.project_people import a_project
from tests.test_releases import accepted, everybody, make
from tests.test_reviews import SOUND

HOSTILE = '</script><script>alert("县")</script>&<b>'
SHOP = "https://shop.example.cn/lushui?id=1&from=wall"
PICTURE = ShownPicture("ab" * 32, "image/png", b"\x89PNG\r\n\x1a\n", 640, 480, "晾晒的火腿", "泸水市工作小组")
PRODUCTS = (
    ShownProduct("老窝火腿", "整腿", 39800, SHOP, PICTURE),
    ShownProduct("草果", "", None, "javascript:alert(1)"),
)
STORY = ShownStory(
    533301, "533301", "泸水市", "云南省", "老窝火腿", HOSTILE, f"第一段{HOSTILE}\n第二段", (PICTURE,), PRODUCTS, True
)
PRACTICE = ShownPractice(
    1, 533301, "泸水市", "经验总结", "统一发货", f"第三段{HOSTILE}", ("电商", HOSTILE), (PICTURE, PICTURE), True
)
PLAIN = ShownPractice(2, 532929, "云龙县", "经验总结", "分级", "第一步", (), (), True)


@pytest.fixture(scope="module")
def store(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One release of June 2019, in which 泸水市 alone is in; a project in each of three states, one of them commended."""
    folder = tmp_path_factory.mktemp("wall")
    shutil.copy(sqlite_template, folder / "netlift.db")
    url = f"sqlite:///{folder / 'netlift.db'}"
    july = datetime(2019, 7, 8, 2, tzinfo=UTC)
    with factories.environment(DATABASE_URL=url, NETLIFT_VAR=str(folder)), settings.standing_at(july):
        people = everybody()
        accepted(people, SOUND)
        make(people["office"])
        for no, state in (
            ("53-001", "running"),
            ("53-002", "confirmed"),
            ("53-003", "noticed"),
            ("52-001", "withdrawn"),
        ):
            a_project(state, no=no)
        with db.transaction() as session:
            row = {"no": "53-001", "name": "示例", "enterprise": "示例", "province": "云南省", "total_e2": 9000}
            kept = json.dumps([row, row | {"no": "52-001"}])
            session.add(
                FrozenList(
                    kind="commended",
                    province_code="",
                    number=1,
                    content=kept,
                    sha256="0" * 64,
                    user_id=1,
                    user_name="国家网信办",
                )
            )
        yield folder
        db.engine().dispose()


@pytest.fixture(scope="module")
def held(store: Path) -> Frozen:
    with db.reading() as session:
        return frozen(session, 1)


@pytest.fixture(scope="module")
def content(store: Path, held: Frozen) -> dict[str, Any]:
    with db.reading() as session:
        return wall_content(session, held, wall_facts().scenes, [STORY], [PLAIN, PRACTICE])


@pytest.fixture(scope="module")
def page(content: dict[str, Any]) -> str:
    return wall_html(content, online=False)


class Reader(HTMLParser):
    """Every start tag with its attributes, and the texts of elements by tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open[-1] if self._open else "", []).append(data)


# --- what it says ---------------------------------------------------------------------------------------------------


def test_the_content_is_plain_and_the_same_each_time(store: Path, held: Frozen, content: dict[str, Any]) -> None:
    with db.reading() as session:
        again = wall_content(session, held, wall_facts().scenes, [STORY], [PRACTICE, PLAIN])
    assert json.loads(json.dumps(again)) == content
    assert content_digest(content) == content_digest(again | {"address": "https://example.cn/expo"})


def test_it_says_what_the_release_says(content: dict[str, Any], held: Frozen) -> None:
    assert content["basis"] == held.basis == "发布口径（第1期） · 截至2019年6月30日 · 接收1/110个县 · 示例数据"
    sales = content["programmes"][0]["figures"][0]
    assert (sales["name"], sales["value"], sales["unit"]) == ("网络销售额", "12.3万", "元")
    assert sales["lines"] == ["核心示范县完成1.2%", "辐射带动县完成—", "6月报数1/110个县"]
    lines = {(line["name"], line["scope"]): line for line in content["targets"]["lines"]}
    assert len(lines) == 10
    assert lines["惠及贫困户", "全部县"]["progress"] == "90 / 2万户"
    assert (lines["开店企业", "辐射带动县"]["progress"], lines["开店企业", "辐射带动县"]["share"]) == (
        "未报 / 200家",
        None,
    )


def test_a_county_says_0_not_reported_and_not_applicable_apart(content: dict[str, Any]) -> None:
    told = {one["name"]: one["value"] for one in content["counties"]["533301"]["figures"]}
    assert (told["特色品牌"], told["开店企业"], told["网络销售额"]) == ("0个", "不适用", "12.3万元")
    assert {one["value"] for one in content["counties"]["532929"]["figures"]} == {"不适用", "未报"}


def test_of_the_projects_it_names_what_the_public_may_read_alone(content: dict[str, Any]) -> None:
    named = [one["name"] for direction in content["projects"]["directions"] for one in direction["projects"]]
    assert named == ["示例项目53-001", "示例项目53-002"]
    assert [one["name"] for one in content["projects"]["commended"]] == ["示例项目53-001"]
    assert [figure["value"] for figure in content["programmes"][1]["figures"]] == ["2", "1", "0", "1"]


def test_scenes_that_are_off_or_have_nothing_to_say_are_not_played(store: Path, held: Frozen) -> None:
    with db.reading() as session:
        said = wall_content(session, held, wall_facts().scenes)
        silent = wall_content(session, held, [wall_facts().scene("stories")])
    assert [scene["code"] for scene in said["scenes"]] == ["figures", "map", "targets", "projects"]
    assert [scene["code"] for scene in silent["scenes"]] == ["figures"]


def test_what_only_scenes_that_are_off_would_show_is_not_in_the_file(store: Path, held: Frozen) -> None:
    def said(*off: str) -> dict[str, Any]:
        scenes = [replace(scene, on=scene.code not in off) for scene in wall_facts().scenes]
        with db.reading() as session:
            return wall_content(session, held, scenes, [replace(STORY, pictures=(other,))], [PRACTICE])

    other = replace(PICTURE, sha256="cd" * 32)
    without_stories, without_products = said("stories", "practices"), said("products", "practices")
    neither = said("stories", "practices", "products")
    assert [*without_stories["pictures"], *without_products["pictures"]] == [PICTURE.sha256, other.sha256]
    assert (without_products["products"], len(said("products")["practices"])) == ([], 1)
    assert [neither[name] or [] for name in ("stories", "products", "practices", "pictures")] == [[], [], [], []]
    assert neither["counties"]["533301"]["practices"] == []
    page = wall_html(neither, online=False)
    assert [word for word in (PRACTICE.title, "第三段", PICTURE.alt, "第二段", SHOP) if word in page] == []


def test_beyond_its_bound_the_wall_leaves_out_pictures_a_story_and_a_shelf_can_spare() -> None:
    def picture(name: str) -> ShownPicture:
        return replace(PICTURE, sha256=name, content=b"x" * 10)

    def story(code: str) -> ShownStory:
        goods = (replace(PRODUCTS[0], picture=picture(f"{code}-product")),)
        return replace(STORY, code=code, pictures=(picture(f"{code}-1"), picture(f"{code}-2")), products=goods)

    both = story("a"), story("b")
    shown = OnWall(both, both, (replace(PRACTICE, pictures=(picture("practice"),)),))
    carried = {most: sorted(pictures(within(shown, most))) for most in (70, 69, 49, 39, 19, 9)}
    assert carried[70] == ["a-1", "a-2", "a-product", "b-1", "b-2", "b-product", "practice"]
    assert carried[69] == ["a-1", "a-product", "b-1", "b-product", "practice"]
    assert carried[49] == ["a-1", "a-product", "b-1", "b-product"]
    assert (carried[39], carried[19], carried[9]) == (["a-1", "b-1"], ["a-1"], [])


def a_photo(name: str, width: int = 1000, height: int = 750) -> ShownPicture:
    """As it is kept."""
    grain = Image.effect_noise((width // 8, height // 8), 90).convert("RGB").resize((width, height))
    file = io.BytesIO()
    grain.save(file, "PNG", compress_level=1)
    kept = ready(file.getvalue())
    return replace(PICTURE, sha256=name, content=kept.content, width=kept.width, height=kept.height)


def test_pictures_go_on_the_wall_no_larger_than_their_scene_shows_them() -> None:
    photo = a_photo("photo")
    goods = (replace(PRODUCTS[0], picture=replace(photo, sha256="goods")),)
    three = replace(STORY, pictures=tuple(replace(photo, sha256=name) for name in ("first", "second", "third")))
    two = replace(STORY, pictures=tuple(replace(photo, sha256=name) for name in ("left", "right")), products=goods)
    practice = replace(PRACTICE, pictures=(replace(photo, sha256="second"), replace(photo, sha256="unseen")))
    first = pictures(on_wall([three, two], [two], [practice]))
    assert {name: (one.width, one.height) for name, one in first.items()} == {
        "first": (photo.width, photo.height), "second": (photo.width, photo.height), "third": (800, 600),
        "left": (photo.width, photo.height), "right": (photo.width, photo.height), "goods": (800, 600),
    }  # fmt: skip
    for one in first.values():
        assert one.media_type == "image/webp"
        assert Image.open(io.BytesIO(one.content)).size == (one.width, one.height)
        assert len(one.content) < len(photo.content)
    again = pictures(on_wall([three, two], [two], [practice]))
    assert all(one.content is first[name].content for name, one in again.items())  # made once


def test_many_pictures_are_encoded_more_coarsely_than_few() -> None:
    assert [wall_facts().quality(megabytes) for megabytes in (0, 8, 8.1, 16, 17, 5_000)] == [75, 75, 60, 60, 45, 45]
    photo = a_photo("many", 800, 600)
    few = on_wall([replace(STORY, pictures=(photo,))], []).told[0].pictures[0]
    heavy = replace(PICTURE, sha256="heavy", content=b"x" * 17_000_000)
    many = on_wall([replace(STORY, pictures=(photo, heavy))], []).told[0].pictures[0]
    assert len(many.content) < len(few.content) < len(photo.content)


def test_a_picture_that_is_small_as_it_is_or_cannot_be_read_is_carried_as_it_is() -> None:
    tiny = io.BytesIO()
    Image.new("L", (8, 8)).save(tiny, "WEBP", lossless=True)
    plain = replace(PICTURE, sha256="tiny", content=tiny.getvalue())
    for picture in (PICTURE, plain):
        shown = on_wall([replace(STORY, pictures=(picture,))], [])
        assert shown.told[0].pictures == (picture,)


# --- practices ------------------------------------------------------------------------------------------------------


def test_practices_have_a_scene_with_county_kind_tags_and_picture(content: dict[str, Any], page: str) -> None:
    assert [scene["code"] for scene in content["scenes"]] == [scene.code for scene in wall_facts().scenes]
    assert content["practices"] == [
        {
            "code": "533301", "county": "泸水市", "province": "云南省", "kind": "经验总结", "title": "统一发货",
            "paragraphs": [f"第三段{HOSTILE}"], "tags": ["电商", HOSTILE], "sample": True,
            "pictures": [{"sha": PICTURE.sha256, "alt": PICTURE.alt, "rights": PICTURE.rights}],
        },
        {
            "code": "532929", "county": "云龙县", "province": "云南省", "kind": "经验总结", "title": "分级",
            "paragraphs": ["第一步"], "tags": [], "pictures": [], "sample": True,
        },
    ]  # fmt: skip
    assert content["counties"]["533301"]["practices"] == ["统一发货"]
    seen = Reader(page)
    (scene,) = [one for tag, one in seen.tags if tag == "section" and one.get("data-scene") == "practices"]
    assert (scene["data-parts"], scene["data-seconds"]) == ("2", "14")
    assert [seen.texts["h2"].count(title) for title in ("统一发货", "分级")] == [1, 1]
    assert seen.texts["li"].count(HOSTILE) == 1


def test_a_practice_is_cut_off_behind_a_sentence() -> None:
    short = fitting.excerpt("题", ["做法：分级。", "（示例）"])
    assert (short.size, short.paragraphs, short.cut) == (fitting.EXCERPTS[0], ("做法：分级。", "（示例）"), False)
    sentence = f"{'长' * 30}，他说：“{'好' * 20}！”"
    long = fitting.excerpt("题" * 40, [sentence * 4] * 9)
    assert (long.size, long.cut) == (fitting.EXCERPTS[-1], True)
    assert [len(line) % len(sentence) for line in long.paragraphs] == [0] * len(long.paragraphs)
    assert 0 < fitting._height(long.paragraphs, long.size) <= fitting.CUT - 2 * fitting.TITLE_LINE
    endless = fitting.excerpt("题", ["长" * 5_000])
    assert (len(endless.paragraphs), endless.paragraphs[0][-2:]) == (1, "……")


# --- the file -------------------------------------------------------------------------------------------------------


def test_every_scene_and_the_page_for_phones_say_release_day_and_counties(page: str, content: dict[str, Any]) -> None:
    assert page.count(content["basis"]) == 3  # under every scene, at the head and the foot of the page for phones
    assert content_digest(content) in page
    assert content["projects"]["basis"].startswith("入选项目口径 · 共2个 · 截至2019年7月8日")


def test_the_same_content_gives_the_same_bytes(content: dict[str, Any], page: str) -> None:
    assert wall_html(content, online=False) == page


def test_the_faces_are_cut_alike_each_time_and_hold_the_characters_shown() -> None:
    rules = typeface.faces("县")
    fonts, shown = settings.data_folder() / "fonts", frozenset("县") | typeface.OTHERS
    again = [typeface._cut.__wrapped__(fonts / name, shown) for _, name in typeface.FACES]
    assert [base64.b64encode(face).decode() in rules for face in again] == [True, True]
    faces = dict(re.findall(r"font-weight:(\d+);src:url\(data:font/woff2;base64,([^)]+)\)", rules))
    assert sorted(faces) == ["400", "700"]
    assert all(len(base64.b64decode(face)) < 20_000 for face in faces.values())


def test_without_pictures_it_is_smaller_than_a_megabyte(page: str) -> None:
    assert len(page.encode()) < 700_000


def test_what_was_typed_stays_text(page: str) -> None:
    scripts = [attributes for tag, attributes in Reader(page).tags if tag == "script"]
    assert [one.get("id") for one in scripts] == ["told", "pictures", None]
    assert "<script>alert" not in page
    assert Reader(page).texts["h2"].count(HOSTILE) == 1


def test_a_county_s_name_cannot_leave_the_data_it_stands_in(content: dict[str, Any]) -> None:
    named = {**content["counties"], "533301": content["counties"]["533301"] | {"name": HOSTILE}}
    hostile = wall_html(content | {"counties": named}, online=False)
    assert [tag for tag, _ in Reader(hostile).tags].count("script") == 3
    told = re.search(r'id="told">(.*?)</script>', hostile, re.DOTALL)
    assert told is not None
    assert json.loads(told[1])["counties"]["533301"]["name"] == HOSTILE


def test_it_asks_nobody_for_anything(page: str) -> None:
    reached = [
        value
        for tag, attributes in Reader(page).tags
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data", "xlink:href")
        and not (value or "").startswith(("#", "data:"))
    ]
    assert reached == [SHOP]  # the link of a product, on the page for phones
    assert not re.search(r"@import|url\((?!data:|#)", page)


def policy_of(page: str) -> str:
    return next(a["content"] or "" for tag, a in Reader(page).tags if tag == "meta" and "http-equiv" in a)


@pytest.mark.parametrize("online", [False, True])
def test_its_policy_lets_its_own_scripts_run_and_nothing_else(content: dict[str, Any], online: bool) -> None:
    made = wall_html(content | {"address": "https://example.cn/expo"}, online=online, version="v1")
    rules = dict(rule.strip().split(" ", 1) for rule in policy_of(made).split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", made, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts]
    assert rules["script-src"].split() == hashes
    assert (rules["default-src"], rules["connect-src"]) == ("'none'", "'self'" if online else "'none'")
    assert ('data-version="v1"' in made, 'data-poll="60"' in made) == (online, online)
    assert ("手机扫码" in made) == online  # the code to the page's own address


def test_products_have_their_price_and_a_code_to_a_shop_of_the_web_only(page: str, content: dict[str, Any]) -> None:
    assert [(one["name"], one["price"], one["link"]) for one in content["products"]] == [
        ("老窝火腿", "398.00元", SHOP),
        ("草果", "", ""),
    ]
    assert page.count('class="qr"') == 1
    assert "javascript:" not in page


def test_the_same_picture_keeps_the_words_of_each_who_shows_it(store: Path, held: Frozen) -> None:
    other = replace(PICTURE, alt="挂着的火腿", rights="云龙县工作小组")
    second = replace(STORY, code="532929", county="云龙县", pictures=(other,), products=())
    with db.reading() as session:
        said = wall_content(session, held, wall_facts().scenes, [STORY, second])
    shown = [attributes["alt"] for tag, attributes in Reader(wall_html(said, online=False)).tags if tag == "img"]
    assert len(said["pictures"]) == 1
    assert [[one["rights"] for one in story["pictures"]] for story in said["stories"]] == [
        ["云龙县工作小组"],
        ["泸水市工作小组"],
    ]
    assert sorted(shown) == ["挂着的火腿"] * 2 + ["晾晒的火腿"] * 4


# --- the map --------------------------------------------------------------------------------------------------------


def test_the_map_has_ten_dashes_taiwan_islands_number_and_source(page: str, content: dict[str, Any]) -> None:
    drawn = national.national(content["groups"], content["counties"])
    assert len(drawn.inset.dashes) == 10
    assert drawn.source["approval_number"] in page
    assert page.count(drawn.source["caption"]) == 3  # with the map, beside a practice, on the page for phones
    assert "南海诸岛" in page
    taiwan = national.window().pixel(geography.point(121, 23.8))
    assert drawn.land.count("z") > 150  # small islands are not lost
    assert inside(taiwan, drawn.land)


def test_nothing_touches_the_inset(content: dict[str, Any]) -> None:
    drawn = national.national(content["groups"], content["counties"])
    edge = drawn.inset.box
    near = Box(edge.west - 6, edge.north - 6, edge.east + 6, edge.south + 6)
    assert [name.text for name in drawn.names if name.box.meets(near)] == []
    assert [
        ring
        for ring in drawn.rings
        if Box(ring[0] - ring[2], ring[1] - ring[2], ring[0] + ring[2], ring[1] + ring[2]).meets(near)
    ] == []
    for path in (drawn.land, drawn.borders, drawn.open_border, *drawn.dashes, *drawn.counties.values()):
        assert [point for point in points_of(path) if Box(*point, *point).meets(near)] == []
    assert near.east <= drawn.width + 6
    name = drawn.inset.name
    taken = Box(name[0] - 48, name[1] - 12, name[0] + 48, name[1] + 12)
    dashes = [point for dash in drawn.inset.dashes for point in points_of(dash)]
    assert [point for point in dashes if Box(*point, *point).meets(taken)] == []


def test_no_name_of_a_group_lies_over_another_and_none_leaves_the_panel(content: dict[str, Any]) -> None:
    for group in content["groups"]:
        for width in (groups.WIDTH, 840):
            drawn = groups.panel(group["members"], content["counties"], width)
            assert len(drawn.labels) == len(drawn.counties) == 11
            boxes = [of(label) for label in drawn.labels.values()]
            assert [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])] == []
            assert all(
                box.west >= 0 and box.north >= 0 and box.east <= width and box.south <= groups.HEIGHT for box in boxes
            )
            assert len(drawn.arcs) == 10


def test_the_core_counties_are_named_on_the_national_map_clear_of_one_another(content: dict[str, Any]) -> None:
    names = national.national(content["groups"], content["counties"]).names
    assert len(names) == 10
    assert [pair for pair in combinations(names, 2) if pair[0].box.meets(pair[1].box)] == []


def of(label: Any) -> Box:
    """What the letters take."""
    (x, y), (wide, high) = label.box.centre, extent(label.wish)
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def points_of(path: str) -> Iterator[tuple[float, float]]:
    """Corners of a path of `M x y l dx dy …` pieces."""
    for piece in path.split("M")[1:]:
        first, _, rest = piece.rstrip("z").partition("l")
        x, y = (float(number) for number in re.findall(r"-?\d*\.?\d+", first.split("h")[0]))
        yield x, y
        steps = [float(number) for number in re.findall(r"-?\d*\.?\d+", rest)]
        for east, south in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + east, y + south
            yield x, y


def inside(point: tuple[float, float], path: str) -> bool:
    """By the even-odd rule over all rings."""
    x, y = point
    crossed = False
    for piece in path.split("M")[1:]:
        ring = list(points_of(f"M{piece}"))
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                crossed = not crossed
    return crossed


# --- setting --------------------------------------------------------------------------------------------------------


def test_a_story_is_set_as_large_as_it_fits_and_cut_off_where_it_never_does() -> None:
    short, full = fitting.told("题", ["短。"]), fitting.told("题", ["满" * 600])
    long = fitting.told("题" * 30, ["长" * 2_000])
    assert (short.size, short.alone, short.cut) == (fitting.SIZES[0], False, False)
    assert (full.size, full.alone, full.cut) == (fitting.SIZES[-1], True, False)
    assert (long.size, long.cut, long.paragraphs[-1][-2:]) == (fitting.SIZES[-1], True, "……")
    assert fitting._height(long.paragraphs, long.size) <= fitting.CUT - fitting.TITLE_LINE


# --- the terminal ---------------------------------------------------------------------------------------------------


def test_the_terminal_writes_the_file_and_its_hash(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "大屏.html"
    answer = terminal.here("release", "wall", "1", "-o", str(file))
    assert answer.code == 0, answer.err
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (tmp_path / "大屏.html.sha256").read_text(encoding="utf-8") == f"{sha256}  大屏.html\n"
    assert terminal.here("release", "wall", "9", "-o", str(file)).code == 2
    assert terminal.here("release", "wall", "1", "-o", str(tmp_path / "没有" / "大屏.html")).code == 2


def test_the_figures_on_the_wall_are_of_indicators_there_are() -> None:
    known = {kpi.code for kpi in catalogue().kpis}
    assert {*wall_facts().figures, *wall_facts().group_figures} <= known
