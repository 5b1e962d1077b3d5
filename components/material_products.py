"""Products in the form: name, size, price in 元, the address of the shop, a picture."""

from typing import Final

import streamlit as st

import db
from components import acts, material_pictures, session
from programme import material_edits, material_writing
from programme.material_content import Product, Written
from programme.material_edits import Change
from programme.material_facts import material_facts
from programme.materials import Piece, stored_pictures
from programme.models import StoredPicture
from programme.permissions import Permission
from programme.web_addresses import LONGEST

BOXES: Final = (
    ("name", "产品名称", "例如：老窝火腿"),
    ("spec", "规格", "例如：2.5千克/盒"),
    ("price", "价格（元）", "例如：29.8，没有固定价格的留空"),
    ("link", "网店网址", "https://"),
)


def show(one: Piece, written: Written, page: Permission) -> None:
    with db.reading() as opened:
        stored = stored_pictures(opened, (product.picture for product in written.products if product.picture))
    for number, product in enumerate(written.products, 1):
        _product(one, number, product, stored, page)
    if len(written.products) < one.kind.max_products:
        st.button(
            "增加一个产品", icon=":material/add:", key=f"product-more-{one.id}", on_click=_do,
            args=(one, page, material_edits.with_product),
        )  # fmt: skip
    else:
        st.caption(f"已有{len(written.products)}个，最多{one.kind.max_products}个。")


def _product(one: Piece, number: int, product: Product, stored: dict[str, StoredPicture], page: Permission) -> None:
    key = f"product-{one.id}-{product.product}-{acts.round_number()}"
    most = material_facts().limits["max_product"]
    with st.container(border=True):
        st.markdown(f"**产品{number}**")
        for pair in (BOXES[:2], BOXES[2:]):
            for column, (field, label, hint) in zip(st.columns(2), pair, strict=True):
                column.text_input(
                    label, getattr(product, field), max_chars=LONGEST if field == "link" else most,
                    key=f"{key}-{field}", placeholder=hint, on_change=_keep,
                    args=(one, page, product.product, field, key),
                )  # fmt: skip
        if product.picture:
            picture = stored[product.picture.sha256]
            material_pictures.words(one, product.picture, picture, page, product.product)
        with st.container(horizontal=True):
            with st.popover("换图片" if product.picture else "上传产品图片", icon=":material/image:"):
                material_pictures.upload(one, product.product, "选择产品图片", page)
            gone = material_edits.without_product(product.product)
            st.button("删除产品", icon=":material/delete:", key=f"{key}-drop", on_click=_do, args=(one, page, gone))


def _keep(one: Piece, page: Permission, product: int, field: str, key: str) -> None:
    change = material_edits.product_field(product, field, session.typed(f"{key}-{field}"))
    acts.keep(page, lambda opened, actor: material_writing.keep(opened, actor, one, change))


def _do(one: Piece, page: Permission, change: Change) -> None:
    acts.act(page, "", lambda opened, actor: material_writing.keep(opened, actor, one, change))
