"""The facts of the 2016 programme, codes of organisations, names of provinces."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from programme import organisation_codes
from programme.project_facts import project_facts
from programme.provinces import Provinces, short_name
from tests.project_books import OFFICIAL

# --- facts ----------------------------------------------------------------------------------------------------------


def names(field: str) -> tuple[str, ...]:
    return tuple(choice.name for choice in project_facts().lists[field])


def test_the_lists_have_the_words_of_annex_1() -> None:
    assert set(names("enterprise_category")) == {
        "电信运营商", "设备制造商", "互联网信息服务企业", "电商企业", "互联网投资和金融服务类企业", "网络安全企业", "其他企业",
    }  # fmt: skip
    assert set(names("category")) == {
        "电商类项目", "网络服务类项目", "互联网投资", "在线教育培训类项目", "网络公益类项目", "信息服务类项目",
        "设备赠送或支持类项目", "互联网金融服务类项目", "远程医疗类项目", "其他类型项目",
    }  # fmt: skip
    assert names("direction") == ("网络覆盖", "农村电商", "网络扶智", "信息服务", "网络公益")


def test_codes_of_stages_channels_and_outcomes_are_those_of_the_terminal() -> None:
    codes = {
        field: [choice.code for choice in project_facts().lists[field]] for field in ("stage", "channel", "outcome")
    }
    assert codes == {
        "stage": [
            "application", "provincial_selection", "expert_review", "public_notice", "implementation", "evaluation",
            "recheck", "withdrawn", "declined",
        ],
        "channel": ["province", "direct"],
        "outcome": ["excellent", "good", "pass", "fail", ""],
    }  # fmt: skip


def test_quota_and_dates_are_those_of_the_notice() -> None:
    facts = project_facts()
    assert (facts.least, facts.most, facts.goal) == (3, 5, 100)
    days = [str(deadline.day) for deadline in facts.deadlines(facts.issued)]
    assert days == ["2016-09-30", "2016-10-20", "2016-11-30"]
    assert facts.quota_citation == "网发[2016]290号，三(二)2：“每个省（区、市）推荐3-5家网信企业的精品项目。”"


def test_the_days_are_those_of_the_round_in_force_and_a_sample_round_counts_outside_production_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = project_facts()
    first, sample = facts.rounds
    assert [facts.deadline("launch", day).day.year for day in (date(2016, 9, 1), date(2019, 9, 15))] == [2016, 2016]
    assert facts.deadlines(sample.issued) == facts.deadlines() == sample.deadlines
    assert [one.code for one in sample.deadlines] == [one.code for one in first.deadlines]
    assert {one.citation.split("：")[0] for one in sample.deadlines} == {"示例数据"}
    monkeypatch.setenv("NETLIFT_MODE", "production")
    assert project_facts().rounds == (first,)


def test_the_official_columns_are_those_of_annex_2() -> None:
    assert tuple(column.heading for column in project_facts().columns if column.official) == OFFICIAL


def test_no_word_of_a_list_means_two_things() -> None:
    for field, choices in project_facts().lists.items():
        words = [word for choice in choices for word in (choice.code, choice.name, *choice.aliases) if word]
        assert (field, len(words)) == (field, len(set(words)))


# --- codes of organisations, names of provinces -----------------------------------------------------------------------


def test_a_published_credit_code_is_valid_and_so_is_its_organisation_code() -> None:
    assert uscc.is_valid("91110000600037341L")
    assert organisation_codes.problem_of("91110000600037341L") is None
    assert organisation_codes.problem_of("600037341") is None
    assert organisation_codes.compact("60003734-1") == "600037341"


BODIES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)


@given(BODIES, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_character_is_always_noticed(body: str, at: int, other: str) -> None:
    code = f"91530000{body}{organisation_codes.organisation_check(body)}"
    code += organisation_codes.credit_check(code)
    wrong = code[:at] + other + code[at + 1 :]
    assert organisation_codes.is_credit_code(code)
    assert uscc.is_valid(code)
    assert organisation_codes.is_credit_code(wrong) == (wrong == code)


def test_a_credit_code_whose_inner_organisation_code_is_wrong_is_refused() -> None:
    code = "915300006000373421"[:17]
    code += organisation_codes.credit_check(code)
    assert uscc.is_valid(code)
    assert organisation_codes.problem_of(code).message[:16] == "统一社会信用代码第9至17位（组"


@pytest.mark.parametrize(
    ("code", "rule", "repaired"),
    [
        ("9111000060003734IL", "credit_code", "91110000600037341L"),
        ("911100006000373419", "credit_code", ""),
        ("600037342", "organisation_code", ""),
        ("00037341", "code_length", ""),
        ("530000123456789", "code_length", ""),
    ],
)
def test_a_repair_is_offered_only_where_it_makes_the_code_right(code: str, rule: str, repaired: str) -> None:
    problem = organisation_codes.problem_of(code)
    assert (problem.rule, problem.repaired) == (rule, repaired)


PROVINCES = Provinces(
    {"53": "云南省", "45": "广西壮族自治区", "65": "新疆维吾尔自治区", "66": "新疆生产建设兵团", "11": "北京市"}
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("云南省", "53"), ("云南", "53"), ("云南省昆明市", "53"), ("53", "53"), ("530000", "53"), ("广西", "45"),
        ("新疆生产建设兵团", "66"), ("新疆", "65"), ("云", ""), ("海南藏族自治州", ""),
    ],
)  # fmt: skip
def test_a_province_is_known_by_its_usual_names_only(text: str, code: str) -> None:
    assert PROVINCES.code_of(text) == code


def test_a_title_names_each_province_once_and_the_corps_is_not_xinjiang() -> None:
    assert PROVINCES.named_in("新疆生产建设兵团项目信息汇总表") == ("66",)
    assert PROVINCES.named_in("＿＿云南＿＿省（区、市）项目信息汇总表") == ("53",)
    assert PROVINCES.named_in("＿＿＿＿省（区、市）项目信息汇总表") == ()
    assert [short_name(name) for name in PROVINCES.names.values()] == [
        "云南",
        "广西",
        "新疆",
        "新疆生产建设兵团",
        "北京",
    ]
