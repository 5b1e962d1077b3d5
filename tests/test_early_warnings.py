"""Early warning: what the rules tell of figures, when a warning begins, goes and comes again, and who may deal with it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

import db
from programme import settings
from programme.audit_queries import Wanted, events
from programme.catalogue import Tier, catalogue
from programme.early_warnings import (
    EarlyWarning,
    State,
    early_warnings,
    in_scope,
    take_up,
    waiting,
    warnings_of,
    why_not,
)
from programme.errors import NotAllowed, Outdated, ProgrammeError
from programme.permissions import Actor, Role
from programme.returns import Member
from programme.standings import Chain, kpi_codes
from programme.warning_facts import Rule, warning_facts
from programme.warning_rules import Episode, episodes, records
from tests.factories import a_user
from tests.warning_acts import LUSHUI, STILL, YUNLONG, act, at, found, report

YEAR = catalogue().years[0]
MONTHS = YEAR.months[1:6]
CORE, AROUND, ABROAD = 1, 2, 4
MEMBERS = {
    CORE: Member(CORE, "000001", "甲县", "某省", Tier.CORE, CORE),
    AROUND: Member(AROUND, "000002", "乙县", "某省", Tier.RADIATING, CORE),
    3: Member(3, "000003", "丙县", "某省", Tier.RADIATING, CORE),
    ABROAD: Member(ABROAD, "010001", "丁县", "他省", Tier.RADIATING, CORE),
}
Lines = dict[str, Sequence[int | None]]


def told(code: str, figures: dict[int, Lines], rule: Rule | None = None, county: int = CORE) -> list[Episode]:
    """The episodes of a rule, of figures as reported from June to October; a month without any figure is no return."""
    keys, rows = [], []
    for who, lines in figures.items():
        for month, row in zip(
            MONTHS, zip(*(lines.get(kpi, [None] * 5) for kpi in kpi_codes()), strict=True), strict=True
        ):
            if any(figure is not None for figure in row):
                keys.append((who, month.number, 1))
                rows.append(list(row))
    held = records(Chain.of(keys, rows), YEAR, MONTHS, MEMBERS)
    every = episodes([rule or warning_facts().rule(code)], YEAR, MONTHS, held)
    return [one for one in every if one.member.county_id == county]


def group_of(lines: Lines) -> dict[int, Lines]:
    return dict.fromkeys((AROUND, 3, ABROAD), lines)


def sentences(code: str, lines: Lines, **others: Lines) -> list[tuple[int, int, bool, str]]:
    found_ones = told(code, {CORE: lines, **(group_of(others["around"]) if others else {})})
    return [(one.first.month, one.last.month, one.holds, one.sentence) for one in found_ones]


@pytest.mark.parametrize(
    ("code", "lines", "expected"),
    [
        (
            "no_growth",
            {"trainees": [1, 2, 3, 0, 0]},
            [(10, 10, True, "9、10月没有增长，也未达到县均份额：培训学员（累计6人次）。")],
        ),
        (
            "no_growth",
            {"households": [5, 5, 5, 4, 9]},
            [(8, 9, False, "8、9月没有增长，也未达到县均份额：惠及贫困户（累计4户）。")],
        ),
        ("no_growth", {"trainees": [1, 2, 3, 0, 1]}, []),
        ("no_growth", {"trainees": [70, 0, 0, 0, 0]}, []),
        ("no_growth", {"shops": [1, 1, 1, 1, 1]}, []),
        ("no_growth", {"trainees": [1, 0, None, 0, 1], "posts": [1, 2, 3, 4, 5]}, []),
        (
            "never_moves",
            {"posts": [9, 7, 7, 7, 7], "brands": [0, 0, 0, 0, 1]},
            [(9, 10, True, "7—10月各月所报的数完全相同：扶贫类信息（7条）。请核实并说明。")],
        ),
        ("never_moves", {"brands": [1, 1, 1, 1, 1]}, []),
        (
            "reads_without_sales",
            {"reads": [9, 100, 110, 120, 1], "online_sales": [5, 900, 900, 100, 100]},
            [(9, 9, False, "7—9月阅读量由100次增至120次，网络销售额由9元降至1元。")],
        ),
        (
            "reads_without_sales",
            {"reads": [9, 9, 100, 110, 120], "online_sales": [0, 0, 100, 100, 100]},
            [(10, 10, True, "8—10月阅读量由100次增至120次，网络销售额一直是1元。")],
        ),
        ("reads_without_sales", {"reads": [1, 1, 100, 110, 119], "online_sales": [0, 0, 1, 1, 1]}, []),
        ("reads_without_sales", {"reads": [1, 1, 100, 110, 120], "online_sales": [0, 0, 1, 1, 2]}, []),
        ("reads_without_sales", {"reads": [1, 1, 100, 110, 120], "online_sales": [0, 0, 1, None, 1]}, []),
    ],
)
def test_a_rule_tells_of_figures_with_the_figures(
    code: str, lines: Lines, expected: list[tuple[int, int, bool, str]]
) -> None:
    assert sentences(code, lines) == expected


def test_a_group_far_behind_its_core_county_is_told_at_the_core_county() -> None:
    core = {"posts": [100, 100, 100, 100, 100], "trainees": [9, 9, 9, 9, 9]}
    around = {"posts": [30, 30, 30, 20, 20], "trainees": [2, 2, 2, 2, 2], "shops": [1, 1, 2, 2, 2]}
    assert sentences("group_behind", core, around=around) == [
        (
            8,
            10,
            True,
            "截至10月底，组内辐射带动县的县均完成率远低于核心示范县：培训学员（15.7%，核心示范县70.7%）、扶贫类信息（23.8%，核心示范县91.7%）。",
        )
    ]
    assert told("group_behind", {CORE: core} | group_of(around), county=AROUND) == []
    assert sentences("group_behind", core, around=core) == []
    assert told("group_behind", {CORE: core, AROUND: around, ABROAD: around}) == []
    strict = replace(warning_facts().rule("group_behind"), least=3)
    assert told("", {CORE: core} | group_of(around), strict) == []
    lax = replace(warning_facts().rule("group_behind"), factor=Fraction(1, 5))
    assert told("", {CORE: core} | group_of(around), lax) == []


def test_figures_of_other_counties_are_told_to_those_who_see_all_of_them() -> None:
    core, around = {"posts": [100] * 5, "trainees": [9] * 5}, {"posts": [20] * 5, "trainees": [2] * 5}
    (one,) = told("group_behind", {CORE: core} | group_of(around))
    apart = "截至10月底，组内辐射带动县至少2项指标的县均完成率远低于核心示范县。其他县的数不在此显示，请与办公室联系。"
    of_one_province = replace(one, others=one.others[:2])
    for role, expected, within in (
        (Role.COUNTY, apart, apart),
        (Role.PROVINCE, apart, one.sentence),
        (Role.OFFICE, one.sentence, one.sentence),
        (Role.LEADER, one.sentence, one.sentence),
    ):
        actor = Actor(1, "x", "某人", role, CORE if role is Role.COUNTY else None, "00")
        seen = in_scope(actor, [EarlyWarning(YEAR.year, each) for each in (one, of_one_province)])
        assert [each.episode.sentence for each in seen] == [expected, within], role


def test_a_month_without_a_return_neither_begins_nor_ends_a_warning() -> None:
    (still,) = told("no_growth", {CORE: {"trainees": [1, 0, 0, None, None]}})
    assert (still.first.month, still.last.month, still.until.month, still.holds) == (8, 8, 10, True)
    assert told("no_growth", {CORE: {"trainees": [1, None, None, 0, None]}}) == []


OTHERS: Lines = {"brands": [1, 2, 3, 4, 5]}


@pytest.mark.parametrize(
    ("code", "lines", "last", "holds"),
    [
        ("no_growth", {"trainees": [1, 0, 0, None, None]}, 8, True),
        ("no_growth", {"trainees": [1, 0, 0, None, 0]}, 8, True),
        ("no_growth", {"trainees": [1, 0, 0, None, 5]}, 8, False),
        ("no_growth", {"trainees": [1, 0, 0, 5, None]}, 8, False),
        ("never_moves", {"posts": [7, 7, 7, 7, None]}, 9, True),
        ("never_moves", {"posts": [7, 7, 7, 7, 8]}, 9, False),
        ("reads_without_sales", {"reads": [1, 100, 110, 120, 140], "online_sales": [0, 9, 9, 9, None]}, 9, True),
        ("reads_without_sales", {"reads": [1, 100, 110, 120, None], "online_sales": [0, 9, 9, 9, 9]}, 9, True),
        ("reads_without_sales", {"reads": [1, 100, 110, 120, None], "online_sales": [0, 9, 9, 9, 10]}, 9, False),
    ],
)
def test_a_figure_left_blank_does_not_end_a_warning(code: str, lines: Lines, last: int, holds: bool) -> None:
    (one,) = told(code, {CORE: OTHERS | lines})
    assert (one.last.month, one.holds) == (last, holds)


def test_a_rule_that_holds_again_after_it_had_gone_is_another_warning() -> None:
    gone, again = told("no_growth", {CORE: {"posts": [0, 0, 3, 0, 0]}})
    assert [(one.first.month, one.last.month, one.holds) for one in (gone, again)] == [(7, 7, False), (10, 10, True)]


def test_every_owner_in_the_data_is_somebody_and_the_rules_name_what_exists() -> None:
    assert {rule.owner for rule in warning_facts().rules} == {Role.COUNTY, Role.OFFICE}
    assert {rule.severity for rule in warning_facts().rules} == set(warning_facts().severities)


# --- states -----------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with settings.standing_at(at(8)):
        yield


@pytest.fixture
def people(sqlite_store: str) -> dict[str, Actor]:
    return reported()


def reported() -> dict[str, Actor]:
    """泸水市's trainees do not grow in September and October."""
    report({LUSHUI: STILL, YUNLONG: {"trainees": [0, 1, 2, 3, 4, 5]}})
    return everybody()


