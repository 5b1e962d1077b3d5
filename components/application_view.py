"""An application as it is read: for the province, the experts, the national office, and the enterprise itself."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

import db
from components import downloads, session
from components.labels import plain
from components.moments import moment_text
from programme import application_documents, applications
from programme.application_content import county_ids
from programme.application_counties import county_names
from programme.application_facts import Field, Section, application_facts
from programme.application_files import MEGA, MIME
from programme.application_print import sheet_of
from programme.applications import Document
from programme.permissions import Actor, Permission
from programme.project_queries import project as project_seen
from programme.project_queries import province_names

LONG: Final = ("text", "counties")
UNWRITTEN: Final = "—"


def show(actor: Actor, no: str) -> None:
    """The newest version handed in, with its documents; a sentence before there is one. Raises NotFound out of sight."""
    with db.reading() as store:
        seen = project_seen(store, actor, no)
        content, documents = applications.content_of(store, seen.id), applications.documents_of(store, seen.id)
        versions = applications.versions(store, seen.id)
        words = words_of(content, county_names(store, county_ids(content.get("counties", ""))), province_names(store))
    if not versions:
        st.info("企业还没有提交申报书。", icon=":material/edit_note:")
        return
    newest = versions[0]
    st.caption(
        f"第{newest.version}版，{plain(newest.user_name)}提交于{moment_text(newest.at)} · SHA-256 {newest.sha256[:12]}…"
    )
    offer_printed(no)
    draw(words)
    st.subheader("附件", anchor=False)
    show_documents(no, documents)


def words_of(content: Mapping[str, str], counties: Mapping[int, str], provinces: Mapping[str, str]) -> dict[str, str]:
    """Field code → what is read: choices, counties and places by name."""
    return {
        field.code: _word(field, content.get(field.code, ""), counties, provinces)
        for field in application_facts().fields
    }


def _word(field: Field, text: str, counties: Mapping[int, str], provinces: Mapping[str, str]) -> str:
    if field.kind == "choice":
        return application_facts().choices(field.code).get(text, text)
    if field.kind == "counties":
        return "、".join(counties[number] for number in county_ids(text) if number in counties)
    return provinces.get(text, text) if field.kind == "province" else text


def draw(words: Mapping[str, str], reasons: Mapping[str, str] | None = None) -> None:
    """Section by section; `reasons` are shown at the sections they belong to."""
    for section in application_facts().sections:
        st.subheader(section.name, anchor=False)
        if reasons and section.code in reasons:
            st.warning(f"要求修改：{plain(reasons[section.code])}", icon=":material/undo:")
        _section(section, words)


def _section(section: Section, words: Mapping[str, str]) -> None:
    """Short entries as a table; each long one under its name, its lines kept."""
    short = [field for field in section.fields if field.kind not in LONG]
    if short:
        rows = [(field.name, plain(words[field.code]) or UNWRITTEN) for field in short]
        table = pd.DataFrame(rows, columns=["栏目", "内容"]).set_index("栏目")
        st.table(table, border="horizontal", hide_header=True, alt=section.name)
    for field in section.fields:
        if field.kind in LONG:
            st.markdown(f"**{field.name}**  \n{lines(words[field.code]) or UNWRITTEN}")


def lines(text: str) -> str:
    """A user's text with its line breaks."""
    return "  \n".join(plain(line) for line in text.split("\n"))


def offer_printed(no: str) -> None:
    """附件1 as Word and PDF, made when it is asked for."""
    with st.container(horizontal=True):
        for ending, words in (("pdf", "打印申报书（PDF）"), ("docx", "打印申报书（Word）")):
            make = partial(_printed, session.later(Permission.SEE_PROJECT), no, ending)
            offered = downloads.pdf if ending == "pdf" else downloads.word
            offered(words, f"项目申报书_{no}.{ending}", make, f"annex1-{no}-{ending}")


def _printed(actor_then: Callable[[], Actor], no: str, ending: str) -> bytes:
    actor = actor_then()
    with db.reading() as store:
        sheet = sheet_of(store, actor, no)
    return sheet.printed(ending)


# --- documents --------------------------------------------------------------------------------------------------------


def show_documents(no: str, documents: Sequence[Document]) -> None:
    """Each with a button that fetches it when it is asked for."""
    if not documents:
        st.caption("没有附件。")
    for one in documents:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(described(one))
            download(no, one)


def described(one: Document) -> str:
    kind = application_facts().attachment(one.kind).name
    return f"**{kind}** · {plain(one.name)}  \n:small[:gray[{_size(one.size)}，{moment_text(one.at)}上传]]"


def _size(count: int) -> str:
    return f"{count / MEGA:.1f}MB" if count >= MEGA else f"{max(1, count * 1000 // MEGA)}KB"


def download(no: str, one: Document) -> None:
    st.download_button(
        "下载", partial(_file, session.later(Permission.SEE_PROJECT), no, one.number), one.name,
        MIME.get(one.name.rpartition(".")[2], "application/octet-stream"), key=f"document-{no}-{one.number}",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _file(actor_then: Callable[[], Actor], no: str, number: int) -> bytes:
    actor = actor_then()
    with db.reading() as store:
        return application_documents.document_file(store, actor, no, number)[1]
