"""Files that must be refused, each with a sentence that says what to do, in bounded time and memory."""

import io
import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme.errors import Unusable
from programme.formats.archive import Archive
from programme.formats.compound import Compound, written
from programme.formats.refusal import BOMB, BROKEN, FOREIGN_XML, LOCKED
from programme.sheets import read_book
from tests import files

pytestmark = pytest.mark.timeout(120)

ROWS = [["县名", "数"], ["泸水市", 12.5], ["兰坪县", ""]]
ROOT = Path(__file__).resolve().parents[1]
ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"
BILLION = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
ONE_TEXT = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
CORNER = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{}1048576"><v>1</v></c></row>'
FAR_BEHIND = '<row r="1"><c x="{}" r="XFD1"><v>1</v></c></row>'
XLSB = '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>'
SPREADSHEET_XML = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


def refusal_of(content: bytes, name: str = "表.xlsx") -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(Unusable) as refused:
        read_book(content, name)
    return str(refused.value)


def rows_of(content: bytes) -> list[list[object]]:
    (sheet,) = read_book(content, "x").sheets
    return sheet.rows


def locked_zip() -> bytes:
    locked = bytearray(files.xlsx(ROWS))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    return bytes(locked)


def locked_ods() -> bytes:
    manifest = "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    return files.zipped({"mimetype": ODS_MIME, "content.xml": "<x/>", "META-INF/manifest.xml": manifest})


def locked_xls() -> bytes:
    return written("Workbook", struct.pack("<HHHHHH", 0x0809, 4, 0x0600, 5, 0x002F, 2) + b"\1\0")


def lying_size() -> bytes:
    """A bomb that says it unpacks to 1,000 bytes, in its directory and before the part itself."""
    name = b"xl/worksheets/sheet1.xml"
    bomb = bytearray(files.raw_xlsx("", parts={name.decode(): b" " * 30_000_000}))
    local, central = bomb.index(name) - 30, bomb.rindex(name) - 46
    bomb[local + 22 : local + 26] = bomb[central + 24 : central + 28] = struct.pack("<I", 1_000)
    return bytes(bomb)


def part_twice() -> bytes:
    buffer = io.BytesIO(files.raw_xlsx("", parts={"xl/workbook.xmm": "<workbook/>"}))
    return buffer.getvalue().replace(b"xl/workbook.xmm", b"xl/workbook.xml")


def repeated_ods(rows: int, columns: int, text: str = "x") -> bytes:
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}<text:p>{text}</text:p></table:table-cell></table:table-row>'
    return files.ods([], f'<table:table table:name="b">{row}</table:table>')


def swelling_texts() -> bytes:
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 60_000))
    return files.raw_xlsx(cells, strings=f"<si><t>{'长' * 32_000}</t></si>")


def circle_xls() -> bytes:
    circle = bytearray(written("Workbook", b"\x09\x08" * 9_000))
    circle[4096 + 3 * 4 : 4096 + 4 * 4] = struct.pack("<I", 2)
    return bytes(circle)


def far_xls() -> bytes:
    """Two numbers in opposite corners, and a size that is not true."""
    bof = struct.pack("<HHHH12x", 0x0809, 16, 0x0600, 5)
    sheet = struct.pack("<HHHH12x", 0x0809, 16, 0x0600, 0x10)
    sheet += struct.pack("<HHIIHH2x", 0x0200, 14, 0, 0xFFFFFFFF, 0, 0xFFFF)
    sheet += struct.pack("<HHHHHd", 0x0203, 14, 0, 0, 0, 1.0) + struct.pack("<HHHHHd", 0x0203, 14, 65535, 60000, 0, 1.0)
    listing = struct.pack("<HHIBBBB", 0x0085, 9, len(bof) + 17, 0, 0, 1, 0) + b"a"
    end = struct.pack("<HH", 0x000A, 0)
    return written("Workbook", bof + listing + end + sheet + end)


def wide_books() -> dict[str, tuple[str, bytes]]:
    """What must be refused for its extent, with the end of the sentence."""
    down = '<row r="199999"><c r="A199999"><v>1</v></c></row>'
    behind = f'<row r="1">{"<c><v>1</v></c>" * 5_000}</row>'
    return {
        "far column": ("右侧多余的列后再上传。", files.raw_xlsx(FAR_BEHIND.format("") + down)),
        "far row": ("下方多余的行后再上传。", files.raw_xlsx(CORNER.format("AZ"))),
        "columns that only count": ("右侧多余的列后再上传。", files.raw_xlsx(behind + down)),
        "columns behind a prefix": ("右侧多余的列后再上传。", files.raw_xlsx(behind.replace("c>", "y:c>") + down)),
        "an address behind a bracket": ("右侧多余的列后再上传。", files.raw_xlsx(FAR_BEHIND.format(">") + down)),
        "an address in single quotes": (
            "右侧多余的列后再上传。",
            files.raw_xlsx(FAR_BEHIND.format("").replace('"', "'") + down),
        ),
    }


