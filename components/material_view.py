"""Material as it is read: where it stands, how it would be shown, what changed in it, and the way here."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

import pandas as pd
import streamlit as st

import db
from components import expo
from components.county import STATUS_COLOURS
from components.labels import money_text, plain
from programme.material_content import Written, changed_parts, tidy, why_no_shop
from programme.material_facts import material_facts
from programme.materials import STATUS_MARKS, Piece, course_of
from programme.obligations import Status
from programme.settings import clock
from programme.showcase_facts import ShownPicture, ShownPractice, ShownProduct, ShownStory

NEXT_LINE: Final = "  \n"
ABREAST: Final = 3
Shown = TypeVar("Shown", ShownPicture, ShownProduct)


def profile(one: Piece) -> None:
    """Where it stands, where it is shown, and who did the last thing."""
    with st.container(horizontal=True):
        st.badge(f"{STATUS_MARKS[one.status]} {one.status_name}", color=STATUS_COLOURS[one.status])  # type: ignore[arg-type]
        for sentence in places(one):
            st.badge(sentence, icon=":material/visibility:", color="violet")
        if one.sample:
            st.badge("示例数据", icon=":material/science:", color="gray")
    if not one.revision:
        st.caption("还没有报送过。")
        return
    told = f"第{one.revision}版，{plain(one.user_name)}于{clock(one.at)}报送。"
    if one.step:
        word = "退回" if one.status is Status.SENT_BACK else "审定"
        told += f"{plain(one.step_by)}于{clock(one.step_at)}{word}。"
    if one.is_shown and one.accepted != one.revision:
        told += f"展出的仍是已审定的第{one.accepted}版。"
    elif one.accepted and not one.is_shown:
        told += "现在没有展出。"
    st.caption(told)


def places(one: Piece) -> list[str]:
    """The words for where it is shown."""
    known = material_facts().places
    return [known[code].name for code in one.kind.places if code in one.shown]


# --- how it would be shown --------------------------------------------------------------------------------------------


def preview(one: Piece, shown: ShownStory | ShownPractice, revision: int = 0) -> None:
    """Title, text, pictures and products, plainly; a story on demand as the very scene of the wall (0: what is being written)."""
    with st.container(border=True):
        if isinstance(shown, ShownStory):
            _story(shown)
        else:
            practice(shown)
    if isinstance(shown, ShownStory) and st.toggle("按大屏的样子预览", key=f"scene-{one.id}-{revision}"):
        address = f"{expo.STORY_PREVIEW}?piece={one.id}&version={revision}"
        st.iframe(address, height=570, alt="大屏上的这一场景")
        st.link_button("在新窗口预览", address, icon=":material/open_in_new:")


def _story(shown: ShownStory) -> None:
    brand = f" · 品牌：{plain(shown.brand)}" if shown.brand else ""
    sample = " · 示例数据" if shown.sample else ""
    st.caption(f"{plain(shown.province)} · {plain(shown.county)}{brand}{sample}")
    _heading(shown.title)
    if shown.pictures:
        left, right = st.columns([3, 2])
        with left:
            _picture(shown.pictures[0])
        with right:
            _text(shown.text)
        _row(shown.pictures[1:])
    else:
        _text(shown.text)
    if shown.products:
        st.markdown("**产品**")
    for products in _abreast(shown.products):
        for column, product in zip(st.columns(ABREAST), products, strict=False):
            with column:
                _product(product)


def practice(shown: ShownPractice) -> None:
    """An entry of the library, whole."""
    tags = "".join(f" :gray-badge[{plain(tag)}]" for tag in shown.tags)
    sample = " · 示例数据" if shown.sample else ""
    st.markdown(f":blue-badge[{plain(shown.kind) or '未选类别'}]{tags}")
    _heading(shown.title)
    st.caption(f"{plain(shown.county)}{sample}")
    _text(shown.text)
    _row(shown.pictures)


def _heading(title: str) -> None:
    st.subheader(plain(title) or "（没有标题）", anchor=False)


def _text(text: str) -> None:
    """A user's text with its line breaks; empty lines part paragraphs."""
    st.markdown(lines(text) or "（没有正文）")


def lines(text: str) -> str:
    paragraphs = (part.strip() for part in text.replace("\n\n", "\0").split("\0"))
    return "\n\n".join(NEXT_LINE.join(plain(line) for line in part.splitlines()) for part in paragraphs if part)


def _abreast(shown: Sequence[Shown]) -> Iterator[Sequence[Shown]]:
    for start in range(0, len(shown), ABREAST):
        yield shown[start : start + ABREAST]


def _row(pictures: Sequence[ShownPicture]) -> None:
    for together in _abreast(pictures):
        for column, picture in zip(st.columns(ABREAST), together, strict=False):
            with column:
                _picture(picture)


def _picture(picture: ShownPicture) -> None:
    st.image(picture.content, alt=picture.alt or "还没有写画面内容", width="stretch")
    st.caption(f"来源和授权：{plain(picture.rights)}" if picture.rights else "还没有写来源和授权")


def _product(product: ShownProduct) -> None:
    with st.container(border=True):
        if product.picture:
            _picture(product.picture)
        price = "" if product.price_fen is None else f" · **{money_text(product.price_fen)}**"
        spec = f"{NEXT_LINE}{plain(product.spec)}{price}" if product.spec or price else ""
        st.markdown(f"**{plain(product.name) or '（没有名称）'}**{spec}")
        if product.link and why_no_shop(product.link) is None:
            st.link_button("打开网店", product.link, icon=":material/open_in_new:")
        if product.link:
            st.caption(plain(product.link))


# --- what changed -----------------------------------------------------------------------------------------------------


def changes(one: Piece, before: Written, after: Written, named: str) -> None:
    """Which parts differ from the version named, and what stood there in words."""
    changed = changed_parts(one.kind, before, after)
    words = "、".join(material_facts().parts[part].name for part in changed)
    st.markdown(f":orange[● 与{named}相比有变化：{words}]" if changed else f"与{named}相比没有变化。")
    for part, old in (("title", before.title), ("text", before.text), ("tags", before.tags)):
        if part in changed:
            st.caption(f"{named}的{material_facts().parts[part].name}：{lines(old) or '（空）'}")
    if "products" in changed:
        old_products, new_products = _product_words(before), _product_words(after)
        for text in (text for text in old_products if text not in new_products):
            st.caption(f"{named}的产品：{text}")
        for text in (text for text in new_products if text not in old_products):
            st.caption(f"现在的产品：{text}")


def _product_words(written: Written) -> list[str]:
    """A line for each product with all that is typed of it, the address of its shop as it will stand in the QR code."""
    return [
        "，".join(
            [
                plain(product.name) or "（没有名称）", plain(product.spec) or "没有规格",
                f"{plain(product.price)}元" if product.price else "没有价格", plain(product.link) or "没有网店",
            ]
        )
        for product in tidy(written).products
    ]  # fmt: skip


# --- the way here -----------------------------------------------------------------------------------------------------


def course(one: Piece) -> None:
    """Everything that was done with it, oldest first."""
    with db.reading() as opened:
        events = course_of(opened, one)
    table = [
        {
            "时间": clock(event.at),
            "办理": f"{plain(event.what)}{NEXT_LINE}:small[:gray[{plain(event.by)}]]",
            "说明": plain(event.reason),
        }
        for event in events
    ]
    with st.expander(f"办理过程（{len(table)}步）", icon=":material/history:"):
        st.table(pd.DataFrame(table), hide_index=True, border="horizontal", alt=f"{one.title}的办理过程")