def everybody() -> dict[str, Actor]:
    return {
        "county": a_user(Role.COUNTY, county="533301"),
        "neighbour": a_user(Role.COUNTY, county="532929"),
        "province": a_user(Role.PROVINCE, province="53"),
        "elsewhere": a_user(Role.PROVINCE, province="65"),
        **{role.value: a_user(role) for role in Role if role not in (Role.COUNTY, Role.PROVINCE)},
    }


def the_one() -> EarlyWarning:
    (one,) = [known for known in found() if known.is_present]
    return one


def test_a_warning_goes_from_open_to_handled_to_closed_and_comes_again(store: str) -> None:
    people = reported()
    assert (the_one().state, str(the_one().episode.first)) == (State.OPEN, "2019-10")
    act(people["county"], State.HANDLED)
    assert (the_one().state, waiting([the_one()])) == (State.HANDLED, [])
    report({LUSHUI: {"trainees": [0]}}, first=6)
    assert the_one().state is State.HANDLED
    act(people["office"], State.CLOSED, note="已恢复培训")
    assert [(step.step, step.note, step.user_name) for step in the_one().taken] == [
        (State.HANDLED, "已与企业核对", people["county"].name),
        (State.CLOSED, "已恢复培训", people["office"].name),
    ]
    report({LUSHUI: {"trainees": [5]}}, first=6)
    assert [(one.state, one.is_present) for one in found()] == [(State.CLOSED, False)]
    report({LUSHUI: {"trainees": [0, 0]}}, first=6)
    report({LUSHUI: {"trainees": [4]}}, first=5)
    assert [(one.state, one.is_present, str(one.episode.first)) for one in found()] == [(State.OPEN, True, "2019-12")]


