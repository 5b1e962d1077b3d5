"""附件和提交: the files of an application, what is still missing, and the moves that are the enterprise's to make."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

import db
from components import acts, application_view, session
from components.labels import plain
from programme import application_writing, project_life
from programme.application_facts import AttachmentKind, application_facts
from programme.applications import SEAL, Document
from programme.models import Project
from programme.permissions import Actor, Permission
from programme.project_life import LONGEST
from programme.project_moves import Move

ICONS: Final = {"submit": ":material/send:", "retract": ":material/undo:", "withdraw": ":material/logout:"}


def are_complete(text: str, documents: Sequence[Document]) -> bool:
    """Whether everything is attached that handing in needs, the seal under this very text (its digest)."""
    return all(
        any(one.kind == kind.code and (not kind.of_version or one.text_sha256 == text) for one in documents)
        for kind in application_facts().attachments
        if kind.required
    )


def show(actor: Actor, project: Project, documents: Sequence[Document], text: str, left: Mapping[str, object]) -> None:
    """Each kind of attachment with its files and its box; below it the way on."""
    for kind in application_facts().attachments:
        _kind(project, kind, [one for one in documents if one.kind == kind.code], text, left)
    st.subheader("提交申报", anchor=False)
    st.caption(f"真实性声明：{application_facts().declaration}")
    moves(actor, project)
    ways_out(actor, project)


def _kind(
    project: Project, kind: AttachmentKind, documents: Sequence[Document], text: str, left: Mapping[str, object]
) -> None:
    st.subheader(kind.name if kind.required else f"{kind.name}（选填）", anchor=False)
    if kind.code == SEAL:
        _about_the_seal(documents, text, left)
        if not left:
            application_view.offer_printed(project.no)
    for one in documents:
        _document(project, one, text)
    if kind.of_version and left:
        return
    key = f"file-{kind.code}-{acts.round_number()}"
    types = "、".join(sorted(set(kind.types) - {"jpeg"}))
    upload = st.file_uploader(
        f"选择文件（{types}，不超过{kind.max_megabytes}MB）", type=list(kind.types), key=key,
        max_upload_size=kind.max_megabytes,
    )  # fmt: skip
    if upload is not None:
        st.button(
            f"上传{kind.name}", type="primary", icon=":material/upload_file:", key=f"{key}-send", on_click=_attach,
            args=(project.no, kind, upload.name, upload.getvalue(), text),
        )  # fmt: skip


def _about_the_seal(documents: Sequence[Document], text: str, left: Mapping[str, object]) -> None:
    """A seal belongs to the text it was put under; nobody should be surprised by that at the last step."""
    if left:
        st.caption("先写完各部分，再打印申报书，签字盖章后扫描上传。")
        return
    st.caption(
        f"打印申报书，法定代表人签字、盖章后扫描上传。盖章以后再改文字，须重新盖章。现在的文字：SHA-256 {text[:12]}…"
    )
    if documents and not any(one.text_sha256 == text for one in documents):
        st.warning(
            "盖章以后申报书又有修改，已上传的盖章页作废。请重新打印、盖章、扫描并上传。", icon=":material/approval:"
        )


def _document(project: Project, one: Document, text: str) -> None:
    outdated = one.kind == SEAL and one.text_sha256 != text
    with st.container(horizontal=True, vertical_alignment="center"):
        mark = ":orange-badge[▼ 作废：文字已改]  \n" if outdated else ""
        st.markdown(mark + application_view.described(one))
        application_view.download(project.no, one)
        st.button(
            "删除", icon=":material/delete:", key=f"remove-{project.no}-{one.number}", on_click=_detach,
            args=(project.no, one),
        )  # fmt: skip


def _attach(no: str, kind: AttachmentKind, name: str, content: bytes, text: str) -> None:
    acts.act(
        Permission.APPLY, f"已上传{kind.name}。",
        lambda opened, actor: application_writing.attach(opened, actor, no, kind.code, name, content, text),
    )  # fmt: skip


def _detach(no: str, one: Document) -> None:
    acts.act(
        Permission.APPLY, f"已删除：{one.name}。",
        lambda opened, actor: application_writing.detach(opened, actor, no, one.number),
    )  # fmt: skip


# --- moves ------------------------------------------------------------------------------------------------------------


def moves(actor: Actor, project: Project) -> None:
    """A button for each move onward that is the enterprise's; what is missing stands beside one that cannot be made yet."""
    for move, missing in _open(actor, project):
        if move.note:
            continue
        if missing:
            st.markdown(f":orange[○] {plain(missing)}")
        st.button(
            move.name, type="primary" if move.code == "submit" else "secondary", icon=ICONS.get(move.code),
            disabled=bool(missing), key=f"move-{move.code}-{project.no}-{project.moves}", on_click=_move,
            args=(project.no, move, project.moves, ""),
        )  # fmt: skip


def ways_out(actor: Actor, project: Project) -> None:
    """The moves that need a reason, for the foot of the page."""
    for move, missing in _open(actor, project):
        if move.note:
            _with_reason(project, move, missing)


def _open(actor: Actor, project: Project) -> list[tuple[Move, str | None]]:
    with db.reading() as store:
        found = project_life.open_moves(store, actor, project)
    return [(move, missing) for move, missing in found if move.permission is Permission.APPLY]


def _with_reason(project: Project, move: Move, missing: str | None) -> None:
    """Closed until it is looked for: it is the way out."""
    key = f"why-{move.code}-{project.no}-{project.moves}"
    with st.expander(move.name, icon=ICONS.get(move.code)):
        st.text_input("原因（必填）", max_chars=LONGEST, key=key)
        st.button(
            move.name,
            disabled=bool(missing),
            key=f"{key}-go",
            on_click=_move,
            args=(project.no, move, project.moves, key),
        )


def _move(no: str, move: Move, seen: int, reason: str) -> None:
    note = session.typed(reason) if reason else ""
    acts.act(
        Permission.APPLY, f"已{move.name}。",
        lambda opened, actor: project_life.move_project(opened, actor, no, move.code, note, seen=seen),
    )  # fmt: skip
