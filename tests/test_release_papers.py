"""简报, data and one-page sheets: the figures of the release in each of them, and each for those who may see it."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pypdf import PdfReader
from sqlmodel import Session

import db
from components.palette import LIGHT
from programme import release_papers, settings
from programme.briefing import briefing_pptx
from programme.briefing_facts import briefing_facts
from programme.catalogue import catalogue
from programme.data_book import data_xlsx
from programme.errors import NotAllowed, NotFound, ProgrammeError
from programme.frozen_release import Frozen
from programme.kpis import Progress
from programme.permissions import Actor
from programme.release_help import CONDITIONS, help_needed
from programme.release_sheets import county_pdf, county_values, group_pdf, member_of
from programme.release_words import goal_text, target_row
from programme.wording import figure, percent
from tests import terminal
from tests.a_release import CORES, MONTHS, SHA, correction, figures_of, member, release
from tests.printed import bare
from tests.test_releases import accepted, everybody, make
from tests.test_reviews import SOUND, at

LUSHUI, FUPING = CORES
HOSTILE = "=1+1 {{ name }} {% if %} {_{ #panic() #let x $a$ *b* _c_ \"q\" 'p' <&> </a:t> @ref `raw` \\n [x] -- ~"
ABSENT = [{"county": "533303", "name": "县533303", "status": "overdue"}]
GAP = {(533303, 4): None}
BEFORE = "第4期（2019年9月）"


@pytest.fixture(autouse=True)
def _in_july() -> object:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture(scope="module")
def plain() -> tuple[Frozen, bytes]:
    """A release without anything out of the ordinary, and its briefing."""
    return release(), briefing_pptx(release())


@pytest.fixture(scope="module")
def full() -> tuple[Frozen, bytes]:
    """With a correction and a county that is missing, and its briefing."""
    held = release(corrections=[correction()], absent=ABSENT, figures=GAP)
    return held, briefing_pptx(held, BEFORE)


# --- reading them back ------------------------------------------------------------------------------------------------


def slides(content: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(content)).slides)


def slide_texts(content: bytes) -> str:
    return "\n".join("".join(part.text or "" for part in page._element.iter(qn("a:t"))) for page in slides(content))


def charts(content: bytes) -> list[Any]:
    return [shape.chart for page in slides(content) for shape in page.shapes if shape.has_chart]


def sheets(content: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(io.BytesIO(content))}


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """Rows by heading, as far as the table goes."""
    _, heading, *rows = sheet.iter_rows(values_only=True)
    found = []
    for row in rows:
        if row[-1] is None and row[1] is None:
            break
        found.append(dict(zip(heading, row, strict=True)))
    return found


def pdf_text(content: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(content)).pages
    return bare(page.extract_text())


def words_of(line: Progress) -> set[str]:
    return {figure(line.actual, line.target.kpi), goal_text(line), percent(line.attainment)}


# --- one release in three forms ---------------------------------------------------------------------------------------


def test_every_figure_of_the_targets_stands_in_briefing_data_and_sheets(plain: tuple[Frozen, bytes]) -> None:
    held, deck = plain
    book = sheets(data_xlsx(held))
    texts, chart = slide_texts(deck), charts(deck)[0]
    assert [cell for line in held.lines() for cell in target_row(line) if cell not in texts] == []
    assert list(chart.plots[0].series[0].values) == [float(line.attainment or 0) for line in held.lines()]
    assert list(chart.plots[1].series[0].values) == [float(line.elapsed) for line in held.lines()]
    rows = table(book["十项目标"])
    kpis = [line.target.kpi for line in held.lines()]
    assert [Decimal(str(row["累计"])) for row in rows] == [
        Decimal(line.actual or 0) / kpi.factor for line, kpi in zip(held.lines(), kpis, strict=True)
    ]
    assert [row["完成率"] for row in rows] == pytest.approx(
        [float(line.attainment or 0) for line in held.lines()], abs=1e-14
    )
    for core in CORES:
        lines = held.lines([one.county_id for one in held.group(core)])
        page = pdf_text(group_pdf(held, str(core)))
        assert {word for line in lines for word in words_of(line) if bare(word) not in page} == set()
    for county in (LUSHUI, 533303):
        page = pdf_text(county_pdf(held, str(county)))
        assert {word for line in held.lines([county]) for word in words_of(line) if bare(word) not in page} == set()


def test_every_slide_carries_its_title_the_basis_and_its_number(full: tuple[Frozen, bytes]) -> None:
    held, deck = full
    pages = slides(deck)
    assert 6 <= len(pages) <= 8
    for number, page in enumerate(pages, 1):
        assert page.shapes.title.text_frame.text.strip() != ""
        said = {place.placeholder_format.type: place.text_frame.text for place in page.placeholders}
        assert (said[PP_PLACEHOLDER.FOOTER], said[PP_PLACEHOLDER.SLIDE_NUMBER]) == (held.basis, str(number))
        notes = page.notes_slide.notes_text_frame.text
        assert held.basis in notes
        assert SHA in notes


def test_charts_are_native_with_a_workbook_each_and_described(plain: tuple[Frozen, bytes]) -> None:
    held, deck = plain
    drawn = charts(deck)
    assert len(drawn) == len(held.lines()) + 2
    for line, chart in zip(held.lines(), drawn[1:-1], strict=True):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        (_, *reached) = [row[1] for row in book.iter_rows(values_only=True)]
        kpi = line.target.kpi
        past = [next(one.actual for one in held.lines(month=month) if one.target == line.target) for month in MONTHS]
        assert reached == [float(Decimal(value or 0) / kpi.stored_per_entry) for value in past]
        assert f"（{kpi.entry_unit}）" in chart.chart_title.text_frame.text
    frames = [shape for page in slides(deck) for shape in page.shapes if shape.has_chart or shape.has_table]
    assert [frame for frame in frames if not frame._element.xpath(".//p:cNvPr")[0].get("descr")] == []


def test_every_text_of_the_slides_has_a_chinese_face_and_language(full: tuple[Frozen, bytes]) -> None:
    face = briefing_facts().look["face"]
    with zipfile.ZipFile(io.BytesIO(full[1])) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    assert {found for text in texts.values() for found in re.findall(r'\blang="([^"]*)"', text)} == {"zh-CN"}
    for name, text in texts.items():
        if name.startswith(("ppt/slides/", "ppt/charts/")):
            latin, chinese = (re.findall(rf'<a:{script} typeface="([^"]*)"', text) for script in ("latin", "ea"))
            assert (len(latin), {*latin, *chinese}) == (len(chinese), {face}), name
    assert re.findall(r'<a:ea typeface="([^"]*)"', texts["ppt/theme/theme1.xml"]) == [face, face]


def test_the_same_release_makes_the_same_bytes_without_the_time_of_writing(full: tuple[Frozen, bytes]) -> None:
    held, content = full
    assert briefing_pptx(held, BEFORE) == content
    for make_it in (data_xlsx, lambda one: county_pdf(one, "533301"), lambda one: group_pdf(one, "533301")):
        assert make_it(held) == make_it(held)
    with zipfile.ZipFile(io.BytesIO(content)) as deck:
        inner = [zipfile.ZipFile(io.BytesIO(deck.read(name))) for name in deck.namelist() if name.endswith(".xlsx")]
        archives = [deck, *inner, zipfile.ZipFile(io.BytesIO(data_xlsx(held)))]
        assert {info.date_time for archive in archives for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for archive in archives:
            stamps = re.findall(rb"<dcterms:\w+[^>]*>([^<]*)<", archive.read("docProps/core.xml"))
            assert set(stamps) == {b"2019-10-16T01:20:00Z"}


def test_colours_are_those_on_screen() -> None:
    looks = {field.name: getattr(LIGHT, field.name) for field in fields(LIGHT)} | {
        "none": LIGHT.outline,
        "white": "#ffffff",
    }
    look = briefing_facts().look
    assert {name: value for name, value in look.items() if name != "face"} == {
        name: looks[name] for name in look if name != "face"
    }
    parts = (settings.data_folder() / "templates" / "sheet_parts.typ").read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9a-f]{6}", parts)) <= set(look.values())


# --- empties, texts ---------------------------------------------------------------------------------------------------


def test_nothing_not_reported_and_not_applicable_are_three_things() -> None:
    sold = figures_of(member(533303, LUSHUI), 4) | {"online_sales": 0, "reads": None}
    held = release(figures={(533303, 4): sold, (533304, 4): None}, absent=ABSENT)
    rows = {(row["行政区划代码"], row["报告期"]): row for row in table(sheets(data_xlsx(held))["县"])}
    last = rows["533303", MONTHS[-1].chinese]
    assert (last["网络销售额本月数（元）"], last["阅读量本月数（次）"], last["品牌曝光本月数（次）"]) == (
        0,
        "未报",
        "不适用",
    )
    assert rows["533304", MONTHS[-1].chinese]["版次"] == "未接收"
    values = county_values(held, member_of(held, "533303"))
    told = {one["name"]: one["month"] for one in values["figures"]}
    assert (told["农产品网络销售额"], told["用户累计阅读量"]) == ("0元", "未报")
    assert values["left"] == "不适用于本县：打造特色农业品牌、品牌累计曝光量。"
    bars = {one["name"].split("（")[0]: one["months"][-1] for one in values["charts"]}
    assert (bars["农产品网络销售额"]["empty"], bars["用户累计阅读量"]["empty"]) == (False, True)


def test_money_stands_in_the_data_to_the_last_fen_and_every_column_in_the_dictionary() -> None:
    held = release(corrections=[correction()], absent=ABSENT)
    book = sheets(data_xlsx(held))
    rows = {(row["行政区划代码"], row["报告期"]): row for row in table(book["县"])}
    expected = Decimal(held.returns[533302][MONTHS[0]][1]["online_sales"] or 0) / 100
    assert Decimal(str(rows["533302", MONTHS[0].chinese]["网络销售额本月数（元）"])) == expected
    told = {(row["工作表"], row["列"]) for row in table(book["数据字典"])}
    columns = {
        (name, cell.value)
        for name, sheet in book.items()
        if name not in ("说明", "数据字典")
        for cell in sheet[2]
        if cell.value
    }
    assert columns == told
    assert list(book) == ["说明", "十项目标", "组", "县", "更正", "未计入", "需要帮助的县", "数据字典"]
    assert [(one["原数"], one["新数"], one["原因"]) for one in table(book["更正"])] == [(12345.67, "未报", "退货两笔")]
    assert [one["发布时的状态"] for one in table(book["未计入"])] == ["逾期未报"]
    assert [sheet.freeze_panes is not None for sheet in book.values()] == [True] * 8
    assert SHA in [cell.value for row in book["说明"].iter_rows() for cell in row]


def test_texts_with_marks_of_any_language_survive_as_typed() -> None:
    named = {533301: {"brand": HOSTILE, "products": HOSTILE}, 533302: {"name": HOSTILE}}
    held = release(members=named, corrections=[correction(reason=HOSTILE, name=HOSTILE)])
    assert bare(slide_texts(briefing_pptx(held))).count(bare(HOSTILE)) >= 1
    cells = [
        cell
        for sheet in sheets(data_xlsx(held)).values()
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == HOSTILE
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert len(cells) >= 2 + len(MONTHS)
    assert pdf_text(county_pdf(held, "533301")).count(bare(HOSTILE)) == 2
    assert bare(HOSTILE) in pdf_text(group_pdf(held, "533301"))


def test_a_release_without_corrections_or_returns_says_so() -> None:
    bare_release = release(
        figures={(code, at): None for core in CORES for code in range(core, core + 6) for at in range(5)}
    )
    texts = slide_texts(briefing_pptx(bare_release))
    assert ("本期为首次发布，没有更正和补报。" in texts, "自上期" in texts) == (True, False)
    assert f"自{BEFORE}以来没有更正和补报。" in slide_texts(briefing_pptx(bare_release, BEFORE))
    assert "未报" in texts
    assert "无数据" in texts
    assert {row["累计"] for row in table(sheets(data_xlsx(bare_release))["十项目标"])} == {"未报"}
    assert "未报" in pdf_text(county_pdf(bare_release, "533301"))


def test_what_does_not_fit_a_slide_is_said_to_be_in_the_data() -> None:
    few = dict.fromkeys(catalogue().codes, 0)
    nothing: dict[tuple[int, int], Any] = {
        (c, m): few for core in CORES for c in range(core, core + 6) for m in range(5)
    }
    held = release(figures=nothing, corrections=[correction(reason="原因" * 200)] * 30)
    wide = Frozen(**{field.name: getattr(held, field.name) for field in fields(held)})
    wide.members.update({code: member(code, LUSHUI) for code in range(533401, 533431)})
    wide.returns.update({code: held.returns[533302] for code in range(533401, 533431)})
    deck = briefing_pptx(wide)
    texts = slide_texts(deck)
    assert len(slides(deck)) == 8
    assert "只列出前10处，共30处；全部见数据表的“更正”。" in texts
    assert f"另有{len(help_needed(wide)) - 20}个县，见数据表的“需要帮助的县”。" in texts


# --- who needs help ---------------------------------------------------------------------------------------------------


def test_counties_are_named_by_the_rules_with_their_reasons_in_the_order_of_group_and_code() -> None:
    assert set(CONDITIONS) == {rule.id for rule in briefing_facts().help}
    good = dict.fromkeys(catalogue().codes, 10**13)
    fine: dict[tuple[int, int], Any] = {(c, m): good for core in CORES for c in range(core, core + 6) for m in range(5)}
    assert help_needed(release(figures=fine)) == []
    unsold = {(533305, month): good | {"online_sales": 0} for month in (3, 4)}
    behind = {(533302, month): dict.fromkeys(good, 0) | {"online_sales": 1} for month in range(5)}
    absent = [{"county": "130625", "name": "县", "status": "overdue"}]
    told = help_needed(release(figures=fine | unsold | behind | {(130625, 4): None}, absent=absent))
    assert [(one.group, one.county.code, len(one.reasons)) for one in told] == [
        ("县130624", "130625", 1), ("县533301", "533302", 1), ("县533301", "533305", 1),
    ]  # fmt: skip
    assert told[0].text == "2019年9月月报未计入（逾期未报）"
    assert told[1].text.startswith("7项指标中7项滞后：网络销售额")
    assert told[2].text == "近2个月网络销售额为0"


def test_a_county_is_set_beside_its_group_as_a_whole_and_not_where_others_could_be_worked_out() -> None:
    held = release()
    place = {one["name"]: one["group"] for one in county_values(held, member_of(held, "533302"))["figures"]}
    kpi = catalogue().kpi("trainees")
    own, whole = held.to_date(kpi, [533302]), held.to_date(kpi, [one.county_id for one in held.group(LUSHUI)])
    assert own is not None
    assert whole is not None
    assert place["线上线下培训学员"].startswith(f"占全组{percent(Fraction(own, whole))}；全组完成率")
    others = {(code, month): None for code in (533301, 533304, 533305, 533306) for month in range(5)}
    lonely = county_values(release(figures=others), member_of(release(), "533302"))
    assert {one["group"] for one in lonely["figures"]} == {"组内已报的县太少，不作比较"}
    core = county_values(held, member_of(held, "533301"))
    assert core["figures"][0]["group"] == "组内仅本县有此目标"


# --- for whom ---------------------------------------------------------------------------------------------------------


SEES = {
    "briefing": {"office", "leader"},
    "data": {"office", "leader"},
    "own sheet": {"office", "leader", "province", "county"},
    "neighbour's sheet": {"office", "leader", "province", "neighbour"},
    "group's sheet": {"office", "leader", "province"},
    "another group's sheet": {"office", "leader"},
}
Made = Callable[[Session, Actor], bytes]
PAPERS: dict[str, Made] = {
    "briefing": lambda session, actor: release_papers.briefing(session, actor, 1),
    "data": lambda session, actor: release_papers.data(session, actor, 1),
    "own sheet": lambda session, actor: release_papers.county_sheet(session, actor, "533301", 1),
    "neighbour's sheet": lambda session, actor: release_papers.county_sheet(session, actor, "532929", 1),
    "group's sheet": lambda session, actor: release_papers.group_sheet(session, actor, "533301", 1),
    "another group's sheet": lambda session, actor: release_papers.group_sheet(session, actor, "130624", 1),
}


@pytest.fixture
def released(sqlite_store: str) -> dict[str, Actor]:
    people = everybody()
    accepted(people, SOUND)
    make(people["office"])
    return people


def test_each_paper_is_made_for_those_who_may_see_it_and_nobody_else(released: dict[str, Actor]) -> None:
    seen: dict[str, set[str]] = {what: set() for what in PAPERS}
    with db.reading() as session:
        for what, make_it in PAPERS.items():
            for name, actor in released.items():
                try:
                    make_it(session, actor)
                    seen[what].add(name)
                except NotAllowed:
                    pass
    assert seen == SEES


def test_what_is_not_in_the_release_is_not_found(released: dict[str, Actor]) -> None:
    office = released["office"]
    with db.reading() as session:
        for code, number in (("533301", 9), ("110101", 1)):
            with pytest.raises(NotFound):
                release_papers.county_sheet(session, office, code, number)
        with pytest.raises(ProgrammeError, match="云龙县不是核心示范县，它属于泸水市组（533301）。"):
            release_papers.group_sheet(session, office, "532929", 1)
        assert release_papers.is_in(session, 533301, 1)
        assert not release_papers.is_in(session, 110101, 1)


def test_without_a_name_a_file_is_named_by_its_release_and_a_number_beyond_all_is_refused(
    released: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert terminal.here("county", "sheet", "533301", "1").code == 0
    assert terminal.here("release", "bulletin", "1").code == 0
    assert sorted(one.name for one in tmp_path.iterdir() if one.suffix == ".pdf") == [
        "第1期_2019-06_533301_一页纸.pdf", "通报草稿_第1期.pdf",
    ]  # fmt: skip
    beyond = "9" * 20
    for command in (("release", "bulletin"), ("release", "data"), ("release", "verify"), ("evaluation", "show")):
        assert terminal.here(*command, beyond).code == 2
    missing = terminal.here("evaluation", "make", "--as", released["office"].username)
    assert (missing.code, missing.err) == (2, "请指明报告期：--month 2019-06。\n")


def test_the_terminal_writes_the_files_and_refuses_another_county_s(released: dict[str, Actor], tmp_path: Path) -> None:
    name, county = str(tmp_path / "out"), released["county"].username
    assert terminal.here("release", "briefing", "1", "-o", name).code == 0
    assert len(slides(Path(name).read_bytes())) >= 6
    assert terminal.here("release", "data", "1", "-o", name).code == 0
    assert "县" in sheets(Path(name).read_bytes())
    assert terminal.here("county", "sheet", "533301", "1", "-o", name, "--as", county).code == 0
    assert "泸水市" in pdf_text(Path(name).read_bytes())
    Path(name).unlink()
    for arguments in (
        ("county", "sheet", "532929", "1"),
        ("county", "sheet", "533301", "1", "--group"),
        ("release", "data", "1"),
    ):
        answer = terminal.here(*arguments, "-o", name, "--as", county)
        assert (answer.code, "不在您的范围内" in answer.err, Path(name).exists()) == (1, True, False)
