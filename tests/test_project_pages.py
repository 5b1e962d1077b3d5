"""The project pages as people use them: who sees what, filters, detail, upload to import."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import db
from components import session
from components.labels import plain
from components.projects import register, track
from programme import exports, project_queries, projects, sessions
from programme.permissions import Actor, Permission, Role, refusal
from programme.settings import ROOT
from tests.factories import a_user
from tests.project_books import a_book, a_line, rows_of, three

LIST, DETAIL, UPLOAD = (f"pages/projects/{name}.py" for name in ("list", "project", "upload"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NATION = Actor(900, "cac", "国家网信办", Role.NATIONAL_CAC)
SignIn = Callable[[Actor], None]


@pytest.fixture
def visit_as(sqlite_store: str, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Signs an actor in: AppTest cannot set cookies, so the one function that reads ours answers for it."""

    def sign_in(actor: Actor) -> None:
        with db.transaction() as store:
            token = sessions.open_session(store, actor)
        monkeypatch.setattr(session, "cookie_token", lambda: token)

    monkeypatch.setattr(session, "cookie_token", lambda: "")
    return sign_in


def someone(role: Role, province: str = "53") -> Actor:
    bounds = {
        Role.COUNTY: {"county": "533301"},
        Role.PROVINCE: {"province": province},
        Role.PROVINCE_CAC: {"province": province},
    }
    return a_user(role, **bounds.get(role, {}))


def opened(file: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(file).run()


def imported(content: bytes, *, sample: bool = False) -> None:
    with db.transaction() as store:
        checked = projects.check_projects(store, NATION, content, "汇总表.xlsx")
        projects.import_projects(store, NATION, checked, "原因", sample=sample)


def two_provinces() -> None:
    guizhou = rows_of([a_line(9, 项目编号="GZ-1", 项目承担单位="示例企业（贵州）")], "贵州省项目信息汇总表")
    imported(a_book(rows_of([a_line(1, 项目状态="绩效评估", 评估结果="优秀"), a_line(2), a_line(3)]), guizhou))


def listed(app: AppTest) -> list[str]:
    assert not app.exception
    return app.dataframe[0].value["编号"].tolist() if app.dataframe else []


def said(app: AppTest, kind: str) -> list[str]:
    assert not app.exception
    return [element.value for element in app.get(kind)]


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [LIST, DETAIL, UPLOAD])
def test_a_stranger_on_a_cold_deep_link_sees_nothing(visit_as: SignIn, file: str) -> None:
    two_provinces()
    app = AppTest.from_file(str(ROOT / file), default_timeout=60).run()
    assert said(app, "info") == ["请先登录。"]
    assert len(app.main.children) == 1


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("file", "permission"),
    [(LIST, Permission.SEE_PROJECT), (DETAIL, Permission.SEE_PROJECT), (UPLOAD, Permission.IMPORT_PROJECTS)],
)
def test_a_role_sees_the_page_or_why_not(visit_as: SignIn, role: Role, file: str, permission: Permission) -> None:
    two_provinces()
    actor = someone(role, "51")
    visit_as(actor)
    sentence = refusal(actor, permission)
    app = opened(file, no="YN-1")
    if sentence:
        assert said(app, "error") == [sentence]
        assert (app.title, app.dataframe, said(app, "subheader")) == ([], [], [])
    else:
        assert sentence not in said(app, "error")


def test_a_province_sees_only_its_own_projects(visit_as: SignIn) -> None:
    two_provinces()
    visit_as(someone(Role.PROVINCE_CAC, "52"))
    app = opened(LIST)
    assert listed(app) == ["GZ-1"]
    assert [metric.value for metric in app.metric] == ["1", "0 / 100", "0", "0", "0"]
    assert said(opened(DETAIL, no="YN-1"), "error") == ["没有编号为“YN-1”的项目，或不在您的查看范围内。"]
    assert said(opened(DETAIL, no="GZ-1"), "title") == ["农产品上行示例项目9"]


# --- list and detail ----------------------------------------------------------------------------------------------------


