"""The rule for passwords, and how they are compared."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from programme import passwords
from programme.errors import ProgrammeError
from tests.people import PASSWORD

# --- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["Kd8#mWq2!zLp", "correct-horse-Battery9", "t7R-mmVw_x9!", "县工作小组A1b2c3!x"],
)
def test_good_passwords_are_accepted(password: str) -> None:
    assert passwords.weakness(password, "lushui", "泸水市工作小组") is None


@pytest.mark.parametrize(
    "password",
    [
        "Netlift2019!", "nongxinhan24A!", "Chuntian2020@", "Summer-2019!", "P@ssw0rd2019", "Aa1!Aa1!Aa1!", "Qwe123!@#asd",
        "Lushui@2019!", "Woaini5201314", "Admin@888888", "泸水市工作小组Aa1!",
    ],
)  # fmt: skip
def test_guessable_passwords_are_refused_however_many_classes_they_have(password: str) -> None:
    sentence = "密码太容易猜到：去掉常见词、拼音、年份、连续字符和账号名称后所剩无几，请换一个。"
    assert passwords.weakness(password, "lushui", "泸水市工作小组") == sentence


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Kd8#mWq", "密码太短：至少10个字符。"),
        ("kd8mwq2zlp", "密码须含大写字母、小写字母、数字、其他字符四类中的至少3类。"),
        (" Kd8#mWq2!zLp", "密码首尾不能有空格，也不能含有不可见字符。"),
        ("Kd8#\x00mWq2!zLp", "密码首尾不能有空格，也不能含有不可见字符。"),
        ("一二三四五六七八九十一二三四五六七八九十一二三四Aa1", "密码过长：最多72个字节（一个汉字占3个字节）。"),
    ],
)
def test_a_refused_password_is_told_why(password: str, sentence: str) -> None:
    assert passwords.weakness(password) == sentence


def test_passwords_above_72_bytes_never_match_by_their_beginning() -> None:
    stored = passwords.prepare("a" * 72)
    assert passwords.matches("a" * 72, stored.hashed)
    assert not passwords.matches("a" * 73, stored.hashed)
    with pytest.raises(ProgrammeError):
        passwords.prepare("a" * 73)


def test_one_time_passwords_differ_and_meet_the_rule() -> None:
    first, second = passwords.one_time(), passwords.one_time()
    assert first.text != second.text
    assert passwords.weakness(first.text) is None
    assert first.text not in repr(first)


@given(st.text(st.characters(), max_size=200), st.text(max_size=50))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_password_makes_the_rule_fail(password: str, own: str) -> None:
    assert isinstance(passwords.weakness(password, own), str | None)


@given(st.text(st.characters(), max_size=100), st.sampled_from([PASSWORD.hashed, "!", "", "$2b$", passwords.NOBODY]))
@hypothesis_settings(max_examples=12, deadline=None)
def test_nothing_typed_makes_the_comparison_fail(password: str, stored: str) -> None:
    assert passwords.matches(password, stored) == (password == PASSWORD.text and stored == PASSWORD.hashed)
