"""Projects of a file against province, scope, and what is registered."""

from collections.abc import Callable

import pytest
from sqlmodel import select

import db
from programme import project_queries, project_search, projects
from programme.demo_projects import sample_code
from programme.errors import NotAllowed, ProgrammeError
from programme.findings import Severity
from programme.models import Project, ProjectAssignment
from programme.permissions import Permission, Role, refusal
from tests.factories import a_user
from tests.project_acts import GUIZHOU, LINES, NATION, YUNNAN, a_finding, checks, found, imports, stored
from tests.project_books import a_book, a_line, rows_of, three

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT


# --- province and scope -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "foot", "sheet", "expected"),
    [
        ("云南省项目信息汇总表", "", "表", "53"),
        ("＿＿＿＿省（区、市）项目信息汇总表", "云南省网信办（盖章）", "表", "53"),
        ("项目信息汇总表", "", "云南", "53"),
        ("2016年新疆生产建设兵团网络扶贫“双百”项目信息汇总表", "", "表", "66"),
    ],
)
def test_the_province_is_read_from_title_seal_or_sheet(
    sqlite_store: str, title: str, foot: str, sheet: str, expected: str
) -> None:
    checked = checks(a_book([*rows_of(LINES, title), [foot]], names=[sheet]))
    assert {step.after["province_code"] for step in checked.rows} == {expected}


@pytest.mark.parametrize(
    ("rows", "rule", "cell"),
    [
        ([*rows_of(LINES), ["贵州省网信办（盖章）"]], "province_contradiction", "A1"),
        (rows_of(LINES, "项目信息汇总表"), "no_province", "A1"),
        (rows_of([{**LINES[0], "省份": "贵州"}]), "province_contradiction", "G3"),
        (rows_of([{**LINES[0], "省份": "黔省"}], "项目信息汇总表"), "unknown_province", "G3"),
        (rows_of([{**LINES[0], "省份": ""}], "项目信息汇总表"), "no_province", "G3"),
    ],
)
def test_a_missing_or_contradictory_province_is_an_error(
    sqlite_store: str, rows: list[list[object]], rule: str, cell: str
) -> None:
    assert [line for line in found(a_book(rows)) if line[1] is ERROR] == [(rule, ERROR, cell)]


def test_a_province_that_forgot_its_name_gets_its_own_with_a_hint(sqlite_store: str) -> None:
    content = a_book(rows_of(LINES, "项目信息汇总表"))
    assert ("province_assumed", HINT, "A1") in found(content, YUNNAN)
    assert {step.after["province_code"] for step in checks(content, YUNNAN).rows} == {"53"}


def test_direct_applicants_need_no_province(sqlite_store: str) -> None:
    lines = [{heading: cell for heading, cell in a_line(1, 申报渠道="直接申报").items() if heading != "项目状态"}]
    step = checks(a_book(rows_of(lines, "项目信息汇总表"))).rows[0]
    assert (step.after["province_code"], step.after["channel"], step.after["stage"]) == ("", "direct", "application")


def test_a_province_imports_its_own_projects_only(store: str) -> None:
    checked = checks(three(), GUIZHOU)
    assert [(f.rule, f.severity, f.cell) for f in checked.findings] == [("outside_scope", ERROR, "A1")]
    assert checked.rows == ()
    with pytest.raises(ProgrammeError), db.transaction() as session:
        projects.import_projects(session, GUIZHOU, checked, "原因")
    with pytest.raises(NotAllowed), db.transaction() as session:
        projects.import_projects(session, GUIZHOU, checks(three()))
    assert stored() == {}


def test_a_province_cannot_touch_another_ones_number_nor_learn_whose_it_is(store: str) -> None:
    imports(three())
    line = {**LINES[0], "项目编号": "YN-1", "项目承担单位": "示例企业（贵州）"}
    checked = checks(a_book(rows_of([line], "贵州省项目信息汇总表")), GUIZHOU)
    assert [(f.rule, f.severity) for f in checked.findings if f.severity is ERROR] == [
        ("number_of_other_province", ERROR)
    ]
    assert [f.message for f in checked.findings if "云南" in f.message or "电商企业01" in f.message] == []
    assert checked.rows[0].before is None


def test_a_province_cannot_import_direct_applications(sqlite_store: str) -> None:
    content = three(申报渠道="直接申报")
    assert ("direct_by_province", ERROR, "K3") in found(content, YUNNAN)
    imports(content)
    assert ("direct_by_province", ERROR, "A3") in found(three(项目名称="新名称"), YUNNAN)


