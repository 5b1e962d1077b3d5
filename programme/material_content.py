"""What is written to be shown, as typed; what is still wrong in it; and which parts differ from another version."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from programme.cell_text import RULES, Problem
from programme.form_parts import storable
from programme.material_facts import Kind, material_facts
from programme.numerals import parse_figure
from programme.web_addresses import why_no_address

FEN_PER_YUAN: Final = 100
TAG_MARK: Final = "、"
_BETWEEN_TAGS: Final = re.compile(r"[、,，;；\s]+")
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What shows nothing, or turns the rest of a line round."""


@dataclass(frozen=True)
class Picture:
    """A stored picture and what is said about it: what is seen, and whose it is (来源、授权)."""

    sha256: str
    alt: str = ""
    rights: str = ""


@dataclass(frozen=True)
class Product:
    """A product as typed, the price in 元; `product` is its identity within the draft."""

    product: int
    name: str = ""
    spec: str = ""
    price: str = ""
    link: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Written:
    """Material as typed. `tags` stand one behind the other; the first picture is the main one."""

    title: str = ""
    text: str = ""
    genre: str = ""
    tags: str = ""
    pictures: tuple[Picture, ...] = field(default_factory=tuple)
    products: tuple[Product, ...] = field(default_factory=tuple)

    @property
    def every_picture(self) -> list[Picture]:
        return [*self.pictures, *(product.picture for product in self.products if product.picture)]

    def of_part(self, part: str) -> object:
        return (self.genre, self.tags) if part == "tags" else getattr(self, part)


def tag_list(text: str) -> tuple[str, ...]:
    """The tags of a line, each once, whatever was typed between them."""
    return tuple(dict.fromkeys(tag for tag in _BETWEEN_TAGS.split(text) if tag))


def tidy(written: Written) -> Written:
    """As it is stored: trimmed, without what nobody sees; prices as bare numbers; products numbered as they stand."""
    products = [_tidy_product(product) for product in written.products]
    return Written(
        _line(written.title),
        _clean(written.text),
        written.genre,
        TAG_MARK.join(tag_list(_clean(written.tags))),
        tuple(_tidy_picture(picture) for picture in written.pictures),
        tuple(replace(product, product=number) for number, product in enumerate(products, 1)),
    )


def _clean(text: str) -> str:
    return _UNSEEN.sub("", storable(text)).strip()


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _tidy_picture(picture: Picture) -> Picture:
    return Picture(picture.sha256, _line(picture.alt), _line(picture.rights))


def _tidy_product(product: Product) -> Product:
    fen = price(_line(product.price))
    return Product(
        product.product, _line(product.name), _line(product.spec),
        yuan_text(fen) if isinstance(fen, int) else _line(product.price), _clean(product.link),
        _tidy_picture(product.picture) if product.picture else None,
    )  # fmt: skip


def price(text: str) -> int | Problem | None:
    """分 of a price written in 元; None for none."""
    return parse_figure(text, FEN_PER_YUAN, FEN_PER_YUAN, "元")


def yuan_text(fen: int) -> str:
    """1280 → 12.8, as it is typed in 元."""
    return f"{(Decimal(fen) / FEN_PER_YUAN).normalize():f}"


# --- what is still wrong ----------------------------------------------------------------------------------------------


def problems(kind: Kind, written: Written) -> dict[str, list[str]]:
    """Part → what is still to be done in it, as sentences; finished parts are left out."""
    checks = {
        "title": _title_problems, "text": _text_problems, "tags": _tag_problems, "pictures": _picture_problems,
        "products": _product_problems,
    }  # fmt: skip
    found = {part: list(checks[part](kind, tidy(written))) for part in kind.parts}
    return {part: sentences for part, sentences in found.items() if sentences}


def _title_problems(kind: Kind, written: Written) -> Iterator[str]:
    if not written.title:
        yield "请填写标题。"
    elif len(written.title) > kind.max_title:
        yield f"标题请不超过{kind.max_title}字，现有{len(written.title)}字。"


