"""Projects at the terminal: lists, one of them, moves and why one is refused."""

import pytest
from sqlmodel import select

import db
from programme import project_life
from programme.models import Project
from programme.permissions import Role
from programme.project_facts import project_facts
from programme.project_moves import MOVES
from tests import terminal
from tests.factories import a_user
from tests.project_acts import imports
from tests.project_books import a_book, a_line, rows_of
from tests.project_people import a_project, an_enterprise, of_enterprise, state_of

LISTED = [
    "no", "name", "enterprise", "province", "channel", "direction", "category", "stage", "outcome", "deadline", "overdue",
]  # fmt: skip


def two_provinces() -> None:
    guizhou = rows_of([a_line(9, 项目编号="GZ-1", 项目承担单位="示例企业（贵州）")], "贵州省项目信息汇总表")
    imports(
        a_book(rows_of([a_line(1, 项目状态="绩效评估", 评估结果="优秀"), a_line(2), a_line(3)]), guizhou), reason="示例"
    )


def numbers(*arguments: str) -> list[str]:
    answer = terminal.here("projects", "list", "--json", *arguments)
    assert (answer.code, answer.err) == (0, "")
    return [row["no"] for row in answer.json]


def test_the_list_gives_every_project_with_its_stage_and_deadline(store: str) -> None:
    two_provinces()
    first, second = terminal.here("projects", "list", "--json", "--search", "YN", "--province", "53").json[:2]
    assert list(first) == LISTED
    assert first == {
        "no": "YN-1", "name": "农产品上行示例项目1", "enterprise": "示例电商企业01（云南）", "province": "53",
        "channel": "province", "direction": "rural_ecommerce", "category": "ecommerce", "stage": "evaluation",
        "outcome": "excellent", "deadline": None, "overdue": False,
    }  # fmt: skip
    day = project_facts().deadline("recommendation").day
    assert (second["stage"], second["deadline"], second["overdue"]) == ("provincial_selection", day.isoformat(), True)


def test_the_list_is_narrowed_by_stage_province_and_words(sqlite_store: str) -> None:
    two_provinces()
    assert numbers() == ["GZ-1", "YN-1", "YN-2", "YN-3"]
    assert numbers("--stage", "evaluation") == numbers("--stage", "绩效评估") == ["YN-1"]
    assert numbers("--province", "贵州") == numbers("--province", "52") == ["GZ-1"]
    assert numbers("--search", "农产品 企业02") == ["YN-2"]
    assert numbers("--search", "没有这样的") == []
    a_user(Role.PROVINCE_CAC, province="52", username="cac-52")
    assert numbers("--as", "cac-52") == ["GZ-1"]
    line = terminal.here("projects", "list", "--stage", "evaluation").out
    assert line == "YN-1 农产品上行示例项目1 示例电商企业01（云南） 绩效评估\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["list", "--stage", "dream"], "没有“dream”这个阶段；可用的有：application、provincial_selection"),
        (["list", "--province", "99"], "没有“99”这个省份，请填写行政区划代码的前两位，或省份名称。"),
        (["show", "XX-1"], "没有编号为“XX-1”的项目，或不在您的查看范围内。"),
        (["move", "XX-1", "take_up", "--as", "nobody"], "没有可用的账号“nobody”。"),
    ],
)
def test_an_argument_that_cannot_be_used_ends_with_2_and_its_sentence(
    sqlite_store: str, arguments: list[str], sentence: str
) -> None:
    answer = terminal.here("projects", *arguments)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert answer.err.startswith(sentence)


def test_one_project_is_shown_with_its_track_and_what_is_next(store: str) -> None:
    a_project("submitted", enterprise_id=an_enterprise())
    a_user(Role.PROVINCE_CAC, province="53", username="cac-53")
    moved = terminal.here("projects", "move", "53-001", "send_back", "--as", "cac-53", "--note", "请补充效益")
    assert (moved.code, moved.out, moved.err) == (0, "已办理：项目53-001现为“退回修改”。\n", "")
    told = terminal.here("projects", "show", "53-001", "--json").json
    assert (told["no"], told["stage"], told["state"]) == (
        "53-001",
        "application",
        {"code": "returned", "name": "退回修改"},
    )
    assert (told["overdue"], told["next"]) == (True, "提交申报（申报企业）")
    [step] = told["track"]
    assert (step["number"], step["name"], step["who"], step["note"], step["documents"]) == (
        1, "退回修改", "province_cac · 53", "请补充效益", [],
    )  # fmt: skip
    assert "province_cac · 53 退回修改：请补充效益" in terminal.here("projects", "show", "53-001").out


def test_the_enterprise_reads_its_own_wording(sqlite_store: str) -> None:
    enterprise = an_enterprise()
    a_project("assessing", enterprise_id=enterprise)
    cac, own = a_user(Role.PROVINCE_CAC, province="53"), of_enterprise(enterprise)
    with db.transaction() as session:
        project = session.exec(select(Project).where(Project.no == "53-001")).one()
        project_life.append(session, cac, project, "recommend", "recommended", "本省第一")
    told = terminal.here("projects", "show", "53-001", "--as", own.username, "--json").json
    assert told["state"] == {"code": "recommended", "name": "省网信办评价中"}
    assert [(step["name"], step["who"], step["note"]) for step in told["track"]] == [("省内评价", "省网信办", "")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["53-001", "report", "--as", "cac-53"], "项目“示例项目53-001”现为“已提交”，不能报送国家网信办。"),
        (["53-001", "decline", "--as", "cac-53"], "“不予推荐”须写明原因。"),
        (["53-001", "jump", "--as", "cac-53"], "没有“jump”这一步；可用的有：submit、"),
        (["53-001", "take_up", "--as", "leader"], "领导小组没有“受理和遴选项目”的权限"),
        (["53-001", "take_up", "--as", "cac-52"], "没有编号为“53-001”的项目，或不在您的查看范围内。"),
    ],
)
def test_a_refused_move_ends_with_1_its_sentence_and_the_project_where_it_was(
    sqlite_store: str, arguments: list[str], sentence: str
) -> None:
    a_project("submitted")
    a_user(Role.PROVINCE_CAC, province="53", username="cac-53")
    a_user(Role.PROVINCE_CAC, province="52", username="cac-52")
    a_user(Role.LEADER, username="leader")
    answer = terminal.here("projects", "move", *arguments)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
    assert answer.err.startswith(sentence)
    assert state_of("53-001") == "submitted"


def test_the_table_of_moves_is_told_row_by_row() -> None:
    rows = terminal.here("projects", "moves", "--json").json
    assert [row["code"] for row in rows] == [move.code for move in MOVES]
    assert {tuple(row) for row in rows} == {("code", "name", "from", "to", "permission", "needs", "deadline")}
    submit = next(row for row in rows if row["code"] == "submit")
    assert (submit["name"], submit["from"], submit["to"], submit["permission"], submit["deadline"]) == (
        "提交申报", ["draft", "returned"], "submitted", "apply", "recommendation",
    )  # fmt: skip
    needs = {row["code"]: row["needs"] for row in rows}
    assert needs["start_review"] == ["评审专家已抽齐"]
    assert [need for told in needs.values() for need in told if need.isascii()] == []
    lines = terminal.here("projects", "moves").out.splitlines()
    assert len(lines) == len(MOVES)
    assert lines[1].startswith(
        "submit 提交申报：draft、returned → submitted（申报项目） 期限：省级推荐报送 须：企业登记已确认；"
    )
