"""Pictures in the form: each with what is seen in it and whose it is, and the box for another."""

from typing import Final

import streamlit as st

import db
from components import acts, receipts, session
from programme import material_edits, material_writing, pictures
from programme.errors import Unusable
from programme.material_content import Picture, Written
from programme.material_edits import WHOLE, Change
from programme.material_facts import material_facts
from programme.materials import Piece, stored_pictures
from programme.models import StoredPicture
from programme.permissions import Permission

SMALL: Final = 240


def show(one: Piece, written: Written, page: Permission) -> None:
    """The pictures of the whole, the main one first."""
    with db.reading() as opened:
        stored = stored_pictures(opened, written.pictures)
    for number, picture in enumerate(written.pictures):
        words(one, picture, stored[picture.sha256], page, leads=number == 0)
    if len(written.pictures) < one.kind.max_pictures:
        upload(one, WHOLE, "选择图片", page)
    else:
        st.caption(f"已有{len(written.pictures)}张，最多{one.kind.max_pictures}张。")


def words(
    one: Piece, picture: Picture, stored: StoredPicture, page: Permission, product: int = WHOLE, *, leads: bool = True
) -> None:
    """A picture, the boxes for what is said about it, and what can be done with it."""
    key = f"picture-{one.id}-{product}-{picture.sha256[:12]}-{acts.round_number()}"
    limits = material_facts().limits
    with st.container(border=product == WHOLE):
        left, right = st.columns([1, 2])
        left.image(stored.content, alt=picture.alt or "还没有写画面内容", width=SMALL)
        left.caption(f"{stored.width}×{stored.height}像素，{len(stored.content) // 1000}kB")
        for box, label, value, most, hint in (
            ("alt", "画面内容（供读屏软件朗读）", picture.alt, limits["max_alt"], "例如：果农在晾晒红枣"),
            ("rights", "来源和授权", picture.rights, limits["max_rights"], "例如：县融媒体中心拍摄，授权公开使用"),
        ):
            right.text_input(
                label, value, max_chars=most, key=f"{key}-{box}", placeholder=hint, on_change=_keep_words,
                args=(one, page, picture.sha256, product, key),
            )  # fmt: skip
        with right.container(horizontal=True):
            if not leads:
                change = material_edits.led_by(picture.sha256)
                st.button("设为主图", key=f"{key}-lead", icon=":material/star:", on_click=_do, args=(one, page, change))
            gone = material_edits.without_picture(picture.sha256, product)
            st.button("删除图片", key=f"{key}-drop", icon=":material/delete:", on_click=_do, args=(one, page, gone))


def upload(one: Piece, product: int, label: str, page: Permission) -> None:
    """A box for a picture, and the button that takes it in."""
    facts, key = material_facts().upload, f"upload-{one.id}-{product}-{acts.round_number()}"
    chosen = st.file_uploader(
        f"{label}（JPG、PNG、WebP，不超过{facts.max_megabytes}MB）", type=list(facts.types), key=key,
        max_upload_size=facts.max_megabytes,
    )  # fmt: skip
    if chosen is not None:
        st.button(
            "加入图片", type="primary", icon=":material/add_photo_alternate:", key=f"{key}-add", on_click=_add,
            args=(one, page, product, chosen.getvalue()),
        )  # fmt: skip


# --- clicks -----------------------------------------------------------------------------------------------------------


def _add(one: Piece, page: Permission, product: int, content: bytes) -> None:
    """Made ready before the transaction begins: it takes a while, and others want to write meanwhile."""
    session.guard(page)
    try:
        made = pictures.ready(content, material_writing.bounds_of(product))
    except Unusable as refusal:
        receipts.keep(acts.RECEIPT, str(refusal), done=False)
        return
    sentence = f"已加入图片（{made.width}×{made.height}像素，{len(made.content) // 1000}kB）。请写明画面内容和来源。"
    acts.act(page, sentence, lambda opened, actor: material_writing.add_picture(opened, actor, one, made, product))


def _keep_words(one: Piece, page: Permission, sha256: str, product: int, key: str) -> None:
    alt, rights = session.typed(f"{key}-alt"), session.typed(f"{key}-rights")
    change = material_edits.picture_words(sha256, product, alt=alt, rights=rights)
    acts.keep(page, lambda opened, actor: material_writing.keep(opened, actor, one, change))


def _do(one: Piece, page: Permission, change: Change) -> None:
    acts.act(page, "", lambda opened, actor: material_writing.keep(opened, actor, one, change))