def test_a_correction_that_moves_the_beginning_takes_what_was_done_along(people: dict[str, Actor]) -> None:
    act(people["county"], State.HANDLED)
    report({LUSHUI: {"trainees": [0]}}, first=3)
    assert (str(the_one().episode.first), the_one().state) == ("2019-09", State.HANDLED)
    act(people["county"], State.CLOSED)
    assert [step.number for step in the_one().taken] == [1, 2]


def test_what_cannot_be_done_is_told(people: dict[str, Actor]) -> None:
    seen = the_one()
    with pytest.raises(ProgrammeError, match="请写明怎样处理"):
        act(people["county"], State.HANDLED, note=" \n")
    act(people["county"], State.HANDLED)
    with pytest.raises(Outdated, match="已于2019-11-08 10:00将泸水市“连续两个月没有增长”登记为“处理中”"):
        act(people["office"], State.CLOSED, seen)
    with pytest.raises(ProgrammeError, match="已在处理中"):
        act(people["office"], State.HANDLED)
    act(people["office"], State.CLOSED)
    closed = the_one()
    for step in State.HANDLED, State.CLOSED:
        with pytest.raises(ProgrammeError, match="已经关闭"):
            act(people["office"], step)
    report({LUSHUI: {"trainees": [7]}}, first=5)
    with pytest.raises(Outdated, match="不再成立"):
        act(people["office"], State.CLOSED, closed)


