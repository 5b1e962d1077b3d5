"""A bulletin as it is read on screen: its files, its text, and the figures that each part was made from."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import downloads, pages, session
from components.labels import date_text, plain
from components.lists import county_link
from programme import bulletin_queries, bulletin_sources
from programme.bulletin_blocks import Block
from programme.bulletin_queries import Issued, Printed
from programme.bulletin_sources import Source
from programme.calendar import Month
from programme.catalogue import catalogue
from programme.frozen_release import frozen
from programme.official_paper import Kind
from programme.permissions import Actor, Permission, refusal
from programme.release_issues import Issue
from programme.settings import clock
from programme.wording import figure, money_text

PAGE: Final = "pages/show/bulletin.py"
OPENED: Final = "bulletin-opened"
NEXT_LINE: Final = "  \n"


# --- final ones -------------------------------------------------------------------------------------------------------


def issued(actor: Actor) -> None:
    """One of the final bulletins, the newest first, for whoever reads them."""
    with db.reading() as opened:
        every = bulletin_queries.issued(opened, actor)
    if not every:
        st.info("还没有定稿的通报。办公室按发布的数据编写并定稿后，可以在这里查看和下载。", icon=":material/campaign:")
        return
    names = {one.id: _name(one) for one in every}
    picked = st.selectbox("哪一份通报", list(names), format_func=names.__getitem__, key="bulletin")
    final = next(one for one in every if one.id == picked)
    _state(final)
    files(f"final-{final.id}", bulletin_queries.printed_final(final))
    with st.container(border=True):
        for at, block in enumerate(final.blocks):
            mark = f"final-{final.id}-{at}"
            with beside(bool(block.source)):
                show_block(block)
                if block.source:
                    _figures_button(mark)
            if block.source and session.recall(OPENED) == mark:
                sources(actor, final.release, block.source, mark)


def _name(one: Issued) -> str:
    tail = f"（{one.replaced}）" if one.replaced else ""
    return f"{one.document_number} {one.title}{tail}"


def _state(final: Issued) -> None:
    with st.container(horizontal=True):
        if final.replaced:
            st.badge(f"○ {final.replaced}", color="gray")
        else:
            st.badge("● 现行", color="blue")
        if final.sample:
            st.badge("示例数据", icon=":material/science:", color="gray")
    replaced = f"，替换{final.supersedes}，原因：{plain(final.reason)}" if final.supersedes else ""
    st.caption(
        f"{plain(final.user_name)}于{clock(final.at)}定稿，成文日期{date_text(final.day)}，数据为第{final.release}期"
        f"（{final.month.chinese}）{replaced}。内容指纹（SHA-256）：{final.sha256}"
    )


def files(key: str, printed: Printed) -> None:
    """Both files, made when they are asked for. The PDF is the one whose pages count."""
    with st.container(horizontal=True):
        downloads.pdf("下载 PDF", f"{printed.name}.pdf", partial(printed.file, "pdf"), f"{key}-pdf")
        downloads.word("下载 Word", f"{printed.name}.docx", partial(printed.file, "docx"), f"{key}-docx")


def of_release(actor: Actor, issue: Issue) -> None:
    """One click on a release: its bulletin as files; for the office, while none is final and the release is in force, the draft,
    marked as such."""
    release = issue.number
    with db.reading() as opened:
        final = bulletin_queries.final_of(opened, actor, release)
    if final is None and (issue.replaced or refusal(actor, Permission.MAKE_BULLETIN)):
        return
    name = "通报" if final else "通报草稿"
    file = bulletin_queries.printed_final(final).name if final else f"{name}_第{release}期"
    if final and final.replaced:
        st.caption(f"○ {final.document_number}：{final.replaced}。")
    make = partial(_file, session.later(Permission.SEE_TOTALS), release)
    with st.container(horizontal=True):
        downloads.pdf(f"{name} PDF", f"{file}.pdf", partial(make, "pdf"), f"release-bulletin-pdf-{release}")
        downloads.word(f"{name} Word", f"{file}.docx", partial(make, "docx"), f"release-bulletin-docx-{release}")
        st.page_link(pages.linked(PAGE), label="编写和查看通报", icon=":material/campaign:")


def _file(asking: Callable[[], Actor], release: int, ending: str) -> bytes:
    with db.reading() as opened:
        return bulletin_queries.printed(opened, asking(), release).file(ending)


def beside(something: bool) -> AbstractContextManager[object]:
    """A part of the text, with room at its side where there is something to open."""
    return st.container(horizontal=True, vertical_alignment="top") if something else nullcontext()


def _figures_button(mark: str) -> None:
    is_open = session.recall(OPENED) == mark
    st.button(
        "收起" if is_open else "来历", key=f"figures-{mark}", type="tertiary", icon=":material/database:",
        on_click=open_one, args=("" if is_open else mark,),
    )  # fmt: skip


def open_one(mark: str) -> None:
    """Runs before the page; what is opened is what the actor may see anyway."""
    session.guard(Permission.SEE_TOTALS)
    session.remember(OPENED, mark)


# --- text -------------------------------------------------------------------------------------------------------------


def show_block(block: Block) -> None:
    """As on paper, as far as a screen goes."""
    if block.kind == Kind.TABLE:
        show_table(block)
        return
    lines = [_marked(block.kind, plain(line)) for line in block.shown.split("\n")]
    lines += [plain("　".join(row)) for row in block.rows]
    st.markdown(NEXT_LINE.join(lines), text_alignment=_SIDES.get(block.kind, "left"))  # type: ignore[arg-type]


_SIDES: Final = {"issuer": "center", "number": "center", "title": "center", Kind.SIGNATURE: "right", Kind.DATE: "right"}
_LOOKS: Final[dict[str, Callable[[str], str]]] = {
    "mark": lambda text: f"**{text}**",
    "issuer": lambda text: f":red[**{text}**]",
    "title": lambda text: f"### {text}",
    Kind.HEADING1: lambda text: f"**{text}**",
    Kind.HEADING2: lambda text: f"**{text}**",
    Kind.RECORD: lambda text: f":small[{text}]",
}


def _marked(kind: str, text: str) -> str:
    return _LOOKS[kind](text) if kind in _LOOKS else text


def show_table(block: Block) -> None:
    head, *rows = block.rows
    title = block.text.replace("\n", "，")
    frame = pd.DataFrame([_folded(row) for row in rows], columns=_folded(head, " / "))
    with st.container():
        st.caption(plain(title))
        st.table(frame, hide_index=True, border="horizontal", alt=title)


def _folded(row: Sequence[str], joint: str = NEXT_LINE) -> list[str]:
    """Of many columns those after the first share two, one below the other, so that a phone has room for them."""
    cells = [plain(cell) for cell in row]
    if len(cells) <= 4:
        return cells
    half = (len(cells) + 1) // 2
    return [cells[0], joint.join(cells[1:half]), joint.join(cells[half:])]


# --- where figures come from --------------------------------------------------------------------------------------------


def sources(actor: Actor, release: int, made_from: Sequence[Source], key: str) -> None:
    """The figures a part was made from, and one of them county by county."""
    with db.reading() as opened:
        held = frozen(opened, release)
    seen = bulletin_sources.visible(actor, held, made_from)
    with st.container(border=True):
        st.caption(f"{held.basis}。这一段由以下{len(seen)}个数写成，为冻结在第{release}期中的原数。")
        if len(seen) < len(made_from):
            st.caption(f"另有{len(made_from) - len(seen)}个县、组的数不在您的范围内，不列出。")
        if not seen:
            return
        frame = pd.DataFrame([_source_row(one) for one in seen])
        st.table(frame, hide_index=True, border="horizontal", alt="这一段所用的数")
        sums = {at: one for at, one in enumerate(seen) if one.kpi and one.measure == "to_date"}
        if sums:
            picked = st.selectbox(
                "逐县查看", list(sums), index=None, placeholder="选一个数", key=f"{key}-sum",
                format_func=lambda at: f"{sums[at].name} · {sums[at].what} {sums[at].words}",
            )  # fmt: skip
            if picked is not None:
                _by_county(bulletin_sources.by_county(actor, held, sums[picked]), sums[picked], key)


def _source_row(one: Source) -> dict[str, str]:
    return {
        "范围和报告期": f"{plain(one.name)}{NEXT_LINE}:small[:gray[{Month.parse(one.month).chinese}]]",
        "指标": one.what,
        "数": f"{plain(one.words)}{NEXT_LINE}:small[:gray[{_stored(one)}]]",
    }


def _stored(one: Source) -> str:
    """To the last unit, as it is kept."""
    if one.value is None or not one.kpi:
        return ""
    kpi = catalogue().kpi(one.kpi)
    return plain(money_text(one.value) if kpi.unit == "元" else f"{one.value:,}{kpi.unit}")


def _by_county(rows: Iterable[bulletin_sources.OfCounty], source: Source, key: str) -> None:
    found, kpi, month = list(rows), catalogue().kpi(source.kpi), Month.parse(source.month)
    if not found:
        st.caption("这个数涉及的县不在您的范围内。")
        return
    frame = pd.DataFrame(
        {
            "县": [plain(one.name) for one in found],
            source.what: [plain(figure(one.value, kpi)) for one in found],
            "本月月报": [f"第{one.revision}版" if one.revision else "没有计入" for one in found],
        }
    )
    st.table(frame, hide_index=True, border="horizontal", alt=f"{source.what}，逐县")
    names = {one.code: one.name for one in found}
    code = st.selectbox(
        "某县的数从哪里来", list(names), index=None, placeholder="选一个县", format_func=names.__getitem__,
        key=f"{key}-county",
    )  # fmt: skip
    if code:
        county_link("打开该县，查看每个数的来历", str(code), month, released=True)
