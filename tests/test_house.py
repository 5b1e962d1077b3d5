"""The house's law, held by reading the code: who may import whom, and what may stand where."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP = ("app.py", "db.py", "manage.py")
ROOMS = ("programme", "components", "pages", "commands")
KNOWN = {
    "programme": {"programme"},
    "db.py": {"programme"},
    "components": {"programme", "components", "db"},
    "pages": {"programme", "components", "db"},
    "commands": {"programme", "commands", "db"},
    "manage.py": {"commands"},
    "app.py": {"components"},
}
STATE_OWNERS = {"components/session.py", "components/filters.py"}
WITHOUT_STREAMLIT = re.compile(r"components/((charts|map|labels|palette|geography|progress)\w*|wall/\w+)\.py")
DRAWN = "components.wall.page"  # the one drawing that is a file, and so may be asked for at a terminal
LOW_TO_HIGH = (
    ("errors", "findings", "settings", "calendar"),
    ("permissions", "catalogue", "registry"),
    ("models",),
    ("kpis", "checks", "sheets", "tables", "numerals", "templates", "marking", "exports"),
    ("returns", "submissions", "projects", "queries", "county_queries", "accounts", "demo"),
)


def sources() -> list[Path]:
    return [ROOT / name for name in TOP] + [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    return name_of(path).split("/")[0]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_a_room_knows_only_the_rooms_below_it(path: Path) -> None:
    ours = {"programme", "components", "pages", "db", "manage", "app", "commands", "tests", "bench"}
    known = {module.split(".")[0] for module in imports(path) if not module.startswith(f"{DRAWN}.")} & ours
    assert known - KNOWN[room_of(path)] == set()


def test_within_programme_nothing_knows_what_stands_above_it() -> None:
    level = {name: at for at, names in enumerate(LOW_TO_HIGH) for name in names}
    upward = [
        (name_of(path), module)
        for path in sorted((ROOT / "programme").glob("*.py"))
        if path.stem in level
        for module in imports(path)
        if module.startswith("programme.") and level.get(module.split(".")[1], -1) > level[path.stem]
    ]
    assert upward == []


def stem(path: Path) -> str:
    """A module by its name; those of a room within a room count as one."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])


def test_any_module_may_be_the_first_to_be_imported() -> None:
    """A command imports its own modules only, so each must do without another having been imported before."""
    paths = [path for path in sources() if room_of(path) in ("programme", "commands", "db.py")]
    known = {stem(path) for path in paths}
    asks: dict[str, set[str]] = {name: set() for name in known}
    for path in paths:
        for node in tree(path).body:
            if isinstance(node, ast.ImportFrom):
                named = [f"{node.module}.{alias.name}" for alias in node.names]
                found = {".".join(name.split(".")[:size]) for name in named for size in (1, 2)}
                asks[stem(path)] |= found & known - {stem(path)}
            elif isinstance(node, ast.Import):
                asks[stem(path)] |= {alias.name for alias in node.names} & known - {stem(path)}
    assert len(list(TopologicalSorter(asks).static_order())) == len(known)


def test_rules_and_charts_do_not_know_streamlit() -> None:
    without = [p for p in sources() if room_of(p) == "programme" or WITHOUT_STREAMLIT.fullmatch(name_of(p))]
    assert [name_of(p) for p in without if any(m.split(".")[0] == "streamlit" for m in imports(p))] == []
    assert [
        name_of(p)
        for p in without
        if room_of(p) == "programme" and any(m.split(".")[0] == "altair" for m in imports(p))
    ] == []


def test_session_state_is_touched_by_its_owners_only() -> None:
    touching = {name_of(p) for p in sources() if "session_state" in p.read_text(encoding="utf-8")}
    assert touching - STATE_OWNERS == set()


def test_nobody_writes_html_past_the_framework_or_swallows_errors() -> None:
    words = ("unsafe_allow_html", "except Exception", "except BaseException", "except:")
    assert [(name_of(p), w) for p in sources() for w in words if w in p.read_text(encoding="utf-8")] == []
    shown = [path for path in sources() if room_of(path) in ("components", "pages")]
    assert [name_of(p) for p in shown if "<style" in p.read_text(encoding="utf-8")] == []


def pages() -> list[Path]:
    return sorted((ROOT / "pages").rglob("*.py"))


def test_commands_speak_through_the_one_place_that_keeps_what_users_wrote_from_commanding_a_terminal() -> None:
    speaking = [
        path.stem for path in (ROOT / "commands").glob("*.py") if re.search(r"\b(echo|secho|print)\(", path.read_text())
    ]
    assert sorted(speaking) == ["front", "parts"]


def test_no_page_lies_loose_where_streamlit_would_serve_it_past_the_sign_in() -> None:
    assert [name_of(page) for page in pages() if page.parent == ROOT / "pages"] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_the_guard_is_the_first_statement_of_a_page(page: Path) -> None:
    statements = [
        node
        for node in tree(page).body
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
    assert ast.unparse(statements[0]).startswith(("actor = session.guard(Permission.", "session.guard(Permission."))


def test_every_page_is_in_the_register_and_every_line_of_the_register_is_a_page() -> None:
    from components.pages import PAGES

    assert sorted(line.file for line in PAGES) == [name_of(page) for page in pages()]


def test_nothing_is_drawn_while_a_transaction_is_open() -> None:
    inside = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.With) and any("transaction()" in ast.unparse(i.context_expr) for i in node.items):
                drawn = [n for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name) and n.id == "st"]
                inside += [(name_of(path), n.lineno) for n in drawn]
    assert inside == []


def test_no_year_of_the_programme_stands_in_code() -> None:
    found = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, int) and 2016 <= node.value <= 2030:
                found.append((name_of(path), node.lineno))
    assert found == []


def test_every_key_of_a_fact_table_contains_the_county_or_is_a_sum_over_counties() -> None:
    from programme.models import Base

    plans = ("plan", "plan_section", "plan_milestone", "milestone_event", "plan_review", "plan_review_section")
    others = ("reminder", "released_standing", "stated_to_date", "register_row", "warning_event")
    for name in ("monthly_return", "standing", "return_remark", *others, *plans):
        table = Base.metadata.tables[name]
        keys = [set(c.columns.keys()) for c in table.constraints if type(c).__name__ != "CheckConstraint"]
        assert [key for key in keys if "county_id" not in key] == []


def test_where_a_project_stands_is_written_by_the_verbs_that_move_it_alone() -> None:
    """Whoever begins a project says where it begins (`Project(state=…)`); afterwards it moves by an event, or by a list on paper."""
    owners = {"programme/project_life.py", "programme/projects.py"}
    written = [
        (name_of(path), ast.unparse(node))
        for path in sources()
        if name_of(path) not in owners
        for node in ast.walk(tree(path))
        if _writes_standing(node)
    ]
    assert written == []


def _writes_standing(node: ast.AST) -> bool:
    """`x.state = …` of something called a project, `update(Project).values(state=…)`, `setattr(project, "state", …)`."""
    named = {"state", "stage"}
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]
        return any(target.attr in named and "project" in ast.unparse(target.value).lower() for target in targets)
    if isinstance(node, ast.Call):
        called, words = ast.unparse(node.func), {keyword.arg for keyword in node.keywords}
        if called.endswith(".values") and "Project" in called:
            return bool(words & named)
        if called == "setattr" or called.endswith("sqlmodel_update"):
            return any(isinstance(n, ast.Constant) and n.value in named for n in ast.walk(node))
    return False
