"""项目申报书 as an enterprise fills it in: section by section, each field kept as soon as it is left."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

import db
from components import acts, apply_documents, session
from components.labels import plain
from programme import application_writing, applications
from programme.application_content import county_ids, digest, problems
from programme.application_counties import county_choices, county_names, county_provinces, provinces_of
from programme.application_facts import Field, Section, application_facts
from programme.application_reasons import section_reasons
from programme.application_writing import DIRECT
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_facts import project_facts
from programme.project_queries import province_names
from programme.settings import clock

TALL: Final = 180
LAST: Final = "attachments"
WIDE: Final = ("text", "counties")
PER_ROW: Final = 2
HINTS: Final = {"month": "例如：2016-10", "phone": "11位手机号码", "postcode": "6位数字"}


# --- beginning --------------------------------------------------------------------------------------------------------


def offer_beginning(province: str) -> None:
    """Through the province, or directly with the ground for it."""
    st.subheader("开始申报", anchor=False)
    st.markdown("申报书按附件1分部分填写，随写随存，可以随时离开再接着写。每个单位申报一个项目。")
    key = f"begin-{acts.round_number()}"
    ways = {choice.code: choice.name for choice in project_facts().lists["channel"]}
    offices = {code: "国家网信办" if code == DIRECT else f"{province}网信办" for code in ways}
    words = {code: f"{name}（向{offices[code]}提交）" for code, name in ways.items()}
    channel = st.radio("申报渠道", list(words), format_func=words.__getitem__, key=f"{key}-channel")
    if channel == DIRECT:
        grounds = application_facts().options["ground"]
        st.caption(f"“中央所属国有企业及重点网信企业可直接向国家网信办申报。”（{project_facts().document}，三(二)1）")
        st.radio("依据", list(grounds), index=None, format_func=grounds.__getitem__, key=f"{key}-ground")
    st.button("开始申报", type="primary", icon=":material/edit_document:", on_click=_begin, args=(key,))


def _begin(key: str) -> None:
    channel, ground = session.typed(f"{key}-channel"), "".join(session.chosen(f"{key}-ground"))
    acts.act(
        Permission.APPLY, "已开始申报，请填写申报书。",
        lambda opened, actor: application_writing.begin(opened, actor, channel, ground if channel == DIRECT else ""),
    )  # fmt: skip


# --- writing ----------------------------------------------------------------------------------------------------------


def show(actor: Actor, project: Project) -> None:
    """The form of an application that is open."""
    assert project.id is not None
    with db.reading() as store:
        typed, content = applications.written(store, project.id), applications.content_of(store, project.id, draft=True)
        reasons, saved = section_reasons(store, project.id), applications.saved_at(store, project.id)
        documents, names = applications.attached(store, project.id), province_names(store)
    left = problems(content)
    code = _choose(left, reasons, apply_documents.are_complete(text := digest(content), documents))
    if code == LAST:
        apply_documents.show(actor, project, documents, text, left)
    else:
        section = application_facts().section(code)
        shown = content | {"province": names.get(content["province"], "")}
        _section(project, section, typed, shown, reasons, content["province"])
        for sentence in left.get(code, ()):
            st.markdown(f":orange[○] {plain(sentence)}")
    if saved:
        st.caption(f"已于{clock(saved)}保存，离开本页也不会丢失。")


def _choose(left: Mapping[str, object], reasons: Mapping[str, str], complete: bool) -> str:
    """Which section is on the desk; a tick at each that is finished, ▼ at each that was sent back."""
    sections = {section.code: section.name for section in application_facts().sections} | {LAST: "附件和提交"}
    done = len(sections) - len(left) - (not complete)
    st.progress(done / len(sections), f"已写好{done}/{len(sections)}部分")

    def label(code: str) -> str:
        unfinished = code in left or (code == LAST and not complete)
        return f"{'' if unfinished else '✓ '}{'▼ ' if code in reasons else ''}{sections[code]}"

    codes = list(sections)
    first = next((code for code in codes if code in reasons or code in left), LAST)
    chosen = st.radio(
        "写哪一部分（✓ 已写好）", codes, index=codes.index(first), format_func=label, horizontal=True,
        key=f"apply-section-{acts.round_number()}",
    )  # fmt: skip
    return str(chosen)


def _section(
    project: Project, section: Section, typed: Mapping[str, str], content: Mapping[str, str], reasons: Mapping[str, str],
    home: str,
) -> None:  # fmt: skip
    """`home`: the two digits of the enterprise's own province."""
    st.subheader(section.name, anchor=False)
    if section.hint:
        st.caption(section.hint)
    if section.code in reasons:
        st.warning(f"要求修改：{plain(reasons[section.code])}", icon=":material/undo:")
    for row in _rows(section.fields):
        places = [st.container()] if row[0].kind in WIDE else st.columns(PER_ROW)
        for field, place in zip(row, places, strict=False):
            with place:
                text = content[field.code] if field.from_enterprise else typed.get(field.code, "")
                if field.kind == "counties":
                    _counties(project.no, field, text, home)
                else:
                    _box(project.no, field, text)


