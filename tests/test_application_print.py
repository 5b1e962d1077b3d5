"""An application on paper: who gets which text, and the commands that print."""

from pathlib import Path

import openpyxl
import pytest

import db
from programme import application_print, applications
from programme.errors import NotFound
from programme.models import Project
from programme.permissions import Actor, Role
from tests import terminal
from tests.application_acts import a_submitted_application, an_applicant, finishes, hands_in, writes
from tests.factories import a_user
from tests.printed import bare, docx_foot, docx_text, pdf_pages, pdf_text
from tests.project_people import a_project, give
from tests.selection_acts import cac, recommend, report, scored


def printed(actor: Actor, no: str, ending: str = "docx") -> str:
    with db.reading() as session:
        sheet = application_print.sheet_of(session, actor, no)
    content = sheet.printed(ending)
    return bare(docx_text(content) + docx_foot(content) if ending == "docx" else "".join(pdf_pages(content)))


def test_the_enterprise_prints_what_it_writes_and_others_only_what_was_handed_in(sqlite_store: str) -> None:
    actor, no = an_applicant()
    cac = a_user(Role.PROVINCE_CAC, province="53")
    finishes(actor, no, introduction="第一稿的简介")
    assert "第一稿的简介" in printed(actor, no)
    with pytest.raises(NotFound, match="还没有提交"):
        printed(cac, no)
    hands_in(actor, no)
    assert "第一稿的简介" in printed(cac, no)
    with pytest.raises(NotFound):
        printed(a_user(Role.PROVINCE_CAC, province="52"), no)


def test_both_files_bear_the_digest_of_the_text_that_is_sealed(sqlite_store: str) -> None:
    actor, no = an_applicant()
    finishes(actor, no)
    with db.reading() as session:
        project = applications.application_of(session, actor)
        assert isinstance(project, Project)
        assert project.id is not None
        text = applications.text_digest(session, project.id)
    assert text in printed(actor, no)
    assert text in printed(actor, no, "pdf")
    writes(actor, no, introduction="又改了")
    assert text not in printed(actor, no)


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_the_terminal_prints_an_application(sqlite_store: str, tmp_path: Path, ending: str) -> None:
    _, no = a_submitted_application()
    file = tmp_path / f"申报书.{ending}"
    assert terminal.here("projects", "annex1", no, "-o", str(file)).code == 0
    assert "网上直通车" in bare(docx_text(file.read_bytes()) if ending == "docx" else pdf_text(file.read_bytes()))
    assert terminal.here("projects", "annex1", no, "-o", str(tmp_path / "申报书.txt")).code == 2
    assert terminal.here("projects", "annex1", "53-999", "-o", str(file)).code == 2


def test_the_terminal_prints_what_a_province_recommends_before_and_after_it_is_settled(
    sqlite_store: str, tmp_path: Path
) -> None:
    actor, file = cac(), tmp_path / "附件2.xlsx"
    assert terminal.here("projects", "annex2", "--province", "53", "-o", str(file)).code == 2
    recommend(actor, *scored(actor, 3))
    assert terminal.here("projects", "annex2", "--province", "云南", "-o", str(file)).code == 0
    assert numbers_in(file) == ["53-001", "53-002", "53-003"]
    report(actor)
    assert terminal.here("projects", "annex2", "--province", "53", "-o", str(file)).code == 0
    assert numbers_in(file) == ["53-001", "53-002", "53-003"]
    word = tmp_path / "附件2.docx"
    assert terminal.here("projects", "annex2", "--province", "53", "-o", str(word)).code == 0
    assert "定稿名单第1号" in bare(docx_foot(word.read_bytes()))


def numbers_in(file: Path) -> list[str]:
    sheet = openpyxl.load_workbook(file).worksheets[0]
    return [str(sheet.cell(3 + at, 1).value) for at in range(3)]


def test_an_expert_scores_at_the_terminal_once(sqlite_store: str) -> None:
    project = a_project("reviewing", no="53-001")
    expert = a_user(Role.EXPERT, username="expert")
    give(project, expert, "review")
    points = ["--feasibility", "80", "--operability", "70", "--effect", "90"]
    answer = terminal.here("projects", "score", "53-001", "--as", "expert", *points)
    assert (answer.code, answer.err) == (0, "")
    again = terminal.here("projects", "score", "53-001", "--as", "expert", *points)
    assert (again.code, again.out) == (1, "")
    assert terminal.here("projects", "score", "52-001", "--as", "expert", *points).code == 1
