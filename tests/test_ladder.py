"""The ladder of reminders as a pure rule: on which working day who is told of what, and when nobody is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from programme import ladder
from programme.calendar import Month
from programme.catalogue import Tier, catalogue
from programme.ladder import Digest, Reminded, digests
from programme.obligations import Obligation, Step
from programme.permissions import Actor, Role

JULY, SEPTEMBER = Month(2019, 7), Month(2019, 9)
LADDER, CALENDAR = ladder.facts().ladder, catalogue().calendar
COUNTIES = [
    (533301, "533301", "泸水市", "云南省"),
    (532929, "532929", "云龙县", "云南省"),
    (620821, "620821", "泾川县", "甘肃省"),
]
COUNTY = Actor(1, "lushui", "县 · 泸水市", Role.COUNTY, 533301, "53")
NEIGHBOUR = Actor(2, "yunlong", "县 · 云龙县", Role.COUNTY, 532929, "53")
PROVINCE = Actor(3, "yunnan", "省 · 云南省", Role.PROVINCE, None, "53")
ELSEWHERE = Actor(4, "gansu", "省 · 甘肃省", Role.PROVINCE, None, "62")
OFFICE = Actor(5, "office", "办公室", Role.OFFICE)
OTHERS = [Actor(10 + at, role.value, role.value, role) for at, role in enumerate(Role) if role not in LADDER.roles]
EVERYBODY = [COUNTY, NEIGHBOUR, PROVINCE, ELSEWHERE, OFFICE, *OTHERS]


def owed(today: date, month: Month = SEPTEMBER, county: int = 0, **values: object) -> Obligation:
    """A return that is not in, unless `revision` says so."""
    county_id, code, name, province = COUNTIES[county]
    given = {"due": catalogue().due(month), **values}
    return Obligation(county_id, code, name, province, Tier.RADIATING, month, today=today, **given)


def told(found: list[Digest], day: date, number: int = 0) -> list[Reminded]:
    """What the log says of these digests afterwards."""
    return [
        Reminded(digest.account.id, one.county_id, one.month.number, day, number, step, one.due, one.revision)
        for digest in found
        for one, step in digest.items
    ]


def on(today: date, *returns: Obligation, past: list[Reminded] | None = None) -> dict[str, list[tuple[str, str]]]:
    """Username → county and step of what that account is told."""
    found = digests(returns, EVERYBODY, past or [], today, LADDER, CALENDAR)
    return {digest.account.username: [(one.county, step) for one, step in digest.items] for digest in found}


@pytest.mark.parametrize(
    ("due", "days"),
    [
        (date(2019, 11, 5), ["2019-10-31", "2019-11-05", "2019-11-06", "2019-11-08"]),
        (
            date(2019, 10, 8),
            ["2019-09-27", "2019-10-08", "2019-10-09", "2019-10-11"],
        ),  # over 国庆节, with a worked Sunday
        (date(2019, 10, 5), ["2019-09-27", "2019-09-30", "2019-10-08", "2019-10-10"]),  # a rest day itself
    ],
)
def test_the_days_of_the_ladder_are_working_days_from_the_due_day(due: date, days: list[str]) -> None:
    assert [str(CALENDAR.working_days_from(due, rung.offset)) for rung in LADDER.rungs] == days


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2019, 9, 26), {}),
        (date(2019, 9, 27), {"lushui": "soon"}),
        (date(2019, 9, 28), {}),  # a Saturday
        (date(2019, 9, 29), {"lushui": "soon"}),  # a Sunday that is worked; nobody told it before
        (date(2019, 10, 4), {}),  # 国庆节
        (date(2019, 10, 8), {"lushui": "today"}),
        (date(2019, 10, 9), {"lushui": "late", "yunnan": "late"}),
        (date(2019, 10, 10), {"lushui": "late", "yunnan": "late"}),
        (date(2019, 10, 11), {"lushui": "long", "yunnan": "long", "office": "long"}),
        (date(2019, 10, 12), {"lushui": "long", "yunnan": "long", "office": "long"}),  # a Saturday that is worked
        (date(2019, 10, 13), {}),
    ],
)
def test_who_is_told_which_step_on_which_day(today: date, expected: dict[str, str]) -> None:
    assert on(today, owed(today)) == {name: [("泸水市", step)] for name, step in expected.items()}


def test_a_step_is_told_once_and_the_next_one_anew() -> None:
    first = date(2019, 10, 8)
    past = told(digests([owed(first)], EVERYBODY, [], first, LADDER, CALENDAR), first)
    assert on(first, owed(first), past=past) == {}
    second = date(2019, 10, 9)
    assert on(second, owed(second), past=past) == {"lushui": [("泸水市", "late")], "yunnan": [("泸水市", "late")]}


def test_one_digest_holds_all_counties_and_months_of_an_account() -> None:
    today = date(2019, 10, 11)
    returns = [owed(today, month, county) for county in range(3) for month in (JULY, SEPTEMBER)]
    assert {name: len(lines) for name, lines in on(today, *returns).items()} == {
        "lushui": 2, "yunlong": 2, "yunnan": 4, "gansu": 2, "office": 6,
    }  # fmt: skip


@pytest.mark.parametrize("step", ["", Step.APPROVED, Step.ACCEPTED])
def test_it_stops_when_the_return_is_in(step: str) -> None:
    today = date(2019, 10, 11)
    assert on(today, owed(today, revision=1, step=step)) == {}


def test_a_return_sent_back_is_owed_again_and_told_anew() -> None:
    today = date(2019, 10, 11)
    past = told(digests([owed(today)], EVERYBODY, [], today, LADDER, CALENDAR), today)
    later = date(2019, 10, 14)
    back = owed(later, revision=1, step=Step.SENT_BACK)
    assert on(later, owed(later), past=past) == {}
    assert on(later, back, past=past) == {name: [("泸水市", "long")] for name in ("lushui", "yunnan", "office")}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (17, {"lushui": "today"}),
        (18, {"lushui": "late", "yunnan": "late"}),
        (21, {"lushui": "late", "yunnan": "late"}),
        (22, {"lushui": "long", "yunnan": "long", "office": "long"}),
    ],
)
def test_the_days_of_a_return_sent_back_are_counted_from_the_day_it_was_sent_back(
    day: int, expected: dict[str, str]
) -> None:
    """It came in time; on the evening of the 16th by UTC it was the 17th in Beijing."""
    today = date(2019, 10, day)
    back = owed(today, revision=1, step=Step.SENT_BACK, step_at=datetime(2019, 10, 16, 17, tzinfo=UTC))
    assert on(today, back) == {name: [("泸水市", step)] for name, step in expected.items()}


def test_a_step_of_a_return_sent_back_has_a_name_of_its_own() -> None:
    names = [(LADDER.name_of(rung.code), LADDER.name_of(rung.code, back=True)) for rung in LADDER.rungs]
    assert names == [
        ("到期前3个工作日", "到期前3个工作日"),
        ("到期当天", "退回待改，退回当天"),
        ("逾期第1个工作日", "退回待改，退回后第1个工作日"),
        ("逾期第3个工作日", "退回待改，退回后第3个工作日"),
    ]
    assert LADDER.name_of(ladder.BY_HAND, back=True) == "人工催报"


def test_the_returns_that_nobody_can_be_told_of_are_known() -> None:
    def found(today: date, *accounts: Actor) -> list[str]:
        returns = [owed(today, county=0), owed(today, county=1), owed(today, county=2, revision=1)]
        return [one.county for one in ladder.unheard(returns, accounts, today, LADDER, CALENDAR)]

    assert found(date(2019, 10, 8), COUNTY, PROVINCE, OFFICE) == ["云龙县"]
    assert found(date(2019, 10, 8), COUNTY, NEIGHBOUR) == []
    assert found(date(2019, 9, 26)) == found(date(2019, 9, 28)) == []


def test_an_extension_moves_every_step() -> None:
    today = date(2019, 10, 9)
    past = told(digests([owed(today)], EVERYBODY, [], today, LADDER, CALENDAR), today)
    later = {"due": date(2019, 10, 16)}
    assert on(date(2019, 10, 11), owed(date(2019, 10, 11), **later), past=past) == {}
    day = date(2019, 10, 12)
    assert on(day, owed(day, **later), past=past) == {"lushui": [("泸水市", "soon")]}
    assert on(date(2019, 10, 17), owed(date(2019, 10, 17), **later), past=past).keys() == {"lushui", "yunnan"}


def test_what_was_reminded_by_hand_today_is_not_told_again_today() -> None:
    today = date(2019, 10, 9)
    by_hand = [Reminded(1, 533301, SEPTEMBER.number, today, 1, ladder.BY_HAND, owed(today).due, 0)]
    assert on(today, owed(today), past=by_hand) == {"yunnan": [("泸水市", "late")]}
    assert on(today, owed(today), owed(today, JULY), past=by_hand)["lushui"] == [("泸水市", "long")]


# --- over the whole year ----------------------------------------------------------------------------------------------

MONTHS = [Month(2019, number) for number in range(6, 11)]
KEYS = [(county, month) for county in range(3) for month in MONTHS]
DAYS = st.dates(date(2019, 6, 20), date(2019, 12, 20))


@trying(max_examples=25, deadline=None)
@given(
    arrivals=st.lists(st.none() | DAYS, min_size=len(KEYS), max_size=len(KEYS)),
    extended=st.dictionaries(st.sampled_from(KEYS), st.integers(1, 30), max_size=4),
    runs=st.lists(DAYS, max_size=60),
)
def test_nobody_who_owes_nothing_is_told_and_nobody_twice_a_day(
    arrivals: list[date | None], extended: dict[tuple[int, Month], int], runs: list[date]
) -> None:
    """The clock moves over half a year, with runs of any number a day; returns come in, or never do."""
    past: list[Reminded] = []
    for today in sorted(runs):
        returns = [
            owed(
                today, month, county, revision=int(came is not None and came <= today),
                due=catalogue().due(month) + timedelta(days=extended.get((county, month), 0)),
            )
            for (county, month), came in zip(KEYS, arrivals, strict=True)
        ]  # fmt: skip
        found = digests(returns, EVERYBODY, past, today, LADDER, CALENDAR)
        assert not found or CALENDAR.is_working_day(today)
        for digest in found:
            assert digest.account not in OTHERS
            assert all(not one.revision and ladder.concerns(digest.account, one) for one in digest.returns)
        told_now = [digest.account.id for digest in found]
        assert len(set(told_now)) == len(told_now)
        assert not {(user, today) for user in told_now} & {(one.user_id, one.day) for one in past}
        past += told(found, today)
    assert len({(one.user_id, one.day, one.county_id, one.month) for one in past}) == len(past)
    steps = [(one.user_id, one.county_id, one.month, one.step) for one in past]
    assert len(set(steps)) == len(steps)


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_county_reads_its_own_returns_line_by_line() -> None:
    today = date(2019, 10, 9)
    back = owed(today, JULY, revision=2, step=Step.SENT_BACK)
    digest = Digest(COUNTY, ((owed(today), "late"), (back, "long")))
    assert ladder.subject(digest, LADDER) == "月报催报：2份月报待报送"
    assert ladder.body(digest, LADDER).splitlines() == [
        "县 · 泸水市：下列月报还没有报送。",
        "2019年7月月报：退回待改，请修改后重新报送",
        "2019年9月月报：逾期1天，10月8日截止",
        "请登录网络扶贫监测平台办理。已经报送的，不必理会本通知。",
    ]


def test_a_province_reads_its_counties_by_month_and_the_office_by_province_too() -> None:
    today = date(2019, 10, 11)
    items = tuple((owed(today, SEPTEMBER, county), "long") for county in range(3))
    counties = "2019年9月月报2个县：云龙县（逾期3天，10月8日截止）、泸水市（逾期3天，10月8日截止）"
    assert ladder.body(Digest(PROVINCE, items[:2]), LADDER).splitlines()[1:-1] == [counties]
    assert ladder.body(Digest(OFFICE, items), LADDER).splitlines()[1:-1] == [
        f"云南省：{counties}",
        "甘肃省：2019年9月月报1个县：泾川县（逾期3天，10月8日截止）",
    ]


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2019, 9, 27), "10月8日截止"), (date(2019, 10, 8), "今天截止"), (date(2019, 10, 9), "逾期1天，10月8日截止")],
)
def test_the_state_of_a_return_in_words(today: date, words: str) -> None:
    assert ladder.state(owed(today), LADDER.words) == words


def test_a_reminder_by_hand_says_who_sent_it() -> None:
    digest = Digest(COUNTY, ((owed(date(2019, 10, 9)), ladder.BY_HAND),), "省 · 云南省")
    assert ladder.subject(digest, LADDER) == "月报催报（省 · 云南省）：1份月报待报送"
    assert LADDER.name_of(ladder.BY_HAND) == "人工催报"
