"""Looking ahead: the rules by which a month is told or refused, exact to the last digit, and the same from every source."""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import db
from programme import demo_forecast, forecast_queries
from programme import settings as programme_settings
from programme.calendar import Month
from programme.catalogue import Kpi, Tier, catalogue
from programme.forecast_series import Told, of_chain, of_frozen, of_sums, series
from programme.forecast_words import left_out_text, needed_sentence, needed_text, sentence, times_text, verdict_text
from programme.forecasts import Outlook, Verdict, outlook, supposed
from programme.frozen_release import frozen
from programme.permissions import Role
from programme.queries import View, sums
from programme.settings import ROOT
from programme.standings import kpi_codes
from tests import terminal
from tests.factories import a_user
from tests.test_releases import LUSHUI, OTHERS, YUNLONG, _in_november, accepted, everybody, make  # noqa: F401
from tests.test_reviews import SOUND, hand_in
from tests.test_standings import let_stand

YEAR = catalogue().years[0]
MONTHS = YEAR.months
TRAINEES, SHOPS = catalogue().kpi("trainees"), catalogue().kpi("shops")
OCTOBER, DECEMBER = MONTHS[5], MONTHS[7]


def look(amounts: Sequence[int | None], goal: int, kpi: Kpi = TRAINEES, reported: Sequence[int] = ()) -> Outlook:
    """From what each month since the launch month added, None for 未报; of ten counties `reported` gave the figure."""

    def told(month: Month) -> Told:
        at = MONTHS.index(month)
        known = [amount for amount in amounts[: at + 1] if amount is not None]
        count = reported[at] if reported else 10 * (amounts[at] is not None)
        return Told(sum(known) if known else None, amounts[at], count, 10)

    return outlook(series(kpi, YEAR, MONTHS[len(amounts) - 1], Fraction(goal), told))


def edges(now: Outlook) -> tuple[str, str] | None:
    if now.slowest is None or now.fastest is None:
        return None
    return str(now.slowest.month), str(now.fastest.month)


@pytest.mark.parametrize(
    ("amounts", "goal", "verdict", "month", "band"),
    [
        ([5, 10, 10, 10], 100, Verdict.TOO_SHORT, None, None),
        ([5, 10, 0, 0, 10, 0], 100, Verdict.TOO_SHORT, None, None),
        ([None] * 6, 100, Verdict.TOO_SHORT, None, None),
        ([0, 10, 10, 10, 10], 100, Verdict.EXPECTED, "2020-03", None),
        ([0, 10, 10, 10, 10, 10], 100, Verdict.EXPECTED, "2020-03", ("2020-03", "2020-03")),
        ([0, 5, 10, 10, 10, 20], 95, Verdict.EXPECTED, "2020-01", ("2020-06", "2019-12")),
        ([0, 0, 10, 10, 10, 20], 100, Verdict.EXPECTED, "2020-02", ("None", "2020-01")),
        ([0, 1, 10, 10, 10, 20], 151, Verdict.EXPECTED, "2020-06", ("None", "2020-03")),
        ([0, 10, 10, 10, 10, 10], 151, Verdict.OUT_OF_REACH, None, None),
        ([0, 10, 10, 10, 10, 10], 150, Verdict.EXPECTED, "2020-08", ("2020-08", "2020-08")),
        ([0, 9, 9, 9, 0, 0, 0], 50, Verdict.OUT_OF_REACH, None, None),
        ([0, 10, 10, 10, 10, 10], 40, Verdict.REACHED, "2019-09", None),
        ([50], 40, Verdict.REACHED, "2019-05", None),
        ([0, 10, None, 10, 10, None, 10], 100, Verdict.EXPECTED, "2020-05", None),
    ],
)
def test_a_month_is_told_or_refused_by_the_rules(
    amounts: list[int | None], goal: int, verdict: Verdict, month: str | None, band: tuple[str, str] | None
) -> None:
    now = look(amounts, goal)
    assert (now.verdict, str(now.month) if now.month else None, edges(now)) == (verdict, month, band)


def test_the_pace_needed_and_the_pace_there_is_are_exact() -> None:
    now = look([5, 10, 10, 11, 11], 100)
    assert (now.needed, now.pace, now.times) == (Fraction(53, 3), Fraction(32, 3), Fraction(53, 32))
    assert [str(month) for month in now.recent] == ["2019-07", "2019-08", "2019-09"]
    assert look([5, 10], 100).needed == Fraction(85, 6)
    assert look([None, None], 100).needed is None
    assert look([0, 9, 9, 9, 9, 9, 9, 9], 100).needed is None


