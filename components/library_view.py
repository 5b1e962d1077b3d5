"""经验案例库 as everybody reads it: look for entries, read one; the office says there where else it is shown."""

from typing import Final

import streamlit as st

import db
from components import material_desk, material_view
from components.labels import plain
from programme import library
from programme.errors import NotFound
from programme.library import Entry, Wanted
from programme.material_facts import material_facts
from programme.materials import piece_of
from programme.permissions import Actor, Permission, refusal
from programme.settings import clock

PAGE: Final = Permission.SEE_LIBRARY
ENTRY: Final = "entry"
ALL: Final = "全部"
SNIPPET: Final = 90


def show(actor: Actor) -> None:
    """The filters; below them the entry that is open, or the list."""
    wanted = _wanted(actor)
    asked = st.query_params.get(ENTRY, "")
    if asked.isdecimal() and len(asked) < 10:
        _entry(actor, int(asked))
    else:
        _list(actor, wanted)


def _wanted(actor: Actor) -> Wanted:
    with db.reading() as opened:
        counties = {name: code for code, name in library.counties_in_library(opened, actor).items()}
    genres = {name: code for code, name in material_facts().genres.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "查找", key="q", bind="query-params", placeholder="标题、正文、标签", width=220, on_change=_close
        )
        genre = st.selectbox("类别", [ALL, *genres], key="genre", bind="query-params", width=145, on_change=_close)
        county = st.selectbox(
            "县", [ALL, *counties], key="of", bind="query-params", width=200, filter_mode="contains", on_change=_close
        )
    return Wanted(text or "", genres.get(genre or "", ""), counties.get(county or "", ""))


def _list(actor: Actor, wanted: Wanted) -> None:
    size = material_facts().limits["entries_on_a_page"]
    with db.reading() as opened:
        count = library.entry_count(opened, actor, wanted)
    if not count:
        if wanted == Wanted():
            st.info("案例库还没有内容。县工作小组编写、办公室审定后，会显示在这里。", icon=":material/menu_book:")
        else:
            st.info("没有符合条件的经验案例，请换一个词或放宽条件。", icon=":material/search_off:")
        return
    st.caption(f"符合条件的有{count}篇，最近审定的在前。")
    pages = -(-count // size)
    number = min(st.pagination(pages), pages) if pages > 1 else 1
    with db.reading() as opened:
        found = library.entries(opened, actor, wanted, limit=size, offset=(number - 1) * size)
    for one in found:
        _card(one)


def _card(one: Entry) -> None:
    tags = "".join(f" :gray-badge[{plain(tag)}]" for tag in one.tags)
    text = "".join(one.text.splitlines())
    short = text[:SNIPPET] + ("……" if len(text) > SNIPPET else "")
    sample = " · 示例数据" if one.sample else ""
    with st.container(border=True):
        st.markdown(f":blue-badge[{plain(one.genre)}]{tags}")
        st.subheader(plain(one.title), anchor=False)
        st.caption(f"{plain(one.province)}{plain(one.county)} · {clock(one.at)[:10]}审定{_elsewhere(one)}{sample}")
        st.markdown(plain(short))
        st.button(
            "查看全文", type="tertiary", icon=":material/article:", key=f"open-{one.id}", on_click=_open, args=(one.id,)
        )


def _elsewhere(one: Entry) -> str:
    known, home = material_facts().places, material_facts().kinds["practice"].home
    return "".join(f" · {place.name}" for place in known.values() if place.code in one.shown and place.code != home)


def _entry(actor: Actor, number: int) -> None:
    st.button("返回列表", icon=":material/arrow_back:", on_click=_close)
    try:
        with db.reading() as opened:
            shown = library.entry(opened, actor, number)
    except NotFound as refused:
        st.info(str(refused), icon=":material/search_off:")
        return
    with st.container(border=True):
        material_view.practice(shown)
    if refusal(actor, Permission.SHOW_STORY) is None:
        with db.reading() as opened:
            one = piece_of(opened, actor, number)
        material_desk.places(actor, one, PAGE)


def _open(number: int) -> None:
    st.query_params[ENTRY] = str(number)


def _close() -> None:
    st.query_params.pop(ENTRY, None)
