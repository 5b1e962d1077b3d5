"""Registers as counties fill them in: headings, sound rows of every kind, codes and numbers that hold."""

from sqlmodel import Session

from programme import identity_numbers, organisation_codes
from programme.calendar import Month
from programme.permissions import Actor
from programme.reconciliation import explain, line_of
from programme.register_facts import register_facts
from programme.register_submissions import submit_register
from programme.registers import check_register
from tests import files

JUNE, JULY = Month(2019, 6), Month(2019, 7)
LUSHUI, YUNLONG = 533301, 532929
SHOPS, PRODUCTS, CLASSES, POSTS, HOUSEHOLDS, PLATFORM = (register.code for register in register_facts().registers)
HEADINGS = {register.code: [column.heading for column in register.columns] for register in register_facts().registers}


def credit_code(number: int) -> str:
    """A made-up 统一社会信用代码 whose two check digits hold."""
    body = f"MA{number:06d}"
    code = f"91533300{body}{organisation_codes.organisation_check(body)}"
    return code + organisation_codes.credit_check(code)


def identity(number: int) -> str:
    """A made-up 身份证号 whose check letter holds."""
    body = f"533321196{number // 1000 % 10}{number // 100_000 % 9 + 1:02d}1{number // 10_000 % 10}{number % 1000:03d}"
    return body + identity_numbers.check_letter(body)


def shop(number: int, code: int | None = None) -> list[object]:
    link = f"https://shop{number}.example.com/"
    return [f"怒江特产店{number}", "淘宝", link, credit_code(number if code is None else code), "2019-06-03"]


def product(number: int) -> list[object]:
    return [f"草果{number}", "500克/袋", "怒江特产店", ""]


def a_class(number: int, trainees: object = 40, mode: str = "线下", day: object = "2019-06-12") -> list[object]:
    return [f"短视频创作培训第{number}期", day, mode, trainees]


def post(number: int, reads: object = 100, day: object = "2019-06-15") -> list[object]:
    return [f"https://www.example.com/item/{number}", "今日头条", f"作者{number % 7}", day, reads]


def household(number: int) -> list[object]:
    return [identity(number)]


def played(number: int, day: str, plays: object = 60, reads: object = 40, platform: str = "今日头条") -> list[object]:
    return [f"https://www.example.com/item/{number}", platform, day, plays, reads]


ROWS = {
    SHOPS: [shop(1), shop(2)],
    PRODUCTS: [product(1), product(2)],
    CLASSES: [a_class(1), a_class(2)],
    POSTS: [post(1), post(2)],
    HOUSEHOLDS: [household(1), household(2)],
    PLATFORM: [played(1, "2019-06-15"), played(2, "2019-06-16")],
}


def sheet(kind: str, rows: files.Rows, *, month: str = "2019年6月", county: str = "") -> list[list[object]]:
    """A title, a line that names month (and county), the heading, the rows."""
    head = f"填报单位：{county}　报告期：{month}" if county else f"报告期：{month}"
    return [["佐证台账"], [head], list(HEADINGS[kind]), *map(list, rows)]


def workbook(kind: str, rows: files.Rows, *, month: str = "2019年6月", county: str = "") -> bytes:
    return files.xlsx(sheet(kind, rows, month=month, county=county))


def several(kind: str, rows: files.Rows) -> bytes:
    """Rows that begin with county name and month, for whoever hands in for several counties."""
    return files.delimited([["县名", "报告期", *HEADINGS[kind]], *rows])


def hand_in_and_explain(session: Session, actor: Actor) -> None:
    """Something in every table of the registers: a register whose count is not the reported one, and why."""
    checked = check_register(session, actor, workbook(POSTS, ROWS[POSTS], county="泸水市"), "信息.xlsx")
    submit_register(session, actor, checked)
    explain(session, actor, line_of(session, actor, LUSHUI, JUNE, POSTS), "只列出了一部分")
