"""What counties write to be shown and what the office does with it, for tests."""

import io
from datetime import UTC, datetime
from functools import lru_cache

from PIL import Image

import db
from programme import counties, material_reviews, material_writing
from programme.material_content import Picture, Product, Written
from programme.material_facts import PRACTICE, STORY
from programme.materials import Piece, piece_of, pieces
from programme.permissions import Actor, Role
from programme.pictures import Ready, ready

LUSHUI, YUNLONG = "533301", "532929"
ASKED = {"text": "请写今年的做法", "products": "网址打不开"}


def at(day: int, month: int = 7, hour: int = 10) -> datetime:
    return datetime(2019, month, day, hour - 8, tzinfo=UTC)


def a_photo(colour: str = "#884422", size: tuple[int, int] = (400, 320), kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **options)
    return file.getvalue()


@lru_cache(maxsize=8)
def made(colour: str = "#884422") -> Ready:
    return ready(a_photo(colour))


def a_story(**changed: object) -> Written:
    """A finished story with a product, its pictures still to be stored (`with_pictures`)."""
    product = Product(1, "老窝火腿", "2.5千克/盒", "298", "https://example.com/1")
    return Written(**{"title": "峡谷里的火腿", "text": "做法和变化。", "products": (product,)} | changed)  # type: ignore[arg-type]


def a_practice(**changed: object) -> Written:
    values = {
        "title": "三天学会短视频",
        "text": "做法：学员拍自己家的东西。",
        "genre": "experience",
        "tags": "培训 短视频",
    }
    return Written(**values | changed)  # type: ignore[arg-type]


def with_pictures(written: Written) -> Written:
    """The same with a picture that is in the store."""
    with db.transaction() as session:
        material_writing.store_picture(session, made())
    return Written(
        written.title, written.text, written.genre, written.tags,
        (Picture(made().sha256, "峡谷", "县融媒体中心拍摄，授权使用"),), written.products,
    )  # fmt: skip


def office() -> Actor:
    return Actor(0, "o", "办公室", Role.OFFICE)


def begun(actor: Actor, kind: str = STORY, county: str = LUSHUI) -> Piece:
    """Something new of the county, without the draft that belongs to it."""
    with db.transaction() as session:
        county_id = counties.id_of(session, county)
        one = piece_of(session, office(), material_writing.begin(session, actor, kind, county_id))
        material_writing.discard(session, actor, one)
    return one


def seen(kind: str = STORY, county: str = LUSHUI) -> Piece:
    """The newest of this kind and county as the office sees it now."""
    with db.reading() as session:
        return [one for one in pieces(session, office(), kind) if one.code == county][-1]


def hand_in(actor: Actor, one: Piece, written: Written, reason: str = "") -> int:
    with db.transaction() as session:
        return material_writing.submit(session, actor, one, written, reason)


def accept(actor: Actor, one: Piece) -> None:
    with db.transaction() as session:
        material_reviews.accept(session, actor, one)


def send_back(actor: Actor, one: Piece, reasons: dict[str, str] | None = None) -> None:
    with db.transaction() as session:
        material_reviews.send_back(session, actor, one, ASKED if reasons is None else reasons)


def put(actor: Actor, one: Piece, place: str) -> None:
    with db.transaction() as session:
        material_reviews.put(session, actor, one, place)


def take_off(actor: Actor, one: Piece, place: str, reason: str = "内容过时") -> None:
    with db.transaction() as session:
        material_reviews.take_off(session, actor, one, place, reason)


def an_entry(county: Actor, reviewer: Actor, written: Written, code: str = LUSHUI) -> Piece:
    """An accepted entry of the library."""
    one = begun(county, PRACTICE, code)
    hand_in(county, one, written)
    accept(reviewer, seen(PRACTICE, code))
    return seen(PRACTICE, code)


def fill_every_table(county: Actor, reviewer: Actor) -> None:
    """A story sent back, accepted, taken off show, and being changed."""
    one = begun(county)
    hand_in(county, one, with_pictures(a_story()))
    send_back(reviewer, seen())
    hand_in(county, seen(), with_pictures(a_story(text="改过。")), "网址无误")
    accept(reviewer, seen())
    take_off(reviewer, seen(), "show")
    with db.transaction() as session:
        material_writing.keep(session, county, seen(), lambda written: written)
