"""The project pages as people use them: who sees what, filters, detail, upload to import."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

import db
from components import downloads, session
from components.labels import plain
from components.project_table import USUAL, table
from components.projects import register, track
from programme import exports, project_queries, projects, sessions
from programme.models import Project
from programme.permissions import Actor, Permission, Role, refusal
from programme.project_facts import project_facts
from programme.project_search import project_list
from programme.settings import ROOT
from tests.factories import a_user
from tests.opening import at
from tests.project_books import a_book, a_line, rows_of, three
from tests.project_people import a_project, an_enterprise, of_enterprise

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


def opened(file: str, **query: str | list[str]) -> AppTest:
    app = at(file)
    app.query_params.update(query)
    return app.run()


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
    assert said(opened(DETAIL, no="YN-1"), "error") == [plain("没有编号为“YN-1”的项目，或不在您的查看范围内。")]
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
        taken = register(project_list(store, NATION), provinces)
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


# --- the ways to look at the list -------------------------------------------------------------------------------------


def standing_anywhere() -> None:
    """Six of Yunnan in selection, one late for its own day, one that was sent to nobody in time."""
    for number in range(6):
        a_project("recommended", no=f"53-00{number}")
    late = a_project("triggered", no="53-100")
    a_project("running", no="00-001", channel="direct")
    with db.transaction() as store:
        store.get_one(Project, late).due = date(2019, 1, 1)
        store.get_one(Project, late).target_counties = "533301,533323"


def looked_at(way: str) -> AppTest:
    """For those whose first page is the list: a click, since it is open already."""
    return opened(LIST).radio[0].set_value(way).run()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"state": "待报整改方案"}, ["53-100"]),
        ({"helps": "云南省泸水市（533301）"}, ["53-100"]),
        ({"late": "true", "stage": "动态复核"}, ["53-100"]),
        ({"late": "true", "stage": "统一组织实施"}, []),
        ({"q": "示例 00-001"}, ["00-001"]),
    ],
)
def test_the_list_is_narrowed_by_state_target_county_and_what_is_late(
    visit_as: SignIn, filters: dict[str, str], expected: list[str]
) -> None:
    standing_anywhere()
    visit_as(someone(Role.LEADER))
    assert listed(opened(LIST, **filters)) == expected


def test_the_columns_chosen_stand_in_the_address_and_none_is_the_usual_ones(visit_as: SignIn) -> None:
    standing_anywhere()
    visit_as(someone(Role.LEADER))
    app = opened(LIST, columns=["编号", "办理期限"], stage="动态复核")
    shown = app.dataframe[0].value
    assert (list(shown), shown["编号"].tolist()) == (["办理期限", "编号"], ["53-100"])
    assert list(opened(LIST, columns=["没有这样的"]).dataframe[0].value) == list(USUAL)


def test_what_is_taken_away_is_what_is_shown_and_no_cell_becomes_a_formula(sqlite_store: str) -> None:
    for name in ("=1+1", "+86", "-5", "@见附件"):
        a_project("submitted", no=f"53-{name}")
    with db.reading() as store:
        found = project_list(store, NATION)
        provinces = project_queries.province_names(store)
        places = project_queries.target_counties(store, [])
    found["name"] = found["no"].str[3:]
    shown = table(NATION, found, provinces, places)[["项目名称", "办理期限", "期限情况"]]
    lines = downloads._csv(shown).decode("utf-8-sig").splitlines()
    assert lines[0] == "项目名称,办理期限,期限情况"
    assert [line.partition(",")[0] for line in lines[1:]] == ["'+86", "'-5", "'=1+1", "'@见附件"]
    day = project_facts().deadline("recommendation").day
    assert lines[1].startswith(f"'+86,{day},▼ 逾期")
    book = openpyxl.load_workbook(BytesIO(downloads._xlsx("列表", [], shown)))
    cells = [book.worksheets[0].cell(row, 1) for row in range(3, 7)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (name, "s") for name in ("+86", "-5", "=1+1", "@见附件")
    ]


def test_the_board_has_a_column_per_stage_with_the_most_pressing_and_leads_on_to_the_rest(visit_as: SignIn) -> None:
    standing_anywhere()
    visit_as(someone(Role.LEADER))
    app = opened(LIST, view="看板")
    assert not app.exception
    heads = [text for text in said(app, "markdown") if text.startswith("**") and "个" in text]
    assert heads == [
        "**企业申报** 0个", "**省内遴选** 6个 :red[▼ 逾期6个]", "**专家评审** 0个", "**公示** 0个", "**统一组织实施** 1个",
        "**绩效评估** 0个", "**动态复核** 1个 :red[▼ 逾期1个]", "**已退出** 0个", "**未入选** 0个",
    ]  # fmt: skip
    cards = [link.proto.query_string for link in app.get("page_link") if "no=" in link.proto.query_string]
    assert cards == ["no=53-000", "no=53-001", "no=53-002", "no=53-003", "no=00-001", "no=53-100"]
    assert any("待报整改方案** · 期限2019年1月1日，▼ 逾期" in text for text in said(app, "caption"))
    next(button for button in app.button if button.label == "还有2个").click().run()
    assert listed(app) == [f"53-00{number}" for number in range(6)]


def test_the_provinces_are_counted_against_the_quota_whatever_the_filters_say(visit_as: SignIn) -> None:
    standing_anywhere()
    visit_as(someone(Role.LEADER))
    app = opened(LIST, view="各省", stage="公示")
    shown = app.table[0].value.set_index("省（区、市）")
    assert shown.loc["云南省"].tolist() == [7, 1, 1, "▲ 超过2个"]
    assert shown.loc["新疆生产建设兵团"].tolist() == [0, 0, 0, "▼ 不足，差3个"]
    assert said(app, "subheader") == ["32个推荐单位：0个符合名额，31个不足，1个超过"]
    visit_as(someone(Role.PROVINCE_CAC, "53"))
    assert looked_at("各省").table[0].value["省（区、市）"].tolist() == ["云南省"]


def test_the_map_tells_the_same_as_its_table_with_the_source_below(visit_as: SignIn) -> None:
    standing_anywhere()
    visit_as(someone(Role.LEADER))
    app = opened(LIST, view="地图")
    assert said(app, "subheader")[0] == "1个省（区、市）有项目，最多的是云南省（7个）。"
    assert app.table[0].value.to_numpy().tolist() == [["云南省", 7, 1]]
    drawn = json.loads(app.get("deck_gl_json_chart")[0].proto.json)
    areas = next(layer for layer in drawn["layers"] if layer["id"] == "areas")["data"]["features"]
    told = {area["properties"]["name"]: area["properties"]["figure"] for area in areas}
    assert (len(told), told["云南省"], told["贵州省"]) == (31, "项目7个，其中入选1个", "项目0个，其中入选0个")
    assert len([text for text in said(app, "caption") if "审图号：GS(2024)0650号" in text]) == 1
    app = opened(LIST, view="地图", drawn="面向贫困县")
    assert said(app, "subheader")[0] == "2个县有项目面向，最多的是泸水市（1个）。"
    assert app.table[0].value.to_numpy().tolist() == [
        ["泸水市", "云南省 怒江傈僳族自治州", 1, 1], ["福贡县", "云南省 怒江傈僳族自治州", 1, 1],
    ]  # fmt: skip


def test_a_province_is_not_told_of_others_on_the_map(visit_as: SignIn) -> None:
    standing_anywhere()
    a_project("running", no="52-001")
    visit_as(someone(Role.PROVINCE_CAC, "53"))
    app = looked_at("地图")
    drawn = json.loads(app.get("deck_gl_json_chart")[0].proto.json)
    areas = next(layer for layer in drawn["layers"] if layer["id"] == "areas")["data"]["features"]
    assert [area["properties"]["name"] for area in areas] == ["云南省"]


def test_an_enterprise_sees_its_own_project_in_public_words_and_no_quota(visit_as: SignIn) -> None:
    standing_anywhere()
    enterprise = an_enterprise()
    a_project("recommended", no="53-900", enterprise_id=enterprise)
    visit_as(of_enterprise(enterprise))
    app = opened(LIST)
    assert (listed(app), app.dataframe[0].value["状态"].tolist()) == (["53-900"], ["省网信办评价中"])
    assert (app.metric, app.radio[0].options) == ([], ["列表", "看板", "地图"])
    assert "拟推荐" not in "".join(said(looked_at("看板"), "caption"))
