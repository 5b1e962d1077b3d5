"""What is done to a draft while somebody writes: each a change from what was written to what is written now."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from programme.form_parts import storable
from programme.material_content import Picture, Product, Written

Change = Callable[[Written], Written]
FIELDS: Final = frozenset({"title", "text", "genre", "tags"})
PRODUCT_FIELDS: Final = frozenset({"name", "spec", "price", "link"})
WHOLE: Final = 0
"""In place of a product: the material itself."""


def nothing(written: Written) -> Written:
    return written


def field(name: str, text: str) -> Change:
    """Raises KeyError for a field that is none."""
    values: dict[str, Any] = {_known(name, FIELDS): storable(text)}
    return lambda written: replace(written, **values)


def _known(name: str, known: frozenset[str]) -> str:
    if name not in known:
        raise KeyError(name)
    return name


# --- pictures ---------------------------------------------------------------------------------------------------------


def with_picture(picture: Picture, product: int = WHOLE) -> Change:
    """Behind the others; a product has one, the new one takes its place."""
    if product == WHOLE:
        return lambda written: replace(written, pictures=(*written.pictures, picture))
    return lambda written: _with_products(written, product, lambda one: replace(one, picture=picture))


def picture_words(sha256: str, product: int = WHOLE, *, alt: str, rights: str) -> Change:
    """What is said about a picture."""

    def said(picture: Picture | None) -> Picture | None:
        if picture is None or picture.sha256 != sha256:
            return picture
        return Picture(sha256, storable(alt), storable(rights))

    if product == WHOLE:
        return lambda written: replace(written, pictures=tuple(filter(None, map(said, written.pictures))))
    return lambda written: _with_products(written, product, lambda one: replace(one, picture=said(one.picture)))


def without_picture(sha256: str, product: int = WHOLE) -> Change:
    if product == WHOLE:
        return lambda written: replace(written, pictures=tuple(p for p in written.pictures if p.sha256 != sha256))
    return lambda written: _with_products(written, product, lambda one: replace(one, picture=None))


def led_by(sha256: str) -> Change:
    """This picture becomes the main one."""
    return lambda written: replace(
        written, pictures=tuple(sorted(written.pictures, key=lambda picture: picture.sha256 != sha256))
    )


# --- products ---------------------------------------------------------------------------------------------------------


def with_product(written: Written) -> Written:
    """An empty product behind the others."""
    following = max((one.product for one in written.products), default=0) + 1
    return replace(written, products=(*written.products, Product(following)))


def product_field(product: int, name: str, text: str) -> Change:
    """Raises KeyError for a field that is none."""
    values: dict[str, Any] = {_known(name, PRODUCT_FIELDS): storable(text)}
    return lambda written: _with_products(written, product, lambda one: replace(one, **values))


def without_product(product: int) -> Change:
    return lambda written: replace(written, products=tuple(one for one in written.products if one.product != product))


def _with_products(written: Written, product: int, change: Callable[[Product], Product]) -> Written:
    products = tuple(change(one) if one.product == product else one for one in written.products)
    return replace(written, products=products)
