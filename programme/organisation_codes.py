"""统一社会信用代码 (18 characters, GB 32100-2015) and 组织机构代码 (9 characters, GB 11714-1997): check digits verified."""

import re
from dataclasses import dataclass

from stdnum.cn import uscc

_CREDIT_CODE = re.compile("[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORGANISATION_CODE = re.compile("[0-9A-Z]{8}[0-9X]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MISREAD = str.maketrans("OIZSV", "01257")
_SEPARATORS = str.maketrans("", "", " -—－_.")


@dataclass(frozen=True)
class CodeProblem:
    rule: str
    message: str
    repaired: str = ""


def compact(code: str) -> str:
    """Capitals without separators: 12345678-9 → 123456789."""
    return code.upper().translate(_SEPARATORS)


def organisation_check(body: str) -> str:
    """The ninth character after eight of 0–9 and A–Z: 11 − Σ weight × value mod 11, with X for 10 and 0 for 11."""
    total = sum(weight * int(letter, 36) for weight, letter in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_check(body: str) -> str:
    """The eighteenth character after seventeen."""
    return str(uscc.calc_check_digit(body))


def is_organisation_code(code: str) -> bool:
    return bool(_ORGANISATION_CODE.fullmatch(code)) and organisation_check(code[:8]) == code[8]


def is_credit_code(code: str) -> bool:
    """Both check digits hold: the last one, and that of the organisation code in characters 9–17."""
    return (
        bool(_CREDIT_CODE.fullmatch(code)) and credit_check(code[:17]) == code[17] and is_organisation_code(code[8:17])
    )


def is_valid(code: str) -> bool:
    return is_credit_code(code) or is_organisation_code(code)


def organisation_part(code: str) -> str:
    """What an old and a new code of the same organisation have in common; "" for anything else."""
    return {9: code, 18: code[8:17]}.get(len(code), "")


def problem_of(code: str) -> CodeProblem | None:
    """What is wrong with a compact code, or None. A repair is offered only where it makes the code right."""
    if is_valid(code):
        return None
    repaired = next((other for other in (code.translate(_MISREAD), code.zfill(9)) if is_valid(other)), "")
    if len(code) == 18:
        return CodeProblem("credit_code", _credit_message(code), repaired)
    if len(code) == 9:
        return CodeProblem("organisation_code", "组织机构代码的校验位不对，请对照证书核对9位代码。", repaired)
    if len(code) == 15 and code.isdigit():
        return CodeProblem("code_length", "这是15位的营业执照注册号，请改填18位统一社会信用代码。")
    return CodeProblem(
        "code_length", f"代码应为18位（统一社会信用代码）或9位（组织机构代码），现为{len(code)}位。", repaired
    )


def _credit_message(code: str) -> str:
    if not _CREDIT_CODE.fullmatch(code):
        return "统一社会信用代码只用数字和大写字母（不含I、O、S、V、Z），第3至8位为数字，请对照营业执照核对。"
    if credit_check(code[:17]) != code[17]:
        return "统一社会信用代码的校验位（第18位）不对，请对照营业执照逐位核对。"
    return "统一社会信用代码第9至17位（组织机构代码）的校验位不对，请对照营业执照逐位核对。"
