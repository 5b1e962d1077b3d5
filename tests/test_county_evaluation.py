"""The evaluation of the “110” activity on values: the standard, each source, what lacks data, groups, other weights."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from programme import settings
from programme.catalogue import Tier
from programme.county_evaluation_facts import Beside, HandedIn, PlannedStep, Recorded, packed, unpacked
from programme.county_evaluation_scores import CountyScore, groups_of, one_decimal, score_county, together, total_of
from programme.county_evaluation_sources import SOURCES, judge
from programme.county_evaluation_standard import (
    SOURCES as NAMES,
)
from programme.county_evaluation_standard import (
    Item,
    Method,
    county_standard,
    from_facts,
    standard_facts,
)
from programme.county_evaluation_whatif import compared
from programme.errors import ProgrammeError
from tests.county_evaluation_acts import a_member, some_facts

STANDARD = county_standard()
PLAN = (settings.ROOT / "docs" / "sources" / "innovation-110-2019.md").read_text(encoding="utf-8")
NEIGHBOUR = a_member("532929", Tier.RADIATING, brand="", name="云龙县")
Facts = dict[str, Any]


def bare(text: str) -> str:
    return "".join(text.split())


# --- the standard ---------------------------------------------------------------------------------------------------


def test_weights_and_parts_add_up_and_every_method_of_the_plan_is_used() -> None:
    assert sum(STANDARD.weights.values()) == 100
    for tier in Tier:
        shares = [sum(one.weight * one.part_of(tier, method) for one in STANDARD.dimensions) for method in Method]
        assert sum(shares) == 100 * 100
        assert min(shares) > 0
    assert list(STANDARD.methods.values()) == ["大数据评估", "实地考察", "工作督导"]


def test_what_is_cited_stands_in_the_plan() -> None:
    plan = bare(PLAN)
    assert [one.code for one in STANDARD.dimensions if bare(one.sentence) not in plan] == []
    assert bare(standard_facts()["sentence"]) in plan


def test_every_source_that_a_standard_may_name_is_a_function() -> None:
    assert set(SOURCES) == set(NAMES)


def test_a_frozen_standard_is_the_same() -> None:
    assert from_facts(standard_facts()) == STANDARD


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda facts: facts["dimension"][0].update(weight=14), "weights add up"),
        (
            lambda facts: facts["dimension"][0]["item"][0]["parts"].update(core=39),
            "parts of brand add up to 100 for core",
        ),
        (lambda facts: facts["dimension"][0]["item"][0].update(code="reads"), "told apart"),
        (lambda facts: facts["dimension"][0]["item"][0].update(source="luck"), "nobody knows"),
        (lambda facts: facts["dimension"][0]["item"][0].update(method="visit"), "recorded by a visit"),
        (lambda facts: facts["grade"][3].update(least=10), "down to 0"),
        (lambda facts: facts["grade"][1].update(least=90), "down to 0"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(change: Callable[[Facts], None], sentence: str) -> None:
    facts = copy.deepcopy(standard_facts())
    change(facts)
    with pytest.raises(ValueError, match=sentence):
        from_facts(facts)


# --- each source on values ------------------------------------------------------------------------------------------


def an_item(source: str, method: Method = Method.COMPUTED, dimension: str = "brand", **parameters: object) -> Item:
    return Item("x", "x", dimension, method, source, {Tier.CORE: 100}, parameters)


@pytest.mark.parametrize(
    ("actual", "pace", "score"),
    [
        (0, True, 0),
        (25, True, 50),
        (50, True, 100),
        (80, True, 100),
        (25, False, 25),
        (-5, True, 0),
        (None, True, None),
    ],
)
def test_attainment_is_of_the_even_share_times_the_pace_capped_at_100(
    actual: int | None, pace: bool, score: int | None
) -> None:
    found = judge(some_facts(households=actual), an_item("attainment", kpi="households", pace=pace))
    assert found.score == score
    assert (found.told == "未报") == (actual is None)


def test_attainment_tells_the_figure_what_it_should_be_and_why() -> None:
    found = judge(some_facts(households=25), an_item("attainment", kpi="households", pace=True))
    assert found.told == "累计25户，应达50户（县均份额100户×序时进度50.0%）"
    assert (
        judge(some_facts(households=25), an_item("attainment", kpi="households")).told
        == "累计25户，应达100户（县均份额100户）"
    )


def test_a_brand_that_nobody_named_is_no_data() -> None:
    assert judge(some_facts(), an_item("named_brand")).score == 100
    assert judge(some_facts(member=NEIGHBOUR), an_item("named_brand")).score is None


def a_return(late: int | None) -> HandedIn:
    return HandedIn("2019-06", date(2019, 7, 5), None if late is None else date(2019, 7, 5 + late))


@pytest.mark.parametrize(
    ("late", "score", "told"),
    [
        ((), None, "没有应报的月份"),
        ((0, -2), 100, "应报2个月，按时完整2个月"),
        ((0, 1, None, None), 25, "应报4个月，按时完整1个月，迟报1个月，未报或缺项2个月"),
        ((None,), 0, "应报1个月，按时完整0个月，未报或缺项1个月"),
    ],
)
def test_a_return_is_in_time_when_complete_by_its_due_day(
    late: tuple[int | None, ...], score: int | None, told: str
) -> None:
    found = judge(some_facts(Beside(handed_in=tuple(map(a_return, late)))), an_item("timely"))
    assert (found.score, found.told) == (score, told)


def test_completeness_is_the_share_of_figures_held() -> None:
    assert judge(some_facts(figures=(21, 28)), an_item("complete")).score == 75
    assert judge(some_facts(figures=(0, 28)), an_item("complete")).score == 0
    assert judge(some_facts(figures=(0, 0)), an_item("complete")).score is None


@pytest.mark.parametrize(("state", "score"), [("accepted", 100), ("handed_in", 50), ("none", None)])
def test_a_plan_scores_by_where_it_stands_and_a_voluntary_one_that_is_not_there_is_no_data(
    state: str, score: int | None
) -> None:
    item = an_item("plan", accepted=100, handed_in=50)
    assert judge(some_facts(Beside(plan=state)), item).score == score
    owed = replace(item, parameters={**item.parameters, "none": 0})
    assert judge(some_facts(Beside(plan="none")), owed).score == 0


def test_milestones_due_by_the_month_s_end_score_in_time_late_or_not_done() -> None:
    days = [
        (date(2019, 6, 10), date(2019, 6, 10)),
        (date(2019, 6, 12), date(2019, 6, 20)),
        (date(2019, 6, 30), None),
        (date(2019, 6, 25), date(2019, 7, 2)),  # done after the month: not done yet
        (date(2019, 7, 1), date(2019, 6, 1)),  # not due yet
    ]
    beside = Beside(milestones=tuple(PlannedStep("步骤", due, done) for due, done in days))
    found = judge(some_facts(beside), an_item("milestones", late=60))
    assert (found.score, found.told) == (40, "到期4个，按期完成1个，延期完成1个，未完成2个")
    assert judge(some_facts(Beside()), an_item("milestones", late=60)).score is None


def test_records_of_the_method_and_the_dimension_are_averaged() -> None:
    visits = (
        Recorded(1, 1, Method.VISIT, date(2019, 6, 20), {"brand": 80, "training": 90}),
        Recorded(2, 2, Method.VISIT, date(2019, 6, 28), {"brand": 85}),
        Recorded(3, 1, Method.SUPERVISION, date(2019, 6, 29), {"organisation": 60}),
    )
    facts = some_facts(Beside(visits=visits))
    found = judge(facts, an_item("recorded", Method.VISIT))
    assert (found.score, found.told) == (Fraction(165, 2), "考察2次：6月20日80分、6月28日85分")
    assert judge(facts, an_item("recorded", Method.SUPERVISION, "organisation")).score == 60
    assert judge(facts, an_item("recorded", Method.VISIT, "benefit")).score is None
    assert unpacked(packed(facts.beside)) == facts.beside


# --- what lacks data ------------------------------------------------------------------------------------------------


def scored(**actual: int | None) -> CountyScore:
    return score_county(some_facts(**actual), STANDARD)


def test_a_figure_not_reported_is_neither_0_nor_left_out_in_silence() -> None:
    without, with_zero = scored(households=None), scored(households=0)
    totals = [total_of(one.marks, STANDARD.weights) for one in (without, with_zero)]
    assert totals[0].earned == totals[1].earned
    assert totals[1].judged - totals[0].judged == 15 * Fraction(70, 100)
    assert without.marks["benefit"].score is None
    assert with_zero.marks["benefit"].score == 0
    assert (totals[0].score or 0) > (totals[1].score or 0)
    others = [code for code in STANDARD.weights if code != "benefit"]
    assert [without.marks[code] for code in others] == [with_zero.marks[code] for code in others]


def test_who_leaves_a_weak_figure_out_cannot_have_the_best_grade() -> None:
    best = dict.fromkeys(("brands", "impressions", "online_sales", "trainees", "posts", "reads"), 50)
    assert scored(**best, households=50).grade(STANDARD) == "excellent"
    assert scored(**best, households=None).unreported
    assert scored(**best, households=None).grade(STANDARD) == "good"


def test_grades_follow_the_exact_score_at_their_borders_and_too_little_judged_has_none() -> None:
    judged = Fraction(80)
    for score, grade in ((100, "excellent"), (85, "excellent"), (70, "good"), (55, "pass"), (0, "improve")):
        assert STANDARD.grade(judged * score / 100, judged) == grade
    assert STANDARD.grade(judged * Fraction(8499, 10_000), judged) == "good"
    assert STANDARD.grade(Fraction(60), Fraction(60)) == "excellent"
    assert STANDARD.grade(Fraction(599, 10), Fraction(599, 10)) == "ungraded"
    assert STANDARD.grade(Fraction(0), Fraction(0)) == "ungraded"


def test_a_score_of_nothing_is_a_dash_and_halves_are_rounded_up() -> None:
    assert [one_decimal(value) for value in (None, Fraction(0), Fraction(1225, 100), Fraction(2, 3))] == [
        "—",
        "0.0",
        "12.3",
        "0.7",
    ]


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_is_the_mean_of_its_counties_so_that_none_makes_up_for_another() -> None:
    core = score_county(some_facts(online_sales=500), STANDARD)
    other = score_county(some_facts(member=NEIGHBOUR, online_sales=0, shops=0, products=0), STANDARD)
    stranger = score_county(some_facts(member=a_member("433124", core=433124, name="花垣县")), STANDARD)
    groups = {one.name: one for one in groups_of([other, stranger, core])}
    assert {name: one.counties for name, one in groups.items()} == {"泸水市组": 2, "花垣县组": 1}
    assert groups["泸水市组"].marks["sales"].score == 50
    assert groups["花垣县组"].marks == stranger.marks
    assert together([core, other], "x").marks == groups["泸水市组"].marks


# --- other weights --------------------------------------------------------------------------------------------------


def test_what_other_weights_would_do_is_what_a_standard_with_them_does() -> None:
    facts = [some_facts(households=0), some_facts(member=NEIGHBOUR, posts=60, households=None), some_facts(posts=0)]
    weights = {
        "brand": 5,
        "training": 5,
        "content": 40,
        "sales": 20,
        "benefit": 10,
        "organisation": 10,
        "timeliness": 10,
    }
    other = copy.deepcopy(standard_facts())
    for block in other["dimension"]:
        block["weight"] = weights[block["code"]]
    standard = from_facts(other)
    told = compared(STANDARD, weights, [score_county(one, STANDARD) for one in facts])
    again = [score_county(one, standard) for one in facts]
    assert [one.scores[1] for one in told] == [total_of(one.marks, standard.weights).score for one in again]
    assert [one.grades[1] for one in told] == [one.grade(standard) for one in again]
    assert [one.scores[0] for one in told] == [
        total_of(score_county(one, STANDARD).marks, STANDARD.weights).score for one in facts
    ]


def test_weights_count_by_their_shares_and_not_all_may_be_0() -> None:
    of = [scored(households=0), scored(posts=0)]
    doubled = {code: 2 * weight for code, weight in STANDARD.weights.items()}
    told = compared(STANDARD, doubled, of)
    assert [one.change for one in told] == [0, 0]
    assert [one.places[0] for one in told] == [one.places[1] for one in told]
    with pytest.raises(ProgrammeError, match="不能全部为0"):
        compared(STANDARD, dict.fromkeys(STANDARD.weights, 0), of)


def test_equal_scores_share_a_place() -> None:
    told = compared(STANDARD, STANDARD.weights, [scored(), scored(), scored(posts=0)])
    assert [one.places[0] for one in told] == [1, 1, 3]