def _rows(fields: Sequence[Field]) -> Iterator[tuple[Field, ...]]:
    """Short fields two and two, long ones alone, in the order of the annex."""
    waiting: tuple[Field, ...] = ()
    for field in fields:
        if field.kind not in WIDE:
            waiting = (*waiting, field)
        if waiting and (field.kind in WIDE or len(waiting) == PER_ROW):
            yield waiting
            waiting = ()
        if field.kind in WIDE:
            yield (field,)
    if waiting:
        yield waiting


def _box(no: str, field: Field, text: str) -> None:
    key = f"apply-{no}-{acts.round_number()}-{field.code}"
    label = field.name if field.required else f"{field.name}（选填）"
    keep, limits = partial(_keep, no, field.code, key, text), application_facts().limits
    if field.from_enterprise:
        st.text_input(label, text, disabled=True, key=f"{key}-{text}")
    elif field.kind == "text":
        st.text_area(
            label, text, max_chars=max(limits["max_text"], len(text)), key=key, height=TALL, placeholder=field.hint,
            on_change=keep,
        )  # fmt: skip
    elif field.kind == "choice":
        choices = application_facts().choices(field.code)
        st.selectbox(
            label, list(choices), index=list(choices).index(text) if text in choices else None, key=key,
            format_func=choices.__getitem__, placeholder="请选择", on_change=partial(_choose_one, no, field.code, key, text),
        )  # fmt: skip
    else:
        most, hint = max(limits["max_line"], len(text)), field.hint or HINTS.get(field.kind, "")
        st.text_input(label, text, max_chars=most, key=key, placeholder=hint, on_change=keep)


def _counties(no: str, field: Field, text: str, home: str) -> None:
    """First the province, then its counties: only these go to the browser, with whatever was chosen elsewhere."""
    key, ids = f"apply-{no}-{acts.round_number()}-{field.code}", county_ids(text)
    with db.reading() as store:
        provinces, chosen = county_provinces(store), county_names(store, ids)
        first = next(iter(provinces_of(store, ids)), home)
    codes = list(provinces)
    province = st.selectbox(
        f"{field.name}：所在省份", codes, codes.index(first) if first in codes else None, key=f"{key}-province",
        format_func=provinces.__getitem__, placeholder="请选择",
    )  # fmt: skip
    with db.reading() as store:
        here = county_choices(store, str(province or ""))
    names = {number: name for number, name in chosen.items() if number not in here} | here
    st.multiselect(
        field.name, list(names), list(chosen), key=f"{key}-{province}", format_func=names.__getitem__,
        placeholder="选择本省的县，或输入县名、代码查找", select_all=False,
        max_selections=application_facts().limits["max_counties"], on_change=_keep_counties,
        args=(no, f"{key}-{province}", text),
    )  # fmt: skip
    st.caption("可以换一个省份接着选，已选的县都保留在框中。示范县和带动县排在前面，其他县也可以选。")


# --- clicks -----------------------------------------------------------------------------------------------------------


def _keep(no: str, code: str, widget: str, seen: str) -> None:
    _kept(no, code, session.typed(widget), seen)


def _choose_one(no: str, code: str, widget: str, seen: str) -> None:
    _kept(no, code, "".join(session.chosen(widget)), seen)


def _kept(no: str, code: str, text: str, seen: str) -> None:
    acts.keep(
        Permission.APPLY, lambda opened, actor: application_writing.keep_field(opened, actor, no, code, text, seen)
    )


def _keep_counties(no: str, widget: str, seen: str) -> None:
    ids = session.chosen(widget)
    acts.keep(Permission.APPLY, lambda opened, actor: application_writing.keep_counties(opened, actor, no, ids, seen))