def test_a_stock_that_fell_is_a_net_change_and_a_goal_lost_again_is_not_reached() -> None:
    now = look([0, 40, 30, -5, 10, 10], 90, SHOPS)
    assert (now.verdict, now.pace, now.slowest and now.slowest.amount) == (Verdict.EXPECTED, 5, -5)
    falling = look([0, 60, 40, -15, -5, -5], 100, SHOPS)
    assert (falling.pace, falling.times, needed_sentence(falling)) == (
        Fraction(-25, 3),
        None,
        "要在2019年12月底前达到，余下2个月每月还须13家。",
    )
    assert look([0, 60, 40, -5, -5, 1], 100, SHOPS).verdict is not Verdict.REACHED
    assert str(look([0, 60, 40, -5, 10, 1], 100, SHOPS).month) == "2019-09"


def test_months_hardly_reported_at_the_end_are_left_out_of_the_count_and_not_taken_for_zero() -> None:
    october = look([0, 1000, 1000, 1000, 1000, 1000], 8000)
    november = look([0, 1000, 1000, 1000, 1000, 1000, 5], 8000, reported=[10, 10, 10, 10, 10, 10, 1])
    december = look([0, 1000, 1000, 1000, 1000, 1000, None, None], 8000)
    for now in (october, november, december):
        assert (str(now.month), edges(now), now.needed) == ("2020-01", ("2020-01", "2020-01"), 1500)
        assert supposed(now, {}) == supposed(october, {})
    assert (november.actual, december.actual) == (5005, 5000)
    assert (
        needed_sentence(november) == "要在2019年12月底前达到，自11月起的2个月每月还须1,500人次，是近三个月月均的1.5倍。"
    )
    assert left_out_text(november) == "推算未计入5月（只有3天）、11月（只有1/10个县报送），自10月底的累计起算。"
    reached = look([0, 10, 10, 10, 10, 9, 1], 50, reported=[10, 10, 10, 10, 10, 10, 4])
    assert (reached.verdict, str(reached.month), reached.needed) == (Verdict.REACHED, "2019-11", 0)


def test_the_one_sentence() -> None:
    now = look([0, 5, 10, 10, 10, 20], 95)
    assert (
        sentence(now)
        == "按近三个月月均13.33人次推算，预计2020年1月达到目标；若各月均如最慢（最快）的月份，则为2020年6月（2019年12月）。"
    )
    assert needed_sentence(now) == "要在2019年12月底前达到，余下2个月每月还须20人次，是近三个月月均的1.5倍。"
    falling = look([0, 0, 10, 10, 10, 20], 100)
    assert sentence(falling).endswith(
        "预计2020年2月达到目标；若各月均如最慢（最快）的月份，则可能达不到（2020年1月）。"
    )
    assert sentence(look([0, 10, 10, 10, 10, 10], 151)) == "按近三个月月均10人次推算，按目前速度难以达到。"
    assert sentence(look([0, 10, 10, 10, 10, 10], 40)) == "目标已于2019年9月达到。"
    short = look([5, 10, 10, 10], 100)
    assert (sentence(short), verdict_text(short)) == ("数据太短，不作预测。", "数据太短，不作预测")
    assert needed_sentence(short) == "要在2019年12月底前达到，余下4个月每月还须17人次。"
    assert needed_text(look([0, 10, 10, 10, 10], 4040)) == "1,334人次"
    missed, met = look([0, 500, 500, 500, 500, 500], 3501), look([0, 500, 500, 500, 500, 500], 3499)
    assert [(times_text(now), now.in_time) for now in (missed, met)] == [("1.1倍", False), ("1.0倍", True)]
    assert needed_sentence(look([0, 9, 9, 9, 9, 9, 9, 9], 100)) == "本年度各月都已结束。"


def test_what_says_nothing_about_the_pace_is_left_out_and_named() -> None:
    now = look([7, None, 10, -3, 10, 10], 100, reported=[10, 0, 10, 10, 4, 5])
    assert left_out_text(now) == "推算未计入5月（只有3天）、6月（未报）、8月（更正冲减）、9月（只有4/10个县报送）。"
    stock = look([7, None, None, 30, 10, None, 5], 100, SHOPS)
    assert (
        left_out_text(stock)
        == "推算未计入5月（只有3天）、6月（未报）、7月（未报）、8月（含6—7月的增长）、10月（未报）、11月（含10月的增长）。"
    )
    assert left_out_text(look([None, 10, 10], 100)) == "推算未计入5月（未报）。"


# --- what if --------------------------------------------------------------------------------------------------------


