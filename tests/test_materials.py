"""Stories and practices: who may take which step when, what a version has to heed, what is on show, what is found."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

import db
from programme import library, material_edits, material_reviews, material_writing, materials, settings, showcase_queries
from programme.audit_queries import detail_text
from programme.errors import NotAllowed, NotFound, Outdated, ProgrammeError
from programme.library import Wanted
from programme.material_content import Picture, Product, Written, as_json, from_json, problems, tidy, yuan_text
from programme.material_facts import PRACTICE, STORY, material_facts
from programme.models import AuditEvent, MaterialProduct
from programme.obligations import Status, Step
from programme.permissions import Actor, Role
from tests.factories import a_user
from tests.material_acts import (
    ASKED,
    LUSHUI,
    YUNLONG,
    a_practice,
    a_story,
    accept,
    an_entry,
    at,
    begun,
    hand_in,
    made,
    put,
    seen,
    send_back,
    take_off,
    with_pictures,
)

People = dict[str, Actor]
ON_ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
STORY_KIND, PRACTICE_KIND = (material_facts().kinds[code] for code in (STORY, PRACTICE))


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def people(store: str) -> People:
    return {
        "county": a_user(Role.COUNTY, county=LUSHUI),
        "desk_mate": a_user(Role.COUNTY, county=LUSHUI, username="county-533301-b"),
        "neighbour": a_user(Role.COUNTY, county=YUNLONG),
        "province": a_user(Role.PROVINCE, province="53"),
        "office": a_user(Role.OFFICE),
        "deputy": a_user(Role.OFFICE, username="office-b"),
        "leader": a_user(Role.LEADER),
        "admin": a_user(Role.ADMIN),
        "enterprise": a_user(Role.ENTERPRISE),
        "province_cac": a_user(Role.PROVINCE_CAC, province="53"),
        "national_cac": a_user(Role.NATIONAL_CAC),
        "expert": a_user(Role.EXPERT),
        "evaluator": a_user(Role.EVALUATOR),
    }


WRITERS, OFFICES = {"county", "desk_mate", "office", "deputy"}, {"office", "deputy"}


# --- who may what -----------------------------------------------------------------------------------------------------


@ON_ONE_STORE
def test_nobody_but_the_county_and_the_office_writes(people: People) -> None:
    one = begun(people["county"])
    for name, actor in people.items():
        for act in (
            lambda session, actor=actor: material_writing.begin(session, actor, STORY, one.county_id),
            lambda session, actor=actor: material_writing.keep(session, actor, one, material_edits.nothing),
            lambda session, actor=actor: material_writing.add_picture(session, actor, one, made()),
            lambda session, actor=actor: material_writing.discard(session, actor, one),
        ):
            if name in WRITERS:
                with db.transaction() as session:
                    act(session)
            else:
                with pytest.raises(NotAllowed), db.transaction() as session:
                    act(session)
        if name not in WRITERS:
            with pytest.raises(NotAllowed):
                hand_in(actor, one, a_story())
    assert seen().revision == 0


@ON_ONE_STORE
def test_everybody_sees_only_what_is_theirs_to_write_or_review(people: People) -> None:
    hand_in(people["county"], begun(people["county"]), a_story())
    hand_in(people["neighbour"], begun(people["neighbour"], county=YUNLONG), a_story())
    with db.reading() as session:
        found = {name: [one.code for one in materials.pieces(session, actor, STORY)] for name, actor in people.items()}
    both = [YUNLONG, LUSHUI]
    expected = {"county": [LUSHUI], "desk_mate": [LUSHUI], "neighbour": [YUNLONG], "office": both, "deputy": both}
    assert found == {name: expected.get(name, []) for name in people}
    for name in ("neighbour", "province", "leader"):
        with pytest.raises(NotFound), db.reading() as session:
            materials.piece_of(session, people[name], seen().id)


def nothing(people: People) -> None:
    begun(people["county"])


def submitted(people: People) -> None:
    hand_in(people["county"], begun(people["county"]), a_story())


def sent_back(people: People) -> None:
    submitted(people)
    send_back(people["office"], seen())


def accepted(people: People) -> None:
    submitted(people)
    accept(people["office"], seen())


def revised(people: People) -> None:
    accepted(people)
    hand_in(people["county"], seen(), a_story(title="新的标题"), "换了包装")


def by_the_office(people: People) -> None:
    hand_in(people["office"], begun(people["office"]), a_story())


REVIEWED: dict[Callable[[People], None], set[str]] = {
    nothing: set(), submitted: OFFICES, sent_back: set(), accepted: set(), revised: OFFICES, by_the_office: {"deputy"},
}  # fmt: skip
ON_SHOW = (accepted, revised)


class Crash(Exception):
    """The process ends before the transaction does."""


def try_and_crash(act: Callable[..., None]) -> None:
    with db.transaction() as session:
        act(session)
        raise Crash


def taken_off(session: Session, actor: Actor, seen: materials.Piece) -> None:
    material_reviews.take_off(session, actor, seen, "show", "内容过时")


@pytest.mark.parametrize("state", REVIEWED, ids=lambda state: state.__name__)
@ON_ONE_STORE
def test_nobody_but_these_takes_a_step_and_a_refused_step_changes_nothing(
    people: People, state: Callable[[People], None]
) -> None:
    state(people)
    before = seen()
    for name, actor in people.items():
        reviews = name in REVIEWED[state]
        assert (material_reviews.why_not(actor, before, Step.ACCEPTED) is None) == reviews, name
        for allowed, act in (
            (reviews, partial(material_reviews.accept, actor=actor, seen=before)),
            (reviews, partial(material_reviews.send_back, actor=actor, seen=before, reasons=ASKED)),
            (name in OFFICES and state in ON_SHOW, partial(taken_off, actor=actor, seen=before)),
            (False, partial(material_reviews.put, actor=actor, seen=before, place_code="show")),
        ):
            with pytest.raises(Crash if allowed else ProgrammeError):
                try_and_crash(act)
    assert seen() == before


@ON_ONE_STORE
def test_nobody_accepts_what_they_wrote_themselves(people: People) -> None:
    by_the_office(people)
    with pytest.raises(ProgrammeError, match="由您报送，不能由您自己"):
        accept(people["office"], seen())
    accept(people["deputy"], seen())
    assert seen().is_shown


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_story_is_kept_whole_and_nothing_of_it_can_be_changed(people: People) -> None:
    written = with_pictures(a_story(title=" 峡谷里的\u202e火腿 ", text="第一段\r\n\r\n第二段\x00"))
    hand_in(people["county"], begun(people["county"]), written)
    with db.reading() as session:
        stored = materials.content_of(session, seen())
        prices = session.exec(select(MaterialProduct.price_fen)).all()
    assert (stored, stored.title, stored.text, prices) == (
        tidy(written), "峡谷里的火腿", "第一段\n\n第二段", [29_800],
    )  # fmt: skip
    for table in ("material", "material_version", "material_picture", "material_product", "stored_picture"):
        with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
            session.connection().execute(text(f"DELETE FROM {table}"))


def test_what_is_on_show_is_the_last_version_put_on_show_also_while_a_newer_one_is_in_review(people: People) -> None:
    versions = []

    def shown() -> list[tuple[str, str]]:
        with db.reading() as session:
            versions.append(showcase_queries.shown_version(session))
            return [(one.county, one.title) for one in showcase_queries.on_show(session)]

    submitted(people)
    assert (seen().status, shown()) == (Status.SUBMITTED, [])
    accept(people["office"], seen())
    assert (seen().status, shown()) == (Status.ACCEPTED, [("泸水市", "峡谷里的火腿")])
    hand_in(people["county"], seen(), a_story(title="新的标题"), "换了包装")
    assert (seen().status, seen().accepted, shown()) == (Status.SUBMITTED, 1, [("泸水市", "峡谷里的火腿")])
    send_back(people["office"], seen(), {"title": "标题太虚"})
    assert (seen().status, shown()) == (Status.SENT_BACK, [("泸水市", "峡谷里的火腿")])
    hand_in(people["county"], seen(), a_story(title="火腿的标准"))
    accept(people["office"], seen())
    assert shown() == [("泸水市", "火腿的标准")]
    take_off(people["office"], seen(), "show", "包装更换中")
    assert (seen().status, shown()) == (Status.ACCEPTED, [])
    put(people["office"], seen(), "show")
    assert shown() == [("泸水市", "火腿的标准")]
    changed = [before != after for before, after in pairwise(versions)]
    assert changed == [True, False, False, True, True, True]
    with db.reading() as session:
        course = [(event.what, event.reason) for event in materials.course_of(session, seen())]
        told = session.exec(select(AuditEvent).where(AuditEvent.action == "material.taken_off")).one()
    assert ("撤下", "包装更换中") in course
    assert detail_text(json.loads(told.detail)) == "展示材料：展示材料：火腿的标准；位置：撤下；原因：包装更换中"


@ON_ONE_STORE
def test_what_is_shown_carries_brand_pictures_products_and_whether_it_is_a_sample(people: People) -> None:
    one, written = begun(people["county"]), with_pictures(a_story())
    with_picture = replace(written.products[0], picture=Picture(made().sha256, "火腿", "县里拍摄"))
    with db.transaction() as session:
        more = (with_picture, Product(2, "草果"))
        material_writing.submit(session, people["county"], one, replace(written, products=more), sample=True)
    accept(people["office"], seen())
    with db.reading() as session:
        (shown,) = showcase_queries.on_show(session)
    assert (shown.code, shown.province, shown.brand, shown.sample) == (LUSHUI, "云南省", "老窝火腿", True)
    assert [(p.content, p.media_type, p.alt, p.rights) for p in shown.pictures] == [
        (made().content, "image/jpeg", "峡谷", "县融媒体中心拍摄，授权使用")
    ]
    first, second = shown.products
    assert (first.name, first.spec, first.price_fen, first.link) == (
        "老窝火腿", "2.5千克/盒", 29_800, "https://example.com/1",
    )  # fmt: skip
    assert first.picture is not None
    assert (first.picture.alt, second.price_fen, second.link, second.picture) == ("火腿", None, "", None)
    hand_in(people["county"], seen(), a_story(), "图片撤回")
    assert seen().sample, "what follows a sample is labelled as one"


@ON_ONE_STORE
def test_a_version_is_sent_back_with_a_reason_for_each_part(people: People) -> None:
    submitted(people)
    for reasons, sentence in (
        ({}, "至少选一个"),
        ({"colour": "不好看"}, "没有“colour”这一部分"),
        ({"tags": "不全"}, "没有“tags”这一部分"),
        ({"text": " "}, "请写明退回“正文”的原因"),
    ):
        with pytest.raises(ProgrammeError, match=sentence):
            send_back(people["office"], seen(), reasons)
    send_back(people["office"], seen())
    with db.reading() as session:
        assert materials.reasons_of(session, seen()) == ASKED
    with pytest.raises(ProgrammeError, match="要求修改“产品”，但内容没有变化"):
        hand_in(people["county"], seen(), a_story(text="今年的做法。"))
    hand_in(people["county"], seen(), a_story(text="今年的做法。"), "网址已核对，可以打开")
    assert (seen().revision, seen().status, seen().reason) == (2, Status.SUBMITTED, "网址已核对，可以打开")


@ON_ONE_STORE
def test_the_same_again_is_no_version_and_what_was_accepted_changes_with_a_reason(people: People) -> None:
    accepted(people)
    with pytest.raises(ProgrammeError, match="没有变化"):
        hand_in(people["county"], seen(), a_story(title="峡谷里的火腿 "))
    with pytest.raises(ProgrammeError, match="请写明修改的原因"):
        hand_in(people["county"], seen(), a_story(title="新的标题"))


@ON_ONE_STORE
def test_whoever_comes_second_is_told_what_the_first_did(people: People) -> None:
    before = begun(people["county"])
    hand_in(people["county"], before, a_story())
    with pytest.raises(Outdated, match=f"{people['county'].name}已于.*报送第1版"):
        hand_in(people["desk_mate"], before, a_story(title="别的"))
    before = seen()
    accept(people["office"], before)
    with pytest.raises(Outdated, match=f"{people['office'].name}已于.*接收"):
        send_back(people["deputy"], before)
    before = seen()
    take_off(people["office"], before, "show")
    with pytest.raises(Outdated, match="已由他人"):
        take_off(people["deputy"], before, "show")


@ON_ONE_STORE
def test_an_old_page_does_not_put_back_on_show_what_a_colleague_has_taken_off(people: People) -> None:
    revised(people)
    before = seen()
    take_off(people["office"], before, "show")
    with pytest.raises(Outdated, match="已由他人"):
        accept(people["deputy"], before)
    assert (seen().status, seen().is_shown) == (Status.SUBMITTED, False)


@ON_ONE_STORE
def test_a_county_has_one_story_and_any_number_of_practices(people: People) -> None:
    one, again = begun(people["county"]), begun(people["desk_mate"])
    entries = {begun(people["county"], PRACTICE).id for _ in range(3)}
    assert (one.id == again.id, len(entries)) == (True, 3)


# --- what is still wrong ----------------------------------------------------------------------------------------------


A_PICTURE = Picture("0" * 64, "峡谷", "县里拍摄")
A_PRODUCT = Product(1, "火腿", "", "298", "https://example.com/1")


@pytest.mark.parametrize(
    ("written", "part", "sentence"),
    [
        (a_story(title=" "), "title", "请填写标题。"),
        (a_story(title="长" * 31), "title", "标题请不超过30字，现有31字。"),
        (a_story(text="\u200b"), "text", "请填写正文。"),
        (a_story(text="长" * 601), "text", "正文请不超过600字，现有601字。"),
        (a_story(pictures=(replace(A_PICTURE, alt=" "),)), "pictures", "第1张图片没有写明画面内容。"),
        (a_story(pictures=(A_PICTURE, replace(A_PICTURE, rights=""))), "pictures", "第2张图片没有写明来源和授权。"),
        (a_story(pictures=(A_PICTURE,) * 5), "pictures", "图片请不超过4张，现有5张。"),
        (a_story(products=(replace(A_PRODUCT, name=""),)), "products", "第1个产品没有名称。"),
        (
            a_story(products=(A_PRODUCT, A_PRODUCT)),
            "products",
            "产品“火腿”写了两次，请用规格区分或合并。",
        ),
        (
            a_story(products=(replace(A_PRODUCT, price="0"),)),
            "products",
            "产品“火腿”的价格应大于0、不超过100000元；没有固定价格的请留空。",
        ),
        (
            a_story(products=(replace(A_PRODUCT, link="http://example.com/1"),)),
            "products",
            "产品“火腿”：网址“http://example.com/1”须以 https:// 开头。",
        ),
        (
            a_story(products=(replace(A_PRODUCT, link="javascript:alert(1)"),)),
            "products",
            "产品“火腿”：网址“javascript:alert(1)”须以 http:// 或 https:// 开头。",
        ),
        (
            a_story(products=(replace(A_PRODUCT, picture=Picture("0" * 64)),)),
            "products",
            "产品“火腿”的图片没有写明画面内容。",
        ),
    ],
)
def test_an_unfinished_story_is_told_what_is_missing(written: Written, part: str, sentence: str) -> None:
    found = problems(STORY_KIND, written)
    assert (list(found), found[part][0]) == ([part], sentence)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("298", "298"),
        ("29.80元", "29.8"),
        ("１２", "12"),
        ("0.01", "0.01"),
        ("", ""),
        ("面议", "面议"),
        ("1.005", "1.005"),
    ],
)
def test_a_price_is_a_number_of_fen_or_none_or_a_problem(typed: str, stored: str) -> None:
    written = tidy(a_story(products=(replace(A_PRODUCT, price=typed),)))
    assert written.products[0].price == stored
    assert bool(problems(STORY_KIND, written)) == (typed in ("面议", "1.005"))
    assert yuan_text(29_805) == "298.05"


def test_an_entry_needs_its_kind_and_has_few_short_tags() -> None:
    assert problems(PRACTICE_KIND, a_practice()) == {}
    assert tidy(a_practice(tags="培训，短视频;培训\u3000电商")).tags == "培训、短视频、电商"
    assert problems(PRACTICE_KIND, a_practice(genre="novel", tags="一 二 三 四 五 六 七")) == {
        "tags": ["请选择类别。", "标签请不超过6个，现有7个。"]
    }
    assert problems(PRACTICE_KIND, a_practice(tags="长" * 13)) == {"tags": [f"标签“{'长' * 12}…”过长，请不超过12字。"]}


@ON_ONE_STORE
def test_an_unfinished_story_cannot_be_handed_in(people: People) -> None:
    one = begun(people["county"])
    with pytest.raises(ProgrammeError, match="还有2处没有写好，不能报送：请填写标题。请填写正文。"):
        hand_in(people["county"], one, Written())
    with pytest.raises(ProgrammeError, match="没有可以报送的草稿"), db.transaction() as session:
        material_writing.submit_draft(session, people["county"], one)


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_a_matter_of_changes_and_reads_back_as_it_was_written() -> None:
    written = Written()
    for change in (
        material_edits.field("title", "标题"),
        material_edits.with_picture(Picture("a" * 64)),
        material_edits.with_picture(Picture("b" * 64)),
        material_edits.led_by("b" * 64),
        material_edits.picture_words("a" * 64, alt="山", rights="自拍"),
        material_edits.with_product,
        material_edits.with_product,
        material_edits.without_product(1),
        material_edits.with_product,
        material_edits.product_field(3, "price", "12"),
        material_edits.with_picture(Picture("c" * 64), 3),
        material_edits.picture_words("c" * 64, 3, alt="果", rights="自拍"),
    ):
        written = change(written)
    assert written == Written(
        "标题", pictures=(Picture("b" * 64), Picture("a" * 64, "山", "自拍")),
        products=(Product(2), Product(3, price="12", picture=Picture("c" * 64, "果", "自拍"))),
    )  # fmt: skip
    assert from_json(as_json(written)) == written
    assert material_edits.without_picture("c" * 64, 3)(written).products[1].picture is None
    assert material_edits.without_picture("b" * 64)(written).pictures == written.pictures[1:]
    with pytest.raises(KeyError):
        material_edits.field("revision", "9")


def test_a_draft_is_the_accounts_own_and_is_gone_once_handed_in(people: People) -> None:
    county, one = people["county"], begun(people["county"])
    with db.transaction() as session:
        material_writing.add_picture(session, county, one, made())
        with pytest.raises(ProgrammeError, match="已经上传过"):
            material_writing.add_picture(session, county, one, made())
        words = material_edits.picture_words(made().sha256, alt="山", rights="自拍")
        for change in (words, material_edits.field("title", "写了\u2028一半"), material_edits.field("text", "正文")):
            material_writing.keep(session, county, one, change)
    with db.reading() as session:
        assert material_writing.draft_of(session, people["desk_mate"], one) is None
        kept = material_writing.draft_of(session, county, one)
        assert material_writing.drafted(session, county) == {one.id}
    assert kept is not None
    assert (kept.written.title, kept.written.pictures, kept.base) == (
        "写了\u2028一半", (Picture(made().sha256, "山", "自拍"),), 0,
    )  # fmt: skip
    with db.transaction() as session:
        assert material_writing.submit_draft(session, county, one) == 1
    with db.reading() as session:
        assert material_writing.draft_of(session, county, one) is None


@ON_ONE_STORE
def test_a_draft_does_not_overrun_a_newer_version_and_holds_no_more_than_may_be_shown(people: People) -> None:
    one = begun(people["county"])
    with db.transaction() as session:
        material_writing.keep(session, people["desk_mate"], one, material_edits.field("title", "同事的草稿"))
    hand_in(people["county"], one, a_story())
    with pytest.raises(Outdated, match="写在第0版上，而泸水市展示材料已有第1版"), db.transaction() as session:
        material_writing.submit_draft(session, people["desk_mate"], seen())
    one, entry = seen(), begun(people["county"], PRACTICE)

    def add(piece: materials.Piece, times: int) -> None:
        with db.transaction() as session:
            for _ in range(times):
                material_writing.keep(session, people["county"], piece, material_edits.with_product)

    add(one, 5)
    with pytest.raises(ProgrammeError, match="展示材料的产品最多6个"):
        add(one, 1)
    with pytest.raises(ProgrammeError, match="经验案例的产品最多0个"):
        add(entry, 1)


# --- the library ------------------------------------------------------------------------------------------------------


def test_an_entry_is_found_by_its_words_kind_and_county_by_everybody_who_may_see_the_library(people: People) -> None:
    an_entry(people["county"], people["office"], a_practice())
    other = a_practice(title="坏果包赔100%", text="写在最前面", genre="model", tags="售后")
    an_entry(people["neighbour"], people["office"], other, YUNLONG)
    hand_in(people["county"], begun(people["county"], PRACTICE), a_practice(title="还没有审定的短视频"))

    def found(actor: Actor, **wanted: str) -> list[str]:
        with db.reading() as session:
            entries = library.entries(session, actor, Wanted(**wanted), limit=10)
            assert library.entry_count(session, actor, Wanted(**wanted)) == len(entries)
        return [one.title for one in entries]

    leader = people["leader"]
    assert found(leader) == ["坏果包赔100%", "三天学会短视频"]
    assert found(leader, text="短视频") == ["三天学会短视频"]
    assert found(leader, text="学员 培训") == ["三天学会短视频"]
    assert found(leader, text="学员 售后") == []
    assert found(leader, text="0%") == ["坏果包赔100%"]
    assert found(leader, text="_") == []
    assert found(leader, text="短视频 " * 1200) == ["三天学会短视频"]
    assert found(leader, text="短" * 60_000) == []
    assert found(leader, text="云龙") == ["坏果包赔100%"]
    assert found(leader, genre="model") == ["坏果包赔100%"]
    assert found(leader, county=LUSHUI) == ["三天学会短视频"]
    with db.reading() as session:
        assert library.counties_in_library(session, leader) == {YUNLONG: "云龙县", LUSHUI: "泸水市"}
    for name, actor in people.items():
        if name in (*WRITERS, "neighbour", "province", "leader"):
            assert len(found(actor)) == 2, name
        else:
            with pytest.raises(NotAllowed):
                found(actor)


def test_the_office_puts_an_entry_on_the_wall_or_into_a_bulletin_and_nowhere_once_it_has_left_the_library(
    people: People,
) -> None:
    office, one = people["office"], an_entry(people["county"], people["office"], with_pictures(a_practice()))

    def shown() -> tuple[list[str], list[str]]:
        with db.reading() as session:
            wall, bulletin = (
                showcase_queries.practices_on_wall(session),
                showcase_queries.practices_for_bulletin(session),
            )
        return [entry.title for entry in wall], [entry.title for entry in bulletin]

    assert shown() == ([], [])
    put(office, seen(PRACTICE), "wall")
    put(office, seen(PRACTICE), "bulletin")
    assert shown() == (["三天学会短视频"],) * 2
    take_off(office, seen(PRACTICE), "bulletin")
    hand_in(people["county"], seen(PRACTICE), a_practice(title="两天学会短视频"), "改短了")
    assert shown() == (["三天学会短视频"], [])
    accept(office, seen(PRACTICE))
    assert shown() == (["两天学会短视频"], [])
    with db.reading() as session:
        entry = library.entry(session, people["leader"], one.id)
    assert (entry.kind, entry.tags, entry.county) == ("经验总结", ("培训", "短视频"), "泸水市")
    with pytest.raises(ProgrammeError, match="请写明移出案例库的原因"):
        take_off(office, seen(PRACTICE), "library", " ")
    take_off(office, seen(PRACTICE), "library", "有误")
    assert (shown(), seen(PRACTICE).shown) == (([], []), frozenset())
    with pytest.raises(ProgrammeError, match="须先入库，才能上墙"):
        put(office, seen(PRACTICE), "wall")
    with pytest.raises(ProgrammeError, match="经验案例不能上展"):
        put(office, seen(PRACTICE), "show")
    with pytest.raises(NotFound), db.reading() as session:
        library.entry(session, people["leader"], one.id)


@ON_ONE_STORE
def test_a_story_is_no_entry_of_the_library(people: People) -> None:
    accepted(people)
    with pytest.raises(NotFound), db.reading() as session:
        library.entry(session, people["leader"], seen().id)