def test_the_list_says_how_many_there_are_and_where_they_stand(visit_as: SignIn) -> None:
    two_provinces()
    visit_as(someone(Role.LEADER))
    app = opened(LIST)
    assert listed(app) == ["GZ-1", "YN-1", "YN-2", "YN-3"]
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("登记项目", "4"), ("入选项目", "1 / 100"), ("已评估", "1"), ("优秀", "1"), ("不合格", "0"),
    ]  # fmt: skip
    assert said(app, "markdown")[0] == (
        "企业申报 **0** → 省内遴选 **3** → 专家评审 **0** → 公示 **0** → 统一组织实施 **0** → 绩效评估 **1** → 动态复核 **0**"
        "；另有已退出 **0**，未入选 **0**"
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"stage": "绩效评估"}, ["YN-1"]),
        ({"area": "贵州省"}, ["GZ-1"]),
        ({"outcome": "未评估", "area": "云南省"}, ["YN-2", "YN-3"]),
        ({"q": "YN-2"}, ["YN-2"]),
        ({"q": "没有这样的"}, []),
        ({"stage": "没有这样的"}, ["GZ-1", "YN-1", "YN-2", "YN-3"]),
    ],
)
def test_an_address_with_filters_shows_the_filtered_list(
    visit_as: SignIn, filters: dict[str, str], expected: list[str]
) -> None:
    two_provinces()
    visit_as(someone(Role.LEADER))
    assert listed(opened(LIST, **filters)) == expected


def test_an_empty_store_says_what_to_do(visit_as: SignIn) -> None:
    visit_as(someone(Role.NATIONAL_CAC))
    assert said(opened(LIST), "info") == ["还没有登记项目。请导入项目信息汇总表（附件2）。"]
    visit_as(someone(Role.LEADER))
    assert said(opened(LIST), "info") == ["还没有登记项目。项目由省网信办或国家网信办导入。"]
    assert said(opened(DETAIL), "info") == ["请从项目列表选择一个项目。"]


def test_a_detail_shows_facts_track_counties_and_sources(visit_as: SignIn) -> None:
    two_provinces()
    visit_as(someone(Role.OFFICE))
    app = opened(DETAIL, no="YN-1")
    assert app.table[0].value["步骤"].tolist() == ["由汇总表登记"]
    facts = app.table[1].value["内容"]
    assert (facts["项目编号"], facts["省份"], facts["项目状态"], facts["评估结果"], facts["备注"]) == (
        "YN\\-1", "云南省", "绩效评估", "优秀", "—",
    )  # fmt: skip
    assert track("evaluation") in said(app, "markdown")
    assert "**汇总表\\.xlsx**  \n工作表“表1” · " in said(app, "markdown")[-1]
    assert said(app, "subheader") == ["办理经过", "基本情况", "面向贫困县", "数据来源"]


def test_sample_projects_are_labelled_wherever_they_are_seen(visit_as: SignIn) -> None:
    imported(three(), sample=True)
    visit_as(someone(Role.LEADER))
    app = opened(LIST)
    assert said(app, "markdown")[0] == ":orange-badge[示例数据] 其中3个为示例项目，企业与编号均为虚构。"
    assert app.dataframe[0].value["数据"].tolist() == ["示例数据"] * 3
    assert said(opened(DETAIL, no="YN-1"), "markdown")[0].startswith(":orange-badge[示例数据]")


def test_what_users_wrote_never_becomes_markdown(visit_as: SignIn) -> None:
    name = "![x](http://example.org/x.png) **粗** :red[红] $x$ <b>b</b>"
    imported(three(项目名称=name, 备注=name))
    visit_as(someone(Role.LEADER))
    app = opened(DETAIL, no="YN-1")
    assert said(app, "title") == [plain(name)]
    assert app.table[1].value["内容"]["备注"] == plain(name)
    assert plain("a*b") == "a\\*b"


def test_a_track_says_in_words_what_is_behind_and_ahead() -> None:
    assert track("public_notice") == (
        ":gray-badge[✓ 企业申报] → :gray-badge[✓ 省内遴选] → :gray-badge[✓ 专家评审] → :blue-badge[**● 公示**]"
        " → ○ 统一组织实施 → ○ 绩效评估 → ○ 动态复核"
    )
    assert track("withdrawn") == ":gray-badge[✓ 企业申报] → :red-badge[✕ 已退出]"


