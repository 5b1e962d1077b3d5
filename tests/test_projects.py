"""Projects of the 2016 programme: import, queries, form and sample."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import event
from sqlmodel import select
from stdnum.cn import uscc

import db
from programme import audit, project_queries, projects
from programme.demo_projects import sample_workbooks
from programme.errors import NotFound, Outdated, ProgrammeError
from programme.findings import Severity
from programme.models import Project, StoredFile
from programme.permissions import Actor
from programme.project_facts import project_facts
from programme.project_form import summary_sheet
from programme.project_life import is_overdue
from programme.project_provinces import Quota, provinces_standing
from programme.project_search import ProjectFilters, project_list
from programme.projects import CheckedProjects, ImportResult
from tests.project_acts import (
    GUIZHOU,
    LINES,
    NATION,
    YUNNAN,
    checks,
    events,
    imports,
    stored,
)
from tests.project_books import OFFICIAL, a_book, a_line, rows_of, saved, three

HINT = Severity.HINT


# --- import -----------------------------------------------------------------------------------------------------------


def test_an_import_stores_the_projects_the_file_and_an_event(store: str) -> None:
    content = three()
    assert imports(content, YUNNAN) == ImportResult(3, 0, 0, "已导入：新增3个。")
    project = stored()["YN-1"]
    assert (project.enterprise, project.target_counties, project.sheet, project.row, project.sample) == (
        "示例电商企业01（云南）", "533301,533323", "表1", 3, False,
    )  # fmt: skip
    with db.reading() as session:
        assert session.get_one(StoredFile, project.file_sha256).content == content
        assert audit.data_version(session) > 0
    [event] = events()
    detail = json.loads(event.detail)
    assert (event.user_name, event.subject, event.province_code) == ("云南省网信办", "汇总表.xlsx", "53")
    assert (detail["added"], detail["changed"], detail["sha256"]) == (["YN-1", "YN-2", "YN-3"], {}, project.file_sha256)


def version() -> int:
    with db.reading() as session:
        return audit.data_version(session)


def test_the_same_file_twice_changes_nothing_and_says_so(store: str) -> None:
    imports(three())
    before = version()
    assert imports(three()).sentence == "3个项目与已登记的完全相同，没有变化，不必重复导入。"
    assert (len(events()), version()) == (1, before)


def test_an_import_updates_by_number_and_keeps_what_the_file_is_silent_about(store: str) -> None:
    imports(three())
    official = a_book(rows_of([{**LINES[0], "项目负责人": "新经理（示例）"}, LINES[1]]))
    assert imports(official).sentence == "已导入：更新1个，没有变化1个。"
    project = stored()["YN-1"]
    assert (project.project_leader, project.direction, project.stage, project.target_counties) == (
        "新经理（示例）", "rural_ecommerce", "provincial_selection", "533301,533323",
    )  # fmt: skip
    assert json.loads(events()[1].detail)["changed"] == {
        "YN-1": {"project_leader": ["项目经理（示例）", "新经理（示例）"]}
    }


def test_every_entry_can_be_traced_to_file_sheet_cell_and_importer(store: str) -> None:
    first, second = three(), a_book(rows_of([{**LINES[0], "项目负责人": "新经理（示例）"}]), names=["更正"])
    imports(first, YUNNAN)
    imports(second, NATION)
    with db.reading() as session:
        sources = project_queries.project(session, NATION, "YN-1").sources
        assert project_queries.source_file(session, YUNNAN, "YN-1", sources[0].sha256) == ("汇总表.xlsx", first)
    assert [(source.imported_by, source.sheet) for source in sources] == [
        ("云南省网信办", "表1"),
        ("国家网信办", "更正"),
    ]
    assert (sources[0].cells["no"], sources[0].cells["target_counties"], sources[0].cells["province_code"]) == (
        "A3", "N3", "A1",
    )  # fmt: skip
    assert sources[1].cells == {"project_leader": "E3"}
    assert set(sources[0].cells) & set(sources[1].cells) == set()


def test_a_file_with_other_provinces_in_it_is_not_handed_to_a_province(store: str) -> None:
    imports(a_book(rows_of(LINES[:2]), rows_of([{**LINES[2], "项目编号": "GZ-1"}], "贵州省项目信息汇总表")), NATION)
    with db.reading() as session:
        source = project_queries.project(session, YUNNAN, "YN-1").sources[0]
        with pytest.raises(NotFound):
            project_queries.source_file(session, YUNNAN, "YN-1", source.sha256)
        assert project_queries.source_file(session, NATION, "YN-1", source.sha256)[0] == "汇总表.xlsx"


def test_errors_refuse_and_warnings_need_a_reason(store: str) -> None:
    with pytest.raises(ProgrammeError, match="还有1处错误"):
        imports(three(项目名称=""), reason="原因")
    doubtful = three(评估结果="优秀")
    with pytest.raises(ProgrammeError, match="请填写原因"):
        imports(doubtful, reason="  ")
    assert stored() == {}
    assert imports(doubtful, reason="试点项目").added == 3
    detail = json.loads(events()[0].detail)
    assert (detail["reason"], len(detail["confirmed"])) == ("试点项目", 1)


def test_an_import_is_refused_when_the_projects_changed_since_the_preview(store: str) -> None:
    imports(three())
    checked = checks(three(项目负责人="甲（示例）"))
    imports(three(项目负责人="乙（示例）"))
    with pytest.raises(Outdated), db.transaction() as session:
        projects.import_projects(session, NATION, checked)
    assert stored()["YN-1"].project_leader == "乙（示例）"
    assert checks(three(项目负责人="甲（示例）")).fingerprint != checked.fingerprint


def test_an_import_is_refused_when_it_became_doubtful_since_the_preview(store: str) -> None:
    checked = checks(three())
    imports(a_book(rows_of([a_line(number) for number in range(4, 8)])))
    with pytest.raises(Outdated), db.transaction() as session:
        projects.import_projects(session, NATION, checked)
    assert len(stored()) == 4


def test_a_transaction_that_breaks_off_leaves_nothing(store: str) -> None:
    checked = checks(three())
    with pytest.raises(RuntimeError):
        _import_and_break_off(checked)
    with db.reading() as session:
        assert (stored(), events(), session.exec(select(StoredFile)).all()) == ({}, [], [])


def _import_and_break_off(checked: CheckedProjects) -> None:
    with db.transaction() as session:
        projects.import_projects(session, NATION, checked)
        raise RuntimeError


def test_of_two_imports_at_the_same_time_the_second_sees_the_first(store: str) -> None:
    first, second = checks(three(项目负责人="甲（示例）")), checks(three(项目负责人="乙（示例）"))
    with ThreadPoolExecutor(1) as other:
        with db.transaction() as session:
            projects.import_projects(session, NATION, first)
            waiting = other.submit(_import, second)
        with pytest.raises(Outdated):
            waiting.result()
    assert stored()["YN-1"].project_leader == "甲（示例）"


def _import(checked: CheckedProjects) -> None:
    with db.transaction() as session:
        projects.import_projects(session, NATION, checked)


def test_a_sample_project_becomes_real_when_a_real_list_changes_it(sqlite_store: str) -> None:
    imports(three(), sample=True)
    imports(three(项目负责人="甲（示例）"))
    assert [project.sample for project in stored().values()] == [False, True, True]


# --- queries ----------------------------------------------------------------------------------------------------------


def two_provinces() -> None:
    """Yunnan: three projects, one evaluated; Guizhou: one; and one direct application."""
    imports(three(项目状态="绩效评估", 评估结果="优秀", 项目类别="远程医疗"))
    imports(
        a_book(
            rows_of(
                [a_line(9, 项目编号="GZ-1", 重点方向="网络公益", 项目承担单位="示例100%企业_（贵州）")],
                "贵州省项目信息汇总表",
            )
        )
    )
    imports(a_book(rows_of([a_line(11, 项目编号="ZY-1", 申报渠道="直接申报")], "项目信息汇总表")))


def numbers(actor: Actor, **filters: str | None) -> list[str]:
    with db.reading() as session:
        return project_list(session, actor, ProjectFilters(**filters))["no"].tolist()


def test_filters_narrow_the_list_in_the_store(store: str) -> None:
    two_provinces()
    assert numbers(NATION) == ["GZ-1", "YN-1", "YN-2", "YN-3", "ZY-1"]
    assert numbers(NATION, province_code="53") == ["YN-1", "YN-2", "YN-3"]
    assert numbers(NATION, province_code="") == ["ZY-1"]
    assert numbers(NATION, direction="network_charity") == ["GZ-1"]
    assert numbers(NATION, category="telemedicine", stage="evaluation", outcome="excellent") == ["YN-1"]
    assert numbers(NATION, outcome="") == ["GZ-1", "YN-2", "YN-3", "ZY-1"]
    assert numbers(NATION, text="电商企业02") == ["YN-2"]
    assert numbers(NATION, text="100%企业_") == ["GZ-1"]
    assert numbers(NATION, text="%") == ["GZ-1"]
    assert numbers(NATION, text="yn-3") == ["YN-3"]
    assert numbers(NATION, text="' OR 1=1 --") == []


def test_words_are_found_wherever_they_stand_and_all_of_them_must_be(store: str) -> None:
    imports(three(备注="见附件", 项目负责人="甲（示例）", 单位负责人="乙（示例）"))
    assert numbers(NATION, text="甲 见附件 企业01") == ["YN-1"]
    assert numbers(NATION, text="乙（示例） yn") == ["YN-1"]
    assert numbers(NATION, text="甲 企业02") == []


def test_filters_by_state_county_and_what_is_late_agree_with_the_rule(store: str) -> None:
    days = {"triggered": [date(2019, 1, 1), date(2030, 1, 1), None], "draft": [date(2030, 1, 1)], "running": [None]}
    with db.transaction() as session:
        for state, due in [(state, day) for state, every in days.items() for day in every]:
            no = f"{state}-{due}"
            session.add(
                Project(
                    no=no,
                    name="示例",
                    enterprise="示例",
                    stage=project_facts().state(state).stage,
                    state=state,
                    due=due,
                )
            )
        session.flush()
        session.exec(select(Project).where(Project.no == "running-None")).one().target_counties = "533301,5333"
    late = [no for no, one in stored().items() if is_overdue(one.state, one.due)]
    assert numbers(NATION, overdue=True) == sorted(late) == ["draft-2030-01-01", "triggered-2019-01-01"]
    assert numbers(NATION, state="running") == numbers(NATION, county=533301) == ["running-None"]
    assert numbers(NATION, county=3333) == numbers(NATION, county=53330) == []


def test_the_list_carries_the_deadline_and_whether_it_has_passed(store: str) -> None:
    imports(three())
    with db.reading() as session:
        found = project_list(session, NATION)
        none = project_list(session, NATION, ProjectFilters(text="没有这样的 " * 1200))
    assert (
        found[["deadline", "overdue"]].to_numpy().tolist()
        == [[project_facts().deadline("recommendation").day, True]] * 3
    )
    assert (len(none), {"deadline", "overdue"} <= set(none)) == (0, True)


def test_provinces_are_counted_by_state_and_told_what_the_quota_says(store: str) -> None:
    stands = {"53": ["assessing", "recommended", "received", "confirmed", "declined"], "52": ["running"] * 6}
    with db.transaction() as session:
        for code, states in stands.items():
            for at, state in enumerate(states):
                stage = project_facts().state(state).stage
                session.add(
                    Project(
                        no=f"{code}-{at}", name="示例", enterprise="示例", stage=stage, state=state, province_code=code
                    )
                )
        session.add(
            Project(
                no="00-1", name="示例", enterprise="示例", stage="implementation", state="running", channel="direct"
            )
        )
    with db.reading() as session:
        national, own = provinces_standing(session, NATION), provinces_standing(session, YUNNAN)
    assert len(national) == 32
    found = {one.name: (one.recommended, one.reported, one.confirmed, one.quota) for one in national}
    assert [found[name] for name in ("云南省", "贵州省", "北京市")] == [
        (3, 2, 1, Quota.WITHIN), (6, 6, 6, Quota.OVER), (0, 0, 0, Quota.SHORT),
    ]  # fmt: skip
    assert [one.name for one in own] == ["云南省"]


def test_a_province_sees_its_own_projects_only_in_lists_counts_and_details(store: str) -> None:
    two_provinces()
    assert numbers(GUIZHOU) == ["GZ-1"]
    assert numbers(GUIZHOU, province_code="53") == []
    assert numbers(replace(GUIZHOU, province_code="")) == []
    with db.reading() as session:
        assert project_queries.project_counts(session, GUIZHOU).by["province_code"] == {"52": 1}
        for number in ("YN-1", "ZY-1", "不存在"):
            with pytest.raises(NotFound, match="没有编号为"):
                project_queries.project(session, GUIZHOU, number)


def test_counts_are_by_stage_state_direction_outcome_province_and_counties(store: str) -> None:
    two_provinces()
    with db.reading() as session:
        counts = project_queries.project_counts(session, NATION)
    assert (counts.total, counts.sample, counts.selected) == (5, 0, 1)
    assert counts.by == {
        "stage": {"evaluation": 1, "provincial_selection": 4},
        "state": {"evaluated": 1, "recommended": 4},
        "direction": {"rural_ecommerce": 4, "network_charity": 1},
        "outcome": {"excellent": 1, "": 4},
        "province_code": {"53": 3, "52": 1, "": 1},
        "target_counties": {"533301,533323": 5},
    }
    assert counts.counties == (533301, 533323)


def test_the_counts_are_one_read_however_much_there_is(sqlite_store: str) -> None:
    two_provinces()
    read: list[str] = []
    with db.reading() as session:
        event.listen(db.engine(), "before_cursor_execute", lambda *told: read.append(told[2]))
        project_queries.project_counts(session, NATION)
    assert [text[:6] for text in read if not text.startswith("BEGIN")] == ["SELECT"]


def test_a_detail_names_its_counties_in_the_order_written(sqlite_store: str) -> None:
    imports(three(面向贫困县="福贡县、泸水市"))
    with db.reading() as session:
        view = project_queries.project(session, NATION, "YN-1")
    assert [county.name for county in view.counties] == ["福贡县", "泸水市"]
    assert (view.province, view["stage"], view.row) == ("云南省", "provincial_selection", 3)


# --- form and sample ----------------------------------------------------------------------------------------------------


def test_the_empty_form_has_the_annexs_columns_and_reads_as_an_empty_list(sqlite_store: str) -> None:
    content = summary_sheet("云南省", province_code="53")
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert sheet["A1"].value == "云南省项目信息汇总表"
    assert tuple(cell.value for cell in sheet[2][:6]) == OFFICIAL
    assert sheet.print_area == "'项目信息汇总表'!$A$1:$F$14"
    assert [finding.rule for finding in checks(content, YUNNAN).findings] == ["no_projects"]


def test_the_forms_stamp_names_the_province_when_the_title_was_lost(sqlite_store: str) -> None:
    book = openpyxl.load_workbook(
        BytesIO(summary_sheet("云南省", [{"no": "YN-1", "name": "示例", "enterprise": "示例企业"}], province_code="53"))
    )
    book.worksheets[0]["A1"], book.worksheets[0]["D9"] = "信息汇总表", ""
    assert [step.after["province_code"] for step in checks(saved(book)).rows] == ["53"]


def test_sample_workbooks_are_repeatable_and_go_through_the_same_verbs(sqlite_store: str) -> None:
    books = sample_workbooks(110)
    assert [name for name, _ in books] == [name for name, _ in sample_workbooks(110)]
    for name, content in books:
        checked = checks(content, NATION, name)
        assert [(name, f) for f in checked.findings if f.severity is not HINT] == []
        with db.transaction() as session:
            projects.import_projects(session, NATION, checked, sample=True)
    assert {step.kind for _, content in sample_workbooks(110) for step in checks(content).rows} == {"unchanged"}


def test_the_sample_has_about_a_hundred_projects_of_31_provinces_at_every_stage(sqlite_store: str) -> None:
    for _, content in sample_workbooks(110):
        imports(content, sample=True)
    rows = stored().values()
    facts = project_facts()
    assert 90 <= len(rows) <= 115
    assert len({row.province_code for row in rows if row.province_code}) == 31
    assert {row.stage for row in rows} == {stage.code for stage in facts.stages}
    assert {row.outcome for row in rows} == {outcome.code for outcome in facts.lists["outcome"]}
    assert all(row.sample and row.enterprise.startswith("示例") and uscc.is_valid(row.enterprise_code) for row in rows)
    assert {row.head_of_unit for row in rows} == {"总经理（示例）"}
    assert sum(row.stage in facts.stages_where("selected") for row in rows) <= facts.goal