def test_figures_of_one_s_own_say_where_the_year_would_end() -> None:
    now = look([0, 5, 10, 10, 10, 20], 95)
    at_pace, other = supposed(now, {}), supposed(now, {MONTHS[6]: 30, DECEMBER: 10})
    assert at_pace
    assert other
    assert (at_pace.figure, str(at_pace.month), at_pace.attainment) == (Fraction(245, 3), "2020-01", Fraction(49, 57))
    assert (other.figure, str(other.month)) == (95, "2019-12")
    of_a_county = supposed(now, {DECEMBER: 22}, part=Fraction(2))
    assert of_a_county
    assert of_a_county.figure == at_pace.figure + 20
    assert supposed(look([5, 10, 10, 10], 100), {DECEMBER: 1}) is None


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.integers(0, 10**12), min_size=5, max_size=7),
    goal=st.integers(1, 10**13),
    part=st.one_of(st.none(), st.fractions(0, 10**9)),
    chosen=st.sets(st.sampled_from(MONTHS)),
)
def test_figures_replaced_by_themselves_change_nothing(
    amounts: list[int], goal: int, part: Fraction | None, chosen: set[Month]
) -> None:
    now = look(amounts, goal)
    if now.pace is None:
        return
    own = now.pace if part is None else part
    same, before = supposed(now, {month: own for month in chosen}, part), supposed(now, {})
    assert same == before
    assert before is not None
    assert before.month == now.month


# --- where figures come from ----------------------------------------------------------------------------------------


def test_sums_a_release_and_returns_tell_the_same(sqlite_store: str) -> None:
    people = everybody()
    accepted(people, SOUND)
    hand_in(people["neighbour"], OTHERS, YUNLONG)
    make(people["office"])
    june = View(Month(2019, 6), release=1)
    with db.reading() as session:
        added, held = sums(session, YEAR, june), frozen(session, 1)
        chain = forecast_queries.returns(session, YEAR, 1)
        working = forecast_queries.returns(session, YEAR)
        now = sums(session, YEAR, View(Month(2019, 6)))
    for target in YEAR.targets:
        inside = [county for county, member in held.members.items() if member.tier in target.tiers]
        of_release = of_sums(added, YEAR, target, june)
        assert of_release == of_frozen(held, target)
        assert of_release == of_chain(chain, YEAR, target.kpi, inside, june.month, Fraction(target.stored))
        assert of_sums(now, YEAR, target, View(june.month)) == of_chain(
            working, YEAR, target.kpi, inside, june.month, Fraction(target.stored)
        )


def test_a_county_s_part_in_the_pace_is_what_it_added_in_those_months(sqlite_store: str) -> None:
    at = kpi_codes().index("trainees")
    rows = [
        (county, month.number, [amount if column == at else None for column in range(len(kpi_codes()))])
        for county, amount in ((LUSHUI, 9), (YUNLONG, 20))
        for month in MONTHS[1:6]
    ]
    let_stand(rows)
    target = next(target for target in YEAR.targets if target.kpi == TRAINEES)
    with db.reading() as session:
        chain = forecast_queries.returns(session, YEAR)
    whole = outlook(of_chain(chain, YEAR, TRAINEES, [LUSHUI, YUNLONG], OCTOBER, Fraction(target.stored)))
    parts = [forecast_queries.part_of(chain, whole, county) for county in (LUSHUI, YUNLONG)]
    assert (whole.pace, parts) == (29, [9, 20])
    found = forecast_queries.county_outlooks(chain, YEAR, LUSHUI, Tier.CORE, OCTOBER)
    own = {target.kpi.code: now for target, now in found}
    assert (own["trainees"].pace, own["trainees"].goal, own["posts"].actual) == (9, Fraction(7000, 110), None)
    _the_terminal_tells_it()


def _the_terminal_tells_it() -> None:
    a_user(Role.COUNTY, county="533301", username="lushui")
    (told,) = [
        row for row in terminal.here("forecast", "--month", "2019-10", "--json").json if row["kpi"] == "trainees"
    ]
    assert (told["actual"], told["pace_per_month_exact"], told["verdict"]) == (145, None, "too_short")
    few = {"month": "2019-10", "reason": "只有2/110个县报送"}
    assert (told["needed_per_month_exact"], told["left_out"][0]["reason"], told["left_out"][-1]) == (
        "6855/2",
        "未报",
        few,
    )
    own = terminal.here("forecast", "--month", "2019-10", "--county", "533301", "--as", "lushui", "--json").json
    assert {row["kpi"]: row["pace_per_month"] for row in own}["trainees"] == 9
    other = terminal.here("forecast", "--month", "2019-10", "--county", "532929", "--as", "lushui")
    assert (other.code, other.out) == (1, "")
    assert terminal.here("forecast").code == 2
    ahead = terminal.here("forecast", "--month", "2019-11")
    assert (ahead.code, ahead.err.strip()) == (2, "2019年11月还没有结束，不作推算。请指明已结束的报告期。")
    with programme_settings.standing_at(datetime(2019, 12, 8, 2, tzinfo=UTC)):
        unreported = terminal.here("forecast", "--month", "2019-11")
    assert (
        unreported.err.strip() == "2019年11月还没有上报的数，不作推算。最近有数的报告期是2019年10月：--month 2019-10。"
    )


def test_the_document_holds_what_the_computation_says() -> None:
    assert (ROOT / "docs" / "forecast.md").read_text(encoding="utf-8") == demo_forecast.document()