# --- upload -------------------------------------------------------------------------------------------------------------


def uploaded(content: bytes, name: str = "汇总表.xlsx") -> AppTest:
    app = opened(UPLOAD)
    app.file_uploader[0].upload(name, content, XLSX)
    return app.run()


def stored() -> list[str]:
    with db.reading() as store:
        return sorted(projects.registered(store))


def test_a_sound_list_is_previewed_confirmed_and_imported(visit_as: SignIn) -> None:
    visit_as(someone(Role.PROVINCE_CAC))
    app = uploaded(three())
    assert not app.exception
    assert app.dataframe[0].value["导入后"].tolist() == ["新增"] * 3
    assert stored() == []
    next(button for button in app.button if button.label == "确认导入").click().run()
    assert said(app, "success") == ["已导入：新增3个。"]
    assert stored() == ["YN-1", "YN-2", "YN-3"]
    assert said(uploaded(three()), "success") == ["表中内容与已登记的完全相同，没有变化，不必导入。"]


def test_errors_are_all_listed_and_block(visit_as: SignIn) -> None:
    visit_as(someone(Role.NATIONAL_CAC))
    app = uploaded(three(项目名称="", 企业类别="电商业", 面向贫困县="德饮县"))
    assert said(app, "subheader")[0] == "核对结果：● 错误 3处"
    assert app.table[0].value["单元格"].tolist() == ["**B3**", "**H3**", "**N3**"]
    assert [button.label for button in app.button if button.label == "确认导入"] == []
    assert said(app, "error") == ["有错误的表不能导入。请按提示修改后重新上传；所有问题都已一次列出。"]


def test_warnings_need_a_reason(visit_as: SignIn) -> None:
    visit_as(someone(Role.NATIONAL_CAC))
    app = uploaded(three(评估结果="优秀"))
    next(button for button in app.button if button.label == "确认导入").click().run()
    assert said(app, "error") == ["有1处警告需要确认，请填写原因后再导入。"]
    assert stored() == []
    app.text_area[0].set_value("试点项目")
    next(button for button in app.button if button.label == "确认导入").click().run()
    assert said(app, "success") == ["已导入：新增3个。"]


def test_a_click_on_an_outdated_preview_imports_nothing(visit_as: SignIn) -> None:
    imported(three())
    visit_as(someone(Role.NATIONAL_CAC))
    app = uploaded(three(项目负责人="甲（示例）"))
    imported(three(项目负责人="乙（示例）"))
    next(button for button in app.button if button.label == "确认导入").click().run()
    assert said(app, "success") == []
    with db.reading() as store:
        assert project_queries.project(store, NATION, "YN-1")["project_leader"] == "乙（示例）"


def test_a_file_that_is_no_table_gets_a_sentence(visit_as: SignIn) -> None:
    visit_as(someone(Role.NATIONAL_CAC))
    assert said(uploaded(b"%PDF-1.7"), "error") == ["这是 PDF 文件，不是表格。请上传填好的 Excel 表。"]


def test_the_list_taken_away_reads_as_unchanged_when_it_comes_back(visit_as: SignIn) -> None:
    two_provinces()
    imported(a_book(rows_of([a_line(11, 项目编号="ZY-1", 申报渠道="直接申报", 备注="@见附件")], "项目信息汇总表")))
    with db.reading() as store:
        provinces = project_queries.province_names(store)
        taken = register(project_queries.project_list(store, NATION), provinces)
        rows = taken.to_numpy().tolist()
        for name, content in (
            ("清单.xlsx", exports.table_xlsx("“双百”项目信息汇总表", ["注：共5个项目。"], list(taken), rows)),
            ("清单.csv", exports.table_csv(list(taken), rows)),
        ):
            checked = projects.check_projects(store, NATION, content, name)
            assert [finding for finding in checked.findings if finding.rule != "under_quota"] == []
            assert [(step.entry.no, step.changes) for step in checked.rows] == [
                (number, {}) for number in ("GZ-1", "YN-1", "YN-2", "YN-3", "ZY-1")
            ]  # fmt: skip