SIZES = {
    "ratio": (files.raw_xlsx("", parts={"xl/media/bomb.xml": b" " * 30_000_000}), BOMB),
    "lying size": (lying_size(), BROKEN),
    "part twice": (part_twice(), BROKEN),
    "path out": (files.raw_xlsx("", parts={"xl/../../etc/x": b""}), BROKEN),
    "many parts": (files.zipped({f"xl/{number}": b"" for number in range(6_000)}), BOMB),
    "swelling texts": (swelling_texts(), BOMB),
    "swelling ods": (repeated_ods(60_000, 190, "长" * 100_000), BOMB),
    "circle of sectors": (circle_xls(), BROKEN),
    "entities in a sheet": (files.raw_xlsx("", prolog=BILLION), FOREIGN_XML),
    "entities in the index": (files.raw_xlsx("", parts={"xl/workbook.xml": BILLION + "<workbook/>"}), FOREIGN_XML),
    "entities in texts": (files.raw_xlsx(ONE_TEXT, parts={"xl/sharedStrings.xml": BILLION + "<sst/>"}), FOREIGN_XML),
    "entities in ods": (files.zipped({"mimetype": ODS_MIME, "content.xml": BILLION + "<x/>"}), FOREIGN_XML),
    "encrypted xls": (locked_xls(), LOCKED),
    "encrypted xlsx": (written("EncryptedPackage", b"x"), LOCKED),
    "encrypted zip": (locked_zip(), LOCKED),
    "encrypted ods": (locked_ods(), LOCKED),
}


@pytest.mark.parametrize(("content", "sentence"), SIZES.values(), ids=SIZES.keys())
def test_a_hostile_file_is_refused(content: bytes, sentence: str) -> None:
    assert refusal_of(content) == sentence


