"""Reading files of every kind, with what the cells alone do not tell."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from programme.formats import sheet_sweep, sheet_xml
from programme.formats.archive import Archive
from programme.formats.book import VALUELESS
from programme.sheets import Sheet, read_book
from tests import files

ROWS = [["县名", "数"], ["泸水市", 12.5], ["兰坪县", ""]]
pytestmark = pytest.mark.timeout(60)


def only_sheet(content: bytes, name: str = "表.xlsx") -> Sheet:
    (sheet,) = read_book(content, name).sheets
    return sheet


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [files.xlsx, files.ods])
def test_a_workbook_is_read_from_a1_on(make: Callable[[files.Rows], bytes]) -> None:
    sheet = only_sheet(make([[], ["", "县名", 3.0], ["", date(2019, 6, 1), "数"]]))
    assert (sheet.name, sheet.visible) == ("表1", True)
    assert sheet.rows == [["", "", ""], ["", "县名", 3.0], ["", date(2019, 6, 1), "数"]]


@pytest.mark.parametrize("name", ["monthly.xls", "monthly.ods"])
def test_an_office_file_is_read_with_all_that_is_special_about_it(name: str) -> None:
    book = read_book(files.office_file(name), name)
    form, old = book.sheets
    assert book.stamp == {"form": "monthly", "county": "533301"}
    assert book.format == name[-3:]
    assert form.rows[1:4] == [
        ["填报单位", "泸水市", "", "报告期", date(2019, 6, 1)],
        ["指标", "计量单位", "本月数", "累计数", "备注"],
        ["农产品网络销售额", "万元", 12.5, "1,234.5", "含直播"],
    ]
    assert form.rows[5] == ["用户累计阅读量", "万次", "#DIV/0!", "１２３", ""]
    assert (form.hidden_rows, form.hidden_columns) == (frozenset({4}), frozenset({4}))
    assert form.merges == ((0, 0, 0, 4),)
    assert (form.visible, old.visible) == (True, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_file_is_read_in_every_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    sheet = only_sheet(
        files.delimited([["县名", "数"], ["泸水市", "1,2;3"], ["引\n号", '"']], encoding, separator), "六月.csv"
    )
    assert sheet == Sheet("六月", [["县名", "数"], ["泸水市", "1,2;3"], ["引\n号", '"']])


def test_what_a_file_is_shows_in_its_bytes_and_not_in_its_name() -> None:
    kinds = [(files.xlsx(ROWS), "xlsx"), (files.office_file("monthly.xls"), "xls"), (files.ods(ROWS), "ods")]
    kinds.append((files.delimited(ROWS), "csv"))
    assert [read_book(content, "工作簿1.et").format for content, _ in kinds] == [kind for _, kind in kinds]


def test_the_stamp_of_our_own_form_is_read_and_its_sheet_put_aside() -> None:
    book = read_book(files.xlsx(ROWS, stamp={"form": "monthly", "month": "2019-06"}), "x")
    assert book.stamp == {"form": "monthly", "month": "2019-06"}
    assert [sheet.name for sheet in book.sheets] == ["表1"]


def test_error_cells_keep_their_text_and_formulas_without_a_result_are_marked() -> None:
    cells = (
        '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1"><f>A1+1</f></c><c r="C1"><f>1+1</f><v>2</v></c></row>'
        '<row r="2"><c r="A2"><f>A9</f><v/></c><c r="B2" t="str"><f>""</f><v></v></c><c r="C2" t="e"><v>#REF!</v></c></row>'
    )
    sheet = only_sheet(files.raw_xlsx(cells))
    assert sheet.rows == [["#DIV/0!", VALUELESS, 2.0], [VALUELESS, "", "#REF!"]]
    assert sheet.valueless == {"B1", "A2"}


def test_a_result_of_zero_that_nobody_calculated_is_no_result() -> None:
    cells = '<row r="1"><c r="A1"><f>B1</f><v>0</v></c><c r="B1"><v>5</v></c></row>'
    fresh = files.raw_xlsx(cells, workbook='<calcPr fullCalcOnLoad="1"/>')
    assert only_sheet(files.raw_xlsx(cells)).rows == [[0.0, 5.0]]
    assert only_sheet(fresh).rows == [[VALUELESS, 5.0]]


def test_a_formula_saved_by_openpyxl_has_no_result(tmp_path: object) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["B2"] = "=1+1"
    path = f"{tmp_path}/formula.xlsx"
    book.save(path)
    with open(path, "rb") as file:  # noqa: PTH123
        assert only_sheet(file.read()).valueless == {"B2"}


def test_hidden_rows_and_columns_are_told() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3" hidden="1"><c r="A3"><v>3</v></c></row>'
    sheet = only_sheet(files.raw_xlsx(cells, before='<cols><col min="2" max="3" hidden="1" width="9"/></cols>'))
    assert (sheet.hidden_rows, sheet.hidden_columns) == (frozenset({2}), frozenset({1, 2}))


def test_merged_ranges_are_told() -> None:
    assert only_sheet(files.xlsx(ROWS, merged=[(1, 0, 2, 0)])).merges == ((1, 0, 2, 0),)
    spanned = files.ods([], '<table:table table:name="b"><table:table-row><table:table-cell office:value-type="string" '
                        'table:number-rows-spanned="2" table:number-columns-spanned="1"><text:p>x</text:p></table:table-cell>'
                        "</table:table-row></table:table>")  # fmt: skip
    assert read_book(spanned, "x").sheets[1].merges == ((0, 0, 1, 0),)


STYLES = {
    "as Excel writes it": '<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c r="C2"><f>1</f></c></row>',
    "without addresses": '<row/><row><c/><c t="e"><v>#N/A</v></c><c><f>1</f></c></row>',
    "in single quotes": "<row r='2'><c r='B2' t='e'><v>#N/A</v></c><c r='C2'><f>1</f></c></row>",
    "with rows last": '<row spans="2:3" r="2"><c t="e" r="B2"><v>#N/A</v></c><c s="0" r="C2"><f>1</f></c></row>',
}


@pytest.mark.parametrize("cells", STYLES.values(), ids=STYLES.keys())
def test_every_style_of_xml_gives_the_same_cells(cells: str) -> None:
    assert only_sheet(files.raw_xlsx(cells)).rows == [["", "", ""], ["", "#N/A", VALUELESS]]


def test_a_prefix_before_every_element_is_read() -> None:
    sheet = '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    assert only_sheet(files.raw_xlsx("", parts={"xl/worksheets/sheet1.xml": sheet})).valueless == {"A1"}


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    styles = f'<styleSheet xmlns="{files.MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    cells = '<row r="1"><c r="A1" s="1"><v>42155</v></c></row>'
    made = {
        kind: files.raw_xlsx(cells, workbook=kind, parts={"xl/styles.xml": styles})
        for kind in ("", '<workbookPr date1904="1"/>')
    }
    assert [only_sheet(content).rows for content in made.values()] == [[[date(2015, 5, 31)]], [[date(2019, 6, 1)]]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.floats(-1e9, 1e9), st.text("汉a1,\"'<&>= ", max_size=6), st.booleans()), max_size=5
        ),
        min_size=1,
        max_size=8,
    )
)
def test_cells_come_back_as_python_calamine_reads_them(rows: list[list[object]]) -> None:
    content = files.xlsx([["首"], *rows])
    plain = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert only_sheet(content).rows == plain


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_quick_look_finds_what_the_long_walk_finds(data: st.DataObject) -> None:
    kinds = ["<v>7</v>", "<f>1</f>", "<f>1</f><v>3</v>", "", "<v>#N/A</v>"]
    lines = []
    for row in sorted(data.draw(st.sets(st.integers(1, 300_000), max_size=6))):
        columns = sorted(data.draw(st.sets(st.integers(0, 150), max_size=4)))
        drawn = [(sheet_xml_address(row, column), data.draw(st.sampled_from(kinds))) for column in columns]
        cells = "".join(
            f'<c r="{place}"{" t=" + chr(34) + "e" + chr(34) if "#" in inner else ""}>{inner}</c>'
            for place, inner in drawn
        )
        lines.append(
            f'<row r="{row}"{data.draw(st.sampled_from(["", " hidden=" + chr(34) + "1" + chr(34)]))}>{cells}</row>'
        )
    xml = f"<sheetData>{''.join(lines)}</sheetData>".encode()
    quick, walked = sheet_xml.inspect(xml, fresh=False), sheet_xml._walk(xml, xml, fresh=False)
    assert (quick.hidden_rows, quick.errors, quick.valueless) == (walked.hidden_rows, walked.errors, walked.valueless)


def sheet_xml_address(row: int, column: int) -> str:
    return (chr(64 + column // 26) if column > 25 else "") + chr(65 + column % 26) + str(row)


@pytest.mark.parametrize(
    ("reference", "height", "width"),
    [
        ("A9", 9, 26),
        ("Z100000", 199_999, 26),
        ("A200000", 999_999, 26),
        ("A1000000", 1 << 32, 26),
        ("AA10", 99, 52),
        ("GR1", 9, 208),
        ("AAA1", 9, 1 << 32),
    ],
)
def test_the_bounds_of_the_quick_look_lie_above_the_address(reference: str, height: int, width: int) -> None:
    swept = sheet_sweep.sweep(f'<c r="{reference}"><v>1</v></c>'.encode())
    assert (swept.rows, swept.columns) == (height, width)


# --- macros, links ----------------------------------------------------------------------------------------------------


def test_macros_are_named_and_the_cells_read_all_the_same() -> None:
    book = read_book(
        files.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', parts={"xl/vbaProject.bin": b"x"}), "x.xlsm"
    )
    assert [(finding.rule, finding.severity.value) for finding in book.findings] == [("macros", "hint")]
    assert book.sheets[0].rows == [[1.0]]


def test_links_to_other_workbooks_are_named() -> None:
    relation = '<Relationship Id="r9" Type="x/externalLink" Target="externalLinks/externalLink1.xml"/>'
    plain = files.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')
    relations = Archive(plain).read("xl/_rels/workbook.xml.rels").decode().replace("</R", relation + "</R")
    linked = files.raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', parts={"xl/_rels/workbook.xml.rels": relations})
    assert read_book(plain, "x").findings == []
    assert [finding.rule for finding in read_book(linked, "x").findings] == ["external_links"]