def _text_problems(kind: Kind, written: Written) -> Iterator[str]:
    if not written.text:
        yield "请填写正文。"
    elif len(written.text) > kind.max_text:
        yield f"正文请不超过{kind.max_text}字，现有{len(written.text)}字。"


def _tag_problems(kind: Kind, written: Written) -> Iterator[str]:
    tags, longest = tag_list(written.tags), material_facts().limits["max_tag"]
    if written.genre not in material_facts().genres:
        yield "请选择类别。"
    if len(tags) > kind.max_tags:
        yield f"标签请不超过{kind.max_tags}个，现有{len(tags)}个。"
    for tag in tags:
        if len(tag) > longest:
            yield f"标签“{tag[:longest]}…”过长，请不超过{longest}字。"


def _picture_problems(kind: Kind, written: Written) -> Iterator[str]:
    if len(written.pictures) > kind.max_pictures:
        yield f"图片请不超过{kind.max_pictures}张，现有{len(written.pictures)}张。"
    for number, picture in enumerate(written.pictures, 1):
        yield from _words_missing(f"第{number}张图片", picture)


def _words_missing(what: str, picture: Picture) -> Iterator[str]:
    limits = material_facts().limits
    for text, name, most in (
        (picture.alt, "画面内容", limits["max_alt"]),
        (picture.rights, "来源和授权", limits["max_rights"]),
    ):
        if not text:
            yield f"{what}没有写明{name}。"
        elif len(text) > most:
            yield f"{what}的{name}请不超过{most}字。"


def _product_problems(kind: Kind, written: Written) -> Iterator[str]:
    if len(written.products) > kind.max_products:
        yield f"产品请不超过{kind.max_products}个，现有{len(written.products)}个。"
    names = [product.name for product in written.products]
    for number, product in enumerate(written.products, 1):
        what = f"产品“{product.name}”" if product.name else f"第{number}个产品"
        if not product.name:
            yield f"{what}没有名称。"
        elif product.name in names[: number - 1]:
            yield f"{what}写了两次，请用规格区分或合并。"
        yield from _about_product(what, product)


def _about_product(what: str, product: Product) -> Iterator[str]:
    limits, fen = material_facts().limits, price(product.price)
    if max(len(product.name), len(product.spec)) > limits["max_product"]:
        yield f"{what}的名称、规格请各不超过{limits['max_product']}字。"
    if isinstance(fen, Problem):
        yield f"{what}的价格{RULES[fen.rule]}"
    elif fen is not None and not 0 < fen <= limits["max_price_yuan"] * FEN_PER_YUAN:
        yield f"{what}的价格应大于0、不超过{limits['max_price_yuan']}元；没有固定价格的请留空。"
    if sentence := why_no_shop(product.link):
        yield f"{what}：{sentence}"
    if product.picture:
        yield from _words_missing(f"{what}的图片", product.picture)


def why_no_shop(link: str) -> str | None:
    """What is wrong with the address of a shop; None for an https address on a named host, and for none."""
    if not link:
        return None
    if sentence := why_no_address(link):
        return sentence
    return None if link.startswith("https://") else f"网址“{link[:60]}”须以 https:// 开头。"


# --- what differs -----------------------------------------------------------------------------------------------------


def changed_parts(kind: Kind, before: Written, after: Written) -> tuple[str, ...]:
    """Codes of the parts that say something else, in the order of the kind."""
    one, other = tidy(before), tidy(after)
    return tuple(part for part in kind.parts if one.of_part(part) != other.of_part(part))


# --- drafts -----------------------------------------------------------------------------------------------------------


def as_json(written: Written) -> str:
    return json.dumps(asdict(written), ensure_ascii=False)


def from_json(text: str) -> Written:
    kept: dict[str, Any] = json.loads(text)
    pictures = tuple(Picture(**picture) for picture in kept.pop("pictures"))
    products = tuple(
        Product(**block | {"picture": Picture(**block["picture"]) if block["picture"] else None})
        for block in kept.pop("products")
    )
    return Written(**kept, pictures=pictures, products=products)
