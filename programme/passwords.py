"""Passwords: the rule for new ones, hashes, one-time passwords. Taken as typed, never normalised."""

import os
import re
import secrets
import string
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import bcrypt

from programme import settings
from programme.catalogue import catalogue
from programme.errors import ProgrammeError

COST = 12
MOST_BYTES = 72
A_HASH = re.compile(r"\$2b\$\d\d\$[./A-Za-z0-9]{53}")
NOBODY = "$2b$12$" + "." * 53
ONE_TIME_GROUPS, ONE_TIME_LETTERS = 4, "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
ROWS = ("01234567890", string.ascii_lowercase, "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv")
LOOKALIKES = str.maketrans("01345@$!", "oieasasi")
LEFT_OVER = 5
_AT_ONCE = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))


@dataclass(frozen=True)
class Prepared:
    """A password that met the rule, with its hash, made outside of any transaction: hashing takes a quarter of a second."""

    text: str = field(repr=False)
    hashed: str = field(repr=False)


def prepare(password: str) -> Prepared:
    """Hash without asking the rule. Raises ProgrammeError above 72 bytes, of which bcrypt would see only the first."""
    if len(password.encode()) > MOST_BYTES:
        raise ProgrammeError(f"密码过长：最多{MOST_BYTES}个字节（一个汉字占3个字节）。")
    return Prepared(password, bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode())


def chosen(password: str, *own: str) -> Prepared:
    """A password somebody chose. Raises ProgrammeError with what is wrong; `own` are words others would try first."""
    if sentence := weakness(password, *own):
        raise ProgrammeError(sentence)
    return prepare(password)


def one_time() -> Prepared:
    """Four groups of four, without letters that look alike; about 92 bits."""
    while True:
        letters = ("".join(secrets.choice(ONE_TIME_LETTERS) for _ in range(4)) for _ in range(ONE_TIME_GROUPS))
        if weakness(text := "-".join(letters)) is None:
            return prepare(text)


def matches(password: str, stored: str) -> bool:
    """Compare; takes the same time for what can never match (no account, too long, not a hash).

    Half of the processors at most are busy with it, so that guessing does not slow down everybody else.
    """
    typed = password.encode(errors="surrogatepass")
    possible = len(typed) <= MOST_BYTES and A_HASH.fullmatch(stored) is not None
    with _AT_ONCE:
        return bcrypt.checkpw(typed[:MOST_BYTES], (stored if possible else NOBODY).encode()) and possible


def weakness(password: str, *own: str) -> str | None:
    """What keeps this password from being accepted, as a sentence; None when nothing does."""
    limits = catalogue().limits["sign_in"]
    if len(password) < limits["password_min"]:
        return f"密码太短：至少{limits['password_min']}个字符。"
    if len(password.encode(errors="surrogatepass")) > MOST_BYTES:
        return f"密码过长：最多{MOST_BYTES}个字节（一个汉字占3个字节）。"
    if password != password.strip() or not password.isprintable():
        return "密码首尾不能有空格，也不能含有不可见字符。"
    if len(_classes(password)) < limits["password_classes"]:
        return f"密码须含大写字母、小写字母、数字、其他字符四类中的至少{limits['password_classes']}类。"
    if min(_left_over(password, own), _left_over(password.translate(LOOKALIKES), own)) < LEFT_OVER:
        return "密码太容易猜到：去掉常见词、拼音、年份、连续字符和账号名称后所剩无几，请换一个。"
    return None


def rule() -> str:
    """The rule in one sentence, for forms."""
    limits = catalogue().limits["sign_in"]
    return (
        f"至少{limits['password_min']}个字符，含大写字母、小写字母、数字、其他字符中的至少{limits['password_classes']}类；"
        "不用常见词、拼音、年份和单位名称。"
    )


def _classes(password: str) -> set[str]:
    names = {"Lu": "upper", "Ll": "lower", "Nd": "digit"}
    return {names.get(unicodedata.category(letter), "other") for letter in password}


def _left_over(password: str, own: Iterable[str]) -> int:
    """How many different characters remain without well-known words, years, repetitions and runs."""
    rest = password.lower()
    own_words = {word for text in own for word in re.split(r"[\W_]+", text.lower()) if len(word) > 2}
    for word in sorted(own_words | _common(settings.data_folder()), key=len, reverse=True):
        rest = rest.replace(word, "\0")
    rest = re.sub(r"(19|20)\d\d", "\0", _runs().sub("\0", rest))
    return len(set(re.sub(r"(.)\1\1+", "\0", rest)) - {"\0"})


@lru_cache(maxsize=8)
def _common(folder: Path) -> frozenset[str]:
    lines = (folder / "catalogue" / "passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line.strip() and not line.startswith("#"))


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    """Three or more neighbours of a row, in either direction."""
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    pieces = {row[i:j] for row in rows for i in range(len(row)) for j in range(i + 3, len(row) + 1)}
    return re.compile("|".join(sorted(pieces, key=len, reverse=True)))