def test_a_province_says_on_what_ground_it_reports_a_national_decision(sqlite_store: str) -> None:
    content = three(项目状态="绩效评估", 评估结果="优秀")
    assert [line for line in found(content, YUNNAN)] == [
        ("national_decision", WARNING, "L3"), ("national_decision", WARNING, "M3"),
    ]  # fmt: skip
    assert found(content, NATION) == []


@pytest.mark.parametrize("role", list(Role))
def test_who_may_check_import_and_see_projects_follows_the_table_of_grants(sqlite_store: str, role: Role) -> None:
    imports(three())
    actor = a_user(role, county="533301", province="53", enterprise_id=700)
    with db.transaction() as session:
        for project in session.exec(select(Project)):
            project.enterprise_id = 700
            session.add(ProjectAssignment(project_id=project.id, user_id=actor.id, task="review", by="国家网信办"))
    with db.reading() as session:
        for permission, verb in (
            (Permission.IMPORT_PROJECTS, lambda: projects.check_projects(session, actor, three(), "x.xlsx")),
            (Permission.SEE_PROJECT, lambda: project_search.project_list(session, actor)),
            (Permission.SEE_PROJECT, lambda: project_queries.project_counts(session, actor)),
            (Permission.SEE_PROJECT, lambda: project_queries.project(session, actor, "YN-1")),
        ):
            assert allowed(verb) == (refusal(actor, permission) is None)


def allowed(verb: Callable[[], object]) -> bool:
    try:
        verb()
    except NotAllowed:
        return False
    return True


# --- against what is registered ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "rule", "severity", "cell"),
    [
        ({"项目承担单位": "示例新名称（云南）"}, "enterprise_renamed", HINT, "C3"),
        (
            {"项目承担单位": "示例别家（云南）", "统一社会信用代码": sample_code("53", 77)},
            "other_enterprise",
            ERROR,
            "A3",
        ),
        ({"项目承担单位": "示例别家（云南）", "统一社会信用代码": ""}, "other_enterprise", WARNING, "C3"),
        ({"项目状态": "企业申报"}, "stage_goes_back", WARNING, "L3"),
        ({"重点方向": "无"}, "emptied", WARNING, "I3"),
        ({"面向贫困县": "—"}, "emptied", WARNING, "N3"),
        ({"项目编号": "YN-8"}, "enterprise_twice", WARNING, "C3"),
    ],
)
def test_a_change_of_what_is_registered_is_weighed(
    sqlite_store: str, values: dict[str, str], rule: str, severity: Severity, cell: str
) -> None:
    imports(three())
    assert found(three(**values)) == [(rule, severity, cell)]


def test_an_ended_project_does_not_count_as_the_enterprises_second(sqlite_store: str) -> None:
    imports(three(项目状态="未入选"))
    assert found(three(项目编号="YN-8")) == []


def test_a_sixth_project_of_a_province_needs_a_reason_and_only_once(sqlite_store: str) -> None:
    six = a_book(rows_of([a_line(number) for number in range(1, 7)]))
    finding = a_finding(six, "over_quota")
    assert finding.severity is WARNING
    assert finding.message[:36] == "导入后云南省推荐的项目为6个，通知要求每省3至5个。请核对是否有应列为“"
    imports(six, reason="经国家网信办同意")
    assert checks(six).findings == []
    assert found(a_book(rows_of([a_line(1, 备注="更正"), a_line(2)]))) == []


def test_direct_and_declined_projects_are_outside_the_quota(sqlite_store: str) -> None:
    lines = [a_line(number) for number in range(1, 6)]
    more = [a_line(6, 申报渠道="直接申报"), a_line(7, 项目状态="未入选"), a_line(8, 项目状态="企业申报")]
    assert found(a_book(rows_of([*lines, *more]))) == []


def test_fewer_than_three_projects_are_a_hint(sqlite_store: str) -> None:
    assert a_finding(a_book(rows_of([a_line()])), "under_quota").severity is HINT


def test_the_hundred_and_first_selected_project_needs_a_reason(sqlite_store: str) -> None:
    provinces = ("云南省", "贵州省", "四川省")
    lines = [
        a_line(n, 项目状态="实施", 申报渠道="直接申报", 统一社会信用代码=sample_code("53", n), 省份=provinces[n % 3])
        for n in range(1, 102)
    ]  # fmt: skip
    assert found(a_book(rows_of(lines, "项目信息汇总表"))) == [("over_goal", WARNING, "")]