FOREIGN = {
    "nothing": (b"", "文件是空的。"),
    "pdf": (b"%PDF-1.4", "这是 PDF 文件，"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "这是图片，"),
    "jpeg": (b"\xff\xd8\xff\xe0" + b"\0" * 99, "这是图片，"),
    "rar": (b"Rar!\x1a\x07", "这是压缩包。"),
    "nested zip": (files.zipped({"表.xlsx": files.xlsx(ROWS)}), "这是压缩包。"),
    "docx": (files.zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "这是文档，"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页格式的文件，"),
    "html with a BOM": ("\ufeff<!DOCTYPE html><html>".encode(), "这是网页格式的文件，"),
    "html in UTF-16": ("<html>".encode("utf-16"), "这是网页格式的文件，"),
    "spreadsheet xml": (SPREADSHEET_XML, "这是网页格式的文件，"),
    "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "这是网页格式的文件，"),
    "noise": (b"\x00\x01\x02\x03" * 50, "不认识的文件，"),
    "no encoding": ("县名,数\n".encode() + b"\xff\xff\xff", "不认识的文件，"),
    "doc": (written("WordDocument", b"x"), "这不是表格文件。"),
    "xlsb": (files.raw_xlsx("", parts={"_rels/.rels": XLSB}), "二进制工作簿（.xlsb）"),
    "too large": (b"x" * 20_500_001, "文件有21 MB，最大20 MB。"),
    "open quotation": ('县名,数\n泸水市,"1'.encode(), "第2行的引号不成对，"),
}


@pytest.mark.parametrize(("content", "sentence"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_of_another_kind_is_refused_with_what_to_do(content: bytes, sentence: str) -> None:
    said = refusal_of(content, "月报.xls")
    assert (said[: len(sentence)], said[-1]) == (sentence, "。")


@pytest.mark.parametrize("part", [0, 1, 2, 3, 5, 9])
@pytest.mark.parametrize("name", ["xlsx", "monthly.xls", "monthly.ods"])
def test_a_truncated_file_is_refused(name: str, part: int) -> None:
    whole = files.xlsx(ROWS) if name == "xlsx" else files.office_file(name)
    assert refusal_of(whole[: 9 + len(whole) * part // 10]) == BROKEN


@pytest.mark.parametrize(("end", "content"), wide_books().values(), ids=wide_books().keys())
def test_a_cell_far_away_is_refused_with_where_it_lies(end: str, content: bytes) -> None:
    said = refusal_of(content)
    assert (said[:9], said[-len(end) :]) == ("工作表“表1”的内", end)


def test_a_cell_far_down_in_a_narrow_sheet_is_read() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="300000"><c r="B300000"><v>1</v></c></row>'
    assert len(rows_of(files.raw_xlsx(cells))) == 300_000


@pytest.mark.parametrize(
    "content", [repeated_ods(1_048_576, 150), repeated_ods(1, 16_000), far_xls()], ids=["rows", "columns", "xls"]
)
def test_cells_that_only_repeat_or_lie_far_apart_are_refused(content: bytes) -> None:
    assert refusal_of(content)[:3] == "工作表"


def test_a_number_of_texts_that_is_not_true_does_no_harm() -> None:
    texts = f'<sst xmlns="{files.MAIN}" uniqueCount="9999999999999"><si><t>a</t></si></sst>'
    assert rows_of(files.raw_xlsx(ONE_TEXT, parts={"xl/sharedStrings.xml": texts})) == [["a"]]


def test_a_million_blank_rows_are_passed_over() -> None:
    blank = "".join(f'<row r="{n}" s="1"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(2, 300_000))
    assert rows_of(files.raw_xlsx('<row r="1"><c r="A1"><v>7</v></c></row>' + blank)) == [[7.0]]
    assert rows_of(b"a,b\n1,2\n" + b",,,,\n" * 1_000_000) == [["a", "b"], ["1", "2"]]


def test_too_many_rows_columns_and_sheets_are_refused() -> None:
    sheets = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(201))
    relations = "".join(f'<Relationship Id="r{n}" Type="x/worksheet" Target="{n}.xml"/>' for n in range(201))
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{files.MAIN}" xmlns:r="{files.RELATION}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{files.PACKAGE}">{relations}</Relationships>',
    }
    said = [
        refusal_of(b"1\n" * 200_001, "x.csv")[:20],
        refusal_of(b",".join([b"1"] * 201), "x.csv")[:16],
        refusal_of(files.raw_xlsx("", parts=parts))[:12],
    ]
    assert said == ["文件内容过多，一次最多200,000行。", "工作表“x”的内容一直排到第20", "工作簿有201个工作表，"]


# --- anything at all --------------------------------------------------------------------------------------------------


def is_read_or_refused(content: bytes, name: str = "x") -> bool:
    """Whether the file gives a book or a sentence; anything else is raised."""
    try:
        return isinstance(read_book(content, name).sheets, list)
    except Unusable as refused:
        return str(refused) != ""


MAGIC = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"\xff\xfe"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(MAGIC))
def test_any_bytes_are_read_or_refused(content: bytes, magic: bytes) -> None:
    assert is_read_or_refused(magic + content)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_any_text_is_read_or_refused(text: str, encoding: str) -> None:
    assert is_read_or_refused(text.encode(encoding, "ignore"), "x.csv")


def changes() -> st.SearchStrategy[list[tuple[float, bytes]]]:
    """Places, as a share of the length, and what to write there."""
    put = st.one_of(st.binary(min_size=1, max_size=4), st.sampled_from([b"\xff" * 4, b"\xff\xff\xff\x7f", b"\0" * 4]))
    return st.lists(st.tuples(st.floats(0, 1, exclude_max=True), put), min_size=1, max_size=12)


def changed(content: bytes, at: list[tuple[float, bytes]]) -> bytes:
    damaged = bytearray(content)
    for share, put in at:
        place = int(share * len(damaged))
        damaged[place : place + len(put)] = put
    return bytes(damaged)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes())
def test_a_damaged_xls_is_read_or_refused(at: list[tuple[float, bytes]]) -> None:
    whole = files.office_file("monthly.xls")
    assert is_read_or_refused(changed(whole, at))
    assert is_read_or_refused(written("Workbook", changed(Compound(whole).stream("Workbook"), at)))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["xlsx", "ods"]), st.integers(0, 99), changes())
def test_a_damaged_part_of_a_workbook_is_read_or_refused(kind: str, number: int, at: list[tuple[float, bytes]]) -> None:
    archive = Archive(files.xlsx(ROWS, merged=[(1, 0, 2, 0)]) if kind == "xlsx" else files.office_file("monthly.ods"))
    parts = {name: archive.read(name) for name in archive.names}
    victim = archive.names[number % len(parts)]
    assert is_read_or_refused(files.zipped(parts | {victim: changed(parts[victim], at)}))


READER = """
import pathlib, sys
from programme.errors import Unusable
from programme.sheets import read_book
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        read_book(path.read_bytes(), path.name)
    except Unusable:
        print(path.name)
"""


def bound() -> None:
    """1.5 GB of address space and 30 seconds of processor for a process."""
    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


def test_all_hostile_files_together_are_refused_within_bounded_memory_and_time(tmp_path: Path) -> None:
    hostile = {name: content for name, (content, _) in SIZES.items()}
    hostile |= {name: content for name, (_, content) in wide_books().items()}
    hostile |= {"far xls": far_xls(), "rows ods": repeated_ods(1_048_576, 150)}
    for name, content in hostile.items():
        (tmp_path / name).write_bytes(content)
    read = [sys.executable, "-c", READER, str(tmp_path)]
    done = subprocess.run(read, cwd=ROOT, preexec_fn=bound, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, sorted(hostile), "")
