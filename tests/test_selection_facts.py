"""The criteria of 省内遴选 as data, and what scores come to."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme.selection_facts import load, selection_facts
from programme.selection_scores import Sheet, mean, points_text, still_missing, weighted
from programme.settings import ROOT
from tests.selection_acts import a_sheet, aside, points

FILE = ROOT / "data" / "catalogue" / "selection.toml"
NOTICE = "，".join(
    (
        "有服务“三农”和扶贫开发相关背景经历的企业优先申报",
        "企业要结合自身优势和资源，推出精准面向国家级贫困县，带动特色产业发展预期效果明显的项目",
        "企业要通过开设扶贫专区、扶贫频道和线下精准对接等多种方式，做到扶贫对象精准、项目安排精准、脱贫成效精准",
    )
)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("weight = 25", "weight = 24", "the weights add up to 99, not to 100"),
        ("max = 10", "max = 0", "from 1"),
        ('code = "counties"', 'code = "background"', "a code of its own"),
    ],
)
def test_weights_and_scores_that_do_not_fit_are_refused_at_start(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    (tmp_path / "catalogue").mkdir()
    copy = Path(shutil.copy(FILE, tmp_path / "catalogue"))
    copy.write_text(copy.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        load(tmp_path)


def test_every_criterion_stands_on_a_sentence_of_the_notice() -> None:
    assert sum(criterion.weight for criterion in selection_facts().criteria) == 100
    assert [criterion.code for criterion in selection_facts().criteria if criterion.sentence not in NOTICE] == []


def test_the_points_of_a_sheet_are_weighted_exactly() -> None:
    highest = {criterion.code: criterion.max for criterion in selection_facts().criteria}
    assert weighted(highest) == 100
    assert weighted(points(0)) == 0
    assert weighted(points(8, industry=7)) == Fraction(155, 2)


def test_the_mean_leaves_out_whoever_steps_aside() -> None:
    assert mean([a_sheet(1, 9), a_sheet(2, 6), a_sheet(3, 8), aside(4)]) == Fraction(230, 3)
    assert mean([aside()]) is None
    assert [points_text(Fraction(230, 3)), points_text(Fraction(1, 200)), points_text(None)] == ["76.67", "0.01", "—"]


@given(st.lists(st.integers(0, 10), min_size=1, max_size=9))
def test_a_mean_lies_between_its_sheets_whatever_the_scores(values: list[int]) -> None:
    sheets = [Sheet(f"单位{at}", "处长", points=points(value)) for at, value in enumerate(values)]
    found = mean(sheets)
    assert found is not None
    assert min(values) * 10 <= found <= max(values) * 10
    assert found * len(values) == sum(values) * 10


def test_what_is_missing_counts_those_without_a_conflict_only() -> None:
    assert still_missing([a_sheet(1), a_sheet(2), a_sheet(3)]) is None
    assert still_missing([a_sheet(1), a_sheet(2), aside(3)]) == (
        "打分未满：无利益冲突的评价人须不少于3名，现有2名（另有1名回避），还差1名。请在“评价打分”中补录。"
    )
