"""The terminal: every command as a process, with its exit code, what it prints and what it leaves in the store."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import func, select

import db
from programme import forms, passwords, sessions
from programme.demo_projects import sample_workbooks
from programme.models import AppUser, Membership, MonthlyReturn, Project, Submission
from programme.permissions import Actor, Role
from programme.settings import data_folder
from programme.sheets import read_book
from tests import factories, terminal

LUSHUI = 533301
HEAD = "行政区划代码,县名,报告期,农产品累计网络销售额本月数(万元),学员生产的扶贫类信息本月数(条)\n"
SOUND = HEAD + "533301,泸水市,2019年6月,12.3456,30\n532929,云龙县,2019年6月,4.5,40\n"
WHOLE = (
    "行政区划代码,报告期,农产品累计网络销售额本月数(万元),上线开店企业期末数(家),上线产品及规格期末数(个),线上线下培训学员本月数(人),"
    "学员生产的扶贫类信息本月数(条),用户累计阅读量本月数(万次),惠及贫困户期末数(户)\n"
    "532929,2019-06,4.5,3,9,20,40,5,30\n"
)
BROKEN = HEAD + "533301,泸水市,2019年6月,很多,-3\n,卢水县,2019年6月,1,1\n"
FINDING = ["rule", "severity", "sheet", "cell", "county", "month", "kpi", "value", "message"]
PROGRESS = [
    "kpi", "tier", "actual", "target", "attainment", "elapsed_share", "light", "counties_reported", "counties_expected",
]  # fmt: skip
TARGETS = [
    ("brands", "core", 10), ("impressions", "core", 1_000_000_000), ("online_sales", "core", 10_000_000),
    ("online_sales", "radiating", 5_000_000), ("shops", "radiating", 200), ("products", "radiating", 1_000),
    ("trainees", "all", 7_000), ("posts", "all", 60_000), ("reads", "all", 60_000_000), ("households", "all", 20_000),
]  # fmt: skip


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[terminal.Warm]:
    with terminal.warm(tmp_path_factory.mktemp("terminal")) as warm:
        yield warm


class Terminal:
    """Commands on the store of the test."""

    def __init__(self, interpreter: terminal.Warm, folder: Path) -> None:
        self.interpreter, self.folder = interpreter, folder
        self.settings = {name: os.environ[name] for name in ("DATABASE_URL", "NETLIFT_VAR")}

    def __call__(self, *arguments: object, **settings: str) -> terminal.Answer:
        answer = self.interpreter.run(*map(str, arguments), **(self.settings | settings))
        assert "Traceback" not in answer.err, answer.err
        return answer

    def file(self, content: str | bytes, name: str = "批量.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@pytest.fixture
def command(interpreter: terminal.Warm, sqlite_store: str, tmp_path: Path) -> Terminal:
    return Terminal(interpreter, tmp_path)


@pytest.fixture
def command_on_both(interpreter: terminal.Warm, store: str, tmp_path: Path) -> Terminal:
    return Terminal(interpreter, tmp_path)


def handed_in() -> list[tuple[int, int, int, int | None]]:
    columns = MonthlyReturn.county_id, MonthlyReturn.month, MonthlyReturn.revision, MonthlyReturn.posts
    with db.reading() as session:
        return [tuple(row) for row in session.exec(select(*columns).order_by(*columns[:3]))]


def filled_form(path: Path, **entries: str) -> None:
    """A person fills in the form that lies at the path."""
    columns = {"brands": "to_date", "households": "to_date"}
    texts = {kpi: {columns.get(kpi, "month"): text} for kpi, text in entries.items()}
    path.write_bytes(forms.filled(path.read_bytes(), texts))


# --- the commands as fresh processes ----------------------------------------------------------------------------------


def test_what_writes_what_reads_and_what_makes_a_document_each_run_in_an_interpreter_of_its_own(
    sqlite_store: str, tmp_path: Path
) -> None:
    """The start of a command is its own; all else runs in copies of a warm interpreter below."""
    factories.a_user(Role.OFFICE, username="office")
    batch, form = tmp_path / "批量.csv", tmp_path / "form.xlsx"
    batch.write_text(SOUND, encoding="gb18030")
    orders = (
        ["submit", str(batch), "--as", "office"],
        ["progress", "--month", "2019-06", "--json"],
        ["template", "monthly", "--county", "533301", "--month", "2019-06", "-o", str(form)],
    )
    surroundings = {"DATABASE_URL": sqlite_store, "NETLIFT_VAR": str(tmp_path)}
    answers = [terminal.run(*order, **surroundings) for order in orders]
    assert [(answer.code, answer.err) for answer in answers] == [(0, "")] * 3
    assert [line["actual"] for line in answers[1].json if line["kpi"] == "posts"] == [70]
    assert read_book(form.read_bytes(), form.name).sheets != ()


# --- check ------------------------------------------------------------------------------------------------------------


def test_a_sound_file_is_an_empty_list_and_exit_0(command_on_both: Terminal) -> None:
    file = command_on_both.file(HEAD + "532929,云龙县,2019年6月,4.5,40\n")
    answer = command_on_both("check", file, "--json")
    hints = [finding["rule"] for finding in answer.json if finding["severity"] != "hint"]
    assert (answer.code, answer.err, hints) == (0, "", [])


def test_check_tells_in_a_line_each_where_what_to_do_and_what_was_written(command: Terminal) -> None:
    file = command.file(BROKEN)
    answer = command("check", file)
    assert (answer.code, len(answer.out.splitlines())) == (1, len(command("check", file, "--json").json))
    assert [line for line in answer.out.splitlines() if line.startswith("错误 ")] == [
        "错误 批量 B3：查不到这个县。是否指广西壮族自治区融水苗族自治县（450225）、云南省泸水市（533301）、河北省卢龙县（130324）？"
        "请填写六位行政区划代码和县名全称。（填写“卢水县”，建议“融水苗族自治县”）",
        "错误 批量 D2：不是数。请只填一个数，如 300 或 12.5；没有发生填 0，未统计留空。（填写“很多”）",
        "错误 批量 E2：不能是负数。请核对后填写。（填写“-3”）",
    ]


def test_what_users_wrote_commands_no_terminal(command: Terminal) -> None:
    file = command.file(HEAD + "533301,泸水市,2019年6月,\x1b]0;x\x07a\u202eb\x9bc,30\n")
    told, listed = command("check", file), command("check", file, "--json")
    assert "（填写“\\u001b]0;x\\u0007a\\u202eb\\u009bc”）" in told.out.splitlines()[0]
    assert set("\x1b\x07\u202e\x9b") & set(told.out + listed.out) == set()
    assert listed.json[0]["value"] == "\x1b]0;x\x07a\u202eb\x9bc"


def test_check_says_of_a_file_without_findings_that_nothing_was_found(command: Terminal) -> None:
    whole = command("check", command.file(WHOLE))
    assert (whole.code, whole.out) == (0, "没有发现问题。\n")


def test_check_prints_every_finding_with_its_place_as_json_and_ends_with_1(command_on_both: Terminal) -> None:
    answer = command_on_both("check", command_on_both.file(BROKEN), "--json")
    assert answer.code == 1
    assert {tuple(finding) for finding in answer.json} == {tuple(FINDING)}
    assert {type(value) for finding in answer.json for value in finding.values()} == {str}
    wrong = {finding["rule"]: finding for finding in answer.json if finding["severity"] == "error"}
    assert sorted(wrong) == ["negative", "not_a_number", "unknown_county"]
    told = {key: value for key, value in wrong["not_a_number"].items() if key != "message"}
    assert told == {
        "rule": "not_a_number", "severity": "error", "sheet": wrong["negative"]["sheet"], "cell": "D2",
        "county": "533301", "month": "2019-06", "kpi": "online_sales", "value": "很多",
    }  # fmt: skip
    assert (wrong["unknown_county"]["cell"], wrong["unknown_county"]["value"]) == ("B3", "卢水县")


def test_warnings_alone_end_with_0(command: Terminal) -> None:
    file = command.file(HEAD + "533301,泸水市,2019年6月,99999,30\n")
    answer = command("check", file, "--json")
    assert [finding["rule"] for finding in answer.json if finding["severity"] == "warning"] == ["unit_slip"]
    assert answer.code == 0


def test_check_stores_nothing(command: Terminal) -> None:
    command("check", command.file(SOUND))
    with db.reading() as session:
        assert session.exec(select(func.count()).select_from(Submission)).one() == 0


def test_check_looks_at_what_has_been_handed_in_before(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    assert command("submit", command.file(SOUND), "--as", "office").code == 0
    july = HEAD.replace("本月数(条)", "累计数(条)") + "533301,泸水市,2019年7月,1,20\n"
    answer = command("check", command.file(july), "--json")
    assert [finding["rule"] for finding in answer.json if finding["severity"] == "error"] == ["to_date_falls"]


def test_a_form_left_empty_by_a_county_with_a_history_is_checked_like_any_other(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    command("submit", command.file(SOUND), "--as", "office")
    form = command.folder / "form.xlsx"
    command("template", "monthly", "--county", "533301", "--month", "2019-07", "-o", form)
    answer = command("check", form, "--json")
    assert {finding["severity"] for finding in answer.json} == {"error", "hint"}
    assert [finding["rule"] for finding in answer.json if finding["severity"] == "error"] == ["empty_return"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "空.xlsx"),
        (b"PK\x03\x04 broken", "坏.xlsx"),
        (b"%PDF-1.7", "图.pdf"),
        (b"\xd0\xcf\x11\xe0" * 300, "坏.xls"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2_and_one_sentence(command: Terminal, content: bytes, name: str) -> None:
    answer = command("check", command.file(content, name), "--json")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere.xlsx"], "文件不能读写：nowhere.xlsx（不存在）。"),
        (["check", "programme"], "文件不能读写：programme（这是一个文件夹）。"),
        (["check", "README", "--as", "nobody"], "没有可用的账号“nobody”。"),
        (["submit", "README", "--as", "nobody"], "没有可用的账号“nobody”。"),
        (["template", "monthly", "--month", "2019-06", "-o", "x"], "一县一月的填报表须指明哪个县：--county 六位行政区划代码。"),
        (
            ["template", "monthly", "--county", "999999", "--month", "2019-06", "-o", "x"],
            "没有行政区划代码为 999999 的县，请核对六位代码。",
        ),
        (["template", "monthly", "--county", "110101", "--month", "2019-06", "-o", "x"], "这个县不在2019年度的名单之内。"),
        (["template", "batch", "--month", "2019-13", "-o", "x"], "报告期“2019-13”认不出，请写成 2019-06。"),
        (["template", "batch", "--month", "2019-06", "-o", "nowhere/x"], "文件不能读写：nowhere/x（不存在）。"),
        (["template", "batch", "--month", "2019-04", "-o", "x"], "2019年4月不在活动期间，没有要报的数。"),
        (["progress", "--month", "2019-13"], "报告期“2019-13”认不出，请写成 2019-06。"),
        (["progress", "--month", "six"], "报告期“six”认不出，请写成 2019-06。"),
        (["progress", "--month", "2018-06", "--json"], "2018年6月不在活动期间，没有要报的数。"),
        (["counties", "import", "nowhere.csv"], "文件不能读写：nowhere.csv（不存在）。"),
        (["projects", "import", "nowhere.xlsx"], "文件不能读写：nowhere.xlsx（不存在）。"),
        (["counties", "import", "Makefile", "--year", "1999"], "没有1999年度的方案数据。"),
        (["restore", "nowhere.zip"], "文件不能读写：nowhere.zip（不存在）。"),
        (
            ["user", "add", "x1", "--role", "county", "--county", "000000"],
            "没有行政区划代码为 000000 的县，请核对六位代码。",
        ),
        (
            ["user", "add", "x1", "--role", "province", "--province", "99"],
            "没有代码为 99 的省份，请填写行政区划代码的前两位。",
        ),
    ],
)  # fmt: skip
def test_an_argument_that_cannot_be_used_ends_with_2_and_its_sentence(
    command: Terminal, arguments: list[str], sentence: str
) -> None:
    answer = command(*arguments, DATABASE_URL=_new_store(command) if arguments[0] == "restore" else _store(command))
    assert (answer.code, answer.out, answer.err) == (2, "", sentence + "\n")


def _store(command: Terminal) -> str:
    return command.settings["DATABASE_URL"]


def _new_store(command: Terminal) -> str:
    return f"sqlite:///{command.folder / 'new.db'}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["progress"],
        ["template", "weekly"],
        ["user", "add", "x1", "--role", "king"],
        ["submit", "x"],
        ["dance"],
    ],
)
def test_a_command_that_is_not_complete_ends_with_2_and_says_so(command: Terminal, arguments: list[str]) -> None:
    answer = command(*arguments)
    assert (answer.code, answer.out, answer.err != "") == (2, "", True)


def test_whoever_may_not_hand_in_gets_no_list_of_findings(command: Terminal) -> None:
    factories.a_user(Role.LEADER, username="leader")
    answer = command("check", command.file(SOUND), "--as", "leader", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "领导小组没有“报送月报”的权限，如有需要请联系系统管理员。\n"


def test_a_file_may_have_a_name_that_is_no_text(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    path = os.fsdecode(os.fsencode(command.folder) + "/\u6279\u91cf.csv".encode("gbk"))
    Path(path).write_text(SOUND, encoding="utf-8")
    answer = command("submit", path, "--as", "office")
    assert answer.code == 0
    with db.reading() as session:
        assert session.exec(select(Submission.file_name)).one() == "����.csv"


# --- submit -----------------------------------------------------------------------------------------------------------


def test_a_workbook_goes_from_template_to_progress(command_on_both: Terminal) -> None:
    command, form = command_on_both, command_on_both.folder / "月报.xlsx"
    factories.a_user(Role.COUNTY, county="533301", username="lushui")
    made = command("template", "monthly", "--county", "533301", "--month", "2019-06", "-o", form, "--as", "lushui")
    assert (made.code, made.out) == (0, f"已生成：{form}\n")
    filled_form(
        form, brands="0", impressions="320.5", online_sales="12.3456", trainees="65", posts="410", reads="38", households="120"
    )  # fmt: skip
    assert command("check", form, "--json").json == []
    sent = command("submit", form, "--as", "lushui")
    assert (sent.code, sent.out, sent.err) == (0, "已报送：泸水市2019年6月，共1份月报。\n", "")
    lines = {(line["kpi"], line["tier"]): line for line in command("progress", "--month", "2019-06", "--json").json}
    assert lines["online_sales", "core"]["actual"] == 123_456
    assert lines["impressions", "core"]["actual"] == 3_205_000
    assert lines["online_sales", "radiating"]["actual"] is None


def test_the_same_file_twice_changes_nothing_and_says_so(command_on_both: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    file = command_on_both.file(SOUND)
    command_on_both("submit", file, "--as", "office")
    before = handed_in()
    again = command_on_both("submit", file, "--as", "office")
    assert again.code == 0
    assert again.out.splitlines()[-1] == "内容与已报送的完全相同（2份月报），没有变化，不必重复报送。"
    assert handed_in() == before == [(532929, 201906, 1, 40), (LUSHUI, 201906, 1, 30)]


def test_errors_refuse_a_submission_with_everything_that_is_wrong(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    answer = command("submit", command.file(BROKEN), "--as", "office", "--confirm", "无误")
    assert (answer.code, answer.err) == (1, "还有3处错误，不能报送。请按核对结果修改后重新上传。\n")
    assert len([line for line in answer.out.splitlines() if line.startswith("错误 ")]) == 3
    assert handed_in() == []


def test_warnings_without_a_reason_refuse_a_submission_and_with_one_they_are_kept(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    file = command.file(HEAD + "533301,泸水市,2019年6月,99999,30\n")
    refused = command("submit", file, "--as", "office")
    assert (refused.code, refused.err) == (1, "有1处警告需要确认，请填写原因后再报送。\n")
    assert handed_in() == []
    assert command("submit", file, "--as", "office", "--confirm", " ").code == 1
    assert command("submit", file, "--as", "office", "--confirm", "直播专场").code == 0
    with db.reading() as session:
        assert session.exec(select(Submission.reason, Submission.channel)).one() == ("直播专场", "terminal")


@pytest.mark.parametrize(
    ("role", "scope"), [(Role.COUNTY, {"county": "532929"}), (Role.PROVINCE, {"province": "62"}), (Role.LEADER, {})]
)
def test_nobody_hands_in_outside_their_scope(command: Terminal, role: Role, scope: dict[str, str]) -> None:
    factories.a_user(role, username="somebody", **scope)
    answer = command("submit", command.file(HEAD + "533301,泸水市,2019年6月,1,30\n"), "--as", "somebody")
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert handed_in() == []


def test_an_account_may_hand_in_before_its_first_password_was_changed(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office", must_change_password=True)
    assert command("submit", command.file(SOUND), "--as", "office").code == 0


# --- template ---------------------------------------------------------------------------------------------------------


def test_a_province_gets_a_batch_form_with_its_counties_only(command: Terminal) -> None:
    factories.a_user(Role.PROVINCE, province="53", username="yunnan")
    path = command.folder / "batch.xlsx"
    assert command("template", "batch", "--month", "2019-06", "-o", path, "--as", "yunnan").code == 0
    rows = read_book(path.read_bytes(), "batch.xlsx").sheets[0].rows
    codes = [str(row[0]) for row in rows if str(row[0]).isdigit()]
    with db.reading() as session:
        own = select(Membership.county_id).where(Membership.county_id // 10_000 == 53)
        assert codes == sorted(str(county) for county in session.exec(own))


def test_no_form_is_written_for_a_county_outside_the_scope(command: Terminal) -> None:
    factories.a_user(Role.COUNTY, county="532929", username="yunlong")
    path = command.folder / "form.xlsx"
    answer = command("template", "monthly", "--county", "533301", "--month", "2019-06", "-o", path, "--as", "yunlong")
    assert (answer.code, answer.err, path.exists()) == (1, "这不在您的范围内：您只能对本县“报送月报”。\n", False)


# --- progress ---------------------------------------------------------------------------------------------------------


def test_progress_lists_the_ten_targets_in_the_units_of_the_plan(command_on_both: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    command_on_both("submit", command_on_both.file(SOUND), "--as", "office")
    lines = command_on_both("progress", "--month", "2019-06", "--json").json
    assert [list(line) for line in lines] == [PROGRESS] * 10
    assert [(line["kpi"], line["tier"], line["target"]) for line in lines] == TARGETS
    told = {(line["kpi"], line["tier"]): tuple(line[key] for key in PROGRESS[2:]) for line in lines}
    elapsed = 33 / 217
    assert told["online_sales", "core"] == (123_456, 10_000_000, 0.0123456, elapsed, "red", 1, 10)
    assert told["posts", "all"] == (70, 60_000, 70 / 60_000, elapsed, "red", 2, 110)
    assert told["reads", "all"] == (None, 60_000_000, None, elapsed, "none", 0, 110)
    assert {type(line["actual"]) for line in lines} == {int, type(None)}


def test_a_county_sees_the_sums_of_all_and_others_need_the_permission(command: Terminal) -> None:
    factories.a_user(Role.COUNTY, county="533301", username="lushui")
    factories.a_user(Role.ADMIN, username="admin")
    whole = command("progress", "--month", "2019-10", "--json")
    assert command("progress", "--month", "2019-10", "--json", "--as", "lushui").out == whole.out
    assert command("progress", "--month", "2019-10", "--as", "admin").code == 1


# --- counties ---------------------------------------------------------------------------------------------------------


def sample_list() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((data_folder() / "demo" / "counties.csv").read_text(encoding="utf-8"))))


def as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_the_list_of_counties_is_imported_whole_and_is_then_no_sample(command_on_both: Terminal) -> None:
    answer = command_on_both("counties", "import", command_on_both.file(as_csv(sample_list()), "名单.csv"))
    assert (answer.code, answer.out, answer.err) == (0, "已导入2019年度的110个县。\n", "")
    with db.reading() as session:
        assert session.exec(select(Membership.sample).distinct()).all() == [False]


def test_everything_wrong_in_a_list_is_named_and_nothing_is_imported(command: Terminal) -> None:
    rows = sample_list()
    rows[1]["core_adcode"] = ""
    rows[2]["adcode"], rows[2]["name"] = "999999", "无此县"
    rows[3] = dict(rows[4])
    rows[5]["tier"] = "middle"
    del rows[-1]
    answer = command("counties", "import", command.file(as_csv(rows), "名单.csv"))
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert [line[:2] for line in lines] == ["错误"] * len(lines)
    named = ["F3", "A4", "A6", "E7", "辐射带动县应为100个"]
    assert [[line for line in lines if mark in line] != [] for mark in named] == [True] * len(named)
    with db.reading() as session:
        assert session.exec(select(Membership.sample).distinct()).all() == [True]


def test_who_may_not_import_counties_is_told_so(command: Terminal) -> None:
    factories.a_user(Role.PROVINCE, province="53", username="yunnan")
    answer = command("counties", "import", command.file(as_csv(sample_list()), "名单.csv"), "--as", "yunnan")
    assert answer.code == 1


# --- projects ---------------------------------------------------------------------------------------------------------


def test_a_list_of_projects_is_imported_once(command_on_both: Terminal) -> None:
    name, content = sample_workbooks(1)[0]
    file = command_on_both.file(content, name)
    first = command_on_both("projects", "import", file, "--confirm", "示例")
    with db.reading() as session:
        count = session.exec(select(func.count()).select_from(Project)).one()
    again = command_on_both("projects", "import", file, "--confirm", "示例")
    assert (first.code, again.code, count > 0, again.out == first.out) == (0, 0, True, False)
    with db.reading() as session:
        assert session.exec(select(func.count()).select_from(Project)).one() == count


def test_a_list_of_projects_without_a_table_is_refused(command: Terminal) -> None:
    answer = command("projects", "import", command.file("甲,乙\n1,2\n", "项目.csv"))
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)


# --- accounts ---------------------------------------------------------------------------------------------------------


def signed_in(username: str, password: str) -> Actor | None:
    with db.transaction() as session:
        stored = sessions.stored_hash(session, username)
        return sessions.attempt(session, username, "", stored if passwords.matches(password, stored) else None)


def test_a_new_account_gets_a_password_that_opens_the_door_once_and_must_be_changed(command_on_both: Terminal) -> None:
    answer = command_on_both("user", "add", "lushui", "--role", "county", "--county", "533301")
    assert answer.code == 0
    assert answer.out.startswith("账号 lushui 的一次性密码（只显示这一次，首次登录须修改）：")
    actor = signed_in("lushui", answer.out.strip().split("：")[-1])
    assert actor is not None
    assert (actor.role, actor.county_id, actor.must_change_password) == (Role.COUNTY, LUSHUI, True)
    with db.reading() as session:
        assert session.exec(select(AppUser.name, AppUser.sample)).one() == ("县工作小组 533301", False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["office", "--role", "office"], "用户名 office 已被使用，请换一个。"),
        (["new", "--role", "county"], "县工作小组账号须指定所属县。"),
        (["new", "--role", "province", "--county", "533301"], "省级信息中心账号不指定县。"),
        (["new", "--role", "leader", "--province", "53"], "领导小组账号不指定省。"),
        (["x", "--role", "leader"], "用户名须为2至40个字符，只用文字、字母、数字、点、横线和下划线。"),
    ],
)
def test_an_account_that_cannot_be_is_refused(command: Terminal, arguments: list[str], sentence: str) -> None:
    factories.a_user(Role.OFFICE, username="office")
    answer = command("user", "add", *arguments)
    assert (answer.code, answer.out, answer.err) == (1, "", sentence + "\n")


def test_accounts_are_listed_without_a_trace_of_their_passwords(command_on_both: Terminal) -> None:
    factories.a_user(Role.COUNTY, county="533301", username="lushui", must_change_password=True)
    answer = command_on_both("user", "list", "--json")
    assert answer.json == [
        {
            "username": "lushui", "role": "county", "name": "county · 533301", "place": "云南省 · 泸水市", "active": True,
            "locked": False, "must_change_password": True, "sample": False,
        }
    ]  # fmt: skip
    assert command_on_both("user", "list").out == f"{'lushui':<24}{'county':<14}county · 533301\n"


# --- the store --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL 认不出，请写成 sqlite:///路径 或 postgresql://用户@主机/库名。"),
        (
            "postgresql://a@127.0.0.1:port/x",
            "DATABASE_URL 认不出，请写成 sqlite:///路径 或 postgresql://用户@主机/库名。",
        ),
        ("mysql://a@127.0.0.1/x", "DATABASE_URL 只能是 sqlite:/// 或 postgresql:// 开头的地址。"),
        ("sqlite:////dev/null/x/store.db", "文件不能读写：/dev/null/x（上级不是文件夹）。"),
    ],
)
def test_an_address_that_leads_to_no_store_is_a_sentence(command: Terminal, url: str, sentence: str) -> None:
    for order in (["progress", "--month", "2019-06"], ["init"], ["user", "list"]):
        answer = command(*order, DATABASE_URL=url)
        assert (answer.code, answer.out, answer.err) == (2, "", sentence + "\n")


def test_a_store_that_cannot_be_opened_is_a_sentence_without_the_password(command: Terminal) -> None:
    no_server = "postgresql://operator:hidden-word@127.0.0.1:1/netlift"
    no_store = f"sqlite:///{command.file('这不是数据库' * 100, 'x.db')}"
    for url, reason in ((no_server, "127.0.0.1"), (no_store, "file is not a database")):
        answer = command("progress", "--month", "2019-06", DATABASE_URL=url)
        assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
        assert (answer.err.startswith("数据库打不开："), reason in answer.err, "hidden-word" in answer.err) == (
            True,
            True,
            False,
        )


def test_a_store_that_was_never_made_says_how_to_make_it(
    command_on_both: Terminal, request: pytest.FixtureRequest
) -> None:
    url = _new_store(command_on_both)
    if _store(command_on_both).startswith("postgresql"):
        url = f"{request.getfixturevalue('postgres_template')}/postgres"
    answer = command_on_both("user", "list", DATABASE_URL=url)
    assert (answer.code, answer.err) == (2, "数据库还没有建立，或不是当前版本：请先执行 python manage.py init。\n")


def test_json_is_all_there_is_on_the_standard_output(command: Terminal) -> None:
    factories.a_user(Role.OFFICE, username="office")
    for order in (["check", command.file(BROKEN)], ["progress", "--month", "2019-06"], ["user", "list"]):
        answer = command(*order, "--json")
        assert (type(json.loads(answer.out)), answer.err) == (list, "")


# --- the review of returns --------------------------------------------------------------------------------------------

OBLIGATION = ["county", "month", "status", "revision", "due", "submitted_at", "late_days", "missing"]
TRACED = ["revision", "value", "file_sha256", "sheet", "cell", "submitted_by", "at", "reviewers"]


@pytest.fixture
def reviewed(command_on_both: Terminal) -> Terminal:
    """Two counties have handed in their June through the office; the accounts that review it."""
    for role, username in ((Role.OFFICE, "office"), (Role.OFFICE, "deputy"), (Role.LEADER, "leader")):
        factories.a_user(role, username=username)
    factories.a_user(Role.PROVINCE, province="53", username="yunnan")
    factories.a_user(Role.PROVINCE, province="65", username="xinjiang")
    assert command_on_both("submit", command_on_both.file(SOUND), "--as", "office", "--confirm", "其余未统计").code == 0
    return command_on_both


def test_the_list_of_returns_holds_every_county_with_its_status(reviewed: Terminal) -> None:
    rows = reviewed("returns", "list", "--month", "2019-06", "--json", NETLIFT_TODAY="2019-07-06").json
    assert [list(row) for row in rows] == [OBLIGATION] * 110
    lushui = next(row for row in rows if row["county"] == "533301")
    assert (lushui["status"], lushui["revision"], lushui["due"]) == ("submitted", 1, "2019-07-05")
    assert "online_sales" not in lushui["missing"]
    assert "impressions" in lushui["missing"]
    assert sum(row["status"] == "overdue" for row in rows) == 108
    told = reviewed("returns", "list", "--month", "2019-06", "--as", "yunnan", NETLIFT_TODAY="2019-07-06")
    assert "533301 泸水市 2019-06 已提交 第1版，截止2019-07-05" in told.out
    assert "653121" not in told.out


def test_a_return_is_sent_back_repaired_approved_and_accepted_at_the_terminal(reviewed: Terminal) -> None:
    back = reviewed(
        "returns", "send-back", "533301", "2019-06", "--as", "yunnan", "--cell", "posts:month", "--reason", "请附链接清单"
    )  # fmt: skip
    assert (back.code, back.out) == (0, "已退回：泸水市2019年6月月报第1版，要求修改1格。\n")
    shown = reviewed("returns", "show", "533301", "2019-06", "--json").json
    assert shown["status"] == "sent_back"
    assert shown["cells"] == [{"kpi": "posts", "column": "month", "reason": "请附链接清单"}]
    repaired = reviewed.file(SOUND.replace(",30\n", ",28\n"), "改.csv")
    assert reviewed("submit", repaired, "--as", "office", "--confirm", "其余未统计").code == 0
    assert reviewed("returns", "approve", "533301", "2019-06", "--as", "yunnan").code == 0
    own = reviewed("returns", "accept", "533301", "2019-06", "--as", "office")
    assert (own.code, own.err) == (1, "泸水市2019年6月月报由您报送，不能由您自己接收。\n")
    assert reviewed("returns", "accept", "533301", "2019-06", "--as", "deputy").code == 0
    traced = reviewed("returns", "trace", "533301", "2019-06", "posts", "--json").json
    assert [list(row) for row in traced] == [TRACED] * 2
    assert [(row["revision"], row["value"], row["cell"]) for row in traced] == [(2, 28, "E2"), (1, 30, "E2")]
    assert [len(row["reviewers"]) for row in traced] == [2, 1]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("approve", "533301", "2019-06", "--as", "xinjiang"), 1, "这不在您的范围内"),
        (("approve", "533301", "2019-06", "--as", "leader"), 1, "没有“审核月报”的权限"),
        (("accept", "533301", "2019-06", "--as", "deputy"), 1, "现为“已提交”，不能接收"),
        (("approve", "110101", "2019-06", "--as", "yunnan"), 1, "这不在您的范围内"),
        (("show", "110101", "2019-06"), 2, "没有“110101”2019年6月的月报任务"),
        (("show", "533301", "六月"), 2, "报告期“六月”认不出"),
        (("trace", "533301", "2019-06", "profit"), 1, "没有指标“profit”"),
        (("send-back", "533301", "2019-06", "--as", "yunnan", "--cell", "shops:month", "--reason", "改"), 1, "没有“shops:month”"),
        (("send-back", "533301", "2019-06", "--as", "yunnan", "--cell", "posts", "--reason", "改"), 1, "没有“posts:”"),
        (
            ("send-back", "533301", "2019-06", "--as", "yunnan", "--cell", "posts:month", "--reason", "一", "--reason", "二"),
            2, "1个格、2个原因",
        ),
    ],
)  # fmt: skip
def test_a_refused_step_leaves_with_its_sentence(
    reviewed: Terminal, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    answer = reviewed("returns", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert sentence in answer.err
