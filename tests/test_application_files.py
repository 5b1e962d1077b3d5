"""What enterprises attach: hostile files, hostile names; told by their bytes, kept once, taken out without being lost."""

import io
import struct
import zipfile
from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

import db
from programme import application_documents, application_writing, applications
from programme.application_facts import AttachmentKind, application_facts
from programme.application_files import MEGA, accepted, safe_name, type_of
from programme.errors import NotFound, ProgrammeError, Unusable
from programme.models import ProjectDocument, StoredFile
from programme.permissions import Actor, Role
from tests.application_acts import PDF, a_submitted_application, an_applicant, attaches, finishes, hands_in
from tests.factories import a_user
from tests.project_people import give

OTHER = application_facts().attachment("other")
LICENCE = application_facts().attachment("licence")


def a_png(width: int = 100, height: int = 100) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0" + b"\0" * 4


def a_jpeg(width: int = 100, height: int = 100) -> bytes:
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + frame + b"\xff\xd9"


def an_archive(*names: str, content: bytes = b"<x/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


SOUND = {
    "pdf": PDF,
    "png": a_png(),
    "jpg": a_jpeg(),
    "docx": an_archive("[Content_Types].xml", "word/document.xml"),
    "xlsx": an_archive("[Content_Types].xml", "xl/workbook.xml"),
}


@pytest.mark.parametrize("found", list(SOUND))
def test_a_file_is_what_its_bytes_say_whatever_it_is_called(found: str) -> None:
    assert accepted(OTHER, "扫描.exe", SOUND[found]) == (f"扫描.exe.{found}", found)


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        (LICENCE, b"", "文件是空的"),
        (LICENCE, b"MZ\x90\0 program", "只收pdf、jpg、png"),
        (LICENCE, b"<html>%PDF-</html>", "只收pdf"),
        (LICENCE, SOUND["docx"], "只收pdf"),
        (OTHER, an_archive("notes.txt"), "只收pdf"),
        (OTHER, b"PK\x03\x04 broken", "只收pdf"),
        (LICENCE, PDF + b"\0" * (10 * MEGA), "请不超过10MB，这个文件有10.0MB"),
        (LICENCE, a_png(20_000, 20_000), "图片过大（20000×20000像素）"),
        (LICENCE, a_jpeg(60_000, 60_000), "图片过大"),
        (LICENCE, a_png()[:20], "图片损坏"),
        (LICENCE, b"\xff\xd8\xff\xe0", "图片损坏"),
        (LICENCE, b"\xff\xd8" + b"\xff" * 200, "图片损坏"),
        (OTHER, an_archive("word/document.xml", "word/vbaProject.bin"), "带有宏"),
        (OTHER, an_archive("word/document.xml", content=b"\0" * 201 * MEGA), "展开后超过200MB"),
    ],
    ids=[
        "empty", "program", "html", "docx", "archive", "broken archive", "too big", "png bomb", "jpeg bomb", "short png",
        "short jpeg", "endless jpeg", "macro", "zip bomb",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_what_to_do(kind: AttachmentKind, content: bytes, sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence):
        accepted(kind, "营业执照.pdf", content)


@given(st.binary(max_size=200), st.sampled_from([b"", PDF, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"]))
def test_no_bytes_break_the_check(rest: bytes, first: bytes) -> None:
    if type_of(first + rest) in ("pdf", ""):
        with nullcontext() if type_of(first + rest) else pytest.raises(Unusable, match=r"只收|空的"):
            accepted(OTHER, "x", first + rest)
        return
    with suppress(Unusable):
        assert accepted(OTHER, "x", first + rest)[1] == type_of(first + rest)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\执照.PDF", "执照.pdf"),
        ("执照.pdf.exe", "执照.pdf.exe.pdf"),
        ("\x00\n", "附件.pdf"),
        ("", "附件.pdf"),
        ("..", "附件.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("长" * 300, "长" * 100 + ".pdf"),
    ],
)
def test_a_name_is_a_name_and_no_path(name: str, kept: str) -> None:
    assert safe_name(name, "pdf") == kept


@given(st.text(st.characters(codec=None), max_size=200))
def test_no_name_leads_anywhere(name: str) -> None:
    kept = safe_name(name, "png")
    assert kept.endswith(".png")
    assert not set(kept) & set('/\\:*?"<>|\n\r\0')
    assert len(kept.removesuffix(".png")) in range(1, 101)
    assert kept.encode()


# --- attached to a project --------------------------------------------------------------------------------------------


def attached(actor: Actor) -> list[tuple[int, str]]:
    with db.reading() as session:
        project = applications.application_of(session, actor)
        assert project is not None
        assert project.id is not None
        return [(one.number, one.kind) for one in applications.attached(session, project.id)]


def test_a_file_is_kept_once_and_its_removal_is_another_row(store: str) -> None:
    actor, no = an_applicant()
    first = attaches(actor, no, "licence")
    with pytest.raises(ProgrammeError, match="不必重复上传"):
        attaches(actor, no, "licence", name="又一次.pdf")
    second = attaches(actor, no, "other")
    assert attached(actor) == [(first, "licence"), (second, "other")]
    with db.transaction() as session:
        application_writing.detach(session, actor, no, first)
    assert attached(actor) == [(second, "other")]
    with pytest.raises(NotFound), db.transaction() as session:
        application_writing.detach(session, actor, no, first)
    assert attaches(actor, no, "licence") == 4
    with db.reading() as session:
        assert len(session.exec(select(StoredFile.sha256)).all()) == 1
        assert session.exec(select(ProjectDocument.removes)).all() == [0, 0, 1, 0]
    for statement in ("UPDATE project_document SET name = 'x'", "DELETE FROM project_document"):
        with pytest.raises(DatabaseError), db.transaction() as session:
            session.connection().execute(text(statement))


def test_a_refused_file_leaves_nothing(store: str) -> None:
    actor, no = an_applicant()
    for kind, content in (("licence", b"MZ"), ("nothing", PDF), ("seal", PDF)):
        with pytest.raises(ProgrammeError):
            attaches(actor, no, kind, content)
    with db.reading() as session:
        assert (session.exec(select(StoredFile.sha256)).all(), session.exec(select(ProjectDocument)).all()) == ([], [])


def test_there_is_a_limit_to_files(sqlite_store: str) -> None:
    actor, no = an_applicant()
    most = application_facts().limits["max_files"]
    for number in range(most):
        attaches(actor, no, "other", PDF + str(number).encode())
    with pytest.raises(ProgrammeError, match=f"材料最多{most}个"):
        attaches(actor, no, "other", PDF)


def test_others_read_what_was_handed_in_and_nobody_elses(store: str) -> None:
    actor, no = an_applicant()
    finishes(actor, no)
    cac, stranger = a_user(Role.PROVINCE_CAC, province="53"), a_user(Role.PROVINCE_CAC, province="52")
    other, _ = a_submitted_application(2)

    def reads(reader: Actor, number: int) -> str:
        with db.reading() as session:
            return application_documents.document_file(session, reader, no, number)[0]

    assert reads(actor, 1) == "扫描.pdf"
    with pytest.raises(NotFound):
        reads(cac, 1)
    hands_in(actor, no)
    assert reads(cac, 1) == "扫描.pdf"
    expert = a_user(Role.EXPERT)
    for reader in (stranger, other, expert):
        with pytest.raises(NotFound):
            reads(reader, 1)
    with db.reading() as session:
        project = applications.application_of(session, actor)
    assert project is not None
    assert project.id is not None
    give(project.id, expert, "review")
    assert reads(expert, 2) == "扫描.pdf"
