"""The track of a project: the offices read it in full, the enterprise in its public wording; documents only for who may read them."""

import hashlib
from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import select
from streamlit.testing.v1 import AppTest

import db
from components.project_track import next_text
from components.projects import days_text
from programme import project_life, project_queries, project_track
from programme.errors import NotFound
from programme.models import Project, StoredFile
from programme.permissions import Actor, Role
from programme.project_moves import MOVES, move_named
from programme.project_track import KEPT, OWN, TOLD, Ahead, Step
from tests.factories import a_user
from tests.opening import opener
from tests.project_acts import NATION, imports
from tests.project_books import three
from tests.project_people import a_project, an_enterprise, give, of_enterprise

NO = "53-001"
PAPER = hashlib.sha256("理由".encode()).hexdigest()


def steps(actor: Actor, no: str = NO) -> list[Step]:
    with db.reading() as store:
        return project_track.track(store, actor, project_queries.project(store, actor, no))


def ahead(actor: Actor, no: str = NO) -> Ahead:
    with db.reading() as store:
        return project_track.ahead(actor, project_queries.project(store, actor, no))


def moved(actor: Actor, code: str, note: str = "", name: str = "") -> None:
    """What a move leaves, whatever it needs otherwise; with a stored document when it has a name."""
    move = move_named(code)
    assert move is not None
    with db.transaction() as store:
        if name and store.get(StoredFile, PAPER) is None:
            store.add(StoredFile(sha256=PAPER, name=name, content="理由".encode()))
            store.flush()
        project = store.exec(select(Project).where(Project.no == NO)).one()
        project_life.append(store, actor, project, code, move.target, note, [(name, PAPER)] if name else [])


def read(actor: Actor, number: int) -> bytes:
    with db.reading() as store:
        return project_track.document(store, actor, NO, number, PAPER)[1]


@pytest.fixture
def people(store: str) -> tuple[Actor, Actor]:
    """The office of the province and the enterprise; the project went to and fro between them."""
    return selected()


def selected() -> tuple[Actor, Actor]:
    enterprise = an_enterprise()
    a_project("draft", no=NO, enterprise_id=enterprise)
    cac, own = a_user(Role.PROVINCE_CAC, province="53"), of_enterprise(enterprise)
    moved(own, "submit", "请审阅")
    moved(cac, "send_back", "请补充效益")
    moved(own, "submit")
    moved(cac, "take_up")
    moved(cac, "recommend", "本省第一", "评分表.pdf")
    moved(cac, "reconsider", "名额已满")
    moved(cac, "recommend", "递补")
    return cac, own


def test_every_move_with_a_reason_says_whether_the_enterprise_reads_it() -> None:
    of_offices = {move.code for move in MOVES if move.note and move.permission not in OWN}
    assert of_offices == TOLD | KEPT
    assert frozenset() == TOLD & KEPT


def test_the_offices_read_every_step_with_person_and_reason(people: tuple[Actor, Actor]) -> None:
    cac, own = people
    told = steps(cac)
    assert [(step.number, step.name, step.who, step.note) for step in told] == [
        (1, "提交申报", own.name, "请审阅"),
        (2, "退回修改", cac.name, "请补充效益"),
        (3, "提交申报", own.name, ""),
        (4, "受理", cac.name, ""),
        (5, "拟推荐", cac.name, "本省第一"),
        (6, "取消拟推荐", cac.name, "名额已满"),
        (7, "拟推荐", cac.name, "递补"),
    ]
    assert told[4].documents == (("评分表.pdf", PAPER),)


def test_the_enterprise_reads_public_words_its_own_notes_and_reasons_meant_for_it(people: tuple[Actor, Actor]) -> None:
    told = steps(people[1])
    assert [(step.number, step.name, step.who, step.note) for step in told] == [
        (1, "提交申报书", "本企业", "请审阅"),
        (2, "退回修改", "省网信办", "请补充效益"),
        (3, "提交申报书", "本企业", ""),
        (4, "省网信办受理", "省网信办", ""),
        (5, "省内评价", "省网信办", ""),
    ]
    assert {step.documents for step in told} == {()}


def test_a_document_goes_to_those_who_read_its_step_and_to_nobody_else(people: tuple[Actor, Actor]) -> None:
    cac, own = people
    leader, other = a_user(Role.LEADER), a_user(Role.PROVINCE_CAC, province="52")
    assert read(cac, 5) == read(leader, 5) == "理由".encode()
    stranger, expert = of_enterprise(an_enterprise(2)), a_user(Role.EXPERT)
    for actor in (own, other, stranger, expert):
        with pytest.raises(NotFound):
            read(actor, 5)
    for number in (4, 99):
        with pytest.raises(NotFound):
            read(cac, number)
    with db.reading() as store:
        project = project_queries.project(store, cac, NO).id
    give(project, expert, "review")
    assert read(expert, 5) == "理由".encode()


