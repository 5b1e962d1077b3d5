"""One-line entries, mobile numbers, mail addresses and postcodes as people type them: made tidy, and what is wrong with them."""

import re
from typing import Final
from unicodedata import category

from programme.cell_text import clean_text
from programme.form_parts import storable

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_ABROAD: Final = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)", re.ASCII)
_GAPS: Final = re.compile(r"[\s\-—－()（）.]")
_POSTCODE: Final = re.compile(r"\d{6}", re.ASCII)
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,24}}")
_LONGEST_MAIL: Final = 100


def visible(text: str) -> str:
    """Without what a store cannot hold and what nobody sees: control characters, marks that turn the direction of writing."""
    return "".join(letter for letter in storable(text) if letter in "\n\t" or category(letter) not in ("Cc", "Cf"))


def one_line(text: str) -> str:
    """What is visible, without line breaks and repeated blanks."""
    return " ".join(visible(text).split())


def tidy_mobile(text: str) -> str:
    """+86 138-0000-0000 → 13800000000; anything else stays recognisable."""
    return _ABROAD.sub("", _GAPS.sub("", clean_text(one_line(text))))


def tidy_mail(text: str) -> str:
    return clean_text(one_line(text)).replace(" ", "")


def tidy_postcode(text: str) -> str:
    return clean_text(one_line(text)).replace(" ", "")


def mobile_problem(text: str) -> str | None:
    """What is wrong with a tidy number, as the rest of a sentence that names the field; None when nothing is."""
    return None if _MOBILE.fullmatch(text) else "应为11位手机号码，如 13800000000。"


def mail_problem(text: str) -> str | None:
    if len(text) > _LONGEST_MAIL:
        return f"请不超过{_LONGEST_MAIL}个字符。"
    return None if _MAIL.fullmatch(text) else "应为电子邮箱地址，如 office@example.com。"


def postcode_problem(text: str) -> str | None:
    return None if _POSTCODE.fullmatch(text) else "应为6位数字。"