def test_who_sees_a_warning_and_who_may_deal_with_it(people: dict[str, Actor]) -> None:
    seen = the_one()
    sight, hand = set(), set()
    for name, actor in people.items():
        with db.reading() as session:
            try:
                sight |= {name} if warnings_of(session, actor, YEAR) else set()
            except NotAllowed:
                assert in_scope(actor, early_warnings(session, YEAR)) == []
        try:
            with db.transaction() as session:
                take_up(session, actor, seen, "核对")
                hand.add(name)
                session.rollback()
        except NotAllowed:
            pass
    assert sight == {"county", "province", "office", "leader"}
    assert hand == {"county", "office"}


def test_what_has_gone_need_not_be_taken_up_and_may_be_closed(people: dict[str, Actor]) -> None:
    report({LUSHUI: {"trainees": [5]}}, first=6)
    (gone,) = found()
    assert "不必处理" in (why_not(people["county"], gone, State.HANDLED) or "")
    act(people["county"], State.CLOSED, gone)
    assert [one.state for one in found()] == [State.CLOSED]


def test_a_county_cannot_close_what_is_the_office_s(people: dict[str, Actor]) -> None:
    office_s = EarlyWarning(YEAR.year, replace(the_one().episode, rule=warning_facts().rule("group_behind")))
    assert why_not(people["county"], office_s, State.CLOSED) == "这项预警由领导小组办公室负责，请与办公室联系。"
    assert why_not(people["office"], office_s, State.CLOSED) is None
    assert "没有“处理预警”的权限" in (why_not(people["leader"], office_s, State.CLOSED) or "")


def test_every_step_is_on_record_and_stays(store: str) -> None:
    people = reported()
    act(people["county"], State.HANDLED)
    with db.reading() as session:
        (event,) = events(session, people["admin"], Wanted(action="warning.taken_up"), limit=5)
    assert (event.subject, event.detail) == (
        "泸水市", "预警：连续两个月没有增长；月份：2019-10；说明：已与企业核对",
    )  # fmt: skip
    for statement in ("DELETE FROM warning_event", "UPDATE warning_event SET note = 'x'"):
        with pytest.raises(DatabaseError, match="append-only"), db.transaction() as session:
            session.connection().execute(text(statement))


def test_the_few_days_of_the_launch_month_are_no_month(sqlite_store: str) -> None:
    report({LUSHUI: {"trainees": [0, 0]}})
    assert found() == []