def test_a_list_on_paper_is_no_document_of_the_track_since_it_holds_others_too(sqlite_store: str) -> None:
    imports(three())
    [step] = steps(NATION, "YN-1")
    assert (step.name, step.documents) == ("由汇总表登记", ())


@pytest.mark.parametrize(
    ("state", "channel", "office", "enterprise"),
    [
        ("draft", "province", "提交申报（申报企业）", "请您提交申报"),
        ("submitted", "province", "撤回修改（申报企业）；受理、退回修改或不予推荐（省网信办）", "等待省网信办办理"),
        (
            "submitted",
            "direct",
            "撤回修改（申报企业）；受理直接申报、退回修改或不予推荐（国家网信办）",
            "等待国家网信办办理",
        ),
        ("confirmed", "province", "启动实施（省网信办或国家网信办）", "等待省网信办或国家网信办办理"),
        ("confirmed", "direct", "启动实施（国家网信办）", "等待国家网信办办理"),
        ("triggered", "province", "提交整改方案（申报企业）；复核退出（国家网信办）", "请您提交整改方案"),
        ("evaluating", "province", "提交评估报告（第三方评估机构）", "等待第三方评估机构办理"),
        ("declined", "province", "", ""),
    ],
)
def test_what_is_next_says_who_does_it(
    sqlite_store: str, state: str, channel: str, office: str, enterprise: str
) -> None:
    carried = an_enterprise()
    a_project(state, no=NO, enterprise_id=carried, channel=channel)
    assert ahead(NATION).words == office
    assert ahead(of_enterprise(carried)).words == enterprise


def test_the_nearest_deadline_is_named_and_counted_in_days(sqlite_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project = a_project("recommended", no=NO)
    monkeypatch.setenv("NETLIFT_TODAY", "2016-09-28")
    told = ahead(NATION)
    assert (told.deadline, told.deadline_name, told.days) == (date(2016, 9, 30), "省级推荐报送", 2)
    assert next_text(told).endswith("期限：2016年9月30日（省级推荐报送），**还剩2天**")
    with db.transaction() as store:
        store.connection().execute(update(Project).values(state="triggered", due=date(2016, 9, 25)))
    told = ahead(NATION)
    assert (told.deadline_name, days_text(told.days), project) == ("本项目的期限", "▼ 逾期3天", project)
    assert days_text(0) == "◆ 今天到期"
    with db.transaction() as store:
        store.connection().execute(update(Project).values(state="running"))
    assert next_text(ahead(NATION)).endswith("（没有规定期限）")
    with db.transaction() as store:
        store.connection().execute(update(Project).values(state="withdrawn"))
    assert next_text(ahead(NATION)) == "已办结，没有下一步。"


# --- on the page ------------------------------------------------------------------------------------------------------


def opened_as(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return opener(monkeypatch)(actor, "pages/projects/project.py", no=NO)


def offered(app: AppTest) -> list[str]:
    """The names of the moves that have a button, those with a box for the reason behind a popover."""
    labels = {
        button.label.removeprefix("确认") if button.label.startswith("确认") else button.label for button in app.button
    }
    return [move.name for move in MOVES if move.name in labels]


def test_the_page_shows_the_track_what_is_next_and_the_buttons_of_whoever_looks(
    sqlite_store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cac, own = selected()
    app = opened_as(cac, monkeypatch)
    assert app.table[0].value["步骤"].tolist()[-1] == "拟推荐"
    assert app.table[0].value["说明"].tolist()[4] == "本省第一"
    assert [button.label for button in app.get("download_button")] == ["下载“评分表\\.pdf”"]
    assert offered(app) == ["取消拟推荐", "报送国家网信办"]
    app = opened_as(own, monkeypatch)
    assert app.table[0].value["步骤"].tolist()[-1] == "省内评价"
    words = " ".join(str(element.value) for kind in ("markdown", "caption") for element in app.get(kind))
    assert ("等待省网信办办理" in words, "省网信办评价中" in words) == (True, True)
    seen = words + app.table[0].value.to_string()
    assert [secret for secret in (cac.name, "本省第一", "名额已满", "拟推荐") if secret in seen] == []
    assert (len(app.get("download_button")), offered(app)) == (0, ["申请退出"])
