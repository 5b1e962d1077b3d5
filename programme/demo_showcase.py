"""Sample stories and practices (示例数据): on show, waiting and sent back, with pictures drawn here, through the verbs."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlmodel import Session

from programme import accounts, material_reviews, material_writing, settings
from programme.catalogue import catalogue
from programme.demo_pictures import AUTUMN, DUSK, MORNING, Tones, fruits, landscape
from programme.material_content import Picture, Product, Written
from programme.material_edits import WHOLE
from programme.material_facts import PRACTICE, STORY
from programme.materials import Piece, piece_of
from programme.models import Membership
from programme.permissions import Actor
from programme.pictures import ready

RIGHTS: Final = "示例图，由平台程序绘制，可自由使用"
BRAND: Final = "{brand}"
ACCEPTED, WAITING, SENT_BACK = "accepted", "waiting", "sent back"
Good = tuple[str, str, str, str]
"""A product: name, size, price in 元 or "", colour in the picture."""


@dataclass(frozen=True)
class Tale:
    """The story of a county, handed in so many days after the launch, and how far it has come."""

    code: str
    day: int
    title: str
    text: str
    tones: Tones
    goods: tuple[Good, ...]
    state: str = ACCEPTED


TALES: Final = (
    Tale(
        "533301", 118, "峡谷里的火腿上了网",
        "怒江峡谷山高路远，{brand}从前多在集市零卖。县里统一标识和包装，合作社学着自己拍短视频，"
        "把腌制、晾挂的过程讲给城里人听。现在客人先看到工序，再看到价格。（示例）",
        MORNING, (("老窝火腿礼盒", "2.5千克/盒", "298", "#9c4a3c"), ("高山草果", "250克/袋", "32.5", "#7c3b2e")),
    ),
    Tale(
        "433124", 124, "一颗猕猴桃的标准",
        "{brand}统一采收时间和分级办法，每箱附产地说明。村里的年轻人轮流直播，解释为什么要放软了再吃，"
        "退货少了，回头客多了。（示例）",
        AUTUMN, (("十八洞猕猴桃", "24枚/箱", "59.9", "#8a7a3c"),),
    ),
    Tale(
        "141032", 131, "黄河边的红枣，拍给远方看",
        "黄河乾坤湾的枣林成了最好的背景。培训班的学员用手机记录开花、挂果和晾晒，一年拍下四季，"
        "{brand}跟着镜头走出了山。（示例）",
        DUSK, (("永和红枣", "500克/袋", "19.8", "#8e2f2a"), ("枣片", "200克/袋", "16", "#a8503f")),
    ),
    Tale(
        "621226", 137, "苹果地里的直播间",
        "果农把手机架在苹果树下，边采边讲。县里帮着统一发货，坏果包赔写在页面最上面。"
        "{brand}的订单从采收季延长到了第二年春天。（示例）",
        AUTUMN, (("礼县苹果", "5千克/箱", "45", "#b23a32"), ("苹果干", "150克/袋", "", "#c9a25c")),
    ),
    Tale(
        "360726", 160, "脐橙开园前的功课",
        "开园前一个月，县里把分级、包装、物流的标准发到每个合作社，统一用{brand}标识。（示例）",
        MORNING, (("安远脐橙", "5千克/箱", "49.9", "#d98a2b"),), state=WAITING,
    ),
    Tale(
        "522633", 156, "梯田上的香猪",
        "{brand}走的是少而精的路子：在梯田边的村寨散养，按预订出栏。（示例）",
        DUSK, (("香猪腊肉", "500克/袋", "78", "#a4564a"),), state=SENT_BACK,
    ),
)  # fmt: skip
WHY_BACK: Final = {
    "text": "请补充今年的做法和变化，只写已经发生的事。",
    "products": "腊肉的网店还打不开，请核对网址。",
}


@dataclass(frozen=True)
class Entry:
    """An entry of the library, and where beyond it the office put it."""

    code: str
    day: int
    genre: str
    title: str
    tags: str
    text: str
    places: tuple[str, ...] = ()
    tones: Tones | None = None
    state: str = ACCEPTED


ENTRIES: Final = (
    Entry(
        "533301", 122, "experience", "培训班办到村委会：三天学会一条短视频", "培训、短视频、返乡青年",
        "做法：每期不超过30人，第一天学拍，第二天学剪，第三天每人发出一条。\n\n"
        "经验：教材用本县的火腿和草果，学员拍自己家的东西，第二天就有话说；结业不发证，发一次点评。\n\n"
        "注意：网络差的村先下载好素材；年纪大的学员两人一组。（示例）",
        ("wall", "bulletin"), MORNING,
    ),
    Entry(
        "433124", 128, "model", "“统一分级、分散直播”的产销模式", "标准、直播、合作社",
        "合作社只管三件事：分级、装箱、发货；直播交给各村的学员，谁的订单谁负责解释。\n\n"
        "利润按箱结算，坏果由合作社先赔后查。（示例）",
        ("wall",), AUTUMN,
    ),
    Entry(
        "141032", 135, "case", "一条枣花视频带来的两百箱订单", "短视频、红枣、品牌",
        "五月，一名学员拍下枣花开放的二十秒，没有叫卖，只写了采收日期。评论里问得最多的是“什么时候能买”。\n\n"
        "县里随即开了预订，九月按下单先后发货。（示例）",
        ("bulletin",), DUSK,
    ),
    Entry(
        "621226", 140, "experience", "坏果包赔写在最前面", "电商、售后",
        "把“坏果包赔”放在商品页第一行，赔付由县里的电商中心先行垫付，每周与合作社结算一次。\n\n"
        "一个采收季下来，差评少了，合作社装箱也仔细了。（示例）",
    ),
    Entry(
        "513431", 146, "model", "核心县带周边：名额、教材、选品三共享", "辐射带动、培训",
        "培训班为周边辐射带动县预留名额，教材和选品清单公开共享，物流仓共同使用。（示例）",
    ),
    Entry(
        "360726", 161, "case", "开园前一个月做了什么", "脐橙、标准",
        "倒排工期：开园前三十天统一标准，二十天打样，十天试发货，发现的问题逐条改。（示例）",
        state=WAITING,
    ),
)  # fmt: skip


def fill(session: Session) -> int:
    """Write, review and show as the counties and the office would; returns how many materials there are then."""
    for tale in TALES:
        _tell(session, tale)
    for entry in ENTRIES:
        _enter(session, entry)
    return len(TALES) + len(ENTRIES)


def _tell(session: Session, tale: Tale) -> None:
    with _on(tale.day):
        county, one = _begun(session, tale.code, STORY)
        member = session.get_one(Membership, (catalogue().current_year.year, one.county_id))
        picture = landscape(member.brand, tale.tones, tale.day)
        added = _added(session, picture, f"示例图：山丘和天空，下方写着“{member.brand}”")
        products = tuple(_product(session, number, good, tale.code) for number, good in enumerate(tale.goods, 1))
        text = tale.text.replace(BRAND, f"“{member.brand}”")
        written = Written(tale.title, text, pictures=(added,), products=products)
        material_writing.submit(session, county, one, written, sample=True)
    _review(session, one, tale.day, tale.state)


def _product(session: Session, number: int, good: Good, code: str) -> Product:
    name, spec, price, colour = good
    picture = fruits(name, colour, number)
    added = _added(session, picture, f"示例图：桌布上的几个圆球，下方写着“{name}”", number)
    return Product(number, name, spec, price, f"https://example.com/shop/{code}/{number}", added)


def _enter(session: Session, entry: Entry) -> None:
    with _on(entry.day):
        county, one = _begun(session, entry.code, PRACTICE)
        pictures: tuple[Picture, ...] = ()
        if entry.tones:
            picture = landscape("经验案例", entry.tones, entry.day)
            pictures = (_added(session, picture, "示例图：山丘和天空，下方写着“经验案例”"),)
        written = Written(entry.title, entry.text, entry.genre, entry.tags, pictures)
        material_writing.submit(session, county, one, written, sample=True)
    _review(session, one, entry.day, entry.state)
    office = accounts.actor_named(session, "office")
    for place in entry.places:
        with _on(entry.day + 4):
            material_reviews.put(session, office, piece_of(session, office, one.id), place)


def _review(session: Session, one: Piece, day: int, state: str) -> None:
    office = accounts.actor_named(session, "office")
    with _on(day + 3):
        seen = piece_of(session, office, one.id)
        if state == ACCEPTED:
            material_reviews.accept(session, office, seen)
        elif state == SENT_BACK:
            material_reviews.send_back(session, office, seen, WHY_BACK)


def _begun(session: Session, code: str, kind: str) -> tuple[Actor, Piece]:
    county = accounts.actor_named(session, f"county-{code}")
    assert county.county_id is not None
    return county, piece_of(session, county, material_writing.begin(session, county, kind, county.county_id))


def _added(session: Session, content: bytes, alt: str, product: int = WHOLE) -> Picture:
    """Stored as an upload is; the words come with it."""
    made = ready(content, material_writing.bounds_of(product))
    material_writing.store_picture(session, made)
    return Picture(made.sha256, alt, RIGHTS)


def _on(days: int) -> AbstractContextManager[None]:
    day = catalogue().current_year.launch + timedelta(days=days)
    return settings.standing_at(datetime.combine(day, time(15, 10), settings.BEIJING))
