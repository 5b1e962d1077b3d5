"""Every page as a stranger and as every role; and that nothing in the pages gets past the guard."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import db
from components import messages, session
from components.pages import PAGES, SECTIONS, PageLine, offered
from programme import sessions
from programme.errors import NotAllowed
from programme.permissions import Actor, Permission, Role, refusal
from programme.settings import ROOT
from tests.factories import a_user
from tests.opening import at

BOUNDS = {Role.COUNTY: {"county": "533301"}, Role.PROVINCE: {"province": "53"}, Role.PROVINCE_CAC: {"province": "53"}}
BY_PATH = {line.url_path: line for line in PAGES}
LINES = pytest.mark.parametrize("path", sorted(BY_PATH))


@pytest.fixture
def visit_as(sqlite_store: str, monkeypatch: pytest.MonkeyPatch):
    """Signs an actor in: AppTest cannot set cookies, so the one function that reads ours answers for it."""

    def sign_in(actor: Actor | None) -> None:
        token = ""
        if actor:
            with db.transaction() as store:
                token = sessions.open_session(store, actor)
        monkeypatch.setattr(session, "cookie_token", lambda: token)

    sign_in(None)
    return sign_in


def someone(role: Role) -> Actor:
    return a_user(role, **BOUNDS.get(role, {}))


def opened(line: PageLine) -> AppTest:
    """The page as app.py shows it."""
    return at(line.file).run()


def texts(app: AppTest) -> list[str]:
    """Everything that was written, whatever it was written with."""
    return [
        str(element.value)
        for kind in ("title", "header", "subheader", "caption", "markdown", "info", "error")
        for element in app.get(kind)
    ]


@LINES
def test_a_page_run_past_app_py_shows_a_stranger_one_sentence(visit_as, path: str) -> None:
    app = AppTest.from_file(str(ROOT / BY_PATH[path].file), default_timeout=60).run()
    assert not app.exception
    assert texts(app) == ["请先登录。"]
    assert len(app.main.children) == 1


@LINES
def test_a_stranger_sees_the_sign_in_whatever_was_asked_for(visit_as, path: str) -> None:
    app = opened(BY_PATH[path])
    assert not app.exception
    assert [title.value for title in app.title] == ["网络扶贫监测平台"]
    assert [box.label for box in app.text_input] == ["用户名", "密码"]
    assert not app.error
    assert len(app.sidebar.children) == 0


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_its_own_pages_and_is_told_why_not_the_others(visit_as, role: Role) -> None:
    actor = someone(role)
    visit_as(actor)
    app = at("").run()
    for line in PAGES:
        app.switch_page(line.file).run()
        sentence, errors = refusal(actor, line.permission), [error.value for error in app.error]
        assert not app.exception, line.file
        assert (sentence in errors) == (sentence is not None), line.file
        if sentence:
            assert [child.type for child in app.main.children.values()] == ["empty", "error"], line.file


@pytest.mark.parametrize("role", list(Role))
def test_the_bare_address_opens_the_first_page_of_ones_own_menu(visit_as, role: Role) -> None:
    actor = someone(role)
    visit_as(actor)
    app = at("").run()
    assert not app.exception
    assert not app.error
    assert "退出登录" in [button.label for button in app.sidebar.button]


@LINES
def test_a_first_password_must_be_changed_before_anything_else(visit_as, path: str) -> None:
    visit_as(a_user(Role.ADMIN, must_change_password=True))
    app = opened(BY_PATH[path])
    assert [title.value for title in app.title] == ["修改密码"]
    assert [warning.value for warning in app.warning] == ["您正在使用初始密码。请先设置自己的密码，再使用其他功能。"]


def test_the_menu_follows_the_permissions() -> None:
    for role in Role:
        actor = Actor(1, "x", "x", role)
        assert {line.permission for line in offered(actor)} <= {p for p in Permission if refusal(actor, p) is None}
        assert [line.section for line in offered(actor)] == sorted(
            (line.section for line in offered(actor)), key=SECTIONS.index
        )


def test_who_cannot_act_on_a_desk_of_projects_does_not_have_it_in_the_menu() -> None:
    desks = ("carrying", "evaluation", "recheck")
    menus = {
        role: [line.url_path for line in offered(Actor(1, "x", "x", role)) if line.url_path in desks] for role in Role
    }
    assert {role: found for role, found in menus.items() if found} == {
        Role.ENTERPRISE: ["carrying", "recheck"],
        Role.PROVINCE_CAC: ["carrying", "recheck"],
        Role.NATIONAL_CAC: ["carrying", "evaluation", "recheck"],
        Role.EVALUATOR: ["evaluation"],
    }


def test_a_session_that_ends_between_two_clicks_leaves_only_the_sign_in(visit_as) -> None:
    actor = someone(Role.ADMIN)
    visit_as(actor)
    app = opened(BY_PATH["audit"])
    assert [title.value for title in app.title] == ["操作记录"]
    with db.transaction() as store:
        sessions.sign_out(store, actor)
    app.run()
    assert [box.label for box in app.text_input] == ["用户名", "密码"]


def test_another_cookie_in_the_same_session_empties_its_memory(visit_as) -> None:
    visit_as(someone(Role.ADMIN))
    app = opened(BY_PATH["audit"])
    app.session_state["left_behind"] = "secret"
    visit_as(a_user(Role.ADMIN, username="thief"))
    app.run()
    assert "left_behind" not in app.session_state
    assert [box.label for box in app.text_input] == ["用户名", "密码"]


def test_what_runs_after_the_page_asks_again_who_is_there(visit_as) -> None:
    actor = someone(Role.ADMIN)
    visit_as(actor)
    later = session.later(Permission.SEE_AUDIT)
    assert later() == actor
    with db.transaction() as store:
        sessions.sign_out(store, actor)
    with pytest.raises(NotAllowed):
        later()


def test_an_unforeseen_error_is_told_in_chinese_with_the_number_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def page() -> None:
        from components import messages

        messages.explain(ZeroDivisionError("secret detail"))

    app = AppTest.from_function(page).run()
    number = caplog.records[-1].getMessage().removeprefix("error number ").partition(":")[0]
    assert [error.value for error in app.error] == [
        f"系统出现意外错误，刚才的操作没有完成。请重试；仍不行时，请把错误编号 **{number}** 告诉系统管理员。"
    ]


def test_a_refusal_is_shown_as_its_sentence_and_the_rest_goes_on() -> None:
    def page() -> None:
        import streamlit as st

        from components import messages
        from programme.errors import ProgrammeError

        with messages.refusals_shown():
            raise ProgrammeError("这样不行。")
        st.write("后面的内容")

    app = AppTest.from_function(page).run()
    assert ([error.value for error in app.error], [text.value for text in app.markdown]) == (
        ["这样不行。"],
        ["后面的内容"],
    )
    assert messages.refusals_shown is not None


# --- read from the source ---------------------------------------------------------------------------------------------


def sources(*folders: str) -> list[tuple[Path, ast.Module]]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def calls_guard(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Call) and ast.unparse(part.func).endswith(("guard", "guarded_part"))
        for part in ast.walk(node)
    )


def test_every_page_is_registered_and_every_registered_page_exists() -> None:
    files = {str(path.relative_to(ROOT)) for path, _ in sources("pages")}
    assert files == {line.file for line in PAGES}
    assert all(file.count("/") == 2 for file in files)
    assert len({line.url_path for line in PAGES}) == len(PAGES)
    assert {line.section for line in PAGES} <= set(SECTIONS)


def test_the_guard_is_the_first_statement_of_every_page_with_the_registered_permission() -> None:
    permissions = {line.file: line.permission for line in PAGES}
    for path, module in sources("pages"):
        first = next(
            statement
            for statement in module.body
            if not isinstance(statement, ast.Import | ast.ImportFrom)
            and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        )
        file = str(path.relative_to(ROOT))
        assert calls_guard(first), file
        assert ast.unparse(first).endswith(f"guard(Permission.{permissions[file].name})"), file


def test_whatever_runs_without_the_page_guards_itself() -> None:
    """Fragments and dialogs are rerun alone, without app.py and without the page above them."""
    for path, module in sources("pages", "components"):
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(decorator).startswith(("st.fragment", "st.dialog")) for decorator in node.decorator_list
            ):
                assert calls_guard(node.body[bool(ast.get_docstring(node))]), f"{path.name}: {node.name}"


def test_session_state_has_two_owners() -> None:
    owners = {"session.py", "filters.py"}
    for path, module in sources("pages", "components"):
        used = any(isinstance(node, ast.Attribute) and node.attr == "session_state" for node in ast.walk(module))
        assert not used or path.name in owners, path.name
